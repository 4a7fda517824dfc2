//! A severity is lowered by an entry that says so, not by an edit.
//!
//! ## What it checks
//! With `--base`: that no `declared` or `severity` entry which was there before the range names a milder severity
//! after it.
//!
//! ## Why
//! Severity decides who is told and within what time. Lowered in place, missed limits vanish without a trace.
//!
//! ## Example
//! A pull request that edits `severity: S1` to `severity: S3` in the `declared` entry.
//!
//! ## Instead
//! Put the entry back, and lower it from now on: `inc update -s S3 --reason "one customer only"`.

use super::{Check, History, Past, Place, Remark, Rule};
use crate::model::entry::{Entry, Kind};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-severity", Weight::Error, include_str!("history_severity.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    let remark = |past: &Past| {
        let (field, from, to) = lowered(history, past)?;
        let message = format!("lowered from `{from}` to `{to}` by an edit, without an entry");
        let help = format!("put `{from}` back, then `inc update -s {to} --reason \"…\"`");
        Some(Remark::new(&past.path, Place::field(field), message).help(help))
    };
    history.before_in("timeline").filter_map(remark).collect()
}

/// The field, and what it said and says, of an entry whose severity was edited downwards.
pub(super) fn lowered<'a>(history: &History<'_>, past: &'a Past) -> Option<(&'static str, &'a str, &'a str)> {
    let (_, from) = severity(past.before.as_ref()?.entry.as_ref()?)?;
    let (field, to) = severity(past.after.as_ref()?.entry.as_ref()?)?;
    let process = history.process?;
    (process.rank(to)? > process.rank(from)?).then_some((field, from, to))
}

fn severity(entry: &Entry) -> Option<(&'static str, &str)> {
    match &entry.kind {
        Kind::Declared { severity, .. } => Some(("severity", severity)),
        Kind::Severity { to, .. } => Some(("to", to)),
        _ => None,
    }
}
