//! Decisions as loops: what was seen and weighed, and what was decided in the end.

use super::entry::{Entry, Kind};
use super::incident::Incident;

/// A decision: it may have been opened before it was taken, and may not be taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The entries that opened it, in order; none of one that was written down only when it was taken.
    pub opened: Vec<&'a Entry>,
    /// The entry that says what was decided; none while it is open.
    pub decided: Option<&'a Entry>,
}

impl<'a> Decision<'a> {
    /// What was seen, as the last entry that says it.
    #[must_use]
    pub fn observe(&self) -> Option<&'a str> {
        self.last(|kind| match kind {
            Kind::Decision { observe, .. } => observe.as_deref(),
            _ => None,
        })
    }

    /// What was weighed, as the last entry that says it.
    #[must_use]
    pub fn orient(&self) -> Option<&'a str> {
        self.last(|kind| match kind {
            Kind::Decision { orient, .. } => orient.as_deref(),
            _ => None,
        })
    }

    /// Its type, as the last entry that says it.
    #[must_use]
    pub fn of_type(&self) -> Option<&'a str> {
        self.last(|kind| match kind {
            Kind::Decision { of_type, .. } => of_type.as_deref(),
            _ => None,
        })
    }

    /// Who decided: as the entry says, else who wrote it; nobody yet while it is open.
    #[must_use]
    pub fn decider(&self) -> Option<&'a str> {
        let entry = self.decided?;
        match &entry.kind {
            Kind::Decision { decider: Some(decider), .. } => Some(decider),
            _ => Some(&entry.by),
        }
    }

    fn last(&self, field: impl Fn(&'a Kind) -> Option<&'a str>) -> Option<&'a str> {
        let entries = self.opened.iter().copied().chain(self.decided);
        entries.rev().find_map(|entry| field(&entry.kind))
    }
}

/// The decisions of an incident in the order of the timeline: each closes all that was opened before it and is open
/// still, which may be several when two clones opened one each.
#[must_use]
pub fn decisions(incident: &Incident) -> Vec<Decision<'_>> {
    let mut decisions = Vec::new();
    let mut opened = Vec::new();
    for entry in incident.entries() {
        match &entry.kind {
            Kind::Decision { decide: None, .. } => opened.push(entry),
            Kind::Decision { .. } => {
                decisions.push(Decision { opened: std::mem::take(&mut opened), decided: Some(entry) });
            }
            _ => {}
        }
    }
    if !opened.is_empty() {
        decisions.push(Decision { opened, decided: None });
    }
    decisions
}

/// The decision that is open, if one is.
#[must_use]
pub fn open(incident: &Incident) -> Option<Decision<'_>> {
    decisions(incident).pop().filter(|d| d.decided.is_none())
}
