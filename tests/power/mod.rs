//! What a disk holds after a power cut: what was synced for certain, and of the rest whatever the cut says.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "shared by tests, which look at files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// It is as it was before.
    Gone,
    /// Its name is there, its content is not.
    Empty,
    /// Each file has a fate of its own, drawn with this seed.
    Mixed(usize),
}

/// The files of a folder and what is in them.
pub(crate) struct Disk(BTreeMap<PathBuf, Vec<u8>>);

/// How much of a file is on disk for certain.
#[derive(Default, Clone, Copy)]
struct Safe {
    content: bool,
    name: bool,
}

impl Disk {
    pub(crate) fn read(root: &Path) -> Self {
        let content = |path: PathBuf| std::fs::read(root.join(&path)).ok().map(|bytes| (path, bytes));
        Self(files(root).into_iter().filter_map(content).collect())
    }

    /// Makes of `copy`, which is as `self` was, what is left of `root` after a power cut behind `steps`.
    pub(crate) fn cut(&self, steps: &str, root: &Path, copy: &Path, cut: Cut) {
        let after = Self::read(root);
        let safe = replay(steps, root);
        for (path, bytes) in &after.0 {
            if self.0.get(path) == Some(bytes) {
                continue;
            }
            let mut state = safe.get(path).copied().unwrap_or_default();
            // A folder whose name is lost takes along what is in it: one fate for all of it.
            let unsafe_folder = path.ancestors().skip(1).find(|f| safe.get(*f).is_some_and(|f| !f.name));
            state.name &= unsafe_folder.is_none();
            let drawn = unsafe_folder.unwrap_or(path);
            // What the git program writes there, it was told to sync.
            let by_git =
                ["work/.git/objects", "work/.git/refs", "remote"].iter().any(|p| path.starts_with(p));
            if by_git && !safe.contains_key(path) {
                state = Safe { content: true, name: true };
            }
            let fate = match cut {
                Cut::Mixed(seed) => (seed * 31 + drawn.as_os_str().len() * 7) % 3,
                Cut::Gone => 0,
                Cut::Empty => 1,
            };
            let place = copy.join(path);
            if state.content && (state.name || fate > 0) || fate == 2 {
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::write(&place, bytes).unwrap();
            } else if fate == 1 || state.name {
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::write(&place, "").unwrap();
            }
        }
        for path in self.0.keys().filter(|path| !after.0.contains_key(*path)) {
            // A name that was taken away may come back.
            if !matches!(cut, Cut::Gone) {
                std::fs::remove_file(copy.join(path)).unwrap();
            }
        }
    }
}

/// What the steps have put on disk for certain, by path below `root`.
fn replay(steps: &str, root: &Path) -> BTreeMap<PathBuf, Safe> {
    let mut safe: BTreeMap<PathBuf, Safe> = BTreeMap::new();
    for line in steps.lines() {
        let mut words = line.split('\t');
        let what = words.next().unwrap();
        let real = root.canonicalize().unwrap();
        let paths: Vec<PathBuf> = words
            .filter_map(|path| {
                let path = Path::new(path);
                path.strip_prefix(&real).or_else(|_| path.strip_prefix(root)).ok().map(Path::to_owned)
            })
            .collect();
        match (what, paths.as_slice()) {
            ("mkdir" | "write", [path]) => drop(safe.insert(path.clone(), Safe::default())),
            ("sync", [path]) => safe.entry(path.clone()).or_default().content = true,
            ("reference", [path]) => drop(safe.insert(path.clone(), Safe { content: true, name: true })),
            ("rename", [from, to]) => {
                let moved: Vec<PathBuf> =
                    safe.keys().filter(|path| path.starts_with(from)).cloned().collect();
                for path in moved {
                    let state = safe.remove(&path).unwrap();
                    let rest = path.strip_prefix(from).unwrap();
                    let place = if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) };
                    safe.insert(place, state);
                }
                safe.entry(to.clone()).or_default().name = false;
            }
            // What is linked was there before, or is on disk.
            ("link", [_, to]) => drop(safe.insert(to.clone(), Safe { content: true, name: false })),
            ("sync folder", [folder]) => {
                let inside = safe.iter_mut().filter(|(path, _)| path.parent() == Some(folder));
                inside.for_each(|(_, state)| state.name = true);
            }
            _ => {}
        }
    }
    safe
}

/// Every file below a folder, git's own included, relative to it.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
