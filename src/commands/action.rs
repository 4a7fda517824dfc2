//! `inc action`

use std::sync::Arc;

use anyhow::Result;
use chrono::NaiveDate;
use serde_yaml::{Mapping, Value};

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{nearest, usage};
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
    /// Who sees to it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// By which day: `2025-12-01`, `tomorrow`, `in 2 weeks`, `3d`
    #[arg(long, value_name = "DAY")]
    pub due: Option<String>,
    /// Mends this one, or prevents the next
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub kind: Option<Type>,
    /// How far ahead it looks
    #[arg(long, value_enum, value_name = "HORIZON")]
    pub horizon: Option<Horizon>,
    /// The ticket that tracks it
    #[arg(long, value_name = "TICKET")]
    pub ticket: Option<String>,
    /// Who looks again, and when
    #[arg(long, value_name = "TEXT")]
    pub follow_up: Option<String>,
    /// What it improves, such as `detection`; may be given several times
    #[arg(long = "label", value_name = "LABEL")]
    pub labels: Vec<String>,
}

/// Mends this incident, or prevents the next.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Type {
    /// Mends what broke
    Corrective,
    /// Keeps it from breaking again
    Preventive,
}

/// How far ahead an action looks.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Horizon {
    /// Now
    Immediate,
    /// Soon
    Preventive,
    /// In the long run
    Strategic,
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
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such action, or a value is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Add(args) => add(context, args),
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
    let today = change.at.with_timezone(&change.process().timezone).date_naive();
    let due = args.due.as_deref().map(|text| day(&change, text, today)).transpose()?;
    let id = free_id(&change.incident.record.actions);
    let mut action = Mapping::new();
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            action.insert(key.into(), value);
        }
    };
    let said = |what: &str, text: &Option<String>| -> Result<Option<Value>> {
        Ok(text.as_deref().map(|t| line(what, t)).transpose()?.map(Value::String))
    };
    set("id", Some(id.clone().into()));
    set("title", Some(title.clone().into()));
    set("owner", said("the owner", &args.owner)?);
    set("due", due.map(|d| d.to_string().into()));
    set("type", args.kind.map(|k| format!("{k:?}").to_lowercase().into()));
    set("horizon", args.horizon.map(|h| format!("{h:?}").to_lowercase().into()));
    set("ticket", said("the ticket", &args.ticket)?);
    set("follow_up", said("the follow-up", &args.follow_up)?);
    let labels = args.labels.iter().map(|l| line("the label", l).map(Value::String));
    let labels: Vec<Value> = labels.collect::<Result<_>>()?;
    set("labels", (!labels.is_empty()).then_some(Value::Sequence(labels)));
    let place = change.incident.record.actions.len();
    change.edit(&[Edit::set(["actions", "-"], Value::Mapping(action))])?;
    change.save(&change.message(&format!("action {id}")))?;
    let owner = args.owner.as_deref().map(|o| format!(", {}", o.trim())).unwrap_or_default();
    let by = due.map(|d| format!(", by {d}")).unwrap_or_default();
    context.ui.out(&format!("{} {id}: {title}{owner}{by}", change.folder.id));
    if due.is_some_and(|d| d < today) {
        context.ui.warn("that day is past: the action is overdue from the start");
    }
    let missing: Vec<String> = [("owner", args.owner.is_none()), ("due", due.is_none())]
        .iter()
        .filter(|(_, missing)| *missing)
        .map(|(field, _)| format!("`inc update --set actions.{place}.{field}=…`"))
        .collect();
    if !missing.is_empty() {
        context.ui.say(&format!("still without {}", missing.join(" and ")));
    }
    Ok(Done::Clean)
}

/// A day as people type it: a date, a time, or a distance such as `in 2 weeks` or `3d`.
fn day(change: &Change<'_>, text: &str, today: NaiveDate) -> Result<NaiveDate> {
    let text = text.trim();
    if let Some(day) = distance(text).and_then(|ahead| ahead.after(today)) {
        return Ok(day);
    }
    let zone = change.process().timezone;
    let at = change.context.time(text, zone).map_err(|_| {
        usage(format!("`{}` is no day", text.escape_debug()))
            .hint("`2025-12-01`, `tomorrow`, `in 2 weeks`, `3d`")
    })?;
    Ok(at.with_timezone(&zone).date_naive())
}

/// So far ahead.
enum Distance {
    Days(u64),
    Months(u32),
}

impl Distance {
    fn after(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => today.checked_add_days(chrono::Days::new(days)),
            Self::Months(months) => today.checked_add_months(chrono::Months::new(months)),
        }
    }
}

fn distance(text: &str) -> Option<Distance> {
    let text = text.strip_prefix("in ").or_else(|| text.strip_prefix('+')).unwrap_or(text).trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u32 = number.parse().ok()?;
    match unit.trim() {
        "d" | "day" | "days" => Some(Distance::Days(number.into())),
        "w" | "week" | "weeks" => Some(Distance::Days(u64::from(number) * 7)),
        "month" | "months" => Some(Distance::Months(number)),
        _ => None,
    }
}

/// The number after the highest in use: an id that was given is never given again.
fn free_id(actions: &[Action]) -> String {
    let number = |a: &Action| a.id.strip_prefix('a')?.parse::<u32>().ok();
    let highest = actions.iter().filter_map(number).max().unwrap_or(0);
    format!("a{}", highest.saturating_add(1))
}

fn end(context: &Context, name: &str, status: &str, reason: Option<String>) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let (place, action) = find(&change, name)?;
    let (id, title) = (action.id.clone(), action.title.clone());
    if matches!(action.status, ActionStatus::Done | ActionStatus::Cancelled) {
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
    let open = |a: &&Action| matches!(a.status, ActionStatus::Open | ActionStatus::InProgress);
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
    let found = actions.iter().enumerate().find(|(_, a)| a.id.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let failure = usage(format!("{} has no action `{}`", change.folder.id, name.escape_debug()));
        let known: Vec<&str> = actions.iter().map(|a| a.id.as_str()).collect();
        if known.is_empty() {
            return failure.hint("it has none yet: `inc action add \"…\"`").into();
        }
        let near = nearest(name, known.iter().copied());
        let failure = near.map_or(failure.clone(), |n| failure.hint(format!("did you mean `{n}`?")));
        failure.hint(format!("its actions: {}", known.join(", "))).into()
    })
}

fn list(context: &Context, args: &List) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let mut incidents = Vec::new();
    let only_one = context.globals.incident.is_some();
    if only_one {
        let folder = context.folder(&repo, &store, None)?;
        let incident = context.load(&store, &folder)?;
        let found = store.processes.get(&incident.record.process)?;
        incidents.push((incident, found));
    } else {
        let keep = |i: Incident, f: &Arc<Found>| (!i.record.actions.is_empty()).then(|| (i, Arc::clone(f)));
        incidents = super::list::read_each(context, &repo, &store, None, &keep)?;
    }
    let owner = |a: &Action, who: &str| a.owner.as_deref().is_some_and(|o| o.eq_ignore_ascii_case(who));
    let mut items: Vec<Item<'_>> = incidents
        .iter()
        .flat_map(|(i, f)| actions::of(i, &f.process, context.now, only_one))
        .filter(|i| args.all || i.is_open())
        .filter(|i| !args.overdue || i.overdue)
        .filter(|i| args.owner.as_deref().is_none_or(|who| owner(i.action, who)))
        .collect();
    items.sort_by_key(Item::order);
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
