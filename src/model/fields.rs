//! The front matter of an entry's file, and its translation from and to the typed `Kind`.
//!
//! One flat struct is read in one pass, so that an error knows its line; which fields belong to which
//! kind is decided by the translation, and a field left over is an error.

mod error;
mod kind_name;
mod read;
mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Classification, Entry, Outcome, UpdateState};
use super::instant::{self, Instant};

pub use error::FieldError;
pub use kind_name::KindName;

/// The front matter of an entry, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// When it happened: RFC 3339.
    #[serde(with = "instant")]
    #[schemars(with = "Instant")]
    pub at: Instant,
    /// When it was written down: RFC 3339.
    #[serde(with = "instant")]
    #[schemars(with = "Instant")]
    pub recorded: Instant,
    /// Who wrote it.
    pub by: String,
    /// What happened.
    pub kind: KindName,
    /// `declared`: the severity given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// `declared`, `detected`: what noticed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `declared`, `severity`: answers and trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// `severity`, `reopened`, `cancelled`, `update`, `waived`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `cancelled`: the incident it duplicates; `amended`: the entry it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// `severity`: the new severity; `postmortem`: the new state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// `down`, `up`: which service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `role`: which role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `role`: who holds it from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// `escalated`: the level that owns the incident now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// `escalated`, `notified`, `note`: the obligation that asked for it; `waived`: the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// `waived`: the obligation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligation: Option<String>,
    /// `escalated`: who must be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<String>,
    /// `notified`: who was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// `notified`, `warroom`: by which channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `notified`: what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// `update`: how things stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<UpdateState>,
    /// `update`: who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// `update`: where it was posted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// `update`: when the next one follows.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[schemars(with = "Option<Instant>")]
    pub next: Option<Instant>,
    /// `update`: who prepared it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepared_by: Vec<String>,
    /// `decision`: what is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observe: Option<String>,
    /// `decision`: context and options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orient: Option<String>,
    /// `decision`: what was decided; without it the decision is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<String>,
    /// `decision`: what is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// `decision`: who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decider: Option<String>,
    /// `approved`: what was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// `approved`: in which role.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "as")]
    pub as_role: Option<String>,
    /// `done`: the checklist or runbook step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// `done`: a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// `evidence`: the file, relative to the incident's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `evidence`: where it is kept, if not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `evidence`: the digest of the file, `rollback`: that of the plan; in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// `evidence`: bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// `evidence`: how many files the manifest at `path` lists, one `SHA-256  path` a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// `evidence`: where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// `evidence`, `decision`: what it is, as the process names it: `logs`, `go-no-go`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub of_type: Option<String>,
    /// `rollback`, `warroom`: which step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// `rollback`: the tag to go back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// `rollback`: what came of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// `postmortem`: when the meeting is or was held.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[schemars(with = "Option<Instant>")]
    pub meeting: Option<Instant>,
    /// `warroom`: who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// `warroom`: who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
    /// `amended`: the time it really happened.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[schemars(with = "Option<Instant>")]
    pub new_at: Option<Instant>,
}

impl Fields {
    /// The front matter of an entry with no fields of its own yet.
    #[must_use]
    pub fn bare(at: Instant, recorded: Instant, by: String, kind: KindName) -> Self {
        Self {
            at,
            recorded,
            by,
            kind,
            severity: None,
            source: None,
            classification: None,
            reason: None,
            of: None,
            to: None,
            service: None,
            role: None,
            person: None,
            level: None,
            rule: None,
            obligation: None,
            notify: Vec::new(),
            who: None,
            channel: None,
            outcome: None,
            state: None,
            audience: None,
            channels: Vec::new(),
            next: None,
            prepared_by: Vec::new(),
            observe: None,
            orient: None,
            decide: None,
            act: None,
            decider: None,
            what: None,
            as_role: None,
            item: None,
            note: None,
            path: None,
            url: None,
            sha256: None,
            size: None,
            files: None,
            origin: None,
            of_type: None,
            step: None,
            target: None,
            result: None,
            meeting: None,
            participants: Vec::new(),
            requested_by: None,
            new_at: None,
        }
    }

    /// The entry that this front matter and `text` say.
    ///
    /// # Errors
    /// A field that the kind needs is missing, or one is left over that it does not have.
    pub fn into_entry(mut self, name: String, text: String) -> Result<Entry, FieldError> {
        let kind = self.take_kind()?;
        let by = std::mem::take(&mut self.by);
        if self != Self::bare(self.at, self.recorded, String::new(), self.kind) {
            return Err(FieldError::Misplaced { kind: self.kind, field: self.left_over() });
        }
        Ok(Entry { name, at: self.at, recorded: self.recorded, by, kind, text })
    }
}
