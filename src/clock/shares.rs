//! Shares over many incidents: limits met, incidents that came back, action items closed in time.

use std::collections::BTreeSet;

use super::metrics::Formula;
use super::summary::{LeftOut, Share};
use super::{Clock, State, clocks};
use crate::model::Incident;
use crate::model::instant::Instant;
use crate::model::record::{Action, ActionStatus};
use crate::process::Process;

const LIMITS: Formula = Formula {
    name: "limits_met",
    text: "met / (met + missed), alarms aside, each missed interval of a repeating one counted",
};

const RECURRENCE: Formula =
    Formula { name: "recurrence", text: "incidents with related.recurrence_of / all incidents" };

const ACTIONS: Formula = Formula {
    name: "actions_in_time",
    text: "closed by their day / (closed by it + closed later or overdue)",
};

/// Every share of no incident, in the order in which they are shown.
pub(super) fn none() -> Vec<Share> {
    let none = |formula| Share { formula, part: 0, whole: 0, left_out: LeftOut::new() };
    [LIMITS, RECURRENCE, ACTIONS].map(none).into()
}

/// What an incident adds to each share, in the same order.
pub(super) fn parts(incident: &Incident, process: &Process, now: Instant) -> Vec<Part> {
    let mut recurrence = Part::default();
    recurrence.count(incident.record.related.recurrence_of.is_some(), 1);
    vec![of_limits(incident, process, now), recurrence, of_actions(incident, process, now)]
}

/// What one incident adds to a share.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// How many are so.
    pub(super) so: usize,
    /// Of how many.
    pub(super) whole: usize,
    /// Why others are not among the whole, each by itself.
    pub(super) left_out: Vec<&'static str>,
}

impl Part {
    fn count(&mut self, is_so: bool, times: usize) {
        self.whole += times;
        self.so += if is_so { times } else { 0 };
    }
}

/// A limit is what can be kept: an alarm, which fires by itself, and a wait, which time alone meets, are none.
/// Action items have a share of their own.
fn of_limits(incident: &Incident, process: &Process, now: Instant) -> Part {
    let mut limits = Part::default();
    let no_limits: BTreeSet<&str> = (process.obligations.iter())
        .filter(|o| o.after.is_some() || o.wait.is_some())
        .map(|o| o.id.as_str())
        .collect();
    let repeats =
        |clock: &Clock| process.obligations.iter().any(|o| o.id == clock.obligation && o.every.is_some());
    for clock in clocks(incident, process, now) {
        let is_limit = clock.due.is_some() || clock.state == State::Unknown || repeats(&clock);
        let other = no_limits.contains(clock.obligation.as_str()) || clock.obligation.starts_with("action:");
        if !is_limit || other {
            continue;
        }
        match clock.state {
            State::Met => limits.count(true, 1),
            State::Missed => limits.count(false, usize::try_from(clock.missed_count).unwrap_or(1).max(1)),
            State::Running => limits.left_out.push("still running"),
            State::Waived => limits.left_out.push("waived"),
            State::Unknown => limits.left_out.push("not known whether it applies"),
            State::Pending => {}
        }
    }
    limits
}

fn of_actions(incident: &Incident, process: &Process, now: Instant) -> Part {
    let mut actions = Part::default();
    let today = now.with_timezone(&process.timezone).date_naive();
    for action in &incident.record.actions {
        match in_time(action, today) {
            Ok(in_time) => actions.count(in_time, 1),
            Err(why) => actions.left_out.push(why),
        }
    }
    actions
}

/// Whether an action was closed by its day, that day included; why it cannot be said, where it cannot.
fn in_time(action: &Action, today: chrono::NaiveDate) -> Result<bool, &'static str> {
    let done = match action.status {
        ActionStatus::Cancelled => return Err("cancelled"),
        ActionStatus::Done => true,
        ActionStatus::Open | ActionStatus::InProgress => false,
    };
    let due = action.due.ok_or("no due day")?;
    match (done, action.closed_on) {
        (true, Some(closed)) => Ok(closed <= due),
        (true, None) => Err("no day of closing"),
        (false, _) if today > due => Ok(false),
        (false, _) => Err("not due yet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_in_time_up_to_its_day() {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let action = |yaml: &str| -> Action {
            serde_yaml::from_str(&format!("{{id: a1, title: t, {yaml}}}")).unwrap()
        };
        for (yaml, expected) in [
            ("due: 2025-11-10, status: done, closed_on: 2025-11-10", Ok(true)),
            ("due: 2025-11-10, status: done, closed_on: 2025-11-11", Ok(false)),
            ("due: 2025-11-10, status: done", Err("no day of closing")),
            ("due: 2025-11-12", Err("not due yet")),
            ("due: 2025-11-11, status: in_progress", Ok(false)),
            ("status: done, closed_on: 2025-11-11", Err("no due day")),
            ("due: 2025-11-10, status: cancelled", Err("cancelled")),
        ] {
            assert_eq!(in_time(&action(yaml), day("2025-11-12")), expected, "{yaml}");
        }
    }
}
