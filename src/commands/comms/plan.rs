//! One message: for whom, in what state, by which channels, in which words; and what forbids it.

use anyhow::Result;

use super::audience::{allowed, audience, prepared, preparers, unprepared};
use super::{Message, words};
use crate::change::Change;
use crate::error::{Failure, invalid, nearest, plain, refused, usage};
use crate::model::entry::{Kind, UpdateState};
use crate::model::instant::Instant;
use crate::model::{Milestone, Status};
use crate::notify::placeholders;
use crate::process::communication::{Audience, Channel, MessageState};
use crate::process::obligation::Obligation;
use crate::process::offices::listed;
use crate::process::{Event, Process, Truth};

/// A message that may be posted.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) state: UpdateState,
    pub(super) audience: Option<String>,
    pub(super) channels: Vec<String>,
    pub(super) next: Option<Instant>,
    pub(super) reason: Option<String>,
    pub(super) text: String,
    /// Who prepared it, where that is said or the audience asks for it.
    pub(super) prepared_by: Vec<String>,
}

impl Plan {
    /// What the arguments, the process and the incident make of it.
    ///
    /// # Errors
    /// The process knows no such audience, state or channel; the message may not go out yet, or not to them; it
    /// lacks a value or still holds a place to fill in.
    pub(super) fn new(
        change: &Change<'_>,
        args: &Message,
        state: Option<UpdateState>,
        text: &str,
        reason: Option<String>,
        posts: bool,
    ) -> Result<Self> {
        let process = change.process();
        let audience = audience(process, args.audience.as_deref())?;
        let prepared_by = preparers(change, audience, &args.prepared_by)?;
        if let Some(audience) = audience.filter(|_| posts) {
            allowed(change, audience)?;
            prepared(change, audience, &prepared_by)?;
        }
        let last = last_state(change, audience);
        let state = state.unwrap_or_else(|| by_status(change, last));
        in_order(change, state, last, reason.as_deref())?;
        let label = message_state(process, state)?;
        let channels = channels(change, audience, &args.channels)?;
        let next = next(change, args.next.as_deref(), audience, state)?;
        let own = audience.and_then(|a| process.document(a.document.as_deref()?));
        let text = match (text, label.and_then(|l| l.message.as_deref())) {
            ("", _) if own.is_some() => {
                own.map(|own| change.document_text(own)).transpose()?.unwrap_or_default()
            }
            ("", Some(message)) => words::fill(change, state, message, next, &args.values)?,
            ("", None) => {
                return Err(usage(format!("{} has no words for `{}`", process.pin(), state.name()))
                    .hint(format!("give them: `inc comms post {} \"…\"`", state.name()))
                    .into());
            }
            (text, _) => text.to_owned(),
        };
        complete(&text)?;
        let audience = audience.map(|a| a.id.clone());
        Ok(Self { state, audience, channels, next, reason, text, prepared_by })
    }

    /// The entry that records it.
    pub(super) fn kind(&self) -> Kind {
        Kind::Update {
            state: self.state,
            audience: self.audience.clone(),
            channels: self.channels.clone(),
            next: self.next,
            reason: self.reason.clone(),
            prepared_by: self.prepared_by.clone(),
        }
    }

    /// The message as readers see it, when it is the last one added to the incident.
    pub(super) fn shown(&self, change: &Change<'_>) -> String {
        words::shown(change, self.state, self.next, &self.text)
    }

    /// Who prepares what goes to the audience, where the process says so, and who has not yet.
    pub(super) fn preparing(&self, change: &Change<'_>) -> Option<String> {
        let process = change.process();
        let audience =
            process.communication.audiences.iter().find(|a| Some(&a.id) == self.audience.as_ref())?;
        let who = listed(process, &audience.prepared_by, "and");
        let missing = unprepared(change, audience, &self.prepared_by);
        let missing = match missing.as_slice() {
            [] => String::new(),
            missing => format!(" (still missing: {})", listed(process, missing.iter().copied(), "and")),
        };
        (!who.is_empty()).then(|| plain(&format!("prepared by {who}{missing}")))
    }

    /// What is worth knowing beside it.
    pub(super) fn hints(&self, change: &Change<'_>) -> Vec<String> {
        let process = change.process();
        let mut hints = Vec::new();
        let audience = process.communication.audiences.iter().find(|a| Some(&a.id) == self.audience.as_ref());
        if !self.channels.is_empty() {
            let label = |id: &String| {
                let known = process.communication.channels.iter().find(|c| c.id == *id);
                let url = known.and_then(|c| c.url.as_ref()).map(|u| format!(" {u}")).unwrap_or_default();
                format!("{}{url}", known.map_or(id.as_str(), |c| &c.label))
            };
            let labels: Vec<String> = self.channels.iter().map(|c| plain(&label(c))).collect();
            hints.push(format!("post it on: {}", labels.join(", ")));
        }
        let more = audience.map(|a| a.channels.iter().filter(|c| !self.channels.contains(c)));
        let more: Vec<String> =
            more.into_iter().flatten().map(|c| plain(c)).filter(|c| c.contains('(')).collect();
        if !more.is_empty() {
            hints.push(format!("also, if so: {}", more.join(", ")));
        }
        if self.state == UpdateState::Resolved && change.incident.status < Status::Resolved {
            hints.push(format!("{} itself is not resolved yet: `inc resolve`", change.folder.id));
        }
        hints
    }
}

/// Refuses a single word that is nearly a state; any other text passes as the message itself.
pub(super) fn not_nearly_a_state(word: &str, alone: bool) -> Result<(), Failure> {
    let near = nearest(word, UpdateState::ALL.map(UpdateState::name)).filter(|_| !word.trim().contains(' '));
    match near {
        Some(near) if alone => Err(usage(format!("`{}` is no state of a message", word.escape_debug()))
            .hint(format!("did you mean `{near}`?"))
            .hint("the states: investigating, identified, monitoring, resolved")),
        _ => Ok(()),
    }
}

/// The state of the last message to the audience since the incident was last reopened.
fn last_state(change: &Change<'_>, audience: Option<&Audience>) -> Option<UpdateState> {
    let reopened = change.incident.reopened.last().copied();
    let since = change.incident.entries().filter(|e| reopened.is_none_or(|r| e.at > r) && e.at <= change.at);
    since.fold(None, |last, e| match &e.kind {
        Kind::Update { state, audience: to, .. } => {
            let theirs = to.as_deref().is_none_or(|to| audience.is_none_or(|a| a.id == to));
            if theirs { Some(*state) } else { last }
        }
        _ => last,
    })
}

/// The state that the status gives, never behind what they were told last; one that the process has.
fn by_status(change: &Change<'_>, last: Option<UpdateState>) -> UpdateState {
    let reached = |m| change.incident.reached(m).is_some_and(|at| at <= change.at);
    let state = if reached(Milestone::Resolved) {
        UpdateState::Resolved
    } else if reached(Milestone::Mitigated) {
        UpdateState::Monitoring
    } else if reached(Milestone::Identified) {
        UpdateState::Identified
    } else {
        UpdateState::Investigating
    };
    let state = last.map_or(state, |last| last.max(state));
    let states = &change.process().communication.states;
    let known = states.iter().map(|s| s.id).filter(|s| *s <= state).max();
    known.unwrap_or(state)
}

fn in_order(
    change: &Change<'_>,
    state: UpdateState,
    last: Option<UpdateState>,
    reason: Option<&str>,
) -> Result<(), Failure> {
    match last {
        Some(last) if state < last && reason.is_none() => Err(refused(format!(
            "{} was said to be {} already; to go back to {} needs a reason",
            change.folder.id,
            last.name(),
            state.name()
        ))
        .hint(format!("inc comms post {} --reason \"…\"", state.name()))),
        _ => Ok(()),
    }
}

fn message_state(process: &Process, state: UpdateState) -> Result<Option<&MessageState>, Failure> {
    let states = &process.communication.states;
    match states.iter().find(|s| s.id == state) {
        None if !states.is_empty() => {
            let known: Vec<&str> = states.iter().map(|s| s.id.name()).collect();
            Err(usage(format!("the messages of {} have no state `{}`", process.pin(), state.name()))
                .hint(format!("its states: {}", known.join(", "))))
        }
        found => Ok(found),
    }
}

/// The channels named, else those of the audience that the process uses without condition.
fn channels(
    change: &Change<'_>,
    audience: Option<&Audience>,
    named: &[String],
) -> Result<Vec<String>, Failure> {
    let process = change.process();
    let bare = |c: &String| Channel::bare(c).to_owned();
    let theirs = audience.map(|a| a.channels.clone()).unwrap_or_default();
    if named.is_empty() {
        let always: Vec<String> = theirs.iter().filter(|c| !c.contains(" (")).cloned().collect();
        let first = theirs.first().map(bare).into_iter().collect();
        return Ok(if always.is_empty() { first } else { always });
    }
    let own = process.communication.channels.iter().map(|c| c.id.clone());
    let known: Vec<String> = own.chain(theirs.iter().map(bare)).collect();
    for channel in named {
        if known.is_empty() || known.contains(channel) {
            continue;
        }
        let failure = usage(format!("{} has no channel `{}`", process.pin(), channel.escape_debug()))
            .did_you_mean(channel, known.iter().map(String::as_str));
        return Err(failure.hint(format!("its channels: {}", known.join(", "))));
    }
    Ok(named.to_vec())
}

/// When they hear more: as said, else after the interval of the obligation that repeats for them.
fn next(
    change: &Change<'_>,
    said: Option<&str>,
    audience: Option<&Audience>,
    state: UpdateState,
) -> Result<Option<Instant>> {
    let process = change.process();
    if let Some(said) = said {
        let next = change.context.time(said, process.timezone)?;
        if next <= change.at {
            return Err(usage(format!("`{}` is over: they are to hear more later", said.escape_debug()))
                .hint("`--next \"in 30m\"`, or the time of day in the process's zone")
                .into());
        }
        return Ok(Some(next));
    }
    if state == UpdateState::Resolved {
        return Ok(None);
    }
    let standing = process.standing(&change.incident);
    let applies = |o: &&Obligation| o.when.holds(&change.incident, standing) == Truth::Yes;
    let mut repeating = process.obligations.iter().filter(|o| repeats_for(o, audience)).filter(applies);
    let interval = repeating.next().and_then(|o| o.every.as_ref());
    let next = interval.map(|every| {
        change
            .at
            .checked_add_signed(every.0.duration)
            .ok_or_else(|| invalid("the next message is too far off"))
    });
    Ok(next.transpose()?)
}

/// Whether an obligation repeats until the next message to an audience.
fn repeats_for(obligation: &Obligation, audience: Option<&Audience>) -> bool {
    let mut found = false;
    if let (Some(_), Some(reset)) = (&obligation.every, &obligation.reset) {
        reset.walk(&mut |event| {
            if let Event::Of(map) = event
                && let Some(update) = &map.update
            {
                let theirs = update.audience.as_deref();
                found |= theirs.is_none_or(|to| audience.is_none_or(|a| a.id == to));
            }
        });
    }
    found
}

/// Refuses a message with a place that was left open.
fn complete(text: &str) -> Result<(), Failure> {
    match placeholders::find(text) {
        Some(place) => Err(refused(format!("`{}` in the message is still to be filled in", plain(&place)))
            .hint("write what it stands for, or leave it out")),
        None => Ok(()),
    }
}
