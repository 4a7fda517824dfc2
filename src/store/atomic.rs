//! Files written whole or not at all, and paths that stay inside their root.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use tempfile::NamedTempFile;

use crate::error::{Failure, disk, invalid, storage};
use crate::fault::step;

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
    let temporary = file.path().to_owned();
    step("rename", &[&temporary, path], || file.persist(path)).map_err(|e| unwritable(path, &e.error))?;
    sync_folder(folder(path))
}

/// Like [`write`], but fails when the file exists; of two writers of one path exactly one succeeds.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    refuse_link(path)?;
    let file = prepare(path, bytes)?;
    let temporary = file.path().to_owned();
    step("rename", &[&temporary, path], || file.persist_noclobber(path))
        .map_err(|e| unwritable(path, &e.error))?;
    sync_folder(folder(path))
}

/// Makes a folder and those above it that are missing, and syncs the names of those that it makes.
///
/// Fails when the disk refuses, or a part of the path is a file.
#[expect(clippy::disallowed_methods, reason = "the store makes its folders")]
pub fn make_folder(path: &Path) -> Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|part| !part.exists()).collect();
    for part in missing.into_iter().rev() {
        // Another process may be faster.
        step("mkdir", &[part], || fs::create_dir_all(part))
            .map_err(|error| disk(format!("cannot make the folder {}", part.display()), &error))?;
        sync_folder(folder(part))?;
    }
    Ok(())
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

/// Makes a folder whole or not at all: `fill` is given one beside it that nobody sees, which gets the name of `path`
/// when all is in it.
///
/// Fails as `fill` does, and when the disk refuses or `path` is there already.
#[expect(clippy::disallowed_methods, reason = "the store makes its folders")]
pub fn make_folder_with<T>(path: &Path, fill: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hidden = path.with_file_name(format!("{}{name}{}", TEMPORARY.0, TEMPORARY.1));
    make_folder(folder(path))?;
    step("mkdir", &[&hidden], || fs::create_dir(&hidden)).map_err(|error| unwritable(&hidden, &error))?;
    let filled = fill(&hidden).and_then(|done| {
        step("rename", &[&hidden, path], || fs::rename(&hidden, path)).map_err(|e| unwritable(path, &e))?;
        sync_folder(folder(path)).map(|()| done)
    });
    if filled.is_err() {
        // The failure itself says more than that of tidying up.
        let _ = fs::remove_dir_all(&hidden);
    }
    filled
}

/// A synced temporary file beside `path`, with the permissions that a new file has by the user's umask.
fn prepare(path: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let written = temporary(folder(path)).and_then(|mut file| {
        let name = file.path().to_owned();
        step("write", &[&name], || file.write_all(bytes))?;
        step("sync", &[&name], || file.as_file().sync_all())?;
        Ok(file)
    });
    written.map_err(|error| unwritable(path, &error).into())
}

/// An empty temporary file in a folder, removed when dropped; `doctor` knows one that was left.
pub(super) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    step("create", &[folder], || builder.tempfile_in(folder))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a folder durable. Windows has no such call, and writes its directory entries in order.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let sync = || OpenOptions::new().read(true).open(folder).and_then(|folder| folder.sync_all());
        step("sync folder", &[folder], sync).map_err(|error| unwritable(folder, &error))?;
    }
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let failure = disk(format!("cannot write {}", path.display()), error);
    if error.kind() == ErrorKind::AlreadyExists { failure.hint("run the command again") } else { failure }
}

fn kind(found: &fs::Metadata) -> &'static str {
    if found.is_dir() { "a folder" } else { "no regular file but a pipe, a socket or a device" }
}

/// How the names of temporary files begin and end.
pub(super) const TEMPORARY: (&str, &str) = (".inc-", ".tmp");

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
    let real_root =
        root.canonicalize().map_err(|error| disk(format!("cannot read {}", root.display()), &error))?;
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
                return Err(disk(format!("cannot read {}", part.display()), &error).into());
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

/// The time now by the clock that times the files in a folder, which may be another machine's.
#[expect(clippy::disallowed_methods, reason = "the store makes its folders")]
pub(super) fn disk_clock(folder: &Path) -> io::Result<std::time::SystemTime> {
    fs::create_dir_all(folder)?;
    let file = tempfile::Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).tempfile_in(folder)?;
    file.as_file().metadata()?.modified()
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
    let unreadable = |error: io::Error| -> Failure { disk(format!("cannot read {shown}"), &error) };
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
