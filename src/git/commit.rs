//! Committing exactly the paths of one command.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use git2::build::TreeUpdateBuilder;
use git2::{ErrorCode, FileMode, Oid, Repository, RepositoryState, Tree};

use super::index::Edit;
use super::lock::Turn;
use super::object::{EXECUTABLE, LINK};
use super::stage::Restaged;
use super::{Identity, Repo, failed, identity, short};
use crate::error::{Failure, storage};
use crate::fault::step;

/// How long to go on when other processes keep moving the branch.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for one that holds the lock on the branch.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// A commit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The full id.
    pub id: String,
    /// The id as people are shown it.
    pub short: String,
    /// What the user should know though the commit succeeded, one lower-case sentence each.
    pub warnings: Vec<String>,
}

/// How to commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommitOptions {
    /// Run the hooks `pre-commit`, `commit-msg` and `post-commit`. Off unless the team asks for it: a slow
    /// hook must not hold up an incident.
    pub run_hooks: bool,
}

/// Where the branch is before the commit.
struct Tip {
    /// The reference that moves: a branch, or `HEAD` itself when it is detached.
    name: String,
    id: Option<Oid>,
}

/// Everything about a commit but where it goes.
pub(super) struct Draft<'a> {
    pub(super) author: Identity,
    pub(super) committer: Identity,
    pub(super) seconds: i64,
    pub(super) message: String,
    pub(super) sign: bool,
    edits: &'a [Edit],
}

impl Repo {
    /// Commits exactly `paths` (relative to the work tree) as they are on disk: a file is added or
    /// updated, a missing one removed. What the user has staged or changed elsewhere stays as it is.
    ///
    /// `None` when the paths already are what HEAD holds. Fails with nothing changed when nobody is
    /// configured to commit, when another process holds git's locks for longer than two seconds, and when
    /// the commit cannot be signed as `commit.gpgsign` asks.
    pub fn commit(
        &self,
        paths: &[PathBuf],
        message: &str,
        when: DateTime<Utc>,
    ) -> anyhow::Result<Option<Commit>> {
        self.commit_with(paths, message, when, CommitOptions::default())
    }

    /// As [`Repo::commit`], with options. A hook that refuses is a failure too, and nothing is changed.
    pub fn commit_with(
        &self,
        paths: &[PathBuf],
        message: &str,
        when: DateTime<Utc>,
        options: CommitOptions,
    ) -> anyhow::Result<Option<Commit>> {
        let paths = self.git_paths(paths)?;
        let mut draft = Draft {
            author: self.identity()?,
            committer: self.committer()?,
            seconds: when.timestamp(),
            message: git2::message_prettify(message, None).map_err(|e| failed("the message is wrong", &e))?,
            sign: identity::flag(&self.config()?, "commit.gpgsign"),
            edits: &[],
        };
        let mut turn = self.turn()?;
        let edits = self.edits(&paths)?;
        draft.edits = &edits;
        // `git fsck` wants these of a tree that nothing points at as well, as a power cut may leave one.
        if edits.iter().any(|(name, _)| name.ends_with(b".gitattributes")) {
            self.publish()?;
        }
        if options.run_hooks {
            draft.message = self.hooks_before(&edits, &draft.message)?;
        }
        let was_empty = self.index_is_empty();
        let mut restaged = None;
        let id = match self.advance(&mut turn, &draft, &mut restaged) {
            Ok(id) => id,
            Err(error) => {
                restaged.map_or(Ok(()), Restaged::roll_back)?;
                return Err(error);
            }
        };
        drop(restaged);
        drop(turn);
        let Some(id) = id else { return Ok(None) };
        let mut warnings = self.warnings();
        if was_empty {
            warnings.push(
                "git's index was empty, as a power cut leaves a file: it is made anew from HEAD".into(),
            );
        }
        if options.run_hooks {
            warnings.extend(self.hook_after());
        }
        Ok(Some(Commit { id: id.to_string(), short: short(id), warnings }))
    }

    /// Makes the commit on the tip of the branch and moves the branch, again when another was faster. The index
    /// goes first, once all that it names is on disk.
    fn advance(
        &self,
        turn: &mut Turn,
        draft: &Draft<'_>,
        restaged: &mut Option<Restaged>,
    ) -> anyhow::Result<Option<Oid>> {
        let references = self.references()?;
        let started = Instant::now();
        let (mut last, mut moved) = (None, started);
        let mut pause = Duration::from_millis(2);
        loop {
            let tip = tip(&references)?;
            if last != Some(tip.id) {
                (last, moved) = (Some(tip.id), Instant::now());
            }
            let tree = self.tree(&tip, draft.edits)?;
            let id = tree.map(|tree| self.make(&tip, &tree, draft)).transpose()?;
            self.publish()?;
            if restaged.is_none() {
                *restaged = Some(self.restage(turn, draft.edits)?);
            }
            let Some(id) = id else { return Ok(None) };
            match self.move_branch(turn, &references, &tip, id, &draft.message) {
                Ok(()) => return Ok(Some(id)),
                Err(e) if !lost_race(&e) => {
                    return Err(failed(&format!("{} cannot be moved", tip.name), &e).into());
                }
                Err(e) if moved.elapsed() > LOCK_PATIENCE || started.elapsed() > PATIENCE => {
                    return Err(locked(&tip, &e).into());
                }
                Err(_) => std::thread::sleep(pause),
            }
            // Two that met once would meet again if both waited the same time.
            let odd = Duration::from_micros(u64::from(std::process::id() % 13) * 300);
            pause = (pause * 2 + odd).min(Duration::from_millis(100));
        }
    }

    /// The tip's tree with the edits; `None` when that is the tip's tree.
    fn tree(&self, tip: &Tip, edits: &[Edit]) -> anyhow::Result<Option<Tree<'_>>> {
        let read = |e| failed("HEAD's files cannot be read", &e);
        let base = match tip.id {
            Some(id) => self.inner.find_commit(id).and_then(|c| c.tree()).map_err(read)?,
            None => self.no_files()?,
        };
        let mut update = TreeUpdateBuilder::new();
        for (name, staged) in edits {
            match staged {
                Some(staged) => {
                    let mode = match staged.mode {
                        EXECUTABLE => FileMode::BlobExecutable,
                        LINK => FileMode::Link,
                        _ => FileMode::Blob,
                    };
                    update.upsert(name.as_slice(), staged.oid, mode);
                }
                None if base.get_path(&super::path::from_git(name)).is_ok() => {
                    update.remove(name.as_slice());
                }
                None => {}
            }
        }
        let new = step("object", &[], || update.create_updated(&self.inner, &base))
            .map_err(|e| failed("the commit's files cannot be put together", &e))?;
        if new == base.id() {
            return Ok(None);
        }
        Ok(Some(self.inner.find_tree(new).map_err(read)?))
    }

    fn no_files(&self) -> anyhow::Result<Tree<'_>> {
        let empty = self.inner.treebuilder(None).and_then(|b| self.inner.find_tree(b.write()?));
        empty.map_err(|e| failed("git's object store cannot be written", &e).into())
    }

    fn make(&self, tip: &Tip, tree: &Tree<'_>, draft: &Draft<'_>) -> anyhow::Result<Oid> {
        if draft.sign {
            return self.signed(tip.id, tree.id(), draft);
        }
        let author = draft.author.signature(draft.seconds)?;
        let committer = draft.committer.signature(draft.seconds)?;
        let parent = tip.id.map(|id| self.inner.find_commit(id)).transpose();
        let made = parent.and_then(|parent| {
            let parents: Vec<_> = parent.iter().collect();
            step("object", &[], || {
                self.inner.commit(None, &author, &committer, &draft.message, tree, &parents)
            })
        });
        made.map_err(|e| failed("the commit cannot be written", &e).into())
    }

    /// Moves the branch from `tip` to `id`, if it still is at `tip`.
    fn move_branch(
        &self,
        turn: &mut Turn,
        references: &Repository,
        tip: &Tip,
        id: Oid,
        message: &str,
    ) -> Result<(), git2::Error> {
        let log = format!("commit: {}", message.lines().next().unwrap_or_default());
        let folder = if tip.name == "HEAD" { &self.git_dir } else { &self.common_dir };
        let lock = folder.join(format!("{}.lock", tip.name));
        let noted = turn.note(&lock, &id.to_string());
        noted.map_err(|e| git2::Error::from_str(&e.to_string()))?;
        // Libgit2 syncs both the reference and its folder, as its handle says.
        let moved = step("reference", &[&folder.join(&tip.name)], || match tip.id {
            Some(old) => references.reference_matching(&tip.name, id, true, old, &log),
            None => references.reference(&tip.name, id, false, &log),
        });
        // A note left over costs the next process a look, no more.
        let _ = turn.forget();
        moved.map(drop)
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let state = self.inner.state();
        if matches!(self.inner.head_detached(), Ok(true)) {
            warnings.push(
                "HEAD is detached: the commit is on no branch until you run `git switch -c NAME`".into(),
            );
        }
        if state != RepositoryState::Clean {
            let what = format!("{state:?}").to_lowercase();
            warnings.push(format!("git is in the middle of something else here ({what}): see `git status`"));
        }
        warnings
    }
}

/// Where the branch is now.
fn tip(references: &Repository) -> anyhow::Result<Tip> {
    let unreadable = |e| failed("HEAD cannot be read", &e);
    let mut name = "HEAD".to_owned();
    // HEAD names a branch, which hardly ever names another.
    for _ in 0..8 {
        match references.find_reference(&name) {
            Err(e) if e.code() == ErrorCode::NotFound => return Ok(Tip { name, id: None }),
            Err(e) => return Err(unreadable(e).into()),
            Ok(reference) => match reference.symbolic_target().map_err(unreadable)? {
                Some(target) => target.clone_into(&mut name),
                None => return Ok(Tip { name, id: reference.target() }),
            },
        }
    }
    Err(storage("HEAD names a branch that names itself").into())
}

fn lost_race(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists)
}

fn locked(tip: &Tip, error: &git2::Error) -> Failure {
    failed(&format!("another process keeps {} from being moved; nothing was committed", tip.name), error)
        .hint("wait until it has finished")
        .hint(format!("if no git process runs any more, remove {}.lock in the git directory", tip.name))
}
