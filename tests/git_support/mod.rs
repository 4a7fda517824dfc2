//! A repository of its own for each test, and the real `git` to look at it.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::{DateTime, TimeZone, Utc};
use inc::git::Repo;
use tempfile::TempDir;

/// A temporary folder with a repository in `work`, configured by nothing but itself.
pub(crate) struct Sandbox {
    pub(crate) dir: TempDir,
}

impl Sandbox {
    /// A repository without a commit.
    pub(crate) fn new() -> Self {
        let sandbox = Self::empty();
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox.git(&["config", "user.name", "Ada"]);
        sandbox.git(&["config", "user.email", "ada@example.com"]);
        sandbox
    }

    /// A repository with one commit.
    pub(crate) fn started() -> Self {
        let sandbox = Self::new();
        sandbox.write("README.md", "hello\n");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "-qm", "start"]);
        sandbox
    }

    /// A folder that is no repository.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("work")).unwrap();
        Self { dir }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join("work").join(relative)
    }

    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn open(&self) -> Repo {
        Repo::open(&self.path("")).unwrap()
    }

    /// What `git` prints, without the last line's end; it must succeed. The first column counts: `git status`
    /// tells staged from changed by it.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.try_git(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {error}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub(crate) fn try_git(&self, args: &[&str]) -> Output {
        git_command(&self.path("")).args(args).output().unwrap()
    }

    /// Git finds nothing wrong in the repository.
    pub(crate) fn healthy(&self) {
        self.git(&["fsck", "--strict"]);
    }

    /// Healthy, and nothing is left over.
    pub(crate) fn clean(&self) {
        assert_eq!(self.git(&["status", "--porcelain"]), "");
        self.healthy();
    }
}

/// `git` in `dir`, configured by that repository alone.
pub(crate) fn git_command(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(dir).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("LC_ALL", "C");
    command
}

/// The time of every commit in these tests.
pub(crate) fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 11, 10, 14, 30, 0).unwrap()
}

pub(crate) fn paths(relative: &[&str]) -> Vec<PathBuf> {
    relative.iter().map(PathBuf::from).collect()
}
