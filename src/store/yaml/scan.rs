//! What is refused before a text is parsed into values.
//!
//! 120,000 small files are read in one `check`, so one pass over the bytes lets the flat `key: value` lines of
//! an entry through. Anything else is tokenized and parsed once more for its shape alone.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use yaml_edit::anchor_resolution::DocumentResolvedExt;
use yaml_edit::{SyntaxKind, YamlFile};

use super::{MAX_BYTES, MAX_DEPTH, Problem, find, prefixes, segments, words};

/// With more keys than this, comparing each with each is no longer the fast way.
const FEW_KEYS: usize = 32;

const DUPLICATE: &str = "duplicate key ";
const TOO_DEEP: &str = "too deep";

/// Refuses what must not reach the parser, or what it would accept and we do not.
pub(super) fn check(text: &str) -> Result<(), Vec<Problem>> {
    if text.len() > MAX_BYTES {
        let message = format!("the text is too large: {} bytes, at most {MAX_BYTES} are read", text.len());
        return Err(vec![Problem::at(text, 0, message)]);
    }
    control_character(text)?;
    if is_flat(text) {
        return Ok(());
    }
    tokens(text)?;
    shape(text)
}

pub(super) fn control_character(text: &str) -> Result<(), Vec<Problem>> {
    let bytes = text.as_bytes();
    let suspicious = |(i, b): (usize, &u8)| match b {
        b'\n' | b'\t' => false,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        0xC2 => bytes.get(i + 1).is_some_and(|next| (0x80..0xA0).contains(next)),
        b => *b < 0x20 || *b == 0x7F,
    };
    let Some(offset) = bytes.iter().enumerate().position(suspicious) else { return Ok(()) };
    let code = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, u32::from);
    let problem =
        Problem::at(text, offset, format!("the control character U+{code:04X} is not allowed here"));
    Err(vec![problem.help("remove it, or write it as an escape in double quotes, like \"\\x1b\"")])
}

/// Whether the text is nothing but lines `key: value` with different keys and values that cannot nest.
fn is_flat(text: &str) -> bool {
    let mut keys: Vec<&str> = Vec::with_capacity(16);
    for line in text.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { return false };
        let plain_key = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let spaced = value.is_empty() || value.starts_with(' ');
        let new = keys.len() < FEW_KEYS && !keys.contains(&key);
        if key.is_empty()
            || key.starts_with('-')
            || !plain_key
            || !spaced
            || !new
            || !is_flat_value(value.trim())
        {
            return false;
        }
        keys.push(key);
    }
    !keys.is_empty()
}

fn is_flat_value(value: &str) -> bool {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || b" ,_./@+-".contains(&b);
    match value.as_bytes() {
        [] => true,
        [b'[', inner @ .., b']'] => inner.iter().all(|b| harmless(*b)),
        [b'"', inner @ .., b'"'] => !inner.iter().any(|b| b"\"\\".contains(b)),
        [b'\'', inner @ .., b'\''] => !inner.contains(&b'\''),
        [first, ..] => first.is_ascii_alphanumeric() || *first >= 0x80,
    }
}

/// Refuses a text without content, anchors, aliases, tags, and brackets nested too deep for the parser.
fn tokens(text: &str) -> Result<(), Vec<Problem>> {
    let mut offset = 0;
    let mut depth = 0_usize;
    let mut empty = true;
    let mut reference = None;
    for (kind, token) in yaml_edit::lex(text) {
        match kind {
            SyntaxKind::LEFT_BRACKET | SyntaxKind::LEFT_BRACE => depth += 1,
            SyntaxKind::RIGHT_BRACKET | SyntaxKind::RIGHT_BRACE => depth = depth.saturating_sub(1),
            SyntaxKind::ANCHOR | SyntaxKind::REFERENCE | SyntaxKind::TAG => {
                reference = reference.or(Some((kind, offset, token)));
            }
            _ => {}
        }
        empty &= matches!(
            kind,
            SyntaxKind::WHITESPACE
                | SyntaxKind::NEWLINE
                | SyntaxKind::INDENT
                | SyntaxKind::COMMENT
                | SyntaxKind::DOC_START
                | SyntaxKind::DOC_END
        );
        if depth > MAX_DEPTH {
            return Err(vec![too_deep(text, offset)]);
        }
        offset += token.len();
    }
    if empty {
        return Err(vec![Problem::at(text, 0, "there is nothing in it: no field is written")]);
    }
    reference.map_or(Ok(()), |(kind, offset, token)| refuse_reference(text, kind, offset, token))
}

fn too_deep(text: &str, offset: usize) -> Problem {
    Problem::at(text, offset, format!("mappings and lists are nested deeper than {MAX_DEPTH} levels"))
}

/// The tokenizer also takes the `*` of a text that goes on over several lines for an alias; the tree does not.
fn refuse_reference(text: &str, kind: SyntaxKind, offset: usize, token: &str) -> Result<(), Vec<Problem>> {
    let document = YamlFile::parse(text).tree().document();
    let anchored = document.is_some_and(|d| d.build_anchor_registry().anchor_names().next().is_some());
    let problem = match kind {
        SyntaxKind::TAG => Problem::at(text, offset, format!("the tag `{}` is not allowed", token.trim()))
            .help("remove the tag, or put the text in quotes"),
        _ if anchored => Problem::at(text, offset, "anchors (`&name`) and aliases (`*name`) are not allowed")
            .help("write the value out, or put the text in quotes"),
        _ => return Ok(()),
    };
    Err(vec![problem])
}

/// Parses for the shape alone: depth, and duplicate keys, which a mapping type would let pass silently.
fn shape(text: &str) -> Result<(), Vec<Problem>> {
    let mut track = serde_path_to_error::Track::new();
    let parser = serde_yaml::Deserializer::from_str(text);
    let tracked = serde_path_to_error::Deserializer::new(parser, &mut track);
    let Err(error) = Shape(MAX_DEPTH).deserialize(tracked) else { return Ok(()) };
    let (at, message) = (track.path(), error.to_string());
    let path = segments(&at);
    if message.contains(TOO_DEEP) || message.contains("recursion limit") {
        let offset = error.location().map_or(0, |at| at.index());
        return Err(vec![too_deep(text, offset)]);
    }
    Err(vec![duplicate_key(text, &path, &message).unwrap_or_else(|| {
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        words::problem(text, &error, &prefixes(&at), &keys)
    })])
}

fn duplicate_key(text: &str, path: &[String], message: &str) -> Option<Problem> {
    let (_, rest) = message.split_once(DUPLICATE)?;
    let key: String = serde_json::Deserializer::from_str(rest).into_iter::<String>().next()?.ok()?;
    let mut parents: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut spans = find::keys(text, &parents, &key);
    if spans.len() < 2 && parents.last() == Some(&key.as_str()) {
        parents.pop();
        spans = find::keys(text, &parents, &key);
    }
    let (first, second) = (spans.first()?, spans.get(1)?);
    let line = super::line_col(text, first.start).0;
    let message = format!("the key `{key}` is written twice, first in line {line}");
    let mut problem = Problem::at(text, second.start, message).help("remove one of the two");
    parents.push(&key);
    problem.path = parents.join(".");
    Some(problem)
}

/// Walks any value; its number is how many levels may still follow.
struct Shape(usize);

impl<'de> DeserializeSeed<'de> for Shape {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Shape {
    fn inner<E: Error>(&self) -> Result<usize, E> {
        self.0.checked_sub(1).ok_or_else(|| E::custom(TOO_DEEP))
    }
}

impl<'de> Visitor<'de> for Shape {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<serde_yaml::Value>()? {
            if let Some(spelled) = key.as_str().filter(|_| keys.contains(&key)) {
                return Err(A::Error::custom(format!("{DUPLICATE}{spelled:?}")));
            }
            keys.insert(key);
            map.next_value_seed(Shape(inner))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while seq.next_element_seed(Shape(inner))?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        data.variant::<IgnoredAny>().map(|_| ())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        Ok(())
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}
