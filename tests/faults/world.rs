//! The repositories in which commands are ended half way, and what must hold in them afterwards.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests run programs and look at files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::{common, power};

/// A folder that holds a clone `work`, its remote `remote`, and whatever else a command needs.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
}

/// What was acknowledged before a command began, and must be there after it whatever happens.
pub(crate) struct Acknowledged {
    /// The incident.
    id: String,
    /// The texts of its entries.
    texts: Vec<String>,
}

pub(crate) fn command(program: &str, dir: &Path, now: &str) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        // No sample hooks: fewer files to copy and to compare.
        .env("GIT_TEMPLATE_DIR", "")
        .env("INC_NOW", now)
        .env("INC_SEED", now.bytes().map(u64::from).sum::<u64>().to_string())
        .stdin(Stdio::null());
    command
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A minute of the story.
pub(crate) fn minute(minute: u32) -> String {
    format!("2025-11-10T15:{minute:02}:00Z")
}

fn inc(dir: &Path, now: &str, line: &str) -> Output {
    command(env!("CARGO_BIN_EXE_inc"), dir, now).args(common::words(line)).output().unwrap()
}

pub(crate) fn ok(dir: &Path, now: &str, line: &str) -> String {
    let output = inc(dir, now, line);
    assert!(output.status.success(), "inc {line}: {}", said(&output));
    said(&output)
}

pub(crate) fn git(dir: &Path, args: &[&str]) -> String {
    let output = command("git", dir, "").args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?} in {}: {}", dir.display(), said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A folder in memory where there is one: what is lost is said by the test and not by the disk.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        std::fs::copy(from, to).unwrap();
        return;
    }
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        copy(&from.join(&name), &to.join(&name));
    }
}

impl World {
    /// A clone of an empty remote, in which nothing of `inc`'s is.
    pub(crate) fn empty() -> Self {
        let world = Self { folder: folder() };
        let root = world.folder.path();
        git(root, &["init", "-q", "--bare", "-b", "main", "remote"]);
        world.clone_as("work", "alice");
        git(&world.work(), &["symbolic-ref", "HEAD", "refs/heads/main"]);
        world
    }

    /// An incident with two entries that were sent, one that was not, and one of somebody else's to receive.
    pub(crate) fn new() -> Self {
        let world = Self::empty();
        let work = world.work();
        ok(&work, &minute(0), "init");
        ok(&work, &minute(1), "declare \"API is slow\" -s SEV2 --commander alice");
        ok(&work, &minute(2), "timeline add \"the first\"");
        ok(&work, &minute(3), "sync");
        world.clone_as("other", "bob");
        let other = world.folder.path().join("other");
        ok(&other, &minute(4), "timeline add \"from elsewhere\"");
        ok(&other, &minute(5), "sync");
        ok(&work, &minute(6), "timeline add \"the second\"");
        std::fs::write(world.folder.path().join("log.txt"), "what the service said\n").unwrap();
        world
    }

    /// Where both lie makes no difference to a clone that names its remote from itself: it may be copied.
    fn clone_as(&self, name: &str, person: &str) {
        git(self.folder.path(), &["clone", "-q", "remote", name]);
        let clone = self.folder.path().join(name);
        git(&clone, &["remote", "set-url", "origin", "../remote"]);
        git(&clone, &["config", "user.name", person]);
        git(&clone, &["config", "user.email", &format!("{person}@example.com")]);
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The same again, to be spoilt.
    pub(crate) fn again(&self) -> Self {
        let copied = Self { folder: folder() };
        for name in ["work", "remote", "log.txt"] {
            if self.folder.path().join(name).exists() {
                copy(&self.folder.path().join(name), &copied.folder.path().join(name));
            }
        }
        // What a copy changes in the index is none of the command's doing. One that is empty says nothing.
        let _ =
            command("git", &copied.work(), "").args(["update-index", "-q", "--refresh"]).output().unwrap();
        copied
    }

    /// What there is to lose; nothing where there is no incident yet.
    pub(crate) fn acknowledged(&self) -> Option<Acknowledged> {
        let listed = ok(&self.work(), &minute(7), "list --all --json");
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let id = listed.get(0)?["id"].as_str().unwrap().to_owned();
        let texts = self.texts(&id);
        Some(Acknowledged { id, texts })
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
            // An unborn branch has no files.
            let born =
                command("git", &work, "").args(["rev-parse", "-q", "--verify", "HEAD"]).output().unwrap();
            let from = if born.status.success() { "HEAD" } else { "--empty" };
            let mut read = command("git", &work, "");
            let read = read.env("GIT_INDEX_FILE", &index).args(["read-tree", from]).status().unwrap();
            assert!(read.success());
            status.env("GIT_INDEX_FILE", &index);
        }
        let output =
            status.args(["status", "--porcelain", "--untracked-files=all", "--no-renames"]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line[3..].to_owned()).collect()
    }

    /// What holds after whatever happened: nothing acknowledged is lost, nothing half is seen, git is well, and
    /// the next command or `doctor` deals with what was left, in words.
    pub(crate) fn assert_well(&self, before: Option<&Acknowledged>, case: &str) {
        let work = self.work();
        let mut told = String::new();
        // What a power cut emptied is nobody's text: git's index, and files that were just received.
        if self.has_empty() {
            told.push_str(&said(&inc(&work, &minute(50), "doctor --fix")));
            assert!(told.contains("as a power cut leaves a file"), "{case}: {told}");
        }
        self.assert_nothing_lost(before, case);
        let checked = inc(&work, &minute(51), "check --format json");
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.iter().all(|f| f["rule"] != "schema"), "{case}: {report}");
        self.assert_objects_well(case);
        let left = self.changed(true);
        assert_eq!(self.changed(false), left, "{case}: git status is not honest");
        if let Some(before) = before {
            told.push_str(&ok(&work, &minute(52), &format!("timeline add \"the next\" -i {}", before.id)));
        }
        age_leftovers(&work);
        told.push_str(&said(&inc(&work, &minute(53), "doctor --fix")));
        // A report is rendered again by the next command, which need not speak of it.
        for path in
            left.iter().filter(|path| !path.ends_with("INCIDENT.md") && !path.ends_with("POSTMORTEM.md"))
        {
            let folder = path.split_inclusive(".tmp/").next().unwrap().trim_end_matches('/');
            assert!(told.contains(folder), "{case}: nobody speaks of {path}:\n{told}");
        }
        self.assert_objects_well(case);
        let left: Vec<String> =
            self.changed(true).into_iter().filter(|p| !p.contains("/evidence/")).collect();
        assert!(left.is_empty(), "{case}: {left:?} is left after doctor, which said\n{told}");
        self.assert_nothing_lost(before, case);
        match before {
            Some(before) => assert!(self.texts(&before.id).iter().any(|text| text == "the next"), "{case}"),
            None => drop(ok(&work, &minute(54), "declare \"the next\" -s SEV3")),
        }
    }

    fn assert_objects_well(&self, case: &str) {
        let output = command("git", &self.work(), "").args(["fsck", "--strict"]).output().unwrap();
        assert!(output.status.success(), "{case}: git fsck: {}", said(&output));
    }

    fn assert_nothing_lost(&self, before: Option<&Acknowledged>, case: &str) {
        let Some(before) = before else { return };
        let seen = self.texts(&before.id);
        assert!(before.texts.iter().all(|text| seen.contains(text)), "{case}: {seen:?}");
    }

    /// Whether git's index or a file beside the entries is empty.
    fn has_empty(&self) -> bool {
        let work = self.work();
        let empty = |path: &Path| path.metadata().is_ok_and(|found| found.len() == 0);
        let incidents = work.join("incidents");
        let files = if incidents.exists() { power::files(&incidents) } else { Vec::new() };
        empty(&work.join(".git/index"))
            || files
                .into_iter()
                .filter(|p| p.extension().is_some_and(|e| e != "tmp"))
                .any(|p| empty(&incidents.join(p)))
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
