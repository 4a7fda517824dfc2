//! `inc due`: what is shown when, with whom and why, and as a calendar.

#![allow(clippy::disallowed_methods, reason = "a test runs programs and reads files")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::Scratch;

/// A SEV1 declared at 14:31 and acknowledged at 14:40, a SEV3 declared at 14:35.
fn story() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Checkout; fails, for \\\\all\" -s SEV1");
    scratch.at("2025-11-10T14:35:00Z").ok("declare \"Exports fail\" -s SEV3");
    let id = id(&scratch, "Checkout");
    scratch.at("2025-11-10T14:40:00Z").ok(&format!("ack -i {id}"));
    scratch
}

fn id(scratch: &Scratch, title: &str) -> String {
    let all: serde_json::Value = serde_json::from_str(&scratch.ok("list --json")).unwrap();
    let found = all.as_array().unwrap().iter().find(|i| i["title"].as_str().unwrap().starts_with(title));
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn everything_due_is_listed_soonest_first() {
    insta::assert_snapshot!(story().run("due"));
}

#[test]
fn verbose_says_why() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Commandes impossibles\" -s P1");
    insta::assert_snapshot!(scratch.at("2025-11-10T14:33:00Z").run("due -v --within 30m"));
}

#[test]
fn within_ends_with_its_last_second() {
    let scratch = story();
    insta::assert_snapshot!(scratch.run("due --within 6m"));
    let lines = |within: &str| scratch.ok(&format!("due --within {within}")).lines().count();
    assert_eq!(lines("5m59s") + 3, lines("6m"));
    insta::assert_snapshot!(scratch.run("due --within soon"));
}

#[test]
fn missed_shows_what_is_late_and_what_was_done_late() {
    let mut scratch = story();
    scratch.at("2025-11-10T15:00:00Z");
    let checkout = id(&scratch, "Checkout");
    scratch.ok(&format!("assign commander bob -i {checkout}"));
    insta::assert_snapshot!(scratch.run("due --missed"));
}

#[test]
fn the_exit_status_tells_a_script_that_something_is_late() {
    let mut scratch = story();
    assert_eq!(scratch.run("due --exit-code").status, 0);
    assert_eq!(scratch.at("2025-11-10T14:46:00Z").run("due --exit-code").status, 0);
    assert_eq!(scratch.at("2025-11-10T14:46:01Z").run("due --exit-code").status, 1);
    assert_eq!(scratch.run("due").status, 0);
}

#[test]
fn what_fires_at_once_is_due_now_before_it_is_late() {
    let mut scratch = Scratch::repo();
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Checkout fails\" -s SEV1");
    let page = |scratch: &Scratch| {
        let due = scratch.ok("due");
        due.lines()
            .find(|l| l.contains("Page"))
            .unwrap()
            .split_whitespace()
            .skip(1)
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(page(&scratch), "now 14:31");
    assert_eq!(page(scratch.at("2025-11-10T14:35:59Z")), "now 14:31");
    assert_eq!(scratch.run("due --exit-code").status, 0);
    assert_eq!(page(scratch.at("2025-11-10T14:36:01Z")), "5m 01s");
    assert_eq!(scratch.run("due --exit-code").status, 1);
}

#[test]
fn json_is_an_array_of_clocks() {
    let scratch = story();
    let json: serde_json::Value = serde_json::from_str(&scratch.ok("due --json --within 6m")).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json[0]).unwrap());
    assert_eq!(json.as_array().unwrap().len(), scratch.ok("due --within 6m").lines().count());
}

#[test]
fn the_time_can_be_moved_both_ways() {
    let mut scratch = story();
    scratch.at("2025-11-11T09:00:00Z");
    let then = scratch.ok("due --now 2025-11-10T14:40:00Z");
    assert_eq!(then, scratch.at("2025-11-10T14:40:00Z").ok("due"));
    assert!(scratch.ok("due --now 2025-11-10T15:40:00Z").contains(" late"));
}

#[test]
fn nobody_is_nagged_about_a_closed_incident() {
    let mut scratch = Scratch::repo();
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Typo\" -s SEV4");
    scratch.at("2025-11-20T14:31:00Z").ok("resolve");
    scratch.ok("close");
    assert_eq!(scratch.run("due").to_string(), "--- stderr\nnothing is due\n");
}

#[test]
fn what_has_no_time_is_named_when_nothing_else_is_due() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: nasa-l4\n");
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Typo\" -s LOW");
    scratch.ok("ack");
    insta::assert_snapshot!(scratch.at("2025-11-10T15:00:00Z").run("resolve"));
    insta::assert_snapshot!(scratch.run("due"));
    scratch.ok("checklist done fix-ou-rollback");
    scratch.ok("verify");
    scratch.ok("waive --obligation preserve-evidence --reason \"nothing was there to keep\"");
    scratch.at("2025-11-10T15:05:00Z");
    assert_eq!(scratch.run("due").to_string(), "--- stderr\nnothing is due\n");
}

#[test]
fn what_nobody_wrote_down_is_asked_for() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: alertimmo\n");
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Panne\" -s critique");
    insta::assert_snapshot!(scratch.run("due"));
    scratch.ok("update --set impact.visible=true");
    assert_eq!(scratch.run("due").err, "");
}

#[test]
fn a_cost_counts_from_when_it_is_known() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch.at("2025-11-10T14:31:00Z").ok("declare \"Paiements\" -s P2 --detected 14:20");
    let due = |scratch: &Scratch| {
        let json: serde_json::Value = serde_json::from_str(&scratch.ok("due --json")).unwrap();
        let cfo = json.as_array().unwrap().iter().find(|c| c["obligation"] == "cost-cfo").cloned();
        cfo.map(|c| c["due"].as_str().unwrap().to_owned())
    };
    let cost =
        |amount: u32| format!("update --set impact.cost.amount={amount} --set impact.cost.currency=FCFA");
    scratch.at("2025-11-10T15:00:00Z").ok(&cost(1_000_000));
    assert_eq!(due(&scratch), None);
    scratch.at("2025-11-10T16:00:00Z").ok(&cost(1_000_001));
    assert_eq!(due(&scratch).as_deref(), Some("2025-11-10T16:00:00Z"));
    // Already owed: more of it does not begin anew, and a time that somebody writes stands.
    scratch.at("2025-11-10T17:00:00Z").ok(&cost(2_000_000));
    assert_eq!(due(&scratch).as_deref(), Some("2025-11-10T16:00:00Z"));
    scratch.ok("update --set impact.cost.known_at=2025-11-10T15:30:00Z");
    assert_eq!(due(&scratch).as_deref(), Some("2025-11-10T15:30:00Z"));
}

/// A property of a calendar: its name and its value, unescaped.
type Property = (String, String);

/// Reads a calendar as RFC 5545 has it; fails where a line breaks a rule.
fn parse(text: &str) -> Vec<Property> {
    assert!(text.ends_with("\r\n"), "the last line has no end");
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let mut open: Vec<String> = Vec::new();
    let mut properties = Vec::new();
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "BEGIN" => open.push(value.to_owned()),
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ => assert!(name.chars().all(|c| c.is_ascii_uppercase()), "{line}"),
        }
        properties.push((
            format!("{}{name}", open.last().map(|o| format!("{o}.")).unwrap_or_default()),
            unescape(value),
        ));
    }
    assert_eq!(open, [""; 0]);
    properties
}

fn unescape(value: &str) -> String {
    let mut chars = value.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next() {
                Some('n' | 'N') => '\n',
                Some(c @ ('\\' | ';' | ',')) => c,
                other => panic!("a backslash before {other:?}"),
            }),
            c => {
                assert!(!c.is_control() && c != ';' && c != ',', "{value:?}");
                out.push(c);
            }
        }
    }
    out
}

fn all<'a>(properties: &'a [Property], name: &str) -> Vec<&'a str> {
    properties.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
}

#[test]
fn a_calendar_program_can_read_what_is_due() {
    let mut scratch = story();
    let text = scratch.ok("due --ics");
    let first = text.find("BEGIN:VEVENT").unwrap();
    let end = text.find("END:VEVENT").unwrap();
    insta::assert_snapshot!(text[first..end].replace("\r\n", "\n"));
    let calendar = parse(&text);
    let due: serde_json::Value = serde_json::from_str(&scratch.ok("due --json")).unwrap();
    let starts: Vec<String> =
        due.as_array().unwrap().iter().map(|c| c["due"].as_str().unwrap().replace(['-', ':'], "")).collect();
    assert_eq!(all(&calendar, "VEVENT.DTSTART"), starts);
    assert_eq!(all(&calendar, "VALARM.TRIGGER").len(), starts.len());
    assert!(all(&calendar, "VEVENT.DTSTAMP").iter().all(|at| *at == "20251110T144000Z"));
    assert!(
        all(&calendar, "VEVENT.DESCRIPTION").iter().any(|d| d.contains("Checkout; fails, for \\\\all\n"))
    );
    let uids = |calendar: &[Property]| {
        all(calendar, "VEVENT.UID").into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(uids(&calendar).len(), starts.len());
    // Ten minutes on, the same events are there under the same names.
    let later = parse(&scratch.at("2025-11-10T14:50:00Z").ok("due --ics"));
    assert_eq!(uids(&calendar), uids(&later));
}

#[test]
fn an_empty_calendar_is_one() {
    let scratch = Scratch::repo();
    let calendar = parse(&scratch.ok("due --ics"));
    assert_eq!(all(&calendar, "VCALENDAR.VERSION"), ["2.0"]);
    assert_eq!(all(&calendar, "VEVENT.UID"), [""; 0]);
    assert_eq!(scratch.run("due --ics --json").status, 2);
}
