//! The record, `incident.yaml`: what people write and edit. Every fact stands here once.

mod action;
mod analysis;
mod impact;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::Id;

pub use action::{Action, ActionKind, ActionStatus, Horizon, Size};
pub use analysis::{Analysis, CauseStatus, Hypothesis, HypothesisStatus, Lessons, RootCause, Why};
pub use impact::{Breach, Cost, Data, Impact, Measurement, Security, Users};

/// What people write about an incident; both documents render from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The incident's id; the folder has the same name.
    pub id: Id,
    /// One line that says what is wrong.
    pub title: String,
    /// The process as pinned at declaration: `name@version`.
    pub process: String,
    /// A runbook's key, or `other`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What is affected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Free words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The ticket that tracks it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it counts as an incident: ids of the process's definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// Title and text stay out of registry, lists, messages and public documents.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// A deployment shortly before it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recent_deploy: Option<bool>,
    /// Whom and what it hurt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub impact: Impact,
    /// What is known of an attack or a leak.
    #[serde(default, skip_serializing_if = "is_default")]
    pub security: Security,
    /// What was learned.
    #[serde(default, skip_serializing_if = "is_default")]
    pub analysis: Analysis,
    /// What will be done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// The post-mortem's meeting and people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub review: Review,
    /// Other incidents and places.
    #[serde(default, skip_serializing_if = "is_default")]
    pub related: Related,
}

/// What stands for the words of a restricted incident.
pub const RESTRICTED: &str = "(restricted)";

impl Record {
    /// Whether somebody wrote something into a field, named with dots: `impact.data.people`.
    #[must_use]
    pub fn is_filled(&self, path: &str) -> bool {
        let whole = serde_json::to_value(self).unwrap_or_default();
        let value = path.split('.').try_fold(&whole, |value, part| value.get(part));
        match value {
            None | Some(serde_json::Value::Null) => false,
            Some(serde_json::Value::String(text)) => !text.trim().is_empty(),
            Some(serde_json::Value::Array(items)) => !items.is_empty(),
            Some(serde_json::Value::Object(fields)) => fields.values().any(|v| !v.is_null()),
            Some(_) => true,
        }
    }

    /// Leaves out what a restricted incident keeps to itself, for a list in which it stands among others.
    pub fn among_others(&mut self) {
        if self.restricted {
            RESTRICTED.clone_into(&mut self.title);
            for action in &mut self.actions {
                RESTRICTED.clone_into(&mut action.title);
            }
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The post-mortem's meeting and people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// Who wrote the post-mortem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Who led the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facilitator: Option<String>,
    /// Who took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// How long it took, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// Other incidents and places.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Related {
    /// The incident that this one repeats word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// The earlier incident that came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence_of: Option<String>,
    /// Later incidents that follow from this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub follow_ups: Vec<String>,
    /// Logs, graphs, tickets, messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A place to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is there.
    pub label: String,
    /// Where it is.
    pub url: String,
    /// What kind of thing: `logs`, `graphs`, `ticket`, `communication`, `timeline`, `screenshot`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Record {
    /// A record that says only what is known at declaration.
    #[must_use]
    pub fn new(id: Id, title: String, process: String) -> Self {
        Self {
            id,
            title,
            process,
            kind: None,
            services: Vec::new(),
            labels: Vec::new(),
            ticket: None,
            criteria: Vec::new(),
            restricted: false,
            recent_deploy: None,
            impact: Impact::default(),
            security: Security::default(),
            analysis: Analysis::default(),
            actions: Vec::new(),
            review: Review::default(),
            related: Related::default(),
        }
    }
}
