//! `inc comms list`

use anyhow::Result;
use serde_json::{Value, json};

use crate::clock::time::format_beside;
use crate::clock::{Clock, clocks};
use crate::commands::Done;
use crate::context::{Context, Opened};
use crate::error::plain;
use crate::model::entry::Kind;
use crate::model::instant::rfc3339;
use crate::model::{Entry, Incident};
use crate::process::{Event, Process};
use crate::render;
use crate::render::columns::columns;
use crate::ui::{Tone, paint};

/// Show what was posted, to whom and when, and what is due next
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only what went to this audience
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
}

/// Lists the messages of an incident.
///
/// # Errors
/// There is no such incident, or a file is wrong.
pub(super) fn run(context: &Context, args: &Args) -> Result<Done> {
    let Opened { incident, found, .. } = context.open(None)?;
    let process = &found.process;
    let posted: Vec<&Entry> = incident.entries().filter(|e| wanted(e, args.audience.as_deref())).collect();
    let clocks = clocks(&incident, process, context.now);
    let due: Vec<&Clock> = clocks.iter().filter(|c| is_message(c)).collect();
    if context.globals.json {
        context.ui.out(&json_list(&posted, &due, &incident)?);
        return Ok(Done::Clean);
    }
    if posted.is_empty() {
        context.ui.say("nothing was posted yet");
    }
    let rows: Vec<Vec<String>> = posted.iter().map(|e| row(e, process, context)).collect();
    let mut text = columns(&rows);
    if !due.is_empty() {
        text.push_str(&format!("{}\n", paint(Tone::Strong, "next due")));
        text.push_str(&render::clocks::lines(&due, process, context.now));
    }
    if !text.is_empty() {
        context.ui.out(&text);
    }
    Ok(Done::Clean)
}

fn wanted(entry: &Entry, audience: Option<&str>) -> bool {
    match &entry.kind {
        Kind::Update { audience: to, .. } => audience.is_none_or(|a| to.as_deref() == Some(a)),
        _ => false,
    }
}

/// Whether a clock waits for a message.
fn is_message(clock: &Clock) -> bool {
    let mut message = false;
    if let Some(until) = &clock.until {
        until.walk(&mut |e| message |= matches!(e, Event::Of(map) if map.update.is_some()));
    }
    message && clock.is_open() && clock.due.is_some()
}

fn row(entry: &Entry, process: &Process, context: &Context) -> Vec<String> {
    let Kind::Update { state, audience, channels, .. } = &entry.kind else { return Vec::new() };
    let label = process.communication.states.iter().find(|s| s.id == *state);
    let state = label.map_or_else(|| state.name().to_owned(), |l| format!("{} {}", l.emoji, l.label));
    let first = entry.text.lines().next().unwrap_or_default();
    vec![
        format_beside(entry.at, context.now, process.timezone),
        plain(&state),
        audience.as_deref().map(|a| plain(process.label_of(a))).unwrap_or_default(),
        plain(&channels.join(", ")),
        plain(&crate::commands::timeline::shorten(first)),
    ]
}

fn json_list(posted: &[&Entry], due: &[&Clock], incident: &Incident) -> Result<String> {
    let posted = posted.iter().filter_map(|e| match &e.kind {
        Kind::Update { state, audience, channels, next, reason, prepared_by } => Some(json!({
            "name": e.name,
            "at": rfc3339(e.at),
            "by": e.by,
            "state": state.name(),
            "audience": audience,
            "channels": channels,
            "next": next.map(rfc3339),
            "reason": reason,
            "prepared_by": prepared_by,
            "text": e.text,
        })),
        _ => None,
    });
    let due: Vec<Value> = due.iter().map(|c| render::json::clock(incident.id(), c)).collect();
    render::json::pretty(&json!({
        "schema_version": render::json::SCHEMA_VERSION,
        "incident": incident.id(),
        "updates": posted.collect::<Vec<_>>(),
        "due": due,
    }))
}
