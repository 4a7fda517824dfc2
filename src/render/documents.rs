//! Documents from templates: an incident, its process and a language go in, text comes out. Nothing depends
//! on the time of rendering: what still runs is shown as of the last thing recorded.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use serde_json::{Map, Value};

use super::context;
use super::engine;
use super::forms::Forms;
use super::messages;
use crate::error::{Failure, invalid, refused};
use crate::model::Incident;
use crate::process::documents::{Document, Language};
use crate::process::{Process, Truth, builtin};

/// What the team's own folder holds under a template's name.
type Own<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The people as documents name them.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Full names by handle.
    pub names: BTreeMap<String, String>,
    /// Who fills each post, the first to be called first, by the post's id.
    pub posts: BTreeMap<String, Vec<String>>,
}

/// Looks up the text of a template: the team's own first, then the process's, then the default for the
/// language, then the default.
pub struct Templates<'a> {
    process: &'a str,
    language: &'a str,
    own: Option<Own<'a>>,
}

impl<'a> Templates<'a> {
    /// The built-in templates of a process.
    #[must_use]
    pub fn builtin(process: &'a Process) -> Self {
        Self { process: &process.name, language: &process.language, own: None }
    }

    /// The same, after what `own` finds under a template's name in the team's folder for the process.
    #[must_use]
    pub fn with_own(process: &'a Process, own: Own<'a>) -> Self {
        Self { own: Some(own), ..Self::builtin(process) }
    }

    /// The text of a template by its name, such as `incident.tera`; a name that leads out of the folder has
    /// none.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<Cow<'static, str>> {
        let plain = !file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\\', ':', '\0']);
        if !plain {
            return None;
        }
        if let Some(text) = self.own.and_then(|own| own(file)) {
            return Some(Cow::Owned(text));
        }
        [
            format!("processes/{}/documents/{file}", self.process),
            format!("documents/{}/{file}", self.language),
            format!("documents/{file}"),
        ]
        .iter()
        .find_map(|path| builtin::file(path))
        .map(Cow::Borrowed)
    }

    /// A template and all that it includes or extends, each with its name.
    pub(super) fn with_included(&self, file: &str, most: usize) -> Result<Vec<(String, String)>, Failure> {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut wanted = vec![file.to_owned()];
        while let Some(name) = wanted.pop() {
            if found.iter().any(|(n, _)| *n == name) {
                continue;
            }
            if found.len() == most {
                return Err(invalid(format!("{file}: it includes more than {most} templates")));
            }
            let text = self.text(&name).ok_or_else(|| self.missing(file, &name))?.into_owned();
            wanted.extend(included(&text));
            found.push((name, text));
        }
        Ok(found)
    }

    fn missing(&self, file: &str, name: &str) -> Failure {
        let by = if file == name { String::new() } else { format!("{file}: ") };
        let process = self.process;
        invalid(format!("{by}there is no template `{}` for the process `{process}`", name.escape_debug()))
            .hint(format!("put it beside `process.yaml`, as `documents/{}`", name.escape_debug()))
    }
}

/// The names in `{% include "…" %}` and `{% extends "…" %}`.
fn included(text: &str) -> impl Iterator<Item = String> {
    text.split("{%").skip(1).filter_map(|tag| {
        let tag = tag.trim_start_matches('-').trim_start();
        let rest = tag.strip_prefix("include").or_else(|| tag.strip_prefix("extends"))?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split_once(quote).map(|(name, _)| name.to_owned())
    })
}

/// Renders a document of the process from an incident.
///
/// # Errors
/// The document does not apply, is public while the incident is restricted, lacks a field that it needs, or
/// its template is missing or wrong.
pub fn render(
    document: &Document,
    incident: &Incident,
    process: &Process,
    language: &Arc<Language>,
    people: &People,
    templates: &Templates<'_>,
) -> Result<String> {
    Values::new(incident, process, language, people)?.render(document, templates)
}

/// What documents of an incident are made from, for rendering several.
pub struct Values<'a> {
    incident: &'a Incident,
    process: &'a Process,
    forms: Forms,
    by_name: Map<String, Value>,
    context: tera::Context,
}

impl<'a> Values<'a> {
    /// The values of an incident; `people` gives the name under which somebody known by a handle appears.
    ///
    /// # Errors
    /// A form of the language is none.
    pub fn new(
        incident: &'a Incident,
        process: &'a Process,
        language: &Arc<Language>,
        people: &People,
    ) -> Result<Self> {
        let forms = Forms::new(process, language);
        // A form of the language that is none is said at once, whichever times the template shows.
        forms.datetime(incident.last_recorded().unwrap_or_default()).map_err(invalid)?;
        let by_name = context::values(incident, process, &forms, people);
        let context = context::tera(&by_name)?;
        Ok(Self { incident, process, forms, by_name, context })
    }

    /// A document of the process from these values.
    ///
    /// # Errors
    /// As [`render`].
    pub fn render(&self, document: &Document, templates: &Templates<'_>) -> Result<String> {
        check(document, self.incident, self.process, &self.by_name)?;
        Ok(engine::render(templates, &document.template, &self.forms, &self.context)?)
    }
}

/// Fills in the places of a message, such as the words that a process has for a state, as plain text; `name`
/// is what an error calls it.
///
/// Places beside those of documents: `features` (else the services), `cause`, `measures`, `downtime_minutes`,
/// `postmortem_date`, and what `more` gives by name. A `next_update` given as RFC 3339 is shown as the
/// language writes it.
///
/// # Errors
/// A place names a value that nobody has written, said with the field to fill, or that there is not; or the
/// message is no template.
pub fn fill(
    message: &str,
    name: &str,
    more: &[(&str, Value)],
    incident: &Incident,
    process: &Process,
    language: &Arc<Language>,
) -> Result<String> {
    let forms = Forms::new(process, language);
    let mut values = context::values(incident, process, &forms, &People::default());
    messages::add_places(&mut values, more, incident, &forms)?;
    messages::check_places(message, name, incident, &values)?;
    Ok(engine::fill(message, name, &forms, &context::tera(&values)?)?)
}

fn check(
    document: &Document,
    incident: &Incident,
    process: &Process,
    values: &Map<String, Value>,
) -> Result<(), Failure> {
    let (id, name) = (&document.id, incident.id());
    if document.public && incident.record.restricted {
        return Err(refused(format!("`{id}` is public and the incident {name} is restricted"))
            .hint("take `restricted` out of `incident.yaml` once anybody may know"));
    }
    let applies = document.when.as_ref().map(|when| when.holds(incident, process.worst_standing(incident)));
    match applies {
        Some(Truth::No) => {
            return Err(refused(format!("`{id}` does not apply to the incident {name}"))
                .hint(format!("`inc process show {}` says when each document applies", process.name)));
        }
        Some(Truth::Unknown(field)) => {
            return Err(refused(format!(
                "whether `{id}` applies to {name} depends on `{field}`, which is empty"
            ))
            .hint(format!("inc update -i {name} --set {field}=…")));
        }
        Some(Truth::Yes) | None => {}
    }
    let missing: Vec<&String> = document.needs.iter().filter(|path| is_empty(values, path)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let fields: Vec<String> = missing.iter().map(|path| format!("`{path}`")).collect();
    Err(refused(format!(
        "`{id}` cannot be rendered: {} of {name} {}",
        fields.join(", "),
        if missing.len() == 1 { "is empty" } else { "are empty" }
    ))
    .hint(format!("inc update -i {name} --set {first}=…")))
}

/// Whether nobody wrote anything into a field of the record.
fn is_empty(values: &Map<String, Value>, path: &str) -> bool {
    let mut parts = path.split('.');
    let root = parts.next().and_then(|part| values.get(part));
    let value = parts.fold(root, |value, part| value.and_then(|v| v.get(part)));
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(fields)) => fields.values().all(Value::is_null),
        Some(_) => false,
    }
}
