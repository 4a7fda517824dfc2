//! One command's change to one incident: checked first, then written, then committed as one.

mod save;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use crate::clock::{Clock, clocks};
use crate::context::Context;
use crate::error::{refused, usage};
use crate::git::{Repo, Writing};
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::model::instant::Instant;
use crate::model::{Entry, Incident, Milestone, fold, lifecycle};
use crate::process::Process;
use crate::process::obligation::Gate;
use crate::process::offices::Offices;
use crate::store::edit::{Edit, apply};
use crate::store::processes::Found;
use crate::store::{Folder, RECORD, Store, entry_name, yaml};

/// An incident opened for one command, and what the command will write.
pub struct Change<'a> {
    /// The command's context.
    pub context: &'a Context,
    /// The repository.
    pub repo: Repo,
    /// The team's files.
    pub store: Store,
    /// The incident's folder.
    pub folder: Folder,
    /// The incident with what the command has added so far.
    pub incident: Incident,
    /// The process that the incident pins.
    pub found: Arc<Found>,
    /// Who writes.
    pub by: String,
    /// When what is written happened.
    pub at: Instant,
    recorded: Instant,
    record: String,
    record_changed: bool,
    entries: Vec<Entry>,
    added: Vec<Entry>,
    attached: Vec<(PathBuf, String)>,
    beside: Vec<PathBuf>,
    writing: Option<Writing>,
}

impl<'a> Change<'a> {
    /// Opens the incident that the command is about.
    ///
    /// # Errors
    /// There is no repository, no such incident, nobody to commit as, or a file is wrong.
    pub fn open(context: &'a Context, named: Option<&str>) -> Result<Self> {
        let repo = context.repo()?;
        let store = context.store(&repo)?;
        let folder = context.folder(&repo, &store, named)?;
        Self::of(context, repo, store, folder)
    }

    /// Opens a given incident.
    ///
    /// # Errors
    /// As [`Change::open`].
    pub fn of(context: &'a Context, repo: Repo, store: Store, folder: Folder) -> Result<Self> {
        let loaded = store.load(&folder)?;
        let record = loaded.record.as_ref().map(|r| r.text.clone()).unwrap_or_default();
        let entries: Vec<Entry> =
            loaded.entries.iter().filter_map(|s| crate::store::incidents::entry(s).ok()).collect();
        let incident = loaded.whole()?;
        let found = store.processes.get(&incident.record.process)?;
        let at = context.at(found.process.timezone)?;
        let by = context.author(&repo)?;
        repo.identity()?;
        warn_of_clock(context, &entries);
        Ok(Self {
            context,
            repo,
            store,
            folder,
            incident,
            found,
            by,
            at,
            recorded: last_recorded(&entries, context.now),
            record,
            record_changed: false,
            entries,
            added: Vec::new(),
            attached: Vec::new(),
            beside: Vec::new(),
            writing: None,
        })
    }

    /// A new incident in a folder that does not exist yet.
    ///
    /// # Errors
    /// The record cannot be written as YAML.
    #[expect(clippy::too_many_arguments, reason = "what declare has found out by then")]
    pub fn declare(
        context: &'a Context,
        repo: Repo,
        store: Store,
        folder: Folder,
        found: Arc<Found>,
        record: String,
        by: String,
        at: Instant,
    ) -> Result<Self> {
        let read = yaml::read(&record).map_err(|p| yaml::failure(&folder.path.join(RECORD), &p))?;
        let incident = fold(read, Vec::new());
        Ok(Self {
            context,
            repo,
            store,
            folder,
            incident,
            found,
            by,
            at,
            recorded: context.now,
            record,
            record_changed: true,
            entries: Vec::new(),
            added: Vec::new(),
            attached: Vec::new(),
            beside: Vec::new(),
            writing: None,
        })
    }

    /// The process that the incident pins.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.found.process
    }

    /// The clocks as they stand with what the command has added so far.
    #[must_use]
    pub fn clocks(&self) -> Vec<Clock> {
        clocks(&self.incident, &self.found.process, self.now())
    }

    /// The instant at which the answer is given: now, or when what was written happened if that is later.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.context.now.max(self.at)
    }

    /// Who fills each post on the day of the command.
    #[must_use]
    pub fn posted(&self) -> BTreeMap<String, Vec<String>> {
        self.store.settings.fillings(self.at.with_timezone(&self.process().timezone).date_naive())
    }

    /// Who fills roles, posts and levels at the command's time; `posted` is [`Self::posted`].
    #[must_use]
    pub fn offices<'c>(&'c self, posted: &'c BTreeMap<String, Vec<String>>) -> Offices<'c> {
        Offices { process: self.process(), incident: &self.incident, at: self.at, posted }
    }

    /// What falls due next, as the answer to a command says it.
    #[must_use]
    pub fn next_due(&self, most: usize) -> String {
        crate::render::clocks::next_due(&self.clocks(), self.process(), self.now(), most)
    }

    /// Adds an entry at the command's time.
    pub fn add(&mut self, kind: Kind, text: &str) {
        self.add_at(self.at, kind, text);
    }

    /// Adds an entry at a time of its own.
    pub fn add_at(&mut self, at: Instant, kind: Kind, text: &str) {
        let mut entry = Entry {
            name: String::new(),
            at,
            recorded: self.recorded,
            by: self.by.clone(),
            kind,
            text: text.trim().to_owned(),
        };
        self.name(&mut entry);
        self.recorded = entry.recorded;
        self.added.push(entry.clone());
        self.entries.push(entry);
        self.refold();
    }

    /// Gives an entry a name that no other has, and that keeps the order of writing among those of the same second.
    fn name(&self, entry: &mut Entry) {
        for attempt in 1.. {
            entry.name = entry_name(entry, &self.context.random.suffix());
            let before =
                |e: &Entry| e.name != entry.name && (e.recorded != entry.recorded || e.name < entry.name);
            if self.entries.iter().filter(|e| e.at == entry.at).all(before) {
                return;
            }
            if attempt % 8 == 0 {
                // Nothing of this kind sorts last in this second.
                entry.recorded += chrono::TimeDelta::seconds(1);
            }
        }
    }

    /// Writes a file beside the rest, in the same commit; its path is relative to the store's root.
    pub fn attach(&mut self, path: PathBuf, text: String) {
        self.attached.push((path, text));
    }

    /// Takes a file that the command wrote itself, relative to the root, into the same commit.
    pub fn beside(&mut self, path: PathBuf) {
        self.beside.push(path);
    }

    /// Edits the record; comments, order and quoting stay as they are.
    ///
    /// # Errors
    /// The result would be no record, or not what was meant.
    pub fn edit(&mut self, edits: &[Edit]) -> Result<()> {
        let path = self.folder.path.join(RECORD);
        let text = apply(&self.record, edits).map_err(|p| yaml::failure(&path, &[p]))?;
        let record = yaml::read(&text).map_err(|problems| {
            let first = problems.first();
            let message = first.map_or_else(String::new, |p| format!("`{}`: {}", p.path, p.message));
            let failure = usage(format!("this would break {}: {message}", path.display()));
            first.and_then(|p| p.help.clone()).into_iter().fold(failure, crate::error::Failure::hint)
        })?;
        self.record_changed |= text != self.record;
        self.record = text;
        self.incident.record = record;
        Ok(())
    }

    fn refold(&mut self) {
        self.incident = fold(self.incident.record.clone(), self.entries.clone());
    }

    /// Takes a step of the lifecycle.
    ///
    /// # Errors
    /// The step is not legal now, with those that are; or an unmet obligation holds it up.
    pub fn step(&mut self, milestone: Milestone, kind: Kind, text: &str) -> Result<()> {
        if let Err(illegal) = lifecycle::check(&self.incident, milestone, self.at) {
            let legal = lifecycle::legal(&self.incident, self.at.max(self.context.now));
            let legal: Vec<&str> = legal.iter().filter_map(|k| command_of(*k)).collect();
            let failure = usage(format!("{} cannot be {milestone}: {illegal}", self.folder.id));
            return Err(match legal.as_slice() {
                [] => failure,
                legal => failure.hint(format!("legal now: {}", legal.join(", "))),
            }
            .into());
        }
        let gate = match milestone {
            Milestone::Resolved => Some(Gate::Resolve),
            Milestone::Verified => Some(Gate::Verify),
            Milestone::Closed => Some(Gate::Close),
            _ => None,
        };
        if let Some(gate) = gate {
            self.gate(gate)?;
        }
        self.add(kind, text);
        Ok(())
    }

    /// Checks that no unmet obligation holds up a step.
    ///
    /// # Errors
    /// Some do; each is named with the command that meets it.
    pub fn gate(&self, gate: Gate) -> Result<()> {
        let clocks = self.clocks();
        let unmet: Vec<&Clock> = clocks.iter().filter(|c| c.holds_up(gate)).collect();
        if unmet.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = unmet
            .iter()
            .map(|c| {
                use crate::render::clocks::{answer, command};
                let how = c
                    .needs
                    .map(answer)
                    .or_else(|| command(c))
                    .map(|c| format!("  ({c})"))
                    .unwrap_or_default();
                format!("  {}{how}", c.label)
            })
            .collect();
        let first = unmet.first().map_or("", |c| c.obligation.as_str());
        Err(refused(format!("{} cannot {} yet:\n{}", self.folder.id, gate.name(), list.join("\n")))
            .hint(format!("or accept one as it is: `inc waive --obligation {first} --reason \"…\"`"))
            .into())
    }

    /// Adds an entry that is made already, as it is.
    pub fn put(&mut self, entry: Entry) {
        self.added.push(entry.clone());
        self.entries.push(entry);
        self.refold();
    }

    /// `incident 20251110-7f3k: …`, the first line of a commit; of a restricted incident only what kinds of entries
    /// are added, because people read the log who do not read its folder.
    #[must_use]
    pub fn message(&self, what: &str) -> String {
        let id = &self.folder.id;
        if !self.incident.record.restricted {
            return format!("incident {id}: {what}");
        }
        let mut kinds: Vec<&str> = self.added.iter().map(|entry| entry.kind.name().name()).collect();
        kinds.dedup();
        format!(
            "incident {id}: {}",
            if kinds.is_empty() { "restricted".to_owned() } else { kinds.join(", ") }
        )
    }
}

/// Two clocks that disagree put a timeline out of order.
fn warn_of_clock(context: &Context, entries: &[Entry]) {
    let Some(last) = entries.iter().map(|e| e.recorded).max() else { return };
    let behind = last - context.now;
    if context.globals.at.is_none() && behind > AHEAD {
        context.ui.warn(&format!(
            "this clock is {} behind the one that the last entry was written by: one of them is wrong, and \
             `--at TIME` says when it happened",
            format_duration(behind)
        ));
    }
}

/// No further than this do several commands in one second put what they write ahead of the clock.
const AHEAD: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// When what is written now was recorded: not before what was written last, which several commands in one second have
/// put a little ahead.
fn last_recorded(entries: &[Entry], now: Instant) -> Instant {
    let ahead = |at: &Instant| *at > now && *at - now < AHEAD;
    entries.iter().map(|e| e.recorded).filter(ahead).max().unwrap_or(now)
}

/// The command that takes a step.
fn command_of(step: crate::model::entry::KindName) -> Option<&'static str> {
    use crate::model::entry::KindName;
    Some(match step {
        KindName::Acknowledged => "inc ack",
        KindName::Responded => "inc respond",
        KindName::Identified => "inc identify",
        KindName::Mitigated => "inc mitigate",
        KindName::Resolved => "inc resolve",
        KindName::Verified => "inc verify",
        KindName::Closed => "inc close",
        KindName::Reopened => "inc reopen",
        KindName::Cancelled => "inc cancel",
        _ => return None,
    })
}
