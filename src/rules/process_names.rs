//! A process of the team's own names only what it has.
//!
//! ## What it checks
//! Each `process.yaml` under `processes/`: that severities, roles, posts, levels, audiences, channels, items and
//! obligations which it names somewhere are defined in it, and that no id is used twice. It says what
//! `inc process validate` says.
//!
//! ## Why
//! An obligation that waits for a step which nobody can take is never met, or never starts; it is found out
//! in the middle of an incident.
//!
//! ## Example
//! ```yaml
//! obligations:
//!   - { id: escalate, label: Escalate, from: declared, after: 15m, level: second }   # and no such level
//! ```
//!
//! ## Instead
//! ```yaml
//! levels:
//!   - { id: second, label: Second line }
//! ```

use super::{Check, Place, Remark, Repository, Rule};
use crate::process::obligation::Weight;
use crate::process::validate::flaws;

pub(super) static RULE: Rule =
    Rule::new("process-names", Weight::Error, include_str!("process_names.rs"), Check::Repository(check));

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let own = repository.processes.iter().filter_map(|p| Some((p.path?, p.process)));
    let flaws = own.flat_map(|(path, process)| flaws(process).into_iter().map(move |flaw| (path, flaw)));
    flaws
        .map(|(path, flaw)| {
            let remark = Remark::new(path, Place::Field(flaw.path), flaw.message);
            match flaw.help {
                Some(help) => remark.help(help),
                None => remark,
            }
        })
        .collect()
}
