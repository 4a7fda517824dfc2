//! `inc evidence`

mod add;
mod capture;
mod list;
mod verify;

use std::path::Path;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::Context;
use crate::error::{plain, refused};
use crate::git::Bytes;
use crate::model::entry::Kind;
use crate::model::{Entry, Incident};
use crate::render;
use crate::store::evidence::{Batch, Kept, Laid, base, listed, shown};
use crate::store::{Folder, Store};

pub(super) use capture::preserve;

/// Preserve what shows what happened: files, output, references
///
/// What is kept lies in the incident's folder under `evidence/`, with its SHA-256 in the timeline, so that nobody can
/// change or lose it unseen: `inc evidence verify` and `inc check` compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(add::Args),
    Capture(capture::Args),
    /// List what is kept, and what is only referred to
    List,
    /// Compare what is kept with its digests: finds what is missing, changed or not registered
    ///
    /// Exit status 1 when something is found.
    Verify,
}

/// What sort of evidence something is.
#[derive(Debug, clap::Args)]
struct Typed {
    /// What it is, in the process's words: `logs`, `snapshot`
    #[arg(long = "type", value_name = "TYPE")]
    word: Option<String>,
}

impl Typed {
    /// The id of the type, if one is given; refuses one that the process does not have.
    fn known(&self, change: &Change<'_>) -> Result<Option<String>> {
        let Some(word) = &self.word else { return Ok(None) };
        let known = change.process().evidence_types.iter().map(|t| (&t.id, &t.label));
        Ok(Some(super::types::known("evidence", "evidence_types", known, word)?))
    }

    /// Says of each piece what it is.
    fn mark(&self, change: &Change<'_>, kinds: &mut [Kind]) -> Result<()> {
        let word = self.known(change)?;
        for kind in kinds {
            if let Kind::Evidence { of_type, .. } = kind {
                of_type.clone_from(&word);
            }
        }
        Ok(())
    }
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Add(args) => add::run(context, args),
        Command::Capture(args) => capture::run(context, args),
        Command::List => list::run(context),
        Command::Verify => verify::run(context),
    }
}

/// A batch for the incident of a change.
fn batch(change: &Change<'_>) -> Result<Batch> {
    Batch::new(&change.store.root, &change.folder.path, change.store.settings.evidence.max_size)
}

/// Refuses files that git cannot store as its attributes ask, and warns of those that it may change.
fn comes_back(context: &Context, change: &Change<'_>, laid: &Laid) -> Result<()> {
    let prefix = change.store.root.strip_prefix(change.repo.workdir()).unwrap_or(Path::new(""));
    for kept in laid.kept() {
        match change.repo.bytes_of(&prefix.join(&change.folder.path).join(&kept.path))? {
            Bytes::Same => {}
            Bytes::LineEnds => {
                context.ui.warn(&format!("git may change the line ends of {}, and then it is not what was kept: `inc doctor --fix`", kept.path));
                return Ok(());
            }
            Bytes::NoFilter(name) => {
                let name = plain(&name);
                return Err(refused(format!(
                    "{} goes through git's filter `{name}`, which this clone does not have",
                    kept.path
                ))
                .hint("for git LFS: `git lfs install`, then again; nothing was kept")
                .hint("or record where it is: `inc evidence add --reference FILE`")
                .into());
            }
        }
    }
    Ok(())
}

/// The entry of a file that was kept.
fn kind(kept: &Kept, origin: &str) -> Kind {
    Kind::Evidence {
        path: Some(kept.path.clone()),
        url: None,
        sha256: Some(kept.sha256.clone()),
        size: Some(kept.size),
        files: kept.files,
        origin: Some(origin.to_owned()),
        of_type: None,
    }
}

/// Writes the entries, lets the files that they name stay, and commits both. Nothing stays of files whose entries
/// cannot be written.
fn write(context: &Context, change: &mut Change<'_>, laid: Laid, kinds: &[Kind], text: &str) -> Result<Done> {
    comes_back(context, change, &laid)?;
    for kind in kinds {
        change.add(kind.clone(), text);
        if let Kind::Evidence { path: Some(path), .. } = kind {
            change.beside(change.folder.path.join(path));
        }
    }
    for kept in laid.kept().iter().filter(|kept| kept.listed) {
        change.beside(change.folder.path.join(&kept.path));
    }
    let what = match kinds {
        [one] => render::timeline::subject(one),
        several => format!("{} pieces", several.len()),
    };
    let message = change.message(&format!("evidence: {what}"));
    let paths = change.write()?;
    laid.stay();
    change.commit(paths, &message)?;
    for kind in kinds {
        context.ui.out(&format!("{} kept {}", change.folder.id, described(kind)));
    }
    Ok(Done::Clean)
}

/// `evidence/app.log  1.4 MB  sha256 0123456789ab…`
fn described(kind: &Kind) -> String {
    let Kind::Evidence { sha256, .. } = kind else { return String::new() };
    let digest =
        sha256.as_ref().map(|d| format!("  sha256 {}…", plain(&d.chars().take(12).collect::<String>())));
    let size = size(kind);
    let size = if size.is_empty() { size } else { format!("  {size}") };
    format!("{}{size}{}", what(kind), digest.unwrap_or_default())
}

/// Where a piece of evidence is: a folder by its own name, not by that of its manifest.
fn what(kind: &Kind) -> String {
    let Kind::Evidence { path, url, files, .. } = kind else { return String::new() };
    let folder =
        path.as_deref().and_then(base).filter(|_| files.is_some()).map(|folder| format!("{folder}/"));
    folder.or_else(|| path.clone()).or_else(|| url.clone()).map(|w| plain(&w)).unwrap_or_default()
}

/// How much a piece of evidence is: `1.4 MB`, `10000 files`.
fn size(kind: &Kind) -> String {
    let Kind::Evidence { size, files, .. } = kind else { return String::new() };
    match files {
        Some(1) => "1 file".to_owned(),
        Some(files) => format!("{files} files"),
        None => size.map(shown).unwrap_or_default(),
    }
}

/// An incident and its pieces of evidence.
fn open(context: &Context) -> Result<(Store, Folder, Incident)> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let incident = context.load(&store, &folder)?;
    Ok((store, folder, incident))
}

fn entries(incident: &Incident) -> impl Iterator<Item = &Entry> {
    incident.entries().filter(|e| matches!(e.kind, Kind::Evidence { .. }))
}

/// Whether an entry names a file already, or its manifest lists it.
fn is_registered(store: &Store, folder: &Folder, incident: &Incident, name: &str) -> bool {
    let home = store.root.join(&folder.path);
    entries(incident).any(|e| match &e.kind {
        Kind::Evidence { path: Some(path), files, .. } => {
            path == name
                || (files.is_some() && listed(&home, path, "").iter().any(|piece| piece.path == name))
        }
        _ => false,
    })
}
