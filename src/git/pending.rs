//! What is on disk and not committed: what an interrupted command left.

#![expect(clippy::disallowed_methods, reason = "the work tree is compared with git's objects")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid, Repository, Tree};

use super::path::{self, GitPath};
use super::{Repo, failed};
use crate::error::{disk, storage};

/// Up to this many files are read and compared one by one; more are asked of `git status`, which knows
/// from its index which of them need no reading.
const READ_AT_MOST: usize = 300;

impl Repo {
    /// The paths under the folders, or files, `under` (relative to the work tree) that are not as HEAD has them, the
    /// missing and the untracked included and the ignored left out; sorted. Fails when one is unreadable.
    pub fn uncommitted(&self, under: &[&Path]) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = BTreeSet::new();
        for folder in under {
            match self.compared(folder)? {
                Some(paths) => found.extend(paths),
                None => found.extend(self.by_status(folder)?),
            }
        }
        Ok(found.into_iter().collect())
    }

    /// By reading the files of a folder; `None` when they are too many, or when a sparse checkout leaves some out.
    fn compared(&self, folder: &Path) -> anyhow::Result<Option<Vec<PathBuf>>> {
        if self.workdir.join(folder).is_file()
            || super::identity::flag(&self.config()?, "core.sparseCheckout")
        {
            return Ok(None);
        }
        let mut files = Vec::new();
        if !walk(&self.workdir.join(folder), &mut files)? {
            return Ok(None);
        }
        let head = match self.inner.head() {
            Ok(head) => self.folder(&head.peel_to_tree().map_err(unread)?, folder),
            Err(_) => None,
        };
        let mut known = Vec::new();
        if let Some(tree) = &head
            && !committed(&self.inner, tree, folder, &mut known)?
        {
            return Ok(None);
        }
        let mut changed = Vec::new();
        let mut present = BTreeSet::new();
        for file in files {
            let relative = file.strip_prefix(&self.workdir).unwrap_or(&file).to_owned();
            let id = known.iter().find(|(path, _)| *path == relative).map(|(_, id)| *id);
            if self.differs(&file, &relative, id)? {
                changed.push(relative.clone());
            }
            present.insert(relative);
        }
        changed.extend(known.into_iter().map(|(path, _)| path).filter(|path| !present.contains(path)));
        Ok(Some(changed))
    }

    fn differs(&self, file: &Path, relative: &Path, known: Option<Oid>) -> anyhow::Result<bool> {
        let Some(known) = known else {
            return Ok(!self.inner.is_path_ignored(relative).map_err(unread)?);
        };
        if Oid::hash_file(ObjectType::Blob, file).is_ok_and(|id| id == known) {
            return Ok(false);
        }
        // Line ends and filters: what git would store is what counts.
        self.set_aside()?;
        let Some(name) = path::name(relative) else { return Ok(false) };
        let stored = self.store(&GitPath { name, file: file.to_owned() })?;
        Ok(stored.is_none_or(|staged| staged.oid != known))
    }

    fn by_status(&self, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let literal = [("GIT_LITERAL_PATHSPECS", "1".into()), ("GIT_OPTIONAL_LOCKS", "0".into())];
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let args = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--"];
        let args: Vec<_> = args.iter().map(AsRef::as_ref).chain([folder.as_os_str()]).collect();
        let output = self.git_with(&args, &literal, b"")?;
        if output.status != Some(0) {
            return Err(storage(format!("git status failed: {}", output.stderr)).into());
        }
        let lines = output.stdout.split(|b| *b == 0).filter_map(|line| line.get(3..));
        Ok(lines.filter(|name| !name.is_empty()).map(path::from_git).collect())
    }
}

/// All files below a folder; `false` when they are too many. Links are files, another repository is none.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<bool> {
    let unreadable = |e: std::io::Error| disk(format!("{} cannot be read", folder.display()), &e);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(e) => return Err(unreadable(e).into()),
    };
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let path = entry.path();
        if !kind.is_dir() {
            files.push(path);
        } else if entry.file_name() != ".git"
            && path.join(".git").symlink_metadata().is_err()
            && !walk(&path, files)?
        {
            return Ok(false);
        }
        if files.len() > READ_AT_MOST {
            return Ok(false);
        }
    }
    Ok(true)
}

type Committed = Vec<(PathBuf, Oid)>;

/// Adds the files of a tree, which is `folder` in HEAD; `false` when they are too many.
fn committed(
    repo: &Repository,
    tree: &Tree<'_>,
    folder: &Path,
    files: &mut Committed,
) -> anyhow::Result<bool> {
    for entry in tree {
        let path = folder.join(path::from_git(entry.name_bytes()));
        match entry.kind() {
            Some(ObjectType::Blob) => files.push((path, entry.id())),
            Some(ObjectType::Tree) => {
                let below = repo.find_tree(entry.id()).map_err(unread)?;
                if !committed(repo, &below, &path, files)? {
                    return Ok(false);
                }
            }
            _ => {}
        }
        if files.len() > READ_AT_MOST {
            return Ok(false);
        }
    }
    Ok(true)
}

fn unread(error: git2::Error) -> crate::error::Failure {
    failed("HEAD's files cannot be read", &error)
}
