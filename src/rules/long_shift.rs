//! Who leads a long incident hands over in time.
//!
//! ## What it checks
//! That nobody holds a role which leads (`leads: true`) for longer than the parameter `longest` while an incident of one
//! of the worst severities is open; the parameter `ranks` says down to which rank, 1 being the worst. A process with an
//! obligation to hand over says it itself.
//!
//! ## Why
//! After some hours people see less, and do not see that. A handover while all is calm costs ten minutes.
//!
//! ## Example
//! ```yaml
//! # alice leads since 14:00, and it is 19:30
//! kind: role
//! role: commander
//! person: alice
//! ```
//!
//! ## Instead
//! `inc handover commander bob`, with a few words on where things stand.

use chrono::TimeDelta;

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::model::instant::Instant;
use crate::model::{Milestone, Status};
use crate::process::Event;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    concludes: true,
    parameters: &[("longest", "4h"), ("ranks", "2")],
    ..Rule::new("long-shift", Weight::Note, include_str!("long_shift.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let (incident, process) = (subject.incident, subject.process);
    let Some(longest) = subject.limit(&RULE, "longest") else { return Vec::new() };
    let down_to: u32 = subject.levels().text(&RULE, "ranks").and_then(|r| r.parse().ok()).unwrap_or_default();
    let severe = process.rank(process.worst_standing(incident).severity).is_some_and(|r| r <= down_to);
    if !severe || incident.status == Status::Cancelled || has_obligation(subject) {
        return Vec::new();
    }
    let end = incident
        .reached(Milestone::Mitigated)
        .or(incident.reached(Milestone::Resolved))
        .unwrap_or(subject.now);
    let leading = incident.roles.iter().filter(|(id, _)| process.role(id).is_some_and(|r| r.leads));
    let shifts = leading.flat_map(|(id, held)| {
        let until = held.iter().skip(1).map(|a| a.at).chain([end]);
        held.iter().zip(until).map(move |(a, until)| (id, a.at, a.person.as_str(), until.min(end)))
    });
    let long = shifts.filter(|(_, from, _, until)| from < until && !longest.holds(*until - *from));
    long.filter_map(|(role, from, who, until)| remark(subject, role, (from, who), until - from)).collect()
}

/// At the entry that gave the role.
fn remark(
    subject: &Subject<'_>,
    role: &str,
    (from, who): (Instant, &str),
    took: TimeDelta,
) -> Option<Remark> {
    let given = |k: &Kind| matches!(k, Kind::Role { role: r, person } if r == role && person == who);
    let entry = subject.incident.entries().find(|e| e.at == from && given(&e.kind))?;
    let label = subject.process.label_of(role);
    let message = format!("{who} is {label} for {} without a handover", format_duration(took));
    let remark = Remark::new(subject.entry(entry), Place::field("person"), message);
    Some(remark.help(format!("`inc handover {role} WHO`; with `--at TIME` where it was not written down")))
}

/// An obligation of the process asks for a handover.
fn has_obligation(subject: &Subject<'_>) -> bool {
    let mut found = false;
    for until in subject.process.obligations.iter().filter_map(|o| o.until.as_ref()) {
        until.walk(&mut |e| found |= matches!(e, Event::Of(map) if map.handover.is_some()));
    }
    found
}
