//! JSON as a contract: `snake_case` keys, RFC 3339 in UTC, durations in whole seconds.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::metrics::metrics;
use crate::clock::{Clock, clocks};
use crate::error::is_control;
use crate::model::Incident;
use crate::model::entry::Fields;
use crate::model::incident::TimelineEntry;
use crate::model::instant::{Instant, rfc3339};
use crate::process::Truth;
use crate::store::processes::Found;

/// The version of the contract: a change that could break a reader raises it.
pub const SCHEMA_VERSION: u32 = 1;

/// JSON for people and programs: indented, and safe to show on a terminal.
///
/// # Errors
/// A value cannot be written as JSON.
pub fn pretty<T: Serialize>(value: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    let harmless = |c: char| c == '\n' || !is_control(c);
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) || text.chars().all(harmless) {
        return Ok(text);
    }
    // What is left unescaped can only stand in a string, where an escape means the same.
    let shown = |c: char| if harmless(c) { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    Ok(text.chars().map(shown).collect())
}

/// A value as it stands in an [`Array`].
///
/// # Errors
/// As [`pretty`].
pub fn item<T: Serialize>(value: &T) -> Result<String> {
    Ok(format!("  {}", pretty(value)?.replace('\n', "\n  ")))
}

/// An array that is printed some items at a time.
#[derive(Debug, Default)]
pub struct Array {
    text: String,
    begun: bool,
}

impl Array {
    /// How much is printed at once, in bytes.
    const PART: usize = 256 * 1024;

    /// Adds what [`item`] has made.
    pub fn push(&mut self, item: &str, print: &dyn Fn(&str)) {
        self.text.push_str(if self.begun { ",\n" } else { "[\n" });
        self.text.push_str(item);
        self.begun = true;
        if self.text.len() >= Self::PART {
            print(&self.text);
            self.text.clear();
        }
    }

    /// Prints the rest.
    pub fn end(mut self, print: &dyn Fn(&str)) {
        self.text.push_str(if self.begun { "\n]\n" } else { "[]\n" });
        print(&self.text);
    }
}

/// An incident as `show --json` prints it.
#[must_use]
pub fn incident(incident: &Incident, found: &Found, now: Instant) -> Value {
    let process = &found.process;
    let record = &incident.record;
    let severity = |id: &str| {
        let known = process.severity(id);
        json!({ "id": id, "rank": process.rank(id), "label": known.map(|s| &s.label) })
    };
    let milestones: BTreeMap<&str, String> =
        incident.milestones.iter().map(|(m, at)| (m.name(), rfc3339(*at))).collect();
    let roles: BTreeMap<&str, &str> =
        incident.roles.keys().filter_map(|r| Some((r.as_str(), incident.holder(r)?))).collect();
    let worst = process.worst_standing(incident);
    let required = process.postmortem.required.as_ref().map(|w| w.holds(incident, worst) == Truth::Yes);
    json!({
        "schema_version": SCHEMA_VERSION,
        "id": incident.id(),
        "title": record.title,
        "process": record.process,
        "type": record.kind,
        "status": incident.status.name(),
        "severity": incident.severity().map(severity),
        "severity_highest": (!worst.severity.is_empty()).then(|| severity(worst.severity)),
        "services": record.services,
        "labels": record.labels,
        "restricted": record.restricted,
        "milestones": milestones,
        "roles": roles,
        "level": incident.level,
        "impact": record.impact,
        "analysis": record.analysis,
        "actions": record.actions,
        "related": record.related,
        "cancelled": incident.cancelled.as_ref().map(|c| json!({ "at": rfc3339(c.at), "reason": c.reason, "of": c.of })),
        "metrics": metrics(incident, now),
        "clocks": clocks(incident, process, now).iter().map(|c| clock(incident.id(), c)).collect::<Vec<_>>(),
        "timeline": incident.timeline.iter().map(timeline_entry).collect::<Vec<_>>(),
        "postmortem": { "required": required.unwrap_or(false), "state": incident.postmortem },
    })
}

/// An incident among others, as `list --json` prints it: of a restricted one, the id, severity and status alone.
#[must_use]
pub fn listed(one: &Incident, found: &Found, now: Instant) -> Value {
    let whole = incident(one, found, now);
    if !one.record.restricted {
        return whole;
    }
    let shown = ["schema_version", "id", "status", "severity", "restricted"];
    let fields = shown.iter().map(|field| ((*field).to_owned(), whole[field].clone()));
    Value::Object(fields.collect())
}

/// A clock as `due --json` prints it.
#[must_use]
pub fn clock(incident: &str, clock: &Clock) -> Value {
    let at = |at: Option<Instant>| at.map(rfc3339);
    let blocks: Vec<&str> = clock.blocks.iter().map(|b| b.name()).collect();
    json!({
        "incident": incident,
        "obligation": clock.obligation,
        "label": clock.label,
        "state": clock.state,
        "from": at(clock.from),
        "opens": at(clock.opens),
        "due": at(clock.due),
        "ended_at": at(clock.ended_at),
        "margin_seconds": clock.margin_seconds,
        "missed_count": clock.missed_count,
        "notify": clock.notify,
        "channels": clock.channels,
        "level": clock.level,
        "blocks": blocks,
        "needs": clock.needs,
        "source": clock.source,
        "command": super::clocks::command(clock),
    })
}

/// An entry as `timeline list --json` prints it: its front matter, its name and text, and what it said at first.
#[must_use]
pub fn timeline_entry(item: &TimelineEntry) -> Value {
    let mut value = entry(&item.entry);
    if let (Some(original), Value::Object(fields)) = (&item.original, &mut value) {
        fields.insert("original".into(), entry(original));
    }
    value
}

fn entry(entry: &crate::model::Entry) -> Value {
    let mut value = serde_json::to_value(Fields::from(entry)).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.insert("name".into(), json!(entry.name));
        fields.insert("text".into(), json!(entry.text));
    }
    value
}
