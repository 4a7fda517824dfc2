//! Laws of edits on random records: what is meant is what is read, and no comment is lost.

#![expect(clippy::unwrap_used, reason = "tests may unwrap")]

use inc::store::edit::{Edit, apply};
use proptest::prelude::*;
use serde_yaml::{Mapping, Value};

const KEYS: [&str; 5] = ["title", "impact", "users", "a-b", "due"];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-50_i64..50).prop_map(Value::from),
        "[ -~é\n]{0,14}".prop_map(Value::from),
        prop::sample::select(vec!["yes", "- x", "a: b", "x # y", "two\nlines\n", " lead\nb", "'q'", "\"d\""])
            .prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..4).prop_map(mapping),
        ]
    })
}

fn mapping(fields: Vec<(&str, Value)>) -> Value {
    Value::Mapping(fields.into_iter().map(|(k, v)| (Value::from(k), v)).collect::<Mapping>())
}

/// Writes a value as a person might: comments, blank lines, flow and block style, quotes; by a stream of dice.
struct Hand<'a> {
    dice: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    comments: usize,
}

impl Hand<'_> {
    fn roll(&mut self, sides: u8) -> bool {
        self.dice.next().unwrap().is_multiple_of(sides)
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("#ß{}#", self.comments)
    }

    fn line_end(&mut self) -> String {
        if self.roll(3) { format!("  {}\n", self.comment()) } else { "\n".to_owned() }
    }

    fn above(&mut self, indent: usize) -> String {
        let blank = if self.roll(4) { "\n" } else { "" };
        if self.roll(4) {
            format!("{blank}{}{}\n", " ".repeat(indent), self.comment())
        } else {
            blank.to_owned()
        }
    }

    /// What follows `key:` or `-`, up to and with the line break.
    fn value(&mut self, value: &Value, indent: usize, in_list: bool) -> String {
        match value {
            Value::Mapping(m) if !m.is_empty() && !self.roll(4) => {
                let end = self.line_end();
                format!("{end}{}", self.fields(m, indent + 2))
            }
            Value::Sequence(list) if !list.is_empty() && !self.roll(4) => {
                let (end, indent) =
                    (self.line_end(), if !in_list && self.roll(2) { indent } else { indent + 2 });
                let mut text = end;
                for v in list {
                    text += &self.above(indent);
                    text += &" ".repeat(indent);
                    text += "-";
                    text += &self.value(v, indent, true);
                }
                text
            }
            Value::Null if self.roll(2) => self.line_end(),
            Value::String(s) if s.ends_with("s\n") && self.roll(2) => {
                let pad = " ".repeat(indent + 3);
                format!(" |{}{pad}{}\n", self.line_end(), s.trim_end().replace('\n', &format!("\n{pad}")))
            }
            value => format!(" {}{}", serde_json::to_string(value).unwrap(), self.line_end()),
        }
    }

    fn fields(&mut self, m: &Mapping, indent: usize) -> String {
        let mut text = String::new();
        for (key, value) in m {
            text += &self.above(indent);
            let key = key.as_str().unwrap();
            let key = if self.roll(5) { format!("\"{key}\"") } else { key.to_owned() };
            text += &[" ".repeat(indent), key, ":".to_owned(), self.value(value, indent, false)].concat();
        }
        text
    }
}

fn record() -> impl Strategy<Value = (Value, String)> {
    let fields = prop::collection::vec((prop::sample::select(&KEYS[..]), value()), 1..5);
    (fields, prop::collection::vec(any::<u8>(), 40..80)).prop_map(|(fields, dice)| {
        let value = mapping(fields);
        let mut hand = Hand { dice: dice.iter().cycle(), comments: 0 };
        let text = hand.fields(value.as_mapping().unwrap(), 0);
        (value, text)
    })
}

fn path() -> impl Strategy<Value = Vec<String>> {
    let segment = prop_oneof![
        4 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned),
        2 => (0..3_usize).prop_map(|i| i.to_string()),
        1 => Just("-".to_owned()),
    ];
    (prop::sample::select(&KEYS[..]), prop::collection::vec(segment, 0..3))
        .prop_map(|(first, rest)| [first.to_owned()].into_iter().chain(rest).collect())
}

/// What an edit means, said without any text; none when there is no such place.
fn meant(root: &Value, path: &[String], new: Option<&Value>) -> Option<Value> {
    let Some((segment, rest)) = path.split_first() else { return new.cloned() };
    let index = segment.parse::<usize>();
    match root {
        Value::Mapping(m) => {
            let mut m = m.clone();
            let old = m.get(segment.as_str()).cloned();
            match (new, old) {
                (None, None) => {}
                (None, Some(_)) if rest.is_empty() => {
                    m.shift_remove(segment.as_str());
                }
                (_, old) => {
                    m.insert(segment.as_str().into(), meant(&old.unwrap_or(Value::Null), rest, new)?);
                }
            }
            Some(Value::Mapping(m))
        }
        Value::Sequence(list) => {
            let mut list = list.clone();
            let index = if segment == "-" { list.len() } else { index.ok()? };
            if index > list.len() {
                return None;
            }
            match (new, index == list.len()) {
                (None, true) => {}
                (None, false) if rest.is_empty() => {
                    list.remove(index);
                }
                (_, true) => list.push(meant(&Value::Null, rest, new)?),
                (_, false) => list[index] = meant(&list[index], rest, new)?,
            }
            Some(Value::Sequence(list))
        }
        Value::Null if new.is_none() => Some(Value::Null),
        Value::Null if segment == "-" || segment == "0" => {
            Some(Value::Sequence(vec![meant(&Value::Null, rest, new)?]))
        }
        Value::Null => Some(mapping(vec![(segment, meant(&Value::Null, rest, new)?)])),
        _ => None,
    }
}

fn at<'a>(root: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(root, |node, segment| match node {
        Value::Sequence(list) => list.get(segment.parse::<usize>().ok()?),
        node => node.get(segment.as_str()),
    })
}

fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .match_indices("#ß")
        .filter_map(|(i, _)| text[i..].split_inclusive('#').nth(1).map(|n| &text[i..=i + n.len()]))
        .collect();
    found.sort_unstable();
    found
}

fn is_collection(value: Option<&Value>) -> bool {
    value.is_some_and(|v| v.is_mapping() || v.is_sequence())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn a_written_record_means_its_value((value, text) in record()) {
        prop_assert_eq!(&serde_yaml::from_str::<Value>(&text).unwrap(), &value, "{}", text);
    }

    #[test]
    fn an_edit_means_what_it_says((value, text) in record(), path in path(), new in prop::option::weighted(0.8, value())) {
        let edit = Edit { path: path.clone(), value: new.clone() };
        let expected = meant(&value, &path, new.as_ref());
        let result = apply(&text, &[edit]);
        match (expected, result) {
            (Some(expected), Ok(edited)) => {
                prop_assert_eq!(&serde_yaml::from_str::<Value>(&edited).unwrap(), &expected, "{}\n---\n{}", text, edited);
                // A removed value, or one that becomes something quite different, takes its own comments along.
                if !is_collection(at(&value, &path)) && new.is_some() {
                    prop_assert_eq!(comments(&text), comments(&edited), "{}\n---\n{}", text, edited);
                }
            }
            (None, Err(_)) => {}
            (Some(expected), Err(problem)) => {
                let last_field = expected.as_mapping().is_some_and(Mapping::is_empty);
                prop_assert!(last_field, "{}\n{:?}", text, problem);
            }
            (None, Ok(edited)) => prop_assert!(false, "{}\n---\n{}", text, edited),
        }
    }

    #[test]
    fn an_edit_and_its_inverse_leave_the_text((value, text) in record(), pick in any::<prop::sample::Index>(), new in -50_i64..50) {
        let mut leaves = Vec::new();
        numbers(&value, &[], &mut leaves);
        prop_assume!(!leaves.is_empty());
        let path = pick.get(&leaves).clone();
        let there = apply(&text, &[Edit { path: path.clone(), value: Some(new.into()) }]).unwrap();
        let back = apply(&there, &[Edit { path: path.clone(), value: at(&value, &path).cloned() }]).unwrap();
        prop_assert_eq!(back, text);
    }
}

/// The paths of all numbers and booleans.
fn numbers(node: &Value, path: &[String], found: &mut Vec<Vec<String>>) {
    let inner = |segment: String| [path, &[segment]].concat();
    match node {
        Value::Mapping(m) => {
            m.iter().for_each(|(k, v)| numbers(v, &inner(k.as_str().unwrap().to_owned()), found));
        }
        Value::Sequence(list) => {
            list.iter().enumerate().for_each(|(i, v)| numbers(v, &inner(i.to_string()), found));
        }
        Value::Number(_) | Value::Bool(_) => found.push(path.to_vec()),
        _ => {}
    }
}
