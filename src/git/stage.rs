//! Changing the index for a few paths, under git's own lock.

#![expect(clippy::disallowed_methods, reason = "the index is git/'s")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::index::{self, Edit, Edited, Racy};
use super::lock::{FileLock, Turn};
use super::path::{GitPath, from_git};
use super::{Repo, durable, object, program};
use crate::error::{disk, storage};
use crate::fault::step;

/// More racy entries than this are not read one by one; git looks at them itself the next time.
const READ_AT_MOST: usize = 64;

/// An index that was changed and may still be put back; the lock is held until this is dropped.
pub(super) struct Restaged {
    path: PathBuf,
    temporary: PathBuf,
    old: Option<Vec<u8>>,
    lock: Option<FileLock>,
}

impl Repo {
    /// Puts the paths into the index as they are on disk, and commits nothing. Fails as [`Repo::commit`].
    pub fn stage(&self, paths: &[PathBuf]) -> anyhow::Result<()> {
        let turn = self.turn()?;
        let edits = self.edits(&self.git_paths(paths)?)?;
        self.publish()?;
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

    /// What is wrong with the index, after its name; `None` where git can read it.
    pub fn index_damage(&self) -> anyhow::Result<Option<&'static str>> {
        if self.index_is_empty() {
            return Ok(Some("is empty, as a power cut leaves a file"));
        }
        let output = self.git(&["ls-files", "--", "no/such/file"], b"")?;
        Ok((output.status != Some(0)).then_some("cannot be read"))
    }

    /// Makes the index anew from HEAD; the old one is kept as `inc/index.damaged` in the git directory.
    pub fn renew_index(&self) -> anyhow::Result<()> {
        self.renew(&self.turn()?)
    }

    /// Made aside first: without any index, git would call every file removed.
    fn renew(&self, turn: &Turn) -> anyhow::Result<()> {
        let (path, fresh) = (self.index_path(), self.private("fresh-index"));
        let unkept = |e| disk(format!("{} cannot be kept aside", path.display()), &e);
        let _lock = self.lock(turn, &path)?;
        if path.exists() {
            fs::copy(&path, self.private("index.damaged")).map_err(unkept)?;
        }
        // What a killed git left here would hold this one up.
        for left in [fresh.clone(), self.private("fresh-index.lock")] {
            fs::remove_file(left).ok();
        }
        let from = if self.inner.head().is_ok() { "HEAD" } else { "--empty" };
        let aside = [("GIT_INDEX_FILE", fresh.clone().into_os_string())];
        self.git_with(&["read-tree", from], &aside, b"")?.success("git cannot make its index anew")?;
        put(&fresh, &path)
    }

    /// No index of git's is shorter than its head.
    pub(super) fn index_is_empty(&self) -> bool {
        fs::metadata(self.index_path()).is_ok_and(|found| found.len() == 0)
    }

    /// Writes `edits` to the index; all other entries, staged or not, stay as they are.
    pub(super) fn restage(&self, turn: &Turn, edits: &[Edit]) -> anyhow::Result<Restaged> {
        if self.index_is_empty() {
            self.renew(turn)?;
        }
        let path = self.index_path();
        let temporary = self.private("index");
        let lock = self.lock(turn, &path)?;
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
                restaged.write(&file)?;
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
        let output = self.git(&args, &input)?;
        if output.status != Some(0) && self.index_damage()?.is_some() {
            let failure =
                storage(format!("git's index cannot be read: {}; nothing was committed", output.stderr));
            return Err(failure.hint("inc doctor --fix").into());
        }
        output.success("git cannot update the index").map(drop)
    }

    pub(super) fn index_path(&self) -> PathBuf {
        let Some(path) = program::environment("GIT_INDEX_FILE") else { return self.git_dir.join("index") };
        std::path::absolute(path).unwrap_or_else(|_| self.git_dir.join("index"))
    }
}

impl Restaged {
    /// Puts the index back as it was before.
    pub(super) fn roll_back(mut self) -> anyhow::Result<()> {
        match self.old.take() {
            Some(old) => self.write(&old),
            None => Ok(()),
        }
    }

    fn write(&self, file: &[u8]) -> anyhow::Result<()> {
        write(&self.temporary, &self.path, file)
    }
}

fn write(temporary: &Path, path: &Path, file: &[u8]) -> anyhow::Result<()> {
    replace(temporary, path, file, true)
        .and_then(|()| durable::sync_folder(path.parent().unwrap_or(path)))
        .map_err(|e| disk(format!("{} cannot be written", path.display()), &e).into())
}

/// Puts an index that git has written elsewhere in the place of `path`.
///
/// Git does not sync its index; an old one under a branch that has moved would call the new files removed.
pub(super) fn put(aside: &Path, path: &Path) -> anyhow::Result<()> {
    step("sync", &[aside], || durable::sync_file(aside))
        .and_then(|()| step("rename", &[aside, path], || fs::rename(aside, path)))
        .and_then(|()| durable::sync_folder(path.parent().unwrap_or(path)))
        .map_err(|e| disk(format!("{} cannot be written", path.display()), &e).into())
}

pub(super) fn replace(temporary: &Path, path: &Path, content: &[u8], sync: bool) -> std::io::Result<()> {
    let mut file = step("create", &[temporary], || File::create(temporary))?;
    step("write", &[temporary], || file.write_all(content))?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    if sync {
        step("sync", &[temporary], || file.sync_all())?;
    }
    drop(file);
    step("rename", &[temporary, path], || fs::rename(temporary, path))
}

/// The index and when it was written; both empty where there is none yet.
fn read(path: &Path) -> anyhow::Result<(Vec<u8>, (u32, u32))> {
    match fs::metadata(path).and_then(|meta| Ok((fs::read(path)?, object::stat(&meta).mtime))) {
        Ok(found) => Ok(found),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok((Vec::new(), (u32::MAX, 0))),
        Err(e) => Err(disk(format!("{} cannot be read", path.display()), &e).into()),
    }
}
