//! What rules look at: facts that somebody else has read. Rules touch no file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Rule;
use super::levels::Levels;
use crate::clock::Clock;
use crate::model::duration::{Limit, Op};
use crate::model::instant::Instant;
use crate::model::{Entry, Incident};
use crate::process::Process;
use crate::process::shape::RuleSetting;

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
}

/// What became of a preserved file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preserved {
    /// It is there.
    Here {
        /// Its digest, in lower-case hexadecimal.
        sha256: String,
        /// Bytes.
        size: u64,
    },
    /// It is not there.
    Gone,
    /// Its path leads out of the incident's folder.
    Outside,
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
    /// Files named by `evidence` entries, by their path in the entry.
    pub evidence: &'a BTreeMap<String, Preserved>,
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

    /// The worst severity that the incident ever had is at least as bad as `rank`, 1 the worst.
    #[must_use]
    pub fn ever_ranked(&self, rank: u32) -> bool {
        self.process.highest_rank(self.incident) <= rank
    }
}

/// A process of the team's own, or the built-in one that it uses.
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
    /// The processes that incidents here use, and the team's own.
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
