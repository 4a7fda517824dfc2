//! Each rule with inputs that it must find fault with, and inputs that it must not.
//!
//! An input is one file, `tests/rules/<rule>/{good,bad}*.txt`: the files in which it differs from the incident in
//! `tests/rules/base.txt`, to which no rule objects. `=== path` begins a file of the incident's folder, `=== /path`
//! one of the repository, `=== path gone` leaves one out; `=== before path` says what a file was before the range of
//! commits that is judged, `=== before path gone` that it is new. Everything said of a bad input stands beside it in a
//! `.snap`. `expected/tag` is the commit to which the tag of the rollback plan leads, or `gone`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests write the files that are checked")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use inc::check::history::Range;
use inc::check::{self, Around};
use inc::render::findings::Report;
use inc::rules::{self, Document, Finding};
use inc::store::{Folder, Store};

const ID: &str = "20251110-7f3k";
const FOLDER: &str = "incidents/2025/20251110-7f3k";

type Files = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

/// The files of an input laid over those of the base.
fn overlay(base: &str, input: &str) -> Files {
    let mut files = Files::new();
    for part in [base, input].iter().flat_map(|text| text.split("=== ").skip(1)) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        match head.strip_suffix(" gone") {
            Some(path) if path.starts_with("before ") => {
                files.insert(path.to_owned(), NEW.to_owned());
            }
            Some(path) => {
                assert!(files.remove(path).is_some(), "{path} is not in the base");
            }
            None => {
                files.insert(head.trim().to_owned(), body.to_owned());
            }
        }
    }
    files
}

/// What stands for a file that was not there before.
const NEW: &str = "\0";

/// What the range did: each file of `=== before path` as it was, and as it is.
fn range(files: &Files) -> Range {
    let mut range = Range::default();
    for (path, before) in files.iter().filter_map(|(p, t)| Some((p.strip_prefix("before ")?, t))) {
        let before = Some(before.as_bytes()).filter(|b| *b != NEW.as_bytes());
        range.add(Path::new(&on_disk(path)), before, files.get(path).map(String::as_bytes));
    }
    range
}

fn on_disk(path: &str) -> String {
    path.strip_prefix('/').map_or_else(|| format!("{FOLDER}/{path}"), str::to_owned)
}

fn write(root: &Path, files: &Files) {
    let aside = |path: &str| path == "now" || path.starts_with("expected") || path.starts_with("before ");
    for (path, text) in files.iter().filter(|(p, _)| !aside(p)) {
        let path = root.join(on_disk(path));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn run(input: &str) -> (Vec<Finding>, String) {
    let base = std::fs::read_to_string(folder().join("base.txt")).unwrap();
    let files = overlay(&base, input);
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &files);
    let store = Store::open(root.path()).unwrap();
    let documents = |folder: &Folder, _: &inc::model::Incident, found: &inc::store::processes::Found| {
        let documents = found.process.documents.iter().filter_map(|d| Some((d.file.clone()?, d.managed)));
        documents
            .map(|(file, managed)| Document {
                path: folder.path.join(&file),
                text: files.get(&file).cloned(),
                expected: files.get(&format!("expected/{file}")).cloned(),
                managed,
                broken: files
                    .get(&format!("expected/broken/{file}"))
                    .map(|said| (None, said.trim().to_owned())),
                public: false,
            })
            .chain(files.get("/incidents/README.md").map(|text| Document {
                path: "incidents/README.md".into(),
                text: Some(text.clone()),
                public: true,
                ..Document::default()
            }))
            .collect()
    };
    let (folders, strays) = store.folders();
    let known: BTreeSet<String> = folders.iter().map(|f| f.id.to_string()).collect();
    let now = files["now"].trim().parse().unwrap();
    let leads_to = |_: &inc::model::RollbackPlan| {
        let tag = files
            .get("expected/tag")
            .map(|t| t.trim())
            .ok_or_else(|| anyhow::anyhow!("no such repository"))?;
        Ok((tag != "gone").then(|| tag.to_owned()))
    };
    let team = check::team(&store.settings);
    let around = Around { known: &known, team: &team, now, documents: &documents, leads_to: &leads_to };
    let folder = folders.iter().find(|f| f.id.as_str() == ID).unwrap();
    let mut findings = check::incident(&store, folder, &around).unwrap().findings;
    let registry = files.get("expected/registry").map(|expected| Document {
        path: "incidents/README.md".into(),
        text: files.get("/incidents/README.md").cloned(),
        expected: Some(expected.clone()),
        ..Document::default()
    });
    findings.extend(check::repository(&store, (&folders, strays), registry));
    findings.extend(range(&files).findings(&store, &folders).unwrap());
    let read = |path: &Path| std::fs::read_to_string(root.path().join(path)).ok();
    let text = Report::new(findings.clone(), 1, &read).text(false, 100);
    (findings, text)
}

/// The inputs of a rule whose names begin with `prefix`.
fn inputs(rule: &str, prefix: &str) -> Vec<PathBuf> {
    let Ok(listing) = std::fs::read_dir(folder().join(rule)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = listing.map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.retain(|p| p.file_name().unwrap().to_str().unwrap().starts_with(prefix));
    paths.sort();
    paths
}

#[test]
fn the_base_is_clean() {
    let (findings, text) = run("");
    assert!(findings.is_empty(), "{text}");
}

#[test]
fn every_rule_has_good_and_bad_inputs_and_every_input_a_rule() {
    for rule in rules::all() {
        assert!(!inputs(rule.id, "good").is_empty(), "{} has no good input", rule.id);
        assert!(!inputs(rule.id, "bad").is_empty(), "{} has no bad input", rule.id);
    }
    for entry in std::fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            assert!(rules::find(&name).is_some_and(|r| r.id == name), "{name} is no rule");
        }
    }
}

#[test]
fn every_rule_in_its_folder_is_listed() {
    let rules_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for entry in std::fs::read_dir(rules_folder).unwrap().map(Result::unwrap) {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        if text.contains("static RULE: Rule") {
            assert!(rules::all().iter().any(|r| r.source == text), "{:?} is not listed", entry.path());
        }
    }
}

#[test]
fn no_rule_objects_to_a_good_input() {
    for rule in rules::all() {
        for path in inputs(rule.id, "good") {
            let (findings, text) = run(&std::fs::read_to_string(&path).unwrap());
            let open = findings.iter().filter(|f| f.waived.is_none()).count();
            assert!(open == 0, "{}:\n{text}", path.display());
        }
    }
}

#[test]
fn a_bad_input_is_found_by_its_rule_and_by_no_other() {
    for rule in rules::all() {
        for path in inputs(rule.id, "bad") {
            let (findings, text) = run(&std::fs::read_to_string(&path).unwrap());
            assert!(!findings.is_empty(), "{} is not found", path.display());
            assert!(findings.iter().all(|f| f.rule == rule.id), "{}:\n{text}", path.display());
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(folder().join(rule.id));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            let name = path.file_stem().unwrap().to_str().unwrap();
            settings.bind(|| insta::assert_snapshot!(name, text));
        }
    }
}
