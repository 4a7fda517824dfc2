//! Small processes, and stories as tables of times and entries.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and no test uses all of it"
)]

use inc::clock::{Clock, clocks};
use inc::model::entry::Fields;
use inc::model::instant::Instant;
use inc::model::{Entry, Incident, Record, fold};
use inc::process::Process;

/// `10:15` or `10:15:30` on the day of the stories, or any RFC 3339.
pub fn at(time: &str) -> Instant {
    let text = match time.len() {
        5 => format!("2025-11-10T{time}:00Z"),
        8 => format!("2025-11-10T{time}Z"),
        _ => time.to_owned(),
    };
    text.parse().unwrap_or_else(|e| panic!("{time}: {e}"))
}

/// A process with four severities and these obligations, each as a YAML flow mapping without braces.
pub fn process(obligations: &[&str]) -> Process {
    process_with("", obligations)
}

/// The same with more keys at the top.
pub fn process_with(more: &str, obligations: &[&str]) -> Process {
    let list: Vec<_> = obligations.iter().map(|o| format!("  - {{ label: x, {o} }}\n")).collect();
    let list = list.concat();
    let yaml = format!(
        "name: test\nversion: 1.0.0\ntitle: Test\nlanguage: en\ntimezone: UTC\n\
         severities:\n\
         \x20 - {{ id: P0, label: a, criteria: [], respond: < 15m, resolve: < 1h }}\n\
         \x20 - {{ id: P1, label: b, criteria: [], respond: < 1h, resolve: < 4h }}\n\
         \x20 - {{ id: P2, label: c, criteria: [], respond: < 4h, resolve: < 24h }}\n\
         \x20 - {{ id: P3, label: d, criteria: [] }}\n\
         levels: [{{ id: L1, label: a }}, {{ id: L2, label: b }}, {{ id: L3, label: c }}, {{ id: L4, label: d }}]\n\
         {more}\nobligations:\n{list}"
    );
    let yaml = if list.is_empty() { yaml.replace("obligations:\n", "") } else { yaml };
    serde_yaml::from_str(&yaml).unwrap_or_else(|e| panic!("{e}\n{yaml}"))
}

/// An entry of this time; `what` is its kind and then its fields as in a YAML flow mapping.
pub fn entry(time: &str, what: &str, place: usize) -> Entry {
    let at = at(time);
    let kind = what.split(',').next().unwrap_or(what);
    let name = format!("{}-{kind}-{place:04}", at.format("%Y%m%dT%H%M%SZ"));
    named(&name, time, what)
}

/// The same under a name of its own, `recorded` when it happened.
pub fn named(name: &str, time: &str, what: &str) -> Entry {
    let instant = inc::model::instant::rfc3339(at(time));
    let yaml = format!("{{ at: {instant}, recorded: {instant}, by: alice, kind: {what} }}");
    let fields: Fields = serde_yaml::from_str(&yaml).unwrap_or_else(|e| panic!("{e}\n{yaml}"));
    fields.into_entry(name.to_owned(), String::new()).unwrap_or_else(|e| panic!("{e}\n{yaml}"))
}

pub fn entries(story: &[(&str, &str)]) -> Vec<Entry> {
    story.iter().enumerate().map(|(place, (time, what))| entry(time, what, place)).collect()
}

/// A record, with more keys as YAML.
pub fn record(more: &str) -> Record {
    serde_yaml::from_str(&format!("id: 20251110-7f3k\ntitle: It is slow\nprocess: test@1.0.0\n{more}"))
        .unwrap()
}

pub fn incident(story: &[(&str, &str)]) -> Incident {
    fold(record(""), entries(story))
}

/// A clock in one line: `l2 missed due 10:15:00 ended 10:16:00`.
pub fn line(clock: &Clock) -> String {
    let time = |at: Instant| {
        let form = if at.date_naive() == self::at("10:00").date_naive() { "%T" } else { "%m-%dT%T" };
        at.format(form).to_string()
    };
    let times = (clock.missed_count > 1).then(|| format!("{} times", clock.missed_count));
    let due = clock.due.map(|at| format!("due {}", time(at)));
    let ended = clock.ended_at.map(|at| format!("ended {}", time(at)));
    let needs = clock.needs.map(|field| format!("needs {field}"));
    let head = format!("{} {}", clock.obligation, clock.state.name());
    [Some(head), times, due, ended, needs].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// All clocks of a story at a time, one a line.
pub fn seen(process: &Process, story: &[(&str, &str)], now: &str) -> Vec<String> {
    seen_of(process, &incident(story), now)
}

pub fn seen_of(process: &Process, incident: &Incident, now: &str) -> Vec<String> {
    clocks(incident, process, at(now)).iter().map(line).collect()
}
