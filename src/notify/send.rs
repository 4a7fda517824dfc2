//! Sends a message by several channels at once, each within its time.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::message::Message;
use super::program;
use crate::store::settings::Channel;

/// How long a connection may take to come about.
pub const CONNECT: Duration = Duration::from_secs(3);
/// How long a message may take in all.
pub const TOTAL: Duration = Duration::from_secs(10);

/// What a channel gets to say itself that it took too long.
const SLACK: Duration = Duration::from_millis(300);

/// How long a channel may take.
fn limit(channel: &Channel) -> Duration {
    let own = channel.timeout.and_then(|t| t.length.to_std().ok());
    own.map_or(TOTAL, |own| own.min(TOTAL))
}

/// What came of a channel: nothing, or why the message did not leave.
pub type Sent = Result<(), String>;

/// Sends each channel its message, all at once; none holds up the others, and none takes longer than [`TOTAL`].
///
/// `root` is the folder in which programs run. The answers are in the order of the jobs.
#[must_use]
pub fn send(jobs: Vec<(Channel, Message)>, root: &Path) -> Vec<Sent> {
    let late = |limit: Duration| Err(format!("no answer within {} s", limit.as_secs()));
    let mut sent: Vec<Sent> = jobs.iter().map(|(channel, _)| late(limit(channel))).collect();
    let longest = jobs.iter().map(|(channel, _)| limit(channel)).max().unwrap_or_default();
    let (answers, waiting) = mpsc::channel();
    let end = Instant::now() + longest + SLACK;
    for (place, (channel, message)) in jobs.into_iter().enumerate() {
        let (answers, root) = (answers.clone(), root.to_owned());
        std::thread::spawn(move || {
            let _ = answers.send((place, by(&channel, &message, root)));
        });
    }
    drop(answers);
    while let Ok((place, answer)) = waiting.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if let Some(slot) = sent.get_mut(place) {
            *slot = answer;
        }
    }
    sent
}

fn by(channel: &Channel, message: &Message, root: PathBuf) -> Sent {
    let limit = limit(channel);
    let ca = channel.authorities(&root).map_err(|error| error.to_string())?;
    if let Some(webhook) = &channel.webhook {
        return net::webhook(webhook, ca.as_deref(), message, limit);
    }
    if let Some(email) = &channel.email {
        return net::email(email, ca.as_deref(), message, limit);
    }
    match &channel.command {
        Some(command) => program::run(command, message, &root, limit),
        None => Ok(()),
    }
}

#[cfg(feature = "notify")]
use super::net;

#[cfg(not(feature = "notify"))]
mod net {
    use super::{Duration, Message, Sent};
    use crate::store::settings::{Email, Webhook};

    const LEFT_OUT: &str = "this build of inc has no network (the feature `notify` is off)";

    pub(super) fn webhook(_: &Webhook, _: Option<&str>, _: &Message, _: Duration) -> Sent {
        Err(LEFT_OUT.into())
    }

    pub(super) fn email(_: &Email, _: Option<&str>, _: &Message, _: Duration) -> Sent {
        Err(LEFT_OUT.into())
    }
}
