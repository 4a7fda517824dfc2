//! Evidence stays until the post-mortem is approved (INC-003), also what no entry names.
//!
//! ## What it checks
//! With `--base`: that no file of the incident's `evidence` folder which was there before the range was taken out
//! or changed by it, until the post-mortem is approved or, without one, the incident is closed. Files that an
//! `evidence` entry names are INC-003's.
//!
//! ## Why
//! What was kept can be looked at again; what is gone can only be remembered.
//!
//! ## Example
//! A pull request that tidies `evidence/` up while the post-mortem is in review.
//!
//! ## Instead
//! Put the file back, and take it out once the post-mortem is approved.

use std::path::Path;

use super::{Check, History, Place, Remark, Rule};
use crate::model::Incident;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-evidence", Weight::Error, include_str!("history_evidence.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    if history.is_removed() || may_go(history) {
        return Vec::new();
    }
    let named = |path: &Path| {
        history.incident.is_some_and(|i| names(i, path.strip_prefix(history.folder).unwrap_or(path)))
    };
    let unnamed = history.before_in("evidence").filter(|past| !named(&past.path));
    unnamed
        .map(|past| {
            let what = if past.after.is_none() { "is gone" } else { "was changed" };
            let message = format!("evidence {what} before the post-mortem is approved (INC-003)");
            Remark::new(&past.path, Place::Whole, message)
                .help("put it back; it may go once the post-mortem is approved")
        })
        .collect()
}

fn may_go(history: &History<'_>) -> bool {
    let both = history.process.zip(history.incident);
    both.is_some_and(|(process, incident)| process.lets_evidence_go(incident))
}

/// Whether an entry names a file, or the manifest of its folder.
fn names(incident: &Incident, inside: &Path) -> bool {
    incident.entries().any(|e| match &e.kind {
        Kind::Evidence { path: Some(path), files, .. } => {
            let folder = path.strip_suffix(".sha256").filter(|_| files.is_some());
            inside == Path::new(path) || folder.is_some_and(|folder| inside.starts_with(folder))
        }
        _ => false,
    })
}
