//! Actions are done by the day that was set for them.
//!
//! ## What it checks
//! That no action which is still open has a day that has passed; the day itself belongs to it, in the zone of the
//! process.
//!
//! ## Why
//! Until the action is done, the incident can happen again, and everybody thinks that it cannot.
//!
//! ## Example
//! ```yaml
//! - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-11-15 }   # today is the 20th
//! ```
//!
//! ## Instead
//! `inc action done a1`, or agree on a new day and write it down.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Status;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("action-overdue", Weight::Warning, include_str!("action_overdue.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.incident.status == Status::Cancelled {
        return Vec::new();
    }
    let today = subject.now.with_timezone(&subject.process.timezone).date_naive();
    let actions = subject.incident.record.actions.iter().enumerate();
    let open = actions.filter(|(_, a)| a.status.is_open());
    let overdue = open.filter_map(|(n, a)| a.due.filter(|due| *due < today).map(|due| (n, a, today - due)));
    overdue
        .map(|(place, action, late)| {
            let days = late.num_days();
            let plural = if days == 1 { "" } else { "s" };
            let owner = action.owner.as_deref().map(|o| format!(" ({o})")).unwrap_or_default();
            let message = format!("action `{}`{owner} is {days} day{plural} overdue", action.id);
            Remark::new(subject.record(), Place::field(&format!("actions.{place}.due")), message)
                .help(format!("`inc action done {}`, or set a new day that its owner agrees with", action.id))
        })
        .collect()
}
