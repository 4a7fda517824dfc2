//! `inc declare`

use std::sync::Arc;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{Failure, usage};
use crate::git::Repo;
use crate::model::entry::Kind;
use crate::model::instant::{Instant, rfc3339};
use crate::model::{Id, Milestone, Record};
use crate::process::{Process, Severity};
use crate::render;
use crate::store::schema::Kept;
use crate::store::{Folder, INCIDENTS, Store};

/// Declare an incident
///
/// Writes its record and first entries, commits them, and says who must be told and what falls due next.
/// `inc declare "checkout is down" -s SEV --detected "5m ago"`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is wrong, in one line
    #[arg(value_name = "TITLE")]
    pub title: String,
    /// How severe it is; without it, the process's severities are listed
    #[arg(short, long, value_name = "SEV")]
    pub severity: Option<String>,
    /// What type of incident: a runbook of the process
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// What is affected; may be given several times
    #[arg(long = "service", value_name = "SERVICE")]
    pub services: Vec<String>,
    /// A word to find it by; may be given several times
    #[arg(long = "label", value_name = "LABEL")]
    pub labels: Vec<String>,
    /// What noticed it: `monitoring`, `user`
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// When the trouble began
    #[arg(long, value_name = "TIME")]
    pub started: Option<String>,
    /// When it was noticed
    #[arg(long, value_name = "TIME")]
    pub detected: Option<String>,
    /// Who leads
    #[arg(long, value_name = "WHO")]
    pub commander: Option<String>,
    /// The answers that lead to a severity.
    #[command(flatten)]
    pub answers: super::classify::Given,
    /// Why the severity is raised, or is another than the answers give
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
    /// What is known of a breach.
    #[command(flatten)]
    pub breach: super::breach::Breach,
    /// Keep title and text out of registry, lists, messages and public documents
    ///
    /// They are still in git, for everybody who can read the repository: what only a few may know belongs in a
    /// repository of its own, `inc -C DIR declare …`.
    #[arg(long)]
    pub restricted: bool,
    /// What else is known; `-` reads standard input
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// Declares an incident.
///
/// # Errors
/// The command line is wrong, or git or the disk fails; then nothing was written.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let by = context.author(&repo)?;
    repo.identity()?;
    let store = context.store(&repo)?;
    let (found, chosen) = context.process(&store)?;
    let process = &found.process;
    let title = line("the title", &args.title)?;
    let answered = args.answers.read(context, process, args.reason.as_deref(), args.severity.as_deref())?;
    let chosen_severity = answered.as_ref().map(|a| a.severity.as_str());
    let severity = severity(context, process, chosen_severity.or(args.severity.as_deref()))?.id.clone();
    let times = Times::read(context, process, args)?;
    let kind = args.kind.as_deref().map(|k| runbook(process, k)).transpose()?;
    known_services(&store, &args.services)?;
    let text = args.text.clone().map_or(Ok(String::new()), |t| super::timeline::text(context, &[t]))?;
    let leader = leader(process, args.commander.as_deref())?;
    let source = args.source.as_deref().map(|s| line("the source", s)).transpose()?;

    let folder = fresh(context, &repo, &store, process, times.declared)?;
    let mut record = Record::new(folder.id.clone(), title, process.pin());
    record.kind = kind;
    record.services.clone_from(&args.services);
    record.labels.clone_from(&args.labels);
    record.restricted = args.restricted;
    let yaml = record_text(&record)?;
    let mut change =
        Change::declare(context, repo, store, folder, Arc::clone(&found), yaml, by, times.declared)?;
    if !Kept::Record.is_there(&change.store) {
        change.attach(Kept::Record.path().to_owned(), Kept::Record.text()?);
    }
    if let Some(started) = times.started {
        change.add_at(started, Kind::Milestone(Milestone::Started), "");
    }
    if let Some(detected) = times.detected {
        change.add_at(detected, Kind::Detected { source: source.clone() }, "");
    }
    let source = source.filter(|_| times.detected.is_none());
    let (mut edits, classification) = answered.map_or((Vec::new(), None), |a| (a.edits, Some(a.result)));
    edits.extend(args.breach.edits(None, times.declared)?);
    change.edit(&edits)?;
    change.add(Kind::Declared { severity: severity.clone(), source, classification }, &text);
    if let Some((role, person)) = leader {
        change.add(Kind::Role { role, person }, "");
    }
    let title = change.incident.record.title.as_str();
    change.save(&change.message(&format!("declared {severity}, {title}")))?;
    if !chosen && !context.ui.quiet() {
        context.ui.say(&format!(
            "no inc.yaml says which process to follow: this incident follows `{}` (`inc init` sets one up)",
            process.pin()
        ));
    }
    if context.ui.quiet() {
        context.ui.out(change.folder.id.as_str());
    } else if context.globals.json {
        context.ui.out(&render::json::pretty(&render::json::incident(
            &change.incident,
            &found,
            context.now,
        ))?);
    } else {
        context.ui.out(&render::declared::screen(
            &change.incident,
            &found,
            &change.store.settings,
            &change.clocks(),
            change.now(),
        ));
    }
    crate::notify::deliver::declared(&mut change);
    Ok(Done::Clean)
}

/// The instants of the first entries, checked for their order.
struct Times {
    started: Option<Instant>,
    detected: Option<Instant>,
    declared: Instant,
}

impl Times {
    fn read(context: &Context, process: &Process, args: &Args) -> Result<Self> {
        let zone = process.timezone;
        let read = |text: &Option<String>| text.as_deref().map(|t| context.time(t, zone)).transpose();
        let (started, detected) = (read(&args.started)?, read(&args.detected)?);
        let declared = context.at(zone)?;
        let order = [("started", started), ("detected", detected), ("declared", Some(declared))];
        let known: Vec<(&str, Instant)> = order.iter().filter_map(|(n, at)| Some((*n, (*at)?))).collect();
        let wrong = known.windows(2).find_map(|pair| match pair {
            [(earlier, a), (later, b)] if b < a => Some(format!(
                "it cannot be {later} at {} when it {earlier} only at {}",
                rfc3339(*b),
                rfc3339(*a)
            )),
            _ => None,
        });
        if let Some(message) = wrong {
            let message = message.replace("it detected", "it was detected");
            return Err(usage(message)
                .hint("`--started`, `--detected` and `--at` take times in this order")
                .into());
        }
        Ok(Self { started, detected, declared })
    }
}

/// The severity that a word means; asked for on a terminal when there is none.
///
/// # Errors
/// The process has none of that name, or nobody can be asked; said with the severities and their criteria.
pub fn severity<'a>(context: &Context, process: &'a Process, word: Option<&str>) -> Result<&'a Severity> {
    let list = || render::severities::list(process);
    match word {
        Some(word) => process.severity(word.trim()).ok_or_else(|| {
            let failure = usage(format!("{} has no severity `{}`", process.pin(), word.escape_debug()))
                .did_you_mean(word, process.severities.iter().map(|s| s.id.as_str()));
            failure.hint(format!("its severities, worst first:\n{}", list())).into()
        }),
        None if context.ui.can_ask() => {
            context.ui.say(&list());
            loop {
                let answer = context.ui.ask("How severe is it?")?;
                match process.severity(&answer) {
                    Some(severity) => return Ok(severity),
                    None => context.ui.say("one of the words on the left, please"),
                }
            }
        }
        None => {
            let first =
                process.severities.get(1).or(process.severities.first()).map_or("SEV", |s| s.id.as_str());
            Err(usage(format!(
                "how severe is it? {} has these severities, worst first:\n{}",
                process.pin(),
                list()
            ))
            .hint(format!(
                "say it with `-s`, such as `inc declare \"…\" -s {first}`; it can be changed later"
            ))
            .into())
        }
    }
}

fn runbook(process: &Process, word: &str) -> Result<String> {
    if word == OTHER {
        return Ok(word.to_owned());
    }
    process.runbook(word).map(|r| r.id.clone()).ok_or_else(|| {
        let known: Vec<&str> = process.runbooks.iter().map(|r| r.id.as_str()).chain([OTHER]).collect();
        let failure = usage(format!("{} has no type of incident `{}`", process.pin(), word.escape_debug()))
            .did_you_mean(word, known.iter().copied());
        failure.hint(format!("its types: {}", known.join(", "))).into()
    })
}

/// The type of an incident that no runbook is for.
const OTHER: &str = "other";

/// The role that leads, given to somebody.
fn leader(process: &Process, who: Option<&str>) -> Result<Option<(String, String)>> {
    let Some(who) = who else { return Ok(None) };
    let role = process
        .roles
        .iter()
        .find(|r| r.leads)
        .ok_or_else(|| usage(format!("{} has no role that leads an incident", process.pin())))?;
    Ok(Some((role.id.clone(), line("the person's name", who)?)))
}

/// Checks that services are known, where the settings list them.
///
/// # Errors
/// One is not; said with the nearest.
pub fn known_services(store: &Store, services: &[String]) -> Result<(), Failure> {
    for service in services {
        line("the service", service).map_err(|e| usage(e.to_string()))?;
        let known = &store.settings.services;
        if known.is_empty() || known.contains(service) {
            continue;
        }
        let failure = usage(format!("inc.yaml knows no service `{}`", service.escape_debug()))
            .did_you_mean(service, known.iter().map(String::as_str));
        return Err(failure.hint(format!("its services: {}", known.join(", "))));
    }
    Ok(())
}

/// A folder for a new incident, under an id that neither this clone nor its remotes know.
fn fresh(context: &Context, repo: &Repo, store: &Store, process: &Process, at: Instant) -> Result<Folder> {
    let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(std::path::Path::new(""));
    let elsewhere = repo.ids_on_remotes(&prefix.join(INCIDENTS))?;
    let date = at.with_timezone(&process.timezone).date_naive();
    loop {
        let id = Id::new(date, context.random.next());
        let path = Store::folder_of(&id);
        let here = store.root.join(&path).exists();
        if !here && !elsewhere.iter().any(|other| other == id.as_str()) {
            return Ok(Folder { id, path });
        }
    }
}

/// The record's first text: a line for editors, then keys with a blank line between.
fn record_text(record: &Record) -> Result<String> {
    let yaml = serde_yaml::to_string(record)?;
    let mut text = Kept::Record.first_line();
    for line in yaml.lines() {
        let top_level = !line.starts_with([' ', '-']);
        if top_level {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}
