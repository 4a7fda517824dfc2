//! Every command that `due` suggests is one: read by the command line, and taken by the program.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod story;

use std::collections::BTreeSet;

use clap::Parser as _;
use common::words;
use inc::clock::Clock;
use inc::model::Milestone;
use inc::model::entry::{Kind, RollbackStep, UpdateState, WarroomStep};
use inc::model::record::{Breach, Cost};
use inc::process::obligation::Weight;
use inc::process::{Event, builtin};
use inc::render::clocks::command;
use story::{HOUR, MINUTE, Story, story, zero};

/// Incidents between which everything that a process asks for applies at least once: each severity and type, all
/// that can be known of the impact, before and after it is over.
fn incidents(process: &str) -> Vec<Story> {
    let known = story(process, "");
    let mut kinds: Vec<Option<String>> = vec![None];
    kinds.extend(known.process.runbooks.iter().map(|r| Some(r.id.clone())));
    let severities = known.process.severities.iter().map(|s| s.id.clone());
    let each = severities.flat_map(|s| kinds.iter().map(move |k| (s.clone(), k.clone())));
    let breaches = [(Some(Breach::Confirmed), 2000), (Some(Breach::Confirmed), 1000), (None, 1000)];
    let told = each.flat_map(|each| breaches.map(|b| (each.clone(), b)));
    told.flat_map(|((severity, kind), (breach, people))| {
        [None, Some(5 * HOUR)].map(|over| {
            let story = story(process, &severity)
                .record(|r| impact(r, kind.clone(), breach, people))
                .then(0, Kind::Down { service: "web".into() })
                .then(1, Kind::Role { role: "commander".into(), person: "ada".into() })
                .then(MINUTE, warroom())
                .then(2 * MINUTE, rollback(RollbackStep::Planned))
                .then(3 * MINUTE, rollback(RollbackStep::Executed))
                .then(4 * MINUTE, Kind::Done { item: "inc04-downtime".into(), note: None })
                .update(5 * MINUTE, UpdateState::Investigating);
            over.into_iter().fold(story, |story, at| story.reach(at, Milestone::Resolved))
        })
    })
    .collect()
}

fn impact(record: &mut inc::model::Record, kind: Option<String>, breach: Option<Breach>, people: u64) {
    record.kind = kind;
    record.labels = vec!["security".into()];
    record.impact.visible = Some(true);
    record.impact.service_down = Some(true);
    record.impact.breach = breach;
    record.impact.breach_known_at = breach.map(|_| zero());
    record.impact.data.people = Some(people);
    record.impact.cost = Some(Cost { amount: 2_000_000.0, currency: "FCFA".into(), known_at: None });
}

fn warroom() -> Kind {
    Kind::Warroom { step: WarroomStep::Opened, channel: None, participants: Vec::new(), requested_by: None }
}

fn rollback(step: RollbackStep) -> Kind {
    Kind::Rollback { step, target: None, result: None, sha256: None }
}

/// Every clock that an obligation can have, once for each command that it names.
fn every_clock(process: &str) -> Vec<Clock> {
    let mut seen = BTreeSet::new();
    let clocks = incidents(process).into_iter().flat_map(|story| story.clocks(6 * HOUR));
    clocks.filter(|c| seen.insert((c.obligation.clone(), command(c)))).collect()
}

/// A suggestion as somebody would type it.
fn typed(suggested: &str) -> Vec<String> {
    let words = words(suggested).into_iter();
    let filled = words.map(|word| match word.as_str() {
        "WHO" => "ada".to_owned(),
        "TIME" => "tomorrow 10:00".to_owned(),
        "TEXT" | "…" => "what was done".to_owned(),
        "PATH" => "inc.yaml".to_owned(),
        "TAG" => "v1-SEALED".to_owned(),
        _ => word,
    });
    filled.collect()
}

#[test]
fn whatever_is_suggested_is_a_command_line() {
    for process in builtin::names() {
        let clocks = every_clock(process);
        for obligation in &story(process, "").process.obligations {
            let of: Vec<&Clock> = clocks.iter().filter(|c| c.obligation == obligation.id).collect();
            assert!(!of.is_empty(), "{process}: no incident here has `{}`", obligation.id);
            // Time meets it, or it only marks a time, or to be an incident at all is to have met it.
            let declared = obligation.until == Some(Event::Milestone(Milestone::Declared));
            let by_itself = obligation.wait.is_some() || obligation.missed == Weight::Off || declared;
            for clock in of {
                let suggested = command(clock);
                assert!(suggested.is_some() || by_itself, "{process}: `{}` has no command", clock.obligation);
            }
        }
        for clock in &clocks {
            let Some(suggested) = command(clock) else { continue };
            let line = typed(&suggested);
            if let Err(error) = inc::cli::Cli::try_parse_from(&line) {
                panic!("{process}: `{}` suggests `{suggested}`:\n{error}", clock.obligation);
            }
        }
    }
}

#[test]
fn of_several_things_the_one_that_is_left_is_suggested() {
    let told = |who: &[&str]| {
        let story = who.iter().fold(story("koprogo", "P0"), |story, who| story.told(60, who));
        let clocks = story.clocks(120);
        clocks.iter().find(|c| c.obligation == "notify-p0").and_then(command)
    };
    assert_eq!(told(&[]).as_deref(), Some("inc notify lead_engineer"));
    assert_eq!(told(&["lead_engineer"]).as_deref(), Some("inc notify cto"));
    assert_eq!(told(&["cto"]).as_deref(), Some("inc notify lead_engineer"));
    // A step is done by what it asks for, where that has a command.
    let step = story("distri-night", "P1").record(|r| r.kind = Some("INC-01".into())).clocks(60);
    let of = |id: &str| step.iter().find(|c| c.obligation == format!("step:{id}")).and_then(command);
    assert_eq!(of("inc01-management").as_deref(), Some("inc notify ceo"));
    assert_eq!(of("inc01-logs").as_deref(), Some("inc checklist done inc01-logs"));
}
