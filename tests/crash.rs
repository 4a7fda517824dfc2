//! Killed at any moment, a disk that is full or read-only: what was acknowledged is there, and nothing half.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests run programs and look at files"
)]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::Scratch;

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inc"));
    command
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("INC_NOW")
        .env_remove("INC_SEED")
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn inc(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().unwrap()
}

fn must(dir: &Path, args: &[&str]) -> String {
    let output = inc(dir, args);
    assert!(output.status.success(), "inc {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How many commands are to die: a few in every run, `INC_SLOW_TESTS=1` a thousand.
fn kills() -> usize {
    if std::env::var_os("INC_SLOW_TESTS").is_some() { 1000 } else { 40 }
}

/// The texts of all entries, as `show --json` has them.
fn texts(dir: &Path) -> Vec<String> {
    let shown: serde_json::Value = serde_json::from_str(&must(dir, &["show", "--json"])).unwrap();
    let entries = shown["timeline"].as_array().unwrap();
    entries.iter().filter_map(|e| e["text"].as_str()).map(str::to_owned).collect()
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let scratch = Scratch::repo();
    let dir = scratch.path();
    must(dir, &["init"]);
    must(dir, &["declare", "API is slow", "-s", "SEV2"]);
    let started = std::time::Instant::now();
    for _ in 0..3 {
        must(dir, &["timeline", "add", "measured"]);
    }
    let whole = started.elapsed() / 3;
    let mut acknowledged = Vec::new();
    let mut killed = 0;
    let mut n = 0;
    while killed < kills() {
        n += 1;
        let text = format!("entry {n}");
        let mut child = command(dir, &["timeline", "add", &text]).spawn().unwrap();
        // Moments spread over the whole of a command, each at another place; some commands live to the end.
        if n % 6 != 5 {
            let part = (n * 7919) % 1200;
            std::thread::sleep(whole * part / 1000);
            let _ = child.kill();
        }
        if child.wait().unwrap().success() {
            acknowledged.push(text);
        } else {
            killed += 1;
        }
        if n % 20 == 19 {
            // What readers see is whole at any time, whatever was left.
            must(dir, &["list"]);
            let seen = texts(dir);
            assert!(acknowledged.iter().all(|text| seen.contains(text)), "{n}");
        }
    }
    eprintln!("killed {killed} of {n}, {} acknowledged", acknowledged.len());
    assert!(!acknowledged.is_empty(), "nothing was acknowledged");
    let last = must(dir, &["timeline", "add", "the next command"]);
    assert!(!last.is_empty());
    let seen = texts(dir);
    for text in &acknowledged {
        assert_eq!(seen.iter().filter(|t| *t == text).count(), 1, "{text}");
    }
    let written = seen.iter().filter(|t| t.starts_with("entry ")).count();
    assert!(written <= acknowledged.len() + killed, "an entry is there that nobody wrote");
    // Every entry that is on disk is committed, and nothing else is left than temporary files.
    let status = scratch.git(&["status", "--porcelain"]);
    assert!(status.lines().all(|line| line.starts_with("?? ") && line.contains("/.inc-")), "{status}");
    scratch.git(&["fsck", "--strict"]);
    let findings = inc(dir, &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&findings.stdout).unwrap();
    let schema = |f: &&serde_json::Value| f["rule"] == "schema";
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(schema).count(), 0, "{report}");
}

/// A small file system of its own, unmounted when dropped; `None` where this user may not mount.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then_some(Self(dir))
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(self.0.path()).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn git(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git").current_dir(dir).arg("--no-optional-locks").args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn on_disk(disk: &SmallDisk) -> &Path {
    let dir = disk.0.path();
    git(dir, &["init", "-q", "-b", "main"]);
    git(dir, &["config", "user.name", "alice"]);
    git(dir, &["config", "user.email", "alice@example.com"]);
    must(dir, &["init"]);
    must(dir, &["declare", "API is slow", "-s", "SEV2"]);
    dir
}

#[test]
fn on_a_full_disk_what_was_acknowledged_stays_and_the_failure_is_said() {
    let Some(disk) = SmallDisk::new("6m") else {
        eprintln!("skipped: a small disk cannot be mounted by this user");
        return;
    };
    let dir = on_disk(&disk);
    let filler = dir.join(".git/filler");
    // Full to the last block, then a little space at a time: each step of a command meets the end of the disk.
    let mut acknowledged = Vec::new();
    let (mut refused, mut left) = (0, 0);
    for free in 0..24_u64 {
        fill(&filler, free);
        let text = format!("entry {free}");
        let output = inc(dir, &["timeline", "add", &text]);
        if output.status.success() {
            acknowledged.push(text);
        } else {
            refused += 1;
            let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
            assert_eq!(output.status.code(), Some(4), "{said}");
            assert!(said.contains("full") || said.contains("no space"), "{said}");
            // What is on disk and would be there twice, and what is not, is told apart.
            let kept = git(dir, &["status", "--porcelain", "-uall"]).lines().count() > left;
            assert_eq!(said.contains("do not write it again"), kept, "{said}");
            assert_eq!(said.contains("nothing was written"), !kept, "{said}");
        }
        left = git(dir, &["status", "--porcelain", "-uall"]).lines().count();
    }
    assert!(refused > 0, "the disk was never full");
    std::fs::remove_file(&filler).unwrap();
    must(dir, &["timeline", "add", "space again"]);
    let seen = texts(dir);
    assert!(acknowledged.iter().all(|text| seen.contains(text)), "{acknowledged:?} {seen:?}");
    git(dir, &["fsck", "--strict"]);
    assert_eq!(git(dir, &["status", "--porcelain"]), "");
}

/// Fills a disk to the last block, then gives so many blocks back.
fn fill(filler: &Path, free: u64) {
    let _ = std::fs::remove_file(filler);
    let mut file = std::fs::File::create(filler).unwrap();
    while std::io::Write::write(&mut file, &[0; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(free * 4096)).unwrap();
}

#[test]
fn a_sync_that_fills_the_disk_says_so_and_the_next_one_succeeds() {
    let Some(disk) = SmallDisk::new("6m") else {
        eprintln!("skipped: a small disk cannot be mounted by this user");
        return;
    };
    let dir = on_disk(&disk);
    let away = tempfile::tempdir().unwrap();
    git(away.path(), &["init", "-q", "--bare", "-b", "main", "remote"]);
    let remote = away.path().join("remote");
    git(dir, &["remote", "add", "origin", remote.to_str().unwrap()]);
    must(dir, &["sync"]);
    git(away.path(), &["clone", "-q", "remote", "other"]);
    let other = away.path().join("other");
    git(&other, &["config", "user.name", "bob"]);
    git(&other, &["config", "user.email", "bob@example.com"]);
    for text in ["one", "two", "three"] {
        must(&other, &["timeline", "add", text]);
    }
    must(&other, &["update", "--title", "API is down"]);
    must(&other, &["sync"]);
    let mut refused = 0;
    for free in 0..40_u64 {
        fill(&dir.join(".git/filler"), free);
        let output = inc(dir, &["sync"]);
        if output.status.success() {
            break;
        }
        refused += 1;
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("full") && !said.contains("does not answer"), "{said}");
        assert_eq!(git(dir, &["status", "--porcelain"]), "", "{free}");
    }
    assert!(refused > 3, "the disk was never full");
    std::fs::remove_file(dir.join(".git/filler")).unwrap();
    must(dir, &["sync"]);
    assert!(["one", "two", "three"].iter().all(|text| texts(dir).contains(&(*text).to_owned())));
    assert_eq!(git(dir, &["status", "--porcelain"]), "");
    git(dir, &["fsck", "--strict"]);
}

#[test]
fn on_a_read_only_disk_reading_works_and_writing_says_why_not() {
    let Some(disk) = SmallDisk::new("6m") else {
        eprintln!("skipped: a small disk cannot be mounted by this user");
        return;
    };
    let dir = on_disk(&disk);
    disk.remount("ro");
    for args in [&["list"][..], &["show"], &["due"], &["check"], &["timeline", "list"]] {
        let output = inc(dir, args);
        assert!(output.status.code() <= Some(1), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = inc(dir, &["timeline", "add", "cannot be"]);
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("read-only"), "{said}");
    disk.remount("rw");
    must(dir, &["timeline", "add", "can be again"]);
    assert_eq!(git(dir, &["status", "--porcelain"]), "");
}

#[test]
fn a_clock_that_goes_backwards_loses_nothing() {
    let mut scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"API is slow\" -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    scratch.ok("timeline add \"first\"");
    scratch.at("2025-11-10T14:35:00Z");
    let answer = scratch.run("timeline add \"second\"");
    assert_eq!(answer.status, 0, "{answer}");
    assert!(answer.err.contains("this clock is 5m behind"), "{answer}");
    assert_eq!(scratch.run("timeline add third --at 14:38").err, "");
    scratch.at("2025-11-10T14:20:00Z");
    let early = scratch.run("ack").out;
    assert!(early.contains("acknowledged at 14:20\n"), "no time after what came later: {early}");
    let timeline = scratch.ok("timeline list");
    assert!(timeline.contains("first") && timeline.contains("second"), "{timeline}");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}
