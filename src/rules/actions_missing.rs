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
use crate::model::record::{Action, ActionKind, ActionStatus, CauseStatus};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("actions-missing", Weight::Error, include_str!("actions_missing.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let record = &subject.incident.record;
    let unknown = record.analysis.root_cause.as_ref().is_some_and(|c| c.status == CauseStatus::Unknown);
    if unknown || !subject.postmortem_required() || !subject.handed_in() {
        return Vec::new();
    }
    let kept: Vec<&Action> = record.actions.iter().filter(|a| a.status != ActionStatus::Cancelled).collect();
    if kept.is_empty() {
        let help = "`inc action add TITLE --owner WHO --due DAY` adds one";
        return vec![missing(subject, "the post-mortem ends in no action at all".into()).help(help)];
    }
    let asked = subject.process.postmortem.action_types.iter();
    let lacking = asked.filter(|wanted| kept.iter().all(|a| a.kind != Some(**wanted)));
    let remark = |wanted: &ActionKind| {
        let name = wanted.name();
        let help =
            format!("`inc action add TITLE --type {name}` adds one, or set the `type` of one that is there");
        missing(subject, format!("the post-mortem has no {name} action")).help(help)
    };
    lacking.map(remark).collect()
}

fn missing(subject: &Subject<'_>, message: String) -> Remark {
    Remark::new(subject.record(), Place::field("actions"), message)
}
