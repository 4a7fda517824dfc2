//! A cause that is not known has an action that will find it.
//!
//! ## What it checks
//! That an incident whose root cause is `status: unknown` has at least one action that is neither done nor
//! cancelled, once the post-mortem is handed in.
//!
//! ## Why
//! Not to know is honest. To leave it there means to wait for the next time.
//!
//! ## Example
//! ```yaml
//! root_cause: { status: unknown }
//! actions: []
//! ```
//!
//! ## Instead
//! ```yaml
//! root_cause: { status: unknown }
//! actions:
//!   - { id: a1, title: Record heap dumps on restart, owner: alice, due: 2025-12-01 }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::CauseStatus;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("unknown-cause", Weight::Error, include_str!("unknown_cause.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let record = &subject.incident.record;
    let unknown = record.analysis.root_cause.as_ref().is_some_and(|c| c.status == CauseStatus::Unknown);
    if !unknown || !subject.handed_in() || record.actions.iter().any(|a| a.status.is_open()) {
        return Vec::new();
    }
    let message = "the cause is unknown, and no action is open that would find it";
    vec![
        Remark::new(subject.record(), Place::field("analysis.root_cause.status"), message).help(
            "`inc action add` says what will show it the next time: a measurement, a log, an experiment",
        ),
    ]
}
