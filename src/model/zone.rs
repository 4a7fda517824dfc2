//! Time zones, by their names in the IANA database that the program carries: the same clocks on every machine.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime};
use chrono::{Offset, TimeZone, Timelike, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::error::nearest;

static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;

/// A zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(&'static jiff::tz::TimeZone);

/// What a zone's clocks show at one instant, with its name then: `CET`.
#[derive(Debug, Clone)]
pub struct ZoneOffset {
    zone: Zone,
    at: Timestamp,
    fixed: FixedOffset,
}

/// No zone has this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}` is no time zone: write {right}")]
pub struct NoZone {
    found: String,
    right: String,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(&UTC);

    /// `Europe/Paris`
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.iana_name().unwrap_or_default()
    }

    fn offset(self, at: Timestamp) -> ZoneOffset {
        let seconds = self.0.to_offset(at).seconds();
        // No zone was ever further from UTC than 16 hours.
        let fixed = FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix());
        ZoneOffset { zone: self, at, fixed }
    }
}

impl FromStr for Zone {
    type Err = NoZone;

    /// Fails when the database has no zone with exactly this name.
    fn from_str(name: &str) -> Result<Self, NoZone> {
        // A program meets few zones, and those it has met stay: dates are computed with references to them.
        static MET: Mutex<Vec<Zone>> = Mutex::new(Vec::new());
        let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = met.iter().find(|zone| zone.name() == name) {
            return Ok(*zone);
        }
        let wrong = |right: Option<&str>| NoZone {
            found: name.to_owned(),
            right: right
                .map_or_else(|| "a name of the IANA database, like `UTC`".into(), |r| format!("it `{r}`")),
        };
        let database = TimeZoneDatabase::bundled();
        let known = || database.available().map(|known| known.as_str().to_owned()).collect::<Vec<_>>();
        let zone =
            database.get(name).map_err(|_| wrong(nearest(name, known().iter().map(String::as_str))))?;
        // The database is indifferent to capitals, other programs that read the same file are not.
        if zone.iana_name() != Some(name) {
            return Err(wrong(zone.iana_name()));
        }
        let zone = Zone(Box::leak(Box::new(zone)));
        met.push(zone);
        Ok(zone)
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        self.offset(timestamp(utc.and_utc()))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let Some(civil) = civil(local) else { return MappedLocalTime::None };
        let instant = |offset: jiff::tz::Offset| offset.to_timestamp(civil).map(|at| self.offset(at));
        match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                instant(offset).map_or(MappedLocalTime::None, MappedLocalTime::Single)
            }
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => match (instant(before), instant(after)) {
                (Ok(before), Ok(after)) => MappedLocalTime::Ambiguous(before, after),
                _ => MappedLocalTime::None,
            },
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }
}

/// The instant, or the nearest that the database reaches: the years -9999 to 9999.
fn timestamp(at: DateTime<Utc>) -> Timestamp {
    let nearest = if at.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at.timestamp()).unwrap_or(nearest)
}

fn civil(local: &NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let small = |n: u32| i8::try_from(n).ok();
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        small(local.month())?,
        small(local.day())?,
        small(local.hour())?,
        small(local.minute())?,
        small(local.second())?,
        0,
    )
    .ok()
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zone.0.to_offset_info(self.at).abbreviation())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_zone_shows_what_its_clocks_show() {
        for (name, at, shown) in [
            ("Europe/Paris", "2025-11-10T23:30:00Z", "2025-11-11 00:30 CET +01:00"),
            ("Europe/Paris", "2025-07-10T12:00:00Z", "2025-07-10 14:00 CEST +02:00"),
            ("Europe/Paris", "2099-07-10T12:00:00Z", "2099-07-10 14:00 CEST +02:00"),
            ("Asia/Kathmandu", "2025-11-10T12:00:00Z", "2025-11-10 17:45 +0545 +05:45"),
            ("UTC", "2025-11-10T12:00:00Z", "2025-11-10 12:00 UTC +00:00"),
        ] {
            let at: DateTime<Utc> = at.parse().unwrap();
            assert_eq!(at.with_timezone(&zone(name)).format("%F %H:%M %Z %:z").to_string(), shown);
        }
    }

    #[test]
    fn a_local_time_is_one_instant_or_two_or_none() {
        let read = |name: &str, text: &str| {
            zone(name).from_local_datetime(&local(text)).map(|at| at.to_utc().to_string())
        };
        assert_eq!(
            read("Europe/Paris", "2025-11-10T14:30:00"),
            MappedLocalTime::Single("2025-11-10 13:30:00 UTC".into())
        );
        assert_eq!(
            read("Europe/Paris", "2025-10-26T02:30:00"),
            MappedLocalTime::Ambiguous("2025-10-26 00:30:00 UTC".into(), "2025-10-26 01:30:00 UTC".into())
        );
        assert_eq!(read("Europe/Paris", "2025-03-30T02:30:00"), MappedLocalTime::None);
        assert_eq!(read("Pacific/Apia", "2011-12-30T12:00:00"), MappedLocalTime::None);
    }

    #[test]
    fn a_name_that_is_none_is_refused_with_the_nearest() {
        let refused = |name: &str| name.parse::<Zone>().unwrap_err().to_string();
        assert_eq!(refused("Europe/Pari"), "`Europe/Pari` is no time zone: write it `Europe/Paris`");
        assert_eq!(refused("europe/paris"), "`europe/paris` is no time zone: write it `Europe/Paris`");
        assert_eq!(refused("utc"), "`utc` is no time zone: write it `UTC`");
        assert_eq!(refused("?"), "`?` is no time zone: write a name of the IANA database, like `UTC`");
    }

    #[test]
    fn no_instant_and_no_local_time_is_too_far() {
        let paris = zone("Europe/Paris");
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(at.with_timezone(&paris).to_utc(), at);
        }
        assert_eq!(paris.offset_from_local_datetime(&NaiveDateTime::MAX).single().map(|o| o.fix()), None);
    }

    #[test]
    fn one_name_is_one_zone() {
        assert_eq!(zone("Europe/Paris"), zone("Europe/Paris"));
        assert_ne!(zone("Europe/Paris"), zone("Europe/Brussels"));
        assert_eq!(zone("UTC"), Zone::UTC);
    }
}
