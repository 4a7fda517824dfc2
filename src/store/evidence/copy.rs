//! Copying into an incident's folder: every file is whole before the first gets its name.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::source::name;
use super::{EVIDENCE, Size, free, safe, shown};
use crate::error::{Failure, storage, usage};
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
}

/// Files to be kept by one command: all of them or none.
pub struct Batch {
    home: PathBuf,
    limit: Size,
    ready: Vec<(NamedTempFile, Kept)>,
    made: Vec<PathBuf>,
}

impl Batch {
    /// A batch for an incident's folder, relative to the root.
    ///
    /// # Errors
    /// The folder leads out of the root, or `evidence/` cannot be made.
    pub fn new(root: &Path, folder: &Path, limit: Size) -> Result<Self> {
        let home = atomic::inside(root, folder)?;
        atomic::inside(&home, Path::new(EVIDENCE))?;
        let mut batch = Self { home, limit, ready: Vec::new(), made: Vec::new() };
        batch.make(&batch.home.join(EVIDENCE))?;
        Ok(batch)
    }

    /// Makes a folder, and remembers what it had to make.
    #[expect(clippy::disallowed_methods, reason = "the folder of preserved files is made here")]
    fn make(&mut self, path: &Path) -> Result<()> {
        let missing: Vec<PathBuf> =
            path.ancestors().take_while(|p| !p.exists()).map(Path::to_path_buf).collect();
        std::fs::create_dir_all(path).map_err(|e| unkept(path, &e))?;
        self.made.extend(missing.into_iter().rev());
        Ok(())
    }

    /// Copies a file under a name below `evidence/`, which is made safe and free; it gets it with [`Batch::keep`].
    ///
    /// # Errors
    /// The file is too large, cannot be read, became shorter meanwhile, or the disk is full.
    pub fn copy(&mut self, source: &Path, below: &Path) -> Result<()> {
        let unread = |e: io::Error| storage(format!("cannot read {}: {e}", name(source)));
        let file = OpenOptions::new().read(true).open(source).map_err(unread)?;
        let size = file.metadata().map_err(unread)?.len();
        if size > self.limit.0 {
            return Err(self.too_large(source, size).into());
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
        let mut builder = tempfile::Builder::new();
        builder.prefix(".inc-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(parent).map_err(|e| unkept(&path, &e))?;
        let (mut hasher, mut size, mut buffer) = (Sha256::new(), 0u64, vec![0; 64 * 1024]);
        loop {
            let read = from.read(&mut buffer).map_err(|e| storage(format!("cannot read {what}: {e}")))?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            hasher.update(part);
            size += read as u64;
            file.write_all(part).map_err(|e| unkept(&path, &e))?;
        }
        file.as_file().sync_all().map_err(|e| unkept(&path, &e))?;
        let parts: Vec<String> =
            relative.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        let kept = Kept { path: parts.join("/"), sha256: hex(&hasher.finalize()), size, grew: false };
        self.ready.push((file, kept.clone()));
        Ok(kept)
    }

    /// A safe and free path under `evidence/`; names that differ only in case count as the same.
    fn place(&self, below: &Path) -> PathBuf {
        let parts = below.components().map(|c| safe(&c.as_os_str().to_string_lossy()));
        let wanted: PathBuf = std::iter::once(EVIDENCE.to_owned()).chain(parts).collect();
        let folded = |p: &Path| p.to_string_lossy().replace('\\', "/").to_lowercase();
        let taken = |p: &Path| {
            let ready = self.ready.iter().any(|(_, k)| k.path.to_lowercase() == folded(p));
            ready || self.home.join(p).symlink_metadata().is_ok()
        };
        free(&wanted, &taken)
    }

    fn too_large(&self, source: &Path, size: u64) -> Failure {
        let limit = self.limit;
        usage(format!("{} is {} long, and files up to {limit} are copied", name(source), shown(size)))
            .hint("record where it is, with its digest: `inc evidence add --reference FILE`")
            .hint("or raise the limit in inc.yaml: `evidence: { max_size: 100MB }`; with git LFS: git lfs track 'incidents/**/evidence/**'")
    }

    /// Gives every file its name: all of them, or none.
    ///
    /// # Errors
    /// The disk fails; what got its name before is taken away again.
    #[expect(clippy::disallowed_methods, reason = "what was kept by half is taken away again")]
    pub fn keep(mut self) -> Result<Vec<Kept>> {
        let mut kept: Vec<Kept> = Vec::new();
        for (file, one) in std::mem::take(&mut self.ready) {
            let path = self.home.join(&one.path);
            if let Err(error) = file.persist_noclobber(&path) {
                for done in &kept {
                    let _ = std::fs::remove_file(self.home.join(&done.path));
                }
                return Err(unkept(&path, &error.error).into());
            }
            kept.push(one);
        }
        // From here on the folders are in use.
        self.made.clear();
        #[cfg(unix)]
        if let Ok(folder) = OpenOptions::new().read(true).open(self.home.join(EVIDENCE)) {
            let _ = folder.sync_all();
        }
        Ok(kept)
    }
}

impl Drop for Batch {
    /// Folders that were made for nothing go again, the innermost first.
    fn drop(&mut self) {
        self.ready.clear();
        for folder in self.made.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn unkept(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            storage(format!("cannot write {}: the disk is full", path.display()))
                .hint("nothing was kept; free some space, or `inc evidence add --reference FILE`")
        }
        _ => storage(format!("cannot write {}: {error}", path.display())).hint("nothing was kept"),
    }
}
