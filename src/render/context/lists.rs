//! Checklists with what is done of them, and the war room with who belongs there.

use serde_json::{Map, Value, json};

use super::{Names, fields};
use crate::clock::{Moments, checklist};
use crate::model::Incident;
use crate::model::entry::{Entry, Kind};
use crate::model::instant::{Instant, rfc3339};
use crate::process::response::{Checklist, Group, Item};
use crate::process::{Process, Truth, warroom};

/// The process's checklists by id; each item says whether, when and by whom it was done.
pub(super) fn checklists(incident: &Incident, process: &Process, as_of: Instant, names: &Names<'_>) -> Value {
    let moments = Moments::new(incident, process, as_of);
    let worst = process.worst_standing(incident);
    let item = |item: &Item| {
        let entry = done(incident, &item.id);
        let otherwise = item.done_by.as_ref().and_then(|event| moments.all(event).into_iter().min());
        let note = entry.and_then(|e| match &e.kind {
            Kind::Done { note, .. } => note.as_deref(),
            _ => None,
        });
        let done = entry.is_some() || otherwise.is_some() || checklist::is_filled(incident, item);
        let applies = item.when.as_ref().is_none_or(|w| w.holds(incident, worst) != Truth::No);
        let item = fields([
            ("id", item.id.as_str().into()),
            ("text", item.text.as_str().into()),
            ("role", item.role.as_deref().map(|role| names.of(role)).into()),
            ("done", done.into()),
            ("note", note.into()),
            ("at", entry.map(|e| e.at).or(otherwise).map(rfc3339).into()),
            ("by", entry.map(|e| names.of(&e.by)).into()),
            ("applies", applies.into()),
        ]);
        Value::from(item)
    };
    let group = |group: &Group| {
        let items = group.items.iter().map(item).collect();
        Value::from(fields([("label", group.label.as_str().into()), ("items", items)]))
    };
    let list = |list: &Checklist| {
        let groups = list.groups.iter().map(group).collect();
        (list.id.clone(), fields([("label", list.label.as_str().into()), ("groups", groups)]).into())
    };
    process.checklists.iter().map(list).collect::<Map<_, _>>().into()
}

fn done<'a>(incident: &'a Incident, id: &str) -> Option<&'a Entry> {
    incident.entries().find(|e| matches!(&e.kind, Kind::Done { item, .. } if item == id))
}

/// The war room's channel and who must be in it; nothing when the process has none.
pub(super) fn room(incident: &Incident, process: &Process, names: &Names<'_>) -> Value {
    let Some(room) = &process.warroom else { return Value::Null };
    let standing = process.standing(incident);
    let needed = room.participants.iter().filter(|p| p.when.holds(incident, standing) != Truth::No);
    let participants = needed.map(|p| {
        let holder = incident.holder(&p.who).map(|person| names.of(person));
        let filled = names.filled(&p.who);
        json!({ "label": process.label_of(&p.who), "note": p.note, "person": holder.or(filled) })
    });
    json!({
        "channel": warroom::channel(room, process, incident),
        "participants": participants.collect::<Vec<_>>(),
    })
}
