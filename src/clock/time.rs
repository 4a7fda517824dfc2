//! Times as people write them (`14:30`, `10m ago`, `yesterday 22:10`), read in a time zone, in whole seconds.

mod digits;
mod local;

use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat, TimeDelta, Timelike, Utc};
use thiserror::Error;

use crate::model::Zone;
use crate::model::duration::parse_duration;
use digits::{date, time_of_day};
use local::resolve;

pub(super) use local::start_of;
pub use local::{format_beside, format_local};

/// The years in which an incident can be; outside them a time is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

const FORMS: &str = "write a time like `14:30`, `2025-11-10 14:30`, `2025-11-10T14:30:00Z`, `10m ago`, `in 10m`, \
                     `yesterday 22:10` or `now`";

/// Why a written time has no single meaning.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeError {
    /// The text is in no known form, or a number in it is out of range.
    #[error("`{text}` is not a time: {why}")]
    Unreadable {
        /// What was written.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// The clocks were put forward over this local time.
    #[error("`{text}` does not exist in {zone}: the clocks were put forward over it")]
    Missing {
        /// What was written.
        text: String,
        /// The zone it was read in.
        zone: Zone,
        /// What it is with the offset after and before the change, as RFC 3339.
        choices: [String; 2],
    },
    /// The clocks were put back over this local time.
    #[error("`{text}` exists twice in {zone}: the clocks were put back over it")]
    Twice {
        /// What was written.
        text: String,
        /// The zone it was read in.
        zone: Zone,
        /// The earlier and the later, as RFC 3339.
        choices: [String; 2],
    },
    /// The time is in a year in which no incident can be.
    #[error("`{text}` is not between the years 1970 and 9999")]
    OutOfRange {
        /// What was written.
        text: String,
    },
}

impl TimeError {
    /// The next step: the two choices of a local time, or the forms a time can have.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { choices: [a, b], .. } | Self::Twice { choices: [a, b], .. } => {
                format!("write `{a}` or `{b}`")
            }
            Self::Unreadable { .. } | Self::OutOfRange { .. } => FORMS.to_owned(),
        }
    }
}

/// Reads a written time relative to `now`, local times in `zone`; the result is in whole seconds.
///
/// The forms: RFC 3339, `2025-11-10 14:30[:05]` (or with `T`), `14:30[:05]` (the day that `now` is in), `10m ago`,
/// `in 10m` and `+10m`, `yesterday`, `today` or `tomorrow` with or without a time, `2025-11-10`, `now`. A day
/// alone is its first instant. A fraction of a second is cut off.
///
/// Fails when the text is in none of these forms, when the local time does not exist or exists twice, and
/// outside the years 1970 to 9999.
pub fn parse_time(text: &str, now: DateTime<Utc>, zone: Zone) -> Result<DateTime<Utc>, TimeError> {
    let written = text.trim();
    let out_of_range = || TimeError::OutOfRange { text: written.to_owned() };
    let whole = |at: DateTime<Utc>| {
        at.with_nanosecond(0).filter(|at| YEARS.contains(&at.year())).ok_or_else(out_of_range)
    };
    if written == "now" {
        return whole(now);
    }
    if let Some(at) = instant(written) {
        return whole(at);
    }
    if let Some(distance) = distance(written) {
        let distance = distance.map_err(|why| unreadable(written, why))?;
        return whole(now.checked_add_signed(distance).ok_or_else(out_of_range)?);
    }
    let (day, rest) = day(written, now, zone)?;
    if !YEARS.contains(&day.year()) {
        return Err(out_of_range());
    }
    match rest {
        None => whole(start_of(day, zone).ok_or_else(out_of_range)?),
        Some(time) => {
            let time = time_of_day(time).map_err(|why| unreadable(written, why))?;
            whole(resolve(written, day.and_time(time), zone)?)
        }
    }
}

fn unreadable(text: &str, why: impl Into<String>) -> TimeError {
    TimeError::Unreadable { text: text.to_owned(), why: why.into() }
}

/// RFC 3339, also without the seconds.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    read(text).or_else(|| {
        let (minutes, offset) = text.split_at_checked("2025-11-10T14:30".len())?;
        read(&format!("{minutes}:00{offset}"))
    })
}

/// `10m ago`, `in 10m`, `+10m`: how far from now; none when the text is in none of these forms.
fn distance(text: &str) -> Option<Result<TimeDelta, String>> {
    if let Some(back) = text.strip_suffix("ago") {
        return Some(parse_duration(back).map(|d| -d));
    }
    text.strip_prefix("in ").or_else(|| text.strip_prefix('+')).map(parse_duration)
}

/// The day that a local time begins with, today when it begins with none, and the time of day after it.
fn day(text: &str, now: DateTime<Utc>, zone: Zone) -> Result<(NaiveDate, Option<&str>), TimeError> {
    let out_of_range = || TimeError::OutOfRange { text: text.to_owned() };
    if !YEARS.contains(&now.year()) {
        return Err(out_of_range());
    }
    let today = now.with_timezone(&zone).date_naive();
    let (first, rest) = match text.split_once([' ', 'T']) {
        Some((first, rest)) => (first, Some(rest.trim())),
        None => (text, None),
    };
    match first {
        "yesterday" => Ok((today.checked_sub_days(Days::new(1)).ok_or_else(out_of_range)?, rest)),
        "today" => Ok((today, rest)),
        "tomorrow" => Ok((today.checked_add_days(Days::new(1)).ok_or_else(out_of_range)?, rest)),
        _ if first.contains('-') => Ok((date(first).map_err(|why| unreadable(text, why))?, rest)),
        _ if text.contains(':') => Ok((today, Some(text))),
        _ => Err(unreadable(text, "it has no known form")),
    }
}

/// RFC 3339 in UTC in whole seconds, as files and JSON have it: `2025-11-10T14:30:00Z`.
#[must_use]
pub fn format_utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn read(text: &str) -> Result<String, TimeError> {
        parse_time(text, utc("2025-11-10T14:30:59.5Z"), zone("Europe/Paris")).map(format_utc)
    }

    fn refused(text: &str) -> String {
        let error = read(text).unwrap_err();
        format!("{error}; {}", error.hint())
    }

    #[test]
    fn every_form_of_a_time_is_read() {
        for (text, expected) in [
            ("now", "2025-11-10T14:30:59Z"),
            ("2025-11-10T14:30:00Z", "2025-11-10T14:30:00Z"),
            ("2025-11-10T14:30:00.999+01:00", "2025-11-10T13:30:00Z"),
            ("2025-11-10 14:30+01:00", "2025-11-10T13:30:00Z"),
            ("2025-11-10 14:30", "2025-11-10T13:30:00Z"),
            ("2025-07-10T14:30:05", "2025-07-10T12:30:05Z"),
            ("14:30", "2025-11-10T13:30:00Z"),
            (" 9:05:07 ", "2025-11-10T08:05:07Z"),
            ("10m ago", "2025-11-10T14:20:59Z"),
            ("1h30m ago", "2025-11-10T13:00:59Z"),
            ("in 10m", "2025-11-10T14:40:59Z"),
            ("+2h", "2025-11-10T16:30:59Z"),
            ("yesterday 22:10", "2025-11-09T21:10:00Z"),
            ("today 09:00", "2025-11-10T08:00:00Z"),
            ("tomorrow 09:00", "2025-11-11T08:00:00Z"),
            ("yesterday", "2025-11-08T23:00:00Z"),
            ("2025-11-10", "2025-11-09T23:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn today_is_the_day_in_the_zone() {
        let late = utc("2025-11-10T23:30:00Z");
        assert_eq!(
            format_utc(parse_time("00:10", late, zone("Europe/Paris")).unwrap()),
            "2025-11-10T23:10:00Z"
        );
    }

    #[test]
    fn a_time_that_is_none_says_why_and_lists_the_forms() {
        assert_eq!(refused("25:99"), format!("`25:99` is not a time: hours go from 00 to 23; {FORMS}"));
        for (text, why) in [
            ("14:60", "minutes go from 00 to 59"),
            ("14:30:60", "seconds go from 00 to 59"),
            ("14:30:00:00", "`14:30:00:00` is not a time of day like `14:30` or `14:30:05`"),
            ("2025-13-01 10:00", "months go from 01 to 12"),
            ("2025-02-29", "there is no day 29 in 2025-02"),
            ("10-11-2025", "`10-11-2025` is not a date, year first, like `2025-11-10`"),
            ("soon", "it has no known form"),
            ("", "it has no known form"),
            ("10 ago", "`10` lacks a unit"),
            ("2025-11-10 noon", "`noon` is not a time of day"),
        ] {
            assert!(refused(text).contains(&format!("is not a time: {why}")), "{}", refused(text));
        }
        for text in ["0001-01-01 10:00", "0001-01-01T10:00:00Z", "36000d ago"] {
            assert!(refused(text).contains("not between the years 1970 and 9999"), "{text}");
        }
    }

    #[test]
    fn a_local_time_that_exists_twice_is_refused_with_both() {
        assert_eq!(
            refused("2025-10-26 02:30"),
            "`2025-10-26 02:30` exists twice in Europe/Paris: the clocks were put back over it; \
             write `2025-10-26T02:30:00+02:00` or `2025-10-26T02:30:00+01:00`"
        );
        assert_eq!(read("2025-10-26T02:30:00+01:00").as_deref(), Ok("2025-10-26T01:30:00Z"));
    }

    #[test]
    fn a_local_time_that_does_not_exist_is_refused_with_both() {
        assert_eq!(
            refused("2025-03-30 02:30"),
            "`2025-03-30 02:30` does not exist in Europe/Paris: the clocks were put forward over it; \
             write `2025-03-30T03:30:00+02:00` or `2025-03-30T01:30:00+01:00`"
        );
    }

    #[test]
    fn a_day_begins_at_its_first_instant() {
        let start =
            |text: &str, zone| format_utc(parse_time(text, utc("2025-01-01T00:00:00Z"), zone).unwrap());
        assert_eq!(start("2018-11-04", zone("America/Sao_Paulo")), "2018-11-04T03:00:00Z");
        assert_eq!(start("2018-02-17", zone("America/Sao_Paulo")), "2018-02-17T02:00:00Z");
        assert_eq!(start("2011-12-30", zone("Pacific/Apia")), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn the_date_is_shown_only_when_it_is_another_day() {
        let at = utc("2025-11-10T23:30:00Z");
        assert_eq!(format_local(at, zone("Europe/Paris")), "2025-11-11 00:30");
        assert_eq!(format_beside(at, utc("2025-11-11T12:00:00Z"), zone("Europe/Paris")), "00:30");
        assert_eq!(format_beside(at, utc("2025-11-10T12:00:00Z"), zone("Europe/Paris")), "2025-11-11 00:30");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), seconds in any::<i64>()) {
            let now = DateTime::from_timestamp(seconds % 8_000_000_000_000, 0).unwrap();
            let _ = parse_time(&text, now, zone("Europe/Paris"));
        }

        #[test]
        fn text_near_a_time_is_read_or_refused(
            text in "(yesterday|today|in |\\+)? ?[0-9]{0,5}-?[0-9]{0,2}-?[0-9]{0,2}[T ]?[0-9]{0,2}:?[0-9]{0,2}:?[0-9]{0,3}( ago|Z|d ago)?",
        ) {
            let _ = parse_time(&text, utc("2025-11-10T14:30:00Z"), zone("Pacific/Apia"));
        }

        #[test]
        fn what_is_written_is_read_back(seconds in 0_i64..4_000_000_000) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert_eq!(parse_time(&format_utc(at), at, zone("Europe/Paris")), Ok(at));
            match parse_time(&at.with_timezone(&zone("Europe/Paris")).format("%F %T").to_string(), at, zone("Europe/Paris")) {
                Ok(read) => prop_assert_eq!(read, at),
                Err(TimeError::Twice { .. }) => {}
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}
