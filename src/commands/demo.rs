//! `inc demo`

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;

use super::Done;
use crate::cli::Cli;
use crate::context::Context;
use crate::error::{storage, usage};
use crate::git::{Repo, run_git};
use crate::process::builtin;
use crate::store::atomic;
use crate::ui::{Tone, paint};

/// Play a story in a scratch repository: each command as typed, and what it printed
///
/// The repository is left to look at. Without a folder, a new one is made in the system's folder for temporary
/// files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to make the repository; the folder must not exist yet, or be empty
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// The story: one command a line; a line that begins with `@` sets the clock.
const STORY: &str = "demo/story.txt";

/// Plays the story.
///
/// # Errors
/// The folder is in use, or git or the disk fails.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let folder = folder(context, args)?;
    Repo::init(&folder)?;
    for (key, value) in [("user.name", "alice"), ("user.email", "alice@example.com")] {
        run_git(&folder, &["config", key, value])?.success("git config")?;
    }
    let story = builtin::file(STORY).ok_or_else(|| storage("the story is not in this binary"))?;
    let mut now = String::new();
    for line in story.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(comment) = line.strip_prefix("# ") {
            context.ui.out(&format!("\n{}", paint(Tone::Dim, comment)));
        } else if let Some(time) = line.strip_prefix('@') {
            time.trim().clone_into(&mut now);
        } else {
            context.ui.out(&format!("\n{} {}", paint(Tone::Good, "$"), paint(Tone::Strong, line)));
            play(context, &folder, &now, line)?;
        }
    }
    context.ui.out(&format!("\nthe repository is yours to look at: {}", folder.display()));
    Ok(Done::Clean)
}

/// Runs one line of the story as its own command would run, at the story's time.
fn play(context: &Context, folder: &Path, now: &str, line: &str) -> Result<()> {
    let words = words(line);
    if let [cat, path] = words.as_slice()
        && cat == "cat"
    {
        return cat_file(context, folder, path);
    }
    let cli = Cli::try_parse_from(&words).map_err(|e| usage(e.to_string()))?;
    let inner = context.beside(cli.globals, folder, now)?;
    // A story may show a refusal: it is printed as it would be, and the story goes on.
    if let Err(error) = super::run(&inner, cli.command.as_ref()) {
        inner.ui.fail(&error);
    }
    Ok(())
}

/// Prints a file of the scratch repository; `*` stands for the one name that is there.
fn cat_file(context: &Context, folder: &Path, pattern: &str) -> Result<()> {
    let mut path = PathBuf::new();
    for part in pattern.split('/') {
        let name = if part == "*" {
            crate::store::incidents::folders_in(&folder.join(&path)).into_iter().next().unwrap_or_default()
        } else {
            part.to_owned()
        };
        path.push(name);
    }
    let text = atomic::read_text(folder, &path, crate::store::yaml::MAX_BYTES as u64)?;
    context.ui.out(&text);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the demo makes the folder that it plays in")]
fn folder(context: &Context, args: &Args) -> Result<PathBuf> {
    let folder = match &args.folder {
        Some(folder) => context.dir().join(folder),
        None => std::env::temp_dir().join(format!("inc-demo-{}", context.random.suffix())),
    };
    let empty = std::fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return Err(usage(format!("{} is not empty", folder.display()))
            .hint("`inc demo FOLDER` with a new folder")
            .into());
    }
    atomic::make_folder(&folder)?;
    Ok(folder)
}

/// Splits a line of the story into words; double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|w| !w.is_empty());
    words
}
