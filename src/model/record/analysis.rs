//! Why it happened, how it ended, and what was learned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Analysis {
    /// Two or three sentences: what happened, whom it hurt, how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<String>,
    /// The whole story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_happened: Option<String>,
    /// The cause behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<RootCause>,
    /// What else it took.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributing_factors: Vec<String>,
    /// What it might have been, and what came of looking.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<Hypothesis>,
    /// How the cause was looked for: `5 whys`, `fishbone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Each why and its answer; the last answer is the root cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub whys: Vec<Why>,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// Why that worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_it_worked: Option<String>,
    /// What went well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub went_well: Vec<String>,
    /// What could be better.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to_improve: Vec<String>,
    /// What could have made it worse and did not happen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lucky: Vec<String>,
    /// What to remember.
    #[serde(skip_serializing_if = "is_default")]
    pub lessons: Lessons,
    /// Excerpts of logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
    /// The configuration at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
}

/// The cause behind the incident, or that it is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RootCause {
    /// Found, or still unknown.
    pub status: CauseStatus,
    /// In a sentence or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Whether the root cause is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseStatus {
    /// It is known.
    Found,
    /// It is not known; an action should say how it will be.
    Unknown,
}

/// What it might have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hypothesis {
    /// In a sentence.
    pub text: String,
    /// What came of testing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<HypothesisStatus>,
    /// How it was tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
}

/// What came of testing a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HypothesisStatus {
    /// Not tested yet.
    Open,
    /// It was so.
    Confirmed,
    /// It was not.
    Rejected,
}

/// One of the five whys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The question; left out, it asks after the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answer.
    pub answer: String,
}

/// What to remember, by field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lessons {
    /// About the systems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub technical: Vec<String>,
    /// About how we work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub process: Vec<String>,
    /// About how we tell people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub communication: Vec<String>,
}

impl Lessons {
    /// All lessons, technical first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.technical.iter().chain(&self.process).chain(&self.communication)
    }
}
