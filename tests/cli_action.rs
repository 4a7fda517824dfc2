//! `inc action` and `inc why`, as a person sees them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

fn declared() -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"Checkout is down\" -s SEV2 -q");
    scratch
}

fn told(scratch: &Scratch, lines: &[&str]) -> String {
    lines
        .iter()
        .flat_map(|l| ["$ inc ".to_owned(), (*l).to_owned(), format!("\n{}\n", scratch.run(l))])
        .collect()
}

#[test]
fn what_helps_most_for_the_least_work_comes_first() {
    let scratch = declared();
    scratch.ok("action add \"Rewrite it\" --owner bob --due 2025-11-12 --impact high --effort high");
    scratch.ok("action add \"Ask the vendor\" --owner bob --due 2025-11-11");
    scratch.ok("action add \"Alert on the pool\" --owner bob --due 2025-11-20 --impact high --effort low");
    scratch.ok("action add \"Tidy up\" --owner bob --due 2025-11-11 --impact low --effort low");
    let titles = |line: &str| {
        let listed: serde_json::Value = serde_json::from_str(&scratch.ok(line)).unwrap();
        let titles = listed.as_array().unwrap().iter().map(|a| a["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>().join(", ")
    };
    insta::assert_snapshot!(titles("action list --json"), @"Ask the vendor, Tidy up, Rewrite it, Alert on the pool");
    insta::assert_snapshot!(
        titles("action list --by-priority --json"),
        @"Alert on the pool, Tidy up, Rewrite it, Ask the vendor"
    );
    insta::assert_snapshot!(scratch.run("action add x --impact huge"), @r#"
    status 2
    --- stderr
    error: invalid value 'huge' for '--impact <SIZE>'
      [possible values: low, medium, high]

    For more information, try '--help'.
    "#);
}

#[test]
fn an_action_is_added_and_done() {
    let scratch = declared();
    let record = format!("{}/incident.yaml", scratch.incident());
    let text = scratch.read(&record);
    scratch.write(&record, format!("{text}\nactions: # at most five\n"));
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "action list",
            "action done a1",
            "action add \"Alert at 80% of the pool\" --owner bob --due \"in 2 weeks\" --type preventive --horizon preventive --ticket OPS-1 --follow-up \"carol, in March\" --label detection",
            "action add Write the runbook",
            "action add \"Rotate the key\" --owner alice --due 2025-11-01",
            "action add x --due \"some day\"",
            "action add x --due 2025-13-01",
            "action add \" \"",
            "action list",
            "action done a9",
            "action done A2",
            "action done a2",
            "action cancel a1",
            "action cancel a1 --reason \"the pool is gone\"",
            "action list --all",
            "action add \"Another\" --due 3d --owner bob",
        ]
    ));
    insta::assert_snapshot!(scratch.read(&record));
    assert_eq!(scratch.git(&["status", "--short"]), "");
}

#[test]
fn actions_are_listed_across_incidents_overdue_first() {
    let mut scratch = declared();
    let first = scratch.ok("declare \"Search is slow\" -s SEV3 -q").trim().to_owned();
    scratch.ok(&format!("-i {first} action add \"Index the table\" --due tomorrow --owner carol"));
    let hidden = scratch.ok("declare \"Somebody reads our mail\" -s SEV2 -q").trim().to_owned();
    scratch.ok(&format!("-i {hidden} update --set restricted=true"));
    scratch.ok(&format!("-i {hidden} action add \"Change the passwords\" --due 3d --owner dana"));
    scratch.ok(&format!("-i {first} action add \"Think about it\""));
    scratch.at("2025-11-13T10:00:00Z");
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "action list",
            "action list --overdue",
            "action list --owner Dana",
            &format!("-i {hidden} action list"),
            "action list --json --owner dana",
        ]
    ));
}

#[test]
fn the_fifth_why_is_the_root_cause() {
    let scratch = declared();
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "why \"\"",
            "why the pool was full --question \"Why did checkout fail?\"",
            "why \"a batch job took all of it\"",
            "why \"nothing limits a batch job\"",
            "why \"jobs share the pool with users\"",
            "why \"the pool was made when there were no jobs\"",
            "why \"nobody looks at it again\"",
        ]
    ));
    insta::assert_snapshot!(scratch.read(&format!("{}/incident.yaml", scratch.incident())));
}

#[test]
fn a_root_cause_that_is_written_stays() {
    let scratch = declared();
    scratch.ok("update --set analysis.root_cause.status=found --set \"analysis.root_cause.text=The pool\"");
    for n in 1..5 {
        scratch.ok(&format!("why \"answer {n}\""));
    }
    let last = scratch.run("why \"answer 5\"");
    assert!(last.err.contains("stays"), "{last}");
    assert!(scratch.read(&format!("{}/incident.yaml", scratch.incident())).contains("text: The pool\n"));
}

#[test]
fn a_process_without_whys_counts_them_only() {
    let scratch = Scratch::repo();
    scratch.ok("init --process nasa-l4");
    scratch.ok("declare \"Storage corrupts files\" -s CRITICAL -q");
    insta::assert_snapshot!(told(&scratch, &["why \"a bit was flipped\""]));
}

#[test]
fn an_action_is_changed_by_its_id() {
    let scratch = Scratch::repo();
    scratch.ok("declare \"API slow\" -s SEV2");
    let mut said = String::new();
    for line in [
        "action add \"Raise the limit\"",
        "action set a1 --owner bob --due 3d --status in-progress",
        "action done a1",
        "action set a1 --status open --title \"Raise the limit to 20\"",
        "action set a1",
        "action set a7 --due 3d",
        "update --set impact.features+=login --set impact.features+=orders",
    ] {
        said.push_str(&format!("$ inc {line}\n{}\n", scratch.run(line)));
    }
    insta::assert_snapshot!(said);
    let record = scratch.read(&format!("{}/incident.yaml", scratch.incident()));
    assert!(record.contains("status: open\n") && !record.contains("closed_on"), "{record}");
}
