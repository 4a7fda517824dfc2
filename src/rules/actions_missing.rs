//! A post-mortem ends in at least one action.
//!
//! ## What it checks
//! That an incident for which the process requires a post-mortem has an action that is not cancelled, once the
//! post-mortem is handed in; and one of each type that the process lists under `postmortem.action_types`. Where the
//! cause is unknown, `unknown-cause` asks for one.
//!
//! ## Why
//! If nothing changes, the same will happen again. When nothing needs to change, the incident was not that severe.
//!
//! ## Example
//! ```yaml
//! actions: []
//! ```
//!
//! ## Instead
//! ```yaml
//! actions:
//!   - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01 }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Record;
use crate::model::record::{Action, ActionKind, ActionStatus, CauseStatus};
use crate::process::Process;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("actions-missing", Weight::Error, include_str!("actions_missing.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let record = &subject.incident.record;
    let unknown = record.analysis.root_cause.as_ref().is_some_and(|c| c.status == CauseStatus::Unknown);
    if unknown || !subject.postmortem_required() || !subject.handed_in() {
        return Vec::new();
    }
    if kept(record).next().is_none() {
        let help = "`inc action add TITLE --owner WHO --due DAY` adds one";
        return vec![missing(subject, "the post-mortem ends in no action at all".into()).help(help)];
    }
    let remark = |lacking: ActionKind| {
        let name = lacking.name();
        let help =
            format!("`inc action add TITLE --type {name}` adds one, or set the `type` of one that is there");
        missing(subject, format!("the post-mortem has no {name} action")).help(help)
    };
    lacking_types(record, subject.process).map(remark).collect()
}

/// The types of action that the process asks for and of which there is none.
pub(super) fn lacking_types(record: &Record, process: &Process) -> impl Iterator<Item = ActionKind> {
    let asked = process.postmortem.action_types.iter().copied();
    asked.filter(|wanted| kept(record).all(|a| a.kind != Some(*wanted)))
}

fn kept(record: &Record) -> impl Iterator<Item = &Action> {
    record.actions.iter().filter(|a| a.status != ActionStatus::Cancelled)
}

fn missing(subject: &Subject<'_>, message: String) -> Remark {
    Remark::new(subject.record(), Place::field("actions"), message)
}
