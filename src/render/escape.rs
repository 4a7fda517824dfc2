//! Text that people wrote, made harmless for where it goes.
//!
//! Inline text is one line of a Markdown document: code spans in it stay, everything else is shown as it was
//! typed and can neither open nor close a heading, a list, a table's cell, a link, an image or an HTML tag.

use std::borrow::Cow;
use std::io::{self, Write};

use super::terminal::escape_control;

/// One line of Markdown: for headings, list items, table cells and sentences.
///
/// White space of any kind becomes one space. A code span that people wrote stays one, unless it holds a `|`,
/// which no code span can hold both inside and outside a table.
#[must_use]
pub fn inline(text: &str) -> String {
    let line = one_line(text);
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest: &str = &line;
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        literal(before, out.is_empty(), false, &mut out);
        let run = from.len() - from.trim_start_matches('`').len();
        if let Some(span) = code_span(from, run).filter(|span| !span.contains('|')) {
            out.push_str(span);
            rest = &from[span.len()..];
        } else {
            out.push_str(&"\\`".repeat(run));
            rest = &from[run..];
        }
    }
    literal(rest, out.is_empty(), true, &mut out);
    out
}

/// One line of plain text: white space becomes one space, control characters are shown.
#[must_use]
pub fn plain(text: &str) -> String {
    one_line(text)
}

/// Tera's hook for Markdown templates.
pub(super) fn write_inline(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(inline(text).as_bytes())
}

/// Tera's hook for plain-text templates.
pub(super) fn write_plain(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(plain(text).as_bytes())
}

/// A code span that shows `text` whatever back-ticks it holds. A `|` is escaped for tables, where alone a
/// template should put such a value.
#[must_use]
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// A link with a text; only addresses on the web, mail addresses and paths beside the document become links,
/// any other address is shown beside the text.
#[must_use]
pub fn link(text: &str, url: &str) -> String {
    let url = one_line(url);
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = match scheme.as_deref() {
        None => !url.is_empty(),
        Some(scheme) => matches!(scheme, "http" | "https" | "mailto"),
    };
    if !known || url.starts_with("//") {
        return format!("{}: {}", inline(text), inline(&url));
    }
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' ' | '<' | '>' | '(' | ')' | '\\' | '|' | '`' | '"' | '*' | '_' | '[' | ']' => {
                target.extend(format!("%{:02X}", u32::from(c)).chars());
            }
            c => target.push(c),
        }
    }
    format!("[{}]({target})", inline(text))
}

/// The text on one line, control characters shown.
fn one_line(text: &str) -> String {
    let words: Vec<Cow<'_, str>> = text.split_whitespace().map(escape_control).collect();
    words.join(" ")
}

/// The code span that begins `text` with `run` back-ticks, if it ends on this line.
pub(super) fn code_span(text: &str, run: usize) -> Option<&str> {
    let mut at = run;
    loop {
        at += text.get(at..)?.find('`')?;
        let close = text[at..].len() - text[at..].trim_start_matches('`').len();
        if close == run {
            return text.get(..at + close);
        }
        at += close;
    }
}

/// Text outside code spans, every character shown as typed.
fn literal(text: &str, starts: bool, ends: bool, out: &mut String) {
    let begin = if starts { leading(text, out) } else { 0 };
    let chars: Vec<char> = text.chars().collect();
    for (i, c) in chars.iter().copied().enumerate().skip(begin) {
        let before = i.checked_sub(1).and_then(|b| chars.get(b)).copied();
        let after = &chars[i + 1..];
        if significant(c, before, after, ends) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Writes what would begin a block at the start of a line, escaped; returns how many characters it took.
fn leading(text: &str, out: &mut String) -> usize {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mut rest = text.chars().skip(digits);
    let (first, second) = (rest.next(), rest.next());
    let alone = second.is_none_or(|c| c == ' ' || Some(c) == first);
    let begins = match first {
        Some('.' | ')') => digits > 0 && alone,
        Some('#' | '>') => digits == 0,
        Some('-' | '+' | '=') => digits == 0 && alone,
        _ => false,
    };
    if !begins {
        return 0;
    }
    out.extend(text.chars().take(digits));
    out.push('\\');
    out.extend(first);
    digits + 1
}

/// Whether a character means something to Markdown where it stands.
fn significant(c: char, before: Option<char>, after: &[char], ends: bool) -> bool {
    let next = after.first().copied();
    let blank = |c: Option<char>| c.is_none_or(|c| c == ' ');
    match c {
        '|' | '[' | ']' => true,
        '\\' => next.is_none_or(|n| n.is_ascii_punctuation()),
        '*' => !(before == Some(' ') && next == Some(' ')),
        '_' => {
            let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !(word(before) && word(next))
        }
        '~' => !blank(before) || next == Some('~'),
        '<' => next.is_some_and(|n| n.is_ascii_alphabetic() || matches!(n, '/' | '!' | '?')),
        '&' => entity(after),
        // A closing run of `#` vanishes from a heading.
        '#' => ends && blank(before) && after.iter().all(|c| *c == '#'),
        _ => false,
    }
}

/// Whether an `&` followed by this would be read as a character's name.
fn entity(after: &[char]) -> bool {
    let name = after.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '#').count();
    name > 0 && after.get(name) == Some(&';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        for text in [
            "Alert fired: API P99 > 5s",
            "connection_pool_size was 10 < 20, ~5 min late (R&D, 100 %)",
            "-5 degrees, 3.5 GB, #",
            "see https://status.example.org/x_y",
        ] {
            let expected = text.replace(" #", " \\#");
            assert_eq!(inline(text), expected);
        }
    }

    #[test]
    fn nothing_structural_survives() {
        for (text, expected) in [
            ("# Forged", "\\# Forged"),
            ("1. one", "1\\. one"),
            ("- item", "\\- item"),
            ("---", "\\---"),
            ("> quote", "\\> quote"),
            ("a | b", "a \\| b"),
            ("a\nb\r\n\u{2028}c", "a b c"),
            ("<script>x</script>", "\\<script>x\\</script>"),
            ("<!-- inc:end x -->", "\\<!-- inc:end x -->"),
            ("![i](u) [l](u)", "!\\[i\\](u) \\[l\\](u)"),
            ("**bold** _em_", "\\*\\*bold\\*\\* \\_em\\_"),
            ("~~~", "\\~\\~\\~"),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("use C #", "use C \\#"),
            ("a \\| b\\", "a \\\\\\| b\\\\"),
            ("{{ title }}", "{{ title }}"),
            ("\u{1b}[31mred\u{202e}", "\\u{1b}\\[31mred\\u{202e}"),
        ] {
            assert_eq!(inline(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_spans_stay_when_they_close() {
        assert_eq!(inline("run `a_b <c>` now"), "run `a_b <c>` now");
        assert_eq!(inline("``a ` b``"), "``a ` b``");
        assert_eq!(inline("a ` b <i>"), "a \\` b \\<i>");
        assert_eq!(inline("```"), "\\`\\`\\`");
        assert_eq!(inline("`a|b`"), "\\`a\\|b\\`");
        assert_eq!(inline("\\`<script>`"), "\\\\`<script>`");
    }

    #[test]
    fn code_and_links_hold_any_text() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(link("a]b", "https://x.org/a(b)"), "[a\\]b](https://x.org/a%28b%29)");
        assert_eq!(link("x", "javascript:alert(1)"), "x: javascript:alert(1)");
        assert_eq!(link("x", "evidence/a b.png"), "[x](evidence/a%20b.png)");
    }
}
