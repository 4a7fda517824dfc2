//! Timeline entries: each says one thing that happened, and is never edited afterwards.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
pub use super::fields::{FieldError, Fields, KindName};
use super::instant::Instant;
use super::milestone::Milestone;

/// One entry of the timeline, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file's name without `.md`; breaks ties between entries of the same instant.
    pub name: String,
    /// When it happened.
    pub at: Instant,
    /// When it was written down.
    pub recorded: Instant,
    /// Who wrote it.
    pub by: String,
    /// What happened, with the fields that belong to it.
    pub kind: Kind,
    /// What people wrote, in Markdown; may be empty.
    pub text: String,
}

/// The author of entries that no person wrote: what a rule of the process had written.
pub const RULES: &str = "inc";

impl Entry {
    /// The order of the timeline: by time, then by when it was recorded, then by name, whatever order the files are
    /// read in.
    pub fn order(&self) -> (Instant, Instant, &str) {
        (self.at, self.recorded, &self.name)
    }
}

/// Why a cancelled incident was none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// Nothing was wrong.
    FalsePositive,
    /// Another incident already covers it.
    Duplicate,
}

impl CancelReason {
    /// What a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FalsePositive => "a false positive",
            Self::Duplicate => "a duplicate",
        }
    }
}

/// How far stakeholders have been told that things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateState {
    /// The cause is being looked for.
    Investigating,
    /// The cause is known, a fix is under way.
    Identified,
    /// The fix is in, the service is watched.
    Monitoring,
    /// It is over.
    Resolved,
}

impl UpdateState {
    /// All states, in the only direction they may go without a reason.
    pub const ALL: [Self; 4] = [Self::Investigating, Self::Identified, Self::Monitoring, Self::Resolved];

    /// The name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
        }
    }
}

/// What came of telling or calling somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The message left, or the person answered.
    Reached,
    /// Nobody answered: the next in the chain is called.
    NoAnswer,
    /// The channel failed; it is tried again.
    Failed,
}

/// Where a rollback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollbackStep {
    /// The plan is written.
    Planned,
    /// The target is known to be stable.
    Validated,
    /// Who may approve it has.
    Approved,
    /// It was carried out.
    Executed,
    /// The state afterwards was checked.
    Verified,
}

impl RollbackStep {
    /// The name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Validated => "validated",
            Self::Approved => "approved",
            Self::Executed => "executed",
            Self::Verified => "verified",
        }
    }
}

/// Where a post-mortem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostmortemState {
    /// Being written.
    Draft,
    /// Being reviewed.
    Review,
    /// Approved by who may.
    Approved,
    /// All its actions are done or handed over.
    Closed,
}

impl PostmortemState {
    /// The name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Approved => "approved",
            Self::Closed => "closed",
        }
    }
}

/// Where a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionStep {
    /// What is seen is to be decided on.
    Opened,
    /// It was decided.
    Decided,
}

/// What happened in a war room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarroomStep {
    /// It was opened.
    Opened,
    /// The situation was briefed.
    Briefed,
    /// A regular check-in.
    CheckedIn,
    /// The team was relieved.
    HandedOver,
    /// It was closed.
    Closed,
}

impl WarroomStep {
    /// What a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Briefed => "briefed",
            Self::CheckedIn => "checked in",
            Self::HandedOver => "handed over",
            Self::Closed => "closed",
        }
    }
}

/// The answers to a classification and how they led to a severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// Question id and answer, in the order of the process.
    pub answers: Answers,
    /// The severity that the answers lead to.
    pub severity: String,
    /// One line a step, as printed by `classify`.
    pub trace: Vec<String>,
}

/// What happened: one variant a kind of entry, with that kind's own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are documented in `Fields`, under the same names")]
pub enum Kind {
    /// A milestone that carries nothing but its time.
    Milestone(Milestone),
    /// It was noticed; `source` says by what.
    Detected { source: Option<String> },
    /// It was called an incident.
    Declared { severity: String, source: Option<String>, classification: Option<Classification> },
    /// `resolved` is withdrawn.
    Reopened { reason: String },
    /// No incident after all.
    Cancelled { reason: CancelReason, of: Option<String> },
    /// Free text; with a rule, what `inc tick` says fell due.
    Note { rule: Option<String> },
    /// Severity raised or lowered.
    Severity { to: String, reason: Option<String>, classification: Option<Classification> },
    /// A service went down.
    Down { service: String },
    /// A service came back.
    Up { service: String },
    /// A role was given; a second entry for the same role is a handover.
    Role { role: String, person: String },
    /// Ownership moved to a level.
    Escalated { level: String, rule: Option<String>, notify: Vec<String> },
    /// Somebody was told, called or did not answer.
    Notified { who: String, channel: Option<String>, rule: Option<String>, outcome: Option<Outcome> },
    /// A message to stakeholders.
    Update {
        state: UpdateState,
        audience: Option<String>,
        channels: Vec<String>,
        next: Option<Instant>,
        reason: Option<String>,
        prepared_by: Vec<String>,
    },
    /// A documented decision: observe, orient, decide, act. Without `decide` it is open: what was seen is to be
    /// decided on.
    Decision {
        observe: Option<String>,
        orient: Option<String>,
        decide: Option<String>,
        act: Option<String>,
        decider: Option<String>,
        of_type: Option<String>,
    },
    /// An approval of `what`, given in a role.
    Approved { what: String, as_role: Option<String> },
    /// A checklist or runbook step was done.
    Done { item: String, note: Option<String> },
    /// A piece of evidence was preserved: a file of the incident's folder or a reference.
    Evidence {
        path: Option<String>,
        url: Option<String>,
        sha256: Option<String>,
        size: Option<u64>,
        files: Option<u64>,
        origin: Option<String>,
        of_type: Option<String>,
    },
    /// A step of a rollback.
    Rollback { step: RollbackStep, target: Option<String>, result: Option<String>, sha256: Option<String> },
    /// The post-mortem moved to a state, or its meeting was planned or held.
    Postmortem { to: PostmortemState, meeting: Option<Instant> },
    /// Something happened in the war room.
    Warroom {
        step: WarroomStep,
        channel: Option<String>,
        participants: Vec<String>,
        requested_by: Option<String>,
    },
    /// A person accepts a finding or a missed obligation.
    Waived { rule: Option<String>, obligation: Option<String>, reason: String },
    /// Corrects an earlier entry without touching it: a new time, and a new text when this entry has one.
    Amended { of: String, new_at: Option<Instant> },
}

impl Kind {
    /// The milestone that this entry marks, if any.
    #[must_use]
    pub const fn milestone(&self) -> Option<Milestone> {
        match self {
            Self::Milestone(m) => Some(*m),
            Self::Detected { .. } => Some(Milestone::Detected),
            Self::Declared { .. } => Some(Milestone::Declared),
            Self::Reopened { .. } => Some(Milestone::Reopened),
            _ => None,
        }
    }
}
