//! `inc warroom`

mod show;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{plain, refused, usage};
use crate::model::duration::format_duration;
use crate::model::entry::{Kind, WarroomStep};
use crate::process::response::Warroom;
use crate::process::warroom::{Room, channel, room};
use crate::process::{Process, Truth};
use crate::render;

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
        None => show::run(context),
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
    context.ui.out(&show::seating(&change.incident, &found, &change.store.settings, change.now()));
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
            let posted = change.posted();
            if change.offices(&posted).holds_one_of(who, &wanted.on_request_of) {
                return Ok(());
            }
            Err(refused(format!("{} may not ask for a war room", plain(who)))
                .hint(format!("who may: {}", may.join(", ")))
                .into())
        }
    }
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
