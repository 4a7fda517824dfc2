//! `inc waive`, `inc decision` and `inc approve`, as a person sees them.

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

/// The last entry of a kind, without the lines that differ from run to run.
fn entry(scratch: &Scratch, kind: &str) -> String {
    let files = scratch.files();
    let name = files.iter().rfind(|f| f.contains(&format!("-{kind}-"))).unwrap();
    scratch.read(name)
}

#[test]
fn a_finding_is_accepted_with_a_reason_once() {
    let scratch = declared();
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "waive INC-0022 --reason x",
            "waive schema --reason \"it is fine\"",
            "waive INC-003 --reason \"the disk was full\"",
            "waive INC-002",
            "waive INC-002 --reason \"  \"",
            "waive INC-002 --reason telephone",
            "waive INC-002 --reason \"declared by telephone first\"",
            "waive INC-002 --reason \"again\"",
        ]
    ));
    insta::assert_snapshot!(entry(&scratch, "waived"));
}

#[test]
fn an_obligation_is_accepted_unmet_and_no_longer_holds_anything_up() {
    let mut scratch = declared();
    scratch.at("2025-11-10T14:40:00Z");
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "waive",
            "waive --obligation postmortem-plan --reason no",
            "waive --obligation commander --reason \"two people, both there\"",
            "waive commander --reason \"again\"",
            "waive page --reason \"they sit next to each other\"",
        ]
    ));
    let due = scratch.ok("due --json");
    assert!(!due.contains("\"obligation\": \"commander\""), "{due}");
    scratch.ok("respond");
    let met = scratch.run("waive --obligation respond --reason x");
    assert_eq!((met.status, met.err.as_str()), (2, "error: `respond` is met: there is nothing to waive\n"));
}

#[test]
fn a_decision_says_what_was_seen_and_who_decided() {
    let scratch = declared();
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "decision \"\"",
            "decision \"fail over to the second site\" --observe \"the first does not answer\" --orient \"its network is gone\" --act \"change DNS\" --decider bob",
        ]
    ));
    insta::assert_snapshot!(entry(&scratch, "decision"));
}

#[test]
fn who_may_approve_is_the_processs() {
    let scratch = declared();
    scratch.write("inc.yaml", "process: standard@1.0.0\npeople:\n  management: dana\n");
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "approve",
            "approve pres",
            "approve press",
            "approve press --as cio",
            "approve press --as privacy",
            "approve press --as management",
            "approve press --by Dana \"after a call\"",
            "approve press --by dana",
            "approve affected --as privacy --by erin",
            "approve postmortem",
        ]
    ));
    insta::assert_snapshot!(entry(&scratch, "approved"));
}

#[test]
fn a_rollback_is_approved_by_a_second_person_after_its_validation() {
    let scratch = Scratch::repo();
    scratch.ok("init --process nasa-l4");
    let worst = "CRITICAL";
    scratch.ok(&format!("declare \"Storage corrupts files\" -s {worst} -q"));
    scratch.ok("decision \"roll back\" --decider alice");
    insta::assert_snapshot!("before", told(&scratch, &["approve rollback --by bob"]));
    scratch.git(&["tag", "-a", "SEALED-1", "-m", "ran for a year"]);
    scratch.ok("rollback plan --target SEALED-1 --because fix-impossible --by carol");
    scratch.ok("rollback validate --by carol");
    insta::assert_snapshot!(
        "after",
        told(
            &scratch,
            &[
                "approve rollback",
                "approve rollback --by carol",
                "approve rollback --by bob --at 2025-11-10T15:00:00Z",
                "approve rollback --by dave --at 2025-11-10T15:01:00Z",
            ]
        )
    );
}
