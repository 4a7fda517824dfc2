//! Durations as people write them, `15m`, `1h30m`, `3d`, in whole seconds.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// No duration is longer than this, 100 years; so sums with a time never leave the calendar.
const LONGEST_SECONDS: i64 = 36_525 * 86_400;

/// What a duration looks like to an editor that checks a file against its JSON Schema.
pub(super) const PATTERN: &str = r"(?=[0-9])([0-9]+ ?d ?)?([0-9]+ ?h ?)?([0-9]+ ?(m|min) ?)?([0-9]+ ?s)?";

const FORMS: &str = "write it like `15m`, `2h`, `1h30m`, `3d` or `90s`";

/// A unit of a written duration, the longest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Hour, Self::Minute, Self::Second];

    fn named(name: &str) -> Option<Self> {
        match name {
            "d" => Some(Self::Day),
            "h" => Some(Self::Hour),
            "m" | "min" => Some(Self::Minute),
            "s" => Some(Self::Second),
            _ => None,
        }
    }

    pub(super) const fn seconds(self) -> i64 {
        match self {
            Self::Day => 86_400,
            Self::Hour => 3_600,
            Self::Minute => 60,
            Self::Second => 1,
        }
    }

    const fn symbol(self) -> char {
        match self {
            Self::Day => 'd',
            Self::Hour => 'h',
            Self::Minute => 'm',
            Self::Second => 's',
        }
    }
}

/// Reads a duration: numbers with the units `d`, `h`, `m` (or `min`) and `s`, the longest first.
///
/// Spaces are allowed (`4 h`, `14m 59s`); signs and fractions are not. Fails with what is wrong and what would
/// be right.
pub fn parse_duration(text: &str) -> Result<TimeDelta, String> {
    Span::from_str(text).map(|span| span.length)
}

fn parse_span(text: &str) -> Result<Span, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(format!("a duration is missing; {FORMS}"));
    }
    let mut seconds: i64 = 0;
    let mut leading = None;
    let mut last = None;
    while !rest.is_empty() {
        let (number, unit, after) = parse_part(text, rest)?;
        if last.is_some_and(|last| unit <= last) {
            return Err(format!("the units of `{}` are not in order; {FORMS}", text.trim()));
        }
        seconds = number
            .checked_mul(unit.seconds())
            .and_then(|part| seconds.checked_add(part))
            .filter(|sum| *sum <= LONGEST_SECONDS)
            .ok_or_else(|| format!("`{}` is longer than 100 years", text.trim()))?;
        leading = leading.or(Some(unit));
        last = Some(unit);
        rest = after;
    }
    Ok(Span { length: TimeDelta::seconds(seconds), leading: leading.unwrap_or(Unit::Second) })
}

/// Reads one number with its unit off the front of `rest`; `text` is the whole, for the message.
fn parse_part<'a>(text: &str, rest: &'a str) -> Result<(i64, Unit, &'a str), String> {
    let text = text.trim();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    if number.is_empty() {
        return Err(format!("`{text}` is not a duration; {FORMS}"));
    }
    let number: i64 = number.parse().map_err(|_| format!("`{text}` is longer than 100 years"))?;
    let rest = rest.trim_start();
    let letters = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let (name, rest) = rest.split_at(letters);
    if name.is_empty() && rest.is_empty() {
        return Err(format!("`{text}` lacks a unit; {FORMS}"));
    }
    let unit = Unit::named(name).ok_or_else(|| format!("`{text}` is not a duration; {FORMS}"))?;
    Ok((number, unit, rest.trim_start()))
}

/// The short form for the terminal: `45s`, `14m 59s`, `2h 05m`, `3d 4h`. At most two units, seconds only under
/// an hour; what is shorter than the last unit shown is cut off. A negative duration has a leading `-`.
#[must_use]
pub fn format_duration(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds().unsigned_abs();
    let sign = if duration.num_seconds() < 0 { "-" } else { "" };
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let text = match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, s) => format!("{s}s"),
        (0, 0, m, 0) => format!("{m}m"),
        (0, 0, m, s) => format!("{m}m {s:02}s"),
        (0, h, 0, _) => format!("{h}h"),
        (0, h, m, _) => format!("{h}h {m:02}m"),
        (d, 0, _, _) => format!("{d}d"),
        (d, h, _, _) => format!("{d}d {h}h"),
    };
    format!("{sign}{text}")
}

/// A duration in a file, which remembers the unit it was written in: `72h` stays `72h`, not `3d`.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// How long it is, in whole seconds, never negative.
    pub length: TimeDelta,
    pub(super) leading: Unit,
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length
    }
}

impl Eq for Span {}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_span(text)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.length.num_seconds();
        for unit in Unit::ALL.into_iter().filter(|unit| *unit >= self.leading) {
            let number = rest / unit.seconds();
            rest %= unit.seconds();
            if number > 0 || (unit == self.leading && rest == 0) {
                write!(f, "{number}{}", unit.symbol())?;
            }
        }
        Ok(())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar_text(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A duration: `15m`, `2h`, `1h30m`, `3d`, `90s`.",
            "pattern": format!("^{PATTERN}$"),
        })
    }
}

/// A scalar as text, so that the unit missing from a bare `15` is said and not that 15 is no string.
pub(super) fn scalar_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a duration like `15m`")]
    enum Scalar {
        Text(String),
        Number(u64),
    }
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Text(text) => text,
        Scalar::Number(number) => number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seconds(text: &str) -> i64 {
        parse_duration(text).unwrap().num_seconds()
    }

    #[test]
    fn every_way_of_writing_a_duration_is_read() {
        for (text, expected) in [
            ("90s", 90),
            ("15m", 900),
            ("30 min", 1_800),
            ("2h", 7_200),
            ("4 h", 14_400),
            ("1h30m", 5_400),
            ("14m 59s", 899),
            ("48h", 172_800),
            ("3d", 259_200),
            (" 0s ", 0),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_wrong_duration_says_what_would_be_right() {
        let message = |text| parse_duration(text).unwrap_err();
        assert_eq!(message("15"), "`15` lacks a unit; write it like `15m`, `2h`, `1h30m`, `3d` or `90s`");
        assert_eq!(message(""), "a duration is missing; write it like `15m`, `2h`, `1h30m`, `3d` or `90s`");
        for text in ["soon", "-5m", "1.5h", "T+3", "15 minutes", "5m2h", "5m5m", "h", "٣m"] {
            assert!(message(text).contains(FORMS), "{text}");
        }
        assert_eq!(message("99999999999999999999d"), "`99999999999999999999d` is longer than 100 years");
        assert_eq!(message("40000d"), "`40000d` is longer than 100 years");
    }

    #[test]
    fn the_terminal_form_has_two_units_at_the_most() {
        for (seconds, expected) in [
            (0, "0s"),
            (45, "45s"),
            (59, "59s"),
            (60, "1m"),
            (65, "1m 05s"),
            (899, "14m 59s"),
            (3_600, "1h"),
            (3_659, "1h"),
            (7_500, "2h 05m"),
            (86_400, "1d"),
            (273_600, "3d 4h"),
            (273_600 + 3_599, "3d 4h"),
            (-899, "-14m 59s"),
        ] {
            assert_eq!(format_duration(TimeDelta::seconds(seconds)), expected);
        }
    }

    #[test]
    fn files_hold_durations_as_text() {
        let span: Span = serde_yaml::from_str("72h").unwrap();
        assert_eq!(serde_yaml::to_string(&span).unwrap(), "72h\n");
        assert!(serde_yaml::from_str::<Span>("15").unwrap_err().to_string().contains("lacks a unit"));
        assert!(
            serde_yaml::from_str::<Span>("[1]").unwrap_err().to_string().contains("a duration like `15m`")
        );
    }

    proptest! {
        #[test]
        fn what_is_formatted_without_loss_is_read_back(units in 0_i64..10_000, unit in prop::sample::select(&[60, 3_600, 86_400])) {
            let seconds = units * unit;
            let lossless = unit == 86_400 || seconds < 86_400 || seconds % 3_600 == 0;
            prop_assume!(lossless);
            let duration = TimeDelta::seconds(seconds);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn a_written_span_is_read_back(text in "([1-9][0-9]{0,2}d)?([1-9][0-9]{0,2}h)?([1-9][0-9]{0,2}m)?[1-9][0-9]{0,3}s") {
            let span: Span = text.parse().unwrap();
            let again: Span = span.to_string().parse().unwrap();
            prop_assert_eq!(span.length, again.length);
            prop_assert_eq!(span.to_string(), again.to_string());
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse_duration(&text);
        }
    }
}
