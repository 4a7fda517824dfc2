//! Reads what the rules look at and asks them: between the store, which reads, and the rules, which judge.

pub mod history;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::clock::clocks;
use crate::error::Failure;
use crate::model::instant::Instant;
use crate::model::{Incident, RollbackPlan};
use crate::rules::{
    self, Document, Files, Finding, Leads, ProcessFile, Repository, Rollback, Subject, Team, Trouble,
};
use crate::store::incidents::FileProblem;
use crate::store::processes::{DEFAULT, Found};
use crate::store::rollback::PLAN;
use crate::store::settings::Holder;
use crate::store::yaml::{line_col, locate};
use crate::store::{Folder, Loaded, RECORD, SETTINGS, Settings, Store, evidence, rollback};

/// What the check of one incident needs beside its files.
pub struct Around<'a> {
    /// The ids of all incidents.
    pub known: &'a BTreeSet<String>,
    /// What the settings say.
    pub team: &'a Team,
    /// The instant at which it is judged.
    pub now: Instant,
    /// The documents that its process renders beside it: as they are and as they should be.
    pub documents: &'a (dyn Fn(&Folder, &Incident, &Found) -> Vec<Document> + Sync),
    /// The commit to which the tag of a rollback plan leads now, if there is such a tag; fails when its repository
    /// is not looked at.
    pub leads_to: &'a (dyn Fn(&RollbackPlan) -> Result<Option<String>> + Sync),
}

/// An incident that was checked.
#[derive(Debug)]
pub struct Checked {
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// The incident and its process, as far as they could be read.
    pub read: Option<(Incident, Arc<Found>)>,
}

/// Checks an incident.
///
/// # Errors
/// The disk fails; what is wrong in files is a finding.
pub fn incident(store: &Store, folder: &Folder, around: &Around<'_>) -> Result<Checked> {
    let team = around.team;
    let mut loaded = store.load(folder)?;
    let mut files = files(store, &loaded);
    let restricted = is_restricted(&loaded);
    let incident = loaded.incident.take();
    let process = incident.as_ref().map(|i| store.processes.get(&i.record.process));
    let found = match process {
        Some(Ok(found)) => Some(found),
        Some(Err(error)) => {
            files.troubles.push(no_process(&loaded, &error));
            None
        }
        None => None,
    };
    let plan = store.rollback_plan(folder).unwrap_or_else(|error| {
        files.troubles.push(unreadable(&folder.path.join(PLAN), &error));
        None
    });
    let mark = |mut finding: Finding| {
        finding.restricted = restricted;
        finding
    };
    let troubled: Vec<Finding> = rules::check_files(&files, team).into_iter().map(mark).collect();
    let read = incident.zip(found);
    let (Some((incident, found)), true) = (&read, files.troubles.is_empty()) else {
        return Ok(Checked { findings: troubled, read });
    };
    let documents = (around.documents)(folder, incident, found);
    let clocks = clocks(incident, &found.process, around.now);
    let rollback = plan.and_then(|plan| {
        let leads_to = match (around.leads_to)(&plan) {
            Ok(Some(commit)) => Leads::To(commit),
            Ok(None) => Leads::Nowhere,
            Err(error) => Leads::Unknown(error.to_string()),
        };
        let sha256 = rollback::digest(&plan).ok()?;
        Some(Rollback { path: folder.path.join(PLAN), plan, sha256, leads_to })
    });
    let findings = rules::check_incident(&Subject {
        id: folder.id.as_str(),
        folder: &folder.path,
        incident,
        process: &found.process,
        team,
        clocks: &clocks,
        now: around.now,
        documents: &documents,
        evidence: &evidence::pieces(&store.root, &folder.path, incident),
        rollback: rollback.as_ref(),
        known: around.known,
    });
    let findings = findings.into_iter().map(mark).collect();
    Ok(Checked { findings, read })
}

/// Whether an incident is restricted, as far as its record can be read.
fn is_restricted(loaded: &Loaded) -> bool {
    let says = |text: &str| text.lines().any(|line| line.trim_end() == "restricted: true");
    match &loaded.incident {
        Some(incident) => incident.record.restricted,
        None => loaded.record.as_ref().is_some_and(|record| says(&record.text)),
    }
}

/// What is wrong with the repository as a whole: its settings, its processes, its folders, its registry.
#[must_use]
pub fn repository(
    store: &Store,
    (folders, strays): (&[Folder], Vec<PathBuf>),
    registry: Option<Document>,
) -> Vec<Finding> {
    let (mut found, mut troubles) = (Vec::new(), Vec::new());
    for (name, version, path) in store.processes.own() {
        match store.processes.get(&format!("{name}@{version}")) {
            Ok(process) => found.push(process),
            Err(error) => troubles.push(unreadable(&path, &error)),
        }
    }
    let processes = found.iter().map(|f| ProcessFile { path: f.path.as_deref(), process: &f.process });
    let settings = Path::new(SETTINGS);
    let process = store.processes.get(store.settings.process.as_deref().unwrap_or(DEFAULT)).ok();
    rules::check_repository(&Repository {
        settings: store.root.join(settings).is_file().then_some(settings),
        team: team(&store.settings),
        process: process.as_ref().map(|found| &found.process),
        processes: processes.collect(),
        troubles,
        folders: folders.iter().map(|f| (f.id.to_string(), f.path.clone())).collect(),
        strays,
        registry,
    })
}

/// A file of which only the reader's words are known.
fn unreadable(path: &Path, error: &anyhow::Error) -> Trouble {
    let (line, column) = place(path, &error.to_string()).unwrap_or((1, 1));
    let message = error.to_string();
    let prefix = format!("{}:{line}:{column}: ", path.display());
    Trouble {
        path: path.to_owned(),
        line,
        column,
        field: String::new(),
        message: message.strip_prefix(&prefix).unwrap_or(&message).to_owned(),
        help: hints(error),
    }
}

/// The next steps that an error names, on one line.
fn hints(error: &anyhow::Error) -> Option<String> {
    let hints = error.downcast_ref::<Failure>()?.hints.join("; ").replace("?; ", "? ");
    (!hints.is_empty()).then_some(hints)
}

/// The line and column at the front of a message that begins with the file's name.
fn place(path: &Path, message: &str) -> Option<(usize, usize)> {
    let mut numbers = message.strip_prefix(&format!("{}:", path.display()))?.split(':');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The part of the settings that rules ask about.
#[must_use]
pub fn team(settings: &Settings) -> Team {
    let everybody = |holder: &Holder| match holder {
        Holder::One(person) => vec![person.clone()],
        Holder::Several(people) => people.clone(),
        Holder::Rotation(rotation) => rotation.weekly.clone(),
    };
    Team {
        services: settings.services.clone(),
        people: settings.people.iter().map(|(post, holder)| (post.clone(), everybody(holder))).collect(),
        rules: settings.rules.clone(),
    }
}

fn files(store: &Store, loaded: &Loaded) -> Files {
    let record = loaded.folder.path.join(RECORD);
    let is_gone = !store.root.join(&record).exists();
    let root = format!("{}{}", store.root.display(), std::path::MAIN_SEPARATOR);
    let mut troubles: Vec<Trouble> =
        loaded.problems.iter().filter(|p| !is_gone || p.path != record).map(|p| trouble(p, &root)).collect();
    if is_gone {
        troubles.push(missing_record(&record));
    }
    Files { id: loaded.folder.id.to_string(), folder: loaded.folder.path.clone(), troubles }
}

fn missing_record(path: &Path) -> Trouble {
    Trouble {
        path: path.to_owned(),
        line: 1,
        column: 1,
        field: String::new(),
        message: "the incident has no record".into(),
        help: Some("restore the file from git, or remove the folder".into()),
    }
}

/// A problem in words that name no folder of this machine.
fn trouble(found: &FileProblem, root: &str) -> Trouble {
    let FileProblem { path, problem, .. } = found;
    Trouble {
        path: path.clone(),
        line: problem.line,
        column: problem.column,
        field: problem.path.clone(),
        message: problem.message.replace(root, ""),
        help: problem.help.clone(),
    }
}

/// The process that the record pins cannot be had.
fn no_process(loaded: &Loaded, error: &anyhow::Error) -> Trouble {
    let record = loaded.record.as_ref();
    let text = record.map_or("", |r| r.text.as_str());
    let (line, column) = locate(text, &["process"]).map_or((1, 1), |span| line_col(text, span.start));
    Trouble {
        path: record.map_or_else(PathBuf::new, |r| r.path.clone()),
        line,
        column,
        field: "process".into(),
        message: error.to_string(),
        help: hints(error),
    }
}
