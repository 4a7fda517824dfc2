//! Documents that people write, with blocks that `inc` refreshes: `<!-- inc:begin NAME -->` to
//! `<!-- inc:end NAME -->`, each marker alone on its line.

use std::collections::BTreeMap;
use std::ops::Range;

/// Why a document is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A block is not closed.
    #[error("line {line}: the block `{name}` begins here and has no `<!-- inc:end {name} -->`")]
    NoEnd {
        /// The block.
        name: String,
        /// The line of its beginning, from 1.
        line: usize,
    },
    /// A block is closed that was never opened, or was closed already.
    #[error("line {line}: the block `{name}` ends here and has no `<!-- inc:begin {name} -->` before it")]
    NoBegin {
        /// The block.
        name: String,
        /// The line of its end, from 1.
        line: usize,
    },
    /// A block begins inside another.
    #[error("line {line}: the block `{name}` begins inside the block `{outer}`")]
    Nested {
        /// The inner block.
        name: String,
        /// The block around it.
        outer: String,
        /// The line of the inner beginning, from 1.
        line: usize,
    },
    /// A block is there twice.
    #[error("line {line}: the block `{name}` is there already, at line {first}")]
    Duplicate {
        /// The block.
        name: String,
        /// The line of its second beginning, from 1.
        line: usize,
        /// The line of its first beginning, from 1.
        first: usize,
    },
    /// The template has no such block.
    #[error("line {line}: the template has no block `{name}`; it has {known}")]
    Unknown {
        /// The block.
        name: String,
        /// The line of its beginning, from 1.
        line: usize,
        /// The template's blocks, in back-ticks.
        known: String,
    },
    /// A block of the template is missing from the document.
    #[error(
        "the block `{name}` is missing: put `<!-- inc:begin {name} -->` and `<!-- inc:end {name} -->` back"
    )]
    Lost {
        /// The block.
        name: String,
    },
    /// A line begins like a marker and is none.
    #[error(
        "line {line}: `{found}` is no marker: write `<!-- inc:begin NAME -->` or `<!-- inc:end NAME -->`, alone on its line"
    )]
    Malformed {
        /// The line as found.
        found: String,
        /// Its number, from 1.
        line: usize,
    },
    /// The template itself is wrong.
    #[error("the template's blocks are wrong: {0}")]
    Template(Box<Self>),
}

impl Problem {
    /// The line of the document, from 1, where it has one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::NoEnd { line, .. }
            | Self::NoBegin { line, .. }
            | Self::Nested { line, .. }
            | Self::Duplicate { line, .. }
            | Self::Unknown { line, .. }
            | Self::Malformed { line, .. } => Some(*line),
            Self::Lost { .. } | Self::Template(_) => None,
        }
    }
}

/// Whether a document has a line that is, or begins like, a marker of a managed block.
#[must_use]
pub fn has_markers(text: &str) -> bool {
    text.lines().any(|line| !matches!(marker(line.trim(), 1), Ok(None)))
}

/// A marker on a line.
enum Marker<'a> {
    Begin(&'a str),
    End(&'a str),
}

/// A block: what stands between its markers, as bytes of the document.
struct Block<'a> {
    name: &'a str,
    line: usize,
    inner: Range<usize>,
}

/// The document with what stands between its markers taken from a fresh rendering; all else stays, byte for
/// byte.
///
/// # Errors
/// A marker is lost, nested, there twice, unknown or malformed; nothing is to be overwritten then.
pub fn refresh(existing: &str, fresh: &str) -> Result<String, Problem> {
    let new = blocks(fresh).map_err(|problem| Problem::Template(Box::new(problem)))?;
    let contents: BTreeMap<&str, &str> = new.iter().map(|b| (b.name, &fresh[b.inner.clone()])).collect();
    let old = blocks(existing)?;
    if let Some(block) = old.iter().find(|b| !contents.contains_key(b.name)) {
        let known: Vec<String> = new.iter().map(|b| format!("`{}`", b.name)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Problem::Unknown { name: block.name.to_owned(), line: block.line, known });
    }
    if let Some(lost) = new.iter().find(|b| !old.iter().any(|o| o.name == b.name)) {
        return Err(Problem::Lost { name: lost.name.to_owned() });
    }
    let crlf = existing.contains("\r\n");
    let mut out = String::with_capacity(existing.len());
    let mut done = 0;
    for block in &old {
        out.push_str(&existing[done..block.inner.start]);
        let content = contents.get(block.name).copied().unwrap_or_default();
        if crlf {
            out.push_str(&content.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(content);
        }
        done = block.inner.end;
    }
    out.push_str(&existing[done..]);
    Ok(out)
}

/// The blocks of a document, in order.
fn blocks(text: &str) -> Result<Vec<Block<'_>>, Problem> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut start = 0;
    for (index, full) in text.split_inclusive('\n').enumerate() {
        let (line, end) = (index + 1, start + full.len());
        match marker(full.trim(), line)? {
            Some(Marker::Begin(name)) => {
                if let Some((outer, _, _)) = open {
                    return Err(Problem::Nested { name: name.to_owned(), outer: outer.to_owned(), line });
                }
                if let Some(first) = blocks.iter().find(|b| b.name == name) {
                    return Err(Problem::Duplicate { name: name.to_owned(), line, first: first.line });
                }
                open = Some((name, line, end));
            }
            Some(Marker::End(name)) => match open.take() {
                Some((begun, line, from)) if begun == name => {
                    blocks.push(Block { name, line, inner: from..start });
                }
                Some((begun, line, _)) => return Err(Problem::NoEnd { name: begun.to_owned(), line }),
                None => return Err(Problem::NoBegin { name: name.to_owned(), line }),
            },
            None => {}
        }
        start = end;
    }
    match open {
        Some((name, line, _)) => Err(Problem::NoEnd { name: name.to_owned(), line }),
        None => Ok(blocks),
    }
}

fn marker(line: &str, number: usize) -> Result<Option<Marker<'_>>, Problem> {
    if !line.starts_with("<!--") || !line.contains("inc:") {
        return Ok(None);
    }
    let inside = line.strip_prefix("<!--").and_then(|l| l.strip_suffix("-->")).map(str::trim);
    let Some(inside) = inside.filter(|inside| inside.starts_with("inc:")) else {
        let about = line.trim_start_matches("<!--").trim_start().starts_with("inc:");
        let problem = Problem::Malformed { found: line.to_owned(), line: number };
        return if about { Err(problem) } else { Ok(None) };
    };
    let named = |rest: &'_ str| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    match inside.split_once(' ').map(|(word, name)| (word, name.trim())) {
        Some(("inc:begin", name)) if named(name) => Ok(Some(Marker::Begin(name))),
        Some(("inc:end", name)) if named(name) => Ok(Some(Marker::End(name))),
        _ => Err(Problem::Malformed { found: line.to_owned(), line: number }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRESH: &str = "# T\n<!-- inc:begin a -->\nnew a\n<!-- inc:end a -->\n\n<!-- inc:begin b -->\nnew b\n<!-- inc:end b -->\n";

    fn message(existing: &str) -> String {
        refresh(existing, FRESH).unwrap_err().to_string()
    }

    #[test]
    fn only_what_stands_between_markers_changes() {
        let existing = "mine\n<!-- inc:begin a -->\nold\n<!-- inc:end a -->\nkept  \n\n<!-- inc:begin b -->\n<!-- inc:end b -->";
        let expected = "mine\n<!-- inc:begin a -->\nnew a\n<!-- inc:end a -->\nkept  \n\n<!-- inc:begin b -->\nnew b\n<!-- inc:end b -->";
        assert_eq!(refresh(existing, FRESH).unwrap(), expected);
        let windows = existing.replace('\n', "\r\n");
        assert_eq!(refresh(&windows, FRESH).unwrap(), expected.replace('\n', "\r\n"));
    }

    #[test]
    fn a_wrong_marker_is_said_with_its_line() {
        assert_eq!(
            message("x\n<!-- inc:begin a -->\nold\n"),
            "line 2: the block `a` begins here and has no `<!-- inc:end a -->`"
        );
        assert_eq!(
            message("<!-- inc:end a -->\n"),
            "line 1: the block `a` ends here and has no `<!-- inc:begin a -->` before it"
        );
        assert_eq!(
            message("<!-- inc:begin a -->\n<!-- inc:begin b -->\n"),
            "line 2: the block `b` begins inside the block `a`"
        );
        let twice = "<!-- inc:begin a -->\n<!-- inc:end a -->\n";
        assert_eq!(message(&twice.repeat(2)), "line 3: the block `a` is there already, at line 1");
        assert_eq!(
            message("<!-- inc:begin c -->\n<!-- inc:end c -->\n"),
            "line 1: the template has no block `c`; it has `a`, `b`"
        );
        assert_eq!(
            message(twice),
            "the block `b` is missing: put `<!-- inc:begin b -->` and `<!-- inc:end b -->` back"
        );
        assert!(message("<!-- inc:start a -->\n").starts_with("line 1: `<!-- inc:start a -->` is no marker"));
        assert!(
            message("<!-- inc:begin a -->\n<!-- inc:end b -->\n").starts_with("line 1: the block `a` begins")
        );
        assert!(
            message("<!-- inc:begin a --> x\n").starts_with("line 1: `<!-- inc:begin a --> x` is no marker")
        );
    }

    #[test]
    fn other_comments_are_nobodys_business() {
        let existing = format!("<!-- a comment -->\n<!-- see inc: docs -->\n{FRESH}");
        assert_eq!(refresh(&existing, FRESH).unwrap(), existing);
    }

    proptest! {
        #[test]
        fn text_outside_never_changes_and_refresh_is_idempotent(
            parts in proptest::array::uniform3("[a-z<!> \\-\\n#]{0,20}"),
            old in proptest::array::uniform2("([a-z ]{0,8}\\n){0,3}"),
        ) {
            prop_assume!(!parts.iter().any(|p| p.contains("<!--")));
            let [before, between, after] = parts;
            let [a, b] = old;
            let existing = format!(
                "{before}\n<!-- inc:begin a -->\n{a}<!-- inc:end a -->\n{between}\n<!-- inc:begin b -->\n{b}<!-- inc:end b -->\n{after}"
            );
            let expected = format!(
                "{before}\n<!-- inc:begin a -->\nnew a\n<!-- inc:end a -->\n{between}\n<!-- inc:begin b -->\nnew b\n<!-- inc:end b -->\n{after}"
            );
            let once = refresh(&existing, FRESH).unwrap();
            prop_assert_eq!(&once, &expected);
            prop_assert_eq!(refresh(&once, FRESH).unwrap(), once);
        }

        #[test]
        fn no_text_makes_it_panic(existing in "(<!-- inc:(begin|end) [ab] -->|[a\\n<>! -]){0,12}") {
            let _ = refresh(&existing, FRESH);
        }
    }
}
