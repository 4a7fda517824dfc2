//! Predicates over what is known of an incident: `when` in a process.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::number::Comparison;
use crate::model::Incident;
use crate::model::record::Breach;

/// One value or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// A single value.
    One(T),
    /// Any of several.
    Many(Vec<T>),
}

/// Reads a list as many and anything else as one, so that an error speaks of the value and not of the choice.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or a list of values")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(OneOrMany::One)
            }
        }
        deserializer.deserialize_any(Visitor(PhantomData))
    }
}

impl<T: PartialEq> OneOrMany<T> {
    /// Whether `value` is among them.
    pub fn contains<U: ?Sized>(&self, value: &U) -> bool
    where
        T: PartialEq<U>,
    {
        self.values().any(|v| *v == *value)
    }

    /// The values, one or many.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        match self {
            Self::One(value) => std::slice::from_ref(value).iter(),
            Self::Many(values) => values.iter(),
        }
    }
}

/// Money above which something is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostIs {
    /// Compared in whole units.
    pub amount: Comparison,
    /// The currency that it is meant in; money in another is unknown, not converted.
    pub currency: String,
}

/// Conditions that must all hold; an empty one always does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The rank of the severity at the time, 1 the worst.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Comparison>,
    /// The worst rank it ever had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest_rank: Option<Comparison>,
    /// The severity at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<OneOrMany<String>>,
    /// The incident's type: a runbook's key.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<OneOrMany<String>>,
    /// One of its labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<OneOrMany<String>>,
    /// `impact.breach`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<OneOrMany<Breach>>,
    /// `impact.visible`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
    /// Users are known not to see it: `impact.visible` is `false`. Unlike `visible` it is never unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// `impact.service_down`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_down: Option<bool>,
    /// `recent_deploy`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recent_deploy: Option<bool>,
    /// `impact.users.percent`, else from count and total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users_percent: Option<Comparison>,
    /// `impact.users.count`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Comparison>,
    /// `impact.data.people`, else `impact.users.count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Comparison>,
    /// `impact.revenue_percent`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_percent: Option<Comparison>,
    /// `impact.cost`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostIs>,
    /// Any of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<When>,
    /// Not this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<When>>,
}

/// What a predicate comes to; `Unknown` names the field that nobody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on this field of the record.
    Unknown(&'static str),
}

impl Truth {
    /// Both; what is false is false, whatever the other depends on.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown(field) => match other() {
                Self::No => Self::No,
                _ => Self::Unknown(field),
            },
        }
    }

    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unknown(field) => match other() {
                Self::Yes => Self::Yes,
                _ => Self::Unknown(field),
            },
        }
    }

    fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Where the record holds what the incident costs.
pub const COST: &str = "impact.cost";

/// What a predicate depends on when the process does not have the incident's severity.
pub const SEVERITY: &str = "severity";

/// The severity that a predicate is asked about: the id, its rank, and the worst rank so far.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The severity's id.
    pub severity: &'a str,
    /// Its rank, 1 the worst; none for a severity that the process does not have.
    pub rank: Option<u32>,
    /// The worst rank the incident ever had; none when it ever had a severity that the process does not have.
    pub highest_rank: Option<u32>,
}

impl When {
    /// Whether the conditions hold for the incident while its severity is as `standing` says.
    #[must_use]
    pub fn holds(&self, incident: &Incident, standing: Standing<'_>) -> Truth {
        self.by_severity(standing)
            .and(|| self.by_record(incident))
            .and(|| self.by_impact(incident))
            .and(|| self.combined(incident, standing))
    }

    fn by_severity(&self, standing: Standing<'_>) -> Truth {
        let severity = match (&self.severity, standing.rank) {
            (None, _) => Truth::Yes,
            (Some(wanted), Some(_)) => Truth::of(wanted.contains(standing.severity)),
            (Some(_), None) => Truth::Unknown(SEVERITY),
        };
        number(self.rank, standing.rank.map(f64::from), SEVERITY)
            .and(|| number(self.highest_rank, standing.highest_rank.map(f64::from), SEVERITY))
            .and(|| severity)
    }

    fn by_record(&self, incident: &Incident) -> Truth {
        let record = &incident.record;
        let kind = match (&self.kind, &record.kind) {
            (None, _) => true,
            (Some(wanted), kind) => kind.as_deref().is_some_and(|k| wanted.contains(k)),
        };
        let label = self
            .label
            .as_ref()
            .is_none_or(|wanted| record.labels.iter().any(|l| wanted.contains(l.as_str())));
        Truth::of(kind && label).and(|| flag(self.recent_deploy, record.recent_deploy, "recent_deploy"))
    }

    fn by_impact(&self, incident: &Incident) -> Truth {
        let impact = &incident.record.impact;
        let breach = match (&self.breach, impact.breach) {
            (None, _) => Truth::Yes,
            (Some(wanted), Some(breach)) => Truth::of(wanted.contains(&breach)),
            // Nobody spoke of a breach: unlike a number, its absence is the ordinary case.
            (Some(wanted), None) => Truth::of(wanted.contains(&Breach::No)),
        };
        let hidden = self.hidden.is_none_or(|wanted| wanted == (impact.visible == Some(false)));
        breach
            .and(|| Truth::of(hidden))
            .and(|| flag(self.visible, impact.visible, "impact.visible"))
            .and(|| flag(self.service_down, impact.service_down, "impact.service_down"))
            .and(|| number(self.users_percent, impact.users.share(), "impact.users.percent"))
            .and(|| number(self.users, impact.users.count.map(as_f64), "impact.users.count"))
            .and(|| {
                number(
                    self.people,
                    impact.data.people.or(impact.users.count).map(as_f64),
                    "impact.data.people",
                )
            })
            .and(|| number(self.revenue_percent, impact.revenue_percent, "impact.revenue_percent"))
            .and(|| self.by_cost(incident))
    }

    fn by_cost(&self, incident: &Incident) -> Truth {
        let Some(wanted) = &self.cost else { return Truth::Yes };
        let cost = incident.record.impact.cost.as_ref().filter(|c| c.currency == wanted.currency);
        number(Some(wanted.amount), cost.map(|c| c.amount), COST)
    }

    fn combined(&self, incident: &Incident, standing: Standing<'_>) -> Truth {
        let any = if self.any.is_empty() {
            Truth::Yes
        } else {
            self.any.iter().fold(Truth::No, |so_far, when| so_far.or(|| when.holds(incident, standing)))
        };
        any.and(|| self.not.as_ref().map_or(Truth::Yes, |when| when.holds(incident, standing).negate()))
    }
}

fn flag(wanted: Option<bool>, value: Option<bool>, field: &'static str) -> Truth {
    match (wanted, value) {
        (None, _) => Truth::Yes,
        (Some(_), None) => Truth::Unknown(field),
        (Some(wanted), Some(value)) => Truth::of(wanted == value),
    }
}

fn number(wanted: Option<Comparison>, value: Option<f64>, field: &'static str) -> Truth {
    match (wanted, value) {
        (None, _) => Truth::Yes,
        (Some(_), None) => Truth::Unknown(field),
        (Some(wanted), Some(value)) => Truth::of(wanted.holds(value)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of people needs no more than 52 bits")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
