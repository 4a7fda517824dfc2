//! What went wrong, what to do next, and the exit status that says which.

use std::fmt;

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
    fn every_kind_has_its_own_status() {
        let error = anyhow::Error::new(usage("no such flag")).context("while parsing");
        assert_eq!(exit_status(&error), 2);
        assert_eq!(exit_status(&anyhow::anyhow!("disk full")), 4);
    }
}
