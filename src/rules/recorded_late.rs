//! Entries are written down while memory is fresh.
//!
//! ## What it checks
//! That each entry was recorded within the time that the parameter `within` allows after it happened. The
//! declaration has a rule of its own, INC-002. An incident has one finding, at its first such entry.
//!
//! ## Why
//! The timeline is the basis of every figure and of the analysis. What was written down days later is a
//! reconstruction; readers should know that it is one.
//!
//! ## Example
//! ```yaml
//! at: 2025-11-10T14:35:00Z
//! recorded: 2025-11-13T09:00:00Z
//! ```
//!
//! ## Instead
//! `inc timeline add` while it happens; the text can follow. It is a note: nothing is mended by hiding it.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("within", "<= 24h")],
    ..Rule::new("recorded-late", Weight::Note, include_str!("recorded_late.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let Some(within) = subject.limit(&RULE, "within") else { return Vec::new() };
    let written =
        subject.incident.timeline.iter().map(|item| item.original.as_deref().unwrap_or(&item.entry));
    // One from the future is a wrong clock, which has a rule of its own.
    let late = |e: &&Entry| {
        let past = e.recorded <= subject.now && !matches!(e.kind, Kind::Declared { .. });
        past && !within.holds(e.recorded - e.at)
    };
    let late: Vec<&Entry> = written.filter(late).collect();
    let Some(first) = late.first() else { return Vec::new() };
    let others = match late.len() - 1 {
        0 => String::new(),
        1 => "; so was one more entry".to_owned(),
        n => format!("; so were {n} more entries"),
    };
    let took = format_duration(first.recorded - first.at);
    let message = format!("written down {took} after it happened{others}");
    vec![
        Remark::new(subject.entry(first), Place::field("recorded"), message)
            .help("say in the post-mortem what the times were taken from: a log, a chat, memory"),
    ]
}
