//! Actions as people and programs read them, across incidents.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::error::plain;
use crate::model::Incident;
use crate::model::instant::Instant;
use crate::model::record::{Action, ActionStatus};
use crate::process::Process;
use crate::render::columns::columns;
use crate::ui::{Tone, paint};

/// An action of an incident, as it stands on a day.
#[derive(Debug)]
pub struct Item<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// The action.
    pub action: &'a Action,
    /// Its day is past and it is not done.
    pub overdue: bool,
    today: NaiveDate,
}

/// The actions of an incident at `now`.
pub fn of<'a>(
    incident: &'a Incident,
    process: &Process,
    now: Instant,
) -> impl Iterator<Item = Item<'a>> + use<'a> {
    let today = now.with_timezone(&process.timezone).date_naive();
    incident.record.actions.iter().map(move |action| {
        let mut item = Item { incident, action, overdue: false, today };
        item.overdue = item.is_open() && action.due.is_some_and(|d| d < today);
        item
    })
}

impl Item<'_> {
    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.action.status.is_open()
    }

    /// The order of a list: what is still to be done first, the longest overdue before all, no day last.
    #[must_use]
    pub fn order(&self) -> (bool, bool, Option<NaiveDate>, String, String) {
        let action = self.action;
        (!self.is_open(), action.due.is_none(), action.due, self.incident.id().to_owned(), action.id.clone())
    }

    /// As `action list --json` prints it.
    #[must_use]
    pub fn json(&self) -> Value {
        let a = self.action;
        json!({
            "incident": self.incident.id(),
            "id": a.id,
            "title": a.title,
            "owner": a.owner,
            "due": a.due,
            "type": a.kind,
            "horizon": a.horizon,
            "impact": a.impact,
            "effort": a.effort,
            "status": a.status,
            "overdue": self.overdue,
            "ticket": a.ticket,
            "follow_up": a.follow_up,
            "labels": a.labels,
            "closed_on": a.closed_on,
            "reason": a.reason,
        })
    }

    fn row(&self) -> Vec<String> {
        let a = self.action;
        let title = plain(&a.title);
        let ticket = a.ticket.as_deref().map(|t| format!(" ({})", plain(t))).unwrap_or_default();
        let sizes = [("impact", a.impact), ("effort", a.effort)];
        let weighed: Vec<String> =
            sizes.iter().filter_map(|(what, size)| Some(format!(", {} {what}", (*size)?.name()))).collect();
        vec![
            paint(Tone::Strong, self.incident.record.id.short()),
            a.id.clone(),
            self.standing(),
            a.owner.as_deref().map_or_else(|| "nobody yet".into(), plain),
            format!("{title}{ticket}{}", weighed.concat()),
        ]
    }

    /// `12 days overdue`, `by 2025-12-01`, `no day yet`, `done`.
    fn standing(&self) -> String {
        let a = self.action;
        match (a.status, a.due) {
            (ActionStatus::Done, _) => paint(Tone::Good, "done"),
            (ActionStatus::Cancelled, _) => paint(Tone::Dim, "cancelled"),
            (_, Some(due)) if self.overdue => {
                let days = (self.today - due).num_days();
                let plural = if days == 1 { "" } else { "s" };
                paint(Tone::Bad, &format!("{days} day{plural} overdue"))
            }
            (_, Some(due)) => format!("by {due}"),
            (_, None) => paint(Tone::Warn, "no day yet"),
        }
    }
}

/// A line for each action: incident, action, when, who, what.
#[must_use]
pub fn table(items: &[Item<'_>]) -> String {
    columns(&items.iter().map(Item::row).collect::<Vec<_>>())
}
