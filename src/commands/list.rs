//! `inc list`, and `inc` alone.

use std::sync::Arc;

use anyhow::Result;

use super::Done;
use super::reading::{Skip, print_all, read_each};
use crate::clock::clocks;
use crate::context::Context;
use crate::error::usage;
use crate::model::instant::Instant;
use crate::model::{Incident, Status};
use crate::process::Process;
use crate::render;
use crate::store::Store;
use crate::store::cache::Known;
use crate::store::processes::Found;

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
        if filter.takes_all() {
            print_all(context, &repo, &store)?;
            return Ok(Done::Clean);
        }
        let now = context.now;
        // Each is made text at once: ten thousand values would fill the memory.
        let json = |i: Incident, f: &Arc<Found>| {
            fits(&i, f).then(|| render::json::item(&render::json::listed(&i, f, now)))
        };
        let listed =
            read_each(context, &repo, &store, skip, &json)?.into_iter().collect::<Result<Vec<_>>>()?;
        let mut array = render::json::Array::default();
        listed.iter().rev().for_each(|item| array.push(item, &|part| context.ui.json(part)));
        array.end(&|part| context.ui.json(part));
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
                let failure = usage(format!("`{}` is no status", status.escape_debug()))
                    .did_you_mean(status, known.iter().copied());
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

    fn takes_all(&self) -> bool {
        let Args { all, severity, status, service, label, kind, text, since, until } = self.args;
        let lists = [severity, status, service, label, kind];
        *all && lists.iter().all(|l| l.is_empty()) && [text, since, until].iter().all(|t| t.is_none())
    }

    fn takes(&self, incident: &Incident, process: &Process) -> bool {
        let record = &incident.record;
        let any =
            |wanted: &[String], has: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(has);
        let severity = |word: &String| process.severity(word).map(|s| s.id.as_str()) == incident.severity();
        // What a list does not say of a restricted incident, its filters do not find either.
        let about = || {
            any(&self.args.service, &|s| record.services.contains(s))
                && any(&self.args.label, &|l| record.labels.contains(l))
                && any(&self.args.kind, &|k| record.kind.as_ref().is_some_and(|t| t.eq_ignore_ascii_case(k)))
                && self.has_text(incident)
        };
        (!self.only_open || incident.status.is_open())
            && self.has_status(incident.status)
            && any(&self.args.severity, &severity)
            && (!self.asks_what_it_is_about() || (!record.restricted && about()))
            && self.in_time(incident)
    }

    fn asks_what_it_is_about(&self) -> bool {
        let Args { service, label, kind, text, .. } = self.args;
        text.is_some() || [service, label, kind].iter().any(|l| !l.is_empty())
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
        has(&incident.record.title) || incident.entries().any(|e| has(&e.text))
    }

    fn in_time(&self, incident: &Incident) -> bool {
        let began = incident.began();
        self.since.is_none_or(|since| began.is_some_and(|b| b >= since))
            && self.until.is_none_or(|until| began.is_some_and(|b| b <= until))
    }
}
