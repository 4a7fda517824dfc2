//! Which step of a rollback comes next: none is left out where the process asks for a written plan; elsewhere
//! validation may be and, where nobody is named to give it, approval.

use anyhow::Result;

use crate::change::Change;
use crate::error::refused;
use crate::model::entry::{Kind, RollbackStep};
use crate::model::{Entry, Incident};
use crate::process::Process;

/// The entries of an incident's rollbacks, in order.
pub(super) fn steps(incident: &Incident) -> impl DoubleEndedIterator<Item = &Entry> {
    incident.entries().filter(|e| matches!(e.kind, Kind::Rollback { .. }))
}

/// The last step that was taken.
pub(super) fn last(incident: &Incident) -> Option<RollbackStep> {
    steps(incident).next_back().and_then(|e| match e.kind {
        Kind::Rollback { step, .. } => Some(step),
        _ => None,
    })
}

/// The command that comes after a step.
pub(super) fn next(process: &Process, step: Option<RollbackStep>) -> &'static str {
    match step {
        None | Some(RollbackStep::Verified) => "inc rollback plan",
        Some(RollbackStep::Planned) if process.rollback.plan => "inc rollback validate",
        Some(RollbackStep::Planned | RollbackStep::Validated) if needs_approval(process) => {
            "inc rollback approve"
        }
        Some(RollbackStep::Planned | RollbackStep::Validated | RollbackStep::Approved) => {
            "inc rollback execute"
        }
        Some(RollbackStep::Executed) => "inc rollback verify --result ok|failed",
    }
}

fn needs_approval(process: &Process) -> bool {
    let asked = &process.rollback;
    asked.plan || asked.second_person || !asked.approvers.is_empty()
}

/// Refuses a step that does not come next.
///
/// # Errors
/// Another step comes next; it is named.
pub(super) fn in_order(change: &Change<'_>, wanted: RollbackStep) -> Result<()> {
    let process = change.process();
    let last = last(&change.incident);
    let allowed = match wanted {
        RollbackStep::Planned => last != Some(RollbackStep::Executed),
        RollbackStep::Validated => last == Some(RollbackStep::Planned),
        RollbackStep::Approved => {
            last == Some(RollbackStep::Validated)
                || (!process.rollback.plan && last == Some(RollbackStep::Planned))
        }
        RollbackStep::Executed => {
            let early = matches!(last, Some(RollbackStep::Planned | RollbackStep::Validated));
            last == Some(RollbackStep::Approved) || (early && !needs_approval(process))
        }
        RollbackStep::Verified => last == Some(RollbackStep::Executed),
    };
    if allowed {
        return Ok(());
    }
    let id = &change.folder.id;
    let now = last.map_or_else(
        || format!("{id} has no rollback plan"),
        |l| format!("the rollback of {id} is {}", l.name()),
    );
    Err(refused(format!("it cannot be {} now: {now}", wanted.name()))
        .hint(format!("next: {}", next(process, last)))
        .into())
}
