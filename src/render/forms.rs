//! How a language writes times, durations, numbers and words, in the process's zone.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::Zone;
use crate::model::instant::Instant;
use crate::process::Process;
use crate::process::documents::{Language, Word};

/// A language with the zone in which its times are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Forms {
    language: Arc<Language>,
    name: String,
    zone: Zone,
}

/// What a word lacks, or a form that the language spells wrongly; one sentence.
pub type Wrong = String;

impl Forms {
    /// The forms of a process's language.
    #[must_use]
    pub fn new(process: &Process, language: &Arc<Language>) -> Self {
        Self { language: Arc::clone(language), name: process.language.clone(), zone: process.timezone }
    }

    /// The same forms in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Self {
        Self { zone, ..self.clone() }
    }

    /// A word by its key; of one with two forms, the one for several unless `number` says otherwise.
    ///
    /// # Errors
    /// The language has no such word.
    pub fn word(&self, key: &str, number: Option<f64>) -> Result<&str, Wrong> {
        match self.language.words.get(key) {
            Some(Word::Same(word)) => Ok(word),
            Some(Word::Forms([one, several])) => {
                Ok(if number.is_some_and(|n| self.is_one(n)) { one } else { several })
            }
            None => Err(format!("the language `{}` has no word `{key}`", self.name)),
        }
    }

    /// Whether a number takes the form for one; the language's word `zero` is `one` where 0 and 1.5 do too.
    fn is_one(&self, number: f64) -> bool {
        let zero = matches!(self.language.words.get("zero"), Some(Word::Same(word)) if word == "one");
        if zero { number.abs() < 2.0 } else { (number - 1.0).abs() < f64::EPSILON }
    }

    /// The word with `{name}` filled in from `values`.
    ///
    /// # Errors
    /// The language has no such word.
    pub fn filled(&self, key: &str, values: &[(&str, &str)]) -> Result<String, Wrong> {
        let mut out = String::new();
        let mut rest = self.word(key, None)?;
        // One pass, so that a value that looks like a placeholder is not filled in again.
        while let Some((before, from)) = rest.split_once('{') {
            out.push_str(before);
            let place = from.split_once('}');
            let value = place.and_then(|(name, _)| values.iter().find(|(n, _)| *n == name));
            if let (Some((_, after)), Some((_, value))) = (place, value) {
                out.push_str(value);
                rest = after;
            } else {
                out.push('{');
                rest = from;
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A day.
    ///
    /// # Errors
    /// The language's form is none.
    pub fn day(&self, day: NaiveDate) -> Result<String, Wrong> {
        let mut out = String::new();
        let form = &self.language.date;
        write!(out, "{}", day.format(form)).map_err(|_| self.bad("date", form))?;
        Ok(out)
    }

    /// The day of an instant, in the zone.
    ///
    /// # Errors
    /// The language's form is none.
    pub fn date(&self, at: Instant) -> Result<String, Wrong> {
        self.day(at.with_timezone(&self.zone).date_naive())
    }

    /// The time of day, in the zone.
    ///
    /// # Errors
    /// The language's form is none.
    pub fn time(&self, at: Instant) -> Result<String, Wrong> {
        let mut out = String::new();
        let form = &self.language.time;
        write!(out, "{}", at.with_timezone(&self.zone).format(form)).map_err(|_| self.bad("time", form))?;
        Ok(out)
    }

    /// Day and time of day, in the zone.
    ///
    /// # Errors
    /// The language's forms are none.
    pub fn datetime(&self, at: Instant) -> Result<String, Wrong> {
        let form = &self.language.datetime;
        Ok(form.replace("{date}", &self.date(at)?).replace("{time}", &self.time(at)?))
    }

    /// An instant in a form that a template names, in the zone.
    ///
    /// # Errors
    /// The form is none.
    pub fn formed(&self, at: Instant, form: &str) -> Result<String, Wrong> {
        let mut out = String::new();
        write!(out, "{}", at.with_timezone(&self.zone).format(form))
            .map_err(|_| format!("`{form}` is no form of a time: write it like `%Y-%m-%d` or `%H:%M`"))?;
        Ok(out)
    }

    /// The time of day, with its date unless that is the day of `reference`.
    ///
    /// # Errors
    /// The language's forms are none.
    pub fn beside(&self, at: Instant, reference: Instant) -> Result<String, Wrong> {
        if self.same_day(at, reference) { self.time(at) } else { self.datetime(at) }
    }

    /// Whether two instants fall on one day of the zone.
    #[must_use]
    pub fn same_day(&self, a: Instant, b: Instant) -> bool {
        a.with_timezone(&self.zone).date_naive() == b.with_timezone(&self.zone).date_naive()
    }

    /// The name of the zone at an instant: `CET`.
    #[must_use]
    pub fn zone(&self, at: Instant) -> String {
        at.with_timezone(&self.zone).format("%Z").to_string()
    }

    /// A length of time in words: `45 seconds`, `2 min 30 s`, `23 minutes`, `1 h 05 min`, `2 d 3 h`.
    ///
    /// # Errors
    /// The language lacks a unit.
    pub fn duration(&self, seconds: i64) -> Result<String, Wrong> {
        let sign = if seconds < 0 { "-" } else { "" };
        let all = seconds.unsigned_abs();
        let (d, h, m, s) = (all / 86_400, all / 3_600 % 24, all / 60 % 60, all % 60);
        let text = match (d, h, m, s) {
            (0, 0, 0, s) => self.count(s, "second")?,
            (0, 0, m, 0) => self.count(m, "minute")?,
            (0, 0, m, s) => format!("{m} {} {s:02} {}", self.word("min", None)?, self.word("s", None)?),
            (0, h, 0, _) => self.count(h, "hour")?,
            (0, h, m, _) => format!("{h} {} {m:02} {}", self.word("h", None)?, self.word("min", None)?),
            (d, 0, _, _) => self.count(d, "day")?,
            (d, h, _, _) => format!("{d} {} {h} {}", self.word("d", None)?, self.word("h", None)?),
        };
        Ok(format!("{sign}{text}"))
    }

    /// A number of things: `3 users`.
    ///
    /// # Errors
    /// The language has no such word.
    pub fn count(&self, number: u64, word: &str) -> Result<String, Wrong> {
        #[expect(clippy::cast_precision_loss, reason = "only 0, 1 and more are told apart")]
        let several = number as f64;
        Ok(format!("{} {}", self.grouped(&number.to_string()), self.word(word, Some(several))?))
    }

    /// A number with the language's marks, two decimals at the most.
    #[must_use]
    pub fn number(&self, number: f64) -> String {
        let text = format!("{:.2}", number.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let part = part.trim_end_matches('0');
        let sign = if number < 0.0 && (whole != "0" || !part.is_empty()) { "-" } else { "" };
        let whole = self.grouped(whole);
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{}{part}", self.language.decimal)
        }
    }

    /// A share in percent, as the language writes it.
    ///
    /// # Errors
    /// The language has no word `percent`.
    pub fn percent(&self, number: f64) -> Result<String, Wrong> {
        self.filled("percent", &[("number", &self.number(number))])
    }

    /// Digits in groups of three.
    fn grouped(&self, digits: &str) -> String {
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(&self.language.thousands);
            }
            out.push(digit);
        }
        out
    }

    fn bad(&self, field: &str, form: &str) -> Wrong {
        format!(
            "`{form}` is no form for `{field}` of the language `{}`: write it like `%d/%m/%Y` or `%H:%M`",
            self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(zero: &str) -> Forms {
        let word = |key: &str, one: &str, several: &str| {
            (key.to_owned(), Word::Forms([one.to_owned(), several.to_owned()]))
        };
        let same = |key: &str, text: &str| (key.to_owned(), Word::Same(text.to_owned()));
        let words = [
            word("second", "second", "seconds"),
            word("minute", "minute", "minutes"),
            word("hour", "hour", "hours"),
            word("day", "day", "days"),
            same("s", "s"),
            same("min", "min"),
            same("h", "h"),
            same("d", "d"),
            same("zero", zero),
            same("percent", "{number} %"),
        ];
        let language = Language {
            decimal: ",".into(),
            thousands: " ".into(),
            date: "%d/%m/%Y".into(),
            time: "%Hh%M".into(),
            datetime: "{date} at {time}".into(),
            words: words.into(),
        };
        Forms { language: language.into(), name: "xx".into(), zone: "Europe/Paris".parse().unwrap() }
    }

    #[test]
    fn durations_have_two_units_at_the_most() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (150, "2 min 30 s"),
            (1_380, "23 minutes"),
            (3_600, "1 hour"),
            (3_900, "1 h 05 min"),
            (86_400, "1 day"),
            (183_600, "2 d 3 h"),
            (-60, "-1 minute"),
        ] {
            assert_eq!(forms("several").duration(seconds).unwrap(), expected);
        }
        assert_eq!(forms("one").duration(0).unwrap(), "0 second");
    }

    #[test]
    fn numbers_have_the_marks_of_the_language() {
        let forms = forms("one");
        for (number, expected) in [
            (0.0, "0"),
            (-0.001, "0"),
            (1.5, "1,5"),
            (1_234_567.0, "1 234 567"),
            (-1_000.25, "-1 000,25"),
            (99.999, "100"),
        ] {
            assert_eq!(forms.number(number), expected);
        }
        assert_eq!(forms.percent(12.5).unwrap(), "12,5 %");
    }

    #[test]
    fn times_are_in_the_zone() {
        let forms = forms("one");
        let at = "2025-11-10T23:30:00Z".parse().unwrap();
        assert_eq!(forms.datetime(at).unwrap(), "11/11/2025 at 00h30");
        assert_eq!(forms.beside(at, "2025-11-11T08:00:00Z".parse().unwrap()).unwrap(), "00h30");
        assert_eq!(forms.zone(at), "CET");
        assert_eq!(forms.in_zone(Zone::UTC).datetime(at).unwrap(), "10/11/2025 at 23h30");
    }

    #[test]
    fn what_the_language_lacks_is_said() {
        let forms = forms("one");
        assert_eq!(forms.word("week", None).unwrap_err(), "the language `xx` has no word `week`");
        let language = Language { date: "%Q".into(), ..(*forms.language).clone() };
        let broken = Forms { language: language.into(), ..forms };
        assert!(broken.day(NaiveDate::MIN).unwrap_err().contains("`%Q` is no form for `date`"));
    }

    #[test]
    fn a_value_is_filled_in_once() {
        let mut forms = forms("one");
        Arc::make_mut(&mut forms.language).words.insert("x".into(), Word::Same("{a} and {b} {c}".into()));
        assert_eq!(forms.filled("x", &[("a", "{b}"), ("b", "2")]).unwrap(), "{b} and 2 {c}");
    }
}
