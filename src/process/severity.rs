//! Severities, and the questions that lead to one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::Comparison;
use crate::model::limit::{Limit, Op};

/// A limit that is met strictly before its time unless it says otherwise: `< 15m`, `<= 72h`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Deadline(pub Limit);

impl TryFrom<String> for Deadline {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let limit = Limit::parse(&text, Op::Le)?;
        match limit.op {
            Op::Lt | Op::Le => Ok(Self(limit)),
            Op::Gt | Op::Ge => Err(format!("`{text}` is no deadline: write `< 15m` or `<= 72h`")),
        }
    }
}

impl From<Deadline> for String {
    fn from(deadline: Deadline) -> Self {
        deadline.0.to_string()
    }
}

/// A severity; its rank is its place in the list, 1 the worst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    /// The word that people say: `S1`.
    pub id: String,
    /// What it means in a word, in the process's language.
    pub label: String,
    /// Other words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What makes an incident this severe; the first is shown in lists.
    pub criteria: Vec<String>,
    /// How many are affected, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What has been this severe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Within what time somebody must respond.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<Deadline>,
    /// Within what time it must be resolved; none is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Deadline>,
    /// A mark for lists and messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// The word for it in a post-mortem that has its own scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact_label: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Severity {
    /// Its id and its label: the label alone where that begins with the id.
    #[must_use]
    pub fn named(&self) -> String {
        let same = self.label.to_lowercase().starts_with(&self.id.to_lowercase());
        if same { self.label.clone() } else { format!("{} {}", self.id, self.label) }
    }
}

/// Questions whose answers lead to a severity.
///
/// Each answer names a severity, or moves the result, or decides it. The worst severity named is the base;
/// moves are added up and applied to it; the result never leaves the scale; an answer that decides wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// In the order in which they are asked.
    pub questions: Vec<Question>,
    /// The clause that they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One question of the classification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// How the command line and the trace name it.
    pub id: String,
    /// The question itself, in the process's language.
    pub ask: String,
    /// Where the record keeps the answer, when it does: `impact.users.percent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Answers by number: the first band that holds counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
    /// The largest number that makes sense: 100 for a percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Answers by word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What an answer does to the severity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Effect {
    /// The severity that it names; the worst one named is the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Steps to move: +1 is one rank more severe, -1 one less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<i32>,
    /// The severity that it decides, whatever the other answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<String>,
    /// A worse severity or one more step that may be chosen, with a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub or_with_reason: Option<String>,
}

/// An answer by number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// All must hold: `[">= 5", "< 20"]`.
    pub holds: Vec<Comparison>,
    /// What a person reads: `5-20 %`.
    pub label: String,
    /// What it does.
    pub then: Effect,
}

/// An answer by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is typed.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Other words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it does.
    #[serde(default)]
    pub then: Effect,
}

/// What may be done for how long, by name: `detect: < 5m`.
pub type Targets = BTreeMap<String, Target>;

/// A figure that the team wants to keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// A time: `< 5m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Deadline>,
    /// A share, in percent: `< 10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Comparison>,
    /// What the source calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The figure that the source states as reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
