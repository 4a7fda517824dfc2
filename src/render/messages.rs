//! The places of public messages: what they are called, and the field of the record that fills each.

use serde_json::{Map, Value, json};

use super::forms::Forms;
use crate::error::{Failure, invalid, refused, usage};
use crate::model::Incident;
use crate::model::instant::Instant;

/// A place and what must be written for it.
const FILLED_BY: [(&str, &str); 5] = [
    ("features", "impact.features"),
    ("cause", "analysis.root_cause"),
    ("measures", "analysis.resolution"),
    ("downtime_minutes", "down and up"),
    ("postmortem_date", "the post-mortem's meeting"),
];

/// Adds the places that messages have beside documents; what is not known is left out.
pub(super) fn add_places(
    values: &mut Map<String, Value>,
    more: &[(&str, Value)],
    incident: &Incident,
    forms: &Forms,
) -> Result<(), Failure> {
    let record = &incident.record;
    let listed = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
    let features = listed(&record.impact.features).or_else(|| listed(&record.services));
    let cause = record.analysis.root_cause.as_ref().and_then(|c| c.text.clone());
    let cause = cause.map(|c| c.trim().trim_end_matches('.').to_owned());
    let down = incident.last_recorded().map(|at| incident.downtime_seconds(at) / 60);
    let down = down.filter(|_| !incident.downtimes.is_empty());
    let meeting = values.get("meeting").and_then(Value::as_str).and_then(|at| at.parse::<Instant>().ok());
    let meeting = meeting.map(|at| forms.date(at)).transpose().map_err(invalid)?;
    for (name, value) in [
        ("features", json!(features)),
        ("cause", json!(cause)),
        ("measures", json!(record.analysis.resolution)),
        ("downtime_minutes", json!(down)),
        ("postmortem_date", json!(meeting)),
    ] {
        values.insert(name.to_owned(), value);
    }
    for (name, value) in more {
        values.insert((*name).to_owned(), value.clone());
    }
    let next = values.get("next_update").and_then(Value::as_str).and_then(|at| at.parse::<Instant>().ok());
    if let Some(next) = next {
        let reference = incident.last_recorded().unwrap_or(next);
        values.insert("next_update".to_owned(), forms.beside(next, reference).map_err(invalid)?.into());
    }
    Ok(())
}

/// Refuses a message with a place that nobody has filled.
pub(super) fn check_places(
    message: &str,
    name: &str,
    incident: &Incident,
    values: &Map<String, Value>,
) -> Result<(), Failure> {
    for place in places(message) {
        if values.get(place).is_some_and(|value| !value.is_null()) {
            continue;
        }
        let Some((_, field)) = FILLED_BY.iter().find(|(p, _)| *p == place) else {
            if place == "next_update" {
                let message = format!("the message `{name}` says when the next one follows, and nobody has");
                return Err(usage(message).hint("give `--next 30m`"));
            }
            continue;
        };
        let failure =
            refused(format!("the message `{name}` needs `{field}` of {}, which is empty", incident.id()));
        let set = !field.contains(' ');
        let hint = format!("inc update -i {} --set {field}=…", incident.id());
        return Err(if set { failure.hint(hint) } else { failure });
    }
    Ok(())
}

/// The names that stand alone in `{{ … }}`.
fn places(message: &str) -> impl Iterator<Item = &str> {
    let tags = message.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    tags.map(|(name, _)| name.trim().trim_matches('-').trim())
}
