//! The instants that an incident's life is read off.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A step in an incident's life, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// The trouble began, whether anybody knew or not.
    Started,
    /// Somebody or something noticed.
    Detected,
    /// It was called an incident.
    Declared,
    /// Somebody took it.
    Acknowledged,
    /// Somebody began to work on it.
    Responded,
    /// The cause is known.
    Identified,
    /// Users no longer suffer, though the cause may stand.
    Mitigated,
    /// The trouble is over.
    Resolved,
    /// Somebody checked that it is over.
    Verified,
    /// Nothing is left to do.
    Closed,
    /// It was not over: withdraws `mitigated`, `resolved`, `verified` and `closed`.
    Reopened,
}

impl Milestone {
    /// All milestones in the order of an incident's life; `reopened` last, as it starts none.
    pub const ALL: [Self; 11] = [
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
    ];

    /// The name in files and JSON: `acknowledged`.
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
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
