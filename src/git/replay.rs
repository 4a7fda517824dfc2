//! Replaying commits on another tip without touching a file: a conflict then changes nothing.
//!
//! `git merge-tree` does the merging, since it runs the merge drivers that people have configured. `git
//! rebase` would stop half way on a conflict, and stash (and so unstage) what the user has staged.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, Delta, Oid, Sort, Tree};

use super::{Repo, failed, identity, path};
use crate::error::{Failure, refused};

impl Repo {
    /// The tip of `ours` replayed on `theirs`, called `name`. A history of our own that has merges in it
    /// is merged as a whole, since a straight line could not tell it.
    pub(super) fn replay(&self, ours: Oid, theirs: Oid, name: &str) -> anyhow::Result<Oid> {
        let unread = |e| failed("the history cannot be read", &e);
        if self.inner.merge_base(ours, theirs).is_err() {
            return Err(self.unrelated(name).into());
        }
        let ids = self.own(ours, Some(theirs))?;
        let own = ids
            .iter()
            .map(|id| self.inner.find_commit(*id))
            .collect::<Result<Vec<_>, _>>()
            .map_err(unread)?;
        if own.iter().any(|commit| commit.parent_count() != 1 || commit.message().is_err()) {
            return self.merge(ours, theirs, name);
        }
        let mut tip = theirs;
        for commit in &own {
            let parent = commit.parent_id(0).map_err(unread)?;
            let onto = self.inner.find_commit(tip).map_err(unread)?;
            let before = self.inner.find_commit(parent).and_then(|c| c.tree()).map_err(unread)?;
            let (after, base) = (commit.tree().map_err(unread)?, onto.tree().map_err(unread)?);
            let tree = match self.apart(&before, &after, &base) {
                Some(tree) => tree,
                None => self.merge_trees(parent, tip, commit.id(), name)?,
            };
            // One that the other side has already is not repeated.
            if tree != onto.tree_id() {
                tip = self.copy(commit, tree, &[tip], commit.message().unwrap_or_default())?;
            }
        }
        Ok(tip)
    }

    /// The tree `onto` with what changed from `before` to `after`, where the other side left those files as
    /// they were: nearly every commit of entries. Starting a program for each would let a clone with much
    /// to send lose every race against those with little.
    fn apart(&self, before: &Tree<'_>, after: &Tree<'_>, onto: &Tree<'_>) -> Option<Oid> {
        let diff = self.inner.diff_tree_to_tree(Some(before), Some(after), None).ok()?;
        let mut update = TreeUpdateBuilder::new();
        for delta in diff.deltas() {
            let file = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let name = file.path_bytes()?;
            let path = path::from_git(name);
            let entry = |tree: &Tree<'_>| tree.get_path(&path).ok().map(|e| (e.id(), e.filemode()));
            if entry(before) != entry(onto) {
                return None;
            }
            match delta.status() {
                Delta::Added | Delta::Modified => update.upsert(name, file.id(), file.mode()),
                Delta::Deleted => update.remove(name),
                _ => return None,
            };
        }
        update.create_updated(&self.inner, onto).ok()
    }

    /// The commits that `tip` has and `without` lacks, oldest first.
    ///
    /// Where they part is hidden by name: libgit2 stops walking by date, and goes past that point when a
    /// clock was wrong and a commit is older than what it builds on.
    pub(super) fn own(&self, tip: Oid, without: Option<Oid>) -> anyhow::Result<Vec<Oid>> {
        let walked = self.inner.revwalk().and_then(|mut walk| {
            walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
            walk.push(tip)?;
            if let Some(without) = without {
                walk.hide(without)?;
                // Two histories that share nothing have no such point.
                let forks = self.inner.merge_bases(tip, without);
                forks.iter().flat_map(|forks| forks.iter()).try_for_each(|fork| walk.hide(*fork))?;
            }
            walk.collect()
        });
        walked.map_err(|e| failed("the history cannot be read", &e).into())
    }

    fn merge(&self, ours: Oid, theirs: Oid, name: &str) -> anyhow::Result<Oid> {
        let unread = |e| failed("the history cannot be read", &e);
        let base = self.inner.merge_base(ours, theirs).map_err(unread)?;
        let tree = self.merge_trees(base, ours, theirs, name)?;
        let last = self.inner.find_commit(ours).map_err(unread)?;
        self.copy(&last, tree, &[ours, theirs], &format!("Merge {name}\n"))
    }

    /// The tree of `onto` with what `commit` did since `base`. Fails on a conflict and names the files.
    fn merge_trees(&self, base: Oid, onto: Oid, commit: Oid, name: &str) -> anyhow::Result<Oid> {
        self.publish()?;
        let base = format!("--merge-base={base}");
        let (onto, commit) = (onto.to_string(), commit.to_string());
        let args =
            ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", &base, &onto, &commit];
        let output = self.git(&args, b"")?;
        let mut parts = output.stdout.split(|b| *b == 0).filter(|part| !part.is_empty());
        if output.status == Some(1) {
            let files: Vec<_> = parts.skip(1).map(path::from_git).collect();
            let names = (self.side(&onto, &files, name), self.side(&commit, &files, "this clone"));
            let fields = fields(&output.stderr, (&onto, &names.0), (&commit, &names.1));
            return Err(conflict(&files, name, &fields).into());
        }
        let tree = parts.next().map(|id| String::from_utf8_lossy(id).into_owned()).unwrap_or_default();
        let tree = if output.status == Some(0) { tree } else { output.success("git cannot merge")? };
        Oid::from_str(&tree).map_err(|e| failed("git merge-tree printed no id", &e).into())
    }

    /// Whose a side of a conflict is: its name, and who changed the files there last.
    fn side(&self, rev: &str, files: &[PathBuf], name: &str) -> String {
        let args = ["log", "-1", "--format=%an", rev, "--"].map(OsStr::new).into_iter();
        let args: Vec<_> = args.chain(files.iter().map(|f| f.as_os_str())).collect();
        let who = self.git(&args, b"").ok().and_then(|output| output.success("").ok());
        who.filter(|who| !who.is_empty()).map_or_else(|| name.to_owned(), |who| format!("{name} ({who})"))
    }

    /// A commit as `original` was, with its author and times, of another tree on other parents.
    fn copy(&self, original: &Commit<'_>, tree: Oid, parents: &[Oid], message: &str) -> anyhow::Result<Oid> {
        let committer = self.committer()?;
        let unmade = |e| failed("the replayed commit cannot be written", &e);
        if identity::flag(&self.config()?, "commit.gpgsign") {
            let author = original.author();
            let mut env: Vec<(&str, OsString)> = vec![
                ("GIT_AUTHOR_NAME", String::from_utf8_lossy(author.name_bytes()).into_owned().into()),
                ("GIT_AUTHOR_EMAIL", String::from_utf8_lossy(author.email_bytes()).into_owned().into()),
                ("GIT_AUTHOR_DATE", git_time(author.when()).into()),
            ];
            env.push(("GIT_COMMITTER_NAME", committer.name.into()));
            env.push(("GIT_COMMITTER_EMAIL", committer.email.into()));
            env.push(("GIT_COMMITTER_DATE", git_time(original.committer().when()).into()));
            return self.commit_tree(tree, parents, message, &env);
        }
        let committer = committer.signature(original.time().seconds())?;
        let tree = self.inner.find_tree(tree).map_err(unmade)?;
        let parents = parents.iter().map(|id| self.inner.find_commit(*id)).collect::<Result<Vec<_>, _>>();
        let parents = parents.map_err(unmade)?;
        let parents: Vec<_> = parents.iter().collect();
        let made = self.inner.commit(None, &original.author(), &committer, message, &tree, &parents);
        Ok(made.map_err(unmade)?)
    }
}

fn git_time(time: git2::Time) -> String {
    let offset = time.offset_minutes().abs();
    format!("@{} {}{:02}{:02}", time.seconds(), time.sign(), offset / 60, offset % 60)
}

/// What our merge driver said of single fields, with the sides called by their names.
fn fields(said: &str, onto: (&str, &str), commit: (&str, &str)) -> Vec<String> {
    let lines = said.lines().filter_map(|line| line.strip_prefix("conflict: "));
    lines.map(|line| line.replace(onto.0, onto.1).replace(commit.0, commit.1)).collect()
}

fn conflict(files: &[PathBuf], name: &str, fields: &[String]) -> Failure {
    let files: Vec<_> = files.iter().map(|f| f.display().to_string()).collect();
    let (noun, files) = match files.as_slice() {
        [one] => ("the same lines of", one.clone()),
        many => ("the same lines of these files:", many.join(", ")),
    };
    let mut message = format!("this clone and {name} changed {noun} {files}; nothing was changed here");
    for field in fields {
        message.push_str(&format!("\n  {field}"));
    }
    refused(message)
        .hint(format!("git rebase {name}, then edit what git marks, git add it, and git rebase --continue"))
        .hint("inc sync")
}
