//! Text from files on its way to a terminal, and tables that fit one.

use std::borrow::Cow;

use comfy_table::{Cell, ContentArrangement, Table, presets};

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

/// A table without borders, two spaces between columns, folded to `width` columns of the terminal when one is
/// given. Cells are escaped; a row shorter than the heading is filled up.
#[must_use]
pub fn table<H, R>(heading: H, rows: R, width: Option<u16>) -> String
where
    H: IntoIterator<Item = String>,
    R: IntoIterator<Item = Vec<String>>,
{
    let cell = |text: &String| Cell::new(escape_control_lines(text));
    let heading: Vec<String> = heading.into_iter().collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    match width {
        Some(width) => table.set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    if heading.iter().any(|h| !h.is_empty()) {
        table.set_header(heading.iter().map(cell));
    }
    for row in rows {
        table.add_row(row.iter().map(cell));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
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

    #[test]
    fn a_table_has_no_borders_and_fits() {
        let heading = ["ID", "TITLE"].map(str::to_owned);
        let rows = vec![vec!["7f3k".to_owned(), "the checkout is down\u{7}".to_owned()]];
        let wide = table(heading.clone(), rows.clone(), None);
        assert_eq!(wide, "ID    TITLE\n7f3k  the checkout is down\\u{7}");
        let narrow = table(heading, rows, Some(20));
        assert!(narrow.lines().all(|line| line.chars().count() <= 20), "{narrow}");
        assert!(narrow.contains("checkout"));
    }
}
