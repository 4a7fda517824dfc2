//! From answers to a severity.
//!
//! The worst severity that an answer names is the base; the moves of all answers are added up and applied to it;
//! the result never leaves the scale; an answer that decides wins over all of it.

use std::collections::BTreeMap;

use super::Process;
use super::severity::{Effect, Question, Questions};
use crate::error::{Failure, invalid, usage};
use crate::model::entry::Classification;

/// The answers to a process's questions, each already read.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    given: BTreeMap<&'a str, Answer<'a>>,
    reason: Option<String>,
}

#[derive(Debug)]
struct Answer<'a> {
    text: String,
    label: &'a str,
    effect: &'a Effect,
    raised: bool,
}

/// The questions of a process.
///
/// # Errors
/// It has none.
pub fn questions(process: &Process) -> Result<&Questions, Failure> {
    process.classification.as_ref().filter(|q| !q.questions.is_empty()).ok_or_else(|| {
        invalid(format!("{} has no questions that lead to a severity", process.pin()))
            .hint("choose one with `-s SEV`; `inc process show` lists the severities with their criteria")
    })
}

impl<'a> Answers<'a> {
    /// Reads one answer and keeps it.
    ///
    /// # Errors
    /// The process asks no such question, it was answered already, or the answer is none of its.
    pub fn give(&mut self, process: &'a Process, id: &str, text: &str) -> Result<(), Failure> {
        let question = find(process, id)?;
        if self.given.contains_key(question.id.as_str()) {
            return Err(usage(format!("`{}` is answered twice", question.id)));
        }
        let answer = read(question, text.trim())?;
        self.given.insert(&question.id, answer);
        Ok(())
    }

    /// Chooses the worse of two outcomes that an answer leaves open, for a reason.
    ///
    /// # Errors
    /// The question is not answered, or its answer leaves nothing open.
    pub fn raise(&mut self, process: &'a Process, id: &str, reason: &str) -> Result<(), Failure> {
        let question = find(process, id)?;
        let Some(answer) = self.given.get_mut(question.id.as_str()) else {
            return Err(usage(format!("`{}` is not answered, so it cannot be raised", question.id)));
        };
        if answer.effect.or_with_reason.is_none() {
            return Err(usage(format!(
                "`{}` leaves nothing to choose: {}",
                question.id,
                answer.label.escape_debug()
            ))
            .hint("to decide otherwise than the answers, say the severity: `-s SEV --reason \"…\"`"));
        }
        answer.raised = true;
        self.reason = Some(reason.to_owned());
        Ok(())
    }

    /// The answers that the record keeps too, by field: numbers only.
    pub fn fields(&self, process: &'a Process) -> impl Iterator<Item = (&'a str, f64)> {
        let questions = process.classification.iter().flat_map(|q| &q.questions);
        questions.filter_map(|q| {
            let answer = self.given.get(q.id.as_str())?;
            Some((q.field.as_deref()?, answer.text.parse().ok()?))
        })
    }

    /// The questions that nobody answered, in their order.
    pub fn missing(&self, process: &'a Process) -> impl Iterator<Item = &'a Question> {
        let questions = process.classification.iter().flat_map(|q| &q.questions);
        questions.filter(|q| !self.given.contains_key(q.id.as_str()))
    }

    /// The severity that the answers lead to, with a line for each question in the process's own words, then
    /// one for what they come to.
    ///
    /// # Errors
    /// No answer names a severity.
    pub fn classify(&self, process: &'a Process) -> Result<Classification, Failure> {
        let questions = &questions(process)?.questions;
        let mut trace = Vec::new();
        let mut sum = Sum::default();
        for question in questions {
            let Some(answer) = self.given.get(question.id.as_str()) else { continue };
            sum.add(process, answer.effect, answer.raised);
            trace.push(self.line(question, answer));
        }
        let (severity, last) = sum.outcome(process).ok_or_else(|| undecided(questions))?;
        trace.push(last);
        let given = questions
            .iter()
            .filter_map(|q| Some((q.id.clone(), self.given.get(q.id.as_str())?.text.clone())));
        Ok(Classification { answers: crate::model::Answers(given.collect()), severity, trace })
    }

    fn line(&self, question: &Question, answer: &Answer<'_>) -> String {
        let mut line = format!("{} {}", question.ask, answer.text);
        if answer.label != answer.text {
            line.push_str(&format!(" ({})", answer.label));
        }
        line.push_str(&format!(": {}", effect(answer)));
        if let Some(reason) = self.reason.as_ref().filter(|_| answer.raised) {
            line.push_str(&format!(" ({reason})"));
        }
        line
    }
}

/// What an answer does, in signs that need no language.
fn effect(answer: &Answer<'_>) -> String {
    let Effect { severity, shift, decides, or_with_reason } = answer.effect;
    if let Some(raise) = or_with_reason.as_ref().filter(|_| answer.raised) {
        return raise.clone();
    }
    let moved = shift.filter(|s| *s != 0).map(|s| format!("{s:+}"));
    let named = decides.as_ref().map(|d| format!("= {d}")).or_else(|| severity.clone());
    let parts: Vec<String> = [named, moved].into_iter().flatten().collect();
    if parts.is_empty() { "±0".into() } else { parts.join(", ") }
}

/// What the answers come to so far.
#[derive(Debug, Default)]
struct Sum {
    /// The worst rank that is named, 1 the worst.
    base: Option<u32>,
    /// Steps towards worse; fewer than none is towards milder.
    shift: i64,
    /// The worst rank that is decided.
    decided: Option<u32>,
}

impl Sum {
    fn add(&mut self, process: &Process, effect: &Effect, raised: bool) {
        let rank = |id: &str| process.severity(id).and_then(|s| process.rank(&s.id));
        let worst = |a: Option<u32>, b: Option<u32>| a.into_iter().chain(b).min();
        self.base = worst(self.base, effect.severity.as_deref().and_then(rank));
        self.decided = worst(self.decided, effect.decides.as_deref().and_then(rank));
        self.shift += i64::from(effect.shift.unwrap_or(0));
        if let Some(raise) = effect.or_with_reason.as_deref().filter(|_| raised) {
            match raise.parse::<i32>() {
                Ok(steps) => self.shift += i64::from(steps),
                Err(_) => self.base = worst(self.base, rank(raise)),
            }
        }
    }

    /// The severity and how it came about: `S2, -1 → S3`.
    fn outcome(&self, process: &Process) -> Option<(String, String)> {
        let id = |rank: u32| process.severities.get(rank as usize - 1).map(|s| s.id.clone());
        if let Some(decided) = self.decided.and_then(id) {
            return Some((decided.clone(), format!("= {decided}")));
        }
        let base = self.base?;
        let mildest = i64::try_from(process.severities.len()).ok()?;
        let rank = (i64::from(base) - self.shift).clamp(1, mildest);
        let severity = id(u32::try_from(rank).ok()?)?;
        let line = match self.shift {
            0 => format!("= {severity}"),
            shift => format!("{}, {shift:+} = {severity}", id(base)?),
        };
        Some((severity, line))
    }
}

fn undecided(questions: &[Question]) -> Failure {
    let names = |q: &&Question| {
        let effects = q.bands.iter().map(|b| &b.then).chain(q.choices.iter().map(|c| &c.then));
        effects.into_iter().any(|e| e.severity.is_some() || e.decides.is_some())
    };
    let known: Vec<&str> = questions.iter().filter(names).map(|q| q.id.as_str()).collect();
    usage("these answers name no severity").hint(format!("answer one of: {}", known.join(", ")))
}

fn find<'a>(process: &'a Process, id: &str) -> Result<&'a Question, Failure> {
    let questions = &questions(process)?.questions;
    questions.iter().find(|q| q.id.eq_ignore_ascii_case(id)).ok_or_else(|| {
        let known: Vec<&str> = questions.iter().map(|q| q.id.as_str()).collect();
        let failure = usage(format!("{} asks no question `{}`", process.pin(), id.escape_debug()))
            .did_you_mean(id, known.iter().copied());
        failure.hint(format!("its questions: {}", known.join(", ")))
    })
}

fn read<'a>(question: &'a Question, text: &str) -> Result<Answer<'a>, Failure> {
    if question.bands.is_empty() { by_word(question, text) } else { by_number(question, text) }
}

fn by_word<'a>(question: &'a Question, text: &str) -> Result<Answer<'a>, Failure> {
    let same = |w: &str| w.to_lowercase() == text.to_lowercase();
    let words = |c: &'a super::severity::Choice| std::iter::once(&c.id).chain(&c.aliases);
    let choice = question.choices.iter().find(|c| words(c).any(|w| same(w)) || same(&c.label));
    let choice = choice.ok_or_else(|| {
        let failure = usage(match text {
            "" => format!("`{}` has no answer", question.id),
            _ => format!("`{}` is no answer to `{}`", text.escape_debug(), question.id),
        })
        .did_you_mean(text, question.choices.iter().flat_map(words).map(String::as_str));
        let known: Vec<String> = question.choices.iter().map(|c| format!("{} ({})", c.id, c.label)).collect();
        failure.hint(format!("{} {}", question.ask, known.join(", ")))
    })?;
    Ok(Answer { text: choice.id.clone(), label: &choice.label, effect: &choice.then, raised: false })
}

fn by_number<'a>(question: &'a Question, text: &str) -> Result<Answer<'a>, Failure> {
    if text.is_empty() {
        return Err(usage(format!("`{}` has no answer", question.id)).hint(question.ask.clone()));
    }
    let bare = text.trim_end_matches('%').trim_end();
    let number = bare.parse::<f64>().ok().filter(|n| n.is_finite());
    let number = number.ok_or_else(|| {
        usage(format!("`{}` is no number, and `{}` asks for one", text.escape_debug(), question.id))
            .hint(format!("{} such as `{}=35` or `{}=0.5`", question.ask, question.id, question.id))
    })?;
    if let Some(max) = question.max.filter(|max| number > *max) {
        return Err(usage(format!("`{}` is at most {max}, and this says {bare}", question.id)));
    }
    let band = question.bands.iter().find(|b| number >= 0.0 && b.holds.iter().all(|c| c.holds(number)));
    let band = band.ok_or_else(|| {
        let bands: Vec<&str> = question.bands.iter().map(|b| b.label.as_str()).collect();
        usage(format!("`{}` has no band for {bare}", question.id))
            .hint(format!("bands: {}", bands.join(", ")))
    })?;
    Ok(Answer { text: number.to_string(), label: &band.label, effect: &band.then, raised: false })
}
