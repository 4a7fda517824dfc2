//! `inc postmortem`

mod meeting;
mod show;
mod wanting;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{invalid, plain, refused, usage};
use crate::model::Status;
use crate::model::entry::{Kind, PostmortemState};
use crate::model::instant::Instant;
use crate::process::Process;
use crate::process::documents::Document;
use crate::process::obligation::Gate;
use crate::rules::{unticked, waiver};
use wanting::Wanting;

/// Write the post-mortem: begin it, submit it, have it approved, close it
///
/// `inc postmortem new` writes POSTMORTEM.md with all that is known already. What has a field of the record is
/// written there (`inc why`, `inc action add`, `inc update --set analysis.summary="…"`) and shown in the document;
/// the rest of the document is yours.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(New),
    Meeting(meeting::Args),
    Submit(Submit),
    Return(Return),
    Approve(Approve),
    Close(Close),
    /// Check the post-mortem alone: what `inc check` says of it
    Check,
    /// Show where the post-mortem stands, what it lacks, and what is due
    Show,
}

/// Begin it: writes the document with all that is known filled in
#[derive(Debug, clap::Args)]
pub struct New {
    /// When the meeting is, or was
    #[arg(long, value_name = "TIME")]
    pub meeting: Option<String>,
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Submit it for review
#[derive(Debug, clap::Args)]
pub struct Submit {
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Send it back from review to be worked on
#[derive(Debug, clap::Args)]
pub struct Return {
    /// What has to change before it is submitted again
    #[arg(value_name = "REASON", required = true)]
    pub reason: Vec<String>,
}

/// Approve it
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The role or post in which it is approved
    #[arg(long = "as", value_name = "ROLE")]
    pub as_role: Option<String>,
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Close it: its actions are done or tracked elsewhere
#[derive(Debug, clap::Args)]
pub struct Close {
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// The step is not legal now, something that it needs is missing, or an unmet obligation holds it up.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::New(args) => new(context, args),
        Command::Meeting(args) => meeting::run(context, args),
        Command::Submit(args) => submit(context, &args.text.join(" ")),
        Command::Return(args) => send_back(context, &args.reason.join(" ")),
        Command::Approve(args) => {
            approve_in(Change::open(context, None)?, args.as_role.as_deref(), &args.text.join(" "))
        }
        Command::Close(args) => close(context, &args.text.join(" ")),
        Command::Check => super::check::postmortem(context),
        Command::Show => show::run(context),
    }
}

fn new(context: &Context, args: &New) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    legal(&change, "new", PostmortemState::Draft)?;
    let meeting = args.meeting.as_deref().map(|t| time(&change, t)).transpose()?;
    change.add(Kind::Postmortem { to: PostmortemState::Draft, meeting }, &args.text.join(" "));
    let document = document(change.process());
    let Some(file) = &document.file else {
        return Err(invalid(format!("the post-mortem of {} has no file", change.process().pin())).into());
    };
    let path = change.folder.path.join(file);
    let there = change.store.root.join(&path).exists();
    let text = change.document_text(&document)?;
    change.attach(path.clone(), text);
    change.save(&change.message("post-mortem begun"))?;
    let how = if there { "is there already, and is taken over as the" } else { "is the" };
    let state = label(change.process(), PostmortemState::Draft);
    context.ui.out(&format!("{} {} {how} post-mortem: {state}", change.folder.id, path.display()));
    if let Some(at) = meeting {
        context.ui.out(&format!("meeting: {}", format_beside(at, context.now, change.process().timezone)));
    }
    context.ui.out(&wanting::list(&wanting::of(&change.incident, change.process())));
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

fn submit(context: &Context, text: &str) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    legal(&change, "submit", PostmortemState::Review)?;
    if change.incident.status.is_open() {
        return Err(usage(format!(
            "{} is not resolved yet: what happened is not known whole",
            change.folder.id
        ))
        .hint("`inc resolve` first")
        .into());
    }
    let wanting: Vec<Wanting> = wanting::of(&change.incident, change.process());
    if !wanting.is_empty() {
        let list: Vec<String> = wanting.iter().map(|w| format!("  {}  ({})", w.field, w.command)).collect();
        return Err(refused(format!("the post-mortem of {} lacks:\n{}", change.folder.id, list.join("\n")))
            .hint("`inc postmortem check` says all that is wrong with it")
            .into());
    }
    step(&mut change, Gate::Submit, PostmortemState::Review, text)?;
    finish(&mut change, PostmortemState::Review)
}

fn send_back(context: &Context, reason: &str) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let state = change.incident.postmortem;
    if state != Some(PostmortemState::Review) {
        let stands = state.map_or("none yet", |state| label(change.process(), state));
        let failure = usage(format!(
            "the post-mortem of {} is {stands}: only one in review is sent back",
            change.folder.id
        ));
        return Err(hinted(failure, next(state)).into());
    }
    let reason = line("the reason", reason)?;
    change.add(Kind::Postmortem { to: PostmortemState::Draft, meeting: None }, &reason);
    finish(&mut change, PostmortemState::Draft)
}

/// Approves the post-mortem of an incident that is open already.
///
/// # Errors
/// It is not in review, or who writes may not approve it.
pub(super) fn approve_in(mut change: Change<'_>, as_role: Option<&str>, text: &str) -> Result<Done> {
    use super::approve::{POSTMORTEM, office, said, second_person};
    legal(&change, "approve", PostmortemState::Approved)?;
    let asked = change.found.process.postmortem.clone();
    if asked.second_person {
        second_person(&change, "wrote the post-mortem", &authors(&change))?;
    }
    let office = office(&change, POSTMORTEM, &asked.approvers, as_role)?;
    step(&mut change, Gate::Approve, PostmortemState::Approved, "")?;
    change.add(Kind::Approved { what: POSTMORTEM.into(), as_role: office.clone() }, text);
    change.save(&change.message("post-mortem approved"))?;
    change.context.ui.out(&said(&change, POSTMORTEM, office.as_deref()));
    change.context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

fn close(context: &Context, text: &str) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    legal(&change, "close", PostmortemState::Closed)?;
    all_ticked(&change)?;
    step(&mut change, Gate::Finalise, PostmortemState::Closed, text)?;
    finish(&mut change, PostmortemState::Closed)
}

/// Checks that people left no empty box in the document, unless they said why.
fn all_ticked(change: &Change<'_>) -> Result<()> {
    const RULE: &str = "box-unticked";
    let document = document(change.process());
    if waiver(&change.incident, RULE).is_some() {
        return Ok(());
    }
    let text = change.document_text(&document)?;
    let open: Vec<String> =
        unticked(&text).map(|b| format!("  line {}: {}", b.line, plain(b.text))).collect();
    if open.is_empty() {
        return Ok(());
    }
    let file = document.file.unwrap_or_default();
    let message = format!("boxes in {file} of {} are empty:\n{}", change.folder.id, open.join("\n"));
    Err(refused(message)
        .hint(format!("tick what is done (`- [x]`), or say why not: `inc waive {RULE} --reason \"…\"`"))
        .into())
}

fn step(change: &mut Change<'_>, gate: Gate, to: PostmortemState, text: &str) -> Result<()> {
    change.gate(gate)?;
    change.add(Kind::Postmortem { to, meeting: None }, text);
    Ok(())
}

fn finish(change: &mut Change<'_>, to: PostmortemState) -> Result<Done> {
    change.save(&change.message(&format!("post-mortem in state {}", to.name())))?;
    let label = label(change.process(), to);
    change.context.ui.out(&format!("{} post-mortem: {label}", change.folder.id));
    if let Some(next) = next(Some(to)) {
        change.context.ui.say(&format!("next: `inc postmortem {next}`"));
    }
    change.context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

/// Who wrote it: as the record says, else who began it.
fn authors(change: &Change<'_>) -> Vec<String> {
    let said = change.incident.record.review.author.clone();
    let began = || {
        let draft = |kind: &Kind| matches!(kind, Kind::Postmortem { to: PostmortemState::Draft, .. });
        change.incident.entries().find(|e| draft(&e.kind)).map(|e| e.by.clone())
    };
    said.or_else(began).into_iter().collect()
}

fn time(change: &Change<'_>, text: &str) -> Result<Instant> {
    change.context.time(text, change.process().timezone)
}

/// The process's own word for a state.
pub(super) fn label(process: &Process, state: PostmortemState) -> &str {
    let place = match state {
        PostmortemState::Draft => 0,
        PostmortemState::Review => 1,
        PostmortemState::Approved => 2,
        PostmortemState::Closed => 3,
    };
    process.postmortem.states.get(place).map_or(state.name(), String::as_str)
}

/// The step that leads on from a state.
const fn next(state: Option<PostmortemState>) -> Option<&'static str> {
    match state {
        None => Some("new"),
        Some(PostmortemState::Draft) => Some("submit"),
        Some(PostmortemState::Review) => Some("approve"),
        Some(PostmortemState::Approved) => Some("close"),
        Some(PostmortemState::Closed) => None,
    }
}

/// Refuses a step that does not follow from where the post-mortem stands.
fn legal(change: &Change<'_>, verb: &str, to: PostmortemState) -> Result<()> {
    let id = &change.folder.id;
    if change.incident.status == Status::Cancelled {
        return Err(usage(format!("{id} is cancelled: it was no incident, and needs no post-mortem")).into());
    }
    let state = change.incident.postmortem;
    let legal = next(state);
    if legal == Some(verb) {
        return Ok(());
    }
    let stands = match state {
        None => format!("{id} has no post-mortem yet"),
        Some(state) if state == to => {
            return Err(hinted(
                usage(format!("the post-mortem of {id} is {} already", label(change.process(), state))),
                legal,
            )
            .into());
        }
        Some(state) => format!("the post-mortem of {id} is {}", label(change.process(), state)),
    };
    Err(hinted(usage(format!("{stands}: `{verb}` is not its next step")), legal).into())
}

fn hinted(failure: crate::error::Failure, legal: Option<&str>) -> crate::error::Failure {
    match legal {
        Some("new") => failure.hint("legal now: inc postmortem new"),
        Some("approve") => {
            failure.hint("legal now: inc postmortem approve, inc postmortem return, inc postmortem meeting")
        }
        Some(legal) => failure.hint(format!("legal now: inc postmortem {legal}, inc postmortem meeting")),
        None => failure.hint("it has come to its end; `inc action list` shows what is still to be done"),
    }
}

/// The process's post-mortem document; where it has none, the one that serves every process.
pub(super) fn document(process: &Process) -> Document {
    let own = process.document("postmortem").filter(|d| d.file.is_some());
    own.or_else(|| process.documents.iter().find(|d| d.managed && d.file.is_some())).cloned().unwrap_or(
        Document {
            id: "postmortem".into(),
            label: "Post-mortem".into(),
            template: "postmortem.tera".into(),
            file: Some("POSTMORTEM.md".into()),
            managed: true,
            public: false,
            needs: Vec::new(),
            when: None,
            source: None,
        },
    )
}
