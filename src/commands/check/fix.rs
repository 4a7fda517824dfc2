//! `inc check --fix`: mends what has one right answer.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::context::Context;
use crate::error::plain;
use crate::git::{CommitOptions, Repo};
use crate::store::settings::{CommitMode, Hooks};
use crate::store::{Folder, RECORD, SETTINGS, Store, atomic, order};

/// A file that is not what it should be.
struct Mend {
    path: PathBuf,
    before: Option<String>,
    after: String,
}

/// Mends documents that are stale, the registry, the order of a record's keys, and last lines without an end; says what changed, as a diff.
///
/// # Errors
/// The disk or git fails.
pub(super) fn run(
    context: &Context,
    repo: &Repo,
    store: &Store,
    folders: &[Folder],
    chosen: &[Folder],
) -> Result<()> {
    let mut mends: Vec<Mend> = Vec::new();
    mends.extend(last_line(store, Path::new(SETTINGS)));
    for folder in chosen {
        mends.extend(record(store, &folder.path.join(RECORD)));
        mends.extend(documents(store, folder)?);
    }
    if let Some(registry) = super::registry_document(store, folders) {
        mends.extend(registry.expected.map(|after| Mend {
            path: registry.path,
            before: registry.text,
            after,
        }));
    }
    mends.retain(|m| m.before.as_ref() != Some(&m.after));
    let mut paths = Vec::new();
    for mend in &mends {
        atomic::write(&atomic::inside(&store.root, &mend.path)?, mend.after.as_bytes())?;
        context.ui.say(diff(mend).trim_end());
        paths.push(mend.path.clone());
    }
    let plural = if mends.len() == 1 { "" } else { "s" };
    context.ui.say(&match mends.len() {
        0 => "nothing to mend".to_owned(),
        n => format!("mended {n} file{plural}"),
    });
    commit(context, repo, store, paths)
}

/// The documents of an incident that is over, as `incident-document` asks for them.
fn documents(store: &Store, folder: &Folder) -> Result<Vec<Mend>> {
    let Some(incident) = store.load(folder)?.incident else { return Ok(Vec::new()) };
    let Ok(found) = store.processes.get(&incident.record.process) else { return Ok(Vec::new()) };
    if !incident.status.is_resolved() {
        return Ok(Vec::new());
    }
    let documents = super::documents(store, folder, &incident, &found).into_iter();
    // A document that people write is theirs to begin.
    let documents = documents.filter(|d| d.text.is_some() || !d.managed);
    Ok(documents.filter_map(|d| Some(Mend { path: d.path, before: d.text, after: d.expected? })).collect())
}

/// A record whose keys are out of order, or whose last line lacks its end.
fn record(store: &Store, path: &Path) -> Option<Mend> {
    let text = atomic::read_text(&store.root, path, super::LARGEST).ok()?;
    let ordered = order::ordered(&text);
    let after = ordered.or_else(|| last_line(store, path).map(|mend| mend.after))?;
    Some(Mend { path: path.to_owned(), before: Some(text), after })
}

/// A file whose last line lacks its end.
fn last_line(store: &Store, path: &Path) -> Option<Mend> {
    let text = atomic::read_text(&store.root, path, super::LARGEST).ok()?;
    if text.is_empty() || text.ends_with('\n') {
        return None;
    }
    let after = format!("{text}\n");
    Some(Mend { path: path.to_owned(), before: Some(text), after })
}

fn diff(mend: &Mend) -> String {
    let before = mend.before.as_deref().unwrap_or_default();
    let name = mend.path.display().to_string();
    let diff = similar::TextDiff::from_lines(before, &mend.after);
    let text = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
    text.lines().flat_map(|l| [plain(l), "\n".to_owned()]).collect()
}

fn commit(context: &Context, repo: &Repo, store: &Store, paths: Vec<PathBuf>) -> Result<()> {
    if paths.is_empty() || context.globals.no_commit || store.settings.commit == CommitMode::Off {
        return Ok(());
    }
    let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new(""));
    let paths: Vec<PathBuf> = paths.into_iter().map(|p| prefix.join(p)).collect();
    if store.settings.commit == CommitMode::Stage {
        return repo.stage(&paths);
    }
    repo.identity()?;
    let options = CommitOptions { run_hooks: store.settings.hooks == Hooks::Run };
    let committed = repo.commit_with(&paths, "mend what check found", context.now, options)?;
    for warning in committed.into_iter().flat_map(|c| c.warnings) {
        context.ui.warn(&warning);
    }
    Ok(())
}
