//! An incident keeps its process, and stays.
//!
//! ## What it checks
//! With `--base`: that the range neither changed the process and version which the record pins nor took the
//! incident out of the repository. (An id that is not the folder's is `id-folder`'s.)
//!
//! ## Why
//! An incident is judged by the rules that held when it was declared; and people have said its id aloud, written it
//! into tickets and told it to customers.
//!
//! ## Example
//! A pull request that edits `process: house@1.0.0` to `house@2.0.0` in a record of last month.
//!
//! ## Instead
//! Put it back. What was no incident is cancelled: `inc cancel --false-positive`.

use super::{Check, History, Place, Remark, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-identity", Weight::Error, include_str!("history_identity.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    let path = history.folder.join("incident.yaml");
    let Some(past) = history.changes.iter().find(|c| history.id.is_some() && c.path == path) else {
        return Vec::new();
    };
    let Some(before) = &past.before else { return Vec::new() };
    if past.after.is_none() {
        let message = "the incident was taken out of the repository";
        let help = "put its folder back; what was no incident: `inc cancel --false-positive`";
        return vec![Remark::new(path, Place::Whole, message).help(help)];
    }
    let pin = |v: &super::Version| v.record.as_ref().map(|r| r.process.clone());
    match (pin(before), past.after.as_ref().and_then(pin)) {
        (Some(was), Some(is)) if was != is => {
            let message = format!("the incident was declared under `{was}`, and now says `{is}`");
            let help = format!("put `{was}` back: later versions never judge it anew");
            vec![Remark::new(path, Place::field("process"), message).help(help)]
        }
        _ => Vec::new(),
    }
}
