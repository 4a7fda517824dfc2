//! `inc trust`

use anyhow::Result;
use serde_json::{Value, json};

use super::{Done, program};
use crate::context::Context;
use crate::error::{plain, usage};
use crate::git::Repo;
use crate::render;
use crate::store::Store;
use crate::store::settings::{Channel, Occasion};
use crate::trust::Thing;

/// Let this clone send by the channels of inc.yaml, or run the command of a rollback plan
///
/// Nothing leaves a clone before: no webhook, no mail, no program. It holds until the channels change, or a
/// program of the team's own that one of them runs. With `--rollback`, the command of the incident's rollback plan may
/// run here: until the plan changes, or anything that HEAD holds beside the incidents.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command of the incident's rollback plan, instead of the channels
    #[arg(long)]
    pub rollback: bool,
    /// Only show what it is about, and whether it is trusted
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
    if args.rollback {
        return rollback(context, &repo, &store, args);
    }
    let channels = &store.settings.channels;
    if channels.is_empty() {
        context.ui.say("inc.yaml has no `channels`: nothing is sent, and nothing needs trust");
        return Ok(Done::Clean);
    }
    let thing = Thing::channels(&repo, &store)?;
    if !args.show {
        thing.set(&repo, !args.revoke)?;
    }
    let trusted = thing.is_trusted(&repo);
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

/// Trusts the command of the incident's rollback plan as it is now.
fn rollback(context: &Context, repo: &Repo, store: &Store, args: &Args) -> Result<Done> {
    let folder = context.folder(repo, store, None)?;
    let plan = store.rollback_plan(&folder)?.ok_or_else(|| {
        usage(format!("{} has no rollback plan", folder.id)).hint("`inc rollback plan` drafts one")
    })?;
    if plan.command.is_empty() {
        context.ui.say("the plan names no command: nothing is run, and nothing needs trust");
        return Ok(Done::Clean);
    }
    let thing = Thing::plan(repo, store, &folder, &plan)?;
    if !args.show {
        thing.set(repo, !args.revoke)?;
    }
    let trusted = thing.is_trusted(repo);
    if context.globals.json {
        let version = render::json::SCHEMA_VERSION;
        let answer = json!({ "schema_version": version, "trusted": trusted, "command": plan.command });
        context.ui.out(&render::json::pretty(&answer)?);
        return Ok(Done::Clean);
    }
    let (id, tag) = (plain(&plan.id), plain(&plan.target.tag));
    context.ui.out(&format!("{id} to {tag}: runs {}", program::shown(&plan.command)));
    context.ui.say(if trusted {
        "trusted in this clone, as the plan and the code are now; `inc trust --rollback --revoke` takes it back"
    } else {
        "not trusted: nothing is run in this clone before `inc trust --rollback`"
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
