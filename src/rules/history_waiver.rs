//! A waiver is not written by the one who needs it.
//!
//! ## What it checks
//! With `--base`: that a `waived` entry which the range adds is not by the person who declared the incident or who
//! leads it, unless somebody else has waived the same.
//!
//! ## Why
//! Whoever is measured by a limit is not the one to say that it does not count. It is a warning: a team of two may
//! have nobody else.
//!
//! ## Example
//! The commander declares late, then waives INC-002.
//!
//! ## Instead
//! Let somebody else look at it and waive it: `inc waive INC-002 --reason "…" --by bob`.

use super::{Check, History, Past, Place, Remark, Rule};
use crate::model::entry::{Entry, Kind};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-waiver", Weight::Warning, include_str!("history_waiver.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    history.changes.iter().filter(|c| c.before.is_none()).filter_map(|c| own(history, c)).collect()
}

fn own(history: &History<'_>, past: &Past) -> Option<Remark> {
    let entry = past.after.as_ref()?.entry.as_ref()?;
    let what = waived(entry)?;
    let incident = history.incident?;
    let others = incident.waivers().any(|e| waived(e) == Some(what) && !same(&e.by, &entry.by));
    let did = needs(history, &entry.by).filter(|_| !others)?;
    let message = format!("{} {did} the incident, and waives `{what}` alone", entry.by);
    let help = "let somebody else look at it, and waive it too";
    Some(Remark::new(&past.path, Place::field("by"), message).help(help))
}

/// What makes a person need a waiver.
fn needs(history: &History<'_>, who: &str) -> Option<&'static str> {
    let incident = history.incident?;
    let mut roles = history.process.into_iter().flat_map(|p| &p.roles).filter(|r| r.leads);
    if roles.any(|r| incident.holder(&r.id).is_some_and(|h| same(h, who))) {
        return Some("leads");
    }
    let declared = incident.entries().find(|e| matches!(e.kind, Kind::Declared { .. }))?;
    same(&declared.by, who).then_some("declared")
}

fn waived(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        Kind::Waived { rule, obligation, .. } => rule.as_deref().or(obligation.as_deref()),
        _ => None,
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
