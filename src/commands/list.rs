//! `inc list`, and `inc` alone.

use anyhow::Result;

use super::Done;
use crate::clock::clocks;
use crate::context::Context;
use crate::error::{nearest, usage};
use crate::model::instant::Instant;
use crate::model::{Incident, Status};
use crate::process::Process;
use crate::render;
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
pub type Listed = (Incident, std::rc::Rc<Found>);

/// Lists incidents.
///
/// # Errors
/// A filter is wrong, or the disk fails; an incident whose files are wrong is named and left out.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let filter = Filter::new(context, &store, args)?;
    let mut listed = Vec::new();
    for folder in store.folders().0 {
        let fits = |(i, f): &Listed| filter.takes(i, &f.process);
        listed.extend(read(context, &store, &folder)?.filter(fits));
    }
    listed.reverse();
    if context.globals.json {
        let json: Vec<_> = listed.iter().map(|(i, f)| render::json::listed(i, f, context.now)).collect();
        context.ui.out(&render::json::pretty(&json)?);
    } else if listed.is_empty() {
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

/// Reads an incident for a list; one whose files are wrong is named, and the rest goes on.
///
/// # Errors
/// The disk fails.
pub fn read(context: &Context, store: &Store, folder: &Folder) -> Result<Option<Listed>> {
    let loaded = store.load_as_of(folder, context.looking_back.then_some(context.now))?;
    let broken = loaded.problems.len();
    let Some(incident) = loaded.incident else {
        context.ui.warn(&format!(
            "{} cannot be read; `inc check {}` says why",
            folder.path.display(),
            folder.id
        ));
        return Ok(None);
    };
    if broken > 0 {
        context.ui.warn(&format!(
            "{} has files that cannot be read; `inc check {}` says why",
            folder.id, folder.id
        ));
    }
    let nothing_yet = incident.timeline.is_empty() && context.looking_back;
    if nothing_yet {
        return Ok(None);
    }
    match store.processes.get(&incident.record.process) {
        Ok(found) => Ok(Some((incident, found))),
        Err(error) => {
            context.ui.warn(&format!("{}: {error}", folder.id));
            Ok(None)
        }
    }
}

/// What is open and due, for `inc` alone.
///
/// # Errors
/// There is no repository, or the disk fails.
pub fn overview(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let mut open = Vec::new();
    for folder in store.folders().0 {
        open.extend(read(context, &store, &folder)?.filter(|(i, _)| i.status.is_open()));
    }
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
