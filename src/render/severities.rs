//! Severities as a person chooses one.

use crate::error::plain;
use crate::process::Process;
use crate::render::columns::columns;

/// A line for each severity, worst first: its word, its label, its limits, its criteria.
#[must_use]
pub fn list(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .severities
        .iter()
        .map(|s| {
            let limit = |what: &str, limit: Option<&crate::process::severity::Deadline>| {
                limit.map(|l| format!("{what} {}", l.0)).unwrap_or_default()
            };
            let mut criteria: Vec<String> = s.criteria.iter().map(|c| plain(c)).collect();
            criteria.extend(s.scope.as_deref().map(plain));
            let limits = [limit("respond", s.respond.as_ref()), limit("resolve", s.resolve.as_ref())];
            let limits: Vec<String> = limits.into_iter().filter(|l| !l.is_empty()).collect();
            vec![format!("  {}", plain(&s.id)), plain(&s.label), limits.join(", "), criteria.join("; ")]
        })
        .collect();
    columns(&rows).trim_end().to_owned()
}
