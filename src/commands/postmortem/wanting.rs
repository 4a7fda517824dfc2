//! What the process asks of a post-mortem and the record does not say yet.

use serde_json::Value;

use crate::model::Incident;
use crate::process::Process;

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
    let record = serde_json::to_value(&incident.record).unwrap_or_default();
    let asked = &process.postmortem;
    let empty = asked.fields.iter().filter(|f| is_empty(at(&record, f)));
    let mut wanting: Vec<Wanting> =
        empty.map(|f| Wanting { field: f.clone(), command: command(f) }).collect();
    let (asked, there) = (asked.whys.unwrap_or(0), incident.record.analysis.whys.len());
    if asked > there {
        wanting.retain(|w| w.field != WHYS);
        wanting.push(Wanting { field: format!("{WHYS} ({there} of {asked})"), command: command(WHYS) });
    }
    wanting
}

const WHYS: &str = "analysis.whys";

fn at<'a>(record: &'a Value, field: &str) -> Option<&'a Value> {
    field.split('.').try_fold(record, |node, key| node.get(key))
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}

/// The command that fills a field.
fn command(field: &str) -> String {
    const LISTS: [&str; 6] = [
        "services",
        "analysis.contributing_factors",
        "analysis.went_well",
        "analysis.to_improve",
        "analysis.lucky",
        "analysis.symptoms",
    ];
    match field {
        WHYS => "inc why \"…\"".into(),
        "actions" => "inc action add \"…\" --owner WHO --due DAY".into(),
        "analysis.lessons" => "inc update --set analysis.lessons.technical+=\"…\"".into(),
        "analysis.root_cause" => {
            "inc update --set analysis.root_cause.status=found --set analysis.root_cause.text=\"…\"".into()
        }
        list if LISTS.contains(&list) => format!("inc update --set {list}+=\"…\""),
        field => format!("inc update --set {field}=\"…\""),
    }
}

/// A line for each, after a line that says what they are; or that nothing is missing.
pub(super) fn list(wanting: &[Wanting]) -> String {
    if wanting.is_empty() {
        return "all that the process asks for is written".into();
    }
    let rows: Vec<Vec<String>> =
        wanting.iter().map(|w| vec![format!("  {}", w.field), w.command.clone()]).collect();
    format!("still to be written:\n{}", crate::render::columns::columns(&rows))
}
