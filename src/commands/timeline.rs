//! `inc timeline`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, Opened, line};
use crate::error::usage;
use crate::model::entry::{Kind, KindName};
use crate::model::{Entry, Milestone};
use crate::render;

/// Write down what happens, list it, correct it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Amend(Amend),
}

/// Add an entry
///
/// The text is Markdown, of one line or several; `-`, or a pipe, reads standard input.
/// Back-date it with `--at 14:30`, `--at "10m ago"`, `--at "yesterday 22:10"` or `--at "2025-11-10 14:30"`.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// What happened
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// What kind of entry: `note`, `started`, `detected`, `down`, `up`, or a step such as `mitigated`
    #[arg(long, value_name = "KIND", default_value = "note")]
    pub kind: String,
    /// The service that went `down` or came `up`
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
    /// What noticed it, for `detected`
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
}

/// Show the timeline
#[derive(Debug, clap::Args)]
pub struct List {
    /// Show what amended entries said at first, and who amended them
    #[arg(long)]
    pub amended: bool,
    /// Show only entries of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
}

/// Correct an entry without touching it
///
/// The entry is named by any part of its name or, when no name has it, of its text. Writes an entry that says what
/// the other should have said: a new time with `--to`, a new text, or both. `timeline list --amended` shows both.
#[derive(Debug, clap::Args)]
pub struct Amend {
    /// The entry: any part of its name or text that no other has
    #[arg(value_name = "ENTRY")]
    pub entry: String,
    /// What it should say; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// When it happened
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Add(args) => add(context, args),
        Command::List(args) => list(context, args),
        Command::Amend(args) => amend(context, args),
    }
}

/// The longest text of one entry, in bytes.
const LONGEST_TEXT: u64 = 256 * 1024;

/// Text from arguments, or from standard input when it is `-` or there is none and a pipe.
///
/// # Errors
/// Standard input is too long or no text, or the text holds control characters.
pub fn text(context: &Context, words: &[String]) -> Result<String> {
    let text = match words {
        [dash] if dash == "-" => context.ui.input(LONGEST_TEXT)?,
        words => words.join(" "),
    };
    let text = text.replace("\r\n", "\n");
    if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(usage(format!("the text holds a control character, {}", c.escape_unicode())).into());
    }
    if text.len() as u64 > LONGEST_TEXT {
        return Err(usage(format!("the text is {} bytes long, and {LONGEST_TEXT} are allowed", text.len()))
            .hint("keep long output as evidence: `inc evidence add FILE`")
            .into());
    }
    Ok(text.trim().to_owned())
}

fn add(context: &Context, args: &Add) -> Result<Done> {
    let piped = args.text.is_empty() && context.ui.has_input() && args.kind == "note";
    let dash = ["-".to_owned()];
    let text = text(context, if piped { &dash } else { &args.text })?;
    let mut change = Change::open(context, None)?;
    let kind = kind(args)?;
    if matches!(kind, Kind::Note { .. }) && text.is_empty() {
        return Err(usage("there is nothing to write").hint("`inc timeline add \"what happened\"`").into());
    }
    let name = kind.name();
    if let Kind::Down { service } | Kind::Up { service } = &kind {
        super::declare::known_services(&change.store, std::slice::from_ref(service))?;
    }
    match kind.milestone() {
        Some(milestone @ (Milestone::Started | Milestone::Detected)) => {
            once(&mut change, milestone, kind, &text)?;
        }
        Some(milestone) => change.step(milestone, kind, &text)?,
        None => change.add(kind, &text),
    }
    let first = text.lines().next().unwrap_or_default();
    let summary = if first.is_empty() { name.to_string() } else { format!("{name}: {}", shorten(first)) };
    change.save(&change.message(&summary))?;
    let written = |e: &&Entry| e.at == change.at && e.kind.name() == name && e.text == text.trim();
    if let Some(entry) = change.incident.entries().rev().find(written) {
        let line = render::timeline::line(entry, context.now, &change.found);
        context.ui.out(&format!("{} {line}", change.folder.id));
    }
    Ok(Done::Clean)
}

/// `started` and `detected` may be written late, but once, and in their order.
fn once(change: &mut Change<'_>, milestone: Milestone, kind: Kind, text: &str) -> Result<()> {
    if let Some(at) = change.incident.reached(milestone) {
        let name = change.incident.entries().find(|e| e.kind.milestone() == Some(milestone));
        let name = name.map_or("ENTRY", |e| e.name.as_str());
        return Err(usage(format!(
            "the incident was already {milestone} at {}",
            crate::model::instant::rfc3339(at)
        ))
        .hint(format!("`inc timeline amend {name} --to TIME` corrects its time"))
        .into());
    }
    let earlier = change
        .incident
        .reached(Milestone::Started)
        .filter(|s| milestone > Milestone::Started && change.at < *s);
    let mut later = Milestone::ALL.into_iter().filter(|m| *m > milestone);
    let later = later.find_map(|m| Some((m, change.incident.reached(m).filter(|l| *l < change.at)?)));
    if let Some(started) = earlier {
        let started = crate::model::instant::rfc3339(started);
        return Err(usage(format!("it cannot be {milestone} before it started at {started}")).into());
    }
    if let Some((other, at)) =
        later.filter(|(m, _)| *m == Milestone::Detected || milestone == Milestone::Started)
    {
        let at = crate::model::instant::rfc3339(at);
        return Err(usage(format!("it cannot be {milestone} after it was {other} at {at}"))
            .hint("say when it was with `--at TIME`")
            .into());
    }
    change.add(kind, text);
    Ok(())
}

fn kind(args: &Add) -> Result<Kind> {
    let known = KindName::ALL.into_iter().filter(|k| writable(*k));
    let Some(name) = KindName::ALL.into_iter().find(|k| k.name() == args.kind) else {
        let failure = usage(format!("`{}` is no kind of entry", args.kind.escape_debug()))
            .did_you_mean(&args.kind, known.clone().map(KindName::name));
        let known: Vec<&str> = known.map(KindName::name).collect();
        return Err(failure.hint(format!("kinds: {}", known.join(", "))).into());
    };
    let service = || -> Result<String> {
        let given = args.service.as_deref().ok_or_else(|| {
            usage(format!("`--kind {name}` needs the service"))
                .hint(format!("`--kind {name} --service NAME`"))
        })?;
        line("the service", given)
    };
    Ok(match name {
        KindName::Down => Kind::Down { service: service()? },
        KindName::Up => Kind::Up { service: service()? },
        KindName::Detected => Kind::Detected { source: args.source.clone() },
        KindName::Note => Kind::Note { rule: None },
        name => match name.milestone().filter(|_| writable(name)) {
            Some(milestone) => Kind::Milestone(milestone),
            None => {
                return Err(usage(format!("entries of kind `{name}` are written by their own command"))
                    .hint("`inc help` lists the commands")
                    .into());
            }
        },
    })
}

/// The kinds that need no more than a text and a service.
fn writable(kind: KindName) -> bool {
    let milestone = kind.milestone().is_some();
    let own = matches!(kind, KindName::Declared | KindName::Reopened);
    (milestone && !own) || matches!(kind, KindName::Note | KindName::Down | KindName::Up)
}

/// The beginning of a text, for a line of a list.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn list(context: &Context, args: &List) -> Result<Done> {
    let Opened { incident, found, .. } = context.open(None)?;
    let wanted = |e: &Entry| args.kind.as_deref().is_none_or(|k| e.kind.name().name() == k);
    if context.globals.json {
        let json: Vec<_> =
            incident.timeline.iter().filter(|t| wanted(&t.entry)).map(render::json::timeline_entry).collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let shown: Vec<_> = incident.timeline.iter().filter(|t| wanted(&t.entry)).collect();
    let show = render::timeline::Show { amended: args.amended, names: context.globals.verbose > 0 };
    context.ui.out(&render::timeline::list(&shown, &incident.amendments, &found, show));
    Ok(Done::Clean)
}

fn amend(context: &Context, args: &Amend) -> Result<Done> {
    let text = text(context, &args.text)?;
    if text.is_empty() && args.to.is_none() {
        return Err(usage("there is nothing to correct")
            .hint("give a new text, a new time with `--to`, or both")
            .into());
    }
    let mut change = Change::open(context, None)?;
    let matching = matching(&change, &args.entry);
    let name = match matching.as_slice() {
        [one] => one.name.clone(),
        [] => {
            return Err(usage(format!(
                "no entry of {} is named `{}` or says so",
                change.folder.id,
                args.entry.escape_debug()
            ))
            .hint("`inc timeline list -v` shows the names")
            .into());
        }
        several => {
            let names: Vec<&str> = several.iter().map(|e| e.name.as_str()).collect();
            return Err(usage(format!("`{}` may mean {}", args.entry, names.join(", ")))
                .hint("type more of it")
                .into());
        }
    };
    let zone = change.process().timezone;
    let new_at = args.to.as_deref().map(|t| context.time(t, zone)).transpose()?;
    change.add(Kind::Amended { of: name.clone(), new_at }, &text);
    change.save(&change.message(&format!("amend {name}")))?;
    if let Some(entry) = change.incident.entries().find(|e| e.name == name) {
        context.ui.out(&format!(
            "{} {}",
            change.folder.id,
            render::timeline::line(entry, context.now, &change.found)
        ));
    }
    Ok(Done::Clean)
}

/// The entries that a part of a name or, when no name has it, of a text can mean.
fn matching<'c>(change: &'c Change<'_>, part: &str) -> Vec<&'c Entry> {
    let named: Vec<&Entry> = change.incident.entries().filter(|e| e.name.contains(part)).collect();
    if !named.is_empty() || part.is_empty() {
        return named;
    }
    let part = part.to_lowercase();
    change.incident.entries().filter(|e| e.text.to_lowercase().contains(&part)).collect()
}
