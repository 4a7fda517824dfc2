//! Evidence that was preserved is still there, and still the same.
//!
//! ## What it checks
//! That each `evidence` entry names a file of the incident's folder or a place elsewhere, that the file is
//! there until the post-mortem is approved, and that its digest and size are those that the entry wrote down. Nobody
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

use super::{Check, Place, Preserved, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::entry::{Kind, PostmortemState};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("INC-003", Weight::Error, include_str!("inc_003.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.incident.entries().filter_map(|entry| of_entry(subject, entry)).collect()
}

fn of_entry(subject: &Subject<'_>, entry: &Entry) -> Option<Remark> {
    let Kind::Evidence { path, url, sha256, size, .. } = &entry.kind else { return None };
    let remark =
        |field: &str, message: String| Remark::new(subject.entry(entry), Place::field(field), message);
    let Some(path) = path else {
        return url.is_none().then(|| {
            remark("kind", "this evidence is nowhere: it names neither a file nor a place".into()).help(
                "`path: evidence/…` names a file of the incident's folder, `url: https://…` another place",
            )
        });
    };
    let shown = path;
    match subject.evidence.get(path)? {
        Preserved::Outside => Some(
            remark("path", format!("`{shown}` is not in the incident's folder"))
                .help("`inc evidence add FILE` copies it there"),
        ),
        Preserved::Gone => {
            let approved = subject.incident.postmortem.is_some_and(|s| s >= PostmortemState::Approved);
            (!approved).then(|| {
                remark("path", format!("`{shown}` was preserved and is not there"))
                    .help("take it back from git; it may go once the post-mortem is approved")
            })
        }
        Preserved::Here { sha256: found, size: bytes } => {
            let same = sha256.as_ref().is_none_or(|s| s.eq_ignore_ascii_case(found));
            let field = if same { "size" } else { "sha256" };
            (!same || size.is_some_and(|s| s != *bytes)).then(|| {
                remark(
                    field,
                    format!("`{shown}` is not what was preserved: it has {bytes} bytes, SHA-256 {found}"),
                )
                .help("take the original back from git; preserve a new version under a new name")
            })
        }
    }
}
