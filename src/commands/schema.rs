//! `inc schema`

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::model::RollbackPlan;
use crate::model::entry::Fields;
use crate::store::Settings;
use crate::store::schema::{Kept, text_of};

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
        File::Incident => Kept::Record.text()?,
        File::Entry => text_of::<Fields>()?,
        File::Process => Kept::Process.text()?,
        File::Settings => text_of::<Settings>()?,
        File::Rollback => text_of::<RollbackPlan>()?,
    };
    context.ui.out(schema.trim_end());
    Ok(Done::Clean)
}
