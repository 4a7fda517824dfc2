//! Incident ids: `YYYYMMDD-xxxx`, the date of declaration and four random characters.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`, which are misheard or misread.
pub const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX: usize = 4;

/// An incident's id, right from birth and never changed: people have said it aloud.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9]{8}-[0-9a-hjkmnp-tv-z]{4}$"))]
pub struct Id(String);

impl Id {
    /// An id from the date of declaration (in the process's zone) and random bits.
    #[must_use]
    pub fn new(date: NaiveDate, random: u64) -> Self {
        Self(format!("{}-{}", date.format("%Y%m%d"), suffix(random)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The four random characters, enough to name an incident on the command line.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[9..]
    }

    /// The year of declaration: the folder that holds the incident's own.
    #[must_use]
    pub fn year(&self) -> &str {
        &self.0[..4]
    }

    /// Whether `part`, as typed, can mean this id.
    #[must_use]
    pub fn matches(&self, part: &str) -> bool {
        !part.is_empty() && self.0.contains(&part.to_lowercase())
    }
}

/// Four characters of Crockford's base 32 from the low 20 bits of `random`.
#[must_use]
pub fn suffix(random: u64) -> String {
    (0..SUFFIX)
        .map(|i| char::from(ALPHABET[usize::try_from((random >> (5 * i)) & 31).unwrap_or(0)]))
        .collect()
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no incident id: one looks like `20251110-7f3k`");
        let (date, suffix) = text.split_once('-').ok_or_else(wrong)?;
        let date_is_right = date.len() == 8
            && date.bytes().all(|b| b.is_ascii_digit())
            && NaiveDate::parse_from_str(date, "%Y%m%d").is_ok();
        let suffix_is_right = suffix.len() == SUFFIX && suffix.bytes().all(|b| ALPHABET.contains(&b));
        if date_is_right && suffix_is_right { Ok(Self(text.to_owned())) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_ids_are_no_ids() {
        for text in [
            "../../etc",
            "20251110-7F3K",
            "20251310-7f3k",
            "20251110-7f3",
            "20251110-7f3l",
            "",
            "-",
            "２０２５１１１０-7f3k",
        ] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_id_reads_back(random: u64, day in 0i64..40_000) {
            let date = NaiveDate::default() + chrono::TimeDelta::days(day);
            let id = Id::new(date, random);
            prop_assert_eq!(id.as_str().parse::<Id>().unwrap(), id.clone());
            prop_assert!(id.matches(id.short()));
        }
    }
}
