//! Reads from git what a range of commits did to the past, and asks the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::{ChangeKind, Repo};
use crate::model::Incident;
use crate::rules::{self, Finding, History, Past, Version};
use crate::store::incidents::{Source, entry};
use crate::store::{Folder, INCIDENTS, PROCESSES, RECORD, REGISTRY, Store, TIMELINE, yaml};

/// What the commits from `base` to HEAD did: the files of each incident by its folder, and those of processes.
#[derive(Debug, Default)]
pub struct Range {
    incidents: BTreeMap<PathBuf, Vec<Past>>,
    processes: Vec<Past>,
    registry: bool,
}

impl Range {
    /// Reads the range.
    ///
    /// # Errors
    /// `base` is no revision, or has no commit in common with HEAD here: in a shallow clone, said with what to fetch.
    pub fn read(repo: &Repo, store: &Store, base: &str) -> Result<Self> {
        let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new(""));
        let mut range = Self::default();
        for change in repo.changes_since(base, prefix)? {
            let old = repo.old(&change)?;
            let gone = match &change.kind {
                ChangeKind::Renamed { from } => Some(from),
                ChangeKind::Deleted => Some(&change.path),
                _ => None,
            };
            if let Some(path) = gone {
                range.take(prefix, path, old.as_deref(), None);
            }
            if change.kind == ChangeKind::Deleted {
                continue;
            }
            let now = repo.read_at("HEAD", &change.path)?;
            let old = old.filter(|_| change.kind == ChangeKind::Modified);
            range.take(prefix, &change.path, old.as_deref(), now.as_deref());
        }
        Ok(range)
    }

    fn take(&mut self, prefix: &Path, path: &Path, before: Option<&[u8]>, after: Option<&[u8]>) {
        if let Ok(path) = path.strip_prefix(prefix) {
            self.add(path, before, after);
        }
    }

    /// Adds a file, relative to the root, as it was and as it is.
    pub fn add(&mut self, path: &Path, before: Option<&[u8]>, after: Option<&[u8]>) {
        let version = |bytes: &[u8]| version(path, bytes);
        let past = Past { path: path.to_owned(), before: before.map(version), after: after.map(version) };
        let parts: Vec<_> = path.iter().collect();
        match parts.as_slice() {
            [top, year, id, _, ..] if *top == INCIDENTS => {
                let folder = Path::new(INCIDENTS).join(year).join(id);
                self.incidents.entry(folder).or_default().push(past);
            }
            [top, ..] if *top == PROCESSES => self.processes.push(past),
            [top, file] if *top == INCIDENTS && *file == REGISTRY => self.registry = true,
            _ => {}
        }
    }

    /// Whether the range touched a file of this incident.
    #[must_use]
    pub fn touches(&self, folder: &Folder) -> bool {
        self.incidents.contains_key(&folder.path)
    }

    /// Whether the range touched the registry.
    #[must_use]
    pub fn touches_registry(&self) -> bool {
        self.registry
    }

    /// The folders of the incidents that the range touched, those that it took out included.
    pub fn touched(&self) -> impl Iterator<Item = &Path> {
        self.incidents.keys().map(PathBuf::as_path)
    }

    /// How many incidents the range took out.
    #[must_use]
    pub fn removed(&self) -> usize {
        let gone = |(folder, changes): &(&PathBuf, &Vec<Past>)| {
            let record = folder.join(RECORD);
            changes.iter().any(|c| c.path == record && c.after.is_none())
        };
        self.incidents.iter().filter(gone).count()
    }

    /// What is wrong with what the range did.
    ///
    /// # Errors
    /// The disk fails.
    pub fn findings(&self, store: &Store, folders: &[Folder]) -> Result<Vec<Finding>> {
        let team = super::team(&store.settings);
        // Which processes are pinned matters only where one was touched: else only the touched incidents are read.
        let all = !self.processes.is_empty();
        let mut known: BTreeMap<&Path, Incident> = BTreeMap::new();
        for folder in folders.iter().filter(|folder| all || self.touches(folder)) {
            known.extend(store.load(folder)?.incident.map(|i| (folder.path.as_path(), i)));
        }
        let pinned: BTreeSet<String> = known.values().map(|i| i.record.process.clone()).collect();
        let nothing = Path::new("");
        let blank = History {
            id: None,
            folder: nothing,
            changes: &self.processes,
            incident: None,
            process: None,
            pinned: &pinned,
        };
        let mut findings = rules::check_history(&blank, &team);
        for (folder, changes) in &self.incidents {
            let id = folder.file_name().and_then(|n| n.to_str());
            let incident = known.get(folder.as_path());
            let found = incident.and_then(|i| store.processes.get(&i.record.process).ok());
            let process = found.as_ref().map(|f| &f.process);
            let history = History { id, folder, changes, incident, process, pinned: &pinned };
            let restricted = incident.is_some_and(|i| i.record.restricted);
            findings.extend(
                rules::check_history(&history, &team).into_iter().map(|f| Finding { restricted, ..f }),
            );
        }
        Ok(findings)
    }
}

/// A file as its bytes say it.
fn version(path: &Path, bytes: &[u8]) -> Version {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let folder = path.parent().and_then(Path::file_name).and_then(|n| n.to_str());
    let is_entry = folder == Some(TIMELINE) && path.extension().is_some_and(|e| e == "md");
    let source = Source { path: path.to_owned(), text };
    let entry = is_entry.then(|| entry(&source).ok()).flatten();
    let is_record = path.file_name().is_some_and(|n| n == RECORD);
    let record = is_record.then(|| yaml::read(&source.text).ok()).flatten();
    Version { text: source.text, entry, record }
}
