//! An incident names its ticket.
//!
//! ## What it checks
//! Where the parameter `pattern` is set: that the record has a `ticket` once the incident is resolved, and that one that
//! is there is like the pattern, at any time. In the pattern `#` stands for digits, `*` for anything, and `\` takes the
//! next sign as it is: `OPS-#`, `*/*\##` for `owner/repo#12`. With the parameter `severities`, a list, only incidents
//! of these severities are asked for one. Without `pattern` nothing is checked.
//!
//! ## Why
//! Who looks for the incident where the team's work is kept should find it there, and from there come here.
//!
//! ## Example
//! ```yaml
//! title: Checkout answers with errors
//! ```
//!
//! ## Instead
//! ```yaml
//! title: Checkout answers with errors
//! ticket: acme/shop#12
//! ```

use super::action_ticket::matches;
use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Status;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("pattern", ""), ("severities", "")],
    ..Rule::new(
        "incident-ticket",
        Weight::Warning,
        include_str!("incident_ticket.rs"),
        Check::Incident(check),
    )
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let Some(pattern) = subject.levels().text(&RULE, "pattern") else { return Vec::new() };
    let incident = subject.incident;
    if incident.status == Status::Cancelled {
        return Vec::new();
    }
    let (field, message) = match &incident.record.ticket {
        Some(ticket) if matches(&pattern, ticket) => return Vec::new(),
        Some(ticket) => ("ticket", format!("the ticket `{ticket}` is not like `{pattern}`")),
        None if incident.status.is_open() || !is_asked(subject) => return Vec::new(),
        None => ("title", "the incident names no ticket".to_owned()),
    };
    let help = format!("`inc update --set \"ticket=…\"`, like `{pattern}`");
    vec![Remark::new(subject.record(), Place::field(field), message).help(help)]
}

/// Whether incidents of this severity are asked for a ticket.
fn is_asked(subject: &Subject<'_>) -> bool {
    let severities = subject.levels().words(&RULE, "severities");
    severities.is_empty()
        || severities.iter().any(|s| s == subject.process.standing(subject.incident).severity)
}
