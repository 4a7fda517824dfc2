//! What is written is on disk before a branch points at it.

#![expect(clippy::disallowed_methods, reason = "objects and branches are git/'s")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use git2::{ConfigLevel, Oid, Repository, RepositoryOpenFlags};

use super::{Repo, failed, open};
use crate::error::storage;

/// How many files are synced at the same time: enough for the disk to write its journal once for all of them.
const AT_ONCE: usize = 64;

impl Repo {
    /// A second handle, through which branches move: it syncs each reference before it replaces it.
    ///
    /// libgit2 reads that wish from its configuration alone, and applies it to each object too, one after
    /// the other; [`Repo::sync_objects`] does those at once.
    pub(super) fn references(&self) -> anyhow::Result<Repository> {
        let settings = self.private("durable.config");
        if !settings.exists() {
            fs::write(&settings, "# Read by inc alone.\n[core]\n\tfsyncObjectFiles = true\n")
                .map_err(|e| storage(format!("{} cannot be written: {e}", settings.display())))?;
        }
        let none: [&Path; 0] = [];
        let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
        let handle = Repository::open_ext(&self.git_dir, flags, none).and_then(|handle| {
            handle.config()?.add_file(&settings, ConfigLevel::App, true)?;
            Ok(handle)
        });
        let handle = handle.map_err(|e| failed("the repository cannot be opened again", &e))?;
        open::configured(&handle)?;
        Ok(handle)
    }

    /// Syncs the loose objects among `ids` and their folders, many at the same time, so that the disk
    /// writes its journal once and not once for each.
    pub(super) fn sync_objects(&self, ids: &BTreeSet<Oid>) -> anyhow::Result<()> {
        let objects = self.common_dir.join("objects");
        let mut paths = BTreeSet::new();
        for id in ids {
            let (folder, file) = split(&objects, *id);
            if file.exists() {
                paths.insert(file);
                paths.insert(folder);
            }
        }
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        let share = paths.len().div_ceil(AT_ONCE).max(1);
        let all =
            |part: &[PathBuf]| part.iter().try_for_each(|path| sync(path).map_err(|e| (path.clone(), e)));
        let failed = std::thread::scope(|scope| {
            let runs: Vec<_> = paths.chunks(share).map(|part| scope.spawn(move || all(part))).collect();
            runs.into_iter().find_map(|run| run.join().ok()?.err())
        });
        failed.map_or(Ok(()), |(path, e)| {
            Err(storage(format!("{} cannot be synced to disk: {e}", path.display())).into())
        })
    }
}

fn split(objects: &Path, id: Oid) -> (PathBuf, PathBuf) {
    let text = id.to_string();
    let (folder, file) = text.split_at(2);
    let folder = objects.join(folder);
    let file = folder.join(file);
    (folder, file)
}

fn sync(path: &Path) -> std::io::Result<()> {
    // Windows syncs no folder, and needs none: its renames are journalled.
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(path) {
        // A repack may have taken the object into a pack, which git syncs.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        file => file?.sync_all(),
    }
}
