//! While an incident is open, its timeline goes on.
//!
//! ## What it checks
//! That between declaration and resolution no two entries lie further apart than the parameter `longest` allows.
//! Without the parameter nothing is checked: set it in the process or in `inc.yaml`.
//!
//! ## Why
//! A long silence in the timeline of an open incident means that nobody worked on it, or that nobody wrote
//! down what they did. Afterwards the two cannot be told apart.
//!
//! ## Example
//! An entry at 14:00, the next one at 19:30, and `longest: 2h`.
//!
//! ## Instead
//! `inc timeline add --at 16:00 "Waiting for the provider, ticket 4711"` fills the gap with what is known.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::duration::format_duration;
use crate::model::instant::Instant;
use crate::model::{Entry, Milestone};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("longest", "")],
    ..Rule::new("timeline-gap", Weight::Warning, include_str!("timeline_gap.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let incident = subject.incident;
    let Some(longest) = subject.limit(&RULE, "longest") else { return Vec::new() };
    let Some(declared) = incident.reached(Milestone::Declared) else { return Vec::new() };
    let cancelled = incident.cancelled.as_ref().map(|c| c.at);
    let end = incident.reached(Milestone::Resolved).or(cancelled).unwrap_or(subject.now);
    let open: Vec<&Entry> = incident.entries().filter(|e| declared <= e.at && e.at <= end).collect();
    let nexts = open.iter().skip(1).map(|e| e.at).chain([end]);
    open.iter()
        .zip(nexts)
        // Between a resolution and a reopening there was nothing to do.
        .filter(|(entry, _)| {
            !incident.paused.iter().any(|(from, until)| *from <= entry.at && entry.at < *until)
        })
        .filter(|(entry, next)| !longest.holds(*next - entry.at))
        .map(|(entry, next)| gap(subject, entry, next, &longest.to_string()))
        .collect()
}

fn gap(subject: &Subject<'_>, entry: &Entry, next: Instant, limit: &str) -> Remark {
    let silence = format_duration(next - entry.at);
    let message = format!(
        "nothing was written for {silence} after this, while the incident was open; the limit is `{limit}`"
    );
    Remark::new(subject.entry(entry), Place::field("at"), message)
        .help("`inc timeline add --at TIME` says what happened meanwhile")
}
