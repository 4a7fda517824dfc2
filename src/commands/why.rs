//! `inc why`

use anyhow::Result;
use serde_yaml::{Mapping, Value};

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::store::edit::Edit;

/// Add the next why of the analysis; the last answer is the root cause
///
/// `inc why "the pool was full"`, then `inc why "nothing limits a batch job"`, and so on. With the last of the whys
/// that the process asks for, its answer becomes the root cause, unless one is written already.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The answer
    #[arg(value_name = "ANSWER", required = true)]
    pub answer: Vec<String>,
    /// The question [else: why the answer before]
    #[arg(long, value_name = "QUESTION")]
    pub question: Option<String>,
}

/// Adds a why.
///
/// # Errors
/// The answer is empty or no single line.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let answer = line("the answer", &args.answer.join(" "))?;
    let question = args.question.as_deref().map(|q| line("the question", q)).transpose()?;
    let mut change = Change::open(context, None)?;
    let number = change.incident.record.analysis.whys.len() + 1;
    let asked = change.process().postmortem.whys;
    let has_cause = change.incident.record.analysis.root_cause.is_some();
    let mut why = Mapping::new();
    if let Some(question) = question {
        why.insert("question".into(), question.into());
    }
    why.insert("answer".into(), answer.clone().into());
    let mut edits = vec![Edit::set(["analysis", "whys", "-"], Value::Mapping(why))];
    let is_last = asked == Some(number);
    if is_last && !has_cause {
        edits.push(Edit::set(["analysis", "root_cause", "status"], "found"));
        edits.push(Edit::set(["analysis", "root_cause", "text"], answer.clone()));
    }
    change.edit(&edits)?;
    let of = asked.map(|n| format!(" of {n}")).unwrap_or_default();
    change.save(&change.message(&format!("why {number}{of}")))?;
    context.ui.out(&format!("{} why {number}{of}: {answer}", change.folder.id));
    context.ui.say(&next(number, asked, is_last, has_cause));
    Ok(Done::Clean)
}

fn next(number: usize, asked: Option<usize>, is_last: bool, has_cause: bool) -> String {
    match (asked, is_last) {
        (_, true) if has_cause => "that was the last; the root cause that is written already stays: \
             `inc update --set analysis.root_cause.text=…` changes it"
            .into(),
        (_, true) => "that was the last: it is the root cause now".into(),
        (Some(n), _) if number < n => "next: `inc why \"…\"` says why that was so".into(),
        _ => "if it is the root cause: `inc update --set analysis.root_cause.status=found \
              --set analysis.root_cause.text=…`"
            .into(),
    }
}
