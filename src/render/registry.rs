//! The registry: a table of all incidents, in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::Incident;
use crate::model::Milestone;
use crate::store::processes::Found;

/// The first line, by which a registry is known.
const MARK: &str = "<!-- Rendered by `inc registry`; do not edit. -->";

/// The registry's text; it depends on nothing but the incidents, newest first.
#[must_use]
pub fn markdown(listed: &[(Incident, Arc<Found>)]) -> String {
    table(&listed.iter().map(|(incident, found)| row(incident, found)).collect::<Vec<_>>())
}

/// The registry's text from the rows of its incidents, newest first.
#[must_use]
pub fn table(rows: &[String]) -> String {
    let mut text = format!(
        "{MARK}\n# Incidents\n\n\
         | Incident | Date | Severity | Status | Title |\n| --- | --- | --- | --- | --- |\n",
    );
    text.extend(rows.iter().map(String::as_str));
    text
}

/// A registry with the rows of some incidents as they are now, by id; none of one that is gone.
#[must_use]
pub fn with(text: &str, now: &BTreeMap<&str, Option<&str>>) -> String {
    let mut all = rows(text);
    for (id, row) in now {
        match row {
            Some(row) => all.insert(id, row.trim_end()),
            None => all.remove(id),
        };
    }
    let head: Vec<&str> = text.lines().take_while(|line| id_of(line).is_none()).collect();
    let lines = head.into_iter().chain(all.into_values().rev());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The line of an incident.
#[must_use]
pub fn row(incident: &Incident, found: &Found) -> String {
    let id = &incident.record.id;
    let zone = found.process.timezone;
    let date = incident.reached(Milestone::Declared).or(incident.began());
    let date = date.map(|d| d.with_timezone(&zone).format("%Y-%m-%d").to_string()).unwrap_or_default();
    let title =
        if incident.record.restricted { "(restricted)".to_owned() } else { cell(&incident.record.title) };
    let severity = cell(incident.severity().unwrap_or_default());
    let status = incident.status.name();
    format!("| [{id}]({year}/{id}/) | {date} | {severity} | {status} | {title} |\n", year = id.year())
}

/// Text that cannot leave its cell or become markup.
#[must_use]
pub fn cell(text: &str) -> String {
    let mut cell = String::new();
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '!' | '~' | '$' | '&' => {
                cell.push('\\');
                cell.push(c);
            }
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    cell
}

/// Whether a text is a registry that `inc` rendered.
#[must_use]
pub fn is_registry(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Two registries made one, row by row: what one side added, changed or removed is so. Of a row that both
/// changed ours is kept, until the registry is rendered again.
#[must_use]
pub fn merge(base: &str, ours: &str, theirs: &str) -> String {
    let (base, mine, other) = (rows(base), rows(ours), rows(theirs));
    let ids: BTreeSet<&str> = mine.keys().chain(other.keys()).copied().collect();
    let head: Vec<&str> = lines(ours).take_while(|line| id_of(line).is_none()).collect();
    let mut text = head.join("\n");
    text.push('\n');
    for id in ids.into_iter().rev() {
        let row = match (base.get(id), mine.get(id), other.get(id)) {
            (Some(old), Some(row), Some(new)) if old == row => Some(new),
            (Some(old), None, Some(row)) | (Some(old), Some(row), None) if old == row => None,
            (_, Some(row), _) | (_, None, Some(row)) => Some(row),
            _ => None,
        };
        text.extend(row.into_iter().flat_map(|row| [row, "\n"]));
    }
    text
}

fn rows(text: &str) -> BTreeMap<&str, &str> {
    lines(text).filter_map(|line| Some((id_of(line)?, line))).collect()
}

/// Lines without their ends, whatever and however many those are: what is merged has none to lose at the next merge.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.trim_end_matches('\r'))
}

/// The id of a row; `None` for another line.
fn id_of(line: &str) -> Option<&str> {
    line.strip_prefix("| [")?.split_once(']').map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_merged_one_by_one() {
        let of = |rows: &[&str]| format!("{MARK}\n# Incidents\n\n{}\n", rows.join("\n"));
        let base = of(&["| [c](x) | open |", "| [b](x) | open |", "| [a](x) | open |"]);
        let ours =
            of(&["| [e](x) | open |", "| [c](x) | open |", "| [b](x) | closed |", "| [a](x) | open |"]);
        let theirs = of(&["| [d](x) | open |", "| [c](x) | closed |", "| [b](x) | open |"]);
        let expected =
            of(&["| [e](x) | open |", "| [d](x) | open |", "| [c](x) | closed |", "| [b](x) | closed |"]);
        assert_eq!(merge(&base, &ours, &theirs), expected);
    }

    /// Found by fuzzing: a row that ended in more than one carriage return lost one in each merge.
    #[test]
    fn what_was_merged_stays_as_it_is_when_it_is_merged_again() {
        let ours = format!("{MARK}\n# Incidents\r\r\n\n| [a](x) | open |\r\r\n");
        let merged = merge("", &ours, &ours);
        assert_eq!(merged, format!("{MARK}\n# Incidents\n\n| [a](x) | open |\n"));
        assert_eq!(merge("", &merged, &merged), merged);
    }
}
