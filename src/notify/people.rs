//! Who is behind a word: the people of a post, the holder of a role, the posts of a level.

use chrono::NaiveDate;

use crate::error::plain;
use crate::model::Incident;
use crate::process::Process;
use crate::process::people::Post;
use crate::store::Settings;

/// Somebody who can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    /// The post, role or person, as entries name it.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// The people behind it, the first to be called first; empty when nobody wrote them down.
    pub people: Vec<String>,
    /// How to reach them, as far as the process says.
    pub contacts: Vec<String>,
}

impl Callee {
    /// `Second line: Bob, then Carol (bob@example.com)`
    #[must_use]
    pub fn line(&self) -> String {
        let mut text = plain(&self.label);
        if !self.people.is_empty() {
            text.push_str(&format!(": {}", plain(&self.people.join(", then "))));
        }
        if !self.contacts.is_empty() {
            text.push_str(&format!(" ({})", plain(&self.contacts.join(", "))));
        }
        text
    }
}

/// Where names are looked up: an incident, its process, the settings, and the day that decides a rotation.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'a> {
    /// The incident, for who holds a role.
    pub incident: &'a Incident,
    /// Its process.
    pub process: &'a Process,
    /// Who fills which post.
    pub settings: &'a Settings,
    /// The day, in the process's zone.
    pub day: NaiveDate,
}

impl<'a> Directory<'a> {
    /// Everybody behind a word, in the order in which they are called: one for each post of a level.
    #[must_use]
    pub fn callees(&self, word: &str) -> Vec<Callee> {
        if let Some(level) = self.process.level(word) {
            // A post may have the name of its level: it is looked up as a post, or this would never end.
            let posts = level.posts.iter().filter_map(|p| self.process.post(p));
            let posts: Vec<Callee> = posts.map(|p| self.post(p)).collect();
            if !posts.is_empty() {
                return posts;
            }
            let (id, label) = (level.id.clone(), level.label.clone());
            return vec![Callee { id, label, people: Vec::new(), contacts: level.contacts.clone() }];
        }
        if let Some(role) = self.process.role(word) {
            let post = role.post.as_deref().and_then(|p| self.process.post(p));
            let holder = self.incident.holder(&role.id).map(|h| vec![h.to_owned()]);
            let people = holder.or_else(|| post.map(|p| self.people(&p.id))).unwrap_or_default();
            let contacts = post.map(|p| p.contacts.clone()).unwrap_or_default();
            return vec![Callee { id: role.id.clone(), label: role.label.clone(), people, contacts }];
        }
        if let Some(post) = self.process.post(word) {
            return vec![self.post(post)];
        }
        vec![Callee { id: word.to_owned(), label: word.to_owned(), people: Vec::new(), contacts: Vec::new() }]
    }

    /// The posts that a person fills now.
    #[must_use]
    pub fn posts_of(&self, person: &str) -> Vec<&'a Post> {
        let same = |p: &String| p.to_lowercase() == person.to_lowercase();
        self.process.posts.iter().filter(|post| self.people(&post.id).iter().any(same)).collect()
    }

    /// The name of somebody who is known: in the settings, or by a role of this incident.
    #[must_use]
    pub fn person(&self, word: &str) -> Option<String> {
        let posts = self.process.posts.iter().flat_map(|p| self.people(&p.id));
        let roles = self.incident.roles.values().flatten().map(|a| a.person.clone());
        posts.chain(roles).find(|p| p.to_lowercase() == word.to_lowercase())
    }

    /// Who is called when nobody answered: the next person of the same post, else the next post of the chain.
    #[must_use]
    pub fn next(&self, post: &str, person: Option<&str>) -> Option<Callee> {
        let chain = self.process.call_chain.as_ref()?;
        let post = self.process.role(post).and_then(|r| r.post.as_deref()).unwrap_or(post);
        if let (Some(person), Some(mut same)) = (person, self.callees(post).into_iter().next()) {
            let place = same.people.iter().position(|p| p.to_lowercase() == person.to_lowercase());
            let rest = place.map(|at| same.people.split_off(at + 1)).unwrap_or_default();
            if !rest.is_empty() {
                return Some(Callee { people: rest, ..same });
            }
        }
        let place = chain.order.iter().position(|p| p == post);
        let next = chain.order.get(place.map_or(0, |at| at + 1))?;
        self.callees(next).into_iter().next()
    }

    fn post(&self, post: &Post) -> Callee {
        Callee {
            id: post.id.clone(),
            label: post.label.clone(),
            people: self.people(&post.id),
            contacts: post.contacts.clone(),
        }
    }

    fn people(&self, post: &str) -> Vec<String> {
        self.settings.holders(post, self.day).into_iter().map(str::to_owned).collect()
    }
}
