//! `inc postmortem show`

use anyhow::Result;
use serde_json::json;

use super::super::Done;
use super::{document, label, next, wanting};
use crate::clock::time::format_beside;
use crate::clock::{Clock, clocks};
use crate::context::Context;
use crate::error::plain;
use crate::model::entry::{Entry, Kind};
use crate::model::instant::{Instant, rfc3339};
use crate::model::{Incident, Status};
use crate::process::obligation::Gate;
use crate::process::{Event, Truth};
use crate::render;

/// Shows where the post-mortem stands.
pub(super) fn run(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let incident = context.load(&store, &folder)?;
    let found = store.processes.get(&incident.record.process)?;
    let process = &found.process;
    let worst = process.worst_standing(&incident);
    let required = incident.status != Status::Cancelled
        && process.postmortem.required.as_ref().is_some_and(|w| w.holds(&incident, worst) == Truth::Yes);
    let path = folder.path.join(document(process).file.unwrap_or_default());
    let is_written = store.root.join(&path).exists();
    let wanting = wanting::of(&incident, process);
    let mut clocks = clocks(&incident, process, context.now);
    clocks.retain(is_its_own);
    let state = incident.postmortem;
    let word = state.map(|s| label(process, s));
    let next = next(state).filter(|_| incident.status != Status::Cancelled && (required || state.is_some()));
    if context.globals.json {
        context.ui.out(&render::json::pretty(&json!({
            "schema_version": render::json::SCHEMA_VERSION,
            "incident": incident.id(),
            "required": required,
            "state": state,
            "label": word,
            "document": is_written.then(|| path.display().to_string()),
            "meeting": meeting(&incident).map(rfc3339),
            "approvals": approvals(&incident).map(|(by, office, at)| {
                json!({ "by": by, "as": office, "at": rfc3339(at) })
            }).collect::<Vec<_>>(),
            "missing": wanting.iter().map(|w| json!({ "field": w.field, "command": w.command })).collect::<Vec<_>>(),
            "clocks": clocks.iter().map(|c| render::json::clock(incident.id(), c)).collect::<Vec<_>>(),
            "next": next.map(|n| format!("inc postmortem {n}")),
        }))?);
        return Ok(Done::Clean);
    }
    let zone = process.timezone;
    let when = |at| format_beside(at, context.now, zone);
    let need = if required { "required" } else { "not required" };
    let mut text = format!("{} post-mortem: {} ({need})\n", incident.id(), word.unwrap_or("none yet"));
    if is_written {
        text.push_str(&format!("document  {}\n", path.display()));
    }
    if let Some(at) = meeting(&incident) {
        text.push_str(&format!("meeting   {}\n", when(at)));
    }
    for (by, office, at) in approvals(&incident) {
        let office = office.map(|o| format!(" as {}", process.label_of(o))).unwrap_or_default();
        text.push_str(&format!("approved  {}, by {}{office}\n", when(at), plain(by)));
    }
    if state.is_some() || required {
        text.push_str(wanting::list(&wanting).trim_end());
        text.push('\n');
    }
    let rows: Vec<Vec<String>> =
        clocks.iter().map(|c| render::clocks::verdict(c, process, context.now, zone)).collect();
    text.push_str(&render::columns::columns(&rows));
    context.ui.out(text.trim_end());
    if let Some(next) = next {
        context.ui.say(&format!("next: `inc postmortem {next}`"));
    }
    Ok(Done::Clean)
}

/// The time of the meeting, as it was last set.
fn meeting(incident: &Incident) -> Option<Instant> {
    let set = |e: &Entry| match e.kind {
        Kind::Postmortem { meeting, .. } => meeting,
        _ => None,
    };
    incident.entries().rev().find_map(set)
}

/// Who approved it, as what, when.
fn approvals(incident: &Incident) -> impl Iterator<Item = (&str, Option<&str>, Instant)> {
    incident.entries().filter_map(|e| match &e.kind {
        Kind::Approved { what, as_role } if what == super::super::approve::POSTMORTEM => {
            Some((e.by.as_str(), as_role.as_deref(), e.at))
        }
        _ => None,
    })
}

/// Whether a clock is about the post-mortem.
fn is_its_own(clock: &Clock) -> bool {
    let mut about = clock.blocks.iter().any(|g| matches!(g, Gate::Submit | Gate::Approve | Gate::Finalise));
    if let Some(until) = &clock.until {
        until.walk(&mut |event| {
            if let Event::Of(map) = event {
                about |= map.postmortem.is_some() || map.meeting.is_some();
            }
        });
    }
    about
}
