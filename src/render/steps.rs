//! Steps of checklists and runbooks as people read them.

use serde_json::{Value, json};

use crate::clock::Moments;
use crate::clock::checklist::{Standing, Step, steps};
use crate::clock::time::format_beside;
use crate::error::plain;
use crate::model::Incident;
use crate::model::duration::format_duration;
use crate::model::instant::{Instant, rfc3339};
use crate::process::Process;
use crate::process::facts::When;
use crate::process::response::{Group, Runbook};
use crate::render::columns::columns;
use crate::ui::{Tone, paint};

/// A list with its parts: a mark, the time, the name to type, what to do.
#[must_use]
pub fn list(steps: &[Step<'_>], process: &Process, now: Instant) -> String {
    let mut text = String::new();
    let mut rest = steps;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|s| std::ptr::eq(s.group, first.group)).count();
        let (part, after) = rest.split_at(same);
        if !first.group.label.is_empty() {
            text.push_str(&format!("\n{}\n", paint(Tone::Strong, &plain(&first.group.label))));
        }
        text.push_str(&rows(part, process, now));
        rest = after;
    }
    text
}

/// Steps in lines of their own, without their parts.
#[must_use]
pub fn rows(steps: &[Step<'_>], process: &Process, now: Instant) -> String {
    let rows: Vec<Vec<String>> = steps.iter().map(|s| row(s, process, now)).collect();
    columns(&rows)
}

fn row(step: &Step<'_>, process: &Process, now: Instant) -> Vec<String> {
    let beside = |at: Instant| format_beside(at, now, process.timezone);
    let (mark, state) = match &step.standing {
        Standing::Done { at, by, .. } => (paint(Tone::Good, "[x]"), format!("{} {}", beside(*at), plain(by))),
        Standing::Follows { at } => (paint(Tone::Good, "[x]"), beside(*at)),
        Standing::Filled => (paint(Tone::Good, "[x]"), "by the record".into()),
        Standing::Not => (paint(Tone::Dim, "[-]"), "does not apply".into()),
        Standing::Unknown(field) => (paint(Tone::Warn, "[?]"), format!("depends on {field}")),
        Standing::Open if step.item.optional => ("[ ]".into(), "optional".into()),
        Standing::Late | Standing::Open => {
            let due = step.due.map(|due| format!("by {}", beside(due)));
            let late = step.due.filter(|_| step.standing == Standing::Late);
            let late = late.map(|due| paint(Tone::Bad, &format!("{} late", format_duration(now - due))));
            let parts: Vec<String> = [due, late].into_iter().flatten().collect();
            ("[ ]".into(), parts.join(", "))
        }
    };
    vec![format!("  {mark}"), state, paint(Tone::Strong, &plain(&step.item.id)), what(step, process)]
}

/// What to do, by whom, and what was noted about it.
#[must_use]
pub fn what(step: &Step<'_>, process: &Process) -> String {
    let role = step.item.role.as_ref().map(|r| format!(" → {}", plain(process.label_of(r))));
    let note = match &step.standing {
        Standing::Done { note: Some(note), .. } => paint(Tone::Dim, &format!(" ({})", plain(note))),
        _ => String::new(),
    };
    format!("{}{}{note}", plain(&step.item.text), role.unwrap_or_default())
}

/// The first steps of the incident's runbook that are to be done, with their times; empty without a runbook.
#[must_use]
pub fn first_steps(incident: &Incident, process: &Process, now: Instant, most: usize) -> String {
    let kind = incident.record.kind.as_deref();
    let Some(runbook) = kind.and_then(|k| process.runbook(k)) else { return String::new() };
    let moments = Moments::new(incident, process, now);
    let all = steps(&moments, &When::default(), &runbook.steps);
    let open: Vec<Step<'_>> = all.iter().filter(|s| s.is_open()).cloned().collect();
    let heading = format!("{} {}", plain(&runbook.id), plain(&runbook.label));
    let mut text = format!("{}\n", paint(Tone::Strong, &heading));
    let shown: Vec<Step<'_>> = open.iter().take(most).cloned().collect();
    text.push_str(&rows(&shown, process, now));
    let more = open.len().saturating_sub(most);
    let more = if more > 0 { format!("and {more} more: ") } else { String::new() };
    text.push_str(&paint(Tone::Dim, &format!("  {more}`inc checklist show {}`", runbook.id)));
    text.push('\n');
    text
}

/// A list as JSON: its parts with their steps.
#[must_use]
pub fn json(steps: &[Step<'_>], now: Instant) -> Vec<Value> {
    let mut rest = steps;
    let mut parts = Vec::new();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|s| std::ptr::eq(s.group, first.group)).count();
        let (part, after) = rest.split_at(same);
        let steps: Vec<Value> = part.iter().map(|s| step_json(s, now)).collect();
        parts.push(json!({ "label": first.group.label, "phase": first.group.phase, "steps": steps }));
        rest = after;
    }
    parts
}

fn step_json(step: &Step<'_>, now: Instant) -> Value {
    let (state, at, by, note) = match &step.standing {
        Standing::Done { at, by, note } => ("done", Some(*at), Some(by), note.as_ref()),
        Standing::Follows { at } => ("done", Some(*at), None, None),
        Standing::Filled => ("done", None, None, None),
        Standing::Open => ("open", None, None, None),
        Standing::Late => ("late", None, None, None),
        Standing::Not => ("does_not_apply", None, None, None),
        Standing::Unknown(_) => ("unknown", None, None, None),
    };
    let needs = match step.standing {
        Standing::Unknown(field) => Some(field),
        _ => None,
    };
    let late = step.due.filter(|_| step.standing == Standing::Late).map(|due| (now - due).num_seconds());
    json!({
        "id": step.item.id, "text": step.item.text, "role": step.item.role, "optional": step.item.optional,
        "details": step.item.details, "state": state, "due": step.due.map(rfc3339), "late_seconds": late,
        "done_at": at.map(rfc3339), "done_by": by, "note": note, "needs": needs,
    })
}

/// A runbook as it is written, before any incident: how to recognise it, what to do, what it might be.
#[must_use]
pub fn runbook(runbook: &Runbook, process: &Process) -> String {
    let mark = runbook.emoji.as_ref().map(|e| format!("{} ", plain(e))).unwrap_or_default();
    let name = format!("{mark}{} {}", plain(&runbook.id), plain(&runbook.label));
    let severity = runbook.severity.join(", ");
    let mut text = format!("{}  {}\n", paint(Tone::Strong, &name), paint(Tone::Dim, &plain(&severity)));
    bullets(&mut text, "symptoms", &runbook.symptoms);
    bullets(&mut text, "impact", &runbook.impact);
    for group in &runbook.steps {
        text.push_str(&format!("\n{}{}\n", paint(Tone::Strong, &plain(&group.label)), offset(group)));
        let rows: Vec<Vec<String>> = group
            .items
            .iter()
            .map(|item| {
                let role = item.role.as_ref().map(|r| format!(" → {}", plain(process.label_of(r))));
                let optional = if item.optional { " (optional)" } else { "" };
                let text = format!("{}{}{optional}", plain(&item.text), role.unwrap_or_default());
                vec![format!("  {}", plain(&item.id)), text]
            })
            .collect();
        text.push_str(&columns(&rows));
    }
    if !runbook.hypotheses.is_empty() {
        text.push_str(&format!("\n{}\n", paint(Tone::Strong, "hypotheses")));
        let rows = runbook.hypotheses.iter();
        let rows = rows
            .map(|h| vec![format!("  {}", plain(&h.id)), plain(&h.text), format!("→ {}", plain(&h.action))]);
        text.push_str(&columns(&rows.collect::<Vec<_>>()));
    }
    for note in &runbook.notes {
        text.push_str(&format!("\n{}\n", paint(Tone::Strong, &plain(&note.label))));
        for line in note.text.lines() {
            text.push_str(&format!("  {}\n", plain(line)));
        }
    }
    let labels = runbook.checklists.iter().map(|id| {
        let list = process.checklists.iter().find(|c| c.id == *id);
        list.map_or_else(|| id.clone(), |c| format!("{} ({})", c.label, c.id))
    });
    bullets(&mut text, "checklists", &labels.collect::<Vec<_>>());
    text
}

/// `T+3m to T+5m`, where the label does not say so already.
fn offset(group: &Group) -> String {
    if group.label.contains("T+") {
        return String::new();
    }
    let at = group.at.map(|at| format!("T+{}", format_duration(at.length)));
    let by = group.by.filter(|by| group.at.is_none_or(|at| at.length != by.length));
    let by = by.map(|by| format!("T+{}", format_duration(by.length)));
    let span = match (at, by) {
        (Some(at), Some(by)) => format!("{at} to {by}"),
        (Some(at), None) => at,
        (None, Some(by)) => format!("by {by}"),
        (None, None) => return String::new(),
    };
    paint(Tone::Dim, &format!("  {span}"))
}

fn bullets(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{}\n", paint(Tone::Strong, heading)));
    for line in lines {
        text.push_str(&format!("  - {}\n", plain(line)));
    }
}
