//! The parser's errors in the words of the file: no type names, what was found and what would be right.

use super::{Problem, line_col, locate, locate_key};
use crate::error::nearest;

/// Puts an error of the parser at its place and into words.
pub(super) fn problem(text: &str, error: &serde_yaml::Error, prefixes: &[String], path: &[&str]) -> Problem {
    let raw = bare(&error.to_string(), prefixes);
    if raw.contains("more than one document") {
        return second_document(text);
    }
    let (field, (message, help)) = (path.join("."), said(&raw, text, path));
    let marked = error.location().map(|at| (at.line(), at.column()));
    if let Some(problem) = marked.and_then(|(line, _)| tab(text, line)).filter(|_| grammar(&raw).is_some()) {
        return problem;
    }
    let offset = if raw.starts_with("unknown field") {
        locate_key(text, path)
    } else {
        locate(text, path).filter(|_| is_about_a_value(&raw))
    };
    let (line, column) = match (offset, marked) {
        (Some(span), _) => line_col(text, span.start),
        (None, Some(place)) => place,
        (None, None) => (1, 1),
    };
    Problem { line, column, path: field, message, help }
}

/// The message without the field that the parser puts before it and the place that it puts after it.
fn bare(message: &str, prefixes: &[String]) -> String {
    let message = prefixes.iter().find_map(|p| message.strip_prefix(p.as_str())).unwrap_or(message);
    let place = message.rfind(" at line ").filter(|at| {
        message
            .get(*at..)
            .is_some_and(|end| end.contains(" column ") && !end.trim_start_matches(" at line ").contains('`'))
    });
    place.and_then(|at| message.get(..at)).unwrap_or(message).to_owned()
}

/// Whether the place is the value's: it was read, or it is what was never closed.
fn is_about_a_value(raw: &str) -> bool {
    grammar(raw).is_none() || raw.contains("unexpected end of stream")
}

/// A tab in the indentation of a line that is no YAML is the likeliest cause.
fn tab(text: &str, line: usize) -> Option<Problem> {
    let content = text.lines().nth(line.checked_sub(1)?)?;
    let indent = content.len() - content.trim_start().len();
    let column = content.get(..indent)?.find('\t')? + 1;
    let message = "a tab in the indentation".to_owned();
    Some(Problem { line, column, path: String::new(), message, help: Some("indent with spaces".to_owned()) })
}

fn second_document(text: &str) -> Problem {
    let mut offset = 0;
    let mut content = false;
    for line in text.split_inclusive('\n') {
        let marker = line.starts_with("---") || line.starts_with("...");
        if marker && content {
            break;
        }
        content |= !marker && !line.trim().is_empty() && !line.starts_with('#');
        offset += line.len();
    }
    Problem::at(text, offset, "a second document begins here; only one is read").help("remove the `---` line")
}

fn said(raw: &str, text: &str, path: &[&str]) -> (String, Option<String>) {
    if let Some(rest) = raw.strip_prefix("unknown field ") {
        return unknown("field", rest);
    }
    if let Some(rest) = raw.strip_prefix("unknown variant ") {
        return unknown("value", rest);
    }
    if let Some(name) = raw.strip_prefix("missing field ") {
        return (format!("the field {name} is missing"), None);
    }
    if let Some(name) = raw.strip_prefix("duplicate field ") {
        return (format!("the field {name} is written twice"), None);
    }
    for start in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((found, expected)) =
            raw.strip_prefix(start).and_then(|rest| rest.split_once(", expected "))
        {
            return (format!("expected {}, found {}", wanted(expected), met(found, start)), None);
        }
    }
    if raw.starts_with("data did not match any variant") {
        return ("the value has none of the forms that are possible here".to_owned(), None);
    }
    if let Some(said) = grammar(raw) {
        return said;
    }
    if is_about_time(raw) {
        let value = locate(text, path).and_then(|span| text.get(span)).unwrap_or_default();
        return (
            format!("`{value}` is not a time"),
            Some("write it with its offset, like `2025-11-10T14:30:00Z`".to_owned()),
        );
    }
    (raw.to_owned(), None)
}

/// `` `titel`, expected one of `title`, `type` ``: the nearest name in the message, all of them as help.
fn unknown(what: &str, rest: &str) -> (String, Option<String>) {
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    let message = match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown {what} `{name}`; did you mean `{near}`?"),
        None => format!("unknown {what} `{name}`"),
    };
    let list: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
    let help = match list.as_slice() {
        [] => format!("no {what} is possible here"),
        [one] => format!("the only {what} possible here is {one}"),
        _ => format!("possible here: {}", list.join(", ")),
    };
    (message, Some(help))
}

/// What was found, as a person names it.
fn met(found: &str, start: &str) -> String {
    if start == "invalid length " {
        return format!("{found} of them");
    }
    let quoted = |rest: &str| rest.trim_matches(['`', '"']).to_owned();
    match found {
        "map" => "a mapping".to_owned(),
        "sequence" => "a list".to_owned(),
        "unit value" | "null" | "Option value" => "nothing".to_owned(),
        _ => match found.split_once(' ') {
            Some(("string", rest)) => format!("the text `{}`", quoted(rest)),
            Some(("integer", rest)) => format!("the number `{}`", quoted(rest)),
            Some(("floating", rest)) => {
                format!("the number `{}`", quoted(rest.trim_start_matches("point ")))
            }
            Some(("boolean", rest)) => format!("`{}`", quoted(rest)),
            _ => found.to_owned(),
        },
    }
}

/// What would be right, as a person names it.
fn wanted(expected: &str) -> String {
    let first = expected.split(' ').next().unwrap_or_default();
    match expected {
        "a string" | "a borrowed string" | "string" => "text".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a mapping".to_owned(),
        "unit" => "nothing".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "an RFC 3339 formatted date and time string" | "a formatted date and time string" => {
            "a time like `2025-11-10T14:30:00Z`".to_owned()
        }
        "a formatted date string" => "a date like `2025-11-10`".to_owned(),
        _ => match first {
            "struct" => "a mapping with its fields".to_owned(),
            "enum" | "variant" => "one of its names".to_owned(),
            "internally" | "adjacently" => "a mapping that names its kind".to_owned(),
            "tuple" => "a list".to_owned(),
            "nonzero" => "a whole number, 1 or more".to_owned(),
            _ if expected.starts_with("a nonzero ") => "a whole number, 1 or more".to_owned(),
            _ if expected.starts_with("a tuple") => expected.replacen("a tuple of size", "a list of", 1),
            _ => expected.to_owned(),
        },
    }
}

fn is_about_time(raw: &str) -> bool {
    [
        "premature end of input",
        "input contains invalid characters",
        "input is out of range",
        "trailing input",
        "input is not enough for unique date and time",
        "no possible date and time matching input",
    ]
    .contains(&raw)
}

/// Errors of the YAML grammar, by what usually causes them; none when the message is about a value.
fn grammar(raw: &str) -> Option<(String, Option<String>)> {
    const QUOTE: &str = "put the text in quotes";
    const ALIGN: &str = "give the fields of one mapping the same indentation, in spaces";
    let (message, help) = if raw.contains("mapping values are not allowed") {
        ("a `:` followed by a space cannot be here", QUOTE)
    } else if raw.contains("cannot start any token") {
        ("a value cannot begin with this character (a tab, `@`, `` ` `` or `%`)", QUOTE)
    } else if raw.contains("unexpected end of stream") {
        ("a quote is opened and never closed", "close it at the end of the text")
    } else if raw.contains("could not find expected ':'") {
        ("this line is neither `key: value` nor part of the value before it", ALIGN)
    } else if raw.contains("did not find expected ',' or") {
        ("a `[` or `{` is opened and not closed, or a `,` is missing", "close it, or put the text in quotes")
    } else if raw.contains("did not find expected '-' indicator")
        || raw.contains("block sequence entries are not allowed")
    {
        ("a list item cannot be here", "give the items of one list the same indentation, in spaces")
    } else if raw.contains("did not find expected key") || raw.contains("mapping keys are not allowed") {
        ("this line does not fit the mapping around it", ALIGN)
    } else if raw.contains("unknown escape character") {
        ("an unknown escape after `\\` in double quotes", "write `\\\\`, or use single quotes")
    } else if raw.contains("unknown anchor") || raw.contains("alphabetic or numeric character") {
        ("a value cannot begin with `*` or `&`", QUOTE)
    } else if raw.contains("found a tab character") {
        ("a tab in the indentation", "indent with spaces")
    } else if raw.contains("document start") || raw.contains("document end") {
        ("this does not continue the document before it", ALIGN)
    } else if raw.contains("while scanning") || raw.contains("while parsing a") || raw.contains("EOF while") {
        ("this is not YAML", QUOTE)
    } else {
        return None;
    };
    Some((message.to_owned(), Some(help.to_owned())))
}
