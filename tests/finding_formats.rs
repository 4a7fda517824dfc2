//! The formats of findings: the same findings in the same order, whatever their text.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use inc::process::obligation::Weight;
use inc::render::findings::Report;
use inc::rules::{Finding, Place, Waiver};

const RECORD: &str = "incidents/2025/20251110-7f3k/incident.yaml";
const TEXT: &str = "id: 20251110-7f3k\ntitle: \"100% <&> \u{1b}[31m | é\"\nprocess: house@1.0.0\n";

fn finding(rule: &'static str, weight: Weight, field: &str, message: &str) -> Finding {
    Finding {
        rule,
        weight,
        incident: Some("20251110-7f3k".into()),
        path: RECORD.into(),
        place: Place::field(field),
        message: message.into(),
        help: Some("write it, or: leave it out".into()),
        waived: None,
        restricted: false,
    }
}

fn report() -> Report {
    let waiver = Waiver { by: "dana".into(), reason: "taken from \"the log\" & checked".into() };
    let findings = vec![
        Finding { waived: Some(waiver), ..finding("INC-002", Weight::Warning, "process", "late") },
        finding("breach-data", Weight::Error, "title", "100% of <this> is \"wrong\", says ]]> 'x'"),
        finding("unknown-fact", Weight::Note, "impact.visible", "nobody wrote it down"),
        Finding {
            incident: None,
            path: "incidents/a folder/é".into(),
            ..finding("stray-folder", Weight::Warning, "", "no incident")
        },
    ];
    let read = |path: &Path| (path == Path::new(RECORD)).then(|| TEXT.to_owned());
    Report::new(findings, 7, &read)
}

#[test]
fn text_underlines_and_sums_up() {
    insta::assert_snapshot!(report().text(false, 100));
}

#[test]
fn without_findings_one_line_is_said() {
    let none = |_: &Path| None;
    assert_eq!(Report::new(Vec::new(), 1, &none).text(false, 100), "no findings in 1 incident\n");
    let junit = Report::new(Vec::new(), 1, &none).junit();
    assert!(junit.contains("tests=\"1\" failures=\"0\""), "{junit}");
}

#[test]
fn json_keeps_its_contract() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&report().json()).unwrap());
}

#[test]
fn github_annotations_are_one_line_each() {
    insta::assert_snapshot!(report().github());
}

#[test]
fn junit_counts_what_fails() {
    insta::assert_snapshot!(report().strict(true).junit());
}

#[test]
fn sarif_names_rules_places_and_suppressions() {
    let mut sarif = report().sarif();
    let run = &mut sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].take();
    assert_eq!(rules.as_array().unwrap().len(), inc::rules::all().len());
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    for result in run["results"].as_array_mut().unwrap() {
        // The place in the list is checked above, and moves with each new rule.
        result["ruleIndex"].take();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&sarif).unwrap());
}

#[test]
fn sarif_is_valid_against_its_schema() {
    let mut schema: serde_json::Value =
        serde_json::from_str(include_str!("sarif/sarif-2.1.0.schema.json")).unwrap();
    // The pattern for languages of messages closes a bracket that it never opens, and no message here names one.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut sarif = report().sarif();
    let errors: Vec<String> = schema.iter_errors(&sarif).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let empty = Report::new(Vec::new(), 0, &|_: &Path| None).sarif();
    assert!(schema.is_valid(&empty));
    // The schema can say no.
    sarif["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!schema.is_valid(&sarif));
}

#[test]
fn every_format_says_the_same_findings_in_the_same_order() {
    let report = report();
    let json = report.json();
    let sarif = report.sarif();
    let order: Vec<&str> =
        json["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(order, ["stray-folder", "unknown-fact", "breach-data", "INC-002"]);
    let in_sarif: Vec<&str> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(in_sarif, order);
    for text in [report.text(false, 100), report.github(), report.junit()] {
        let places: Vec<usize> = order.iter().map(|rule| text.find(rule).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }
}

#[test]
fn warnings_fail_only_when_asked_to_and_what_is_waived_never_does() {
    let only = |weight| {
        let findings = vec![finding("title", weight, "title", "wrong")];
        Report::new(findings, 1, &|_: &Path| None)
    };
    assert!(only(Weight::Error).fails());
    assert!(!only(Weight::Warning).fails() && only(Weight::Warning).strict(true).fails());
    assert!(!only(Weight::Note).strict(true).fails());
    let waived = Finding {
        waived: Some(Waiver { by: "dana".into(), reason: "all right".into() }),
        ..finding("title", Weight::Error, "title", "wrong")
    };
    assert!(!Report::new(vec![waived], 1, &|_: &Path| None).strict(true).fails());
}
