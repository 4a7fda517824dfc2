//! What a range of commits did to files that were there before it, as rules look at it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::record::Record;
use crate::model::{Entry, Incident};
use crate::process::Process;

/// A file at one end of the range.
#[derive(Debug, Clone, Default)]
pub struct Version {
    /// Its text; what is no text has marks in place of it.
    pub text: String,
    /// What it says, when it is a readable entry.
    pub entry: Option<Entry>,
    /// What it says, when it is a readable record.
    pub record: Option<Record>,
}

/// A file that the range touched: as it was, and as it is.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its path, relative to the root.
    pub path: PathBuf,
    /// What it was; none when it is new.
    pub before: Option<Version>,
    /// What it is; none when it is gone.
    pub after: Option<Version>,
}

/// What the range did to one incident, or to the files of the repository that belong to none.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The incident's id; none for the repository.
    pub id: Option<&'a str>,
    /// The incident's folder, relative to the root; empty for the repository.
    pub folder: &'a Path,
    /// The files of it that the range touched.
    pub changes: &'a [Past],
    /// The incident as it is now, when it can be read.
    pub incident: Option<&'a Incident>,
    /// Its process, when there is one.
    pub process: Option<&'a Process>,
    /// The processes that incidents pin, as `name@version`.
    pub pinned: &'a BTreeSet<String>,
}

impl History<'_> {
    /// Whether the incident as a whole was taken out.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        let record = self.folder.join("incident.yaml");
        self.id.is_some() && self.changes.iter().any(|c| c.path == record && c.after.is_none())
    }

    /// Files in a folder of the incident, such as `timeline`, that were there before.
    pub(super) fn before_in(&self, name: &str) -> impl Iterator<Item = &Past> {
        let folder = self.folder.join(name);
        let there = move |c: &&Past| c.before.is_some() && c.path.starts_with(&folder);
        self.changes.iter().filter(there)
    }
}

impl Past {
    /// The first line, from 1, that the range changed; none when only line ends did.
    pub(super) fn changed_line(&self) -> Option<usize> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        super::incident_document::first_difference(&after.text, &before.text)
    }
}
