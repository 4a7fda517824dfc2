//! Reading what git holds: a file at a revision, what changed since, what other clones know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::{Commit, Delta, DiffDelta, DiffFindOptions, DiffOptions, ErrorCode, ObjectType, Oid, Tree};

use super::{Repo, failed, path};
use crate::error::{Failure, invalid, storage, usage};

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or mode changed.
    Modified,
    /// It is gone.
    Deleted,
    /// It has another name now.
    Renamed {
        /// The name it had, relative to the work tree.
        from: PathBuf,
    },
}

/// One file that changed; [`Repo::old`] reads what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its path relative to the work tree; the one it had when it is gone.
    pub path: PathBuf,
    old: Option<Oid>,
}

impl Repo {
    /// The full id of the commit that a reference points at; `None` where it points at none.
    pub fn id_of(&self, reference: &str) -> Option<String> {
        self.inner.refname_to_id(reference).ok().map(|id| id.to_string())
    }

    /// The bytes of `path` (relative to the work tree) at revision `rev`, as git stores them; `None` when
    /// there is no such file then. Fails when `rev` names no commit or tree.
    pub fn read_at(&self, rev: &str, path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
        let object = self.inner.revparse_single(rev).map_err(|e| unknown(rev, &e))?;
        let tree = object.peel_to_tree().map_err(|e| unknown(rev, &e))?;
        match tree.get_path(path) {
            Ok(entry) if entry.kind() == Some(ObjectType::Blob) => self.blob(entry.id()).map(Some),
            Ok(_) => Ok(None),
            Err(e) if e.code() == ErrorCode::NotFound => Ok(None),
            Err(e) => Err(failed(&format!("{} at `{rev}` cannot be read", path.display()), &e).into()),
        }
    }

    /// What the commits since HEAD left `base` did to the files under `under` (relative to the work tree;
    /// empty for all): the difference from their merge base to HEAD, as a pull request shows it.
    ///
    /// Fails when `base` is no revision, and when the two have no common commit: in a shallow clone, with
    /// the command that fetches it.
    pub fn changes_since(&self, base: &str, under: &Path) -> anyhow::Result<Vec<Change>> {
        let theirs = self.commit_at(base)?;
        let ours = self.commit_at("HEAD")?;
        let fork = self.inner.merge_base(theirs.id(), ours.id()).map_err(|_| self.unrelated(base))?;
        let unread = |e| failed("the changes cannot be read", &e);
        let old = self.inner.find_commit(fork).and_then(|c| c.tree()).map_err(unread)?;
        let new = ours.tree().map_err(unread)?;
        let mut options = DiffOptions::new();
        options.disable_pathspec_match(true);
        if under.components().next().is_some() {
            let name = path::name(under)
                .ok_or_else(|| usage(format!("{} is not a path inside the repository", under.display())))?;
            options.pathspec(name.as_slice());
        }
        let mut diff =
            self.inner.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options)).map_err(unread)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true))).map_err(unread)?;
        Ok(diff.deltas().filter_map(|delta| change(&delta)).collect())
    }

    /// What the file was before the change; `None` for one that is new.
    pub fn old(&self, change: &Change) -> anyhow::Result<Option<Vec<u8>>> {
        change.old.map(|id| self.blob(id)).transpose()
    }

    /// The names of all incident folders (`incidents_dir/YEAR/NAME`, relative to the work tree) that any
    /// remote-tracking branch holds, sorted. A tree that several branches share is read once.
    pub fn ids_on_remotes(&self, incidents_dir: &Path) -> anyhow::Result<Vec<String>> {
        let unread = |e| failed("the remote-tracking branches cannot be read", &e);
        let (mut names, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for reference in self.inner.references_glob("refs/remotes/*").map_err(unread)? {
            // A branch that points nowhere (a stale `origin/HEAD`) knows no incident.
            let Ok(tree) = reference.map_err(unread)?.peel_to_tree() else { continue };
            let Some(years) = self.folder(&tree, incidents_dir) else { continue };
            if !seen.insert(years.id()) {
                continue;
            }
            for year in folders(&years).filter(|id| seen.insert(*id)).collect::<Vec<_>>() {
                let year = self.inner.find_tree(year).map_err(unread)?;
                let incidents = year.iter().filter(|e| e.kind() == Some(ObjectType::Tree));
                names.extend(incidents.map(|e| String::from_utf8_lossy(e.name_bytes()).into_owned()));
            }
        }
        Ok(names.into_iter().collect())
    }

    /// The folder `path` of a tree; the tree itself for the empty path.
    pub(super) fn folder<'r>(&'r self, tree: &Tree<'r>, path: &Path) -> Option<Tree<'r>> {
        if path.components().next().is_none() {
            return Some(tree.clone());
        }
        self.inner.find_tree(tree.get_path(path).ok()?.id()).ok()
    }

    pub(super) fn blob(&self, id: Oid) -> anyhow::Result<Vec<u8>> {
        let blob = self.inner.find_blob(id);
        Ok(blob.map_err(|e| failed(&format!("object {id} cannot be read"), &e))?.content().to_vec())
    }

    fn commit_at(&self, rev: &str) -> anyhow::Result<Commit<'_>> {
        let object = self.inner.revparse_single(rev).map_err(|e| self.depth(unknown(rev, &e)))?;
        Ok(object.peel_to_commit().map_err(|e| self.depth(unknown(rev, &e)))?)
    }

    pub(super) fn unrelated(&self, base: &str) -> Failure {
        let failure = storage(format!("`{base}` and HEAD have no commit in common here"));
        if self.inner.is_shallow() {
            return self.depth(failure);
        }
        failure.hint(format!("git log --oneline --graph {base} HEAD"))
    }
}

impl Repo {
    /// Says how deep a clone has to be, where this one is not.
    fn depth(&self, failure: Failure) -> Failure {
        if !self.inner.is_shallow() {
            return failure;
        }
        failure
            .hint("this clone is shallow: git fetch --unshallow")
            .hint("in GitHub Actions: `fetch-depth: 0` of actions/checkout; in GitLab CI: `GIT_DEPTH: \"0\"`")
    }
}

fn folders<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = Oid> + 't {
    tree.iter().filter(|e| e.kind() == Some(ObjectType::Tree)).map(|e| e.id())
}

fn change(delta: &DiffDelta<'_>) -> Option<Change> {
    let (old, new) = (delta.old_file(), delta.new_file());
    let from = old.path_bytes().map(path::from_git);
    let to = new.path_bytes().map(path::from_git);
    let (kind, path) = match delta.status() {
        Delta::Added => (ChangeKind::Added, to?),
        Delta::Deleted => (ChangeKind::Deleted, from?),
        Delta::Renamed => (ChangeKind::Renamed { from: from? }, to?),
        Delta::Modified | Delta::Typechange => (ChangeKind::Modified, to?),
        _ => return None,
    };
    let old = (kind != ChangeKind::Added).then(|| old.id());
    Some(Change { kind, path, old })
}

fn unknown(rev: &str, error: &git2::Error) -> Failure {
    if error.code() != ErrorCode::NotFound {
        return invalid(format!("`{rev}` is no revision: {}", error.message()));
    }
    invalid(format!("`{rev}` is no revision that this clone knows")).hint("git fetch, or git branch --all")
}
