//! `inc escalate` and `inc notify`: who is called, in what order, and what is written down.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::Scratch;

const PEOPLE: &str = "people:\n  on_call: [Alice, Bob]\n  engineering_lead: { weekly: [Carol, Dan], from: 2025-W46 }\n  management: Eve\n";

fn declared() -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", PEOPLE);
    scratch.ok("declare \"checkout is down\" -s SEV1 -q");
    scratch
}

#[test]
fn without_a_level_the_next_one_owns_it() {
    let mut scratch = declared();
    scratch.at("2025-11-10T14:40:00Z");
    insta::assert_snapshot!("escalate_next", scratch.run("escalate"));
    scratch.at("2025-11-10T14:50:00Z");
    assert!(scratch.ok("escalate --text \"still down\"").contains("is with L3 (Management) now"));
    let refused = scratch.run("escalate");
    assert_eq!(refused.status, 1, "{refused}");
    assert!(refused.err.contains("is with L3, the highest level, already"), "{refused}");
    let json = scratch.ok("show --json");
    assert!(json.contains("\"level\": \"L3\""), "{json}");
    assert_eq!(scratch.git(&["status", "--porcelain", "incidents"]), "");
}

#[test]
fn a_level_is_named_by_its_id() {
    let scratch = declared();
    assert!(scratch.ok("escalate l3").contains("Management: Eve"));
    let again = scratch.run("escalate L3");
    assert_eq!(again.status, 2);
    assert!(again.err.contains("L3 owns"), "{again}");
    let unknown = scratch.run("escalate L9");
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("its levels: L1, L2, L3"), "{unknown}");
}

#[test]
fn nobody_answers() {
    let scratch = declared();
    insta::assert_snapshot!(
        "notify_no_answer",
        scratch.run("notify on-call --channel phone --outcome no-answer")
    );
    let next = scratch.ok("notify Alice --outcome no-answer");
    assert!(next.contains("call next, by 14:36 (in 5m): On-call engineer: Bob"), "{next}");
    let next = scratch.ok("notify bob --outcome no-answer");
    assert!(next.contains("Engineering lead: Carol"), "{next}");
    let next = scratch.ok("notify management --outcome no-answer");
    assert!(next.contains("nobody is left in the call chain"), "{next}");
}

#[test]
fn a_person_stands_for_the_post_that_must_be_told() {
    let scratch = declared();
    assert!(scratch.ok("due").contains("Page the on-call engineer"));
    assert!(scratch.ok("notify alice").contains("on_call · Alice"));
    assert!(!scratch.ok("due").contains("Page the on-call engineer"));
}

#[test]
fn a_slip_is_asked_about_and_a_name_is_taken() {
    let scratch = declared();
    let before = scratch.state();
    let slip = scratch.run("notify on_cal");
    assert_eq!(slip.status, 2);
    assert!(slip.err.contains("did you mean `on_call`?"), "{slip}");
    assert_eq!(scratch.state(), before);
    let person = scratch.run("notify Zoe \"asked for logs\"");
    assert_eq!(person.status, 0, "{person}");
    assert!(person.err.contains("`Zoe` is no post, role or level of standard@1.0.0"), "{person}");
    assert_eq!(scratch.run("notify on_cal --person").status, 0);
}

#[test]
fn people_may_lie_outside_the_repository_and_have_full_names() {
    let mut scratch = Scratch::repo();
    let settings =
        "process: distri-night\nnames: { alice: Alice Martin, bob: Bob N'Guessan }\npeople: { cto: carol }\n";
    scratch.write("inc.yaml", settings);
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("people.yaml");
    std::fs::write(&file, "cto: dana\ndevops_lead: { weekly: [alice, bob], from: 2025-W45 }\n").unwrap();
    scratch.ok("declare \"Application indisponible\" -s P1 --commander bob");
    let (brief, report) = (scratch.ok("render war-room --stdout"), scratch.ok("render --stdout"));
    assert!(brief.contains("- DevOps Lead: à appeler"), "{brief}");
    assert!(report.contains("Incident Commander : Bob N'Guessan"), "{report}");
    scratch.set("INC_PEOPLE", file.to_str().unwrap());
    // Week 46 is the second one's; the outside file goes before `inc.yaml`.
    let brief = scratch.ok("render war-room --stdout");
    assert!(brief.contains("- DevOps Lead: Bob N'Guessan"), "{brief}");
    assert!(scratch.ok("notify cto --outcome no-answer").contains("DevOps Lead: bob"));
    assert!(scratch.run("notify dana").status == 0 && scratch.run("notify carol").err.contains("nobody"));
    // What is kept is the same wherever it is rendered.
    assert_eq!(
        scratch.ok("render --stdout").matches("Bob N'Guessan").count(),
        report.matches("Bob N'Guessan").count()
    );
    scratch.set("INC_PEOPLE", "gone.yaml");
    let gone = scratch.run("due");
    assert!(gone.status == 4 && gone.err.contains("INC_PEOPLE") && gone.err.contains("gone.yaml"), "{gone}");
}
