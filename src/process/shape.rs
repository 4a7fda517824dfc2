//! `process.yaml` as a whole, and how its names are looked up.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::communication::Communication;
use super::documents::{Document, Language};
use super::facts::{Standing, Truth, When};
use super::obligation::{Alarm, Obligation, Weight};
use super::people::{CallChain, DecisionType, Level, Post, Role};
use super::postmortem::Postmortem;
use super::response::{Checklist, Item, Rollback, Runbook, Warroom};
use super::severity::{Questions, Severity, Targets};
use crate::model::duration::Span;
use crate::model::entry::PostmortemState;
use crate::model::{Incident, Status, Zone};

/// A team's process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// The name that `inc.yaml` says.
    pub name: String,
    /// `1.0.0`; an incident pins it at declaration.
    pub version: String,
    /// What a person reads.
    pub title: String,
    /// The language of its documents: `en`, `fr`, or a name of the team's own with `words`.
    pub language: String,
    /// The zone in which its people live, by its IANA name.
    #[schemars(with = "String")]
    pub timezone: Zone,
    /// Where the process comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day of the source document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Who keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it is to be looked through again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_due: Option<chrono::NaiveDate>,
    /// What it stands for, and what is missing from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Worst first.
    pub severities: Vec<Severity>,
    /// Questions that lead to a severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Questions>,
    /// What can notice an incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detection_sources: Vec<Named>,
    /// What evidence can be: logs, snapshots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_types: Vec<Named>,
    /// What is decided, and by whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decision_types: Vec<DecisionType>,
    /// What counts as an incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Named>,
    /// The phases of the response.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<Phase>,
    /// Roles in an incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Posts in the organisation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<Post>,
    /// Levels of escalation, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Who is called, in what order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_chain: Option<CallChain>,
    /// Everything that can fall due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// How long after something has fired (`after`) carrying it out still counts as in time; without it, not a
    /// second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Span>,
    /// What "at once" means here: how long carrying out what fires at its very start (`after: 0m`) is in time;
    /// without it, as long as `grace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<Span>,
    /// Who is told what.
    #[serde(default)]
    pub communication: Communication,
    /// Lists of things to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<Checklist>,
    /// What to do about each type of incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runbooks: Vec<Runbook>,
    /// The room for the worst ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warroom: Option<Warroom>,
    /// What is asked of a post-mortem.
    #[serde(default)]
    pub postmortem: Postmortem,
    /// What is asked of a rollback.
    #[serde(default)]
    pub rollback: Rollback,
    /// Figures that the team wants to keep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: Targets,
    /// Rules of `check` that weigh otherwise here, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, RuleSetting>,
    /// What is rendered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// The language's forms and words, over those that `inc` has for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Language>,
}

/// Something with a name to type and a label to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What is typed.
    pub id: String,
    /// What is read.
    pub label: String,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A phase of the response, from one status on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What is typed.
    pub id: String,
    /// What is read.
    pub label: String,
    /// The status with which it begins.
    pub from: Status,
    /// How long it may take, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How a rule of `check` weighs here, and its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSetting {
    /// Its weight here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Weight>,
    /// Parameters by name, as the rule's page lists them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// The clause that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Process {
    /// `name@version`, as an incident pins it.
    #[must_use]
    pub fn pin(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// How long after an alarm has fired carrying it out is in time.
    #[must_use]
    pub fn grace_of(&self, alarm: &Alarm) -> Option<Span> {
        self.at_once.filter(|_| alarm.0.duration.is_zero()).or(self.grace)
    }

    /// The severity of this id, label or alias, whatever its case.
    #[must_use]
    pub fn severity(&self, word: &str) -> Option<&Severity> {
        let same = |w: &str| same_word(w, word);
        self.severities
            .iter()
            .find(|s| same(&s.id))
            .or_else(|| self.severities.iter().find(|s| same(&s.label) || s.aliases.iter().any(|a| same(a))))
    }

    /// The rank of a severity, by id, label or alias, 1 the worst.
    #[must_use]
    pub fn rank(&self, word: &str) -> Option<u32> {
        let id = &self.severity(word)?.id;
        let place = self.severities.iter().position(|s| s.id == *id)?;
        u32::try_from(place + 1).ok()
    }

    /// The role of this id or alias.
    #[must_use]
    pub fn role(&self, word: &str) -> Option<&Role> {
        let same = |w: &str| same_word(w, word);
        self.roles.iter().find(|r| same(&r.id) || same(&r.label) || r.aliases.iter().any(|a| same(a)))
    }

    /// The post of this id or alias.
    #[must_use]
    pub fn post(&self, word: &str) -> Option<&Post> {
        let same = |w: &str| same_word(w, word);
        self.posts.iter().find(|p| same(&p.id) || same(&p.label) || p.aliases.iter().any(|a| same(a)))
    }

    /// The level of this id.
    #[must_use]
    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|l| l.id.eq_ignore_ascii_case(id))
    }

    /// The runbook of this id.
    #[must_use]
    pub fn runbook(&self, id: &str) -> Option<&Runbook> {
        self.runbooks.iter().find(|r| r.id.eq_ignore_ascii_case(id))
    }

    /// The items of runbooks and checklists, in the order of the process.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let groups = self.runbooks.iter().flat_map(|r| &r.steps);
        groups.chain(self.checklists.iter().flat_map(|c| &c.groups)).flat_map(|g| &g.items)
    }

    /// The document of this id.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|d| d.id == id)
    }

    /// What a person reads for a post, role, level or audience named by an obligation; the name itself otherwise.
    #[must_use]
    pub fn label_of<'a>(&'a self, who: &'a str) -> &'a str {
        self.role(who)
            .map(|r| r.label.as_str())
            .or_else(|| self.post(who).map(|p| p.label.as_str()))
            .or_else(|| self.level(who).map(|l| l.label.as_str()))
            .or_else(|| self.communication.audiences.iter().find(|a| a.id == who).map(|a| a.label.as_str()))
            .unwrap_or(who)
    }

    /// What a person reads for what noticed an incident; the word itself where the process does not know it.
    #[must_use]
    pub fn source_label<'a>(&'a self, source: &'a str) -> &'a str {
        let known = self.detection_sources.iter().find(|s| s.id.eq_ignore_ascii_case(source));
        known.map_or(source, |s| &s.label)
    }

    /// The worst rank that the incident ever had; none where the process lacks one of its severities.
    #[must_use]
    pub fn highest_rank(&self, incident: &Incident) -> Option<u32> {
        let ranks: Option<Vec<u32>> = incident.severities.iter().map(|s| self.rank(&s.to)).collect();
        ranks?.into_iter().min()
    }

    /// The standing by which predicates are asked now.
    #[must_use]
    pub fn standing<'a>(&'a self, incident: &'a Incident) -> Standing<'a> {
        let word = incident.severity().unwrap_or_default();
        let severity = self.severity(word).map_or(word, |s| &s.id);
        Standing { severity, rank: self.rank(word), highest_rank: self.highest_rank(incident) }
    }

    /// Whether it asks for a post-mortem of an incident like this.
    #[must_use]
    pub fn asks_for_postmortem(&self, incident: &Incident) -> bool {
        let required = self.postmortem.required.as_ref();
        let asks = |when: &When| when.holds(incident, self.worst_standing(incident)) == Truth::Yes;
        incident.status != Status::Cancelled && required.is_some_and(asks)
    }

    /// Whether what was preserved may go: once the post-mortem is approved or, where none is asked for, the incident
    /// has ended.
    #[must_use]
    pub fn lets_evidence_go(&self, incident: &Incident) -> bool {
        match incident.postmortem {
            Some(state) => state >= PostmortemState::Approved,
            None => incident.status >= Status::Closed && !self.asks_for_postmortem(incident),
        }
    }

    /// The standing by which gates are asked: the worst severity that the incident ever had.
    #[must_use]
    pub fn worst_standing<'a>(&'a self, incident: &'a Incident) -> Standing<'a> {
        let highest_rank = self.highest_rank(incident);
        let known = incident.severities.iter().filter_map(|s| self.severity(&s.to));
        let worst = known.min_by_key(|s| self.rank(&s.id)).map(|s| s.id.as_str());
        let severity = worst.or(incident.severity()).unwrap_or_default();
        Standing { severity, rank: highest_rank, highest_rank }
    }
}

/// Whether two words are the same, whatever their case.
fn same_word(a: &str, b: &str) -> bool {
    // Only what is not plain may be the same without being so letter by letter.
    a.eq_ignore_ascii_case(b) || !(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase()
}
