//! `inc classify`, and the answers that `declare` and `update` take.

use std::ffi::OsString;

use anyhow::Result;

use super::Done;
use crate::context::{Context, line};
use crate::error::{plain, usage};
use crate::model::entry::Classification;
use crate::process::Process;
use crate::process::classify::{Answers, questions};
use crate::process::severity::{Question, Severity};
use crate::render;
use crate::render::columns::columns;
use crate::store::edit::Edit;
use crate::ui::{Tone, paint};

/// Ask the process's questions: how severe is it?
///
/// Answers are flags named as the questions are, `inc classify --users 35 --security none`, or `users=35`; without
/// any, on a terminal, each question is asked. Prints the trace and the severity, and writes nothing:
/// `inc declare` and `inc update` take the same answers with `--classify users=35,security=none`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A question and its answer; `--QUESTION ANSWER` is the same
    #[arg(value_name = "QUESTION=ANSWER")]
    pub answers: Vec<String>,
    /// A question whose answer leaves a choice, to take the worse; needs `--reason`
    #[arg(long, value_name = "QUESTION")]
    pub raise: Vec<String>,
    /// Why it is raised
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

/// Classifies without an incident.
///
/// # Errors
/// The process asks nothing, an answer is none, or nobody can be asked.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo();
    let store = match &repo {
        Ok(repo) => context.store(repo)?,
        // The questions of a built-in process can be answered anywhere.
        Err(_) => crate::store::Store::open(context.dir())?,
    };
    let (found, _) = context.process(&store)?;
    let process = &found.process;
    let answers = read(context, process, &args.answers, &args.raise, args.reason.as_deref())?;
    let result = answers.classify(process)?;
    if context.globals.json {
        let severity = process.severity(&result.severity);
        let json = serde_json::json!({
            "schema_version": 1,
            "severity": {
                "id": result.severity,
                "rank": process.rank(&result.severity),
                "label": severity.map(|s| &s.label),
            },
            "answers": result.answers,
            "not_answered": answers.missing(process).map(|q| &q.id).collect::<Vec<_>>(),
            "trace": result.trace,
        });
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    context.ui.out(&screen(process, &result));
    let missing: Vec<&str> = answers.missing(process).map(|q| q.id.as_str()).collect();
    if !missing.is_empty() {
        context.ui.warn(&format!("not answered: {}", missing.join(", ")));
    }
    let said: Vec<String> = result.answers.0.iter().map(|(q, a)| format!("{q}={a}")).collect();
    let raised: Vec<String> = args.raise.iter().map(|q| format!(" --raise {q}")).collect();
    let raised =
        if raised.is_empty() { String::new() } else { format!("{} --reason \"…\"", raised.concat()) };
    let answers = said.join(",");
    context.ui.say(&format!("declare it so: inc declare \"what is wrong\" --classify {answers}{raised}"));
    Ok(Done::Clean)
}

/// The trace, then the severity with its label.
#[must_use]
pub fn screen(process: &Process, result: &Classification) -> String {
    let mut lines: Vec<String> = result.trace.iter().map(|line| format!("  {}", plain(line))).collect();
    let severity =
        process.severity(&result.severity).map_or_else(|| result.severity.clone(), Severity::named);
    lines.push(paint(Tone::Strong, &plain(&severity)));
    lines.join("\n")
}

/// The answers that `declare` and `update` take.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Given {
    /// Answers to the process's questions, `users=35,security=none`, or `ask`: they give the severity
    #[arg(long, value_name = "QUESTION=ANSWER,…", value_delimiter = ',')]
    pub classify: Vec<String>,
    /// A question whose answer leaves a choice, to take the worse; needs `--reason`
    #[arg(long, value_name = "QUESTION", requires = "classify")]
    pub raise: Vec<String>,
}

impl Given {
    /// Classifies by the answers, if there are any; `word` is a severity that somebody says beside them.
    ///
    /// # Errors
    /// An answer is none, or the severity is another than the answers give, without a reason.
    pub fn read(
        &self,
        context: &Context,
        process: &Process,
        reason: Option<&str>,
        word: Option<&str>,
    ) -> Result<Option<Answered>> {
        if self.classify.is_empty() {
            return Ok(None);
        }
        classified(context, process, (&self.classify, &self.raise), reason, word).map(Some)
    }
}

/// A classification, and the severity that it or a person gives.
pub struct Answered {
    /// The severity: the one said, else the one that the answers give.
    pub severity: String,
    /// Answers and trace.
    pub result: Classification,
    /// What the record keeps of the answers.
    pub edits: Vec<Edit>,
}

/// Classifies by answers, and holds a severity that somebody says beside them to a reason.
///
/// # Errors
/// An answer is none, or the severity is another than the answers give, without a reason.
fn classified(
    context: &Context,
    process: &Process,
    (given, raises): (&[String], &[String]),
    reason: Option<&str>,
    word: Option<&str>,
) -> Result<Answered> {
    let answers = read(context, process, given, raises, reason)?;
    let mut result = answers.classify(process)?;
    let edits = edits(&answers, process);
    let severity = match word {
        Some(word) => super::declare::severity(context, process, Some(word))?.id.clone(),
        None => result.severity.clone(),
    };
    if severity != result.severity {
        let reason = reason.ok_or_else(|| {
            usage(format!("the answers give {}, and {severity} beside them needs a reason", result.severity))
                .hint("say it with `--reason \"…\"`, or leave `-s` out")
        })?;
        result.trace.push(format!("→ {severity} ({})", line("the reason", reason)?));
    }
    Ok(Answered { severity, result, edits })
}

/// Reads answers written as `question=answer`; none, or the word `ask`, asks on a terminal.
///
/// # Errors
/// One is none, or nobody can be asked.
pub fn read<'a>(
    context: &Context,
    process: &'a Process,
    given: &[String],
    raises: &[String],
    reason: Option<&str>,
) -> Result<Answers<'a>> {
    let mut answers = Answers::default();
    let questions = &questions(process)?.questions;
    if given.iter().all(|g| g == "ask") {
        if !context.ui.can_ask() {
            let example: Vec<String> = questions.iter().map(example).collect();
            return Err(usage("there is no answer, and no terminal to ask on")
                .hint(format!("say them: inc classify {}", example.join(" ")))
                .into());
        }
        for question in questions {
            ask(context, process, &mut answers, question)?;
        }
    }
    for answer in given.iter().filter(|g| *g != "ask") {
        let (question, answer) = answer.split_once('=').ok_or_else(|| {
            usage(format!("`{}` answers nothing: write QUESTION=ANSWER", answer.escape_debug()))
        })?;
        answers.give(process, question.trim(), answer)?;
    }
    for question in raises {
        let reason = reason.ok_or_else(|| {
            usage(format!("to raise `{question}` needs a reason")).hint("say it with `--reason \"…\"`")
        })?;
        answers.raise(process, question, &line("the reason", reason)?)?;
    }
    Ok(answers)
}

fn example(question: &Question) -> String {
    let answer = question.choices.first().map_or("35", |c| c.id.as_str());
    format!("--{} {answer}", question.id)
}

fn ask<'a>(
    context: &Context,
    process: &'a Process,
    answers: &mut Answers<'a>,
    question: &'a Question,
) -> Result<()> {
    context.ui.say(&paint(Tone::Strong, &plain(&question.ask)));
    let bands = question.bands.iter().map(|b| vec![format!("  {}", plain(&b.label))]);
    let choices = question.choices.iter().map(|c| vec![format!("  {}", plain(&c.id)), plain(&c.label)]);
    let possible: Vec<Vec<String>> = bands.chain(choices).collect();
    context.ui.say(columns(&possible).trim_end());
    loop {
        let text = context.ui.ask(">")?;
        match answers.give(process, &question.id, &text) {
            Ok(()) => return Ok(()),
            Err(failure) => context.ui.say(&failure.message),
        }
    }
}

/// The edits that put answers into the record, where the process says that it keeps them.
fn edits(answers: &Answers<'_>, process: &Process) -> Vec<Edit> {
    // Whole numbers are written without a point, as a person would.
    let value = |n: f64| match n.to_string().parse::<i64>() {
        Ok(whole) => serde_yaml::Value::from(whole),
        Err(_) => serde_yaml::Value::from(n),
    };
    let fields = process.classification.iter().flat_map(|q| &q.questions);
    let fields = fields.filter_map(|q| q.field.as_deref());
    let given: Vec<(String, f64)> = answers.fields(process).map(|(f, n)| (f.to_owned(), n)).collect();
    fields
        .filter_map(|field| given.iter().find(|(f, _)| f == field))
        .map(|(field, number)| Edit::set(field.split('.'), value(*number)))
        .collect()
}

/// `inc classify --users 35` as `inc classify users=35`: the flags are the process's, which nobody has read yet.
///
/// Flags that the command itself has stay as they are.
#[must_use]
pub fn questions_as_words(args: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    let Some(own) = command.find_subcommand("classify") else { return args };
    let is_classify = args.iter().skip(1).position(|a| a == "classify");
    let Some(at) = is_classify.map(|at| at + 2) else { return args };
    let before_is_flags = first_word(&args, command) == Some(at - 1);
    if !before_is_flags {
        return args;
    }
    let known = |name: &str| {
        let own = own.get_arguments().chain(command.get_arguments());
        own.into_iter().any(|a| a.get_long() == Some(name)) || matches!(name, "help" | "version")
    };
    let mut words: Vec<OsString> = args.iter().take(at).cloned().collect();
    let mut rest = args.into_iter().skip(at).peekable();
    while let Some(word) = rest.next() {
        let flag = word.to_str().and_then(|w| w.strip_prefix("--")).filter(|w| !w.is_empty());
        match flag.map(|f| f.split_once('=').map_or((f, None), |(f, v)| (f, Some(v)))) {
            Some((name, value)) if !known(name) => {
                let value = value.map(OsString::from);
                let value = value.or_else(|| rest.next_if(|n| !n.to_string_lossy().starts_with("--")));
                let mut answer = OsString::from(format!("{name}="));
                answer.push(value.unwrap_or_default());
                words.push(answer);
            }
            _ => words.push(word),
        }
    }
    words
}

/// The place of the first word that is neither a flag nor a flag's value.
fn first_word(args: &[OsString], command: &clap::Command) -> Option<usize> {
    let mut place = 1;
    while let Some(word) = args.get(place) {
        let text = word.to_string_lossy();
        if !text.starts_with('-') {
            return Some(place);
        }
        let takes_value = command.get_arguments().any(|a| {
            let long = a.get_long().is_some_and(|l| text == format!("--{l}"));
            let short = a.get_short().is_some_and(|s| text == format!("-{s}"));
            (long || short) && a.get_action().takes_values()
        });
        place += if takes_value { 2 } else { 1 };
    }
    None
}
