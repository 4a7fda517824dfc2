//! Somebody leads each severe incident that is open.
//!
//! ## What it checks
//! That an open incident whose severity is one of the two worst has somebody in a role that leads: one that the
//! process marks with `leads: true`. The parameter `ranks` says down to which rank, 1 being the worst. A process
//! without such a role asks for nobody.
//!
//! ## Why
//! When everybody works on it, nobody decides. One person who leads keeps the work in one direction and is
//! the one whom others may ask.
//!
//! ## Example
//! An incident of the worst severity, declared half an hour ago, and no `role` entry in its timeline.
//!
//! ## Instead
//! ```yaml
//! kind: role
//! role: commander
//! person: alice
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::entry::Kind;
use crate::process::obligation::Weight;
use crate::process::people::Role;

pub(super) static RULE: Rule = Rule {
    concludes: true,
    parameters: &[("ranks", "2")],
    ..Rule::new("leader-missing", Weight::Error, include_str!("leader_missing.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let incident = subject.incident;
    let leading: Vec<&Role> = subject.process.roles.iter().filter(|r| r.leads).collect();
    let down_to: u32 = subject.levels().text(&RULE, "ranks").and_then(|r| r.parse().ok()).unwrap_or_default();
    let severe = incident.severity().and_then(|s| subject.process.rank(s)).is_some_and(|r| r <= down_to);
    let led = incident
        .roles
        .keys()
        .any(|held| subject.process.role(held).is_some_and(|r| r.leads) && incident.holder(held).is_some());
    let Some(role) = leading.first().filter(|_| incident.status.is_open() && severe && !led) else {
        return Vec::new();
    };
    let severity = incident.severity().unwrap_or_default();
    let set = incident
        .entries()
        .rev()
        .find(|e| matches!(e.kind, Kind::Severity { .. } | Kind::Declared { .. }))
        .map(|e| (subject.entry(e), if matches!(e.kind, Kind::Declared { .. }) { "severity" } else { "to" }));
    let (path, field) = set.unwrap_or_else(|| (subject.record(), "id"));
    let message = format!("nobody leads this open `{severity}` incident");
    vec![Remark::new(path, Place::field(field), message).help(format!("`inc assign {} WHO`", role.id))]
}
