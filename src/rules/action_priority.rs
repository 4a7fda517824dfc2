//! Actions are weighed: how much they help, and how much work they are.
//!
//! ## What it checks
//! That each action which is still to be done says its `impact` and its `effort`, once the incident is resolved.
//!
//! ## Why
//! Ten actions at once are none. What helps most for the least work is done first: `inc action list --by-priority`.
//!
//! ## Example
//! ```yaml
//! actions:
//!   - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01 }
//! ```
//!
//! ## Instead
//! ```yaml
//! actions:
//!   - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01, impact: high, effort: low }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::Action;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("action-priority", Weight::Off, include_str!("action_priority.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.settled_actions().filter_map(|(place, action)| of_action(subject, place, action)).collect()
}

fn of_action(subject: &Subject<'_>, place: usize, action: &Action) -> Option<Remark> {
    if !action.status.is_open() {
        return None;
    }
    let sizes = [("impact", action.impact), ("effort", action.effort)];
    let missing: Vec<&str> = sizes.iter().filter(|(_, size)| size.is_none()).map(|(what, _)| *what).collect();
    let message = format!("action `{}` does not say its {}", action.id, missing.join(" and its "));
    let flags: Vec<String> = missing.iter().map(|what| format!(" --{what} low|medium|high")).collect();
    let remark = Remark::new(subject.record(), Place::field(&format!("actions.{place}.title")), message);
    (!missing.is_empty()).then(|| remark.help(format!("`inc action set {}{}`", action.id, flags.concat())))
}
