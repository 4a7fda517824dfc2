//! Incidents as a table.

use std::sync::Arc;

use crate::clock::{State, clocks};
use crate::error::plain;
use crate::model::Incident;
use crate::model::duration::format_duration;
use crate::model::instant::Instant;
use crate::render::clocks::countdown;
use crate::render::columns::columns;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// A line for each incident: id, severity, status, how long, what is next, title.
#[must_use]
pub fn table(listed: &[(Incident, Arc<Found>)], now: Instant, width: u16) -> String {
    let rows: Vec<Vec<String>> = listed.iter().map(|(i, f)| row(i, f, now, width)).collect();
    columns(&rows)
}

fn row(incident: &Incident, found: &Found, now: Instant, width: u16) -> Vec<String> {
    let worst = found.process.rank(incident.severity().unwrap_or_default()).is_some_and(|r| r <= 2);
    let severity = incident.severity().unwrap_or("?");
    let severity = if worst { paint(Tone::Bad, severity) } else { severity.to_owned() };
    let next = if incident.status.is_open() { next(incident, found, now) } else { String::new() };
    vec![
        paint(Tone::Strong, incident.id()),
        severity,
        incident.status.name().to_owned(),
        lasted(incident, now),
        title(incident, usize::from(width).saturating_sub(60).max(30)),
        next,
    ]
}

/// How long it has lasted, or lasted.
#[must_use]
pub fn lasted(incident: &Incident, now: Instant) -> String {
    let end =
        incident.reached(crate::model::Milestone::Resolved).or(incident.cancelled.as_ref().map(|c| c.at));
    incident.began().map(|began| format_duration(end.unwrap_or(now) - began)).unwrap_or_default()
}

/// The title, cut to a width; a restricted incident has none here.
#[must_use]
pub fn title(incident: &Incident, width: usize) -> String {
    if incident.record.restricted {
        return "(restricted)".into();
    }
    let title = plain(&incident.record.title);
    if title.chars().count() <= width {
        return title;
    }
    let mut cut: String = title.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn next(incident: &Incident, found: &Found, now: Instant) -> String {
    let clocks = clocks(incident, &found.process, now);
    let late = clocks.iter().filter(|c| c.is_open() && c.state == State::Missed).count();
    let next = clocks.iter().find(|c| c.is_open() && c.state == State::Running && c.due.is_some());
    let next = next.and_then(|c| Some(format!("{} {}", plain(&c.label), countdown(c.due?, now))));
    match (late, next) {
        (0, next) => next.unwrap_or_default(),
        (n, next) => {
            let late = paint(Tone::Bad, &format!("{n} late"));
            next.map_or(late.clone(), |next| format!("{late}, {next}"))
        }
    }
}
