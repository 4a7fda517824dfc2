//! Markdown that people wrote in several lines, made fit to stand inside a document: its headings, HTML and
//! images are shown as typed, its fences are closed, and it can forge neither the document's own headings nor
//! the markers of its managed blocks.

use super::escape::code_span;
use super::terminal::escape_control_lines;

/// A fence that is open: its character, how long and how far in it is.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
}

/// The block, each line but the first `indent` spaces in; `flush` says that the first line stands at the
/// start of a line and not behind a list's mark.
#[must_use]
pub(super) fn block(text: &str, indent: usize, flush: bool) -> String {
    let text = text.replace("\r\n", "\n");
    let text = escape_control_lines(text.trim_matches(['\n', '\r', ' ', '\t'])).replace('\t', "    ");
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<Fence> = None;
    for (number, line) in text.split('\n').map(str::trim_end).enumerate() {
        let first = number == 0 && !flush;
        if let Some(open) = fence {
            if !line.is_empty() && indentation(line) < open.indent {
                lines.push(closing(open));
            } else {
                fence = if closes(line, open) { None } else { Some(open) };
                lines.push(line.replace("<!-- inc:", "\\<!-- inc:"));
                continue;
            }
        }
        fence = opens(line);
        if fence.is_some() && first {
            lines.push(String::new());
        }
        lines.push(if fence.is_some() { line.to_owned() } else { markdown_line(line) });
    }
    lines.extend(fence.map(closing));
    indented(&lines, indent)
}

/// A verbatim excerpt as a fenced block, whatever fences it holds.
#[must_use]
pub(super) fn fenced(text: &str, language: &str) -> String {
    let text = escape_control_lines(text.trim_matches(['\n', '\r'])).replace("<!-- inc:", "\\<!-- inc:");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

fn indented(lines: &[String], indent: usize) -> String {
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
            }
        }
        out.push_str(line);
    }
    out
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn opens(line: &str) -> Option<Fence> {
    let indent = indentation(line);
    let rest = line.get(indent..)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.len() - rest.trim_start_matches(mark).len();
    let info = &rest[length..];
    (indent <= 3 && length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence {
        mark,
        length,
        indent,
    })
}

fn closes(line: &str, open: Fence) -> bool {
    let rest = line.trim_start_matches(' ');
    indentation(line) <= 3 && rest.len() >= open.length && rest.chars().all(|c| c == open.mark)
}

fn closing(open: Fence) -> String {
    format!("{}{}", " ".repeat(open.indent), String::from(open.mark).repeat(open.length))
}

/// A line outside fences: what would begin a heading is escaped behind any list or quotation mark, then the
/// inline text.
fn markdown_line(line: &str) -> String {
    let content = line.len() - past_containers(line).len();
    let (marks, rest) = line.split_at(content);
    let mut out = marks.to_owned();
    if heading(rest) || rest.starts_with("```") || rest.starts_with("~~~") {
        out.push('\\');
        out.extend(rest.chars().next());
        inline_markdown(rest.get(1..).unwrap_or_default(), &mut out);
    } else {
        inline_markdown(rest, &mut out);
    }
    out
}

/// What is left of a line behind white space, quotation marks and list marks.
fn past_containers(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mark = &rest[digits..];
        let next = if digits == 0 && rest.starts_with('>') {
            &rest[1..]
        } else if (digits == 0 && mark.starts_with(['-', '+', '*']))
            || (digits > 0 && mark.starts_with(['.', ')']))
        {
            match mark.get(1..) {
                Some(behind) if behind.starts_with(' ') => behind,
                _ => return rest,
            }
        } else {
            return rest;
        };
        if underline(rest) {
            return rest;
        }
        rest = next.trim_start();
    }
}

/// `#` marks, or the underline that makes the line above a heading.
fn heading(text: &str) -> bool {
    let marks = text.bytes().take_while(|b| *b == b'#').count();
    let after = text.as_bytes().get(marks);
    (1..=6).contains(&marks) && after.is_none_or(|b| *b == b' ') || underline(text)
}

fn underline(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && (text.chars().all(|c| c == '=') || text.chars().all(|c| matches!(c, '-' | ' ')))
}

/// Inline Markdown as people wrote it, without HTML and images; back-ticks that do not close are escaped.
fn inline_markdown(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, shown) = piece(rest, c);
        out.push_str(&shown);
        rest = &rest[taken..];
    }
}

/// How many bytes to take off the front of `rest`, and what to write for them.
fn piece(rest: &str, c: char) -> (usize, String) {
    let second = rest[c.len_utf8()..].chars().next();
    match (c, second) {
        ('\\', Some(next)) if next.is_ascii_punctuation() => (2, rest[..2].to_owned()),
        ('`', _) => {
            let run = rest.len() - rest.trim_start_matches('`').len();
            match code_span(rest, run) {
                Some(span) => (span.len(), span.to_owned()),
                None => (run, "\\`".repeat(run)),
            }
        }
        ('<', Some(next)) if next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?') => {
            (1, "\\<".to_owned())
        }
        ('!', Some('[')) => (1, "\\!".to_owned()),
        (']', Some('(' | ':')) if !harmless(&rest[2..]) => (1, "\\]".to_owned()),
        _ => (c.len_utf8(), c.to_string()),
    }
}

/// Whether a link may lead there: the web, a mail address, or a path; a name that hides its scheme may not.
fn harmless(target: &str) -> bool {
    let target = target.trim_start().trim_start_matches('<').to_ascii_lowercase();
    let end = target.find(['/', '?', '#', ')', ' ', '>']).unwrap_or(target.len());
    let known = ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    known || !target[..end].contains([':', '&', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flush(text: &str) -> String {
        block(text, 0, true)
    }

    #[test]
    fn what_people_format_stays() {
        let text = "Two *causes*:\n\n1. `a <b>`\n2. [a link](https://x.org)\n\n```sh\n# not a heading\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |";
        assert_eq!(flush(text), text);
    }

    #[test]
    fn headings_html_and_images_are_shown_as_typed() {
        for (text, expected) in [
            ("# Forged", "\\# Forged"),
            ("text\n===", "text\n\\==="),
            ("text\n---", "text\n\\---"),
            ("> ## Forged", "> \\## Forged"),
            ("- 1. # Forged", "- 1. \\# Forged"),
            ("<b>x</b> <!-- inc:end a -->", "\\<b>x\\</b> \\<!-- inc:end a -->"),
            ("![i](u)", "\\![i](u)"),
            ("\\`<b>`", "\\`\\<b>\\`"),
            ("a ` b", "a \\` b"),
            ("[l](javascript:x)", "[l\\](javascript:x)"),
            ("[l](<java&#115;cript:x>)", "[l\\](\\<java&#115;cript:x>)"),
            ("[l]: data:x", "[l\\]: data:x"),
            ("[l](evidence/a.png) [m](https://x.org)", "[l](evidence/a.png) [m](https://x.org)"),
            ("- ```\n  # x", "- \\`\\`\\`\n  \\# x"),
        ] {
            assert_eq!(flush(text), expected, "{text:?}");
        }
    }

    #[test]
    fn fences_are_closed_and_cannot_hide_a_heading() {
        assert_eq!(flush("```\nx"), "```\nx\n```");
        assert_eq!(flush("- a\n  ```\n# Forged\n  ```\nx"), "- a\n  ```\n  ```\n\\# Forged\n  ```\n  ```\nx");
        assert_eq!(flush("```\n<!-- inc:end a -->"), "```\n\\<!-- inc:end a -->\n```");
        assert_eq!(fenced("a\n```\nb", "text"), "````text\na\n```\nb\n````");
    }

    #[test]
    fn a_block_in_a_list_is_indented() {
        assert_eq!(block("first\n\nsecond", 2, false), "first\n\n  second");
        assert_eq!(block("```\nx\n```", 2, false), "\n  ```\n  x\n  ```");
    }

    proptest! {
        #[test]
        fn no_text_forges_a_heading_or_a_tag(text in "[#=\\-` ~>a1.\\\\<!\\n|]{0,40}") {
            let shown = flush(&text);
            let mut open: Option<Fence> = None;
            for line in shown.lines() {
                if let Some(fence) = open {
                    open = if closes(line, fence) { None } else { open };
                } else {
                    open = opens(line);
                    let rest = past_containers(line);
                    prop_assert!(open.is_some() || !heading(rest), "{shown:?}");
                }
            }
            prop_assert!(open.is_none(), "{shown:?}");
        }
    }
}
