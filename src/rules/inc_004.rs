//! Everybody whom the severity calls for was told.
//!
//! ## What it checks
//! Once an incident is resolved: that each audience of the process's communication plan which has a condition
//! (`when`), and for which it holds at the worst severity that the incident had, got at least one message: an
//! `update` for that audience, one for nobody in particular by one of its channels, or a `notified` entry that names
//! it. What an obligation already asks for is left to the obligation.
//!
//! ## Why
//! Silence costs more trust than the outage. The people concerned learn of it anyway; better from us.
//!
//! ## Example
//! An incident of the worst severity, resolved, without a single message to users in its timeline.
//!
//! ## Instead
//! ```yaml
//! kind: update
//! state: resolved
//! audience: users
//! channels: [status_page]
//! ```
//! `inc comms post` writes it. A message that was sent and not recorded: `inc comms post --at TIME`.

use super::{Check, Remark, Rule, Subject};
use crate::model::Milestone;
use crate::model::entry::Kind;
use crate::process::communication::Audience;
use crate::process::obligation::Weight;
use crate::process::{Event, Truth, When};

pub(super) static RULE: Rule = Rule {
    concludes: true,
    ..Rule::new("INC-004", Weight::Warning, include_str!("inc_004.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.incident.status.is_resolved() {
        return Vec::new();
    }
    let standing = subject.process.worst_standing(subject.incident);
    let concerned =
        |a: &&Audience| a.when != When::default() && a.when.holds(subject.incident, standing) == Truth::Yes;
    let audiences = subject.process.communication.audiences.iter().filter(concerned);
    let untold = audiences.filter(|a| !told(subject, a) && !subject.on_a_clock(|e| is_told(e, a)));
    untold.map(|audience| remark(subject, audience, standing.severity)).collect()
}

fn remark(subject: &Subject<'_>, audience: &Audience, severity: &str) -> Remark {
    let (path, place) = subject.at(Milestone::Resolved);
    let message = format!("`{}` was never told of this `{severity}` incident", audience.label);
    Remark::new(path, place, message).help(format!(
        "`inc comms post --audience {}` tells them, or records with `--at TIME` that they were told",
        audience.id
    ))
}

fn told(subject: &Subject<'_>, audience: &Audience) -> bool {
    // A channel may have a condition behind it, in brackets.
    let by_channel =
        |c: &String| audience.channels.iter().any(|own| own.split_whitespace().next() == Some(c.as_str()));
    subject.incident.entries().any(|entry| match &entry.kind {
        Kind::Update { audience: Some(id), .. } => *id == audience.id,
        Kind::Update { audience: None, channels, .. } => audience.public || channels.iter().any(by_channel),
        Kind::Notified { who, .. } => *who == audience.id,
        _ => false,
    })
}

/// The event is a message to the audience.
fn is_told(event: &Event, audience: &Audience) -> bool {
    let Event::Of(map) = event else { return false };
    let by = |channel: &str| audience.channels.iter().any(|c| c.split_whitespace().next() == Some(channel));
    let update = map.update.as_ref().is_some_and(|u| {
        u.audience.as_ref().is_some_and(|id| *id == audience.id) || u.channel.as_deref().is_some_and(by)
    });
    update || map.notified.as_ref().is_some_and(|who| *who == audience.id)
}
