//! Who must be in a war room, who is, and how its channel is called.

use std::collections::BTreeSet;

use super::Process;
use super::facts::{Truth, When};
use super::response::{Participant, Warroom};
use crate::model::Incident;
use crate::model::entry::{Entry, Kind, WarroomStep};
use crate::model::instant::Instant;

/// Somebody who must be in a war room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The role or post.
    pub who: &'a str,
    /// Why, in the source's words.
    pub note: Option<&'a str>,
    /// Who fills it and is there.
    pub there: Option<String>,
    /// Who should be called, while nobody is there.
    pub call: Vec<String>,
    /// The field that it depends on, when nobody wrote it.
    pub needs: Option<&'static str>,
}

/// A war room as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// When it was opened.
    pub since: Instant,
    /// Its channel.
    pub channel: Option<String>,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// The last check-in, or the opening.
    pub last: Instant,
}

/// The steps that a war room took, in order.
fn steps(incident: &Incident) -> impl DoubleEndedIterator<Item = (&Entry, WarroomStep)> {
    incident.entries().filter_map(|e| match &e.kind {
        Kind::Warroom { step, .. } => Some((e, *step)),
        _ => None,
    })
}

/// The last war room that was opened.
#[must_use]
pub fn room(incident: &Incident) -> Option<Room> {
    let (opened, _) = steps(incident).rev().find(|(_, step)| *step == WarroomStep::Opened)?;
    let after = || steps(incident).filter(|(e, _)| e.order() > opened.order());
    let channel = match &opened.kind {
        Kind::Warroom { channel, .. } => channel.clone(),
        _ => None,
    };
    let closed = after().find(|(_, step)| *step == WarroomStep::Closed).map(|(e, _)| e.at);
    let last = after().filter(|(_, s)| *s == WarroomStep::CheckedIn).map(|(e, _)| e.at).next_back();
    Some(Room { since: opened.at, channel, closed, last: last.unwrap_or(opened.at) })
}

/// Whoever was named in the war room that is open.
#[must_use]
pub fn present(incident: &Incident) -> Vec<&str> {
    let opened = steps(incident).rev().find(|(_, step)| *step == WarroomStep::Opened);
    let from = opened.map(|(e, _)| e.order());
    let since = steps(incident).filter(|(e, _)| from.is_some_and(|from| e.order() >= from));
    since
        .flat_map(|(e, _)| match &e.kind {
            Kind::Warroom { participants, .. } => participants.as_slice(),
            _ => &[],
        })
        .map(String::as_str)
        .collect()
}

/// Whoever was in a war room of the incident: those who were named, who asked for it, and who held a role; nobody where
/// there was none.
#[must_use]
pub fn team(incident: &Incident) -> BTreeSet<&str> {
    let mut team: BTreeSet<&str> = BTreeSet::new();
    for (entry, _) in steps(incident) {
        if let Kind::Warroom { participants, requested_by, .. } = &entry.kind {
            team.extend(participants.iter().chain(requested_by).map(String::as_str));
        }
    }
    if steps(incident).next().is_some() {
        team.extend(incident.roles.values().flatten().map(|a| a.person.as_str()));
    }
    team
}

/// The channel's name: the pattern for security incidents, where there is one and the incident is one or restricted.
#[must_use]
pub fn channel(room: &Warroom, process: &Process, incident: &Incident) -> String {
    let holds = |when: &When| when.holds(incident, process.standing(incident)) == Truth::Yes;
    let secret = incident.record.restricted || room.security_when.as_ref().is_some_and(holds);
    let pattern = room.security_channel.as_ref().filter(|_| secret).unwrap_or(&room.channel);
    pattern.replace("{id}", incident.id())
}

/// Everybody who must be there now, in the process's order. `holders` gives who fills a post.
#[must_use]
pub fn seats<'a>(
    process: &'a Process,
    incident: &Incident,
    holders: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Seat<'a>> {
    let here = present(incident);
    let standing = process.standing(incident);
    let of = |p: &'a Participant| {
        let needs = match p.when.holds(incident, standing) {
            Truth::No => return None,
            Truth::Unknown(field) => Some(field),
            Truth::Yes => None,
        };
        let holder = incident.holder(&p.who).map(str::to_owned);
        let posted = holders(&p.who);
        let named = here.iter().find(|h| {
            posted.iter().any(|person| person == *h)
                || p.who.eq_ignore_ascii_case(h)
                || process.label_of(&p.who) == **h
        });
        let there = holder.or_else(|| named.map(|n| (*n).to_owned()));
        let call = if there.is_some() { Vec::new() } else { posted };
        Some(Seat { who: &p.who, note: p.note.as_deref(), there, call, needs })
    };
    process.warroom.iter().flat_map(|w| &w.participants).filter_map(of).collect()
}
