//! The incident's id is the name of its folder.
//!
//! ## What it checks
//! That `id` in `incident.yaml` is the name of the folder that the file is in.
//!
//! ## Why
//! People say an id aloud, branches and messages carry it. With two ids for one incident, or one id for two,
//! nobody knows which is meant.
//!
//! ## Example
//! ```yaml
//! # incidents/2025/20251110-7f3k/incident.yaml
//! id: 20251110-8g4m
//! ```
//!
//! ## Instead
//! ```yaml
//! # incidents/2025/20251110-7f3k/incident.yaml
//! id: 20251110-7f3k
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("id-folder", Weight::Error, include_str!("id_folder.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let id = subject.incident.id();
    if id == subject.id {
        return Vec::new();
    }
    let message = format!("the id `{id}` is not the folder's name, `{}`", subject.id);
    let help = format!("write `id: {}`: a folder is never renamed", subject.id);
    vec![Remark::new(subject.record(), Place::field("id"), message).help(help)]
}
