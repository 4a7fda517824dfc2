//! Every command that writes is ended before each step that reaches the disk, once as a kill leaves it and once as
//! a power cut does, when what was not synced is gone or empty.
#![cfg(all(unix, debug_assertions))]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests run programs and look at files"
)]

mod common;
mod power;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use power::{Cut, Disk};

/// A folder that holds a clone `work`, its remote `remote`, and whatever else a command needs.
struct World {
    folder: tempfile::TempDir,
}

fn command(program: &str, dir: &Path, now: &str) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("INC_NOW", now)
        .env("INC_SEED", now.bytes().map(u64::from).sum::<u64>().to_string())
        .stdin(Stdio::null());
    command
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A minute of the story.
fn minute(minute: u32) -> String {
    format!("2025-11-10T15:{minute:02}:00Z")
}

fn inc(dir: &Path, now: &str, line: &str) -> Output {
    output(command(env!("CARGO_BIN_EXE_inc"), dir, now).args(common::words(line)))
}

fn ok(dir: &Path, now: &str, line: &str) -> String {
    let output = inc(dir, now, line);
    assert!(output.status.success(), "inc {line}: {}", said(&output));
    said(&output)
}

fn git(dir: &Path, args: &[&str]) -> String {
    let output = output(command("git", dir, "").args(args));
    assert!(output.status.success(), "git {args:?} in {}: {}", dir.display(), said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// A folder in memory where there is one: what is lost is said by the test and not by the disk.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl World {
    /// An incident with two entries that were sent, one that was not, and one of somebody else's to receive.
    fn new() -> Self {
        let world = Self { folder: folder() };
        let root = world.folder.path();
        git(root, &["init", "-q", "--bare", "-b", "main", "remote"]);
        git(root, &["clone", "-q", "remote", "work"]);
        let work = world.work();
        for (key, value) in [("user.name", "alice"), ("user.email", "alice@example.com")] {
            git(&work, &["config", key, value]);
        }
        git(&work, &["symbolic-ref", "HEAD", "refs/heads/main"]);
        ok(&work, &minute(0), "init");
        ok(&work, &minute(1), "declare \"API is slow\" -s SEV2 --commander alice");
        ok(&work, &minute(2), "timeline add \"the first\"");
        ok(&work, &minute(3), "sync");
        git(root, &["clone", "-q", "remote", "other"]);
        let other = root.join("other");
        for (key, value) in [("user.name", "bob"), ("user.email", "bob@example.com")] {
            git(&other, &["config", key, value]);
        }
        ok(&other, &minute(4), "timeline add \"from elsewhere\"");
        ok(&other, &minute(5), "sync");
        ok(&work, &minute(6), "timeline add \"the second\"");
        std::fs::write(root.join("log.txt"), "what the service said\n").unwrap();
        world
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The same again, to be spoilt.
    fn again(&self) -> Self {
        let folder = folder();
        for name in ["work", "remote", "log.txt"] {
            copy(&self.folder.path().join(name), &folder.path().join(name));
        }
        let copied = Self { folder };
        let remote = copied.folder.path().join("remote");
        git(&copied.work(), &["remote", "set-url", "origin", remote.to_str().unwrap()]);
        // What a copy changes in the index is none of the command's doing.
        git(&copied.work(), &["update-index", "-q", "--refresh"]);
        copied
    }

    /// The texts of the entries that `show` has.
    fn texts(&self, id: &str) -> Vec<String> {
        let output = inc(&self.work(), &minute(50), &format!("show --json -i {id}"));
        assert!(output.status.success(), "{}", said(&output));
        let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let entries = shown["timeline"].as_array().unwrap();
        entries.iter().filter_map(|e| e["text"].as_str()).map(str::to_owned).collect()
    }

    /// The paths that git calls changed; with `fresh`, those that truly are not as HEAD has them.
    fn changed(&self, fresh: bool) -> BTreeSet<String> {
        let work = self.work();
        let index = self.folder.path().join("fresh-index");
        let mut status = command("git", &work, "");
        if fresh {
            let mut read = command("git", &work, "");
            assert!(
                read.env("GIT_INDEX_FILE", &index).args(["read-tree", "HEAD"]).status().unwrap().success()
            );
            status.env("GIT_INDEX_FILE", &index);
        }
        let output = output(status.args(["status", "--porcelain", "--untracked-files=all", "--no-renames"]));
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line[3..].to_owned()).collect()
    }

    /// What holds after whatever happened: nothing acknowledged is lost, nothing half is seen, git is well, and
    /// the next command or `doctor` deals with what was left, in words.
    fn assert_well(&self, id: &str, acknowledged: &[String], case: &str) {
        let work = self.work();
        let mut told = String::new();
        // What a power cut emptied is nobody's text: git's index, and files that were just received.
        if self.has_empty() {
            told.push_str(&said(&inc(&work, &minute(50), "doctor --fix")));
            assert!(told.contains("as a power cut leaves a file"), "{case}: {told}");
        }
        let seen = self.texts(id);
        assert!(acknowledged.iter().all(|text| seen.contains(text)), "{case}: {seen:?}");
        let checked = inc(&work, &minute(51), "check --format json");
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.iter().all(|f| f["rule"] != "schema"), "{case}: {report}");
        git(&work, &["fsck", "--strict"]);
        let left = self.changed(true);
        assert_eq!(self.changed(false), left, "{case}: git status is not honest");
        told.push_str(&ok(&work, &minute(52), &format!("timeline add \"the next\" -i {id}")));
        age_leftovers(&work);
        told.push_str(&said(&inc(&work, &minute(53), "doctor --fix")));
        // A report is rendered again by the next command, which need not speak of it.
        for path in
            left.iter().filter(|path| !path.ends_with("INCIDENT.md") && !path.ends_with("POSTMORTEM.md"))
        {
            let folder = path.split_inclusive(".tmp/").next().unwrap().trim_end_matches('/');
            assert!(told.contains(folder), "{case}: nobody speaks of {path}:\n{told}");
        }
        git(&work, &["fsck", "--strict"]);
        let left: Vec<String> =
            self.changed(true).into_iter().filter(|p| !p.contains("/evidence/")).collect();
        assert!(left.is_empty(), "{case}: {left:?} is left after doctor, which said\n{told}");
        let seen = self.texts(id);
        assert!(seen.iter().any(|text| text == "the next"), "{case}");
        assert!(acknowledged.iter().all(|text| seen.contains(text)), "{case}: {seen:?}");
    }

    /// Whether git's index or a file beside the entries is empty.
    fn has_empty(&self) -> bool {
        let work = self.work();
        let empty = |path: &Path| path.metadata().is_ok_and(|found| found.len() == 0);
        let entries = power::files(&work.join("incidents")).into_iter();
        empty(&work.join(".git/index"))
            || entries
                .filter(|p| p.extension().is_some_and(|e| e != "tmp"))
                .any(|p| empty(&work.join("incidents").join(p)))
    }
}

/// Makes temporary files old enough to be nobody's.
fn age_leftovers(dir: &Path) {
    for path in power::files(dir) {
        let half = path.ancestors().filter(|p| p.extension().is_some_and(|e| e == "tmp"));
        for path in half {
            let file = std::fs::File::open(dir.join(path)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(600)).unwrap();
        }
    }
}

/// Whether there is time for all of it: `INC_SLOW_TESTS=1`.
fn slow() -> bool {
    std::env::var_os("INC_SLOW_TESTS").is_some()
}

/// The power cuts at a step: one in every run, `INC_SLOW_TESTS=1` all.
fn cuts(step: usize) -> Vec<Cut> {
    let all = [Cut::Gone, Cut::Empty, Cut::Mixed(step)];
    if slow() { all.to_vec() } else { vec![all[step % 3]] }
}

/// Ends `line` at each of its steps (every so manieth, where there is no time), and looks at what a kill and the power cuts leave.
fn survives(before: &World, line: &str, every: usize) {
    let id = ok(&before.work(), &minute(7), "list --all --json");
    let id: serde_json::Value = serde_json::from_str(&id).unwrap();
    let id = id[0]["id"].as_str().unwrap().to_owned();
    let acknowledged = before.texts(&id);
    let only: Option<usize> = std::env::var("INC_FAULT_ONLY").ok().and_then(|n| n.parse().ok());
    let every = if slow() { 1 } else { every };
    for step in (only.unwrap_or(1)..).step_by(every) {
        let killed = before.again();
        let log = killed.folder.path().join("log");
        let disk = Disk::read(killed.folder.path());
        let mut command = command(env!("CARGO_BIN_EXE_inc"), &killed.work(), &minute(8));
        command.args(common::words(line)).env("INC_FAULT", step.to_string()).env("INC_FAULT_LOG", &log);
        let output = output(&mut command);
        let steps = std::fs::read_to_string(&log).unwrap_or_default();
        for cut in cuts(step) {
            let lost = before.again();
            disk.cut(&steps, killed.folder.path(), lost.folder.path(), cut);
            lost.assert_well(&id, &acknowledged, &format!("inc {line}, {cut:?} at step {step}\n{steps}"));
        }
        killed.assert_well(&id, &acknowledged, &format!("inc {line}, killed at step {step}\n{steps}"));
        if output.status.code().is_some() {
            assert!(output.status.success(), "inc {line}: {}", said(&output));
            assert!(step > 10, "inc {line} has but {step} steps");
            eprintln!("inc {line}: {} steps", step - 1);
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
