//! Where an incident stands, for who takes it over: what is known, what was tried, what is pending, what is due.

use crate::clock::Clock;
use crate::clock::time::format_beside;
use crate::error::plain;
use crate::model::decision;
use crate::model::entry::{Entry, Kind};
use crate::model::instant::Instant;
use crate::model::record::HypothesisStatus;
use crate::model::{Incident, Milestone};
use crate::render::{clocks as clock_lines, screen, timeline};
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// The brief, in four parts; a part with nothing in it says so.
#[must_use]
pub fn brief(incident: &Incident, found: &Found, clocks: &[Clock], now: Instant) -> String {
    let mut text = screen::head(incident, found, now);
    part(&mut text, "known", &known(incident));
    part(&mut text, "tried", &tried(incident, found, now));
    part(&mut text, "pending", &pending(incident));
    text.push('\n');
    text.push_str(&clock_lines::next_due(clocks, &found.process, now, 5));
    text
}

fn part(text: &mut String, heading: &str, lines: &[String]) {
    text.push_str(&format!("\n{}\n", paint(Tone::Strong, heading)));
    if lines.is_empty() {
        text.push_str(&format!("  {}\n", paint(Tone::Dim, "nothing is written down")));
    }
    for line in lines {
        text.push_str(&format!("  - {line}\n"));
    }
}

fn known(incident: &Incident) -> Vec<String> {
    let record = &incident.record;
    let cause = incident.entries().rev().find(|e| e.kind.milestone() == Some(Milestone::Identified));
    let cause = cause.filter(|e| !e.text.is_empty()).map(|e| plain(&e.text));
    let share = record.impact.users.share().map(|s| format!("{s} % of users"));
    let tested = record.analysis.hypotheses.iter().filter_map(|h| match h.status {
        Some(HypothesisStatus::Confirmed) => Some(format!("confirmed: {}", plain(&h.text))),
        Some(HypothesisStatus::Rejected) => Some(format!("ruled out: {}", plain(&h.text))),
        _ => None,
    });
    let symptoms = record.analysis.symptoms.iter().map(|s| plain(s));
    let facts = [record.impact.summary.as_deref().map(plain), share, cause];
    facts.into_iter().flatten().chain(symptoms).chain(tested).collect()
}

fn tried(incident: &Incident, found: &Found, now: Instant) -> Vec<String> {
    let counts = |e: &&Entry| {
        matches!(e.kind, Kind::Decision { decide: Some(_), .. } | Kind::Done { .. } | Kind::Rollback { .. })
            || e.kind.milestone() == Some(Milestone::Mitigated)
    };
    let line = |e: &Entry| {
        let at = format_beside(e.at, now, found.process.timezone);
        format!("{at} {}: {}", e.kind.name(), timeline::sentence(e))
    };
    incident.entries().filter(counts).map(line).collect()
}

fn pending(incident: &Incident) -> Vec<String> {
    let untested = incident.record.analysis.hypotheses.iter();
    let untested = untested.filter(|h| matches!(h.status, None | Some(HypothesisStatus::Open)));
    let down = incident.downtimes.iter().filter(|d| d.until.is_none());
    let open = decision::open(incident);
    let open = open.as_ref().and_then(|d| d.observe().or(d.orient()));
    open.into_iter()
        .map(|seen| format!("to be decided: {}", plain(seen)))
        .chain(untested.map(|h| format!("to be tested: {}", plain(&h.text))))
        .chain(down.map(|d| format!("still down: {}", plain(&d.service))))
        .collect()
}
