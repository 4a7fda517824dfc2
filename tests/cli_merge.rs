//! `inc merge-driver` as git runs it: merges, rebases, and clones that do not have it.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests run programs and look at files")]

mod common;

use common::Scratch;

/// A repository with an incident; `change` is made on a branch, `other` on main.
fn diverged(change: &[&str], other: &[&str]) -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"API is slow\" -s SEV2");
    scratch.git(&["switch", "-q", "-c", "side"]);
    for line in change {
        scratch.ok(line);
    }
    scratch.git(&["switch", "-q", "main"]);
    for line in other {
        scratch.ok(line);
    }
    scratch
}

/// Merges `side`, and gives git's exit status with the record as it is then.
fn merge(scratch: &Scratch) -> (bool, String) {
    let merged = std::process::Command::new("git")
        .current_dir(scratch.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["merge", "-q", "--no-edit", "side"])
        .output()
        .unwrap();
    let record = scratch.read(&format!("{}/incident.yaml", scratch.incident()));
    (merged.status.success(), record)
}

#[test]
fn two_branches_that_change_neighbouring_fields_merge() {
    let scratch = diverged(
        &["update --set impact.users.percent=60", "update --title \"API is down\""],
        &["update --set impact.users.count=120 --set impact.summary=\"checkout fails\""],
    );
    let (clean, record) = merge(&scratch);
    assert!(clean, "{record}");
    for line in ["API is down", "percent: 60", "count: 120", "checkout fails"] {
        assert!(record.contains(line), "{record}");
    }
    scratch.ok("show");
}

#[test]
fn the_same_field_is_the_only_conflict() {
    let scratch = diverged(
        &["update --set impact.users.percent=60 --set impact.users.count=7"],
        &["update --set impact.users.percent=50 --set impact.summary=\"checkout fails\""],
    );
    let (clean, record) = merge(&scratch);
    assert!(!clean, "{record}");
    let start = record.find("impact:").unwrap();
    insta::assert_snapshot!(&record[start..], @r"
    impact:
      users:
    <<<<<<< HEAD
        percent: 50
    =======
        percent: 60
    >>>>>>> side
        count: 7
      summary: checkout fails
    ");
    let conflict = scratch.run("timeline add \"still slow\"");
    insta::assert_snapshot!(conflict, @r"
    status 3
    --- stderr
    error: no incident is open whose record can be read; unreadable are:
      20251110-ttgk
     help: `inc check` shows what is wrong with them
    ");
}

#[test]
fn the_driver_says_whose_is_what() {
    let scratch = Scratch::repo();
    scratch.write("base", "title: API is slow\nservices: [a]\n");
    scratch.write("ours", "title: API is down\nservices: [a, b]\n");
    scratch.write("theirs", "title: API is gone\nservices: [c]\n");
    let answer = scratch.run("merge-driver base ours theirs incidents/2025/x/incident.yaml main side");
    insta::assert_snapshot!(answer, @r"
    status 1
    --- stderr
    conflict: `title` in incidents/2025/x/incident.yaml: main has `API is down`, side has `API is gone`
    ");
    insta::assert_snapshot!(scratch.read("ours"), @r"
    <<<<<<< main
    title: API is down
    =======
    title: API is gone
    >>>>>>> side
    services: [b, c]
    ");
}

#[test]
fn a_record_that_is_no_yaml_is_merged_by_lines() {
    let scratch = Scratch::repo();
    scratch.write("base", "a: [\nb: 1\nc: 1\nd: 1\ne: 1\n");
    scratch.write("ours", "a: [x\nb: 1\nc: 1\nd: 1\ne: 1\n");
    scratch.write("theirs", "a: [\nb: 1\nc: 1\nd: 1\ne: 2\n");
    let answer = scratch.run("merge-driver base ours theirs incident.yaml %X %Y");
    assert_eq!(answer.status, 0, "{answer}");
    assert!(answer.err.contains("warning: incident.yaml is merged by lines"), "{answer}");
    assert_eq!(scratch.read("ours"), "a: [x\nb: 1\nc: 1\nd: 1\ne: 2\n");
}

#[test]
fn managed_blocks_are_no_conflict_and_prose_is_merged() {
    let scratch = Scratch::repo();
    let text = |block: &str, first: &str, last: &str| {
        format!("# P\n\n{first}\n\n<!-- inc:begin a -->\n{block}\n<!-- inc:end a -->\n\nmiddle\n\n{last}\n")
    };
    scratch.write("base", text("old", "first", "last"));
    scratch.write("ours", text("ours", "first of ours", "last"));
    scratch.write("theirs", text("theirs", "first", "last of theirs"));
    let answer = scratch.run("merge-driver base ours theirs incidents/2025/x/POSTMORTEM.md");
    assert_eq!(answer.status, 0, "{answer}");
    assert_eq!(scratch.read("ours"), text("ours", "first of ours", "last of theirs"));
}

#[test]
fn without_the_driver_branches_that_only_add_entries_merge() {
    let scratch = diverged(&["timeline add \"from the side\""], &["timeline add \"from main\""]);
    scratch.git(&["config", "--unset", "merge.inc.driver"]);
    let (clean, _) = merge(&scratch);
    assert!(clean);
    let timeline = scratch.ok("timeline list");
    assert!(timeline.contains("from the side") && timeline.contains("from main"), "{timeline}");
}

#[test]
fn where_the_program_is_gone_git_merges_by_lines() {
    let scratch = diverged(&["update --title \"API is down\""], &["update --set impact.users.percent=50"]);
    let driver = scratch.git(&["config", "merge.inc.driver"]);
    let gone = driver.trim().replace(env!("CARGO_BIN_EXE_inc"), "/nowhere/inc");
    assert_ne!(gone, driver.trim());
    scratch.git(&["config", "merge.inc.driver", &gone]);
    let (clean, record) = merge(&scratch);
    assert!(clean, "{record}");
    assert!(record.contains("API is down") && record.contains("percent: 50"), "{record}");
}
