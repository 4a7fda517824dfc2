//! Clocks of obligations that fall due once.

use chrono::TimeDelta;

use super::engine::{Epoch, blank};
use super::happenings::Moments;
use super::{Clock, State, downtime};
use crate::model::duration::{Limit, Op};
use crate::model::instant::Instant;
use crate::process::obligation::{Counts, Obligation, OnRaise, Within};

/// When a clock is due, and how its boundary counts.
#[derive(Debug, Clone, Copy)]
struct Due {
    opens: Option<Instant>,
    at: Instant,
    /// The last instant at which it can still be met in time.
    last: Instant,
    strict: bool,
    sort: Sort,
}

/// What comes of the time that a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Something must be done before.
    Limit,
    /// It fires by itself: what makes it moot must come before.
    Alarm,
    /// It is met by itself.
    Wait,
}

/// The clock over the epochs in which the obligation applies; none when it was moot before it fired.
pub(super) fn clock(
    moments: &Moments<'_>,
    obligation: &Obligation,
    start: Instant,
    epochs: &[Epoch<'_>],
) -> Option<Clock> {
    let ends = obligation.until.as_ref().map(|u| moments.all(u)).unwrap_or_default();
    let moot = obligation.unless.as_ref().and_then(|u| moments.all(u).first().copied());
    let mut from = start;
    let mut last_seen = None;
    for (place, epoch) in epochs.iter().enumerate() {
        if obligation.on_raise == OnRaise::Restart {
            let met_before = ends.iter().any(|e| epoch.from.is_some_and(|f| *e < f));
            let new_here = place == 0 || epoch.raised;
            if let Some(change) = epoch.from.filter(|f| new_here && *f > from && !met_before) {
                from = change;
            }
        }
        let Some(due) = due(moments, obligation, from, epoch) else {
            last_seen = Some((from, None));
            continue;
        };
        last_seen = Some((from, Some(due)));
        let over = |at: Instant| epoch.until.is_some_and(|until| at >= until);
        let decided = ends.first().is_some_and(|end| *end <= due.last && !over(*end));
        let fired = due.last < moments.now && !over(due.last);
        if decided || fired {
            break;
        }
    }
    let (from, due) = last_seen?;
    let still_applies = epochs.last().is_some_and(|e| e.until.is_none());
    let fired = due.is_some_and(|d| d.last < moments.now);
    if !still_applies && !fired && ends.is_empty() {
        return None;
    }
    if let (Some(moot), Some(due)) = (moot, due) {
        let in_time = if due.sort == Sort::Alarm { moot < fires_at(due) } else { moot <= due.last };
        if in_time && ends.first().is_none_or(|e| *e > moot) {
            return None;
        }
    }
    if due.is_none() && (obligation.counts == Counts::Downtime || moot.is_some() && ends.is_empty()) {
        return None;
    }
    Some(judge(moments, obligation, from, due, ends.first().copied()))
}

/// The first instant at which an alarm has fired.
fn fires_at(due: Due) -> Instant {
    if due.strict { due.at } else { due.last }
}

fn judge(
    moments: &Moments<'_>,
    obligation: &Obligation,
    from: Instant,
    due: Option<Due>,
    end: Option<Instant>,
) -> Clock {
    let mut clock = blank(obligation);
    clock.from = Some(from);
    clock.ended_at = end;
    let Some(due) = due else {
        clock.state = if end.is_some() { State::Met } else { State::Running };
        return clock;
    };
    clock.opens = due.opens;
    clock.due = Some(due.at);
    clock.strict = due.strict;
    let end = if due.sort == Sort::Wait { (due.last <= moments.now).then_some(due.last) } else { end };
    clock.ended_at = end;
    clock.margin_seconds = Some((due.at - end.unwrap_or(moments.now)).num_seconds());
    let late = match end {
        Some(end) => end > due.last,
        None if due.sort == Sort::Alarm => moments.now >= fires_at(due),
        None => moments.now > due.last,
    };
    clock.state = match (late, end) {
        (true, _) => State::Missed,
        (false, Some(_)) => State::Met,
        (false, None) => State::Running,
    };
    clock.missed_count = i64::from(late);
    clock
}

fn due(moments: &Moments<'_>, obligation: &Obligation, from: Instant, epoch: &Epoch<'_>) -> Option<Due> {
    let second = TimeDelta::seconds(1);
    if let Some([opens, closes]) = &obligation.between {
        let at = from.checked_add_signed(closes.length)?;
        let opens = from.checked_add_signed(opens.length);
        return Some(Due { opens, at, last: at, strict: false, sort: Sort::Limit });
    }
    if let Some(wait) = &obligation.wait {
        let at = from.checked_add_signed(wait.0.duration)?;
        return Some(Due { opens: None, at, last: wait.fires(at), strict: false, sort: Sort::Wait });
    }
    if let Some(alarm) = &obligation.after {
        let length = alarm.0.duration;
        let at = match obligation.counts {
            Counts::Elapsed => from.checked_add_signed(length)?,
            // The second beyond `> 15m` must be one of downtime, too.
            Counts::Downtime if alarm.0.op == Op::Gt => downtime::reaches(moments, length + second)? - second,
            Counts::Downtime => downtime::reaches(moments, length)?,
        };
        return Some(Due { opens: None, at, last: alarm.fires(at), strict: false, sort: Sort::Alarm });
    }
    let limit: Limit = match obligation.within.as_ref()? {
        Within::Fixed(deadline) => deadline.0,
        Within::Respond => moments.process.severity(epoch.standing.severity)?.respond.as_ref()?.0,
        Within::Resolve => moments.process.severity(epoch.standing.severity)?.resolve.as_ref()?.0,
    };
    let at = from.checked_add_signed(limit.duration)?;
    let strict = limit.op == Op::Lt;
    let last = if strict { at - second } else { at };
    Some(Due { opens: None, at, last, strict, sort: Sort::Limit })
}
