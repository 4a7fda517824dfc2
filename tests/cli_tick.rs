//! `inc tick`: what fell due is written once, the same on every clone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::Scratch;

fn declared(process: &str, severity: &str) -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", format!("process: {process}\n"));
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "settings"]);
    scratch.ok(&format!("declare \"down\" -s {severity} -q"));
    scratch
}

fn level(scratch: &Scratch) -> String {
    let show = scratch.ok("show --json");
    show.lines().find_map(|l| l.strip_prefix("  \"level\": ")).unwrap().trim_end_matches(',').to_owned()
}

#[test]
fn levels_rise_with_time_and_to_the_second() {
    let mut scratch = declared("alertimmo", "Critique");
    for (now, expected) in [
        ("2025-11-10T14:45:59Z", "\"L1\""),
        ("2025-11-10T14:46:00Z", "\"L2\""),
        ("2025-11-10T15:00:59Z", "\"L2\""),
        ("2025-11-10T15:01:00Z", "\"L3\""),
        ("2025-11-10T15:31:00Z", "\"L3\""),
        ("2025-11-10T15:31:01Z", "\"L4\""),
    ] {
        scratch.at(now);
        scratch.ok("tick");
        assert_eq!(level(&scratch), expected, "at {now}");
        let after = scratch.state();
        assert_eq!(scratch.run("tick").err, "nothing fell due\n", "at {now}");
        assert_eq!(scratch.state(), after, "at {now}");
    }
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_late_is_written_at_its_own_time_in_one_commit() {
    let mut scratch = declared("alertimmo", "Critique");
    scratch.at("2025-11-10T15:05:00Z");
    let before = scratch.git(&["rev-list", "--count", "HEAD"]);
    insta::assert_snapshot!("tick_late", scratch.run("tick"));
    let after = scratch.git(&["rev-list", "--count", "HEAD"]);
    assert_eq!(after.trim().parse::<u32>().unwrap(), before.trim().parse::<u32>().unwrap() + 1);
    let l2 = scratch.files().into_iter().find(|f| f.contains("20251110T144600Z-escalated-")).unwrap();
    insta::assert_snapshot!("tick_entry", scratch.read(&l2));
    scratch.ok("assign commander bob");
    assert_eq!(scratch.run("check").status, 0, "{}", scratch.run("check"));
}

#[test]
fn a_dry_run_writes_nothing() {
    let mut scratch = declared("alertimmo", "Critique");
    scratch.at("2025-11-10T14:50:00Z");
    let before = scratch.state();
    assert!(scratch.ok("tick --dry-run").contains("→ L2"));
    assert_eq!(scratch.state(), before);
}

#[test]
fn an_update_that_is_missed_again_and_again_is_told_less_and_less() {
    let mut scratch = declared("standard", "SEV1");
    scratch.ok("ack");
    scratch.ok("comms post --value features=checkout");
    let notes = |scratch: &Scratch| scratch.files().iter().filter(|f| f.contains("-note-")).count();
    scratch.at("2025-11-10T15:01:00Z");
    scratch.ok("tick");
    let early = notes(&scratch);
    scratch.at("2025-11-10T15:01:30Z");
    insta::assert_snapshot!("tick_missed", scratch.run("tick"));
    assert_eq!(notes(&scratch), early + 1);
    for (now, expected) in [("15:31:30", 2), ("16:01:30", 2), ("16:31:30", 3), ("18:31:30", 4)] {
        scratch.at(&format!("2025-11-10T{now}Z"));
        scratch.ok("tick");
        let text = scratch.ok("timeline list --kind note");
        assert_eq!(text.matches("Next update to users").count(), expected, "at {now}\n{text}");
    }
}

#[test]
fn what_a_tick_notes_is_no_word_of_anybodys() {
    let mut scratch = declared("alertimmo", "Critique");
    scratch.ok("update --set impact.visible=true");
    scratch.at("2025-11-10T15:01:01Z");
    scratch.ok("tick");
    let note = scratch.files().into_iter().find(|f| f.contains("20251110T150101Z-note-")).unwrap();
    let entry = scratch.read(&note);
    assert!(entry.contains("kind: note\nrule: status-updates\n"), "{entry}");
    let checklist = |scratch: &Scratch| scratch.ok("checklist show response --json");
    let before = checklist(&scratch);
    assert!(before.contains("documentation-temps-reel"), "{before}");
    scratch.ok("timeline add \"redémarrage\"");
    assert_ne!(checklist(&scratch), before, "a note of a person is documentation");
    assert!(!before.contains("\"at\": \"2025-11-10T15:01:01Z\""), "{before}");
}

#[test]
fn what_is_done_or_over_falls_due_no_more() {
    let mut scratch = declared("alertimmo", "Critique");
    scratch.ok("tick");
    scratch.at("2025-11-10T14:40:00Z");
    scratch.ok("resolve");
    scratch.at("2025-11-10T16:40:00Z");
    assert!(!scratch.ok("tick").contains("→ L2"));
    let mut scratch = declared("alertimmo", "Critique");
    scratch.ok("escalate L3");
    scratch.at("2025-11-10T15:10:00Z");
    assert!(!scratch.ok("tick").contains("→ L"), "L3 has it already");
}

#[test]
fn two_clones_write_the_same_and_merge() {
    let mut scratch = declared("alertimmo", "Critique");
    scratch.ok("update --set impact.visible=true");
    scratch.git(&["clone", "-q", "--bare", ".", "hub.git"]);
    scratch.git(&["clone", "-q", "hub.git", "one"]);
    scratch.git(&["clone", "-q", "hub.git", "two"]);
    for clone in ["one", "two"] {
        scratch.git(&["-C", clone, "config", "user.name", clone]);
        scratch.git(&["-C", clone, "config", "user.email", "a@example.com"]);
    }
    scratch.at("2025-11-10T14:50:00Z");
    scratch.ok("-C one tick");
    scratch.at("2025-11-10T15:03:00Z");
    scratch.ok("-C one tick");
    scratch.ok("-C two tick");
    scratch.git(&["-C", "one", "push", "-q"]);
    scratch.git(&["-C", "two", "pull", "-q", "--no-rebase", "--no-edit"]);
    scratch.git(&["-C", "two", "push", "-q"]);
    scratch.git(&["-C", "one", "pull", "-q", "--ff-only"]);
    let tree = |clone: &str| scratch.git(&["-C", clone, "rev-parse", "HEAD^{tree}"]);
    assert_eq!(tree("one"), tree("two"));
    let after = scratch.git(&["-C", "one", "rev-parse", "HEAD"]);
    scratch.ok("-C one tick");
    assert_eq!(scratch.git(&["-C", "one", "rev-parse", "HEAD"]), after);
    let escalated = scratch.ok("-C one timeline list --kind escalated");
    assert_eq!(escalated.lines().count(), 3, "{escalated}");
    let missed = scratch.ok("-C one timeline list --kind note");
    assert_eq!(missed.matches("Mise à jour du statut").count(), 1, "{missed}");
}
