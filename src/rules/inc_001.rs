//! Causes, factors and lessons are about the system, not about whose fault it was.
//!
//! ## What it checks
//! The root cause, contributing factors, hypotheses, whys, what could be better, and the lessons, in the record and
//! in what people wrote themselves under such headings of the post-mortem: for words that blame by themselves
//! ("human error"), and for words of fault beside a person (a name that the incident or `inc.yaml` knows, a role, a
//! pronoun). Names are fine elsewhere: in the timeline, in roles, as owners of actions; so are facts such as
//! "the engineer was paged at 03:00". The lists of words are in English and French; the parameter `phrases` adds a
//! team's own, `allow` takes phrases out, `sections` adds beginnings of words that make a heading one of these.
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

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde::Deserialize;

use super::prose::passages;
use super::words::{Word, find, lists, phrase, sentences, words};
use super::{Check, Place, Remark, Rule, Subject};
use crate::model::entry::Kind;
use crate::model::{Entry, Milestone};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("phrases", ""), ("allow", ""), ("sections", "")],
    ..Rule::new("INC-001", Weight::Warning, include_str!("inc_001.rs"), Check::Incident(check))
};

/// How many words may stand between a negation and what it takes back.
const BETWEEN: usize = 1;

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
    acts: Vec<Phrase>,
    nouns: Vec<Phrase>,
    joints: Vec<Phrase>,
    persons: Vec<Phrase>,
    pronouns: Vec<Phrase>,
    fillers: Vec<Phrase>,
    negations: Vec<Phrase>,
    except: Vec<Phrase>,
    /// How a word begins that makes a heading one of causes, factors or lessons.
    sections: Vec<String>,
}

/// A text that is judged: its file, the text, and the place of a part of it.
type Told<'a> = (PathBuf, &'a str, Box<dyn Fn(&str) -> Place + 'a>);

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let texts = texts(subject);
    if texts.is_empty() && !subject.documents.iter().any(|d| d.managed) {
        return Vec::new();
    }
    let lists = with_own(subject, LISTS.clone());
    let mut told: Vec<Told<'_>> = Vec::new();
    for (field, text) in texts {
        told.push((subject.record(), text, Box::new(move |said| Place::word(&field, said))));
    }
    told.extend(in_documents(subject, &lists));
    let judged = told.into_iter().filter_map(|(path, text, place)| {
        let found = lists.iter().find_map(|list| blame(list, text))?;
        let said = text.get(found)?;
        let shown: Vec<&str> = said.split_whitespace().collect();
        let remark = Remark::new(path, place(said), format!("`{}` blames a person", shown.join(" ")));
        Some(remark.help("say what made it possible and what did not catch it, instead of who did it"))
    });
    judged.collect()
}

/// What people wrote into documents about causes, factors and lessons.
fn in_documents<'a>(subject: &Subject<'a>, lists: &[Blame]) -> Vec<Told<'a>> {
    let own = subject.levels().words(&RULE, "sections");
    let begins: Vec<String> =
        lists.iter().flat_map(|l| &l.sections).chain(&own).map(|w| w.to_lowercase()).collect();
    let judged = |heading: &&str| words(heading).iter().any(|w| begins.iter().any(|b| w.text.starts_with(b)));
    let mut told: Vec<Told<'_>> = Vec::new();
    for document in subject.documents.iter().filter(|d| d.managed) {
        for passage in passages(document.text.as_deref().unwrap_or_default()) {
            // The first heading is the title: what happened, whatever its words.
            if passage.headings.iter().skip(1).any(judged) {
                let place = move |said: &str| Place::After(passage.line, said.to_owned());
                told.push((document.path.clone(), passage.text, Box::new(place)));
            }
        }
    }
    told
}

/// The lists with the team's own phrases, and with the people whom the incident, the settings and the process name.
fn with_own(subject: &Subject<'_>, mut lists: Vec<Blame>) -> Vec<Blame> {
    let posts = subject.team.people.values().flatten().map(String::as_str);
    let offices =
        subject.process.roles.iter().map(|r| &r.label).chain(subject.process.posts.iter().map(|p| &p.label));
    let offices = offices.map(String::as_str).filter(|label| is_person(label));
    let everybody: BTreeSet<&str> = named(subject).chain(posts).chain(offices).collect();
    let people: Vec<Phrase> = everybody.into_iter().map(|name| Phrase::from(name.to_owned())).collect();
    let own = |name| subject.levels().words(&RULE, name).into_iter().map(Phrase::from);
    for list in &mut lists {
        list.persons.extend(people.iter().cloned());
        list.phrases.extend(own("phrases"));
        list.except.extend(own("allow"));
    }
    lists
}

/// The people whom the incident names: who held a role, who did what no program does, who looked back on it.
fn named<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a str> {
    let incident = subject.incident;
    let roles = incident.roles.values().flatten().map(|a| a.person.as_str());
    let acts = |e: &&Entry| {
        matches!(
            e.kind,
            Kind::Role { .. } | Kind::Decision { .. } | Kind::Approved { .. } | Kind::Postmortem { .. }
        ) || matches!(e.kind.milestone(), Some(Milestone::Acknowledged | Milestone::Responded))
    };
    let review = &incident.record.review;
    let looked_back = review.author.iter().chain(&review.facilitator).chain(&review.participants);
    roles.chain(incident.entries().filter(acts).map(|e| e.by.as_str())).chain(looked_back.map(String::as_str))
}

/// Whether a label of a role or post cannot be taken for a thing: it has several words or is an abbreviation.
fn is_person(label: &str) -> bool {
    label.split_whitespace().count() > 1 || label.chars().all(char::is_uppercase)
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
        let said = without(words(text.get(sentence.clone())?), &list.fillers);
        let found = in_sentence(list, &said)?;
        let (first, last) = (said.get(found.start)?, said.get(found.end - 1)?);
        Some(sentence.start + first.span.start..sentence.start + last.span.end)
    })
}

/// What is said without the words that only fill it.
fn without(said: Vec<Word>, fillers: &[Phrase]) -> Vec<Word> {
    let filled: Vec<Range<usize>> = fillers.iter().flat_map(|p| find(&said, &p.0)).collect();
    let counts = |at: usize| !filled.iter().any(|f| f.contains(&at));
    said.into_iter().enumerate().filter(|(at, _)| counts(*at)).map(|(_, word)| word).collect()
}

fn in_sentence(list: &Blame, said: &[Word]) -> Option<Range<usize>> {
    // Most phrases begin with a word that the sentence has nothing like.
    let marks = said.iter().fold(0, |marks, word| marks | mark(&word.text));
    let begins = |phrase: &&Phrase| phrase.0.first().is_some_and(|word| marks & mark(word) != 0);
    let all = |phrases: &[Phrase]| -> Vec<Range<usize>> {
        phrases.iter().filter(begins).flat_map(|p| find(said, &p.0)).collect()
    };
    let excepted = all(&list.except);
    let negations = all(&list.negations);
    let denied = |r: &Range<usize>| negations.iter().any(|n| n.end <= r.start && r.start - n.end <= BETWEEN);
    let counts = |r: &Range<usize>| !denied(r) && !excepted.iter().any(|e| overlap(e, r));
    let (persons, pronouns) = (all(&list.persons), all(&list.pronouns));
    let (verbs, acts) = (all(&list.verbs), all(&list.acts));
    let (nouns, joints) = (all(&list.nouns), all(&list.joints));
    let whose = find(said, &phrase(GENITIVE));
    let by_itself = all(&list.phrases).into_iter();
    let did = joined(&persons, &verbs).chain(joined(&persons, &acts)).chain(joined(&pronouns, &verbs));
    let tied: Vec<Range<usize>> = joined(&nouns, &joints).collect();
    let owned: Vec<Range<usize>> = joined(&persons, &whose).collect();
    by_itself.chain(did).chain(joined(&tied, &persons)).chain(joined(&owned, &nouns)).find(counts)
}

/// A bit for words that begin alike and are as long: different bits, different words.
fn mark(word: &str) -> u64 {
    let first = word.bytes().next().map_or(0, usize::from);
    1 << ((first * 7 + word.len()) % 64)
}

/// What makes a noun a person's: "Alice's".
const GENITIVE: &str = "s";

/// Where one of the first is followed at once by one of the second.
fn joined<'a>(
    first: &'a [Range<usize>],
    second: &'a [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + 'a {
    let after = |a: &'a Range<usize>| second.iter().filter(|b| a.end == b.start).map(|b| a.start..b.end);
    first.iter().flat_map(after)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Short sentences in a file of each language, with what of them blames.
    fn table(text: &str) -> Vec<(Option<&str>, &str)> {
        let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
        lines.map(|l| l.split_once(" | ").map_or((None, l), |(said, text)| (Some(said), text))).collect()
    }

    #[test]
    fn blame_is_found_and_facts_are_not() {
        let mut lists = LISTS.clone();
        assert_eq!(lists.len(), 2, "every list can be read");
        for list in &mut lists {
            list.persons.push(Phrase::from("Alice".to_owned()));
        }
        for text in [include_str!("../../tests/blame/en.txt"), include_str!("../../tests/blame/fr.txt")] {
            let sentences = table(text);
            assert!(sentences.iter().filter(|(said, _)| said.is_some()).count() > 10);
            let judged = sentences.iter().map(|(said, text)| {
                let found = lists.iter().find_map(|list| blame(list, text)).and_then(|r| text.get(r));
                (found == *said, found, *text)
            });
            let wrong: Vec<_> = judged.filter(|(right, ..)| !right).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }
}
