//! Facts on which obligations depend are written down.
//!
//! ## What it checks
//! That no obligation stays undecided because the record lacks a field that its condition asks for: whether users
//! see it, how many are affected, what it cost. Each such field is reported once, with the obligations that wait
//! for it: as a note while the incident is open, as a warning afterwards.
//!
//! ## Why
//! "Nobody wrote it down" is not "no". An obligation towards users or authorities must not pass because a field
//! was left empty.
//!
//! ## Example
//! An obligation `when: { visible: true }`, and a record without `impact.visible`.
//!
//! ## Instead
//! ```yaml
//! impact:
//!   visible: false
//! ```
//! `inc update --set impact.visible=false` writes it.

use std::collections::BTreeMap;

use super::{Check, Place, Remark, Rule, Subject};
use crate::clock::{State, answer};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("unknown-fact", Weight::Warning, include_str!("unknown_fact.rs"), Check::Incident(check));

/// How many obligations are named.
const NAMED: usize = 3;

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for clock in subject.clocks.iter().filter(|c| c.state == State::Unknown && c.missed != Weight::Off) {
        let Some(field) = clock.needs else { continue };
        let labels = waiting.entry(field).or_default();
        if !labels.contains(&clock.label.as_str()) {
            labels.push(&clock.label);
        }
    }
    waiting.into_iter().map(|(field, labels)| remark(subject, field, &labels)).collect()
}

fn remark(subject: &Subject<'_>, field: &str, labels: &[&str]) -> Remark {
    let named: Vec<String> = labels.iter().take(NAMED).map(|l| format!("\"{l}\"")).collect();
    let more = match labels.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let verb = if labels.len() == 1 { "applies" } else { "apply" };
    let message =
        format!("nobody wrote down `{field}`, so it is not known whether {}{more} {verb}", named.join(", "));
    let remark = Remark::new(subject.record(), Place::field(field), message);
    let remark = remark.help(format!("`{}` writes it; `false` and `0` are answers too", answer(field)));
    if subject.incident.status.is_open() { remark.weighing(Weight::Note) } else { remark }
}
