//! `inc checklist`

use anyhow::Result;
use serde_json::{Value, json};

use super::Done;
use crate::change::Change;
use crate::clock::Moments;
use crate::clock::checklist::{Step, came_early, done, steps};
use crate::context::{Context, Opened, line};
use crate::error::{Failure, plain, refused, usage};
use crate::model::Incident;
use crate::model::entry::{Kind, KindName};
use crate::model::instant::Instant;
use crate::process::facts::When;
use crate::process::response::{Group, Item};
use crate::process::{Event, Process, Truth};
use crate::render::columns::columns;
use crate::render::{self, steps as lines};
use crate::ui::{Tone, paint};

/// Tick off what is done: checklists and the steps of the runbook
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the checklists that apply, with how far each is
    List,
    Show(Show),
    Done(DoneArgs),
}

/// Show a checklist or a runbook's steps: what is done, by whom, what is late
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its name [else: all that apply]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// Say that steps are done
///
/// `inc checklist done inc01-validation inc01-logs --note "seen from outside too"`
#[derive(Debug, clap::Args)]
pub struct DoneArgs {
    /// The steps, as `inc checklist show` names them
    #[arg(value_name = "ITEM", required = true)]
    pub items: Vec<String>,
    /// What to note beside them
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        None | Some(Command::List) => list(context),
        Some(Command::Show(args)) => show(context, args),
        Some(Command::Done(args)) => tick(context, args),
    }
}

/// A checklist, or the steps of the runbook that the incident follows.
struct List<'a> {
    id: &'a str,
    label: &'a str,
    when: When,
    groups: &'a [Group],
}

/// The steps of the incident's runbook, then the checklists.
fn lists<'a>(process: &'a Process, incident: &Incident) -> Vec<List<'a>> {
    let kind = incident.record.kind.as_deref().and_then(|k| process.runbook(k));
    let runbook = kind.map(|r| List { id: &r.id, label: &r.label, when: When::default(), groups: &r.steps });
    let checklists = process.checklists.iter();
    let checklists =
        checklists.map(|c| List { id: &c.id, label: &c.label, when: c.when.clone(), groups: &c.groups });
    runbook.into_iter().chain(checklists).collect()
}

/// A list in an incident, with what stands of it.
fn steps_of<'a>(list: &List<'a>, incident: &Incident, process: &Process, now: Instant) -> Vec<Step<'a>> {
    steps(&Moments::new(incident, process, now), &list.when, list.groups)
}

fn applies(list: &List<'_>, incident: &Incident, process: &Process) -> bool {
    list.when.holds(incident, process.standing(incident)) != Truth::No
}

/// How many steps are done, of how many that are to be done, and how many of those are late.
fn counts(steps: &[Step<'_>]) -> (usize, usize, usize) {
    let done = steps.iter().filter(|s| s.is_done()).count();
    let open = steps.iter().filter(|s| s.is_open() && !s.item.optional).count();
    let late = steps.iter().filter(|s| s.standing == crate::clock::checklist::Standing::Late).count();
    (done, done + open, late)
}

fn list(context: &Context) -> Result<Done> {
    let Opened { incident, found, .. } = context.open(None)?;
    let process = &found.process;
    let all = lists(process, &incident);
    let shown: Vec<&List<'_>> = all.iter().filter(|l| applies(l, &incident, process)).collect();
    if context.globals.json {
        let json: Vec<Value> = shown.iter().map(|l| json_of(l, &incident, process, context.now)).collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    if shown.is_empty() {
        context.ui.out(&format!("{} has no checklist for {}", process.pin(), incident.id()));
        return Ok(Done::Clean);
    }
    let row = |l: &&List<'_>| {
        let (done, of, late) = counts(&steps_of(l, &incident, process, context.now));
        let late = if late > 0 { paint(Tone::Bad, &format!("{late} late")) } else { String::new() };
        vec![paint(Tone::Strong, &plain(l.id)), format!("{done} of {of}"), late, plain(l.label)]
    };
    context.ui.out(&columns(&shown.iter().map(row).collect::<Vec<_>>()));
    context.ui.say("`inc checklist show NAME` shows one, `inc checklist done ITEM` ticks a step off");
    Ok(Done::Clean)
}

fn json_of(list: &List<'_>, incident: &Incident, process: &Process, now: Instant) -> Value {
    let steps = steps_of(list, incident, process, now);
    let (done, of, late) = counts(&steps);
    json!({
        "incident": incident.id(), "id": list.id, "label": list.label, "done": done, "of": of, "late": late,
        "groups": lines::json(&steps, now),
    })
}

fn show(context: &Context, args: &Show) -> Result<Done> {
    let Opened { incident, found, .. } = context.open(None)?;
    let process = &found.process;
    let mut all = lists(process, &incident);
    match &args.name {
        Some(name) => {
            let place = find_list(process, &all, name)?;
            all = all.into_iter().skip(place).take(1).collect();
        }
        None => all.retain(|l| applies(l, &incident, process)),
    }
    if context.globals.json {
        let mut json: Vec<Value> = all.iter().map(|l| json_of(l, &incident, process, context.now)).collect();
        let one = args.name.is_some().then(|| json.pop()).flatten();
        context.ui.out(&render::json::pretty(&one.unwrap_or(Value::Array(json)))?);
        return Ok(Done::Clean);
    }
    let texts = all.iter().map(|l| {
        let steps = steps_of(l, &incident, process, context.now);
        let (done, of, late) = counts(&steps);
        let late = if late > 0 { paint(Tone::Bad, &format!(", {late} late")) } else { String::new() };
        let head = paint(Tone::Strong, &format!("{} {}", plain(l.id), plain(l.label)));
        format!("{head}  {done} of {of}{late}\n{}", lines::list(&steps, process, context.now))
    });
    context.ui.out(&texts.collect::<Vec<_>>().join("\n"));
    Ok(Done::Clean)
}

fn find_list(process: &Process, all: &[List<'_>], name: &str) -> Result<usize, Failure> {
    let same = |w: &str| w.to_lowercase() == name.to_lowercase();
    all.iter().position(|l| same(l.id) || same(l.label)).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|l| l.id).collect();
        let failure = usage(format!("{} has no checklist `{}` here", process.pin(), name.escape_debug()));
        if process.runbook(name).is_some() {
            return failure.hint(format!("it is a runbook: `inc runbook start {name}` follows it"));
        }
        let failure = failure.did_you_mean(name, known.iter().copied());
        failure.hint(format!("here are: {}", known.join(", ")))
    })
}

/// The item that a word means, among all of the process.
fn find_item<'a>(process: &'a Process, name: &str) -> Result<&'a Item, Failure> {
    let items: Vec<&Item> = process.items().collect();
    items.iter().copied().find(|i| i.id.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let failure = usage(format!("no checklist or runbook has a step `{}`", name.escape_debug()))
            .did_you_mean(name, items.iter().map(|i| i.id.as_str()));
        failure.hint("`inc checklist show` lists the steps")
    })
}

/// Holds a step to what it asks for: words, and what has to come first.
fn may_be_done(moments: &Moments<'_>, item: &Item, at: Instant, note: Option<&str>) -> Result<()> {
    if item.written && note.is_none() {
        return Err(usage(format!("`{}` is done in writing: {}", item.id, plain(&item.text)))
            .hint(format!("inc checklist done {} --note \"what was decided, and why\"", item.id))
            .into());
    }
    if came_early(moments, item, at) {
        let failure =
            refused(format!("`{}` has to follow what is not done yet: {}", item.id, plain(&item.text)));
        let failure = match &item.after {
            Some(Event::Kind(KindName::Evidence)) => failure.hint(
                "preserve the evidence first: `inc evidence add FILE`, `inc evidence capture -- COMMAND`",
            ),
            Some(Event::Of(map)) => map
                .done
                .iter()
                .fold(failure, |failure, first| failure.hint(format!("first `inc checklist done {first}`"))),
            _ => failure,
        };
        return Err(item
            .unless_filled
            .iter()
            .fold(failure, |failure, field| {
                failure.hint(format!("or say why it could not wait: `inc update --set \"{field}=…\"`"))
            })
            .into());
    }
    Ok(())
}

fn tick(context: &Context, args: &DoneArgs) -> Result<Done> {
    let note = args.note.as_deref().map(|n| line("the note", n)).transpose()?;
    let mut change = Change::open(context, None)?;
    let found = change.found.clone();
    let process = &found.process;
    let mut items: Vec<&Item> = Vec::new();
    for name in &args.items {
        let item = find_item(process, name)?;
        if items.iter().any(|i| i.id == item.id) {
            return Err(usage(format!("`{}` is named twice", item.id)).into());
        }
        let zone = process.timezone;
        let moments = Moments::new(&change.incident, process, context.now.max(change.at));
        if let Some(entry) = done(&moments, &item.id) {
            let at = crate::clock::time::format_beside(entry.at, context.now, zone);
            return Err(usage(format!("`{}` was done already, by {} at {at}", item.id, plain(&entry.by)))
                .hint("`inc timeline add TEXT` notes what else there is to say")
                .into());
        }
        may_be_done(&moments, item, change.at, note.as_deref())?;
        items.push(item);
        // At once, so that what a command names first comes before what it names next.
        change.add(Kind::Done { item: item.id.clone(), note: note.clone() }, "");
    }
    let names: Vec<&str> = items.iter().map(|i| i.id.as_str()).collect();
    change.save(&change.message(&format!("done {}", names.join(", "))))?;
    let all = lists(process, &change.incident);
    let now = context.now.max(change.at);
    let with: Vec<Vec<Step<'_>>> = all.iter().map(|l| steps_of(l, &change.incident, process, now)).collect();
    for item in &items {
        context.ui.out(&format!("{} done {}: {}", change.folder.id, item.id, plain(&item.text)));
    }
    let current = with.iter().find(|s| s.iter().any(|s| names.contains(&s.item.id.as_str())));
    let Some(current) = current else {
        context.ui.warn("these steps belong to no checklist or runbook that this incident follows");
        return Ok(Done::Clean);
    };
    let open: Vec<Step<'_>> = current.iter().filter(|s| s.is_open()).take(3).cloned().collect();
    if open.is_empty() {
        context.ui.out("nothing of this list is left");
    } else {
        context.ui.out(&format!(
            "{}\n{}",
            paint(Tone::Strong, "next"),
            lines::rows(&open, process, context.now)
        ));
    }
    Ok(Done::Clean)
}
