//! What is rendered, and the words and forms of the process's language.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::When;

/// A document that is rendered from an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// How `inc render` names it.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// The template, beside the process: `incident.tera`.
    pub template: String,
    /// The file in the incident's folder; without one it goes to standard output only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Written by people; only its managed blocks are refreshed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed: bool,
    /// Anybody may read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// The record's fields without which it is not rendered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// When it applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How a language writes dates, numbers and the words that `inc` itself puts into documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Language {
    /// The mark between whole and part: `,`.
    pub decimal: String,
    /// The mark between thousands.
    pub thousands: String,
    /// A day: `%d/%m/%Y`.
    pub date: String,
    /// A time of day: `%H:%M`.
    pub time: String,
    /// A day and a time, `{date}` and `{time}` filled in: `{date}, {time}`.
    pub datetime: String,
    /// Words by key: `unknown`, `none`, `yes`, `no`, statuses, kinds of entries, units.
    pub words: BTreeMap<String, Word>,
}

/// A word, or its forms for one and for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Word {
    /// The same for any number.
    Same(String),
    /// One, and several.
    Forms([String; 2]),
}
