//! What templates see of an incident: plain values by name, every field always there, people and posts under
//! the names that readers know.

mod happenings;
mod lists;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::documents::People;
use super::forms::Forms;
use super::shape::whole;
use crate::clock::metrics::metrics;
use crate::clock::{Clock, clocks};
use crate::error::invalid;
use crate::model::entry::{Kind, KindName, PostmortemState, RULES};
use crate::model::instant::{Instant, rfc3339};
use crate::model::{Incident, Milestone};
use crate::process::Process;
use crate::process::obligation::Within;

/// Names as readers know them: a person's by the handle, a post's or role's label, with who fills the post where that
/// is known; else the word as it was written.
pub(super) struct Names<'a> {
    process: &'a Process,
    people: &'a People,
}

impl Names<'_> {
    fn of(&self, who: &str) -> String {
        if let Some(name) = self.people.names.get(who) {
            return name.clone();
        }
        let label = self.process.label_of(who);
        self.filled(who).map_or_else(|| label.to_owned(), |people| format!("{label} ({people})"))
    }

    /// Who fills a post, where that is known.
    fn filled(&self, post: &str) -> Option<String> {
        let people = self.people.posts.get(&self.process.post(post)?.id)?;
        let names: Vec<String> =
            people.iter().map(|p| self.people.names.get(p).unwrap_or(p).clone()).collect();
        Some(names.join(", ")).filter(|names| !names.is_empty())
    }

    /// Puts names in place of handles in a value or a list of them.
    fn put(&self, value: &mut Value) {
        match value {
            Value::String(who) => *who = self.of(who),
            Value::Array(all) => all.iter_mut().for_each(|who| self.put(who)),
            _ => {}
        }
    }
}

/// Tera's form of the values.
pub(super) fn tera(values: &Map<String, Value>) -> Result<tera::Context> {
    tera::Context::from_serialize(values).map_err(|e| invalid(format!("a value has no form: {e}")).into())
}

/// The values, as of the last thing recorded.
pub(super) fn values(
    incident: &Incident,
    process: &Process,
    forms: &Forms,
    people: &People,
) -> Map<String, Value> {
    let names = Names { process, people };
    let as_of = incident.last_recorded().unwrap_or_default();
    let mut values = record(incident, process, &names);
    values.extend(fields([
        (
            "process",
            json!({
                "name": process.name, "version": process.version, "title": process.title, "owner": process.owner,
            }),
        ),
        ("as_of", rfc3339(as_of).into()),
        ("status", incident.status.name().into()),
        ("severity", severity(process, incident.severity())),
        ("severity_highest", severity(process, highest(incident, process))),
        ("level", level(incident, process)),
        ("milestones", milestones(incident)),
        ("began", incident.began().map(rfc3339).into()),
        ("reopened", incident.reopened.iter().map(|at| rfc3339(*at)).collect()),
        ("roles", roles(incident, process, &names)),
        ("holders", holders(incident, process, &names)),
        ("participants", participants(incident, &names)),
        ("metrics", json!(metrics(incident, as_of))),
        ("figures", figures(incident, as_of)),
        ("clocks", limits(incident, process, as_of, &names)),
        ("checklists", lists::checklists(incident, process, as_of, &names)),
        ("room", lists::room(incident, process, &names)),
        ("postmortem", postmortem(incident, process)),
        (
            "cancelled",
            json!(incident.cancelled.as_ref().map(|c| json!({
                "at": rfc3339(c.at), "reason": c.reason, "of": c.of,
            }))),
        ),
    ]));
    values.extend(happenings::values(incident, process, forms, &names));
    values
}

/// Fields of values that are made already: `json!` would copy each with all that is in it.
fn fields<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The record's fields, at the top as they are in the file.
fn record(incident: &Incident, process: &Process, names: &Names<'_>) -> Map<String, Value> {
    let mut record = whole(&incident.record);
    for path in ["/review/author", "/review/facilitator", "/review/participants"] {
        record.pointer_mut(path).into_iter().for_each(|who| names.put(who));
    }
    for action in record["actions"].as_array_mut().into_iter().flatten() {
        for field in ["owner", "follow_up"] {
            names.put(&mut action[field]);
        }
    }
    record["process_pin"] = record["process"].take();
    record["type"] = kind(incident, process);
    record["impact"]["users"]["share"] = json!(incident.record.impact.users.share());
    match record {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The type with the label of its runbook.
fn kind(incident: &Incident, process: &Process) -> Value {
    let Some(id) = &incident.record.kind else { return Value::Null };
    let runbook = process.runbook(id);
    json!({
        "id": id,
        "label": runbook.map_or(id, |r| &r.label),
        "emoji": runbook.and_then(|r| r.emoji.as_ref()),
    })
}

/// A severity as templates see it; nothing for none, the word as written for one that the process has not.
pub(super) fn severity(process: &Process, id: Option<&str>) -> Value {
    let Some(id) = id else { return Value::Null };
    let found = process.severity(id);
    json!({
        "id": id,
        "label": found.map_or(id, |s| &s.label),
        "emoji": found.and_then(|s| s.emoji.as_ref()),
        "impact_label": found.map(|s| s.impact_label.as_ref().unwrap_or(&s.label)),
        "scope": found.and_then(|s| s.scope.as_ref()),
        "rank": process.rank(id),
    })
}

fn highest<'a>(incident: &'a Incident, process: &Process) -> Option<&'a str> {
    let known = incident.severities.iter().filter(|s| process.rank(&s.to).is_some());
    let worst = known.min_by_key(|s| process.rank(&s.to)).or(incident.severities.last());
    worst.map(|s| s.to.as_str())
}

fn level(incident: &Incident, process: &Process) -> Value {
    let Some(id) = &incident.level else { return Value::Null };
    json!({ "id": id, "label": process.level(id).map_or(id, |l| &l.label) })
}

fn milestones(incident: &Incident) -> Value {
    let all = Milestone::ALL.into_iter();
    all.map(|m| (m.name().to_owned(), incident.reached(m).map(rfc3339).into())).collect::<Map<_, _>>().into()
}

/// The roles that somebody holds, in the order of the process; those that it has not last.
fn roles(incident: &Incident, process: &Process, names: &Names<'_>) -> Value {
    let known = process.roles.iter().map(|r| (r.id.as_str(), r.label.as_str()));
    let others =
        incident.roles.keys().map(String::as_str).filter(|id| process.roles.iter().all(|r| r.id != *id));
    let all = known.chain(others.map(|id| (id, id)));
    let held = all.filter_map(|(id, label)| {
        let assignments = incident.roles.get(id)?;
        let last = assignments.last()?;
        let before: Vec<String> =
            assignments[..assignments.len() - 1].iter().map(|a| names.of(&a.person)).collect();
        Some(json!({
            "id": id, "label": label, "person": names.of(&last.person), "since": rfc3339(last.at), "before": before,
        }))
    });
    held.collect()
}

/// Who holds each role of the process, by its id; nothing for one that nobody holds.
fn holders(incident: &Incident, process: &Process, names: &Names<'_>) -> Value {
    let by_role = process
        .roles
        .iter()
        .map(|role| (role.id.clone(), json!(incident.holder(&role.id).map(|person| names.of(person)))));
    let mut holders: Map<String, Value> = by_role.collect();
    let leads = process.roles.iter().filter(|r| r.leads);
    let leader = leads.filter_map(|r| incident.holder(&r.id)).map(|person| names.of(person)).next();
    holders.insert("leader".to_owned(), json!(leader));
    holders.into()
}

/// The figures that are known, each with its name.
fn figures(incident: &Incident, as_of: Instant) -> Value {
    let all = metrics(incident, as_of);
    let known = all.figures().filter_map(|(formula, figure)| {
        let seconds = (*figure).ok().flatten()?;
        Some(json!({ "name": formula.name, "seconds": seconds }))
    });
    known.collect()
}

fn limits(incident: &Incident, process: &Process, as_of: Instant, names: &Names<'_>) -> Value {
    clocks(incident, process, as_of).iter().map(|clock| limit(clock, process, names)).collect()
}

fn limit(clock: &Clock, process: &Process, names: &Names<'_>) -> Value {
    let obligation = process.obligations.iter().find(|o| o.id == clock.obligation);
    let service_level =
        obligation.is_some_and(|o| matches!(o.within, Some(Within::Respond | Within::Resolve)));
    let taken = clock.from.zip(clock.ended_at).map(|(from, end)| (end - from).num_seconds());
    let limit = fields([
        ("id", clock.obligation.as_str().into()),
        ("label", clock.label.as_str().into()),
        ("state", clock.state.name().into()),
        ("from", clock.from.map(rfc3339).into()),
        ("due", clock.due.map(rfc3339).into()),
        ("ended_at", clock.ended_at.map(rfc3339).into()),
        ("margin_seconds", clock.margin_seconds.into()),
        ("late_seconds", clock.margin_seconds.filter(|m| *m < 0).map(|m| -m).into()),
        ("taken_seconds", taken.into()),
        ("notify", clock.notify.iter().map(|who| names.of(who)).collect()),
        ("level", clock.level.as_deref().into()),
        ("service_level", service_level.into()),
    ]);
    limit.into()
}

/// Who took part: those who held a role or wrote an entry, in the order of the timeline, each once.
fn participants(incident: &Incident, names: &Names<'_>) -> Value {
    let mut handles: Vec<&str> = Vec::new();
    for entry in incident.entries() {
        let held = match &entry.kind {
            Kind::Role { person, .. } => Some(person.as_str()),
            _ => None,
        };
        for who in held.into_iter().chain([entry.by.as_str()]) {
            if who != RULES && !handles.contains(&who) {
                handles.push(who);
            }
        }
    }
    handles.into_iter().map(|who| names.of(who)).collect()
}

/// The post-mortem's state, in the process's own word for it where it has one.
fn postmortem(incident: &Incident, process: &Process) -> Value {
    let state = incident.postmortem;
    let place = state.map(|s| s as usize);
    let begun = incident.entries().find(|e| e.kind.name() == KindName::Postmortem);
    let required = process.postmortem.required.as_ref();
    json!({
        "state": state.map(PostmortemState::name),
        "label": place.and_then(|at| process.postmortem.states.get(at)),
        "required": required.map(|when| {
            when.holds(incident, process.worst_standing(incident)) != crate::process::Truth::No
        }),
        "whys": process.postmortem.whys,
        "begun": begun.map(|e| rfc3339(e.at)),
    })
}
