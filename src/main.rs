//! The `inc` binary: parse, run, exit code.

use std::process::ExitCode;

use clap::FromArgMatches;
use inc::cli::{self, Cli};
use inc::context::{Context, Environment};
use inc::ui::{Color, Ui};
use mimalloc::MiMalloc;

/// More than a quarter of what a check did was taking and giving back small pieces of memory, on every core at once.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Asked by scripts and shells over and over; fifty commands need not be set up for it.
    if std::env::args_os().skip(1).eq(["--version"]) {
        Ui::new(Color::Never, false, None).out(concat!("inc ", env!("CARGO_PKG_VERSION")));
        return ExitCode::SUCCESS;
    }
    let command = cli::command();
    let words = inc::commands::classify::questions_as_words(std::env::args_os().collect(), &command);
    let cli = match command.try_get_matches_from(words).and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = Context::new(cli.globals, Environment::read())
        .and_then(|context| inc::commands::run(&context, cli.command.as_ref()));
    match done {
        Ok(done) => ExitCode::from(done.status()),
        Err(error) => {
            Ui::new(Color::Auto, false, None).fail(&error);
            ExitCode::from(inc::error::exit_status(&error))
        }
    }
}
