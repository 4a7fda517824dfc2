//! Evidence that was preserved is still there, and still the same.
//!
//! ## What it checks
//! That each `evidence` entry names a file of the incident's folder or a place elsewhere, that the file is
//! there until the post-mortem is approved (until the incident is closed, where none is required), and that its digest and size are those that the entry wrote down. Nobody
//! can waive it. What is kept elsewhere (`url`) is not fetched.
//!
//! ## Why
//! A cause that was found from a log is only as good as the log. Once it is gone or changed, nobody can check
//! the analysis, and a regulator or a court cannot either.
//!
//! ## Example
//! ```yaml
//! kind: evidence
//! path: evidence/pool.log    # removed to save space
//! ```
//!
//! ## Instead
//! Keep the file, or take it back from git (`git checkout <commit> -- <path>`), until the post-mortem is approved.
//! `inc evidence add FILE` copies a file, and writes its digest and size.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::model::evidence::{Fate, Piece};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("INC-003", Weight::Error, include_str!("inc_003.rs"), Check::Incident(check))
};

/// How many files of one manifest are named.
const NAMED: usize = 3;

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.incident.entries().flat_map(|entry| of_entry(subject, entry)).collect()
}

fn of_entry(subject: &Subject<'_>, entry: &Entry) -> Vec<Remark> {
    let Kind::Evidence { path, url, .. } = &entry.kind else { return Vec::new() };
    if path.is_none() {
        let nowhere = "this evidence is nowhere: it names neither a file nor a place";
        let help = "`path: evidence/…` names a file of the incident's folder, `url: https://…` another place";
        let remark = Remark::new(subject.entry(entry), Place::field("kind"), nowhere).help(help);
        return if url.is_none() { vec![remark] } else { Vec::new() };
    }
    let may_go = subject.process.lets_evidence_go(subject.incident);
    let wrong = |piece: &&Piece| {
        piece.entry == entry.name && !piece.is_same() && !(may_go && piece.fate == Fate::Gone)
    };
    let (listed, own): (Vec<&Piece>, Vec<&Piece>) =
        subject.evidence.iter().filter(wrong).partition(|piece| piece.listed);
    let own = own.into_iter().map(|piece| of_piece(subject, entry, piece));
    own.chain(of_manifest(subject, entry, &listed)).collect()
}

/// What is wrong with a file that the entry names.
fn of_piece(subject: &Subject<'_>, entry: &Entry, piece: &Piece) -> Remark {
    let remark =
        |field: &str, message: String| Remark::new(subject.entry(entry), Place::field(field), message);
    let shown = &piece.path;
    match &piece.fate {
        Fate::Outside => remark("path", format!("`{shown}` is not in the incident's folder"))
            .help("`inc evidence add FILE` copies it there"),
        Fate::Gone => remark("path", format!("`{shown}` was preserved and is not there"))
            .help("take it back from git; it may go once the post-mortem is approved"),
        Fate::Here(found, bytes) => {
            let field = if piece.has_digest(found) { "size" } else { "sha256" };
            let message =
                format!("`{shown}` is not what was preserved: it has {bytes} bytes, SHA-256 {found}");
            remark(field, message)
                .help("take the original back from git; preserve a new version under a new name")
        }
    }
}

/// What is wrong with the files that the entry's manifest lists, all in one.
fn of_manifest(subject: &Subject<'_>, entry: &Entry, wrong: &[&Piece]) -> Option<Remark> {
    if wrong.is_empty() {
        return None;
    }
    let one = |piece: &&Piece| {
        let what = match piece.fate {
            Fate::Here(..) => "is not what was preserved",
            Fate::Gone => "is not there",
            Fate::Outside => "is not in the incident's folder",
        };
        format!("`{}` {what}", piece.path)
    };
    let mut named: Vec<String> = wrong.iter().take(NAMED).map(one).collect();
    if wrong.len() > NAMED {
        named.push(format!("and {} more", wrong.len() - NAMED));
    }
    let message = format!("of the folder that was preserved, {}", named.join(", "));
    let remark = Remark::new(subject.entry(entry), Place::field("path"), message);
    Some(remark.help("`inc evidence verify` lists them; take them back from git"))
}
