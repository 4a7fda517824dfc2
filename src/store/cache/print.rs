//! By what an incident's files are known without being read.

use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::SystemTime;

use super::super::{Folder, RECORD, TIMELINE};

/// The fingerprint of an incident's files.
#[derive(Debug)]
pub(super) struct Print {
    /// Made of name, size, times and number of the record and of every entry.
    pub(super) sum: u64,
    /// When the last of them changed.
    pub(super) newest: SystemTime,
}

impl Print {
    /// The fingerprint; none where something is no plain file. A folder put in the place of another has other files.
    #[expect(clippy::disallowed_methods, reason = "the store reads folders")]
    pub(super) fn of(root: &Path, folder: &Folder) -> Option<Self> {
        let path = root.join(&folder.path);
        let mut hasher = DefaultHasher::new();
        folder.path.hash(&mut hasher);
        let mut newest = one(&std::fs::symlink_metadata(path.join(RECORD)).ok()?, &mut hasher)?;
        let mut sum = 0_u64;
        for entry in std::fs::read_dir(path.join(TIMELINE)).ok()? {
            let entry = entry.ok()?;
            let mut own = DefaultHasher::new();
            entry.file_name().hash(&mut own);
            newest = newest.max(one(&entry.metadata().ok()?, &mut own)?);
            // A sum, since folders list their files in no order.
            sum = sum.wrapping_add(own.finish());
        }
        sum.hash(&mut hasher);
        Some(Self { sum: hasher.finish(), newest })
    }
}

/// When a plain file last changed.
fn one(found: &Metadata, hasher: &mut DefaultHasher) -> Option<SystemTime> {
    found.is_file().then_some(())?;
    hash(found, hasher);
    Some(found.modified().ok()?.max(recorded(found)?))
}

/// When the file system noted the last change: whoever sets a file's time back cannot set back when that was.
#[cfg(unix)]
fn recorded(found: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(found.ctime()).ok()?;
    let nanoseconds = u32::try_from(found.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn recorded(found: &Metadata) -> Option<SystemTime> {
    found.modified().ok()
}

/// What the file system says of a file, in two pieces: ten thousand incidents have a million such numbers.
#[cfg(unix)]
pub(super) fn hash(found: &Metadata, hasher: &mut DefaultHasher) {
    use std::os::unix::fs::MetadataExt;
    [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()].hash(hasher);
    [found.len(), found.ino(), found.dev()].hash(hasher);
}

/// What the file system says of a file.
#[cfg(not(unix))]
pub(super) fn hash(found: &Metadata, hasher: &mut DefaultHasher) {
    (found.len(), found.modified().ok()).hash(hasher);
}
