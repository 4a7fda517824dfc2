//! `inc sync`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use super::{Done, registry, render};
use crate::context::Context;
use crate::error::{refused, storage};
use crate::git::{Head, Repo, SyncOptions, SyncOutcome, SyncReport};
use crate::model::Status;
use crate::model::duration::parse_duration;
use crate::render::managed;
use crate::store::{Folder, INCIDENTS, REGISTRY, Store, atomic, attributes, yaml};

/// Exchange commits with the remote: fetch, put ours on top, push
///
/// What is staged or changed stays as it is. Offline nothing is lost: commits wait in this clone. Entries that two
/// clones wrote never conflict; where both changed the same field of a record, that field is named with both values
/// and nothing is changed. `auto_sync: 5s` in inc.yaml does this after every command that commits.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How long it may take, waiting for the network included
    #[arg(long, value_name = "DURATION", default_value = "2m")]
    pub limit: String,
}

/// Syncs.
///
/// # Errors
/// There is no remote or it does not answer, it refuses, or both sides changed the same lines.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let limit = parse_duration(&args.limit).map_err(crate::error::usage)?;
    let repo = context.repo()?;
    let limit = limit.to_std().unwrap_or_default();
    let deadline = Instant::now().checked_add(limit);
    let report = sync(context, &repo, SyncOptions { interactive: context.ui.can_ask(), deadline })?;
    if context.globals.json {
        context.ui.out(&crate::render::json::pretty(&as_json(&report))?);
    }
    let waiting = commits(report.waiting);
    match &report.outcome {
        SyncOutcome::Done | SyncOutcome::NoCommit if context.globals.json => {}
        SyncOutcome::Done => context.ui.out(&told(&report)),
        SyncOutcome::NoCommit => context.ui.out("there is no commit to sync yet"),
        SyncOutcome::NoRemote => {
            return Err(refused("this repository has no remote to sync with")
                .hint("git remote add origin URL")
                .into());
        }
        SyncOutcome::Unreachable(said) => {
            let why = said.lines().next().unwrap_or("it said nothing").trim_start_matches("fatal: ");
            let message =
                format!("{} does not answer: {why}; {waiting} here, nothing is lost", report.remote);
            return Err(storage(message).hint("inc sync, when it answers again").into());
        }
        SyncOutcome::Rejected(said) => {
            let message = format!("{} refused: {said}; {waiting} here, nothing is lost", report.remote);
            return Err(refused(message)
                .hint(format!("git push {} {}, to see all that it says", report.remote, report.branch))
                .into());
        }
    }
    Ok(Done::Clean)
}

/// The share of its limit that a sync after a command waits; the rest is for stopping git and saying what is left here.
const WAITING: f64 = 0.95;

/// Syncs after a command that committed, as `auto_sync` asks; the command has succeeded, so nothing here fails it.
pub fn after(context: &Context, limit: Duration) {
    let deadline = Instant::now().checked_add(limit.mul_f64(WAITING));
    let options = SyncOptions { interactive: false, deadline };
    let done = context.repo().and_then(|repo| sync(context, &repo, options));
    match done.map(|report| (report.outcome, report.remote, report.waiting)) {
        Ok((SyncOutcome::Unreachable(_), remote, waiting)) => {
            context
                .ui
                .warn(&format!("{remote} does not answer; {} here: `inc sync` later", commits(waiting)));
        }
        Ok((SyncOutcome::Rejected(said), remote, waiting)) => {
            context.ui.warn(&format!("{remote} refused: {said}; {} here", commits(waiting)));
        }
        Ok(_) => {}
        Err(error) => context.ui.warn(&format!("not synced: {error}")),
    }
}

fn sync(context: &Context, repo: &Repo, options: SyncOptions) -> Result<SyncReport> {
    let store = context.store(repo)?;
    if attributes::wants_driver(&store)? && !repo.has_merge_driver()? {
        repo.install_merge_driver()?;
    }
    let before = match repo.branch()? {
        Head::Branch(name) => repo.id_of(&format!("refs/heads/{name}")),
        _ => None,
    };
    repo.sync_with(&options, &mut || render_anew(context, repo, before.as_deref()))
}

/// Renders what follows from what came: reports and blocks of the incidents that changed, and the registry.
fn render_anew(context: &Context, repo: &Repo, before: Option<&str>) -> Result<()> {
    let store = context.store(repo)?;
    let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new("")).to_owned();
    let mut paths = Vec::new();
    if let Some(before) = before {
        let changed = repo.changes_since(before, &prefix.join(INCIDENTS)).unwrap_or_default();
        let changed = changed.iter().filter_map(|change| change.path.strip_prefix(&prefix).ok());
        let folders: BTreeSet<Folder> = changed.filter_map(folder_of).collect();
        for folder in &folders {
            paths.extend(documents(context, &store, folder)?);
        }
    }
    // On a branch of its own a registry would be what its pull request conflicts in.
    let main = match repo.branch()? {
        Head::Branch(name) => repo.default_branch("origin").is_none_or(|main| main == name),
        _ => false,
    };
    if main && registry::current(&store)?.is_some() {
        let (text, _) = registry::text(context, &store)?;
        if registry::write(&store, &text)? {
            paths.push(Path::new(INCIDENTS).join(REGISTRY));
        }
    }
    if !paths.is_empty() {
        let paths: Vec<PathBuf> = paths.into_iter().map(|path| prefix.join(path)).collect();
        repo.commit(&paths, "render what follows from a sync", context.now)?;
    }
    Ok(())
}

/// The incident's folder that a path lies in.
fn folder_of(path: &Path) -> Option<Folder> {
    let folder: PathBuf = path.components().take(3).collect();
    let id = folder.file_name()?.to_str()?.parse().ok()?;
    Some(Folder { id, path: folder })
}

/// Renders the reports of an incident that are there and not as they should be; gives those that it wrote.
fn documents(context: &Context, store: &Store, folder: &Folder) -> Result<Vec<PathBuf>> {
    let Some((incident, found)) = super::reading::read(context, store, folder)? else {
        return Ok(Vec::new());
    };
    let mut written = Vec::new();
    for document in &found.process.documents {
        let Some(path) = document.file.as_ref().map(|file| folder.path.join(file)) else { continue };
        let due = document.managed || incident.status >= Status::Resolved;
        if !due || !store.root.join(&path).exists() {
            continue;
        }
        let Ok(fresh) = render::document(store, &found, &incident, document) else { continue };
        let text = atomic::read_text(&store.root, &path, LARGEST)?;
        let fresh =
            if document.managed { managed::refresh(&text, &fresh).unwrap_or(text.clone()) } else { fresh };
        if fresh != text {
            atomic::write(&atomic::inside(&store.root, &path)?, fresh.as_bytes())?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The largest document that is read, in bytes.
const LARGEST: u64 = 8 * yaml::MAX_BYTES as u64;

fn told(report: &SyncReport) -> String {
    let SyncReport { remote, branch, received, sent, .. } = report;
    match (received, sent) {
        (0, 0) => format!("{branch} and {remote} hold the same"),
        (0, sent) => format!("sent {} to {remote}", count(*sent)),
        (received, 0) => format!("received {} from {remote}", count(*received)),
        (received, sent) => {
            format!("received {} from {remote} and sent {}", count(*received), count(*sent))
        }
    }
}

fn count(n: usize) -> String {
    format!("{n} commit{}", if n == 1 { "" } else { "s" })
}

fn commits(n: usize) -> String {
    format!("{} wait{}", count(n), if n == 1 { "s" } else { "" })
}

fn as_json(report: &SyncReport) -> serde_json::Value {
    let (outcome, said) = match &report.outcome {
        SyncOutcome::Done => ("done", None),
        SyncOutcome::NoRemote => ("no_remote", None),
        SyncOutcome::NoCommit => ("no_commit", None),
        SyncOutcome::Unreachable(said) => ("unreachable", Some(said)),
        SyncOutcome::Rejected(said) => ("rejected", Some(said)),
    };
    json!({
        "schema_version": crate::render::json::SCHEMA_VERSION,
        "outcome": outcome,
        "said": said,
        "remote": report.remote,
        "branch": report.branch,
        "received": report.received,
        "sent": report.sent,
        "waiting": report.waiting,
    })
}
