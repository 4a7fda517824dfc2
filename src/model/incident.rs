//! The incident as its timeline and record make it. Everything here is computed; nothing is stored.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{CancelReason, Entry, Kind, PostmortemState, UpdateState};
use super::instant::Instant;
use super::milestone::Milestone;
use super::record::Record;

/// Where an incident stands: the furthest milestone that it has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Declared, and nobody has taken it yet.
    Declared,
    /// Somebody took it.
    Acknowledged,
    /// Somebody works on it.
    Responding,
    /// The cause is known.
    Identified,
    /// Users no longer suffer.
    Mitigated,
    /// It is over.
    Resolved,
    /// It was checked to be over.
    Verified,
    /// Nothing is left to do.
    Closed,
    /// It was no incident after all.
    Cancelled,
}

impl Status {
    /// Every status, in the order of an incident's life.
    pub const ALL: [Self; 9] = [
        Self::Declared,
        Self::Acknowledged,
        Self::Responding,
        Self::Identified,
        Self::Mitigated,
        Self::Resolved,
        Self::Verified,
        Self::Closed,
        Self::Cancelled,
    ];

    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Acknowledged => "acknowledged",
            Self::Responding => "responding",
            Self::Identified => "identified",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::Verified => "verified",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the trouble may still be going on.
    #[must_use]
    pub fn is_open(self) -> bool {
        self < Self::Resolved
    }

    /// Whether there was trouble and it is over: resolved or beyond, and not cancelled.
    #[must_use]
    pub fn is_resolved(self) -> bool {
        !self.is_open() && self != Self::Cancelled
    }

    /// The status that the milestones reached so far give.
    #[must_use]
    pub fn from_milestones(reached: &BTreeMap<Milestone, Instant>) -> Self {
        const BY_MILESTONE: [(Milestone, Status); 7] = [
            (Milestone::Closed, Status::Closed),
            (Milestone::Verified, Status::Verified),
            (Milestone::Resolved, Status::Resolved),
            (Milestone::Mitigated, Status::Mitigated),
            (Milestone::Identified, Status::Identified),
            (Milestone::Responded, Status::Responding),
            (Milestone::Acknowledged, Status::Acknowledged),
        ];
        let furthest = BY_MILESTONE.into_iter().find(|(m, _)| reached.contains_key(m));
        furthest.map_or(Self::Declared, |(_, status)| status)
    }
}

/// A change of severity, the first one at declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityChange {
    /// When it took effect.
    pub at: Instant,
    /// The process's id of the severity from then on.
    pub to: String,
    /// Why, when somebody said so.
    pub reason: Option<String>,
}

/// A role given to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// From when on.
    pub at: Instant,
    /// Who.
    pub person: String,
}

/// An interval in which a service was down; no end while it still is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downtime {
    /// Which service.
    pub service: String,
    /// When it went down.
    pub from: Instant,
    /// When it came back.
    pub until: Option<Instant>,
}

/// What was cancelled, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: CancelReason,
    /// The incident that it duplicates.
    pub of: Option<String>,
}

/// An entry as the timeline shows it, with what amendments made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The entry with its amended time and text.
    pub entry: Entry,
    /// The entry as it was first written, when an amendment changed it.
    pub original: Option<Box<Entry>>,
}

/// The incident: its record, its timeline in order, and what follows from the two.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// What people wrote.
    pub record: Record,
    /// What happened, in order, amendments applied; the amending entries themselves are not listed.
    pub timeline: Vec<TimelineEntry>,
    /// The amending entries, in order.
    pub amendments: Vec<Entry>,
    /// Where it stands.
    pub status: Status,
    /// When each milestone was reached; what `reopened` withdrew is not here.
    pub milestones: BTreeMap<Milestone, Instant>,
    /// Each severity it had, in order; empty only when no `declared` entry could be read.
    pub severities: Vec<SeverityChange>,
    /// Who holds each role, and who held it before.
    pub roles: BTreeMap<String, Vec<Assignment>>,
    /// The level that owns it.
    pub level: Option<String>,
    /// When services were down.
    pub downtimes: Vec<Downtime>,
    /// Each time it was reopened.
    pub reopened: Vec<Instant>,
    /// Intervals from a resolution to the reopening that withdrew it.
    pub paused: Vec<(Instant, Instant)>,
    /// The state of the last message to stakeholders.
    pub update_state: Option<UpdateState>,
    /// The post-mortem's state.
    pub postmortem: Option<PostmortemState>,
    /// That it was cancelled.
    pub cancelled: Option<Cancellation>,
}

impl Incident {
    /// The incident's id as text.
    #[must_use]
    pub fn id(&self) -> &str {
        self.record.id.as_str()
    }

    /// When a milestone was reached, if it was and still stands.
    #[must_use]
    pub fn reached(&self, milestone: Milestone) -> Option<Instant> {
        self.milestones.get(&milestone).copied()
    }

    /// The severity now: the last one given.
    #[must_use]
    pub fn severity(&self) -> Option<&str> {
        self.severities.last().map(|s| s.to.as_str())
    }

    /// The severity at an instant; before the first change, the first one.
    #[must_use]
    pub fn severity_at(&self, at: Instant) -> Option<&str> {
        let last = self.severities.iter().rev().find(|s| s.at <= at);
        last.or(self.severities.first()).map(|s| s.to.as_str())
    }

    /// Who holds a role now.
    #[must_use]
    pub fn holder(&self, role: &str) -> Option<&str> {
        self.roles.get(role)?.last().map(|a| a.person.as_str())
    }

    /// Who held a role at an instant.
    #[must_use]
    pub fn holder_at(&self, role: &str, at: Instant) -> Option<&str> {
        self.roles.get(role)?.iter().rev().find(|a| a.at <= at).map(|a| a.person.as_str())
    }

    /// Entries in order, amendments applied.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.timeline.iter().map(|t| &t.entry)
    }

    /// The instant of the last thing known, for documents that must not depend on when they are rendered.
    #[must_use]
    pub fn last_recorded(&self) -> Option<Instant> {
        let originals = self.timeline.iter().map(|t| t.original.as_deref().unwrap_or(&t.entry));
        originals.chain(&self.amendments).map(|e| e.recorded.max(e.at)).max()
    }

    /// From when on the trouble is counted: its start, else its detection, else its declaration.
    #[must_use]
    pub fn began(&self) -> Option<Instant> {
        [Milestone::Started, Milestone::Detected, Milestone::Declared]
            .into_iter()
            .find_map(|m| self.reached(m))
    }

    /// When the post-mortem's meeting is or was held, as it was last set.
    #[must_use]
    pub fn meeting(&self) -> Option<Instant> {
        self.entries().rev().find_map(|e| match e.kind {
            Kind::Postmortem { meeting, .. } => meeting,
            _ => None,
        })
    }

    /// The rules and obligations that people accepted, with the reasons.
    pub fn waivers(&self) -> impl Iterator<Item = &Entry> {
        self.entries().filter(|e| matches!(e.kind, Kind::Waived { .. }))
    }

    /// How long services were down in all by `now`, overlaps counted once. Seconds.
    #[must_use]
    pub fn downtime_seconds(&self, now: Instant) -> i64 {
        let end = |d: &Downtime| d.until.map_or(now, |until| until.min(now));
        let mut spans: Vec<_> = self.downtimes.iter().map(|d| (d.from, end(d))).collect();
        spans.sort_unstable();
        let mut total = 0;
        let mut covered = Instant::MIN_UTC;
        for (from, until) in spans {
            total += (until - from.max(covered)).num_seconds().max(0);
            covered = covered.max(until);
        }
        total
    }
}
