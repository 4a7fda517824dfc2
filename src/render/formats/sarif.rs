//! SARIF 2.1.0, for code scanning.

use serde_json::{Value, json};

use crate::process::obligation::Weight;
use crate::render::findings::{Located, Report};
use crate::rules::{self, Rule};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(in crate::render) fn render(report: &Report) -> Value {
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "inc",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules::all().iter().map(|r| rule(r)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": report.findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.doc(), "markdown": rule.doc() },
        "defaultConfiguration": { "enabled": rule.level != Weight::Off, "level": level(rule.level) },
    })
}

fn result(located: &Located) -> Value {
    let f = &located.finding;
    let help = f.help.as_ref().map(|h| format!("\nhelp: {h}")).unwrap_or_default();
    let region = json!({
        "startLine": located.line,
        "startColumn": located.column,
        "endColumn": located.end_column(),
    });
    let mut result = json!({
        "ruleId": f.rule,
        "ruleIndex": rules::all().iter().position(|r| r.id == f.rule),
        "level": level(f.weight),
        "message": { "text": format!("{}{help}", f.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&located.path()) },
            "region": region,
        }}],
    });
    if let (Some(waiver), Some(object)) = (&f.waived, result.as_object_mut()) {
        let justification = format!("{}: {}", waiver.by, waiver.reason);
        let suppression = json!({
            "kind": "inSource", "status": "accepted", "justification": justification,
        });
        object.insert("suppressions".into(), json!([suppression]));
    }
    result
}

const fn level(weight: Weight) -> &'static str {
    match weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
        Weight::Note => "note",
        Weight::Off => "none",
    }
}

/// A relative path as a URI reference: what is neither a letter, a digit nor one of a few marks is escaped.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
