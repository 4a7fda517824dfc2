//! `inc check --base` and `--fix`, against real commits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests change files and run commands as others would")]

mod common;

use common::Scratch;

/// An incident on `main`, resolved, and a branch.
fn with_branch() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"Search is slow\" -s SEV3 -q");
    scratch.at("2025-11-10T14:35:00Z");
    for line in ["ack", "respond", "assign commander alice"] {
        scratch.ok(line);
    }
    scratch.write(&format!("{}/evidence/pool.log", scratch.incident()), "10:00 full\n");
    commit(&scratch, "keep the log");
    scratch.git(&["switch", "-qc", "branch"]);
    scratch.at("2025-11-10T14:40:00Z");
    scratch
}

fn commit(scratch: &Scratch, message: &str) {
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-qm", message]);
}

fn entry(scratch: &Scratch, kind: &str) -> String {
    scratch.files().into_iter().find(|f| f.contains(&format!("-{kind}-"))).unwrap()
}

fn history(scratch: &Scratch) -> String {
    scratch.run("check --base main").to_string()
}

#[test]
fn additions_are_no_rewriting() {
    let scratch = with_branch();
    scratch.ok("identify \"the pool is full\"");
    scratch.ok("update --set impact.summary=\"Searches take long\"");
    assert_eq!(scratch.run("check --base main").status, 0, "{}", history(&scratch));
}

#[test]
fn a_rewritten_timeline_is_found() {
    let scratch = with_branch();
    let responded = entry(&scratch, "responded");
    scratch.write(&responded, scratch.read(&responded).replace("14:35:0", "14:32:0"));
    std::fs::remove_file(scratch.path().join(entry(&scratch, "acknowledged"))).unwrap();
    std::fs::remove_file(scratch.path().join(scratch.incident()).join("evidence/pool.log")).unwrap();
    let declared = entry(&scratch, "declared");
    scratch.write(&declared, scratch.read(&declared).replace("SEV3", "SEV4"));
    commit(&scratch, "tidy up");
    insta::assert_snapshot!(history(&scratch));
}

#[test]
fn an_incident_that_the_range_does_not_touch_is_not_judged() {
    let scratch = with_branch();
    let title = format!("{}/incident.yaml", scratch.incident());
    scratch.git(&["switch", "-q", "main"]);
    scratch.write(&title, scratch.read(&title).replace("title:", "titel:"));
    commit(&scratch, "an old fault");
    scratch.git(&["switch", "-qc", "other"]);
    scratch.write("README.md", "Hello\n");
    commit(&scratch, "hello");
    assert_eq!(scratch.run("check").status, 1);
    insta::assert_snapshot!(history(&scratch));
}

#[test]
fn an_incident_that_is_gone_is_one_finding() {
    let scratch = with_branch();
    std::fs::remove_dir_all(scratch.path().join(scratch.incident())).unwrap();
    commit(&scratch, "tidy up");
    insta::assert_snapshot!(history(&scratch));
}

#[test]
fn a_base_that_is_not_there_is_said_with_what_to_fetch() {
    let scratch = with_branch();
    insta::assert_snapshot!(scratch.run("check --base origin/main"));
    scratch.ok("identify \"the pool is full\"");
    scratch.git(&["branch", "far", "main~2"]);
    let clone = Scratch::bare_folder();
    let url = format!("file://{}", scratch.path().canonicalize().unwrap().display());
    clone.git(&["clone", "-q", "--depth", "1", "-b", "branch", &url, "work"]);
    let unknown = clone.run("-C work check --base far");
    assert!(unknown.status == 3 && unknown.err.contains("--unshallow"), "{unknown}");
    clone.git(&["-C", "work", "fetch", "-q", "--depth", "1", "origin", "far:far"]);
    insta::assert_snapshot!(clone.run("-C work check --base far"));
    clone.git(&["-C", "work", "fetch", "-q", "--unshallow"]);
    assert_eq!(clone.run("-C work check --base far").status, 0);
}

#[test]
fn fix_mends_what_has_one_right_answer_and_shows_it() {
    let mut scratch = with_branch();
    scratch.ok("identify \"the pool is full\"");
    scratch.ok("mitigate");
    scratch.ok("resolve");
    scratch.at("2025-11-10T14:45:00Z");
    scratch.ok("registry");
    let folder = scratch.incident();
    let report = format!("{folder}/INCIDENT.md");
    let right = scratch.read(&report);
    scratch.write(&report, right.replace("Search is slow", "Search was a little slow"));
    let record = format!("{folder}/incident.yaml");
    let whole = scratch.read(&record);
    let title = whole.lines().find(|l| l.starts_with("title:")).unwrap().to_owned();
    scratch.write(&record, format!("{}\n{title}", whole.replace(&format!("{title}\n"), "").trim_end()));
    commit(&scratch, "edit by hand");
    let registry = scratch.read("incidents/README.md");
    scratch.write("incidents/README.md", registry.replace("Search", "Sea\u{1b}rch"));
    insta::assert_snapshot!(scratch.run("check --fix"));
    assert_eq!((scratch.read(&report), scratch.read(&record)), (right, whole));
    assert_eq!(scratch.git(&["status", "--short"]), "");
    let again = scratch.run("check --fix");
    assert_eq!((again.status, again.err.as_str()), (0, "nothing to mend\n"), "{again}");
}

#[test]
fn fix_commits_nothing_when_told_not_to() {
    let scratch = with_branch();
    scratch.ok("resolve");
    let report = format!("{}/INCIDENT.md", scratch.incident());
    scratch.write(&report, "# Mine\n");
    let head = scratch.git(&["rev-parse", "HEAD"]);
    scratch.ok("check --fix --no-commit");
    assert_eq!(head, scratch.git(&["rev-parse", "HEAD"]));
    assert_ne!(scratch.read(&report), "# Mine\n");
}
