//! What an incident took, in seconds: each figure has one name and one formula.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::model::instant::{Instant, rfc3339};
use crate::model::{Incident, Milestone};

/// A figure's name and how it is computed, printed with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Formula {
    /// The name in snake case; its key in JSON is this with `_seconds`.
    pub name: &'static str,
    /// How it is computed: `detected - started`.
    pub text: &'static str,
}

/// Every figure, in the order in which they are shown.
pub const FORMULAS: [Formula; 7] = [
    Formula { name: "time_to_detect", text: "detected - started" },
    Formula { name: "time_to_acknowledge", text: "acknowledged - detected" },
    Formula { name: "time_to_respond", text: "responded - detected" },
    Formula { name: "time_to_mitigate", text: "mitigated - detected" },
    Formula { name: "time_to_resolve", text: "resolved - detected" },
    Formula { name: "duration", text: "resolved - started" },
    Formula { name: "downtime", text: "sum of the intervals from down to up, overlaps counted once" },
];

/// A figure: seconds, nothing when an instant is missing, an error when it would be negative.
pub type Figure = Result<Option<i64>, NegativeDuration>;

/// The end of an interval lies before its start, so it has no length; an entry's time is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{end} at {} is before {start} at {}", rfc3339(*end_at), rfc3339(*start_at))]
pub struct NegativeDuration {
    /// The milestone that it is counted from.
    pub start: Milestone,
    /// When that was reached.
    pub start_at: Instant,
    /// The milestone that it is counted to.
    pub end: Milestone,
    /// When that was reached.
    pub end_at: Instant,
}

/// The figures of one incident, in seconds; never zero for want of an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// From the start of the trouble to its detection.
    pub time_to_detect: Figure,
    /// From detection to somebody taking it.
    pub time_to_acknowledge: Figure,
    /// From detection to somebody working on it.
    pub time_to_respond: Figure,
    /// From detection to users no longer suffering.
    pub time_to_mitigate: Figure,
    /// From detection to the end.
    pub time_to_resolve: Figure,
    /// From the start of the trouble to the end.
    pub duration: Figure,
    /// How long services were down, up to now for one that still is; nothing when none was said to be down.
    pub downtime: Figure,
}

/// The figures of an incident at `now`; a milestone that lies later has not been reached.
#[must_use]
pub fn metrics(incident: &Incident, now: Instant) -> Metrics {
    use Milestone::{Acknowledged, Detected, Mitigated, Resolved, Responded, Started};
    let between = |start, end| between(incident, now, start, end);
    let was_down = incident.downtimes.iter().any(|d| d.from <= now);
    Metrics {
        time_to_detect: between(Started, Detected),
        time_to_acknowledge: between(Detected, Acknowledged),
        time_to_respond: between(Detected, Responded),
        time_to_mitigate: between(Detected, Mitigated),
        time_to_resolve: between(Detected, Resolved),
        duration: between(Started, Resolved),
        downtime: Ok(was_down.then(|| incident.downtime_seconds(now))),
    }
}

fn between(incident: &Incident, now: Instant, start: Milestone, end: Milestone) -> Figure {
    let reached = |m| incident.reached(m).filter(|at| *at <= now);
    let (Some(start_at), Some(end_at)) = (reached(start), reached(end)) else { return Ok(None) };
    if end_at < start_at {
        return Err(NegativeDuration { start, start_at, end, end_at });
    }
    Ok(Some((end_at - start_at).num_seconds()))
}

impl Metrics {
    /// Each figure with its name and formula, in the order of [`FORMULAS`].
    pub fn figures(&self) -> impl Iterator<Item = (Formula, &Figure)> {
        let figures = [
            &self.time_to_detect,
            &self.time_to_acknowledge,
            &self.time_to_respond,
            &self.time_to_mitigate,
            &self.time_to_resolve,
            &self.duration,
            &self.downtime,
        ];
        FORMULAS.into_iter().zip(figures)
    }
}

/// `{"time_to_detect_seconds": 900, …}`, `null` where there is no figure; what made one negative is under
/// `errors` by the figure's name, a key that is there only then.
impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut errors = serde_json::Map::new();
        for (formula, figure) in self.figures() {
            let seconds = match figure {
                Ok(seconds) => *seconds,
                Err(negative) => {
                    errors.insert(formula.name.to_owned(), negative.to_string().into());
                    None
                }
            };
            map.serialize_entry(&format!("{}_seconds", formula.name), &seconds)?;
        }
        if !errors.is_empty() {
            map.serialize_entry("errors", &errors)?;
        }
        map.end()
    }
}
