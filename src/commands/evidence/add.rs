//! `inc evidence add`

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Done, Typed, batch, is_registered, kind, write};
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{plain, usage};
use crate::model::entry::Kind;
use crate::store::evidence::{Batch, EVIDENCE, Found, Kept, digest_of, look, safe, shown};
use crate::store::{Folder, Store};

/// Keep files, a folder, standard input, or a reference
///
/// `inc evidence add app.log`, `kubectl logs web | inc evidence add - --name web.log`,
/// `inc evidence add https://grafana.example/d/42`. A folder is one piece of evidence, with a manifest of its files
/// beside it that `sha256sum --check` reads too.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, a folder, a URL, or `-` for standard input
    #[arg(value_name = "FILE|DIR|URL|-", required = true)]
    sources: Vec<String>,
    /// Copy nothing: record where it is, with its digest if it is a file that can be read
    #[arg(long)]
    reference: bool,
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
    let text =
        args.text.clone().map_or(Ok(String::new()), |t| crate::commands::timeline::text(context, &[t]))?;
    let mut change = Change::open(context, None)?;
    let (references, files): (Vec<&String>, Vec<&String>) =
        args.sources.iter().partition(|s| args.reference || is_url(s));
    if args.name.is_some() && (files.len() != 1 || !references.is_empty()) {
        return Err(usage("`--name` names one file").into());
    }
    let references: Vec<Kind> =
        references.into_iter().map(|r| reference(context, r)).collect::<Result<_>>()?;
    let mut batch = batch(&change)?;
    let (mut origins, mut registered) = (Vec::new(), Vec::new());
    for source in files {
        let path = context.dir().join(source);
        if source == "-" {
            input(context, &mut batch, args.name.as_deref())?;
            origins.push("standard input".to_owned());
        } else if let Some(inside) = own(&change.store, &change.folder, &path) {
            registered.push(register(&change, &path, &inside)?);
        } else {
            origins.push(copy(&change, &mut batch, source, &path, args.name.as_deref())?);
        }
    }
    let laid = batch.lay()?;
    let named = laid.kept().iter().filter(|kept| !kept.listed);
    let mut kinds: Vec<Kind> = named.zip(&origins).map(|(kept, origin)| kind(kept, origin)).collect();
    kinds.extend(registered);
    kinds.extend(references);
    for kept in laid.kept().iter().filter(|kept| kept.grew) {
        grew(context, kept);
    }
    args.typed.mark(&change, &mut kinds)?;
    write(context, &mut change, laid, &kinds, &text)
}

fn grew(context: &Context, kept: &Kept) {
    let (path, size) = (&kept.path, shown(kept.size));
    context.ui.warn(&format!("{path} grew while it was copied; its first {size} are kept"));
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn input(context: &Context, batch: &mut Batch, name: Option<&str>) -> Result<()> {
    if !context.ui.has_input() {
        return Err(usage("`-` keeps standard input, and nothing is piped in")
            .hint("`COMMAND | inc evidence add -`, or `inc evidence capture -- COMMAND`")
            .into());
    }
    let name = safe(name.unwrap_or("stdin.txt"));
    batch.stream(std::io::stdin().lock(), Path::new(&name), "standard input")
}

/// Copies a file or a folder, and says where it came from.
fn copy(
    change: &Change<'_>,
    batch: &mut Batch,
    source: &str,
    path: &Path,
    name: Option<&str>,
) -> Result<String> {
    let base = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = name.map(str::to_owned).or(base).unwrap_or_else(|| "files".into());
    match look(path, change.repo.workdir())? {
        Found::File(file) => batch.copy(&file, Path::new(&safe(&name)))?,
        Found::Folder(files) => batch.folder(&name, &files)?,
    }
    Ok(plain(source))
}

/// What is recorded of something that stays where it is.
fn reference(context: &Context, text: &str) -> Result<Kind> {
    let url = line("the reference", text)?;
    let referred = |url, sha256, size| Kind::Evidence {
        path: None,
        url: Some(url),
        sha256,
        size,
        files: None,
        origin: None,
        of_type: None,
    };
    if is_url(&url) {
        return Ok(referred(url, None, None));
    }
    let path = context.dir().join(text);
    let known = path.metadata().ok().filter(std::fs::Metadata::is_file).and_then(|_| digest_of(&path).ok());
    if known.is_none() {
        context.ui.warn(&format!(
            "{} is no file that can be read here; it is recorded without a digest",
            plain(text)
        ));
    }
    let (sha256, size) = known.unzip();
    Ok(referred(url, sha256, size))
}

/// The path in the incident's folder of something that lies in its `evidence/` already.
fn own(store: &Store, folder: &Folder, path: &Path) -> Option<PathBuf> {
    let home = store.root.join(&folder.path).canonicalize().ok()?;
    let real = path.canonicalize().ok()?;
    let inside = real.strip_prefix(&home).ok()?;
    (inside.starts_with(EVIDENCE) && real.is_file()).then(|| inside.to_owned())
}

/// Registers a file where it is.
fn register(change: &Change<'_>, path: &Path, inside: &Path) -> Result<Kind> {
    let name = inside.to_string_lossy().replace('\\', "/");
    if is_registered(&change.store, &change.folder, &change.incident, &name) {
        return Err(usage(format!("{} is registered already", plain(&name)))
            .hint("`inc evidence verify` says whether it is still as it was")
            .into());
    }
    let (sha256, size) = digest_of(path)?;
    Ok(Kind::Evidence {
        path: Some(name),
        url: None,
        sha256: Some(sha256),
        size: Some(size),
        files: None,
        origin: None,
        of_type: None,
    })
}
