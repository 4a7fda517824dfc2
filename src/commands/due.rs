//! `inc due`

use std::sync::Arc;

use anyhow::Result;

use super::Done;
use super::reading::Listed;
use crate::clock::{Clock, State, clocks};
use crate::context::{Context, Opened};
use crate::error::usage;
use crate::model::duration::parse_duration;
use crate::model::instant::Instant;
use crate::model::{Incident, Status};
use crate::render;
use crate::render::clocks::{is_reminder, order};
use crate::store::cache::Known;
use crate::store::processes::Found;

/// Show what is due, soonest first: on every open incident, or on one with `-i`
///
/// Each line says when, what, for whom, and the command that does it; with `-v` also why, by obligation and
/// clause. `--now TIME` looks back or ahead.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what falls due within this time, and what is late
    #[arg(long, value_name = "DURATION")]
    pub within: Option<String>,
    /// Only what is late, and what was done late
    #[arg(long)]
    pub missed: bool,
    /// Exit with status 1 when something is late
    #[arg(long)]
    pub exit_code: bool,
    /// As a calendar file, with an alarm for each
    #[arg(long, conflicts_with = "json")]
    pub ics: bool,
}

/// Shows what is due.
///
/// # Errors
/// `--within` is no duration, or a file is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let within = args.within.as_deref().map(|t| parse_duration(t).map_err(usage)).transpose()?;
    let wanted =
        Wanted { horizon: within.and_then(|w| context.now.checked_add_signed(w)), missed: args.missed };
    let incidents = incidents(context)?;
    let mut due: Vec<_> = incidents
        .iter()
        .flat_map(|(i, f)| clocks(i, &f.process, context.now).into_iter().map(move |c| (i, f, c)))
        .filter(|(i, _, c)| wanted.takes(i, c))
        .collect();
    due.sort_by_key(|(_, found, c)| order(c, &found.process));
    let late = due.iter().any(|(_, _, c)| c.is_open() && c.state == State::Missed);
    if args.ics {
        context.ui.out(&render::ics::calendar(&due, context.now));
    } else if context.globals.json {
        let json: Vec<_> = due.iter().map(|(i, _, c)| render::json::clock(i.id(), c)).collect();
        context.ui.out(&render::json::pretty(&json)?);
    } else if due.is_empty() {
        context.ui.say(if args.missed { "nothing is late" } else { "nothing is due" });
        if !args.missed && within.is_none() {
            for (incident, found) in &incidents {
                say_held_up(context, incident, found);
            }
        }
    } else {
        let why = context.globals.verbose > 0;
        context.ui.out(&render::clocks::due_list(&due, context.now, why));
    }
    if !args.ics && !context.globals.json && !args.missed {
        for (incident, found) in &incidents {
            say_not_known(context, incident, found);
        }
    }
    Ok(if late && args.exit_code { Done::Findings } else { Done::Clean })
}

/// Says what nobody wrote down and decides whether more is due.
fn say_not_known(context: &Context, incident: &Incident, found: &Found) {
    let clocks = clocks(incident, &found.process, context.now);
    let mut unknown: Vec<&Clock> = clocks.iter().filter(|c| c.state == State::Unknown).collect();
    unknown.sort_by_key(|c| order(c, &found.process));
    for line in render::clocks::not_known(&unknown) {
        context.ui.say(&format!("{}: {line}", incident.record.id.short()));
    }
}

/// Says what holds up an incident though it has no time.
fn say_held_up(context: &Context, incident: &Incident, found: &Found) {
    let clocks = clocks(incident, &found.process, context.now);
    let held = render::clocks::held_up(&clocks, &found.process, context.now, usize::MAX);
    if !held.is_empty() {
        context.ui.say(&format!("{}, {}", incident.id(), held.trim_end()));
    }
}

/// The incident that is meant, or all of them.
fn incidents(context: &Context) -> Result<Vec<Listed>> {
    if context.globals.incident.is_some() {
        let Opened { incident, found, .. } = context.open(None)?;
        return Ok(vec![(incident, found)]);
    }
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let skip = |known: Known| known.quiet;
    let now = context.now;
    let keep = |i: Incident, f: &Arc<Found>| {
        let any = clocks(&i, &f.process, now).iter().any(|clock| !is_over(&i, clock));
        any.then(|| (i, Arc::clone(f)))
    };
    super::reading::read_each(context, &repo, &store, Some(&skip), &keep)
}

/// Which clocks are shown.
struct Wanted {
    horizon: Option<Instant>,
    missed: bool,
}

impl Wanted {
    fn takes(&self, incident: &Incident, clock: &Clock) -> bool {
        let done_late = self.missed && clock.state == State::Missed;
        is_reminder(clock)
            && (owed(incident, clock) || done_late && incident.status.is_open())
            && (!self.missed || clock.state == State::Missed)
            && self.horizon.is_none_or(|h| clock.due.is_some_and(|d| d <= h))
    }
}

/// Whether a clock is never shown again while nobody writes anything: not owed, and not to begin by itself.
#[must_use]
pub fn is_over(incident: &Incident, clock: &Clock) -> bool {
    let still = match clock.state {
        State::Met | State::Waived => true,
        State::Missed => clock.ended_at.is_some() || incident.status >= Status::Closed,
        State::Pending => clock.from.is_none(),
        State::Running | State::Unknown => false,
    };
    still && !owed(incident, clock)
}

/// Whether something is still to be done: once an incident is closed, only what still runs, holds up the
/// post-mortem or is an action; nobody opens a war room for it any more.
fn owed(incident: &Incident, clock: &Clock) -> bool {
    let lasting =
        clock.state == State::Running || !clock.blocks.is_empty() || clock.obligation.starts_with("action:");
    clock.is_open() && (incident.status < Status::Closed || lasting)
}
