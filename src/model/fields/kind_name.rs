//! The names of kinds, as front matter and file names spell them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::entry::Kind;
use crate::model::milestone::Milestone;

/// The name of a kind, as front matter spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented at its variant of `Kind`")]
pub enum KindName {
    Started,
    Detected,
    Declared,
    Acknowledged,
    Responded,
    Identified,
    Mitigated,
    Resolved,
    Verified,
    Closed,
    Reopened,
    Cancelled,
    Note,
    Severity,
    Down,
    Up,
    Role,
    Escalated,
    Notified,
    Update,
    Decision,
    Approved,
    Done,
    Evidence,
    Rollback,
    Postmortem,
    Warroom,
    Waived,
    Amended,
}

impl KindName {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 29] = [
        Self::Started,
        Self::Detected,
        Self::Declared,
        Self::Acknowledged,
        Self::Responded,
        Self::Identified,
        Self::Mitigated,
        Self::Resolved,
        Self::Verified,
        Self::Closed,
        Self::Reopened,
        Self::Cancelled,
        Self::Note,
        Self::Severity,
        Self::Down,
        Self::Up,
        Self::Role,
        Self::Escalated,
        Self::Notified,
        Self::Update,
        Self::Decision,
        Self::Approved,
        Self::Done,
        Self::Evidence,
        Self::Rollback,
        Self::Postmortem,
        Self::Warroom,
        Self::Waived,
        Self::Amended,
    ];

    /// The name as front matter spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Detected => "detected",
            Self::Declared => "declared",
            Self::Acknowledged => "acknowledged",
            Self::Responded => "responded",
            Self::Identified => "identified",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::Verified => "verified",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Cancelled => "cancelled",
            Self::Note => "note",
            Self::Severity => "severity",
            Self::Down => "down",
            Self::Up => "up",
            Self::Role => "role",
            Self::Escalated => "escalated",
            Self::Notified => "notified",
            Self::Update => "update",
            Self::Decision => "decision",
            Self::Approved => "approved",
            Self::Done => "done",
            Self::Evidence => "evidence",
            Self::Rollback => "rollback",
            Self::Postmortem => "postmortem",
            Self::Warroom => "warroom",
            Self::Waived => "waived",
            Self::Amended => "amended",
        }
    }

    /// The milestone of the same name, if there is one.
    #[must_use]
    pub fn milestone(self) -> Option<Milestone> {
        Milestone::ALL.into_iter().find(|m| m.name() == self.name())
    }
}

impl std::fmt::Display for KindName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl From<Milestone> for KindName {
    fn from(milestone: Milestone) -> Self {
        Self::ALL.into_iter().find(|k| k.milestone() == Some(milestone)).unwrap_or(Self::Note)
    }
}

impl Kind {
    /// The kind's name in front matter and file names.
    #[must_use]
    pub fn name(&self) -> KindName {
        match self {
            Self::Milestone(m) => (*m).into(),
            Self::Detected { .. } => KindName::Detected,
            Self::Declared { .. } => KindName::Declared,
            Self::Reopened { .. } => KindName::Reopened,
            Self::Cancelled { .. } => KindName::Cancelled,
            Self::Note { .. } => KindName::Note,
            Self::Severity { .. } => KindName::Severity,
            Self::Down { .. } => KindName::Down,
            Self::Up { .. } => KindName::Up,
            Self::Role { .. } => KindName::Role,
            Self::Escalated { .. } => KindName::Escalated,
            Self::Notified { .. } => KindName::Notified,
            Self::Update { .. } => KindName::Update,
            Self::Decision { .. } => KindName::Decision,
            Self::Approved { .. } => KindName::Approved,
            Self::Done { .. } => KindName::Done,
            Self::Evidence { .. } => KindName::Evidence,
            Self::Rollback { .. } => KindName::Rollback,
            Self::Postmortem { .. } => KindName::Postmortem,
            Self::Warroom { .. } => KindName::Warroom,
            Self::Waived { .. } => KindName::Waived,
            Self::Amended { .. } => KindName::Amended,
        }
    }
}
