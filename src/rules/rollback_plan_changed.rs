//! A rollback plan stays what was validated, approved and executed.
//!
//! ## What it checks
//! That `ROLLBACK_PLAN.json` is there once a rollback is planned, and says what it said when the last step was taken:
//! each `rollback` entry holds the plan's digest. How the file is laid out does not matter. Nobody can waive it.
//!
//! ## Why
//! An approval is given to one plan. If another stands under it afterwards, nobody approved what was done.
//!
//! ## Example
//! Another tag, or another command, in `ROLLBACK_PLAN.json` after `inc rollback approve`.
//!
//! ## Instead
//! Put the plan back as it was, or plan anew with `inc rollback plan`: the steps then begin again.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::entry::{Kind, RollbackStep};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new(
        "rollback-plan-changed",
        Weight::Error,
        include_str!("rollback_plan_changed.rs"),
        Check::Incident(check),
    )
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let last = subject.incident.entries().rev().find_map(|entry| match &entry.kind {
        Kind::Rollback { step, sha256: Some(sha256), .. } => Some((entry, *step, sha256)),
        _ => None,
    });
    let Some((entry, step, sha256)) = last else { return Vec::new() };
    let Some(rollback) = subject.rollback else {
        let message = "the rollback plan is gone".to_owned();
        let remark = Remark::new(subject.entry(entry), Place::field("sha256"), message);
        return vec![remark.help("take `ROLLBACK_PLAN.json` back from git")];
    };
    if rollback.sha256 == *sha256 {
        return Vec::new();
    }
    let done = if step == RollbackStep::Planned { "drafted" } else { step.name() };
    let message = format!("the plan is not what was {done} by {}", entry.by);
    let word = Place::Word(Vec::new(), rollback.plan.id.clone());
    let help = "`git log -p` shows what changed: put it back, or plan anew with `inc rollback plan`";
    vec![Remark::new(&rollback.path, word, message).help(help)]
}
