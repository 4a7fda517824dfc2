//! What is left to do of what meets a clock.

use chrono::TimeDelta;

use super::Clock;
use super::engine::obligation;
use super::happenings::Moments;
use super::starts::reopened_before;
use crate::model::instant::Instant;
use crate::process::Event;
use crate::process::obligation::Obligation;

/// Leaves of what meets a clock only what has not happened.
pub(super) fn narrow(moments: &Moments<'_>, clock: &mut Clock) {
    let since = counts_from(moments, clock);
    clock.until = clock.until.take().map(|until| left_of(moments, until, since));
}

/// From when on what happens counts for a clock; whenever it happened, for none.
fn counts_from(moments: &Moments<'_>, clock: &Clock) -> Option<Instant> {
    let (obligation, from) = (obligation(moments, clock)?, clock.from?);
    match obligation {
        // What ended the interval before began this one.
        Obligation { every: Some(_), .. } => Some(from + TimeDelta::seconds(1)),
        Obligation { each: true, .. } => Some(from),
        _ => reopened_before(moments, from),
    }
}

/// What is still to happen of an event since an instant: of several that must all happen, those that have not.
fn left_of(moments: &Moments<'_>, event: Event, since: Option<Instant>) -> Event {
    let Event::Of(mut map) = event else { return event };
    let left = |events: Vec<Event>| events.into_iter().map(|e| left_of(moments, e, since)).collect();
    if let Some(all) = &mut map.all
        && all.iter().any(|e| moments.since(e, since).is_empty())
    {
        all.retain(|e| moments.since(e, since).is_empty());
    }
    map.all = map.all.map(left);
    map.any = map.any.map(left);
    Event::Of(map)
}
