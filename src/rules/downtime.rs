//! A service that was down has an interval in which it was.
//!
//! ## What it checks
//! That an incident whose record says `service_down: true` has a `down` entry; that each `up` entry ends
//! something that was down; and that nothing is still down once the incident is resolved.
//!
//! ## Why
//! Availability and the limits on downtime are counted from these intervals. Without them, or with one that
//! never ends, the figures are wrong.
//!
//! ## Example
//! ```yaml
//! impact:
//!   service_down: true     # and no `down` entry in the timeline
//! ```
//!
//! ## Instead
//! ```yaml
//! kind: down
//! service: api
//! ```
//! and a second entry of kind `up`, with the time at which it came back.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("downtime", Weight::Warning, include_str!("downtime.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut down: Vec<(&str, &Entry)> = Vec::new();
    for entry in subject.incident.entries() {
        match &entry.kind {
            Kind::Down { service } => down.push((service, entry)),
            Kind::Up { service } if down.iter().any(|(s, _)| s == service) => {
                down.retain(|(s, _)| s != service);
            }
            Kind::Up { service } => {
                let message = format!("`{service}` came back and was never down");
                let remark = Remark::new(subject.entry(entry), Place::field("service"), message);
                remarks.push(remark.help("add the `down` entry with the time at which it went down"));
            }
            _ => {}
        }
    }
    let status = subject.incident.status;
    if status.is_resolved() {
        remarks.extend(down.iter().map(|(service, entry)| {
            let message = format!("`{}` is still down and the incident is {}", service, status.name());
            Remark::new(subject.entry(entry), Place::field("service"), message)
                .help("add the `up` entry with the time at which it came back")
        }));
    }
    if subject.incident.record.impact.service_down == Some(true) && subject.incident.downtimes.is_empty() {
        let message = "a service was down, and the timeline does not say when";
        let remark = Remark::new(subject.record(), Place::field("impact.service_down"), message);
        remarks.push(remark.help("add a `down` and an `up` entry with the service and the times"));
    }
    remarks
}
