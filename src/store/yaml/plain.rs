//! The plain part of YAML, read in one pass: nested `key: value` lines and `- item` lines with values on one line,
//! as `inc` itself writes them.
//!
//! Ten thousand incidents are 130,000 such files. Whatever is not plain, or not what the reader wants, is given up
//! here and left to the YAML parser, which decides what a file means; what is read here is what it would read, and a
//! test holds the two against each other.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Deeper than this nothing of ours nests.
const DEEPEST: usize = 8;

/// No file of ours has more keys in one mapping; each is compared with each.
const MOST_FIELDS: usize = 64;

/// The longest key, in bytes; the parser has a limit, too.
const LONGEST_KEY: usize = 100;

/// A value.
#[derive(Debug)]
enum Node<'t> {
    Plain(&'t str),
    Quoted(Cow<'t, str>),
    Map(Vec<(&'t str, Node<'t>)>),
    List(Vec<Node<'t>>),
}

/// That the text is not plain.
#[derive(Debug)]
struct NotPlain;

impl fmt::Display for NotPlain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not plain")
    }
}

impl std::error::Error for NotPlain {}

impl Error for NotPlain {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The value that a plain text says; none when it is not plain, or wrong.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut lines = Lines::new(text)?;
    let node = lines.map(0, 0)?;
    lines.first.is_none().then_some(())?;
    T::deserialize(node).ok()
}

/// The lines with something on them.
struct Lines<'t> {
    rest: std::str::Split<'t, char>,
    /// The next line without its indentation, and how deep that is.
    first: Option<(usize, &'t str)>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Option<Self> {
        let mut lines = Self { rest: text.split('\n'), first: None };
        lines.next()?;
        lines.first.is_some().then_some(lines)
    }

    /// Goes to the next line; none where one is not plain.
    fn next(&mut self) -> Option<()> {
        self.first = None;
        for line in self.rest.by_ref() {
            // What the parser takes for the end of a line, or does not want, may stand in a comment, too.
            let strange = |c: char| matches!(c, '\t' | '\r' | '\u{2028}' | '\u{2029}' | '\u{feff}');
            if line.contains(strange) {
                return None;
            }
            let content = line.trim_start_matches(' ');
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if content.ends_with(' ') {
                return None;
            }
            self.first = Some((line.len() - content.len(), content));
            break;
        }
        Some(())
    }

    /// The mapping whose keys stand at `indent`.
    fn map(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        (depth < DEEPEST).then_some(())?;
        let mut fields: Vec<(&str, Node<'_>)> = Vec::new();
        while let Some((at, line)) = self.first.filter(|(at, line)| *at == indent && !line.starts_with("- "))
        {
            let (key, value) = line.split_once(':')?;
            let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            let begins = key.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
            let new = fields.len() < MOST_FIELDS && !fields.iter().any(|(k, _)| *k == key);
            (plain
                && begins
                && new
                && key.len() <= LONGEST_KEY
                && (value.is_empty() || value.starts_with(' ')))
            .then_some(())?;
            self.next()?;
            let value = if value.is_empty() {
                self.nested(at, depth)?
            } else {
                scalar(value.trim_start_matches(' '))?
            };
            fields.push((key, value));
        }
        // What is deeper belongs to the value before, which is then more than a line.
        let ends = self.first.is_none_or(|(at, _)| at < indent || at == indent && depth > 0);
        (ends && !fields.is_empty()).then_some(Node::Map(fields))
    }

    /// The value on the lines below a key at `indent`.
    fn nested(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        let (at, line) = self.first?;
        if line.starts_with("- ") && at >= indent {
            return self.list(at, depth + 1);
        }
        if at > indent { self.map(at, depth + 1) } else { None }
    }

    /// The list whose dashes stand at `indent`.
    fn list(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        (depth < DEEPEST).then_some(())?;
        let mut items = Vec::new();
        while let Some((_, line)) = self.first.filter(|(at, line)| *at == indent && line.starts_with("- ")) {
            let content = line.get(2..)?;
            if is_field(content) {
                self.first = Some((indent + 2, content));
                items.push(self.map(indent + 2, depth + 1)?);
            } else {
                self.next()?;
                items.push(scalar(content)?);
            }
        }
        self.first.is_none_or(|(at, _)| at <= indent).then_some(Node::List(items))
    }
}

/// Whether a line is a key with its value, or might be.
fn is_field(line: &str) -> bool {
    !line.starts_with(['"', '\'']) && (line.contains(": ") || line.ends_with(':'))
}

/// A value on one line.
fn scalar(text: &str) -> Option<Node<'_>> {
    match text.as_bytes() {
        [b'[', b']'] => Some(Node::List(Vec::new())),
        [b'"', inner @ .., b'"'] if !inner.iter().any(|b| matches!(b, b'"' | b'\\')) => {
            Some(Node::Quoted(text.get(1..text.len() - 1)?.into()))
        }
        [b'\'', _, .., b'\''] | [b'\'', b'\''] => {
            let inner = text.get(1..text.len() - 1)?;
            if !inner.contains('\'') {
                return Some(Node::Quoted(inner.into()));
            }
            let once = inner.replace("''", "");
            (!once.contains('\'')).then(|| Node::Quoted(inner.replace("''", "'").into()))
        }
        [first, ..] if first.is_ascii_alphanumeric() || *first >= 0x80 => {
            let one = !text.contains(": ") && !text.contains(" #") && !text.ends_with(':');
            one.then_some(Node::Plain(text))
        }
        _ => None,
    }
}

/// Whether a plain text may be something else than text: nothing, a truth, a number.
fn is_word(text: &str) -> bool {
    let short = text.len() <= 5;
    let special = || ["null", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let first = text.bytes().next().unwrap_or_default();
    !(first.is_ascii_digit() || short && special())
}

/// A whole number as everybody writes it.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    (plain && text.len() < 16).then(|| text.parse().ok()).flatten()
}

impl<'t> IntoDeserializer<'t, NotPlain> for Node<'t> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident => $visit:ident,)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
            match self {
                Self::Plain(text) => visitor.$visit(number(text).ok_or(NotPlain)?.try_into().map_err(|_| NotPlain)?),
                _ => Err(NotPlain),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self {
            Self::Plain(text) if is_word(text) => visitor.visit_str(text),
            Self::Plain(text) => visitor.visit_u64(number(text).ok_or(NotPlain)?),
            Self::Quoted(text) => visitor.visit_str(&text),
            Self::Map(fields) => {
                let mut map = MapDeserializer::new(fields.into_iter());
                let value = visitor.visit_map(&mut map)?;
                map.end().map(|()| value)
            }
            Self::List(items) => {
                let mut list = SeqDeserializer::new(items.into_iter());
                let value = visitor.visit_seq(&mut list)?;
                list.end().map(|()| value)
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self {
            Self::Plain(text) => visitor.visit_str(text),
            Self::Quoted(text) => visitor.visit_str(&text),
            _ => Err(NotPlain),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self {
            Self::Plain(text) if text.eq_ignore_ascii_case("null") => Err(NotPlain),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self {
            Self::Plain("true") => visitor.visit_bool(true),
            Self::Plain("false") => visitor.visit_bool(false),
            _ => Err(NotPlain),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        let decimal = |text: &str| {
            let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
            number(whole).is_some() && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
        };
        match self {
            Self::Plain(text) if decimal(text) => visitor.visit_f64(text.parse().map_err(|_| NotPlain)?),
            _ => Err(NotPlain),
        }
    }

    numbers! {
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
        deserialize_i64 => visit_i64,
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotPlain> {
        match self {
            Self::Plain(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(NotPlain),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotPlain> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if matches!(self, Self::Map(_)) { self.deserialize_any(visitor) } else { Err(NotPlain) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotPlain> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if matches!(self, Self::List(_)) { self.deserialize_any(visitor) } else { Err(NotPlain) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    fn deserialize_char<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 bytes byte_buf unit_struct tuple tuple_struct
    }
}

#[cfg(test)]
mod tests;
