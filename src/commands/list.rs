//! `inc list`, and `inc` alone.

use std::sync::Arc;

use anyhow::Result;

use rayon::prelude::*;

use super::Done;
use crate::clock::{Clock, clocks};
use crate::context::Context;
use crate::error::{nearest, usage};
use crate::git::Repo;
use crate::model::instant::Instant;
use crate::model::{Incident, Status};
use crate::process::Process;
use crate::render;
use crate::store::cache::{self, Cache, Known};
use crate::store::processes::Found;
use crate::store::{Folder, Store};

/// List incidents: the open ones, or those that the filters choose
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// All of them, not only the open ones
    #[arg(short, long)]
    pub all: bool,
    /// Of this severity; may be given several times
    #[arg(short, long, value_name = "SEV")]
    pub severity: Vec<String>,
    /// Of this status, or `open`, or `ended`; may be given several times
    #[arg(long, value_name = "STATUS")]
    pub status: Vec<String>,
    /// That affect this service
    #[arg(long, value_name = "SERVICE")]
    pub service: Vec<String>,
    /// With this label
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// Of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Vec<String>,
    /// With this text in title or timeline, whatever its case
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// That began at this time or later
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// That began at this time or earlier
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// A listed incident and its process.
pub type Listed = (Incident, Arc<Found>);

/// Lists incidents.
///
/// # Errors
/// A filter is wrong, or the disk fails; an incident whose files are wrong is named and left out.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let filter = Filter::new(context, &store, args)?;
    let fits = |i: &Incident, f: &Found| filter.takes(i, &f.process);
    let skip = |known: Known| filter.only_open && !known.status.is_open();
    let skip = if filter.only_open { Some(&skip as Skip<'_>) } else { None };
    if context.globals.json {
        let now = context.now;
        // Each is made text at once: ten thousand values would fill the memory.
        let json = |i: Incident, f: &Arc<Found>| {
            fits(&i, f).then(|| render::json::pretty(&render::json::listed(&i, f, now)))
        };
        let mut listed =
            read_each(context, &repo, &store, skip, &json)?.into_iter().collect::<Result<Vec<_>>>()?;
        listed.reverse();
        render::json::array(&listed).for_each(|part| context.ui.out(&part));
        return Ok(Done::Clean);
    }
    let keep = |i: Incident, f: &Arc<Found>| fits(&i, f).then(|| (i, Arc::clone(f)));
    let mut listed = read_each(context, &repo, &store, skip, &keep)?;
    listed.reverse();
    if listed.is_empty() {
        context.ui.say(if filter.only_open {
            "no incident is open (`inc list --all` shows the others)"
        } else {
            "no incident is like that"
        });
    } else {
        context.ui.out(&render::listing::table(&listed, context.now, context.ui.width()));
    }
    Ok(Done::Clean)
}

/// Whether an incident of which this is known need not be read.
pub type Skip<'a> = &'a (dyn Fn(Known) -> bool + Sync);

/// What reading one incident gave.
#[derive(Default)]
struct Read<T> {
    value: Option<T>,
    warnings: Vec<String>,
    known: Option<(u64, Known)>,
}

/// Reads an incident for a list; one whose files are wrong is named, and the rest goes on.
///
/// # Errors
/// The disk fails.
pub fn read(context: &Context, store: &Store, folder: &Folder) -> Result<Option<Listed>> {
    let as_of = context.looking_back.then_some(context.now);
    let read = read_one(store, folder, as_of, context.now, None)?;
    read.warnings.iter().for_each(|warning| context.ui.warn(warning));
    Ok(read.value)
}

/// Reads all incidents, oldest first, and gives what `keep` makes of each; those whose files are wrong are named.
/// Restricted ones say what they may say among others. With `skip`, ended incidents of which enough is known are not read again.
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
    let now = context.now;
    let as_of = context.looking_back.then_some(now);
    let skip = skip.filter(|_| !context.looking_back && folders.len() > FEW);
    let cache = skip.map(|_| {
        let own: Vec<_> = store.processes.own().into_iter().map(|(_, _, path)| path).collect();
        Cache::read(&repo.git_dir().join("inc"), &store.root, cache::rules(&store.root, &own), now)
    });
    let clock = cache::clock();
    let one = |folder: &Folder| -> Result<Read<T>> {
        let print = cache.as_ref().and_then(|_| cache::fingerprint(&store.root, folder, clock));
        let known = cache.as_ref().zip(print).and_then(|(cache, print)| cache.known(folder, print));
        if let (Some(known), Some(print), Some(skip)) = (known, print, skip)
            && skip(known)
        {
            return Ok(Read { value: None, warnings: Vec::new(), known: Some((print, known)) });
        }
        let Read { value, warnings, known } = read_one(store, folder, as_of, now, print)?;
        let value = value.and_then(|(mut incident, found)| {
            incident.record.among_others();
            keep(incident, &found)
        });
        Ok(Read { value, warnings, known })
    };
    let read = folders.par_iter().map(one).collect::<Result<Vec<_>>>()?;
    read.iter().flat_map(|r| &r.warnings).for_each(|warning| context.ui.warn(warning));
    if let Some(cache) = &cache {
        let known = folders.iter().zip(&read).filter_map(|(f, r)| Some((f.id.to_string(), r.known?)));
        cache.write(&known.collect(), now);
    }
    Ok(read.into_iter().filter_map(|r| r.value).collect())
}

/// With no more incidents than this, the cache would save less than it costs.
const FEW: usize = 64;

fn read_one(
    store: &Store,
    folder: &Folder,
    as_of: Option<Instant>,
    now: Instant,
    print: Option<u64>,
) -> Result<Read<Listed>> {
    let loaded = store.load_as_of(folder, as_of)?;
    let broken = loaded.problems.len();
    let mut read = Read { value: None, warnings: Vec::new(), known: None };
    let id = &folder.id;
    let Some(incident) = loaded.incident else {
        read.warnings.push(format!("{} cannot be read; `inc check {id}` says why", folder.path.display()));
        return Ok(read);
    };
    if broken > 0 {
        read.warnings.push(format!("{id} has files that cannot be read; `inc check {id}` says why"));
    }
    let nothing_yet = incident.timeline.is_empty() && as_of.is_some();
    if nothing_yet {
        return Ok(read);
    }
    match store.processes.get(&incident.record.process) {
        Ok(found) => {
            let ended = broken == 0 && !incident.status.is_open();
            read.known = print.filter(|_| ended).map(|print| (print, known(&incident, &found, now)));
            read.value = Some((incident, found));
        }
        Err(error) => read.warnings.push(format!("{id}: {error}")),
    }
    Ok(read)
}

/// What a list may later take for granted while the incident's files stay as they are.
fn known(incident: &Incident, found: &Found, now: Instant) -> Known {
    let begun = incident.entries().all(|entry| entry.at <= now);
    let over = |clock: &Clock| super::due::is_over(incident, clock);
    Known { status: incident.status, quiet: begun && clocks(incident, &found.process, now).iter().all(over) }
}

/// What is open and due, for `inc` alone.
///
/// # Errors
/// There is no repository, or the disk fails.
pub fn overview(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let skip = |known: Known| !known.status.is_open();
    let keep = |i: Incident, f: &Arc<Found>| i.status.is_open().then(|| (i, Arc::clone(f)));
    let mut open = read_each(context, &repo, &store, Some(&skip), &keep)?;
    if open.is_empty() {
        context.ui.out("no incident is open");
        context.ui.say("`inc declare \"what is wrong\"` opens one; `inc help` lists every command");
        return Ok(Done::Clean);
    }
    open.reverse();
    context.ui.out(&render::listing::table(&open, context.now, context.ui.width()));
    let due: Vec<_> = open
        .iter()
        .flat_map(|(i, f)| clocks(i, &f.process, context.now).into_iter().map(move |c| (i, f, c)))
        .collect();
    context.ui.out(&render::clocks::due_table(&due, context.now, 5));
    Ok(Done::Clean)
}

struct Filter<'a> {
    args: &'a Args,
    only_open: bool,
    statuses: Vec<&'a str>,
    since: Option<Instant>,
    until: Option<Instant>,
}

impl<'a> Filter<'a> {
    fn new(context: &Context, store: &Store, args: &'a Args) -> Result<Self> {
        let known: Vec<&str> = Status::ALL.iter().map(|s| s.name()).chain(["open", "ended"]).collect();
        for status in &args.status {
            if !known.contains(&status.as_str()) {
                let failure = usage(format!("`{}` is no status", status.escape_debug()));
                let near = nearest(status, known.iter().copied());
                let failure = near.map_or(failure.clone(), |n| failure.hint(format!("did you mean `{n}`?")));
                return Err(failure.hint(format!("statuses: {}", known.join(", "))).into());
            }
        }
        let (found, _) = context.process(store)?;
        let zone = found.process.timezone;
        let time = |text: &Option<String>| text.as_deref().map(|t| context.time(t, zone)).transpose();
        let (since, until) = (time(&args.since)?, time(&args.until)?);
        // Whoever asks for a time, a status or a text means every incident that fits, not only the open ones.
        let narrowed = since.is_some() || until.is_some() || args.text.is_some() || !args.status.is_empty();
        let statuses = args.status.iter().map(String::as_str).collect();
        Ok(Self { args, only_open: !args.all && !narrowed, statuses, since, until })
    }

    fn takes(&self, incident: &Incident, process: &Process) -> bool {
        let record = &incident.record;
        let any =
            |wanted: &[String], has: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(has);
        let severity = |word: &String| process.severity(word).map(|s| s.id.as_str()) == incident.severity();
        (!self.only_open || incident.status.is_open())
            && self.has_status(incident.status)
            && any(&self.args.severity, &severity)
            && any(&self.args.service, &|s| record.services.contains(s))
            && any(&self.args.label, &|l| record.labels.contains(l))
            && any(&self.args.kind, &|k| record.kind.as_ref().is_some_and(|t| t.eq_ignore_ascii_case(k)))
            && self.has_text(incident)
            && self.in_time(incident)
    }

    fn has_status(&self, status: Status) -> bool {
        self.statuses.is_empty()
            || self.statuses.iter().any(|s| match *s {
                "open" => status.is_open(),
                "ended" => !status.is_open(),
                name => status.name() == name,
            })
    }

    fn has_text(&self, incident: &Incident) -> bool {
        let Some(text) = &self.args.text else { return true };
        let text = text.to_lowercase();
        let has = |s: &str| s.to_lowercase().contains(&text);
        !incident.record.restricted
            && (has(&incident.record.title) || incident.entries().any(|e| has(&e.text)))
    }

    fn in_time(&self, incident: &Incident) -> bool {
        let began = incident.began();
        self.since.is_none_or(|since| began.is_some_and(|b| b >= since))
            && self.until.is_none_or(|until| began.is_some_and(|b| b <= until))
    }
}
