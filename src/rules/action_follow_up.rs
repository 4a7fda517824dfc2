//! An action says who looks again whether it helped, and when.
//!
//! ## What it checks
//! That each action which is neither done nor cancelled has a `follow_up`, once the post-mortem is handed in. It is
//! off unless the process or `inc.yaml` gives it a level.
//!
//! ## Why
//! An action that was done need not have helped. Somebody has to look, and a day that nobody named does not come.
//!
//! ## Example
//! ```yaml
//! - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01 }
//! ```
//!
//! ## Instead
//! ```yaml
//! - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01, follow_up: "bob, 2026-01-15" }
//! ```
//! `inc action add TITLE --follow-up "bob, 2026-01-15"` writes it.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::Action;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("action-follow-up", Weight::Off, include_str!("action_follow_up.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.handed_in() {
        return Vec::new();
    }
    let alone = |a: &Action| a.follow_up.as_ref().is_none_or(|f| f.trim().is_empty());
    let actions = subject.incident.record.actions.iter().enumerate();
    actions
        .filter(|(_, action)| action.status.is_open() && alone(action))
        .map(|(place, action)| {
            let message = format!("nobody looks again whether action `{}` helped", action.id);
            Remark::new(subject.record(), Place::field(&format!("actions.{place}.title")), message)
                .help("add `follow_up: WHO, WHEN`")
        })
        .collect()
}
