//! The next message comes when it was promised.
//!
//! ## What it checks
//! That on an open incident the time which the last `update` announced (`next`) has not passed without another
//! one. How often messages are due at all is an obligation of the process.
//!
//! ## Why
//! "We will write again by 15:00" is a promise. Broken, it says that nobody is in control.
//!
//! ## Example
//! ```yaml
//! kind: update
//! state: investigating
//! next: 2025-11-10T15:00:00Z    # and now it is 15:20
//! ```
//!
//! ## Instead
//! `inc comms post`, if only to say that nothing is new and when the next message follows.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("update-overdue", Weight::Warning, include_str!("update_overdue.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let last = subject.incident.entries().rev().find(|e| matches!(e.kind, Kind::Update { .. }));
    let Some(entry) = last.filter(|_| subject.incident.status.is_open()) else { return Vec::new() };
    let Kind::Update { next: Some(next), .. } = &entry.kind else { return Vec::new() };
    if subject.now <= *next {
        return Vec::new();
    }
    let late = format_duration(subject.now - *next);
    let message = format!("the next message was promised for then and is {late} late");
    vec![Remark::new(subject.entry(entry), Place::field("next"), message).help("`inc comms post` writes it")]
}
