//! Signing: `git` makes a signed commit itself, since its configuration names the program, the format and
//! the key, and only it knows them all.

use std::ffi::OsString;

use git2::Oid;

use super::commit::Draft;
use super::{Identity, Repo, failed};
use crate::error::storage;

impl Repo {
    /// The commit of `tree` on `parent`, signed as git is configured to. Fails with the signing program's
    /// own words.
    pub(super) fn signed(&self, parent: Option<Oid>, tree: Oid, draft: &Draft<'_>) -> anyhow::Result<Oid> {
        let mut env = person("AUTHOR", &draft.author, draft.seconds).to_vec();
        env.extend(person("COMMITTER", &draft.committer, draft.seconds));
        let env: Vec<_> = env.iter().map(|(k, v)| (k.as_str(), v.into())).collect();
        self.commit_tree(tree, parent.as_slice(), &draft.message, &env)
    }

    /// As [`Repo::signed`], with people and times in the environment.
    pub(super) fn commit_tree(
        &self,
        tree: Oid,
        parents: &[Oid],
        message: &str,
        env: &[(&str, OsString)],
    ) -> anyhow::Result<Oid> {
        self.publish()?;
        let tree = tree.to_string();
        let parents: Vec<_> = parents.iter().map(ToString::to_string).collect();
        let mut args = vec!["commit-tree", "-S", &tree];
        args.extend(parents.iter().flat_map(|parent| ["-p", parent]));
        args.extend(["-F", "-"]);
        let output = self.git_with(&args, env, message.as_bytes())?;
        if output.status != Some(0) {
            let said = output.stderr;
            return Err(storage(format!("the commit cannot be signed, as commit.gpgsign asks: {said}"))
                .hint("git config user.signingkey names the key; `git commit --allow-empty -S` tries it")
                .hint("git config commit.gpgsign false, to commit without")
                .into());
        }
        let id = String::from_utf8_lossy(&output.stdout);
        Oid::from_str(id.trim()).map_err(|e| failed("git commit-tree printed no id", &e).into())
    }
}

fn person(role: &str, who: &Identity, seconds: i64) -> [(String, String); 3] {
    [
        (format!("GIT_{role}_NAME"), who.name.clone()),
        (format!("GIT_{role}_EMAIL"), who.email.clone()),
        (format!("GIT_{role}_DATE"), format!("@{seconds} +0000")),
    ]
}
