//! What was written in the timeline stays as it was written.
//!
//! ## What it checks
//! With `--base`: that no entry which was there before the range was edited or taken out by it. A change of line
//! ends alone does not count; a severity that was edited downwards has a rule of its own.
//!
//! ## Why
//! The timeline is the evidence of what was known when. One that can be rewritten proves nothing, least of all to
//! a regulator or a customer.
//!
//! ## Example
//! A pull request that moves `at: 2025-11-10T14:50:00Z` to `14:40:00Z` in an entry of last week.
//!
//! ## Instead
//! Put the entry back, and correct it with an entry of its own: `inc timeline amend ENTRY --to 14:40`.

use super::{Check, History, Past, Place, Remark, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("history-entry", Weight::Error, include_str!("history_entry.rs"), Check::History(check))
};

fn check(history: &History<'_>) -> Vec<Remark> {
    if history.is_removed() {
        return Vec::new();
    }
    let lowered = |past: &&Past| super::history_severity::lowered(history, past).is_none();
    history.before_in("timeline").filter(lowered).filter_map(rewritten).collect()
}

fn rewritten(past: &Past) -> Option<Remark> {
    let kind = past.before.as_ref()?.entry.as_ref().map(|e| format!("`{}` ", e.kind.name()));
    let kind = kind.unwrap_or_default();
    let (place, what) = match &past.after {
        None => (Place::Whole, "is gone"),
        Some(_) => (Place::Line(past.changed_line()?), "was edited"),
    };
    let help = "put it back as it was; `inc timeline amend` corrects an entry without touching it";
    Some(Remark::new(&past.path, place, format!("the {kind}entry that was here {what}")).help(help))
}
