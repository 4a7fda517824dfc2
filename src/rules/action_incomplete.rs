//! Every action has an owner and a day.
//!
//! ## What it checks
//! That each action which is not cancelled says who sees to it and by when, once the incident is resolved.
//!
//! ## Why
//! An action without an owner and a day is a wish. Most follow-ups die because nobody knew that they were theirs.
//!
//! ## Example
//! ```yaml
//! actions:
//!   - { id: a1, title: Alert when the pool is 80% full }
//! ```
//!
//! ## Instead
//! ```yaml
//! actions:
//!   - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01 }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::{Action, ActionStatus};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule::new(
    "action-incomplete",
    Weight::Warning,
    include_str!("action_incomplete.rs"),
    Check::Incident(check),
);

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.settled_actions().filter_map(|(place, action)| of_action(subject, place, action)).collect()
}

fn of_action(subject: &Subject<'_>, place: usize, action: &Action) -> Option<Remark> {
    let nobody = action.owner.as_ref().is_none_or(|o| o.trim().is_empty());
    // What is done needs no day any more.
    let no_day = action.due.is_none() && action.status != ActionStatus::Done;
    let (missing, help) = match (nobody, no_day) {
        (true, true) => ("neither an owner nor a day", "add `owner: …` and `due: YYYY-MM-DD`"),
        (true, false) => ("no owner", "add `owner: …`"),
        (false, true) => ("no day", "add `due: YYYY-MM-DD`"),
        (false, false) => return None,
    };
    (action.status != ActionStatus::Cancelled).then(|| {
        let message = format!("action `{}` has {missing}", action.id);
        Remark::new(subject.record(), Place::field(&format!("actions.{place}.title")), message).help(help)
    })
}
