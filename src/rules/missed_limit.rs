//! What fell due was done in time.
//!
//! ## What it checks
//! Every obligation of the process that applies to the incident: limits for responding and resolving, people to
//! tell, messages, steps of runbooks. One whose time passed before it was met is reported with the weight that
//! the process gives it (`missed`), whether it was met late or is still open.
//!
//! ## Why
//! The process is a promise: to users, to the organisation, sometimes to the law. A missed limit that nobody
//! sees is missed again.
//!
//! ## Example
//! Detected at 14:30, a limit of `< 15m` for responding, and `responded` at 15:05.
//!
//! ## Instead
//! Do it now if it is still open: `inc due` lists what is. What was done and not recorded goes into the timeline
//! with its time (`--at`). What really was late stays late; a person may accept it with a reason:
//! `inc waive --obligation ID --reason "…"`.

use super::{Check, Place, Remark, Rule, Subject, Waiver, inc_002};
use crate::clock::{Clock, State};
use crate::error::plain;
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::model::instant::rfc3339;
use crate::model::{Entry, Milestone};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    concludes: true,
    ..Rule::new("missed-limit", Weight::Warning, include_str!("missed_limit.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    // What was accepted is shown, once it would have been a miss.
    let is_missed = |c: &&Clock| match c.state {
        State::Missed => true,
        State::Waived => c.margin_seconds.is_some_and(|margin| margin < 0),
        _ => false,
    };
    let missed = subject.clocks.iter().filter(is_missed).filter(|c| c.missed != Weight::Off);
    // Actions have a rule of their own, and so has the declaration.
    let missed = missed.filter(|c| !c.obligation.starts_with("action:"));
    let late = !inc_002::check(subject).is_empty();
    let missed = missed.filter(|c| !(late && inc_002::is_logging(c)));
    missed.map(|clock| remark(subject, clock).waived(waiver(subject, clock))).collect()
}

/// Who accepted that the obligation is not met.
pub(super) fn waiver(subject: &Subject<'_>, clock: &Clock) -> Option<Waiver> {
    let accepts = |entry: &Entry| match &entry.kind {
        Kind::Waived { obligation: Some(id), reason, .. } if *id == clock.obligation => {
            Some(Waiver { by: plain(&entry.by), reason: plain(reason) })
        }
        _ => None,
    };
    subject.incident.waivers().filter_map(accepts).last()
}

fn remark(subject: &Subject<'_>, clock: &Clock) -> Remark {
    let (path, place) = started(subject, clock);
    let late = clock.margin_seconds.filter(|m| *m < 0).map(chrono::TimeDelta::seconds);
    let late = late.map_or_else(|| "just too late".to_owned(), |m| format!("{} late", format_duration(-m)));
    let due = clock.due.map(|due| format!("due at {}", rfc3339(due))).unwrap_or_default();
    let times =
        if clock.missed_count > 1 { format!("{} times; last ", clock.missed_count) } else { String::new() };
    let (how, help) = match clock.ended_at {
        Some(_) => (
            late,
            format!(
                "if it was done in time, write that down with `--at`; `inc waive --obligation {} --reason \"…\"` accepts it",
                clock.obligation
            ),
        ),
        None => (
            format!("not done, {late}"),
            format!(
                "do it now, or record that it was done; `inc waive --obligation {} --reason \"…\"` accepts it",
                clock.obligation
            ),
        ),
    };
    let message = format!("{} (`{}`): missed {times}{due}, {how}", clock.label, clock.obligation);
    Remark::new(path, place, message.replace("missed due", "due")).help(help).weighing(clock.missed)
}

/// The entry that started the clock.
fn started(subject: &Subject<'_>, clock: &Clock) -> (std::path::PathBuf, Place) {
    let at_start = subject.incident.entries().filter(|e| Some(e.at) == clock.from);
    let entry = at_start.max_by_key(|e| e.kind.milestone().is_some());
    entry.map_or_else(|| subject.at(Milestone::Declared), |e| (subject.entry(e), Place::field("at")))
}
