//! The timeline for templates, as a whole and by what its entries are about.

use serde_json::{Map, Value, json};

use super::{Names, severity};
use crate::model::decision::{self, Decision};
use crate::model::entry::{Entry, Fields, Kind, KindName, UpdateState};
use crate::model::incident::TimelineEntry;
use crate::model::instant::rfc3339;
use crate::model::{Incident, Milestone};
use crate::process::Process;
use crate::render::escape::plain;
use crate::render::forms::Forms;
use crate::render::shape::whole;

/// The lists by name: `timeline` whole, the others by kind.
pub(super) fn values(
    incident: &Incident,
    process: &Process,
    forms: &Forms,
    names: &Names<'_>,
) -> Map<String, Value> {
    let several = several_days(incident, forms);
    let timeline: Vec<Value> =
        incident.timeline.iter().map(|item| entry(incident, item, process, forms, names, several)).collect();
    let of = |kind: &str| -> Value { timeline.iter().filter(|e| e["kind"] == kind).cloned().collect() };
    let mut values = Map::new();
    for (name, kind) in [
        ("updates", "update"),
        ("evidence", "evidence"),
        ("approvals", "approved"),
        ("waivers", "waived"),
        ("notifications", "notified"),
        ("escalations", "escalated"),
        ("done", "done"),
        ("rollbacks", "rollback"),
        ("warroom", "warroom"),
        ("severity_changes", "severity"),
    ] {
        values.insert(name.to_owned(), of(kind));
    }
    values.insert("decisions".to_owned(), decisions(incident, process, &timeline));
    values.insert("downtimes".to_owned(), downtimes(incident));
    values.insert("messages".to_owned(), messages(process));
    values.insert("meeting".to_owned(), json!(incident.meeting().map(rfc3339)));
    values.insert("several_days".to_owned(), several.into());
    values.insert("timeline".to_owned(), timeline.into());
    values
}

/// The decisions: each the entry that took it, with what those that opened it said; or, while it is open, the last of
/// these.
fn decisions(incident: &Incident, process: &Process, timeline: &[Value]) -> Value {
    let one = |decision: Decision<'_>| {
        let entry = decision.decided.or(decision.opened.last().copied())?;
        let mut value = timeline.iter().find(|e| e["name"] == entry.name.as_str())?.clone();
        value["observe"] = json!(decision.observe());
        value["orient"] = json!(decision.orient());
        let of_type = decision.of_type();
        let known = process.decision_types.iter().find(|d| Some(d.id.as_str()) == of_type);
        value["type_label"] = json!(known.map(|d| d.label.as_str()).or(of_type));
        value["opened"] = json!(decision.opened.first().map(|e| rfc3339(e.at)));
        Some(value)
    };
    decision::decisions(incident).into_iter().filter_map(one).collect()
}

/// Whether the course of the incident crosses midnight in the process's zone; what is only administered, such
/// as a post-mortem or its closing days later, does not count.
fn several_days(incident: &Incident, forms: &Forms) -> bool {
    let course = |kind: KindName| {
        use KindName::{Approved, Closed, Done, Evidence, Notified, Postmortem, Waived};
        !matches!(kind, Approved | Closed | Done | Evidence | Notified | Postmortem | Waived)
    };
    let mut times = incident.entries().filter(|e| course(e.kind.name())).map(|e| e.at);
    times.next().is_some_and(|first| times.any(|at| !forms.same_day(first, at)))
}

fn entry(
    incident: &Incident,
    item: &TimelineEntry,
    process: &Process,
    forms: &Forms,
    names: &Names<'_>,
    several: bool,
) -> Value {
    let entry = &item.entry;
    let mut value = whole(&Fields::from(entry));
    value["who_id"] = value["who"].clone();
    for field in ["by", "person", "who", "decider", "prepared_by", "participants", "requested_by", "notify"] {
        names.put(&mut value[field]);
    }
    let first = incident.entries().next().map_or(entry.at, |e| e.at);
    let when = if several { forms.datetime(entry.at) } else { forms.beside(entry.at, first) };
    value["name"] = json!(entry.name);
    value["when"] = json!(when.ok());
    value["text"] = json!(Some(entry.text.trim()).filter(|text| !text.is_empty()));
    value["detail"] = json!(detail(entry, process));
    value["open"] = json!(matches!(entry.kind, Kind::Decision { decide: None, .. }));
    value["public"] = match &entry.kind {
        Kind::Update { audience, .. } => json!(audience.as_deref().is_none_or(|a| is_public(process, a))),
        _ => Value::Null,
    };
    value["amended"] = item
        .original
        .as_deref()
        .map_or(Value::Null, |original| json!({ "at": rfc3339(original.at), "text": original.text.trim() }));
    let declared = incident.reached(Milestone::Declared);
    value["since_declared_seconds"] = json!(declared.map(|from| (entry.at - from).num_seconds()));
    let about = about(&value, entry, process, names);
    value["label"] = json!(label(entry, forms, &about));
    if let Kind::Update { state, .. } = &entry.kind {
        value["state_label"] = json!(state_of(process, *state).map(|s| &s.label));
        value["emoji"] = json!(state_of(process, *state).map(|s| &s.emoji));
    }
    value["severity_to"] = match &entry.kind {
        Kind::Declared { severity: id, .. } | Kind::Severity { to: id, .. } => severity(process, Some(id)),
        _ => Value::Null,
    };
    value
}

/// What there is to say beside the kind: the text, else what the kind's own fields say.
fn detail<'a>(entry: &'a Entry, process: &'a Process) -> Option<&'a str> {
    let text = Some(entry.text.trim());
    let field = match &entry.kind {
        Kind::Severity { reason, .. } | Kind::Update { reason, .. } => reason.as_deref(),
        Kind::Reopened { reason } | Kind::Waived { reason, .. } => Some(reason.as_str()),
        Kind::Decision { decide, observe, orient, .. } => {
            decide.as_deref().or(observe.as_deref()).or(orient.as_deref())
        }
        Kind::Done { note, .. } => note.as_deref(),
        Kind::Detected { source } => source.as_deref().map(|s| process.source_label(s)),
        Kind::Rollback { result, .. } => result.as_deref(),
        Kind::Evidence { path, url, .. } => path.as_deref().or(url.as_deref()),
        _ => None,
    };
    text.filter(|t| !t.is_empty()).or(field)
}

/// Whether an audience is the public that reads the status page: the first that anybody may listen to.
fn is_public(process: &Process, audience: &str) -> bool {
    process.communication.audiences.iter().find(|a| a.public).is_some_and(|a| a.id == audience)
}

/// What may stand in the words for a kind: `{role}`, `{person}`, ….
fn about(value: &Value, entry: &Entry, process: &Process, names: &Names<'_>) -> Vec<(&'static str, String)> {
    let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let shown = |id: &str| process.severity(id).map_or_else(|| id.to_owned(), |s| named(&s.id, &s.label));
    let mut about = vec![
        ("by", field("by")),
        ("person", field("person")),
        ("who", field("who")),
        ("channel", field("channel")),
        ("service", field("service")),
        ("target", field("target")),
    ];
    match &entry.kind {
        Kind::Declared { severity, .. } => about.push(("severity", shown(severity))),
        Kind::Severity { to, .. } => about.push(("severity", shown(to))),
        Kind::Role { role, .. } => about.push(("role", names.of(role))),
        Kind::Escalated { level, .. } => {
            about.push((
                "level",
                process.level(level).map_or_else(|| level.clone(), |l| named(&l.id, &l.label)),
            ));
        }
        Kind::Update { state, audience, .. } => {
            let label = state_of(process, *state).map_or(state.name(), |s| &s.label);
            about.push(("state", label.to_owned()));
            let audiences = &process.communication.audiences;
            let meant = audiences.iter().find(|a| audience.as_ref().is_none_or(|id| a.id == *id));
            // An audience that the process does not have is not repeated: anybody may have written it.
            about.push(("audience", meant.map_or_else(|| "?".to_owned(), |a| a.label.clone())));
        }
        Kind::Done { item, .. } => about.push(("item", item_text(process, item).to_owned())),
        Kind::Approved { what, as_role } => {
            about.push(("what", approved_label(process, what).to_owned()));
            about.push(("role", as_role.as_deref().map(|r| names.of(r)).unwrap_or_default()));
        }
        Kind::Waived { rule, obligation, .. } => {
            about.push(("what", rule.clone().or_else(|| obligation.clone()).unwrap_or_default()));
        }
        _ => {}
    }
    about
}

/// `S1 (Outage)`, or the label alone where it begins with the id.
fn named(id: &str, label: &str) -> String {
    let same = label.to_lowercase().starts_with(&id.to_lowercase());
    if same { label.to_owned() } else { format!("{id} ({label})") }
}

/// The words for what happened, those of the step or state first: `kind_rollback_executed`, `kind_rollback`.
fn label(entry: &Entry, forms: &Forms, about: &[(&'static str, String)]) -> Option<String> {
    if matches!(entry.kind, Kind::Note { .. }) {
        return Some(String::new());
    }
    let about: Vec<(&str, String)> = about.iter().map(|(name, value)| (*name, plain(value))).collect();
    let values: Vec<(&str, &str)> = about.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fields = serde_json::to_value(Fields::from(entry)).unwrap_or_default();
    let part = ["step", "outcome", "reason", "to"].iter().find_map(|f| fields[*f].as_str());
    let part = part.or(matches!(entry.kind, Kind::Decision { decide: None, .. }).then_some("open"));
    let kind = entry.kind.name();
    let special = part.and_then(|part| forms.filled(&format!("kind_{kind}_{part}"), &values).ok());
    special.or_else(|| forms.filled(&format!("kind_{kind}"), &values).ok())
}

fn state_of(process: &Process, state: UpdateState) -> Option<&crate::process::communication::MessageState> {
    process.communication.states.iter().find(|s| s.id == state)
}

/// What a step of a checklist or runbook says, by its id.
fn item_text<'a>(process: &'a Process, id: &'a str) -> &'a str {
    let found = process.items().find(|item| item.id == id);
    found.map_or(id, |item| &item.text)
}

/// What a reader calls something that was approved: an audience's label, a step's text, or the obligation's that asks
/// for it; the name itself otherwise.
fn approved_label<'a>(process: &'a Process, what: &'a str) -> &'a str {
    let audience = process.communication.audiences.iter().find(|a| a.id == what).map(|a| a.label.as_str());
    let item = process.items().find(|i| i.done_by.as_ref().is_some_and(|e| e.approves(what)));
    let obligation = process.obligations.iter().find(|o| o.until.as_ref().is_some_and(|e| e.approves(what)));
    let asked = item.map(|i| i.text.as_str()).or(obligation.map(|o| o.label.as_str()));
    audience.or(asked).unwrap_or(what)
}

fn downtimes(incident: &Incident) -> Value {
    let all = incident.downtimes.iter().map(|d| {
        json!({
            "service": d.service,
            "from": rfc3339(d.from),
            "until": d.until.map(rfc3339),
            "seconds": d.until.map(|until| (until - d.from).num_seconds()),
        })
    });
    all.collect()
}

/// The states of public messages that the process has, in order.
fn messages(process: &Process) -> Value {
    let states = process.communication.states.iter();
    states.map(|s| json!({ "state": s.id, "label": s.label, "emoji": s.emoji })).collect()
}
