//! Names under which files are kept: safe on every system, and the first of their kind.

use std::path::{Path, PathBuf};

/// The longest name of a kept file, in characters.
const LONGEST: usize = 100;

/// A name made of letters, digits, `.`, `-` and `_` alone, so that it means the same on every system; accents that
/// stand as characters of their own (as macOS writes them) are left out.
#[must_use]
pub fn safe(name: &str) -> String {
    let combining = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = name.chars().filter(|c| !combining(c)).map(plain).collect();
    let name = name.trim_matches('.');
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 10 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let stem: String = stem.chars().take(LONGEST - ending.chars().count()).collect();
    let reserved = ["con", "prn", "aux", "nul", "com1", "lpt1"].contains(&stem.to_lowercase().as_str());
    let mark = if reserved || stem.is_empty() { "_" } else { "" };
    format!("{mark}{stem}{ending}")
}

/// The path itself, or the first of `name-2`, `name-3`, … that `taken` does not know.
#[must_use]
pub fn free(path: &Path, taken: &dyn Fn(&Path) -> bool) -> PathBuf {
    if !taken(path) {
        return path.to_owned();
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (stem, ending) = name.rsplit_once('.').map_or((name.as_str(), ""), |(s, e)| (s, e));
    let ending = if ending.is_empty() { String::new() } else { format!(".{ending}") };
    let mut others = (2..u32::MAX).map(|n| path.with_file_name(format!("{stem}-{n}{ending}")));
    others.find(|other| !taken(other)).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_on_every_system() {
        for (name, wanted) in [
            ("app.log", "app.log"),
            ("my file (1).log", "my_file__1_.log"),
            ("two\nlines", "two_lines"),
            ("re\u{301}sume\u{301}.txt", "resume.txt"),
            (".env", "env"),
            ("..", "_"),
            ("CON", "_CON"),
            ("a/b\\c:d", "a_b_c_d"),
            ("\u{1b}[31mred", "__31mred"),
        ] {
            assert_eq!(safe(name), wanted);
        }
        assert_eq!(safe(&"x".repeat(300)).len(), 100);
        assert!(safe(&format!("{}.log", "x".repeat(300))).ends_with("x.log"));
    }

    #[test]
    fn a_taken_name_is_counted_on() {
        let taken = |p: &Path| ["a.log", "a-2.log", "b"].iter().any(|t| p == Path::new(t));
        assert_eq!(free(Path::new("a.log"), &taken), Path::new("a-3.log"));
        assert_eq!(free(Path::new("b"), &taken), Path::new("b-2"));
        assert_eq!(free(Path::new("c"), &taken), Path::new("c"));
    }
}
