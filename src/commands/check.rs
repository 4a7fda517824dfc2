//! `inc check`

mod fix;

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;

use super::Done;
use crate::check::history::Range;
use crate::check::{self, Around};
use crate::context::Context;
use crate::git::Repo;
use crate::model::{Incident, RollbackPlan};
use crate::render::findings::Report;
use crate::render::{managed, registry};
use crate::rules::{Document, Finding, Place};
use crate::store::processes::Found;
use crate::store::{Folder, INCIDENTS, RECORD, REGISTRY, Store, atomic, yaml};

/// Check incidents: the gate for CI
///
/// Without an id, checks every incident and the repository as a whole. Every finding names its rule, underlines
/// its line and says how to mend it; `inc explain RULE` says why the rule is there.
/// `--base REV` checks what the commits since REV did to the past, such as a rewritten timeline, and only the
/// incidents that they touch.
/// Exit status 1 when there are errors, with `--strict` also when there are warnings.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these incidents
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// What the commits since REV did to the past, and the incidents that they touch
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Where a repository lies that a rollback plan names, when it is not inside this one; may be given several times
    #[arg(long, value_name = "PATH")]
    pub repo: Vec<PathBuf>,
    /// First mend what has one right answer: stale documents, the registry, keys out of order, last lines without an end
    #[arg(long)]
    pub fix: bool,
    /// How to print the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: Format,
    /// Let warnings fail
    #[arg(long)]
    pub strict: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// SARIF 2.1.0
    Sarif,
    /// `JUnit` XML
    Junit,
}

/// Checks incidents.
///
/// # Errors
/// There is no repository or no such incident, or the disk fails; what is wrong in files is a finding.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let (folders, strays) = store.folders();
    let mut chosen: Vec<Folder> = if args.ids.is_empty() {
        folders.clone()
    } else {
        args.ids.iter().map(|part| store.find(part)).collect::<Result<_>>()?
    };
    let range = args.base.as_deref().map(|base| Range::read(&repo, &store, base)).transpose()?;
    if let Some(range) = &range {
        chosen.retain(|folder| range.touches(folder));
    }
    if args.fix {
        fix::run(context, &repo, &store, &folders, &chosen)?;
    }
    let mut findings: Vec<Finding> = Vec::new();
    if let Some(range) = &range {
        findings.extend(range.findings(&store, &folders)?);
    }
    let (of_incidents, rows) = of_incidents(context, &store, &folders, &chosen, &args.repo)?;
    if args.ids.is_empty() {
        let registry = match &range {
            Some(range) if !range.touches_registry() => registry_after(&store, range, &rows),
            Some(_) => registry_document(&store, &folders),
            None => registry_of(&store, rows.into_values().rev().collect()),
        };
        findings.extend(check::repository(&store, (&folders, strays), registry));
    }
    findings.extend(of_incidents);
    let removed = range.as_ref().map_or(0, Range::removed);
    report(context, &store, findings, chosen.len() + removed, args)
}

/// What `inc postmortem check` does: what the check of one incident says of its post-mortem.
///
/// # Errors
/// As [`run`].
pub fn postmortem(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let process = store.load(&folder)?.incident.map(|i| store.processes.get(&i.record.process));
    let file = process.and_then(Result::ok).and_then(|f| super::postmortem::document(&f.process).file);
    let document = file.map(|f| folder.path.join(f));
    let (mut findings, _) =
        of_incidents(context, &store, &store.folders().0, std::slice::from_ref(&folder), &[])?;
    findings.retain(|f| is_of_postmortem(f, document.as_deref()));
    let args = Args {
        ids: vec![folder.id.to_string()],
        base: None,
        repo: Vec::new(),
        fix: false,
        format: Format::Text,
        strict: false,
    };
    report(context, &store, findings, 1, &args)
}

/// Whether a finding is about the post-mortem: its document, what is learned and done about it, or its state.
fn is_of_postmortem(finding: &Finding, document: Option<&Path>) -> bool {
    let field = match &finding.place {
        Place::Field(path) | Place::Word(path, _) => path.first().map_or("", String::as_str),
        _ => "",
    };
    let of_record = finding.path.ends_with(RECORD) && ["analysis", "actions", "review"].contains(&field);
    let of_state = finding.rule.starts_with("postmortem") || ["schema", "INC-005"].contains(&finding.rule);
    of_record || of_state || document == Some(finding.path.as_path())
}

/// The commit to which the tag of a rollback plan leads now, if there is such a tag.
fn leads_to(dir: &Path, plan: &RollbackPlan, named: &[PathBuf]) -> Result<Option<String>> {
    let repo = Repo::open(dir)?;
    let other = super::rollback::repository(&repo, plan.repository.as_deref(), named)?;
    Ok(other.as_ref().unwrap_or(&repo).tag(&plan.target.tag)?.map(|tag| tag.commit))
}

/// The line of each incident in the registry, by its id; none of one that cannot be read.
type Rows = BTreeMap<String, Option<String>>;

/// One of them.
type Row = (String, Option<String>);

/// What is wrong with incidents, and how the registry names them.
fn of_incidents(
    context: &Context,
    store: &Store,
    folders: &[Folder],
    chosen: &[Folder],
    repos: &[PathBuf],
) -> Result<(Vec<Finding>, Rows)> {
    let known: BTreeSet<String> = folders.iter().map(|f| f.id.to_string()).collect();
    let documents =
        |folder: &Folder, incident: &Incident, found: &Found| documents(store, folder, incident, found);
    let dir = context.dir();
    let named: Vec<PathBuf> = repos.iter().map(|path| dir.join(path)).collect();
    let leads_to = |plan: &RollbackPlan| leads_to(dir, plan, &named);
    let team = check::team(&store.settings);
    let around =
        Around { known: &known, team: &team, now: context.now, documents: &documents, leads_to: &leads_to };
    let progress = context.ui.progress("checking incidents", chosen.len());
    let one = |folder: &Folder| -> Result<(Vec<Finding>, Row)> {
        let checked = check::incident(store, folder, &around)?;
        progress.step();
        let row = checked.read.map(|(incident, found)| registry::row(&incident, &found));
        Ok((checked.findings, (folder.id.to_string(), row)))
    };
    let (findings, rows): (Vec<_>, Rows) =
        chosen.par_iter().map(one).collect::<Result<Vec<_>>>()?.into_iter().unzip();
    Ok((findings.into_iter().flatten().collect(), rows))
}

fn report(
    context: &Context,
    store: &Store,
    mut findings: Vec<Finding>,
    incidents: usize,
    args: &Args,
) -> Result<Done> {
    // Whoever names an incident reads its folder; the log of a check of all of them has other readers.
    let quoted = |finding: &Finding| !finding.restricted || !args.ids.is_empty();
    let secret: BTreeSet<PathBuf> = findings.iter().filter(|f| !quoted(f)).map(|f| f.path.clone()).collect();
    for finding in findings.iter_mut().filter(|f| f.restricted && args.ids.is_empty()) {
        finding.keep_to_itself();
    }
    let read = |path: &Path| {
        let open = !secret.contains(path);
        open.then(|| atomic::read_text(&store.root, path, LARGEST).ok()).flatten()
    };
    let report = Report::new(findings, incidents, &read).strict(args.strict);
    let format = if context.globals.json { Format::Json } else { args.format };
    match format {
        Format::Text => context.ui.out(&report.text(context.ui.colored(), usize::from(context.ui.width()))),
        Format::Json => context.ui.out(&crate::render::json::pretty(&report.json())?),
        Format::Github => context.ui.out(&report.github()),
        Format::Sarif => context.ui.out(&crate::render::json::pretty(&report.sarif())?),
        Format::Junit => context.ui.out(&report.junit()),
    }
    Ok(if report.fails() { Done::Findings } else { Done::Clean })
}

/// The largest document that is compared, in bytes.
const LARGEST: u64 = 8 * yaml::MAX_BYTES as u64;

/// The documents of an incident: as they are and, once it is over, as they should be.
#[must_use]
pub fn documents(store: &Store, folder: &Folder, incident: &Incident, found: &Found) -> Vec<Document> {
    let applies =
        |d: &&crate::process::documents::Document| super::render::applies(d, &found.process, incident);
    // Before the end nobody asks for documents; rendering is the dearest part of a check.
    let asked = incident.status.is_resolved();
    let values = LazyCell::new(|| crate::documents::values(store, found, incident).ok());
    let with_file =
        found.process.documents.iter().filter(applies).filter_map(|d| Some((d, d.file.as_ref()?)));
    with_file
        .map(|(document, file)| {
            let path = folder.path.join(file);
            let there = store.root.join(&path).symlink_metadata().is_ok();
            let text = there.then(|| atomic::read_text(&store.root, &path, LARGEST).unwrap_or_default());
            let fresh = || crate::documents::from_values(store, found, values.as_ref()?, document).ok();
            let fresh = asked.then(fresh).flatten();
            let (expected, broken) = match (&text, fresh) {
                (Some(text), Some(fresh)) if document.managed => refreshed(text, &fresh),
                (_, fresh) => (fresh, None),
            };
            Document { path, text, expected, managed: document.managed, broken, public: document.public }
        })
        .chain(incident.record.restricted.then(|| published(store)).flatten())
        .collect()
}

/// The registry, as something that a restricted incident must not stand in.
fn published(store: &Store) -> Option<Document> {
    let path = Path::new(INCIDENTS).join(REGISTRY);
    let text = atomic::read_text(&store.root, &path, LARGEST).ok()?;
    Some(Document { path, text: Some(text), public: true, ..Document::default() })
}

/// What a document that people write should be, or why nobody can tell; one without any marker is theirs alone.
fn refreshed(text: &str, fresh: &str) -> (Option<String>, Option<(Option<usize>, String)>) {
    if !managed::has_markers(text) {
        return (None, None);
    }
    match managed::refresh(text, fresh) {
        Ok(text) => (Some(text), None),
        Err(problem) => {
            let said = problem.to_string();
            let said =
                problem.line().and_then(|l| said.strip_prefix(&format!("line {l}: "))).unwrap_or(&said);
            (None, Some((problem.line(), said.to_owned())))
        }
    }
}

/// The registry as it is and as it should be; none where there is none, or an incident cannot be read.
fn registry_document(store: &Store, folders: &[Folder]) -> Option<Document> {
    let row = |folder: &Folder| {
        let incident = store.load(folder).ok()?.incident?;
        let found = store.processes.get(&incident.record.process).ok()?;
        Some(registry::row(&incident, &found))
    };
    registry_of(store, folders.par_iter().rev().map(row).collect())
}

/// The registry as it is, and with these rows, newest first.
fn registry_of(store: &Store, rows: Option<Vec<String>>) -> Option<Document> {
    let rows = rows?;
    registry_file(store, |_| registry::table(&rows))
}

/// The registry as it is, and with the rows of the incidents that a range touched as they are now: what it says
/// of others is not this range's doing.
fn registry_after(store: &Store, range: &Range, rows: &Rows) -> Option<Document> {
    let touched = range.touched().filter_map(|folder| folder.file_name()?.to_str());
    let mut now: BTreeMap<&str, Option<&str>> = touched.map(|id| (id, None)).collect();
    for (id, row) in rows {
        now.insert(id, Some(row.as_deref()?));
    }
    registry_file(store, |text| registry::with(text, &now))
}

fn registry_file(store: &Store, expected: impl Fn(&str) -> String) -> Option<Document> {
    let path = Path::new(INCIDENTS).join(REGISTRY);
    store.root.join(&path).exists().then_some(())?;
    let text = atomic::read_text(&store.root, &path, LARGEST).ok();
    let expected = text.as_deref().map(expected);
    Some(Document { path, text, expected, ..Document::default() })
}
