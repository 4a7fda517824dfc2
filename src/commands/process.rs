//! `inc process`

use std::path::Path;

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::error::{refused, usage};
use crate::process::validate;
use crate::render;
use crate::rules::{self, Place};
use crate::store::processes::Found;
use crate::store::schema::Kept;
use crate::store::{Store, atomic, yaml};

/// List, show and validate processes
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the processes that incidents can follow
    List,
    Show(Show),
    Validate(Validate),
    Eject(Eject),
}

/// Show a process: severities, escalation, who is told what, roles, post-mortem
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its name [else: the one that new incidents follow]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// Check a process: every name in it means something, every limit can be read
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Its name, or the path of a process.yaml [else: every one of the team's own]
    #[arg(value_name = "NAME|FILE")]
    pub name: Option<String>,
}

/// Copy a built-in process into the repository, to make it the team's own
///
/// The copy gets a version of its own, so that incidents that follow the original keep it.
#[derive(Debug, clap::Args)]
pub struct Eject {
    /// Its name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The version of the copy
    #[arg(long = "version-as", value_name = "VERSION", default_value = "1.0.0-own")]
    pub version: String,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo();
    let store = match &repo {
        Ok(repo) => context.store(repo)?,
        // Built-in processes can be looked at anywhere.
        Err(_) => Store::open(context.dir())?,
    };
    match &args.command {
        Command::List => list(context, &store),
        Command::Show(args) => show(context, &store, args),
        Command::Validate(args) => validate_command(context, &store, args),
        Command::Eject(args) => {
            let _ = repo?;
            eject(context, &store, args)
        }
    }
}

fn list(context: &Context, store: &Store) -> Result<Done> {
    let (default, _) = context.process(store)?;
    let mut found = Vec::new();
    for pin in store.processes.pins() {
        found.push(store.processes.get(&pin)?);
    }
    if context.globals.json {
        let json: Vec<_> = found
            .iter()
            .map(|f| {
                let process = &f.process;
                serde_json::json!({
                    "name": process.name, "version": process.version, "title": process.title,
                    "language": process.language, "default": process.pin() == default.process.pin(),
                    "built_in": f.path.is_none(),
                })
            })
            .collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    context.ui.out(&render::process::list(&found, &default.process.pin()));
    Ok(Done::Clean)
}

fn show(context: &Context, store: &Store, args: &Show) -> Result<Done> {
    let found = match &args.name {
        Some(name) => store.processes.get(name)?,
        None => context.process(store)?.0,
    };
    if context.globals.json {
        context.ui.out(&render::json::pretty(&found.process)?);
    } else {
        context.ui.out(&render::process::screen(&found.process, &store.settings));
    }
    Ok(Done::Clean)
}

fn validate_command(context: &Context, store: &Store, args: &Validate) -> Result<Done> {
    let found: Vec<std::sync::Arc<Found>> = match &args.name {
        Some(name) if is_path(name) => return validate_file(context, name),
        Some(name) => vec![store.processes.get(name)?],
        None => {
            let own = store.processes.pins().into_iter().map(|pin| store.processes.get(&pin));
            own.collect::<Result<Vec<_>>>()?
        }
    };
    let mut problems = 0;
    for found in found {
        problems += report(context, &store.root, &found);
    }
    Ok(finish(context, problems))
}

/// Whether a word names a file rather than a process: versions have dots too, `house@1.1.0`.
fn is_path(name: &str) -> bool {
    let path = Path::new(name);
    name.contains(['/', '\\']) || path.extension().is_some_and(|e| e == "yaml" || e == "yml")
}

fn validate_file(context: &Context, name: &str) -> Result<Done> {
    let path = Path::new(name);
    let text = atomic::read_text(context.dir(), path, yaml::MAX_BYTES as u64)?;
    let found = crate::store::processes::read(path, text)?;
    let problems = report(context, context.dir(), &found);
    Ok(finish(context, problems))
}

fn report(context: &Context, root: &Path, found: &Found) -> usize {
    let mut flaws = validate::flaws(&found.process);
    let rules = rules::check_settings(Path::new(""), &found.process.rules);
    flaws.extend(rules.into_iter().filter_map(|remark| match remark.place {
        Place::Field(path) => Some(validate::Flaw { path, message: remark.message, help: remark.help }),
        _ => None,
    }));
    flaws.extend(no_template(root, found));
    let path = found.path.as_deref().map_or_else(|| found.process.pin(), |p| p.display().to_string());
    for flaw in &flaws {
        let place: Vec<&str> = flaw.path.iter().map(String::as_str).collect();
        let start = yaml::locate(&found.text, &place).map_or(0, |span| span.start);
        let (line, column) = yaml::line_col(&found.text, start);
        context.ui.out(&format!("{path}:{line}:{column}: {}", flaw.message));
        if let Some(help) = &flaw.help {
            context.ui.out(&format!("  help: {help}"));
        }
    }
    if flaws.is_empty() {
        context.ui.out(&format!("{path}: sound"));
    }
    flaws.len()
}

/// Documents whose template is neither beside the process nor built in.
fn no_template(root: &Path, found: &Found) -> Vec<validate::Flaw> {
    let beside = found.path.as_deref().and_then(Path::parent).map(|folder| folder.join("documents"));
    let own = |file: &str| atomic::read_text(root, &beside.as_ref()?.join(file), yaml::MAX_BYTES as u64).ok();
    let templates = render::Templates::with_own(&found.process, &own);
    let documents = found.process.documents.iter().enumerate();
    let gone = documents.filter(|(_, document)| templates.text(&document.template).is_none());
    gone.map(|(place, document)| validate::Flaw {
        path: vec!["documents".into(), place.to_string(), "template".into()],
        message: format!("there is no template `{}`", document.template.escape_debug()),
        help: Some("write it beside the process, in `documents/`".into()),
    })
    .collect()
}

fn finish(context: &Context, problems: usize) -> Done {
    if problems == 0 {
        return Done::Clean;
    }
    let plural = if problems == 1 { "" } else { "s" };
    context.ui.say(&format!("{problems} problem{plural}"));
    Done::Findings
}

fn eject(context: &Context, store: &Store, args: &Eject) -> Result<Done> {
    let found = store.processes.get(&args.name)?;
    let plain = |s: &str| {
        !s.is_empty()
            && !s.starts_with('.')
            && s.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    if !plain(&args.version) || args.version == found.process.version {
        return Err(usage(format!(
            "`{}` is no version for the copy of {}",
            args.version.escape_debug(),
            found.process.pin()
        ))
        .hint("choose another, such as `--version-as 1.1.0`")
        .into());
    }
    let mut written = store.processes.eject(&found, &args.version)?;
    if written.is_empty() {
        return Err(refused(format!("{}@{} is there already", found.process.name, args.version)).into());
    }
    if !Kept::Process.is_there(store) {
        written.push(Kept::Process.write(store)?);
    }
    for path in &written {
        context.ui.out(&format!("wrote {}", path.display()));
    }
    context.ui.say(&format!(
        "change it, check it with `inc process validate {name}@{v}`, and say `process: {name}@{v}` in inc.yaml; nothing is committed yet",
        name = found.process.name,
        v = args.version
    ));
    Ok(Done::Clean)
}
