//! The merge driver: that git asks `inc` to merge what `inc` understands.

#![expect(clippy::disallowed_methods, reason = "git's configuration is git/'s")]

use std::fs;
use std::path::{Path, PathBuf};

use git2::Config;

use super::program::{self, run_git};
use super::{Repo, durable, failed, identity, stage};
use crate::error::{disk, storage};

/// The key in git's configuration; `.gitattributes` names the driver `inc`.
const KEY: &str = "merge.inc.driver";

/// The outcome of a merge by lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The text; with conflict markers where it is not clean.
    pub text: Vec<u8>,
    /// Whether no line was changed on both sides.
    pub clean: bool,
}

impl Repo {
    /// Whether git's configuration has the driver as this `inc` would write it.
    pub fn has_merge_driver(&self) -> anyhow::Result<bool> {
        Ok(identity::setting(&self.config()?, KEY).is_some_and(|found| found == command()))
    }

    /// Writes the driver to the configuration of this clone, for all its work trees. Fails as a commit does where
    /// another process holds git's lock on it.
    pub fn install_merge_driver(&self) -> anyhow::Result<()> {
        let path = self.common_dir.join("config");
        let unwritable = |e: std::io::Error| disk(format!("{} cannot be written", path.display()), &e);
        let turn = self.turn()?;
        let _lock = self.lock(&turn, &path)?;
        // Neither git nor libgit2 syncs it, and with an empty one goes all that people have set: edited aside.
        let (aside, place) = (self.private("config"), path.canonicalize().map_err(unwritable)?);
        fs::copy(&place, &aside).map_err(unwritable)?;
        let edited = Config::open(&aside).and_then(|mut config| {
            config.set_str("merge.inc.name", "inc: records by field, rendered blocks by rendering")?;
            config.set_str(KEY, &command())
        });
        edited.map_err(|e| failed("git's configuration cannot be written", &e))?;
        let content = fs::read(&aside).map_err(unwritable)?;
        stage::replace(&aside, &place, &content, true)
            .and_then(|()| place.parent().map_or(Ok(()), durable::sync_folder))
            .map_err(|e| unwritable(e).into())
    }
}

/// Merges three files by lines, as git does without a driver. Fails when one cannot be read or is no text.
pub fn merge_lines(dir: &Path, files: [&Path; 3], names: [&str; 3]) -> anyhow::Result<Lines> {
    let [ours, base, theirs] = files.map(Path::as_os_str);
    let [our_name, base_name, their_name] = names.map(AsRef::as_ref);
    let label = "-L".as_ref();
    let args = ["merge-file".as_ref(), "-p".as_ref(), "-q".as_ref()];
    let labels = [label, our_name, label, base_name, label, their_name];
    let args: Vec<&std::ffi::OsStr> = args.into_iter().chain(labels).chain([ours, base, theirs]).collect();
    let output = run_git(dir, &args)?;
    match output.status {
        Some(conflicts @ 0..=127) => Ok(Lines { text: output.stdout, clean: conflicts == 0 }),
        _ => Err(storage(format!("git merge-file failed: {}", output.stderr)).into()),
    }
}

/// What git is to run: this program; where it is gone, git's own merge, since a merge that fails for want of a
/// program would hold up everybody.
fn command() -> String {
    let inc = quoted(&this_program());
    format!(
        "if command -v {inc} >/dev/null 2>&1; then {inc} merge-driver %O %A %B %P %X %Y; \
         else git merge-file %A %O %B; fi"
    )
}

/// `inc` where the search path leads here by that name, else the whole path.
fn this_program() -> PathBuf {
    let Ok(this) = std::env::current_exe() else { return PathBuf::from("inc") };
    let name = format!("inc{}", std::env::consts::EXE_SUFFIX);
    let folders = program::environment("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|file| file.is_file());
    let real = |file: &Path| file.canonicalize().unwrap_or_else(|_| file.to_owned());
    if found.is_some_and(|found| real(&found) == real(&this)) { PathBuf::from("inc") } else { this }
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-:".contains(&b));
    // Git takes `%` for the start of a placeholder.
    let text = text.replace('%', "%%");
    if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
