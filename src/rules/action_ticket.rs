//! Actions name the ticket that tracks them.
//!
//! ## What it checks
//! Where the parameter `pattern` is set: that each action which is not cancelled has a `ticket` that matches it. In
//! the pattern `#` stands for digits, `*` for anything, and `\` takes the next sign as it is: `OPS-#`,
//! `https://tracker.test/*`, `*/*\##` for `owner/repo#12`. Without the parameter nothing is checked.
//!
//! ## Why
//! Work that is not in the team's tracker competes with nothing there, and loses.
//!
//! ## Example
//! ```yaml
//! - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01 }
//! ```
//!
//! ## Instead
//! ```yaml
//! - { id: a1, title: Alert when the pool is 80% full, owner: alice, due: 2025-12-01, ticket: OPS-4711 }
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::ActionStatus;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("pattern", "")],
    ..Rule::new("action-ticket", Weight::Warning, include_str!("action_ticket.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let Some(pattern) = subject.levels().text(&RULE, "pattern") else { return Vec::new() };
    let kept = subject.settled_actions().filter(|(_, a)| a.status != ActionStatus::Cancelled);
    kept.filter_map(|(place, action)| {
        let (field, what) = match &action.ticket {
            None => ("title", "has no ticket".to_owned()),
            Some(ticket) if !matches(&pattern, ticket) => {
                ("ticket", format!("has the ticket `{ticket}`, which is not like `{pattern}`"))
            }
            Some(_) => return None,
        };
        let place = Place::field(&format!("actions.{place}.{field}"));
        let message = format!("action `{}` {what}", action.id);
        Some(
            Remark::new(subject.record(), place, message)
                .help(format!("open one and add `ticket: {pattern}`")),
        )
    })
    .collect()
}

/// Whether a text is like a pattern: `#` is one digit or more, `*` is anything, `\` takes the next sign as it is.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut chars = pattern.chars();
    let Some(first) = chars.next() else { return text.is_empty() };
    let rest = chars.as_str();
    match first {
        '*' => text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| matches(rest, &text[at..])),
        '#' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && matches(rest, &text[digits..])
        }
        '\\' => {
            let mut rest = rest.chars();
            let sign = rest.next().unwrap_or(first);
            text.strip_prefix(sign).is_some_and(|text| matches(rest.as_str(), text))
        }
        c => text.strip_prefix(c).is_some_and(|text| matches(rest, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_like_their_pattern_or_not() {
        assert!(matches("OPS-#", "OPS-4711") && matches("https://t.test/*", "https://t.test/é/1"));
        assert!(matches(r"*/*\##", "acme/shop#12") && !matches(r"*/*\##", "acme/shop12"));
        assert!(!matches("OPS-#", "OPS-") && !matches("OPS-#", "OPS-47x") && !matches("OPS-#", "DEV-1"));
    }
}
