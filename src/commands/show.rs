//! `inc show`

use anyhow::Result;

use super::Done;
use crate::context::{Context, Opened};
use crate::render;

/// Show an incident: where it stands, who leads, what is due, what happened last
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The incident [else: the branch's, else the only open one]
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// How many of the last entries to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 8)]
    pub last: usize,
}

/// Shows an incident.
///
/// # Errors
/// There is none, or a file of it is wrong.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let Opened { store, incident, found, .. } = context.open(args.id.as_deref())?;
    if context.globals.json {
        context.ui.out(&render::json::pretty(&render::json::incident(&incident, &found, context.now))?);
    } else {
        context.ui.out(&render::screen::incident(&incident, &found, &store.settings, context.now, args.last));
    }
    Ok(Done::Clean)
}
