//! A decision is taken by somebody who may take it.
//!
//! ## What it checks
//! That the decider of a decision with a type fills, at that time, one of the roles, posts or levels that the process
//! names for it (`decision_types[].deciders`), or decided in the name of one of them. A level stands for those above
//! it, too. A decision without a type is anybody's.
//!
//! ## Why
//! Under pressure whoever is loudest decides. A team that has said beforehand who may take the decisions that cost
//! money or trust keeps them with the people who answer for them.
//!
//! ## Example
//! ```yaml
//! # go-no-go is for the commander or management, and bob is neither:
//! kind: decision
//! decide: Go live again
//! decider: bob
//! type: go-no-go
//! ```
//!
//! ## Instead
//! `inc decision "Go live again" --type go-no-go --decider WHO` with who decides such a thing: `inc process show` lists
//! them. Roles are given with `inc assign`, posts filled under `people` in inc.yaml.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::decision::{Decision, decisions};
use crate::model::entry::Kind;
use crate::process::obligation::Weight;
use crate::process::offices::listed;

pub(super) static RULE: Rule =
    Rule::new("decider", Weight::Error, include_str!("decider.rs"), Check::Incident(check));

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    decisions(subject.incident).iter().filter_map(|decision| remark(subject, decision)).collect()
}

fn remark(subject: &Subject<'_>, decision: &Decision<'_>) -> Option<Remark> {
    let (entry, decider, of_type) = (decision.decided?, decision.decider()?, decision.of_type()?);
    let decided = subject.process.decision_types.iter().find(|d| d.id == of_type)?;
    let may = &decided.deciders;
    if may.is_empty() || subject.offices(entry.at).holds_one_of(decider, may) {
        return None;
    }
    let field = if matches!(&entry.kind, Kind::Decision { decider: None, .. }) { "by" } else { "decider" };
    let offices = listed(subject.process, may, "or");
    let message = format!("{} is decided by {offices}, and {decider} is none of them", decided.label);
    let help = "posts are filled under `people` in inc.yaml, roles with `inc assign`, also afterwards with `--at TIME`";
    Some(Remark::new(subject.entry(entry), Place::field(field), message).help(help))
}
