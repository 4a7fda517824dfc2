//! Causes, factors and lessons are about the system, not about whose fault it was.
//!
//! ## What it checks
//! The root cause, contributing factors, hypotheses, whys, what could be better, and the lessons: for words that
//! blame by themselves ("human error"), and for words of fault beside a person (a name that
//! the incident or `inc.yaml` knows, a role, a pronoun). Names are fine elsewhere: in the timeline, in roles,
//! as owners of actions; so are facts such as "the engineer was paged at 03:00". The lists of words are in
//! English and French; the parameter `phrases` adds a team's own, `allow` takes phrases out.
//!
//! ## Why
//! Who fears blame keeps silent, and what is not said cannot be mended. "Somebody erred" also ends the search
//! too early: the question is what made the error possible, and what did not catch it.
//!
//! ## Example
//! ```yaml
//! root_cause:
//!   status: found
//!   text: Alice forgot to run the migration
//! ```
//!
//! ## Instead
//! ```yaml
//! root_cause:
//!   status: found
//!   text: The deployment does not run migrations, and nothing checks that they ran
//! ```

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::{Word, find, lists, phrase, sentences, words};
use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("phrases", ""), ("allow", "")],
    ..Rule::new("INC-001", Weight::Warning, include_str!("inc_001.rs"), Check::Incident(check))
};

/// How many words may stand between a person and a word of fault.
const BETWEEN: usize = 2;

/// The words of every language, read once.
static LISTS: LazyLock<Vec<Blame>> = LazyLock::new(|| lists("blame."));

/// A phrase as the words that it is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
struct Phrase(Vec<String>);

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self(phrase(&text))
    }
}

/// The words of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blame {
    #[serde(rename = "language")]
    _language: String,
    phrases: Vec<Phrase>,
    verbs: Vec<Phrase>,
    nouns: Vec<Phrase>,
    persons: Vec<Phrase>,
    negations: Vec<Phrase>,
    except: Vec<Phrase>,
}

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let texts = texts(subject);
    if texts.is_empty() {
        return Vec::new();
    }
    let lists = with_own(subject, LISTS.clone());
    let judged = texts.into_iter().filter_map(|(field, text)| {
        let found = lists.iter().find_map(|list| blame(list, text))?;
        let said = text.get(found)?;
        let message = format!("`{}` blames a person", said.trim());
        let remark = Remark::new(subject.record(), Place::word(&field, said), message);
        Some(remark.help("say what made it possible and what did not catch it, instead of who did it"))
    });
    judged.collect()
}

/// The lists with the team's own phrases, and with the people whom the incident and the settings name.
fn with_own(subject: &Subject<'_>, mut lists: Vec<Blame>) -> Vec<Blame> {
    let roles = subject.incident.roles.values().flatten().map(|a| a.person.clone());
    let posts = subject.team.people.values().flatten().cloned();
    let people: Vec<Phrase> = roles.chain(posts).map(Phrase::from).collect();
    let own = |name| subject.levels().words(&RULE, name).into_iter().map(Phrase::from);
    for list in &mut lists {
        list.persons.extend(people.iter().cloned());
        list.phrases.extend(own("phrases"));
        list.except.extend(own("allow"));
    }
    lists
}

/// Where causes and lessons are told, with their fields.
fn texts<'a>(subject: &Subject<'a>) -> Vec<(String, &'a str)> {
    let analysis = &subject.incident.record.analysis;
    let mut texts: Vec<(String, &str)> = Vec::new();
    if let Some(text) = analysis.root_cause.as_ref().and_then(|c| c.text.as_deref()) {
        texts.push(("analysis.root_cause.text".into(), text));
    }
    for (n, hypothesis) in analysis.hypotheses.iter().enumerate() {
        texts.push((format!("analysis.hypotheses.{n}.text"), &hypothesis.text));
    }
    for (n, why) in analysis.whys.iter().enumerate() {
        texts.push((format!("analysis.whys.{n}.answer"), &why.answer));
        texts.extend(why.question.as_deref().map(|q| (format!("analysis.whys.{n}.question"), q)));
    }
    let lessons = &analysis.lessons;
    let several = [
        ("contributing_factors", &analysis.contributing_factors),
        ("to_improve", &analysis.to_improve),
        ("lucky", &analysis.lucky),
        ("lessons.technical", &lessons.technical),
        ("lessons.process", &lessons.process),
        ("lessons.communication", &lessons.communication),
    ];
    for (field, list) in several {
        texts.extend(
            list.iter().enumerate().map(|(n, text)| (format!("analysis.{field}.{n}"), text.as_str())),
        );
    }
    texts
}

/// The first stretch of a text that blames, in bytes.
fn blame(list: &Blame, text: &str) -> Option<Range<usize>> {
    sentences(text).into_iter().find_map(|sentence| {
        let said = words(text.get(sentence.clone())?);
        let found = in_sentence(list, &said)?;
        let (first, last) = (said.get(found.start)?, said.get(found.end - 1)?);
        Some(sentence.start + first.span.start..sentence.start + last.span.end)
    })
}

fn in_sentence(list: &Blame, said: &[Word]) -> Option<Range<usize>> {
    let all =
        |phrases: &[Phrase]| -> Vec<Range<usize>> { phrases.iter().flat_map(|p| find(said, &p.0)).collect() };
    let excepted = all(&list.except);
    let inside = |r: &Range<usize>| excepted.iter().any(|e| e.start <= r.start && r.end <= e.end);
    let negations = all(&list.negations);
    let denied = |r: &Range<usize>| negations.iter().any(|n| n.end <= r.start && r.start - n.end <= BETWEEN);
    let counts = |r: &Range<usize>| !inside(r) && !denied(r);
    let near = |a: &Range<usize>, b: &Range<usize>| a.end <= b.start && b.start - a.end <= BETWEEN;
    let persons = all(&list.persons);
    let by_itself = all(&list.phrases).into_iter().find(counts);
    let verb = all(&list.verbs).into_iter().filter(|v| !inside(v)).find_map(|verb| {
        let person = persons.iter().find(|p| near(p, &verb) && counts(p))?;
        Some(person.start..verb.end).filter(|whole| !excepted.iter().any(|e| overlap(e, whole)))
    });
    let noun = all(&list.nouns).into_iter().filter(counts).find_map(|noun| {
        let person = persons.iter().find(|p| !inside(p) && (near(p, &noun) || near(&noun, p)))?;
        Some(person.start.min(noun.start)..person.end.max(noun.end))
    });
    by_itself.or(verb).or(noun)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let mut lists = LISTS.clone();
        assert_eq!(lists.len(), 2, "every list can be read");
        for list in &mut lists {
            list.persons.push(Phrase::from("Alice".to_owned()));
        }
        lists.iter().find_map(|list| blame(list, text)).map(|r| text[r].to_owned())
    }

    #[test]
    fn blame_is_found() {
        for (text, said) in [
            ("The outage was due to human error.", "human error"),
            ("It was late. Alice simply forgot to run it.", "Alice simply forgot"),
            ("The engineer should have checked", "The engineer should have"),
            ("This was Alice's mistake", "Alice's mistake"),
            ("It was the fault of the developer", "fault of the developer"),
            ("The operator misconfigured the replica", "The operator misconfigured"),
            ("Somebody made a mistake in the script", "Somebody made a mistake"),
        ] {
            assert_eq!(found(text).as_deref(), Some(said), "{text}");
        }
    }

    #[test]
    fn facts_are_no_blame() {
        for text in [
            "The engineer was paged at 03:00",
            "The service failed to restart after the engineer had deployed it",
            "Nobody is to blame",
            "It was not a human error",
            "Alice found the cause, and Bob rolled back",
            "The pool had a default of ten connections",
            "The engineer removed the directory on the primary, which the prompt did not tell from the replica",
            "The backup job failed to run since the versions differed, and nobody was told",
            "We should have had an alert on replication lag",
            "The error budget was spent; the commander declared the incident",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
