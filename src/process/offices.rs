//! Who fills a role, a post or a level at one time.

use std::collections::BTreeMap;

use super::Process;
use crate::model::Incident;
use crate::model::instant::Instant;

/// The roles, posts and levels of an incident at one instant: its offices.
#[derive(Debug, Clone, Copy)]
pub struct Offices<'a> {
    /// What names them.
    pub process: &'a Process,
    /// Who was given which role.
    pub incident: &'a Incident,
    /// The instant.
    pub at: Instant,
    /// Who fills a post, by the post's id.
    pub posted: &'a BTreeMap<String, Vec<String>>,
}

impl Offices<'_> {
    /// Whether somebody fills an office, or is named by it: `cto` is the CTO, whoever that is.
    #[must_use]
    pub fn holds(&self, who: &str, office: &str) -> bool {
        if let Some(level) = self.process.levels.iter().position(|l| l.id.eq_ignore_ascii_case(office)) {
            let mut above = self.process.levels.iter().skip(level);
            return above.any(|l| same(who, &l.id) || l.posts.iter().any(|post| self.fills(who, post)));
        }
        let Some(role) = self.process.roles.iter().find(|r| r.id == office) else {
            return self.fills(who, office);
        };
        // A role that nobody was given is filled by its post.
        let given = match self.incident.holder_at(&role.id, self.at) {
            Some(holder) => same(holder, who),
            None => role.post.as_ref().is_some_and(|post| self.fills(who, post)),
        };
        given || self.process.role(who).is_some_and(|r| r.id == role.id)
    }

    fn fills(&self, who: &str, post: &str) -> bool {
        let is_named = self.process.post(who).is_some_and(|p| p.id == post);
        is_named || self.posted.get(post).into_iter().flatten().any(|person| same(person, who))
    }

    /// Whether two names mean the same person: as they are written, or the one as an office that the other fills.
    #[must_use]
    pub fn is_one(&self, a: &str, b: &str) -> bool {
        let named = |word: &str| {
            let role = self.process.role(word).map(|r| r.id.clone());
            role.or_else(|| self.process.post(word).map(|p| p.id.clone()))
        };
        let fills = |who: &str, word: &str| named(word).is_some_and(|office| self.holds(who, &office));
        same(a, b) || fills(a, b) || fills(b, a)
    }

    /// Whether somebody fills one of several offices.
    #[must_use]
    pub fn holds_one_of<'o>(&self, who: &str, offices: impl IntoIterator<Item = &'o String>) -> bool {
        offices.into_iter().any(|office| self.holds(who, office))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// `Legal counsel and Communications lead` or `CTO, CEO or Commander`, by their labels.
#[must_use]
pub fn listed<'o>(process: &Process, offices: impl IntoIterator<Item = &'o String>, last: &str) -> String {
    let labels: Vec<&str> = offices.into_iter().map(|office| process.label_of(office)).collect();
    match labels.split_last() {
        Some((end, before)) if !before.is_empty() => format!("{} {last} {end}", before.join(", ")),
        _ => labels.concat(),
    }
}
