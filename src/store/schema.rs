//! The JSON Schemas of files, and those that lie in the repository, where editors find them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use schemars::{JsonSchema, schema_for};

use super::{Store, atomic, yaml};
use crate::model::Record;
use crate::process::Process;

/// A schema that files of the repository name in their first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Of `incident.yaml`, beside the years.
    Record,
    /// Of `process.yaml`, beside the processes.
    Process,
}

impl Kept {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Record, Self::Process];

    /// Its path, relative to the store's root.
    #[must_use]
    pub fn path(self) -> &'static Path {
        Path::new(match self {
            Self::Record => "incidents/incident.schema.json",
            Self::Process => "processes/process.schema.json",
        })
    }

    /// The first line of a file that it is for: a comment by which editors find it, two folders up.
    #[must_use]
    pub fn first_line(self) -> String {
        let name = self.path().file_name().unwrap_or_default().to_string_lossy();
        format!("# yaml-language-server: $schema=../../{name}\n")
    }

    /// Its text.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn text(self) -> Result<String> {
        match self {
            Self::Record => text_of::<Record>(),
            Self::Process => text_of::<Process>(),
        }
    }

    /// Whether something lies in its place in the repository.
    #[must_use]
    pub fn is_there(self, store: &Store) -> bool {
        let place = store.root.join(self.path());
        place.is_symlink() || place.exists()
    }

    /// Whether what lies in its place is the schema of this `inc`.
    ///
    /// # Errors
    /// The schema cannot be written as JSON.
    pub fn is_current(self, store: &Store) -> Result<bool> {
        let there = atomic::read_text(&store.root, self.path(), yaml::MAX_BYTES as u64);
        let text = self.text()?;
        // A checkout may have other line ends.
        Ok(there.is_ok_and(|there| there.lines().eq(text.lines())))
    }

    /// Writes it; gives its path, relative to the store's root.
    ///
    /// # Errors
    /// The disk fails.
    pub fn write(self, store: &Store) -> Result<PathBuf> {
        let place = atomic::inside(&store.root, self.path())?;
        atomic::make_folder(place.parent().unwrap_or(&store.root))?;
        atomic::write(&place, self.text()?.as_bytes())?;
        Ok(self.path().to_owned())
    }
}

/// The JSON Schema of a file that is read as `T`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn text_of<T: JsonSchema>() -> Result<String> {
    Ok(serde_json::to_string_pretty(&schema_for!(T))? + "\n")
}
