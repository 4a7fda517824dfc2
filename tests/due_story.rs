//! One incident followed minute by minute for six hours: what `due` says, printed when it changes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod story;

use std::fmt::Write as _;

use chrono::TimeDelta;
use inc::clock::{Clock, State, clocks};
use inc::model::entry::{Kind, UpdateState, WarroomStep};
use inc::model::{Milestone, fold};
use inc::render::clocks::{command, is_reminder, lines, order};
use story::{HOUR, MINUTE, Story, story, zero};

const SIX_HOURS: i64 = 6 * HOUR;

/// What a colleague says at an instant: what is late or due now, and the next thing after it.
fn said(story: &Story, clocks: &[Clock], seconds: i64) -> Vec<(String, String)> {
    let now = zero() + TimeDelta::seconds(seconds);
    let mut open: Vec<&Clock> = clocks.iter().filter(|c| c.is_open() && is_reminder(c)).collect();
    open.sort_by_key(|c| order(c, &story.process));
    let said = open.into_iter().map(|c| {
        let state = if c.state == State::Missed {
            "late"
        } else if c.due.unwrap() <= now {
            "now"
        } else {
            "next"
        };
        let line = lines(&[c], &story.process, now);
        (format!("{} {} {}", c.obligation, c.due.unwrap(), state), plain(&line))
    });
    said.collect()
}

/// A line without colour.
fn plain(line: &str) -> String {
    anstream::adapter::strip_str(line).to_string().trim_end().to_owned()
}

/// The story minute by minute. What happens is marked `*`; what has come up or changed is printed once, with the
/// time that it has; what has gone is not mentioned.
fn whispered(story: &Story) -> String {
    let mut text = String::new();
    let mut known: Vec<String> = Vec::new();
    for seconds in (0..=SIX_HOURS).step_by(60) {
        let now = zero() + TimeDelta::seconds(seconds);
        let incident = fold(story.record.clone(), story.entries.clone());
        let clocks = clocks(&incident, &story.process, now);
        let said = said(story, &clocks, seconds);
        let happened = story.entries.iter().filter(|e| e.at > now - TimeDelta::minutes(1) && e.at <= now);
        let happened: Vec<String> = happened.map(|e| what(&e.kind)).collect();
        let fresh: Vec<&String> =
            said.iter().filter(|(key, _)| !known.contains(key)).map(|(_, l)| l).collect();
        if !happened.is_empty() || !fresh.is_empty() {
            writeln!(text, "{}  {}", now.format("%H:%M"), happened.join(", ")).unwrap();
            for line in fresh {
                writeln!(text, "     {line}").unwrap();
            }
        }
        known = said.into_iter().map(|(key, _)| key).collect();
    }
    text
}

fn what(kind: &Kind) -> String {
    match kind {
        Kind::Milestone(milestone) => format!("* {milestone}"),
        Kind::Declared { severity, .. } => format!("* declared {severity}"),
        Kind::Role { role, person } => format!("* {role}: {person}"),
        Kind::Notified { who, .. } => format!("* told {who}"),
        Kind::Update { state, .. } => format!("* update: {}", state.name()),
        Kind::Escalated { level, .. } => format!("* escalated to {level}"),
        other => format!("* {}", other.name()),
    }
}

fn role(story: Story, at: i64, role: &str, person: &str) -> Story {
    story.then(at, Kind::Role { role: role.into(), person: person.into() })
}

fn warroom(story: Story, at: i64, step: WarroomStep) -> Story {
    story.then(at, Kind::Warroom { step, channel: None, participants: Vec::new(), requested_by: None })
}

#[test]
fn standard_sev1() {
    let story = story("standard", "SEV1").reach(4 * MINUTE, Milestone::Acknowledged);
    let story = role(story, 6 * MINUTE, "commander", "bob");
    let story = warroom(story, 8 * MINUTE, WarroomStep::Opened)
        .update(12 * MINUTE, UpdateState::Investigating)
        .update(40 * MINUTE, UpdateState::Identified)
        .told(63 * MINUTE, "management")
        .update(80 * MINUTE, UpdateState::Identified)
        .reach(2 * HOUR, Milestone::Mitigated)
        .update(2 * HOUR + 5 * MINUTE, UpdateState::Monitoring)
        .reach(2 * HOUR + 20 * MINUTE, Milestone::Resolved)
        .update(2 * HOUR + 30 * MINUTE, UpdateState::Resolved);
    insta::assert_snapshot!(whispered(&story));
}

#[test]
fn standard_sev1_that_nobody_takes() {
    insta::assert_snapshot!(whispered(&story("standard", "SEV1")));
}

#[test]
fn distri_night_p1() {
    let story = story("distri-night", "P1").then(0, Kind::Down { service: "web".into() }).told(60, "cto");
    let story = warroom(story, 2 * MINUTE, WarroomStep::Opened).reach(3 * MINUTE, Milestone::Acknowledged);
    let story = role(story, 3 * MINUTE, "commander", "awa");
    let story = role(story, 3 * MINUTE, "technical_lead", "koffi");
    let story = role(story, 3 * MINUTE, "scribe", "mariam");
    let channel = |state, at: i64, story: Story| {
        let (audience, channels) = (Some("users".to_owned()), vec!["status_page".to_owned()]);
        story.then(
            at * MINUTE,
            Kind::Update { state, audience, channels, next: None, reason: None, prepared_by: vec![] },
        )
    };
    let story = channel(UpdateState::Investigating, 5, story);
    let story = channel(UpdateState::Identified, 33, story).told(35 * MINUTE, "ceo");
    let story = warroom(story, 36 * MINUTE, WarroomStep::CheckedIn);
    let story = channel(UpdateState::Identified, 63, story).reach(150 * MINUTE, Milestone::Mitigated);
    let story = channel(UpdateState::Monitoring, 151, story).reach(180 * MINUTE, Milestone::Resolved);
    let story = channel(UpdateState::Resolved, 190, story);
    insta::assert_snapshot!(whispered(&story));
}

#[test]
fn whatever_is_due_names_a_command_that_is_there() {
    for (process, severity) in [("standard", "SEV1"), ("distri-night", "P1")] {
        let story = story(process, severity);
        for clock in story.clocks(HOUR).iter().filter(|c| c.is_open() && c.due.is_some()) {
            assert!(command(clock).is_some(), "{process}: {} has no command", clock.obligation);
        }
    }
}
