//! What this clone trusts: each thing by its name, as it was when somebody looked at it.
//!
//! A repository is somebody else's: whatever a pull request can bring says what should be sent or run, and nothing of
//! it happens before a person has said so in this clone. That word lies in git's folder, where no pull request
//! reaches, and holds for what was looked at alone.

use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::git::Repo;
use crate::model::RollbackPlan;
use crate::store::rollback::PLAN;
use crate::store::{Folder, INCIDENTS, Store, atomic, digest, rollback};

/// The file under git's folder that holds what is trusted: a digest and a name, a line each.
const FILE: &str = "inc/trust";

/// The largest such file, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Something that can be trusted: its name in this clone, and the digest of everything that decides what it does.
pub struct Thing {
    name: String,
    digest: String,
}

impl Thing {
    /// The channels of `inc.yaml`, the authorities that vouch for their servers, and the team's own programs that
    /// they run.
    ///
    /// # Errors
    /// The channels cannot be written as JSON.
    pub fn channels(repo: &Repo, store: &Store) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(&store.settings.channels)?);
        for channel in store.settings.channels.values().filter(|c| c.ca.is_some()) {
            hash.update([1]);
            hash.update(channel.authorities(&store.root).ok().flatten().unwrap_or_default());
        }
        programs(&mut hash, store, store.settings.channels.values().flat_map(|c| c.command.iter().flatten()));
        Ok(Self { name: place(repo, store).display().to_string(), digest: digest::hex(&hash.finalize()) })
    }

    /// The command of a rollback plan: the plan, the files that the command names, and everything else that HEAD
    /// holds beside the incidents, because a program reads more than the files that it is given.
    ///
    /// # Errors
    /// HEAD cannot be read.
    pub fn plan(repo: &Repo, store: &Store, folder: &Folder, plan: &RollbackPlan) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update(rollback::digest(plan)?);
        programs(&mut hash, store, plan.command.iter());
        let inside = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new(""));
        hash.update(repo.head_without(&inside.join(INCIDENTS))?);
        let name = place(repo, store).join(&folder.path).join(PLAN);
        Ok(Self { name: name.display().to_string(), digest: digest::hex(&hash.finalize()) })
    }

    /// Whether this clone trusts it as it is now.
    #[must_use]
    pub fn is_trusted(&self, repo: &Repo) -> bool {
        let line = self.line();
        read(repo).lines().any(|l| l == line)
    }

    /// Trusts it as it is now, in place of how it was before; or no more.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set(&self, repo: &Repo, trusted: bool) -> Result<()> {
        let suffix = format!(" {}", self.name);
        let mut lines: Vec<String> =
            read(repo).lines().filter(|l| !l.ends_with(&suffix)).map(str::to_owned).collect();
        if trusted {
            lines.push(self.line());
        }
        let path = repo.common_dir().join(FILE);
        path.parent().map_or(Ok(()), atomic::make_folder)?;
        atomic::write(&path, (lines.join("\n") + "\n").as_bytes())
    }

    fn line(&self) -> String {
        format!("{} {}", self.digest, self.name)
    }
}

/// Takes the team's own programs among the words of commands, whole.
fn programs<'a>(hash: &mut Sha256, store: &Store, words: impl Iterator<Item = &'a String>) {
    let relative = words.map(Path::new).filter(|path| path.is_relative());
    for (sha256, _) in relative.filter_map(|path| digest::of_file(&store.root, path).ok().flatten()) {
        hash.update(sha256);
    }
}

fn read(repo: &Repo) -> String {
    atomic::read_text(repo.common_dir(), Path::new(FILE), LARGEST).unwrap_or_default()
}

/// The folder of `inc.yaml`, seen from the top of the work tree: the same in each of a clone's work trees.
fn place(repo: &Repo, store: &Store) -> PathBuf {
    let inside = store.root.strip_prefix(repo.workdir()).unwrap_or(&store.root);
    Path::new(".").join(inside)
}
