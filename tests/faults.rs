//! Every command that writes is ended before each step that reaches the disk, once as a kill leaves it and once as
//! a power cut does, when what was not synced is gone or empty. A run strides over the steps; all of them, and every
//! power cut at each, is for
//!
//!     INC_SLOW_TESTS=1 cargo test --test faults
//!
//! `INC_FAULT_ONLY=17` looks at one step alone, the one that a failure names.
#![cfg(all(unix, debug_assertions))]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests run programs and look at files"
)]

mod common;
mod power;
#[path = "faults/same.rs"]
mod same;
#[path = "faults/world.rs"]
mod world;

use std::collections::HashSet;

use power::{Cut, Disk};
use world::{World, command, git, minute, ok, said};

/// Whether there is time for all of it: `INC_SLOW_TESTS=1`.
fn slow() -> bool {
    std::env::var_os("INC_SLOW_TESTS").is_some()
}

/// The power cuts at a step: one in every run, `INC_SLOW_TESTS=1` all.
fn cuts(step: usize) -> Vec<Cut> {
    let all = [Cut::Gone, Cut::Empty, Cut::Mixed(step)];
    if slow() { all.to_vec() } else { vec![all[step % 3]] }
}

/// Ends `line` at each of its steps (every so manieth, where there is no time), and looks at what a kill and the power
/// cuts leave: at each state once, since many a step changes nothing that outlives it.
fn survives(before: &World, line: &str, every: usize) {
    let acknowledged = before.acknowledged();
    let only: Option<usize> = std::env::var("INC_FAULT_ONLY").ok().and_then(|n| n.parse().ok());
    let every = if slow() { 1 } else { every };
    let (mut seen, mut states) = (HashSet::new(), 0);
    let mut look = |world: &World, case: &str| {
        states += 1;
        if seen.insert(same::digest(world.folder.path())) {
            world.assert_well(acknowledged.as_ref(), case);
        }
    };
    for step in (only.unwrap_or(1)..).step_by(every) {
        let killed = before.again();
        let log = killed.folder.path().join("log");
        let disk = Disk::read(killed.folder.path());
        let mut command = command(env!("CARGO_BIN_EXE_inc"), &killed.work(), &minute(8));
        command.args(common::words(line)).env("INC_FAULT", step.to_string()).env("INC_FAULT_LOG", &log);
        let output = command.output().unwrap();
        let steps = std::fs::read_to_string(&log).unwrap_or_default();
        for cut in cuts(step) {
            let lost = before.again();
            disk.cut(&steps, killed.folder.path(), lost.folder.path(), cut);
            look(&lost, &format!("inc {line}, {cut:?} at step {step}\n{steps}"));
        }
        look(&killed, &format!("inc {line}, killed at step {step}\n{steps}"));
        if output.status.code().is_some() {
            assert!(output.status.success(), "inc {line}: {}", said(&output));
            let done = steps.lines().count();
            assert!(done > 10, "inc {line} has but {done} steps");
            eprintln!("inc {line}: {done} steps, {} of {states} states differ", seen.len());
            break;
        }
        if only.is_some() {
            break;
        }
    }
}

#[test]
fn an_entry_survives() {
    survives(&World::new(), "timeline add \"while it breaks\"", 2);
}

#[test]
fn a_declaration_survives() {
    survives(&World::new(), "declare \"another one\" -s SEV3", 4);
}

#[test]
fn a_resolution_with_its_report_survives() {
    let world = World::new();
    ok(&world.work(), &minute(6), "mitigate");
    survives(&world, "resolve \"it works again\"", 11);
}

#[test]
fn evidence_survives() {
    survives(&World::new(), "evidence add ../log.txt", 5);
}

#[test]
fn a_post_mortem_survives() {
    let world = World::new();
    ok(&world.work(), &minute(6), "mitigate");
    ok(&world.work(), &minute(6), "resolve");
    survives(&world, "postmortem new", 11);
}

#[test]
fn a_change_of_the_record_survives() {
    survives(&World::new(), "update -s SEV1 --reason \"more users\" --set impact.users.percent=60", 7);
}

#[test]
fn a_sync_survives() {
    survives(&World::new(), "sync", 5);
}

#[test]
fn what_fell_due_survives() {
    survives(&World::new(), "tick --now 2025-11-10T15:45:00Z", 11);
}

#[test]
fn a_registry_survives() {
    survives(&World::new(), "registry", 7);
}

#[test]
fn setting_up_survives() {
    survives(&World::empty(), "init", 7);
}

/// Mending is interrupted like anything else.
#[test]
fn a_doctor_survives() {
    let world = World::new();
    let work = world.work();
    ok(&work, &minute(6), "registry");
    ok(&work, &minute(6), "timeline add \"by hand\" --no-commit");
    ok(&work, &minute(6), "update --title \"API is down\" --no-commit");
    git(&work, &["config", "--unset", "merge.inc.driver"]);
    git(&work, &["rm", "-q", "--cached", ".gitattributes"]);
    git(&work, &["commit", "-qm", "no attributes"]);
    std::fs::write(work.join(".git/index"), "").unwrap();
    survives(&world, "doctor --fix", 7);
}
