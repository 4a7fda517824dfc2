//! The text of one change: only the lines of the value itself are touched.

use std::ops::Range;

use serde_yaml::Value;
use yaml_edit::YamlNode;

use super::render::{self, Quotes};
use crate::store::yaml::find;

/// Replaces the value at a path.
pub(super) fn replace(text: &str, path: &[&str], value: &Value) -> Option<String> {
    let place = Place::find(text, path)?;
    let old = find::span(text, &place.node);
    if place.in_flow {
        let quotes = quotes(text, &place.node);
        return Some(spliced(text, old, &render::inline(value, true, quotes)?));
    }
    let indent = place.indent(text);
    let new = render::block(value, indent, quotes(text, &place.node))?;
    let introducer = place.introducer(text)?;
    // What stands on the line of the key stays there; whole lines go in after it.
    let shape = Shape::of(text, &place.node, introducer, old);
    let line_end = line_end(text, shape.end);
    let gap = if new.head.is_empty() { "" } else { shape.gap.as_str() };
    let first = format!("{gap}{}{}", new.head, shape.comment);
    let mut lines = vec![first];
    // No comment line can stand between a literal block and its header, nor after it at the depth of its text.
    if new.head.starts_with('|') {
        lines.extend(new.lines);
        lines.extend(shape.between.iter().map(|line| format!("{}{}", " ".repeat(indent), line.trim_start())));
    } else {
        lines.extend(shape.between);
        lines.extend(new.lines);
    }
    let lines = lines.join(newline(text));
    let edited = spliced(text, introducer..line_end, &lines);
    if render::ends_in_literal(value) {
        dedent(&edited, introducer + lines.len(), indent)
    } else {
        Some(edited)
    }
}

/// Moves the comment lines after a literal block out to the column of its key, else they would become its text.
fn dedent(text: &str, after: usize, indent: usize) -> Option<String> {
    let mut out = text.get(..after)?.to_owned();
    let mut lines = text.get(after..)?.split_inclusive('\n');
    for line in lines.by_ref() {
        let content = line.trim_start_matches(' ');
        let is_comment = content.starts_with('#') && line.len() - content.len() > indent;
        if is_comment {
            out.extend([" ".repeat(indent).as_str(), content]);
        } else {
            out.push_str(line);
        }
        if !is_comment && !line.trim().is_empty() {
            break;
        }
    }
    out.extend(lines);
    Some(out)
}

/// Adds a field, or without a key an item, at the end of the mapping or list at a path, which is not empty.
pub(super) fn insert(text: &str, holder: &[&str], key: Option<&str>, value: &Value) -> Option<String> {
    let place = Place::find(text, holder)?;
    if place.in_flow || find::is_flow(&place.node) {
        let last = find::children(&place.node).last().cloned()?;
        let end = find::trimmed(text, last.whole).end;
        let new = match key {
            Some(key) => render::pair(key, value)?,
            None => render::inline(value, true, Quotes::AsNeeded)?,
        };
        return Some(spliced(text, end..end, &format!(", {new}")));
    }
    let indent = column(text, find::span(text, &place.node).start);
    let lines = match key {
        Some(key) => render::entry(key, value, indent)?,
        None => render::item(value, indent)?,
    };
    let end = line_end(text, find::span(text, &place.node).end);
    let newline = newline(text);
    let blank = if holder.is_empty() && key.is_some() { newline } else { "" };
    let lines = format!("{newline}{blank}{}", lines.join(newline));
    let edited = spliced(text, end..end, &lines);
    if render::ends_in_literal(value) { dedent(&edited, end + lines.len(), indent) } else { Some(edited) }
}

/// Removes the field or item at a path, which is not the only one of its mapping or list.
pub(super) fn remove(text: &str, path: &[&str]) -> Option<String> {
    let (last, holder) = path.split_last()?;
    let place = Place::find(text, holder)?;
    let children = find::children(&place.node);
    let index = match &place.node {
        YamlNode::Sequence(_) => last.parse().ok()?,
        _ => children.iter().position(|child| child.key.as_deref() == Some(*last))?,
    };
    let whole = |index: usize| Some(find::trimmed(text, children.get(index)?.whole.clone()));
    let this = whole(index)?;
    if place.in_flow || find::is_flow(&place.node) {
        return Some(match whole(index + 1) {
            Some(next) => spliced(text, this.start..next.start, ""),
            None => spliced(text, whole(index.checked_sub(1)?)?.end..this.end, ""),
        });
    }
    let start = Place::find(text, path)?.start(text)?;
    let end = line_end(text, this.end);
    let line_start = line_start(text, start);
    if text.get(line_start..start)?.trim().is_empty() {
        return Some(without_lines(text, line_start..end));
    }
    // The first of a list item's fields stands behind its dash, which the next field takes over.
    let next = Place::find(text, &[holder, &[next_name(&children, index, &place.node)?.as_str()]].concat())?
        .start(text)?;
    let between = text.get(end..next)?;
    if between.trim().is_empty() {
        Some(spliced(text, start..next, ""))
    } else {
        let bare = text.get(..start)?.trim_end_matches(' ').len();
        Some(spliced(text, bare..end, ""))
    }
}

fn next_name(children: &[find::Child], index: usize, holder: &YamlNode) -> Option<String> {
    match holder {
        YamlNode::Sequence(_) => Some((index + 1).to_string()),
        _ => children.get(index + 1)?.key.clone(),
    }
}

/// Removes whole lines, and one of two blank lines that would meet.
fn without_lines(text: &str, lines: Range<usize>) -> String {
    let (before, after) =
        (text.get(..lines.start).unwrap_or_default(), text.get(lines.end..).unwrap_or_default());
    let after = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')).unwrap_or(after);
    let blank_before = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
    let after = match after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) {
        Some(rest) if blank_before => rest,
        _ => after,
    };
    format!("{before}{after}")
}

/// A value, with what leads to it.
struct Place {
    node: YamlNode,
    /// Whether an ancestor is in braces or brackets.
    in_flow: bool,
    key: Option<Range<usize>>,
    /// For an item: the column of its list's dashes, and where the item before it ends.
    item: Option<(usize, Option<usize>)>,
    list_start: usize,
}

impl Place {
    fn find(text: &str, path: &[&str]) -> Option<Self> {
        let root = find::root(text)?;
        let mut place = Self { node: root, in_flow: false, key: None, item: None, list_start: 0 };
        for segment in path {
            let in_flow = place.in_flow || find::is_flow(&place.node);
            let span = find::span(text, &place.node);
            let children = find::children(&place.node);
            let index = match &place.node {
                YamlNode::Sequence(_) => segment.parse().ok()?,
                _ => children.iter().position(|child| child.key.as_deref() == Some(*segment))?,
            };
            let child = children.get(index)?.clone();
            let is_item = child.key.is_none();
            let previous = index.checked_sub(1).and_then(|i| children.get(i));
            let previous = previous.map(|child| find::trimmed(text, child.whole.clone()).end);
            place = Self {
                node: child.node,
                in_flow,
                key: child.key_span.map(|span| find::trimmed(text, span)),
                item: is_item.then(|| (column(text, span.start), previous)),
                list_start: span.start,
            };
        }
        Some(place)
    }

    /// Where the key or the dash begins.
    fn start(&self, text: &str) -> Option<usize> {
        match (&self.key, self.item) {
            (Some(key), _) => Some(key.start),
            (None, Some((_, None))) => Some(self.list_start),
            (None, Some((column, Some(previous)))) => {
                let mut start = line_end(text, previous);
                for line in text.get(start..)?.split_inclusive('\n') {
                    let spaces = line.len() - line.trim_start_matches(' ').len();
                    if spaces == column && line.get(spaces..)?.starts_with('-') {
                        return Some(start + spaces);
                    }
                    start += line.len();
                }
                None
            }
            (None, None) => None,
        }
    }

    /// The end of the `:` or `-`, behind which the value stands.
    fn introducer(&self, text: &str) -> Option<usize> {
        match &self.key {
            Some(key) => Some(key.end + text.get(key.end..)?.find(':')? + 1),
            None => Some(self.start(text)? + 1),
        }
    }

    /// The column of the key or dash.
    fn indent(&self, text: &str) -> usize {
        self.start(text).map_or(0, |start| column(text, start))
    }
}

/// What surrounds an old value in its lines.
struct Shape {
    /// The white space between `:` and the value.
    gap: String,
    /// The rest of the key's line: a comment with the white space before it.
    comment: String,
    /// The comment lines between the key's line and a block value.
    between: Vec<String>,
    /// Where the old value ends.
    end: usize,
}

impl Shape {
    fn of(text: &str, node: &YamlNode, introducer: usize, old: Range<usize>) -> Self {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let rest_of_line = |from: usize| part(from..line_end(text, from)).to_owned();
        let single = |gap: &str| if gap.is_empty() { " ".to_owned() } else { gap.to_owned() };
        let end = old.end.max(introducer);
        if old.is_empty() {
            let comment = rest_of_line(introducer);
            return Self { gap: " ".to_owned(), comment, between: Vec::new(), end: introducer };
        }
        let before = part(introducer..old.start);
        if let Some((first, rest)) = before.split_once('\n') {
            let mut between: Vec<String> = rest.lines().map(str::to_owned).collect();
            between.retain(|line| !line.trim().is_empty());
            let comment = first.trim_end_matches('\r').to_owned();
            return Self { gap: " ".to_owned(), comment, between, end };
        }
        let comment = match node {
            YamlNode::Scalar(scalar) if scalar.is_block() => {
                let header = rest_of_line(old.start);
                let indicator =
                    header.find(" #").and_then(|at| header.get(..at)).map(|before| before.trim_end().len());
                indicator.and_then(|end| header.get(end..)).unwrap_or_default().to_owned()
            }
            YamlNode::Mapping(_) | YamlNode::Sequence(_) if !find::is_flow(node) => String::new(),
            _ => rest_of_line(old.end),
        };
        Self { gap: single(before), comment, between: Vec::new(), end }
    }
}

fn quotes(text: &str, node: &YamlNode) -> Quotes {
    match text.as_bytes().get(find::span(text, node).start) {
        Some(b'"') => Quotes::Double,
        Some(b'\'') => Quotes::Single,
        _ => Quotes::AsNeeded,
    }
}

fn spliced(text: &str, range: Range<usize>, new: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    format!("{}{new}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

fn newline(text: &str) -> &'static str {
    if text.find('\n').is_some_and(|at| text.get(..at).is_some_and(|line| line.ends_with('\r'))) {
        "\r\n"
    } else {
        "\n"
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

/// The end of the line, before its line break.
fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let carriage = usize::from(line.len() < rest.len() && line.ends_with('\r'));
    offset + line.len() - carriage
}

fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset)
}
