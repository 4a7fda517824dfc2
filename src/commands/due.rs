//! `inc due`

use anyhow::Result;

use super::Done;
use crate::clock::{Clock, State, clocks};
use crate::context::Context;
use crate::error::usage;
use crate::model::Incident;
use crate::model::duration::parse_duration;
use crate::render;
use crate::store::processes::Found;

/// Show what is due, soonest first: on every open incident, or on one with `-i`
///
/// Each line says when, what, for whom, and the command that does it. `--now TIME` looks back or ahead.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what falls due within this time
    #[arg(long, value_name = "DURATION")]
    pub within: Option<String>,
    /// Only what is late or was missed
    #[arg(long)]
    pub missed: bool,
    /// Exit with status 1 when something is late
    #[arg(long)]
    pub exit_code: bool,
}

/// Shows what is due.
///
/// # Errors
/// `--within` is no duration, or a file is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let within = args.within.as_deref().map(|t| parse_duration(t).map_err(usage)).transpose()?;
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let mut incidents = Vec::new();
    if context.globals.incident.is_some() {
        let folder = context.folder(&repo, &store, None)?;
        let incident = context.load(&store, &folder)?;
        let found = store.processes.get(&incident.record.process)?;
        incidents.push((incident, found));
    } else {
        for folder in store.folders().0 {
            incidents.extend(super::list::read(context, &store, &folder)?);
        }
    }
    let horizon = within.and_then(|w| context.now.checked_add_signed(w));
    let wanted = |clock: &Clock| {
        let late = clock.state == State::Missed || clock.due.is_some_and(|d| d < context.now);
        clock.is_open()
            && clock.due.is_some()
            && (!args.missed || late)
            && horizon.is_none_or(|h| clock.due.is_some_and(|d| d <= h))
    };
    let mut due: Vec<(&Incident, &std::rc::Rc<Found>, Clock)> = incidents
        .iter()
        .flat_map(|(i, f)| clocks(i, &f.process, context.now).into_iter().map(move |c| (i, f, c)))
        .filter(|(_, _, c)| wanted(c))
        .collect();
    due.sort_by_key(|(_, _, c)| c.due);
    let late = due.iter().any(|(_, _, c)| c.due.is_some_and(|d| d < context.now));
    if context.globals.json {
        let json: Vec<_> = due.iter().map(|(i, _, c)| render::json::clock(i.id(), c)).collect();
        context.ui.out(&render::json::pretty(&json)?);
    } else if due.is_empty() {
        context.ui.say("nothing is due");
    } else {
        context.ui.out(&render::clocks::due_table(&due, context.now, usize::MAX));
    }
    Ok(if late && args.exit_code { Done::Findings } else { Done::Clean })
}
