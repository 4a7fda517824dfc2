//! Roles that the process requires are filled.
//!
//! ## What it checks
//! That each role for which the process says `required`, and for which its condition holds, is held by somebody
//! once somebody responds to the incident. A role with an obligation of its own is left to that; who leads an
//! open incident is asked by `leader-missing`.
//!
//! ## Why
//! A task that belongs to nobody is done by nobody: no notes are taken, nobody is told.
//!
//! ## Example
//! A process that requires a note taker for the worst severity, and a timeline without one.
//!
//! ## Instead
//! ```yaml
//! kind: role
//! role: note_taker
//! person: bob
//! ```

use super::{Check, Remark, Rule, Subject};
use crate::model::{Milestone, Status};
use crate::process::obligation::Weight;
use crate::process::people::Role;
use crate::process::{Event, Truth};

pub(super) static RULE: Rule = Rule {
    concludes: true,
    ..Rule::new("role-missing", Weight::Warning, include_str!("role_missing.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let status = subject.incident.status;
    if status < Status::Responding || status == Status::Cancelled {
        return Vec::new();
    }
    let missing = subject.process.roles.iter().filter(|role| {
        is_required(subject, role)
            && subject.incident.holder(&role.id).is_none()
            && !(role.leads && status.is_open())
            && !subject
                .on_a_clock(|event| matches!(event, Event::Of(map) if map.role.as_ref() == Some(&role.id)))
    });
    missing.map(|role| remark(subject, role)).collect()
}

fn is_required(subject: &Subject<'_>, role: &Role) -> bool {
    let standing = subject.process.worst_standing(subject.incident);
    role.required.as_ref().is_some_and(|when| when.holds(subject.incident, standing) == Truth::Yes)
}

fn remark(subject: &Subject<'_>, role: &Role) -> Remark {
    let (path, place) = subject.at(Milestone::Declared);
    let severity = subject.process.worst_standing(subject.incident).severity;
    let message = format!("a `{severity}` incident, and nobody was {}", role.label);
    Remark::new(path, place, message)
        .help(format!("`inc assign {} WHO`, with `--at TIME` afterwards", role.id))
}
