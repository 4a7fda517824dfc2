//! Whether every name in a process means something: what the schema cannot say.

mod field;
mod parts;
mod people;

use std::collections::BTreeMap;
use std::fmt::Display;

use super::builtin;
use super::event::{Event, EventMap};
use super::facts::When;
use super::obligation::{Counts, Obligation};
use super::shape::Process;
use crate::error::nearest;

/// Something wrong in a process, at a place in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Keys and list indexes that lead to it.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// Everything wrong with a process that could be read, in the order of its file.
#[must_use]
pub fn flaws(process: &Process) -> Vec<Flaw> {
    let mut check = Check { process, flaws: Vec::new() };
    check.language();
    check.severities();
    check.unique();
    check.obligations();
    check.people();
    check.audiences();
    check.lists();
    check.response();
    check.papers();
    check.flaws
}

struct Check<'p> {
    process: &'p Process,
    flaws: Vec<Flaw>,
}

fn path(parts: &[&dyn Display]) -> Vec<String> {
    parts.iter().map(ToString::to_string).collect()
}

impl<'p> Check<'p> {
    fn flaw(&mut self, path: Vec<String>, message: impl Into<String>, help: Option<String>) {
        self.flaws.push(Flaw { path, message: message.into(), help });
    }

    /// Reports `name` where it is none of `known`.
    fn known(&mut self, path: Vec<String>, what: &str, name: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("the process has no {what}"),
            None => format!("known: {}", known.join(", ")),
        };
        self.flaw(path, format!("there is no {what} `{}`", name.escape_debug()), Some(help));
    }

    /// Reports a language that `inc` does not have, where the process brings no words of its own.
    fn language(&mut self) {
        let files = builtin::files_under("languages");
        let known: Vec<&str> = files.filter_map(|(path, _)| path.strip_suffix(".yaml")).collect();
        if self.process.words.is_none() {
            self.known(path(&[&"language"]), "language", &self.process.language, &known);
        }
    }

    fn severities(&mut self) {
        if self.process.severities.is_empty() {
            self.flaw(path(&[&"severities"]), "a process needs at least one severity", None);
        }
        for (place, severity) in self.process.severities.iter().enumerate() {
            if severity.criteria.is_empty() {
                let message = format!("the severity `{}` has no criteria", severity.id);
                let help = Some("say in a few words what makes an incident this severe".into());
                self.flaw(path(&[&"severities", &place]), message, help);
            }
        }
    }

    fn unique(&mut self) {
        let p = self.process;
        let lists: [(&str, Vec<&str>); 12] = [
            ("severities", p.severities.iter().map(|s| s.id.as_str()).collect()),
            ("roles", p.roles.iter().map(|r| r.id.as_str()).collect()),
            ("posts", p.posts.iter().map(|r| r.id.as_str()).collect()),
            ("levels", p.levels.iter().map(|r| r.id.as_str()).collect()),
            ("obligations", p.obligations.iter().map(|r| r.id.as_str()).collect()),
            ("checklists", p.checklists.iter().map(|r| r.id.as_str()).collect()),
            ("runbooks", p.runbooks.iter().map(|r| r.id.as_str()).collect()),
            ("documents", p.documents.iter().map(|r| r.id.as_str()).collect()),
            ("phases", p.phases.iter().map(|r| r.id.as_str()).collect()),
            ("evidence_types", p.evidence_types.iter().map(|r| r.id.as_str()).collect()),
            ("decision_types", p.decision_types.iter().map(|r| r.id.as_str()).collect()),
            ("detection_sources", p.detection_sources.iter().map(|r| r.id.as_str()).collect()),
        ];
        for (list, ids) in lists {
            let mut seen = BTreeMap::new();
            for (place, id) in ids.iter().enumerate() {
                if let Some(first) = seen.insert(id.to_lowercase(), place) {
                    let help = Some(format!("the other is number {} of the list", first + 1));
                    self.flaw(
                        path(&[&list, &place, &"id"]),
                        format!("`{id}` stands twice in `{list}`"),
                        help,
                    );
                }
            }
        }
        let mut items = self.items();
        items.sort_unstable();
        for pair in items.windows(2) {
            if let [a, b] = pair
                && a == b
            {
                let message = format!("two items of checklists or runbooks have the id `{a}`");
                self.flaw(path(&[&"checklists"]), message, Some("give one of them another id".into()));
            }
        }
    }

    fn items(&self) -> Vec<&'p str> {
        self.process.items().map(|i| i.id.as_str()).collect()
    }

    fn roles_and_posts(&self) -> Vec<&'p str> {
        let roles = self.process.roles.iter().map(|r| r.id.as_str());
        roles.chain(self.process.posts.iter().map(|p| p.id.as_str())).collect()
    }

    /// Names of what people hold: roles, posts, levels.
    fn offices(&self) -> Vec<&'p str> {
        let mut offices = self.roles_and_posts();
        offices.extend(self.process.levels.iter().map(|l| l.id.as_str()));
        offices
    }

    /// Names that can be told something: posts, roles, levels, audiences.
    fn who(&self) -> Vec<&'p str> {
        let p = self.process;
        let posts = p.posts.iter().map(|r| r.id.as_str());
        posts
            .chain(p.roles.iter().map(|r| r.id.as_str()))
            .chain(p.levels.iter().map(|l| l.id.as_str()))
            .chain(p.communication.audiences.iter().map(|a| a.id.as_str()))
            .collect()
    }

    fn obligations(&mut self) {
        for (place, obligation) in self.process.obligations.iter().enumerate() {
            let at = |key: &str| path(&[&"obligations", &place, &key]);
            let times = [
                obligation.within.is_some(),
                obligation.after.is_some(),
                obligation.every.is_some(),
                obligation.between.is_some(),
            ];
            if times.into_iter().filter(|t| *t).count() > 1 {
                let message = format!("`{}` has more than one time", obligation.id);
                self.flaw(
                    at("id"),
                    message,
                    Some("keep one of `within`, `after`, `every` and `between`".into()),
                );
            }
            if obligation.every.is_some() && obligation.reset.is_none() {
                let message = format!("`{}` repeats, but nothing meets it", obligation.id);
                self.flaw(at("every"), message, Some("say with `reset` what starts it anew".into()));
            }
            if obligation.each && (obligation.every.is_some() || obligation.counts == Counts::Downtime) {
                let message = format!("`{}` cannot start anew with `each` as well", obligation.id);
                let help = "leave out `each`: `every` and `counts: downtime` take all of them together";
                self.flaw(at("each"), message, Some(help.into()));
            }
            self.when(&at("when"), &obligation.when);
            for event in obligation.from.values() {
                self.event(&at("from"), event);
            }
            for (key, event) in
                [("until", &obligation.until), ("unless", &obligation.unless), ("reset", &obligation.reset)]
            {
                if let Some(event) = event {
                    self.event(&at(key), event);
                }
            }
            for who in &obligation.notify {
                let known = self.who();
                self.known(at("notify"), "post, role, level or audience", who, &known);
            }
            if let Some(level) = &obligation.level {
                let levels: Vec<&str> = self.process.levels.iter().map(|l| l.id.as_str()).collect();
                self.known(at("level"), "level", level, &levels);
            }
            self.channels(&at("channels"), &obligation.channels);
            if circular(self.process, obligation) {
                let message = format!("`{}` builds on itself", obligation.id);
                self.flaw(at("from"), message, Some("let one of the circle start from a milestone".into()));
            }
        }
    }

    fn channels(&mut self, at: &[String], names: &[String]) {
        let known: Vec<&str> = self.process.communication.channels.iter().map(|c| c.id.as_str()).collect();
        for name in names {
            self.known(at.to_vec(), "channel", name, &known);
        }
    }

    fn when(&mut self, at: &[String], when: &When) {
        let severities: Vec<&str> = self.process.severities.iter().map(|s| s.id.as_str()).collect();
        for severity in when.severity.iter().flat_map(|s| s.values()) {
            self.known(at.to_vec(), "severity", severity, &severities);
        }
        let mut kinds: Vec<&str> = self.process.runbooks.iter().map(|r| r.id.as_str()).collect();
        kinds.push("other");
        for kind in when.kind.iter().flat_map(|k| k.values()) {
            self.known(at.to_vec(), "type of incident", kind, &kinds);
        }
        for inner in when.any.iter().chain(when.not.as_deref()) {
            self.when(at, inner);
        }
    }

    fn event(&mut self, at: &[String], event: &Event) {
        let mut maps: Vec<EventMap> = Vec::new();
        event.walk(&mut |e| {
            if let Event::Of(map) = e {
                maps.push((**map).clone());
            }
        });
        let p = self.process;
        let levels: Vec<&str> = p.levels.iter().map(|l| l.id.as_str()).collect();
        let roles: Vec<&str> = p.roles.iter().map(|r| r.id.as_str()).collect();
        let audiences: Vec<&str> = p.communication.audiences.iter().map(|a| a.id.as_str()).collect();
        let obligations: Vec<&str> = p.obligations.iter().map(|o| o.id.as_str()).collect();
        let types: Vec<&str> = p.evidence_types.iter().map(|t| t.id.as_str()).collect();
        for map in &maps {
            let named: [(&str, &Option<String>, Vec<&str>); 8] = [
                ("level", &map.escalated, levels.clone()),
                ("type of evidence", &map.evidence, types.clone()),
                ("role", &map.role, roles.clone()),
                ("role", &map.handover, roles.clone()),
                ("post, role, level or audience", &map.notified, self.who()),
                ("item of a checklist or runbook", &map.done, self.items()),
                ("obligation", &map.obligation, obligations.clone()),
                ("obligation", &map.missed, obligations.clone()),
            ];
            for (what, name, known) in named {
                if let Some(name) = name {
                    self.known(at.to_vec(), what, name, &known);
                }
            }
            if let Some(update) = &map.update {
                if let Some(audience) = &update.audience {
                    self.known(at.to_vec(), "audience", audience, &audiences);
                }
                let channel: Vec<String> = update.channel.clone().into_iter().collect();
                self.channels(at, &channel);
            }
        }
    }

    fn lists(&mut self) {
        let p = self.process;
        let severities: Vec<&str> = p.severities.iter().map(|s| s.id.as_str()).collect();
        let checklists: Vec<&str> = p.checklists.iter().map(|c| c.id.as_str()).collect();
        for (place, runbook) in p.runbooks.iter().enumerate() {
            for severity in &runbook.severity {
                self.known(path(&[&"runbooks", &place, &"severity"]), "severity", severity, &severities);
            }
            for checklist in &runbook.checklists {
                self.known(path(&[&"runbooks", &place, &"checklists"]), "checklist", checklist, &checklists);
            }
        }
        for (place, question) in p.classification.iter().flat_map(|c| &c.questions).enumerate() {
            let at = path(&[&"classification", &"questions", &place]);
            if let Some(field) = &question.field {
                self.field(path(&[&"classification", &"questions", &place, &"field"]), field);
            }
            let effects =
                question.bands.iter().map(|b| &b.then).chain(question.choices.iter().map(|c| &c.then));
            for effect in effects {
                for severity in effect.severity.iter().chain(&effect.decides) {
                    self.known(at.clone(), "severity", severity, &severities);
                }
            }
            if question.bands.is_empty() == question.choices.is_empty() {
                let message = format!("the question `{}` needs either `bands` or `choices`", question.id);
                self.flaw(at, message, None);
            }
        }
    }
}

/// Whether an obligation builds on itself, through others or at once.
fn circular(process: &Process, obligation: &Obligation) -> bool {
    let mut wanted = builds_on(obligation);
    let mut seen: Vec<String> = Vec::new();
    while let Some(id) = wanted.pop() {
        if id == obligation.id {
            return true;
        }
        if !seen.contains(&id) {
            wanted.extend(process.obligations.iter().filter(|o| o.id == id).flat_map(builds_on));
            seen.push(id);
        }
    }
    false
}

fn builds_on(obligation: &Obligation) -> Vec<String> {
    let mut ids = Vec::new();
    let events =
        obligation.from.values().chain(&obligation.until).chain(&obligation.unless).chain(&obligation.reset);
    for event in events {
        event.walk(&mut |e| {
            if let Event::Of(map) = e {
                ids.extend(map.obligation.clone());
            }
        });
    }
    ids
}
