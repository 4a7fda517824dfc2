//! A post-mortem is approved by who may approve it.
//!
//! ## What it checks
//! That the approval of a post-mortem was given by somebody who holds one of the roles or posts that the process
//! names (`postmortem.approvers`), or in one of them (`as`), and, where it asks for a second person, not by the
//! author.
//!
//! ## Why
//! An approval says that somebody who can judge it has read it. Who approves their own text has only written it.
//!
//! ## Example
//! ```yaml
//! # review.author is alice, and then:
//! kind: postmortem
//! to: approved
//! by: alice
//! ```
//!
//! ## Instead
//! Somebody else runs `inc postmortem approve`.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::{Kind, PostmortemState};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule::new(
    "postmortem-approval",
    Weight::Error,
    include_str!("postmortem_approval.rs"),
    Check::Incident(check),
);

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.incident.postmortem.is_none_or(|s| s < PostmortemState::Approved) {
        return Vec::new();
    }
    let Some(entry) = approval(subject) else { return Vec::new() };
    let postmortem = &subject.process.postmortem;
    let remark =
        |field: &str, message: String| Remark::new(subject.entry(entry), Place::field(field), message);
    let by = &entry.by;
    let mut remarks = Vec::new();
    if !postmortem.approvers.is_empty()
        && !postmortem.approvers.iter().any(|office| holds(subject, entry, office))
    {
        let offices: Vec<&str> = postmortem.approvers.iter().map(|o| subject.process.label_of(o)).collect();
        let message = format!("approved by {by}, who is not {}", offices.join(" or "));
        remarks.push(
            remark("by", message).help("who holds one of these approves it: `inc postmortem approve --as …`"),
        );
    }
    let author = subject.incident.record.review.author.as_deref();
    if postmortem.second_person && author == Some(entry.by.as_str()) {
        let message = format!("approved by {by}, who wrote it");
        remarks.push(remark("by", message).help("somebody else has to approve it"));
    }
    remarks
}

/// The approval: an entry that says so, else the one that moved the post-mortem on.
fn approval<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    let word = |what: &str| what.to_lowercase().replace(['-', ' ', '_'], "").contains("postmortem");
    let said = |e: &&Entry| matches!(&e.kind, Kind::Approved { what, .. } if word(what));
    let moved = |e: &&Entry| matches!(e.kind, Kind::Postmortem { to: PostmortemState::Approved, .. });
    subject.incident.entries().rev().find(said).or_else(|| subject.incident.entries().rev().find(moved))
}

fn holds(subject: &Subject<'_>, entry: &Entry, office: &str) -> bool {
    let said = matches!(&entry.kind, Kind::Approved { as_role: Some(role), .. } if role == office);
    said || subject.offices(entry.at).holds(&entry.by, office)
}
