//! What went wrong, what to do next, and the exit status that says which.

use std::fmt;
use std::io::{self, ErrorKind};

/// The class of a failure; it decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Findings, or a gate that refused: exit status 1.
    Refused,
    /// The command line is wrong: exit status 2.
    Usage,
    /// A file or a process is unreadable or wrong: exit status 3.
    Invalid,
    /// Git or the disk failed: exit status 4.
    Storage,
}

impl Kind {
    /// The process exit status of this class of failure.
    #[must_use]
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Invalid => 3,
            Self::Storage => 4,
        }
    }
}

/// A failure as a person reads it: a lower-case message, then hints, each a next step to take.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The class, for the exit status.
    pub kind: Kind,
    /// One lower-case sentence that names the file and line where there is one.
    pub message: String,
    /// Next steps, most likely first.
    pub hints: Vec<String>,
}

impl Failure {
    /// Adds a next step to the failure.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the nearest of `known` as what may have been meant by `word`, when one is near enough to be a slip.
    #[must_use]
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

fn failure(kind: Kind, message: impl Into<String>) -> Failure {
    Failure { kind, message: message.into(), hints: Vec::new() }
}

/// A gate that refused, or findings: exit status 1.
pub fn refused(message: impl Into<String>) -> Failure {
    failure(Kind::Refused, message)
}

/// A wrong command line: exit status 2.
pub fn usage(message: impl Into<String>) -> Failure {
    failure(Kind::Usage, message)
}

/// A wrong or unreadable file or process: exit status 3.
pub fn invalid(message: impl Into<String>) -> Failure {
    failure(Kind::Invalid, message)
}

/// Git or the disk failed: exit status 4.
pub fn storage(message: impl Into<String>) -> Failure {
    failure(Kind::Storage, message)
}

/// The disk failed at `what`, a sentence that names the file: exit status 4, with the next step where there is one.
pub fn disk(what: impl fmt::Display, error: &io::Error) -> Failure {
    let failure = storage(format!("{what}: {}", reason(error)));
    next_step(error.kind()).map_or(failure.clone(), |step| failure.hint(step))
}

/// Why the disk failed, in words: the system's number for it says nothing to people.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::AlreadyExists => "it exists already".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => {
            let text = error.to_string().to_lowercase();
            text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
        }
    }
}

/// What to do about a disk that failed so.
#[must_use]
pub const fn next_step(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("free some space"),
        ErrorKind::ReadOnlyFilesystem => Some("reading works as it is; to write, mount it for writing"),
        ErrorKind::PermissionDenied => {
            Some("see whose it is (`ls -ld`), and run inc as a user who may do this")
        }
        _ => None,
    }
}

/// The exit status of any error; one that is no [`Failure`] comes from git or the disk.
#[must_use]
pub fn exit_status(error: &anyhow::Error) -> u8 {
    error.downcast_ref::<Failure>().map_or(Kind::Storage, |f| f.kind).exit_status()
}

/// The nearest of `known` to `word`, when it is near enough to be a slip of the hand.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(&word, &k.to_lowercase()), k))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

/// Text from a file as a terminal may show it: on one line, with what moves the cursor or turns the order of
/// reading round made visible.
#[must_use]
pub fn plain(text: &str) -> String {
    let shown = |c: char| if is_control(c) { c.escape_debug().collect::<Vec<_>>() } else { vec![c] };
    text.chars().flat_map(shown).collect()
}

/// Whether a character moves the cursor, ends a line, or turns the order of reading round.
#[must_use]
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{2028}' | '\u{2029}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        assert_eq!(nearest("acknowleged", ["acknowledged", "resolved"]), Some("acknowledged"));
        assert_eq!(nearest("xyz", ["acknowledged", "resolved"]), None);
    }

    #[test]
    fn the_disk_fails_in_words_and_with_a_next_step() {
        let full = disk("cannot write a.md", &ErrorKind::StorageFull.into());
        assert_eq!(full.message, "cannot write a.md: the disk is full");
        assert_eq!(full.hints, ["free some space"]);
        let other = io::Error::other("Input/output error (os error 5)");
        assert_eq!(reason(&other), "input/output error");
    }

    #[test]
    fn every_kind_has_its_own_status() {
        let error = anyhow::Error::new(usage("no such flag")).context("while parsing");
        assert_eq!(exit_status(&error), 2);
        assert_eq!(exit_status(&anyhow::anyhow!("disk full")), 4);
    }
}
