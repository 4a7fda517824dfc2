//! Finding and opening a repository, and saying before anything is written why one cannot be used.

use std::path::{Path, PathBuf};

use git2::{ConfigLevel, ErrorCode, Repository, RepositoryOpenFlags};

use super::{Repo, program};
use crate::error::{Failure, invalid, storage};

impl Repo {
    /// Opens the repository whose work tree holds `dir`, as `git` run there would find it (`GIT_DIR` and
    /// `GIT_CEILING_DIRECTORIES` included).
    ///
    /// Fails with the reason and the next step where there is none, where it has no work tree, where it
    /// belongs to another user, and where its format is one that `inc` cannot write (SHA-256, reftable,
    /// partial clone).
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let inner = match program::environment("GIT_DIR") {
            Some(_) => Repository::open_from_env(),
            None => Repository::open_ext(dir, RepositoryOpenFlags::FROM_ENV, ceilings()),
        };
        let inner = inner.map_err(|e| unopened(dir, &e))?;
        configured(&inner)?;
        Self::usable(dir, inner)
    }

    /// Makes `dir` a repository, as `git init` does, and opens it. Fails as [`Repo::open`] does, and when
    /// `git` cannot be run.
    pub fn init(dir: &Path) -> anyhow::Result<Self> {
        program::run_git(dir, &["init", "--quiet"])?.success("`git init` failed")?;
        Self::open(dir)
    }

    fn usable(dir: &Path, inner: Repository) -> anyhow::Result<Self> {
        let Some(workdir) = inner.workdir() else {
            return Err(invalid(format!("{} is a bare repository: it has no files to write", dir.display()))
                .hint(format!("git clone {} work, then run inc in work", inner.path().display()))
                .into());
        };
        let workdir = real(workdir);
        let git_dir = real(inner.path());
        let common_dir = real(inner.commondir());
        if promisor(&inner) {
            return Err(partial(&workdir).into());
        }
        // libgit2 would read the whole index, and verify its checksum, to look up one file's attributes; with
        // 140,000 files that is most of a commit. `Repo::store` tells it what it asks about.
        let set = git2::Index::new().and_then(|mut index| inner.set_index(&mut index));
        set.map_err(|e| super::failed("the repository cannot be opened", &e))?;
        Ok(Self { inner, workdir, git_dir, common_dir, aside: false.into() })
    }
}

/// `GIT_CEILING_DIRECTORIES`, above which git looks for no repository.
fn ceilings() -> Vec<PathBuf> {
    program::environment("GIT_CEILING_DIRECTORIES")
        .map(|dirs| std::env::split_paths(&dirs).filter(|d| !d.as_os_str().is_empty()).collect())
        .unwrap_or_default()
}

/// Reads the configuration from where `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM` and `GIT_CONFIG_NOSYSTEM`
/// say, which libgit2 does not look at.
pub(super) fn configured(repo: &Repository) -> anyhow::Result<()> {
    let nothing = || repo.path().join("inc/no-such-file");
    let mut files = Vec::new();
    if let Some(file) = program::environment("GIT_CONFIG_GLOBAL") {
        files.push((ConfigLevel::Global, PathBuf::from(file)));
        files.push((ConfigLevel::XDG, nothing()));
    }
    let off = program::environment("GIT_CONFIG_NOSYSTEM").is_some_and(|v| v != "0" && v != "false");
    match program::environment("GIT_CONFIG_SYSTEM") {
        _ if off => files.push((ConfigLevel::System, nothing())),
        Some(file) => files.push((ConfigLevel::System, file.into())),
        None => {}
    }
    if files.is_empty() {
        return Ok(());
    }
    let read = repo.config().and_then(|mut config| {
        files.iter().try_for_each(|(level, file)| config.add_file(file, *level, true))
    });
    read.map_err(|e| super::failed("git's configuration cannot be read", &e).into())
}

/// The path without links; on Windows as git gives it, since the `\\?\` form is foreign to it.
fn real(path: &Path) -> PathBuf {
    if cfg!(windows) {
        return path.components().collect();
    }
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn promisor(repo: &Repository) -> bool {
    repo.config().and_then(|mut c| c.snapshot()).is_ok_and(|config| {
        let Ok(mut entries) = config.entries(Some(r"remote\..*\.promisor")) else { return false };
        let mut found = false;
        while let Some(Ok(entry)) = entries.next() {
            found |= entry.value().is_ok_and(|v| v == "true");
        }
        found
    })
}

fn partial(dir: &Path) -> Failure {
    invalid(format!(
        "{} is a partial clone: inc reads history that such a clone may not have",
        dir.display()
    ))
    .hint("clone without --filter, or `git fetch --refetch --no-filter` and remove the filter from .git/config")
}

fn unopened(dir: &Path, error: &git2::Error) -> Failure {
    let at = dir.display();
    let text = error.message();
    if error.code() == ErrorCode::NotFound {
        return invalid(format!("{at} is in no git repository")).hint("git init, then inc init");
    }
    if error.code() == ErrorCode::Owner {
        return invalid(format!("the repository at {at} belongs to another user, so git does not trust it"))
            .hint(format!("if it is yours: git config --global --add safe.directory {at}"));
    }
    if text.contains("partialclone") {
        return partial(dir);
    }
    let Some(what) = unsupported(text) else {
        return storage(format!("the repository at {at} cannot be opened: {text}")).hint("git status");
    };
    invalid(format!("the repository at {at} {what}, which inc cannot write yet; nothing was changed"))
        .hint("keep the incidents in a repository made by plain `git init` (SHA-1 objects, ref files)")
}

fn unsupported(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    if text.contains("refstorage") {
        Some("keeps its branches in another form than files (reftable)")
    } else if text.contains("object format") || text.contains("objectformat") || text.contains("oid type") {
        Some("names its objects by SHA-256")
    } else if text.contains("unsupported extension") {
        Some("uses an extension of git's format")
    } else {
        None
    }
}
