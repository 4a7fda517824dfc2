//! Roles that one person should not hold together are held by two.
//!
//! ## What it checks
//! That no person holds a role together with one that the process excludes for it (`not_with`): the commander who
//! takes the notes too, for example.
//!
//! ## Why
//! Who decides cannot write everything down as well; one of the two suffers, mostly the notes.
//!
//! ## Example
//! ```yaml
//! # alice is the commander, and then:
//! kind: role
//! role: note_taker
//! person: alice
//! ```
//!
//! ## Instead
//! ```yaml
//! role: note_taker
//! person: bob
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Status;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("roles-combined", Weight::Warning, include_str!("roles_combined.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.incident.status == Status::Cancelled {
        return Vec::new();
    }
    let roles = &subject.process.roles;
    let pairs = roles
        .iter()
        .flat_map(|role| role.not_with.iter().map(move |other| (role.id.as_str(), other.as_str())));
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut remarks = Vec::new();
    for (role, other) in pairs {
        if seen.contains(&(other, role)) {
            continue;
        }
        seen.push((role, other));
        let holder = subject.incident.holder(role).filter(|who| subject.incident.holder(other) == Some(who));
        remarks.extend(holder.and_then(|who| remark(subject, role, other, who)));
    }
    remarks
}

/// At the later of the two assignments.
fn remark(subject: &Subject<'_>, role: &str, other: &str, who: &str) -> Option<Remark> {
    let entry = subject.incident.entries().rev().find(
        |e| matches!(&e.kind, Kind::Role { role: r, person } if (r == role || r == other) && person == who),
    )?;
    let label = |id: &str| subject.process.label_of(id).to_owned();
    let message = format!("{} is {} and {} at once", who, label(role), label(other));
    let remark = Remark::new(subject.entry(entry), Place::field("person"), message);
    Some(remark.help("give one of the two to somebody else: `inc assign ROLE WHO`"))
}
