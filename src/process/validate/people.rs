//! Names of people: roles, posts, levels, who decides and approves, and who is told.

use super::{Check, path};
use crate::process::communication::Channel;

impl Check<'_> {
    /// Roles, posts, levels, and who may decide and approve.
    pub(super) fn people(&mut self) {
        let p = self.process;
        let roles: Vec<&str> = p.roles.iter().map(|r| r.id.as_str()).collect();
        let posts: Vec<&str> = p.posts.iter().map(|r| r.id.as_str()).collect();
        for (place, role) in p.roles.iter().enumerate() {
            for other in &role.not_with {
                self.known(path(&[&"roles", &place, &"not_with"]), "role", other, &roles);
            }
            if let Some(post) = &role.post {
                self.known(path(&[&"roles", &place, &"post"]), "post", post, &posts);
            }
            if let Some(when) = &role.required {
                self.when(&path(&[&"roles", &place, &"required"]), when);
            }
        }
        for (place, level) in p.levels.iter().enumerate() {
            for post in &level.posts {
                self.known(path(&[&"levels", &place, &"posts"]), "post", post, &posts);
            }
        }
        for post in p.call_chain.iter().flat_map(|c| &c.order) {
            self.known(path(&[&"call_chain", &"order"]), "post", post, &posts);
        }
        let who = self.roles_and_posts();
        let offices = self.offices();
        for (place, decided) in p.decision_types.iter().enumerate() {
            for decider in &decided.deciders {
                let at = path(&[&"decision_types", &place, &"deciders"]);
                self.known(at, "role, post or level", decider, &offices);
            }
        }
        for approver in &p.postmortem.approvers {
            self.known(path(&[&"postmortem", &"approvers"]), "role or post", approver, &who);
        }
        for approver in &p.rollback.approvers {
            self.known(path(&[&"rollback", &"approvers"]), "role or post", approver, &who);
        }
    }

    /// The audiences of the communication plan.
    pub(super) fn audiences(&mut self) {
        let p = self.process;
        let who = self.roles_and_posts();
        let documents: Vec<&str> = p.documents.iter().map(|d| d.id.as_str()).collect();
        for (place, audience) in p.communication.audiences.iter().enumerate() {
            if let Some(document) = &audience.document {
                let at = path(&[&"communication", &"audiences", &place, &"document"]);
                self.known(at, "document", document, &documents);
            }
            self.when(&path(&[&"communication", &"audiences", &place, &"when"]), &audience.when);
            let channels: Vec<String> =
                audience.channels.iter().map(|c| Channel::bare(c).to_owned()).collect();
            self.channels(&path(&[&"communication", &"audiences", &place, &"channels"]), &channels);
            if audience.jointly && audience.prepared_by.is_empty() {
                let at = path(&[&"communication", &"audiences", &place, &"jointly"]);
                let message = format!("what goes to `{}` is prepared by nobody together", audience.id);
                self.flaw(at, message, Some("say under `prepared_by` who prepares it".into()));
            }
            for preparer in &audience.prepared_by {
                let at = path(&[&"communication", &"audiences", &place, &"prepared_by"]);
                self.known(at, "role or post", preparer, &who);
            }
            if let Some(post) = &audience.approval {
                self.known(
                    path(&[&"communication", &"audiences", &place, &"approval"]),
                    "role or post",
                    post,
                    &who,
                );
            }
        }
    }
}
