//! `inc comms`

mod audience;
mod list;
mod plan;
mod words;

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::model::entry::UpdateState;
use crate::model::instant::rfc3339;
use crate::notify::deliver::{self, News};
use crate::render;
use crate::store::settings::Occasion;
use crate::ui::{Tone, paint};
use plan::Plan;

/// Tell users and others how things stand
///
/// The audiences, their channels and the words for each state are the process's: `inc process show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Post(Post),
    Draft(Draft),
    List(list::Args),
}

/// Record a message as posted, and start the clock for the next one
///
/// Without TEXT it is the process's message for the state, filled in from the incident. It prints the message as
/// readers see it, for the status page or wherever it goes.
#[derive(Debug, clap::Args)]
struct Post {
    #[command(flatten)]
    message: Message,
}

/// Print a message as it would be posted, and record nothing
#[derive(Debug, clap::Args)]
struct Draft {
    #[command(flatten)]
    message: Message,
}

/// A message to an audience.
#[derive(Debug, clap::Args)]
pub(crate) struct Message {
    /// How things stand: `investigating`, `identified`, `monitoring` or `resolved` [default: by the status]
    #[arg(value_name = "STATE")]
    state: Option<String>,
    /// What they read, in place of the process's words; `-` reads standard input
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Who is told [default: the process's first audience]
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Where it is posted; may be given several times [default: the audience's channels]
    #[arg(long = "channel", value_name = "CHANNEL")]
    channels: Vec<String>,
    /// When they hear more: `14:30`, `in 20m` [default: when the process asks for it]
    #[arg(long, value_name = "TIME")]
    next: Option<String>,
    /// Who prepared it: a person, or the role or post that did; may be given several times [default: who writes]
    #[arg(long, value_name = "WHO")]
    prepared_by: Vec<String>,
    /// Why the state goes back
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
    /// A value that the process's message names and no field holds; may be given several times
    #[arg(long = "value", value_name = "NAME=VALUE")]
    values: Vec<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Post(args) => message(context, &args.message, true),
        Command::Draft(args) => message(context, &args.message, false),
        Command::List(args) => list::run(context, args),
    }
}

fn message(context: &Context, args: &Message, posts: bool) -> Result<Done> {
    let (state, text) = words(context, args)?;
    let reason = args.reason.as_deref().map(|r| line("the reason", r)).transpose()?;
    let mut change = Change::open(context, None)?;
    let plan = Plan::new(&change, args, state, &text, reason, posts)?;
    change.add(plan.kind(), &plan.text);
    if posts {
        let audience = plan.audience.as_deref().map(|a| format!(" to {a}")).unwrap_or_default();
        change.save(&change.message(&format!("{} posted{audience}", plan.state.name())))?;
    }
    let shown = plan.shown(&change);
    if context.globals.json {
        context.ui.out(&render::json::pretty(&json!({
            "schema_version": render::json::SCHEMA_VERSION,
            "incident": change.folder.id.as_str(),
            "posted": posts,
            "state": plan.state.name(),
            "audience": plan.audience,
            "channels": plan.channels,
            "next": plan.next.map(rfc3339),
            "prepared_by": plan.prepared_by,
            "text": plan.text,
            "message": shown,
        }))?);
    } else {
        context.ui.out(&shown);
    }
    if posts && !context.globals.json {
        plan.hints(&change).iter().for_each(|hint| context.ui.say(hint));
        context.ui.say(change.next_due(3).trim_end());
    } else if !posts && !context.globals.json {
        let state = plan.state.name();
        if let Some(who) = plan.preparing(&change) {
            context.ui.say(&who);
        }
        context
            .ui
            .say(&paint(Tone::Dim, &format!("a draft: `inc comms post {state} …` records it as posted")));
    }
    if posts {
        let (channels, audience) = (plan.channels, plan.audience);
        let news = News { text: shown, channels, audience, ..News::new(Occasion::Update, change.at) };
        deliver::deliver(&mut change, &[news]);
    }
    Ok(Done::Clean)
}

/// The state, when the first word is one, and the text.
fn words(context: &Context, args: &Message) -> Result<(Option<UpdateState>, String)> {
    let word = args.state.as_deref();
    let named =
        |word: &str| UpdateState::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(word.trim()));
    let state = word.and_then(named);
    let mut words = args.text.clone();
    if let (Some(word), None) = (word, state) {
        plan::not_nearly_a_state(word, words.is_empty())?;
        words.insert(0, word.to_owned());
    }
    Ok((state, super::timeline::text(context, &words)?))
}
