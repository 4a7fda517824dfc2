//! What is to be preserved: a file or a folder, looked at before anything is opened.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::MOST_FILES;
use crate::error::{Failure, disk, plain, usage};

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file, and where it is.
    File(PathBuf),
    /// A folder's files, at least one, in the order of their names.
    Folder(Vec<Inside>),
}

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder.
    pub below: PathBuf,
}

/// The file or the files that a path means.
///
/// # Errors
/// It is not there; it, or something in it, is a pipe, a socket or a device; a link leads out of `within` or the
/// folder itself; there are too many files, or none; a folder in it cannot be read.
pub fn look(path: &Path, within: &Path) -> Result<Found> {
    let meta = path.symlink_metadata().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => usage(format!("there is no file {}", name(path))),
        _ => disk(format!("cannot read {}", name(path)), &e),
    })?;
    match meta {
        meta if meta.is_symlink() => target(path, within).map(Found::File),
        meta if meta.is_file() => Ok(Found::File(path.to_owned())),
        meta if meta.is_dir() => folder(path).map(Found::Folder),
        _ => Err(special(path).into()),
    }
}

fn folder(path: &Path) -> Result<Vec<Inside>> {
    let mut all = Vec::new();
    walk(path, &mut |file| {
        all.push(file.to_owned());
        all.len() <= MOST_FILES
    })?;
    if all.len() > MOST_FILES {
        return Err(usage(format!("{} holds more than {MOST_FILES} files", name(path)))
            .hint(format!(
                "keep it as one: tar -czf evidence.tar.gz {0}, then `inc evidence add evidence.tar.gz`",
                name(path)
            ))
            .hint("or record where it is: `inc evidence add --reference`")
            .into());
    }
    if all.is_empty() {
        return Err(usage(format!("{} holds no file", name(path))).into());
    }
    all.sort();
    let mut found = Vec::new();
    for file in all {
        let below = file.strip_prefix(path).unwrap_or(&file).to_owned();
        let meta = file.symlink_metadata().map_err(|e| disk(format!("cannot read {}", name(&file)), &e))?;
        let real = if meta.is_symlink() { target(&file, path)? } else { file.clone() };
        if !meta.is_symlink() && !meta.is_file() {
            return Err(special(&file).into());
        }
        found.push(Inside { path: real, below });
    }
    Ok(found)
}

/// The regular file that a link leads to, inside `within`.
fn target(link: &Path, within: &Path) -> Result<PathBuf> {
    let refuse = |why: String, hint: Option<String>| -> anyhow::Error {
        let failure = usage(format!("{} is a symbolic link {why}", name(link)));
        hint.map_or(failure.clone(), |h| failure.hint(h)).into()
    };
    let real = link.canonicalize().map_err(|_| refuse("that leads nowhere".into(), None))?;
    let home = within.canonicalize().unwrap_or_else(|_| within.to_owned());
    if !real.starts_with(&home) {
        return Err(refuse(
            format!("that leads out of {}", name(within)),
            Some("links are not followed out; name the file itself if it is the one that you mean".into()),
        ));
    }
    let meta = real.metadata().map_err(|e| disk(format!("cannot read {}", name(&real)), &e))?;
    match meta {
        meta if meta.is_file() => Ok(real),
        meta if meta.is_dir() => Err(refuse("to a folder".into(), Some("name the folder itself".into()))),
        _ => Err(special(&real).into()),
    }
}

fn special(path: &Path) -> Failure {
    usage(format!("{} is no regular file but a pipe, a socket or a device", name(path)))
        .hint("keep what it says: `COMMAND | inc evidence add -`, or `inc evidence capture -- COMMAND`")
}

/// A path on one line, control characters visible.
pub(super) fn name(path: &Path) -> String {
    plain(&path.to_string_lossy())
}

/// Visits everything below a folder that is no folder itself, until `visit` has had enough; links to folders are
/// not gone into. Gives whether it had not.
///
/// # Errors
/// A folder cannot be read.
#[expect(clippy::disallowed_methods, reason = "the store reads folders")]
pub(super) fn walk(path: &Path, visit: &mut dyn FnMut(&Path) -> bool) -> Result<bool> {
    let unread = |e: std::io::Error| disk(format!("cannot read {}", name(path)), &e);
    for entry in std::fs::read_dir(path).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let below = entry.path();
        let more = match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&below, visit)?,
            _ => visit(&below),
        };
        if !more {
            return Ok(false);
        }
    }
    Ok(true)
}
