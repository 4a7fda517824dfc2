//! When services have been down for a given time in all.

use chrono::TimeDelta;

use super::happenings::Moments;
use crate::model::instant::Instant;

/// The instant at which the downtime known by now reaches `length`, overlaps counted once; for a service that is
/// still down, the instant at which it will. None while everything is up and it has not come to that.
pub(super) fn reaches(moments: &Moments<'_>, length: TimeDelta) -> Option<Instant> {
    let known = |at: &Instant| *at <= moments.now;
    let downtimes = moments.incident.downtimes.iter().filter(|d| known(&d.from));
    let mut spans: Vec<_> = downtimes.map(|d| (d.from, d.until.filter(known))).collect();
    spans.sort_unstable_by_key(|(from, _)| *from);
    let mut left = length;
    let mut covered: Option<Instant> = None;
    for (from, until) in spans {
        let from = covered.map_or(from, |c| from.max(c));
        match until {
            Some(until) if until - from < left => {
                left -= (until - from).max(TimeDelta::zero());
                covered = Some(covered.map_or(until, |c| c.max(until)));
            }
            _ => return from.checked_add_signed(left),
        }
    }
    None
}
