//! The screen that an engineer keeps open.

use crate::clock::time::{format_beside, format_local};
use crate::clock::{Clock, State, clocks};
use crate::error::plain;
use crate::model::instant::Instant;
use crate::model::{Incident, Milestone};
use crate::render::columns::columns;
use crate::render::{clocks as clock_lines, listing, timeline};
use crate::store::Settings;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// Title, severity, status, how long; roles; clocks; the last entries.
#[must_use]
pub fn incident(
    incident: &Incident,
    found: &Found,
    settings: &Settings,
    now: Instant,
    last: usize,
) -> String {
    let mut text = head(incident, found, now);
    text.push_str(&roles(incident, found, settings, now));
    let clocks = clocks(incident, &found.process, now);
    text.push_str(&section("due", &open(&clocks, found, now)));
    text.push_str(&section("kept and missed", &ended(&clocks, found, now)));
    text.push_str(&section("timeline", &entries(incident, found, last)));
    text
}

/// The first lines: id, severity, status; title; when it began and how long it lasted.
#[must_use]
pub fn head(incident: &Incident, found: &Found, now: Instant) -> String {
    let process = &found.process;
    let zone = process.timezone;
    let severity = incident.severity().and_then(|s| process.severity(s));
    let severity =
        severity.map_or_else(|| plain(incident.severity().unwrap_or("no severity")), |s| plain(&s.named()));
    let status = incident.status.name();
    let mut text = format!(
        "{}  {}  {status}  {}\n{}\n",
        paint(Tone::Strong, incident.id()),
        paint(Tone::Bad, &severity),
        listing::lasted(incident, now),
        paint(Tone::Strong, &plain(&incident.record.title)),
    );
    let began = incident.began().map(|b| format!("since {} {}", format_local(b, zone), zone.name()));
    let services = &incident.record.services;
    let services = (!services.is_empty()).then(|| plain(&services.join(", ")));
    let ended =
        incident.reached(Milestone::Resolved).map(|r| format!("resolved {}", format_beside(r, now, zone)));
    let phase = process.phases.iter().rev().find(|p| p.from <= incident.status).map(|p| plain(&p.label));
    let level = incident.level.as_deref().map(|l| format!("with {}", plain(process.label_of(l))));
    let facts = [began, ended, phase, level, services, Some(process.pin())];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    text.push_str(&paint(Tone::Dim, &facts.join(" · ")));
    text.push('\n');
    text
}

fn roles(incident: &Incident, found: &Found, settings: &Settings, now: Instant) -> String {
    let process = &found.process;
    let mut parts: Vec<String> = process
        .roles
        .iter()
        .filter_map(|role| {
            Some(format!(
                "{} {}",
                plain(&role.label),
                paint(Tone::Strong, &plain(incident.holder(&role.id)?))
            ))
        })
        .collect();
    let leaderless = incident.status.is_open()
        && !process.roles.iter().any(|r| r.leads && incident.holder(&r.id).is_some());
    if let Some(role) = process.roles.iter().find(|r| r.leads).filter(|_| leaderless) {
        let day = now.with_timezone(&process.timezone).date_naive();
        let who = role.post.as_deref().and_then(|p| settings.holders(p, day).first().map(|w| plain(w)));
        let who = who.unwrap_or_else(|| "WHO".into());
        let nobody = paint(Tone::Warn, &format!("nobody is {}", role.id));
        parts.push(format!("{nobody} {}", paint(Tone::Dim, &format!("(inc assign {} {who})", role.id))));
    }
    if parts.is_empty() { String::new() } else { format!("{}\n", parts.join(" · ")) }
}

fn section(heading: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("\n{}\n{body}", paint(Tone::Strong, heading)) }
}

fn open(clocks: &[Clock], found: &Found, now: Instant) -> String {
    let owed = |c: &&Clock| clock_lines::is_reminder(c) || !c.blocks.is_empty();
    let mut running: Vec<&Clock> = clocks.iter().filter(|c| c.is_open()).filter(owed).collect();
    running.sort_by_key(|c| clock_lines::order(c, &found.process));
    let unknown = clocks.iter().filter(|c| c.state == State::Unknown);
    let mut text = clock_lines::lines(&running, &found.process, now);
    let rows: Vec<_> =
        unknown.map(|c| clock_lines::verdict(c, &found.process, now, found.process.timezone)).collect();
    text.push_str(&columns(&rows));
    text
}

fn ended(clocks: &[Clock], found: &Found, now: Instant) -> String {
    let zone = found.process.timezone;
    let shown = clocks.iter().filter(|c| match c.state {
        State::Met => c.due.is_some(),
        State::Missed => c.ended_at.is_some(),
        State::Waived => true,
        _ => false,
    });
    let rows: Vec<_> = shown.map(|c| clock_lines::verdict(c, &found.process, now, zone)).collect();
    columns(&rows)
}

fn entries(incident: &Incident, found: &Found, last: usize) -> String {
    let skipped = incident.timeline.len().saturating_sub(last);
    let mut text = String::new();
    if skipped > 0 {
        let line = format!("  {skipped} earlier: `inc timeline list`");
        text.push_str(&format!("{}\n", paint(Tone::Dim, &line)));
    }
    text.push_str(&columns(&timeline::rows(incident.timeline.iter().skip(skipped), found)));
    text
}
