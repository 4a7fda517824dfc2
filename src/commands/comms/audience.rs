//! Who is told: whether they may be, and whether all who have to have prepared it.

use anyhow::Result;

use crate::change::Change;
use crate::context::line;
use crate::error::{Failure, nearest, plain, refused, usage};
use crate::model::Status;
use crate::model::entry::Kind;
use crate::process::Process;
use crate::process::communication::Audience;
use crate::process::offices::listed;

/// The audience that a word names, else the first that the process has.
pub(super) fn audience<'a>(
    process: &'a Process,
    word: Option<&str>,
) -> Result<Option<&'a Audience>, Failure> {
    let all = &process.communication.audiences;
    let Some(word) = word.map(str::trim) else { return Ok(all.first()) };
    let same = |w: &str| w.to_lowercase() == word.to_lowercase();
    if let Some(found) = all.iter().find(|a| same(&a.id) || same(&a.label)) {
        return Ok(Some(found));
    }
    let known: Vec<&str> = all.iter().map(|a| a.id.as_str()).collect();
    let failure = usage(format!("{} has no audience `{}`", process.pin(), word.escape_debug()));
    let failure = match nearest(word, known.iter().copied()) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure,
    };
    Err(failure.hint(format!("its audiences: {}", known.join(", "))))
}

/// Whether the audience may be told at all, now.
pub(super) fn allowed(change: &Change<'_>, audience: &Audience) -> Result<(), Failure> {
    let (id, process) = (&change.folder.id, change.process());
    if audience.public && change.incident.record.restricted {
        return Err(refused(format!(
            "{id} is restricted, and anybody may read what goes to `{}`",
            audience.id
        ))
        .hint(format!("inc update -i {id} --set restricted=false, once anybody may know")));
    }
    if audience.after_resolution && change.incident.status < Status::Resolved {
        return Err(refused(format!("`{}` are told only once {id} is resolved", audience.id))
            .hint("`inc resolve` first; others may be told now: `inc comms post --audience …`"));
    }
    let Some(post) = &audience.approval else { return Ok(()) };
    let approves = |as_role: &Option<String>| {
        as_role.as_deref().is_none_or(|r| r == post || process.post(r).is_some_and(|p| p.id == *post))
    };
    let approved = change.incident.entries().any(
        |e| matches!(&e.kind, Kind::Approved { what, as_role } if *what == audience.id && approves(as_role)),
    );
    if approved {
        return Ok(());
    }
    let label = plain(process.label_of(post));
    Err(refused(format!("what goes to `{}` needs the approval of {label} first", audience.id))
        .hint(format!("inc approve {} --as {post}", audience.id))
        .hint(format!("`inc comms draft --audience {}` shows what is to be approved", audience.id)))
}

/// Who prepared a message: as said, else who writes, where the audience asks for it.
pub(super) fn preparers(
    change: &Change<'_>,
    audience: Option<&Audience>,
    said: &[String],
) -> Result<Vec<String>> {
    let is_asked = audience.is_some_and(|a| a.jointly);
    match said {
        [] if is_asked => Ok(vec![change.by.clone()]),
        said => said.iter().map(|who| line("the name", who)).collect(),
    }
}

/// Who has to prepare it and did not.
pub(super) fn unprepared<'a>(
    change: &Change<'_>,
    audience: &'a Audience,
    prepared_by: &[String],
) -> Vec<&'a String> {
    let posted = change.posted();
    audience.unprepared(prepared_by, change.offices(&posted))
}

/// Refuses a message that has not been prepared by all who have to.
pub(super) fn prepared(
    change: &Change<'_>,
    audience: &Audience,
    prepared_by: &[String],
) -> Result<(), Failure> {
    let missing = unprepared(change, audience, prepared_by);
    if missing.is_empty() {
        return Ok(());
    }
    let process = change.process();
    let all = listed(process, &audience.prepared_by, "and");
    let lacking = listed(process, missing.iter().copied(), "and");
    let flags: Vec<String> =
        prepared_by.iter().chain(missing).map(|w| format!(" --prepared-by {w}")).collect();
    let message =
        format!("what goes to `{}` is prepared by {all} together; still missing: {lacking}", audience.id);
    Err(refused(plain(&message))
        .hint(plain(&format!(
            "once they have: `inc comms post --audience {}{} …`",
            audience.id,
            flags.concat()
        )))
        .hint("a person who fills the post or role counts for it: `people` in inc.yaml, `inc assign`"))
}
