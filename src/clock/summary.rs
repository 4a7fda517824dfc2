//! Figures over many incidents: times and shares, each with its formula, what it was computed from and what
//! had to be left out.

pub mod groups;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::metrics::{FORMULAS, Formula, metrics};
use super::shares::{self, Part};
use crate::model::entry::Kind;
use crate::model::instant::Instant;
use crate::model::{Incident, Milestone};
use crate::process::Process;

/// How the three values of a time are computed, as they are printed.
pub const METHODS: [(&str, &str); 3] = [
    ("median", "the middle value, or the mean of the two middle ones"),
    ("p90", "nearest rank: the smallest value that at least 90 % of all do not exceed"),
    ("mean", "the sum by the number"),
];

/// From the declaration to the first message to stakeholders.
pub const FIRST_UPDATE: Formula =
    Formula { name: "time_to_first_communication", text: "first update - declared" };

/// What figures count of an incident, computed once however many figures it is in.
#[derive(Debug, Clone)]
pub struct Measured {
    id: String,
    is_cancelled: bool,
    /// The month in which it began, in the zone of its process: `2025-11`.
    pub month: Option<String>,
    severity: Option<String>,
    services: Vec<String>,
    kind: Option<String>,
    /// Whether it ever had the worst severity of its process.
    pub(super) had_rank_1: bool,
    /// Each time in seconds, or why there is none, in the order in which they are shown.
    times: Vec<Result<i64, Cow<'static, str>>>,
    /// Its part of each share, in the order in which they are shown.
    parts: Vec<Part>,
}

impl Measured {
    /// What is counted of an incident at `now`.
    #[must_use]
    pub fn new(incident: &Incident, process: &Process, now: Instant) -> Self {
        let month =
            incident.began().map(|at| at.with_timezone(&process.timezone).format("%Y-%m").to_string());
        let is_cancelled = incident.cancelled.is_some();
        // Only what was not cancelled is in figures.
        let (times, parts) = if is_cancelled {
            (Vec::new(), Vec::new())
        } else {
            (times(incident, now), shares::parts(incident, process, now))
        };
        Self {
            id: incident.id().to_owned(),
            is_cancelled,
            month,
            severity: incident.severity().map(str::to_owned),
            services: incident.record.services.clone(),
            kind: incident.record.kind.clone(),
            had_rank_1: incident.severities.iter().any(|s| process.rank(&s.to) == Some(1)),
            times,
            parts,
        }
    }
}

/// An incident with the process that it runs.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What is counted of the incident.
    pub measured: &'a Measured,
    /// Its process.
    pub process: &'a Process,
}

/// Why incidents, or parts of them, are not in a figure: each reason with the incidents, one for each part.
pub type LeftOut = BTreeMap<String, Vec<String>>;

/// A time, over several incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// Its name and formula.
    pub formula: Formula,
    /// The values in seconds, the shortest first.
    pub seconds: Vec<i64>,
    /// What is not among the values, and why.
    pub left_out: LeftOut,
}

impl Times {
    /// The middle value; the mean of the two middle ones, cut to whole seconds, where there are two.
    #[must_use]
    pub fn median(&self) -> Option<i64> {
        let (n, values) = (self.seconds.len(), &self.seconds);
        let upper = *values.get(n / 2)?;
        let lower = if n.is_multiple_of(2) { *values.get(n / 2 - 1)? } else { upper };
        Some(lower + (upper - lower) / 2)
    }

    /// The value at the nearest rank: the smallest one that at least 90 % of all do not exceed.
    #[must_use]
    pub fn p90(&self) -> Option<i64> {
        let rank = (self.seconds.len() * 9).div_ceil(10);
        self.seconds.get(rank.checked_sub(1)?).copied()
    }

    /// The sum by the number, cut to whole seconds.
    #[must_use]
    pub fn mean(&self) -> Option<i64> {
        let n = i64::try_from(self.seconds.len()).ok().filter(|n| *n > 0)?;
        Some(self.sum() / n)
    }

    /// All values together, in seconds.
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.seconds.iter().fold(0, |sum, s| sum.saturating_add(*s))
    }
}

/// A share, over several incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its name and formula.
    pub formula: Formula,
    /// How many are so.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
    /// What is not among the whole, and why.
    pub left_out: LeftOut,
}

impl Share {
    /// The share in percent; nothing of nothing is none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 52 bits")]
    pub fn percent(&self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 * 100.0 / self.whole as f64)
    }
}

/// The figures of a set of incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many incidents the figures are about.
    pub incidents: usize,
    /// How many more there are that were cancelled, and are in no figure.
    pub cancelled: usize,
    /// Times, in the order in which they are shown.
    pub times: Vec<Times>,
    /// Shares, in the order in which they are shown.
    pub shares: Vec<Share>,
}

/// The figures of incidents; in whatever order they come, the figures are the same.
#[must_use]
pub fn summary(subjects: &[Subject<'_>]) -> Summary {
    let live: Vec<Subject<'_>> = counted(subjects);
    let mut times: Vec<Times> = FORMULAS.into_iter().chain([FIRST_UPDATE]).map(empty).collect();
    let mut shares = shares::none();
    for Subject { measured, .. } in &live {
        for (time, value) in times.iter_mut().zip(&measured.times) {
            match value {
                Ok(seconds) => time.seconds.push(*seconds),
                Err(why) => leave_out(&mut time.left_out, why, &measured.id),
            }
        }
        for (share, part) in shares.iter_mut().zip(&measured.parts) {
            share.part += part.so;
            share.whole += part.whole;
            for why in &part.left_out {
                leave_out(&mut share.left_out, why, &measured.id);
            }
        }
    }
    let left_out =
        shares.iter_mut().map(|s| &mut s.left_out).chain(times.iter_mut().map(|t| &mut t.left_out));
    for ids in left_out.flat_map(LeftOut::values_mut) {
        ids.sort_unstable();
    }
    for time in &mut times {
        time.seconds.sort_unstable();
    }
    Summary { incidents: live.len(), cancelled: subjects.len() - live.len(), times, shares }
}

fn leave_out(left_out: &mut LeftOut, why: &str, id: &str) {
    if let Some(ids) = left_out.get_mut(why) {
        ids.push(id.to_owned());
    } else {
        left_out.insert(why.to_owned(), vec![id.to_owned()]);
    }
}

/// The incidents that were not cancelled: only they are in figures.
#[must_use]
pub fn counted<'a>(subjects: &[Subject<'a>]) -> Vec<Subject<'a>> {
    subjects.iter().copied().filter(|s| !s.measured.is_cancelled).collect()
}

/// Every time of an incident.
fn times(incident: &Incident, now: Instant) -> Vec<Result<i64, Cow<'static, str>>> {
    let figures = metrics(incident, now);
    let all = figures.figures().map(|(formula, figure)| match figure {
        Ok(Some(seconds)) => Ok(*seconds),
        Ok(None) => Err(missing(incident, formula, now)),
        Err(negative) => Err(negative_reason(negative.start.name(), negative.end.name())),
    });
    all.chain([first_update(incident, now)]).collect()
}

fn empty(formula: Formula) -> Times {
    Times { formula, seconds: Vec::new(), left_out: LeftOut::new() }
}

fn first_update(incident: &Incident, now: Instant) -> Result<i64, Cow<'static, str>> {
    let updates = incident.entries().filter(|e| matches!(e.kind, Kind::Update { .. }) && e.at <= now);
    let first = updates.map(|e| e.at).min().ok_or("no update")?;
    let declared = incident.reached(Milestone::Declared).filter(|at| *at <= now).ok_or("not declared")?;
    let seconds = (first - declared).num_seconds();
    if seconds < 0 { Err(negative_reason("declared", "update")) } else { Ok(seconds) }
}

fn negative_reason(start: &str, end: &str) -> Cow<'static, str> {
    format!("{end} before {start}").into()
}

/// Which instant a figure lacks; its formula names them.
fn missing(incident: &Incident, formula: Formula, now: Instant) -> Cow<'static, str> {
    let named = |word: &str| Milestone::ALL.into_iter().find(|m| m.name() == word);
    let mut instants = formula.text.split(" - ").filter_map(named);
    let lacking = instants.find(|m| incident.reached(*m).is_none_or(|at| at > now));
    lacking.map_or(Cow::Borrowed("none written down"), |m| format!("not {m}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn times(mut seconds: Vec<i64>) -> Times {
        seconds.sort_unstable();
        Times { seconds, ..empty(FIRST_UPDATE) }
    }

    #[test]
    fn nothing_has_no_values() {
        let none = summary(&[]);
        assert_eq!((none.incidents, none.cancelled), (0, 0));
        assert_eq!(none.times.len(), 8);
        for time in &none.times {
            assert_eq!((time.median(), time.p90(), time.mean()), (None, None, None));
        }
        assert!(none.shares.iter().all(|s| s.percent().is_none()));
    }

    #[test]
    fn the_values_of_known_numbers() {
        for (seconds, median, p90, mean) in [
            (vec![7], 7, 7, 7),
            (vec![1, 2], 1, 2, 1),
            (vec![30, 10, 20], 20, 30, 20),
            (vec![1, 2, 3, 100], 2, 100, 26),
            ((1..=10).collect(), 5, 9, 5),
            ((1..=11).collect(), 6, 10, 6),
            ((1..=100).collect(), 50, 90, 50),
        ] {
            let times = times(seconds.clone());
            assert_eq!(
                (times.median(), times.p90(), times.mean()),
                (Some(median), Some(p90), Some(mean)),
                "{seconds:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn median_and_p90_split_the_values_as_they_say(values in prop::collection::vec(0_i64..1_000_000, 1..60)) {
            let times = times(values);
            let (n, all) = (times.seconds.len(), &times.seconds);
            let (median, p90, mean) = (times.median().unwrap(), times.p90().unwrap(), times.mean().unwrap());
            prop_assert!(all.iter().filter(|v| **v < median).count() * 2 <= n);
            prop_assert!(all.iter().filter(|v| **v > median).count() * 2 <= n);
            prop_assert!(all.contains(&p90));
            prop_assert!(all.iter().filter(|v| **v <= p90).count() * 10 >= n * 9);
            prop_assert!(all.iter().filter(|v| **v < p90).count() * 10 < n * 9);
            prop_assert!(median <= p90);
            prop_assert!(all[0] <= mean && mean <= all[n - 1]);
        }

        #[test]
        fn a_shift_of_all_values_shifts_the_three(values in prop::collection::vec(0_i64..1_000_000, 1..60), by in 0_i64..1000) {
            let (before, after) = (times(values.clone()), times(values.iter().map(|v| v + by).collect()));
            prop_assert_eq!(before.median().map(|v| v + by), after.median());
            prop_assert_eq!(before.p90().map(|v| v + by), after.p90());
            prop_assert_eq!(before.mean().map(|v| v + by), after.mean());
        }
    }
}
