//! A step that has to follow another did, or somebody wrote down why not.
//!
//! ## What it checks
//! That a `done` entry of a step for which the process says what comes first (`after`) lies after it; or that the
//! field which the process names for it (`unless_filled`) says why it could not wait.
//!
//! ## Why
//! Whoever shuts a compromised system down before its logs are preserved destroys what would show how they came in. Sometimes
//! that is right: while data flow out, nobody waits. Then the reason belongs into the record.
//!
//! ## Example
//! `done: inc02-isolation` at 14:35, and the first `evidence` at 15:10.
//!
//! ## Instead
//! ```yaml
//! security:
//!   contained_first_because: Customer data were leaving the network
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::clock::{Moments, checklist};
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("step-order", Weight::Error, include_str!("step_order.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let moments = Moments::new(subject.incident, subject.process, subject.now);
    let mut remarks = Vec::new();
    for entry in subject.incident.entries() {
        let Kind::Done { item: id, .. } = &entry.kind else { continue };
        let Some(item) = subject.process.items().find(|item| item.id == *id) else { continue };
        if checklist::came_early(&moments, item, entry.at) {
            let message = format!("`{id}` was done before what it has to follow");
            let remark = Remark::new(subject.entry(entry), Place::field("item"), message);
            let help = item.unless_filled.as_ref().map_or_else(
                || "`inc waive step-order --reason \"…\"` accepts it".to_owned(),
                |field| format!("`inc update --set \"{field}=…\"` says why it could not wait"),
            );
            remarks.push(remark.help(help));
        }
    }
    remarks
}
