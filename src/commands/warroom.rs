//! `inc warroom`

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{plain, refused, usage};
use crate::model::Incident;
use crate::model::duration::format_duration;
use crate::model::entry::{Kind, WarroomStep};
use crate::model::instant::{Instant, rfc3339};
use crate::process::response::Warroom;
use crate::process::warroom::{Room, Seat, channel, room, seats};
use crate::process::{Process, Truth};
use crate::render;
use crate::store::Settings;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// The room for the worst incidents: open it, brief, check in, hand over, close
///
/// Without a subcommand, shows who is there and who is missing.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Open(Open),
    Brief(Text),
    Checkin(Checkin),
    Handover(Handover),
    Close(Close),
}

/// Open the war room
///
/// The process says for which incidents; for others, somebody who may must ask for it: `--requested-by cto`.
#[derive(Debug, clap::Args)]
pub struct Open {
    /// Who asks for it, where the severity alone does not: a post, a role, or a person who fills one
    #[arg(long, value_name = "WHO")]
    pub requested_by: Option<String>,
    /// Who is there beside those who have a role; may be given several times
    #[arg(long, value_name = "WHO")]
    pub present: Vec<String>,
    /// Its channel [default: by the process's pattern]
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Brief the room: prints where things stand, and notes that it was said
#[derive(Debug, clap::Args)]
pub struct Text {
    /// What to note beside it; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// A regular check-in: what changed, what is next
#[derive(Debug, clap::Args)]
pub struct Checkin {
    /// Who has come since; may be given several times
    #[arg(long, value_name = "WHO")]
    pub present: Vec<String>,
    /// What changed and what is next; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Relieve the team: somebody else leads from now on
///
/// Prints the brief: what is known, what was tried, what is pending, what is due next.
#[derive(Debug, clap::Args)]
pub struct Handover {
    /// Who leads from now on
    #[arg(value_name = "WHO")]
    pub who: String,
    /// What to note beside it; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Close the war room
#[derive(Debug, clap::Args)]
pub struct Close {
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        None => show(context),
        Some(Command::Open(args)) => open(context, args),
        Some(Command::Brief(args)) => brief(context, args),
        Some(Command::Checkin(args)) => check_in(context, args),
        Some(Command::Handover(args)) => hand_over(context, args),
        Some(Command::Close(args)) => close(context, args),
    }
}

fn needed(process: &Process) -> Result<&Warroom> {
    process.warroom.as_ref().ok_or_else(|| {
        usage(format!("{} knows no war room", process.pin()))
            .hint("`inc timeline add TEXT` notes where people meet")
            .into()
    })
}

/// Who fills a post on the day of `now`.
fn holders(settings: &Settings, process: &Process, now: Instant) -> impl Fn(&str) -> Vec<String> {
    let day = now.with_timezone(&process.timezone).date_naive();
    move |post| settings.holders(post, day).into_iter().map(str::to_owned).collect()
}

fn open(context: &Context, args: &Open) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    let found = change.found.clone();
    let process = &found.process;
    let wanted = needed(process)?;
    if let Some(open) = room(&change.incident).filter(|r| r.closed.is_none()) {
        let where_ = open.channel.map(|c| format!(": {}", plain(&c))).unwrap_or_default();
        return Err(usage(format!("the war room of {} is open already{where_}", change.folder.id))
            .hint("`inc warroom checkin TEXT` says what changed")
            .into());
    }
    let requested_by = args.requested_by.as_deref().map(|w| line("the name", w)).transpose()?;
    allowed(&change, wanted, requested_by.as_deref())?;
    let channel = match &args.channel {
        Some(channel) => line("the channel", channel)?,
        None => channel(wanted, process, &change.incident),
    };
    let participants = args.present.iter().map(|p| line("the name", p)).collect::<Result<_>>()?;
    let step = WarroomStep::Opened;
    change.add(Kind::Warroom { step, channel: Some(channel.clone()), participants, requested_by }, &text);
    change.save(&change.message("war room opened"))?;
    context.ui.out(&format!("{} war room open: {}", change.folder.id, plain(&channel)));
    context.ui.out(&seating(&change.incident, &found, &change.store.settings, change.now()));
    if let Some(list) = &wanted.checklist {
        context.ui.say(&format!("`inc checklist show {list}` lists what to do"));
    }
    Ok(Done::Clean)
}

/// Whether there may be a war room: by the incident's severity, or because somebody who may asks for it.
fn allowed(change: &Change<'_>, wanted: &Warroom, requested_by: Option<&str>) -> Result<()> {
    let process = change.process();
    let incident = &change.incident;
    let may: Vec<&str> = wanted.on_request_of.iter().map(String::as_str).collect();
    match (requested_by, wanted.when.holds(incident, process.standing(incident))) {
        (_, Truth::Yes) => Ok(()),
        (None, _) => {
            let severity = incident.severity().unwrap_or("this severity");
            let failure = refused(format!("{} needs no war room at {severity}", process.pin()));
            Err(match may.as_slice() {
                [] => failure,
                may => failure.hint(format!(
                    "it is opened on request: `--requested-by WHO`, one of {}",
                    may.join(", ")
                )),
            }
            .into())
        }
        (Some(who), _) => {
            let posted = holders(&change.store.settings, process, change.now());
            let is = |name: &&&str| {
                name.eq_ignore_ascii_case(who)
                    || process.label_of(name).eq_ignore_ascii_case(who)
                    || process.post(who).is_some_and(|p| p.id == **name)
                    || process.role(who).is_some_and(|r| r.id == **name)
                    || posted(name).iter().any(|p| p == who)
                    || incident.holder(name) == Some(who)
            };
            if may.iter().find(is).is_some() {
                return Ok(());
            }
            Err(refused(format!("{} may not ask for a war room", plain(who)))
                .hint(format!("who may: {}", may.join(", ")))
                .into())
        }
    }
}

/// Who is there, who is missing and how to reach them.
fn seating(incident: &Incident, found: &Found, settings: &Settings, now: Instant) -> String {
    let process = &found.process;
    let all = seats(process, incident, &holders(settings, process, now));
    let rows: Vec<Vec<String>> = all.iter().map(|s| seat(s, process)).collect();
    render::columns::columns(&rows)
}

fn seat(seat: &Seat<'_>, process: &Process) -> Vec<String> {
    let label = plain(process.label_of(seat.who));
    let note = seat.note.map(|n| paint(Tone::Dim, &format!("({})", plain(n)))).unwrap_or_default();
    let (mark, who) = match (&seat.there, seat.needs) {
        (Some(person), _) if process.label_of(seat.who) == person || seat.who == person => {
            (paint(Tone::Good, "there"), String::new())
        }
        (Some(person), _) => (paint(Tone::Good, "there"), paint(Tone::Strong, &plain(person))),
        (None, Some(field)) => (paint(Tone::Warn, "perhaps"), format!("depends on {field}")),
        (None, None) => (paint(Tone::Bad, "missing"), missing(seat, process)),
    };
    vec![format!("  {mark}"), label, who, note]
}

fn missing(seat: &Seat<'_>, process: &Process) -> String {
    if !seat.call.is_empty() {
        return format!("call {}", plain(&seat.call.join(", ")));
    }
    if process.roles.iter().any(|r| r.id == seat.who) {
        return format!("inc assign {} WHO", seat.who);
    }
    let contacts = process.post(seat.who).map(|p| p.contacts.join(", ")).filter(|c| !c.is_empty());
    contacts.map_or_else(|| "nobody is named in inc.yaml".into(), |c| plain(&c))
}

/// The war room that is open.
fn opened(change: &Change<'_>) -> Result<Room> {
    needed(change.process())?;
    room(&change.incident).filter(|r| r.closed.is_none()).ok_or_else(|| {
        usage(format!("{} has no open war room", change.folder.id))
            .hint("`inc warroom open` opens one")
            .into()
    })
}

fn step(change: &mut Change<'_>, step: WarroomStep, participants: Vec<String>, text: &str) {
    change.add(Kind::Warroom { step, channel: None, participants, requested_by: None }, text);
}

fn brief(context: &Context, args: &Text) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    opened(&change)?;
    let printed = state_of_things(&change);
    step(&mut change, WarroomStep::Briefed, Vec::new(), &text);
    change.save(&change.message("war room briefed"))?;
    context.ui.out(&printed);
    Ok(Done::Clean)
}

fn check_in(context: &Context, args: &Checkin) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    let open = opened(&change)?;
    if text.is_empty() {
        return Err(usage("a check-in says what changed and what is next")
            .hint("`inc warroom checkin \"pool raised, errors falling; next: restart the workers\"`")
            .into());
    }
    let came: Vec<String> = args.present.iter().map(|p| line("the name", p)).collect::<Result<_>>()?;
    step(&mut change, WarroomStep::CheckedIn, came, &text);
    change.save(&change.message("war room check-in"))?;
    let gap = format_duration(change.at - open.last);
    context.ui.out(&format!("{} checked in, {gap} after the last", change.folder.id));
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

fn hand_over(context: &Context, args: &Handover) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let person = line("the person's name", &args.who)?;
    let mut change = Change::open(context, None)?;
    let open = opened(&change)?;
    let found = change.found.clone();
    let role = found.process.roles.iter().find(|r| r.leads);
    if let Some(role) = role {
        if change.incident.holder(&role.id) == Some(person.as_str()) {
            return Err(usage(format!("{person} leads already")).into());
        }
        if let Some(other) = role.not_with.iter().find(|o| change.incident.holder(o) == Some(person.as_str()))
        {
            return Err(usage(format!("{person} is {other}, and must not be {} as well", role.id))
                .hint(format!("`inc handover {other} WHO` frees them"))
                .into());
        }
    }
    let printed = state_of_things(&change);
    step(&mut change, WarroomStep::HandedOver, vec![person.clone()], &text);
    if let Some(role) = role {
        change.add(Kind::Role { role: role.id.clone(), person: person.clone() }, "");
    }
    change.save(&change.message(&format!("war room handed over to {person}")))?;
    context.ui.out(&printed);
    let lasted = format_duration(change.at - open.since);
    context.ui.out(&format!("{} handed over to {person} after {lasted}", change.folder.id));
    Ok(Done::Clean)
}

fn close(context: &Context, args: &Close) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    let open = opened(&change)?;
    step(&mut change, WarroomStep::Closed, Vec::new(), &text);
    change.save(&change.message("war room closed"))?;
    let lasted = format_duration(change.at - open.since);
    context.ui.out(&format!("{} war room closed after {lasted}", change.folder.id));
    if change.incident.status.is_open() {
        context.ui.say("the incident is still open: `inc resolve` when it is over");
    }
    Ok(Done::Clean)
}

/// The document that a process may have for the brief.
const DOCUMENT: &str = "war-room";

/// The brief: the process's document for it, else what is known, tried, pending and due next.
fn state_of_things(change: &Change<'_>) -> String {
    let document = change.process().document(DOCUMENT);
    let rendered =
        document.map(|d| super::render::document(&change.store, &change.found, &change.incident, d));
    match rendered {
        Some(Ok(text)) => text,
        _ => render::brief::brief(&change.incident, &change.found, &change.clocks(), change.now()),
    }
}

fn show(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let incident = context.load(&store, &folder)?;
    let found = store.processes.get(&incident.record.process)?;
    let wanted = needed(&found.process)?;
    let current = room(&incident);
    let all = seats(&found.process, &incident, &holders(&store.settings, &found.process, context.now));
    if context.globals.json {
        let seats: Vec<_> = all
            .iter()
            .map(|s| json!({ "who": s.who, "there": s.there, "call": s.call, "needs": s.needs, "note": s.note }))
            .collect();
        let json = json!({
            "incident": incident.id(),
            "open": current.as_ref().is_some_and(|r| r.closed.is_none()),
            "channel": current.as_ref().and_then(|r| r.channel.clone()),
            "opened_at": current.as_ref().map(|r| rfc3339(r.since)),
            "closed_at": current.as_ref().and_then(|r| r.closed).map(rfc3339),
            "last_check_in": current.as_ref().map(|r| rfc3339(r.last)),
            "participants": seats,
        });
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let at = |at: Instant| format_beside(at, context.now, found.process.timezone);
    let line = match &current {
        None => match wanted.when.holds(&incident, found.process.standing(&incident)) {
            Truth::Yes => format!("{} has no war room, and should: `inc warroom open`", incident.id()),
            _ => format!("{} has no war room, and needs none at this severity", incident.id()),
        },
        Some(Room { closed: Some(closed), since, .. }) => {
            format!("{} war room closed at {}, opened at {}", incident.id(), at(*closed), at(*since))
        }
        Some(Room { channel, since, last, .. }) => {
            let channel = channel.as_deref().map(|c| format!(" in {}", plain(c))).unwrap_or_default();
            let ago = format_duration(context.now - *last);
            format!("{} war room open since {}{channel}, last check-in {ago} ago", incident.id(), at(*since))
        }
    };
    context.ui.out(&line);
    let open = current.is_none_or(|r| r.closed.is_none());
    if open {
        context.ui.out(&seating(&incident, &found, &store.settings, context.now));
    }
    Ok(Done::Clean)
}
