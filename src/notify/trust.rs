//! Whether this clone trusts what `inc.yaml` would send and run.

use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::error::storage;
use crate::git::Repo;
use crate::store::{Store, atomic};

/// The file under git's folder that holds what is trusted: a digest and the folder of `inc.yaml`, a line each.
const FILE: &str = "inc/trust";

/// The largest such file, in bytes.
const LARGEST: u64 = 64 * 1024;

/// The digest of everything that decides what leaves: the channels, and the team's own programs among them.
///
/// # Errors
/// The channels cannot be written as JSON.
pub fn digest(store: &Store) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&store.settings.channels)?);
    for word in store.settings.channels.values().flat_map(|c| c.command.iter().flatten()) {
        let path = Path::new(word);
        let own = if path.is_relative() { atomic::read_text(&store.root, path, 1 << 20).ok() } else { None };
        if let Some(text) = own {
            hash.update([0]);
            hash.update(text.as_bytes());
        }
    }
    let hex = |text: String, byte: &u8| text + &format!("{byte:02x}");
    Ok(hash.finalize().iter().fold(String::new(), hex))
}

/// Whether this clone trusts the channels as they are now.
///
/// # Errors
/// As [`digest`].
pub fn is_trusted(repo: &Repo, store: &Store) -> Result<bool> {
    let line = line(repo, store)?;
    Ok(read(repo).lines().any(|l| l == line))
}

/// Trusts the channels as they are now, in place of what was trusted before; or nothing any more.
///
/// # Errors
/// The file cannot be written.
pub fn set(repo: &Repo, store: &Store, trusted: bool) -> Result<()> {
    let place = place(repo, store);
    let suffix = format!(" {}", place.display());
    let mut lines: Vec<String> =
        read(repo).lines().filter(|l| !l.ends_with(&suffix)).map(str::to_owned).collect();
    if trusted {
        lines.push(line(repo, store)?);
    }
    let path = repo.common_dir().join(FILE);
    make(&path)?;
    atomic::write(&path, (lines.join("\n") + "\n").as_bytes())
}

#[expect(clippy::disallowed_methods, reason = "what a clone trusts lies in git's folder")]
fn make(file: &Path) -> Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .map_err(|error| storage(format!("cannot make {}: {error}", folder.display())).into())
}

fn read(repo: &Repo) -> String {
    atomic::read_text(repo.common_dir(), Path::new(FILE), LARGEST).unwrap_or_default()
}

fn line(repo: &Repo, store: &Store) -> Result<String> {
    Ok(format!("{} {}", digest(store)?, place(repo, store).display()))
}

/// The folder of `inc.yaml`, seen from the top of the work tree: the same in each of a clone's work trees.
fn place(repo: &Repo, store: &Store) -> PathBuf {
    let inside = store.root.strip_prefix(repo.workdir()).unwrap_or(&store.root);
    Path::new(".").join(inside)
}
