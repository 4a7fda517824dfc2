//! `inc init`

mod ci;

use std::path::Path;

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::error::{Kind, exit_status, invalid, usage};
use crate::git::Repo;
use crate::store::schema::Kept;
use crate::store::{INCIDENTS, SETTINGS, Store, atomic};

/// Set a repository up
///
/// Writes `inc.yaml`, which says which process new incidents follow, tells git that `inc` merges the incidents'
/// files (`.gitattributes`), writes the schema by which editors check records, and commits them. In a folder that is no
/// repository yet, `--git` makes it one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The process that new incidents follow; `inc process list` shows them
    #[arg(long, value_name = "NAME")]
    pub process: Option<String>,
    /// Make the folder a git repository first, where it is none
    #[arg(long)]
    pub git: bool,
    /// Write the CI job that checks incidents; also in a repository that is set up already
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub ci: Option<ci::Ci>,
    /// Write the git hook that checks incidents before each commit; also where inc is set up already
    #[arg(long)]
    pub hooks: bool,
}

/// Sets a repository up.
///
/// # Errors
/// It is set up already, there is no such process, or git or the disk fails.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = repository(context, args)?;
    let root = repo.workdir().to_owned();
    if (args.ci.is_some() || args.hooks) && args.process.is_none() && root.join(SETTINGS).exists() {
        return gate(context, &repo, args);
    }
    let store = Store::open(&root)?;
    let there = root.join(SETTINGS).exists();
    if there && (args.process.is_some() || repo.read_at("HEAD", Path::new(SETTINGS)).ok().flatten().is_some())
    {
        let (found, _) = context.process(&store)?;
        return Err(usage(format!(
            "{SETTINGS} is there already: new incidents follow `{}`",
            found.process.pin()
        ))
        .hint(format!("edit {SETTINGS} to change it"))
        .into());
    }
    let (found, _) = match &args.process {
        Some(name) => (store.processes.get(name)?, true),
        None => context.process(&store)?,
    };
    repo.identity()?;
    if there {
        context.ui.say(&format!("{SETTINGS} is there and not committed yet: it is taken as it is"));
    } else {
        atomic::write_new(&root.join(SETTINGS), render(&found.process).as_bytes())?;
    }
    let attributes = crate::store::attributes::install(&store)?;
    let paths = [Path::new(SETTINGS).to_owned(), attributes, Kept::Record.write(&store)?];
    repo.install_merge_driver()?;
    if !context.globals.no_commit {
        repo.commit(&paths, &format!("set inc up with the process {}", found.process.pin()), context.now)?;
    }
    context.ui.out(&format!(
        "{} set up: new incidents follow `{}` ({})",
        root.display(),
        found.process.pin(),
        found.process.title
    ));
    context
        .ui
        .say(&format!("incidents will be kept in {INCIDENTS}/; `inc declare \"what is wrong\"` opens one"));
    gate(context, &repo, args)
}

/// Puts the check where it is asked for.
fn gate(context: &Context, repo: &Repo, args: &Args) -> Result<Done> {
    if let Some(service) = args.ci {
        let written = ci::install(context, repo, service)?;
        if !written.is_empty() && !context.globals.no_commit {
            repo.commit(&written, "check incidents in CI", context.now)?;
        }
    }
    if args.hooks {
        ci::hook(context, repo)?;
    }
    Ok(Done::Clean)
}

fn repository(context: &Context, args: &Args) -> Result<Repo> {
    match context.repo() {
        Err(error) if exit_status(&error) == Kind::Invalid.exit_status() && args.git => {
            Repo::init(context.dir())
        }
        Err(error) if context.ui.can_ask() && error.to_string().contains("no git repository") => {
            let answer = context
                .ui
                .ask(&format!("{} is no git repository. Make it one? [y/N]", context.dir().display()))?;
            if answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes") {
                Repo::init(context.dir())
            } else {
                Err(invalid("nothing was set up").into())
            }
        }
        other => other,
    }
}

/// The first text of `inc.yaml`: the process, and the posts to fill as comments.
fn render(process: &crate::process::Process) -> String {
    let mut text = format!(
        "# What this repository tells `inc`. `inc schema settings` lists every key.\nprocess: {}\n",
        process.pin()
    );
    if !process.posts.is_empty() {
        text.push_str("\n# Who fills which post: a name, a list of names, or `{ weekly: [names] }` for a rotation.\n# people:\n");
        for post in process.posts.iter().filter(|p| !p.external) {
            text.push_str(&format!("#   {}:  # {}\n", post.id, post.label));
        }
    }
    text
}
