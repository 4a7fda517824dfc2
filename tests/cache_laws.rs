//! The laws of the cache: whatever happens to files, folders, branches and the cache itself, what is printed is what
//! is printed without it.

#![allow(
    clippy::disallowed_methods,
    clippy::needless_for_each,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "the tests make and break the files that the code must cope with"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::Scratch;

/// More incidents than are read without a cache.
const MANY: usize = 70;

/// What reads many incidents, on a day long after.
const COMMANDS: [&str; 7] = [
    "list --all --json",
    "list --all",
    "list",
    "due --json",
    "metrics --json",
    "action list",
    "tick --dry-run",
];

/// A repository of many incidents, most of them closed, that were written long enough ago to be kept.
fn aged() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.at("2025-10-01T08:00:00Z").ok("init");
    let id = scratch.ok("declare 'icons are missing' -s SEV4 -q").trim().to_owned();
    scratch.ok(&format!("ack -i {id}"));
    scratch.ok(&format!("resolve 'they are back' -i {id}"));
    scratch.ok(&format!("close -i {id}"));
    let first = scratch.path().join("incidents/2025").join(&id);
    for n in 0..MANY {
        copy(&first, &id, &format!("2025{:02}01-{n:04}", n % 9 + 1));
    }
    scratch.at("2025-11-10T08:00:00Z").ok("declare 'checkout fails' -s SEV2");
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "years of incidents"]);
    std::thread::sleep(Duration::from_millis(3200));
    scratch
}

fn copy(first: &Path, id: &str, other: &str) {
    let folder = first.with_file_name(other);
    fs::create_dir_all(folder.join("timeline")).unwrap();
    let record = fs::read_to_string(first.join("incident.yaml")).unwrap();
    fs::write(folder.join("incident.yaml"), record.replace(id, other)).unwrap();
    for entry in fs::read_dir(first.join("timeline")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join("timeline").join(entry.file_name())).unwrap();
    }
}

/// The folder of the n-th incident.
fn folder(scratch: &Scratch, n: usize) -> PathBuf {
    scratch.path().join(format!("incidents/2025/2025{:02}01-{n:04}", n % 9 + 1))
}

fn said(scratch: &Scratch) -> Vec<String> {
    COMMANDS.iter().map(|line| scratch.run(line).to_string()).collect()
}

/// The files of the cache.
fn shelves(scratch: &Scratch) -> Vec<PathBuf> {
    let files = fs::read_dir(scratch.path().join(".git/inc")).into_iter().flatten();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let kinds = ["ended-", "json-", "incidents-", "closed-"];
    files.map(|e| e.unwrap().path()).filter(|p| kinds.iter().any(|kind| name(p).starts_with(kind))).collect()
}

/// What is printed now, from the cache as it is, is what is printed without one, and again from the one made then.
fn holds(scratch: &Scratch) -> Vec<String> {
    let cached = said(scratch);
    shelves(scratch).iter().for_each(|shelf| fs::remove_file(shelf).unwrap());
    let anew = said(scratch);
    assert_eq!(cached, anew);
    assert_eq!(said(scratch), anew);
    anew
}

#[test]
fn it_is_made_once_and_says_the_same() {
    let scratch = aged();
    let before = holds(&scratch);
    let made = shelves(&scratch);
    assert!(made.len() > 20, "{made:?}");
    let times = || made.iter().map(|p| fs::metadata(p).unwrap().modified().unwrap()).collect::<Vec<_>>();
    let then = times();
    assert_eq!(said(&scratch), before);
    assert_eq!(times(), then, "nothing is new, and something was written");
}

#[test]
fn an_edit_is_seen_whatever_its_size_and_time() {
    let scratch = aged();
    said(&scratch);
    let record = folder(&scratch, 3).join("incident.yaml");
    let text = fs::read_to_string(&record).unwrap();
    let time = fs::metadata(&record).unwrap().modified().unwrap();
    for title in ["icons are here !!!", "icons are green !!", "icons are nowhere!"] {
        fs::write(&record, text.replace("icons are missing", &title[..17])).unwrap();
        fs::File::options().write(true).open(&record).unwrap().set_modified(time).unwrap();
        assert!(scratch.ok("list --all --json").contains(&title[..17]));
        assert!(scratch.ok("list --all").contains(&title[..17]));
    }
    holds(&scratch);
}

#[test]
fn edits_within_a_moment_are_all_seen() {
    let scratch = aged();
    let record = folder(&scratch, 5).join("incident.yaml");
    let text = fs::read_to_string(&record).unwrap();
    for n in 10..40 {
        let title = format!("icons are gone {n}");
        fs::write(&record, text.replace("icons are missing", &title)).unwrap();
        assert!(scratch.ok("list --all --json").contains(&title));
    }
}

#[test]
fn what_is_added_taken_out_moved_and_broken_is_seen() {
    let scratch = aged();
    let whole = holds(&scratch);
    let timeline = folder(&scratch, 7).join("timeline");
    let entries = || fs::read_dir(&timeline).unwrap().map(|e| e.unwrap().path());
    let closed = entries().find(|p| p.to_str().unwrap().contains("-closed-")).unwrap();
    let text = fs::read_to_string(&closed).unwrap();
    fs::remove_file(&closed).unwrap();
    assert!(holds(&scratch) != whole);
    fs::write(&closed, "no entry\n").unwrap();
    assert!(holds(&scratch)[0].contains("has files that cannot be read"));
    fs::write(&closed, text).unwrap();
    assert_eq!(holds(&scratch), whole);

    fs::remove_dir_all(folder(&scratch, 8)).unwrap();
    fs::rename(folder(&scratch, 9), folder(&scratch, 8)).unwrap();
    assert!(holds(&scratch) != whole);
    fs::remove_file(folder(&scratch, 10).join("incident.yaml")).unwrap();
    assert!(holds(&scratch)[1].contains("cannot be read"));
}

#[test]
fn branches_merges_and_worktrees_are_seen() {
    let scratch = aged();
    let before = holds(&scratch);
    scratch.git(&["switch", "-qc", "other"]);
    scratch.ok("update --set 'impact.summary=seen' -i 0002");
    copy(&folder(&scratch, 1), folder(&scratch, 1).file_name().unwrap().to_str().unwrap(), "20250901-zzzz");
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "one more"]);
    let other = holds(&scratch);
    assert!(before != other);
    scratch.git(&["switch", "-q", "main"]);
    assert_eq!(holds(&scratch), before);
    scratch.git(&["worktree", "add", "-q", "beside", "other"]);
    let beside = |line: &str| scratch.run(&format!("-C beside {line}")).to_string();
    assert_eq!(COMMANDS.map(beside).to_vec(), other);
    assert_eq!(COMMANDS.map(beside).to_vec(), other);
    scratch.git(&["merge", "-q", "other"]);
    assert_eq!(holds(&scratch), other);
}

#[test]
fn a_damaged_cache_is_made_anew() {
    let scratch = aged();
    let before = holds(&scratch);
    let damages: [&dyn Fn(&str) -> Vec<u8>; 8] = [
        &|_| Vec::new(),
        &|text| text.as_bytes()[..text.len() / 2].to_vec(),
        &|text| text.replace("SEV4", "SEV1").replace("quiet", "quite").into_bytes(),
        &|text| text.replacen(" closed", " open  ", 1).into_bytes(),
        &|text| [text.as_bytes(), &[0xFF, 0xFE]].concat(),
        &|text| {
            text.replacen(env!("CARGO_PKG_VERSION"), "0.0.1", 1).replace("missing", "mussing").into_bytes()
        },
        &|text| text.replace("\nend\n", "\n20250101-0000 0 0 99999999999999999999\nend\n").into_bytes(),
        &|_| b"inc\n\n\nend\n".to_vec(),
    ];
    for (n, damage) in damages.iter().enumerate() {
        for shelf in shelves(&scratch) {
            let text = fs::read_to_string(&shelf).unwrap_or_default();
            fs::write(&shelf, damage(&text)).unwrap();
        }
        assert_eq!(said(&scratch), before, "damage {n}");
        assert_eq!(said(&scratch), before, "after damage {n}");
    }
    for shelf in shelves(&scratch) {
        fs::remove_file(&shelf).unwrap();
        fs::create_dir(&shelf).unwrap();
    }
    assert_eq!(said(&scratch), before);
}

#[test]
fn it_is_never_needed() {
    let scratch = aged();
    let before = said(&scratch);
    fs::remove_dir_all(scratch.path().join(".git/inc")).unwrap();
    fs::write(scratch.path().join(".git/inc"), "in the way").unwrap();
    assert_eq!(said(&scratch), before);
}

#[test]
fn what_was_found_later_is_not_so_before() {
    let mut scratch = aged();
    said(&scratch);
    for now in
        ["2025-10-01T08:00:00Z", "2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2025-11-10T08:00:00Z"]
    {
        scratch.at(now);
        holds(&scratch);
        let looking_back = format!("--now {now} list --all --json");
        let said = scratch.run(&looking_back).to_string();
        shelves(&scratch).iter().for_each(|shelf| fs::remove_file(shelf).unwrap());
        assert_eq!(scratch.run(&looking_back).to_string(), said);
    }
}

#[test]
fn many_may_read_and_write_it_at_once() {
    let scratch = aged();
    let before = said(&scratch);
    shelves(&scratch).iter().for_each(|shelf| fs::remove_file(shelf).unwrap());
    let program = env!("CARGO_BIN_EXE_inc");
    let read = |line: &'static str| {
        let mut command = std::process::Command::new(program);
        command.current_dir(scratch.path()).env("INC_NOW", "2025-11-10T08:00:00Z").env("COLUMNS", "120");
        command.env("NO_COLOR", "1").args(line.split(' '));
        move || String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let answers: Vec<(usize, String)> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..24).map(|n| n % 3).map(|n| (n, scope.spawn(read(COMMANDS[n])))).collect();
        readers.into_iter().map(|(n, reader)| (n, reader.join().unwrap())).collect()
    });
    for (n, answer) in answers {
        assert_eq!(answer, before[n]);
    }
    assert_eq!(said(&scratch), before);
}

#[test]
fn check_does_not_ask_it() {
    let scratch = aged();
    said(&scratch);
    let before = scratch.run("check --format json").to_string();
    for shelf in shelves(&scratch) {
        fs::write(&shelf, "not asked").unwrap();
    }
    assert_eq!(scratch.run("check --format json").to_string(), before);
    assert!(shelves(&scratch).iter().all(|shelf| fs::read_to_string(shelf).unwrap() == "not asked"));
}
