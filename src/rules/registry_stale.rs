//! The registry says what the incidents say now.
//!
//! ## What it checks
//! That the table of all incidents, where the repository has one, is what `inc registry` writes now: neither
//! older than the incidents nor edited by hand.
//!
//! ## Why
//! The registry is where people look first. One that lags behind sends them wrong.
//!
//! ## Example
//! An incident that was closed, and is open in `incidents/README.md`.
//!
//! ## Instead
//! `inc registry` writes it; `inc sync` does so by itself.

use super::incident_document::first_difference;
use super::{Check, Place, Remark, Repository, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    fixable: true,
    ..Rule::new(
        "registry-stale",
        Weight::Warning,
        include_str!("registry_stale.rs"),
        Check::Repository(check),
    )
};

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let Some(registry) = &repository.registry else { return Vec::new() };
    let (Some(text), Some(expected)) = (&registry.text, &registry.expected) else { return Vec::new() };
    let Some(line) = first_difference(text, expected) else { return Vec::new() };
    let message = "the registry is not what the incidents say now: it is stale or was edited by hand";
    vec![Remark::new(&registry.path, Place::Line(line), message).help("`inc registry` writes it")]
}
