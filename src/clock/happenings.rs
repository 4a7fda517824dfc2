//! When the events that a process names happened in an incident.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{checklist, engine};
use crate::model::entry::{DecisionStep, Kind, Outcome};
use crate::model::incident::Incident;
use crate::model::instant::Instant;
use crate::model::{Entry, Milestone};
use crate::process::event::{EventMap, Meeting, UpdateIs};
use crate::process::facts::OneOrMany;
use crate::process::{Event, Process};

/// An incident and its process at one instant: what has happened by then.
#[derive(Debug, Clone)]
pub struct Moments<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its process.
    pub process: &'a Process,
    /// The instant; what lies after it has not happened.
    pub now: Instant,
    /// What came of obligations that others build on, as far as was asked; nothing while one is being computed.
    pub(super) outcomes: RefCell<BTreeMap<String, engine::Outcome>>,
}

/// Which instants of an event are asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Scope {
    /// None before this one.
    since: Option<Instant>,
    /// Also milestones that a reopening withdrew.
    withdrawn: bool,
}

impl<'a> Moments<'a> {
    /// What has happened by `now`.
    #[must_use]
    pub fn new(incident: &'a Incident, process: &'a Process, now: Instant) -> Self {
        Self { incident, process, now, outcomes: RefCell::default() }
    }

    /// The first of several events that has happened at all, in the order in which they are listed.
    #[must_use]
    pub fn first_of(&self, events: &OneOrMany<Event>) -> Option<Instant> {
        events.values().find_map(|e| self.all(e).first().copied())
    }

    /// Every instant at which an event happened, in order.
    #[must_use]
    pub fn all(&self, event: &Event) -> Vec<Instant> {
        self.instants(event, Scope::default())
    }

    /// Every instant from `since` on at which an event happened, in order; of several that must all happen, each has
    /// to have done so since.
    #[must_use]
    pub(super) fn since(&self, event: &Event, since: Option<Instant>) -> Vec<Instant> {
        self.instants(event, Scope { since, ..Scope::default() })
    }

    /// The same with milestones that stood for a while, until a reopening withdrew them.
    #[must_use]
    pub(super) fn once(&self, event: &Event, since: Option<Instant>) -> Vec<Instant> {
        self.instants(event, Scope { since, withdrawn: true })
    }

    fn instants(&self, event: &Event, scope: Scope) -> Vec<Instant> {
        let impact = &self.incident.record.impact;
        let mut instants = match event {
            Event::Milestone(Milestone::Reopened) => self.incident.reopened.clone(),
            Event::Milestone(m) => self.reached(*m, scope.withdrawn),
            Event::Kind(name) => self.entries(|e| e.kind.name() == *name && stands_alone(&e.kind)),
            Event::Breach => impact.breach_known_at.into_iter().collect(),
            Event::Cost => impact.cost.iter().filter_map(|c| c.known_at).collect(),
            Event::Of(map) => self.of(map, scope),
        };
        instants.retain(|at| *at <= self.now && scope.since.is_none_or(|since| *at >= since));
        instants.sort_unstable();
        instants
    }

    fn entries(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<Instant> {
        self.incident.entries().filter(|e| wanted(e)).map(|e| e.at).collect()
    }

    /// When a milestone was reached; with those that a reopening withdrew, each entry that was in time to stand.
    fn reached(&self, milestone: Milestone, withdrawn: bool) -> Vec<Instant> {
        let mut reached: Vec<Instant> = self.incident.reached(milestone).into_iter().collect();
        if let Some(last) = self.incident.reopened.last().filter(|_| withdrawn) {
            reached.extend(self.entries(|e| e.kind.milestone() == Some(milestone) && e.at < *last));
        }
        reached
    }

    /// When the last of several events had happened, again and again.
    fn together(&self, events: &[Event], scope: Scope) -> Vec<Instant> {
        let instants: Vec<Vec<Instant>> = events.iter().map(|e| self.instants(e, scope)).collect();
        let mut found: Vec<Instant> = Vec::new();
        loop {
            let last = found.last().copied();
            let next = |of: &Vec<Instant>| of.iter().copied().find(|at| last.is_none_or(|last| *at > last));
            let all: Option<Vec<Instant>> = instants.iter().map(next).collect();
            let Some(at) = all.and_then(|all| all.into_iter().max()) else { return found };
            found.push(at);
        }
    }

    fn of(&self, map: &EventMap, scope: Scope) -> Vec<Instant> {
        if let Some(events) = &map.any {
            return events.iter().flat_map(|e| self.instants(e, scope)).collect();
        }
        if let Some(events) = &map.all {
            return self.together(events, scope);
        }
        if let Some(id) = &map.obligation {
            return engine::outcome(self, id).ended.into_iter().collect();
        }
        if let Some(id) = &map.missed {
            return engine::outcome(self, id).missed.into_iter().collect();
        }
        if let Some(meeting) = map.meeting {
            return self.meetings(meeting);
        }
        if let Some(role) = &map.handover {
            let given = self.entries(|e| matches!(&e.kind, Kind::Role { role: r, .. } if r == role));
            return given.into_iter().skip(1).collect();
        }
        self.entries(|e| self.is(map, &e.kind) && checklist::counts(self.process, e))
    }

    fn is(&self, map: &EventMap, kind: &Kind) -> bool {
        match kind {
            Kind::Escalated { level, notify, .. } => {
                map.escalated.as_ref().is_some_and(|wanted| self.reaches(level, wanted))
                    || map.notified.as_ref().is_some_and(|who| notify.iter().any(|n| self.same_post(n, who)))
            }
            Kind::Role { role, .. } => map.role.as_ref() == Some(role),
            Kind::Notified { who, outcome, .. } => {
                let reached = matches!(outcome, None | Some(Outcome::Reached));
                reached && map.notified.as_ref().is_some_and(|wanted| self.same_post(who, wanted))
            }
            Kind::Update { state, audience, channels, .. } => map.update.as_ref().is_some_and(|wanted| {
                let UpdateIs { state: from_state, audience: for_audience, channel } = wanted;
                from_state.is_none_or(|s| *state >= s)
                    && for_audience.as_ref().is_none_or(|a| audience.as_ref().is_none_or(|b| a == b))
                    && channel.as_ref().is_none_or(|c| channels.contains(c))
            }),
            Kind::Decision { decide, .. } => match map.decision {
                Some(DecisionStep::Opened) => decide.is_none(),
                Some(DecisionStep::Decided) => decide.is_some(),
                None => false,
            },
            Kind::Evidence { of_type, .. } => map.evidence.is_some() && map.evidence == *of_type,
            Kind::Done { item, .. } => map.done.as_ref() == Some(item),
            Kind::Approved { what, .. } => map.approved.as_ref() == Some(what),
            Kind::Postmortem { to, .. } => map.postmortem.is_some_and(|wanted| *to >= wanted),
            Kind::Rollback { step, .. } => map.rollback.is_some_and(|wanted| *step >= wanted),
            Kind::Warroom { step, .. } => map.warroom == Some(*step),
            _ => false,
        }
    }

    fn meetings(&self, meeting: Meeting) -> Vec<Instant> {
        let mut planned = self.incident.entries().filter_map(|e| match e.kind {
            Kind::Postmortem { meeting: Some(held), .. } => Some((e.at, held)),
            _ => None,
        });
        match meeting {
            Meeting::Planned => planned.map(|(at, _)| at).collect(),
            // A meeting that was moved counts at the last time that was set.
            Meeting::Held => planned.next_back().map(|(_, held)| held).into_iter().collect(),
        }
    }

    fn reaches(&self, level: &str, wanted: &str) -> bool {
        let place = |id: &str| self.process.levels.iter().position(|l| l.id.eq_ignore_ascii_case(id));
        match (place(level), place(wanted)) {
            (Some(level), Some(wanted)) => level >= wanted,
            _ => level.eq_ignore_ascii_case(wanted),
        }
    }

    fn same_post(&self, who: &str, wanted: &str) -> bool {
        who.eq_ignore_ascii_case(wanted)
            || self.process.post(who).is_some_and(|p| p.id == wanted)
            || self.process.role(who).is_some_and(|r| r.id == wanted)
    }
}

/// Whether an entry says by its kind alone that something happened: what a rule noted was written by nobody, and a
/// decision that is open is none yet.
fn stands_alone(kind: &Kind) -> bool {
    !matches!(kind, Kind::Note { rule: Some(_) } | Kind::Decision { decide: None, .. })
}
