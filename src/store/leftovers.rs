//! Temporary files and folders that killed commands left.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::atomic::{TEMPORARY, inside};
use crate::error::disk;
use crate::fault::step;

/// Whether a path, or a folder above it, is a temporary one of [`super::atomic`].
#[must_use]
pub fn is_leftover(path: &Path) -> bool {
    path.iter().filter_map(|part| part.to_str()).any(is_temporary)
}

fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1)
}

/// What is temporary in a folder under `root` and untouched for `age`, so that its writer is dead; sorted.
#[must_use]
pub fn leftovers(root: &Path, folder: &Path, age: Duration) -> Vec<PathBuf> {
    let old = |entry: &fs::DirEntry| {
        let touched = entry.metadata().ok().and_then(|found| found.modified().ok());
        touched.and_then(|at| at.elapsed().ok()).is_some_and(|elapsed| elapsed > age)
    };
    let found = entries(&root.join(folder)).filter(|e| e.file_name().to_str().is_some_and(is_temporary));
    let mut found: Vec<PathBuf> = found.filter(old).map(|e| folder.join(e.file_name())).collect();
    found.sort();
    found
}

/// As [`leftovers`], in all folders below `folder` as well.
#[must_use]
pub fn leftovers_below(root: &Path, folder: &Path, age: Duration) -> Vec<PathBuf> {
    let mut found = leftovers(root, folder, age);
    for entry in entries(&root.join(folder)).filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())) {
        let below = folder.join(entry.file_name());
        if !is_leftover(&below) {
            found.extend(leftovers_below(root, &below, age));
        }
    }
    found
}

/// Removes what a killed writer left. Fails when the disk refuses.
#[expect(clippy::disallowed_methods, reason = "the store removes what it made")]
pub fn remove_leftover(root: &Path, relative: &Path) -> Result<()> {
    let path = inside(root, relative)?;
    let folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    let removed =
        step("remove", &[&path], || if folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) });
    removed.map_err(|error| disk(format!("cannot remove {}", path.display()), &error).into())
}

#[expect(clippy::disallowed_methods, reason = "the store reads its folders")]
fn entries(folder: &Path) -> impl Iterator<Item = fs::DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok)
}
