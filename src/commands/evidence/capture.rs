//! `inc evidence capture`, and keeping what any program printed.

use std::path::Path;

use anyhow::Result;

use super::super::program::{self, Ended, WhenFull};
use super::{Done, Typed, batch, kind, write};
use crate::change::Change;
use crate::context::Context;
use crate::model::entry::Kind;
use crate::model::instant::compact;
use crate::store::evidence::{Laid, safe, shown};

/// Run a command and keep what it prints, with its exit status and the time
///
/// The command runs as it is typed, without a shell: `inc evidence capture -- kubectl get pods -A`. One that prints
/// more than may be kept is ended.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    command: Vec<String>,
    /// The name to keep it under
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it shows
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// What sort of evidence it is.
    #[command(flatten)]
    typed: Typed,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Done> {
    let said = args.text.as_ref().map(|t| crate::commands::timeline::text(context, std::slice::from_ref(t)));
    let said = said.transpose()?;
    let mut change = Change::open(context, None)?;
    args.typed.known(&change)?;
    let limit = change.store.settings.evidence.max_size.0;
    let ended = program::run(&args.command, context.dir(), &[], limit, WhenFull::End)?;
    let command = program::shown(&args.command);
    let name = args.name.clone().unwrap_or_else(|| {
        let program = Path::new(args.command.first().map_or("", String::as_str));
        let program = program.file_stem().unwrap_or_default().to_string_lossy();
        format!("{}-{program}.txt", compact(change.at))
    });
    let (laid, mut kinds, note) = keep(&change, &ended, &name, &command)?;
    args.typed.mark(&change, &mut kinds)?;
    let text = said.map_or_else(|| note.clone(), |said| format!("{note}\n\n{said}"));
    let done = write(context, &mut change, laid, &kinds, &text)?;
    context.ui.say(&format!("{command}: {}", how(&change, &ended)));
    Ok(done)
}

/// Keeps what a program printed, as an entry of a change that somebody else saves.
pub(in crate::commands) fn preserve(
    change: &mut Change<'_>,
    ended: &Ended,
    name: &str,
    command: &str,
) -> Result<()> {
    let (laid, kinds, note) = keep(change, ended, name, command)?;
    for kept in laid.kept() {
        change.beside(change.folder.path.join(&kept.path));
    }
    for kind in kinds {
        change.add(kind, &note);
    }
    laid.stay();
    Ok(())
}

fn how(change: &Change<'_>, ended: &Ended) -> String {
    let limit = change.store.settings.evidence.max_size;
    let cut = if ended.cut { format!("; kept are the first {}", shown(limit.0)) } else { String::new() };
    format!("{}{cut}", ended.how)
}

fn keep(change: &Change<'_>, ended: &Ended, name: &str, command: &str) -> Result<(Laid, Vec<Kind>, String)> {
    let mut batch = batch(change)?;
    batch.stream(ended.output.as_slice(), Path::new(&safe(name)), "the output")?;
    let laid = batch.lay()?;
    let origin = format!("$ {command} ({})", ended.how);
    let kinds = laid.kept().iter().map(|kept| kind(kept, &origin)).collect();
    let note = format!("`{}`: {}", command.replace('`', "'"), how(change, ended));
    Ok((laid, kinds, note))
}
