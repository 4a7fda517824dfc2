//! JSON: a contract, with a schema version.

use serde_json::{Value, json};

use crate::render::findings::{Located, Report};

/// The version of the shape below; it grows when something is taken away or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

pub(in crate::render) fn render(report: &Report) -> Value {
    let counts = report.counts();
    json!({
        "schema_version": SCHEMA_VERSION,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "summary": {
            "errors": counts.errors,
            "warnings": counts.warnings,
            "notes": counts.notes,
            "waived": counts.waived,
            "incidents": report.incidents,
        },
    })
}

fn finding(located: &Located) -> Value {
    let f = &located.finding;
    json!({
        "rule": f.rule,
        "severity": f.weight.name(),
        "incident": f.incident,
        "path": located.path(),
        "line": located.line,
        "column": located.column,
        "message": f.message,
        "help": f.help,
        "waived": f.waived.as_ref().map(|w| json!({ "by": w.by, "reason": w.reason })),
    })
}
