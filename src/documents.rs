//! Documents of an incident from the templates that its process has: between the store, which reads, and the
//! renderer, which writes.

use std::path::Path;

use anyhow::Result;

use crate::error::invalid;
use crate::model::Incident;
use crate::process::documents::Document;
use crate::process::{Process, Truth};
use crate::render::{People, Templates, Values, managed};
use crate::store::processes::Found;
use crate::store::{Store, atomic, yaml};

/// Whether a document applies to the incident at its worst.
#[must_use]
pub fn applies(document: &Document, process: &Process, incident: &Incident) -> bool {
    document.when.as_ref().is_none_or(|w| w.holds(incident, process.worst_standing(incident)) == Truth::Yes)
}

/// A document of an incident as its template gives it. One that has no file names who fills each post in the week
/// of the last entry; one that is kept says only what was written down, since posts change hands and who fills them
/// may be known in other places than where it is checked.
///
/// # Errors
/// A field that it needs is missing, or its template is wrong.
pub fn document(store: &Store, found: &Found, incident: &Incident, wanted: &Document) -> Result<String> {
    let mut people = People { names: store.settings.names.clone(), ..People::default() };
    if wanted.file.is_none() {
        let zone = found.process.timezone;
        let day = incident.last_recorded().unwrap_or_default().with_timezone(&zone).date_naive();
        people.posts = store.settings.fillings(day);
    }
    let values = Values::new(incident, &found.process, &found.language, &people)?;
    from_values(store, found, &values, wanted)
}

/// What the documents that lie beside an incident are made from.
///
/// # Errors
/// A form of the language is none.
pub fn values<'a>(store: &Store, found: &'a Found, incident: &'a Incident) -> Result<Values<'a>> {
    let people = People { names: store.settings.names.clone(), ..People::default() };
    Values::new(incident, &found.process, &found.language, &people)
}

/// A document from the values of its incident.
///
/// # Errors
/// As [`document`].
pub fn from_values(store: &Store, found: &Found, values: &Values<'_>, wanted: &Document) -> Result<String> {
    let own = |file: &str| store.processes.own_template(found, file);
    values.render(wanted, &Templates::with_own(&found.process, &own))
}

/// A document as its file in an incident's folder should be: rendered whole, or with its blocks refreshed.
///
/// # Errors
/// As [`document`], and when the markers in the file are wrong.
pub fn beside(
    store: &Store,
    found: &Found,
    incident: &Incident,
    (folder, wanted): (&Path, &Document),
) -> Result<String> {
    let fresh = document(store, found, incident, wanted)?;
    let path = wanted.file.as_ref().filter(|_| wanted.managed).map(|f| folder.join(f));
    match path.filter(|p| store.root.join(p).exists()) {
        Some(path) => {
            let existing = atomic::read_text(&store.root, &path, yaml::MAX_BYTES as u64)?;
            managed::refresh(&existing, &fresh).map_err(|problem| {
                invalid(format!("{}: {problem}; nothing was written", path.display()))
                    .hint("mend the markers by hand, or take the whole file out to have it made anew")
                    .into()
            })
        }
        None => Ok(fresh),
    }
}
