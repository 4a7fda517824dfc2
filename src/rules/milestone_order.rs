//! The milestones of an incident come in the order of its life.
//!
//! ## What it checks
//! That no milestone lies before one that must come first: started, detected, then acknowledged, responded,
//! identified, mitigated, resolved, verified, closed. `declared` may lie anywhere after the start, `identified` and
//! `mitigated` may change places, since one may stop the trouble before knowing its cause. A milestone written
//! twice, or one without its forerunner (verified without resolved), is reported too. Times that an amendment
//! corrected count as corrected.
//!
//! ## Why
//! Every duration is the difference of two milestones. Out of order, one of them is negative, and the figures of
//! the team are wrong without looking wrong.
//!
//! ## Example
//! ```yaml
//! # started at 14:00, and in another entry:
//! kind: resolved
//! at: 2025-11-10T13:45:00Z
//! ```
//!
//! ## Instead
//! `inc timeline amend <entry> --at 14:45` corrects the time and leaves the entry as it was written.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::instant::rfc3339;
use crate::model::{Entry, Milestone};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("milestone-order", Weight::Error, include_str!("milestone_order.rs"), Check::Incident(check))
};

/// What must not lie after a milestone.
const fn before(milestone: Milestone) -> &'static [Milestone] {
    use Milestone as M;
    match milestone {
        M::Started => &[],
        M::Detected | M::Declared => &[M::Started],
        M::Acknowledged => &[M::Detected, M::Started],
        M::Responded => &[M::Acknowledged, M::Detected, M::Started],
        M::Identified | M::Mitigated => &[M::Responded, M::Detected, M::Started],
        M::Resolved => &[
            M::Mitigated,
            M::Identified,
            M::Responded,
            M::Acknowledged,
            M::Declared,
            M::Detected,
            M::Started,
        ],
        M::Verified | M::Reopened => &[M::Resolved],
        M::Closed => &[M::Verified, M::Resolved],
    }
}

/// A milestone and the entry that marks it.
type Reached<'a> = (Milestone, &'a Entry);

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let mut reached: Vec<Reached<'_>> = Vec::new();
    let mut remarks = Vec::new();
    for entry in subject.incident.entries() {
        let Some(milestone) = entry.kind.milestone() else { continue };
        let first = reached.iter().find(|(m, _)| *m == milestone);
        let remark = match first {
            Some((_, first)) => Some(twice(subject, milestone, entry, first)),
            None => without_resolution(subject, &reached, milestone, entry),
        };
        match milestone {
            Milestone::Reopened => reached.retain(|(m, _)| *m < Milestone::Resolved),
            _ if first.is_none() => reached.push((milestone, entry)),
            _ => {}
        }
        remarks.extend(remark);
    }
    remarks.extend(out_of_order(&reached).into_iter().map(|conflict| misplaced(subject, conflict)));
    remarks
}

/// The pairs that are in the wrong order, each as the milestone to blame and the one that it contradicts.
///
/// One wrong time contradicts many right ones: the milestone with the most contradictions is blamed, and what
/// contradicts it alone is not said again.
fn out_of_order<'a>(reached: &[Reached<'a>]) -> Vec<(Reached<'a>, Reached<'a>)> {
    let mut pairs: Vec<(Reached<'a>, Reached<'a>)> = Vec::new();
    for later in reached {
        let earlier = reached.iter().filter(|(m, e)| before(later.0).contains(m) && e.at > later.1.at);
        pairs.extend(earlier.map(|earlier| (*earlier, *later)));
    }
    let mut blamed = Vec::new();
    while !pairs.is_empty() {
        let count = |m: Milestone| pairs.iter().filter(|(a, b)| a.0 == m || b.0 == m).count();
        let worst = reached.iter().map(|(m, _)| *m).max_by_key(|m| (count(*m), *m));
        let Some(pair) = worst.and_then(|w| pairs.iter().find(|(a, b)| a.0 == w || b.0 == w)) else { break };
        let pair = if Some(pair.0.0) == worst { *pair } else { (pair.1, pair.0) };
        pairs.retain(|(a, b)| a.0 != pair.0.0 && b.0 != pair.0.0);
        blamed.push(pair);
    }
    blamed
}

fn misplaced(
    subject: &Subject<'_>,
    ((milestone, entry), (other, than)): (Reached<'_>, Reached<'_>),
) -> Remark {
    let order = if entry.at < than.at { "before" } else { "after" };
    let (this, that) = (rfc3339(entry.at), rfc3339(than.at));
    let message = format!("{milestone} at {this}, {order} it was {other} at {that}");
    Remark::new(subject.entry(entry), Place::field("at"), message)
        .help(format!("`inc timeline amend {} --at TIME` corrects it", entry.name))
}

fn twice(subject: &Subject<'_>, milestone: Milestone, entry: &Entry, first: &Entry) -> Remark {
    let message = format!("the incident was already {milestone} at {}", rfc3339(first.at));
    Remark::new(subject.entry(entry), Place::field("kind"), message)
        .help("only the first counts: amend that one, and say more in an entry of kind `note`")
}

/// That a milestone follows from a resolution that never was; one that only lies later is out of order.
fn without_resolution(
    subject: &Subject<'_>,
    reached: &[Reached<'_>],
    milestone: Milestone,
    entry: &Entry,
) -> Option<Remark> {
    let resolved = reached.iter().any(|(m, _)| *m == Milestone::Resolved);
    let ever = resolved || subject.incident.reached(Milestone::Resolved).is_some();
    let wrong = match milestone {
        Milestone::Reopened => !resolved,
        Milestone::Verified | Milestone::Closed => !ever,
        _ => false,
    };
    wrong.then(|| {
        let message = format!("the incident is {milestone} and was not resolved before");
        Remark::new(subject.entry(entry), Place::field("kind"), message)
            .help("`inc resolve --at TIME` says when it was over")
    })
}
