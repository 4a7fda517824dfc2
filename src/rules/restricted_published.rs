//! A restricted incident stands in no public document.
//!
//! ## What it checks
//! Of an incident whose record says `restricted: true`: that no document which the process calls public lies in its
//! folder, and that the registry holds neither its title nor that of an action item. Nobody can waive it.
//!
//! ## Why
//! Anybody may read a public document. Who wrote down an attack before it is over must be able to rely on that
//! nobody else reads of it. What git's history means for secrecy stands in the README, under "Restricted incidents".
//!
//! ## Example
//! `restricted: true` written into a record after `inc registry` listed the incident with its title.
//!
//! ## Instead
//! Remove the document, and run `inc registry`. If it was pushed, it was read: tell whoever has to know.

use super::{Check, Document, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new(
        "restricted-published",
        Weight::Error,
        include_str!("restricted_published.rs"),
        Check::Incident(check),
    )
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.incident.record.restricted {
        return Vec::new();
    }
    let there = subject.documents.iter().filter(|d| d.public);
    there.filter_map(|document| of_document(subject, document)).collect()
}

fn of_document(subject: &Subject<'_>, document: &Document) -> Option<Remark> {
    let text = document.text.as_ref()?;
    if document.path.starts_with(subject.folder) {
        let message = "a public document of a restricted incident";
        return Some(Remark::new(&document.path, Place::Whole, message).help("remove it"));
    }
    let record = &subject.incident.record;
    let mut words = record.actions.iter().map(|a| &a.title).chain([&record.title]);
    let word = words.find(|word| !word.trim().is_empty() && text.contains(word.trim()))?;
    let place = Place::After(1, word.trim().to_owned());
    let message = "a restricted incident stands here with its words";
    Some(Remark::new(&document.path, place, message).help("`inc registry` writes it without them"))
}
