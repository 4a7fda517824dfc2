//! Entries and record go in, the incident comes out.
//!
//! The result depends only on the set of entries, not on the order in which they were written: they are
//! folded by time, then by name.

use std::borrow::Cow;
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
    build(record, timeline, amendments)
}

impl Incident {
    /// The incident as it stood at `now`: what lies later, amendments considered, has not happened.
    #[must_use]
    pub fn as_of(&self, now: Instant) -> Cow<'_, Self> {
        if self.timeline.last().is_none_or(|t| t.entry.at <= now) {
            return Cow::Borrowed(self);
        }
        let by_now = self.timeline.iter().filter(|t| t.entry.at <= now).cloned().collect();
        Cow::Owned(build(self.record.clone(), by_now, self.amendments.clone()))
    }
}

fn build(record: Record, timeline: Vec<TimelineEntry>, amendments: Vec<Entry>) -> Incident {
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
        apply(&mut incident, &item.entry, &timeline);
    }
    finish_again(&mut incident, &timeline);
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
/// one of the entry behind it; one of a missing entry, or of itself, corrects nothing and stays in the list.
fn amend(mut entries: Vec<Entry>) -> (Vec<TimelineEntry>, Vec<Entry>) {
    entries.sort_by(|a, b| a.order().cmp(&b.order()));
    entries.dedup();
    let (mut amendments, entries): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|e| matches!(e.kind, Kind::Amended { .. }));
    amendments.sort_by(|a, b| (a.recorded, &a.name).cmp(&(b.recorded, &b.name)));
    let mut timeline: Vec<_> =
        entries.into_iter().map(|entry| TimelineEntry { entry, original: None }).collect();
    if !amendments.is_empty() {
        let position: BTreeMap<String, usize> =
            timeline.iter().enumerate().map(|(i, t)| (t.entry.name.clone(), i)).collect();
        let corrects: BTreeMap<&str, &str> =
            amendments.iter().filter_map(|a| Some((a.name.as_str(), corrected(a)?))).collect();
        for amendment in &amendments {
            let target = target(&corrects, amendment).and_then(|name| position.get(name));
            if let Some(item) = target.and_then(|i| timeline.get_mut(*i)) {
                correct(item, amendment);
            }
        }
        timeline.sort_by(|a, b| a.entry.order().cmp(&b.entry.order()));
    }
    (timeline, amendments)
}

fn corrected(amendment: &Entry) -> Option<&str> {
    match &amendment.kind {
        Kind::Amended { of, .. } => Some(of),
        _ => None,
    }
}

/// The name of the entry that an amendment is about in the end; none for a circle.
fn target<'a>(corrects: &BTreeMap<&str, &'a str>, amendment: &'a Entry) -> Option<&'a str> {
    let mut current = corrected(amendment)?;
    // A chain cannot be longer than the list, or it is a circle.
    for _ in 0..corrects.len() {
        match corrects.get(current) {
            Some(next) => current = next,
            None => return Some(current),
        }
    }
    None
}

fn correct(item: &mut TimelineEntry, amendment: &Entry) {
    let Kind::Amended { new_at, .. } = &amendment.kind else { return };
    if item.original.is_none() {
        item.original = Some(Box::new(item.entry.clone()));
    }
    if let Some(at) = new_at {
        item.entry.at = *at;
    }
    if !amendment.text.trim().is_empty() {
        item.entry.text.clone_from(&amendment.text);
    }
}

fn apply(incident: &mut Incident, entry: &Entry, timeline: &[TimelineEntry]) {
    let declared = incident.milestones.contains_key(&Milestone::Declared);
    match entry.kind.milestone() {
        Some(Milestone::Reopened) => reopen(incident, entry.at, timeline),
        Some(milestone) => reach(incident, milestone, entry.at),
        None => {}
    }
    match &entry.kind {
        Kind::Declared { severity, .. } if !declared => {
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
    let withdrawn = milestone == Milestone::Resolved && incident.paused.last() == Some(&(at, at));
    if !withdrawn {
        incident.milestones.entry(milestone).or_insert(at);
    }
}

/// Withdraws the resolution that stands, else the one of the same second, which comes later only by name; and the
/// relief before it: what is reopened hurts again, until somebody says otherwise.
fn reopen(incident: &mut Incident, at: Instant, timeline: &[TimelineEntry]) {
    let same_second = || timeline.iter().any(|t| t.entry.at == at && is(&t.entry, Milestone::Resolved));
    match incident.milestones.remove(&Milestone::Resolved) {
        Some(resolved) => incident.paused.push((resolved, at)),
        None if same_second() => incident.paused.push((at, at)),
        None => {}
    }
    incident.milestones.remove(&Milestone::Mitigated);
    incident.reopened.push(at);
    incident.milestones.insert(Milestone::Reopened, at);
}

/// After a reopening only what follows the new resolution verifies or closes: somebody who had not heard of
/// the reopening may have closed it since.
fn finish_again(incident: &mut Incident, timeline: &[TimelineEntry]) {
    if incident.reopened.is_empty() {
        return;
    }
    let resolved = incident.reached(Milestone::Resolved);
    for milestone in [Milestone::Verified, Milestone::Closed] {
        incident.milestones.remove(&milestone);
        let mut after = timeline.iter().map(|t| &t.entry).filter(|e| resolved.is_some_and(|r| e.at >= r));
        if let Some(entry) = after.find(|e| is(e, milestone)) {
            incident.milestones.insert(milestone, entry.at);
        }
    }
}

fn is(entry: &Entry, milestone: Milestone) -> bool {
    entry.kind.milestone() == Some(milestone)
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
