//! Obligations to clocks, metrics, and how times are read.
//!
//! A clock is an obligation seen at one instant. It depends only on the set of entries, never on the order in
//! which they were written.

pub mod checklist;
mod downtime;
mod engine;
mod happenings;
mod left;
pub mod metrics;
mod repeating;
mod shares;
mod single;
mod starts;
mod steps;
pub mod summary;
pub mod targets;
pub mod time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::entry::{PostmortemState, RollbackStep};
use crate::model::instant::Instant;
use crate::process::Event;
use crate::process::facts::{COST, SEVERITY};
use crate::process::obligation::{Gate, Weight};

pub use engine::clocks;
pub use happenings::Moments;
pub use metrics::{Metrics, metrics};

/// Where an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What starts it has not happened yet.
    Pending,
    /// It runs.
    Running,
    /// It was met in time.
    Met,
    /// It fired, or its limit passed, before it was met.
    Missed,
    /// A person accepted that it is not met.
    Waived,
    /// Whether it applies depends on something that nobody wrote down.
    Unknown,
}

impl State {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Waived => "waived",
            Self::Unknown => "unknown",
        }
    }
}

/// An obligation at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// The obligation's id; `step:<item>` for a step of a runbook or checklist, `action:<id>` for an action.
    pub obligation: String,
    /// What a person reads.
    pub label: String,
    /// Where it stands.
    pub state: State,
    /// When it started.
    pub from: Option<Instant>,
    /// From when on it can be met, for one with a window.
    pub opens: Option<Instant>,
    /// Its limit, or the instant at which it fires.
    pub due: Option<Instant>,
    /// At `due` itself it is already late: the source wrote `<`.
    pub strict: bool,
    /// When it was met or ended.
    pub ended_at: Option<Instant>,
    /// From the end, or from now, to `due`, in seconds; negative when late, never when met.
    pub margin_seconds: Option<i64>,
    /// How many intervals were missed, for a repeating one; 1 for any other that was missed.
    pub missed_count: i64,
    /// What meets it.
    pub until: Option<Event>,
    /// Who must be told.
    pub notify: Vec<String>,
    /// By which channels.
    pub channels: Vec<String>,
    /// The level that owns the incident once it fires.
    pub level: Option<String>,
    /// What cannot happen while it is unmet.
    pub blocks: Vec<Gate>,
    /// What `check` makes of a miss.
    pub missed: Weight,
    /// The field of the record that its state depends on.
    pub needs: Option<&'static str>,
    /// The clause that it comes from.
    pub source: Option<String>,
    /// How far the incident has come in steps, for the next one towards what this waits for.
    pub progress: Progress,
}

/// How far what is done in steps has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The post-mortem's state.
    pub postmortem: Option<PostmortemState>,
    /// The last step of a rollback.
    pub rollback: Option<RollbackStep>,
}

impl Clock {
    /// Whether something is still to be done about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Running | State::Missed) && self.ended_at.is_none()
    }

    /// Whether it holds up `gate`; what has not begun, such as the check of a rollback that nobody made, does not.
    #[must_use]
    pub fn holds_up(&self, gate: Gate) -> bool {
        let begun = matches!(self.state, State::Running | State::Missed | State::Unknown);
        let unmet = begun && self.ended_at.is_none();
        unmet && self.blocks.contains(&gate)
    }
}

/// The command that says what nobody wrote.
#[must_use]
pub fn answer(field: &str) -> String {
    match field {
        SEVERITY => "inc update -s SEVERITY".into(),
        COST => format!("inc update --set {COST}.amount=… --set {COST}.currency=…"),
        field => format!("inc update --set {field}=…"),
    }
}
