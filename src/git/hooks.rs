//! Hooks, for teams that want them run.

#![expect(clippy::disallowed_methods, reason = "the message and the index that a hook reads are git/'s")]

use std::ffi::OsString;
use std::fs;

use super::Repo;
use super::index::Edit;
use crate::error::{disk, refused};
use crate::fault::step;

impl Repo {
    /// Runs `pre-commit` on an index that holds what is to be committed and nothing else, then
    /// `commit-msg`; returns the message as that left it. Fails when one refuses.
    pub(super) fn hooks_before(&self, edits: &[Edit], message: &str) -> anyhow::Result<String> {
        self.publish()?;
        let index = self.private("hook-index");
        // It is our turn: what is there was left by a hook that was killed.
        fs::remove_file(self.private("hook-index.lock")).ok();
        let env = [("GIT_INDEX_FILE", OsString::from(&index))];
        let start = if self.inner.head().is_ok() { ["read-tree", "HEAD"] } else { ["read-tree", "--empty"] };
        self.git_with(&start, &env, b"")?.success("git cannot prepare the hooks")?;
        let args = ["update-index", "--add", "-z", "--index-info"];
        self.git_with(&args, &env, &index_info(edits))?.success("git cannot prepare the hooks")?;
        let checked = self.hook("pre-commit", &[], &env);
        fs::remove_file(&index).ok();
        checked?;
        let file = self.private("COMMIT_EDITMSG");
        let unwritable = |e| disk(format!("{} cannot be written", file.display()), &e);
        step("write", &[&file], || fs::write(&file, message)).map_err(unwritable)?;
        self.hook("commit-msg", &[OsString::from(&file)], &[])?;
        Ok(fs::read_to_string(&file).map_err(unwritable)?)
    }

    /// Runs `post-commit`, whose failure is a warning: the commit is made.
    pub(super) fn hook_after(&self) -> Option<String> {
        self.hook("post-commit", &[], &[]).err().map(|e| e.to_string())
    }

    fn hook(&self, name: &str, args: &[OsString], env: &[(&str, OsString)]) -> anyhow::Result<()> {
        let mut all: Vec<OsString> = ["hook", "run", "--ignore-missing", name].map(OsString::from).to_vec();
        if !args.is_empty() {
            all.push("--".into());
            all.extend_from_slice(args);
        }
        let output = self.git_with(&all, env, b"")?;
        if output.status == Some(0) {
            return Ok(());
        }
        Err(refused(format!("the {name} hook refused: {}", output.stderr))
            .hint("mend what it names, or set `hooks: skip` in inc.yaml")
            .into())
    }
}

fn index_info(edits: &[Edit]) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, staged) in edits {
        let (mode, id) = match staged {
            Some(staged) => (staged.mode, staged.oid),
            None => (0, git2::Oid::ZERO_SHA1),
        };
        lines.extend_from_slice(format!("{mode:o} {id}\t").as_bytes());
        lines.extend_from_slice(name);
        lines.push(0);
    }
    lines
}
