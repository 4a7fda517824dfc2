//! Finding and reading processes: the team's own first, then the built-in ones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;

use super::schema::Kept;
use super::{PROCESSES, atomic, yaml};
use crate::error::{Failure, invalid, nearest};
use crate::process::documents::Language;
use crate::process::{Process, builtin};

/// The process that is used when nobody has chosen one.
pub const DEFAULT: &str = "standard";

/// A process with where it was read.
#[derive(Debug)]
pub struct Found {
    /// The process.
    pub process: Process,
    /// The language of its documents, its own words on top.
    pub language: Arc<Language>,
    /// The file it was read from; none for a built-in one.
    pub path: Option<PathBuf>,
    /// Its text, for pointing at lines.
    pub text: String,
}

/// The processes of a repository, each read once.
#[derive(Debug)]
pub struct Processes {
    root: PathBuf,
    read: RwLock<BTreeMap<String, Arc<Found>>>,
}

impl Processes {
    /// The processes that incidents under `root` may name; reads nothing yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), read: RwLock::default() }
    }

    /// The process that `name` or `name@version` means.
    ///
    /// # Errors
    /// There is none of that name or version, or it is wrong; said with the known names and the command that
    /// lists them.
    pub fn get(&self, pin: &str) -> Result<Arc<Found>> {
        // What is in the map is whole, even when a thread that held the lock has failed.
        if let Some(found) = self.read.read().unwrap_or_else(PoisonError::into_inner).get(pin) {
            return Ok(Arc::clone(found));
        }
        let (name, version) = pin.split_once('@').map_or((pin, None), |(n, v)| (n, Some(v)));
        let found = Arc::new(match self.own_path(name, version)? {
            Some(path) => self.read_own(&path)?,
            None => built_in(name, version).ok_or_else(|| self.unknown(pin))??,
        });
        let mut known = self.read.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(pin.to_owned()).or_insert(found)))
    }

    /// The names of all processes, the team's own with their versions.
    #[must_use]
    pub fn pins(&self) -> Vec<String> {
        let mut pins: Vec<String> =
            self.own().into_iter().map(|(name, version, _)| format!("{name}@{version}")).collect();
        pins.extend(builtin::names().filter_map(|n| Some(built_in(n, None)?.ok()?.process.pin())));
        pins.sort();
        pins.dedup();
        pins
    }

    /// The team's own processes: name, version and the file, relative to the root.
    #[must_use]
    pub fn own(&self) -> Vec<(String, String, PathBuf)> {
        let mut own = Vec::new();
        for name in super::incidents::folders_in(&self.root.join(PROCESSES)) {
            for version in super::incidents::folders_in(&self.root.join(PROCESSES).join(&name)) {
                let path = Path::new(PROCESSES).join(&name).join(&version).join("process.yaml");
                if self.root.join(&path).is_file() {
                    own.push((name.clone(), version, path));
                }
            }
        }
        own
    }

    fn own_path(&self, name: &str, version: Option<&str>) -> Result<Option<PathBuf>> {
        let plain = |s: &str| !s.is_empty() && !s.starts_with('.') && !s.contains(['/', '\\', ':']);
        if !plain(name) || !version.is_none_or(plain) {
            return Err(self.unknown(name).into());
        }
        let mut own: Vec<_> = self.own().into_iter().filter(|(n, _, _)| n == name).collect();
        own.sort_by_key(|(_, v, _)| v.split('.').map(|p| p.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>());
        Ok(match version {
            Some(version) => own.into_iter().find(|(_, v, _)| v == version).map(|(_, _, p)| p),
            None => own.pop().map(|(_, _, p)| p),
        })
    }

    fn read_own(&self, path: &Path) -> Result<Found> {
        let text = atomic::read_text(&self.root, path, yaml::MAX_BYTES as u64)?;
        read(path, text)
    }

    fn unknown(&self, pin: &str) -> Failure {
        let pins = self.pins();
        let near = nearest(pin, pins.iter().map(String::as_str));
        let failure = invalid(format!("there is no process `{}`", pin.escape_debug()));
        let failure = match near {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        };
        failure.hint(format!("known: {}; `inc process list` says more of them", pins.join(", ")))
    }

    /// A template of the team's own, beside its process.
    #[must_use]
    pub fn own_template(&self, found: &Found, file: &str) -> Option<String> {
        let path = found.path.as_deref()?.parent()?.join("documents").join(file);
        self.root.join(&path).exists().then_some(())?;
        atomic::read_text(&self.root, &path, yaml::MAX_BYTES as u64).ok()
    }

    /// Copies a process and its templates into the team's folder, under a version of its own; gives the files
    /// written, none when the version is there already.
    ///
    /// # Errors
    /// The disk fails.
    pub fn eject(&self, found: &Found, version: &str) -> Result<Vec<PathBuf>> {
        let name = &found.process.name;
        let folder = Path::new(PROCESSES).join(name).join(version);
        if self.root.join(&folder).exists() {
            return Ok(Vec::new());
        }
        let old = format!("version: {}", found.process.version);
        let text = found.text.replacen(&old, &format!("version: {version}"), 1);
        let text = Kept::Process.first_line() + &text;
        let mut files = vec![(folder.join("process.yaml"), text)];
        for (path, text) in builtin::files_under(&format!("processes/{name}/documents")) {
            files.push((folder.join("documents").join(path), text.to_owned()));
        }
        for (path, text) in &files {
            let place = atomic::inside(&self.root, path)?;
            atomic::make_folder(place.parent().unwrap_or(&self.root))?;
            atomic::write_new(&place, text.as_bytes())?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}

/// Reads a process from the text of its file.
///
/// # Errors
/// Each problem with its line.
pub fn read(path: &Path, text: String) -> Result<Found> {
    let process = yaml::read(&text).map_err(|problems| yaml::failure(path, &problems))?;
    Ok(found(process, Some(path.to_owned()), text))
}

fn built_in(name: &str, version: Option<&str>) -> Option<Result<Found>> {
    let text = builtin::file(&format!("processes/{name}/process.yaml"))?;
    let path = format!("{name}/process.yaml");
    let read = yaml::read_own::<Process>(text).map_err(|p| yaml::failure(Path::new(&path), &p).into());
    match read {
        Ok(process) if version.is_some_and(|v| v != process.version) => None,
        read => Some(read.map(|process| found(process, None, text.to_owned()))),
    }
}

fn found(process: Process, path: Option<PathBuf>, text: String) -> Found {
    Found { language: language(&process).into(), process, path, text }
}

/// The language of a process: what `inc` has for its name, with the process's own words on top.
fn language(process: &Process) -> Language {
    let base = builtin::file(&format!("languages/{}.yaml", process.language))
        .or_else(|| builtin::file("languages/en.yaml"))
        .and_then(|text| yaml::read_own::<Language>(text).ok())
        .unwrap_or_default();
    let Some(own) = process.words.clone() else { return base };
    let or = |own: String, base: String| if own.is_empty() { base } else { own };
    let mut words = base.words;
    words.extend(own.words);
    Language {
        decimal: or(own.decimal, base.decimal),
        thousands: or(own.thousands, base.thousands),
        date: or(own.date, base.date),
        time: or(own.time, base.time),
        datetime: or(own.datetime, base.datetime),
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// They are read without the checks that a text of somebody else's goes through.
    #[test]
    fn what_is_built_in_passes_the_checks() {
        for name in builtin::names() {
            let text = builtin::file(&format!("processes/{name}/process.yaml")).unwrap();
            let found = built_in(name, None).unwrap().unwrap();
            assert_eq!(yaml::read::<Process>(text), Ok(found.process), "{name}");
        }
        for (name, text) in builtin::files_under("languages") {
            assert_eq!(yaml::read::<Language>(text), yaml::read_own(text), "{name:?}");
        }
    }
}
