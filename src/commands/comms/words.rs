//! The words of a message: the process's own, filled in from the incident, and as readers see them.

use anyhow::Result;
use chrono::TimeDelta;
use serde_json::Value;

use crate::change::Change;
use crate::clock::time::format_local;
use crate::error::{plain, refused, usage};
use crate::model::entry::{Kind, UpdateState};
use crate::model::instant::Instant;
use crate::render::documents::fill as fill_in;
use crate::render::forms::Forms;

/// The document of a process that shows its messages as readers see them.
const SHOWN_BY: &str = "status-update";

/// A process's message for a state, filled in; `given` are `NAME=VALUE` from the command line.
///
/// # Errors
/// It names a value that nobody wrote down, said with how to give it; or `given` holds no value.
pub(super) fn fill(
    change: &Change<'_>,
    state: UpdateState,
    message: &str,
    next: Option<Instant>,
    given: &[String],
) -> Result<String> {
    let mut values = Vec::new();
    for pair in given {
        let (name, value) = pair
            .split_once('=')
            .filter(|(n, _)| !n.trim().is_empty())
            .ok_or_else(|| usage(format!("`{}` gives no value: write NAME=VALUE", pair.escape_debug())))?;
        values.push((name.trim(), Value::String(value.trim().to_owned())));
    }
    let mut missing = Vec::new();
    for (name, how) in KNOWN {
        if !names(message).any(|n| n == *name) || values.iter().any(|(n, _)| n == name) {
            continue;
        }
        match value(change, name, next)? {
            Some(value) => values.push((name, Value::String(value))),
            None => missing.push((*name, *how)),
        }
    }
    let unknown = names(message).filter(|n| !n.contains('.') && values.iter().all(|(v, _)| v != n));
    let unknown: Vec<&str> = unknown.filter(|n| missing.iter().all(|(m, _)| m != n)).collect();
    let by_hand = unknown.iter().filter(|n| BY_HAND.contains(n)).map(|n| (*n, ""));
    missing.extend(by_hand);
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|(name, _)| format!("`{name}`")).collect();
        let failure = refused(format!(
            "the message for `{}` names {}, and nobody wrote that down yet",
            state.name(),
            names.join(", ")
        ));
        let failure =
            missing.iter().filter(|(_, how)| !how.is_empty()).fold(failure, |f, (_, how)| f.hint(*how));
        return Err(failure
            .hint(format!("or give it here: `--value {}=…`, or the whole text", missing[0].0))
            .into());
    }
    let name = format!("the message for `{}`", state.name());
    fill_in(message, &name, &values, &change.incident, change.process(), &change.found.language)
}

/// The values of messages' own that follow from the incident, and how each is written down.
const KNOWN: &[(&str, &str)] = &[
    ("features", "what does not work: `inc update --set 'impact.features+=WHAT'`"),
    (
        "cause",
        "what is wrong: `inc update --set analysis.root_cause.status=found --set analysis.root_cause.text=\"…\"`",
    ),
    ("next_update", "when they hear more: `--next \"in 30m\"`"),
    (
        "downtime_minutes",
        "when it was down: `inc timeline add --kind down --service NAME --at TIME`, then `--kind up`",
    ),
    ("measures", "what ended it: `inc update --set analysis.resolution=\"…\"`"),
    ("postmortem_date", "when the post-mortem is: `inc postmortem new --meeting TIME`"),
];

/// The values that only people know.
const BY_HAND: &[&str] = &["eta_minutes"];

fn value(change: &Change<'_>, name: &str, next: Option<Instant>) -> Result<Option<String>> {
    let (incident, record) = (&change.incident, &change.incident.record);
    let forms = Forms::new(change.process(), &change.found.language);
    let wrong = |e: String| usage(e);
    Ok(match name {
        "features" => [&record.impact.features, &record.services]
            .into_iter()
            .find(|listed| !listed.is_empty())
            .map(|listed| listed.join(", ")),
        "cause" => record.analysis.root_cause.as_ref().and_then(|c| c.text.clone()),
        "next_update" => next.map(|at| forms.beside(at, change.at)).transpose().map_err(wrong)?,
        "downtime_minutes" => {
            let seconds = incident.downtime_seconds(change.at);
            let minutes = TimeDelta::seconds(seconds + 59).num_minutes();
            (!incident.downtimes.is_empty()).then(|| minutes.to_string())
        }
        "measures" => record.analysis.resolution.clone(),
        "postmortem_date" => incident.meeting().map(|at| forms.datetime(at)).transpose().map_err(wrong)?,
        _ => None,
    })
}

/// The names in `{{ name … }}`.
fn names(message: &str) -> impl Iterator<Item = &str> {
    message.split("{{").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches('-').trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        Some(&rest[..end]).filter(|n| !n.is_empty())
    })
}

/// A message as readers see it: the process's status document with this message alone, else its plain form.
///
/// The message is the last update of the change's incident.
#[must_use]
pub(super) fn shown(change: &Change<'_>, state: UpdateState, next: Option<Instant>, text: &str) -> String {
    by_document(change).unwrap_or_else(|| by_hand(change, state, next, text))
}

fn by_document(change: &Change<'_>) -> Option<String> {
    let document = change.process().document(SHOWN_BY)?;
    let mut incident = change.incident.clone();
    let last = incident.entries().rfind(|e| matches!(e.kind, Kind::Update { .. }))?.name.clone();
    incident.timeline.retain(|t| !matches!(t.entry.kind, Kind::Update { .. }) || t.entry.name == last);
    // The document leaves out what was written for others; this message is shown to whoever wrote it.
    for shown in &mut incident.timeline {
        if let Kind::Update { audience, .. } = &mut shown.entry.kind {
            *audience = None;
        }
    }
    let text = crate::documents::document(&change.store, &change.found, &incident, document).ok()?;
    Some(text).filter(|t| !t.trim().is_empty())
}

fn by_hand(change: &Change<'_>, state: UpdateState, next: Option<Instant>, text: &str) -> String {
    let label = change.process().communication.states.iter().find(|s| s.id == state);
    let head = label.map_or_else(|| state.name().to_owned(), |l| format!("{} {}", l.emoji, l.label));
    let utc = |at| format!("{} UTC", format_local(at, crate::model::Zone::UTC));
    let text: Vec<String> = text.lines().map(plain).collect();
    let mut shown = format!("{} - {}\nPosted: {}\n", plain(&head), text.join("\n"), utc(change.at));
    if let Some(next) = next {
        shown.push_str(&format!("Next update: {}\n", utc(next)));
    }
    shown
}
