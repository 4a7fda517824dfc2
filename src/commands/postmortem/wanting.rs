//! What the process asks of a post-mortem and the record does not say yet.

use crate::model::Incident;
use crate::process::Process;
use crate::rules::{self, filling};

/// A field of the record that is not filled, and how to fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanting {
    /// The field with dots between its parts; with how many of how many, for the whys.
    pub(super) field: String,
    /// The command that fills it.
    pub(super) command: String,
}

/// The fields that are not filled, in the process's order.
pub(super) fn of(incident: &Incident, process: &Process) -> Vec<Wanting> {
    let asked = &process.postmortem;
    let empty = rules::unfilled(incident, process).into_iter();
    let mut wanting: Vec<Wanting> = empty.map(|field| Wanting { command: filling(&field), field }).collect();
    let (asked, there) = (asked.whys.unwrap_or(0), incident.record.analysis.whys.len());
    if asked > there {
        wanting.retain(|w| w.field != WHYS);
        wanting.push(Wanting { field: format!("{WHYS} ({there} of {asked})"), command: filling(WHYS) });
    }
    wanting
}

const WHYS: &str = "analysis.whys";

/// A line for each, after a line that says what they are; or that nothing is missing.
pub(super) fn list(wanting: &[Wanting]) -> String {
    if wanting.is_empty() {
        return "all that the process asks for is written".into();
    }
    let rows: Vec<Vec<String>> =
        wanting.iter().map(|w| vec![format!("  {}", w.field), w.command.clone()]).collect();
    format!("still to be written:\n{}", crate::render::columns::columns(&rows))
}
