//! A file of front matter and body: `---`, YAML, `---`, Markdown.

use super::yaml::Problem;

/// The two parts of a file, as they are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The YAML between the two `---` lines.
    pub yaml: &'a str,
    /// The line of the file on which the YAML begins, from 1.
    pub yaml_first_line: usize,
    /// Everything after the second `---` line, unchanged.
    pub body: &'a str,
}

/// Splits a file into front matter and body; line ends may be `\r\n`, and a byte-order mark is skipped.
///
/// Fails when the first line is not `---` or no later line is. A `---` in the body is part of the body.
pub fn split(text: &str) -> Result<Parts<'_>, Problem> {
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = content.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if !is_fence(first) {
        return Err(Problem::at(text, 0, "the first line is not `---`")
            .help("begin the file with `---`, the fields, and another `---` line"));
    }
    let mut end = first.len();
    for line in lines {
        if is_fence(line) {
            let yaml = content.get(first.len()..end).unwrap_or_default();
            let body = content.get(end + line.len()..).unwrap_or_default();
            return Ok(Parts { yaml, yaml_first_line: 2, body });
        }
        end += line.len();
    }
    Err(Problem::at(text, 0, "the `---` of the first line is never closed")
        .help("write another `---` line after the fields"))
}

fn is_fence(line: &str) -> bool {
    line.trim_end_matches(['\n', '\r', ' ', '\t']) == "---"
}

/// Puts front matter and body together. The body keeps its text, but the file ends in exactly one newline.
#[must_use]
pub fn join(yaml: &str, body: &str) -> String {
    let yaml = yaml.trim_end_matches(['\n', '\r']);
    let body = body.trim_end_matches(['\n', '\r']);
    let yaml = if yaml.is_empty() { String::new() } else { format!("{yaml}\n") };
    let body = if body.is_empty() { String::new() } else { format!("{body}\n") };
    format!("---\n{yaml}---\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_split_at_its_fences() {
        let parts = split("---\nkind: note\n---\nText\n\n---\nmore\n").unwrap();
        assert_eq!(parts, Parts { yaml: "kind: note\n", yaml_first_line: 2, body: "Text\n\n---\nmore\n" });
        let parts = split("\u{feff}---\r\nkind: note\r\n---\r\nText\r\n").unwrap();
        assert_eq!((parts.yaml, parts.body), ("kind: note\r\n", "Text\r\n"));
        let parts = split("---\n---").unwrap();
        assert_eq!((parts.yaml, parts.body), ("", ""));
        assert_eq!(split("---\na: ---x\n ---\n---\n").unwrap().yaml, "a: ---x\n ---\n");
    }

    #[test]
    fn a_file_without_fences_is_refused_with_its_line() {
        for (text, message) in [
            ("", "the first line is not `---`"),
            ("kind: note\n", "the first line is not `---`"),
            ("---\nkind: note\n", "the `---` of the first line is never closed"),
        ] {
            let problem = split(text).unwrap_err();
            assert_eq!((problem.line, problem.message.as_str()), (1, message));
        }
    }

    #[test]
    fn a_file_ends_in_one_newline() {
        assert_eq!(join("kind: note", "Text"), "---\nkind: note\n---\nText\n");
        assert_eq!(join("kind: note\n", "\n  Text  \n\n\n"), "---\nkind: note\n---\n\n  Text  \n");
        assert_eq!(join("kind: note\n", ""), "---\nkind: note\n---\n");
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(body in "[a\\-\n é]{0,40}") {
            let file = join("kind: note\n", &body);
            let parts = split(&file).unwrap();
            prop_assert_eq!(parts.yaml, "kind: note\n");
            prop_assert_eq!(parts.body.trim_end_matches('\n'), body.trim_end_matches('\n'));
            prop_assert_eq!(join(parts.yaml, parts.body), file);
        }

        #[test]
        fn any_text_is_split_or_refused(text in any::<String>()) {
            let _ = split(&text);
        }
    }
}
