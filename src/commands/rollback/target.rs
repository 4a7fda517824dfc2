//! What a rollback goes back to: a tag of a repository that a person named.

use std::path::{Component, Path};

use anyhow::Result;

use super::Elsewhere;
use crate::change::Change;
use crate::context::Context;
use crate::error::{plain, refused, usage};
use crate::git::{Repo, Tag};
use crate::model::RollbackPlan;

/// The path of another repository as the plan keeps it: as it is typed at the top of this one, else in full.
pub(super) fn elsewhere(context: &Context, repo: &Repo, path: &str) -> Result<String> {
    let other = Repo::open(&context.dir().join(path))?;
    let at_top = context.dir() == repo.workdir();
    Ok(if at_top { path.to_owned() } else { other.workdir().to_string_lossy().into_owned() })
}

/// The other repository that a plan names; none when it names none.
///
/// A plan is a file that a pull request can bring. On its word alone only a repository inside this one is opened,
/// whose `.git` somebody made in this clone, since git takes none from a commit. Any other has to be `named` by the
/// person who runs the command, by the path at which it lies here.
///
/// # Errors
/// It is outside and nobody named it, or it cannot be read.
pub(crate) fn repository(
    repo: &Repo,
    plan: Option<&str>,
    named: &[std::path::PathBuf],
) -> Result<Option<Repo>> {
    let Some(path) = plan.map(Path::new) else { return Ok(None) };
    if let Some(named) = named.iter().find(|n| n.file_name() == path.file_name() || named.len() == 1) {
        return Repo::open(named).map(Some);
    }
    let outside = || {
        let shown = plain(&path.to_string_lossy());
        refused(format!("the plan's repository, `{shown}`, is not inside this one"))
            .hint(format!("name it, with the path at which it lies here: `--repo {shown}`"))
    };
    if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside().into());
    }
    let real = repo.workdir().join(path).canonicalize().map_err(|_| outside())?;
    if !real.starts_with(repo.workdir()) || real.join(".git").symlink_metadata().is_err() {
        return Err(outside().into());
    }
    Repo::open(&real).map(Some)
}

/// The tag of a name, held to what the process asks of a target.
pub(super) fn target(change: &Change<'_>, other: Option<&Repo>, name: &str) -> Result<Tag> {
    let repo = other.unwrap_or(&change.repo);
    let Some(tag) = repo.tag(name)? else { return Err(unknown(repo, name)?) };
    let asked = &change.process().rollback;
    let pin = change.process().pin();
    if let Some(mark) = &asked.sealed {
        let says = tag.name.contains(mark.as_str())
            || tag.message.as_ref().is_some_and(|m| m.contains(mark.as_str()));
        if !says {
            return Err(refused(format!("{} is not known to be stable: neither its name nor its annotation holds `{mark}`, as {pin} asks", tag.name))
                .hint(format!("git tag --list '*{mark}*'"))
                .into());
        }
    }
    if asked.in_history && !repo.in_history(&tag.commit)? {
        return Err(refused(format!("{} is not in the history of this branch, as {pin} asks", tag.name))
            .hint(format!("git branch --contains {} lists the branches that hold it", tag.name))
            .into());
    }
    Ok(tag)
}

fn unknown(repo: &Repo, name: &str) -> Result<anyhow::Error> {
    let known = repo.tags()?;
    let failure = usage(format!("there is no tag `{}`", name.escape_debug()))
        .did_you_mean(name, known.iter().map(String::as_str));
    let failure = match known.as_slice() {
        [] => failure.hint("this clone knows no tag at all: git fetch --tags"),
        _ => failure.hint(
            "`git tag --sort=-creatordate` lists the tags, `git fetch --tags` gets those of the remote",
        ),
    };
    Ok(failure.into())
}

/// Holds the plan's target to what it was: the same tag, the same commit.
pub(super) fn unmoved(change: &Change<'_>, plan: &RollbackPlan, place: &Elsewhere) -> Result<()> {
    let named: Vec<_> = place.repo.iter().map(|path| change.context.dir().join(path)).collect();
    let other = repository(&change.repo, plan.repository.as_deref(), &named)?;
    let tag = target(change, other.as_ref(), &plan.target.tag)?;
    if tag.commit == plan.target.commit {
        return Ok(());
    }
    Err(refused(format!(
        "the tag {} has moved since the plan: it led to {}, and leads to {} now",
        tag.name,
        short(&plan.target.commit),
        short(&tag.commit)
    ))
    .hint("find out who moved it, and plan anew: `inc rollback plan`")
    .into())
}

/// A commit's id as people read it.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}
