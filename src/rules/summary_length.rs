//! The summary is two or three sentences long.
//!
//! ## What it checks
//! That `analysis.summary`, where there is one and the incident is resolved, has as many sentences as the parameter
//! `sentences` allows.
//!
//! ## Why
//! The summary is what most people read, and all that many read. One sentence mostly leaves out whom it hurt or how
//! it ended; a page is not read.
//!
//! ## Example
//! ```yaml
//! summary: The API was slow.
//! ```
//!
//! ## Instead
//! ```yaml
//! summary: >-
//!   The connection pool was full. For an hour, six users in ten waited five seconds for each page. A larger pool
//!   ended it.
//! ```

use super::placeholder::PLACEHOLDERS;
use super::words::sentences;
use super::{Check, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("sentences", "2-3")],
    ..Rule::new("summary-length", Weight::Warning, include_str!("summary_length.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let range = subject.levels().text(&RULE, "sentences").unwrap_or_default();
    let bounds =
        range.split_once('-').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    let (Some(summary), Some((least, most)), false) =
        (&subject.incident.record.analysis.summary, bounds, subject.incident.status.is_open())
    else {
        return Vec::new();
    };
    let found: usize = sentences(summary).len();
    // An empty summary is a missing one, and a placeholder is none.
    if found == 0 || PLACEHOLDERS.in_text(summary).is_some() || (least..=most).contains(&found) {
        return Vec::new();
    }
    let plural = if found == 1 { "" } else { "s" };
    let message = format!("the summary has {found} sentence{plural}; {range} are asked for");
    let remark = Remark::new(subject.record(), Place::field("analysis.summary"), message);
    vec![remark.help(
        "say what happened, whom it hurt and how it ended; the story belongs into `analysis.what_happened`",
    )]
}
