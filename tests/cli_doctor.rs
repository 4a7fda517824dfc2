//! `inc doctor`: what it finds, what it mends, and what it leaves to people.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests run programs and look at files")]

mod common;

use common::Scratch;
use std::time::{Duration, SystemTime};

fn started() -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"API is slow\" -s SEV2");
    scratch
}

#[test]
fn all_is_well_after_init_and_declare() {
    let scratch = started();
    insta::assert_snapshot!(scratch.run("doctor"), @"all is well");
}

#[test]
fn a_fresh_clone_lacks_the_driver_and_is_mended() {
    let scratch = started();
    scratch.git(&["config", "--unset", "merge.inc.driver"]);
    scratch.git(&["rm", "-q", ".gitattributes"]);
    scratch.git(&["commit", "-qm", "no attributes"]);
    insta::assert_snapshot!(scratch.run("doctor"), @r"
    status 1
    .gitattributes lacks lines of inc's: records are merged by lines, or line ends in evidence may change
    git does not know inc's merge driver in this clone (merge.inc.driver)
    --- stderr
    `inc doctor --fix` mends what it can
    ");
    insta::assert_snapshot!(scratch.run("doctor --fix"), @r"
    mended: .gitattributes lacks lines of inc's: records are merged by lines, or line ends in evidence may change
    mended: git does not know inc's merge driver in this clone (merge.inc.driver)
    ");
    insta::assert_snapshot!(scratch.run("doctor"), @"all is well");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_schema_of_another_version_is_taken_anew_and_a_missing_one_is_not_missed() {
    let scratch = started();
    scratch.write("incidents/incident.schema.json", "{}\n");
    scratch.git(&["commit", "-qam", "an older schema"]);
    insta::assert_snapshot!(scratch.run("doctor --fix"), @"mended: incidents/incident.schema.json is not the schema of this inc");
    assert_eq!(scratch.read("incidents/incident.schema.json"), scratch.ok("schema incident"));
    scratch.git(&["rm", "-q", "incidents/incident.schema.json"]);
    scratch.git(&["commit", "-qm", "no schema"]);
    insta::assert_snapshot!(scratch.run("doctor"), @"all is well");
    assert!(!scratch.run("check").out.contains("schema"));
}

#[test]
fn what_a_killed_command_left_is_mended() {
    let scratch = started();
    let incident = scratch.incident();
    let entry = "---\nat: 2025-11-10T14:40:00Z\nrecorded: 2025-11-10T14:40:00Z\nby: alice\nkind: note\n---\nit is the database\n";
    scratch.write(&format!("{incident}/timeline/20251110T144000Z-note-abcd.md"), entry);
    let half = scratch.write(&format!("{incident}/timeline/.inc-a1b2c3.tmp"), "---\nat: 2025");
    scratch.write(&format!("{incident}/timeline/.inc-young.tmp"), "---\n");
    let old = SystemTime::now() - Duration::from_secs(120);
    std::fs::File::options().write(true).open(&half).unwrap().set_modified(old).unwrap();
    scratch.write(".git/index.lock", "held by inc, process 999999\n");
    insta::assert_snapshot!(scratch.run("doctor"), @r"
    status 1
    [repo]/.git/index.lock is held by an inc that was killed
    incidents/2025/20251110-ttgk/timeline/.inc-a1b2c3.tmp is half of what a killed command was writing
    no commit holds incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md
    --- stderr
    `inc doctor --fix` mends what it can
    ");
    insta::assert_snapshot!(scratch.run("doctor --fix"), @r"
    mended: [repo]/.git/index.lock is held by an inc that was killed
    mended: incidents/2025/20251110-ttgk/timeline/.inc-a1b2c3.tmp is half of what a killed command was writing
    mended: no commit holds incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md
    ");
    assert!(!half.exists());
    assert_eq!(
        scratch.git(&["status", "--porcelain", "--", incident.as_str()]),
        format!("?? {incident}/timeline/.inc-young.tmp\n")
    );
}

#[test]
fn a_lock_of_somebody_elses_is_named_and_left() {
    let scratch = started();
    let lock = scratch.write(".git/index.lock", "");
    let answer = scratch.run("doctor --fix");
    assert!(lock.exists());
    insta::assert_snapshot!(answer, @r"
    status 1
    [repo]/.git/index.lock is held by another program
      if no git process runs any more, remove [repo]/.git/index.lock
    ");
}

#[test]
fn a_stale_registry_is_rendered() {
    let scratch = started();
    scratch.ok("registry");
    scratch.ok("update --title \"API is down\"");
    insta::assert_snapshot!(scratch.run("doctor"), @r"
    status 1
    incidents/README.md is out of date
    --- stderr
    `inc doctor --fix` mends what it can
    ");
    insta::assert_snapshot!(scratch.run("doctor --fix"), @"mended: incidents/README.md is out of date");
    assert!(scratch.read("incidents/README.md").contains("API is down"));
}

#[test]
fn duplicate_ids_and_unreadable_files_are_named_and_nothing_is_touched() {
    let scratch = started();
    let incident = scratch.incident();
    let record = scratch.read(&format!("{incident}/incident.yaml"));
    scratch.write("incidents/2025/20251111-aaaa/incident.yaml", record);
    scratch.write(&format!("{incident}/timeline/20251110T144000Z-note-abcd.md"), "no front matter");
    let before = scratch.state();
    insta::assert_snapshot!(scratch.run("doctor --json"), @r#"
    status 1
    {
      "schema_version": 1,
      "found": [
        {
          "what": "no commit holds incidents/2025/20251111-aaaa/incident.yaml",
          "state": "fixable",
          "help": "inc doctor --fix"
        },
        {
          "what": "incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md differs from what is committed",
          "state": "left",
          "help": "git add incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md, and git commit; or git restore incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md"
        },
        {
          "what": "incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md:1: the first line is not `---`",
          "state": "left",
          "help": "`inc check 20251110-ttgk` shows the line; mend it there"
        },
        {
          "what": "20251110-ttgk is the id of incidents/2025/20251110-ttgk and incidents/2025/20251111-aaaa/incident.yaml",
          "state": "left",
          "help": "give the later one another id: rename its folder, and `id` in its record"
        }
      ],
      "left": 4
    }
    "#);
    assert_eq!(scratch.state(), before);
    scratch.run("doctor --fix");
    assert_eq!(
        scratch.read(&format!("{incident}/timeline/20251110T144000Z-note-abcd.md")),
        "no front matter"
    );
}

#[test]
fn what_a_power_cut_emptied_is_mended() {
    let scratch = started();
    let incident = scratch.incident();
    scratch.ok("timeline add \"it is the database\"");
    let files = scratch.files();
    let committed = files.iter().find(|f| f.contains("-note-")).unwrap();
    let text = scratch.read(committed);
    scratch.write(".git/index", "");
    scratch.write(committed, "");
    scratch.write(&format!("{incident}/timeline/20251110T144000Z-note-abcd.md"), "");
    scratch.write(&format!("{incident}/evidence/log.txt"), "what the service said\n");
    insta::assert_snapshot!(scratch.run("doctor --fix"), @r"
    status 1
    mended: git's index is empty, as a power cut leaves a file: with it goes what was staged, no file
    incidents/2025/20251110-ttgk/evidence/log.txt is evidence that no commit holds
      inc evidence add incidents/2025/20251110-ttgk/evidence/log.txt, if it is to be kept; or remove it
    mended: incidents/2025/20251110-ttgk/timeline/20251110T143100Z-note-00rz.md is empty, as a power cut leaves a file
    mended: incidents/2025/20251110-ttgk/timeline/20251110T144000Z-note-abcd.md is empty, as a power cut leaves a file
    ");
    assert_eq!(scratch.read(committed), text);
    assert_eq!(scratch.git(&["status", "--porcelain"]), format!("?? {incident}/evidence/\n"));
    scratch.write(".git/index", "DIRC, and then nothing that git knows");
    let answer = scratch.run("timeline add \"and the cache\"");
    insta::assert_snapshot!(answer, @r"
    status 4
    --- stderr
    error: git's index cannot be read: error: bad index version 740319598
    fatal: index file corrupt; nothing was committed
     help: inc doctor --fix
     help: what you wrote is kept, and the next command or `inc doctor --fix` commits it: do not write it again
    ");
    let mended = scratch.run("doctor --fix").out;
    assert!(
        mended.starts_with("mended: git's index cannot be read: with it goes what was staged"),
        "{mended}"
    );
    assert_eq!(scratch.git(&["diff", "--cached", "--name-only"]), "");
}

#[test]
fn an_empty_index_is_made_anew_by_the_next_command() {
    let scratch = started();
    scratch.write(".git/index", "");
    insta::assert_snapshot!(scratch.run("timeline add \"it is the database\""), @r"
    20251110-ttgk 14:31  note  it is the database
    --- stderr
    warning: git's index was empty, as a power cut leaves a file: it is made anew from HEAD
    ");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn where_the_team_commits_by_itself_nothing_is_missed() {
    let scratch = started();
    scratch.write("inc.yaml", format!("{}commit: off\n", scratch.read("inc.yaml")));
    scratch.git(&["commit", "-qam", "we commit ourselves"]);
    scratch.ok("timeline add \"it is the database\"");
    assert_eq!(scratch.ok("doctor --fix"), "all is well\n");
}

/// Without a commit, as a killed `init` leaves it.
#[test]
fn a_set_up_that_was_interrupted_is_finished_by_doctor_and_by_init() {
    let begun = || {
        let scratch = Scratch::repo();
        scratch.ok("init --no-commit");
        scratch
    };
    let scratch = begun();
    insta::assert_snapshot!(scratch.run("doctor --fix"), @"mended: no commit holds .gitattributes, inc.yaml, incidents/incident.schema.json");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    let scratch = begun();
    insta::assert_snapshot!(scratch.run("init"), @r#"
    [repo] set up: new incidents follow `standard@1.0.0` (Standard incident process)
    --- stderr
    inc.yaml is there and not committed yet: it is taken as it is
    incidents will be kept in incidents/; `inc declare "what is wrong"` opens one
    "#);
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    insta::assert_snapshot!(scratch.run("init"), @r"
    status 2
    --- stderr
    error: inc.yaml is there already: new incidents follow `standard@1.0.0`
     help: edit inc.yaml to change it
    ");
}

#[test]
fn a_registry_that_no_commit_holds_is_committed() {
    let scratch = started();
    scratch.ok("registry --no-commit");
    insta::assert_snapshot!(scratch.run("doctor"), @r"
    status 1
    no commit holds incidents/README.md
    --- stderr
    `inc doctor --fix` mends what it can
    ");
    scratch.ok("registry");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    insta::assert_snapshot!(scratch.run("registry"), @"incidents/README.md is up to date");
}

#[test]
fn attributes_that_no_commit_holds_are_committed_and_what_people_wrote_there_is_not() {
    let scratch = started();
    scratch.git(&["rm", "-q", "--cached", ".gitattributes"]);
    scratch.git(&["commit", "-qm", "no attributes"]);
    insta::assert_snapshot!(scratch.run("doctor --fix"), @"mended: no commit holds .gitattributes");
    let attributes = scratch.read(".gitattributes");
    scratch.write(".gitattributes", format!("*.png binary\n{attributes}"));
    scratch.write("inc.yaml", scratch.read("inc.yaml") + "# theirs\n");
    insta::assert_snapshot!(scratch.run("doctor --fix"), @"all is well");
}
