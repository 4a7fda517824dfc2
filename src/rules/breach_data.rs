//! A data breach names the data.
//!
//! ## What it checks
//! That an incident whose record says `breach: confirmed` says which data are affected and of how many people, and
//! when the breach became known; while it is only suspected, a note asks for it.
//!
//! ## Why
//! Whether authorities and the people concerned must be told, and by when, follows from these three facts. The
//! time runs from the moment at which the breach was known.
//!
//! ## Example
//! ```yaml
//! impact:
//!   breach: confirmed
//! ```
//!
//! ## Instead
//! ```yaml
//! impact:
//!   breach: confirmed
//!   breach_known_at: 2025-11-10T14:30:00Z
//!   data: { affected: [name, email], people: 1200 }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::Breach;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("breach-data", Weight::Error, include_str!("breach_data.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let impact = &subject.incident.record.impact;
    let (word, weight) = match impact.breach {
        Some(Breach::Confirmed) => ("confirmed", Weight::Error),
        Some(Breach::Suspected) => ("suspected", Weight::Note),
        Some(Breach::No) | None => return Vec::new(),
    };
    let missing: Vec<&str> = [
        (impact.data.affected.is_empty(), "which data are affected (`impact.data.affected`)"),
        (impact.data.people.is_none(), "of how many people (`impact.data.people`)"),
        (impact.breach_known_at.is_none(), "since when it is known (`impact.breach_known_at`)"),
    ]
    .into_iter()
    .filter_map(|(missing, what)| missing.then_some(what))
    .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let message = format!("a breach is {word}, and the record does not say {}", missing.join(", nor "));
    let remark = Remark::new(subject.record(), Place::field("impact.breach"), message);
    vec![
        remark
            .weighing(weight)
            .help("`inc update --set impact.data.people=…` writes it; an estimate is better than nothing"),
    ]
}
