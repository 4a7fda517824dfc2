//! Nothing is left of the template: no `TBD`, no `[Name]`, no sample rows.
//!
//! ## What it checks
//! The texts of the record, and what people wrote in the post-mortem's document, once the incident is resolved: for
//! words that stand in a template until somebody writes the real thing. Logs, configuration and fenced code are left
//! out; the parameter `allow` takes words out that mean something to a team.
//!
//! ## Why
//! A placeholder looks like an answer. Readers take the section for done, and it never is.
//!
//! ## Example
//! ```yaml
//! actions:
//!   - { id: a1, title: Action 1, owner: "[Nom]" }
//! ```
//!
//! ## Instead
//! Write what is known, or say that it is unknown and who will find out. An empty section is removed.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::prose::passages;
use super::words::list;
use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("allow", "")],
    ..Rule::new("placeholder", Weight::Error, include_str!("placeholder.rs"), Check::Incident(check))
};

/// What stands in templates, read once.
pub(super) static PLACEHOLDERS: LazyLock<Placeholders> = LazyLock::new(|| list("placeholders"));

/// What stands in templates.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Placeholders {
    whole: Vec<String>,
    anywhere: Vec<String>,
    rows: Vec<String>,
    /// Parts of telephone numbers and addresses.
    pub(super) contacts: Vec<String>,
}

/// Fields that quote machines.
const QUOTED: [&str; 2] = ["analysis.logs", "analysis.configuration"];

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    if !subject.incident.status.is_resolved() {
        return Vec::new();
    }
    let mut placeholders = PLACEHOLDERS.clone();
    let allowed = subject.levels().words(&RULE, "allow");
    for words in [&mut placeholders.whole, &mut placeholders.anywhere, &mut placeholders.rows] {
        words.retain(|w| !allowed.contains(w));
    }
    let record = serde_json::to_value(&subject.incident.record).unwrap_or_default();
    let mut texts = Vec::new();
    strings(&record, String::new(), &mut texts);
    texts.retain(|(field, _)| !QUOTED.contains(&field.as_str()));
    let mut remarks: Vec<Remark> = texts
        .iter()
        .filter_map(|(field, text)| {
            let found = placeholders.in_text(text)?;
            let place = Place::word(field, found);
            Some(Remark::new(subject.record(), place, message(found)).help(HELP))
        })
        .collect();
    remarks.extend(in_documents(subject, &placeholders));
    remarks
}

const HELP: &str = "write what is known, or that it is not known and who will find out";

fn message(found: &str) -> String {
    format!("`{}` stands here in place of the real thing", found.trim())
}

/// What people wrote in documents: a passage that is nothing but a sample, or has a word of a template.
fn in_documents(subject: &Subject<'_>, placeholders: &Placeholders) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for document in subject.documents.iter().filter(|d| d.managed) {
        for passage in passages(document.text.as_deref().unwrap_or_default()) {
            remarks.extend(placeholders.in_text(passage.text).map(|found| {
                let place = Place::After(passage.line, found.to_owned());
                Remark::new(&document.path, place, message(found)).help(HELP)
            }));
        }
    }
    remarks
}

/// Every text in a value, with its path.
fn strings(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::String(text) => found.push((path, text.clone())),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, v)| strings(v, inner(&n.to_string()), found));
        }
        Value::Object(map) => map.iter().for_each(|(key, v)| strings(v, inner(key), found)),
        _ => {}
    }
}

impl Placeholders {
    /// The placeholder in a text, as it is written there.
    pub(super) fn in_text<'a>(&self, text: &'a str) -> Option<&'a str> {
        let trimmed = text.trim();
        let lower = trimmed.to_lowercase();
        let whole = self.whole.contains(&lower);
        let row = self.rows.iter().any(|row| {
            let rest = lower.strip_prefix(row.as_str()).map(str::trim).unwrap_or_default();
            let number = rest.split(':').next().unwrap_or_default().trim();
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && rest.len() == number.len()
        });
        if whole || row { Some(trimmed) } else { self.anywhere(text) }
    }

    fn anywhere<'a>(&self, text: &'a str) -> Option<&'a str> {
        // Most texts hold the first letter of hardly any of them.
        let mut letters = [false; 256];
        text.bytes().for_each(|b| letters[usize::from(b)] = true);
        let may_hold = |word: &&String| word.bytes().all(|b| letters[usize::from(b)]);
        self.anywhere.iter().filter(may_hold).find_map(|word| whole_word(text, word))
    }
}

/// Where a word stands in a text with no letter or digit beside it.
pub(super) fn whole_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.match_indices(word).find_map(|(at, found)| {
        let beside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
        (!beside(before) && !beside(after)).then_some(found)
    })
}
