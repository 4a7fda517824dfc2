//! `inc man`

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::error::{nearest, usage};

/// Print the manual page of `inc`, or of one command
///
/// `inc man > ~/.local/share/man/man1/inc.1`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which command
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// Prints a manual page in roff.
///
/// # Errors
/// There is no such command.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut command = crate::cli::command();
    command.build();
    if let Some(name) = &args.command {
        let known: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        let found = command.find_subcommand(name).cloned().ok_or_else(|| {
            let failure = usage(format!("there is no command `{}`", name.escape_debug()));
            match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint("`inc help` lists the commands"),
            }
        })?;
        command = found.name(format!("inc-{name}"));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    context.ui.out(&String::from_utf8_lossy(&page));
    Ok(Done::Clean)
}
