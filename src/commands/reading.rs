//! Reading all incidents for commands that look at many: on both cores, what has not changed from the cache.

use std::sync::Arc;

use anyhow::Result;

use crate::clock::{Clock, clocks};
use crate::context::Context;
use crate::git::Repo;
use crate::model::entry::{Entry, Fields};
use crate::model::instant::Instant;
use crate::model::{Incident, Record, Status, fold};
use crate::progress::Progress;
use crate::render;
use crate::store::cache::{Cache, Known};
use crate::store::processes::Found;
use crate::store::{Folder, Store};
use crate::ui::Ui;

/// An incident and its process.
pub type Listed = (Incident, Arc<Found>);

/// Whether an incident of which this is known need not be read.
pub type Skip<'a> = &'a (dyn Fn(Known) -> bool + Sync);

/// What reading one incident gave: a value, and what is to be said about its files.
struct Read<T> {
    value: Option<T>,
    warnings: Vec<String>,
}

/// What reading gave, and what the cache is to say of the incident from now on; nothing leaves that as it is.
type Kept<T> = (Read<T>, Option<String>);

/// What makes something of an incident, and of what the cache says of it.
type One<'a, T> = &'a (dyn Fn(&Folder, Option<&str>) -> Result<Kept<T>> + Sync);

/// An incident as it was read; some of its files may be broken.
struct Whole {
    listed: Listed,
    is_broken: bool,
}

impl Whole {
    /// The same as it may be shown among others: of a restricted one, what it may say.
    fn among_others(mut self) -> Self {
        self.listed.0.record.among_others();
        self
    }
}

impl Read<Whole> {
    fn and_then<T>(self, take: impl FnOnce(Listed) -> Option<T>) -> Read<T> {
        let value = self.value.and_then(|whole| take(whole.among_others().listed));
        Read { value, warnings: self.warnings }
    }
}

/// Reads an incident for a list; one whose files are wrong is named, and the rest goes on.
///
/// # Errors
/// The disk fails.
pub fn read(context: &Context, store: &Store, folder: &Folder) -> Result<Option<Listed>> {
    let Read { value, warnings } = from_files(store, folder, context.looking_back.then_some(context.now))?;
    for warning in &warnings {
        context.ui.warn(warning);
    }
    Ok(value.map(|whole| whole.listed))
}

/// Reads all incidents, oldest first, and gives what `keep` makes of each; those whose files are wrong are named.
/// Restricted ones say what they may say among others.
/// With `skip`, ended incidents of which enough is known are not read again.
///
/// # Errors
/// The disk fails.
pub fn read_each<T: Send>(
    context: &Context,
    repo: &Repo,
    store: &Store,
    skip: Option<Skip<'_>>,
    keep: &(dyn Fn(Incident, &Arc<Found>) -> Option<T> + Sync),
) -> Result<Vec<T>> {
    let (folders, _) = store.folders();
    let reading = Reading::new(context, repo, store, folders.len());
    let Some(skip) = skip else {
        let mut values = Vec::new();
        for month in months(&folders) {
            values.extend(reading.each(&shelf("incidents", month), month, &|folder, known| {
                let (read, news) = reading.whole(folder, known)?;
                Ok((read.and_then(|(incident, found)| keep(incident, &found)), news))
            })?);
        }
        return Ok(values);
    };
    reading.but(skip, &folders, &|_, (incident, found)| keep(incident, &found))
}

/// The folders of the incidents that are neither closed nor cancelled, oldest first.
///
/// # Errors
/// The disk fails.
pub fn unfinished(context: &Context, repo: &Repo, store: &Store) -> Result<Vec<Folder>> {
    let (folders, _) = store.folders();
    let reading = Reading::new(context, repo, store, folders.len());
    let skip = |known: Known| known.status >= Status::Closed;
    reading.but(&skip, &folders, &|folder, (incident, _)| {
        (incident.status < Status::Closed).then(|| folder.clone())
    })
}

/// Prints every incident as JSON, newest first, a month at a time: ten thousand would fill the memory.
///
/// # Errors
/// The disk fails.
pub fn print_all(context: &Context, repo: &Repo, store: &Store) -> Result<()> {
    let (folders, _) = store.folders();
    let reading = Reading::new(context, repo, store, folders.len());
    let mut array = render::json::Array::default();
    for month in months(&folders).rev() {
        let texts = reading.each(&shelf("json", month), month, &|folder, known| {
            if let Some(known) = known {
                return Ok((Read { value: Some(known.to_owned()), warnings: Vec::new() }, None));
            }
            let Read { value, warnings } = reading.read(folder)?;
            let item = |whole: &Whole| {
                let (incident, found) = &whole.listed;
                render::json::item(&render::json::listed(incident, found, reading.now))
            };
            let value = value.map(Whole::among_others);
            let text = value.as_ref().map(item).transpose()?;
            let news = text.clone().filter(|_| value.is_some_and(|whole| is_settled(&whole, reading.now)));
            Ok((Read { value: text, warnings }, news))
        })?;
        reading.progress.hide();
        texts.iter().rev().for_each(|text| array.push(text, &|part| context.ui.json(part)));
    }
    array.end(&|part| context.ui.json(part));
    Ok(())
}

/// What reading many incidents needs.
struct Reading<'a> {
    ui: &'a Ui,
    store: &'a Store,
    now: Instant,
    looking_back: bool,
    cache: Cache<'a>,
    progress: Progress,
}

impl<'a> Reading<'a> {
    fn new(context: &'a Context, repo: &Repo, store: &'a Store, incidents: usize) -> Self {
        let cache = if context.looking_back {
            Cache::none(store, context.now)
        } else {
            Cache::new(store, &repo.git_dir().join("inc"), incidents, context.now)
        };
        let progress = context.ui.progress("reading incidents", incidents);
        let Context { ui, now, looking_back, .. } = context;
        Self { ui, store, now: *now, looking_back: *looking_back, cache, progress }
    }

    /// What `one` makes of each incident and of what the cache says of it; what is wrong is said.
    fn each<T: Send>(&self, shelf: &str, folders: &[Folder], one: One<'_, T>) -> Result<Vec<T>> {
        let read = self.cache.each(shelf, folders, &|folder, known| {
            let (read, news) = one(folder, known)?;
            self.progress.step();
            // Room for ten thousand incidents, most of them skipped, takes longer to make than a list to print.
            let is_nothing = read.value.is_none() && read.warnings.is_empty();
            Ok(((!is_nothing).then(|| Box::new(read)), news))
        })?;
        let read: Vec<_> = read.into_iter().flatten().collect();
        let warnings: Vec<&String> = read.iter().flat_map(|r| &r.warnings).collect();
        if !warnings.is_empty() {
            self.progress.hide();
            for warning in warnings {
                self.ui.warn(warning);
            }
        }
        Ok(read.into_iter().filter_map(|r| r.value).collect())
    }

    /// What `take` makes of each incident but those of which enough is known to skip them.
    fn but<T: Send>(
        &self,
        skip: Skip<'_>,
        folders: &[Folder],
        take: &(dyn Fn(&Folder, Listed) -> Option<T> + Sync),
    ) -> Result<Vec<T>> {
        self.each("ended", folders, &|folder, known| {
            if known.and_then(Known::parse).is_some_and(skip) {
                return Ok((Read { value: None, warnings: Vec::new() }, None));
            }
            let read = self.read(folder)?;
            let news = read.value.as_ref().and_then(|whole| known_of(whole, self.now));
            Ok((read.and_then(|listed| take(folder, listed)), news.map(Known::text)))
        })
    }

    fn read(&self, folder: &Folder) -> Result<Read<Whole>> {
        from_files(self.store, folder, self.looking_back.then_some(self.now))
    }

    /// An incident from what is kept of it, else from its files.
    fn whole(&self, folder: &Folder, known: Option<&str>) -> Result<Kept<Whole>> {
        if let Some(incident) = known.and_then(from_text) {
            return Ok((with_process(self.store, incident, Vec::new(), false), None));
        }
        let read = self.read(folder)?;
        let news = read.value.as_ref().filter(|w| !w.is_broken).and_then(|w| to_text(&w.listed.0));
        Ok((read, news))
    }
}

/// The name of the shelf for a month's incidents.
fn shelf(kind: &str, month: &[Folder]) -> String {
    let id = month.first().map_or("", |folder| folder.id.as_str());
    format!("{kind}-{}", id.get(..6).unwrap_or_default())
}

/// Incidents by the month in which they were declared, oldest first: what is kept of a month that is over is not
/// written again.
fn months(folders: &[Folder]) -> impl DoubleEndedIterator<Item = &[Folder]> {
    let month = |folder: &Folder| folder.id.as_str().get(..6).map(str::to_owned);
    folders.chunk_by(move |a, b| month(a) == month(b))
}

fn from_files(store: &Store, folder: &Folder, as_of: Option<Instant>) -> Result<Read<Whole>> {
    let loaded = store.load_as_of(folder, as_of)?;
    let is_broken = !loaded.problems.is_empty();
    let mut warnings = Vec::new();
    let id = &folder.id;
    let Some(incident) = loaded.incident else {
        warnings.push(format!("{} cannot be read; `inc check {id}` says why", folder.path.display()));
        return Ok(Read { value: None, warnings });
    };
    if is_broken {
        warnings.push(format!("{id} has files that cannot be read; `inc check {id}` says why"));
    }
    let nothing_yet = incident.timeline.is_empty() && as_of.is_some();
    if nothing_yet {
        return Ok(Read { value: None, warnings });
    }
    Ok(with_process(store, incident, warnings, is_broken))
}

fn with_process(
    store: &Store,
    incident: Incident,
    mut warnings: Vec<String>,
    is_broken: bool,
) -> Read<Whole> {
    let value = match store.processes.get(&incident.record.process) {
        Ok(found) => Some(Whole { listed: (incident, found), is_broken }),
        Err(error) => {
            warnings.push(format!("{}: {error}", incident.id()));
            None
        }
    };
    Read { value, warnings }
}

/// An incident's files as the cache keeps them, the record on the first line and an entry on each other: faster to
/// read than thirteen files, and the same. None where it would not be read as it is.
fn to_text(incident: &Incident) -> Option<String> {
    let originals = incident.timeline.iter().map(|t| t.original.as_deref().unwrap_or(&t.entry));
    let mut text = serde_json::to_string(&incident.record).ok()?;
    for entry in originals.chain(&incident.amendments) {
        let line = serde_json::to_string(&(&entry.name, Fields::from(entry), &entry.text)).ok()?;
        text.extend(["\n", &line]);
    }
    (from_text(&text).as_ref() == Some(incident)).then_some(text)
}

fn from_text(text: &str) -> Option<Incident> {
    let mut lines = text.lines();
    let record: Record = serde_json::from_str(lines.next()?).ok()?;
    let entry = |line| -> Option<Entry> {
        let (name, fields, text): (String, Fields, String) = serde_json::from_str(line).ok()?;
        fields.into_entry(name, text).ok()
    };
    Some(fold(record, lines.map(entry).collect::<Option<_>>()?))
}

/// What a list may later take for granted while the incident's files stay as they are.
fn known_of(whole: &Whole, now: Instant) -> Option<Known> {
    let (incident, found) = &whole.listed;
    if whole.is_broken || incident.status.is_open() {
        return None;
    }
    let begun = incident.entries().all(|entry| entry.at <= now);
    let over = |clock: &Clock| super::due::is_over(incident, clock);
    let quiet = begun && clocks(incident, &found.process, now).iter().all(over);
    Some(Known { status: incident.status, quiet })
}

/// Whether all that is shown of an incident stays as it is while nobody writes anything: no clock of it runs or is
/// counted on.
fn is_settled(whole: &Whole, now: Instant) -> bool {
    let (incident, found) = &whole.listed;
    let fixed = |clock: &Clock| clock.ended_at.is_some() || clock.margin_seconds.is_none();
    known_of(whole, now).is_some_and(|known| known.quiet)
        && clocks(incident, &found.process, now).iter().all(fixed)
}
