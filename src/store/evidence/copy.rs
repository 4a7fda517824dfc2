//! Copying into an incident's folder: every file is whole before the first gets its name.

use std::collections::{BTreeSet, HashSet};
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempPath;

use super::source::{Inside, name};
use super::{EVIDENCE, MOST_TOGETHER, Size, free, manifest, safe, shown};
use crate::error::{Failure, disk, storage, usage};
use crate::fault::step;
use crate::store::atomic;
use crate::store::digest::hex;

/// A file as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its path, relative to the incident's folder, with `/` between its parts.
    pub path: String,
    /// Its digest.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// It grew while it was copied; what it was at the start is kept.
    pub grew: bool,
    /// How many files it lists, when it is a folder's manifest.
    pub files: Option<u64>,
    /// A manifest lists it.
    pub listed: bool,
}

/// Files to be kept by one command: all of them or none.
pub struct Batch {
    home: PathBuf,
    limit: Size,
    together: u64,
    taken: HashSet<String>,
    ready: Vec<(TempPath, Kept)>,
    made: Vec<PathBuf>,
}

/// Files that have their names, and lose them again unless somebody says that they are in use.
pub struct Laid {
    home: PathBuf,
    made: Vec<PathBuf>,
    kept: Vec<Kept>,
}

impl Batch {
    /// A batch for an incident's folder, relative to the root.
    ///
    /// # Errors
    /// The folder leads out of the root, or `evidence/` cannot be made.
    pub fn new(root: &Path, folder: &Path, limit: Size) -> Result<Self> {
        let home = atomic::inside(root, folder)?;
        atomic::inside(&home, Path::new(EVIDENCE))?;
        let mut batch =
            Self { home, limit, together: 0, taken: HashSet::new(), ready: Vec::new(), made: Vec::new() };
        batch.make(&batch.home.join(EVIDENCE))?;
        Ok(batch)
    }

    /// Makes a folder, and remembers what it had to make.
    fn make(&mut self, path: &Path) -> Result<()> {
        let missing: Vec<PathBuf> =
            path.ancestors().take_while(|p| !p.exists()).map(Path::to_path_buf).collect();
        atomic::make_folder(path)?;
        self.made.extend(missing.into_iter().rev());
        Ok(())
    }

    /// Copies a file under a name below `evidence/`, which is made safe and free; it gets it with [`Batch::keep`].
    ///
    /// # Errors
    /// The file is too large, cannot be read, became shorter meanwhile, or the disk is full.
    pub fn copy(&mut self, source: &Path, below: &Path) -> Result<()> {
        let unread = |e: io::Error| disk(format!("cannot read {}", name(source)), &e);
        let file = OpenOptions::new().read(true).open(source).map_err(unread)?;
        let size = file.metadata().map_err(unread)?.len();
        if size > self.limit.0 {
            return Err(self.too_large(source, size).into());
        }
        self.together += size;
        if self.together > self.limit.0.saturating_mul(MOST_TOGETHER) {
            return Err(self.too_much().into());
        }
        // What is written to a log while it is copied is left out, so that the copy ends.
        let mut first = file.take(size);
        let kept = self.take(&mut first, below, &name(source))?;
        if kept.size < size {
            return Err(storage(format!("{} became shorter while it was copied", name(source)))
                .hint("run the command again, or copy the file first")
                .into());
        }
        let more = first.into_inner().read(&mut [0; 1]).unwrap_or(0);
        if let Some((_, kept)) = self.ready.last_mut() {
            kept.grew = more > 0;
        }
        Ok(())
    }

    /// Copies a folder's files into a folder below `evidence/`, with a manifest beside it.
    ///
    /// # Errors
    /// As [`Batch::copy`], of any of them.
    pub fn folder(&mut self, folder: &str, files: &[Inside]) -> Result<()> {
        let taken =
            |p: &Path| self.is_taken(p) || self.is_taken(Path::new(&manifest::name(&p.to_string_lossy())));
        let place = free(&Path::new(EVIDENCE).join(safe(folder)), &taken);
        let base = place.file_name().unwrap_or_default();
        let first = self.ready.len();
        for file in files {
            self.copy(&file.path, &Path::new(base).join(&file.below))?;
        }
        let mut copied: Vec<&mut Kept> = self.ready.iter_mut().skip(first).map(|(_, kept)| kept).collect();
        for kept in &mut copied {
            kept.listed = true;
        }
        let text = manifest::text(copied.iter().map(|kept| (kept.path.as_str(), kept.sha256.as_str())));
        let below = manifest::name(&base.to_string_lossy());
        self.take(&mut text.as_bytes(), Path::new(&below), "the manifest")?;
        if let Some((_, kept)) = self.ready.last_mut() {
            kept.files = Some(files.len() as u64);
        }
        Ok(())
    }

    /// Copies what a stream gives, at most the limit and one byte; as [`Batch::copy`].
    ///
    /// # Errors
    /// The stream fails, is longer than the limit, or the disk is full.
    pub fn stream(&mut self, from: impl Read, below: &Path, what: &str) -> Result<()> {
        let mut from = from.take(self.limit.0.saturating_add(1));
        let kept = self.take(&mut from, below, what)?;
        if kept.size > self.limit.0 {
            return Err(self.too_large(Path::new(what), kept.size).into());
        }
        Ok(())
    }

    fn take(&mut self, from: &mut impl Read, below: &Path, what: &str) -> Result<Kept> {
        let relative = self.place(below);
        let path = self.home.join(&relative);
        if let Some(parent) = path.parent() {
            self.make(parent)?;
        }
        let parent = path.parent().unwrap_or(&self.home);
        let mut file = atomic::temporary(parent).map_err(|e| unkept(&path, &e))?;
        let temporary = file.path().to_owned();
        let (mut hasher, mut size, mut buffer) = (Sha256::new(), 0u64, vec![0; 64 * 1024]);
        loop {
            let read = from.read(&mut buffer).map_err(|e| disk(format!("cannot read {what}"), &e))?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            hasher.update(part);
            size += read as u64;
            step("write", &[&temporary], || file.write_all(part)).map_err(|e| unkept(&path, &e))?;
        }
        let parts: Vec<String> =
            relative.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        let path = parts.join("/");
        self.taken.insert(path.to_lowercase());
        let sha256 = hex(&hasher.finalize());
        let kept = Kept { path, sha256, size, grew: false, files: None, listed: false };
        // Closed: there may be more of them than a program may have open.
        self.ready.push((file.into_temp_path(), kept.clone()));
        Ok(kept)
    }

    /// A safe and free path under `evidence/`; names that differ only in case count as the same.
    fn place(&self, below: &Path) -> PathBuf {
        let parts = below.components().map(|c| safe(&c.as_os_str().to_string_lossy()));
        let wanted: PathBuf = std::iter::once(EVIDENCE.to_owned()).chain(parts).collect();
        free(&wanted, &|p| self.is_taken(p))
    }

    fn is_taken(&self, path: &Path) -> bool {
        let folded = path.to_string_lossy().replace('\\', "/").to_lowercase();
        self.taken.contains(&folded) || self.home.join(path).symlink_metadata().is_ok()
    }

    fn too_much(&self) -> Failure {
        let most = Size(self.limit.0.saturating_mul(MOST_TOGETHER));
        usage(format!("all of it is more than {most}, and no more is copied at once"))
            .hint("record where it is: `inc evidence add --reference`")
            .hint(format!("or raise the limit in inc.yaml: `evidence: {{ max_size: … }}`, of which this is {MOST_TOGETHER} times"))
    }

    fn too_large(&self, source: &Path, size: u64) -> Failure {
        let limit = self.limit;
        usage(format!("{} is {} long, and files up to {limit} are copied", name(source), shown(size)))
            .hint("record where it is, with its digest: `inc evidence add --reference FILE`")
            .hint("or raise the limit in inc.yaml: `evidence: { max_size: 100MB }`; with git LFS: git lfs track 'incidents/**/evidence/**'")
    }

    /// Gives every file its name: all of them, or none. They stay once [`Laid::stay`] says so.
    ///
    /// # Errors
    /// The disk fails.
    pub fn lay(mut self) -> Result<Laid> {
        let ready = std::mem::take(&mut self.ready);
        // Together, because the disk then writes many of them at once.
        ready.par_iter().try_for_each(|(file, kept)| {
            let synced = step("sync", &[file], || {
                OpenOptions::new().write(true).open(file).and_then(|f| f.sync_all())
            });
            synced.map_err(|e| unkept(&self.home.join(&kept.path), &e))
        })?;
        let mut laid =
            Laid { home: self.home.clone(), made: std::mem::take(&mut self.made), kept: Vec::new() };
        let mut folders = BTreeSet::new();
        for (file, one) in ready {
            let path = self.home.join(&one.path);
            folders.extend(path.parent().map(Path::to_path_buf));
            let temporary = file.to_path_buf();
            step("rename", &[&temporary, &path], || file.persist_noclobber(&path))
                .map_err(|e| unkept(&path, &e.error))?;
            laid.kept.push(one);
        }
        folders.iter().try_for_each(|folder| atomic::sync_folder(folder))?;
        Ok(laid)
    }
}

impl Laid {
    /// The files, in the order in which they were copied.
    #[must_use]
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Entries name them now: they stay.
    pub fn stay(mut self) {
        self.kept.clear();
        self.made.clear();
    }
}

impl Drop for Laid {
    /// What was kept by half is taken away again.
    #[expect(clippy::disallowed_methods, reason = "what was kept by half is taken away again")]
    fn drop(&mut self) {
        for kept in &self.kept {
            let _ = std::fs::remove_file(self.home.join(&kept.path));
        }
        remove(&self.made);
    }
}

/// Folders that were made for nothing go again, the innermost first.
fn remove(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = std::fs::remove_dir(folder);
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.ready.clear();
        remove(&self.made);
    }
}

fn unkept(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            storage(format!("cannot write {}: the disk is full", path.display()))
                .hint("nothing was kept; free some space, or `inc evidence add --reference FILE`")
        }
        _ => disk(format!("cannot write {}", path.display()), error).hint("nothing was kept"),
    }
}
