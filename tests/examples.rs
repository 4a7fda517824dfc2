//! The stories in `examples/`: each script runs, and makes exactly the files that stand beside it.
//!
//! `UPDATE_EXAMPLES=1 cargo test --test examples` writes the files anew; look at them before committing.

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

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Runs a story in an empty repository; gives what it printed and the files that it made.
fn play(story: &Path) -> (String, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let repo = folder.path().join("repo");
    let bin = Path::new(env!("CARGO_BIN_EXE_inc")).parent().unwrap();
    std::fs::create_dir(&repo).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(&repo)
            .env_clear()
            .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
            .env("HOME", folder.path())
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
    run("inc", &["check"]);
    let mut files = BTreeMap::new();
    collect(&repo, &repo, &mut files);
    (printed, files)
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

#[test]
fn every_story_makes_the_files_beside_it() {
    let update = std::env::var_os("UPDATE_EXAMPLES").is_some();
    let mut stories: Vec<PathBuf> =
        std::fs::read_dir(examples()).unwrap().map(|e| e.unwrap().path()).collect();
    stories.retain(|p| p.join("story.sh").is_file());
    stories.sort();
    assert!(stories.len() >= 2, "the examples are gone");
    for example in stories {
        let (printed, mut made) = play(&example.join("story.sh"));
        made.insert("printed.txt".into(), printed.into_bytes());
        let kept = example.join("files");
        if update {
            let _ = std::fs::remove_dir_all(&kept);
            for (name, bytes) in &made {
                std::fs::create_dir_all(kept.join(name).parent().unwrap()).unwrap();
                std::fs::write(kept.join(name), bytes).unwrap();
            }
        }
        let mut there = BTreeMap::new();
        collect(&kept, &kept, &mut there);
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&there), "{}", example.display());
        for (name, bytes) in &made {
            let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
            assert_eq!(text(bytes), text(&there[name]), "{}/{name}", example.display());
        }
    }
}
