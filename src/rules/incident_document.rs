//! Once an incident is resolved, its rendered documents are there and up to date.
//!
//! ## What it checks
//! That the text of each document beside the incident is, once the incident is resolved, what rendering it now gives:
//! neither older than the timeline and the record, nor edited by hand. Of a document that people write, only
//! the managed blocks are compared, where it has any; a marker that is lost or broken is reported. With the
//! parameter `required` set to `true`, a document that is not there is reported too: `inc` writes them with each command, but
//! an incident may be written by hand. While an incident is open its documents are not asked for.
//!
//! ## Why
//! The report is what others read. One that lags behind says something else than the incident does, and an edit
//! made in it is lost the next time it is rendered.
//!
//! ## Example
//! A cause corrected in `incident.yaml` after `INCIDENT.md` was rendered.
//!
//! ## Instead
//! Change the record or add an entry, then run `inc render --all`; both go into the same commit.

use super::{Check, Document, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    fixable: true,
    parameters: &[("required", "false")],
    ..Rule::new(
        "incident-document",
        Weight::Error,
        include_str!("incident_document.rs"),
        Check::Incident(check),
    )
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.incident.status.is_resolved() {
        return Vec::new();
    }
    subject.documents.iter().filter_map(|document| stale(subject, document)).collect()
}

fn stale(subject: &Subject<'_>, document: &Document) -> Option<Remark> {
    let name = document.path.file_name().unwrap_or_default().to_string_lossy();
    let help = format!("`inc -i {} render --all` writes it", subject.id);
    let Some(text) = &document.text else {
        // A document that people write has its own time, and a rule of its own.
        let required = subject.levels().text(&RULE, "required").is_some_and(|r| r == "true");
        let message = format!("the incident is {}, and {name} is not there", subject.incident.status.name());
        return (required && !document.managed)
            .then(|| Remark::new(subject.record(), Place::field("id"), message).help(help));
    };
    if let Some((line, problem)) = &document.broken {
        let place = line.map_or(Place::Whole, Place::Line);
        let remark = Remark::new(&document.path, place, problem.clone());
        return Some(
            remark.help("put the markers back, and `inc render --all` refreshes what stands between them"),
        );
    }
    let expected = document.expected.as_ref()?;
    let line = first_difference(text, expected)?;
    let message = if document.managed {
        format!("a managed block of {name} is not what the incident says now")
    } else {
        format!("{name} is not what the incident says now: it is stale or was edited by hand")
    };
    Some(Remark::new(&document.path, Place::Line(line), message).help(help))
}

/// The first line, from 1, in which two texts differ; line ends do not count.
pub(super) fn first_difference(text: &str, expected: &str) -> Option<usize> {
    let mut expected = expected.lines();
    for (number, line) in text.lines().enumerate() {
        if expected.next() != Some(line) {
            return Some(number + 1);
        }
    }
    expected.next().map(|_| text.lines().count().max(1))
}
