//! `inc action`

mod details;

use std::sync::Arc;

use anyhow::Result;
use serde_yaml::{Mapping, Value};

pub use details::Details;

use super::Done;
use crate::change::Change;
use crate::context::{Context, Opened, line};
use crate::error::{plain, usage};
use crate::model::Incident;
use crate::model::record::{Action, ActionStatus};
use crate::render::actions::{self, Item};
use crate::store::edit::Edit;
use crate::store::processes::Found;

/// Add actions, list them across all incidents, say that one is done
///
/// What will be done about it, by whom, by which day. Actions are part of the record, `incident.yaml`, and appear in
/// both documents.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    Set(Set),
    List(List),
    /// Say that an action is done
    Done {
        /// The action: `a1`
        #[arg(value_name = "ACTION")]
        action: String,
    },
    /// Say that an action will not be done
    Cancel {
        /// The action: `a1`
        #[arg(value_name = "ACTION")]
        action: String,
        /// Why
        #[arg(long, value_name = "REASON")]
        reason: String,
    },
}

/// Add an action
#[derive(Debug, clap::Args)]
pub struct Add {
    /// What will be done
    #[arg(value_name = "TITLE", required = true)]
    pub title: Vec<String>,
    /// The rest of it.
    #[command(flatten)]
    pub details: Details,
}

/// Change an action: its owner, its day, its title …
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The action: `a1`
    #[arg(value_name = "ACTION")]
    pub action: String,
    /// What will be done
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// Where it stands; `inc action done` and `inc action cancel` end it
    #[arg(long, value_enum, value_name = "STATUS")]
    pub status: Option<Standing>,
    /// The rest of it.
    #[command(flatten)]
    pub details: Details,
}

/// Where an action stands that has not ended.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Standing {
    /// Not begun
    Open,
    /// Begun
    InProgress,
}

/// List the actions that are still to be done, of all incidents or of one with `-i`: overdue first
#[derive(Debug, clap::Args)]
pub struct List {
    /// Also those that are done or cancelled
    #[arg(short, long)]
    pub all: bool,
    /// Only those that are overdue
    #[arg(long)]
    pub overdue: bool,
    /// Only those of this person
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// The most impact for the least effort first, whatever the day
    #[arg(long)]
    pub by_priority: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such action, or a value is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Add(args) => add(context, args),
        Command::Set(args) => set(context, args),
        Command::List(args) => list(context, args),
        Command::Done { action } => end(context, action, "done", None),
        Command::Cancel { action, reason } => {
            end(context, action, "cancelled", Some(line("the reason", reason)?))
        }
    }
}

fn add(context: &Context, args: &Add) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let title = line("the title", &args.title.join(" "))?;
    let fields = args.details.fields(&change)?;
    let id = free_id(&change.incident.record.actions, &context.random.suffix());
    let own = [("id", Value::from(id.clone())), ("title", Value::from(title.clone()))];
    let action: Mapping = own.into_iter().chain(fields).map(|(key, value)| (key.into(), value)).collect();
    change.edit(&[Edit::set(["actions", "-"], Value::Mapping(action))])?;
    change.save(&change.message(&format!("action {id}")))?;
    tell(context, &change, &id)
}

fn set(context: &Context, args: &Set) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let (place, action) = find(&change, &args.action)?;
    let id = action.id.clone();
    let mut fields = args.details.fields(&change)?;
    let title = args.title.as_deref().map(|t| line("the title", t)).transpose()?;
    fields.extend(title.map(|t| ("title", Value::from(t))));
    let status = args.status.and_then(|s| clap::ValueEnum::to_possible_value(&s));
    fields.extend(status.map(|s| ("status", Value::from(s.get_name().replace('-', "_")))));
    if fields.is_empty() {
        return Err(usage("there is nothing to change")
            .hint(format!("`inc action set {id} --due DAY`, `--owner WHO`, `--status in-progress` …"))
            .into());
    }
    let said: Vec<&str> = fields.iter().map(|(key, _)| *key).collect();
    let message = change.message(&format!("action {id}: {}", said.join(", ")));
    let place = place.to_string();
    // One that is taken up again has not ended.
    let ended = [("closed_on", action.closed_on.is_some()), ("reason", action.reason.is_some())];
    let ended = ended.iter().filter(|(_, is_there)| args.status.is_some() && *is_there);
    let mut edits: Vec<Edit> = ended.map(|(key, _)| Edit::remove(["actions", &place, key])).collect();
    edits.extend(fields.into_iter().map(|(key, value)| Edit::set(["actions", &place, key], value)));
    change.edit(&edits)?;
    change.save(&message)?;
    tell(context, &change, &id)
}

/// The action as it is now, and what it still lacks.
fn tell(context: &Context, change: &Change<'_>, id: &str) -> Result<Done> {
    let (_, action) = find(change, id)?;
    let owner = action.owner.as_deref().map(|o| format!(", {}", plain(o))).unwrap_or_default();
    let by = action.due.map(|d| format!(", by {d}")).unwrap_or_default();
    context.ui.out(&format!("{} {id}: {}{owner}{by}", change.folder.id, plain(&action.title)));
    let today = change.at.with_timezone(&change.process().timezone).date_naive();
    if action.due.is_some_and(|d| d < today) {
        context.ui.warn("that day is past: the action is overdue");
    }
    let lacks =
        [("an owner", "--owner WHO", action.owner.is_none()), ("a day", "--due DAY", action.due.is_none())];
    let lacks: Vec<_> = lacks.iter().filter(|(_, _, lacks)| *lacks).collect();
    if !lacks.is_empty() {
        let what: Vec<&str> = lacks.iter().map(|(what, _, _)| *what).collect();
        let flags: Vec<&str> = lacks.iter().map(|(_, flag, _)| *flag).collect();
        context.ui.say(&format!(
            "still without {}: inc action set {id} {}",
            what.join(" and "),
            flags.join(" ")
        ));
    }
    Ok(Done::Clean)
}

/// The number after the highest in use, so that no id is given again, and a random part, so that another clone
/// that adds an action meanwhile gives it another id.
fn free_id(actions: &[Action], random: &str) -> String {
    let number = |a: &Action| short(&a.id).strip_prefix('a')?.parse::<u32>().ok();
    let highest = actions.iter().filter_map(number).max().unwrap_or(0);
    format!("a{}-{}", highest.saturating_add(1), random.get(..3).unwrap_or(random))
}

/// An id without its random part, which is enough to type while no other action has the same.
fn short(id: &str) -> &str {
    id.split_once('-').map_or(id, |(short, _)| short)
}

fn end(context: &Context, name: &str, status: &str, reason: Option<String>) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let (place, action) = find(&change, name)?;
    let (id, title) = (action.id.clone(), action.title.clone());
    if !action.status.is_open() {
        let was = if action.status == ActionStatus::Done { "done" } else { "cancelled" };
        let on = action.closed_on.map(|d| format!(" on {d}")).unwrap_or_default();
        return Err(usage(format!("{id} was {was} already{on}")).into());
    }
    let day = change.at.with_timezone(&change.process().timezone).date_naive();
    let field =
        |key: &str, value: String| Edit::set(["actions", &place.to_string(), key], Value::String(value));
    let mut edits = vec![field("status", status.into()), field("closed_on", day.to_string())];
    edits.extend(reason.clone().map(|r| field("reason", r)));
    change.edit(&edits)?;
    change.save(&change.message(&format!("action {id} {status}")))?;
    let why = reason.map(|r| format!(": {r}")).unwrap_or_default();
    context.ui.out(&format!("{} {id} {status}, {title}{why}", change.folder.id));
    let open = |a: &&Action| a.status.is_open();
    let left = change.incident.record.actions.iter().filter(open).count();
    context.ui.say(&match left {
        0 => "no action is left".to_owned(),
        1 => "1 action is left: `inc action list`".to_owned(),
        n => format!("{n} actions are left: `inc action list`"),
    });
    Ok(Done::Clean)
}

fn find<'a>(change: &'a Change<'_>, name: &str) -> Result<(usize, &'a Action)> {
    let actions = &change.incident.record.actions;
    let named = |by: fn(&str) -> &str| {
        actions
            .iter()
            .enumerate()
            .filter(move |(_, a)| by(&a.id).eq_ignore_ascii_case(name))
            .collect::<Vec<_>>()
    };
    let found = match named(|id| id) {
        none if none.is_empty() => named(short),
        found => found,
    };
    if let [_, _, ..] = found.as_slice() {
        let ids: Vec<&str> = found.iter().map(|(_, a)| a.id.as_str()).collect();
        let failure = usage(format!("`{}` is several actions", name.escape_debug()));
        return Err(failure.hint(format!("name one whole: {}", ids.join(", "))).into());
    }
    found.first().copied().ok_or_else(|| {
        let failure = usage(format!("{} has no action `{}`", change.folder.id, name.escape_debug()));
        let known: Vec<&str> = actions.iter().map(|a| a.id.as_str()).collect();
        if known.is_empty() {
            return failure.hint("it has none yet: `inc action add \"…\"`").into();
        }
        let failure = failure.did_you_mean(name, known.iter().copied());
        failure.hint(format!("its actions: {}", known.join(", "))).into()
    })
}

fn list(context: &Context, args: &List) -> Result<Done> {
    let mut incidents = Vec::new();
    if context.globals.incident.is_some() {
        let Opened { incident, found, .. } = context.open(None)?;
        incidents.push((incident, found));
    } else {
        let repo = context.repo()?;
        let store = context.store(&repo)?;
        let keep = |i: Incident, f: &Arc<Found>| (!i.record.actions.is_empty()).then(|| (i, Arc::clone(f)));
        incidents = super::reading::read_each(context, &repo, &store, None, &keep)?;
    }
    let owner = |a: &Action, who: &str| a.owner.as_deref().is_some_and(|o| o.eq_ignore_ascii_case(who));
    let mut items: Vec<Item<'_>> = incidents
        .iter()
        .flat_map(|(i, f)| actions::of(i, &f.process, context.now))
        .filter(|i| args.all || i.is_open())
        .filter(|i| !args.overdue || i.overdue)
        .filter(|i| args.owner.as_deref().is_none_or(|who| owner(i.action, who)))
        .collect();
    items.sort_by_key(Item::order);
    if args.by_priority {
        items.sort_by_key(|i| (!i.is_open(), i.action.priority()));
    }
    if context.globals.json {
        let json: Vec<_> = items.iter().map(Item::json).collect();
        context.ui.out(&crate::render::json::pretty(&json)?);
    } else if items.is_empty() {
        context.ui.say(if args.all { "there are no actions" } else { "no action is left to be done" });
    } else {
        context.ui.out(&actions::table(&items));
    }
    Ok(Done::Clean)
}
