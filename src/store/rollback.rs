//! Reading and writing `ROLLBACK_PLAN.json`.

use std::path::Path;

use anyhow::Result;

use super::{Folder, Store, atomic, digest, yaml};
use crate::error::invalid;
use crate::model::RollbackPlan;

/// The plan's file in an incident's folder.
pub const PLAN: &str = "ROLLBACK_PLAN.json";

impl Store {
    /// The incident's rollback plan; none when there is no such file.
    ///
    /// # Errors
    /// The file cannot be read or is no plan; said with line and column.
    pub fn rollback_plan(&self, folder: &Folder) -> Result<Option<RollbackPlan>> {
        let path = folder.path.join(PLAN);
        if self.root.join(&path).symlink_metadata().is_err() {
            return Ok(None);
        }
        let text = atomic::read_text(&self.root, &path, yaml::MAX_BYTES as u64)?;
        read(&path, &text).map(Some)
    }
}

fn read(path: &Path, text: &str) -> Result<RollbackPlan> {
    let mut json = serde_json::Deserializer::from_str(text);
    let plan: RollbackPlan = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        let place = format!("{}:{}:{}", path.display(), inner.line(), inner.column());
        let message = inner.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        let field = error.path().to_string();
        let field = if field == "." { String::new() } else { format!("`{field}`: ") };
        invalid(format!("{place}: {field}{message}"))
            .hint("`inc schema rollback` says what a plan holds; `inc rollback plan` drafts another")
    })?;
    Ok(plan)
}

/// The digest of a plan: of what it says, however its file is laid out.
///
/// # Errors
/// It cannot be written as JSON.
pub fn digest(plan: &RollbackPlan) -> Result<String> {
    Ok(digest::of(serde_json::to_vec(plan)?.as_slice())?.0)
}

/// The text of the plan's file.
///
/// # Errors
/// It cannot be written as JSON.
pub fn text(plan: &RollbackPlan) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(plan)?))
}
