//! A process as a person reads it at a glance.

use std::sync::Arc;

use crate::error::plain;
use crate::process::obligation::{Obligation, Within};
use crate::process::offices::listed;
use crate::process::{Process, When};
use crate::render::columns::columns;
use crate::render::severities;
use crate::store::Settings;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// A line for each process, with a mark at the one that new incidents follow.
#[must_use]
pub fn list(found: &[Arc<Found>], default: &str) -> String {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|f| {
            let pin = f.process.pin();
            let mark = if pin == default { "*" } else { " " };
            let own = if f.path.is_some() { "the team's own" } else { "built in" };
            vec![
                format!("{mark} {}", paint(Tone::Strong, &plain(&pin))),
                plain(&f.process.language),
                own.to_owned(),
                plain(&f.process.title),
            ]
        })
        .collect();
    columns(&rows)
}

/// Severities with limits, escalation, communication, roles, posts, types, post-mortem.
#[must_use]
pub fn screen(process: &Process, settings: &Settings) -> String {
    let mut text = format!("{}  {}\n", paint(Tone::Strong, &plain(&process.pin())), plain(&process.title));
    let facts = [process.source.clone(), Some(process.timezone.name().to_owned()), process.owner.clone()];
    let facts: Vec<String> = facts.into_iter().flatten().map(|f| plain(&f)).collect();
    text.push_str(&format!("{}\n", paint(Tone::Dim, &facts.join(" · "))));
    text.push_str(&section("severities", &format!("{}\n", severities::list(process))));
    text.push_str(&section("levels", &levels(process)));
    text.push_str(&section("who decides", &decisions(process)));
    text.push_str(&section("what falls due", &obligations(process)));
    text.push_str(&section("who is told", &audiences(process)));
    text.push_str(&section("roles", &roles(process)));
    text.push_str(&section("posts", &posts(process, settings)));
    text.push_str(&section("types of incident", &runbooks(process)));
    text.push_str(&section("post-mortem", &postmortem(process)));
    text.push_str(&section("documents", &documents(process)));
    let notes: Vec<Vec<String>> = process.notes.iter().map(|n| vec!["  -".to_owned(), plain(n)]).collect();
    text.push_str(&section("notes", &columns(&notes)));
    text
}

fn section(heading: &str, body: &str) -> String {
    if body.trim().is_empty() { String::new() } else { format!("\n{}\n{body}", paint(Tone::Strong, heading)) }
}

fn levels(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .levels
        .iter()
        .map(|l| {
            let facts: Vec<String> = [&l.scope, &l.delay].into_iter().flatten().map(|f| plain(f)).collect();
            vec![format!("  {}", plain(&l.id)), plain(&l.label), facts.join(" · ")]
        })
        .collect();
    columns(&rows)
}

fn decisions(process: &Process) -> String {
    let rows = process.decision_types.iter().map(|d| {
        let by = listed(process, &d.deciders, "or");
        vec![format!("  {}", plain(&d.id)), plain(&d.label), plain(&by)]
    });
    columns(&rows.collect::<Vec<_>>())
}

fn obligations(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .obligations
        .iter()
        .map(|o| {
            let who: Vec<&str> = o.notify.iter().map(|w| process.label_of(w)).collect();
            let who = if who.is_empty() { String::new() } else { format!(" → {}", plain(&who.join(", "))) };
            vec![
                format!("  {}", limit(o)),
                severities_of(process, &o.when),
                paint(Tone::Dim, &plain(&o.id)),
                format!("{}{who}", plain(&o.label)),
            ]
        })
        .collect();
    columns(&rows)
}

fn limit(obligation: &Obligation) -> String {
    if let Some(within) = &obligation.within {
        return match within {
            Within::Fixed(deadline) => deadline.0.to_string(),
            Within::Respond => "respond".into(),
            Within::Resolve => "resolve".into(),
        };
    }
    if let Some(after) = &obligation.after {
        return match after.0.duration.num_seconds() {
            0 => "at once".into(),
            _ => format!("after {}", after.0.to_string().trim_start_matches(">= ")),
        };
    }
    if let Some(every) = &obligation.every {
        return format!("every {}", every.0.to_string().trim_start_matches("<= "));
    }
    obligation.between.as_ref().map(|[a, b]| format!("{a} to {b}")).unwrap_or_default()
}

/// For which severities a condition on rank or severity can hold; nothing when for all.
fn severities_of(process: &Process, when: &When) -> String {
    let holds = |id: &str, rank: u32| {
        when.rank.is_none_or(|c| c.holds(f64::from(rank)))
            && when.severity.as_ref().is_none_or(|s| s.contains(id))
    };
    let ids: Vec<&str> = (1..)
        .zip(&process.severities)
        .filter(|(r, s)| holds(&s.id, *r))
        .map(|(_, s)| s.id.as_str())
        .collect();
    if ids.len() == process.severities.len() { String::new() } else { ids.join(", ") }
}

fn audiences(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .communication
        .audiences
        .iter()
        .map(|a| {
            let channels = Some(a.channels.join(", ")).filter(|c| !c.is_empty());
            let facts = [a.when_text.clone(), channels, a.frequency.clone()];
            let facts: Vec<String> = facts.into_iter().flatten().map(|f| plain(&f)).collect();
            vec![format!("  {}", plain(&a.id)), plain(&a.label), facts.join(" · ")]
        })
        .collect();
    columns(&rows)
}

fn roles(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .roles
        .iter()
        .map(|r| vec![format!("  {}", plain(&r.id)), plain(&r.label), plain(&r.duties.join("; "))])
        .collect();
    columns(&rows)
}

fn posts(process: &Process, settings: &Settings) -> String {
    let rows: Vec<Vec<String>> = process
        .posts
        .iter()
        .map(|p| {
            let filled = settings.people.contains_key(&p.id);
            let who = if filled { "filled" } else { "" };
            vec![
                format!("  {}", plain(&p.id)),
                plain(&p.label),
                plain(&p.contacts.join(", ")),
                who.to_owned(),
            ]
        })
        .collect();
    columns(&rows)
}

fn runbooks(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .runbooks
        .iter()
        .map(|r| vec![format!("  {}", plain(&r.id)), plain(&r.label), plain(&r.severity.join(" or "))])
        .collect();
    columns(&rows)
}

fn postmortem(process: &Process) -> String {
    let postmortem = &process.postmortem;
    let Some(required) = &postmortem.required else { return String::new() };
    let for_whom =
        severities_of(process, &When { rank: required.rank.or(required.highest_rank), ..required.clone() });
    let for_whom = if for_whom.is_empty() { "every severity".to_owned() } else { for_whom };
    let approvers: Vec<&str> = postmortem.approvers.iter().map(|who| process.label_of(who)).collect();
    let approved = match (approvers.is_empty(), postmortem.second_person) {
        (true, true) => "by somebody else than its author".to_owned(),
        (true, false) => String::new(),
        (false, second) => {
            let second = if second { ", and not by its author" } else { "" };
            format!("by {}{second}", approvers.join(" or "))
        }
    };
    let whys = postmortem.whys.map(|n| n.to_string()).unwrap_or_default();
    let rows = [
        ("required for", for_whom),
        ("whys", whys),
        ("must say", postmortem.fields.join(", ")),
        ("approved", approved),
    ];
    let rows = rows.iter().filter(|(_, what)| !what.is_empty());
    columns(&rows.map(|(name, what)| vec![format!("  {name}"), plain(what)]).collect::<Vec<_>>())
}

fn documents(process: &Process) -> String {
    let rows: Vec<Vec<String>> = process
        .documents
        .iter()
        .map(|d| {
            vec![
                format!("  {}", plain(&d.id)),
                plain(&d.label),
                d.file.clone().unwrap_or_else(|| "printed".into()),
            ]
        })
        .collect();
    columns(&rows)
}
