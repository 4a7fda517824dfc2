//! What git knows: files at a revision, changes since a base, what is not committed, ids on remotes.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod git_support;

use std::path::{Path, PathBuf};

use git_support::{Sandbox, at, paths};
use inc::git::{ChangeKind, Repo};

fn error(result: anyhow::Result<impl Sized>) -> String {
    result.err().map(|e| e.to_string()).unwrap()
}

#[test]
fn a_file_is_read_at_a_revision() {
    let sandbox = Sandbox::started();
    let repo = sandbox.open();
    sandbox.write("a/x.md", "one\n");
    repo.commit(&paths(&["a/x.md"]), "one", at()).unwrap();
    sandbox.write("a/x.md", "two\n");
    repo.commit(&paths(&["a/x.md"]), "two", at()).unwrap();
    assert_eq!(repo.read_at("HEAD~1", Path::new("a/x.md")).unwrap(), Some(b"one\n".to_vec()));
    assert_eq!(repo.read_at("main", Path::new("a/x.md")).unwrap(), Some(b"two\n".to_vec()));
    assert_eq!(repo.read_at("HEAD~2", Path::new("a/x.md")).unwrap(), None);
    assert_eq!(repo.read_at("HEAD", Path::new("a")).unwrap(), None);
    assert_eq!(
        error(repo.read_at("nonsense", Path::new("a/x.md"))),
        "`nonsense` is no revision that this clone knows"
    );
}

#[test]
fn changes_are_those_of_the_branch_alone() {
    let sandbox = Sandbox::started();
    let long = "a line that is long enough to be known again\n".repeat(20);
    sandbox.write("incidents/a/old.md", &long);
    sandbox.write("incidents/a/gone.md", "gone\n");
    sandbox.write("incidents/a/kept.md", "one\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "base"]);
    sandbox.git(&["switch", "-qc", "side"]);
    sandbox.git(&["mv", "incidents/a/old.md", "incidents/a/new.md"]);
    sandbox.git(&["rm", "-q", "incidents/a/gone.md"]);
    sandbox.write("incidents/a/kept.md", "two\n");
    sandbox.write("incidents/a/added.md", "something else\n");
    sandbox.write("elsewhere.md", "x\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "side"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.write("incidents/a/kept.md", "main moved on\n");
    sandbox.git(&["commit", "-qam", "main"]);
    sandbox.git(&["switch", "-q", "side"]);

    let repo = sandbox.open();
    let mut changes = repo.changes_since("main", Path::new("incidents")).unwrap();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    let found: Vec<_> = changes
        .iter()
        .map(|c| (c.path.to_str().unwrap(), c.kind.clone(), repo.old(c).unwrap().map(|b| b.len())))
        .collect();
    let from = PathBuf::from("incidents/a/old.md");
    assert_eq!(
        found,
        [
            ("incidents/a/added.md", ChangeKind::Added, None),
            ("incidents/a/gone.md", ChangeKind::Deleted, Some(5)),
            ("incidents/a/kept.md", ChangeKind::Modified, Some(4)),
            ("incidents/a/new.md", ChangeKind::Renamed { from }, Some(long.len())),
        ]
    );
    assert_eq!(repo.changes_since("main", Path::new("")).unwrap().len(), 5);
}

#[test]
fn a_shallow_clone_without_the_fork_says_how_to_fetch_it() {
    let sandbox = Sandbox::started();
    sandbox.git(&["branch", "side"]);
    for branch in ["main", "side"] {
        sandbox.git(&["switch", "-q", branch]);
        sandbox.write(branch, "x\n");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "-qm", branch]);
    }
    let source = format!("file://{}", sandbox.path("").display());
    sandbox.git(&["clone", "-q", "--depth", "1", "--no-single-branch", &source, "../shallow"]);
    let failed = Repo::open(&sandbox.path("../shallow")).unwrap().changes_since("origin/main", Path::new(""));
    let failed = failed.unwrap_err().downcast::<inc::error::Failure>().unwrap();
    assert_eq!(failed.message, "`origin/main` and HEAD have no commit in common here");
    assert_eq!(failed.hints[0], "this clone is shallow: git fetch --unshallow");
}

#[test]
fn what_a_command_left_is_found() {
    let sandbox = Sandbox::started();
    let repo = sandbox.open();
    sandbox.write("incidents/a/1.md", "one\n");
    sandbox.write("incidents/a/2.md", "two\n");
    sandbox.write("incidents/a/3.md", "three\n");
    sandbox.write(".gitignore", "*.swp\n");
    repo.commit(&paths(&["incidents/a/1.md", "incidents/a/2.md", "incidents/a/3.md"]), "x", at()).unwrap();
    sandbox.write("incidents/a/2.md", "TWO\n");
    std::fs::remove_file(sandbox.path("incidents/a/3.md")).unwrap();
    sandbox.write("incidents/a/deep/4.md", "four\n");
    sandbox.write("incidents/a/.4.md.swp", "editor\n");
    sandbox.write("incidents/b/5.md", "five\n");
    let expected = paths(&["incidents/a/2.md", "incidents/a/3.md", "incidents/a/deep/4.md"]);
    assert_eq!(repo.uncommitted(&[Path::new("incidents/a")]).unwrap(), expected);
    assert_eq!(repo.uncommitted(&[Path::new("absent")]).unwrap(), paths(&[]));
    for n in 0..400 {
        sandbox.write(&format!("incidents/c/{n:03}.md"), "many\n");
    }
    sandbox.git(&["add", "incidents/c"]);
    sandbox.git(&["commit", "-qm", "many"]);
    let mut all = expected;
    all.push(PathBuf::from("incidents/b/5.md"));
    assert_eq!(repo.uncommitted(&[Path::new("incidents")]).unwrap(), all);
}

#[test]
fn line_ends_alone_are_no_change() {
    let sandbox = Sandbox::started();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.write("a/x.md", "one\r\n");
    let repo = sandbox.open();
    repo.commit(&paths(&["a/x.md"]), "one", at()).unwrap();
    assert_eq!(repo.uncommitted(&[Path::new("a")]).unwrap(), paths(&[]));
}

#[test]
fn ids_come_from_every_remote_branch_once() {
    let sandbox = Sandbox::started();
    sandbox.write("incidents/2024/20241231-aaaa/incident.yaml", "a\n");
    sandbox.write("incidents/2025/20250101-bbbb/incident.yaml", "b\n");
    sandbox.write("incidents/README.md", "registry\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "incidents"]);
    sandbox.git(&["switch", "-qc", "side"]);
    sandbox.write("incidents/2025/20250102-cccc/incident.yaml", "c\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "side"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["clone", "-q", ".", "../clone"]);
    let repo = Repo::open(&sandbox.path("../clone")).unwrap();
    assert_eq!(
        repo.ids_on_remotes(Path::new("incidents")).unwrap(),
        ["20241231-aaaa", "20250101-bbbb", "20250102-cccc"]
    );
    assert_eq!(repo.ids_on_remotes(Path::new("absent")).unwrap(), Vec::<String>::new());
}
