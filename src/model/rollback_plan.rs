//! `ROLLBACK_PLAN.json`: to what one goes back, why, who decided so, how, and how one sees that it worked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::instant::{self, Instant};

/// A plan to restore an earlier state that is known to be stable. What became of it stands in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackPlan {
    /// The version of this form: 1.
    pub schema_version: u32,
    /// The plan's own id: `RB-20251110-7f3k-1`, the second plan of an incident ends in 2.
    pub id: String,
    /// The incident's id.
    pub incident: String,
    /// When it was drafted: RFC 3339.
    #[serde(with = "instant")]
    #[schemars(with = "Instant")]
    pub created_at: Instant,
    /// Who drafted it.
    pub created_by: String,
    /// The repository of the tag, when it is another than the incident's; a path from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// What one goes back to.
    pub target: Target,
    /// Why one goes back at all.
    pub condition: Condition,
    /// Who decided so, and what.
    pub decision: Decision,
    /// What is done, in order.
    pub steps: Vec<String>,
    /// What `inc rollback execute` runs, without a shell: a program and its arguments. It runs nothing where this is
    /// left out, and only in a clone that trusts the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// How one sees that it worked.
    pub checks: Vec<String>,
}

/// What one goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The tag's name.
    pub tag: String,
    /// The commit that it led to when the plan was drafted, in full.
    pub commit: String,
    /// Why it is known to be stable.
    pub stable_because: String,
}

/// Why one goes back at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which condition holds.
    pub because: Because,
    /// What it is, for another; else what there is to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// The conditions of a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// It cannot be mended within the limit.
    FixImpossible,
    /// What is left as it is goes on doing damage.
    ContinuedDamage,
    /// Something else, which the explanation names.
    Other,
}

/// A human decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was decided.
    pub text: String,
    /// Who decided it.
    pub decider: String,
    /// Who is to approve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
}
