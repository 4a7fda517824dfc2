//! `inc update`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::usage;
use crate::model::Incident;
use crate::model::entry::{Classification, Kind};
use crate::model::instant::rfc3339;
use crate::process::Event;
use crate::process::facts::Truth;
use crate::process::obligation::Obligation;
use crate::store::edit::Edit;

/// Change the severity or the record
///
/// A severity is raised or lowered by an entry, so that everybody sees when and why; the record is edited in
/// place, and comments, order and quoting stay: `inc update --set impact.users.percent=60`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The new severity
    #[arg(short, long, value_name = "SEV")]
    pub severity: Option<String>,
    /// The answers that lead to a severity.
    #[command(flatten)]
    pub answers: super::classify::Given,
    /// Why the severity changes; needed to lower it, and for another than the answers give
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
    /// What is known of a breach.
    #[command(flatten)]
    pub breach: super::breach::Breach,
    /// The new title
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// A field of the record and its value; a list takes `FIELD+=VALUE`; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// A field of the record to take out; may be given several times
    #[arg(long, value_name = "FIELD")]
    pub unset: Vec<String>,
}

/// Changes severity and record.
///
/// # Errors
/// Nothing is to be changed, a field or severity is unknown, or a value is of the wrong type.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut edits = Vec::new();
    if let Some(title) = &args.title {
        edits.push(Edit::set(["title"], serde_yaml::Value::String(line("the title", title)?)));
    }
    for assignment in &args.set {
        edits.push(assign(assignment)?);
    }
    edits.extend(args.unset.iter().map(|field| Edit::remove(field.split('.'))));
    let classifies = !args.answers.classify.is_empty();
    if edits.is_empty() && args.severity.is_none() && !classifies && args.breach.is_empty() {
        return Err(usage("there is nothing to change")
            .hint("`inc update -s SEV --reason \"…\"`, `--title`, or `--set FIELD=VALUE`")
            .hint("`inc schema incident` lists the fields")
            .into());
    }
    let mut change = Change::open(context, None)?;
    let mut said = Vec::new();
    let reason = args.reason.as_deref();
    let found = change.found.clone();
    let word = args.severity.as_deref();
    edits.extend(args.breach.edits(Some(&change.incident.record), change.at)?);
    super::breach::relate(context, &change.store, &change.folder, &mut edits)?;
    if let Some(answered) = args.answers.read(context, &found.process, reason, word)? {
        edits.extend(answered.edits);
        context.ui.say(&super::classify::screen(&found.process, &answered.result));
        let result = Some(answered.result);
        said.push(severity(context, &mut change, &answered.severity, reason, result)?);
    } else if let Some(word) = &args.severity {
        said.push(severity(context, &mut change, word, reason, None)?);
    }
    if !edits.is_empty() {
        let before = change.incident.clone();
        change.edit(&edits)?;
        if let Some(known) = cost_known(&change, &before) {
            change.edit(&[known])?;
        }
        said.push(format!("changed {}", fields(&edits).join(", ")));
    }
    let said = said.join("; ");
    change.save(&change.message(&said))?;
    context.ui.out(&format!("{} {said}", change.folder.id));
    if args.severity.is_some() || classifies || !args.breach.is_empty() {
        context.ui.out(&change.next_due(3));
    }
    Ok(Done::Clean)
}

/// The fields that edits change, each once; the `-` of what is added to a list says nothing.
fn fields(edits: &[Edit]) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for edit in edits {
        let path: Vec<&str> = edit.path.iter().map(String::as_str).filter(|part| *part != "-").collect();
        let field = path.join(".");
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

fn severity(
    context: &Context,
    change: &mut Change<'_>,
    word: &str,
    reason: Option<&str>,
    classification: Option<Classification>,
) -> Result<String> {
    let process = change.found.clone();
    let to = super::declare::severity(context, &process.process, Some(word))?.id.clone();
    let from = change.incident.severity().unwrap_or_default().to_owned();
    if from == to && classification.is_none() {
        return Err(usage(format!("the severity is {to} already")).into());
    }
    let lowered = process.process.rank(&to) > process.process.rank(&from);
    let reason = reason.map(|r| line("the reason", r)).transpose()?;
    if lowered && reason.is_none() && classification.is_none() {
        return Err(usage(format!("to lower {from} to {to} needs a reason"))
            .hint("say it with `--reason \"…\"`")
            .into());
    }
    change.add(Kind::Severity { to: to.clone(), reason, classification }, "");
    if from == to {
        return Ok(format!("severity {to}, as the answers confirm"));
    }
    Ok(format!("severity {from} → {to}"))
}

/// Keeps since when the cost is known: from the first word of it on, and anew when a change of it brings in an
/// obligation. A time that somebody writes is left as it is.
fn cost_known(change: &Change<'_>, before: &Incident) -> Option<Edit> {
    let (process, now) = (change.process(), &change.incident);
    let (old, new) = (&before.record.impact.cost, now.record.impact.cost.as_ref()?);
    let kept = old.as_ref().and_then(|c| c.known_at);
    let applies = |o: &Obligation, i: &Incident| o.when.holds(i, process.standing(i)) == Truth::Yes;
    let begins = |o: &Obligation| o.from.contains(&Event::Cost) && !applies(o, before) && applies(o, now);
    let moves = kept.is_none() || process.obligations.iter().any(begins);
    let path = ["impact", "cost", "known_at"];
    (moves && old.as_ref() != Some(new) && new.known_at == kept)
        .then(|| Edit::set(path, serde_yaml::Value::String(rfc3339(change.at))))
}

/// Reads `field=value` or `field+=value`; the value is YAML where that gives a number, a truth or a list, and
/// text otherwise.
fn assign(assignment: &str) -> Result<Edit> {
    let wrong = || usage(format!("`{}` sets nothing: write FIELD=VALUE", assignment.escape_debug()));
    let (field, value) = assignment.split_once('=').ok_or_else(wrong)?;
    let (field, appends) = field.strip_suffix('+').map_or((field, false), |f| (f, true));
    if field.trim().is_empty() {
        return Err(wrong().into());
    }
    let value = match serde_yaml::from_str::<serde_yaml::Value>(value) {
        Ok(
            plain @ (serde_yaml::Value::Number(_)
            | serde_yaml::Value::Bool(_)
            | serde_yaml::Value::Sequence(_)),
        ) => plain,
        _ => serde_yaml::Value::String(value.to_owned()),
    };
    let mut path = field.trim().to_owned();
    if appends {
        path.push_str(".-");
    }
    Ok(Edit::set(path.split('.'), value))
}
