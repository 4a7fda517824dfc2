//! The war room on a screen: since when it is open, who is there, who is missing.

use anyhow::Result;
use serde_json::json;

use super::needed;
use crate::clock::time::format_beside;
use crate::commands::Done;
use crate::context::{Context, Opened};
use crate::error::plain;
use crate::model::Incident;
use crate::model::duration::format_duration;
use crate::model::instant::{Instant, rfc3339};
use crate::process::warroom::{Room, Seat, room, seats};
use crate::process::{Process, Truth};
use crate::render;
use crate::store::Settings;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// Shows the war room.
///
/// # Errors
/// The process has none, or the incident cannot be read.
pub(super) fn run(context: &Context) -> Result<Done> {
    let Opened { store, incident, found, .. } = context.open(None)?;
    let wanted = needed(&found.process)?;
    let current = room(&incident);
    let all = seats(&found.process, &incident, &holders(&store.settings, &found.process, context.now));
    if context.globals.json {
        let seats: Vec<_> = all
            .iter()
            .map(|s| json!({ "who": s.who, "there": s.there, "call": s.call, "needs": s.needs, "note": s.note }))
            .collect();
        let json = json!({
            "incident": incident.id(),
            "open": current.as_ref().is_some_and(|r| r.closed.is_none()),
            "channel": current.as_ref().and_then(|r| r.channel.clone()),
            "opened_at": current.as_ref().map(|r| rfc3339(r.since)),
            "closed_at": current.as_ref().and_then(|r| r.closed).map(rfc3339),
            "last_check_in": current.as_ref().map(|r| rfc3339(r.last)),
            "participants": seats,
        });
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let at = |at: Instant| format_beside(at, context.now, found.process.timezone);
    let line = match &current {
        None => match wanted.when.holds(&incident, found.process.standing(&incident)) {
            Truth::Yes => format!("{} has no war room, and should: `inc warroom open`", incident.id()),
            _ => format!("{} has no war room, and needs none at this severity", incident.id()),
        },
        Some(Room { closed: Some(closed), since, .. }) => {
            format!("{} war room closed at {}, opened at {}", incident.id(), at(*closed), at(*since))
        }
        Some(Room { channel, since, last, .. }) => {
            let channel = channel.as_deref().map(|c| format!(" in {}", plain(c))).unwrap_or_default();
            let ago = format_duration(context.now - *last);
            format!("{} war room open since {}{channel}, last check-in {ago} ago", incident.id(), at(*since))
        }
    };
    context.ui.out(&line);
    let open = current.is_none_or(|r| r.closed.is_none());
    if open {
        context.ui.out(&seating(&incident, &found, &store.settings, context.now));
    }
    Ok(Done::Clean)
}

/// Who is there, who is missing and how to reach them.
pub(super) fn seating(incident: &Incident, found: &Found, settings: &Settings, now: Instant) -> String {
    let process = &found.process;
    let all = seats(process, incident, &holders(settings, process, now));
    let rows: Vec<Vec<String>> = all.iter().map(|s| seat(s, process)).collect();
    render::columns::columns(&rows)
}

fn seat(seat: &Seat<'_>, process: &Process) -> Vec<String> {
    let label = plain(process.label_of(seat.who));
    let note = seat.note.map(|n| paint(Tone::Dim, &format!("({})", plain(n)))).unwrap_or_default();
    let (mark, who) = match (&seat.there, seat.needs) {
        (Some(person), _) if process.label_of(seat.who) == person || seat.who == person => {
            (paint(Tone::Good, "there"), String::new())
        }
        (Some(person), _) => (paint(Tone::Good, "there"), paint(Tone::Strong, &plain(person))),
        (None, Some(field)) => (paint(Tone::Warn, "perhaps"), format!("depends on {field}")),
        (None, None) => (paint(Tone::Bad, "missing"), missing(seat, process)),
    };
    vec![format!("  {mark}"), label, who, note]
}

fn missing(seat: &Seat<'_>, process: &Process) -> String {
    if !seat.call.is_empty() {
        return format!("call {}", plain(&seat.call.join(", ")));
    }
    if process.roles.iter().any(|r| r.id == seat.who) {
        return format!("inc assign {} WHO", seat.who);
    }
    let contacts = process.post(seat.who).map(|p| p.contacts.join(", ")).filter(|c| !c.is_empty());
    contacts.map_or_else(|| "nobody is named in inc.yaml".into(), |c| plain(&c))
}

/// Who fills a post on the day of `now`.
fn holders(settings: &Settings, process: &Process, now: Instant) -> impl Fn(&str) -> Vec<String> {
    let day = now.with_timezone(&process.timezone).date_naive();
    move |post| settings.holders(post, day).into_iter().map(str::to_owned).collect()
}
