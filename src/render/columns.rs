//! Text for a terminal: columns, and nothing from a file that could paint it.

use comfy_table::{ColumnConstraint, ContentArrangement, Table};

/// Rows in columns two blanks apart, without borders; blanks at the ends of lines are cut. On a terminal the last
/// column is wrapped to its width.
#[must_use]
pub fn columns(rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.add_rows(rows.to_vec());
    let last = table.column_count().saturating_sub(1);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
        if column.index < last {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let text = table.to_string();
    text.lines().flat_map(|l| [l.trim_end(), "\n"]).collect()
}
