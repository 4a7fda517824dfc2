//! An incident is written down soon after it was detected.
//!
//! ## What it checks
//! That the `declared` entry was recorded within the time that the parameter `within` allows, counted from
//! the detection; without a `detected` entry, from the time of the declaration itself. The boundary is written as
//! in a process: `<= 15m` includes it, `< 15m` does not. What is asked is `recorded`, when the entry was written
//! down, not `at`, which may be back-dated.
//!
//! ## Why
//! What is written down later is written from memory: times drift, steps are lost, and nobody else could
//! know that there was an incident at all.
//!
//! ## Example
//! ```yaml
//! # detected at 14:30
//! kind: declared
//! at: 2025-11-10T14:30:00Z
//! recorded: 2025-11-10T15:10:00Z
//! ```
//!
//! ## Instead
//! Declare first and find out later: `inc declare "checkout is down"` needs a title and a severity, nothing
//! more. For an incident of the past, accept the finding with a reason: `inc waive INC-002 --reason "…"`.

use super::{Check, Place, Remark, Rule, Subject, missed_limit};
use crate::clock::Clock;
use crate::model::Milestone;
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::process::Event;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("within", "<= 15m")],
    ..Rule::new("INC-002", Weight::Warning, include_str!("inc_002.rs"), Check::Incident(check))
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let declared = subject.incident.entries().find(|e| matches!(e.kind, Kind::Declared { .. }));
    let (Some(declared), Some(within)) = (declared, subject.limit(&RULE, "within")) else {
        return Vec::new();
    };
    let detected = subject.incident.reached(Milestone::Detected).unwrap_or(declared.at);
    let took = declared.recorded - detected;
    if within.holds(took) {
        return Vec::new();
    }
    // An obligation that asks for the same may have been accepted as one.
    let waived =
        subject.clocks.iter().filter(|c| is_logging(c)).find_map(|c| missed_limit::waiver(subject, c));
    let took = format_duration(took);
    let message = format!("written down {took} after the detection; the limit is `{within}`");
    vec![
        Remark::new(subject.entry(declared), Place::field("recorded"), message)
            .help(
                "declare at once and complete later; accept it here with `inc waive INC-002 --reason \"…\"`",
            )
            .waived(waived),
    ]
}

/// A clock that runs until the incident is declared asks for the same.
pub(super) fn is_logging(clock: &Clock) -> bool {
    let mut found = false;
    if let Some(until) = &clock.until {
        until.walk(&mut |e| found |= matches!(e, Event::Milestone(Milestone::Declared)));
    }
    found
}
