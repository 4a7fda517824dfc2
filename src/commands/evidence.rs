//! `inc evidence`

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{plain, storage, usage};
use crate::model::entry::Kind;
use crate::model::instant::{compact, rfc3339};
use crate::model::{Entry, Incident};
use crate::render;
use crate::render::columns::columns;
use crate::store::evidence::{
    Batch, EVIDENCE, Fate, Kept, digest_of, fates, look, safe, shown, unregistered,
};
use crate::store::{Folder, Store};
use crate::ui::{Tone, paint};

/// Preserve what shows what happened: files, output, references
///
/// What is kept lies in the incident's folder under `evidence/`, with its SHA-256 in the timeline, so that nobody can
/// change or lose it unseen: `inc evidence verify` and `inc check` compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    Capture(Capture),
    /// List what is kept, and what is only referred to
    List,
    /// Compare what is kept with its digests: finds what is missing, changed or not registered
    ///
    /// Exit status 1 when something is found.
    Verify,
}

/// Keep files, a folder, standard input, or a reference
///
/// `inc evidence add app.log`, `kubectl logs web | inc evidence add - --name web.log`,
/// `inc evidence add https://grafana.example/d/42`
#[derive(Debug, clap::Args)]
pub struct Add {
    /// A file, a folder, a URL, or `-` for standard input
    #[arg(value_name = "FILE|DIR|URL|-", required = true)]
    pub sources: Vec<String>,
    /// Copy nothing: record where it is, with its digest if it is a file that can be read
    #[arg(long)]
    pub reference: bool,
    /// The name to keep it under
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it shows
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// Run a command and keep what it prints, with its exit status and the time
///
/// The command runs as it is typed, without a shell: `inc evidence capture -- kubectl get pods -A`
#[derive(Debug, clap::Args)]
pub struct Capture {
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    pub command: Vec<String>,
    /// The name to keep it under
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it shows
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        Command::Add(args) => add(context, args),
        Command::Capture(args) => capture(context, args),
        Command::List => list(context),
        Command::Verify => verify(context),
    }
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn add(context: &Context, args: &Add) -> Result<Done> {
    let text = args.text.clone().map_or(Ok(String::new()), |t| super::timeline::text(context, &[t]))?;
    let mut change = Change::open(context, None)?;
    let (references, files): (Vec<&String>, Vec<&String>) =
        args.sources.iter().partition(|s| args.reference || is_url(s));
    if args.name.is_some() && (files.len() != 1 || !references.is_empty()) {
        return Err(usage("`--name` names one file").into());
    }
    let references: Vec<Kind> =
        references.into_iter().map(|r| reference(context, r)).collect::<Result<_>>()?;
    let mut batch =
        Batch::new(&change.store.root, &change.folder.path, change.store.settings.evidence.max_size)?;
    let mut origins = Vec::new();
    let mut registered = Vec::new();
    for source in files {
        if source == "-" {
            let name = args.name.as_deref().unwrap_or("stdin.txt");
            if !context.ui.has_input() {
                return Err(usage("`-` keeps standard input, and nothing is piped in")
                    .hint("`COMMAND | inc evidence add -`, or `inc evidence capture -- COMMAND`")
                    .into());
            }
            batch.stream(std::io::stdin().lock(), Path::new(&safe(name)), "standard input")?;
            origins.push("standard input".to_owned());
            continue;
        }
        let path = context.dir().join(source);
        if let Some(inside) = own(&change.store, &change.folder, &path) {
            registered.push(register(&change, &path, &inside)?);
            continue;
        }
        let base = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let name = args.name.clone().or(base).unwrap_or_else(|| "files".into());
        for found in look(&path, change.repo.workdir())? {
            batch.copy(&found.path, &Path::new(&safe(&name)).join(&found.below))?;
            let origin = if found.below.as_os_str().is_empty() {
                source.clone()
            } else {
                Path::new(source).join(&found.below).to_string_lossy().into_owned()
            };
            origins.push(plain(&origin));
        }
    }
    let kept = batch.keep()?;
    let mut kinds: Vec<Kind> = kept.iter().zip(&origins).map(|(k, origin)| kind(k, origin)).collect();
    kinds.extend(registered);
    kinds.extend(references);
    for one in kept.iter().filter(|k| k.grew) {
        context.ui.warn(&format!(
            "{} grew while it was copied; its first {} are kept",
            one.path,
            shown(one.size)
        ));
    }
    write(context, &mut change, &kinds, &text)
}

fn kind(kept: &Kept, origin: &str) -> Kind {
    Kind::Evidence {
        path: Some(kept.path.clone()),
        url: None,
        sha256: Some(kept.sha256.clone()),
        size: Some(kept.size),
        origin: Some(origin.to_owned()),
    }
}

/// Writes the entries and commits them with the files.
fn write(context: &Context, change: &mut Change<'_>, kinds: &[Kind], text: &str) -> Result<Done> {
    for kind in kinds {
        change.add(kind.clone(), text);
        if let Kind::Evidence { path: Some(path), .. } = kind {
            change.beside(change.folder.path.join(path));
        }
    }
    let what = match kinds {
        [one] => render::timeline::subject(one),
        several => format!("{} pieces", several.len()),
    };
    change.save(&change.message(&format!("evidence: {what}")))?;
    for kind in kinds.iter().take(20) {
        context.ui.out(&format!("{} kept {}", change.folder.id, described(kind)));
    }
    if kinds.len() > 20 {
        context.ui.out(&format!("and {} more: `inc evidence list`", kinds.len() - 20));
    }
    Ok(Done::Clean)
}

/// `evidence/app.log  1.4 MB  sha256 0123456789ab`
fn described(kind: &Kind) -> String {
    let Kind::Evidence { path, url, sha256, size, .. } = kind else { return String::new() };
    let what = path.as_ref().or(url.as_ref()).map(|w| plain(w)).unwrap_or_default();
    let size = size.map(|s| format!("  {}", shown(s))).unwrap_or_default();
    let digest =
        sha256.as_ref().map(|d| format!("  sha256 {}…", plain(&d.chars().take(12).collect::<String>())));
    format!("{what}{size}{}", digest.unwrap_or_default())
}

/// What is recorded of something that stays where it is.
fn reference(context: &Context, text: &str) -> Result<Kind> {
    let url = line("the reference", text)?;
    if is_url(&url) {
        return Ok(Kind::Evidence { path: None, url: Some(url), sha256: None, size: None, origin: None });
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
    Ok(Kind::Evidence { path: None, url: Some(url), sha256, size, origin: None })
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
    let known = |e: &Entry| matches!(&e.kind, Kind::Evidence { path: Some(p), .. } if *p == name);
    if change.incident.entries().any(known) {
        return Err(usage(format!("{} is registered already", plain(&name)))
            .hint("`inc evidence verify` says whether it is still as it was")
            .into());
    }
    let (sha256, size) = digest_of(path)?;
    Ok(Kind::Evidence { path: Some(name), url: None, sha256: Some(sha256), size: Some(size), origin: None })
}

fn capture(context: &Context, args: &Capture) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let limit = change.store.settings.evidence.max_size;
    let mut batch = Batch::new(&change.store.root, &change.folder.path, limit)?;
    let (output, cut, status) = output(&args.command, limit.0, context.dir())?;
    let command = plain(&args.command.join(" "));
    let program = Path::new(args.command.first().map_or("", String::as_str));
    let program = program.file_stem().unwrap_or_default().to_string_lossy();
    let name = args.name.clone().unwrap_or_else(|| format!("{}-{program}.txt", compact(change.at)));
    batch.stream(output.as_slice(), Path::new(&safe(&name)), "the output")?;
    let kept = batch.keep()?;
    let origin = format!("$ {command} ({status})");
    let kinds: Vec<Kind> = kept.iter().map(|k| kind(k, &origin)).collect();
    let cut_off =
        if cut { format!("; the output was cut off after {}", shown(limit.0)) } else { String::new() };
    let note = format!("`{}`: {status}{cut_off}", command.replace('`', "'"));
    let text = match &args.text {
        Some(text) => format!("{note}\n\n{}", super::timeline::text(context, std::slice::from_ref(text))?),
        None => note,
    };
    let done = write(context, &mut change, &kinds, &text)?;
    context.ui.say(&format!("{command}: {status}{cut_off}"));
    Ok(done)
}

/// Runs a command and gives what it prints on both outputs, in the order in which it comes, at most `limit` bytes;
/// whether it printed more; and how it ended.
#[expect(clippy::disallowed_methods, reason = "the user typed this command, and asked to have it run")]
fn output(command: &[String], limit: u64, dir: &Path) -> Result<(Vec<u8>, bool, String)> {
    let [program, arguments @ ..] = command else { return Err(usage("there is no command").into()) };
    let failed = |e: std::io::Error| storage(format!("cannot run `{}`: {e}", plain(program)));
    let (mut reader, writer) = std::io::pipe().map_err(failed)?;
    let mut running = std::process::Command::new(program);
    running.args(arguments).current_dir(dir).stdin(std::process::Stdio::null());
    running.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
    let mut child = running.spawn().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => usage(format!("there is no program `{}`", plain(program)))
            .hint("it runs without a shell; for pipes: `inc evidence capture -- sh -c '…'`"),
        _ => failed(e),
    })?;
    // The other ends of the pipe are the command's; while this one is open, reading never ends.
    drop(running);
    let mut bytes = Vec::new();
    (&mut reader).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    let cut = bytes.len() as u64 > limit;
    if cut {
        let _ = child.kill();
        bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    drop(reader);
    let status = child.wait().map_err(failed)?;
    let said = status.code().map_or_else(|| "ended by a signal".to_owned(), |c| format!("exit status {c}"));
    Ok((bytes, cut, said))
}

/// An incident and its pieces of evidence.
fn open(context: &Context) -> Result<(Store, Folder, Incident)> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let incident = context.load(&store, &folder)?;
    Ok((store, folder, incident))
}

fn pieces(incident: &Incident) -> impl Iterator<Item = &Entry> {
    incident.entries().filter(|e| matches!(e.kind, Kind::Evidence { .. }))
}

fn list(context: &Context) -> Result<Done> {
    let (store, _, incident) = open(context)?;
    let found = store.processes.get(&incident.record.process)?;
    if context.globals.json {
        let json: Vec<_> = pieces(&incident).map(json_of).collect();
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let row = |e: &Entry| {
        let Kind::Evidence { path, url, sha256, size, origin } = &e.kind else { return Vec::new() };
        let what = path.as_ref().or(url.as_ref()).map(|w| plain(w)).unwrap_or_default();
        let digest: String = sha256.iter().flat_map(|d| d.chars().take(12)).collect();
        let from = origin.as_ref().map(|o| format!("from {}", plain(o))).unwrap_or_default();
        vec![
            format_beside(e.at, context.now, found.process.timezone),
            plain(&e.by),
            paint(Tone::Strong, &what),
            size.map(shown).unwrap_or_default(),
            digest,
            paint(Tone::Dim, &from),
        ]
    };
    let rows: Vec<Vec<String>> = pieces(&incident).map(row).collect();
    if rows.is_empty() {
        context.ui.out(&format!("{} has no evidence yet: `inc evidence add FILE`", incident.id()));
    } else {
        context.ui.out(&columns(&rows));
    }
    Ok(Done::Clean)
}

fn json_of(entry: &Entry) -> serde_json::Value {
    let Kind::Evidence { path, url, sha256, size, origin } = &entry.kind else { return json!(null) };
    json!({
        "entry": entry.name, "at": rfc3339(entry.at), "by": entry.by, "path": path, "url": url,
        "sha256": sha256, "size": size, "origin": origin, "text": entry.text,
    })
}

/// What is wrong with one piece, as one word and a sentence.
fn fault(fate: Option<&Fate>, sha256: Option<&String>, size: Option<u64>) -> Option<(&'static str, String)> {
    match fate? {
        Fate::Gone => Some(("missing", "it is not there".into())),
        Fate::Outside => Some(("outside", "its path leads out of the incident's folder".into())),
        Fate::Here(now, bytes) => {
            let same =
                sha256.is_none_or(|was| was.eq_ignore_ascii_case(now)) && size.is_none_or(|s| s == *bytes);
            let was = size.map(|s| format!("{} before, ", shown(s))).unwrap_or_default();
            (!same).then(|| {
                ("changed", format!("{was}{} now, sha256 {}…", shown(*bytes), now.get(..12).unwrap_or(now)))
            })
        }
    }
}

fn verify(context: &Context) -> Result<Done> {
    let (store, folder, incident) = open(context)?;
    let fates = fates(&store.root, &folder.path, &incident);
    let mut faults: Vec<(&'static str, String, String)> = Vec::new();
    let mut checked = 0;
    for entry in pieces(&incident) {
        let Kind::Evidence { path: Some(path), sha256, size, .. } = &entry.kind else { continue };
        checked += 1;
        if let Some((word, why)) = fault(fates.get(path), sha256.as_ref(), *size) {
            faults.push((word, path.clone(), why));
        }
    }
    for path in unregistered(&store.root, &folder.path, &incident) {
        let how = format!(
            "no entry names it: `inc evidence add {}`",
            store
                .root
                .join(&folder.path)
                .join(&path)
                .strip_prefix(context.dir())
                .unwrap_or(&folder.path.join(&path))
                .display()
        );
        faults.push(("unregistered", path.to_string_lossy().replace('\\', "/"), how));
    }
    if context.globals.json {
        let found: Vec<_> =
            faults.iter().map(|(w, p, m)| json!({ "state": w, "path": p, "message": m })).collect();
        context.ui.out(&render::json::pretty(&json!({ "checked": checked, "findings": found }))?);
    } else {
        let rows: Vec<Vec<String>> = faults
            .iter()
            .map(|(word, path, why)| {
                vec![paint(Tone::Bad, word), paint(Tone::Strong, &plain(path)), plain(why)]
            })
            .collect();
        context.ui.out(&columns(&rows));
        let plural = if checked == 1 { "piece" } else { "pieces" };
        context.ui.say(&match faults.len() {
            0 => format!("{checked} {plural} of evidence: all as they were kept"),
            n => format!(
                "{checked} {plural} of evidence, {n} wrong; git has what was committed: `git log -- {}`",
                folder.path.join(EVIDENCE).display()
            ),
        });
    }
    Ok(if faults.is_empty() { Done::Clean } else { Done::Findings })
}
