//! What need not be read again: incidents that have ended, known by the size, times and number of their files.
//!
//! A list of what is open would otherwise read 120,000 files of incidents that ended years ago. The cache is a hint
//! under the git directory: what it says of an incident counts only while all its files have the fingerprint
//! under which that was found; in any doubt they are read. Nothing but speed is lost without it.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Folder, RECORD, TIMELINE, atomic};
use crate::model::Status;
use crate::model::instant::{Instant, rfc3339};

/// A file younger than this may change again without its time telling.
const YOUNG: Duration = Duration::from_secs(3);

/// What was found out about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its status.
    pub status: Status,
    /// Whether nothing about it can fall due any more.
    pub quiet: bool,
}

/// Incidents as they were found, each with the fingerprint of its files then.
pub type Found = BTreeMap<String, (u64, Known)>;

/// What was found out about incidents that have ended.
#[derive(Debug, Default)]
pub struct Cache {
    file: PathBuf,
    head: String,
    found: Found,
}

impl Cache {
    /// The cache in `folder`, for the store at `root`; empty where there is none that holds at `now`.
    ///
    /// `rules` stands for all else that decides: any change of it empties the cache.
    #[must_use]
    pub fn read(folder: &Path, root: &Path, rules: u64, now: Instant) -> Self {
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        let file = folder.join(format!("ended-{:016x}", hasher.finish()));
        let head = format!("inc {} {rules:016x}", env!("CARGO_PKG_VERSION"));
        let text = atomic::read_cache(&file).unwrap_or_default();
        let mut lines = text.lines();
        // What was found at a later time may not have been so at this one.
        let holds = lines.next() == Some(&head)
            && lines.next().is_some_and(|at| at <= rfc3339(now).as_str())
            && lines.next_back() == Some(END);
        let found = if holds { lines.filter_map(line).collect() } else { Found::new() };
        Self { file, head, found }
    }

    /// What is known of an incident whose files have this fingerprint.
    #[must_use]
    pub fn known(&self, folder: &Folder, print: u64) -> Option<Known> {
        self.found.get(folder.id.as_str()).filter(|(then, _)| *then == print).map(|(_, known)| *known)
    }

    /// Writes what is known now, where it is news. A failure costs the next command some time and no more.
    pub fn write(&self, found: &Found, now: Instant) {
        if *found == self.found {
            return;
        }
        let mut text = format!("{}\n{}\n", self.head, rfc3339(now));
        for (id, (print, known)) in found {
            let quiet = if known.quiet { "quiet" } else { "due" };
            text.push_str(&format!("{id} {print:x} {} {quiet}\n", known.status.name()));
        }
        text.push_str(END);
        text.push('\n');
        let _ = atomic::write_cache(&self.file, &text);
    }
}

fn line(line: &str) -> Option<(String, (u64, Known))> {
    let mut words = line.split(' ');
    let (id, print, status, quiet) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let status = Status::ALL.into_iter().find(|s| s.name() == status)?;
    let print = u64::from_str_radix(print, 16).ok()?;
    Some((id.to_owned(), (print, Known { status, quiet: quiet == "quiet" })))
}

/// The last line: a file that was cut off lacks it.
const END: &str = "end";

/// A number made of name, size, times and number of the record and of every entry; none where one is so young that
/// it might change unseen, or is no plain file. A folder put in the place of another has other files.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the store reads folders")]
pub fn fingerprint(root: &Path, folder: &Folder, clock: SystemTime) -> Option<u64> {
    let path = root.join(&folder.path);
    let mut hasher = DefaultHasher::new();
    hash(&std::fs::symlink_metadata(path.join(RECORD)).ok()?, clock, &mut hasher)?;
    let timeline = path.join(TIMELINE);
    let mut sum = 0_u64;
    for entry in std::fs::read_dir(timeline).ok()? {
        let entry = entry.ok()?;
        let mut own = DefaultHasher::new();
        entry.file_name().hash(&mut own);
        hash(&entry.metadata().ok()?, clock, &mut own)?;
        // A sum, since folders list their files in no order.
        sum = sum.wrapping_add(own.finish());
    }
    sum.hash(&mut hasher);
    Some(hasher.finish())
}

fn hash(found: &Metadata, clock: SystemTime, hasher: &mut DefaultHasher) -> Option<()> {
    found.is_file().then_some(())?;
    let modified = found.modified().ok()?;
    (clock.duration_since(modified).ok()? > YOUNG).then_some(())?;
    found.len().hash(hasher);
    modified.hash(hasher);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (found.ctime(), found.ctime_nsec(), found.ino(), found.dev()).hash(hasher);
    }
    Some(())
}

/// What else decides what is found: this program, and the processes of the team's own.
#[must_use]
pub fn rules(root: &Path, own: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let program = std::env::current_exe().unwrap_or_default();
    for file in std::iter::once(program).chain(own.iter().map(|path| root.join(path))) {
        let found = std::fs::metadata(&file).ok();
        (&file, found.as_ref().map(Metadata::len), found.and_then(|f| f.modified().ok())).hash(&mut hasher);
    }
    hasher.finish()
}

/// The system's time, by which files are young or not; no result depends on it but what is read again.
#[must_use]
pub fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}
