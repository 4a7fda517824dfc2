//! Moving the branch to a commit that came from elsewhere, with the index and the files of the work tree.

#![expect(clippy::disallowed_methods, reason = "the index and the work tree are git/'s")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::Oid;

use super::durable::{at_once, sync_file, sync_folder};
use super::lock::Turn;
use super::program::Output;
use super::{Repo, failed, path, stage};
use crate::error::{Failure, disk, refused, storage};
use crate::fault::step;

impl Repo {
    /// Moves the branch `name`, the index and the work tree from `old` to `new`. First the files, then the index,
    /// then the branch, each on disk before the next begins: cut off in between, what came lies there as somebody's
    /// own and is committed as that, or is staged, and the next sync finds it as it wants it.
    pub(super) fn go_to(&self, turn: &Turn, name: &str, old: Option<Oid>, new: Oid) -> anyhow::Result<()> {
        self.publish()?;
        let to = new.to_string();
        let from = old.map(|id| id.to_string());
        let output = self.check_out(turn, old, new)?;
        if output.status != Some(0) {
            return Err(unmoved(&output.stderr).into());
        }
        let before = from.unwrap_or_else(|| Oid::ZERO_SHA1.to_string());
        let moved = self.git(&["update-ref", "-m", "inc sync", name, &to, &before], b"")?;
        if moved.status == Some(0) {
            return Ok(());
        }
        if let Some(old) = old {
            self.check_out(turn, Some(new), old)?.success("the files cannot be put back")?;
        }
        Err(storage(format!("{name} moved while it was synced: {}", moved.stderr)).hint("inc sync").into())
    }

    /// Has git change the files, and an index aside which becomes the index when they are on disk: one that names
    /// files which a power cut took would call them removed.
    fn check_out(&self, turn: &Turn, from: Option<Oid>, to: Oid) -> anyhow::Result<Output> {
        let (path, aside) = (self.index_path(), self.private("next-index"));
        let uncopied = |e| disk(format!("{} cannot be copied", path.display()), &e);
        let _lock = self.lock(turn, &path)?;
        // What a killed git left there would hold this one up.
        for left in [aside.clone(), self.private("next-index.lock")] {
            fs::remove_file(left).ok();
        }
        match fs::copy(&path, &aside) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(uncopied(e).into()),
            _ => {}
        }
        let size = |file: &PathBuf| file.symlink_metadata().ok().map(|found| found.len());
        let differing = self.differing(from, to)?;
        let before: Vec<Option<u64>> = differing.iter().map(size).collect();
        let ids: Vec<String> = from.into_iter().chain([to]).map(|id| id.to_string()).collect();
        let args = ["read-tree", "-m", "-u"].into_iter().chain(ids.iter().map(String::as_str));
        let args: Vec<&str> = args.collect();
        let output = self.git_with(&args, &[("GIT_INDEX_FILE", aside.clone().into_os_string())], b"")?;
        if output.status == Some(0) {
            self.sync_files(from, to)?;
            stage::put(&aside, &path)?;
        } else {
            // What git began to write when the disk was full is empty, and would be in its own way the next time.
            let now_empty = differing.iter().zip(before).filter(|(file, _)| size(file) == Some(0));
            let (begun, rest): (Vec<_>, Vec<_>) = now_empty.partition(|(_, before)| before.is_none());
            for (file, _) in begun {
                fs::remove_file(file).ok();
            }
            let emptied =
                rest.iter().filter(|(_, before)| *before != Some(0)).map(|(file, _)| file.as_os_str());
            let args = ["checkout-index", "-q", "-f", "--"].map(OsStr::new).into_iter().chain(emptied);
            self.git(&args.collect::<Vec<_>>(), b"")?;
        }
        Ok(output)
    }

    /// The files of the work tree in which `new` differs from `old`.
    fn differing(&self, old: Option<Oid>, new: Oid) -> anyhow::Result<Vec<PathBuf>> {
        let tree = |id| self.inner.find_commit(id).and_then(|commit| commit.tree());
        let unread = |e| failed("what came cannot be read", &e);
        let old = old.map(tree).transpose().map_err(unread)?;
        let new = tree(new).map_err(unread)?;
        let diff = self.inner.diff_tree_to_tree(old.as_ref(), Some(&new), None).map_err(unread)?;
        let files = diff.deltas().filter_map(|delta| Some(path::from_git(delta.new_file().path_bytes()?)));
        Ok(files.map(|file| self.workdir.join(file)).collect())
    }

    /// Syncs the files of the work tree in which `new` differs from `old`: git itself does not.
    fn sync_files(&self, old: Option<Oid>, new: Oid) -> anyhow::Result<()> {
        let mut files = self.differing(old, new)?;
        let folders = files.iter().flat_map(|file| file.ancestors().skip(1));
        let folders = folders.filter(|folder| folder.starts_with(&self.workdir));
        let folders: BTreeSet<PathBuf> = folders.map(Path::to_owned).collect();
        // What is gone was removed, or is left out by a sparse checkout.
        let there = |path: &PathBuf| path.symlink_metadata().is_ok_and(|found| !found.is_symlink());
        files.retain(there);
        let folders: Vec<PathBuf> = folders.into_iter().filter(there).collect();
        let synced = at_once(&files, &|path| step("sync", &[path], || sync_file(path)))
            .and_then(|()| at_once(&folders, &|path| sync_folder(path)));
        synced.map_err(|e| disk("what came cannot be synced to disk", &e).into())
    }
}

/// Why git did not change the files, in its words: it refuses before it touches one that is in the way.
fn unmoved(said: &str) -> Failure {
    if ["overwritten", "not uptodate", "would be removed", "lose untracked"]
        .iter()
        .any(|sign| said.contains(sign))
    {
        return refused(format!("files of yours are in the way of the sync: {said}"))
            .hint("commit them, or git stash; then inc sync");
    }
    storage(format!("what came cannot be written: {said}"))
        .hint("see whether the disk is full (`df .`) or not to be written, then inc sync")
}
