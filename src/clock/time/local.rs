//! Local times: the instant that one stands for, and how an instant reads in a zone.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta};
use chrono::{TimeZone, Utc};

use super::TimeError;
use crate::model::Zone;

/// The one instant of a local time.
pub(super) fn resolve(text: &str, local: NaiveDateTime, zone: Zone) -> Result<DateTime<Utc>, TimeError> {
    let text = text.to_owned();
    let show = |at: DateTime<Zone>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Ok(at.to_utc()),
        MappedLocalTime::Ambiguous(earlier, later) => {
            Err(TimeError::Twice { text, zone, choices: [show(earlier), show(later)] })
        }
        MappedLocalTime::None => {
            let [after, before] = around_gap(local, zone);
            Err(TimeError::Missing { text, zone, choices: [show(after), show(before)] })
        }
    }
}

/// A local time that does not exist, read with the offset before the change (so it falls after it) and with the
/// offset after the change.
fn around_gap(local: NaiveDateTime, zone: Zone) -> [DateTime<Zone>; 2] {
    // No gap is longer than a day (Samoa, 2011), no offset longer than 14 hours.
    let margin = TimeDelta::hours(40);
    [-margin, margin].map(|margin| {
        let beside = zone.from_utc_datetime(&(local + margin));
        let offset = beside.naive_local() - beside.naive_utc();
        zone.from_utc_datetime(&(local - offset))
    })
}

/// The first instant of a day, which is not midnight where the clocks were put forward over midnight.
pub(in crate::clock) fn start_of(day: NaiveDate, zone: Zone) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.to_utc()),
        MappedLocalTime::None => (1..=96)
            .filter_map(|quarter| midnight.checked_add_signed(TimeDelta::minutes(15 * quarter)))
            .find_map(|local| zone.from_local_datetime(&local).earliest())
            .map(|at| at.to_utc()),
    }
}

/// Date and time of day in the zone, for the terminal: `2025-11-10 14:30`.
#[must_use]
pub fn format_local(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// The time of day in the zone, with its date only when that is not the day of `reference`: `14:30`.
#[must_use]
pub fn format_beside(at: DateTime<Utc>, reference: DateTime<Utc>, zone: Zone) -> String {
    let local = at.with_timezone(&zone);
    if local.date_naive() == reference.with_timezone(&zone).date_naive() {
        local.format("%H:%M").to_string()
    } else {
        format_local(at, zone)
    }
}
