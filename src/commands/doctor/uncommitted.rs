//! What `inc` wrote and no commit holds, because a command was interrupted.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Doctor, Then};
use crate::commands::registry;
use crate::store::attributes::{self, ATTRIBUTES};
use crate::store::evidence::EVIDENCE;
use crate::store::leftovers::{is_leftover, remove_leftover};
use crate::store::schema::Kept;
use crate::store::settings::CommitMode;
use crate::store::{INCIDENTS, RECORD, REGISTRY, SETTINGS, TIMELINE, atomic, incidents, yaml};

impl Doctor<'_> {
    /// What `inc` writes and no commit holds.
    pub(super) fn uncommitted(&mut self) -> Result<()> {
        // Where the team commits by itself, nothing is left behind.
        if self.store.settings.commit != CommitMode::Auto {
            return Ok(());
        }
        let beside = Kept::ALL.map(Kept::path).into_iter().chain([SETTINGS, ATTRIBUTES].map(Path::new));
        let beside = beside.filter(|path| !path.starts_with(INCIDENTS));
        let under: Vec<PathBuf> = beside.chain([Path::new(INCIDENTS)]).map(|p| self.prefix.join(p)).collect();
        let under: Vec<&Path> = under.iter().map(PathBuf::as_path).collect();
        let (mut whole, mut others) = (Vec::new(), Vec::new());
        for path in self.repo.uncommitted(&under)? {
            let inside = path.strip_prefix(&self.prefix).unwrap_or(&path).to_owned();
            if self.is_whole(&inside, self.committed(&path))? {
                whole.push(path);
            } else if !is_leftover(&path) && inside.starts_with(INCIDENTS) {
                others.push((path, inside));
            }
        }
        if !whole.is_empty() {
            let names: Vec<String> = whole.iter().map(|p| p.display().to_string()).collect();
            let then =
                self.mend(|doctor| doctor.commit(&whole, "commit what an interrupted command wrote"))?;
            self.ill(format!("no commit holds {}", names.join(", ")), then);
        }
        for (path, inside) in others {
            self.left(&path, &inside)?;
        }
        Ok(())
    }

    /// A file that is not as HEAD has it, and neither an entry nor a record.
    fn left(&mut self, path: &Path, inside: &Path) -> Result<()> {
        let (shown, last) = (path.display(), self.committed(path));
        let file = self.store.root.join(inside);
        // What people write is never empty: a power cut came before its content.
        if file.metadata().is_ok_and(|found| found.is_file() && found.len() == 0) {
            let then = self.mend(|doctor| match &last {
                Some(text) => atomic::write(&atomic::inside(&doctor.store.root, inside)?, text),
                None => remove_leftover(&doctor.store.root, inside),
            })?;
            self.ill(format!("{shown} is empty, as a power cut leaves a file"), then);
            return Ok(());
        }
        let evidence = inside.iter().any(|part| part == EVIDENCE) && last.is_none();
        let (what, then) = if evidence {
            let keep = format!("inc evidence add {shown}, if it is to be kept; or remove it");
            ("is evidence that no commit holds", keep)
        } else {
            let keep = format!("git add {shown}, and git commit; or git restore {shown}");
            ("differs from what is committed", keep)
        };
        self.ill(format!("{shown} {what}"), Then::Do(then));
        Ok(())
    }

    /// A file as HEAD has it.
    fn committed(&self, path: &Path) -> Option<Vec<u8>> {
        self.repo.read_at("HEAD", path).ok().flatten()
    }

    /// Whether a file is as `inc` writes it, and can be read: then a command that wrote it did not live to commit it.
    fn is_whole(&self, path: &Path, last: Option<Vec<u8>>) -> Result<bool> {
        if let Some(schema) = Kept::ALL.into_iter().find(|schema| schema.path() == path) {
            return schema.is_current(&self.store);
        }
        if path == Path::new(INCIDENTS).join(REGISTRY) {
            return Ok(registry::current(&self.store)? == Some(registry::text(self.context, &self.store)?.0));
        }
        let Ok(text) = atomic::read_text(&self.store.root, path, yaml::MAX_BYTES as u64) else {
            return Ok(false);
        };
        if path == Path::new(ATTRIBUTES) {
            let last = String::from_utf8(last.unwrap_or_default()).unwrap_or_default();
            return Ok(attributes::with_lines(last).lines().eq(text.lines()));
        }
        if path == Path::new(SETTINGS) {
            // It could be read, or there were no store. What people write in it later is for them to commit.
            return Ok(last.is_none());
        }
        if path.file_name().is_some_and(|name| name == RECORD) {
            return Ok(yaml::read::<crate::model::Record>(&text).is_ok());
        }
        let in_timeline = path.parent().and_then(Path::file_name).is_some_and(|name| name == TIMELINE);
        Ok(in_timeline
            && last.is_none()
            && incidents::entry(&incidents::Source { path: path.to_owned(), text }).is_ok())
    }
}
