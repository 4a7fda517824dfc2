//! The front matter of an entry's file, and its translation from and to the typed [`Kind`].
//!
//! One flat struct is read in one pass, so that an error knows its line; which fields belong to which
//! kind is decided by the translation, and a field left over is an error.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Classification, Entry, Kind, Outcome, UpdateState};
use super::instant::{self, Instant};
use super::milestone::Milestone;

/// The name of a kind, as front matter spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented at its variant of `Kind`")]
pub enum KindName {
    Started,
    Detected,
    Declared,
    Acknowledged,
    Responded,
    Identified,
    Mitigated,
    Resolved,
    Verified,
    Closed,
    Reopened,
    Cancelled,
    Note,
    Severity,
    Down,
    Up,
    Role,
    Escalated,
    Notified,
    Update,
    Decision,
    Approved,
    Done,
    Evidence,
    Rollback,
    Postmortem,
    Warroom,
    Waived,
    Amended,
}

impl KindName {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 29] = [
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
        Self::Cancelled,
        Self::Note,
        Self::Severity,
        Self::Down,
        Self::Up,
        Self::Role,
        Self::Escalated,
        Self::Notified,
        Self::Update,
        Self::Decision,
        Self::Approved,
        Self::Done,
        Self::Evidence,
        Self::Rollback,
        Self::Postmortem,
        Self::Warroom,
        Self::Waived,
        Self::Amended,
    ];

    /// The name as front matter spells it.
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
            Self::Cancelled => "cancelled",
            Self::Note => "note",
            Self::Severity => "severity",
            Self::Down => "down",
            Self::Up => "up",
            Self::Role => "role",
            Self::Escalated => "escalated",
            Self::Notified => "notified",
            Self::Update => "update",
            Self::Decision => "decision",
            Self::Approved => "approved",
            Self::Done => "done",
            Self::Evidence => "evidence",
            Self::Rollback => "rollback",
            Self::Postmortem => "postmortem",
            Self::Warroom => "warroom",
            Self::Waived => "waived",
            Self::Amended => "amended",
        }
    }

    /// The milestone of the same name, if there is one.
    #[must_use]
    pub fn milestone(self) -> Option<Milestone> {
        Milestone::ALL.into_iter().find(|m| m.name() == self.name())
    }
}

impl std::fmt::Display for KindName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

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
    /// `decision`: what is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observe: Option<String>,
    /// `decision`: context and options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orient: Option<String>,
    /// `decision`: what was decided.
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

/// A field of an entry that is missing, out of place or wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The kind needs it.
    #[error("an entry of kind `{kind}` needs `{field}`")]
    Missing {
        /// The entry's kind.
        kind: KindName,
        /// The field's name in the file.
        field: &'static str,
    },
    /// The kind has no such field.
    #[error("an entry of kind `{kind}` has no field `{field}`")]
    Misplaced {
        /// The entry's kind.
        kind: KindName,
        /// The field's name in the file.
        field: String,
    },
    /// The value is none of those that the field can have.
    #[error("`{value}` is no value for `{field}`: one of {known}")]
    Value {
        /// The field's name in the file.
        field: &'static str,
        /// What was found.
        value: String,
        /// What would be right, in back-ticks.
        known: String,
    },
}

impl FieldError {
    /// The field that the error is about.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. } | Self::Value { field, .. } => field,
            Self::Misplaced { field, .. } => field,
        }
    }
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

    fn take_kind(&mut self) -> Result<Kind, FieldError> {
        if let Some(milestone) = self.kind.milestone() {
            return self.take_milestone(milestone);
        }
        let name = self.kind;
        let need = |value: Option<String>, field| value.ok_or(FieldError::Missing { kind: name, field });
        Ok(match name {
            KindName::Cancelled => Kind::Cancelled {
                reason: choice(need(self.reason.take(), "reason")?, "reason")?,
                of: self.of.take(),
            },
            KindName::Severity => Kind::Severity {
                to: need(self.to.take(), "to")?,
                reason: self.reason.take(),
                classification: self.classification.take(),
            },
            KindName::Down => Kind::Down { service: need(self.service.take(), "service")? },
            KindName::Up => Kind::Up { service: need(self.service.take(), "service")? },
            KindName::Role => Kind::Role {
                role: need(self.role.take(), "role")?,
                person: need(self.person.take(), "person")?,
            },
            KindName::Escalated => Kind::Escalated {
                level: need(self.level.take(), "level")?,
                rule: self.rule.take(),
                notify: std::mem::take(&mut self.notify),
            },
            KindName::Notified => Kind::Notified {
                who: need(self.who.take(), "who")?,
                channel: self.channel.take(),
                rule: self.rule.take(),
                outcome: self.outcome.take(),
            },
            KindName::Update => Kind::Update {
                state: self.state.take().ok_or(FieldError::Missing { kind: name, field: "state" })?,
                audience: self.audience.take(),
                channels: std::mem::take(&mut self.channels),
                next: self.next.take(),
                reason: self.reason.take(),
            },
            KindName::Decision => Kind::Decision {
                observe: self.observe.take(),
                orient: self.orient.take(),
                decide: need(self.decide.take(), "decide")?,
                act: self.act.take(),
                decider: self.decider.take(),
            },
            KindName::Approved => {
                Kind::Approved { what: need(self.what.take(), "what")?, as_role: self.as_role.take() }
            }
            KindName::Done => Kind::Done { item: need(self.item.take(), "item")?, note: self.note.take() },
            KindName::Evidence => Kind::Evidence {
                path: self.path.take(),
                url: self.url.take(),
                sha256: self.sha256.take(),
                size: self.size.take(),
                files: self.files.take(),
                origin: self.origin.take(),
            },
            KindName::Rollback => Kind::Rollback {
                step: choice(need(self.step.take(), "step")?, "step")?,
                target: self.target.take(),
                result: self.result.take(),
                sha256: self.sha256.take(),
            },
            KindName::Postmortem => Kind::Postmortem {
                to: choice(need(self.to.take(), "to")?, "to")?,
                meeting: self.meeting.take(),
            },
            KindName::Warroom => Kind::Warroom {
                step: choice(need(self.step.take(), "step")?, "step")?,
                channel: self.channel.take(),
                participants: std::mem::take(&mut self.participants),
                requested_by: self.requested_by.take(),
            },
            KindName::Waived => Kind::Waived {
                rule: self.rule.take(),
                obligation: self.obligation.take(),
                reason: need(self.reason.take(), "reason")?,
            },
            KindName::Amended => {
                Kind::Amended { of: need(self.of.take(), "of")?, new_at: self.new_at.take() }
            }
            _ => Kind::Note { rule: self.rule.take() },
        })
    }

    fn take_milestone(&mut self, milestone: Milestone) -> Result<Kind, FieldError> {
        let name = self.kind;
        Ok(match milestone {
            Milestone::Detected => Kind::Detected { source: self.source.take() },
            Milestone::Declared => Kind::Declared {
                severity: self
                    .severity
                    .take()
                    .ok_or(FieldError::Missing { kind: name, field: "severity" })?,
                source: self.source.take(),
                classification: self.classification.take(),
            },
            Milestone::Reopened => Kind::Reopened {
                reason: self.reason.take().ok_or(FieldError::Missing { kind: name, field: "reason" })?,
            },
            other => Kind::Milestone(other),
        })
    }

    /// The first field that no kind has taken: it does not belong.
    fn left_over(&self) -> String {
        let common = ["at", "recorded", "by", "kind"];
        let fields = serde_json::to_value(self).unwrap_or_default();
        let own = fields.as_object().and_then(|f| f.keys().find(|k| !common.contains(&k.as_str())));
        own.cloned().unwrap_or_default()
    }
}

/// One of a field's known words.
fn choice<T: serde::de::DeserializeOwned + JsonSchema>(
    value: String,
    field: &'static str,
) -> Result<T, FieldError> {
    serde_json::from_value(serde_json::Value::String(value.clone())).map_err(|error| {
        let message = error.to_string();
        let known = message.split("expected ").nth(1).unwrap_or_default();
        let known = known.strip_prefix("one of ").unwrap_or(known).to_owned();
        FieldError::Value { field, value, known }
    })
}

/// The word that serde writes for a value of a plain enum.
fn word<T: Serialize>(value: T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

impl From<&Entry> for Fields {
    fn from(entry: &Entry) -> Self {
        let bare = |kind| Self::bare(entry.at, entry.recorded, entry.by.clone(), kind);
        match entry.kind.clone() {
            Kind::Milestone(m) => bare(m.into()),
            Kind::Detected { source } => Self { source, ..bare(KindName::Detected) },
            Kind::Declared { severity, source, classification } => {
                Self { severity: Some(severity), source, classification, ..bare(KindName::Declared) }
            }
            Kind::Reopened { reason } => Self { reason: Some(reason), ..bare(KindName::Reopened) },
            Kind::Cancelled { reason, of } => Self { reason: word(reason), of, ..bare(KindName::Cancelled) },
            Kind::Note { rule } => Self { rule, ..bare(KindName::Note) },
            Kind::Severity { to, reason, classification } => {
                Self { to: Some(to), reason, classification, ..bare(KindName::Severity) }
            }
            Kind::Down { service } => Self { service: Some(service), ..bare(KindName::Down) },
            Kind::Up { service } => Self { service: Some(service), ..bare(KindName::Up) },
            Kind::Role { role, person } => {
                Self { role: Some(role), person: Some(person), ..bare(KindName::Role) }
            }
            Kind::Escalated { level, rule, notify } => {
                Self { level: Some(level), rule, notify, ..bare(KindName::Escalated) }
            }
            Kind::Notified { who, channel, rule, outcome } => {
                Self { who: Some(who), channel, rule, outcome, ..bare(KindName::Notified) }
            }
            Kind::Update { state, audience, channels, next, reason } => {
                Self { state: Some(state), audience, channels, next, reason, ..bare(KindName::Update) }
            }
            Kind::Decision { observe, orient, decide, act, decider } => {
                Self { observe, orient, decide: Some(decide), act, decider, ..bare(KindName::Decision) }
            }
            Kind::Approved { what, as_role } => {
                Self { what: Some(what), as_role, ..bare(KindName::Approved) }
            }
            Kind::Done { item, note } => Self { item: Some(item), note, ..bare(KindName::Done) },
            Kind::Evidence { path, url, sha256, size, files, origin } => {
                Self { path, url, sha256, size, files, origin, ..bare(KindName::Evidence) }
            }
            Kind::Rollback { step, target, result, sha256 } => {
                Self { step: word(step), target, result, sha256, ..bare(KindName::Rollback) }
            }
            Kind::Postmortem { to, meeting } => Self { to: word(to), meeting, ..bare(KindName::Postmortem) },
            Kind::Warroom { step, channel, participants, requested_by } => {
                Self { step: word(step), channel, participants, requested_by, ..bare(KindName::Warroom) }
            }
            Kind::Waived { rule, obligation, reason } => {
                Self { rule, obligation, reason: Some(reason), ..bare(KindName::Waived) }
            }
            Kind::Amended { of, new_at } => Self { of: Some(of), new_at, ..bare(KindName::Amended) },
        }
    }
}

impl From<Milestone> for KindName {
    fn from(milestone: Milestone) -> Self {
        Self::ALL.into_iter().find(|k| k.milestone() == Some(milestone)).unwrap_or(Self::Note)
    }
}

impl Kind {
    /// The kind's name in front matter and file names.
    #[must_use]
    pub fn name(&self) -> KindName {
        match self {
            Self::Milestone(m) => (*m).into(),
            Self::Detected { .. } => KindName::Detected,
            Self::Declared { .. } => KindName::Declared,
            Self::Reopened { .. } => KindName::Reopened,
            Self::Cancelled { .. } => KindName::Cancelled,
            Self::Note { .. } => KindName::Note,
            Self::Severity { .. } => KindName::Severity,
            Self::Down { .. } => KindName::Down,
            Self::Up { .. } => KindName::Up,
            Self::Role { .. } => KindName::Role,
            Self::Escalated { .. } => KindName::Escalated,
            Self::Notified { .. } => KindName::Notified,
            Self::Update { .. } => KindName::Update,
            Self::Decision { .. } => KindName::Decision,
            Self::Approved { .. } => KindName::Approved,
            Self::Done { .. } => KindName::Done,
            Self::Evidence { .. } => KindName::Evidence,
            Self::Rollback { .. } => KindName::Rollback,
            Self::Postmortem { .. } => KindName::Postmortem,
            Self::Warroom { .. } => KindName::Warroom,
            Self::Waived { .. } => KindName::Waived,
            Self::Amended { .. } => KindName::Amended,
        }
    }
}
