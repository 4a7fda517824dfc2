//! What starts an obligation, and what has happened since that may end it.

use super::happenings::Moments;
use crate::model::Milestone;
use crate::model::instant::Instant;
use crate::process::Event;
use crate::process::obligation::Obligation;

/// A start of an obligation, and what has happened since that may end it.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    /// When it started.
    pub start: Instant,
    /// When what meets it happened.
    pub ends: Vec<Instant>,
    /// When it became moot.
    pub moot: Option<Instant>,
}

/// The starts of an obligation: the first one, or each of those that start a clock of their own.
pub(super) fn begun(moments: &Moments<'_>, obligation: &Obligation) -> Vec<Begun> {
    let since_reopened = |event: &Event, start| moments.since(event, reopened_before(moments, start));
    let moot = |start| obligation.unless.as_ref().and_then(|e| since_reopened(e, start).first().copied());
    let until = obligation.until.as_ref();
    if !obligation.each {
        let ends = |start| until.map(|until| since_reopened(until, start)).unwrap_or_default();
        let begun = |start| Begun { start, ends: ends(start), moot: moot(start) };
        return moments.first_of(&obligation.from).map(begun).into_iter().collect();
    }
    let mut starts: Vec<Instant> = obligation.from.values().flat_map(|e| moments.all(e)).collect();
    starts.sort_unstable();
    let mut met: Vec<Instant> = Vec::new();
    let begun = |start: Instant| {
        let mut ends = until.map(|until| moments.since(until, Some(start))).unwrap_or_default();
        // What met an earlier one in this very second came before this start.
        let used = met.iter().filter(|at| **at == start).count();
        let same_second = ends.iter().filter(|at| **at == start).count();
        ends.drain(..used.min(same_second));
        met.extend(ends.first());
        Begun { start, ends, moot: moot(start) }
    };
    starts.into_iter().map(begun).collect()
}

/// The last reopening before a clock started: what lies before it does not count for that clock.
pub(super) fn reopened_before(moments: &Moments<'_>, start: Instant) -> Option<Instant> {
    let reopened = moments.all(&Event::Milestone(Milestone::Reopened));
    reopened.into_iter().filter(|at| *at <= start).max()
}
