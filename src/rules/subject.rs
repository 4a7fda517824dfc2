//! What rules look at: facts that somebody else has read. Rules touch no file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::levels::Levels;
use super::{Place, Rule};
use crate::clock::{Clock, State};
use crate::model::entry::PostmortemState;
use crate::model::evidence::Piece;
use crate::model::instant::Instant;
use crate::model::limit::{Limit, Op};
use crate::model::record::Action;
use crate::model::{Entry, Incident, Milestone, RollbackPlan, Status};
use crate::process::offices::Offices;
use crate::process::shape::RuleSetting;
use crate::process::{Event, Process};

/// Something that keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The file, relative to the root.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The field with dots between its parts; empty for the whole file.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// An incident's folder as far as its files could be read.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The id that the folder's name is.
    pub id: String,
    /// The folder, relative to the root.
    pub folder: PathBuf,
    /// What could not be read.
    pub troubles: Vec<Trouble>,
}

/// What a repository sets for its incidents: the part of `inc.yaml` that rules ask about.
#[derive(Debug, Clone, Default)]
pub struct Team {
    /// The services that incidents may name; any, when empty.
    pub services: Vec<String>,
    /// Everybody who fills a post, by the post's id.
    pub people: BTreeMap<String, Vec<String>>,
    /// Rules that weigh otherwise here.
    pub rules: BTreeMap<String, RuleSetting>,
}

/// A document beside an incident.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The file, relative to the root.
    pub path: PathBuf,
    /// Its text, when it is there.
    pub text: Option<String>,
    /// What it should be now: rendered anew, with what people wrote in it kept; none when that is not known.
    pub expected: Option<String>,
    /// Written by people; only its managed blocks are refreshed.
    pub managed: bool,
    /// Why its managed blocks cannot be refreshed, with the line, from 1, where that has one.
    pub broken: Option<(Option<usize>, String)>,
    /// Anybody may read it.
    pub public: bool,
}

/// A rollback plan, and what git makes of its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// Its file, relative to the root.
    pub path: PathBuf,
    /// The plan.
    pub plan: RollbackPlan,
    /// The digest of what the plan says.
    pub sha256: String,
    /// Where the target's tag leads now.
    pub leads_to: Leads,
}

/// Where a tag leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// To this commit.
    To(String),
    /// Nowhere: it is gone.
    Nowhere,
    /// It was not looked at, and why.
    Unknown(String),
}

/// An incident with everything that is known around it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The id that the folder's name is.
    pub id: &'a str,
    /// The folder, relative to the root.
    pub folder: &'a Path,
    /// The incident.
    pub incident: &'a Incident,
    /// Its process.
    pub process: &'a Process,
    /// What the repository sets.
    pub team: &'a Team,
    /// Its clocks at `now`.
    pub clocks: &'a [Clock],
    /// The instant at which it is judged.
    pub now: Instant,
    /// The documents that its process renders beside it.
    pub documents: &'a [Document],
    /// The files that `evidence` entries preserve.
    pub evidence: &'a [Piece],
    /// The rollback plan, when there is one that can be read.
    pub rollback: Option<&'a Rollback>,
    /// The ids of all incidents.
    pub known: &'a BTreeSet<String>,
}

impl Subject<'_> {
    /// The record's file.
    #[must_use]
    pub fn record(&self) -> PathBuf {
        self.folder.join("incident.yaml")
    }

    /// The file of an entry.
    #[must_use]
    pub fn entry(&self, entry: &Entry) -> PathBuf {
        self.folder.join("timeline").join(format!("{}.md", entry.name))
    }

    /// Who filled roles, posts and levels at an instant; of a rotation everybody counts.
    #[must_use]
    pub fn offices(&self, at: Instant) -> Offices<'_> {
        Offices { process: self.process, incident: self.incident, at, posted: &self.team.people }
    }

    /// How rules weigh here, and their parameters.
    #[must_use]
    pub fn levels(&self) -> Levels<'_> {
        Levels { process: Some(&self.process.rules), team: &self.team.rules }
    }

    /// A limit among the rule's parameters: as set here, else the rule's default; none when neither is one.
    #[must_use]
    pub fn limit(&self, rule: &Rule, name: &str) -> Option<Limit> {
        Limit::parse(&self.levels().text(rule, name)?, Op::Le).ok()
    }

    /// The process asks for a post-mortem of an incident like this.
    #[must_use]
    pub fn postmortem_required(&self) -> bool {
        self.process.asks_for_postmortem(self.incident)
    }

    /// The actions of an incident that is resolved, each with its place in the record; none of another.
    pub fn settled_actions(&self) -> impl Iterator<Item = (usize, &Action)> {
        let resolved = self.incident.status.is_resolved();
        self.incident.record.actions.iter().enumerate().filter(move |_| resolved)
    }

    /// The analysis has been handed in: its post-mortem is in review or beyond, or the incident is closed and the
    /// time for the post-mortem is over.
    #[must_use]
    pub fn handed_in(&self) -> bool {
        let reviewed = self.incident.postmortem.is_some_and(|state| state >= PostmortemState::Review);
        let closed = self.postmortem_required() && self.incident.status == Status::Closed;
        reviewed || (closed && !self.has_time_for_postmortem())
    }

    /// The process gives the post-mortem a time, and it is not over.
    #[must_use]
    pub fn has_time_for_postmortem(&self) -> bool {
        let running = self.clocks.iter().filter(|c| c.state == State::Running && c.due > Some(self.now));
        let mut found = false;
        for until in running.filter_map(|c| c.until.as_ref()) {
            until.walk(&mut |e| found |= matches!(e, Event::Of(map) if map.postmortem.is_some()));
        }
        found
    }

    /// The entry that marks a milestone which stands.
    #[must_use]
    pub fn marks(&self, milestone: Milestone) -> Option<&Entry> {
        let at = self.incident.reached(milestone)?;
        self.incident.entries().find(|e| e.kind.milestone() == Some(milestone) && e.at == at)
    }

    /// Where a milestone is written down; the record's id when it is not.
    #[must_use]
    pub fn at(&self, milestone: Milestone) -> (PathBuf, Place) {
        match self.marks(milestone) {
            Some(entry) => (self.entry(entry), Place::field("kind")),
            None => (self.record(), Place::field("id")),
        }
    }

    /// A clock that is not met speaks of an event: the clock says what is wrong, no other rule has to.
    #[must_use]
    pub fn on_a_clock(&self, mut event: impl FnMut(&Event) -> bool) -> bool {
        let unmet = self.clocks.iter().filter(|c| !matches!(c.state, State::Met | State::Pending));
        let mut found = false;
        for until in unmet.filter_map(|c| c.until.as_ref()) {
            until.walk(&mut |e| found |= event(e));
        }
        found
    }
}

/// A process and its file.
#[derive(Debug)]
pub struct ProcessFile<'a> {
    /// Its file, relative to the root; none for a built-in one.
    pub path: Option<&'a Path>,
    /// The process.
    pub process: &'a Process,
}

/// The repository as a whole.
#[derive(Debug, Default)]
pub struct Repository<'a> {
    /// `inc.yaml`, when it is there.
    pub settings: Option<&'a Path>,
    /// What it sets.
    pub team: Team,
    /// The process for new incidents, when it can be read.
    pub process: Option<&'a Process>,
    /// The team's own processes.
    pub processes: Vec<ProcessFile<'a>>,
    /// Files of settings and processes that could not be read.
    pub troubles: Vec<Trouble>,
    /// Every incident's id with its folder, relative to the root.
    pub folders: Vec<(String, PathBuf)>,
    /// Folders among the incidents that are none.
    pub strays: Vec<PathBuf>,
    /// The registry.
    pub registry: Option<Document>,
}
