//! What clocks start and end with: `resolved`, `{ escalated: second }`, `{ any: [...] }`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::nearest;
use crate::model::Milestone;
use crate::model::entry::{DecisionStep, KindName, PostmortemState, RollbackStep, UpdateState, WarroomStep};

/// Something that can happen to an incident, as a process names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A milestone that stands.
    Milestone(Milestone),
    /// Any entry of a kind.
    Kind(KindName),
    /// A breach became known: `impact.breach_known_at`.
    Breach,
    /// The cost became known: `impact.cost.known_at`.
    Cost,
    /// Something with a value or a filter, or several of them.
    Of(Box<EventMap>),
}

/// An event that has a value: exactly one of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EventMap {
    /// Any of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Event>>,
    /// All of these: the last one counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Event>>,
    /// Ownership moved to this level or a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalated: Option<String>,
    /// The role was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The role was given again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<String>,
    /// The post, role or person was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<String>,
    /// A message to stakeholders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateIs>,
    /// A decision was opened, or taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionStep>,
    /// Evidence of this type was preserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The checklist or runbook step was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
    /// It was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<String>,
    /// The post-mortem reached this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postmortem: Option<PostmortemState>,
    /// The post-mortem's meeting was planned, or held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
    /// The rollback took this step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback: Option<RollbackStep>,
    /// The war room took this step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warroom: Option<WarroomStep>,
    /// Another obligation was met, or ended late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligation: Option<String>,
    /// Another obligation was missed, or its alarm fired; the instant is the one at which it was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<String>,
}

/// Which messages to stakeholders count; an empty filter takes any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateIs {
    /// In this state or a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<UpdateState>,
    /// For this audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// By this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// The post-mortem's meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meeting {
    /// Its time was written down.
    Planned,
    /// Its time has come.
    Held,
}

/// What the record says when it became known, by the word for it.
const FACTS: [(&str, Event); 2] = [("breach", Event::Breach), ("cost", Event::Cost)];

impl Event {
    /// The events inside, this one included.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        if let Self::Of(map) = self {
            for inner in map.any.iter().chain(&map.all).flatten() {
                inner.walk(visit);
            }
        }
    }

    /// Whether it waits for the approval of this name, among others perhaps.
    #[must_use]
    pub fn approves(&self, what: &str) -> bool {
        let mut found = false;
        self.walk(&mut |inner| {
            found |= matches!(inner, Self::Of(map) if map.approved.as_deref() == Some(what));
        });
        found
    }

    fn from_word(word: &str) -> Result<Self, String> {
        if let Some((_, event)) = FACTS.into_iter().find(|(name, _)| *name == word) {
            return Ok(event);
        }
        if let Some(milestone) = Milestone::ALL.into_iter().find(|m| m.name() == word) {
            return Ok(Self::Milestone(milestone));
        }
        if let Some(kind) = KindName::ALL.into_iter().find(|k| k.name() == word) {
            return Ok(Self::Kind(kind));
        }
        let known = KindName::ALL.iter().map(|k| k.name()).chain(FACTS.iter().map(|(name, _)| *name));
        let near = nearest(word, known).map(|k| format!("; did you mean `{k}`?")).unwrap_or_default();
        Err(format!("`{word}` is no event{near}"))
    }
}

impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Milestone(m) => serializer.serialize_str(m.name()),
            Self::Kind(k) => serializer.serialize_str(k.name()),
            Self::Breach => serializer.serialize_str("breach"),
            Self::Cost => serializer.serialize_str("cost"),
            Self::Of(map) => map.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Event;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event such as `resolved` or `{ escalated: second }`")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Event, E> {
                Event::from_word(word).map_err(E::custom)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Event, A::Error> {
                let map = EventMap::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let keys = serde_json::to_value(&map).map_err(de::Error::custom)?;
                match keys.as_object().map_or(0, serde_json::Map::len) {
                    1 => Ok(Event::Of(Box::new(map))),
                    n => Err(de::Error::custom(format!("an event has exactly one key, this one has {n}"))),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Event {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<_> =
            KindName::ALL.iter().map(|k| k.name()).chain(FACTS.iter().map(|(name, _)| *name)).collect();
        let map = generator.subschema_for::<EventMap>();
        schemars::json_schema!({
            "description": "What a clock starts or ends with.",
            "anyOf": [{ "enum": words }, map]
        })
    }
}
