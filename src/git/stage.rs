//! Changing the index for a few paths, under git's own lock.

#![expect(clippy::disallowed_methods, reason = "the index is git/'s")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::index::{self, Edit, Edited, Racy};
use super::lock::{IndexLock, Turn};
use super::path::{GitPath, from_git};
use super::{Repo, object, program};
use crate::error::storage;

/// More racy entries than this are not read one by one; git looks at them itself the next time.
const READ_AT_MOST: usize = 64;

/// An index that was changed and may still be put back; the lock is held until this is dropped.
pub(super) struct Restaged {
    path: PathBuf,
    temporary: PathBuf,
    old: Option<Vec<u8>>,
    lock: Option<IndexLock>,
}

impl Repo {
    /// Puts the paths into the index as they are on disk, and commits nothing. Fails as [`Repo::commit`].
    pub fn stage(&self, paths: &[PathBuf]) -> anyhow::Result<()> {
        let edits = self.edits(&self.git_paths(paths)?)?;
        let turn = self.turn()?;
        self.restage(&turn, &edits).map(drop)
    }

    /// Stores each file and says what the index is to hold for it.
    pub(super) fn edits(&self, paths: &[GitPath]) -> anyhow::Result<Vec<Edit>> {
        let edits = paths.iter().map(|path| Ok((path.name.clone(), self.store(path)?)));
        let mut edits = edits.collect::<anyhow::Result<Vec<Edit>>>()?;
        let missing: Vec<_> =
            edits.iter().filter(|(_, s)| s.is_none()).map(|(name, _)| from_git(name)).collect();
        if !missing.is_empty() {
            let left_out = self.left_out(&missing)?;
            edits.retain(|(name, staged)| staged.is_some() || !left_out.contains(name));
        }
        Ok(edits)
    }

    /// Those of `missing` that a sparse checkout keeps out of the work tree: they are absent, not removed.
    fn left_out(&self, missing: &[PathBuf]) -> anyhow::Result<BTreeSet<Vec<u8>>> {
        let literal = [("GIT_LITERAL_PATHSPECS", "1".into())];
        let args = ["ls-files", "-t", "-z", "--"].map(OsStr::new).into_iter();
        let args: Vec<_> = args.chain(missing.iter().map(|path| path.as_os_str())).collect();
        let output = self.git_with(&args, &literal, b"")?;
        if output.status != Some(0) {
            return Err(storage(format!("git ls-files failed: {}", output.stderr)).into());
        }
        let lines = output.stdout.split(|b| *b == 0);
        Ok(lines.filter_map(|line| line.strip_prefix(b"S ")).map(<[u8]>::to_vec).collect())
    }

    /// Writes `edits` to the index; all other entries, staged or not, stay as they are.
    pub(super) fn restage(&self, turn: &Turn, edits: &[Edit]) -> anyhow::Result<Restaged> {
        let path = self.index_path();
        let temporary = self.private("index");
        let lock = self.lock_index(turn, &path)?;
        let (old, written) = read(&path)?;
        let base = if old.is_empty() { index::empty() } else { old };
        let (edited, racy) = index::edit(&base, edits, written);
        let mut restaged = Restaged { path, temporary, old: None, lock: Some(lock) };
        match edited {
            Edited::Same => {}
            Edited::Foreign => {
                restaged.lock = None;
                self.restage_by_program(edits)?;
            }
            Edited::File(mut file) => {
                self.settle(&mut file, &racy);
                index::seal(&mut file);
                restaged.write(&file, self.syncs_index())?;
                restaged.old = Some(base);
            }
        }
        Ok(restaged)
    }

    /// An entry as young as the index may hide a change made in the same tick; the new index is younger,
    /// so git would believe it. Those that are not what is on disk are marked to be looked at.
    fn settle(&self, file: &mut [u8], racy: &[Racy]) {
        for entry in racy {
            let same = racy.len() <= READ_AT_MOST && {
                let now = Oid::hash_file(ObjectType::Blob, self.workdir.join(from_git(&entry.name)));
                now.is_ok_and(|oid| index::oid(file, entry.offset) == Some(oid.as_bytes()))
            };
            if !same {
                index::distrust(file, entry.offset);
            }
        }
    }

    fn restage_by_program(&self, edits: &[Edit]) -> anyhow::Result<()> {
        let mut input = Vec::new();
        for (name, _) in edits {
            input.extend_from_slice(name);
            input.push(0);
        }
        let args = ["update-index", "--add", "--remove", "-z", "--stdin"];
        self.git(&args, &input)?.success("git cannot update the index").map(drop)
    }

    fn index_path(&self) -> PathBuf {
        let Some(path) = program::environment("GIT_INDEX_FILE") else { return self.git_dir.join("index") };
        std::path::absolute(path).unwrap_or_else(|_| self.git_dir.join("index"))
    }

    /// Whether `core.fsync` asks for the index; git does not sync it otherwise, and neither do we.
    fn syncs_index(&self) -> bool {
        let setting = self.config().ok().and_then(|c| super::identity::setting(&c, "core.fsync"));
        setting.is_some_and(|s| s.split(',').any(|part| matches!(part.trim(), "index" | "added" | "all")))
    }
}

impl Restaged {
    /// Puts the index back as it was before.
    pub(super) fn roll_back(mut self) -> anyhow::Result<()> {
        match self.old.take() {
            Some(old) => self.write(&old, false),
            None => Ok(()),
        }
    }

    fn write(&self, file: &[u8], sync: bool) -> anyhow::Result<()> {
        replace(&self.temporary, &self.path, file, sync)
            .map_err(|e| storage(format!("{} cannot be written: {e}", self.path.display())).into())
    }
}

fn replace(temporary: &Path, path: &Path, content: &[u8], sync: bool) -> std::io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(content)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    if sync {
        file.sync_all()?;
    }
    drop(file);
    fs::rename(temporary, path)
}

/// The index and when it was written; both empty where there is none yet.
fn read(path: &Path) -> anyhow::Result<(Vec<u8>, (u32, u32))> {
    match fs::metadata(path).and_then(|meta| Ok((fs::read(path)?, object::stat(&meta).mtime))) {
        Ok(found) => Ok(found),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok((Vec::new(), (u32::MAX, 0))),
        Err(e) => Err(storage(format!("{} cannot be read: {e}", path.display())).into()),
    }
}
