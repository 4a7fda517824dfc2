//! Documents of an incident from the templates that its process has: between the store, which reads, and the
//! renderer, which writes.

use anyhow::Result;

use crate::model::Incident;
use crate::process::documents::Document;
use crate::process::{Process, Truth};
use crate::render::Templates;
use crate::store::Store;
use crate::store::processes::Found;

/// Whether a document applies to the incident at its worst.
#[must_use]
pub fn applies(document: &Document, process: &Process, incident: &Incident) -> bool {
    document.when.as_ref().is_none_or(|w| w.holds(incident, process.worst_standing(incident)) == Truth::Yes)
}

/// A document of an incident as its template gives it.
///
/// # Errors
/// A field that it needs is missing, or its template is wrong.
pub fn document(store: &Store, found: &Found, incident: &Incident, wanted: &Document) -> Result<String> {
    let own = |file: &str| store.processes.own_template(found, file);
    let templates = Templates::with_own(&found.process, &own);
    crate::render::render(wanted, incident, &found.process, &found.language, &|_| None, &templates)
}
