//! Reading incidents: folders, records, entries.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::cache::Cache;
use super::leftovers::is_leftover;
use super::{INCIDENTS, RECORD, Store, TIMELINE, atomic, front_matter, yaml};
use crate::error::{disk, invalid, plain, refused, usage};
use crate::model::entry::Fields;
use crate::model::instant::Instant;
use crate::model::{Entry, Id, Incident, Record, Status, fold};
use yaml::Problem;

/// An incident's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folder {
    /// The id that its name is.
    pub id: Id,
    /// Its path, relative to the root.
    pub path: PathBuf,
}

/// A text file as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path, relative to the root.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A problem and the file that it is in, relative to the root.
#[derive(Debug, Clone)]
pub struct FileProblem {
    /// The file.
    pub path: PathBuf,
    /// Its text, as far as it could be read, for pointing at the line.
    pub text: String,
    /// What is wrong.
    pub problem: Problem,
}

/// An incident as far as its files could be read.
#[derive(Debug)]
pub struct Loaded {
    /// Its folder.
    pub folder: Folder,
    /// The incident; none when the record could not be read.
    pub incident: Option<Incident>,
    /// The record's file, when it is there.
    pub record: Option<Source>,
    /// The entries' files, in order of their names.
    pub entries: Vec<Source>,
    /// What could not be read, entry by entry: the rest still counts.
    pub problems: Vec<FileProblem>,
}

impl Loaded {
    /// The incident, when every file could be read.
    ///
    /// # Errors
    /// Names each file, line and problem.
    pub fn whole(self) -> Result<Incident> {
        match self.incident {
            Some(incident) if self.problems.is_empty() => Ok(incident),
            _ => Err(self.failure()),
        }
    }

    fn failure(&self) -> anyhow::Error {
        let mut failures =
            self.problems.iter().map(|p| yaml::failure(&p.path, std::slice::from_ref(&p.problem)));
        let Some(mut first) = failures.next() else {
            return invalid(format!("{} has no {RECORD}", self.folder.path.display())).into();
        };
        for next in failures {
            first.message = format!("{}\n{}", first.message, next.message);
            first.hints.extend(next.hints);
        }
        first.hint(format!("`inc check {}` shows the lines", self.folder.id)).into()
    }
}

/// The folders in a folder, by name; none when it cannot be read.
#[expect(clippy::disallowed_methods, reason = "the store reads folders")]
pub(crate) fn folders_in(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|name| !is_leftover(Path::new(name)))
        .collect();
    names.sort();
    names
}

/// The files in a folder that end in `.md`, by name.
#[expect(clippy::disallowed_methods, reason = "the store reads folders")]
fn entry_files(path: &Path) -> Result<Vec<String>> {
    let listing = match std::fs::read_dir(path) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(disk(format!("cannot read {}", path.display()), &error).into()),
    };
    let mut names: Vec<String> = listing
        .filter_map(Result::ok)
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && Path::new(name).extension().is_some_and(|e| e == "md"))
        .collect();
    names.sort();
    Ok(names)
}

/// Incidents that are neither closed nor cancelled, and folders whose record cannot be read.
type Unfinished = (Vec<(Folder, Incident)>, Vec<Folder>);

impl Store {
    /// The folders of all incidents, oldest first, and folders under `incidents/` that have no id for a name.
    #[must_use]
    pub fn folders(&self) -> (Vec<Folder>, Vec<PathBuf>) {
        let (mut folders, mut strays) = (Vec::new(), Vec::new());
        for year in folders_in(&self.root.join(INCIDENTS)) {
            let path = Path::new(INCIDENTS).join(&year);
            let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
            if !is_year {
                strays.push(path);
                continue;
            }
            for name in folders_in(&self.root.join(&path)) {
                match name.parse::<Id>() {
                    Ok(id) => folders.push(Folder { id, path: path.join(name) }),
                    Err(_) => strays.push(path.join(name)),
                }
            }
        }
        folders.sort();
        (folders, strays)
    }

    /// The one incident that `part` of an id means.
    ///
    /// # Errors
    /// None or several match; said with what they are.
    pub fn find(&self, part: &str) -> Result<Folder> {
        let (folders, _) = self.folders();
        let mut matching: Vec<Folder> = folders.iter().filter(|f| f.id.matches(part)).cloned().collect();
        let said: Vec<&Folder> =
            matching.iter().filter(|f| f.id.as_str() == part || f.id.short() == part).collect();
        if let [exact] = said.as_slice() {
            return Ok((*exact).clone());
        }
        match matching.len() {
            1 => Ok(matching.remove(0)),
            0 => {
                let known: Vec<&str> = folders.iter().map(|f| f.id.as_str()).collect();
                let failure = usage(format!("there is no incident `{}`", part.escape_debug()));
                Err(match crate::error::nearest(part, known.iter().copied()) {
                    Some(near) => failure.hint(format!("did you mean `{near}`?")),
                    None => failure.hint("`inc list --all` shows every incident"),
                }
                .into())
            }
            n => {
                let ids: Vec<&str> = matching.iter().take(8).map(|f| f.id.as_str()).collect();
                let more = if n > 8 { ", …" } else { "" };
                Err(usage(format!("`{part}` may mean {n} incidents: {}{more}", ids.join(", ")))
                    .hint("type more of the id")
                    .into())
            }
        }
    }

    /// Reads an incident, as far as its files can be read.
    ///
    /// # Errors
    /// The disk fails; what is wrong in the files is in [`Loaded::problems`].
    pub fn load(&self, folder: &Folder) -> Result<Loaded> {
        self.load_as_of(folder, None)
    }

    /// Reads an incident as it was known at an instant: later entries have not happened yet.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn load_as_of(&self, folder: &Folder, as_of: Option<Instant>) -> Result<Loaded> {
        let mut problems = Vec::new();
        let known = |path: &Path| atomic::inside(&self.root, path).is_ok();
        let record = self.source(&folder.path, RECORD, known(&folder.path), &mut problems);
        let read: Option<Record> = record.as_ref().and_then(|source| match yaml::read(&source.text) {
            Ok(record) => Some(record),
            Err(found) => {
                problems.extend(found.into_iter().map(|p| source.problem(p)));
                None
            }
        });
        let timeline = folder.path.join(TIMELINE);
        let names = entry_files(&self.root.join(&timeline))?;
        let inside = known(&timeline);
        let sources: Vec<Source> =
            names.iter().filter_map(|n| self.source(&timeline, n, inside, &mut problems)).collect();
        let mut entries = Vec::new();
        for source in &sources {
            match entry(source) {
                Ok(entry) => entries.push(entry),
                Err(found) => problems.extend(found.into_iter().map(|p| source.problem(p))),
            }
        }
        if let Some(as_of) = as_of {
            entries.retain(|e| e.at <= as_of);
        }
        let incident = read.map(|record| fold(record, entries));
        Ok(Loaded { folder: folder.clone(), incident, record, entries: sources, problems })
    }

    /// The file `name` of a folder; `inside` says whether the folder was found to be inside the root.
    fn source(
        &self,
        folder: &Path,
        name: &str,
        inside: bool,
        problems: &mut Vec<FileProblem>,
    ) -> Option<Source> {
        let path = folder.join(name);
        let read = if inside {
            atomic::read_in(&self.root, folder, name, yaml::MAX_BYTES as u64)
        } else {
            atomic::read_text(&self.root, &path, yaml::MAX_BYTES as u64)
        };
        match read {
            Ok(text) => Some(Source { path, text }),
            Err(error) => {
                let root = format!("{}{}", self.root.display(), std::path::MAIN_SEPARATOR);
                let message = error.to_string().replace(&root, "");
                let message =
                    message.strip_prefix(&format!("{}: ", path.display())).unwrap_or(&message).to_owned();
                let problem = Problem::at("", 0, message);
                problems.push(FileProblem { path, text: String::new(), problem });
                None
            }
        }
    }

    /// The one incident that is meant when none is named: the one that is open, else the one that is resolved
    /// and not closed.
    ///
    /// # Errors
    /// None or several are; said with what they are and how to name one.
    pub fn only_one(&self, cache: &Cache<'_>) -> Result<Folder> {
        let (unfinished, unreadable) = self.unfinished(cache)?;
        let (open, resolved): (Vec<_>, Vec<_>) = unfinished.iter().partition(|(_, i)| i.status.is_open());
        let (meant, state) =
            if open.is_empty() { (resolved, "resolved and not closed") } else { (open, "open") };
        match meant.as_slice() {
            [(folder, _)] => Ok(folder.clone()),
            [] if !unreadable.is_empty() => {
                let list: Vec<String> = unreadable.iter().take(10).map(|f| format!("  {}", f.id)).collect();
                Err(invalid(format!(
                    "no incident is open whose record can be read; unreadable are:\n{}",
                    list.join("\n")
                ))
                .hint("`inc check` shows what is wrong with them")
                .into())
            }
            [] => Err(refused("no incident is open")
                .hint("`inc declare \"what is wrong\"` opens one")
                .hint("`inc list --all` shows the others; name one with `-i ID`")
                .into()),
            several => {
                let title = |i: &Incident| {
                    if i.record.restricted { "(restricted)".into() } else { plain(&i.record.title) }
                };
                let list: Vec<String> =
                    several.iter().take(10).map(|(f, i)| format!("  {}  {}", f.id, title(i))).collect();
                Err(usage(format!("{} incidents are {state}:\n{}", several.len(), list.join("\n")))
                    .hint("name one with `-i ID`; four characters are enough")
                    .into())
            }
        }
    }

    /// The incidents that are neither closed nor cancelled, oldest first, and those whose record cannot be read.
    fn unfinished(&self, cache: &Cache<'_>) -> Result<Unfinished> {
        let (folders, _) = self.folders();
        let read = cache.each("closed", &folders, &|folder, known| {
            if known.is_some() {
                return Ok((None, None));
            }
            let loaded = self.load(folder)?;
            let whole = loaded.problems.is_empty();
            let closed = loaded.incident.as_ref().is_some_and(|i| i.status >= Status::Closed);
            let found = (!closed).then(|| (folder.clone(), loaded.incident));
            Ok((found, (closed && whole).then(|| "closed".to_owned())))
        })?;
        let (mut unfinished, mut unreadable) = (Vec::new(), Vec::new());
        for (folder, incident) in read.into_iter().flatten() {
            match incident {
                Some(incident) => unfinished.push((folder, incident)),
                None => unreadable.push(folder),
            }
        }
        Ok((unfinished, unreadable))
    }
}

impl Source {
    /// A problem of this file.
    fn problem(&self, problem: Problem) -> FileProblem {
        FileProblem { path: self.path.clone(), text: self.text.clone(), problem }
    }

    /// The file's name without its ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.path.file_stem().and_then(|s| s.to_str()).unwrap_or_default()
    }
}

/// The entry that a file says.
///
/// # Errors
/// Each problem with its line in the file.
pub fn entry(source: &Source) -> Result<Entry, Vec<Problem>> {
    let parts = front_matter::split(&source.text).map_err(|p| vec![p])?;
    let within = |problems: Vec<Problem>| -> Vec<Problem> {
        problems.into_iter().map(|p| p.within(parts.yaml_first_line)).collect()
    };
    let fields: Fields = yaml::read(parts.yaml).map_err(within)?;
    fields.into_entry(source.stem().to_owned(), parts.body.trim_end().to_owned()).map_err(|error| {
        let at =
            yaml::locate_key(parts.yaml, &[error.field()]).or_else(|| yaml::locate(parts.yaml, &["kind"]));
        let mut problem = Problem::at(parts.yaml, at.map_or(0, |span| span.start), error.to_string());
        error.field().clone_into(&mut problem.path);
        vec![problem.within(parts.yaml_first_line)]
    })
}

/// The text of an entry's file.
///
/// # Errors
/// The entry cannot be written as YAML.
pub fn entry_text(entry: &Entry) -> Result<String> {
    let yaml = serde_yaml::to_string(&Fields::from(entry))?;
    Ok(front_matter::join(&yaml, &entry.text))
}
