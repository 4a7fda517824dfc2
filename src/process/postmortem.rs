//! What is asked of a post-mortem and of its meeting.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{OneOrMany, When};
use super::number::Comparison;
use crate::model::record::ActionKind;

/// What is asked of a post-mortem.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Postmortem {
    /// When there must be one; the rank asked is the worst that the incident ever had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<When>,
    /// The record's fields that must be filled: `analysis.root_cause`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// How many whys the analysis has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whys: Option<usize>,
    /// The types of action of which it must have one each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub action_types: Vec<ActionKind>,
    /// Roles and posts that may approve it; anyone, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<String>,
    /// The approver must be somebody else than the author.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub second_person: bool,
    /// What is asked of its meeting.
    #[serde(skip_serializing_if = "Review::is_empty")]
    pub review: Review,
    /// The words for draft, review, approved and closed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// The agenda of the meeting.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<Agenda>,
    /// The rules of the meeting.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub principles: Vec<String>,
    /// The clause that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What is asked of the post-mortem's meeting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// How long it takes, in minutes; all must hold: `[">= 60", "<= 120"]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minutes: Vec<Comparison>,
    /// Whoever was in the war room takes part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub warroom: bool,
    /// Who else takes part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Attendee>,
}

impl Review {
    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who takes part in the post-mortem's meeting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// A role, post or level; of several, one is enough.
    pub who: OneOrMany<String>,
    /// Only then.
    #[serde(default)]
    pub when: When,
    /// Why, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One point of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agenda {
    /// What it is about.
    pub label: String,
    /// How long it takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// In what it consists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}
