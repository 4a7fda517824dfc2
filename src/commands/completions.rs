//! `inc completions`

use anyhow::Result;

use super::Done;
use crate::context::Context;

/// Print completions for a shell
///
/// `inc completions bash > ~/.local/share/bash-completion/completions/inc`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Prints completions.
///
/// # Errors
/// Never.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command(), "inc", &mut script);
    context.ui.out(&String::from_utf8_lossy(&script));
    Ok(Done::Clean)
}
