//! The title says in one line what is wrong.
//!
//! ## What it checks
//! That `title` is not empty, is one line without control characters, and is no longer than the parameter
//! `longest` allows (in characters).
//!
//! ## Why
//! The title is what people see in lists, messages and branch names, often without anything else.
//!
//! ## Example
//! ```yaml
//! title: ""
//! ```
//!
//! ## Instead
//! ```yaml
//! title: Checkout answers with errors
//! ```

use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("longest", "120")],
    ..Rule::new("title", Weight::Error, include_str!("title.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let title = &subject.incident.record.title;
    let remark = |message: String| Remark::new(subject.record(), Place::field("title"), message);
    let longest: usize =
        subject.levels().text(&RULE, "longest").and_then(|l| l.parse().ok()).unwrap_or(usize::MAX);
    let length = title.chars().count();
    let found = if title.trim().is_empty() {
        Some(remark("the title is empty".into()).help("say in a few words what does not work"))
    } else if title.trim_end().chars().any(char::is_control) {
        Some(remark("the title has a line end or a control character".into()).help("write it on one line"))
    } else if length > longest {
        let message = format!("the title has {length} characters; {longest} are the most");
        Some(remark(message).weighing(Weight::Warning).help("the rest belongs into `impact.summary`"))
    } else {
        None
    };
    found.into_iter().collect()
}
