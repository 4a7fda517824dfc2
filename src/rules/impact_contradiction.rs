//! The figures of the impact agree with one another.
//!
//! ## What it checks
//! That no more users are affected than there are; that the percentage is the one that count and total give,
//! within the parameter `tolerance` (in percentage points); that percentages lie between 0 and 100; that the
//! same data is not both affected and safe; that nobody was hurt by what nobody could see.
//!
//! ## Why
//! Severity, who is told and what is reported follow from these figures. When two of them disagree, one
//! is wrong, and nobody knows which.
//!
//! ## Example
//! ```yaml
//! users: { count: 600, total: 1000, percent: 30 }
//! ```
//!
//! ## Instead
//! ```yaml
//! users: { count: 600, total: 1000 }   # the percentage is computed
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::Impact;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("tolerance", "1")],
    ..Rule::new(
        "impact-contradiction",
        Weight::Error,
        include_str!("impact_contradiction.rs"),
        Check::Incident(check),
    )
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let impact = &subject.incident.record.impact;
    let tolerance = subject.levels().text(&RULE, "tolerance").and_then(|t| t.parse().ok()).unwrap_or(0.0);
    let found = users(impact, tolerance).into_iter().chain(percentages(impact)).chain(data(impact));
    found
        .map(|(field, message, help)| Remark::new(subject.record(), Place::field(&field), message).help(help))
        .collect()
}

/// A field, what is wrong with it, and how to mend it.
type Contradiction = (String, String, &'static str);

fn users(impact: &Impact, tolerance: f64) -> Option<Contradiction> {
    let users = &impact.users;
    let (count, total) = (users.count?, users.total?);
    if count > total {
        let message = format!("{count} users of {total}: more than there are");
        return Some(("impact.users.count".into(), message, "correct the count or the total"));
    }
    let without = crate::model::record::Users { percent: None, ..users.clone() };
    let (said, computed) = (users.percent?, without.share()?);
    ((said - computed).abs() > tolerance).then(|| {
        let message = format!("{said} % is not {count} of {total}: that is {computed:.1} %");
        ("impact.users.percent".into(), message, "leave the percentage out: it is computed")
    })
}

fn percentages(impact: &Impact) -> Vec<Contradiction> {
    let fields = [
        ("impact.users.percent", impact.users.percent),
        ("impact.revenue_percent", impact.revenue_percent),
        ("impact.max_error_rate_percent", impact.max_error_rate_percent),
        ("impact.availability_percent", impact.availability_percent),
    ];
    let wrong =
        fields.into_iter().filter_map(|(f, v)| v.filter(|v| !(0.0..=100.0).contains(v)).map(|v| (f, v)));
    wrong.map(|(field, value)| (field.into(), format!("{value} % is no share"), "write 0 to 100")).collect()
}

fn data(impact: &Impact) -> Vec<Contradiction> {
    let both = impact.data.safe.iter().enumerate().filter(|(_, d)| impact.data.affected.contains(d));
    let both = both.map(|(n, d)| {
        let message = format!("`{d}` is both affected and safe");
        (format!("impact.data.safe.{n}"), message, "keep it in one of the two lists")
    });
    let unseen = impact.users.count.filter(|n| *n > 0 && impact.visible == Some(false)).map(|n| {
        let message = format!("not visible to users, and {n} of them are affected");
        ("impact.visible".into(), message, "correct `visible` or the count of users")
    });
    both.chain(unseen).collect()
}
