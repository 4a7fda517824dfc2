//! One file a command: its arguments, whose doc comment is the help, then `run`.

pub mod action;
pub mod approve;
pub mod assign;
pub mod breach;
pub mod cancel;
pub mod check;
pub mod checklist;
pub mod classify;
pub mod comms;
pub mod completions;
pub mod decision;
pub mod declare;
pub mod demo;
pub mod doctor;
pub mod due;
pub mod escalate;
pub mod evidence;
pub mod explain;
pub mod init;
pub mod list;
pub mod man;
pub mod merge_driver;
pub mod metrics;
pub mod milestone;
pub mod notify;
pub mod postmortem;
pub mod process;
mod program;
pub mod reading;
pub mod registry;
pub mod render;
pub mod rollback;
pub mod runbook;
pub mod schema;
pub mod show;
pub mod sync;
pub mod tick;
pub mod timeline;
pub mod trust;
mod types;
pub mod update;
pub mod waive;
pub mod warroom;
pub mod why;

use anyhow::Result;

use crate::cli::Command;
use crate::context::Context;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing is amiss.
    Clean,
    /// It found something that the caller asked to be told by the exit status.
    Findings,
}

impl Done {
    /// The exit status.
    #[must_use]
    pub const fn status(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
        }
    }
}

/// Runs a command; without one, shows what is open and due.
///
/// # Errors
/// As the command says.
pub fn run(context: &Context, command: Option<&Command>) -> Result<Done> {
    let done = match command {
        Some(command) => command.run(context),
        None => list::overview(context),
    }?;
    if let Some(limit) = context.sync_after.take() {
        sync::after(context, limit);
    }
    Ok(done)
}
