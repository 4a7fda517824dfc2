//! Everything that can fall due, in one form.

use chrono::TimeDelta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::facts::{OneOrMany, When};
use super::severity::Deadline;
use crate::model::duration::Span;
use crate::model::instant::Instant;
use crate::model::limit::{Limit, Op};

/// Something that falls due: from an event, after or within a time, until another event.
///
/// At most one of `within`, `after`, `every`, `between` and `wait` is given; with none of them it has no time of its
/// own and only blocks what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// How commands, waivers and other obligations name it.
    pub id: String,
    /// What a person reads, in the process's language.
    pub label: String,
    /// When it applies at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: When,
    /// What starts it: the first of these that has happened.
    pub from: OneOrMany<Event>,
    /// Every time that this happens starts a clock of its own, which the next `until` meets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub each: bool,
    /// It must be met within this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// It fires after this time: `15m` at 15 minutes, `> 1h` strictly after an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Alarm>,
    /// It falls due again and again, counted from the last `reset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Deadline>,
    /// It must be met in this window, its end included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<[Span; 2]>,
    /// What it blocks waits this long: time alone meets it, `30m` at 30 minutes, `> 30m` strictly after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Alarm>,
    /// What the time of `after` is counted in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counts: Counts,
    /// What starts a repeating one anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<Event>,
    /// What meets it; for a repeating one, what ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Event>,
    /// What makes it moot, when it happens before it fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Event>,
    /// What happens to it when severity is raised.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_raise: OnRaise,
    /// The level that owns the incident once it fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Who must be told: posts, roles or levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<String>,
    /// By which channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// What cannot happen while it is unmet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Gate>,
    /// What `check` makes of a miss.
    #[serde(default, skip_serializing_if = "is_default")]
    pub missed: Weight,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A limit, or the name of one that each severity has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Within {
    /// The same for every severity.
    Fixed(Deadline),
    /// The severity's `respond` limit.
    Respond,
    /// The severity's `resolve` limit.
    Resolve,
}

impl TryFrom<String> for Within {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "respond" => Ok(Self::Respond),
            "resolve" => Ok(Self::Resolve),
            other => Deadline::try_from(other.to_owned()).map(Self::Fixed),
        }
    }
}

impl From<Within> for String {
    fn from(within: Within) -> Self {
        match within {
            Within::Fixed(deadline) => deadline.into(),
            Within::Respond => "respond".into(),
            Within::Resolve => "resolve".into(),
        }
    }
}

/// A time after which something fires: `15m` at 15 minutes, `> 1h` strictly after an hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Alarm(pub Limit);

impl Alarm {
    /// The first whole second at which it has fired, when its time comes at `at`.
    #[must_use]
    pub fn fires(&self, at: Instant) -> Instant {
        if self.0.op == Op::Gt { at + TimeDelta::seconds(1) } else { at }
    }
}

impl TryFrom<String> for Alarm {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let limit = Limit::parse(&text, Op::Ge)?;
        match limit.op {
            Op::Gt | Op::Ge => Ok(Self(limit)),
            Op::Lt | Op::Le => Err(format!("`{text}` is no time to fire after: write `15m` or `> 1h`")),
        }
    }
}

impl From<Alarm> for String {
    fn from(alarm: Alarm) -> Self {
        alarm.0.to_string()
    }
}

/// What time is counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// The time that passes.
    #[default]
    Elapsed,
    /// The time that services are down, from one interval to the next, overlaps counted once.
    Downtime,
}

/// What becomes of a running clock when severity is raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRaise {
    /// It keeps its start and takes the new limit.
    #[default]
    Keep,
    /// It starts anew at the change, unless it was met before.
    Restart,
}

/// A step that unmet obligations can hold up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// `inc resolve`
    Resolve,
    /// `inc verify`
    Verify,
    /// `inc close`
    Close,
    /// `inc postmortem submit`
    Submit,
    /// `inc postmortem approve`
    Approve,
    /// `inc postmortem close`
    Finalise,
}

impl Gate {
    /// Every gate, in the order in which an incident comes to them.
    pub const ALL: [Self; 6] =
        [Self::Resolve, Self::Verify, Self::Close, Self::Submit, Self::Approve, Self::Finalise];

    /// The command that it holds up.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Resolve => "inc resolve",
            Self::Verify => "inc verify",
            Self::Close => "inc close",
            Self::Submit => "inc postmortem submit",
            Self::Approve => "inc postmortem approve",
            Self::Finalise => "inc postmortem close",
        }
    }

    /// The name in a process and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Verify => "verify",
            Self::Close => "close",
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Finalise => "finalise",
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Not reported.
    Off,
    /// Said, no more.
    Note,
    /// Said; fails under `--strict`.
    #[default]
    Warning,
    /// Fails.
    Error,
}

impl Weight {
    /// The name in a process and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
