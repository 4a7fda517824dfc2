//! `inc doctor`

mod uncommitted;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::{Done, registry};
use crate::context::Context;
use crate::error::plain;
use crate::git::Repo;
use crate::store::leftovers::{leftovers, leftovers_below, remove_leftover};
use crate::store::schema::Kept;
use crate::store::settings::CommitMode;
use crate::store::{INCIDENTS, RECORD, REGISTRY, Store, attributes, yaml};

/// Look for what an interrupted command or another tool left wrong, and mend it with --fix
///
/// Looks at the merge driver, locks and temporary files of killed commands, files of inc's that no commit holds, the
/// registry, ids and unreadable files. Exit status 1 when something is left to mend. It removes nothing that people
/// wrote: what cannot be read is named.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Mend what can be mended
    #[arg(long)]
    pub fix: bool,
}

/// A temporary file younger than this may belong to a command that is running.
const YOUNG: Duration = Duration::from_secs(60);

/// What was found.
struct Ill {
    what: String,
    /// How it stands with it: done, or what a person can do.
    then: Then,
}

enum Then {
    Mended,
    Fix,
    Do(String),
}

/// What is looked at, and with what.
struct Doctor<'a> {
    context: &'a Context,
    repo: Repo,
    store: Store,
    prefix: PathBuf,
    fix: bool,
    found: Vec<Ill>,
}

/// Looks for what is wrong.
///
/// # Errors
/// There is no repository, or the disk or git fails while looking.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    let prefix = store.root.strip_prefix(repo.workdir()).unwrap_or(Path::new("")).to_owned();
    let mut doctor = Doctor { context, repo, store, prefix, fix: args.fix, found: Vec::new() };
    doctor.locks()?;
    doctor.index()?;
    doctor.leftovers()?;
    doctor.driver()?;
    doctor.schemas()?;
    // First, so that what it mends is not called unreadable.
    doctor.uncommitted()?;
    let unreadable = doctor.incidents()?;
    if unreadable == 0 {
        doctor.registry()?;
    }
    doctor.tell()
}

impl Doctor<'_> {
    fn ill(&mut self, what: impl Into<String>, then: Then) {
        self.found.push(Ill { what: what.into(), then });
    }

    /// Mends with `--fix`.
    fn mend(&self, with: impl FnOnce(&Self) -> Result<()>) -> Result<Then> {
        if self.fix { with(self).map(|()| Then::Mended) } else { Ok(Then::Fix) }
    }

    /// A power cut may leave an index that is empty, of which git says that every file was removed.
    fn index(&mut self) -> Result<()> {
        if let Some(damage) = self.repo.index_damage()? {
            let then = self.mend(|doctor| doctor.repo.renew_index())?;
            self.ill(format!("git's index {damage}: with it goes what was staged, no file"), then);
        }
        Ok(())
    }

    fn locks(&mut self) -> Result<()> {
        for lock in self.repo.locks()? {
            let what = format!("{} is held", lock.path.display());
            if !lock.left_behind {
                let then = format!("if no git process runs any more, remove {}", lock.path.display());
                self.ill(format!("{what} by another program"), Then::Do(then));
            } else if self.fix && self.repo.unlock(&lock)? {
                self.ill(format!("{what} by an inc that was killed"), Then::Mended);
            } else {
                self.ill(format!("{what} by an inc that was killed"), Then::Fix);
            }
        }
        Ok(())
    }

    fn leftovers(&mut self) -> Result<()> {
        let mut found = leftovers(&self.store.root, Path::new(""), YOUNG);
        found.extend(leftovers_below(&self.store.root, Path::new(INCIDENTS), YOUNG));
        for path in found {
            let then = self.mend(|doctor| remove_leftover(&doctor.store.root, &path))?;
            self.ill(format!("{} is half of what a killed command was writing", path.display()), then);
        }
        Ok(())
    }

    fn driver(&mut self) -> Result<()> {
        if !attributes::wants_driver(&self.store)? {
            let then = self.mend(|doctor| {
                let path = doctor.prefix.join(attributes::install(&doctor.store)?);
                doctor.commit(&[path], "have inc merge records field by field")
            })?;
            let what = format!(
                "{} lacks lines of inc's: records are merged by lines, or line ends in evidence may change",
                attributes::ATTRIBUTES
            );
            self.ill(what, then);
        }
        if !self.repo.has_merge_driver()? {
            let then = self.mend(|doctor| doctor.repo.install_merge_driver())?;
            self.ill("git does not know inc's merge driver in this clone (merge.inc.driver)", then);
        }
        Ok(())
    }

    /// Schemas of another `inc`: editors would mark what is right. One that is not there is not missed.
    fn schemas(&mut self) -> Result<()> {
        for schema in Kept::ALL {
            if !schema.is_there(&self.store) || schema.is_current(&self.store)? {
                continue;
            }
            let then = self.mend(|doctor| {
                let path = doctor.prefix.join(schema.write(&doctor.store)?);
                doctor.commit(&[path], "take the schema of this inc, for editors")
            })?;
            self.ill(format!("{} is not the schema of this inc", schema.path().display()), then);
        }
        Ok(())
    }

    /// Ids that are there twice, and files that cannot be read; how many of those.
    fn incidents(&mut self) -> Result<usize> {
        let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut unreadable = 0;
        let (folders, _) = self.store.folders();
        for folder in &folders {
            places.entry(folder.id.to_string()).or_default().push(folder.path.clone());
            let loaded = self.store.load(folder)?;
            for problem in &loaded.problems {
                let yaml::Problem { line, message, .. } = &problem.problem;
                let what = format!("{}:{line}: {}", problem.path.display(), plain(message));
                self.ill(what, Then::Do(format!("`inc check {}` shows the line; mend it there", folder.id)));
            }
            unreadable += loaded.problems.len();
            let stated = loaded.incident.as_ref().map(|i| i.record.id.to_string());
            if let Some(id) = stated.filter(|id| *id != folder.id.as_str()) {
                places.entry(id).or_default().push(folder.path.join(RECORD));
            }
        }
        for (id, places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
            let places: Vec<String> = places.iter().map(|p| p.display().to_string()).collect();
            let then = "give the later one another id: rename its folder, and `id` in its record";
            self.ill(format!("{} is the id of {}", id, places.join(" and ")), Then::Do(then.into()));
        }
        Ok(unreadable)
    }

    fn registry(&mut self) -> Result<()> {
        let Some(current) = registry::current(&self.store)? else { return Ok(()) };
        let (text, _) = registry::text(self.context, &self.store)?;
        if current == text {
            return Ok(());
        }
        let path = Path::new(INCIDENTS).join(REGISTRY);
        let then = self.mend(|doctor| {
            registry::write(&doctor.store, &text)?;
            doctor.commit(&[doctor.prefix.join(&path)], "refresh the registry of incidents")
        })?;
        self.ill(format!("{} is out of date", path.display()), then);
        Ok(())
    }

    fn commit(&self, paths: &[PathBuf], message: &str) -> Result<()> {
        if self.context.globals.no_commit || self.store.settings.commit != CommitMode::Auto {
            return Ok(());
        }
        self.repo.commit(paths, message, self.context.now).map(drop)
    }

    fn tell(&self) -> Result<Done> {
        let left = self.found.iter().filter(|ill| !matches!(ill.then, Then::Mended)).count();
        if self.context.globals.json {
            let found: Vec<_> = self.found.iter().map(as_json).collect();
            let version = crate::render::json::SCHEMA_VERSION;
            let json = json!({ "schema_version": version, "found": found, "left": left });
            self.context.ui.out(&crate::render::json::pretty(&json)?);
        } else if self.found.is_empty() {
            self.context.ui.out("all is well");
        } else {
            for ill in &self.found {
                self.context.ui.out(&match &ill.then {
                    Then::Mended => format!("mended: {}", plain(&ill.what)),
                    Then::Fix => plain(&ill.what),
                    Then::Do(what) => format!("{}\n  {}", plain(&ill.what), plain(what)),
                });
            }
            if self.found.iter().any(|ill| matches!(ill.then, Then::Fix)) {
                self.context.ui.say("`inc doctor --fix` mends what it can");
            }
        }
        Ok(if left > 0 { Done::Findings } else { Done::Clean })
    }
}

fn as_json(ill: &Ill) -> serde_json::Value {
    let (state, help) = match &ill.then {
        Then::Mended => ("mended", None),
        Then::Fix => ("fixable", Some("inc doctor --fix")),
        Then::Do(what) => ("left", Some(what.as_str())),
    };
    json!({ "what": ill.what, "state": state, "help": help })
}
