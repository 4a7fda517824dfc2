//! What people write cannot change a document, and what a template gets wrong is said.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod render_support;

use inc::error::Failure;
use inc::model::Incident;
use inc::process::builtin;
use inc::render::documents::fill;
use inc::render::{Templates, render};
use render_support::{document, incident, people, process};
use serde_json::{Value, json};

/// Puts one text everywhere where people write one: in every text of the record and of the entries.
const HOSTILE: &str = "# Forged | `a` ``` <script>alert(1)</script> {{ title }} {% raw %} --> <!-- inc:end actions -->\n## Second\n\n| a | b |\n|---|---|\n\n```\n# open fence\n![i](http://x) [l](javascript:x)\u{1b}[31m\u{202e}";

fn hostile(name: &str) -> Incident {
    let severity = process(name).process.severities[0].id.clone();
    let text = json!(HOSTILE);
    let list = json!([HOSTILE]);
    let record = json!({
        "id": "20251122-h0h0", "title": text, "process": format!("{name}@1.0.0"), "type": text,
        "services": list, "labels": list, "ticket": text,
        "impact": {
            "summary": text, "users": { "count": 1, "basis": text }, "features": list,
            "cost": { "amount": 1, "currency": text }, "breach": "confirmed",
            "breach_known_at": "2025-11-22T10:00:00Z", "data": { "affected": list, "safe": list, "people": 1 },
            "users_text": text, "revenue_text": text, "reputation": text, "sla_affected": true, "sla_text": text,
            "by_service": { HOSTILE: text }, "measurements": [{ "name": text, "value": 1, "unit": text }],
        },
        "security": { "measures": list, "regulator_decision": text },
        "analysis": {
            "summary": text, "symptoms": list, "what_happened": text,
            "root_cause": { "status": "found", "text": text }, "contributing_factors": list,
            "hypotheses": [{ "text": text, "status": "open", "test": text }], "method": text,
            "whys": [{ "question": text, "answer": text }, { "answer": text }], "resolution": text,
            "why_it_worked": text, "went_well": list, "to_improve": list, "lucky": list,
            "lessons": { "technical": list, "process": list, "communication": list },
            "logs": text, "configuration": text,
        },
        "actions": [
            { "id": "a1", "title": text, "owner": text, "status": "open", "ticket": text, "horizon": "immediate" },
            { "id": "a2", "title": text, "status": "done" },
        ],
        "review": { "author": text, "facilitator": text, "participants": list },
        "related": { "follow_ups": list, "recurrence_of": text, "links": [
            { "label": text, "url": HOSTILE, "type": text }, { "label": text, "url": "javascript:alert(1)" },
        ]},
    });
    let at = |minute: u32, fields: &str| format!("at: 2025-11-22T10:{minute:02}:00Z, {fields}");
    let quoted = serde_json::to_string(HOSTILE).unwrap();
    let with = |fields: &str| fields.replace('$', &quoted);
    let entries = [
        at(0, &format!("kind: declared, severity: {severity}")),
        at(1, &with("kind: role, role: $, person: $")),
        at(2, &with("kind: down, service: $")),
        at(3, &with("by: eve, kind: update, state: investigating, audience: $, prepared_by: [$]")),
        at(4, &with("kind: decision, decide: $, observe: $, orient: $, act: $, decider: $, type: $")),
        at(5, &with("kind: rollback, step: executed, target: $, result: $")),
        at(6, &with("kind: evidence, path: $, url: $, sha256: $")),
        at(7, &with("kind: escalated, level: $")),
        at(8, &with("kind: waived, rule: $, reason: $")),
        at(9, "kind: note"),
        at(9, &with("kind: decision, observe: $, orient: $, type: $")),
        at(10, &with("kind: done, item: $, note: $")),
        at(11, "kind: resolved"),
    ];
    let entries: Vec<(&str, &str)> = entries.iter().map(|e| (e.as_str(), HOSTILE)).collect();
    incident(&record.to_string(), &entries)
}

/// The structure of a document as Markdown reads it: headings, list items' first words, table rows' widths.
fn headings(text: &str) -> Vec<String> {
    let mut fence: Option<usize> = None;
    let mut found = Vec::new();
    for line in text.lines() {
        let start = line.trim_start();
        let run = start.len() - start.trim_start_matches('`').len();
        match fence {
            Some(open) if run >= open && start.trim_matches('`').is_empty() => fence = None,
            None if run >= 3 => fence = Some(run),
            None if start.starts_with('#') => found.push(line.to_owned()),
            _ => {}
        }
    }
    assert!(fence.is_none(), "a fence is open at the end of:\n{text}");
    found
}

/// A line without its code spans, by Markdown's own rule: a run of back-ticks closes at the next one as long.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let escaped = rest[..at].ends_with('\\');
        let run = if escaped { 1 } else { rest[at..].len() - rest[at..].trim_start_matches('`').len() };
        let behind = &rest[at + run..];
        let runs = behind.match_indices('`').filter(|(i, _)| !behind[..*i].ends_with('`'));
        let close = runs
            .map(|(i, _)| (i, behind[i..].len() - behind[i..].trim_start_matches('`').len()))
            .find(|(_, length)| *length == run && !escaped);
        out.push_str(&rest[..at]);
        if let Some((i, length)) = close {
            rest = &behind[i + length..];
        } else {
            out.push_str(&rest[at..at + run]);
            rest = behind;
        }
    }
    out + rest
}

fn outside_fences(text: &str) -> String {
    let mut fence: Option<usize> = None;
    let mut out = String::new();
    for line in text.lines() {
        let start = line.trim_start();
        let run = start.len() - start.trim_start_matches('`').len();
        match fence {
            Some(open) if run >= open && start.trim_matches('`').is_empty() => fence = None,
            Some(_) => {}
            None if run >= 3 => fence = Some(run),
            None => out.extend([without_code(line).as_str(), "\n"]),
        }
    }
    out
}

fn every_document(name: &str, incident: &Incident) -> Vec<(String, String)> {
    let found = process(name);
    let documents = found.process.documents.iter().map(|document| {
        let mut free = document.clone();
        (free.when, free.needs) = (None, Vec::new());
        let templates = Templates::builtin(&found.process);
        let text = render(&free, incident, &found.process, &found.language, &people(), &templates);
        (document.template.clone(), text.unwrap_or_else(|e| panic!("{name} {}: {e}", document.id)))
    });
    documents.collect()
}

#[test]
fn hostile_text_forges_nothing_in_any_document() {
    for name in builtin::names() {
        for (template, text) in every_document(name, &hostile(name)) {
            let here = format!("{name} {template}:\n{text}");
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{here}");
            if template.ends_with(".txt.tera") {
                continue;
            }
            for heading in headings(&text) {
                assert!(!heading.starts_with("# Forged") && !heading.starts_with("## Second"), "{here}");
            }
            let outside = outside_fences(&text);
            for bad in ["<script", "<!-- inc:end actions --> ", "](javascript", "](http://x)"] {
                for (at, _) in outside.match_indices(bad) {
                    let escaped = outside[..at].ends_with('\\') || outside[..at].ends_with("\\]");
                    let link = bad.starts_with(']')
                        && outside[..at].rsplit('[').next().is_some_and(|t| t == "l" || t == "i");
                    assert!(escaped || link, "`{bad}` in {here}");
                }
            }
            // A row of a table has as many cells as its heading, whatever its texts hold.
            let mut cells = None;
            for line in outside.lines() {
                let count = line.replace("\\|", "").matches('|').count();
                match (line.starts_with('|'), cells) {
                    (true, Some(expected)) if !line.contains("---") => {
                        assert_eq!(count, expected, "{line}\n{here}");
                    }
                    (true, None) => cells = Some(count),
                    (true, _) => {}
                    (false, _) => cells = None,
                }
            }
        }
    }
}

#[test]
fn the_standard_incident_shows_hostile_text_as_typed() {
    insta::assert_snapshot!(document("incident", &process("standard"), &hostile("standard")).unwrap());
}

#[test]
fn managed_blocks_of_a_hostile_post_mortem_are_whole() {
    for name in builtin::names() {
        for (template, text) in every_document(name, &hostile(name)) {
            if template == "postmortem.tera" {
                assert_eq!(inc::render::managed::refresh(&text, &text).unwrap(), text, "{name}");
            }
        }
    }
}

const BARE: &str = "{ id: 20251122-0000, title: checkout is down, process: standard@1.0.0 }";

fn bare() -> Incident {
    incident(BARE, &[("at: 2025-11-22T10:00:00Z, kind: declared, severity: SEV1", "")])
}

/// Renders the standard incident document from a team's own template.
fn own(template: &str) -> Result<String, Failure> {
    let found = process("standard");
    let own = |file: &str| (file == "incident.tera").then(|| template.to_owned());
    let templates = Templates::with_own(&found.process, &own);
    let document = found.process.document("incident").unwrap();
    render(document, &bare(), &found.process, &found.language, &people(), &templates)
        .map_err(|e| e.downcast::<Failure>().unwrap())
}

#[test]
fn a_teams_template_takes_the_place_of_one_document() {
    assert_eq!(own("{{ title }} {{ unknown_place | default(value=1) }}").unwrap(), "checkout is down 1\n");
    let found = process("standard");
    let own = |_: &str| None;
    let templates = Templates::with_own(&found.process, &own);
    assert!(templates.text("status-update.txt.tera").is_some());
    for outside in ["../process.yaml", "/etc/passwd", ".hidden", "a\\b", ""] {
        assert_eq!(templates.text(outside), None, "{outside}");
    }
}

#[test]
fn a_templates_error_names_its_line_and_the_field() {
    let said = |template: &str| {
        let failure = own(template).unwrap_err();
        let hints = failure.hints.iter().map(|hint| format!("\nhint: {hint}"));
        failure.message + &hints.collect::<String>()
    };
    insta::assert_snapshot!(said("a\n{{ titel }}"), @r"
    incident.tera:2:4: variable `titel` is not defined
    hint: did you mean `title`?
    ");
    insta::assert_snapshot!(said("{{ impact.sumary }}"), @r"
    incident.tera:1:11: field `sumary` is not defined
    hint: did you mean `summary`?
    ");
    insta::assert_snapshot!(said("{{ analysis.root_cause.text.x }}"), @"incident.tera:1:24: field `text` is not defined");
    insta::assert_snapshot!(said("{% if title %}\nx"), @"incident.tera:2:2: unexpected end of input");
    insta::assert_snapshot!(said("x\n{{ title | shout }}"), @"incident.tera:2:12: unknown filter `shout`");
    insta::assert_snapshot!(said("{{ ticket | length }}"), @"incident.tera:1:13: what is not known has no length");
    insta::assert_snapshot!(said("{{ title | date }}"), @"incident.tera:1:12: `checkout is down` is no time");
    insta::assert_snapshot!(said("{{ title | word(of=\"status\") }}"), @"incident.tera:1:12: the language `en` has no word `status_checkout is down`");
    insta::assert_snapshot!(said("{{ began | time(form=\"%Q\") }}"), @"incident.tera:1:12: `%Q` is no form of a time: write it like `%Y-%m-%d` or `%H:%M`");
    insta::assert_snapshot!(said("{% include \"other.tera\" %}"), @r"
    incident.tera: there is no template `other.tera` for the process `standard`
    hint: put it beside `process.yaml`, as `documents/other.tera`
    ");
    insta::assert_snapshot!(said("{% include \"incident.tera\" %}"), @"incident.tera: it includes itself: incident.tera, incident.tera");
}

#[test]
fn templates_reach_nothing_outside() {
    for call in ["get_env(name=\"HOME\")", "now()", "get_random(start=0, end=9)", "load_data(path=\"x\")"] {
        let failure = own(&format!("{{{{ {call} }}}}")).unwrap_err();
        assert!(failure.message.contains("unknown function"), "{}", failure.message);
    }
}

#[test]
fn a_public_document_of_a_restricted_incident_is_refused() {
    let found = process("standard");
    let mut restricted = bare();
    restricted.record.restricted = true;
    let error = document("status-update", &found, &restricted).unwrap_err();
    assert_eq!(error.to_string(), "`status-update` is public and the incident 20251122-0000 is restricted");
    assert!(document("incident", &found, &restricted).is_ok());
}

#[test]
fn what_a_document_needs_is_named() {
    let found = process("standard");
    let mut breach = bare();
    breach.record.impact.breach = Some(inc::model::record::Breach::Confirmed);
    assert_eq!(
        document("breach-email", &found, &breach).unwrap_err().to_string(),
        "`breach-email` cannot be rendered: `impact.data.affected`, `security.measures` of 20251122-0000 are empty"
    );
    let error = document("breach-email", &found, &bare()).unwrap_err();
    assert_eq!(error.to_string(), "`breach-email` does not apply to the incident 20251122-0000");
}

#[test]
fn a_message_fills_its_places_or_names_what_is_missing() {
    let found = process("distri-night");
    let messages = &found.process.communication.states;
    let said = |at: usize, more: &[(&str, Value)], incident: &Incident| {
        let message = messages[at].message.as_deref().unwrap();
        fill(message, &messages[at].label, more, incident, &found.process, &found.language)
    };
    let next = [("next_update", json!("2025-11-22T10:30:00Z")), ("eta_minutes", json!(10))];
    assert!(said(0, &next, &bare()).unwrap().ends_with("Prochaine mise à jour: 10:30 GMT"));
    assert_eq!(
        said(1, &next, &bare()).unwrap_err().to_string(),
        "the message `IDENTIFIED` needs `analysis.root_cause` of 20251122-0000, which is empty"
    );
    assert_eq!(
        said(0, &[], &bare()).unwrap_err().to_string(),
        "the message `INVESTIGATING` says when the next one follows, and nobody has"
    );
    let mut known = bare();
    known.record.analysis.root_cause =
        serde_json::from_value(json!({ "status": "found", "text": "a *bad* deployment." })).unwrap();
    let text = said(1, &next, &known).unwrap();
    assert!(text.starts_with("Nous avons identifié la cause: a *bad* deployment.\n"), "{text}");
}
