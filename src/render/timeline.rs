//! The timeline on a terminal.

use crate::clock::time::{format_beside, format_local};
use crate::error::plain;
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::model::incident::TimelineEntry;
use crate::model::instant::Instant;
use crate::render::columns::columns;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// What an entry says besides its text: `S1`, `api`, `commander: alice`.
#[must_use]
pub fn subject(kind: &Kind) -> String {
    let list = |names: &[String]| names.join(", ");
    match kind {
        Kind::Milestone(_) | Kind::Note { .. } => String::new(),
        Kind::Detected { source } => source.as_ref().map(|s| format!("by {s}")).unwrap_or_default(),
        Kind::Declared { severity, .. } => severity.clone(),
        Kind::Reopened { reason } => reason.clone(),
        Kind::Cancelled { reason, of } => match of {
            Some(of) => format!("{} of {of}", reason.name()),
            None => reason.name().to_owned(),
        },
        Kind::Severity { to, reason, .. } => {
            let why = reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
            format!("{to}{why}")
        }
        Kind::Down { service } | Kind::Up { service } => service.clone(),
        Kind::Role { role, person } => format!("{role}: {person}"),
        Kind::Escalated { level, notify, .. } => {
            let told = if notify.is_empty() { String::new() } else { format!(", {} told", list(notify)) };
            format!("to {level}{told}")
        }
        Kind::Notified { who, channel, outcome, .. } => {
            let by = channel.as_ref().map(|c| format!(" by {c}")).unwrap_or_default();
            let came = match outcome {
                Some(crate::model::entry::Outcome::NoAnswer) => ", no answer",
                Some(crate::model::entry::Outcome::Failed) => ", failed",
                _ => "",
            };
            format!("{who}{by}{came}")
        }
        Kind::Update { state, audience, channels, prepared_by, .. } => {
            let to = audience.as_ref().map(|a| format!(" to {a}")).unwrap_or_default();
            let by = if channels.is_empty() { String::new() } else { format!(" by {}", list(channels)) };
            let of = if prepared_by.is_empty() {
                String::new()
            } else {
                format!(", prepared by {}", list(prepared_by))
            };
            format!("{}{to}{by}{of}", state.name())
        }
        Kind::Decision { decide, observe, orient, decider, of_type, .. } => {
            let what = of_type.as_ref().map(|t| format!("{t}: ")).unwrap_or_default();
            let who = decider.as_ref().map(|d| format!(" ({d})")).unwrap_or_default();
            let seen = observe.as_ref().or(orient.as_ref()).map_or("", String::as_str);
            decide.as_ref().map_or_else(|| format!("to be decided: {seen}"), |d| format!("{what}{d}{who}"))
        }
        Kind::Approved { what, as_role } => {
            let role = as_role.as_ref().map(|r| format!(" as {r}")).unwrap_or_default();
            format!("{what}{role}")
        }
        Kind::Done { item, note } => {
            let note = note.as_ref().map(|n| format!(": {n}")).unwrap_or_default();
            format!("{item}{note}")
        }
        Kind::Evidence { path, url, .. } => path.clone().or_else(|| url.clone()).unwrap_or_default(),
        Kind::Rollback { step, target, .. } => {
            let to = target.as_ref().map(|t| format!(" to {t}")).unwrap_or_default();
            format!("{}{to}", step.name())
        }
        Kind::Postmortem { to, .. } => to.name().to_owned(),
        Kind::Warroom { step, channel, .. } => {
            let room = channel.as_ref().map(|c| format!(" {c}")).unwrap_or_default();
            format!("{}{room}", step.name())
        }
        Kind::Waived { rule, obligation, reason } => {
            let what = rule.as_ref().or(obligation.as_ref()).map_or("", String::as_str);
            format!("{what}: {reason}")
        }
        Kind::Amended { of, .. } => of.clone(),
    }
}

/// One entry on one line: its time (with the day when it is not today), kind, subject, first line of text.
#[must_use]
pub fn line(entry: &Entry, now: Instant, found: &Found) -> String {
    let at = format_beside(entry.at, now, found.process.timezone);
    format!("{at}  {}  {}", paint(Tone::Strong, entry.kind.name().name()), sentence(entry))
}

/// Subject and first line of text, with a mark when there is more.
#[must_use]
pub fn sentence(entry: &Entry) -> String {
    let subject = subject(&entry.kind);
    let mut lines = entry.text.lines();
    let first = lines.next().unwrap_or_default();
    let more = if lines.next().is_some() { " …" } else { "" };
    let between = if subject.is_empty() || first.is_empty() { "" } else { " · " };
    plain(&format!("{subject}{between}{first}{more}"))
}

/// The rows of entries: day, time, kind, who, what. The day stands before the first entry of each.
#[must_use]
pub fn rows<'t>(entries: impl Iterator<Item = &'t TimelineEntry>, found: &Found) -> Vec<Vec<String>> {
    let zone = found.process.timezone;
    let mut day = None;
    entries
        .map(|item| {
            let entry = &item.entry;
            let local = entry.at.with_timezone(&zone);
            let new_day = day.replace(local.date_naive()) != Some(local.date_naive());
            let date = if new_day { local.format("%Y-%m-%d").to_string() } else { String::new() };
            let amended =
                if item.original.is_some() { paint(Tone::Dim, " (amended)") } else { String::new() };
            vec![
                format!("  {}", paint(Tone::Dim, &date)),
                local.format("%H:%M").to_string(),
                paint(Tone::Strong, entry.kind.name().name()),
                paint(Tone::Dim, &plain(&entry.by)),
                format!("{}{amended}", sentence(entry)),
            ]
        })
        .collect()
}

/// What a listing of the timeline shows besides its entries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Show {
    /// What amended entries said at first, and who amended them.
    pub amended: bool,
    /// The entries' names.
    pub names: bool,
}

/// The whole timeline, every line of every text.
#[must_use]
pub fn list(entries: &[&TimelineEntry], amendments: &[Entry], found: &Found, show: Show) -> String {
    let mut rows = rows(entries.iter().copied(), found);
    for (row, item) in rows.iter_mut().zip(entries) {
        let Some(cell) = row.last_mut() else { continue };
        if item.entry.text.lines().nth(1).is_some() {
            *cell = cell.replacen(" …", "", 1);
        }
        for line in item.entry.text.lines().skip(1) {
            cell.push_str(&format!("\n{}", plain(line)));
        }
        let mut aside = |line: String| cell.push_str(&format!("\n{}", paint(Tone::Dim, &line)));
        if show.names {
            aside(item.entry.name.clone());
        }
        if let (true, Some(original)) = (show.amended, &item.original) {
            history(original, &item.entry.name, amendments, found).into_iter().for_each(&mut aside);
        }
    }
    columns(&rows)
}

/// What an amended entry said at first, and who amended it when.
fn history(original: &Entry, name: &str, amendments: &[Entry], found: &Found) -> Vec<String> {
    let zone = found.process.timezone;
    let mut lines = vec![format!("was {} {}", format_local(original.at, zone), sentence(original))];
    for amendment in amendments.iter().filter(|a| matches!(&a.kind, Kind::Amended { of, .. } if of == name)) {
        lines.push(format!(
            "amended by {} at {}",
            plain(&amendment.by),
            format_local(amendment.recorded, zone)
        ));
    }
    lines
}
