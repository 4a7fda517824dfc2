//! Entries and record go in, the incident comes out.
//!
//! The result depends only on the set of entries, not on the order in which they were written: they are
//! folded by time, then by name.

use std::collections::BTreeMap;

use super::entry::{Entry, Kind};
use super::incident::{Assignment, Cancellation, Downtime, Incident, SeverityChange, Status, TimelineEntry};
use super::instant::Instant;
use super::milestone::Milestone;
use super::record::Record;

/// Folds a record and its entries into the incident.
#[must_use]
pub fn fold(record: Record, entries: Vec<Entry>) -> Incident {
    let (timeline, amendments) = amend(entries);
    let mut incident = Incident {
        record,
        timeline: Vec::new(),
        amendments,
        status: Status::Declared,
        milestones: BTreeMap::new(),
        severities: Vec::new(),
        roles: BTreeMap::new(),
        level: None,
        downtimes: Vec::new(),
        reopened: Vec::new(),
        paused: Vec::new(),
        update_state: None,
        postmortem: None,
        cancelled: None,
    };
    for item in &timeline {
        apply(&mut incident, &item.entry);
    }
    incident.status = match incident.cancelled {
        Some(_) => Status::Cancelled,
        None => Status::from_milestones(&incident.milestones),
    };
    incident.timeline = timeline;
    incident
}

/// Applies amendments to the entries that they name and puts the result in order.
///
/// The last amendment wins for the time and for the text, each on its own. An amendment of an amendment is
/// one of the entry behind it.
fn amend(mut entries: Vec<Entry>) -> (Vec<TimelineEntry>, Vec<Entry>) {
    entries.sort_by(|a, b| a.order().cmp(&b.order()));
    entries.dedup_by(|a, b| a.name == b.name && a == b);
    let (mut amendments, entries): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|e| matches!(e.kind, Kind::Amended { .. }));
    amendments.sort_by(|a, b| (a.recorded, &a.name).cmp(&(b.recorded, &b.name)));
    let mut timeline: Vec<_> =
        entries.into_iter().map(|entry| TimelineEntry { entry, original: None }).collect();
    if !amendments.is_empty() {
        let position: BTreeMap<String, usize> =
            timeline.iter().enumerate().map(|(i, t)| (t.entry.name.clone(), i)).collect();
        for amendment in &amendments {
            let target = target(&amendments, amendment).and_then(|name| position.get(name));
            if let Some(item) = target.and_then(|i| timeline.get_mut(*i)) {
                correct(item, amendment);
            }
        }
        timeline.sort_by(|a, b| a.entry.order().cmp(&b.entry.order()));
    }
    (timeline, amendments)
}

/// The name of the entry that an amendment is about in the end.
fn target<'a>(amendments: &'a [Entry], amendment: &'a Entry) -> Option<&'a str> {
    let mut current = amendment;
    // A chain cannot be longer than the list, or it is a circle, which corrects nothing.
    for _ in 0..=amendments.len() {
        let Kind::Amended { of, .. } = &current.kind else { return None };
        match amendments.iter().find(|a| a.name == *of) {
            Some(next) => current = next,
            None => return Some(of),
        }
    }
    None
}

fn correct(item: &mut TimelineEntry, amendment: &Entry) {
    let Kind::Amended { new_at, .. } = &amendment.kind else { return };
    let original = Box::new(item.entry.clone());
    item.original.get_or_insert(original);
    if let Some(at) = new_at {
        item.entry.at = *at;
    }
    if !amendment.text.trim().is_empty() {
        item.entry.text.clone_from(&amendment.text);
    }
}

fn apply(incident: &mut Incident, entry: &Entry) {
    if let Some(milestone) = entry.kind.milestone() {
        reach(incident, milestone, entry.at);
    }
    match &entry.kind {
        Kind::Declared { severity, .. } if incident.severities.is_empty() => {
            change_severity(incident, entry.at, severity, None);
        }
        Kind::Severity { to, reason, .. } => change_severity(incident, entry.at, to, reason.clone()),
        Kind::Role { role, person } => {
            let assignment = Assignment { at: entry.at, person: person.clone() };
            incident.roles.entry(role.clone()).or_default().push(assignment);
        }
        Kind::Escalated { level, .. } => incident.level = Some(level.clone()),
        Kind::Down { service } => go_down(incident, service, entry.at),
        Kind::Up { service } => come_up(incident, service, entry.at),
        Kind::Update { state, .. } => incident.update_state = Some(*state),
        Kind::Postmortem { to, .. } => incident.postmortem = Some(*to),
        Kind::Cancelled { reason, of } if incident.cancelled.is_none() => {
            incident.cancelled = Some(Cancellation { at: entry.at, reason: *reason, of: of.clone() });
        }
        _ => {}
    }
}

fn change_severity(incident: &mut Incident, at: Instant, to: &str, reason: Option<String>) {
    incident.severities.push(SeverityChange { at, to: to.to_owned(), reason });
}

/// The first entry for a milestone counts, until `reopened` withdraws it.
fn reach(incident: &mut Incident, milestone: Milestone, at: Instant) {
    if milestone == Milestone::Reopened {
        if let Some(resolved) = incident.milestones.remove(&Milestone::Resolved) {
            incident.paused.push((resolved, at));
        }
        incident.milestones.remove(&Milestone::Verified);
        incident.milestones.remove(&Milestone::Closed);
        incident.reopened.push(at);
        incident.milestones.insert(milestone, at);
    } else {
        incident.milestones.entry(milestone).or_insert(at);
    }
}

fn go_down(incident: &mut Incident, service: &str, at: Instant) {
    let already = incident.downtimes.iter().any(|d| d.service == service && d.until.is_none());
    if !already {
        incident.downtimes.push(Downtime { service: service.to_owned(), from: at, until: None });
    }
}

fn come_up(incident: &mut Incident, service: &str, at: Instant) {
    let open = incident.downtimes.iter_mut().find(|d| d.service == service && d.until.is_none());
    if let Some(downtime) = open {
        downtime.until = Some(at);
    }
}
