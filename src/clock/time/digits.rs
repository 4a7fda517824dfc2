//! Dates and times of day in digits.

use chrono::{NaiveDate, NaiveTime};

/// `2025-11-10`.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2), parts.next())
    else {
        return Err(format!("`{text}` is not a date, year first, like `2025-11-10`"));
    };
    if !(1..=12).contains(&month) {
        return Err("months go from 01 to 12".to_owned());
    }
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(|| format!("there is no day {day:02} in {year:04}-{month:02}"))
}

/// `14:30` or `14:30:05`.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let mut parts = text.split(':');
    let hour = number(parts.next(), 2);
    let minute = number(parts.next(), 2);
    let second = match parts.next() {
        None => Some(0),
        written => number(written, 2),
    };
    let (Some(hour), Some(minute), Some(second), None) = (hour, minute, second, parts.next()) else {
        return Err(format!("`{text}` is not a time of day like `14:30` or `14:30:05`"));
    };
    if hour > 23 {
        return Err("hours go from 00 to 23".to_owned());
    }
    if minute > 59 {
        return Err("minutes go from 00 to 59".to_owned());
    }
    NaiveTime::from_hms_opt(hour, minute, second).ok_or_else(|| "seconds go from 00 to 59".to_owned())
}

/// A number of exactly `digits` ASCII digits; an hour may also have one.
fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    let text = text?;
    let long_enough = text.len() == digits || (digits == 2 && text.len() == 1);
    if long_enough && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
