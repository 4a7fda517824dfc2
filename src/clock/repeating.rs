//! Clocks of obligations that fall due again and again, such as an update every 30 minutes.

use chrono::TimeDelta;

use super::engine::{Epoch, blank};
use super::happenings::Moments;
use super::{Clock, State};
use crate::model::instant::Instant;
use crate::model::limit::{Limit, Op};
use crate::model::milestone::Milestone;
use crate::process::Event;
use crate::process::obligation::Obligation;

/// A stretch in which the obligation runs; no end while it still does.
type Stretch = (Instant, Option<Instant>);

/// One clock for each gap in which intervals were missed, and one for the interval that runs now, or for the
/// whole when it ended with nothing missed.
pub(super) fn clocks(
    moments: &Moments<'_>,
    obligation: &Obligation,
    start: Instant,
    interval: &Limit,
    epochs: &[Epoch<'_>],
) -> Vec<Clock> {
    if interval.duration <= TimeDelta::zero() {
        return Vec::new();
    }
    let mut clocks = Vec::new();
    let stretches = stretches(moments, obligation, start, epochs);
    for (from, until) in &stretches {
        gaps(moments, obligation, interval, (*from, *until), &mut clocks);
    }
    if let (true, Some(first), Some(last)) = (clocks.is_empty(), stretches.first(), stretches.last()) {
        let mut clock = blank(obligation);
        clock.state = State::Met;
        clock.from = Some(first.0);
        clock.ended_at = last.1;
        clocks.push(clock);
    }
    clocks
}

fn gaps(
    moments: &Moments<'_>,
    obligation: &Obligation,
    interval: &Limit,
    (from, until): Stretch,
    clocks: &mut Vec<Clock>,
) {
    let begin = Some(from + TimeDelta::seconds(1));
    let resets = obligation.reset.as_ref().map(|r| moments.since(r, begin)).unwrap_or_default();
    let mut last = from;
    for reset in resets.into_iter().filter(|at| until.is_none_or(|until| *at < until)) {
        clocks.extend(gap(obligation, interval, last, reset, Some(reset)));
        last = reset;
    }
    if let Some(end) = until {
        clocks.extend(gap(obligation, interval, last, end, Some(end)));
    } else {
        let missed = gap(obligation, interval, last, moments.now, None);
        clocks.push(missed.unwrap_or_else(|| running(moments, obligation, interval, last)));
    }
}

/// The intervals missed between two instants, as one clock; none when all were kept.
fn gap(
    obligation: &Obligation,
    interval: &Limit,
    from: Instant,
    to: Instant,
    ended_at: Option<Instant>,
) -> Option<Clock> {
    let elapsed = (to - from).num_seconds();
    let length = interval.duration.num_seconds();
    let missed = if interval.op == Op::Lt { elapsed / length } else { (elapsed - 1).max(0) / length };
    if missed <= 0 {
        return None;
    }
    let due = from + interval.duration;
    let mut clock = blank(obligation);
    clock.state = State::Missed;
    clock.from = Some(from);
    clock.due = Some(due);
    clock.strict = interval.op == Op::Lt;
    clock.ended_at = ended_at;
    clock.margin_seconds = Some((due - to).num_seconds());
    clock.missed_count = missed;
    clock.until.clone_from(&obligation.reset);
    Some(clock)
}

fn running(moments: &Moments<'_>, obligation: &Obligation, interval: &Limit, from: Instant) -> Clock {
    let due = from + interval.duration;
    let mut clock = blank(obligation);
    clock.state = State::Running;
    clock.from = Some(from);
    clock.due = Some(due);
    clock.strict = interval.op == Op::Lt;
    clock.margin_seconds = Some((due - moments.now).num_seconds());
    clock.until.clone_from(&obligation.reset);
    clock
}

/// When the obligation runs: while it applies, from its start to its end, and again from each reopening on.
fn stretches(
    moments: &Moments<'_>,
    obligation: &Obligation,
    start: Instant,
    epochs: &[Epoch<'_>],
) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (begin, stop) in segments(moments, obligation, start) {
        for epoch in epochs {
            let from = epoch.from.map_or(begin, |f| f.max(begin));
            let until = [epoch.until, stop].into_iter().flatten().min();
            if until.is_some_and(|u| u <= from) || from > moments.now {
                continue;
            }
            match stretches.last_mut() {
                Some(last) if last.1 == Some(from) => last.1 = until,
                _ => stretches.push((from, until)),
            }
        }
    }
    stretches
}

/// From the start, or a reopening, to what ends it: what was withdrawn later, and any resolution, did so for a while.
fn segments(moments: &Moments<'_>, obligation: &Obligation, start: Instant) -> Vec<Stretch> {
    let reopened = moments.all(&Event::Milestone(Milestone::Reopened));
    let withdrawn = moments.incident.paused.iter().filter(|(r, again)| r < again).map(|(r, _)| *r);
    let withdrawn: Vec<Instant> = withdrawn.collect();
    let stop = |since: Option<Instant>| {
        let events = obligation.until.iter().chain(&obligation.unless);
        let ends = events.flat_map(|e| moments.once(e, since));
        ends.chain(withdrawn.iter().copied().filter(|at| since.is_none_or(|since| *at >= since))).min()
    };
    let before = reopened.iter().copied().filter(|r| *r <= start).max();
    let mut begins = vec![(start, before)];
    begins.extend(reopened.into_iter().filter(|r| *r > start).map(|r| (r, Some(r))));
    let nexts = begins.iter().skip(1).map(|(next, _)| Some(*next)).chain([None]);
    let segment = |((begin, since), next): (&(Instant, Option<Instant>), Option<Instant>)| {
        (*begin, [stop(*since), next].into_iter().flatten().min())
    };
    begins.iter().zip(nexts).map(segment).collect()
}
