//! The manifest of a preserved folder: the digest and the path of each of its files, as `sha256sum` writes and checks
//! them.

use std::path::Path;

use super::EVIDENCE;
use crate::model::evidence::{Fate, Piece};
use crate::store::atomic;

/// How a manifest's name ends.
const ENDING: &str = ".sha256";

/// The largest manifest, in bytes.
const LARGEST: u64 = 16 << 20;

/// The name of a folder's manifest, which lies beside it.
pub(super) fn name(folder: &str) -> String {
    format!("{folder}{ENDING}")
}

/// The folder that a manifest is of.
#[must_use]
pub fn base(manifest: &str) -> Option<&str> {
    manifest.strip_suffix(ENDING)
}

/// One line a file; the paths are relative to `evidence/`, where `sha256sum --check` is run.
pub(super) fn text<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let line = |(path, sha256): (&str, &str)| {
        let below = path.strip_prefix(EVIDENCE).unwrap_or(path).trim_start_matches('/');
        format!("{sha256}  {below}\n")
    };
    files.map(line).collect()
}

/// What a manifest lists, as it was preserved; nothing of it has been looked at yet.
#[must_use]
pub fn listed(home: &Path, path: &str, entry: &str) -> Vec<Piece> {
    let text = atomic::read_text(home, Path::new(path), LARGEST).unwrap_or_default();
    let piece = |line: &str| {
        let (sha256, below) = line.split_once("  ")?;
        Some(Piece {
            entry: entry.to_owned(),
            path: format!("{EVIDENCE}/{below}"),
            listed: true,
            sha256: Some(sha256.to_owned()),
            size: None,
            fate: Fate::Gone,
        })
    };
    text.lines().filter_map(piece).collect()
}
