//! One engine for all that falls due.

use super::happenings::Moments;
use super::starts::{Begun, begun};
use super::{Clock, Progress, State, left, repeating, single, steps};
use crate::model::entry::{Entry, Kind};
use crate::model::incident::Incident;
use crate::model::instant::Instant;
use crate::model::record::Breach;
use crate::process::facts::{self, Standing, Truth};
use crate::process::obligation::{Obligation, Within};
use crate::process::{Event, Process};

/// A stretch of time with one severity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Epoch<'a> {
    /// When it began; the first one reaches back without limit.
    pub from: Option<Instant>,
    /// When the next one began.
    pub until: Option<Instant>,
    /// It began with a raise.
    pub raised: bool,
    /// The severity.
    pub standing: Standing<'a>,
}

/// Every clock of the incident at `now`, soonest due first, those without a time last.
///
/// What lies after `now` has not happened. A cancelled incident has no clocks. An obligation that does not apply
/// has none either; one that depends on a field that nobody wrote is [`State::Unknown`], never silently passed.
#[must_use]
pub fn clocks(incident: &Incident, process: &Process, now: Instant) -> Vec<Clock> {
    let incident = incident.as_of(now);
    if incident.cancelled.is_some() {
        return Vec::new();
    }
    let moments = Moments::new(&incident, process, now);
    let mut clocks: Vec<Clock> = process.obligations.iter().flat_map(|o| of(&moments, o)).collect();
    clocks.extend(steps::of_lists(&moments));
    clocks.extend(steps::of_actions(&moments));
    let rollback = |e: &Entry| if let Kind::Rollback { step, .. } = e.kind { Some(step) } else { None };
    let progress =
        Progress { postmortem: incident.postmortem, rollback: incident.entries().rev().find_map(rollback) };
    for clock in &mut clocks {
        waive(&moments, clock);
        clock.progress = progress;
        left::narrow(&moments, clock);
    }
    clocks.sort_by(|a, b| {
        let key = |c: &Clock| (c.due.is_none(), c.due);
        key(a).cmp(&key(b)).then_with(|| a.obligation.cmp(&b.obligation))
    });
    clocks
}

/// The obligation of a clock; none of a step or an action.
pub(super) fn obligation<'a>(moments: &Moments<'a>, clock: &Clock) -> Option<&'a Obligation> {
    moments.process.obligations.iter().find(|o| o.id == clock.obligation)
}

/// What came of an obligation, for those that build on it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    /// When it was met, or ended late; one that repeats has ended when it runs no more.
    pub ended: Option<Instant>,
    /// When it was missed, or its alarm fired, whatever was done about it then.
    pub missed: Option<Instant>,
}

/// What came of another obligation; nothing yet of one that builds on the one that asks.
///
/// A circle ends here, and `process validate` reports it.
pub(super) fn outcome(moments: &Moments<'_>, id: &str) -> Outcome {
    let Some(obligation) = moments.process.obligations.iter().find(|o| o.id == id) else {
        return Outcome::default();
    };
    if let Some(known) = moments.outcomes.borrow().get(id) {
        return *known;
    }
    moments.outcomes.borrow_mut().insert(id.to_owned(), Outcome::default());
    let clocks = of(moments, obligation);
    let open = clocks.iter().any(|c| c.ended_at.is_none());
    let ended = clocks.iter().filter_map(|c| c.ended_at).max().filter(|_| !open);
    let missed = clocks.iter().filter_map(|c| missed_at(moments, obligation, c)).min();
    let outcome = Outcome { ended, missed };
    moments.outcomes.borrow_mut().insert(id.to_owned(), outcome);
    outcome
}

fn missed_at(moments: &Moments<'_>, obligation: &Obligation, clock: &Clock) -> Option<Instant> {
    let due = clock.due?;
    let Some(alarm) = &obligation.after else { return (clock.state == State::Missed).then_some(due) };
    let fires = alarm.fires(due);
    (fires <= moments.now && clock.ended_at.is_none_or(|end| end >= fires)).then_some(fires)
}

fn of(moments: &Moments<'_>, obligation: &Obligation) -> Vec<Clock> {
    let epochs = epochs(moments);
    let truths: Vec<Truth> = epochs.iter().map(|e| applies(moments, obligation, e.standing)).collect();
    let applicable: Vec<Epoch<'_>> =
        epochs.iter().zip(&truths).filter(|(_, t)| **t == Truth::Yes).map(|(e, _)| *e).collect();
    let begun = begun(moments, obligation);
    if begun.is_empty() {
        let applies = truths.last() == Some(&Truth::Yes);
        return applies.then(|| not_started(moments, obligation)).into_iter().collect();
    }
    begun.iter().flat_map(|begun| from_start(moments, obligation, begun, &applicable, &truths)).collect()
}

fn from_start(
    moments: &Moments<'_>,
    obligation: &Obligation,
    begun: &Begun,
    applicable: &[Epoch<'_>],
    truths: &[Truth],
) -> Vec<Clock> {
    let mut clocks = match &obligation.every {
        Some(interval) => repeating::clocks(moments, obligation, begun.start, &interval.0, applicable),
        None => single::clock(moments, obligation, begun, applicable).into_iter().collect(),
    };
    let unknown = |t: &Truth| match t {
        Truth::Unknown(field) => Some(*field),
        _ => None,
    };
    // What was decided while it applied for certain stands.
    let field = match (clocks.is_empty(), &obligation.every) {
        (true, _) => truths.iter().rev().find_map(unknown),
        (false, Some(_)) => truths.last().and_then(unknown),
        (false, None) => None,
    };
    clocks.extend(field.and_then(|field| not_known(obligation, begun, field)));
    clocks
}

/// Whether it applies under a severity; a limit that each severity has is as unknown as the severity.
fn applies(moments: &Moments<'_>, obligation: &Obligation, standing: Standing<'_>) -> Truth {
    let by_severity = matches!(obligation.within, Some(Within::Respond | Within::Resolve));
    let applies = obligation.when.holds(moments.incident, standing);
    match applies {
        Truth::Yes if by_severity && standing.rank.is_none() => Truth::Unknown(facts::SEVERITY),
        applies => applies,
    }
}

/// The severities that the incident had by now, as stretches of time.
fn epochs<'a>(moments: &Moments<'a>) -> Vec<Epoch<'a>> {
    let Moments { incident, process, .. } = moments;
    let changes = &incident.severities;
    let mut epochs: Vec<Epoch<'a>> = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let severity = process.severity(&change.to).map_or(change.to.as_str(), |s| &s.id);
        let rank = process.rank(&change.to);
        let before = epochs.last().map(|e| e.standing);
        let highest_rank = before.map_or(rank, |b| Some(b.highest_rank?.min(rank?)));
        epochs.push(Epoch {
            from: (place > 0).then_some(change.at),
            until: changes.get(place + 1).map(|next| next.at),
            raised: before.and_then(|b| b.rank).zip(rank).is_some_and(|(before, now)| now < before),
            standing: Standing { severity, rank, highest_rank },
        });
    }
    epochs
}

/// The clock of an obligation whose start has not happened.
pub(super) fn blank(obligation: &Obligation) -> Clock {
    Clock {
        obligation: obligation.id.clone(),
        label: obligation.label.clone(),
        state: State::Pending,
        from: None,
        opens: None,
        due: None,
        strict: false,
        ended_at: None,
        margin_seconds: None,
        missed_count: 0,
        until: obligation.until.clone(),
        notify: obligation.notify.clone(),
        channels: obligation.channels.clone(),
        level: obligation.level.clone(),
        blocks: obligation.blocks.clone(),
        missed: obligation.missed,
        needs: None,
        source: obligation.source.clone(),
        progress: Progress::default(),
    }
}

/// The clock of an obligation that waits for its start; unknown when there was one that nobody timed.
fn not_started(moments: &Moments<'_>, obligation: &Obligation) -> Clock {
    let impact = &moments.incident.record.impact;
    let breached = matches!(impact.breach, Some(Breach::Suspected | Breach::Confirmed));
    let facts = [
        (Event::Breach, breached && impact.breach_known_at.is_none(), "impact.breach_known_at"),
        (Event::Cost, impact.cost.as_ref().is_some_and(|c| c.known_at.is_none()), "impact.cost.known_at"),
    ];
    let mut clock = blank(obligation);
    if let Some((_, _, field)) = facts.iter().find(|(e, untimed, _)| *untimed && obligation.from.contains(e))
    {
        clock.state = State::Unknown;
        clock.needs = Some(field);
    }
    clock
}

/// A clock that may apply: unknown, unless it was met or moot anyway.
fn not_known(obligation: &Obligation, begun: &Begun, field: &'static str) -> Option<Clock> {
    if !begun.ends.is_empty() || begun.moot.is_some() {
        return None;
    }
    let mut clock = blank(obligation);
    clock.state = State::Unknown;
    clock.from = Some(begun.start);
    clock.needs = Some(field);
    Some(clock)
}

/// A person accepted the obligation: for one that falls due several times, what had started by then.
fn waive(moments: &Moments<'_>, clock: &mut Clock) {
    let repeats = obligation(moments, clock).is_some_and(|o| o.every.is_some() || o.each);
    let covers = |at: Instant| !repeats || clock.from.is_none_or(|from| from <= at);
    let waived = moments.incident.waivers().any(|e| {
        matches!(&e.kind, Kind::Waived { obligation: Some(id), .. } if *id == clock.obligation)
            && covers(e.at)
    });
    if waived && clock.state != State::Met {
        clock.state = State::Waived;
    }
}
