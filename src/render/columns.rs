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

/// Rows whose last cell is a command to type: beside the rest where every row fits the terminal, else whole on a
/// line of its own below it. One text for each row.
#[must_use]
pub fn with_commands(rows: &[Vec<String>]) -> Vec<String> {
    let beside = columns(rows);
    if beside.lines().count() == rows.len() {
        return beside.lines().map(|line| format!("{line}\n")).collect();
    }
    let apart: Vec<(&[String], &str)> =
        rows.iter().filter_map(|row| row.split_last().map(|(last, rest)| (rest, last.as_str()))).collect();
    let facts: Vec<Vec<String>> = apart.iter().map(|(facts, _)| facts.to_vec()).collect();
    let together = columns(&facts);
    let above: Vec<String> = if together.lines().count() == rows.len() {
        together.lines().map(|line| format!("{line}\n")).collect()
    } else {
        facts.iter().map(|row| columns(std::slice::from_ref(row))).collect()
    };
    let below =
        |command: &str| if command.is_empty() { String::new() } else { format!("          {command}\n") };
    above.into_iter().zip(apart).map(|(facts, (_, command))| facts + &below(command)).collect()
}
