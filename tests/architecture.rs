//! Imports go one way: model ← process ← clock ← rules; store and git know model and process; render knows
//! those; commands know everything, and only the command line knows commands.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and reads the sources"
)]

use std::path::{Path, PathBuf};

/// A part of the source, and the parts that it may use.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("error", &[]),
    ("fault", &[]),
    ("model", &["error"]),
    ("process", &["error", "model"]),
    ("clock", &["error", "model", "process"]),
    ("rules", &["error", "model", "process", "clock"]),
    ("git", &["error", "fault", "model"]),
    ("store", &["error", "fault", "model", "process"]),
    ("render", &["error", "model", "process", "clock", "rules", "store", "ui"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The part that a file belongs to: the first folder under `src`, or the file itself.
fn part(root: &Path, path: &Path) -> String {
    let first = path.strip_prefix(root).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The parts that a line uses, in code and in documentation links alike.
fn used(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
}

#[test]
fn imports_go_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50);
    let mut wrong = Vec::new();
    for file in files {
        if file.ends_with("tests.rs") {
            continue;
        }
        let part = part(&root, &file);
        let text = std::fs::read_to_string(&file).unwrap();
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        for line in text[..tests].lines() {
            for name in used(line).filter(|n| !n.is_empty() && *n != part) {
                let allowed = match MAY_USE.iter().find(|(p, _)| *p == part) {
                    Some((_, allowed)) => allowed.contains(&name),
                    None => name != "commands" || matches!(part.as_str(), "cli" | "main"),
                };
                if !allowed {
                    wrong.push(format!("{}: {}", file.strip_prefix(&root).unwrap().display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these imports go the wrong way:\n{}", wrong.join("\n"));
}

/// Words of the processes that are English words too, or the program's own: the flag `--commander`, the command
/// `comms`, fields of the record. All else that a process calls a severity, a role or itself stays out of `src`.
const ENGLISH: [&str; 16] = [
    "critical",
    "high",
    "moderate",
    "medium",
    "low",
    "commander",
    "lead",
    "comms",
    "communication",
    "communications",
    "tech",
    "notes",
    "facilitator",
    "standard",
    "close",
    "joint",
];

/// The words of a text in lower case; `_` belongs to a word, as in names.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn yaml(path: &str) -> serde_yaml::Value {
    serde_yaml::from_str(inc::process::builtin::file(path).unwrap()).unwrap()
}

/// All texts in a value, without the keys.
fn texts(value: &serde_yaml::Value, found: &mut Vec<String>) {
    match value {
        serde_yaml::Value::String(text) => found.push(text.clone()),
        serde_yaml::Value::Sequence(list) => list.iter().for_each(|v| texts(v, found)),
        serde_yaml::Value::Mapping(map) => map.values().for_each(|v| texts(v, found)),
        _ => {}
    }
}

/// What the processes call themselves, their severities and their roles.
fn names_of_processes() -> Vec<String> {
    let mut found = Vec::new();
    for name in inc::process::builtin::names() {
        let process = yaml(&format!("processes/{name}/process.yaml"));
        found.push(name.to_owned());
        found.push(process["title"].as_str().unwrap().to_owned());
        for (list, keys) in [("severities", ["id", "label", "aliases"]), ("roles", ["", "label", "aliases"])]
        {
            for one in process[list].as_sequence().unwrap() {
                for key in keys {
                    texts(&one[key], &mut found);
                }
            }
        }
    }
    found.retain(|n| n.chars().count() > 1);
    found
}

/// The words and phrases of every language but English that are in no English list.
fn foreign() -> Vec<String> {
    let (mut english, mut other) = (Vec::new(), Vec::new());
    for (folder, prefix) in [("languages", ""), ("rules", "blame.")] {
        for (name, text) in inc::process::builtin::files_under(folder) {
            let Some(language) = name.strip_prefix(prefix).and_then(|n| n.strip_suffix(".yaml")) else {
                continue;
            };
            let value = serde_yaml::from_str(text).unwrap();
            texts(&value, if language == "en" { &mut english } else { &mut other });
        }
    }
    let english: Vec<Vec<String>> = english.iter().map(|t| words(t)).collect();
    other.retain(|t| t.chars().count() > 3 && !t.contains(['{', '%']) && !english.contains(&words(t)));
    other
}

#[test]
fn the_program_names_no_process_no_severity_no_role_and_no_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (names, foreign) = (names_of_processes(), foreign());
    assert!(names.len() > 60 && foreign.len() > 150, "{} {}", names.len(), foreign.len());
    let banned: Vec<Vec<String>> = names.iter().chain(&foreign).map(|n| words(n)).collect();
    let banned = banned.iter().filter(|b| !b.is_empty() && !ENGLISH.contains(&b.join(" ").as_str()));
    let mut by_first: std::collections::BTreeMap<&str, Vec<&[String]>> = std::collections::BTreeMap::new();
    for phrase in banned {
        by_first.entry(&phrase[0]).or_default().push(phrase);
    }
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let said = words(line);
            let named = (0..said.len()).find_map(|at| {
                by_first.get(said[at].as_str())?.iter().find(|phrase| said[at..].starts_with(phrase))
            });
            let accented = |w: &&String| w.chars().count() > 1 && w.chars().any(|c| ACCENTED.contains(c));
            let found = named.map(|p| p.join(" ")).or_else(|| said.iter().find(accented).cloned());
            if let Some(found) = found {
                wrong.push(format!(
                    "{}:{}: {found}",
                    file.strip_prefix(&root).unwrap().display(),
                    number + 1
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "these belong into templates or tests:\n{}", wrong.join("\n"));
}

/// Letters that English words do not have.
const ACCENTED: &str = "àâäçéèêëîïôöœùûüÿñáíóúß";
