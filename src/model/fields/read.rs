//! From front matter to a kind with its own fields.

use schemars::JsonSchema;

use super::{FieldError, Fields, KindName};
use crate::model::entry::Kind;
use crate::model::milestone::Milestone;

impl Fields {
    /// The kind with its own fields, which are taken out.
    pub(super) fn take_kind(&mut self) -> Result<Kind, FieldError> {
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
                prepared_by: std::mem::take(&mut self.prepared_by),
            },
            KindName::Decision => Kind::Decision {
                decide: self.take_decide()?,
                observe: self.observe.take(),
                orient: self.orient.take(),
                act: self.act.take(),
                decider: self.decider.take(),
                of_type: self.of_type.take(),
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
                of_type: self.of_type.take(),
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

    /// What was decided; none yet of what was only seen or weighed, and that alone.
    fn take_decide(&mut self) -> Result<Option<String>, FieldError> {
        let is_open = self.observe.is_some() || self.orient.is_some();
        if self.decide.is_none() && (!is_open || self.act.is_some() || self.decider.is_some()) {
            return Err(FieldError::Missing { kind: self.kind, field: "decide" });
        }
        Ok(self.decide.take())
    }

    /// The first field that no kind has taken: it does not belong.
    pub(super) fn left_over(&self) -> String {
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
