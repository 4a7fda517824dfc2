//! Who is told what, by which channel, how often, and in which words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::When;
use super::offices::Offices;
use crate::model::entry::UpdateState;

/// The communication plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Communication {
    /// The states of a public message, in the only direction that needs no reason.
    pub states: Vec<MessageState>,
    /// Who is told, and how.
    pub audiences: Vec<Audience>,
    /// The channels, by the names that obligations and entries use.
    pub channels: Vec<Channel>,
    /// The clause that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One state of a public message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageState {
    /// Which one.
    pub id: UpdateState,
    /// The word that users read.
    pub label: String,
    /// The mark that users see.
    pub emoji: String,
    /// The message's words; `{{ … }}` is filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// How commands name it: `users`.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// When they are told.
    #[serde(default)]
    pub when: When,
    /// The same, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_text: Option<String>,
    /// By which channels, with a condition in brackets where the source has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// What the message holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// The document that they read in place of the state's words, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    /// In what tone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<String>,
    /// The post that must approve it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Posts or roles that prepare it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepared_by: Vec<String>,
    /// All of `prepared_by` prepare it: it goes out once each of them has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub jointly: bool,
    /// Only once the incident is resolved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_resolution: bool,
    /// Anybody may read it: restricted incidents stay out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A way to reach people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// How obligations and entries name it: `status_page`.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Audience {
    /// The posts and roles that have to prepare a message, and none of those who did fills.
    #[must_use]
    pub fn unprepared(&self, prepared_by: &[String], offices: Offices<'_>) -> Vec<&String> {
        let is_there = |office: &&String| prepared_by.iter().any(|who| offices.holds(who, office));
        self.prepared_by.iter().filter(|office| self.jointly && !is_there(office)).collect()
    }
}

impl Channel {
    /// The channel that an audience names, without the condition in brackets: `email (above 1 h)` is `email`.
    #[must_use]
    pub fn bare(named: &str) -> &str {
        named.split(" (").next().unwrap_or(named).trim()
    }
}
