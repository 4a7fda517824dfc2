//! Clocks as people read them: what is due, when, for whom, and what to type.

mod command;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::time::format_beside;
use crate::clock::{Clock, State};
use crate::error::plain;
use crate::model::Zone;
use crate::model::duration::format_duration;
use crate::model::instant::Instant;
use crate::model::{Incident, Milestone};
use crate::process::Process;
use crate::process::obligation::{Gate, Weight};
use crate::render::columns::with_commands;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

pub use crate::clock::answer;
pub use command::command;

/// `in 14m 30s`, `now`, `2m late`.
#[must_use]
pub fn countdown(due: Instant, now: Instant) -> String {
    let left = due - now;
    match left.num_seconds() {
        0 => "now".into(),
        1.. => format!("in {}", format_duration(left)),
        _ => format!("{} late", format_duration(-left)),
    }
}

/// Whether people are reminded of a clock: it has a time, and its process makes something of it. One whose miss
/// is `off` only marks a time that others build on.
#[must_use]
pub fn is_reminder(clock: &Clock) -> bool {
    clock.due.is_some() && clock.missed != Weight::Off
}

/// The order in which clocks are shown: soonest first, and at the same instant as the process lists them.
#[must_use]
pub fn order(clock: &Clock, process: &Process) -> (bool, Option<Instant>, usize) {
    let place = match clock.obligation.strip_prefix("step:") {
        Some(step) => process.items().position(|i| i.id == step).map(|at| at + process.obligations.len()),
        None => process.obligations.iter().position(|o| o.id == clock.obligation),
    };
    (clock.due.is_none(), clock.due, place.unwrap_or(usize::MAX))
}

/// Whether a clock has fired and is not late: its process gives people some minutes to carry it out.
fn is_fresh(clock: &Clock, now: Instant) -> bool {
    clock.state == State::Running && clock.due.is_some_and(|due| now >= due)
}

/// The countdown in the tone of its urgency.
fn urgency(clock: &Clock, due: Instant, now: Instant) -> String {
    if is_fresh(clock, now) {
        return paint(Tone::Warn, "now");
    }
    let left = (due - now).num_seconds();
    // Of a limit that the source wrote with `<`, the instant itself is too late.
    if left == 0 && clock.strict && clock.state == State::Missed {
        return paint(Tone::Bad, "late");
    }
    let tone = match left {
        ..0 => Tone::Bad,
        0..=300 => Tone::Warn,
        _ => Tone::Strong,
    };
    paint(tone, &countdown(due, now))
}

/// One line for each clock: countdown, time, what, for whom, and the command.
#[must_use]
pub fn lines(clocks: &[&Clock], process: &Process, now: Instant) -> String {
    let rows: Vec<Vec<String>> = clocks.iter().map(|c| verdict(c, process, now, process.timezone)).collect();
    with_commands(&rows).concat()
}

fn row(clock: &Clock, process: &Process, now: Instant) -> Vec<String> {
    let (countdown, at) = clock.due.map_or_else(
        || (String::from("any time"), String::new()),
        |due| (urgency(clock, due, now), format_beside(due, now, process.timezone)),
    );
    let who: Vec<&str> = clock.notify.iter().map(|w| process.label_of(w)).collect();
    // Many a label says by itself who it is for.
    let label = clock.label.to_lowercase();
    let said = who.iter().all(|w| label.contains(&w.to_lowercase()));
    let who = if said { String::new() } else { plain(&format!(" → {}", who.join(", "))) };
    let times =
        if clock.missed_count > 1 { format!(" ({} times)", clock.missed_count) } else { String::new() };
    let what = format!("{}{who}{times}", plain(&clock.label));
    vec![format!("  {countdown}"), at, what, paint(Tone::Dim, &command(clock).unwrap_or_default())]
}

/// Due clocks of several incidents, the incident first in each line.
#[must_use]
pub fn due_table(due: &[(&Incident, &Arc<Found>, Clock)], now: Instant, most: usize) -> String {
    let mut open: Vec<_> = due.iter().filter(|(_, _, c)| c.is_open() && is_reminder(c)).collect();
    open.sort_by_key(|(_, found, c)| order(c, &found.process));
    let rows: Vec<Vec<String>> = open
        .iter()
        .take(most)
        .map(|(incident, found, clock)| {
            let mut row = row(clock, &found.process, now);
            let short = incident.record.id.short().to_owned();
            row.insert(0, paint(Tone::Strong, &short));
            row
        })
        .collect();
    let mut text = with_commands(&rows).concat();
    if open.len() > most {
        text.push_str(&format!("and {} more: `inc due`\n", open.len() - most));
    }
    text
}

/// What is due on several incidents, and what was done late; with `why`, where each comes from.
#[must_use]
pub fn due_list(due: &[(&Incident, &Arc<Found>, Clock)], now: Instant, why: bool) -> String {
    let rows: Vec<Vec<String>> = due
        .iter()
        .map(|(incident, found, clock)| {
            let mut row = verdict(clock, &found.process, now, found.process.timezone);
            row.insert(0, paint(Tone::Strong, incident.record.id.short()));
            row
        })
        .collect();
    let lines = with_commands(&rows);
    if !why {
        return lines.concat();
    }
    let lines = lines.iter().zip(due).map(|(line, (_, _, clock))| {
        let reason = [Some(clock.obligation.as_str()), clock.source.as_deref()];
        let reason: Vec<String> = reason.into_iter().flatten().map(plain).collect();
        format!("{line}{}\n", paint(Tone::Dim, &format!("        {}", reason.join(" · "))))
    });
    lines.collect()
}

/// The next things due after a command, soonest first.
#[must_use]
pub fn next_due(clocks: &[Clock], process: &Process, now: Instant, most: usize) -> String {
    let mut open: Vec<&Clock> = clocks.iter().filter(|c| c.is_open() && is_reminder(c)).collect();
    open.sort_by_key(|c| order(c, process));
    if open.is_empty() {
        return format!("{}\n{}", paint(Tone::Dim, "nothing is due"), held_up(clocks, process, now, most));
    }
    let shown: Vec<&Clock> = open.iter().copied().take(most).collect();
    let mut text = format!("{}\n{}", paint(Tone::Strong, "next due"), lines(&shown, process, now));
    if open.len() > most {
        let more = format!("  and {} more: `inc due`", open.len() - most);
        text.push_str(&format!("{}\n", paint(Tone::Dim, &more)));
    }
    text
}

/// What holds up the next step though it has no time, with the command that does it; nothing where nothing does.
#[must_use]
pub fn held_up(clocks: &[Clock], process: &Process, now: Instant, most: usize) -> String {
    let held = Gate::ALL.into_iter().map(|gate| {
        let mut held: Vec<&Clock> = clocks.iter().filter(|c| c.holds_up(gate)).collect();
        held.sort_by_key(|c| order(c, process));
        (gate, held)
    });
    let Some((gate, held)) = held.into_iter().find(|(_, held)| !held.is_empty()) else {
        return String::new();
    };
    let shown: Vec<&Clock> = held.iter().copied().take(most).collect();
    let heading = format!("before `{}`", gate.command());
    let mut text = format!("{}\n{}", paint(Tone::Strong, &heading), lines(&shown, process, now));
    if held.len() > most {
        let more = format!("  and {} more: `inc show`", held.len() - most);
        text.push_str(&format!("{}\n", paint(Tone::Dim, &more)));
    }
    text
}

/// A line for each field that nobody wrote and on which it depends whether something applies.
#[must_use]
pub fn not_known(unknown: &[&Clock]) -> Vec<String> {
    let mut fields: Vec<&'static str> = Vec::new();
    for field in unknown.iter().filter_map(|c| c.needs) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let line = |field: &&'static str| {
        let of: Vec<&&Clock> = unknown.iter().filter(|c| c.needs == Some(*field)).collect();
        let first = of.first().map_or("", |c| c.label.as_str());
        let others = match of.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        format!("{field} is not known, and decides \"{}\"{others}: `{}`", plain(first), answer(field))
    };
    fields.iter().map(line).collect()
}

/// Who must be told and has not been, with what the obligation says.
#[must_use]
pub fn to_tell(clocks: &[Clock], now: Instant) -> Vec<&Clock> {
    let told = |c: &&Clock| c.is_open() && !c.notify.is_empty() && c.due.is_none_or(|d| d <= now);
    clocks.iter().filter(told).collect()
}

/// `3m after it was detected`, for the milestones that are measured from detection; nothing when a clock that was
/// wrong says that it came before.
#[must_use]
pub fn since(incident: &Incident, milestone: Milestone) -> Option<String> {
    let at = incident.reached(milestone)?;
    let (origin, from) = [Milestone::Detected, Milestone::Started, Milestone::Declared]
        .into_iter()
        .filter(|m| *m < milestone)
        .find_map(|m| Some((m, incident.reached(m).filter(|from| *from <= at)?)))?;
    let verb = if origin == Milestone::Started { "it started" } else { "it was " };
    let name = if origin == Milestone::Started { "" } else { origin.name() };
    Some(format!("{} after {verb}{name}", format_duration(at - from)))
}

/// A clock as `show` lists it: its state, by how much, what.
#[must_use]
pub fn verdict(clock: &Clock, process: &Process, now: Instant, zone: Zone) -> Vec<String> {
    let margin = clock.margin_seconds.map(TimeDelta::seconds);
    let mark = match clock.state {
        State::Met => paint(Tone::Good, "met"),
        State::Missed if clock.ended_at.is_some() => paint(Tone::Bad, "missed"),
        State::Waived => paint(Tone::Dim, "waived"),
        State::Unknown => paint(Tone::Warn, "unknown"),
        _ => return row(clock, process, now),
    };
    let by = match (clock.state, margin) {
        (State::Missed, Some(margin)) => format!("by {}", format_duration(-margin)),
        (State::Met, Some(margin)) => format!("{} to spare", format_duration(margin)),
        (State::Unknown, _) => clock.needs.map(|f| format!("needs {f}")).unwrap_or_default(),
        _ => String::new(),
    };
    let at = clock.ended_at.or(clock.due).map(|at| format_beside(at, now, zone)).unwrap_or_default();
    let help = clock.needs.map(answer).unwrap_or_default();
    vec![
        format!("  {mark}"),
        at,
        format!("{} {}", plain(&clock.label), paint(Tone::Dim, &by)),
        paint(Tone::Dim, &help),
    ]
}
