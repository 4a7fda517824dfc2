//! The record, `incident.yaml`: what people write and edit. Every fact stands here once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::Id;
use super::instant::{self, Instant};

/// What people write about an incident; both documents render from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The incident's id; the folder has the same name.
    pub id: Id,
    /// One line that says what is wrong.
    pub title: String,
    /// The process as pinned at declaration: `name@version`.
    pub process: String,
    /// A runbook's key, or `other`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What is affected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Free words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The ticket that tracks it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it counts as an incident: ids of the process's definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// Title and text stay out of registry, lists, messages and public documents.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// A deployment shortly before it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recent_deploy: Option<bool>,
    /// Whom and what it hurt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub impact: Impact,
    /// What is known of an attack or a leak.
    #[serde(default, skip_serializing_if = "is_default")]
    pub security: Security,
    /// What was learned.
    #[serde(default, skip_serializing_if = "is_default")]
    pub analysis: Analysis,
    /// What will be done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// The post-mortem's meeting and people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub review: Review,
    /// Other incidents and places.
    #[serde(default, skip_serializing_if = "is_default")]
    pub related: Related,
}

/// What stands for the words of a restricted incident.
pub const RESTRICTED: &str = "(restricted)";

impl Record {
    /// Whether somebody wrote something into a field, named with dots: `impact.data.people`.
    #[must_use]
    pub fn is_filled(&self, path: &str) -> bool {
        let whole = serde_json::to_value(self).unwrap_or_default();
        let value = path.split('.').try_fold(&whole, |value, part| value.get(part));
        match value {
            None | Some(serde_json::Value::Null) => false,
            Some(serde_json::Value::String(text)) => !text.trim().is_empty(),
            Some(serde_json::Value::Array(items)) => !items.is_empty(),
            Some(serde_json::Value::Object(fields)) => fields.values().any(|v| !v.is_null()),
            Some(_) => true,
        }
    }

    /// Leaves out what a restricted incident keeps to itself, for a list in which it stands among others.
    pub fn among_others(&mut self) {
        if self.restricted {
            RESTRICTED.clone_into(&mut self.title);
            for action in &mut self.actions {
                RESTRICTED.clone_into(&mut action.title);
            }
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

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

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Analysis {
    /// Two or three sentences: what happened, whom it hurt, how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<String>,
    /// The whole story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_happened: Option<String>,
    /// The cause behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<RootCause>,
    /// What else it took.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributing_factors: Vec<String>,
    /// What it might have been, and what came of looking.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<Hypothesis>,
    /// How the cause was looked for: `5 whys`, `fishbone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Each why and its answer; the last answer is the root cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub whys: Vec<Why>,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// Why that worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_it_worked: Option<String>,
    /// What went well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub went_well: Vec<String>,
    /// What could be better.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to_improve: Vec<String>,
    /// What could have made it worse and did not happen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lucky: Vec<String>,
    /// What to remember.
    #[serde(skip_serializing_if = "is_default")]
    pub lessons: Lessons,
    /// Excerpts of logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
    /// The configuration at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
}

/// The cause behind the incident, or that it is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RootCause {
    /// Found, or still unknown.
    pub status: CauseStatus,
    /// In a sentence or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Whether the root cause is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseStatus {
    /// It is known.
    Found,
    /// It is not known; an action should say how it will be.
    Unknown,
}

/// What it might have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hypothesis {
    /// In a sentence.
    pub text: String,
    /// What came of testing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<HypothesisStatus>,
    /// How it was tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
}

/// What came of testing a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HypothesisStatus {
    /// Not tested yet.
    Open,
    /// It was so.
    Confirmed,
    /// It was not.
    Rejected,
}

/// One of the five whys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The question; left out, it asks after the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answer.
    pub answer: String,
}

/// What to remember, by field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lessons {
    /// About the systems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub technical: Vec<String>,
    /// About how we work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub process: Vec<String>,
    /// About how we tell people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub communication: Vec<String>,
}

impl Lessons {
    /// All lessons, technical first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.technical.iter().chain(&self.process).chain(&self.communication)
    }
}

/// Something that will be done, by somebody, by a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// `a1-7f3`: how commands name it, for which `a1` is enough while it is the only one.
    pub id: String,
    /// What will be done.
    pub title: String,
    /// Who sees to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By which day, that day included, in the process's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// Mends this one, or prevents the next.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActionKind>,
    /// How far ahead it looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Horizon>,
    /// Where it stands.
    #[serde(default)]
    pub status: ActionStatus,
    /// The ticket that tracks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Who looks again, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// What it improves: `detection`, `prevention`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The day on which it was done or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
    /// Why it will not be done, of one that is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Mends this incident, or prevents the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Mends what broke.
    Corrective,
    /// Keeps it from breaking again.
    Preventive,
}

impl ActionKind {
    /// The word in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Corrective => "corrective",
            Self::Preventive => "preventive",
        }
    }
}

/// How far ahead an action looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Horizon {
    /// Now.
    Immediate,
    /// Soon.
    Preventive,
    /// In the long run.
    Strategic,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// Nobody has begun.
    #[default]
    Open,
    /// Somebody has.
    InProgress,
    /// It is done.
    Done,
    /// It will not be done.
    Cancelled,
}

/// The post-mortem's meeting and people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// Who wrote the post-mortem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Who led the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facilitator: Option<String>,
    /// Who took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// How long it took, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// Other incidents and places.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Related {
    /// The incident that this one repeats word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// The earlier incident that came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence_of: Option<String>,
    /// Later incidents that follow from this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub follow_ups: Vec<String>,
    /// Logs, graphs, tickets, messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A place to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is there.
    pub label: String,
    /// Where it is.
    pub url: String,
    /// What kind of thing: `logs`, `graphs`, `ticket`, `communication`, `timeline`, `screenshot`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Record {
    /// A record that says only what is known at declaration.
    #[must_use]
    pub fn new(id: Id, title: String, process: String) -> Self {
        Self {
            id,
            title,
            process,
            kind: None,
            services: Vec::new(),
            labels: Vec::new(),
            ticket: None,
            criteria: Vec::new(),
            restricted: false,
            recent_deploy: None,
            impact: Impact::default(),
            security: Security::default(),
            analysis: Analysis::default(),
            actions: Vec::new(),
            review: Review::default(),
            related: Related::default(),
        }
    }
}
