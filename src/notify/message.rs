//! One message, in the forms that channels take.

use serde_json::{Value, json};

use crate::error::plain;
use crate::model::Incident;
use crate::model::instant::{Instant, rfc3339};
use crate::process::{Process, Severity};
use crate::store::settings::Occasion;

/// What channels carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub occasion: Occasion,
    /// The incident's id.
    pub incident: String,
    /// Its title; nothing for a restricted one.
    pub title: Option<String>,
    /// Its severity.
    pub severity: Option<String>,
    /// Its status.
    pub status: &'static str,
    /// The level that owns it.
    pub level: Option<String>,
    /// Who is told, as people read it.
    pub notify: Vec<String>,
    /// What happened, in words.
    pub text: String,
    /// When.
    pub at: Instant,
}

impl Message {
    /// A message about an incident; of a restricted one no more than that there is something to look at.
    #[must_use]
    pub fn new(occasion: Occasion, incident: &Incident, process: &Process, text: &str, at: Instant) -> Self {
        let open = !incident.record.restricted;
        Self {
            occasion,
            incident: incident.id().to_owned(),
            title: open.then(|| incident.record.title.clone()),
            severity: incident.severity().map(str::to_owned),
            status: incident.status.name(),
            level: incident.level.clone(),
            notify: Vec::new(),
            text: if open || occasion == Occasion::Due { text.to_owned() } else { String::new() },
            at,
        }
        .labelled(process)
    }

    fn labelled(mut self, process: &Process) -> Self {
        self.severity = self.severity.map(|id| process.severity(&id).map(Severity::named).unwrap_or(id));
        self
    }

    /// `20251110-7f3k S1 Outage: checkout is down`, on one line.
    #[must_use]
    pub fn subject(&self) -> String {
        let severity = self.severity.as_ref().map(|s| format!(" {s}")).unwrap_or_default();
        let title = self.title.as_deref().unwrap_or("(restricted)");
        plain(&format!("{}{severity}: {title}", self.incident))
    }

    /// The subject, the words, and who is told.
    #[must_use]
    pub fn body(&self) -> String {
        let mut lines = vec![self.subject()];
        lines.extend(self.text.lines().map(plain));
        if !self.notify.is_empty() {
            lines.push(format!("→ {}", plain(&self.notify.join(", "))));
        }
        lines.join("\n")
    }

    /// The body for a webhook: `text`, which chats show and in which nothing calls everybody; and the fields.
    #[must_use]
    pub fn json(&self) -> Value {
        let text = self.body().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        json!({
            "text": text,
            "incident": {
                "schema_version": 1,
                "event": self.occasion.name(),
                "id": self.incident,
                "title": self.title,
                "severity": self.severity,
                "status": self.status,
                "level": self.level,
                "notify": self.notify,
                "text": self.text,
                "at": rfc3339(self.at),
            },
        })
    }
}
