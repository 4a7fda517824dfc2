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

use super::{Check, History, Place, Remark, Rule};
use crate::model::Status;
use crate::model::entry::{Kind, PostmortemState};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-evidence", Weight::Error, include_str!("history_evidence.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    if history.is_removed() || may_go(history) {
        return Vec::new();
    }
    let named = |path: &std::path::Path| {
        let inside = path.strip_prefix(history.folder).unwrap_or(path);
        history.incident.is_some_and(|i| {
            i.entries().any(|e| matches!(&e.kind, Kind::Evidence { path: Some(p), .. } if inside == std::path::Path::new(p)))
        })
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
    history.incident.is_some_and(|incident| match incident.postmortem {
        Some(state) => state >= PostmortemState::Approved,
        None => incident.status >= Status::Closed,
    })
}
