//! Preserved files as they are found again.

/// A file that an entry of the timeline preserves: one that it names, or one that its manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The name of the entry.
    pub entry: String,
    /// Its path, relative to the incident's folder.
    pub path: String,
    /// A manifest lists it.
    pub listed: bool,
    /// The digest that was written down.
    pub sha256: Option<String>,
    /// The size that was written down, in bytes.
    pub size: Option<u64>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a preserved file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is there, with this digest in lower-case hexadecimal and this size in bytes.
    Here(String, u64),
    /// It is not there, or no regular file any more, or cannot be read.
    Gone,
    /// Its path leads out of the incident's folder.
    Outside,
}

impl Piece {
    /// Whether it is there and is what was preserved.
    #[must_use]
    pub fn is_same(&self) -> bool {
        match &self.fate {
            Fate::Here(sha256, size) => self.has_digest(sha256) && self.size.is_none_or(|was| was == *size),
            Fate::Gone | Fate::Outside => false,
        }
    }

    /// Whether a digest is the one that was written down.
    #[must_use]
    pub fn has_digest(&self, sha256: &str) -> bool {
        self.sha256.as_ref().is_none_or(|was| was.eq_ignore_ascii_case(sha256))
    }
}
