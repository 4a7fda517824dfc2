//! What need not be read or made again: what was found of an incident, known by the names, sizes, times and
//! numbers of its files.
//!
//! A list would otherwise read 120,000 files of incidents that ended years ago. The cache is a hint under the git
//! directory: what it says of an incident counts only while all its files have the fingerprint under which that
//! was found; in any doubt they are read. Nothing but speed is lost without it, and `check` never asks it.

mod print;
mod shelf;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use rayon::prelude::*;

use super::{Folder, Store, atomic};
use crate::model::Status;
use crate::model::instant::Instant;
use print::Print;
use shelf::{Kept, Shelf};

/// A file younger than this may change again without its time telling.
const YOUNG: Duration = Duration::from_secs(3);

/// With no more incidents than this, the cache would save less than it costs.
const FEW: usize = 64;

/// What was found out about an incident that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its status.
    pub status: Status,
    /// Whether nothing about it can fall due any more.
    pub quiet: bool,
}

impl Known {
    /// As it is kept.
    #[must_use]
    pub fn text(self) -> String {
        format!("{} {}", self.status.name(), if self.quiet { "quiet" } else { "due" })
    }

    /// From what was kept.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (status, quiet) = text.split_once(' ')?;
        let status = Status::ALL.into_iter().find(|s| s.name() == status)?;
        Some(Self { status, quiet: quiet == "quiet" })
    }
}

/// What makes something of an incident and of what is kept of it: its own value, and what is to be kept from now on.
type One<'a, T> = &'a (dyn Fn(&Folder, Option<&str>) -> Result<(T, Option<String>)> + Sync);

/// The cache of a store: several shelves, each a file.
#[derive(Debug)]
pub struct Cache<'a> {
    store: &'a Store,
    /// Where it is; none when nothing is kept.
    place: Option<Place>,
    now: Instant,
    /// The time by the clock of the disk, from before anything was read that is kept.
    clock: OnceLock<Option<SystemTime>>,
}

#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// The work tree, and what else decides what is found: this program and the processes of the team's own.
    root: u64,
    rules: u64,
}

impl<'a> Cache<'a> {
    /// The cache in `folder` for `incidents` incidents of a store, as asked at `now`.
    #[must_use]
    pub fn new(store: &'a Store, folder: &Path, incidents: usize, now: Instant) -> Self {
        let place = (incidents > FEW).then(|| Place {
            folder: folder.to_owned(),
            root: hash_of(&store.root),
            rules: rules(store),
        });
        Self { store, place, now, clock: OnceLock::new() }
    }

    /// A cache that keeps nothing.
    #[must_use]
    pub fn none(store: &'a Store, now: Instant) -> Self {
        Self { store, place: None, now, clock: OnceLock::new() }
    }

    /// What `shelf` says of each incident, or what `one` makes of it.
    ///
    /// `one` is given what the shelf says, where that still holds, and gives its own value with what the shelf is to
    /// say from now on; nothing leaves it as it is.
    ///
    /// # Errors
    /// As `one`.
    pub fn each<T: Send>(&self, shelf: &str, folders: &[Folder], one: One<'_, T>) -> Result<Vec<T>> {
        let Some(place) = &self.place else {
            return folders.par_iter().map(|folder| Ok(one(folder, None)?.0)).collect();
        };
        let file = place.folder.join(format!("{shelf}-{:016x}", place.root));
        let shelf = Shelf::read(&file, place.rules, self.now);
        let held = shelf.held();
        let with_print = |folder: &Folder| -> Result<(T, Option<Kept<'_>>)> {
            let print = Print::of(&self.store.root, folder);
            let known = print.as_ref().and_then(|print| held.get(folder.id.as_str(), print.sum));
            let (value, news) = one(folder, known.map(|known| known.text))?;
            let kept = match news {
                Some(text) => print.filter(|p| self.is_old(p)).map(|p| Kept::new(&folder.id, p.sum, text)),
                None => known.map(Kept::from),
            };
            Ok((value, kept))
        };
        let all = folders.par_iter().map(with_print).collect::<Result<Vec<_>>>()?;
        let (values, kept): (Vec<T>, Vec<_>) = all.into_iter().unzip();
        held.write(&file, kept.into_iter().flatten().collect());
        Ok(values)
    }

    /// Whether files of this fingerprint cannot have changed since without its telling.
    fn is_old(&self, print: &Print) -> bool {
        let clock = || atomic::disk_clock(&self.place.as_ref()?.folder).ok();
        let clock = *self.clock.get_or_init(clock);
        clock.and_then(|clock| clock.duration_since(print.newest).ok()).is_some_and(|age| age > YOUNG)
    }
}

/// This program, and the processes of the team's own.
fn rules(store: &Store) -> u64 {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    let program = std::env::current_exe().unwrap_or_default();
    let own = store.processes.own().into_iter().map(|(_, _, path)| store.root.join(path));
    for file in std::iter::once(program).chain(own) {
        file.hash(&mut hasher);
        if let Ok(found) = std::fs::metadata(&file) {
            print::hash(&found, &mut hasher);
        }
    }
    hasher.finish()
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
