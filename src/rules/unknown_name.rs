//! Names in an incident's files are names that its process, the settings or the repository know.
//!
//! ## What it checks
//! Severities, roles, levels, audiences, types of decision, checklist and runbook items, criteria and the incident's type: the
//! process knows them. Services: `services` in `inc.yaml` lists them (any name is right where it lists none).
//! Entries that are amended, and incidents that this one duplicates or repeats: they exist. Names are compared
//! as the process writes them; an alias belongs on the command line, not into a file.
//!
//! ## Why
//! A name that nobody knows does nothing: a severity without limits, a role that nobody is asked to fill, a
//! service that no search finds.
//!
//! ## Example
//! ```yaml
//! kind: role
//! role: comander
//! ```
//!
//! ## Instead
//! ```yaml
//! role: commander
//! ```
//! `inc process show` lists the names.

use std::path::PathBuf;

use super::{Check, Place, Remark, Rule, Subject};
use crate::error::nearest;
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::process::Process;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("unknown-name", Weight::Error, include_str!("unknown_name.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let names = Names::of(subject);
    let mut remarks = in_record(subject, &names);
    for entry in subject.incident.entries() {
        remarks.extend(in_entry(subject, &names, entry));
    }
    for amendment in &subject.incident.amendments {
        let Kind::Amended { of, .. } = &amendment.kind else { continue };
        remarks.extend(names.entries.unless_known(of, || (subject.entry(amendment), Place::field("of"))));
    }
    remarks
}

/// The names of one sort, and the alias behind which each may hide.
struct Known<'a> {
    what: &'static str,
    names: Vec<&'a str>,
    aliases: Vec<(&'a str, &'a str)>,
    /// Where to look for them.
    list: &'static str,
    /// They are drawn at random.
    drawn: bool,
}

impl<'a> Known<'a> {
    fn new(what: &'static str, list: &'static str, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { what, list, names: names.into_iter().collect(), aliases: Vec::new(), drawn: false }
    }

    fn aliases(mut self, aliases: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.aliases = aliases.into_iter().collect();
        self
    }

    fn unless_known(&self, name: &str, place: impl FnOnce() -> (PathBuf, Place)) -> Option<Remark> {
        if self.names.contains(&name) {
            return None;
        }
        let (path, place) = place();
        let lower = name.to_lowercase();
        let meant = self.aliases.iter().find(|(alias, _)| alias.to_lowercase() == lower).map(|(_, id)| *id);
        // Ids are drawn, not spelled: one is not near another.
        let near = if self.drawn { None } else { nearest(name, self.names.iter().copied()) };
        let help = match (meant, near) {
            (Some(id), _) => format!("in files it is written `{id}`"),
            (None, Some(near)) => format!("did you mean `{near}`? {}", self.list()),
            (None, None) => self.list(),
        };
        Some(Remark::new(path, place, format!("there is no {} `{name}`", self.what)).help(help))
    }

    fn list(&self) -> String {
        const MOST: usize = 12;
        match self.names.len() {
            0 => format!("{} knows none", self.list),
            n if n <= MOST && !self.drawn => format!("{} knows {}", self.list, self.names.join(", ")),
            _ => format!("{} lists them", self.list),
        }
    }
}

/// Every sort of name that an incident's files may use.
struct Names<'a> {
    severities: Known<'a>,
    roles: Known<'a>,
    offices: Known<'a>,
    levels: Known<'a>,
    audiences: Known<'a>,
    decisions: Known<'a>,
    items: Known<'a>,
    criteria: Known<'a>,
    types: Known<'a>,
    services: Option<Known<'a>>,
    entries: Known<'a>,
    incidents: Known<'a>,
}

/// The type of an incident for which there is no runbook.
const OTHER: &str = "other";

impl<'a> Names<'a> {
    fn of(subject: &Subject<'a>) -> Self {
        let Process { severities, roles, posts, levels, communication, criteria, runbooks, .. } =
            subject.process;
        let process = "the process";
        let role_words = roles.iter().flat_map(|r| words(&r.id, &r.label, &r.aliases));
        let services = &subject.team.services;
        let incident = subject.incident;
        Self {
            severities: Known::new("severity", process, severities.iter().map(|s| s.id.as_str()))
                .aliases(severities.iter().flat_map(|s| words(&s.id, &s.label, &s.aliases))),
            roles: Known::new("role", process, roles.iter().map(|r| r.id.as_str())).aliases(role_words),
            offices: Known::new(
                "role or post",
                process,
                roles.iter().map(|r| r.id.as_str()).chain(posts.iter().map(|p| p.id.as_str())),
            ),
            levels: Known::new("level", process, levels.iter().map(|l| l.id.as_str())),
            audiences: Known::new("audience", process, communication.audiences.iter().map(|a| a.id.as_str())),
            decisions: Known::new(
                "type of decision",
                process,
                subject.process.decision_types.iter().map(|d| d.id.as_str()),
            ),
            items: Known::new("checklist or runbook item", process, items(subject.process)),
            criteria: Known::new("criterion", process, criteria.iter().map(|c| c.id.as_str())),
            types: Known::new("type", process, runbooks.iter().map(|r| r.id.as_str()).chain([OTHER])),
            services: (!services.is_empty())
                .then(|| Known::new("service", "inc.yaml", services.iter().map(String::as_str))),
            entries: Known::new(
                "entry",
                "the timeline",
                incident.entries().chain(&incident.amendments).map(|e| e.name.as_str()),
            ),
            incidents: Known {
                drawn: true,
                ..Known::new("incident", "`inc list --all`", subject.known.iter().map(String::as_str))
            },
        }
    }
}

fn words<'a>(id: &'a str, label: &'a str, aliases: &'a [String]) -> Vec<(&'a str, &'a str)> {
    aliases.iter().map(String::as_str).chain([label, id]).map(|word| (word, id)).collect()
}

fn items(process: &Process) -> impl Iterator<Item = &str> {
    let groups = process.checklists.iter().flat_map(|c| &c.groups);
    groups.chain(process.runbooks.iter().flat_map(|r| &r.steps)).flat_map(|g| &g.items).map(|i| i.id.as_str())
}

fn in_record(subject: &Subject<'_>, names: &Names<'_>) -> Vec<Remark> {
    let record = &subject.incident.record;
    let at = |field: String| move || (subject.record(), Place::field(&field));
    let mut remarks = Vec::new();
    remarks.extend(record.kind.as_ref().and_then(|k| names.types.unless_known(k, at("type".into()))));
    for (place, criterion) in record.criteria.iter().enumerate() {
        remarks.extend(names.criteria.unless_known(criterion, at(format!("criteria.{place}"))));
    }
    if let Some(services) = &names.services {
        for (place, service) in record.services.iter().enumerate() {
            remarks.extend(services.unless_known(service, at(format!("services.{place}"))));
        }
    }
    let related = &record.related;
    for (field, id) in
        [("related.duplicate_of", &related.duplicate_of), ("related.recurrence_of", &related.recurrence_of)]
    {
        remarks.extend(id.as_ref().and_then(|id| names.incidents.unless_known(id, at(field.into()))));
    }
    remarks
}

fn in_entry(subject: &Subject<'_>, names: &Names<'_>, entry: &Entry) -> Option<Remark> {
    let at = |field: &'static str| move || (subject.entry(entry), Place::field(field));
    match &entry.kind {
        Kind::Declared { severity, .. } => names.severities.unless_known(severity, at("severity")),
        Kind::Severity { to, .. } => names.severities.unless_known(to, at("to")),
        Kind::Role { role, .. } => names.roles.unless_known(role, at("role")),
        Kind::Escalated { level, .. } => names.levels.unless_known(level, at("level")),
        Kind::Down { service } | Kind::Up { service } => {
            names.services.as_ref()?.unless_known(service, at("service"))
        }
        Kind::Update { audience: Some(audience), .. } => {
            names.audiences.unless_known(audience, at("audience"))
        }
        Kind::Approved { as_role: Some(office), .. } => names.offices.unless_known(office, at("as")),
        Kind::Decision { of_type: Some(of_type), .. } => names.decisions.unless_known(of_type, at("type")),
        Kind::Done { item, .. } => names.items.unless_known(item, at("item")),
        Kind::Cancelled { of: Some(of), .. } => names.incidents.unless_known(of, at("of")),
        _ => None,
    }
}
