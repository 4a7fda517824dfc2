//! Many processes writing to one repository at once, and many clones with one remote.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests run programs and look at files"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Scratch;

/// Runs `inc` as a person would, with the real clock and real random names.
fn inc(dir: &Path, args: &[&str]) -> bool {
    let output = run(dir, args);
    if !output.status.success() {
        eprintln!("inc {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inc"))
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("INC_NOW")
        .env_remove("INC_SEED")
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .unwrap()
}

/// A number of the environment, for longer runs by hand.
fn number(name: &str, or: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}

/// Each text is in exactly one entry of the timeline.
fn assert_each_once(scratch: &Scratch, dir: &str, texts: &BTreeSet<String>) {
    let folder = scratch.path().join(dir);
    let output = Command::new("git")
        .current_dir(&folder)
        .args(["grep", "-hE", "^entry [0-9]+ of [0-9]+$", "HEAD", "--", "incidents"])
        .output()
        .unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<String> = found.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), texts.len());
    assert_eq!(&lines.into_iter().collect::<BTreeSet<_>>(), texts);
    let fsck = Command::new("git").current_dir(&folder).args(["fsck", "--strict"]).output().unwrap();
    assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
    assert_eq!(scratch.git(&["-C", dir, "status", "--porcelain"]), "");
}

/// `processes` at a time write `entries` each.
fn write_at_once(dir: &Path, processes: usize, entries: usize) -> BTreeSet<String> {
    let failures = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for process in 0..processes {
            let failures = &failures;
            scope.spawn(move || {
                for entry in 0..entries {
                    let text = format!("entry {entry} of {process}");
                    if !inc(dir, &["timeline", "add", &text]) {
                        failures.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(failures.load(Ordering::Relaxed), 0);
    (0..processes).flat_map(|p| (0..entries).map(move |e| format!("entry {e} of {p}"))).collect()
}

#[test]
fn of_many_processes_at_once_every_entry_is_committed_once() {
    let scratch = Scratch::repo();
    assert!(inc(scratch.path(), &["init"]));
    assert!(inc(scratch.path(), &["declare", "API is slow", "-s", "SEV2"]));
    let (processes, entries) = (number("INC_PROCESSES", 8), number("INC_ENTRIES", 5));
    let started = std::time::Instant::now();
    let texts = write_at_once(scratch.path(), processes, entries);
    eprintln!("{} entries by {processes} processes in {:?}", texts.len(), started.elapsed());
    assert_each_once(&scratch, "", &texts);
    let commits = scratch.git(&["rev-list", "--count", "HEAD"]);
    assert!(commits.trim().parse::<usize>().unwrap() <= texts.len() + 2);
}

/// As many hands as an outage has, and no word about what another of them is in the middle of.
#[test]
fn of_twenty_entries_by_eight_at_a_time_all_twenty_are_committed_without_a_word() {
    let scratch = Scratch::repo();
    let dir = scratch.path();
    assert!(inc(dir, &["init"]));
    assert!(inc(dir, &["declare", "API is slow", "-s", "SEV2"]));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let entry = next.fetch_add(1, Ordering::Relaxed);
                    if entry >= 20 {
                        break;
                    }
                    let output = run(dir, &["timeline", "add", &format!("entry {entry} of 20")]);
                    assert!(output.status.success());
                    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
                }
            });
        }
    });
    assert_each_once(&scratch, "", &(0..20).map(|entry| format!("entry {entry} of 20")).collect());
}

/// What was left by a command that ended before its commit is committed by the next one, which says so; a new
/// incident is whole then, too.
#[test]
fn what_an_interrupted_command_left_is_committed_by_the_next_in_words() {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"API is slow\" -s SEV2 --no-commit");
    scratch.ok("timeline add \"it is the database\" --no-commit");
    insta::assert_snapshot!(scratch.run("timeline add \"it is the network\""), @r"
    20251110-ttgk 14:31  note  it is the network
    --- stderr
    also commits incidents/2025/20251110-ttgk/incident.yaml, which was not committed yet
    also commits incidents/2025/20251110-ttgk/timeline/20251110T143100Z-declared-rqde.md, which was not committed yet
    also commits incidents/2025/20251110-ttgk/timeline/20251110T143100Z-note-00rz.md, which was not committed yet
    ");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn of_many_clones_at_once_every_entry_reaches_all() {
    let clones = number("INC_CLONES", 3);
    let entries = number("INC_ENTRIES", 5);
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "--bare", "-b", "main", "remote"]);
    let names: Vec<String> = (0..clones).map(|n| format!("clone{n}")).collect();
    for (n, name) in names.iter().enumerate() {
        scratch.git(&["clone", "-q", "remote", name]);
        scratch.git(&["-C", name, "config", "user.name", name]);
        scratch.git(&["-C", name, "config", "user.email", "clone@example.com"]);
        if n == 0 {
            scratch.git(&["-C", name, "symbolic-ref", "HEAD", "refs/heads/main"]);
            assert!(inc(&scratch.path().join(name), &["init"]));
            assert!(inc(&scratch.path().join(name), &["declare", "API is slow", "-s", "SEV2"]));
            assert!(inc(&scratch.path().join(name), &["sync"]));
        }
    }
    let texts: BTreeSet<String> =
        (0..clones).flat_map(|n| (0..entries).map(move |e| format!("entry {e} of {n}"))).collect();
    std::thread::scope(|scope| {
        for (n, name) in names.iter().enumerate() {
            let dir = scratch.path().join(name);
            scope.spawn(move || {
                for entry in 0..entries {
                    assert!(inc(&dir, &["timeline", "add", &format!("entry {entry} of {n}")]));
                    if entry % 5 == 4 || entry + 1 == entries {
                        assert!(inc(&dir, &["sync"]));
                    }
                }
            });
        }
    });
    for name in &names {
        assert!(inc(&scratch.path().join(name), &["sync"]));
        assert_each_once(&scratch, name, &texts);
    }
}
