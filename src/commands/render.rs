//! `inc render`

use std::path::PathBuf;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, Opened};
pub use crate::documents::{applies, document};
use crate::error::usage;
use crate::process::Process;
use crate::process::documents::Document;
use crate::store::{atomic, yaml};

/// Render a document of the process from the incident
///
/// Without a name: the incident's report, INCIDENT.md. Documents that people write, such as POSTMORTEM.md, keep
/// what people wrote; only the blocks between `inc`'s markers are refreshed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which document of the process
    #[arg(value_name = "DOCUMENT")]
    pub document: Option<String>,
    /// Every document that has a file
    #[arg(long, conflicts_with = "document")]
    pub all: bool,
    /// Print it instead of writing its file
    #[arg(long)]
    pub stdout: bool,
}

/// Renders documents.
///
/// # Errors
/// There is no such document, a field that it needs is missing, or its template is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    if args.stdout {
        return print(context, args);
    }
    let change = Change::open(context, None)?;
    let wanted: Vec<&Document> = match &args.document {
        Some(_) => vec![choose(change.process(), args.document.as_deref())?],
        None if args.all => {
            let applies = |d: &&Document| d.file.is_some() && applies(d, change.process(), &change.incident);
            change.process().documents.iter().filter(applies).collect()
        }
        None => vec![choose(change.process(), None)?],
    };
    let mut written: Vec<PathBuf> = Vec::new();
    for document in wanted {
        let text = change.document_text(document)?;
        let Some(file) = &document.file else {
            context.ui.out(&text);
            continue;
        };
        let path = change.folder.path.join(file);
        let place = atomic::inside(&change.store.root, &path)?;
        if place.exists() && atomic::read_text(&change.store.root, &path, yaml::MAX_BYTES as u64 * 8)? == text
        {
            context.ui.out(&format!("{} is up to date", path.display()));
            continue;
        }
        atomic::write(&place, text.as_bytes())?;
        context.ui.out(&format!("rendered {}", path.display()));
        written.push(path);
    }
    change.commit(written, &change.message("render its documents"))?;
    Ok(Done::Clean)
}

fn print(context: &Context, args: &Args) -> Result<Done> {
    let Opened { store, incident, found, .. } = context.open(None)?;
    let wanted = choose(&found.process, args.document.as_deref())?;
    context.ui.out(&document(&store, &found, &incident, wanted)?);
    Ok(Done::Clean)
}

/// The document of a name; the first that has a file and is rendered whole, when there is none.
fn choose<'a>(process: &'a Process, name: Option<&str>) -> Result<&'a Document> {
    let Some(name) = name else {
        let first = process.documents.iter().find(|d| d.file.is_some() && !d.managed);
        return first.ok_or_else(|| usage(format!("{} has no report", process.pin())).into());
    };
    process.document(name).ok_or_else(|| {
        let known: Vec<&str> = process.documents.iter().map(|d| d.id.as_str()).collect();
        let failure = usage(format!("{} has no document `{}`", process.pin(), name.escape_debug()))
            .did_you_mean(name, known.iter().copied());
        failure.hint(format!("its documents: {}", known.join(", "))).into()
    })
}
