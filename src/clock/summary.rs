//! Figures over many incidents: times and shares, each with its formula, what it was computed from and what
//! had to be left out.

use std::collections::BTreeMap;

use super::metrics::{FORMULAS, Formula, metrics};
use super::shares;
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

/// An incident with the process that it runs.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The incident.
    pub incident: &'a Incident,
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

/// The figures of incidents at `now`; in whatever order they come, the figures are the same.
#[must_use]
pub fn summary(subjects: &[Subject<'_>], now: Instant) -> Summary {
    let live: Vec<Subject<'_>> = counted(subjects);
    let mut times: Vec<Times> = FORMULAS.into_iter().chain([FIRST_UPDATE]).map(empty).collect();
    for subject in &live {
        let figures = metrics(subject.incident, now);
        let first = first_update(subject.incident, now);
        let all = figures.figures().map(|(formula, figure)| match figure {
            Ok(Some(seconds)) => Ok(*seconds),
            Ok(None) => Err(missing(subject.incident, formula, now)),
            Err(negative) => Err(negative_reason(negative.start.name(), negative.end.name())),
        });
        for (time, value) in times.iter_mut().zip(all.chain([first])) {
            match value {
                Ok(seconds) => time.seconds.push(seconds),
                Err(why) => time.left_out.entry(why).or_default().push(subject.incident.id().to_owned()),
            }
        }
    }
    for time in &mut times {
        time.seconds.sort_unstable();
        time.left_out.values_mut().for_each(|ids| ids.sort_unstable());
    }
    let shares = shares::all(&live, now);
    Summary { incidents: live.len(), cancelled: subjects.len() - live.len(), times, shares }
}

/// The incidents that were not cancelled: only they are in figures.
#[must_use]
pub fn counted<'a>(subjects: &[Subject<'a>]) -> Vec<Subject<'a>> {
    subjects.iter().copied().filter(|s| s.incident.cancelled.is_none()).collect()
}

fn empty(formula: Formula) -> Times {
    Times { formula, seconds: Vec::new(), left_out: LeftOut::new() }
}

fn first_update(incident: &Incident, now: Instant) -> Result<i64, String> {
    let updates = incident.entries().filter(|e| matches!(e.kind, Kind::Update { .. }) && e.at <= now);
    let first = updates.map(|e| e.at).min().ok_or("no update")?;
    let declared = incident.reached(Milestone::Declared).filter(|at| *at <= now).ok_or("not declared")?;
    let seconds = (first - declared).num_seconds();
    if seconds < 0 { Err(negative_reason("declared", "update")) } else { Ok(seconds) }
}

fn negative_reason(start: &str, end: &str) -> String {
    format!("{end} before {start}")
}

/// Which instant a figure lacks; its formula names them.
fn missing(incident: &Incident, formula: Formula, now: Instant) -> String {
    let named = |word: &str| Milestone::ALL.into_iter().find(|m| m.name() == word);
    let mut instants = formula.text.split(" - ").filter_map(named);
    let lacking = instants.find(|m| incident.reached(*m).is_none_or(|at| at > now));
    lacking.map_or_else(|| "none written down".to_owned(), |m| format!("not {m}"))
}

/// What incidents are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The severity now; of each process its own, worst first.
    Severity,
    /// The service; an incident counts for each that it names.
    Service,
    /// The type, a runbook's name.
    Type,
    /// The month in which it began, in the zone of its process.
    Month,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Severity, Self::Service, Self::Type, Self::Month];

    /// The name on the command line and in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Service => "service",
            Self::Type => "type",
            Self::Month => "month",
        }
    }
}

/// The incidents by what they are told apart by, groups in order; in the last one what has no such thing.
#[must_use]
pub fn groups<'a>(subjects: &[Subject<'a>], by: By) -> Vec<(String, Vec<Subject<'a>>)> {
    let mut groups: BTreeMap<Key, Vec<Subject<'a>>> = BTreeMap::new();
    let several = subjects.windows(2).any(|pair| match pair {
        [a, b] => a.process.name != b.process.name,
        _ => false,
    });
    for subject in subjects {
        for key in keys(*subject, by, several) {
            groups.entry(key).or_default().push(*subject);
        }
    }
    groups.into_iter().map(|((_, _, _, label), of)| (label, of)).collect()
}

/// Whether it lacks what groups are told apart by, process, rank, and what a person reads.
type Key = (bool, String, u32, String);

fn keys(subject: Subject<'_>, by: By, several: bool) -> Vec<Key> {
    let Subject { incident, process } = subject;
    let word = |text: Option<String>, none: &str| {
        let lacks = text.is_none();
        vec![(lacks, String::new(), 0, text.unwrap_or_else(|| none.to_owned()))]
    };
    match by {
        By::Severity => {
            let Some(id) = incident.severity() else { return word(None, "no severity") };
            let label = if several { format!("{} {id}", process.name) } else { id.to_owned() };
            let process_name = if several { process.name.clone() } else { String::new() };
            vec![(false, process_name, process.rank(id).unwrap_or(u32::MAX), label)]
        }
        By::Service if incident.record.services.is_empty() => word(None, "no service"),
        By::Service => {
            incident.record.services.iter().flat_map(|s| word(Some(s.clone()), "")).collect::<Vec<_>>()
        }
        By::Type => word(incident.record.kind.clone(), "no type"),
        By::Month => word(month(subject), "no beginning"),
    }
}

/// The month in which an incident began, in the zone of its process: `2025-11`.
#[must_use]
pub fn month(subject: Subject<'_>) -> Option<String> {
    let began = subject.incident.began()?;
    Some(began.with_timezone(&subject.process.timezone).format("%Y-%m").to_string())
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
        let none = summary(&[], Instant::UNIX_EPOCH);
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
