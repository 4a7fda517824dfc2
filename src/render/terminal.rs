//! Text from files on its way to a terminal.

use std::borrow::Cow;

use crate::error::is_control;

fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_control(c) && !keep(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_control(c) && !keep(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Shows control characters and those that turn the direction of text as `\u{1b}`, line breaks too: for one
/// line from a file.
#[must_use]
pub fn escape_control(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// The same, but line feeds and tabs stay: for a text of several lines.
#[must_use]
pub fn escape_control_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c == '\n' || c == '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(escape_control("plain é 🔴"), "plain é 🔴");
        assert!(matches!(escape_control("plain"), Cow::Borrowed(_)));
        assert_eq!(escape_control("\u{1b}[2J\nx\u{202e}"), "\\u{1b}[2J\\u{a}x\\u{202e}");
        assert_eq!(escape_control_lines("a\n\tb\r"), "a\n\tb\\u{d}");
    }
}
