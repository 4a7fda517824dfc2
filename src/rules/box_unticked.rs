//! A post-mortem that is closed has no box left to tick.
//!
//! ## What it checks
//! What people wrote in the post-mortem's document, once the post-mortem is closed: for items of a list that begin
//! with an empty box. Boxes that `inc` ticks from the record are obligations of the process, not of this rule.
//!
//! ## Why
//! The last boxes of a post-mortem say that it was read, that its actions are tracked, that people were told and that
//! the documentation is up to date. A closed one is not looked at again.
//!
//! ## Example
//! ```markdown
//! - [ ] The team has reviewed it
//! ```
//!
//! ## Instead
//! Tick what is done, `- [x]`, before `inc postmortem close`, which asks for the same; delete what does not apply, or
//! say why not. What is still to be done is an action with an owner and a day.

use super::prose::{Passage, passages};
use super::{Check, Place, Remark, Rule, Subject};
use crate::model::entry::PostmortemState;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("box-unticked", Weight::Error, include_str!("box_unticked.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.incident.postmortem != Some(PostmortemState::Closed) {
        return Vec::new();
    }
    let documents = subject.documents.iter().filter(|d| d.managed);
    documents
        .flat_map(|d| unticked(d.text.as_deref().unwrap_or_default()).map(|b| remark(&d.path, &b)))
        .collect()
}

fn remark(path: &std::path::Path, open: &Passage<'_>) -> Remark {
    let message = format!("the post-mortem is closed, and this box is empty: {}", open.text);
    Remark::new(path, Place::After(open.line, open.text.to_owned()), message)
        .help("`- [x]` once it is done; delete it if it does not apply")
}

/// The items with an empty box that people wrote in a document.
pub(crate) fn unticked(text: &str) -> impl Iterator<Item = Passage<'_>> {
    passages(text).into_iter().filter(|passage| passage.ticked == Some(false))
}
