//! What a command is given: where it runs, when, for whom, and how it answers.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use chrono::SubsecRound;

use crate::cli::Globals;
use crate::clock::time::parse_time;
use crate::error::usage;
use crate::git::{Head, Repo};
use crate::model::Zone;
use crate::model::instant::Instant;
use crate::model::{Id, Incident};
use crate::store::cache::Cache;
use crate::store::processes::{DEFAULT, Found};
use crate::store::random::Random;
use crate::store::{Folder, SETTINGS, Store};
use crate::ui::Ui;

/// The environment, read once, here.
#[derive(Debug, Default)]
pub struct Environment {
    now: Option<String>,
    seed: Option<String>,
    incident: Option<String>,
    by: Option<String>,
    people: Option<String>,
    width: Option<u16>,
}

impl Environment {
    /// Reads the variables that `inc` knows.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the environment enters here")]
    pub fn read() -> Self {
        let text = |name| std::env::var(name).ok().filter(|v: &String| !v.is_empty());
        Self {
            now: text("INC_NOW"),
            seed: text("INC_SEED"),
            incident: text("INC_INCIDENT"),
            by: text("INC_BY"),
            people: text("INC_PEOPLE"),
            width: text("COLUMNS").and_then(|w| w.parse().ok()),
        }
    }
}

/// What a command is given.
#[derive(Debug)]
pub struct Context {
    /// The printer.
    pub ui: Ui,
    /// The flags that every command has.
    pub globals: Globals,
    /// The time, to the whole second; the clock's, unless `--now` or `INC_NOW` says otherwise.
    pub now: Instant,
    /// Whether somebody set the time: then what lies after it has not happened yet.
    pub looking_back: bool,
    /// The random part of names.
    pub random: Random,
    /// How long to sync when the command is done: set by one that committed, where the team wants it.
    pub sync_after: Cell<Option<std::time::Duration>>,
    environment: Environment,
    dir: PathBuf,
}

impl Context {
    /// The context of this run.
    ///
    /// # Errors
    /// `--now` or `INC_NOW` is no time, `INC_SEED` no number, or `-C` no folder.
    pub fn new(globals: Globals, environment: Environment) -> Result<Self> {
        let ui = Ui::new(globals.color, globals.quiet, environment.width);
        let (now, looking_back) = now(&globals, &environment)?;
        let seed = environment
            .seed
            .as_deref()
            .map(|s| s.parse().map_err(|_| usage(format!("INC_SEED is `{s}`; it must be a whole number"))))
            .transpose()?;
        let dir = folder(&globals)?;
        Ok(Self {
            ui,
            globals,
            now,
            looking_back,
            random: Random::new(seed),
            sync_after: Cell::default(),
            environment,
            dir,
        })
    }

    /// The context of a command that another command runs: elsewhere, and at another time.
    ///
    /// # Errors
    /// `now` is no time, or there is no such folder.
    pub fn beside(&self, mut globals: Globals, dir: &Path, now: &str) -> Result<Self> {
        globals.dir = Some(dir.to_owned());
        globals.color = self.globals.color;
        let environment = Environment {
            now: Some(now.to_owned()),
            width: self.environment.width,
            seed: Some((self.random.next() >> 1).to_string()),
            ..Environment::default()
        };
        Self::new(globals, environment)
    }

    /// The folder that the command runs in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The repository around it.
    ///
    /// # Errors
    /// There is none, or `inc` cannot work with it.
    pub fn repo(&self) -> Result<Repo> {
        Repo::open(&self.dir)
    }

    /// The team's files: those beside the nearest `inc.yaml`, else those at the top of the repository; with the
    /// people of the file that `INC_PEOPLE` names, which may lie anywhere.
    ///
    /// # Errors
    /// The settings are wrong, or the people's file is.
    pub fn store(&self, repo: &Repo) -> Result<Store> {
        let top = repo.workdir();
        let near =
            self.dir.ancestors().take_while(|d| d.starts_with(top)).find(|d| d.join(SETTINGS).is_file());
        let mut store = Store::open(near.unwrap_or(top))?;
        if let Some(file) = &self.environment.people {
            let added = store.settings.add_people(&self.dir.join(file));
            added.map_err(|error| error.context("INC_PEOPLE names a file that is of no use"))?;
        }
        Ok(store)
    }

    /// The process for a new incident, and whether somebody chose it.
    ///
    /// # Errors
    /// It is unknown or wrong.
    pub fn process(&self, store: &Store) -> Result<(Arc<Found>, bool)> {
        let chosen = store.settings.process.as_deref();
        Ok((store.processes.get(chosen.unwrap_or(DEFAULT))?, chosen.is_some()))
    }

    /// The incident that the command is about: named, else by `INC_INCIDENT`, else by the branch, else the one
    /// that is open.
    ///
    /// # Errors
    /// None or several are meant.
    pub fn folder(&self, repo: &Repo, store: &Store, named: Option<&str>) -> Result<Folder> {
        let named = named.or(self.globals.incident.as_deref()).or(self.environment.incident.as_deref());
        if let Some(part) = named {
            return store.find(part);
        }
        let branch = match repo.branch()? {
            Head::Branch(name) | Head::Unborn(name) => name,
            Head::Detached(_) => String::new(),
        };
        if let Some(folder) = id_in(&branch).and_then(|id| store.find(id.as_str()).ok()) {
            return Ok(folder);
        }
        let incidents = store.folders().0.len();
        store.only_one(&Cache::new(store, &repo.git_dir().join("inc"), incidents, self.now))
    }

    /// Who writes: `--by`, else `INC_BY`, else the name that git knows.
    ///
    /// # Errors
    /// Nobody is known.
    pub fn author(&self, repo: &Repo) -> Result<String> {
        let said = self.globals.by.clone().or_else(|| self.environment.by.clone());
        let name = match said {
            Some(name) => name,
            None => repo.identity()?.name,
        };
        line("the name of who writes", &name)
    }

    /// When what is written happened: `--at`, else now.
    ///
    /// # Errors
    /// It is no time, or one that does not exist or exists twice in the zone.
    pub fn at(&self, zone: Zone) -> Result<Instant> {
        self.globals.at.as_deref().map_or(Ok(self.now), |text| self.time(text, zone))
    }

    /// A time as people type it, in a zone.
    ///
    /// # Errors
    /// As [`Context::at`].
    pub fn time(&self, text: &str, zone: Zone) -> Result<Instant> {
        parse_time(text, self.now, zone).map_err(|e| {
            let hint = e.hint();
            usage(e.to_string()).hint(hint).into()
        })
    }

    /// Opens the incident that a command reads, with its process; `named` as for [`Context::folder`].
    ///
    /// # Errors
    /// There is no repository or no such incident, or a file of it or of its process is wrong.
    pub fn open(&self, named: Option<&str>) -> Result<Opened> {
        let repo = self.repo()?;
        let store = self.store(&repo)?;
        let folder = self.folder(&repo, &store, named)?;
        let incident = self.load(&store, &folder)?;
        let found = store.processes.get(&incident.record.process)?;
        Ok(Opened { store, folder, incident, found })
    }

    /// Reads an incident as the command should see it: with `--now`, as it was known then.
    ///
    /// # Errors
    /// A file of it is wrong, or the disk fails.
    pub fn load(&self, store: &Store, folder: &Folder) -> Result<Incident> {
        store.load_as_of(folder, self.looking_back.then_some(self.now))?.whole()
    }
}

/// An incident that a command reads; one that it changes is a [`crate::change::Change`].
#[derive(Debug)]
pub struct Opened {
    /// The team's files.
    pub store: Store,
    /// The incident's folder.
    pub folder: Folder,
    /// The incident as the command should see it.
    pub incident: Incident,
    /// The process that it pins.
    pub found: Arc<Found>,
}

/// One line of text that a person gave.
///
/// # Errors
/// It is empty, too long, or holds a line break or another control character.
pub fn line(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let wrong = |why: String| -> anyhow::Error { usage(format!("{what} {why}")).into() };
    if text.is_empty() {
        return Err(wrong("is empty".into()));
    }
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        return Err(wrong(format!("holds a control character, {}", c.escape_unicode())));
    }
    let length = text.chars().count();
    if length > LONGEST_LINE {
        return Err(wrong(format!("is {length} characters long, and {LONGEST_LINE} are allowed")));
    }
    Ok(text.to_owned())
}

/// The longest title, name or other single line, in characters.
const LONGEST_LINE: usize = 500;

#[expect(clippy::disallowed_methods, reason = "the clock enters here")]
fn now(globals: &Globals, environment: &Environment) -> Result<(Instant, bool)> {
    let clock = chrono::Utc::now().trunc_subsecs(0);
    let Some(text) = globals.now.as_deref().or(environment.now.as_deref()) else { return Ok((clock, false)) };
    let now = parse_time(text, clock, Zone::UTC).map_err(|e| {
        let hint = e.hint();
        usage(format!("the time now, `--now` or INC_NOW: {e}")).hint(hint)
    })?;
    Ok((now, globals.now.is_some()))
}

#[expect(clippy::disallowed_methods, reason = "the current folder enters here")]
fn folder(globals: &Globals) -> Result<PathBuf> {
    let dir = globals.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let here = std::env::current_dir().unwrap_or_default().join(&dir);
    let real = here.canonicalize().ok().filter(|d| d.is_dir());
    real.ok_or_else(|| usage(format!("there is no folder {}", dir.display())).into())
}

/// The incident id in a branch's name.
fn id_in(branch: &str) -> Option<Id> {
    let starts = branch.char_indices().map(|(i, _)| i);
    starts.filter_map(|i| branch.get(i..i + 13)).find_map(|part| part.parse().ok())
}
