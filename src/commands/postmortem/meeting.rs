//! `inc postmortem meeting`

use anyhow::Result;

use super::super::Done;
use super::time;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{plain, usage};
use crate::model::Incident;
use crate::model::entry::Kind;
use crate::model::instant::Instant;
use crate::process::Process;
use crate::process::offices::Offices;
use crate::render::columns::columns;
use crate::rules::{Lack, lacks};
use crate::store::edit::Edit;

/// Plan the meeting, move it, or say when it was held, how long, and with whom
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// When: `2025-11-12 10:00`, `tomorrow 10:00`, `in 2d` [default: as it was said before]
    #[arg(value_name = "TIME", required_unless_present_any = ["minutes", "present"])]
    pub time: Option<String>,
    /// How long it took, in minutes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub minutes: Option<u32>,
    /// Who took part: a person, or the role or post for which somebody did; may be given several times, and adds to
    /// who was named before
    #[arg(long, value_name = "WHO")]
    pub present: Vec<String>,
}

/// Plans the meeting, or says how it was.
pub(super) fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let Some(to) = change.incident.postmortem else {
        return Err(usage(format!("{} has no post-mortem yet", change.folder.id))
            .hint(format!(
                "`inc postmortem new --meeting \"{}\"` begins it",
                args.time.as_deref().unwrap_or("TIME")
            ))
            .into());
    };
    let at = args.time.as_deref().map(|text| time(&change, text)).transpose()?;
    if at.is_some() {
        change.add(Kind::Postmortem { to, meeting: at }, "");
    }
    change.edit(&held(&change, args)?)?;
    let shown = at.map(|at| format_beside(at, context.now, change.process().timezone));
    let said = shown.as_ref().map_or_else(|| "was held".to_owned(), |at| format!("at {at}"));
    change.save(&change.message(&format!("post-mortem meeting {said}")))?;
    context.ui.out(&format!(
        "{} post-mortem meeting: {}",
        change.folder.id,
        told(&change.incident, change.process(), context.now)
    ));
    let posted = change.posted();
    let missing = missing(change.offices(&posted), change.now());
    if !missing.is_empty() {
        context.ui.out(&list(&missing));
    }
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

/// How long it took and who took part, as the record keeps it.
fn held(change: &Change<'_>, args: &Args) -> Result<Vec<Edit>> {
    let minutes = args.minutes.map(|n| Edit::set(["review", "minutes"], n));
    let mut known = change.incident.record.review.participants.clone();
    let mut edits: Vec<Edit> = minutes.into_iter().collect();
    for who in &args.present {
        let who = line("the name", who)?;
        if !known.iter().any(|k| k.to_lowercase() == who.to_lowercase()) {
            edits.push(Edit::set(["review", "participants", "-"], who.clone()));
            known.push(who);
        }
    }
    Ok(edits)
}

/// `2025-11-12 10:00, 90 minutes, with alice and bob`, as far as it is known.
pub(super) fn told(incident: &Incident, process: &Process, now: Instant) -> String {
    let review = &incident.record.review;
    let at = incident.meeting().map(|at| format_beside(at, now, process.timezone));
    let minutes = review.minutes.map(|n| format!("{n} minutes"));
    let people = Some(plain(&review.participants.join(", "))).filter(|p| !p.is_empty());
    let parts = [at, minutes, people.map(|p| format!("with {p}"))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What the meeting lacks; of one that is still to come nobody has to say how long it is.
pub(super) fn missing(offices: Offices<'_>, now: Instant) -> Vec<Lack> {
    let is_over = offices.incident.meeting().is_some_and(|at| at <= now);
    let is_said = offices.incident.record.review.minutes.is_some();
    lacks(offices).into_iter().filter(|l| is_over || is_said || !l.is_time()).collect()
}

/// A line for each, after a line that says what they are.
pub(super) fn list(missing: &[Lack]) -> String {
    let row = |l: &Lack| vec![format!("  {}", plain(&l.message)), plain(&l.command)];
    let rows: Vec<Vec<String>> = missing.iter().map(row).collect();
    format!("of the meeting:\n{}", columns(&rows))
}
