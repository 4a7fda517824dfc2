//! `.gitattributes` beside the incidents, which gives their files to the merge driver and leaves evidence as it is.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Store, atomic, yaml};

/// The file that tells git which files the merge driver is for.
pub const ATTRIBUTES: &str = ".gitattributes";
/// The lines of it: all that may be merged better than by lines, and what must stay the same bytes in every clone.
const LINES: [&str; 3] =
    ["/incidents/**/*.yaml merge=inc", "/incidents/**/*.md merge=inc", "/incidents/**/evidence/** -text"];

/// Whether `.gitattributes` beside the incidents gives their files to the merge driver.
///
/// # Errors
/// The file cannot be read.
pub fn wants_driver(store: &Store) -> Result<bool> {
    let text = attributes(store)?;
    Ok(LINES.iter().all(|wanted| text.lines().any(|line| line.trim() == *wanted)))
}

/// Writes the lines that are missing in `.gitattributes`; gives its path, relative to the store.
///
/// # Errors
/// The disk fails.
pub fn install(store: &Store) -> Result<PathBuf> {
    let path = PathBuf::from(ATTRIBUTES);
    let text = with_lines(attributes(store)?);
    atomic::write(&atomic::inside(&store.root, &path)?, text.as_bytes())?;
    Ok(path)
}

/// A text of `.gitattributes` with the lines that it lacks.
#[must_use]
pub fn with_lines(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for wanted in LINES {
        if !text.lines().any(|line| line.trim() == wanted) {
            text.push_str(wanted);
            text.push('\n');
        }
    }
    text
}

fn attributes(store: &Store) -> Result<String> {
    if !store.root.join(ATTRIBUTES).exists() {
        return Ok(String::new());
    }
    atomic::read_text(&store.root, Path::new(ATTRIBUTES), yaml::MAX_BYTES as u64)
}
