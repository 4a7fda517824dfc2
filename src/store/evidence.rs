//! Preserved files: copied whole or not at all, with their digest; and what became of them.

mod copy;
mod name;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{atomic, digest};
use crate::error::storage;
use crate::model::Incident;
use crate::model::entry::Kind;

pub use copy::{Batch, Kept};
pub use name::{free, safe};
pub use source::{Found, look};

/// The folder of preserved files in an incident's folder.
pub const EVIDENCE: &str = "evidence";

/// How many files one command takes from a folder.
pub const MOST_FILES: usize = 500;

/// What is kept of evidence, in `inc.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The largest file that is copied into the repository: `10MB`.
    pub max_size: Size,
}

/// A number of bytes, written with its unit: `10MB`, `512KB`, `1GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Size(pub u64);

impl Default for Size {
    fn default() -> Self {
        Self(10_000_000)
    }
}

/// Units, the longest first, so that none hides another.
const UNITS: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let trimmed = text.trim();
        let unit = UNITS.iter().find_map(|(unit, bytes)| Some((trimmed.strip_suffix(unit)?, *bytes)));
        let number = unit.and_then(|(number, bytes)| number.trim().parse::<u64>().ok()?.checked_mul(bytes));
        number.map(Self).ok_or_else(|| format!("`{trimmed}` is no size: write `10MB`, `512KB` or `1GiB`"))
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        size.to_string()
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exact = |unit: &&(&str, u64)| self.0 > 0 && self.0.is_multiple_of(unit.1);
        let (unit, bytes) = UNITS.iter().filter(exact).max_by_key(|(_, bytes)| *bytes).unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.0 / bytes)
    }
}

/// A number of bytes for people: `512 B`, `1.4 MB`.
#[must_use]
pub fn shown(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

/// The digest and size of a regular file.
///
/// # Errors
/// It cannot be read.
pub fn digest_of(path: &Path) -> Result<(String, u64)> {
    let unread = |e: std::io::Error| storage(format!("cannot read {}: {e}", path.display()));
    let file = std::fs::OpenOptions::new().read(true).open(path).map_err(unread)?;
    Ok(digest::of(file).map_err(unread)?)
}

/// What became of a preserved file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is there, with this digest and size.
    Here(String, u64),
    /// It is not there, or no regular file any more, or cannot be read.
    Gone,
    /// Its path leads out of the incident's folder.
    Outside,
}

/// What became of every file that the incident's timeline names, by its path there.
#[must_use]
pub fn fates(root: &Path, folder: &Path, incident: &Incident) -> BTreeMap<String, Fate> {
    let paths = incident.entries().filter_map(|e| match &e.kind {
        Kind::Evidence { path: Some(path), .. } => Some(path.clone()),
        _ => None,
    });
    paths.map(|path| (path.clone(), fate(root, folder, &path))).collect()
}

fn fate(root: &Path, folder: &Path, path: &str) -> Fate {
    let Ok(real) = atomic::inside(&root.join(folder), Path::new(path)) else { return Fate::Outside };
    // A pipe or a device in its place would never end.
    if !real.symlink_metadata().is_ok_and(|m| m.is_file()) {
        return Fate::Gone;
    }
    match digest_of(&real) {
        Ok((sha256, size)) => Fate::Here(sha256, size),
        Err(_) => Fate::Gone,
    }
}

/// The files under `evidence/` that no entry names, relative to the incident's folder.
#[must_use]
pub fn unregistered(root: &Path, folder: &Path, incident: &Incident) -> Vec<PathBuf> {
    let named: Vec<PathBuf> = incident
        .entries()
        .filter_map(|e| match &e.kind {
            Kind::Evidence { path: Some(path), .. } => Some(PathBuf::from(path)),
            _ => None,
        })
        .collect();
    let mut files = Vec::new();
    source::walk(&root.join(folder).join(EVIDENCE), &mut |path| {
        if let Ok(relative) = path.strip_prefix(root.join(folder)) {
            files.push(relative.to_owned());
        }
        files.len() <= 10 * MOST_FILES
    });
    files.retain(|f| !named.contains(f));
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written_with_their_units() {
        for (text, bytes) in [("10MB", 10_000_000), ("512 KB", 512_000), ("1GiB", 1 << 30), ("7B", 7)] {
            assert_eq!(Size::try_from(text.to_owned()), Ok(Size(bytes)), "{text}");
        }
        assert_eq!(Size(10_000_000).to_string(), "10MB");
        assert_eq!(Size(1 << 30).to_string(), "1GiB");
        assert_eq!(Size(1_500).to_string(), "1500B");
        for wrong in ["", "10", "MB", "-1MB", "99999999999999999999GB"] {
            assert!(Size::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bytes_are_shown_short() {
        assert_eq!(["512 B", "1.5 kB", "10.0 MB"], [512, 1_500, 10_000_000].map(shown).as_slice());
    }
}
