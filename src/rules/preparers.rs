//! A message that several prepare together goes out once each of them has.
//!
//! ## What it checks
//! Each `update` to an audience for which the process says `jointly`: that for each role and post under `prepared_by`
//! somebody who fills it, or the role or post itself, is among those who prepared the message. Where an entry names
//! nobody, it was who wrote it.
//!
//! ## Why
//! What goes to the press is read by lawyers and by readers. One who knows only the one side writes what the other
//! has to take back.
//!
//! ## Example
//! ```yaml
//! kind: update
//! audience: press          # legal and communications prepare it together
//! prepared_by: [bob]       # and bob is communications alone
//! ```
//!
//! ## Instead
//! ```yaml
//! prepared_by: [bob, dana]
//! ```
//! `inc comms post --audience press --prepared-by bob --prepared-by dana`.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;
use crate::process::offices::listed;

pub(super) static RULE: Rule =
    Rule::new("preparers", Weight::Error, include_str!("preparers.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.incident.entries().filter_map(|entry| remark(subject, entry)).collect()
}

fn remark(subject: &Subject<'_>, entry: &Entry) -> Option<Remark> {
    let Kind::Update { audience: Some(to), prepared_by, .. } = &entry.kind else { return None };
    let audience = subject.process.communication.audiences.iter().find(|a| a.id == *to)?;
    let writer = [entry.by.clone()];
    let (people, field) = if prepared_by.is_empty() {
        (writer.as_slice(), "by")
    } else {
        (prepared_by.as_slice(), "prepared_by")
    };
    let missing = audience.unprepared(people, subject.offices(entry.at));
    if missing.is_empty() {
        return None;
    }
    let all = listed(subject.process, &audience.prepared_by, "and");
    let missing = listed(subject.process, missing, "and");
    let message = format!("a message to `{to}` is prepared by {all} together; {missing} had no part in it");
    let help =
        "posts are filled under `people` in inc.yaml; a corrected message is posted with `--prepared-by WHO`";
    Some(Remark::new(subject.entry(entry), Place::field(field), message).help(help))
}
