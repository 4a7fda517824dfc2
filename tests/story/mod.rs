//! Incidents told as stories, and where their clocks stand.

#![allow(dead_code, reason = "each test file uses its part")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use inc::clock::{Clock, State, clocks};
use inc::model::entry::{Entry, Kind, UpdateState};
use inc::model::id::Id;
use inc::model::record::Record;
use inc::model::{Milestone, fold};
use inc::process::obligation::Gate;
use inc::process::{Process, builtin};

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A story: what the record says, and what happened how many seconds after the declaration.
pub(crate) struct Story {
    pub(crate) process: Process,
    pub(crate) record: Record,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) fn zero() -> DateTime<Utc> {
    "2025-11-10T10:00:00Z".parse().unwrap()
}

pub(crate) fn story(process: &str, severity: &str) -> Story {
    let text = builtin::file(&format!("processes/{process}/process.yaml")).unwrap();
    let process: Process = serde_yaml::from_str(text).unwrap();
    let id = Id::new(NaiveDate::from_ymd_opt(2025, 11, 10).unwrap(), 7);
    let record = Record::new(id, "checkout is down".into(), process.pin());
    let declared = Kind::Declared { severity: severity.into(), source: None, classification: None };
    Story { process, record, entries: Vec::new() }.then(0, declared)
}

impl Story {
    pub(crate) fn then(mut self, seconds: i64, kind: Kind) -> Self {
        let at = zero() + TimeDelta::seconds(seconds);
        let name = format!("{:03}", self.entries.len());
        self.entries.push(Entry { name, at, recorded: at, by: "ada".into(), kind, text: String::new() });
        self
    }

    pub(crate) fn reach(self, seconds: i64, milestone: Milestone) -> Self {
        self.then(seconds, Kind::Milestone(milestone))
    }

    pub(crate) fn told(self, seconds: i64, who: &str) -> Self {
        let who = who.to_owned();
        self.then(seconds, Kind::Notified { who, channel: None, rule: None, outcome: None })
    }

    pub(crate) fn update(self, seconds: i64, state: UpdateState) -> Self {
        let audience = Some("users".to_owned());
        self.then(
            seconds,
            Kind::Update { state, audience, channels: vec![], next: None, reason: None, prepared_by: vec![] },
        )
    }

    pub(crate) fn record(mut self, change: impl FnOnce(&mut Record)) -> Self {
        change(&mut self.record);
        self
    }

    pub(crate) fn clocks(&self, seconds: i64) -> Vec<Clock> {
        let incident = fold(self.record.clone(), self.entries.clone());
        clocks(&incident, &self.process, zero() + TimeDelta::seconds(seconds))
    }

    /// Where an obligation stands; none when it does not apply.
    pub(crate) fn state(&self, obligation: &str, seconds: i64) -> Option<State> {
        let known = self.process.obligations.iter().any(|o| o.id == obligation);
        assert!(known, "no obligation `{obligation}`");
        self.clocks(seconds).into_iter().rfind(|c| c.obligation == obligation).map(|c| c.state)
    }

    /// How many seconds after the declaration an obligation is due, as it is known a week later.
    pub(crate) fn due(&self, obligation: &str) -> Option<i64> {
        let clocks = self.clocks(7 * 24 * HOUR).into_iter();
        let due = clocks.filter(|c| c.obligation == obligation).find_map(|c| c.due)?;
        Some((due - zero()).num_seconds())
    }

    /// The state a second before, at, and a second after.
    pub(crate) fn around(&self, obligation: &str, seconds: i64) -> [Option<State>; 3] {
        [-1, 0, 1].map(|offset| self.state(obligation, seconds + offset))
    }

    pub(crate) fn holds_up(&self, gate: Gate, seconds: i64) -> Vec<String> {
        self.clocks(seconds).into_iter().filter(|c| c.holds_up(gate)).map(|c| c.obligation).collect()
    }
}

pub(crate) const RUNNING: Option<State> = Some(State::Running);
pub(crate) const MISSED: Option<State> = Some(State::Missed);
pub(crate) const MET: Option<State> = Some(State::Met);
