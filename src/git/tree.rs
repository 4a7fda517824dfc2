//! What HEAD holds, as a whole.

use std::fmt::Write as _;
use std::path::{Component, Path};

use git2::{ErrorCode, Tree};

use super::{Repo, failed};

impl Repo {
    /// Everything that HEAD holds outside a folder (relative to the work tree), a line each: two commits give the
    /// same text if and only if they hold the same there. Empty on a branch without a commit.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn head_without(&self, folder: &Path) -> anyhow::Result<String> {
        let unread = |e| failed("what HEAD holds cannot be read", &e);
        let head = match self.inner.head() {
            Ok(head) => head.peel_to_tree().map_err(unread)?,
            Err(e) if matches!(e.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                return Ok(String::new());
            }
            Err(e) => return Err(unread(e).into()),
        };
        let mut listed = String::new();
        let mut tree = Some(head);
        for part in folder.components() {
            let (Component::Normal(name), Some(here)) = (part, tree.take()) else { break };
            let name = name.to_string_lossy();
            list(&here, &name, &mut listed);
            let below = here.get_name(&name).and_then(|entry| entry.to_object(&self.inner).ok());
            tree = below.and_then(|object| object.peel_to_tree().ok());
        }
        Ok(listed)
    }
}

/// The entries of a folder but one.
fn list(tree: &Tree<'_>, but: &str, listed: &mut String) {
    for entry in tree.iter().filter(|entry| entry.name_bytes() != but.as_bytes()) {
        let _ = writeln!(listed, "{:o} {} {:?}", entry.filemode(), entry.id(), entry.name_bytes());
    }
}
