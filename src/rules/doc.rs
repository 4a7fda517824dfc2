//! A rule's documentation is the doc comment of its own file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::words::list;

/// The clauses that rules stand for, by the rule's id, read once.
static CLAUSES: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| list("clauses"));

/// The clauses that a rule stands for; none of a rule that is our own.
pub(super) fn clauses(id: &str) -> &'static [String] {
    CLAUSES.get(id).map_or(&[], Vec::as_slice)
}

/// The headings that every rule's documentation has, in this order.
#[cfg(test)]
const HEADINGS: [&str; 4] = ["## What it checks", "## Why", "## Example", "## Instead"];

/// The text of the leading `//!` lines.
pub(super) fn of(source: &str) -> String {
    let lines: Vec<&str> = source
        .lines()
        .map_while(|l| l.strip_prefix("//!"))
        .map(|l| l.strip_prefix(' ').unwrap_or(l))
        .collect();
    lines.join("\n")
}

/// Everything before the first empty line.
pub(super) fn summary(source: &str) -> String {
    let doc = of(source);
    let paragraph: Vec<&str> = doc.lines().take_while(|l| !l.trim().is_empty()).collect();
    paragraph.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_documented_under_the_same_headings() {
        for rule in crate::rules::all() {
            let doc = rule.doc();
            let found: Vec<&str> = doc.lines().filter(|l| l.starts_with('#')).collect();
            let own: Vec<&str> = found.iter().copied().filter(|l| HEADINGS.contains(l)).collect();
            assert_eq!(own, HEADINGS, "{}", rule.id);
            assert!(rule.summary().ends_with('.'), "{} begins with a sentence", rule.id);
            for (name, _) in rule.parameters {
                assert!(doc.contains(&format!("`{name}`")), "{} explains `{name}`", rule.id);
            }
        }
    }

    #[test]
    fn clauses_are_of_rules_that_there_are() {
        assert!(CLAUSES.len() > 30, "the list can be read");
        for (id, clauses) in CLAUSES.iter() {
            assert!(crate::rules::find(id).is_some_and(|r| r.id == id), "{id} is no rule");
            assert!(
                !clauses.is_empty()
                    && crate::rules::find(id).unwrap().doc().ends_with(clauses.last().unwrap())
            );
        }
    }

    #[test]
    fn no_two_rules_have_the_same_id() {
        let mut ids: Vec<String> = crate::rules::all().iter().map(|r| r.id.to_lowercase()).collect();
        ids.sort();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
