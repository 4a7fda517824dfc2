//! A version of a process that incidents follow does not change.
//!
//! ## What it checks
//! With `--base`: that the range changed or took out no file of a process version in `processes/` that an incident
//! pins.
//!
//! ## Why
//! A pinned version is what past incidents are judged by. Changed in place, it judges them anew: limits that were
//! missed are met, and the other way round.
//!
//! ## Example
//! A pull request that edits `within: < 15m` to `< 30m` in `processes/house/1.0.0/process.yaml`.
//!
//! ## Instead
//! Put it back, copy the folder to a new version, such as `processes/house/1.1.0/`, change that, and name it in
//! `inc.yaml`: new incidents follow it.

use super::{Check, History, Past, Place, Remark, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-process", Weight::Error, include_str!("history_process.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    history.changes.iter().filter(|c| c.before.is_some()).filter_map(|c| changed(history, c)).collect()
}

fn changed(history: &History<'_>, past: &Past) -> Option<Remark> {
    let mut parts = past.path.strip_prefix("processes").ok()?.iter().map(|p| p.to_string_lossy());
    let pin = format!("{}@{}", parts.next()?, parts.next()?);
    if !history.pinned.contains(&pin) {
        return None;
    }
    let (place, what) = match &past.after {
        None => (Place::Whole, "is gone"),
        Some(_) => (Place::Line(past.changed_line()?), "was changed in place"),
    };
    let message = format!("incidents follow `{pin}`, and this file of it {what}");
    let help = "put it back, and make a new version of the process beside it";
    Some(Remark::new(&past.path, place, message).help(help))
}
