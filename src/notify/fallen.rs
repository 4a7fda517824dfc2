//! What fell due by itself: alarms that fired, limits that passed, updates that were missed.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::clock::{Clock, clocks};
use crate::model::entry::{Entry, Kind, RULES};
use crate::model::instant::{Instant, rfc3339};
use crate::model::{Incident, id};
use crate::process::obligation::Obligation;
use crate::process::{Event, Process};
use crate::store::entry_name;

/// One thing that fell due and has not been done.
#[derive(Debug, Clone, PartialEq)]
pub struct Fallen {
    /// The obligation's id.
    pub rule: String,
    /// What a person reads.
    pub label: String,
    /// The second at which it fired or was missed.
    pub at: Instant,
    /// The level that owns the incident from then on.
    pub level: Option<String>,
    /// Who must be told: posts and roles.
    pub notify: Vec<String>,
    /// How many intervals were missed in a row; 0 for what does not repeat.
    pub missed: i64,
}

impl Fallen {
    /// The entry that says so, the same on every machine: made from the rule and its due time alone.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let kind = match &self.level {
            Some(level) => Kind::Escalated {
                level: level.clone(),
                rule: Some(self.rule.clone()),
                notify: self.notify.clone(),
            },
            // Nobody has been told yet: that is an entry of its own, with what came of it.
            None => Kind::Note { rule: Some(self.rule.clone()) },
        };
        let times = if self.missed > 1 { format!(", {} times in a row", self.missed) } else { String::new() };
        let text = match &self.level {
            Some(_) => self.label.clone(),
            None => format!("Fell due: {} (`{}`{times})", self.label, self.rule),
        };
        let (at, by) = (self.at, RULES.to_owned());
        let mut entry = Entry { name: String::new(), at, recorded: at, by, kind, text };
        entry.name = entry_name(&entry, &self.suffix());
        entry
    }

    fn suffix(&self) -> String {
        let digest = Sha256::digest(format!("{}\n{}\n", self.rule, rfc3339(self.at)));
        let bits = digest.iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        id::suffix(bits)
    }
}

/// Everything that has fallen due by `now` and is still to be done, soonest first.
///
/// What neither names anybody nor repeats is left out: the clocks show it. Of updates missed in a row the first,
/// second, fourth, eighth … is told, so that a forgotten incident does not fill its own timeline.
#[must_use]
pub fn fallen(incident: &Incident, process: &Process, now: Instant) -> Vec<Fallen> {
    let mut fallen: Vec<Fallen> = clocks(incident, process, now)
        .iter()
        .filter(|c| c.is_open())
        .filter_map(|c| Some((c, process.obligations.iter().find(|o| o.id == c.obligation)?)))
        .flat_map(|(clock, obligation)| of(clock, obligation, process, now))
        .collect();
    fallen.sort_by(|a, b| (a.at, &a.rule).cmp(&(b.at, &b.rule)));
    fallen
}

fn of(clock: &Clock, obligation: &Obligation, process: &Process, now: Instant) -> Vec<Fallen> {
    let Some(due) = clock.due else { return Vec::new() };
    let one = |at: Instant, missed: i64| Fallen {
        rule: clock.obligation.clone(),
        label: clock.label.clone(),
        at,
        level: obligation.level.clone(),
        notify: told(obligation, process),
        missed,
    };
    let past = |due: Instant| if clock.strict { due } else { due + TimeDelta::seconds(1) };
    if let Some(interval) = &obligation.every {
        let length = interval.0.duration;
        let missed = (1..=clock.missed_count).filter(|n| (*n).count_ones() == 1);
        let at = |n: i64| i32::try_from(n - 1).ok().map(|before| past(due + length * before));
        return missed.filter_map(|n| Some(one(at(n)?, n))).collect();
    }
    let at = obligation.after.as_ref().map_or_else(|| past(due), |alarm| alarm.fires(due));
    let silent = obligation.level.is_none() && obligation.notify.is_empty();
    if silent || at > now { Vec::new() } else { vec![one(at, 0)] }
}

/// Who is told: as the obligation says, else the posts of its level, else who prepares the message it waits for.
fn told(obligation: &Obligation, process: &Process) -> Vec<String> {
    if !obligation.notify.is_empty() {
        return obligation.notify.clone();
    }
    if let Some(level) = obligation.level.as_deref().and_then(|l| process.level(l)) {
        return level.posts.clone();
    }
    let mut prepare = Vec::new();
    for event in obligation.reset.iter().chain(&obligation.until) {
        event.walk(&mut |event| {
            if let Event::Of(map) = event {
                let audience = map.update.as_ref().and_then(|u| u.audience.as_ref());
                let audience = process.communication.audiences.iter().find(|a| Some(&a.id) == audience);
                prepare.extend(audience.into_iter().flat_map(|a| a.prepared_by.clone()));
            }
        });
    }
    prepare.dedup();
    prepare
}
