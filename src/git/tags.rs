//! Tags: what they point at, what they say, and whether it lies in the history of HEAD.

use git2::{ErrorCode, ObjectType, Oid};

use super::{Repo, failed};
use crate::error::invalid;

/// A tag as git resolves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The commit that it leads to, in full.
    pub commit: String,
    /// What its annotation says, when it has one.
    pub message: Option<String>,
}

impl Repo {
    /// The tag of this name; none when there is no such tag, or when it leads to no commit.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn tag(&self, name: &str) -> anyhow::Result<Option<Tag>> {
        let unread = |e| failed(&format!("the tag `{name}` cannot be read"), &e);
        let reference = match self.inner.find_reference(&format!("refs/tags/{name}")) {
            Ok(reference) => reference,
            Err(e) if matches!(e.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => return Ok(None),
            Err(e) => return Err(unread(e).into()),
        };
        let annotation = reference.peel_to_tag().ok();
        let message = annotation.and_then(|tag| tag.message_bytes().map(<[u8]>::to_vec));
        let message = message.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
        let commit = reference.peel(ObjectType::Commit).ok().map(|c| c.id().to_string());
        Ok(commit.map(|commit| Tag { name: name.to_owned(), commit, message }))
    }

    /// The names of all tags, sorted.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn tags(&self) -> anyhow::Result<Vec<String>> {
        let names = self.inner.tag_names(None).map_err(|e| failed("the tags cannot be read", &e))?;
        let mut names: Vec<String> = names.iter().filter_map(|n| Some(n.ok()??.to_owned())).collect();
        names.sort();
        Ok(names)
    }

    /// Whether a commit lies in the history of HEAD, HEAD itself included.
    ///
    /// # Errors
    /// It is no commit, HEAD has none yet, or the history cannot be read.
    pub fn in_history(&self, commit: &str) -> anyhow::Result<bool> {
        let unread = |e| failed("the history cannot be read", &e);
        let id = Oid::from_str(commit).map_err(|_| invalid(format!("`{commit}` is no commit id")))?;
        let head = self.inner.head().and_then(|h| h.peel_to_commit()).map_err(unread)?.id();
        Ok(head == id || self.inner.graph_descendant_of(head, id).map_err(unread)?)
    }
}
