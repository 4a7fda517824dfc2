//! Preserved files: copied whole or not at all, with their digest; and what became of them.

mod copy;
mod manifest;
mod name;
mod source;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digest;
use crate::error::disk;
use crate::model::Incident;
use crate::model::entry::Kind;
use crate::model::evidence::{Fate, Piece};

pub use copy::{Batch, Kept, Laid};
pub use manifest::{base, listed};
pub use name::{free, safe};
pub use source::{Found, Inside, look};

/// The folder of preserved files in an incident's folder.
pub const EVIDENCE: &str = "evidence";

/// How many files one command takes from a folder.
pub const MOST_FILES: usize = 20_000;

/// How many times the largest file all files of one command may be together.
const MOST_TOGETHER: u64 = 20;

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
    let unread = |e: std::io::Error| disk(format!("cannot read {}", path.display()), &e);
    let file = std::fs::OpenOptions::new().read(true).open(path).map_err(unread)?;
    Ok(digest::of(file).map_err(unread)?)
}

/// Every file that the incident's timeline preserves, and what became of it: those that entries name, and those that
/// their manifests list.
#[must_use]
pub fn pieces(root: &Path, folder: &Path, incident: &Incident) -> Vec<Piece> {
    let home = root.join(folder);
    let mut pieces = Vec::new();
    for entry in incident.entries() {
        let Kind::Evidence { path: Some(path), sha256, size, files, .. } = &entry.kind else { continue };
        let piece = Piece {
            entry: entry.name.clone(),
            path: path.clone(),
            listed: false,
            sha256: sha256.clone(),
            size: *size,
            fate: fate(&home, path),
        };
        let is_manifest = files.is_some() && matches!(piece.fate, Fate::Here(..));
        pieces.push(piece);
        if is_manifest {
            pieces.extend(listed(&home, path, &entry.name));
        }
    }
    // Reading every byte of every file is what takes the time.
    pieces
        .par_iter_mut()
        .filter(|piece| piece.listed)
        .for_each(|piece| piece.fate = fate(&home, &piece.path));
    pieces
}

fn fate(home: &Path, path: &str) -> Fate {
    match digest::of_file(home, Path::new(path)) {
        Ok(Some((sha256, size))) => Fate::Here(sha256, size),
        Ok(None) => Fate::Gone,
        Err(_) => Fate::Outside,
    }
}

/// The files under `evidence/` that no entry names and no manifest lists, relative to the incident's folder.
#[must_use]
pub fn unregistered(root: &Path, folder: &Path, pieces: &[Piece]) -> Vec<PathBuf> {
    let named: BTreeSet<&Path> = pieces.iter().map(|piece| Path::new(&piece.path)).collect();
    let mut files = Vec::new();
    // Where there is no such folder, or it cannot be read, the pieces that are missing say so.
    let _ = source::walk(&root.join(folder).join(EVIDENCE), &mut |path| {
        if let Ok(relative) = path.strip_prefix(root.join(folder)) {
            files.push(relative.to_owned());
        }
        files.len() <= 10 * MOST_FILES
    });
    // What a lost manifest listed is not known any more, and no news.
    let lost: Vec<&str> =
        pieces.iter().filter(|p| p.fate == Fate::Gone).filter_map(|p| base(&p.path)).collect();
    files.retain(|f| !named.contains(f.as_path()) && !lost.iter().any(|l| f.starts_with(l)));
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
