//! Checklists, runbooks, war room and rollback.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::facts::{OneOrMany, When};
use crate::model::duration::Span;

/// A list of things to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// How commands name it.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// When it applies.
    #[serde(default)]
    pub when: When,
    /// Its parts, in order.
    pub groups: Vec<Group>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A part of a checklist, or a step of a runbook: things to do by one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What a person reads; may be empty in a list that has no parts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// When it begins: an offset from `from`, such as `3m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
    /// When it should be done: an offset from `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Span>,
    /// What the offsets are counted from; the declaration if nothing else is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<OneOrMany<Event>>,
    /// The phase of the runbook that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The things to do.
    pub items: Vec<Item>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// How commands and entries name it; unique in the process.
    pub id: String,
    /// What to do.
    pub text: String,
    /// The role that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// When it applies at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// In what it consists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// It may be left undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What else counts as having done it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<Event>,
    /// It is done once these fields of the record are filled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<String>,
    /// It is done in writing: without a note it does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub written: bool,
    /// What has to come first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Event>,
    /// The field of the record that says why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless_filled: Option<String>,
}

/// What to do about one type of incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// The incident's `type`.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// A mark for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Severities that it usually has, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severity: Vec<String>,
    /// How to recognise it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<String>,
    /// Whom it hurts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<String>,
    /// Steps in order; their offsets are counted from the declaration.
    pub steps: Vec<Group>,
    /// What it might be, and what to do then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<HypothesisAction>,
    /// Checklists that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<String>,
    /// Tools, scripts and other reading, in Markdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Messages for the public, when they differ from the process's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<super::communication::MessageState>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What it might be, and what to do then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HypothesisAction {
    /// How people refer to it: `HX1`.
    pub id: String,
    /// What it might be.
    pub text: String,
    /// What to do then.
    pub action: String,
}

/// Reading that belongs to a runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it is about.
    pub label: String,
    /// In Markdown.
    pub text: String,
}

/// The room where a team works on the worst incidents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warroom {
    /// When it is opened.
    pub when: When,
    /// The channel's name; `{id}` is the incident's.
    pub channel: String,
    /// When an incident counts as one of security; a restricted one always does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_when: Option<When>,
    /// The channel's name for security incidents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_channel: Option<String>,
    /// Roles and posts that must be there.
    pub participants: Vec<Participant>,
    /// Posts that may ask for one at a lower severity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_request_of: Vec<String>,
    /// The checklist that it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Who must be in the war room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// A role or a post.
    pub who: String,
    /// Only then.
    #[serde(default)]
    pub when: When,
    /// Why, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is asked of a rollback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rollback {
    /// A written plan is needed.
    pub plan: bool,
    /// What the tag's name or annotation must hold to count as sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// The target must lie in the history of the current branch.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_history: bool,
    /// Conditions, as people read them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Steps, as people read them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Roles and posts that may approve it; anyone, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<String>,
    /// The approver must be somebody else than the decider.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub second_person: bool,
    /// The clause that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
