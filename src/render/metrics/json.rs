//! Figures as JSON.

use serde_json::{Map, Value, json};

use super::Report;
use crate::clock::summary::{LeftOut, METHODS, Share, Summary, Times};
use crate::clock::targets::{JUDGED_BY, Judged};
use crate::model::instant::rfc3339;
use crate::render::json::SCHEMA_VERSION;

/// The report as `metrics --json` prints it.
#[must_use]
pub fn json(report: &Report) -> Value {
    let groups = |of: &[(String, Summary)], key: &str| -> Vec<Value> {
        of.iter().map(|(label, s)| with(Map::from_iter([(key.to_owned(), json!(label))]), s)).collect()
    };
    let methods: Map<String, Value> = METHODS.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "since": report.since.map(rfc3339),
        "until": report.until.map(rfc3339),
        "all": with(Map::new(), &report.all),
        "by": report.by,
        "groups": groups(&report.groups, "group"),
        "months": groups(&report.months, "month"),
        "targets": report.targets.iter().map(target).collect::<Vec<_>>(),
        "methods": methods,
        "targets_judged_by": JUDGED_BY,
    })
}

fn with(mut map: Map<String, Value>, summary: &Summary) -> Value {
    map.insert("incidents".into(), json!(summary.incidents));
    map.insert("cancelled".into(), json!(summary.cancelled));
    let figures = summary.times.iter().map(time).chain(summary.shares.iter().map(share));
    map.insert("figures".into(), Value::Array(figures.collect()));
    Value::Object(map)
}

fn left_out(left_out: &LeftOut) -> Vec<Value> {
    left_out.iter().map(|(why, ids)| json!({ "why": why, "n": ids.len(), "incidents": ids })).collect()
}

fn time(times: &Times) -> Value {
    json!({
        "name": times.formula.name,
        "formula": times.formula.text,
        "n": times.seconds.len(),
        "left_out": left_out(&times.left_out),
        "median_seconds": times.median(),
        "p90_seconds": times.p90(),
        "mean_seconds": times.mean(),
    })
}

fn share(share: &Share) -> Value {
    json!({
        "name": share.formula.name,
        "formula": share.formula.text,
        "n": share.whole,
        "left_out": left_out(&share.left_out),
        "part": share.part,
        "percent": share.percent(),
    })
}

fn target(target: &Judged) -> Value {
    json!({
        "process": target.process,
        "target": target.key,
        "label": target.label,
        "limit": target.limit,
        "figure": target.formula.map(|f| f.name),
        "formula": target.formula.map(|f| f.text),
        "n": target.n,
        "mean_seconds": target.mean_seconds,
        "percent": target.percent,
        "met": target.met,
        "stated": target.stated,
        "source": target.source,
    })
}
