//! What a file on disk becomes in git: an object, a mode, and the stat data by which git knows it again.

use std::fs::Metadata;
use std::path::Path;

use git2::{AttrCheckFlags, AttrValue, IndexEntry, IndexTime, Oid};

use super::path::GitPath;
use super::{Repo, failed};
use crate::error::{disk, refused};
use crate::fault::step;

/// A file as the index and a tree hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Staged {
    pub(super) oid: Oid,
    /// `0o100644`, `0o100755` or `0o120000`.
    pub(super) mode: u32,
    pub(super) stat: Stat,
}

/// The ten stat fields of an index entry without the mode, cut to 32 bits as git cuts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) ctime: (u32, u32),
    pub(super) mtime: (u32, u32),
    pub(super) dev: u32,
    pub(super) ino: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u32,
}

pub(super) const FILE: u32 = 0o100_644;
pub(super) const EXECUTABLE: u32 = 0o100_755;
pub(super) const LINK: u32 = 0o120_000;

impl Repo {
    /// Stores the file as an object, as `git add` would (line ends, filters); `None` when there is no file.
    pub(super) fn store(&self, path: &GitPath) -> anyhow::Result<Option<Staged>> {
        let shown = path.file.display();
        let meta = match path.file.symlink_metadata() {
            Ok(meta) => meta,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(disk(format!("{shown} cannot be read"), &e).into()),
        };
        if !meta.is_file() && !meta.is_symlink() {
            return Err(refused(format!("{shown} is no file, and git keeps only files")).into());
        }
        self.show_last(path);
        let oid = if meta.is_file() && self.filtered(&path.relative()) {
            self.store_by_program(path)?
        } else {
            let stored = step("object", &[&path.file], || self.inner.blob_path(&path.file));
            stored.map_err(|e| failed(&format!("{shown} cannot be stored in git"), &e))?
        };
        Ok(Some(Staged { oid, mode: mode(&meta), stat: stat(&meta) }))
    }

    /// Puts HEAD's version of the file into the index in memory, where libgit2 looks whether line ends are
    /// to be left as they were. One that HEAD does not hold has no line ends yet.
    fn show_last(&self, path: &GitPath) {
        let head = self.inner.head().and_then(|head| head.peel_to_tree());
        let Ok(entry) = head.and_then(|tree| tree.get_path(&path.relative())) else { return };
        let zero = IndexTime::new(0, 0);
        let shown = IndexEntry {
            ctime: zero,
            mtime: zero,
            dev: 0,
            ino: 0,
            mode: FILE,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: entry.id(),
            flags: 0,
            flags_extended: 0,
            path: path.name.clone(),
        };
        // Without it the file is stored as a new one would be.
        let _ = self.inner.index().and_then(|mut index| index.add(&shown));
    }

    /// Whether attributes name a filter program or another encoding, which only `git` itself applies.
    fn filtered(&self, path: &Path) -> bool {
        ["filter", "working-tree-encoding"].iter().any(|name| {
            let value = self.inner.get_attr_bytes(path, name, AttrCheckFlags::FILE_THEN_INDEX);
            matches!(value.map(AttrValue::from_bytes), Ok(AttrValue::String(_) | AttrValue::Bytes(_)))
        })
    }

    fn store_by_program(&self, path: &GitPath) -> anyhow::Result<Oid> {
        let what = format!("git cannot store {}", path.file.display());
        let relative = path.relative();
        let args = ["hash-object".as_ref(), "-w".as_ref(), "--".as_ref(), relative.as_os_str()];
        let id = self.git(&args, b"")?.success(&what)?;
        Oid::from_str(&id).map_err(|e| failed(&what, &e).into())
    }
}

#[cfg(unix)]
fn mode(meta: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    match meta {
        _ if meta.is_symlink() => LINK,
        _ if meta.mode() & 0o100 != 0 => EXECUTABLE,
        _ => FILE,
    }
}

#[cfg(not(unix))]
fn mode(meta: &Metadata) -> u32 {
    if meta.is_symlink() { LINK } else { FILE }
}

/// The low 32 bits, which are all that the index holds.
fn low(value: u64) -> u32 {
    u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(unix)]
pub(super) fn stat(meta: &Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    let time = |seconds: i64, nanos: i64| (low(seconds.cast_unsigned()), low(nanos.cast_unsigned()));
    Stat {
        ctime: time(meta.ctime(), meta.ctime_nsec()),
        mtime: time(meta.mtime(), meta.mtime_nsec()),
        dev: low(meta.dev()),
        ino: low(meta.ino()),
        uid: meta.uid(),
        gid: meta.gid(),
        size: low(meta.size()),
    }
}

/// Git for Windows keeps the times and the size alone.
#[cfg(not(unix))]
pub(super) fn stat(meta: &Metadata) -> Stat {
    let time = |at: std::io::Result<std::time::SystemTime>| {
        let since = at.ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
        (low(since.as_secs()), since.subsec_nanos())
    };
    Stat {
        ctime: time(meta.created()),
        mtime: time(meta.modified()),
        size: low(meta.len()),
        ..Stat::default()
    }
}
