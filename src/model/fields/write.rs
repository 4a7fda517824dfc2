//! From an entry to its front matter.

use serde::Serialize;

use super::{Fields, KindName};
use crate::model::entry::{Entry, Kind};

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
            Kind::Update { state, audience, channels, next, reason, prepared_by } => Self {
                state: Some(state),
                audience,
                channels,
                next,
                reason,
                prepared_by,
                ..bare(KindName::Update)
            },
            Kind::Decision { observe, orient, decide, act, decider, of_type } => {
                Self { observe, orient, decide, act, decider, of_type, ..bare(KindName::Decision) }
            }
            Kind::Approved { what, as_role } => {
                Self { what: Some(what), as_role, ..bare(KindName::Approved) }
            }
            Kind::Done { item, note } => Self { item: Some(item), note, ..bare(KindName::Done) },
            Kind::Evidence { path, url, sha256, size, files, origin, of_type } => {
                Self { path, url, sha256, size, files, origin, of_type, ..bare(KindName::Evidence) }
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
