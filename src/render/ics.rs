//! What is due as a calendar (RFC 5545).

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::model::Incident;
use crate::model::duration::format_duration;
use crate::model::instant::{Instant, compact};
use crate::render::clocks::command;
use crate::render::listing::title;
use crate::store::processes::Found;

/// A line has at most so many octets before its end.
const OCTETS: usize = 75;

/// How long before it is due the alarm sounds.
const AHEAD: TimeDelta = TimeDelta::minutes(10);

/// A calendar with an event at the instant at which each clock is due; every event sounds an alarm.
///
/// An event's UID is made of incident and obligation alone, so a calendar that reads the file again moves the
/// event and adds none.
#[must_use]
pub fn calendar(due: &[(&Incident, &Arc<Found>, Clock)], now: Instant) -> String {
    let mut text = String::new();
    let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//inc//due//EN", "CALSCALE:GREGORIAN"];
    for head in head {
        line(&mut text, head);
    }
    for (incident, found, clock) in due {
        if let Some(at) = clock.due {
            event(&mut text, incident, found, clock, at, now);
        }
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, incident: &Incident, found: &Found, clock: &Clock, due: Instant, now: Instant) {
    let short = incident.record.id.short();
    let severity = incident.severity().unwrap_or_default();
    let summary = escaped(&format!("{short} {severity}: {}", clock.label));
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}.{}@inc", incident.id(), escaped(&clock.obligation)));
    line(text, &format!("DTSTAMP:{}", compact(now)));
    line(text, &format!("DTSTART:{}", compact(due)));
    line(text, &format!("SUMMARY:{summary}"));
    line(text, &format!("DESCRIPTION:{}", escaped(&description(incident, found, clock))));
    // A deadline takes up nobody's time.
    line(text, "TRANSP:TRANSPARENT");
    line(text, "BEGIN:VALARM");
    line(text, "ACTION:DISPLAY");
    line(text, &format!("DESCRIPTION:{summary}"));
    line(text, &format!("TRIGGER:{}", trigger(clock, due)));
    line(text, "END:VALARM");
    line(text, "END:VEVENT");
}

/// Ahead of what there is time for; at the instant itself for what falls due sooner than that.
fn trigger(clock: &Clock, due: Instant) -> String {
    let length = clock.from.map_or(AHEAD * 2, |from| due - from);
    if length > AHEAD { format!("-PT{}M", AHEAD.num_minutes()) } else { "PT0S".to_owned() }
}

/// Which incident, for whom, how it is done, and where it comes from.
fn description(incident: &Incident, found: &Found, clock: &Clock) -> String {
    let who: Vec<&str> = clock.notify.iter().map(|w| found.process.label_of(w)).collect();
    let took = clock.from.zip(clock.due).map(|(from, due)| format_duration(due - from));
    let lines = [
        Some(title(incident, usize::MAX)),
        (!who.is_empty()).then(|| format!("→ {}", who.join(", "))),
        command(clock),
        took.filter(|_| clock.from != clock.due).map(|took| format!("{} · {took}", clock.obligation)),
        clock.source.clone(),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Text as a value: what separates values is escaped, line breaks are written out, other controls left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded where it is too long, never inside a character.
fn line(text: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_separates_values_is_escaped() {
        assert_eq!(escaped("a, b; c\\d\ne\u{7}f"), "a\\, b\\; c\\\\d\\ne".to_owned() + "f");
    }

    proptest! {
        #[test]
        fn a_folded_line_unfolds_to_itself(content in "[a-z é→🔴]{0,200}") {
            let mut text = String::new();
            line(&mut text, &content);
            prop_assert!(text.ends_with("\r\n"));
            prop_assert!(text.split("\r\n").all(|l| l.len() <= OCTETS));
            prop_assert_eq!(text.trim_end_matches("\r\n").replace("\r\n ", ""), content);
        }
    }
}
