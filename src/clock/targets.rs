//! A process's targets, and whether its incidents meet them.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::metrics::Formula;
use super::summary::{FIRST_UPDATE, Share, Subject, Summary, Times, summary};
use crate::model::limit::Limit;
use crate::process::severity::Target;

/// What a target is judged by, as it is printed.
pub const JUDGED_BY: &str = "incidents that ever had rank 1, times by their mean";

/// A target, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The process, `name@version`.
    pub process: String,
    /// The target's key in the process.
    pub key: String,
    /// What the process calls it.
    pub label: String,
    /// What was to be kept: `< 5m`, `< 10 %`.
    pub limit: String,
    /// The figure that it is about; none when there is none for its key.
    pub formula: Option<Formula>,
    /// How many values, or parts of a whole, it was judged by.
    pub n: usize,
    /// The mean in seconds, for a time.
    pub mean_seconds: Option<i64>,
    /// The share in percent, for a share.
    pub percent: Option<f64>,
    /// Whether it was met; none when there is nothing to judge.
    pub met: Option<bool>,
    /// What the source says was reached.
    pub stated: Option<String>,
    /// The clause that it comes from.
    pub source: Option<String>,
}

/// The targets of every process among the incidents, each over its own incidents of rank 1.
#[must_use]
pub fn judged(subjects: &[Subject<'_>]) -> Vec<Judged> {
    let mut by_process: BTreeMap<String, Vec<Subject<'_>>> = BTreeMap::new();
    for subject in subjects {
        by_process.entry(subject.process.pin()).or_default().push(*subject);
    }
    by_process.into_iter().flat_map(|(pin, subjects)| of_process(&pin, &subjects)).collect()
}

fn of_process(pin: &str, subjects: &[Subject<'_>]) -> Vec<Judged> {
    let Some(process) = subjects.first().map(|s| s.process) else { return Vec::new() };
    let worst: Vec<Subject<'_>> = subjects.iter().copied().filter(|s| s.measured.had_rank_1).collect();
    let figures = summary(&worst);
    let judge = |(key, target): (&String, &Target)| judge(pin, key, target, &figures);
    process.targets.iter().map(judge).collect()
}

fn judge(pin: &str, key: &str, target: &Target, figures: &Summary) -> Judged {
    let time = figures.times.iter().find(|t| is_about(key, t.formula)).filter(|_| target.time.is_some());
    let share = figures.shares.iter().find(|s| is_about(key, s.formula)).filter(|_| target.percent.is_some());
    let formula = time.map(|t| t.formula).or(share.map(|s| s.formula));
    let limit = target.time.as_ref().map(|t| t.0.to_string());
    let limit = limit.or_else(|| target.percent.map(|p| format!("{p} %"))).unwrap_or_default();
    let met = match (time, share) {
        (Some(time), _) => target.time.as_ref().and_then(|limit| keeps(time, &limit.0)),
        (None, Some(share)) => share.percent().zip(target.percent).map(|(value, bound)| bound.holds(value)),
        (None, None) => None,
    };
    Judged {
        process: pin.to_owned(),
        key: key.to_owned(),
        label: target.label.clone().unwrap_or_else(|| key.to_owned()),
        limit,
        formula,
        n: time.map(|t| t.seconds.len()).or(share.map(|s| s.whole)).unwrap_or(0),
        mean_seconds: time.and_then(Times::mean),
        percent: share.and_then(Share::percent),
        met,
        stated: target.stated.clone(),
        source: target.source.clone(),
    }
}

fn is_about(key: &str, formula: Formula) -> bool {
    let Formula { name, .. } = formula;
    name == key
        || name.strip_prefix("time_to_") == Some(key)
        || (key == "communication" && formula == FIRST_UPDATE)
}

/// Whether the mean keeps the limit, to the fraction of a second: the sum is compared with so many limits.
fn keeps(time: &Times, limit: &Limit) -> Option<bool> {
    let n = i32::try_from(time.seconds.len()).ok().filter(|n| *n > 0)?;
    let all = limit.duration.checked_mul(n)?;
    Some(Limit::new(limit.op, all).holds(TimeDelta::try_seconds(time.sum())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::summary::LeftOut;
    use crate::model::limit::Op;

    #[test]
    fn a_mean_at_the_limit_is_judged_to_the_fraction() {
        let times = |seconds: &[i64]| Times {
            formula: FIRST_UPDATE,
            seconds: seconds.to_vec(),
            left_out: LeftOut::new(),
        };
        let keeps =
            |seconds: &[i64], limit: &str| keeps(&times(seconds), &Limit::parse(limit, Op::Le).unwrap());
        for (seconds, limit, expected) in [
            (&[300, 300][..], "< 5m", Some(false)),
            (&[300, 299], "< 5m", Some(true)),
            (&[300, 300], "<= 5m", Some(true)),
            (&[300, 301], "<= 5m", Some(false)),
            (&[], "<= 5m", None),
        ] {
            assert_eq!(keeps(seconds, limit), expected, "{seconds:?} {limit}");
        }
    }
}
