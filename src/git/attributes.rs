//! What git does to a file's bytes on the way into the repository and out again.

use std::path::Path;

use git2::{AttrCheckFlags, AttrValue};

use super::{Repo, identity};

/// What becomes of a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    /// They come back as they went in.
    Same,
    /// Line ends may change.
    LineEnds,
    /// They go through a filter of this name, which this clone does not have.
    NoFilter(String),
}

impl Repo {
    /// What becomes of the bytes of a file, relative to the work tree.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn bytes_of(&self, path: &Path) -> anyhow::Result<Bytes> {
        let attribute = |name| {
            let value = self.inner.get_attr_bytes(path, name, AttrCheckFlags::FILE_THEN_INDEX);
            value.map_or(AttrValue::Unspecified, AttrValue::from_bytes)
        };
        let name = |value: AttrValue<'_>| match value {
            AttrValue::String(text) => Some(text.to_owned()),
            AttrValue::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        };
        let config = self.config()?;
        if let Some(filter) = name(attribute("filter")) {
            let has = |way: &str| config.get_entry(&format!("filter.{filter}.{way}")).is_ok();
            return Ok(if has("clean") || has("process") { Bytes::Same } else { Bytes::NoFilter(filter) });
        }
        let converts = match attribute("text") {
            AttrValue::False => false,
            AttrValue::Unspecified => {
                let converted = config.get_string("core.autocrlf").unwrap_or_default();
                converted == "input" || identity::flag(&config, "core.autocrlf")
            }
            _ => true,
        };
        Ok(if converts { Bytes::LineEnds } else { Bytes::Same })
    }
}
