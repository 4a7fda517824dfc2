//! Figures over many incidents as a table, JSON, CSV and `OpenMetrics` text.

mod csv;
mod json;
mod openmetrics;
mod table;

use std::collections::BTreeMap;

use crate::clock::summary::groups::{By, groups};
use crate::clock::summary::{LeftOut, Subject, Summary, counted, summary};
use crate::clock::targets::{Judged, judged};
use crate::model::instant::Instant;

pub use csv::csv;
pub use json::json;
pub use openmetrics::openmetrics;
pub use table::table;

/// All that `inc metrics` shows.
#[derive(Debug)]
pub struct Report {
    /// From when on incidents began.
    pub since: Option<Instant>,
    /// Until when they began.
    pub until: Option<Instant>,
    /// Over all of them.
    pub all: Summary,
    /// What groups are told apart by: `severity`.
    pub by: Option<&'static str>,
    /// Over each group.
    pub groups: Vec<(String, Summary)>,
    /// Over each month, from the first to the last in which an incident began.
    pub months: Vec<(String, Summary)>,
    /// The targets of each process.
    pub targets: Vec<Judged>,
}

impl Report {
    /// The figures of incidents.
    #[must_use]
    pub fn new(subjects: &[Subject<'_>], by: Option<By>, [since, until]: [Option<Instant>; 2]) -> Self {
        let over = |(label, of): (String, Vec<Subject<'_>>)| (label, summary(&of));
        let grouped = by.map(|by| groups(subjects, by)).unwrap_or_default();
        Self {
            since,
            until,
            all: summary(subjects),
            by: by.map(By::name),
            groups: grouped.into_iter().map(over).collect(),
            months: by_month(&counted(subjects)).into_iter().map(over).collect(),
            targets: judged(subjects),
        }
    }
}

/// The incidents of each month, months in between included; those without a beginning are in none.
fn by_month<'a>(subjects: &[Subject<'a>]) -> Vec<(String, Vec<Subject<'a>>)> {
    let mut found: BTreeMap<&str, Vec<Subject<'a>>> = BTreeMap::new();
    for subject in subjects {
        if let Some(month) = &subject.measured.month {
            found.entry(month).or_default().push(*subject);
        }
    }
    let last = found.last_key_value().map(|(month, _)| (*month).to_owned());
    let mut next = found.first_key_value().map(|(month, _)| (*month).to_owned());
    let mut months = Vec::new();
    while let Some(name) = next.filter(|n| Some(n) <= last.as_ref()) {
        next = after(&name);
        let of = found.remove(name.as_str()).unwrap_or_default();
        months.push((name, of));
    }
    months
}

fn after(month: &str) -> Option<String> {
    let first: chrono::NaiveDate = format!("{month}-01").parse().ok()?;
    Some(first.checked_add_months(chrono::Months::new(1))?.format("%Y-%m").to_string())
}

/// How many were left out, each with the reason: `2 not resolved, 1 detected before started`.
fn why(left_out: &LeftOut) -> String {
    let parts: Vec<String> = left_out.iter().map(|(why, ids)| format!("{} {why}", ids.len())).collect();
    parts.join(", ")
}

fn how_many(left_out: &LeftOut) -> usize {
    left_out.values().map(Vec::len).sum()
}
