//! Who approves a rollback is not who decided on it.
//!
//! ## What it checks
//! Where the process asks for a second person (`rollback.second_person`): that the approval of a rollback was
//! written by somebody other than the decider of the last decision before it.
//!
//! ## Why
//! A rollback under pressure can lose data. A second pair of eyes is cheap, and only counts if it is another pair.
//!
//! ## Example
//! ```yaml
//! # alice decided, and then:
//! kind: rollback
//! step: approved
//! by: alice
//! ```
//!
//! ## Instead
//! Another person runs `inc rollback approve`.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::{Kind, RollbackStep};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("self-approval", Weight::Error, include_str!("self_approval.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.process.rollback.second_person {
        return Vec::new();
    }
    let mut decider: Option<&str> = None;
    let mut remarks = Vec::new();
    for entry in subject.incident.entries() {
        match &entry.kind {
            Kind::Decision { decide: Some(_), decider: who, .. } => {
                decider = Some(who.as_deref().unwrap_or(&entry.by));
            }
            _ if approves(entry) && decider == Some(entry.by.as_str()) => {
                let message = format!("{} approves what {0} decided", entry.by);
                let remark = Remark::new(subject.entry(entry), Place::field("by"), message);
                remarks.push(remark.help("somebody else has to approve it: `inc rollback approve --by WHO`"));
            }
            _ => {}
        }
    }
    remarks
}

fn approves(entry: &Entry) -> bool {
    match &entry.kind {
        Kind::Rollback { step, .. } => *step == RollbackStep::Approved,
        Kind::Approved { what, .. } => what.to_lowercase().contains("rollback"),
        _ => false,
    }
}
