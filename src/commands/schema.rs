//! `inc schema`

use anyhow::Result;
use schemars::schema_for;

use super::Done;
use crate::context::Context;
use crate::model::entry::Fields;
use crate::model::{Record, RollbackPlan};
use crate::process::Process;
use crate::store::Settings;

/// Print the JSON Schema of a file, for editors and other programs
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which file
    #[arg(value_enum, value_name = "FILE")]
    pub file: File,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum File {
    /// `incident.yaml`
    Incident,
    /// The front matter of an entry in `timeline/`
    Entry,
    /// `process.yaml`
    Process,
    /// `inc.yaml`
    Settings,
    /// `ROLLBACK_PLAN.json`
    Rollback,
}

/// Prints a schema.
///
/// # Errors
/// It cannot be written as JSON.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let schema = match args.file {
        File::Incident => schema_for!(Record),
        File::Entry => schema_for!(Fields),
        File::Process => schema_for!(Process),
        File::Settings => schema_for!(Settings),
        File::Rollback => schema_for!(RollbackPlan),
    };
    context.ui.out(&serde_json::to_string_pretty(&schema)?);
    Ok(Done::Clean)
}
