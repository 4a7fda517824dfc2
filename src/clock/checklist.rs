//! The steps of a checklist or a runbook as they stand in an incident: what is done, by whom, what is late.

use super::happenings::Moments;
use super::steps::by;
use crate::model::Incident;
use crate::model::Milestone;
use crate::model::entry::{Entry, Kind};
use crate::model::instant::Instant;
use crate::process::facts::{OneOrMany, Truth, When};
use crate::process::response::{Group, Item};
use crate::process::{Event, Process};

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Somebody said that it is done.
    Done {
        /// When.
        at: Instant,
        /// Who.
        by: String,
        /// What they noted.
        note: Option<String>,
    },
    /// The timeline says so: something else counts as having done it.
    Follows {
        /// When.
        at: Instant,
    },
    /// The record says so.
    Filled,
    /// It is to be done.
    Open,
    /// It should have been done by now.
    Late,
    /// It does not apply.
    Not,
    /// Whether it applies depends on this field, which nobody wrote.
    Unknown(&'static str),
}

/// A step of a checklist or a runbook in an incident.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The thing to do.
    pub item: &'a Item,
    /// The part that it belongs to.
    pub group: &'a Group,
    /// By when; none without an offset, or while what it is counted from has not happened.
    pub due: Option<Instant>,
    /// How it stands.
    pub standing: Standing,
}

impl Step<'_> {
    /// Whether nothing is left to do about it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.standing, Standing::Done { .. } | Standing::Follows { .. } | Standing::Filled)
    }

    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Open | Standing::Late)
    }
}

/// Every step of a list at the moments' `now`, in order.
#[must_use]
pub fn steps<'a>(moments: &Moments<'_>, when: &When, groups: &'a [Group]) -> Vec<Step<'a>> {
    let declared = OneOrMany::One(Event::Milestone(Milestone::Declared));
    let mut steps = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let start = moments.first_of(group.from.as_ref().unwrap_or(&declared));
        let due = start.zip(by(groups, place)).and_then(|(at, by)| at.checked_add_signed(by.length));
        let step = |item| Step { item, group, due, standing: standing(moments, when, item, due) };
        steps.extend(group.items.iter().map(step));
    }
    steps
}

/// The entry that says that an item is done: the first one that counts.
#[must_use]
pub fn done<'a>(moments: &Moments<'a>, item: &str) -> Option<&'a Entry> {
    let said =
        |e: &&Entry| matches!(&e.kind, Kind::Done { item: i, .. } if i == item) && counts(moments.process, e);
    moments.incident.entries().filter(|e| e.at <= moments.now).find(said)
}

/// Whether an entry that says that an item is done counts: one that is done in writing needs words.
#[must_use]
pub fn counts(process: &Process, entry: &Entry) -> bool {
    let Kind::Done { item, note } = &entry.kind else { return true };
    let has_words = note.is_some() || !entry.text.trim().is_empty();
    has_words || !process.items().any(|i| i.written && i.id == *item)
}

/// Whether the record holds everything that an item asks for.
#[must_use]
pub fn is_filled(incident: &Incident, item: &Item) -> bool {
    !item.filled.is_empty() && item.filled.iter().all(|path| incident.record.is_filled(path))
}

/// Whether an item was done before what has to come first, and nobody wrote down why; `at` is when it was done.
#[must_use]
pub fn came_early(moments: &Moments<'_>, item: &Item, at: Instant) -> bool {
    let Some(first) = &item.after else { return false };
    let excused = item.unless_filled.as_ref().is_some_and(|path| moments.incident.record.is_filled(path));
    !excused && !moments.all(first).iter().any(|before| *before <= at)
}

fn standing(moments: &Moments<'_>, list: &When, item: &Item, due: Option<Instant>) -> Standing {
    if let Some(entry) = done(moments, &item.id) {
        let note = match &entry.kind {
            Kind::Done { note, .. } => note.clone(),
            _ => None,
        };
        return Standing::Done { at: entry.at, by: entry.by.clone(), note };
    }
    if let Some(at) = item.done_by.as_ref().and_then(|event| moments.all(event).first().copied()) {
        return Standing::Follows { at };
    }
    if is_filled(moments.incident, item) {
        return Standing::Filled;
    }
    let now = moments.process.standing(moments.incident);
    let own = || item.when.as_ref().map_or(Truth::Yes, |when| when.holds(moments.incident, now));
    match list.holds(moments.incident, now).and(own) {
        Truth::No => Standing::Not,
        Truth::Unknown(field) => Standing::Unknown(field),
        Truth::Yes if !item.optional && due.is_some_and(|due| due < moments.now) => Standing::Late,
        Truth::Yes => Standing::Open,
    }
}
