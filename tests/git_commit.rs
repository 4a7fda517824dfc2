//! One commit holds exactly the paths of one command, whatever state the repository is in.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]

mod git_support;

use git_support::{Sandbox, at, paths};
use inc::git::{Head, Repo};

#[test]
fn a_commit_holds_its_paths_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write("dirty.txt", "one\n");
    sandbox.write("staged.txt", "one\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "start"]);
    sandbox.write("dirty.txt", "two\n");
    sandbox.write("staged.txt", "two\n");
    sandbox.write("other-staged.txt", "new\n");
    sandbox.git(&["add", "staged.txt", "other-staged.txt"]);
    sandbox.write("incidents/2025/a/incident.yaml", "id: a\n");
    sandbox.write("incidents/2025/a/timeline/1.md", "entry\n");

    let repo = sandbox.open();
    let made = repo
        .commit(
            &paths(&["incidents/2025/a/timeline/1.md", "incidents/2025/a/incident.yaml"]),
            "a: declared",
            at(),
        )
        .unwrap()
        .unwrap();

    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), made.id);
    assert_eq!(made.warnings, Vec::<String>::new());
    assert_eq!(
        sandbox.git(&["show", "--name-status", "--format=%an %ae %aI %s", "HEAD"]),
        "Ada ada@example.com 2025-11-10T14:30:00Z a: declared\n\n\
         A\tincidents/2025/a/incident.yaml\nA\tincidents/2025/a/timeline/1.md"
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M dirty.txt\nA  other-staged.txt\nM  staged.txt");
    assert_eq!(sandbox.git(&["reflog", "-1", "--format=%gs"]), "commit: a: declared");
    sandbox.healthy();
}

#[test]
fn what_head_holds_already_is_not_committed_again() {
    let sandbox = Sandbox::started();
    let repo = sandbox.open();
    sandbox.write("a.md", "a\n");
    assert!(repo.commit(&paths(&["a.md"]), "one", at()).unwrap().is_some());
    assert_eq!(repo.commit(&paths(&["a.md", "absent.md"]), "two", at()).unwrap(), None);
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "2");
    sandbox.clean();
}

#[test]
fn a_missing_file_is_removed() {
    let sandbox = Sandbox::started();
    let repo = sandbox.open();
    sandbox.write("incidents/a/1.md", "a\n");
    sandbox.write("keep.md", "a\n");
    repo.commit(&paths(&["incidents/a/1.md", "keep.md"]), "one", at()).unwrap();
    std::fs::remove_dir_all(sandbox.path("incidents")).unwrap();
    repo.commit(&paths(&["incidents/a/1.md"]), "two", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "README.md\nkeep.md");
    sandbox.clean();
}

#[test]
fn the_first_commit_of_a_branch() {
    let sandbox = Sandbox::new();
    let repo = sandbox.open();
    assert_eq!(repo.branch().unwrap(), Head::Unborn("main".into()));
    sandbox.write("staged.txt", "x\n");
    sandbox.git(&["add", "staged.txt"]);
    sandbox.write("a/b.md", "a\n");
    repo.commit(&paths(&["a/b.md"]), "first", at()).unwrap().unwrap();
    assert_eq!(repo.branch().unwrap(), Head::Branch("main".into()));
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "a/b.md");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged.txt");
    sandbox.healthy();
}

#[test]
fn a_detached_head_moves_and_warns() {
    let sandbox = Sandbox::started();
    sandbox.git(&["switch", "-q", "--detach"]);
    let repo = sandbox.open();
    assert!(matches!(repo.branch().unwrap(), Head::Detached(_)));
    sandbox.write("a.md", "a\n");
    let made = repo.commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(
        made.warnings,
        ["HEAD is detached: the commit is on no branch until you run `git switch -c NAME`"]
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), made.id);
    assert_ne!(sandbox.git(&["rev-parse", "main"]), made.id);
    sandbox.clean();
}

#[test]
fn a_linked_worktree_has_its_own_branch_and_index() {
    let sandbox = Sandbox::started();
    let linked = sandbox.path("../linked");
    sandbox.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let repo = Repo::open(&linked).unwrap();
    std::fs::write(linked.join("a.md"), "a\n").unwrap();
    let made = repo.commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "side"]), made.id);
    assert_ne!(sandbox.git(&["rev-parse", "main"]), made.id);
    assert_eq!(sandbox.git(&["-C", "../linked", "status", "--porcelain"]), "");
    assert_ne!(repo.git_dir(), repo.common_dir());
    sandbox.clean();
}

#[test]
fn line_ends_are_stored_as_git_stores_them() {
    let sandbox = Sandbox::started();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.write("a.md", "one\r\ntwo\r\n");
    sandbox.open().commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["cat-file", "-s", "HEAD:a.md"]), "8");
    sandbox.clean();
}

#[test]
fn line_ends_once_committed_are_left_alone() {
    let sandbox = Sandbox::started();
    sandbox.write("a.md", "one\r\n");
    sandbox.git(&["-c", "core.autocrlf=false", "add", "a.md"]);
    sandbox.git(&["commit", "-qm", "as it is"]);
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.write("a.md", "one\r\ntwo\r\n");
    sandbox.open().commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["cat-file", "-s", "HEAD:a.md"]), "10");
    sandbox.clean();
}

#[test]
fn a_filter_program_is_run_by_git() {
    let sandbox = Sandbox::started();
    sandbox.git(&["config", "filter.shout.clean", "tr a-z A-Z"]);
    sandbox.write(".gitattributes", "*.log filter=shout\n");
    sandbox.write("evidence/x.log", "quiet\n");
    sandbox.open().commit(&paths(&[".gitattributes", "evidence/x.log"]), "one", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["show", "HEAD:evidence/x.log"]), "QUIET");
    sandbox.clean();
}

#[test]
fn staging_commits_nothing() {
    let sandbox = Sandbox::started();
    sandbox.write("a.md", "a\n");
    sandbox.write("b.md", "b\n");
    sandbox.open().stage(&paths(&["a.md"])).unwrap();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  a.md\n?? b.md");
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "1");
    sandbox.healthy();
}
