//! Values as YAML text: block style, literal blocks for several lines, quotes only where they are needed.

use serde_yaml::Value;

/// How a scalar was quoted before, which a new text keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    AsNeeded,
    Single,
    Double,
}

/// A value in two parts: what stands behind the `:` or `-`, and the whole lines that follow, indented.
pub(super) struct Rendered {
    pub(super) head: String,
    pub(super) lines: Vec<String>,
}

/// Renders a value whose key or dash stands in the column `indent`; none for what is not written (tags).
pub(super) fn block(value: &Value, indent: usize, quotes: Quotes) -> Option<Rendered> {
    let pad = " ".repeat(indent + 2);
    match value {
        Value::String(text) if is_literal(text) => {
            let indicator = if text.starts_with([' ', '\n', '\t']) { "2" } else { "" };
            let chomp = if text.ends_with('\n') { "" } else { "-" };
            let content = text.strip_suffix('\n').unwrap_or(text);
            let line = |line: &str| if line.is_empty() { String::new() } else { format!("{pad}{line}") };
            let lines = content.split('\n').map(line).collect();
            Some(Rendered { head: format!("|{indicator}{chomp}"), lines })
        }
        Value::Mapping(mapping) if !mapping.is_empty() => {
            let mut lines = Vec::new();
            for (key, value) in mapping {
                lines.extend(entry(key.as_str()?, value, indent + 2)?);
            }
            Some(Rendered { head: String::new(), lines })
        }
        Value::Sequence(list) if !list.is_empty() => {
            let mut lines = Vec::new();
            for value in list {
                lines.extend(item(value, indent + 2)?);
            }
            Some(Rendered { head: String::new(), lines })
        }
        _ => Some(Rendered { head: inline(value, false, quotes)?, lines: Vec::new() }),
    }
}

/// The lines of a field whose key stands in the column `indent`.
pub(super) fn entry(key: &str, value: &Value, indent: usize) -> Option<Vec<String>> {
    let Rendered { head, lines } = block(value, indent, Quotes::AsNeeded)?;
    let space = if head.is_empty() { "" } else { " " };
    let first = format!("{}{}:{space}{head}", " ".repeat(indent), scalar(key, false, Quotes::AsNeeded));
    Some([first].into_iter().chain(lines).collect())
}

/// The lines of a list item whose dash stands in the column `indent`.
pub(super) fn item(value: &Value, indent: usize) -> Option<Vec<String>> {
    let Rendered { head, mut lines } = block(value, indent, Quotes::AsNeeded)?;
    let pad = " ".repeat(indent);
    if !head.is_empty() {
        lines.insert(0, format!("{pad}- {head}"));
    } else if let Some(first) = lines.first_mut() {
        *first = format!("{pad}- {}", first.trim_start());
    }
    Some(lines)
}

/// A value on one line; `flow` when it stands inside of brackets.
pub(super) fn inline(value: &Value, flow: bool, quotes: Quotes) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(_) => Some(serde_yaml::to_string(value).ok()?.trim_end().to_owned()),
        Value::String(text) => Some(scalar(text, flow, quotes)),
        Value::Sequence(list) => {
            let items: Option<Vec<String>> =
                list.iter().map(|item| inline(item, true, Quotes::AsNeeded)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Mapping(mapping) => {
            let fields: Option<Vec<String>> =
                mapping.iter().map(|(key, value)| pair(key.as_str()?, value)).collect();
            Some(format!("{{{}}}", fields?.join(", ")))
        }
        Value::Tagged(_) => None,
    }
}

/// A field inside of braces.
pub(super) fn pair(key: &str, value: &Value) -> Option<String> {
    Some(format!("{}: {}", scalar(key, true, Quotes::AsNeeded), inline(value, true, Quotes::AsNeeded)?))
}

fn scalar(text: &str, flow: bool, quotes: Quotes) -> String {
    let printable = !text.chars().any(is_escaped);
    match quotes {
        Quotes::Single if printable => return format!("'{}'", text.replace('\'', "''")),
        Quotes::Double => return double_quoted(text),
        _ => {}
    }
    let plain = serde_yaml::to_string(text).unwrap_or_default();
    let plain = plain.trim_end_matches('\n');
    let structural = flow
        && plain == text
        && (text.contains([',', '[', ']', '{', '}']) || text.starts_with([':', '?', '-']));
    if !printable || plain.contains('\n') || structural { double_quoted(text) } else { plain.to_owned() }
}

/// Whether the last line of a value in block style is one of a literal block.
pub(super) fn ends_in_literal(value: &Value) -> bool {
    match value {
        Value::String(text) => is_literal(text),
        Value::Mapping(mapping) => mapping.values().last().is_some_and(ends_in_literal),
        Value::Sequence(list) => list.last().is_some_and(ends_in_literal),
        _ => false,
    }
}

/// Several lines that a literal block gives back exactly.
fn is_literal(text: &str) -> bool {
    let content = text.strip_suffix('\n').unwrap_or(text);
    content.contains('\n')
        && !content.ends_with('\n')
        && !content.trim().is_empty()
        && !text.chars().any(|c| c != '\n' && is_escaped(c))
}

/// Characters that are written as an escape: line breaks of any kind, control characters, a byte-order mark.
fn is_escaped(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_escaped(c) => quoted.push_str(&escape(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(c: char) -> String {
    format!("\\u{:04X}", u32::from(c))
}
