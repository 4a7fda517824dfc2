//! Merging two versions of a YAML record by what they mean: field by field, list items by their id.

use std::collections::BTreeSet;

use serde_yaml::{Mapping, Value};

use super::edit::{Edit, apply};
use super::yaml::{self, Problem};

/// What a merge gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The text; with conflict markers around the lines of each field in [`Merged::conflicts`].
    pub text: String,
    /// The fields that both sides changed to different values.
    pub conflicts: Vec<Conflict>,
}

/// A field that both sides changed to different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Keys, with dots between; an item of a list is named by its id.
    pub path: String,
    /// What our side has, on one line; none where it removed the field.
    pub ours: Option<String>,
    /// What their side has; none where it removed the field.
    pub theirs: Option<String>,
}

/// What the two sides are called in conflict markers.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Our side.
    pub ours: &'a str,
    /// Their side.
    pub theirs: &'a str,
}

/// Merges what `ours` and `theirs` each made of `base`; comments and order stay as `ours` has them.
///
/// `textual` is what a merge by lines gave, where that had no conflict: it keeps the comments of both sides, and
/// is taken when it means the same.
///
/// Fails, naming the side, when one of the three texts cannot be read.
pub fn merge(
    base: &str,
    ours: &str,
    theirs: &str,
    textual: Option<&str>,
    names: Names<'_>,
) -> Result<Merged, Problem> {
    let read = |what: &str, text: &str| {
        yaml::read::<Value>(text).map_err(|problems| {
            let first = problems.into_iter().next();
            let mut problem = first.unwrap_or_else(|| Problem::at(text, 0, "this is not YAML"));
            problem.message = format!("{what}: {}", problem.message);
            problem
        })
    };
    // A record that both sides made has no base: each field that is not the same is a conflict.
    let old = if base.trim().is_empty() { Value::Mapping(Mapping::new()) } else { read("the base", base)? };
    let (mine, other) = (read(names.ours, ours)?, read(names.theirs, theirs)?);
    let mut sides = Sides::default();
    let kept = sides.merge(&mut Vec::new(), Some(&old), Some(&mine), Some(&other)).unwrap_or(Value::Null);
    if sides.conflicts.is_empty()
        && let Some(textual) = textual
        && yaml::read::<Value>(textual).is_ok_and(|value| value == kept)
    {
        return Ok(Merged { text: textual.to_owned(), conflicts: Vec::new() });
    }
    let with_ours = apply(ours, &edits(&mine, &kept))?;
    let text = if sides.conflicts.is_empty() {
        with_ours
    } else {
        let mut for_theirs = Sides { prefer_theirs: true, ..Sides::default() };
        let other = for_theirs.merge(&mut Vec::new(), Some(&old), Some(&mine), Some(&other));
        let with_theirs = apply(&with_ours, &edits(&kept, &other.unwrap_or(Value::Null)))?;
        marked(&with_ours, &with_theirs, names)
    };
    Ok(Merged { text, conflicts: sides.conflicts })
}

/// The walk through both sides.
#[derive(Default)]
struct Sides {
    prefer_theirs: bool,
    conflicts: Vec<Conflict>,
}

impl Sides {
    /// The merged value; none where the field is gone.
    fn merge(
        &mut self,
        path: &mut Vec<String>,
        base: Option<&Value>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        if ours == theirs || theirs == base {
            return ours.cloned();
        }
        if ours == base {
            return theirs.cloned();
        }
        match (ours, theirs) {
            (Some(Value::Mapping(ours)), Some(Value::Mapping(theirs))) => {
                let empty = Mapping::new();
                let base = base.and_then(Value::as_mapping).unwrap_or(&empty);
                Some(Value::Mapping(self.mappings(path, base, ours, theirs)))
            }
            (Some(Value::Sequence(mine)), Some(Value::Sequence(other))) => {
                let old = base.and_then(Value::as_sequence).map_or(&[][..], Vec::as_slice);
                let merged = match (ids(old), ids(mine), ids(other)) {
                    (Some(_), Some(_), Some(_)) => Some(self.items(path, old, mine, other)),
                    _ => union(old, mine, other),
                };
                merged.map(Value::Sequence).or_else(|| self.conflict(path, ours, theirs))
            }
            _ => self.conflict(path, ours, theirs),
        }
    }

    fn mappings(
        &mut self,
        path: &mut Vec<String>,
        base: &Mapping,
        ours: &Mapping,
        theirs: &Mapping,
    ) -> Mapping {
        let mut merged = Mapping::new();
        let new = theirs.keys().filter(|key| !ours.contains_key(*key));
        for key in ours.keys().chain(new) {
            path.push(key.as_str().map_or_else(|| spelled(key), str::to_owned));
            if let Some(value) = self.merge(path, base.get(key), ours.get(key), theirs.get(key)) {
                merged.insert(key.clone(), value);
            }
            path.pop();
        }
        merged
    }

    /// Lists whose items have ids: each item is merged with its like.
    fn items(
        &mut self,
        path: &mut Vec<String>,
        base: &[Value],
        ours: &[Value],
        theirs: &[Value],
    ) -> Vec<Value> {
        let of = |list: &[Value], wanted: &str| list.iter().find(|item| id(item) == Some(wanted)).cloned();
        let new = theirs.iter().filter_map(id).filter(|id| of(ours, id).is_none());
        let all: Vec<String> = ours.iter().filter_map(id).chain(new).map(str::to_owned).collect();
        let mut merged = Vec::new();
        for id in all {
            let (base, ours, theirs) = (of(base, &id), of(ours, &id), of(theirs, &id));
            path.push(id);
            merged.extend(self.merge(path, base.as_ref(), ours.as_ref(), theirs.as_ref()));
            path.pop();
        }
        merged
    }

    fn conflict(&mut self, path: &[String], ours: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
        let path = path.join(".");
        self.conflicts.push(Conflict { path, ours: ours.map(spelled), theirs: theirs.map(spelled) });
        if self.prefer_theirs { theirs.cloned() } else { ours.cloned() }
    }
}

/// A value on one line, as people write it.
fn spelled(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        value => serde_json::to_string(value).unwrap_or_default(),
    }
}

fn id(item: &Value) -> Option<&str> {
    item.get("id")?.as_str()
}

/// The ids of all items; `None` where one has none or two have the same.
fn ids(list: &[Value]) -> Option<BTreeSet<&str>> {
    let ids = list.iter().map(id).collect::<Option<BTreeSet<&str>>>()?;
    (ids.len() == list.len()).then_some(ids)
}

/// Lists without ids: what one side added or removed is added or removed. `None` when both sides put something
/// else in the place of the same item.
fn union(base: &[Value], ours: &[Value], theirs: &[Value]) -> Option<Vec<Value>> {
    let gone = |item: &&Value| !ours.contains(item) && !theirs.contains(item);
    let added = |list: &[Value]| list.iter().filter(|item| !base.contains(item)).cloned().collect::<Vec<_>>();
    let (mine, other) = (added(ours), added(theirs));
    let both_added =
        other.iter().any(|item| !mine.contains(item)) && mine.iter().any(|item| !other.contains(item));
    if both_added && base.iter().any(|item| gone(&item)) {
        return None;
    }
    let stays = |item: &&Value| !base.contains(item) || theirs.contains(item);
    let mut merged: Vec<Value> = ours.iter().filter(stays).cloned().collect();
    merged.extend(other.into_iter().filter(|item| !mine.contains(item)));
    Some(merged)
}

/// The edits that make `to` of `from`, one for each top-level field that differs.
fn edits(from: &Value, to: &Value) -> Vec<Edit> {
    let (Value::Mapping(from), Value::Mapping(to)) = (from, to) else { return Vec::new() };
    let changed = to.iter().filter(|(key, value)| from.get(*key) != Some(*value));
    let set = changed.filter_map(|(key, value)| Some(Edit::set([key.as_str()?], value.clone())));
    let gone = from.keys().filter(|key| !to.contains_key(*key));
    set.chain(gone.filter_map(|key| Some(Edit::remove([key.as_str()?])))).collect()
}

/// The lines of both texts, those that differ between conflict markers.
fn marked(ours: &str, theirs: &str, names: Names<'_>) -> String {
    let (mine, other): (Vec<&str>, Vec<&str>) = (lines(ours), lines(theirs));
    let diff = similar::capture_diff_slices(similar::Algorithm::Patience, &mine, &other);
    let mut text = String::with_capacity(ours.len() + theirs.len());
    for op in diff {
        let (ours, theirs) = (&mine[op.old_range()], &other[op.new_range()]);
        if op.tag() == similar::DiffTag::Equal {
            text.extend(ours.iter().copied());
            continue;
        }
        text.push_str(&format!("<<<<<<< {}\n", names.ours));
        push(&mut text, ours);
        text.push_str("=======\n");
        push(&mut text, theirs);
        text.push_str(&format!(">>>>>>> {}\n", names.theirs));
    }
    text
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn push(text: &mut String, lines: &[&str]) {
    text.extend(lines.iter().copied());
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: Names<'_> = Names { ours: "ours", theirs: "theirs" };

    const BASE: &str = "# the record\nid: 20251110-7f3k\ntitle: API slow   # as reported\n\nimpact:\n  summary: slow\n  users:\n    percent: 10\n\nactions:\n  - id: a1\n    title: add an alert\n    status: open\n\nlabels: [api, db]\n";

    fn merged(ours: &str, theirs: &str) -> Merged {
        merge(BASE, ours, theirs, None, NAMES).unwrap()
    }

    #[test]
    fn fields_of_one_mapping_are_merged_and_comments_stay() {
        let ours = BASE.replace("API slow   #", "API down   #");
        let theirs = BASE.replace("percent: 10", "percent: 60").replace("summary: slow", "summary: down");
        let expected = theirs.replace("API slow   #", "API down   #");
        assert_eq!(merged(&ours, &theirs), Merged { text: expected.clone(), conflicts: vec![] });
        assert_eq!(merged(&theirs, &ours), Merged { text: expected, conflicts: vec![] });
    }

    #[test]
    fn only_a_field_that_both_changed_is_marked() {
        let ours = BASE.replace("percent: 10", "percent: 50").replace("summary: slow", "summary: down");
        let theirs = BASE.replace("percent: 10", "percent: 60").replace("[api, db]", "[api, db, eu]");
        let result = merged(&ours, &theirs);
        let conflict = Conflict {
            path: "impact.users.percent".into(),
            ours: Some("50".into()),
            theirs: Some("60".into()),
        };
        assert_eq!(result.conflicts, [conflict]);
        let expected =
            BASE.replace("summary: slow", "summary: down").replace("[api, db]", "[api, db, eu]").replace(
                "    percent: 10\n",
                "<<<<<<< ours\n    percent: 50\n=======\n    percent: 60\n>>>>>>> theirs\n",
            );
        assert_eq!(result.text, expected);
    }

    #[test]
    fn items_are_merged_by_id_and_others_as_sets() {
        let action =
            |id: &str| format!("    status: open\n  - id: {id}\n    title: more\n    status: open\n");
        let ours = BASE.replace("    status: open\n", &action("a2")).replace("[api, db]", "[api]");
        let theirs = BASE.replace("    status: open\n", &action("a3")).replace("[api, db]", "[api, db, eu]");
        let result = merged(&ours, &theirs);
        assert!(result.conflicts.is_empty(), "{result:?}");
        let value: Value = yaml::read(&result.text).unwrap();
        let ids: Vec<_> = value["actions"].as_sequence().unwrap().iter().filter_map(id).collect();
        assert_eq!(ids, ["a1", "a2", "a3"]);
        assert_eq!(value["labels"], yaml::read::<Value>("[api, eu]").unwrap());
    }

    #[test]
    fn an_item_that_both_rewrote_is_a_conflict_and_not_two_items() {
        let result =
            merged(&BASE.replace("[api, db]", "[api, pg]"), &BASE.replace("[api, db]", "[api, sql]"));
        assert_eq!(result.conflicts.len(), 1);
        assert_eq!(result.conflicts[0].path, "labels");
    }

    #[test]
    fn removed_here_and_changed_there_is_a_conflict() {
        let ours = BASE.replace("  summary: slow\n", "");
        let result = merged(&ours, &BASE.replace("summary: slow", "summary: down"));
        let conflict = Conflict { path: "impact.summary".into(), ours: None, theirs: Some("down".into()) };
        assert_eq!(result.conflicts, [conflict]);
        assert!(
            result.text.contains("<<<<<<< ours\n=======\n  summary: down\n>>>>>>> theirs\n"),
            "{}",
            result.text
        );
    }

    #[test]
    fn a_side_that_cannot_be_read_is_named() {
        let problem = merge(BASE, BASE, "a: [", None, NAMES).unwrap_err();
        assert!(problem.message.starts_with("theirs: "), "{}", problem.message);
    }

    proptest! {
        #[test]
        fn no_texts_make_it_panic(texts in proptest::array::uniform3("([a-c]: ?[\\[\\]0-2a-c, ]{0,5}\\n| {1,3}[a-c]: [0-2]\\n|- id: [ab]\\n){0,6}")) {
            let [base, ours, theirs] = texts;
            let _ = merge(&base, &ours, &theirs, Some(&ours), NAMES);
        }

        #[test]
        fn what_one_side_did_is_taken_whole(percent in 0_u32..100, title in "[a-zA-Z]{2,12}", reverse: bool) {
            let changed = BASE.replace("percent: 10", &format!("percent: {percent}")).replace("API slow", &title);
            let (ours, theirs) = if reverse { (BASE, changed.as_str()) } else { (changed.as_str(), BASE) };
            let result = merged(ours, theirs);
            prop_assert!(result.conflicts.is_empty());
            prop_assert_eq!(
                yaml::read::<Value>(&result.text).unwrap(), yaml::read::<Value>(&changed).unwrap()
            );
        }
    }
}
