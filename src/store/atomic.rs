//! Files written whole or not at all, and paths that stay inside their root.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use tempfile::NamedTempFile;

use crate::error::{Failure, invalid, storage};

/// Writes a file whole or not at all: a temporary file in the same folder, synced, renamed; then the folder is
/// synced. An existing file is replaced and keeps its permissions.
///
/// Fails when the path is a symbolic link or the disk refuses; then nothing is left behind.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    refuse_link(path)?;
    let file = prepare(path, bytes)?;
    if let Ok(existing) = fs::metadata(path) {
        file.as_file().set_permissions(existing.permissions()).map_err(|e| unwritable(path, &e))?;
    }
    file.persist(path).map_err(|e| unwritable(path, &e.error))?;
    sync_folder(path)
}

/// Like [`write`], but fails when the file exists; of two writers of one path exactly one succeeds.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    refuse_link(path)?;
    prepare(path, bytes)?.persist_noclobber(path).map_err(|e| unwritable(path, &e.error))?;
    sync_folder(path)
}

fn refuse_link(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(storage(format!(
            "cannot write {}: it is a symbolic link, and links are not written through",
            path.display()
        ))
        .hint("replace the link by the file itself")
        .into()),
        Ok(found) if !found.is_file() => {
            Err(storage(format!("cannot write {}: it is {}", path.display(), kind(&found))).into())
        }
        _ => Ok(()),
    }
}

/// A synced temporary file beside `path`, with the permissions that a new file has by the user's umask.
fn prepare(path: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let written = builder.tempfile_in(folder(path)).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    });
    written.map_err(|error| unwritable(path, &error).into())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the rename itself durable. Windows has no such call, and writes its directory entries in order.
fn sync_folder(path: &Path) -> Result<()> {
    #[cfg(unix)]
    OpenOptions::new()
        .read(true)
        .open(folder(path))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unwritable(path, &error))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let failure = storage(format!("cannot write {}: {}", path.display(), reason(error)));
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            failure.hint("free some space, then run the command again; nothing was written")
        }
        ErrorKind::AlreadyExists => failure.hint("run the command again"),
        _ => failure,
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::AlreadyExists => "it exists already".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

fn kind(found: &fs::Metadata) -> &'static str {
    if found.is_dir() { "a folder" } else { "no regular file but a pipe, a socket or a device" }
}

/// How the names of temporary files begin and end.
const TEMPORARY: (&str, &str) = (".inc-", ".tmp");

/// Whether a path is that of a temporary file of [`write`].
#[must_use]
pub fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1)
}

/// The temporary files in a folder under `root` that nobody has touched for `age`: their writer was killed.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the store reads its folders")]
pub fn leftovers(root: &Path, folder: &Path, age: std::time::Duration) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().filter_map(Result::ok);
    let old = |entry: &fs::DirEntry| {
        let touched = entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|m| m.modified().ok());
        touched.and_then(|at| at.elapsed().ok()).is_some_and(|elapsed| elapsed > age)
    };
    let files = entries.filter(|entry| is_leftover(&entry.path()) && old(entry));
    let mut files: Vec<PathBuf> = files.map(|entry| folder.join(entry.file_name())).collect();
    files.sort();
    files
}

/// Removes a temporary file that a killed writer left. Fails when the disk refuses.
#[expect(clippy::disallowed_methods, reason = "the store removes what it made")]
pub fn remove_leftover(root: &Path, relative: &Path) -> Result<()> {
    let path = inside(root, relative)?;
    fs::remove_file(&path)
        .map_err(|error| storage(format!("cannot remove {}: {}", path.display(), reason(&error))).into())
}

/// The path of `relative` under `root`, which it cannot leave.
///
/// Fails when `relative` is absolute or holds `..`, and when an existing part of it, the last one included, is a
/// symbolic link that leads outside `root`. What does not exist yet is fine.
pub fn inside(root: &Path, relative: &Path) -> Result<PathBuf> {
    let outside = |why: &str| -> anyhow::Error {
        invalid(format!("the path {} {why}", relative.display()))
            .hint(format!("use a path inside {}", root.display()))
            .into()
    };
    if relative.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside("is absolute or holds `..`"));
    }
    let real_root = root
        .canonicalize()
        .map_err(|error| storage(format!("cannot read {}: {}", root.display(), reason(&error))))?;
    let path = root.join(relative);
    let mut part = root.to_path_buf();
    for component in relative.components() {
        part.push(component);
        match fs::symlink_metadata(&part) {
            Ok(found) if found.is_symlink() => match part.canonicalize() {
                Ok(target) if target.starts_with(&real_root) => {}
                Ok(_) => return Err(outside("leads out through a symbolic link")),
                Err(_) => return Err(outside("holds a symbolic link that leads nowhere")),
            },
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => break,
            Err(error) => {
                return Err(storage(format!("cannot read {}: {}", part.display(), reason(&error))).into());
            }
        }
    }
    Ok(path)
}

/// Reads a text file of at most `max_bytes` named `name` in `folder`, which [`inside`] has found to be inside.
///
/// Fails as [`read_text`] does. Of 120,000 small files most of the time would otherwise go to looking at the same
/// folders again.
#[expect(clippy::disallowed_methods, reason = "the store reads files")]
pub fn read_in(root: &Path, folder: &Path, name: &str, max_bytes: u64) -> Result<String> {
    let path = root.join(folder).join(name);
    let plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= max_bytes);
    let text = plain.then(|| fs::File::open(&path)).and_then(io::Result::ok).and_then(|file| {
        let mut text = String::new();
        let length = file.take(max_bytes.saturating_add(1)).read_to_string(&mut text).ok()?;
        (length as u64 <= max_bytes).then_some(text)
    });
    // Whatever is not plain is looked at closely, and said.
    text.map_or_else(|| read_text(root, &folder.join(name), max_bytes), Ok)
}

/// Reads a file that only makes things faster.
#[expect(clippy::disallowed_methods, reason = "the store reads files")]
pub(super) fn read_cache(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// Replaces such a file whole; nothing is lost when the machine stops before it is on disk.
#[expect(clippy::disallowed_methods, reason = "the store makes its folders")]
pub(super) fn write_cache(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Reads a text file of at most `max_bytes` under `root`.
///
/// Fails when the path leads out of `root`, when it is no regular file, too large, or not UTF-8.
pub fn read_text(root: &Path, relative: &Path, max_bytes: u64) -> Result<String> {
    let path = inside(root, relative)?;
    let shown = path.display();
    let unreadable =
        |error: io::Error| -> Failure { storage(format!("cannot read {shown}: {}", reason(&error))) };
    let found = fs::metadata(&path).map_err(unreadable)?;
    if !found.is_file() {
        return Err(invalid(format!("cannot read {shown}: it is {}", kind(&found))).into());
    }
    let file = OpenOptions::new().read(true).open(&path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than allowed shows that a file grew after its size was asked.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > max_bytes {
        let size = found.len().max(bytes.len() as u64);
        return Err(
            invalid(format!("{shown} is too large: {size} bytes, at most {max_bytes} are read")).into()
        );
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count() + 1;
        invalid(format!("{shown}: line {line}, byte {valid} is not UTF-8 text"))
            .hint("save the file as UTF-8")
            .into()
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests make the files that the code must cope with")]
mod tests;
