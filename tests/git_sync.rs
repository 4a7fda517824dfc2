//! Many clones: what one commits the others get, once, and nobody's work in progress is touched.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod git_support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git_support::{Sandbox, at, git_command, paths};
use inc::git::{Repo, SyncOptions, SyncOutcome};

/// A clone with somebody's name, beside the others.
struct Clone {
    dir: PathBuf,
    repo: Repo,
}

impl Clone {
    fn write(&self, relative: &str, text: &str) {
        let path = self.dir.join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit(&self, relative: &str, text: &str) {
        self.write(relative, text);
        self.repo.commit(&paths(&[relative]), relative, at()).unwrap().unwrap();
    }

    fn sync(&self) -> (SyncOutcome, usize, usize) {
        let report = self.repo.sync(&SyncOptions::default()).unwrap();
        (report.outcome, report.received, report.sent)
    }

    fn git(&self, args: &[&str]) -> String {
        let output = git_command(&self.dir).args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }
}

/// A bare remote with one commit, and clones of it.
fn clones<const N: usize>(names: [&str; N]) -> (Sandbox, [Clone; N]) {
    let sandbox = Sandbox::started();
    sandbox.git(&["clone", "-q", "--bare", ".", "../remote.git"]);
    let clones = names.map(|name| clone(&sandbox, name, &[]));
    (sandbox, clones)
}

fn clone(sandbox: &Sandbox, name: &str, options: &[&str]) -> Clone {
    let source = format!("file://{}", sandbox.path("../remote.git").canonicalize().unwrap().display());
    let target = format!("../{name}");
    sandbox.git(&[&["clone", "-q"], options, &[&source, &target]].concat());
    let dir = sandbox.path(&target).canonicalize().unwrap();
    let repo = Repo::open(&dir).unwrap();
    let clone = Clone { dir, repo };
    clone.git(&["config", "user.name", name]);
    clone.git(&["config", "user.email", &format!("{name}@example.com")]);
    clone
}

#[test]
fn two_clones_that_write_at_once_both_keep_everything() {
    let (sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("incidents/a/1.md", "ada\n");
    bob.commit("incidents/a/2.md", "bob\n");
    bob.commit("incidents/a/3.md", "bob\n");
    // Bob's work in progress.
    bob.write("staged.txt", "x\n");
    bob.git(&["add", "staged.txt"]);
    bob.write("README.md", "changed\n");
    assert_eq!(ada.sync(), (SyncOutcome::Done, 0, 1));
    assert_eq!(bob.sync(), (SyncOutcome::Done, 1, 2));
    assert_eq!(ada.sync(), (SyncOutcome::Done, 2, 0));
    assert_eq!(ada.sync(), (SyncOutcome::Done, 0, 0));
    let history = "bob incidents/a/3.md\nbob incidents/a/2.md\nada incidents/a/1.md\nAda start";
    assert_eq!(ada.git(&["log", "--format=%an %s"]), history);
    assert_eq!(ada.git(&["rev-parse", "HEAD"]), bob.git(&["rev-parse", "HEAD"]));
    assert_eq!(ada.git(&["status", "--porcelain"]), "");
    assert_eq!(bob.git(&["status", "--porcelain"]), " M README.md\nA  staged.txt");
    assert_eq!(std::fs::read_to_string(bob.dir.join("incidents/a/1.md")).unwrap(), "ada\n");
    sandbox.git(&["-C", "../remote.git", "fsck", "--strict"]);
}

#[test]
fn a_conflict_changes_nothing_and_names_the_file() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("README.md", "ada\n");
    ada.sync();
    bob.commit("fine.md", "fine\n");
    bob.commit("README.md", "bob\n");
    bob.write("dirty.md", "x\n");
    let head = bob.git(&["rev-parse", "HEAD"]);
    let message = bob.repo.sync(&SyncOptions::default()).unwrap_err().to_string();
    assert_eq!(
        message,
        "this clone and origin/main changed the same lines of README.md; nothing was changed here"
    );
    assert_eq!(bob.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(bob.git(&["status", "--porcelain"]), "?? dirty.md");
}

#[test]
fn a_changed_file_in_the_way_is_not_overwritten() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("README.md", "ada\n");
    ada.sync();
    bob.write("README.md", "bob is writing\n");
    let head = bob.git(&["rev-parse", "HEAD"]);
    let message = bob.repo.sync(&SyncOptions::default()).unwrap_err().to_string();
    assert!(message.starts_with("files of yours are in the way of the sync: "), "{message}");
    assert_eq!(bob.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(std::fs::read_to_string(bob.dir.join("README.md")).unwrap(), "bob is writing\n");
}

#[test]
fn an_empty_file_in_the_way_stays() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("note.md", "ada\n");
    ada.commit("other.md", "ada\n");
    ada.sync();
    bob.write("note.md", "");
    let message = bob.repo.sync(&SyncOptions::default()).unwrap_err().to_string();
    assert!(message.starts_with("files of yours are in the way of the sync: "), "{message}");
    assert_eq!(bob.git(&["status", "--porcelain"]), "?? note.md");
}

#[test]
fn a_merge_driver_of_the_users_is_run() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit(".gitattributes", "*.yaml merge=both\n");
    ada.commit("incident.yaml", "start\n");
    ada.sync();
    bob.sync();
    bob.git(&["config", "merge.both.driver", "cat %A %B > %A.new && mv %A.new %A"]);
    ada.commit("incident.yaml", "ada\n");
    ada.sync();
    bob.commit("incident.yaml", "bob\n");
    assert_eq!(bob.sync(), (SyncOutcome::Done, 1, 1));
    assert_eq!(bob.git(&["show", "HEAD:incident.yaml"]), "ada\nbob");
}

#[test]
fn a_history_with_merges_is_merged() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("a.md", "a\n");
    ada.sync();
    bob.git(&["switch", "-qc", "side"]);
    bob.commit("s.md", "s\n");
    bob.git(&["switch", "-q", "main"]);
    bob.commit("b.md", "b\n");
    bob.git(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(bob.sync().0, SyncOutcome::Done);
    assert_eq!(bob.git(&["log", "-1", "--format=%s"]), "Merge origin/main");
    assert_eq!(bob.git(&["ls-tree", "--name-only", "HEAD"]), "README.md\na.md\nb.md\ns.md");
    assert_eq!(bob.git(&["status", "--porcelain"]), "");
}

#[test]
fn no_remote_no_answer_and_a_refusal_lose_nothing() {
    let sandbox = Sandbox::started();
    let report = sandbox.open().sync(&SyncOptions::default()).unwrap();
    assert_eq!(report.outcome, SyncOutcome::NoRemote);

    let (sandbox, [ada]) = clones(["ada"]);
    ada.commit("a.md", "a\n");
    ada.git(&["remote", "set-url", "origin", "/nowhere/at/all"]);
    assert!(matches!(ada.sync(), (SyncOutcome::Unreachable(_), 0, 0)));

    ada.git(&["config", "core.sshCommand", "sleep 30; true"]);
    ada.git(&["remote", "set-url", "origin", "ssh://nowhere.invalid/x"]);
    let started = Instant::now();
    let deadline = Some(started + Duration::from_millis(300));
    let report = ada.repo.sync(&SyncOptions { deadline, interactive: false }).unwrap();
    assert_eq!(report.outcome, SyncOutcome::Unreachable("no answer within 0.3 s".into()));
    assert!(started.elapsed() < Duration::from_secs(5));

    // What ssh left running holds the pipe to git's errors; git itself has ended.
    ada.git(&["config", "core.sshCommand", "sleep 30 </dev/null >/dev/null & echo gone >&2; false"]);
    let started = Instant::now();
    let (outcome, ..) = ada.sync();
    assert!(matches!(&outcome, SyncOutcome::Unreachable(said) if said.starts_with("gone")), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(5));

    ada.git(&["remote", "set-url", "origin", sandbox.path("../remote.git").to_str().unwrap()]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        sandbox.write("../remote.git/hooks/pre-receive", "#!/bin/sh\necho only on weekdays >&2\nexit 1\n");
        let hook = sandbox.path("../remote.git/hooks/pre-receive");
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (outcome, ..) = ada.sync();
        assert_eq!(
            outcome,
            SyncOutcome::Rejected("[remote rejected] (pre-receive hook declined) only on weekdays".into())
        );
        std::fs::remove_file(hook).unwrap();
    }
    assert_eq!(ada.sync(), (SyncOutcome::Done, 0, 1));
}

#[test]
fn a_new_branch_a_shallow_clone_and_a_worktree() {
    let (sandbox, [ada]) = clones(["ada"]);
    ada.commit("second.md", "x\n");
    ada.sync();
    let bob = clone(&sandbox, "bob", &["--depth", "1"]);
    bob.commit("bob.md", "bob\n");
    assert_eq!(bob.sync(), (SyncOutcome::Done, 0, 1));
    ada.git(&["worktree", "add", "-q", "-b", "incident", "../linked"]);
    let linked = ada.dir.join("../linked");
    let repo = Repo::open(&linked).unwrap();
    std::fs::write(linked.join("l.md"), "l\n").unwrap();
    repo.commit(&paths(&["l.md"]), "l", at()).unwrap();
    let report = repo.sync(&SyncOptions::default()).unwrap();
    assert_eq!((report.outcome, report.branch.as_str(), report.sent), (SyncOutcome::Done, "incident", 1));
    assert_eq!(ada.git(&["rev-parse", "--abbrev-ref", "incident@{upstream}"]), "origin/incident");
    assert_eq!(ada.sync(), (SyncOutcome::Done, 1, 0));
}

#[test]
fn what_runs_between_is_pushed_too() {
    let (_sandbox, [ada, bob]) = clones(["ada", "bob"]);
    ada.commit("a.md", "a\n");
    ada.sync();
    let mut calls = 0;
    let report = bob.repo.sync_with(&SyncOptions::default(), &mut || {
        calls += 1;
        bob.commit("registry.md", "a\n");
        Ok(())
    });
    assert_eq!((calls, report.unwrap().sent), (1, 1));
    assert_eq!(ada.sync(), (SyncOutcome::Done, 1, 0));
}

#[test]
fn four_clones_that_sync_all_the_time() {
    let names = ["ada", "bob", "cyd", "dan"];
    let (sandbox, clones) = clones(names);
    let entries = 8;
    std::thread::scope(|scope| {
        for (clone, name) in clones.iter().zip(names) {
            let dir = clone.dir.clone();
            scope.spawn(move || write_and_sync(&dir, name, entries));
        }
    });
    for clone in &clones {
        clone.sync();
    }
    let all = clones[0].git(&["ls-tree", "-r", "--name-only", "HEAD", "incidents"]);
    assert_eq!(all.lines().count(), names.len() * entries, "{all}");
    // Each once: a commit that was replayed is not there a second time.
    let subjects = clones[0].git(&["log", "--format=%s"]);
    assert_eq!(subjects.lines().count(), 1 + names.len() * entries);
    for clone in &clones {
        assert_eq!(clone.git(&["rev-parse", "HEAD"]), clones[0].git(&["rev-parse", "HEAD"]));
        assert_eq!(clone.git(&["status", "--porcelain"]), "");
        clone.git(&["fsck", "--strict"]);
    }
    sandbox.git(&["-C", "../remote.git", "fsck", "--strict"]);
}

fn write_and_sync(dir: &Path, name: &str, entries: usize) {
    let repo = Repo::open(dir).unwrap();
    std::fs::create_dir_all(dir.join("incidents")).unwrap();
    for n in 0..entries {
        let path = format!("incidents/{name}-{n}.md");
        std::fs::write(dir.join(&path), "x\n").unwrap();
        // A clock that is a year behind that of the first commit.
        repo.commit(&paths(&[&path]), &path, at()).unwrap();
        if n % 2 == 1 {
            let outcome = repo.sync(&SyncOptions::default()).unwrap().outcome;
            assert_eq!(outcome, SyncOutcome::Done);
        }
    }
}
