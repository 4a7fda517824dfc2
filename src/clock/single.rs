//! Clocks of obligations that fall due once.

use chrono::TimeDelta;

use super::engine::{Epoch, blank};
use super::happenings::Moments;
use super::starts::Begun;
use super::{Clock, State, downtime};
use crate::model::instant::Instant;
use crate::model::limit::{Limit, Op};
use crate::process::obligation::{Counts, Obligation, OnRaise, Within};

const SECOND: TimeDelta = TimeDelta::seconds(1);

/// When a clock is due, and how its boundary counts.
#[derive(Debug, Clone, Copy)]
struct Due {
    opens: Option<Instant>,
    at: Instant,
    /// The first instant at which it has fired, or at which its limit has passed.
    fires: Instant,
    strict: bool,
    sort: Sort,
    /// How long after it fired carrying it out is still in time.
    grace: TimeDelta,
}

/// What comes of the time that a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Something must be done before.
    Limit,
    /// It fires by itself: met at that very instant it is in time.
    Alarm,
    /// It is met by itself.
    Wait,
}

/// A clock under one severity: where it starts, when it is due, and what has happened to it by now.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: Instant,
    due: Option<Due>,
    end: Option<Instant>,
    /// It ended without having been done.
    undone: bool,
    /// What was done before this severity began was done in time.
    applies_from: Option<Instant>,
}

/// The clock over the epochs in which the obligation applies; none when it was moot before it fired, or
/// stopped applying before anything came of it.
///
/// The first epoch in which it is met, moot or missed decides; until then it takes each epoch's own limit.
pub(super) fn clock(
    moments: &Moments<'_>,
    obligation: &Obligation,
    begun: &Begun,
    epochs: &[Epoch<'_>],
) -> Option<Clock> {
    let Begun { start, ends, moot } = begun;
    let (start, moot) = (*start, *moot);
    let mut from = start;
    let mut first = true;
    let mut pending = None;
    for epoch in epochs.iter().filter(|e| e.until.is_none_or(|until| until > start)) {
        let restarts = obligation.on_raise == OnRaise::Restart && (first || epoch.raised);
        from = epoch.from.filter(|change| restarts && *change > from).unwrap_or(from);
        first = false;
        let due = due(moments, obligation, from, epoch);
        pending = None;
        if due.is_none() && obligation.counts == Counts::Downtime {
            continue;
        }
        let opens = due.and_then(|d| d.opens);
        let done = ends.iter().copied().find(|e| opens.is_none_or(|opens| *e >= opens));
        // What would have made it moot in time ends it, undone, when it comes too late.
        let undone = moot.filter(|moot| done.is_none_or(|done| *moot < done));
        let run = Run {
            start: from,
            due,
            end: undone.or(done),
            undone: undone.is_some(),
            applies_from: epoch.from,
        };
        // A change of severity in the very second in which it fired comes too late.
        let here = |at: &Instant| epoch.until.is_none_or(|until| *at <= until);
        let fired = due.map(|d| d.fires).filter(|f| *f <= moments.now).filter(here);
        let met = done.filter(here);
        if let Some(moot) = moot.filter(here) {
            let grace = due.map_or(TimeDelta::zero(), |d| d.grace);
            let in_grace = |f: Instant| grace > TimeDelta::zero() && moot <= f + grace;
            let in_time = fired.is_none_or(|f| moot < f || in_grace(f))
                || epoch.from.is_some_and(|began| moot <= began);
            if in_time && met.is_none_or(|met| met > moot) {
                return None;
            }
        }
        if met.is_some() || fired.is_some() {
            return Some(judge(moments, obligation, run));
        }
        pending = epoch.until.is_none().then_some(run);
    }
    pending.map(|run| judge(moments, obligation, run))
}

fn judge(moments: &Moments<'_>, obligation: &Obligation, run: Run) -> Clock {
    let mut clock = blank(obligation);
    let waited = run.due.filter(|due| due.sort == Sort::Wait).map(|due| due.fires);
    let end = if waited.is_some() { waited.filter(|at| *at <= moments.now) } else { run.end };
    let late = run.due.is_some_and(|due| is_late(due, run, moments.now));
    clock.from = Some(run.start);
    clock.ended_at = end;
    clock.state = match (late, end) {
        (true, _) => State::Missed,
        (false, Some(_)) => State::Met,
        (false, None) => State::Running,
    };
    clock.missed_count = i64::from(late);
    if let Some(due) = run.due {
        let margin = (due.at - end.unwrap_or(moments.now)).num_seconds();
        clock.opens = due.opens;
        clock.due = Some(due.at);
        clock.strict = due.strict;
        clock.margin_seconds = Some(if clock.state == State::Met { margin.max(0) } else { margin });
    }
    clock
}

fn is_late(due: Due, run: Run, now: Instant) -> bool {
    match run.end {
        _ if due.sort == Sort::Wait => false,
        Some(_) if run.undone => true,
        Some(end) if run.applies_from.is_some_and(|from| end <= from) => false,
        Some(end) if due.sort == Sort::Alarm => end > due.fires + due.grace,
        Some(end) => end >= due.fires,
        None if due.grace > TimeDelta::zero() => now > due.fires + due.grace,
        None => now >= due.fires,
    }
}

fn due(moments: &Moments<'_>, obligation: &Obligation, from: Instant, epoch: &Epoch<'_>) -> Option<Due> {
    let grace = TimeDelta::zero();
    if let Some([opens, closes]) = &obligation.between {
        let at = from.checked_add_signed(closes.length)?;
        let opens = from.checked_add_signed(opens.length);
        return Some(Due { opens, at, fires: at + SECOND, strict: false, sort: Sort::Limit, grace });
    }
    if let Some(wait) = &obligation.wait {
        let at = from.checked_add_signed(wait.0.duration)?;
        return Some(Due { opens: None, at, fires: wait.fires(at), strict: false, sort: Sort::Wait, grace });
    }
    if let Some(alarm) = &obligation.after {
        let length = alarm.0.duration;
        let at = match obligation.counts {
            Counts::Elapsed => from.checked_add_signed(length)?,
            // The second beyond `> 15m` must be one of downtime, too.
            Counts::Downtime if alarm.0.op == Op::Gt => downtime::reaches(moments, length + SECOND)? - SECOND,
            Counts::Downtime => downtime::reaches(moments, length)?,
        };
        let grace = moments.process.grace_of(alarm).map_or(grace, |g| g.length);
        return Some(Due {
            opens: None,
            at,
            fires: alarm.fires(at),
            strict: false,
            sort: Sort::Alarm,
            grace,
        });
    }
    let severity = || moments.process.severity(epoch.standing.severity);
    let limit: Limit = match obligation.within.as_ref()? {
        Within::Fixed(deadline) => deadline.0,
        Within::Respond => severity()?.respond.as_ref()?.0,
        Within::Resolve => severity()?.resolve.as_ref()?.0,
    };
    let at = from.checked_add_signed(limit.duration)?;
    let strict = limit.op == Op::Lt;
    let fires = if strict { at } else { at + SECOND };
    Some(Due { opens: None, at, fires, strict, sort: Sort::Limit, grace })
}
