//! `inc cancel`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::Context;
use crate::error::usage;
use crate::model::Status;
use crate::model::entry::{CancelReason, Kind};

/// Say that it was no incident after all
///
/// It leaves gates and metrics, and stays readable. Either it was a false positive, or another incident covers
/// it already.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("reason").required(true))]
pub struct Args {
    /// Nothing was wrong
    #[arg(long, group = "reason")]
    pub false_positive: bool,
    /// The incident that covers it
    #[arg(long, value_name = "ID", group = "reason")]
    pub duplicate_of: Option<String>,
    /// What to note beside it
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Cancels the incident.
///
/// # Errors
/// It has ended already, or the other incident does not exist.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let status = change.incident.status;
    if !status.is_open() {
        return Err(
            usage(format!("{} cannot be cancelled: it is {}", change.folder.id, status.name())).into()
        );
    }
    let (reason, of) = match &args.duplicate_of {
        Some(part) => {
            let other = change.store.find(part)?.id;
            if other == change.folder.id {
                return Err(usage(format!("{other} cannot be a duplicate of itself")).into());
            }
            (CancelReason::Duplicate, Some(other.to_string()))
        }
        None => (CancelReason::FalsePositive, None),
    };
    let what = match &of {
        Some(of) => format!("cancelled, a duplicate of {of}"),
        None => "cancelled, a false positive".to_owned(),
    };
    change.add(Kind::Cancelled { reason, of }, &args.text.join(" "));
    debug_assert_eq!(change.incident.status, Status::Cancelled);
    change.save(&change.message(&what))?;
    context.ui.out(&format!("{} {what}", change.folder.id));
    Ok(Done::Clean)
}
