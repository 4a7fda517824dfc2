//! The stories in `examples/`: each script runs, and makes exactly the files that stand beside it.
//!
//! `UPDATE_EXAMPLES=1 cargo test --test examples` writes the files anew; look at them before committing.
//! One story, GitLab.com's outage, makes this repository's own `incidents/`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn examples() -> PathBuf {
    root().join("examples")
}

/// Runs a story in an empty repository; gives what it printed and the files that it made.
fn play(story: &Path) -> (String, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    let repo = home.join("repo");
    let bin = Path::new(env!("CARGO_BIN_EXE_inc")).parent().unwrap();
    std::fs::create_dir(&repo).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(&repo)
            .env_clear()
            .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
            .env("HOME", &home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("COLUMNS", "110")
            .env("NO_COLOR", "1")
            .env("INC_SEED", "7")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {args:?}\n{text}\n{err}");
        text
    };
    run("git", &["init", "-q", "-b", "main"]);
    run("git", &["config", "user.name", "alice"]);
    run("git", &["config", "user.email", "alice@example.com"]);
    let printed = run("bash", &[story.to_str().unwrap()]);
    assert_eq!(run("git", &["status", "--porcelain"]), "", "everything is committed");
    run("git", &["fsck", "--strict", "--no-dangling"]);
    let mut files = BTreeMap::new();
    collect(&repo, &repo, &mut files);
    (printed.replace(home.to_str().unwrap(), "~"), files)
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with(".git") {
                collect(root, &path, files);
            }
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// Takes the files of a folder for those that a story makes, or holds them against each other.
fn hold(name: &str, made: &BTreeMap<String, Vec<u8>>, kept: &Path) {
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        let _ = std::fs::remove_dir_all(kept);
        for (file, bytes) in made {
            std::fs::create_dir_all(kept.join(file).parent().unwrap()).unwrap();
            std::fs::write(kept.join(file), bytes).unwrap();
        }
    }
    let mut there = BTreeMap::new();
    collect(kept, kept, &mut there);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(made), names(&there), "{name}: other files than in {}", kept.display());
    for (file, bytes) in made {
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        assert_eq!(text(bytes), text(&there[file]), "{name}: {file}");
    }
}

fn tell(name: &str) {
    let example = examples().join(name);
    let (printed, mut made) = play(&example.join("story.sh"));
    if name == OURS {
        let ours =
            made.iter().filter_map(|(f, b)| Some((f.strip_prefix("incidents/")?.to_owned(), b.clone())));
        hold(name, &ours.collect(), &root().join("incidents"));
        made.clear();
    }
    // The same in every story, and in this repository's own `incidents/`.
    made.remove("incidents/incident.schema.json");
    made.insert("printed.txt".into(), printed.into_bytes());
    hold(name, &made, &example.join("files"));
}

/// The story that makes this repository's own incident.
const OURS: &str = "gitlab-2017";

macro_rules! stories {
    ($($test:ident $folder:literal)*) => {
        const STORIES: &[&str] = &[$($folder),*];
        $(#[test]
        fn $test() {
            tell($folder);
        })*
    };
}

// Each is a test of its own, so that they run side by side.
stories! {
    newcomer "newcomer"
    koprogo "koprogo"
    gitlab_2017 "gitlab-2017"
    alertimmo "alertimmo"
    nasa_l4 "nasa-l4"
    standard "standard"
    distri_night "distri-night"
    distri_night_breach "distri-night-breach"
}

#[test]
fn no_story_is_left_out() {
    let entries = std::fs::read_dir(examples()).unwrap().map(|e| e.unwrap().path());
    let told = entries.filter(|p| p.join("story.sh").is_file());
    let mut told: Vec<_> = told.map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    told.sort();
    let mut listed: Vec<_> = STORIES.iter().map(|s| (*s).to_owned()).collect();
    listed.sort();
    assert_eq!(told, listed);
}
