//! `inc registry`

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::model::Incident;
use crate::render;
use crate::store::processes::Found;
use crate::store::{INCIDENTS, REGISTRY, Store, atomic, yaml};

/// Render the registry: a table of all incidents, in incidents/README.md
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print it instead of writing the file
    #[arg(long)]
    pub stdout: bool,
}

/// Renders the registry.
///
/// # Errors
/// The disk or git fails.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let path = Path::new(INCIDENTS).join(REGISTRY);
    let (text, n) = text(context, &store)?;
    if args.stdout {
        context.ui.out(&text);
        return Ok(Done::Clean);
    }
    if n == 0 && !store.root.join(&path).exists() {
        context.ui.say("there are no incidents to list");
        return Ok(Done::Clean);
    }
    repo.identity()?;
    let mut changed = write(&store, &text)?;
    if !context.globals.no_commit {
        // One that an interrupted command left uncommitted is committed, too.
        let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new(""));
        let committed =
            repo.commit(&[prefix.join(&path)], "refresh the registry of incidents", context.now)?;
        changed |= committed.is_some();
    }
    if !changed {
        context.ui.out(&format!("{} is up to date", path.display()));
        return Ok(Done::Clean);
    }
    let plural = if n == 1 { "" } else { "s" };
    context.ui.out(&format!("{} lists {n} incident{plural}", path.display()));
    Ok(Done::Clean)
}

/// The registry as it should be, and how many incidents it lists.
///
/// # Errors
/// The disk fails.
pub fn text(context: &Context, store: &Store) -> Result<(String, usize)> {
    let keep = |i: Incident, f: &Arc<Found>| Some((i, Arc::clone(f)));
    let mut listed = super::reading::read_each(context, &context.repo()?, store, None, &keep)?;
    listed.reverse();
    Ok((render::registry::markdown(&listed), listed.len()))
}

/// Writes the registry where it is not as it should be; whether it was written.
///
/// # Errors
/// The disk fails.
pub fn write(store: &Store, text: &str) -> Result<bool> {
    if current(store)?.as_deref() == Some(text) {
        return Ok(false);
    }
    let path = Path::new(INCIDENTS).join(REGISTRY);
    atomic::write(&atomic::inside(&store.root, &path)?, text.as_bytes())?;
    Ok(true)
}

/// The registry as it is; none where there is none.
///
/// # Errors
/// It cannot be read.
pub fn current(store: &Store) -> Result<Option<String>> {
    let path = Path::new(INCIDENTS).join(REGISTRY);
    store.root.join(&path).exists().then(|| atomic::read_text(&store.root, &path, LARGEST)).transpose()
}

/// The largest registry that is read, in bytes.
const LARGEST: u64 = 64 * yaml::MAX_BYTES as u64;
