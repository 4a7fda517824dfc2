//! What is embedded in the binary: processes, their templates, and languages.

/// Every embedded file: its path under `templates/`, and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The text of an embedded file, by its path under `templates/`.
#[must_use]
pub fn file(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// The embedded files under a folder of `templates/`, with their paths from there.
pub fn files_under(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(name, text)| {
        name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).map(|rest| (rest, *text))
    })
}

/// The names of the built-in processes, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    files_under("processes")
        .filter_map(|(path, _)| path.strip_suffix("/process.yaml"))
        .filter(|n| !n.contains('/'))
}
