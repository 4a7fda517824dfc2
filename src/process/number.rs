//! Comparisons as sources write them: `<= 2`, `> 1000000`, `5`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How a number is compared with the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`, or no operator.
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

/// A comparison with a bound; the operator is kept as the source wrote it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// How to compare.
    pub operator: Operator,
    /// What to compare with.
    pub bound: f64,
}

impl Comparison {
    /// Whether `value` satisfies the comparison.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        match self.operator {
            Operator::Less => value < self.bound,
            Operator::AtMost => value <= self.bound,
            Operator::Equal => (value - self.bound).abs() < f64::EPSILON,
            Operator::AtLeast => value >= self.bound,
            Operator::More => value > self.bound,
        }
    }
}

impl FromStr for Comparison {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const SIGNS: [(&str, Operator); 5] = [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::More),
            ("=", Operator::Equal),
        ];
        let text = text.trim();
        let (operator, rest) = SIGNS
            .into_iter()
            .find_map(|(sign, operator)| text.strip_prefix(sign).map(|rest| (operator, rest)))
            .unwrap_or((Operator::Equal, text));
        let bound = rest.trim().replace('_', "").parse::<f64>().ok().filter(|b| b.is_finite());
        let bound =
            bound.ok_or_else(|| format!("`{text}` is no comparison: write `<= 2`, `> 1000` or `5`"))?;
        Ok(Self { operator, bound })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.operator {
            Operator::Less => "< ",
            Operator::AtMost => "<= ",
            Operator::Equal => "",
            Operator::AtLeast => ">= ",
            Operator::More => "> ",
        };
        write!(f, "{sign}{}", self.bound)
    }
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Comparison {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Comparison;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a comparison such as `<= 2`, or a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Comparison, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_f64<E: de::Error>(self, bound: f64) -> Result<Comparison, E> {
                Ok(Comparison { operator: Operator::Equal, bound })
            }

            #[expect(clippy::cast_precision_loss, reason = "a bound needs no more than 52 bits")]
            fn visit_u64<E: de::Error>(self, bound: u64) -> Result<Comparison, E> {
                self.visit_f64(bound as f64)
            }

            #[expect(clippy::cast_precision_loss, reason = "a bound needs no more than 52 bits")]
            fn visit_i64<E: de::Error>(self, bound: i64) -> Result<Comparison, E> {
                self.visit_f64(bound as f64)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Comparison {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Comparison".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A comparison such as `<= 2`, or a number.",
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^\s*(<=|>=|<|>|=)?\s*[0-9][0-9_.]*\s*$" }]
        })
    }
}
