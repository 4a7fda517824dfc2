//! Incidents from a few lines of YAML, and their documents.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::path::Path;
use std::sync::Arc;

use inc::model::entry::Fields;
use inc::model::{Incident, Record, fold};
use inc::render::{People, Templates, render};
use inc::store::processes::{Found, Processes};

/// A built-in process with its language.
pub fn process(name: &str) -> Arc<Found> {
    Processes::new(Path::new("no such folder")).get(name).unwrap()
}

/// An incident from its record and its entries, each `front matter | text` on one line of flow YAML.
pub fn incident(record: &str, entries: &[(&str, &str)]) -> Incident {
    let record: Record = serde_yaml::from_str(record).unwrap();
    let entries = entries.iter().enumerate().map(|(i, (fields, text))| {
        let fields = if fields.contains("recorded:") {
            format!("{{ {fields} }}")
        } else {
            let at = fields.split("at: ").nth(1).unwrap().split(',').next().unwrap();
            format!("{{ recorded: {at}, {fields} }}")
        };
        let fields = if fields.contains("by:") { fields } else { fields.replacen('{', "{ by: alice, ", 1) };
        let fields: Fields = serde_yaml::from_str(&fields).unwrap_or_else(|e| panic!("{fields}: {e}"));
        fields.into_entry(format!("entry-{i:02}"), (*text).to_owned()).unwrap()
    });
    fold(record, entries.collect())
}

pub fn people() -> People {
    let known = [("alice", "Alice Martin"), ("bob", "Bob N'Guessan"), ("carol", "Carol Díaz")];
    let names = known.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
    People { names, ..People::default() }
}

/// A document of a built-in process, rendered twice to the same bytes.
pub fn document(id: &str, found: &Found, incident: &Incident) -> anyhow::Result<String> {
    let document = found.process.document(id).unwrap();
    let templates = Templates::builtin(&found.process);
    let once = render(document, incident, &found.process, &found.language, &people(), &templates)?;
    let twice = render(document, incident, &found.process, &found.language, &people(), &templates)?;
    assert_eq!(once, twice);
    Ok(once)
}
