//! A post-mortem that is handed in has every section that the process asks for.
//!
//! ## What it checks
//! That the fields which the process lists under `postmortem.fields` are filled once the post-mortem is in review, or
//! the incident is closed; as notes while it is a draft. And that its document is there, as soon as the post-mortem is
//! begun. Actions have rules of their own.
//!
//! ## Why
//! A section left empty is a question that nobody answered. Reviewers should discuss the answers, not look for
//! the gaps.
//!
//! ## Example
//! ```yaml
//! analysis:
//!   summary: The pool was full.
//!   # and no root_cause
//! ```
//!
//! ## Instead
//! ```yaml
//! analysis:
//!   summary: The pool was full.
//!   root_cause: { status: found, text: The pool had room for ten connections }
//! ```
//! A cause that is not known yet is `status: unknown`, with an action that says how it will be found.

use serde_json::Value;

use super::actions_missing::lacking_types;
use super::{Check, Document, Place, Remark, Rule, Subject};
use crate::model::Incident;
use crate::model::entry::Kind;
use crate::model::record::CauseStatus;
use crate::process::Process;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule::new(
    "postmortem-incomplete",
    Weight::Error,
    include_str!("postmortem_incomplete.rs"),
    Check::Incident(check),
);

/// The field that another rule asks for.
const ACTIONS: &str = "actions";

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.incident.postmortem.is_none() && !subject.handed_in() {
        return Vec::new();
    }
    let empty = unfilled(subject.incident, subject.process).into_iter().filter(|f| !f.starts_with(ACTIONS));
    let mut remarks: Vec<Remark> = empty.map(|field| missing(subject, &field)).collect();
    let cause = subject.incident.record.analysis.root_cause.as_ref();
    let asked = subject.process.postmortem.fields.iter().any(|f| f == "analysis.root_cause");
    if cause.is_some_and(|c| {
        c.status == CauseStatus::Found && c.text.as_ref().is_none_or(|t| t.trim().is_empty())
    }) && asked
    {
        let message = "the root cause is found, and the record does not say what it is";
        let remark = Remark::new(subject.record(), Place::field("analysis.root_cause.status"), message);
        remarks.push(remark.help("write it as `text`, or `status: unknown`"));
    }
    remarks.extend(document_gone(subject));
    if subject.handed_in() {
        return remarks;
    }
    remarks.into_iter().map(|r| r.weighing(Weight::Note)).collect()
}

/// The document that people write, when its post-mortem is begun and it is not there.
fn document_gone(subject: &Subject<'_>) -> Option<Remark> {
    let begun = subject.incident.entries().rev().find(|e| matches!(e.kind, Kind::Postmortem { .. }))?;
    let written =
        |d: &&Document| d.managed && d.path.file_stem().is_some_and(|s| s.eq_ignore_ascii_case("postmortem"));
    let document = subject.documents.iter().find(written).filter(|d| d.text.is_none())?;
    let name = document.path.file_name().unwrap_or_default().to_string_lossy();
    let message = format!("the post-mortem is begun, and {name} is not there");
    let remark = Remark::new(subject.entry(begun), Place::field("to"), message);
    Some(remark.help("write it, or take it back from git"))
}

/// The fields that the process asks of a post-mortem and that are not filled, in the process's order; then
/// `actions.TYPE` for each type of action that it lacks.
pub(crate) fn unfilled(incident: &Incident, process: &Process) -> Vec<String> {
    let record = serde_json::to_value(&incident.record).unwrap_or_default();
    let empty = process.postmortem.fields.iter().filter(|field| !is_filled(at(&record, field)));
    let mut empty: Vec<String> = empty.cloned().collect();
    let cause = incident.record.analysis.root_cause.as_ref();
    if !empty.iter().any(|f| f == ACTIONS) && cause.is_none_or(|c| c.status == CauseStatus::Found) {
        let types = lacking_types(&incident.record, process);
        empty.extend(types.map(|kind| format!("{ACTIONS}.{}", kind.name())));
    }
    empty
}

fn missing(subject: &Subject<'_>, field: &str) -> Remark {
    let message = format!("the post-mortem needs `{field}`, and it is empty");
    Remark::new(subject.record(), Place::field(field), message)
        .help(format!("write it into the record with an editor, or: `{}`", filling(field)))
}

/// The command that fills a field.
pub(crate) fn filling(field: &str) -> String {
    const LISTS: [&str; 6] = [
        "services",
        "analysis.contributing_factors",
        "analysis.went_well",
        "analysis.to_improve",
        "analysis.lucky",
        "analysis.symptoms",
    ];
    if let Some(kind) = field.strip_prefix("actions.") {
        return format!("inc action add \"…\" --type {kind} --owner WHO --due DAY");
    }
    match field {
        "analysis.whys" => "inc why \"…\"".into(),
        "actions" => "inc action add \"…\" --owner WHO --due DAY".into(),
        "analysis.lessons" => "inc update --set analysis.lessons.technical+=\"…\"".into(),
        "analysis.root_cause" => {
            "inc update --set analysis.root_cause.status=found --set analysis.root_cause.text=\"…\"".into()
        }
        list if LISTS.contains(&list) => format!("inc update --set {list}+=\"…\""),
        field => format!("inc update --set {field}=\"…\""),
    }
}

fn at<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(record, |value, key| value.get(key))
}

fn is_filled(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(list)) => list.iter().any(|v| is_filled(Some(v))),
        Some(Value::Object(map)) => map.values().any(|v| is_filled(Some(v))),
        Some(Value::Bool(_) | Value::Number(_)) => true,
    }
}
