//! The end of a command: what it changed is written, then committed as one.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Change;
use crate::documents;
use crate::error::Failure;
use crate::git::{CommitOptions, Writing};
use crate::model::Status;
use crate::model::entry::Kind;
use crate::process::documents::Document;
use crate::store::evidence::{self, EVIDENCE};
use crate::store::incidents::entry_text;
use crate::store::leftovers::remove_leftover;
use crate::store::settings::{CommitMode, Hooks};
use crate::store::{RECORD, TIMELINE, atomic};

const UNWRITTEN: &str = "nothing was written: run the command again then";
/// Who types it again has it twice.
const WRITTEN: &str =
    "what you wrote is kept, and the next command or `inc doctor --fix` commits it: do not write it again";

fn with_hint(error: anyhow::Error, hint: &str) -> anyhow::Error {
    error.downcast::<Failure>().map_or_else(|error| error, |failure| failure.hint(hint).into())
}

impl Change<'_> {
    /// Writes what was added and commits exactly that, with the documents that follow from it.
    ///
    /// # Errors
    /// The disk or git fails; what is on disk then is whole, and the next command commits it.
    pub fn save(&mut self, message: &str) -> Result<()> {
        let paths = self.write()?;
        self.commit(paths, message)
    }

    /// Writes what was added, once, and gives the paths to commit, relative to the store's root.
    ///
    /// # Errors
    /// The disk fails; what is on it then is whole.
    pub fn write(&mut self) -> Result<Vec<PathBuf>> {
        self.writing = self.repo.writing();
        let rendered = self.documents();
        let mut paths = Vec::new();
        let home = atomic::inside(&self.store.root, &self.folder.path)?;
        let inside = if home.exists() {
            self.write_into(&home)
        } else {
            atomic::make_folder_with(&home, |hidden| self.write_into(hidden))
        };
        let inside = inside.map_err(|error| with_hint(error, UNWRITTEN))?;
        paths.extend(inside.into_iter().map(|path| self.folder.path.join(path)));
        paths.append(&mut self.beside);
        for (path, text) in self.attached.drain(..).chain(rendered) {
            let written = atomic::inside(&self.store.root, &path)
                .and_then(|place| atomic::write(&place, text.as_bytes()));
            written.map_err(|error| with_hint(error, WRITTEN))?;
            paths.push(path);
        }
        (self.record_changed, self.added) = (false, Vec::new());
        Ok(paths)
    }

    /// Writes the entries and the record into the incident's folder, all or none; gives their paths in it.
    fn write_into(&self, home: &Path) -> Result<Vec<PathBuf>> {
        atomic::make_folder(&atomic::inside(home, Path::new(TIMELINE))?)?;
        let mut paths = Vec::new();
        let written = self.added.iter().try_for_each(|entry| {
            let path = Path::new(TIMELINE).join(format!("{}.md", entry.name));
            atomic::write_new(&atomic::inside(home, &path)?, entry_text(entry)?.as_bytes())?;
            paths.push(path);
            anyhow::Ok(())
        });
        let written = written.and_then(|()| {
            if self.record_changed {
                atomic::write(&atomic::inside(home, Path::new(RECORD))?, self.record.as_bytes())?;
            }
            Ok(())
        });
        if let Err(error) = written {
            // What cannot be taken back is whole, and the next command commits it.
            for path in &paths {
                let _ = remove_leftover(home, path);
            }
            return Err(error);
        }
        paths.extend(self.record_changed.then(|| PathBuf::from(RECORD)));
        Ok(paths)
    }

    /// The documents that follow from the incident as it is now, with those that people write where they are
    /// there: none while it is open, so that branches which only add entries never meet in them. A wrong template
    /// holds up nobody.
    fn documents(&self) -> Vec<(PathBuf, String)> {
        if self.incident.status < Status::Resolved {
            return Vec::new();
        }
        let mut rendered = Vec::new();
        for document in &self.process().documents {
            let Some(file) = &document.file else { continue };
            let path = self.folder.path.join(file);
            let is_there = || self.store.root.join(&path).exists();
            if self.attached.iter().any(|(p, _)| *p == path) || (document.managed && !is_there()) {
                continue;
            }
            if !document.managed && !documents::applies(document, self.process(), &self.incident) {
                continue;
            }
            match self.document_text(document) {
                Ok(text) => rendered.push((path, text)),
                Err(error) => self.context.ui.warn(&format!("{file} is not rendered: {error}")),
            }
        }
        rendered
    }

    /// A document as its file should be: rendered whole, or with its blocks refreshed.
    ///
    /// # Errors
    /// A field that it needs is missing, its template is wrong, or the file's markers are.
    pub fn document_text(&self, wanted: &Document) -> Result<String> {
        documents::beside(&self.store, &self.found, &self.incident, (&self.folder.path, wanted))
    }

    /// Commits paths under the store's root, and what an interrupted command left of this incident.
    ///
    /// # Errors
    /// Git or the disk fails, or a hook refuses; what was written stays for the next command to commit.
    pub fn commit(&self, paths: Vec<PathBuf>, message: &str) -> Result<()> {
        let mode = if self.context.globals.no_commit { CommitMode::Off } else { self.store.settings.commit };
        if paths.is_empty() || mode == CommitMode::Off {
            return Ok(());
        }
        self.commit_as(mode, paths, message).map_err(|error| with_hint(error, WRITTEN))
    }

    fn commit_as(&self, mode: CommitMode, paths: Vec<PathBuf>, message: &str) -> Result<()> {
        let prefix = self.prefix();
        let mut paths: Vec<PathBuf> = paths.into_iter().map(|p| prefix.join(p)).collect();
        let left = self.left(&paths)?;
        // Of another command that has yet to come to its commit there is nothing to tell.
        let told = !left.is_empty() && self.writing.as_ref().is_none_or(Writing::is_alone);
        paths.extend(left.iter().cloned());
        if mode == CommitMode::Stage {
            return self.repo.stage(&paths);
        }
        let options = CommitOptions { run_hooks: self.store.settings.hooks == Hooks::Run };
        let committed = self.repo.commit_with(&paths, message, self.context.now, options)?;
        let limit = self.store.settings.auto_sync.and_then(|limit| limit.length.to_std().ok());
        self.context.sync_after.set(limit);
        for path in left.iter().filter(|_| told) {
            self.context.ui.say(&format!("also commits {}, which was not committed yet", path.display()));
        }
        for warning in committed.into_iter().flat_map(|c| c.warnings) {
            self.context.ui.warn(&warning);
        }
        Ok(())
    }

    fn prefix(&self) -> &Path {
        self.store.root.strip_prefix(self.repo.workdir()).unwrap_or(Path::new(""))
    }

    /// The whole files of this incident that no commit holds, beside `paths`.
    fn left(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let home = self.prefix().join(&self.folder.path);
        let (timeline, evidence) = (home.join(TIMELINE), home.join(EVIDENCE));
        // What another process is still writing has another name.
        let is_entry = |p: &Path| p.extension().is_some_and(|e| e == "md");
        let names =
            |p: &Path| is_entry(p) || p.strip_prefix(&evidence).is_ok_and(|below| self.preserves(below));
        let mut left = self.repo.uncommitted(&[&timeline, &evidence])?;
        left.retain(|path| names(path));
        // Without its record nobody else could read an incident. One that was changed may be somebody's half-made edit.
        left.insert(0, home.join(RECORD));
        left.retain(|path| !paths.contains(path) && self.repo.read_at("HEAD", path).ok().flatten().is_none());
        Ok(left)
    }

    /// Whether an entry names a file below `evidence/`, or the manifest of a folder that it lies in.
    fn preserves(&self, below: &Path) -> bool {
        let path = Path::new(EVIDENCE).join(below);
        self.entries.iter().any(|entry| match &entry.kind {
            Kind::Evidence { path: Some(named), files, .. } => {
                let folder = evidence::base(named).filter(|_| files.is_some());
                path == Path::new(named) || folder.is_some_and(|folder| path.starts_with(folder))
            }
            _ => false,
        })
    }
}
