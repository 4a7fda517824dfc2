//! Which steps an incident may take from where it stands.

use super::entry::KindName;
use super::incident::{Incident, Status};
use super::instant::{Instant, rfc3339};
use super::milestone::Milestone;

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// It was taken already.
    #[error("the incident was already {step} at {}", rfc3339(*at))]
    Already {
        /// The milestone.
        step: Milestone,
        /// When it was reached.
        at: Instant,
    },
    /// Another step has to come first.
    #[error("the incident is not {needs} yet")]
    Needs {
        /// The milestone that is missing.
        needs: Milestone,
    },
    /// Its time lies before something that it must follow.
    #[error("{} is before the incident was {after} at {}", rfc3339(*at), rfc3339(*after_at))]
    Before {
        /// The time asked for.
        at: Instant,
        /// The milestone that it must not precede.
        after: Milestone,
        /// When that was reached.
        after_at: Instant,
    },
    /// Its time lies after something that it must precede.
    #[error("{} is after the incident was {before} at {}", rfc3339(*at), rfc3339(*before_at))]
    After {
        /// The time asked for.
        at: Instant,
        /// The milestone that it must not follow.
        before: Milestone,
        /// When that was reached.
        before_at: Instant,
    },
    /// It was resolved and reopened in this second, which says nothing about a third step in it.
    #[error("the incident was resolved and reopened at {}: take a later second", rfc3339(*at))]
    SameSecond {
        /// The time asked for.
        at: Instant,
    },
    /// The incident has come to an end that allows no more steps.
    #[error("the incident is {}", status.name())]
    Ended {
        /// Closed or cancelled.
        status: Status,
    },
}

/// Checks that a step may be taken at an instant; milestones may be back-dated and come in any order, but
/// not twice, not before what they follow from, and not after the end.
///
/// # Errors
/// Says which step is missing, was taken already or lies later.
pub fn check(incident: &Incident, step: Milestone, at: Instant) -> Result<(), Illegal> {
    let ended = incident.status == Status::Cancelled
        || (incident.status == Status::Closed && step != Milestone::Reopened);
    if ended {
        return Err(Illegal::Ended { status: incident.status });
    }
    if let (Some(reached), true) = (incident.reached(step), step != Milestone::Reopened) {
        return Err(Illegal::Already { step, at: reached });
    }
    for needs in required(step) {
        incident.reached(*needs).ok_or(Illegal::Needs { needs: *needs })?;
    }
    if step == Milestone::Resolved && incident.paused.last() == Some(&(at, at)) {
        return Err(Illegal::SameSecond { at });
    }
    in_order(incident, step, at)
}

/// What a step needs, and the beginning of the trouble, must not lie later; nor may the trouble begin later than
/// what came of it.
fn in_order(incident: &Incident, step: Milestone, at: Instant) -> Result<(), Illegal> {
    let begin = [Milestone::Started, Milestone::Detected];
    // A resolution or relief before a reopening would be withdrawn by it.
    let withdrawn = matches!(step, Milestone::Mitigated | Milestone::Resolved);
    let again = withdrawn.then_some(Milestone::Reopened);
    for after in required(step).iter().copied().chain(again).chain(begin.into_iter().filter(|m| *m < step)) {
        if let Some(after_at) = incident.reached(after).filter(|reached| at < *reached) {
            return Err(Illegal::Before { at, after, after_at });
        }
    }
    let later = Milestone::ALL.into_iter().filter(|m| begin.contains(&step) && *m > step);
    let first = later.filter_map(|m| Some((incident.reached(m)?, m))).min();
    match first.filter(|(reached, _)| at > *reached) {
        Some((before_at, before)) => Err(Illegal::After { at, before, before_at }),
        None => Ok(()),
    }
}

/// What must have been reached before a step.
const fn required(step: Milestone) -> &'static [Milestone] {
    match step {
        Milestone::Verified | Milestone::Closed | Milestone::Reopened => &[Milestone::Resolved],
        Milestone::Resolved => &[Milestone::Declared],
        _ => &[],
    }
}

/// The steps that are legal now, in the order of an incident's life.
#[must_use]
pub fn legal(incident: &Incident, now: Instant) -> Vec<KindName> {
    let mut steps: Vec<KindName> = Milestone::ALL
        .into_iter()
        .filter(|m| *m > Milestone::Declared && check(incident, *m, now).is_ok())
        .map(KindName::from)
        .collect();
    if incident.status.is_open() {
        steps.push(KindName::Cancelled);
    }
    steps
}
