//! A type that the process names: of evidence, of decisions.

use crate::error::{Failure, nearest, plain, usage};

/// The id of the type that a word means, by id or label; `key` is where the process lists them.
///
/// # Errors
/// The process has no such type.
pub(super) fn known<'a>(
    what: &str,
    key: &str,
    types: impl Iterator<Item = (&'a String, &'a String)> + Clone,
    word: &str,
) -> Result<String, Failure> {
    let same = |name: &str| name.to_lowercase() == word.trim().to_lowercase();
    if let Some((id, _)) = types.clone().find(|(id, label)| same(id) || same(label)) {
        return Ok(id.clone());
    }
    let ids: Vec<&str> = types.map(|(id, _)| id.as_str()).collect();
    let hint = match nearest(word, ids.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if ids.is_empty() => format!("the process names none under `{key}`: leave `--type` out"),
        None => format!("the process has {}", ids.join(", ")),
    };
    Err(usage(format!("there is no type of {what} `{}`", plain(word))).hint(hint))
}
