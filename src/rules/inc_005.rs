//! A severe incident gets a post-mortem before it is closed.
//!
//! ## What it checks
//! Where the process requires a post-mortem (by the worst severity that the incident ever had): that a closed
//! incident has one that was approved, unless the process gives it a time that is not over; and, as a note, that a resolved one has one begun. The time within which
//! it is due is an obligation of the process.
//!
//! ## Why
//! What nobody looks back on comes again. The severe ones are those that cost most to repeat.
//!
//! ## Example
//! A timeline that ends `resolved`, `closed`.
//!
//! ## Instead
//! `inc postmortem new`, write it, then `inc postmortem submit` and `inc postmortem approve`; and close the incident
//! after that.

use super::{Check, Remark, Rule, Subject};
use crate::model::entry::PostmortemState;
use crate::model::{Milestone, Status};
use crate::process::Event;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    concludes: true,
    ..Rule::new("INC-005", Weight::Error, include_str!("inc_005.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let incident = subject.incident;
    if !subject.postmortem_required() || incident.status.is_open() {
        return Vec::new();
    }
    let severity = subject.process.worst_standing(incident).severity;
    let closed = incident.status == Status::Closed;
    let remark = |milestone, message| {
        let (path, place) = subject.at(milestone);
        Remark::new(path, place, message)
    };
    match incident.postmortem {
        Some(state) if !closed || state >= PostmortemState::Approved => Vec::new(),
        _ if closed && subject.has_time_for_postmortem() => Vec::new(),
        Some(state) => {
            let message = format!("closed, and the post-mortem is still `{}`", state.name());
            vec![
                remark(Milestone::Closed, message)
                    .help("`inc postmortem submit`, then `inc postmortem approve`"),
            ]
        }
        None if closed => {
            let message = format!("closed without the post-mortem that a `{severity}` incident needs");
            vec![
                remark(Milestone::Closed, message)
                    .help("`inc postmortem new` begins it with all that is known"),
            ]
        }
        None if subject.on_a_clock(is_postmortem) => Vec::new(),
        None => {
            let message = format!("a `{severity}` incident needs a post-mortem, and none is begun");
            let remark = remark(Milestone::Resolved, message).weighing(Weight::Note);
            vec![remark.help("`inc postmortem new` begins it with all that is known")]
        }
    }
}

fn is_postmortem(event: &Event) -> bool {
    matches!(event, Event::Of(map) if map.postmortem.is_some())
}
