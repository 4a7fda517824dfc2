//! Readers of other people's files are fed seeds that were mutated at random: none may crash, and what they read
//! obeys its laws. A fixed count here, more by hand, a million of each in 40 minutes (of processes 200,000):
//!
//!     export CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true
//!     INC_FUZZ=1000000 INC_FUZZ_SEED=7 cargo test --release --test fuzz merge_driver -- --nocapture
//!
//! A failure shows its input and its number; `INC_FUZZ_FROM=` that number comes to it again at once, with the same
//! seed. What is found becomes a test beside the code that was wrong.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test reads files and fails by panicking"
)]

#[path = "fuzz/mutate.rs"]
mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use inc::model::{Entry, Record, fold};
use inc::render::{managed, registry};
use inc::store::incidents::{Source, entry, entry_text};
use inc::store::merge::{Names, merge};
use inc::store::{front_matter, processes, yaml};
use mutate::Mutator;
use serde_yaml::Value;

/// One input may take this long in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

fn number(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or)
}

/// Feeds `target` so many mutations of `seeds`; the first that makes it panic or dawdle is shown.
fn fuzz(count: u64, seeds: &[String], target: impl Fn(&mut Mutator, &str)) {
    let (count, from) = (number("INC_FUZZ", count), number("INC_FUZZ_FROM", 0));
    let mut mutator = Mutator::new(number("INC_FUZZ_SEED", 1), seeds);
    let before = Instant::now();
    for n in 0..count {
        let text = mutator.text();
        if n < from {
            continue;
        }
        let state = mutator.clone();
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&mut state.clone(), &text)));
        assert!(outcome.is_ok(), "input {n} fails:\n{text}\n--- escaped\n{}", text.escape_debug());
        assert!(started.elapsed() < PATIENCE, "input {n} takes {:?}:\n{text}", started.elapsed());
    }
    eprintln!("{count} inputs in {:?}", before.elapsed());
}

/// The files below `folder` that end in `suffix`.
fn files(folder: &str, suffix: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {suffix}");
    found.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn records() -> Vec<String> {
    files("examples", "/incident.yaml")
}

fn entries() -> Vec<String> {
    let mut all = files("examples", ".md");
    all.retain(|text| text.starts_with("---\nat:"));
    all.truncate(200);
    all
}

fn now() -> DateTime<Utc> {
    "2025-11-10T14:30:00Z".parse().unwrap()
}

fn read_entry(text: &str) -> Option<Entry> {
    let path = PathBuf::from("incidents/2025/20251110-7f3k/timeline/20251110T143000Z-note-q8zt.md");
    entry(&Source { path, text: text.to_owned() }).ok()
}

#[test]
fn yaml_reader() {
    fuzz(3000, &records(), |_, text| {
        let _ = yaml::read::<Record>(text);
        if let Ok(value) = yaml::read::<Value>(text) {
            // A mapping as the key of another can be read and not written.
            let Ok(again) = serde_yaml::to_string(&value) else { return };
            assert!(yaml::read::<Value>(&again).is_ok_and(|v| v == value), "another meaning after writing");
        }
        yaml::read_bytes::<Value>(text.as_bytes()).ok();
    });
}

#[test]
fn front_matter_and_entry_reader() {
    fuzz(5000, &entries(), |_, text| {
        let _ = front_matter::split(text);
        let Some(read) = read_entry(text) else { return };
        let written = entry_text(&read).unwrap();
        let again = read_entry(&written).unwrap_or_else(|| panic!("cannot be read back:\n{written}"));
        assert_eq!(again, read);
    });
}

#[test]
fn process_loader() {
    fuzz(400, &files("templates/processes", "/process.yaml"), |_, text| {
        let _ = processes::read(Path::new("process.yaml"), text.to_owned());
    });
}

#[test]
fn fold_and_clocks() {
    let process = files("templates/processes", "standard/process.yaml").remove(0);
    let found = processes::read(Path::new("process.yaml"), process).unwrap();
    let records = records();
    let record: Record = yaml::read(&records[0]).unwrap();
    fuzz(1500, &entries(), |mutator, text| {
        let read: Vec<Entry> = std::iter::once(text.to_owned())
            .chain((0..8).map(|_| mutator.lightly()))
            .filter_map(|text| read_entry(&text))
            .collect();
        let mut turned = read.clone();
        turned.reverse();
        let incident = fold(record.clone(), read);
        for now in [now(), incident.timeline.last().map_or(now(), |e| e.entry.at)] {
            let clocks = inc::clock::clocks(&incident, &found.process, now);
            assert!(clocks.len() < 100_000);
            let _ = inc::clock::metrics::metrics(&incident, now);
            let _ = incident.as_of(now);
        }
        // The order in which a folder lists its files is no order.
        assert_eq!(fold(record.clone(), turned).status, incident.status);
    });
}

#[test]
fn merge_driver() {
    let names = Names { ours: "ours", theirs: "theirs" };
    fuzz(600, &records(), |mutator, base| {
        let (ours, theirs) = (mutator.again(base), mutator.again(base));
        let Ok(merged) = merge(base, &ours, &theirs, None, names) else { return };
        let other = match merge(base, &theirs, &ours, None, names) {
            Ok(other) => other,
            // One text can be edited and the other cannot: a U+2028 ends a line for the one who reads it alone.
            Err(refused) if refused.message.ends_with("nothing was written") => return,
            Err(problem) => panic!("{problem:?} the other way round\n{ours}\n---\n{theirs}"),
        };
        assert_eq!(merged.conflicts.len(), other.conflicts.len(), "{ours}\n---\n{theirs}");
        if merged.conflicts.is_empty() {
            yaml::read::<Value>(&merged.text).unwrap();
        }
        let one = merge(base, &ours, base, None, names).unwrap();
        assert!(one.conflicts.is_empty());
        let meaning = |text: &str| yaml::read::<Value>(text).unwrap();
        assert_eq!(meaning(&one.text), meaning(&ours));
    });
}

#[test]
fn managed_blocks_and_registry() {
    let seeds = files("examples", "POSTMORTEM.md");
    fuzz(3000, &seeds, |mutator, text| {
        let fresh = mutator.seed();
        if let Ok(refreshed) = managed::refresh(text, &fresh) {
            assert_eq!(managed::refresh(&refreshed, &fresh).unwrap(), refreshed, "twice is not once");
        }
    });
    fuzz(1000, &files("examples", "incidents/README.md"), |mutator, base| {
        let (ours, theirs) = (mutator.again(base), mutator.again(base));
        let _ = registry::is_registry(base);
        let merged = registry::merge(base, &ours, &theirs);
        assert_eq!(registry::merge(base, &merged, &merged), merged, "twice is not once");
    });
}

#[test]
fn times_and_durations() {
    let seeds = [
        "2025-11-10T14:30:00Z",
        "2025-11-10 14:30",
        "14:30",
        "10m ago",
        "yesterday 22:10",
        "2025-11-10T14:30:00+01:00",
        "now",
        "today 3:05",
        "1h30m ago",
        "2025-03-30 02:30",
        "2025-10-26 02:30",
        "72h",
        "15m",
        "< 15m",
        ">= 1h",
        "2d",
        "1w",
        "90s",
        "9999-12-31T23:59:59Z",
        "0000-01-01",
    ];
    let seeds = seeds.map(str::to_owned);
    fuzz(20_000, &seeds, |_, text| {
        for zone in ["UTC", "Europe/Paris", "America/St_Johns", "Pacific/Apia"] {
            let zone = zone.parse().unwrap();
            if let Ok(at) = inc::clock::time::parse_time(text, now(), zone) {
                let _ = inc::clock::time::format_local(at, zone);
                let _ = inc::clock::time::format_beside(at, now(), zone);
                let shown = inc::model::instant::rfc3339(at);
                let again = inc::clock::time::parse_time(&shown, now(), zone);
                assert!(again.is_ok_and(|again| again.timestamp() == at.timestamp()), "{shown}");
            }
        }
        if let Ok(duration) = inc::model::duration::parse_duration(text) {
            let shown = inc::model::duration::format_duration(duration);
            // Two units are shown, the rest is cut off.
            let again = inc::model::duration::parse_duration(&shown);
            assert!(again.is_ok_and(|again| again.abs() <= duration.abs()), "{text} is shown as {shown}");
        }
        let _ = inc::model::limit::Limit::parse(text, inc::model::limit::Op::Lt);
        let _ = text.parse::<inc::model::Id>();
    });
}
