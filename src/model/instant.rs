//! Instants are UTC, to the whole second, written as RFC 3339.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serializer};

/// An instant in UTC; every time that `inc` stores or compares is one.
pub type Instant = DateTime<Utc>;

/// `2025-11-10T14:30:00Z`
#[must_use]
pub fn rfc3339(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `20251110T143000Z`: the form in file names, which sorts as time does.
#[must_use]
pub fn compact(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Writes an instant to the whole second.
pub fn serialize<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

/// Reads RFC 3339 with any offset; parts of a second are dropped.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    parse(&text).map_err(serde::de::Error::custom)
}

fn parse(text: &str) -> Result<Instant, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc).trunc_subsecs(0))
        .map_err(|_| format!("`{text}` is no time: write it as `2025-11-10T14:30:00Z`"))
}

/// The same for a field that may be absent.
pub mod optional {
    use super::{Instant, parse, rfc3339};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes an instant to the whole second, or nothing.
    pub fn serialize<S: Serializer>(at: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&rfc3339(*at)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads RFC 3339, or nothing.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
        let text = Option::<std::borrow::Cow<str>>::deserialize(deserializer)?;
        text.map(|t| parse(&t)).transpose().map_err(serde::de::Error::custom)
    }
}
