//! Names in checklists, runbooks, documents, the war room and the post-mortem.

use super::{Check, field, path};
use crate::process::response::Group;

impl Check<'_> {
    /// Checklists, runbooks and their items.
    pub(super) fn response(&mut self) {
        let p = self.process;
        for (place, checklist) in p.checklists.iter().enumerate() {
            self.when(&path(&[&"checklists", &place, &"when"]), &checklist.when);
            self.groups(&path(&[&"checklists", &place, &"groups"]), &checklist.groups);
        }
        for (place, runbook) in p.runbooks.iter().enumerate() {
            self.groups(&path(&[&"runbooks", &place, &"steps"]), &runbook.steps);
        }
    }

    fn groups(&mut self, at: &[String], groups: &[Group]) {
        let roles: Vec<&str> = self.process.roles.iter().map(|r| r.id.as_str()).collect();
        for (place, group) in groups.iter().enumerate() {
            for (number, item) in group.items.iter().enumerate() {
                let mut at = at.to_vec();
                at.extend(path(&[&place, &"items", &number]));
                let key = |key: &str| [at.clone(), vec![key.to_owned()]].concat();
                if let Some(role) = &item.role {
                    self.known(key("role"), "role", role, &roles);
                }
                if let Some(when) = &item.when {
                    self.when(&key("when"), when);
                }
                for (name, event) in [("done_by", &item.done_by), ("after", &item.after)] {
                    if let Some(event) = event {
                        self.event(&key(name), event);
                    }
                }
            }
        }
    }

    /// The war room, the post-mortem and the documents.
    pub(super) fn papers(&mut self) {
        let p = self.process;
        let who = self.roles_and_posts();
        if let Some(room) = &p.warroom {
            self.when(&path(&[&"warroom", &"when"]), &room.when);
            for participant in &room.participants {
                let at = path(&[&"warroom", &"participants"]);
                self.known(at.clone(), "role or post", &participant.who, &who);
                self.when(&at, &participant.when);
            }
            for asking in &room.on_request_of {
                self.known(path(&[&"warroom", &"on_request_of"]), "role or post", asking, &who);
            }
            let checklists: Vec<&str> = p.checklists.iter().map(|c| c.id.as_str()).collect();
            if let Some(checklist) = &room.checklist {
                self.known(path(&[&"warroom", &"checklist"]), "checklist", checklist, &checklists);
            }
        }
        if let Some(when) = &p.postmortem.required {
            self.when(&path(&[&"postmortem", &"required"]), when);
        }
        let offices = self.offices();
        for (place, attendee) in p.postmortem.review.participants.iter().enumerate() {
            let at = |key: &str| path(&[&"postmortem", &"review", &"participants", &place, &key]);
            for who in attendee.who.values() {
                self.known(at("who"), "role, post or level", who, &offices);
            }
            self.when(&at("when"), &attendee.when);
        }
        for field in &p.postmortem.fields {
            self.field(path(&[&"postmortem", &"fields"]), field);
        }
        for (place, document) in p.documents.iter().enumerate() {
            if let Some(when) = &document.when {
                self.when(&path(&[&"documents", &place, &"when"]), when);
            }
            for field in &document.needs {
                self.field(path(&[&"documents", &place, &"needs"]), field);
            }
        }
    }

    /// Reports a path that names no field of the record.
    pub(super) fn field(&mut self, at: Vec<String>, name: &str) {
        if let Err(near) = field::known(name) {
            let help = near.map_or_else(
                || "`inc schema incident` lists the fields".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.flaw(at, format!("a record has no field `{}`", name.escape_debug()), Some(help));
        }
    }
}
