//! `inc registry`

use std::path::Path;

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::render;
use crate::store::{INCIDENTS, REGISTRY, atomic};

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
    let mut listed = Vec::new();
    for folder in store.folders().0 {
        listed.extend(super::list::read(context, &store, &folder)?);
    }
    listed.reverse();
    let text = render::registry::markdown(&listed);
    if args.stdout {
        context.ui.out(&text);
        return Ok(Done::Clean);
    }
    let path = Path::new(INCIDENTS).join(REGISTRY);
    let file = atomic::inside(&store.root, &path)?;
    let before = file.exists().then(|| atomic::read_text(&store.root, &path, u64::MAX)).transpose()?;
    if before.as_deref() == Some(text.as_str()) {
        context.ui.out(&format!("{} is up to date", path.display()));
        return Ok(Done::Clean);
    }
    if before.is_none() && listed.is_empty() {
        context.ui.say("there are no incidents to list");
        return Ok(Done::Clean);
    }
    repo.identity()?;
    atomic::write(&file, text.as_bytes())?;
    if !context.globals.no_commit {
        let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new(""));
        repo.commit(&[prefix.join(&path)], "refresh the registry of incidents", context.now)?;
    }
    let n = listed.len();
    let plural = if n == 1 { "" } else { "s" };
    context.ui.out(&format!("{} lists {n} incident{plural}", path.display()));
    Ok(Done::Clean)
}
