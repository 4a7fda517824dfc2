//! `inc trust`

use anyhow::Result;
use serde_json::{Value, json};

use super::Done;
use crate::context::Context;
use crate::error::plain;
use crate::notify::trust;
use crate::render;
use crate::store::settings::{Channel, Occasion};

/// Let this clone send by the channels of inc.yaml
///
/// Nothing leaves a clone before: no webhook, no mail, no program. It holds until the channels change, or a
/// program of the team's own that one of them runs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only show the channels, and whether they are trusted
    #[arg(long)]
    pub show: bool,
    /// Trust them no longer
    #[arg(long, conflicts_with = "show")]
    pub revoke: bool,
}

/// Trusts the channels as they are now.
///
/// # Errors
/// The settings are wrong, or git's folder cannot be written.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let channels = &store.settings.channels;
    if channels.is_empty() {
        context.ui.say("inc.yaml has no `channels`: nothing is sent, and nothing needs trust");
        return Ok(Done::Clean);
    }
    if !args.show {
        trust::set(&repo, &store, !args.revoke)?;
    }
    let trusted = trust::is_trusted(&repo, &store)?;
    if context.globals.json {
        let channel = |(name, c): (&String, &Channel)| (name.clone(), json!({ "does": c.summary() }));
        let channels: serde_json::Map<String, Value> = channels.iter().map(channel).collect();
        let version = render::json::SCHEMA_VERSION;
        let answer = json!({ "schema_version": version, "trusted": trusted, "channels": channels });
        context.ui.out(&render::json::pretty(&answer)?);
        return Ok(Done::Clean);
    }
    for (name, channel) in channels {
        context.ui.out(&format!("{}: {}{}", plain(name), plain(&channel.summary()), limits(channel)));
    }
    context.ui.say(if trusted {
        "trusted in this clone; `inc trust --revoke` takes it back"
    } else {
        "not trusted: nothing leaves this clone before `inc trust`"
    });
    Ok(Done::Clean)
}

/// ` (on declared, escalated; for cto)`
fn limits(channel: &Channel) -> String {
    let on: Vec<&str> = channel.on.iter().map(|o: &Occasion| o.name()).collect();
    let mut parts = Vec::new();
    for (word, names) in [
        ("on", on.join(", ")),
        ("for", channel.posts.join(", ")),
        ("updates to", channel.audiences.join(", ")),
    ] {
        if !names.is_empty() {
            parts.push(format!("{word} {}", plain(&names)));
        }
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}
