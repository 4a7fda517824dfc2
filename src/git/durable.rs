//! What is written is on disk before a branch points at it.
//!
//! Libgit2 gives an object its name before its content is on disk, so that a power cut leaves empty objects, which
//! git takes for damage. Ours are made aside, where no git looks, then synced all at once, and then given their names.

#![expect(clippy::disallowed_methods, reason = "objects and branches are git/'s")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::{ConfigLevel, Repository, RepositoryOpenFlags};

use super::{Repo, failed, open, stage};
use crate::error::disk;
use crate::fault::step;

/// What the handle on references is told beside the user's configuration.
const SETTINGS: &[u8] = b"# Read by inc alone.\n[core]\n\tfsyncObjectFiles = true\n";
/// So many objects are synced at the same time.
const AT_ONCE: usize = 64;

impl Repo {
    /// A second handle, through which branches move: it syncs each reference before it replaces it.
    pub(super) fn references(&self) -> anyhow::Result<Repository> {
        let settings = self.private("durable.config");
        // One that a crash cut short would ask for less.
        if fs::read(&settings).ok().as_deref() != Some(SETTINGS) {
            stage::replace(&self.private("durable.tmp"), &settings, SETTINGS, false)
                .map_err(|e| disk(format!("{} cannot be written", settings.display()), &e))?;
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

    /// Has every object made from now on wait aside for [`Repo::publish`].
    pub(super) fn set_aside(&self) -> anyhow::Result<()> {
        if self.aside.get() {
            return Ok(());
        }
        let folder = self.private("aside");
        let unmade = |e| disk(format!("{} cannot be made", folder.display()), &e);
        // A repository of its own, which reads the objects of ours. It is never moved, so it names them from here.
        let above = self.git_dir.strip_prefix(&self.common_dir).map_or(0, |part| part.components().count());
        let alternate = format!("{}objects\n", "../".repeat(3 + above));
        let files = [("HEAD", "ref: refs/heads/none\n"), ("objects/info/alternates", &alternate)];
        for (name, text) in files {
            if fs::read(folder.join(name)).ok().as_deref() != Some(text.as_bytes()) {
                fs::create_dir_all(folder.join("objects/info")).map_err(unmade)?;
                let temporary = self.private(&format!("aside-{}.tmp", std::process::id()));
                stage::replace(&temporary, &folder.join(name), text.as_bytes(), false).map_err(unmade)?;
            }
        }
        fs::create_dir_all(folder.join("refs")).map_err(unmade)?;
        let set = Repository::open_bare(&folder).and_then(|aside| self.inner.set_odb(&aside.odb()?));
        set.map_err(|e| failed("git's object store cannot be written", &e))?;
        self.aside.set(true);
        Ok(())
    }

    /// Takes away the objects that a killed process made and never published. It must be our turn.
    pub(super) fn clear_aside(&self) {
        for path in self.waiting() {
            // One that stays is whole or is made again: nothing points at it.
            let _ = fs::remove_file(path);
        }
    }

    /// Syncs what waits aside and puts it where git looks, all at the same time, so that the disk writes its journal
    /// once and not once for each.
    pub(super) fn publish(&self) -> anyhow::Result<()> {
        let objects = self.common_dir.join("objects");
        let waiting = self.waiting();
        let published = at_once(&waiting, &|path| settle(path, &objects));
        published.map_err(|e| disk(format!("{} cannot be written", objects.display()), &e).into())
    }

    /// The objects that wait aside.
    fn waiting(&self) -> Vec<PathBuf> {
        let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        let folders = entries(&self.private("aside/objects")).filter(|f| f.file_name().len() == 2);
        folders
            .flat_map(|folder| entries(&folder.path()).map(|file| file.path()).collect::<Vec<_>>())
            .collect()
    }
}

/// Does the same to each path, to many at the same time.
pub(super) fn at_once(
    paths: &[PathBuf],
    action: &(impl Fn(&PathBuf) -> std::io::Result<()> + Sync),
) -> std::io::Result<()> {
    let share = paths.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let start = |part| scope.spawn(move || <[PathBuf]>::iter(part).try_for_each(action));
        let runs: Vec<_> = paths.chunks(share).map(start).collect();
        runs.into_iter().find_map(|run| run.join().ok()?.err()).map_or(Ok(()), Err)
    })
}

/// Gives an object its name among `objects`, with nothing left to a power cut.
fn settle(path: &Path, objects: &Path) -> std::io::Result<()> {
    let part = |path: Option<&Path>| path.and_then(Path::file_name).map(OsStr::to_owned).unwrap_or_default();
    let folder = objects.join(part(path.parent()));
    let named = folder.join(part(Some(path)));
    step("sync", &[path], || sync_file(path))?;
    match step("mkdir", &[&folder], || fs::create_dir(&folder)) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
        made => {
            made?;
            sync_folder(objects)?;
        }
    }
    match step("rename", &[path, &named], || fs::rename(path, &named)) {
        // What has this name has this content; where a file that is only read cannot be replaced, it stays.
        Err(_) if cfg!(windows) && named.exists() => fs::remove_file(path)?,
        done => done?,
    }
    sync_folder(&folder)
}

/// Windows syncs what may be written alone, and an object may not.
pub(super) fn sync_file(path: &Path) -> std::io::Result<()> {
    match File::options().read(true).write(cfg!(windows)).open(path) {
        Err(e) if cfg!(windows) && e.kind() == ErrorKind::PermissionDenied => Ok(()),
        file => file?.sync_all(),
    }
}

/// Windows syncs no folder, and needs none: its renames are journalled.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    step("sync folder", &[folder], || File::open(folder)?.sync_all())
}
