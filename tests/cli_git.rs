//! After every command: one commit with exactly its own paths, and nothing of the user's touched.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::Scratch;

/// Each command, and how many files its commit holds.
const LIFE: [(&str, usize); 11] = [
    ("declare \"API latency above 5 s\" -s SEV2 --detected 14:30 --service api", 4),
    ("ack", 1),
    ("assign commander bob", 1),
    ("timeline add \"restarted the api\" --at 14:31", 1),
    ("timeline amend note \"restarted two of the three api servers\"", 1),
    ("update -s SEV1 --reason \"all users now\" --set impact.users.percent=100", 2),
    ("handover commander carol", 1),
    ("identify \"connection pool exhausted\"", 1),
    ("mitigate", 1),
    ("resolve", 2),
    ("update --set \"impact.summary=Login slow or impossible\"", 2),
];

#[test]
fn each_command_commits_exactly_its_own_paths() {
    let mut scratch = Scratch::repo();
    scratch.write("staged.txt", "staged\n");
    scratch.write("dirty.txt", "before\n");
    scratch.git(&["add", "dirty.txt"]);
    scratch.git(&["commit", "-qm", "theirs"]);
    scratch.git(&["add", "staged.txt"]);
    scratch.write("dirty.txt", "changed\n");
    scratch.write("untracked.txt", "untracked\n");
    for (minute, (line, files)) in LIFE.iter().enumerate() {
        scratch.at(&format!("2025-11-10T14:{:02}:00Z", 31 + minute));
        let before = scratch.git(&["rev-list", "--count", "HEAD"]);
        scratch.ok(line);
        let after = scratch.git(&["rev-list", "--count", "HEAD"]);
        assert_eq!(number(&after), number(&before) + 1, "inc {line}: one commit");
        let changed = scratch.git(&["show", "--format=", "--name-only", "HEAD"]);
        assert_eq!(changed.lines().count(), *files, "inc {line}:\n{changed}");
        assert!(changed.lines().all(|l| l.starts_with("incidents/")), "inc {line}:\n{changed}");
        let status = scratch.git(&["status", "--porcelain"]);
        assert_eq!(status, " M dirty.txt\nA  staged.txt\n?? untracked.txt\n", "inc {line}");
    }
    assert_eq!(scratch.git(&["fsck", "--strict", "--no-dangling"]), "");
}

fn number(text: &str) -> u32 {
    text.trim().parse().unwrap()
}

#[test]
fn the_history_reads_like_the_incident() {
    let mut scratch = Scratch::repo();
    for (minute, (line, _)) in LIFE.iter().enumerate() {
        scratch.at(&format!("2025-11-10T14:{:02}:00Z", 31 + minute));
        scratch.ok(line);
    }
    insta::assert_snapshot!(scratch.git(&["log", "--reverse", "--format=%an %ad %s", "--date=iso"]));
}

#[test]
fn reading_changes_nothing() {
    let scratch = Scratch::repo();
    scratch.ok("declare \"API latency above 5 s\" -s SEV2");
    let before = scratch.state();
    for line in [
        "",
        "list",
        "list --all --json",
        "show",
        "show --json",
        "due",
        "due --json",
        "timeline list",
        "check 2025",
        "process list",
        "process show",
        "render --stdout",
        "registry --stdout",
        "schema incident",
        "explain",
        "man",
        "completions bash",
    ] {
        let answer = scratch.run(line);
        assert!(answer.status <= 1, "inc {line}\n{answer}");
    }
    assert_eq!(before, scratch.state());
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn no_commit_leaves_the_files_and_the_next_command_takes_them_along() {
    let mut scratch = Scratch::repo();
    scratch.ok("declare \"API latency above 5 s\" -s SEV2");
    scratch.at("2025-11-10T14:32:00Z").ok("--no-commit ack");
    assert!(scratch.git(&["status", "--porcelain"]).contains("acknowledged"));
    let answer = scratch.at("2025-11-10T14:33:00Z").run("respond");
    assert!(answer.err.contains("which was not committed yet"), "{answer}");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let mut scratch = Scratch::repo();
    for (minute, (line, _)) in LIFE.iter().enumerate() {
        scratch.at(&format!("2025-11-10T14:{:02}:00Z", 31 + minute)).ok(line);
    }
    let report = format!("{}/INCIDENT.md", scratch.incident());
    let first = scratch.read(&report);
    scratch.at("2026-03-01T00:00:00Z").ok("render");
    assert_eq!(first, scratch.read(&report));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

/// As root alone may give a repository away; elsewhere the test has nothing to look at.
#[cfg(unix)]
#[test]
fn a_repository_of_somebody_elses_says_what_to_type() {
    let scratch = Scratch::repo();
    scratch.ok("init");
    let given =
        std::process::Command::new("chown").args(["-R", "65534"]).arg(scratch.path()).output().unwrap();
    if !given.status.success() {
        eprintln!("skipped: this user cannot give files away");
        return;
    }
    insta::assert_snapshot!(scratch.run("list"), @r"
    status 3
    --- stderr
    error: the repository at [repo] belongs to another user, so git does not trust it
     help: if it is yours: git config --global --add safe.directory [repo]
    ");
    insta::assert_snapshot!(scratch.run("declare \"API is slow\" -s SEV2"), @r"
    status 3
    --- stderr
    error: the repository at [repo] belongs to another user, so git does not trust it
     help: if it is yours: git config --global --add safe.directory [repo]
    ");
}
