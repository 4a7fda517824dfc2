//! An action says what will be different, so that one can tell when it is done.
//!
//! ## What it checks
//! The titles of actions that are not cancelled: for a beginning such as "improve" with little after it
//! (no number and few words), and for appeals such as "be more careful". The parameter `phrases` adds a
//! team's own appeals.
//!
//! ## Why
//! "Improve monitoring" is never done, or always. An appeal to take care asks people to be the safeguard that the
//! system lacks.
//!
//! ## Example
//! ```yaml
//! title: Improve monitoring
//! ```
//!
//! ## Instead
//! ```yaml
//! title: Alert the on-call when the connection pool is 80% full
//! ```

use std::sync::LazyLock;

use serde::Deserialize;

use super::words::{find, list, phrase, words};
use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("phrases", "")],
    ..Rule::new("action-vague", Weight::Warning, include_str!("action_vague.rs"), Check::Incident(check))
};

/// What makes an action vague, read once.
static VAGUE: LazyLock<Vague> = LazyLock::new(|| list("vague"));

/// What makes an action vague.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vague {
    begins: Vec<String>,
    most_words: usize,
    phrases: Vec<String>,
}

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let mut vague = VAGUE.clone();
    vague.phrases.extend(subject.levels().words(&RULE, "phrases"));
    let actions = subject.incident.record.actions.iter().enumerate();
    let open = actions.filter(|(_, a)| a.status.is_open());
    let said = open.filter(|(_, action)| vague.says_nothing(&action.title));
    said.map(|(place, action)| {
        let message = format!("nobody can tell when `{}` is done", action.title);
        Remark::new(subject.record(), Place::field(&format!("actions.{place}.title")), message)
            .help("say what will be there then that is not there now: which alert, which test, which limit")
    })
    .collect()
}

impl Vague {
    fn says_nothing(&self, title: &str) -> bool {
        let said = words(title);
        let begins =
            self.begins.iter().any(|b| find(&said, &phrase(b)).first().is_some_and(|r| r.start == 0));
        let concrete = said.len() > self.most_words || title.chars().any(|c| c.is_ascii_digit());
        let appeal = self.phrases.iter().any(|p| !find(&said, &phrase(p)).is_empty());
        (begins && !concrete) || appeal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_actions_are_told_from_concrete_ones() {
        let vague = VAGUE.clone();
        for title in ["Improve monitoring", "Be more careful with deploys"] {
            assert!(vague.says_nothing(title), "{title}");
        }
        for title in ["Improve the alert on the pool so that it fires at 80%", "Alert when the pool is full"]
        {
            assert!(!vague.says_nothing(title), "{title}");
        }
    }
}
