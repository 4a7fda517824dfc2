//! `inc merge-driver`

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::error::plain;
use crate::git::merge_lines;
use crate::render::{managed, registry};
use crate::store::merge::{Conflict, Names, merge};
use crate::store::{Folder, RECORD, REGISTRY, Store, atomic, yaml};

/// Merge a file as git's merge driver: git runs this, not people
///
/// Records are merged field by field and lists item by item; only a field that both sides changed to different
/// values is a conflict, marked on that field alone. What `inc` renders (the registry, reports, blocks of
/// post-mortems) is never one: it is rendered again. Everything else is merged by lines. `inc init` and
/// `inc doctor --fix` tell git of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file as it was before both sides changed it
    pub base: PathBuf,
    /// Our side; the result is written there
    pub ours: PathBuf,
    /// Their side
    pub theirs: PathBuf,
    /// The file's path in the repository
    pub path: PathBuf,
    /// What our side is called
    pub our_name: Option<String>,
    /// What their side is called
    pub their_name: Option<String>,
}

/// The largest file that is merged by what it means, in bytes.
const LARGEST: u64 = 8 * yaml::MAX_BYTES as u64;

/// Merges a file.
///
/// # Errors
/// One of the three cannot be read, or the result not be written.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    // An older git does not know the placeholders and leaves them as they are.
    let name = |given: &Option<String>, or: &str| {
        given.as_deref().filter(|n| !n.is_empty() && !n.starts_with('%')).unwrap_or(or).to_owned()
    };
    let (ours, theirs) = (name(&args.our_name, "ours"), name(&args.their_name, "theirs"));
    let names = Names { ours: &ours, theirs: &theirs };
    let file_name = args.path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let texts = || -> Option<[String; 3]> {
        let read = |path: &Path| atomic::read_text(context.dir(), path, LARGEST).ok();
        Some([read(&args.base)?, read(&args.ours)?, read(&args.theirs)?])
    };
    let Some([base, mine, other]) = texts() else { return by_lines(context, args, names) };
    if file_name == RECORD {
        return record(context, args, [&base, &mine, &other], names);
    }
    if file_name == REGISTRY && registry::is_registry(&mine) && registry::is_registry(&other) {
        return written(context, args, &registry::merge(&base, &mine, &other));
    }
    if mine.contains("<!-- inc:begin ") {
        // Blocks of all three made alike, a merge by lines meets prose alone.
        for (path, text) in [(&args.base, &base), (&args.theirs, &other)] {
            if let Ok(text) = managed::refresh(text, &mine) {
                write(context, path, &text)?;
            }
        }
    } else if is_rendered(context, &args.path) {
        return written(context, args, &mine);
    }
    by_lines(context, args, names)
}

fn record(context: &Context, args: &Args, texts: [&String; 3], names: Names<'_>) -> Result<Done> {
    let [base, ours, theirs] = texts;
    let lines = lines(context, args, names).ok().filter(|l| l.clean);
    let textual = lines.and_then(|l| String::from_utf8(l.text).ok());
    match merge(base, ours, theirs, textual.as_deref(), names) {
        Ok(merged) => {
            write(context, &args.ours, &merged.text)?;
            for conflict in &merged.conflicts {
                context.ui.say(&told(conflict, &args.path, names));
            }
            Ok(if merged.conflicts.is_empty() { Done::Clean } else { Done::Findings })
        }
        Err(problem) => {
            let (path, line) = (args.path.display(), problem.line);
            context.ui.warn(&format!("{path} is merged by lines: line {line}: {}", plain(&problem.message)));
            by_lines(context, args, names)
        }
    }
}

/// Whose a value is; a sync shows this line too.
fn told(conflict: &Conflict, path: &Path, names: Names<'_>) -> String {
    let side = |name: &str, value: &Option<String>| match value {
        Some(value) => format!("{name} has `{}`", plain(value)),
        None => format!("{name} has removed it"),
    };
    format!(
        "conflict: `{}` in {}: {}, {}",
        plain(&conflict.path),
        path.display(),
        side(names.ours, &conflict.ours),
        side(names.theirs, &conflict.theirs)
    )
}

fn lines(context: &Context, args: &Args, names: Names<'_>) -> Result<crate::git::Lines> {
    let files = [args.ours.as_path(), &args.base, &args.theirs];
    merge_lines(context.dir(), files, [names.ours, "base", names.theirs])
}

fn by_lines(context: &Context, args: &Args, names: Names<'_>) -> Result<Done> {
    let merged = lines(context, args, names)?;
    atomic::write(&context.dir().join(&args.ours), &merged.text)?;
    Ok(if merged.clean { Done::Clean } else { Done::Findings })
}

fn written(context: &Context, args: &Args, text: &str) -> Result<Done> {
    write(context, &args.ours, text)?;
    Ok(Done::Clean)
}

fn write(context: &Context, path: &Path, text: &str) -> Result<()> {
    atomic::write(&context.dir().join(path), text.as_bytes())
}

/// Whether a file is a report that the incident's process renders whole: then what was changed by hand in it
/// would be lost by the next rendering anyway.
fn is_rendered(context: &Context, path: &Path) -> bool {
    let rendered = || -> Option<bool> {
        let repo = context.repo().ok()?;
        let path = repo.workdir().join(path);
        let store = context.store(&repo).ok()?;
        let inside = path.strip_prefix(&store.root).ok()?;
        let folder = inside.parent()?;
        let id = folder.file_name()?.to_str()?.parse().ok()?;
        let process = process_of(&store, &Folder { id, path: folder.to_owned() })?;
        let file = inside.file_name()?.to_str()?;
        Some(process.process.documents.iter().any(|d| !d.managed && d.file.as_deref() == Some(file)))
    };
    rendered().unwrap_or(false)
}

fn process_of(store: &Store, folder: &Folder) -> Option<std::sync::Arc<crate::store::processes::Found>> {
    let incident = store.load(folder).ok()?.incident?;
    store.processes.get(&incident.record.process).ok()
}
