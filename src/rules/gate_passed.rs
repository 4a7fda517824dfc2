//! No step was taken past an obligation that holds it up.
//!
//! ## What it checks
//! That an incident which is resolved, verified or closed, or whose post-mortem was submitted, approved or closed, has
//! met every obligation that the process lets block that step (`blocks`). So an incident is not closed without
//! the verification, the message or the approval for which the process asks.
//!
//! ## Why
//! `inc` refuses such a step; an entry written by hand, or a fact added later, can still get past it. What must
//! come first must have come.
//!
//! ## Example
//! `closed` in the timeline, and no `verified`, in a process whose obligation `verify` blocks `close`.
//!
//! ## Instead
//! Do what is missing and record it with its time, or accept it with a reason: `inc waive --obligation ID --reason "…"`.

use super::{Check, Place, Remark, Rule, Subject};
use crate::clock::{Clock, State};
use crate::model::entry::{Kind, PostmortemState};
use crate::model::{Entry, Milestone};
use crate::process::obligation::{Gate, Weight};

pub(super) static RULE: Rule = Rule {
    concludes: true,
    ..Rule::new("gate-passed", Weight::Error, include_str!("gate_passed.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let steps = [
        (Gate::Resolve, subject.marks(Milestone::Resolved)),
        (Gate::Verify, subject.marks(Milestone::Verified)),
        (Gate::Close, subject.marks(Milestone::Closed)),
        (Gate::Submit, postmortem(subject, PostmortemState::Review)),
        (Gate::Approve, postmortem(subject, PostmortemState::Approved)),
        (Gate::Finalise, postmortem(subject, PostmortemState::Closed)),
    ];
    let taken = steps.into_iter().filter_map(|(gate, entry)| Some((gate, entry?)));
    taken.flat_map(|(gate, entry)| passed(subject, gate, entry)).collect()
}

/// The last entry by which the post-mortem came to a state, if it still stands there or further on.
fn postmortem<'a>(subject: &Subject<'a>, state: PostmortemState) -> Option<&'a Entry> {
    subject.incident.postmortem.filter(|now| *now >= state)?;
    subject.incident.entries().rev().find(|e| matches!(e.kind, Kind::Postmortem { to, .. } if to == state))
}

fn passed(subject: &Subject<'_>, gate: Gate, entry: &Entry) -> Vec<Remark> {
    // One that was missed is reported as that.
    let unmet = |c: &&Clock| c.holds_up(gate) && c.state != State::Missed;
    let remark = |clock: &Clock| {
        let message = format!("{} without \"{}\" (`{}`)", entry.kind.name(), clock.label, clock.obligation);
        Remark::new(subject.entry(entry), Place::field("kind"), message).help(format!(
            "do it and record it; `inc waive --obligation {} --reason \"…\"` accepts it",
            clock.obligation
        ))
    };
    subject.clocks.iter().filter(unmet).map(remark).collect()
}
