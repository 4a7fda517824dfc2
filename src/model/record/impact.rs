//! Whom and what the incident hurt, and what is known of an attack or a breach.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;
use crate::model::instant::{self, Instant};

/// Whom and what the incident hurt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Impact {
    /// In a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// How many users.
    #[serde(skip_serializing_if = "is_default")]
    pub users: Users,
    /// Features or functions that did not work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// Share of revenue affected, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_percent: Option<f64>,
    /// Money lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Orders, payments or requests lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transactions_lost: Option<u64>,
    /// The service was down, wholly or in part; the intervals are `down` and `up` entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_down: Option<bool>,
    /// Users can see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
    /// Whether personal data leaked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<Breach>,
    /// When somebody first had reason to believe in a breach.
    #[serde(skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[schemars(with = "Option<Instant>")]
    pub breach_known_at: Option<Instant>,
    /// Which data are affected, and whose.
    #[serde(skip_serializing_if = "is_default")]
    pub data: Data,
    /// In words, for users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users_text: Option<String>,
    /// In words, for revenue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_text: Option<String>,
    /// In words, or on the process's scale, for reputation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reputation: Option<String>,
    /// A service level agreement that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla_affected: Option<bool>,
    /// Which one, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla_text: Option<String>,
    /// What happened to each service, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_service: BTreeMap<String, String>,
    /// The highest error rate seen, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_error_rate_percent: Option<f64>,
    /// The highest latency seen, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_latency_ms: Option<f64>,
    /// Availability while it lasted, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_percent: Option<f64>,
    /// Anything else that was measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
}

/// How many users are affected, and how that is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Users {
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// In percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// Measured or estimated, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

impl Users {
    /// The share of users affected, in percent: as written, else from count and total.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 52 bits")]
    pub fn share(&self) -> Option<f64> {
        self.percent.or_else(|| match (self.count, self.total) {
            (Some(count), Some(total)) if total > 0 => Some(count as f64 * 100.0 / total as f64),
            _ => None,
        })
    }
}

/// Money, with its currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// In whole units of the currency.
    pub amount: f64,
    /// The currency as the team writes it: `EUR`, `FCFA`.
    pub currency: String,
    /// When it was first known to be so much; `inc update` keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[schemars(with = "Option<Instant>")]
    pub known_at: Option<Instant>,
}

/// Whether personal data leaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// It is known that none did.
    No,
    /// It may have.
    Suspected,
    /// It did.
    Confirmed,
}

/// The data that a breach touched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// What is or may be affected: `name`, `email`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<String>,
    /// What is known not to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub safe: Vec<String>,
    /// How many people's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// How many records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
}

/// One figure: now, and before or as normal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// What was measured.
    pub name: String,
    /// While it lasted.
    pub value: f64,
    /// The unit: `ms`, `%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// As it normally is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal: Option<f64>,
}

/// What is known of an attack or a leak.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Security {
    /// The kind of attack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attack: Option<String>,
    /// Still going on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// How they came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_vector: Option<String>,
    /// Systems that are compromised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<String>,
    /// What was done about it, for the people affected to read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// Why containment came before preserving the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contained_first_because: Option<String>,
    /// Why a regulator need not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulator_decision: Option<String>,
}
