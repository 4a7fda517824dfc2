//! The keys of a record in the order in which its schema has them, each with the comments above it.

use serde_yaml::{Mapping, Value};

use super::yaml::locate_key;
use crate::model::record::Record;

/// The text of a record with its top-level keys in order; none when they are, or when the text is not of a form that
/// can be moved about without a change of meaning.
#[must_use]
pub fn ordered(text: &str) -> Option<String> {
    let before: Mapping = serde_yaml::from_str(text).ok()?;
    let schema = serde_json::to_value(schemars::schema_for!(Record)).ok()?;
    let known: Vec<&String> = schema.get("properties")?.as_object()?.keys().collect();
    let keys: Vec<&str> = before.keys().map(Value::as_str).collect::<Option<_>>()?;
    let place = |key: &str| known.iter().position(|k| *k == key);
    let places: Vec<usize> = keys.iter().map(|key| place(key)).collect::<Option<_>>()?;
    let mut order: Vec<(usize, usize)> = places.into_iter().enumerate().collect();
    if order.is_sorted_by_key(|(_, place)| *place) {
        return None;
    }
    order.sort_by_key(|(_, place)| *place);
    let starts: Vec<usize> = keys.iter().map(|key| start(text, key)).collect::<Option<_>>()?;
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts: Vec<&str> =
        starts.iter().zip(ends).map(|(from, to)| text.get(*from..to)).collect::<Option<_>>()?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    // A blank line between keys, where there is one between any two, lets branches merge that change two of them.
    let apart = parts.iter().rev().skip(1).any(|part| part.ends_with(&end.repeat(2)));
    let moved =
        order.into_iter().filter_map(|(from, _)| parts.get(from)).map(|p| p.trim_end_matches(['\r', '\n']));
    let moved: Vec<&str> = moved.collect();
    let header = text.get(..*starts.first()?)?;
    let out = format!("{header}{}{end}", moved.join(&end.repeat(if apart { 2 } else { 1 })));
    let after: Mapping = serde_yaml::from_str(&out).ok()?;
    (after == before).then_some(out)
}

/// Where a key begins, with the comments right above it; none when it does not begin a line. A comment at the very
/// beginning is the file's.
fn start(text: &str, key: &str) -> Option<usize> {
    let at = locate_key(text, &[key])?.start;
    let above = text.get(..at)?;
    if !(above.is_empty() || above.ends_with('\n')) {
        return None;
    }
    let comments = above.split_inclusive('\n').rev().take_while(|line| line.starts_with('#'));
    let start = at - comments.map(str::len).sum::<usize>();
    Some(if start == 0 { at } else { start })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_with_their_comments_and_nothing_else_does() {
        let text = "# schema\n\n# a title\ntitle: T  # short\nid: 20251110-7f3k\n\nactions: []\n\n# what it hurt\nimpact:\n  # users\n  summary: |\n    slow\n\n    very\nprocess: a@1\n";
        let expected = "# schema\n\nid: 20251110-7f3k\n\n# a title\ntitle: T  # short\n\nprocess: a@1\n\n# what it hurt\nimpact:\n  # users\n  summary: |\n    slow\n\n    very\n\nactions: []\n";
        assert_eq!(ordered(text).as_deref(), Some(expected));
        assert_eq!(ordered(expected), None, "once is enough");
    }

    #[test]
    fn what_cannot_be_moved_safely_stays() {
        for text in [
            "{ title: T, id: a }",
            "title: &t T\nid: *t\n",
            "title: T\nid: a\nnobody: knows\n",
            "title: [\n",
            "",
        ] {
            assert_eq!(ordered(text), None, "{text}");
        }
    }

    #[test]
    fn line_ends_of_windows_stay() {
        assert_eq!(ordered("title: T\r\nid: a").as_deref(), Some("id: a\r\ntitle: T\r\n"));
    }
}
