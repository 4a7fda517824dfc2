//! A post-mortem ends in at least one action.
//!
//! ## What it checks
//! That an incident for which the process requires a post-mortem has an action that is not cancelled, once the
//! post-mortem is handed in. Where the cause is unknown, `unknown-cause` asks for one.
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
use crate::model::record::{ActionStatus, CauseStatus};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("actions-missing", Weight::Error, include_str!("actions_missing.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let record = &subject.incident.record;
    let unknown = record.analysis.root_cause.as_ref().is_some_and(|c| c.status == CauseStatus::Unknown);
    let kept = record.actions.iter().any(|a| a.status != ActionStatus::Cancelled);
    if kept || unknown || !subject.postmortem_required() || !subject.handed_in() {
        return Vec::new();
    }
    let remark =
        Remark::new(subject.record(), Place::field("actions"), "the post-mortem ends in no action at all");
    vec![remark.help("`inc action add TITLE --owner WHO --due DAY` adds one")]
}
