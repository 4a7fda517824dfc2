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
const MAY_USE: [(&str, &[&str]); 8] = [
    ("error", &[]),
    ("model", &["error"]),
    ("process", &["error", "model"]),
    ("clock", &["error", "model", "process"]),
    ("rules", &["error", "model", "process", "clock"]),
    ("git", &["error", "model"]),
    ("store", &["error", "model", "process"]),
    ("render", &["error", "model", "process", "clock", "rules", "store", "ui"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
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

#[test]
fn the_program_names_no_process() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let companies: Vec<String> =
        inc::process::builtin::names().filter(|n| *n != "standard").map(str::to_owned).collect();
    assert!(companies.len() >= 4);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        let code: Vec<&str> = text[..tests].lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        for line in code {
            let low = line.to_lowercase();
            assert!(!companies.iter().any(|c| low.contains(c.as_str())), "{}: {line}", file.display());
            assert!(!low.contains(['é', 'è', 'ê', 'à', 'ç', 'ù']), "{}: {line}", file.display());
        }
    }
}
