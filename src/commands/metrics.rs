//! `inc metrics`

use std::sync::Arc;

use anyhow::Result;
use clap::ValueEnum;

use super::Done;
use crate::clock::summary::groups::By;
use crate::clock::summary::{Measured, Subject};
use crate::context::Context;
use crate::model::Incident;
use crate::render;
use crate::render::metrics::Report;
use crate::store::processes::Found;

/// Show how well incidents went: times, limits met, targets, each with its formula
///
/// Times are from one milestone to another, and an incident that lacks one is left out and counted. Cancelled
/// incidents are in no figure. The targets of a process are judged by its own incidents of rank 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only incidents that began at this time or later
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only incidents that began at this time or earlier
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// The figures of each severity, service, type or month as well
    // As text: the global `--by` has the same name, and who writes is of no matter here.
    #[arg(long, value_name = "WHAT", value_parser = By::ALL.map(By::name))]
    pub by: Option<String>,
    /// How to print them; `openmetrics` is for a Prometheus textfile collector
    #[arg(long, value_enum, default_value_t, conflicts_with = "json")]
    pub format: Format,
    /// As `--format csv`
    #[arg(long, conflicts_with_all = ["format", "json"])]
    pub csv: bool,
}

/// How figures are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// For Prometheus.
    Openmetrics,
}

/// Shows figures over many incidents.
///
/// # Errors
/// A time is wrong, or the disk fails; an incident whose files are wrong is named and left out.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let (found, _) = context.process(&store)?;
    let zone = found.process.timezone;
    let time = |text: &Option<String>| text.as_deref().map(|t| context.time(t, zone)).transpose();
    let (since, until) = (time(&args.since)?, time(&args.until)?);
    let now = context.now;
    let keep = |incident: Incident, found: &Arc<Found>| {
        let began = incident.began();
        let then = since.is_none_or(|since| began.is_some_and(|b| b >= since))
            && until.is_none_or(|until| began.is_some_and(|b| b <= until));
        then.then(|| (Measured::new(&incident, &found.process, now), Arc::clone(found)))
    };
    let incidents = super::reading::read_each(context, &repo, &store, None, &keep)?;
    let subjects: Vec<Subject<'_>> =
        incidents.iter().map(|(measured, found)| Subject { measured, process: &found.process }).collect();
    let by = By::ALL.into_iter().find(|by| args.by.as_deref() == Some(by.name()));
    let report = Report::new(&subjects, by, [since, until]);
    let format = match (context.globals.json, args.csv) {
        (true, _) => Format::Json,
        (false, true) => Format::Csv,
        (false, false) => args.format,
    };
    match format {
        Format::Json => context.ui.out(&render::json::pretty(&render::metrics::json(&report))?),
        Format::Csv => context.ui.out(&render::metrics::csv(&report)),
        Format::Openmetrics => context.ui.out(&render::metrics::openmetrics(&report)),
        Format::Table if subjects.is_empty() => {
            context.ui.say("there is no incident to compute figures from");
        }
        Format::Table => context.ui.out(&render::metrics::table(&report)),
    }
    Ok(Done::Clean)
}
