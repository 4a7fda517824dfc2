//! `inc evidence list`

use anyhow::Result;
use serde_json::json;

use super::{Done, entries, open, size, what};
use crate::clock::time::format_beside;
use crate::context::Context;
use crate::error::plain;
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::model::instant::rfc3339;
use crate::render;
use crate::render::columns::columns;
use crate::ui::{Tone, paint};

pub(super) fn run(context: &Context) -> Result<Done> {
    let (store, _, incident) = open(context)?;
    let found = store.processes.get(&incident.record.process)?;
    if context.globals.json {
        let json: Vec<_> = entries(&incident).map(json_of).collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let row = |e: &Entry| {
        let Kind::Evidence { sha256, origin, of_type, .. } = &e.kind else { return Vec::new() };
        let digest: String = sha256.iter().flat_map(|d| d.chars().take(12)).collect();
        let from = origin.as_ref().map(|o| format!("from {}", plain(o))).unwrap_or_default();
        vec![
            format_beside(e.at, context.now, found.process.timezone),
            plain(&e.by),
            paint(Tone::Strong, &what(&e.kind)),
            size(&e.kind),
            plain(&digest),
            paint(Tone::Dim, &from),
            of_type.as_deref().map(plain).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = entries(&incident).map(row).collect();
    if rows.is_empty() {
        context.ui.out(&format!("{} has no evidence yet: `inc evidence add FILE`", incident.id()));
    } else {
        context.ui.out(&columns(&rows));
    }
    Ok(Done::Clean)
}

fn json_of(entry: &Entry) -> serde_json::Value {
    let Kind::Evidence { path, url, sha256, size, files, origin, of_type } = &entry.kind else {
        return json!(null);
    };
    json!({
        "entry": entry.name, "at": rfc3339(entry.at), "by": entry.by, "path": path, "url": url,
        "sha256": sha256, "size": size, "files": files, "origin": origin, "type": of_type, "text": entry.text,
    })
}
