//! Many at once, locks held and left behind, processes killed.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod git_support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use git_support::{Sandbox, at, git_command, paths};
use inc::error::Failure;
use inc::git::Repo;

/// Set in a child process: the work tree and the writer's number. It commits until it has done
/// `GIT_TOGETHER_COUNT` files.
const CHILD: &str = "GIT_TOGETHER_CHILD";

/// Not a test by itself: what the children of the tests below run.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let (dir, writer) = task.rsplit_once('|').unwrap();
    let count: u32 = std::env::var("GIT_TOGETHER_COUNT").unwrap().parse().unwrap();
    for n in 0..count {
        let repo = Repo::open(dir.as_ref()).unwrap();
        let name = format!("incidents/{writer}/{n:04}.md");
        let file = repo.workdir().join(&name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, format!("{writer} {n}\n")).unwrap();
        repo.commit(&[PathBuf::from(&name)], &name, at()).unwrap().unwrap();
        // Acknowledged: from here on it may not be lost.
        let acknowledged = repo.workdir().join(format!("../acknowledged-{writer}"));
        std::fs::write(acknowledged, format!("{}", n + 1)).unwrap();
    }
}

fn writer(sandbox: &Sandbox, number: usize, count: u32) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(CHILD, format!("{}|w{number}", sandbox.path("").display()))
        .env("GIT_TOGETHER_COUNT", count.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn processes_that_commit_at_once_lose_nothing() {
    let sandbox = Sandbox::started();
    sandbox.write("staged.txt", "x\n");
    sandbox.git(&["add", "staged.txt"]);
    let writers: Vec<_> = (0..8).map(|n| writer(&sandbox, n, 12)).collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "97");
    let files = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "incidents"]);
    assert_eq!(files.lines().count(), 96);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged.txt");
    sandbox.healthy();
}

#[test]
fn a_git_that_commits_at_the_same_time_loses_nothing_either() {
    let sandbox = Sandbox::started();
    let mut ours = writer(&sandbox, 0, 40);
    let mut theirs = 0;
    while ours.try_wait().unwrap().is_none() {
        sandbox.write(&format!("theirs/{theirs}.md"), "x\n");
        let path = format!("theirs/{theirs}.md");
        // Git gives up at once where a lock is held; that is its own affair.
        if sandbox.try_git(&["add", &path]).status.success()
            && sandbox.try_git(&["commit", "-qm", "theirs"]).status.success()
        {
            theirs += 1;
        }
    }
    assert!(ours.wait().unwrap().success());
    let ours = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "incidents"]);
    assert_eq!(ours.lines().count(), 40);
    let theirs_kept = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "theirs"]);
    assert!(theirs_kept.lines().count() >= theirs, "{theirs} acknowledged: {theirs_kept}");
    sandbox.healthy();
}

#[test]
fn an_index_lock_that_git_holds_is_waited_for_and_then_named() {
    let sandbox = Sandbox::started();
    let lock = sandbox.path(".git/index.lock");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    std::fs::write(&lock, "").unwrap();
    sandbox.write("a.md", "a\n");
    let started = Instant::now();
    let failure =
        sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap_err().downcast::<Failure>().unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2) && started.elapsed() < Duration::from_secs(6));
    let lock_name = sandbox.path(".git").canonicalize().unwrap().join("index.lock");
    assert_eq!(
        failure.message,
        format!("another git process holds {}; nothing was committed", lock_name.display())
    );
    assert!(lock.exists());
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);

    let freed = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        std::fs::remove_file(lock).unwrap();
    });
    sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap().unwrap();
    freed.join().unwrap();
    sandbox.clean();
}

#[test]
fn a_lock_that_a_killed_inc_left_is_removed() {
    let sandbox = Sandbox::started();
    std::fs::write(sandbox.path(".git/index.lock"), "held by inc, process 1\n").unwrap();
    sandbox.write("a.md", "a\n");
    sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap().unwrap();
    assert!(!sandbox.path(".git/index.lock").exists());
    sandbox.clean();
}

#[test]
fn a_branch_lock_that_a_killed_inc_left_is_removed() {
    let sandbox = Sandbox::started();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let lock = sandbox.path(".git").canonicalize().unwrap().join("refs/heads/main.lock");
    std::fs::write(&lock, format!("{head}\n")).unwrap();
    std::fs::create_dir(sandbox.path(".git/inc")).unwrap();
    sandbox.write(".git/inc/lock", &format!("{head} {}\n", lock.display()));
    sandbox.write("a.md", "a\n");
    sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap().unwrap();
    assert!(!lock.exists());
    sandbox.clean();
}

#[test]
fn a_branch_lock_that_is_not_ours_stays_and_the_index_is_put_back() {
    let sandbox = Sandbox::started();
    sandbox.write("staged.txt", "x\n");
    sandbox.git(&["add", "staged.txt"]);
    let lock = sandbox.path(".git/refs/heads/main.lock");
    std::fs::create_dir(&lock).unwrap();
    sandbox.write("a.md", "a\n");
    let message = sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap_err().to_string();
    assert!(message.starts_with("another process keeps refs/heads/main from being moved"), "{message}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged.txt\n?? a.md");
    std::fs::remove_dir(&lock).unwrap();
    sandbox.healthy();
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let sandbox = Sandbox::started();
    let mut acknowledged = 0;
    for round in 0..25_u64 {
        let name = sandbox.path(&format!("../acknowledged-w{round}"));
        let mut writer = writer(&sandbox, usize::try_from(round).unwrap(), 1000);
        // Once it commits at all, at a moment of its own.
        while std::fs::metadata(&name).map_or(true, |told| told.len() == 0) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(round * 3_777 % 20_000));
        writer.kill().unwrap();
        writer.wait().unwrap();
        sandbox.healthy();
        let done: usize = std::fs::read_to_string(&name).unwrap().parse().unwrap_or_default();
        let files = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", &format!("incidents/w{round}")]);
        assert!(files.lines().count() >= done, "{done} acknowledged, in HEAD: {files}");
        acknowledged += done;
        let repo = sandbox.open();
        let left = repo.uncommitted(&["incidents".as_ref()]).unwrap();
        // One file at the most, and only added: a reversal would show as a deletion.
        let status = sandbox.git(&["status", "--porcelain", "--untracked-files=all"]);
        assert!(
            status.lines().all(|l| l.starts_with("A ") || l.starts_with("??") || l.starts_with("AM")),
            "{status}"
        );
        assert!(left.len() <= 1, "{left:?}");
        repo.commit(&left, "what was left", at()).unwrap();
        sandbox.clean();
    }
    // A kill in the middle of telling the test leaves nothing told.
    assert!(acknowledged >= 10, "{acknowledged}");
}

#[test]
fn threads_with_handles_of_their_own() {
    let sandbox = Sandbox::started();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let repo = sandbox.open();
                for n in 0..5 {
                    let name = format!("t{thread}/{n}.md");
                    sandbox.write(&name, "x\n");
                    repo.commit(&paths(&[&name]), &name, at()).unwrap().unwrap();
                }
            });
        }
    });
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "21");
    assert_eq!(git_command(&sandbox.path("")).arg("diff").arg("--quiet").status().unwrap().code(), Some(0));
    sandbox.clean();
}
