//! One engine for all that falls due.

use super::happenings::Moments;
use super::{Clock, State, repeating, single, steps};
use crate::model::entry::Kind;
use crate::model::incident::Incident;
use crate::model::instant::Instant;
use crate::process::Process;
use crate::process::facts::{Standing, Truth};
use crate::process::obligation::Obligation;

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
/// A cancelled incident has none. An obligation that does not apply has none either; one that depends on a
/// field that nobody wrote is [`State::Unknown`], never silently passed.
#[must_use]
pub fn clocks(incident: &Incident, process: &Process, now: Instant) -> Vec<Clock> {
    if incident.cancelled.as_ref().is_some_and(|c| c.at <= now) {
        return Vec::new();
    }
    let moments = Moments::new(incident, process, now);
    let mut clocks: Vec<Clock> = process.obligations.iter().flat_map(|o| of(&moments, o)).collect();
    clocks.extend(steps::of_runbook(&moments));
    clocks.extend(steps::of_actions(&moments));
    for clock in &mut clocks {
        waive(incident, clock, now);
    }
    clocks.sort_by(|a, b| {
        let key = |c: &Clock| (c.due.is_none(), c.due);
        key(a).cmp(&key(b)).then_with(|| a.obligation.cmp(&b.obligation))
    });
    clocks
}

/// How far obligations may build on one another; a circle ends here, and `process validate` reports it.
const DEEPEST: usize = 16;

/// When another obligation was met, or ended late.
pub(super) fn ended(moments: &Moments<'_>, id: &str) -> Option<Instant> {
    let (_, clocks) = named(moments, id)?;
    clocks.iter().filter_map(|c| c.ended_at).max()
}

/// When another obligation was missed, or its alarm fired, whatever was done about it then.
pub(super) fn missed(moments: &Moments<'_>, id: &str) -> Option<Instant> {
    let (obligation, clocks) = named(moments, id)?;
    let late = |clock: &Clock| {
        let due = clock.due?;
        let Some(alarm) = &obligation.after else { return (clock.state == State::Missed).then_some(due) };
        let fires = alarm.fires(due);
        (fires <= moments.now && clock.ended_at.is_none_or(|end| end >= fires)).then_some(fires)
    };
    clocks.iter().filter_map(late).min()
}

/// Another obligation, and its clocks.
fn named<'a>(moments: &Moments<'a>, id: &str) -> Option<(&'a Obligation, Vec<Clock>)> {
    let obligation = moments.process.obligations.iter().find(|o| o.id == id)?;
    if moments.depth >= DEEPEST {
        return None;
    }
    let deeper = Moments { depth: moments.depth + 1, ..*moments };
    Some((obligation, of(&deeper, obligation)))
}

fn of(moments: &Moments<'_>, obligation: &Obligation) -> Vec<Clock> {
    let epochs = epochs(moments);
    let truths: Vec<Truth> =
        epochs.iter().map(|e| obligation.when.holds(moments.incident, e.standing)).collect();
    let applicable: Vec<Epoch<'_>> =
        epochs.iter().zip(&truths).filter(|(_, t)| **t == Truth::Yes).map(|(e, _)| *e).collect();
    let unknown = truths.iter().find_map(|t| match t {
        Truth::Unknown(field) => Some(*field),
        _ => None,
    });
    if applicable.is_empty() {
        return unknown.map(|field| not_known(moments, obligation, field)).into_iter().flatten().collect();
    }
    let Some(start) = moments.first_of(&obligation.from) else {
        return vec![blank(obligation)];
    };
    match &obligation.every {
        Some(interval) => repeating::clocks(moments, obligation, start, &interval.0, &applicable),
        None => single::clock(moments, obligation, start, &applicable).into_iter().collect(),
    }
}

/// The severities that the incident had by now, as stretches of time.
fn epochs<'a>(moments: &Moments<'a>) -> Vec<Epoch<'a>> {
    let Moments { incident, process, now, .. } = *moments;
    let mildest = u32::try_from(process.severities.len()).unwrap_or(u32::MAX);
    let changes: Vec<_> = incident
        .severities
        .iter()
        .enumerate()
        .filter(|(place, change)| *place == 0 || change.at <= now)
        .map(|(_, change)| change)
        .collect();
    let mut epochs: Vec<Epoch<'a>> = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let rank = process.rank(&change.to).unwrap_or(mildest);
        let before = epochs.last().map(|e| e.standing);
        let highest_rank = before.map_or(rank, |b| b.highest_rank.min(rank));
        epochs.push(Epoch {
            from: (place > 0).then_some(change.at),
            until: changes.get(place + 1).map(|next| next.at),
            raised: before.is_some_and(|b| rank < b.rank),
            standing: Standing { severity: &change.to, rank, highest_rank },
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
    }
}

/// A clock that may apply: unknown, unless it was met anyway or has not started.
fn not_known(moments: &Moments<'_>, obligation: &Obligation, field: &'static str) -> Option<Clock> {
    let start = moments.first_of(&obligation.from)?;
    let met = obligation.until.as_ref().is_some_and(|u| !moments.all(u).is_empty());
    let moot = obligation.unless.as_ref().is_some_and(|u| !moments.all(u).is_empty());
    if met || moot {
        return None;
    }
    let mut clock = blank(obligation);
    clock.state = State::Unknown;
    clock.from = Some(start);
    clock.needs = Some(field);
    Some(clock)
}

fn waive(incident: &Incident, clock: &mut Clock, now: Instant) {
    let waived = incident.entries().any(|e| {
        e.at <= now && matches!(&e.kind, Kind::Waived { obligation: Some(id), .. } if *id == clock.obligation)
    });
    if waived && clock.state != State::Met {
        clock.state = State::Waived;
    }
}
