//! `inc metrics`: what is counted, what is left out and why, and each form that it is printed in.

#![allow(clippy::disallowed_methods, reason = "a test runs programs and reads files")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

/// An incident written as files: the record's further lines, and `minute kind fields` for each entry.
fn incident(scratch: &Scratch, id: &str, start: &str, record: &str, entries: &[(&str, &str)]) {
    let (day, _) = start.split_once('T').unwrap();
    let folder = format!("incidents/{}/{id}", &day[..4]);
    let process = if record.contains("process:") { "" } else { "process: standard@1.0.0\n" };
    scratch.write(&format!("{folder}/incident.yaml"), format!("id: {id}\ntitle: trouble\n{process}{record}"));
    for (place, (time, kind)) in entries.iter().enumerate() {
        let at = format!("{day}T{time}:00Z");
        let compact = at.replace(['-', ':'], "");
        let (kind, fields) = kind.split_once(' ').unwrap_or((kind, ""));
        let fields: String = fields.split("; ").filter(|f| !f.is_empty()).flat_map(|f| [f, "\n"]).collect();
        let text = format!("---\nat: {at}\nrecorded: {at}\nby: alice\nkind: {kind}\n{fields}---\n");
        scratch.write(&format!("{folder}/timeline/{compact}-{kind}-aa{place:02}.md"), text);
    }
}

/// Four incidents in three months, one of another process, one that goes on, one cancelled.
fn story() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.at("2025-11-20T12:00:00Z");
    scratch.write("inc.yaml", "process: standard\n");
    let declared = |severity: &str| format!("declared severity: {severity}");
    incident(
        &scratch,
        "20250905-aaaa",
        "2025-09-05T00:00:00Z",
        "services: [api]\nactions:\n- {id: a1, title: Alert, due: 2025-09-10, status: done, closed_on: 2025-09-10}\n\
         - {id: a2, title: Limit, due: 2025-09-10}\n- {id: a3, title: Later, due: 2026-01-01}\n",
        &[
            ("10:00", "started"),
            ("10:04", "detected"),
            ("10:05", &declared("SEV1")),
            ("10:07", "acknowledged"),
            ("10:10", "responded"),
            ("10:20", "update state: investigating; audience: users"),
            ("10:40", "mitigated"),
            ("11:04", "resolved"),
        ],
    );
    incident(
        &scratch,
        "20251102-bbbb",
        "2025-11-02T00:00:00Z",
        "services: [api, web]\ntype: database\nrelated: {recurrence_of: 20250905-aaaa}\n",
        &[
            ("10:00", "started"),
            ("10:08", "detected"),
            ("10:08", &declared("SEV1")),
            ("10:09", "down service: api"),
            ("10:10", "responded"),
            ("10:39", "up service: api"),
            ("14:08", "resolved"),
        ],
    );
    // Resolved before it was detected: a slip of the hand, never a number.
    incident(
        &scratch,
        "20251103-cccc",
        "2025-11-03T00:00:00Z",
        "process: distri-night@1.0.0\n",
        &[("10:00", "detected"), ("10:01", &declared("P1")), ("10:05", "responded"), ("09:30", "resolved")],
    );
    incident(&scratch, "20251104-dddd", "2025-11-04T00:00:00Z", "", &[("10:00", &declared("SEV3"))]);
    incident(
        &scratch,
        "20251105-eeee",
        "2025-11-05T00:00:00Z",
        "",
        &[
            ("10:00", "started"),
            ("10:05", "detected"),
            ("10:06", &declared("SEV1")),
            ("10:07", "cancelled reason: false_positive"),
        ],
    );
    scratch
}

#[test]
fn the_table_says_what_each_figure_is_made_of() {
    insta::assert_snapshot!(story().run("metrics"));
}

#[test]
fn groups_are_in_order_and_name_their_process() {
    insta::assert_snapshot!(story().run("metrics --by severity"));
    let heads = |by: &str| {
        let text = story().ok(&format!("metrics --by {by}"));
        text.lines()
            .filter(|l| l.contains(": ") && l.contains("incident"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(["service", "type", "month"].map(heads).join("\n\n"));
}

#[test]
fn csv_has_a_line_for_each_figure_and_target() {
    insta::assert_snapshot!(story().run("metrics --csv --since 2025-11-01"));
}

#[test]
fn openmetrics_is_read_by_its_own_rules() {
    let text = story().ok("metrics --format openmetrics");
    insta::assert_snapshot!(text);
    assert!(text.ends_with("\n# EOF\n"));
    let grouped = story().ok("metrics --format openmetrics --by service");
    for text in [text, grouped] {
        let mut family = String::new();
        let mut seen = std::collections::BTreeSet::new();
        for line in text.lines().filter(|l| *l != "# EOF") {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                family = head.split(' ').next().unwrap().to_owned();
                assert!(seen.insert(head.to_owned()), "{family} twice");
            } else if let Some(unit) = line.strip_prefix("# UNIT ") {
                let (name, unit) = unit.split_once(' ').unwrap();
                assert!(name == family && name.ends_with(&format!("_{unit}")), "{line}");
            } else if !line.starts_with("# HELP ") {
                let (name, value) = line.rsplit_once(' ').unwrap();
                assert_eq!(name.split('{').next().unwrap(), family, "{line}");
                assert!(value.parse::<f64>().unwrap() >= 0.0, "{line}");
                assert!(seen.insert(name.to_owned()), "{name} twice");
            }
        }
    }
}

#[test]
fn json_carries_the_same_figures() {
    let text = story().ok("metrics --json --by type");
    assert_eq!(text, story().ok("metrics --format json --by type"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let figure = |name: &str| {
        let all = json["all"]["figures"].as_array().unwrap();
        all.iter().find(|f| f["name"] == name).unwrap().to_string()
    };
    insta::assert_snapshot!(figure("time_to_resolve"));
    insta::assert_snapshot!(figure("actions_in_time"));
    insta::assert_snapshot!(json["targets"][0].to_string());
}

#[test]
fn the_range_is_by_when_an_incident_began_both_ends_included() {
    let scratch = story();
    let n = |range: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&scratch.ok(&format!("metrics --json {range}"))).unwrap();
        json["all"]["incidents"].as_u64().unwrap()
    };
    assert_eq!(n(""), 4);
    assert_eq!(n("--since 2025-09-05T10:00:00Z --until 2025-09-05T10:00:00Z"), 1);
    assert_eq!(n("--since 2025-09-05T10:00:01Z"), 3);
    assert_eq!(n("--until 2025-09-05T09:59:59Z"), 0);
}

#[test]
fn no_abbreviation_stands_alone() {
    let scratch = story();
    for form in ["--by severity", "--format json", "--format csv", "--format openmetrics", "--by month"] {
        let text = scratch.ok(&format!("metrics {form}"));
        for (at, _) in text.match_indices("MTT") {
            let rest = &text[at + 4..];
            assert!(rest.starts_with(" (Mean Time To "), "{form}: {}", &text[at..at + 30]);
        }
        assert!(!text.is_empty());
    }
}

#[test]
fn without_incidents_it_says_so() {
    insta::assert_snapshot!(Scratch::repo().run("metrics"), @r"
    --- stderr
    there is no incident to compute figures from
    ");
}
