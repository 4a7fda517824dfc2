//! Limits on an elapsed time, `< 15m`, `<= 72h`, with the operator that their source wrote.

use std::borrow::Cow;
use std::fmt;

use chrono::TimeDelta;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::duration::{PATTERN, Span, Unit, scalar_text};

/// How an elapsed time is compared with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `<`: strictly before.
    Lt,
    /// `<=`: before or at.
    Le,
    /// `>`: strictly after.
    Gt,
    /// `>=`: at or after.
    Ge,
}

impl Op {
    /// The operators as written; the longer ones first, since they begin with the shorter.
    const ALL: [Self; 4] = [Self::Le, Self::Ge, Self::Lt, Self::Gt];

    const fn symbol(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// A limit on an elapsed time, with the operator that its source wrote: `< 15m` is not `<= 15m`.
///
/// Read from a file, a bare `15m` means `<= 15m`; where it means something else, use
/// `#[serde(deserialize_with = "at_least")]`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The comparison.
    pub op: Op,
    /// What the elapsed time is compared with.
    pub duration: TimeDelta,
    leading: Unit,
}

impl PartialEq for Limit {
    fn eq(&self, other: &Self) -> bool {
        (self.op, self.duration) == (other.op, other.duration)
    }
}

impl Eq for Limit {}

impl Limit {
    /// A limit of `duration`, shown in the largest unit that says it exactly.
    #[must_use]
    pub fn new(op: Op, duration: TimeDelta) -> Self {
        let seconds = duration.num_seconds();
        let leading =
            Unit::ALL.into_iter().find(|unit| seconds % unit.seconds() == 0).unwrap_or(Unit::Second);
        Self { op, duration, leading }
    }

    /// Reads `< 15m`, `<= 72h`, `> 1h`, `>= 15m`, or a bare `15m`, which is compared with `bare`.
    pub fn parse(text: &str, bare: Op) -> Result<Self, String> {
        let text = text.trim();
        let (op, rest) = Op::ALL
            .into_iter()
            .find_map(|op| text.strip_prefix(op.symbol()).map(|rest| (op, rest)))
            .unwrap_or((bare, text));
        let span: Span = rest.parse().map_err(|message| match rest.trim().strip_prefix(['=', '<', '>']) {
            Some(_) => {
                format!("`{text}` is not a limit; write it like `< 15m`, `<= 72h`, `> 1h` or `>= 15m`")
            }
            None => message,
        })?;
        Ok(Self { op, duration: span.length, leading: span.leading })
    }

    /// Whether `elapsed` satisfies the limit; the boundary itself satisfies only `<=` and `>=`.
    #[must_use]
    pub fn holds(&self, elapsed: TimeDelta) -> bool {
        match self.op {
            Op::Lt => elapsed < self.duration,
            Op::Le => elapsed <= self.duration,
            Op::Gt => elapsed > self.duration,
            Op::Ge => elapsed >= self.duration,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.op, Span { length: self.duration, leading: self.leading })
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&scalar_text(deserializer)?, Op::Le).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A limit on a duration: `< 15m`, `<= 72h`, `> 1h`, `>= 15m`, or a bare `15m`.",
            "pattern": format!("^(<=|>=|<|>)? ?{PATTERN}$"),
        })
    }
}

/// Reads a [`Limit`] whose bare form means "at least": `15m` is `>= 15m`. For `deserialize_with`.
pub fn at_least<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Limit, D::Error> {
    Limit::parse(&scalar_text(deserializer)?, Op::Ge).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_limit_gives_its_source_form_back() {
        for text in ["< 15m", "<= 72h", "> 1h", ">= 3d", "< 1h30m", "<= 90s", "< 90m", ">= 0s"] {
            assert_eq!(Limit::parse(text, Op::Lt).unwrap().to_string(), text);
        }
        assert_eq!(Limit::parse("15m", Op::Ge).unwrap().to_string(), ">= 15m");
        assert_eq!(Limit::new(Op::Lt, TimeDelta::seconds(5_400)).to_string(), "< 90m");
        assert!(Limit::parse("== 15m", Op::Lt).unwrap_err().contains("`== 15m` is not a limit"));
        assert!(Limit::parse("< 15", Op::Lt).unwrap_err().contains("lacks a unit"));
    }

    #[test]
    fn a_limit_holds_to_the_second() {
        for (text, before, at, after) in [
            ("< 15m", true, false, false),
            ("<= 15m", true, true, false),
            ("> 15m", false, false, true),
            (">= 15m", false, true, true),
        ] {
            let limit = Limit::parse(text, Op::Lt).unwrap();
            let held = [899, 900, 901].map(|s| limit.holds(TimeDelta::seconds(s)));
            assert_eq!(held, [before, at, after], "{text}");
        }
    }

    #[test]
    fn files_hold_limits_as_text() {
        let limit: Limit = serde_yaml::from_str("15m").unwrap();
        assert_eq!(limit.op, Op::Le);
        assert_eq!(serde_yaml::to_string(&limit).unwrap(), "<= 15m\n");
        assert_eq!(at_least(serde_yaml::Value::from("15m")).unwrap().op, Op::Ge);
    }

    #[test]
    fn the_schema_accepts_what_is_read_and_nothing_else() {
        let limit = serde_json::to_value(schemars::schema_for!(Limit)).unwrap();
        let validator = jsonschema::validator_for(&limit).unwrap();
        for (text, right) in [
            ("< 15m", true),
            ("1h30m", true),
            ("<= 4 h", true),
            ("soon", false),
            ("15", false),
            ("< ", false),
        ] {
            assert_eq!(validator.is_valid(&text.into()), right, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Limit::parse(&text, Op::Lt);
        }
    }
}
