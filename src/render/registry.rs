//! The registry: a table of all incidents, in Markdown.

use std::rc::Rc;

use crate::model::Incident;
use crate::model::Milestone;
use crate::store::processes::Found;

/// The registry's text; it depends on nothing but the incidents, newest first.
#[must_use]
pub fn markdown(listed: &[(Incident, Rc<Found>)]) -> String {
    let mut text = String::from(
        "<!-- Rendered by `inc registry`; do not edit. -->\n# Incidents\n\n\
         | Incident | Date | Severity | Status | Title |\n| --- | --- | --- | --- | --- |\n",
    );
    for (incident, found) in listed {
        text.push_str(&row(incident, found));
    }
    text
}

fn row(incident: &Incident, found: &Found) -> String {
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
