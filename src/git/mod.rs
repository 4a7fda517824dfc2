//! Git: the database and the network of `inc`.
//!
//! `git2` reads and commits; the `git` program does what only it does as people have set it up (signing,
//! hooks, filters, fetching and pushing). Nothing outside this folder touches either.
//!
//! A commit holds exactly the paths of one command, on top of HEAD. The index changes first, the branch
//! last: a process killed between the two leaves its files staged, which `git status` shows and the next
//! command commits.

mod attributes;
mod cachetree;
mod checkout;
mod commit;
mod driver;
mod durable;
mod history;
mod hooks;
mod identity;
mod index;
mod lock;
mod object;
mod open;
mod path;
mod pending;
mod program;
mod replay;
mod sign;
mod stage;
mod sync;
mod tags;
mod tree;

pub use attributes::Bytes;
pub use commit::{Commit, CommitOptions};
pub use driver::{Lines, merge_lines};
pub use history::{Change, ChangeKind};
pub use identity::Identity;
pub use lock::{Lock, Writing};
pub use program::{Output, run_git};
pub use sync::{SyncOptions, SyncOutcome, SyncReport};
pub use tags::Tag;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Failure, disk, storage};

/// A repository with a work tree, open for reading and committing.
pub struct Repo {
    inner: git2::Repository,
    workdir: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// Whether objects are made aside; see [`durable`].
    aside: std::cell::Cell<bool>,
}

/// Where HEAD points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A branch with at least one commit; its short name.
    Branch(String),
    /// A branch without a commit yet; its short name.
    Unborn(String),
    /// No branch: the abbreviated id of the commit.
    Detached(String),
}

impl Repo {
    /// The root of the work tree, absolute and free of links.
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// The git directory of this work tree, where its HEAD and index are.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all work trees of the repository share, where objects and branches are.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Where HEAD points. Fails when HEAD cannot be read.
    pub fn branch(&self) -> anyhow::Result<Head> {
        let head = self.inner.find_reference("HEAD").map_err(|e| failed("HEAD cannot be read", &e))?;
        if let Some(target) = head.symbolic_target_bytes() {
            let full = String::from_utf8_lossy(target).into_owned();
            let short = full.strip_prefix("refs/heads/").unwrap_or(&full).to_owned();
            return Ok(match self.inner.refname_to_id(&full) {
                Ok(_) => Head::Branch(short),
                Err(_) => Head::Unborn(short),
            });
        }
        let id = head.target().ok_or_else(|| storage("HEAD names no commit"))?;
        Ok(Head::Detached(short(id)))
    }
}

/// The first nine digits of an object's id, as `git log --oneline` shows it in a large repository.
fn short(id: git2::Oid) -> String {
    id.to_string().chars().take(9).collect()
}

/// A failure of git's, with what was being done, and the next step where it was the disk that failed.
fn failed(what: &str, error: &git2::Error) -> Failure {
    // Libgit2 keeps the words of the system alone.
    let words = [
        ("No space left on device", ErrorKind::StorageFull),
        ("Read-only file system", ErrorKind::ReadOnlyFilesystem),
        ("Permission denied", ErrorKind::PermissionDenied),
    ];
    match words.into_iter().find_map(|(words, kind)| Some((error.message().split_once(words)?.0, kind))) {
        Some((before, kind)) => {
            disk(format!("{what}: {}", before.trim_end_matches([':', ' '])), &kind.into())
        }
        None => storage(format!("{what}: {}", error.message())),
    }
}
