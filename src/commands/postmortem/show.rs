//! `inc postmortem show`

use anyhow::Result;
use serde_json::json;

use super::super::Done;
use super::{document, label, meeting, next, wanting};
use crate::clock::time::format_beside;
use crate::clock::{Clock, clocks};
use crate::context::{Context, Opened};
use crate::error::plain;
use crate::model::entry::Kind;
use crate::model::instant::{Instant, rfc3339};
use crate::model::{Incident, Status};
use crate::process::obligation::Gate;
use crate::process::offices::Offices;
use crate::process::{Event, Truth};
use crate::render;

/// Shows where the post-mortem stands.
pub(super) fn run(context: &Context) -> Result<Done> {
    let Opened { store, folder, incident, found } = context.open(None)?;
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
    let posted = store.settings.fillings(context.now.with_timezone(&process.timezone).date_naive());
    let offices = Offices { process, incident: &incident, at: context.now, posted: &posted };
    let missing = state.map(|_| meeting::missing(offices, context.now)).unwrap_or_default();
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
            "meeting": incident.meeting().map(rfc3339),
            "review": {
                "minutes": incident.record.review.minutes,
                "participants": incident.record.review.participants,
                "missing": missing.iter().map(|l| json!({
                    "field": l.field, "message": l.message, "command": l.command
                })).collect::<Vec<_>>(),
            },
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
    let told = meeting::told(&incident, process, context.now);
    if !told.is_empty() {
        text.push_str(&format!("meeting   {told}\n"));
    }
    for (by, office, at) in approvals(&incident) {
        let office = office.map(|o| format!(" as {}", process.label_of(o))).unwrap_or_default();
        text.push_str(&format!("approved  {}, by {}{office}\n", when(at), plain(by)));
    }
    if state.is_some() || required {
        text.push_str(wanting::list(&wanting).trim_end());
        text.push('\n');
        if !missing.is_empty() {
            text.push_str(&format!("{}\n", meeting::list(&missing).trim_end()));
        }
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
