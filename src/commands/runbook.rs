//! `inc runbook`

use std::sync::Arc;

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::change::Change;
use crate::context::Context;
use crate::error::{plain, refused, usage};
use crate::model::Incident;
use crate::process::{Process, response::Runbook};
use crate::render::columns::columns;
use crate::render::{self, steps as lines};
use crate::store::edit::Edit;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// What to do about a type of incident: list, show, start
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the runbooks of the process
    List,
    Show(Show),
    Start(Start),
}

/// Show a runbook: how to recognise it, its steps, what it might be
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its name [else: the incident's]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// Follow a runbook in this incident: it gets this type, and the runbook's steps become due
#[derive(Debug, clap::Args)]
pub struct Start {
    /// Its name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        None | Some(Command::List) => list(context),
        Some(Command::Show(args)) => show(context, args),
        Some(Command::Start(args)) => start(context, args),
    }
}

/// The process to look in: the incident's, when one is meant, else the one of new incidents.
///
/// # Errors
/// An incident was named and cannot be read, or the process is wrong.
pub fn around(context: &Context) -> Result<(Arc<Found>, Option<Incident>)> {
    let Ok(repo) = context.repo() else {
        let store = crate::store::Store::open(context.dir())?;
        return Ok((context.process(&store)?.0, None));
    };
    let store = context.store(&repo)?;
    match context.folder(&repo, &store, None) {
        Ok(folder) => {
            let incident = context.load(&store, &folder)?;
            Ok((store.processes.get(&incident.record.process)?, Some(incident)))
        }
        Err(error) if context.globals.incident.is_some() => Err(error),
        Err(_) => Ok((context.process(&store)?.0, None)),
    }
}

fn list(context: &Context) -> Result<Done> {
    let (found, incident) = around(context)?;
    let process = &found.process;
    let current = incident.as_ref().and_then(|i| i.record.kind.as_deref());
    if context.globals.json {
        let json: Vec<_> = process
            .runbooks
            .iter()
            .map(|r| {
                json!({
                    "id": r.id, "label": r.label, "severity": r.severity, "symptoms": r.symptoms,
                    "followed": Some(r.id.as_str()) == current,
                })
            })
            .collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    if process.runbooks.is_empty() {
        context.ui.out(&format!("{} has no runbooks", process.pin()));
        return Ok(Done::Clean);
    }
    let row = |r: &Runbook| {
        let mark = if Some(r.id.as_str()) == current { "  (followed here)" } else { "" };
        let label = format!("{}{mark}", plain(&r.label));
        vec![paint(Tone::Strong, &plain(&r.id)), plain(&r.severity.join(", ")), label]
    };
    context.ui.out(&columns(&process.runbooks.iter().map(row).collect::<Vec<_>>()));
    context.ui.say("`inc runbook show NAME` shows one, `inc runbook start NAME` follows it");
    Ok(Done::Clean)
}

/// The runbook that a word means.
///
/// # Errors
/// The process has none of that name; said with those it has.
pub fn find<'a>(process: &'a Process, name: &str) -> Result<&'a Runbook> {
    let same = |r: &&Runbook| r.label.to_lowercase() == name.to_lowercase();
    let found = process.runbook(name).or_else(|| process.runbooks.iter().find(same));
    found.ok_or_else(|| {
        let known: Vec<&str> = process.runbooks.iter().map(|r| r.id.as_str()).collect();
        let failure = usage(format!("{} has no runbook `{}`", process.pin(), name.escape_debug()))
            .did_you_mean(name, known.iter().copied());
        match known.as_slice() {
            [] => failure,
            known => failure.hint(format!("its runbooks: {}", known.join(", "))),
        }
        .into()
    })
}

fn show(context: &Context, args: &Show) -> Result<Done> {
    let (found, incident) = around(context)?;
    let process = &found.process;
    let kind = incident.as_ref().and_then(|i| i.record.kind.as_deref());
    let name = args.name.as_deref().or(kind).ok_or_else(|| {
        usage("which runbook? no incident here follows one").hint("`inc runbook list` lists them")
    })?;
    let runbook = find(process, name)?;
    if context.globals.json {
        context.ui.out(&render::json::pretty(runbook)?);
        return Ok(Done::Clean);
    }
    context.ui.out(&lines::runbook(runbook, process));
    if kind == Some(runbook.id.as_str()) {
        context.ui.say(&format!("`inc checklist show {}` shows what is done", runbook.id));
    }
    Ok(Done::Clean)
}

fn start(context: &Context, args: &Start) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let id = find(change.process(), &args.name)?.id.clone();
    let before = change.incident.record.kind.clone();
    if before.as_deref() == Some(id.as_str()) {
        return Err(usage(format!("{} follows {id} already", change.folder.id))
            .hint(format!("`inc checklist show {id}` shows what is done"))
            .into());
    }
    if !change.incident.status.is_open() {
        let status = change.incident.status.name();
        return Err(refused(format!("{} is {status}; there is nothing to start", change.folder.id)).into());
    }
    change.edit(&[Edit::set(["type"], serde_yaml::Value::String(id.clone()))])?;
    change.save(&change.message(&format!("follow the runbook {id}")))?;
    let after = before.map(|b| format!(", before {b}")).unwrap_or_default();
    let label = change.process().runbook(&id).map(|r| plain(&r.label)).unwrap_or_default();
    context.ui.out(&format!("{} follows {id} {label}{after}", change.folder.id));
    context.ui.out(&lines::first_steps(&change.incident, change.process(), change.now(), 5));
    Ok(Done::Clean)
}
