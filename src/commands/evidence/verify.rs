//! `inc evidence verify`

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::{Done, open};
use crate::context::Context;
use crate::error::plain;
use crate::model::evidence::{Fate, Piece};
use crate::render;
use crate::render::columns::columns;
use crate::store::evidence::{EVIDENCE, pieces, shown, unregistered};
use crate::ui::{Tone, paint};

/// How many findings are shown.
const SHOWN: usize = 50;

/// What is wrong with a file: one word, its path, and a sentence.
struct Fault(&'static str, String, String);

pub(super) fn run(context: &Context) -> Result<Done> {
    let (store, folder, incident) = open(context)?;
    let pieces = pieces(&store.root, &folder.path, &incident);
    let mut faults: Vec<Fault> = pieces.iter().filter_map(fault).collect();
    for path in unregistered(&store.root, &folder.path, &pieces) {
        let whole = store.root.join(&folder.path).join(&path);
        let near = whole.strip_prefix(context.dir()).unwrap_or(&whole).display();
        let how = format!("no entry names it: `inc evidence add {near}`");
        faults.push(Fault("unregistered", path.to_string_lossy().replace('\\', "/"), how));
    }
    if context.globals.json {
        let found: Vec<_> = faults
            .iter()
            .map(|Fault(state, path, message)| json!({ "state": state, "path": path, "message": message }))
            .collect();
        let answer = json!({ "checked": pieces.len(), "findings": found });
        context.ui.out(&render::json::pretty(&answer)?);
    } else {
        say(context, &faults, pieces.len(), &folder.path);
    }
    Ok(if faults.is_empty() { Done::Clean } else { Done::Findings })
}

fn say(context: &Context, faults: &[Fault], checked: usize, folder: &Path) {
    let row = |Fault(word, path, why): &Fault| {
        vec![paint(Tone::Bad, word), paint(Tone::Strong, &plain(path)), plain(why)]
    };
    context.ui.out(&columns(&faults.iter().take(SHOWN).map(row).collect::<Vec<_>>()));
    if faults.len() > SHOWN {
        context.ui.out(&format!("and {} more: `inc evidence verify --json`", faults.len() - SHOWN));
    }
    let files = if checked == 1 { "file" } else { "files" };
    context.ui.say(&match faults.len() {
        0 => format!("{checked} {files} of evidence: all as they were kept"),
        n => format!(
            "{checked} {files} of evidence, {n} wrong; git has what was committed: `git log -- {}`",
            folder.join(EVIDENCE).display()
        ),
    });
}

fn fault(piece: &Piece) -> Option<Fault> {
    let (word, why) = match &piece.fate {
        _ if piece.is_same() => return None,
        Fate::Gone => ("missing", "it is not there".into()),
        Fate::Outside => ("outside", "its path leads out of the incident's folder".into()),
        Fate::Here(now, bytes) => {
            let was = piece.size.map(|s| format!("{} before, ", shown(s))).unwrap_or_default();
            ("changed", format!("{was}{} now, sha256 {}…", shown(*bytes), now.get(..12).unwrap_or(now)))
        }
    };
    Some(Fault(word, piece.path.clone(), why))
}
