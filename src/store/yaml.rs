//! The one way YAML is read: bounded, without anchors or duplicate keys, with errors in the words of the file.

pub(in crate::store) mod find;
mod plain;
mod scan;
mod words;

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path as FieldPath, Segment};

pub use self::find::{locate, locate_key};
use crate::error::{Failure, invalid};

/// The largest text that is read, in bytes: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;

/// How deep mappings and lists may be nested.
pub const MAX_DEPTH: usize = 32;

/// How many problems of one file are told at once.
const MAX_PROBLEMS: usize = 10;
/// A text longer than this, in bytes, is reported with its first problem alone.
const LARGE: usize = 64 * 1024;

/// Something wrong in a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The field as keys and list indexes with dots between, `actions.0.title`; empty for the whole text.
    pub path: String,
    /// What is wrong, in lower case, without the place.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a byte offset of `text` that belongs to no field.
    #[must_use]
    pub fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = line_col(text, offset);
        Self { line, column, path: String::new(), message: message.into(), help: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem in the text around it, whose line `first_line` is the first of this text.
    #[must_use]
    pub fn within(mut self, first_line: usize) -> Self {
        self.line += first_line.saturating_sub(1);
        self
    }
}

/// The problems of the file at `path` as one failure: a line for each, and the help as hints.
#[must_use]
pub fn failure(path: &Path, problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems
        .iter()
        .map(|p| {
            let field = if p.path.is_empty() { String::new() } else { format!("`{}`: ", p.path) };
            format!("{}:{}:{}: {field}{}", path.display(), p.line, p.column, p.message)
        })
        .collect();
    let failure = invalid(lines.join("\n"));
    problems.iter().filter_map(|p| p.help.clone()).fold(failure, |failure, help| {
        if failure.hints.contains(&help) { failure } else { failure.hint(help) }
    })
}

/// Reads a value from one YAML document.
///
/// Fails with up to ten problems (one in a text of more than 64 KiB), in the order they were found. Refused are: more than [`MAX_BYTES`], nesting
/// beyond [`MAX_DEPTH`], anchors, aliases and tags, duplicate keys, control characters, a second document, an
/// empty text, and what `T` does not accept.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Problem>> {
    let small = text.len() <= MAX_BYTES && scan::control_character(text).is_ok();
    if let Some(value) = small.then(|| plain::read(text)).flatten() {
        return Ok(value);
    }
    read_any(text)
}

/// Reads a value from a text that is part of the program: nothing hostile is in it, and a test reads each with
/// [`read`].
pub fn read_own<T: DeserializeOwned>(text: &'static str) -> Result<T, Vec<Problem>> {
    parse(text).or_else(|_| read(text))
}

/// Reads a value whatever forms of YAML its text has.
fn read_any<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Problem>> {
    scan::check(text)?;
    let first = match parse(text) {
        Ok(value) => return Ok(value),
        Err(failed) => failed,
    };
    Err(collect::<T>(text, first))
}

/// Reads a value from bytes, which must be UTF-8; otherwise like [`read`].
pub fn read_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Vec<Problem>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(error) => {
            let valid = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
            let message = format!("byte {} is not UTF-8 text", error.valid_up_to());
            Err(vec![Problem::at(&valid, valid.len(), message).help("save the file as UTF-8")])
        }
    }
}

/// The line and column, both from 1, of a byte offset; the column is in characters.
#[must_use]
pub fn line_col(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

/// An error of the parser, with the field it was in.
struct Failed {
    path: Vec<String>,
    error: serde_yaml::Error,
    prefixes: Vec<String>,
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failed> {
    serde_path_to_error::deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
        let path = segments(error.path());
        let prefixes = prefixes(error.path());
        Failed { path, error: error.into_inner(), prefixes }
    })
}

fn segments(path: &FieldPath) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            // A variant's name is the value itself, or a key that is counted already.
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The ways the parser itself may have named the field at the front of its message, the longest first.
fn prefixes(path: &FieldPath) -> Vec<String> {
    let mut text = String::new();
    let mut all = Vec::new();
    for segment in path {
        text = match segment {
            Segment::Seq { index } => format!("{text}[{index}]"),
            Segment::Map { key } if text.is_empty() => key.clone(),
            Segment::Map { key } => format!("{text}.{key}"),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        all.push(format!("{text}: "));
    }
    all.reverse();
    all
}

/// The first problem, and those found when the field that had it is left out.
fn collect<T: DeserializeOwned>(text: &str, first: Failed) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut rest = text.to_owned();
    let mut failed = first;
    // Each problem costs several readings of the whole text; no person wrote a large one.
    let most = if text.len() > LARGE { 1 } else { MAX_PROBLEMS };
    while problems.len() < most {
        let path: Vec<&str> = failed.path.iter().map(String::as_str).collect();
        let problem = words::problem(text, &failed.error, &failed.prefixes, &path);
        let consequence = problem.message.contains("is missing") && !problems.is_empty();
        if consequence || problems.contains(&problem) {
            break;
        }
        problems.push(problem);
        let Some(entry) = find::entry(&rest, &path) else { break };
        blank(&mut rest, entry);
        match parse::<T>(&rest) {
            Ok(_) => break,
            Err(next) => failed = next,
        }
    }
    problems
}

/// Overwrites a range with spaces, keeping its line breaks, so that the rest stays where it is.
fn blank(text: &mut String, range: std::ops::Range<usize>) {
    let Some(part) = text.get(range.clone()) else { return };
    let spaces: String =
        part.chars().flat_map(|c| if c == '\n' { vec!['\n'] } else { vec![' '; c.len_utf8()] }).collect();
    text.replace_range(range, &spaces);
}

#[cfg(test)]
mod tests;
