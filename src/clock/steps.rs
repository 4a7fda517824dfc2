//! Clocks of runbook and checklist steps and of action items.

use chrono::{NaiveTime, TimeZone};

use super::happenings::Moments;
use super::{Clock, State};
use crate::model::Milestone;
use crate::model::entry::Kind;
use crate::model::instant::Instant;
use crate::model::record::{Action, ActionStatus};
use crate::process::event::{Event, EventMap};
use crate::process::facts::{OneOrMany, Truth};
use crate::process::obligation::Weight;
use crate::process::response::{Group, Item};

/// Clocks of the steps of the runbook that the incident's type names, and of its checklists.
///
/// A step is to be done by the end of its group, or from its start on when only that is given.
pub(super) fn of_runbook(moments: &Moments<'_>) -> Vec<Clock> {
    let kind = moments.incident.record.kind.as_deref();
    let Some(runbook) = kind.and_then(|k| moments.process.runbook(k)) else { return Vec::new() };
    let lists =
        runbook.checklists.iter().filter_map(|id| moments.process.checklists.iter().find(|c| c.id == *id));
    let groups = runbook.steps.iter().chain(lists.flat_map(|c| &c.groups));
    let ends = groups.clone().collect::<Vec<_>>();
    ends.iter()
        .enumerate()
        .flat_map(|(place, group)| {
            let next = ends.get(place + 1).filter(|n| n.from == group.from).and_then(|n| n.at);
            let by = group.by.or(next).or(group.at);
            group.items.iter().filter_map(move |item| step(moments, group, item, by))
        })
        .collect()
}

fn step(
    moments: &Moments<'_>,
    group: &Group,
    item: &Item,
    by: Option<crate::model::duration::Span>,
) -> Option<Clock> {
    let applies = item
        .when
        .as_ref()
        .map_or(Truth::Yes, |w| w.holds(moments.incident, moments.process.standing(moments.incident)));
    let declared = OneOrMany::One(Event::Milestone(Milestone::Declared));
    let start = moments.first_of(group.from.as_ref().unwrap_or(&declared))?;
    let due = start.checked_add_signed(by?.length)?;
    if applies != Truth::Yes || item.optional {
        return None;
    }
    let done = moments.incident.entries().find(|e| {
        e.at <= moments.now && matches!(&e.kind, Kind::Done { item: done, .. } if *done == item.id)
    });
    let other = item.done_by.as_ref().and_then(|e| moments.all(e).first().copied());
    let end = [done.map(|e| e.at), other].into_iter().flatten().min();
    let until = Event::Of(Box::new(EventMap { done: Some(item.id.clone()), ..EventMap::default() }));
    let mut clock = simple(moments, format!("step:{}", item.id), &item.text, start, due, end);
    clock.until = Some(until);
    clock.notify = item.role.clone().into_iter().collect();
    clock.source.clone_from(&group.source);
    Some(clock)
}

/// Clocks of action items with a day: due at the end of that day in the process's zone.
pub(super) fn of_actions(moments: &Moments<'_>) -> Vec<Clock> {
    moments.incident.record.actions.iter().filter_map(|a| action(moments, a)).collect()
}

fn action(moments: &Moments<'_>, action: &Action) -> Option<Clock> {
    if action.status == ActionStatus::Cancelled {
        return None;
    }
    let due = end_of_day(moments, action.due?)?;
    let closed = action.closed_on.and_then(|day| start_of_day(moments, day));
    let end = (action.status == ActionStatus::Done).then(|| closed.unwrap_or(due));
    let start = moments.incident.began()?;
    let mut clock = simple(moments, format!("action:{}", action.id), &action.title, start, due, end);
    clock.notify = action.owner.clone().into_iter().collect();
    clock.missed = Weight::Warning;
    Some(clock)
}

fn start_of_day(moments: &Moments<'_>, day: chrono::NaiveDate) -> Option<Instant> {
    let zone = moments.process.timezone;
    zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|at| at.to_utc())
}

fn end_of_day(moments: &Moments<'_>, day: chrono::NaiveDate) -> Option<Instant> {
    start_of_day(moments, day.succ_opt()?).map(|at| at - chrono::TimeDelta::seconds(1))
}

fn simple(
    moments: &Moments<'_>,
    id: String,
    label: &str,
    from: Instant,
    due: Instant,
    end: Option<Instant>,
) -> Clock {
    let late = end.unwrap_or(moments.now) > due;
    let state = match (late, end) {
        (true, _) => State::Missed,
        (false, Some(_)) => State::Met,
        (false, None) => State::Running,
    };
    Clock {
        obligation: id,
        label: label.to_owned(),
        state,
        from: Some(from),
        opens: None,
        due: Some(due),
        strict: false,
        ended_at: end,
        margin_seconds: Some((due - end.unwrap_or(moments.now)).num_seconds()),
        missed_count: i64::from(late),
        until: None,
        notify: Vec::new(),
        channels: Vec::new(),
        level: None,
        blocks: Vec::new(),
        missed: Weight::Note,
        needs: None,
        source: None,
    }
}
