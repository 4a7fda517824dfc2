//! What `action add` and `action set` say of an action beside its title.

use anyhow::Result;
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use serde_yaml::Value;

use crate::change::Change;
use crate::context::line;
use crate::error::usage;
use crate::model::record::Size;

/// An action's fields, as flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Details {
    /// Who sees to it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// By which day: `2025-12-01`, `tomorrow`, `in 2 weeks`, `3d`
    #[arg(long, value_name = "DAY")]
    pub due: Option<String>,
    /// Mends this one, or prevents the next
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub kind: Option<Type>,
    /// How far ahead it looks
    #[arg(long, value_enum, value_name = "HORIZON")]
    pub horizon: Option<Horizon>,
    /// How much it helps
    #[arg(long, value_parser = sizes(), value_name = "SIZE")]
    pub impact: Option<String>,
    /// How much work it is
    #[arg(long, value_parser = sizes(), value_name = "SIZE")]
    pub effort: Option<String>,
    /// The ticket that tracks it
    #[arg(long, value_name = "TICKET")]
    pub ticket: Option<String>,
    /// Who looks again, and when
    #[arg(long, value_name = "TEXT")]
    pub follow_up: Option<String>,
    /// What it improves, such as `detection`; may be given several times
    #[arg(long = "label", value_name = "LABEL")]
    pub labels: Vec<String>,
}

/// How much, in the record's words.
fn sizes() -> PossibleValuesParser {
    PossibleValuesParser::new(Size::ALL.map(Size::name))
}

/// Mends this incident, or prevents the next.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Type {
    /// Mends what broke
    Corrective,
    /// Keeps it from breaking again
    Preventive,
}

/// How far ahead an action looks.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Horizon {
    /// Now
    Immediate,
    /// Soon
    Preventive,
    /// In the long run
    Strategic,
}

impl Details {
    /// The fields that were given, in the order of the record.
    ///
    /// # Errors
    /// A text is empty or holds control characters, or a day is none.
    pub(super) fn fields(&self, change: &Change<'_>) -> Result<Vec<(&'static str, Value)>> {
        let text = |what: &str, text: &Option<String>| -> Result<Option<Value>> {
            Ok(text.as_deref().map(|t| line(what, t)).transpose()?.map(Value::String))
        };
        let today = change.at.with_timezone(&change.process().timezone).date_naive();
        let due = self.due.as_deref().map(|text| day(change, text, today)).transpose()?;
        let labels = self.labels.iter().map(|l| line("the label", l).map(Value::String));
        let labels: Vec<Value> = labels.collect::<Result<_>>()?;
        let all = [
            ("owner", text("the owner", &self.owner)?),
            ("due", due.map(|d| d.to_string().into())),
            ("type", self.kind.map(|k| format!("{k:?}").to_lowercase().into())),
            ("horizon", self.horizon.map(|h| format!("{h:?}").to_lowercase().into())),
            ("impact", self.impact.clone().map(Value::String)),
            ("effort", self.effort.clone().map(Value::String)),
            ("ticket", text("the ticket", &self.ticket)?),
            ("follow_up", text("the follow-up", &self.follow_up)?),
            ("labels", (!labels.is_empty()).then_some(Value::Sequence(labels))),
        ];
        Ok(all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
    }
}

/// A day as people type it: a date, a time, or a distance such as `in 2 weeks` or `3d`.
fn day(change: &Change<'_>, text: &str, today: NaiveDate) -> Result<NaiveDate> {
    let text = text.trim();
    if let Some(day) = distance(text).and_then(|ahead| ahead.after(today)) {
        return Ok(day);
    }
    let zone = change.process().timezone;
    let at = change.context.time(text, zone).map_err(|_| {
        usage(format!("`{}` is no day", text.escape_debug()))
            .hint("`2025-12-01`, `tomorrow`, `in 2 weeks`, `3d`")
    })?;
    Ok(at.with_timezone(&zone).date_naive())
}

/// So far ahead.
enum Distance {
    Days(u64),
    Months(u32),
}

impl Distance {
    fn after(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => today.checked_add_days(chrono::Days::new(days)),
            Self::Months(months) => today.checked_add_months(chrono::Months::new(months)),
        }
    }
}

fn distance(text: &str) -> Option<Distance> {
    let text = text.strip_prefix("in ").or_else(|| text.strip_prefix('+')).unwrap_or(text).trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u32 = number.parse().ok()?;
    match unit.trim() {
        "d" | "day" | "days" => Some(Distance::Days(number.into())),
        "w" | "week" | "weeks" => Some(Distance::Days(u64::from(number) * 7)),
        "month" | "months" => Some(Distance::Months(number)),
        _ => None,
    }
}
