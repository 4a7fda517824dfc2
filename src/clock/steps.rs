//! Clocks of runbook and checklist steps and of action items.

use chrono::{NaiveDate, TimeDelta};

use super::happenings::Moments;
use super::time::start_of;
use super::{Clock, Progress, State};
use crate::model::Milestone;
use crate::model::duration::Span;
use crate::model::entry::WarroomStep;
use crate::model::instant::Instant;
use crate::model::record::{Action, ActionStatus};
use crate::process::event::{Event, EventMap};
use crate::process::facts::{OneOrMany, Standing, Truth, When};
use crate::process::obligation::Weight;
use crate::process::response::{Group, Item};

/// Clocks of the steps of the runbook that the incident's type names, of its checklists, and of the war room's once
/// there is one.
///
/// A step is to be done by the end of its group, else by the start of the next one, else from its start on.
pub(super) fn of_lists(moments: &Moments<'_>) -> Vec<Clock> {
    let process = moments.process;
    let kind = moments.incident.record.kind.as_deref();
    let runbook = kind.and_then(|k| process.runbook(k));
    let opened = EventMap { warroom: Some(WarroomStep::Opened), ..EventMap::default() };
    let meets = !moments.all(&Event::Of(Box::new(opened))).is_empty();
    let room = process.warroom.as_ref().filter(|_| meets).and_then(|w| w.checklist.as_ref());
    let mut ids: Vec<&String> = runbook.iter().flat_map(|r| &r.checklists).collect();
    ids.extend(room.filter(|id| !runbook.is_some_and(|r| r.checklists.contains(id))));
    let lists = ids.into_iter().filter_map(|id| process.checklists.iter().find(|c| c.id == *id));
    let always = When::default();
    let steps = runbook.map(|r| (&always, &r.steps)).into_iter();
    let parts = steps.chain(lists.map(|list| (&list.when, &list.groups)));
    parts.flat_map(|(when, groups)| of_groups(moments, when, groups)).collect()
}

fn of_groups(moments: &Moments<'_>, when: &When, groups: &[Group]) -> Vec<Clock> {
    let mut clocks = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if let Some(by) = by(groups, place) {
            clocks.extend(group.items.iter().filter_map(|item| step(moments, when, group, item, by)));
        }
    }
    clocks
}

/// When the steps of a group are to be done: by its end, else by the start of the next one, else from its start
/// on.
pub(super) fn by(groups: &[Group], place: usize) -> Option<Span> {
    let group = groups.get(place)?;
    let next = groups.get(place + 1).filter(|n| n.from == group.from).and_then(|n| n.at);
    group.by.or(next).or(group.at)
}

fn step(moments: &Moments<'_>, list: &When, group: &Group, item: &Item, by: Span) -> Option<Clock> {
    if item.optional || super::checklist::is_filled(moments.incident, item) {
        return None;
    }
    let declared = OneOrMany::One(Event::Milestone(Milestone::Declared));
    let start = moments.first_of(group.from.as_ref().unwrap_or(&declared))?;
    let due = start.checked_add_signed(by.length)?;
    let done = Event::Of(Box::new(EventMap { done: Some(item.id.clone()), ..EventMap::default() }));
    let ways = [Some(&done), item.done_by.as_ref()].into_iter().flatten();
    let end = ways.flat_map(|way| moments.all(way)).min();
    let mut clock = simple(moments, format!("step:{}", item.id), &item.text, start, due, end);
    let standing = moments.process.standing(moments.incident);
    match list.holds(moments.incident, standing).and(|| applies(moments, item, standing)) {
        Truth::No => return None,
        Truth::Unknown(_) if end.is_some() => return None,
        Truth::Unknown(field) => {
            clock.state = State::Unknown;
            clock.needs = Some(field);
            clock.missed_count = 0;
        }
        Truth::Yes => {}
    }
    // What counts as having done it is the thing to do; to tick it off by hand is the other way.
    let both: Vec<Event> = item.done_by.clone().into_iter().chain([done]).collect();
    clock.until = Some(Event::Of(Box::new(EventMap { any: Some(both), ..EventMap::default() })));
    clock.notify = item.role.clone().into_iter().collect();
    clock.source.clone_from(&group.source);
    Some(clock)
}

fn applies(moments: &Moments<'_>, item: &Item, standing: Standing<'_>) -> Truth {
    item.when.as_ref().map_or(Truth::Yes, |when| when.holds(moments.incident, standing))
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
    let start = moments.incident.began()?;
    let done = action.status == ActionStatus::Done;
    // The day says no time of day: its first instant is never later than the moment itself.
    let closed = action.closed_on.filter(|_| done).and_then(|day| start_of(day, moments.process.timezone));
    let end = closed.map(|at| at.max(start));
    let mut clock = simple(moments, format!("action:{}", action.id), &action.title, start, due, end);
    if done && end.is_none() {
        clock.state = State::Met;
        clock.margin_seconds = None;
        clock.missed_count = 0;
    }
    clock.notify = action.owner.clone().into_iter().collect();
    clock.missed = Weight::Warning;
    Some(clock)
}

/// The last second of a day in the process's zone.
fn end_of_day(moments: &Moments<'_>, day: NaiveDate) -> Option<Instant> {
    let next = start_of(day.succ_opt()?, moments.process.timezone)?;
    Some(next - TimeDelta::seconds(1))
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
        progress: Progress::default(),
    }
}
