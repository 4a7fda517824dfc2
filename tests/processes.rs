//! The built-in processes are whole and say where each datum comes from.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use inc::model::Status;
use inc::model::entry::KindName;
use inc::process::documents::Language;
use inc::process::{Process, builtin};
use serde_json::Value;

fn load(name: &str) -> Process {
    let text = builtin::file(&format!("processes/{name}/process.yaml")).unwrap();
    let yaml = serde_yaml::Deserializer::from_str(text);
    serde_path_to_error::deserialize(yaml).unwrap_or_else(|e| panic!("{name}: {}: {}", e.path(), e.inner()))
}

#[test]
fn every_built_in_process_loads_under_its_own_name() {
    for name in builtin::names() {
        assert_eq!(load(name).name, name);
    }
}

/// A process as data, whatever its type says.
fn data(name: &str) -> Value {
    serde_json::to_value(load(name)).unwrap()
}

/// The values that a path leads to; `*` stands for every member of a list or mapping.
fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').filter(|key| !key.is_empty()).fold(vec![value], |values, key| {
        let step = |v: &'a Value| match (key, v) {
            ("*", Value::Array(list)) => list.iter().collect(),
            ("*", Value::Object(map)) => map.values().collect(),
            _ => v.get(key).into_iter().collect::<Vec<_>>(),
        };
        values.into_iter().flat_map(step).collect()
    })
}

/// The words, or lists of words, that a path leads to.
fn words(value: &Value, path: &str) -> Vec<String> {
    let flat = |v: &Value| match v {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    at(value, path).into_iter().flat_map(flat).map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// Every value that stands under `key`, at any depth.
fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    if let Value::Object(map) = value {
        found.extend(map.get(key));
    }
    for inner in at(value, "*") {
        under(inner, key, found);
    }
}

fn words_under(value: &Value, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    under(value, key, &mut found);
    let list = Value::Array(found.into_iter().cloned().collect());
    at(&list, "*").into_iter().flat_map(|v| words(v, "")).collect()
}

/// Where a process writes down something that it took from somewhere.
const SOURCED: [&str; 26] = [
    "severities.*",
    "classification",
    "classification.questions.*",
    "detection_sources.*",
    "decision_types.*",
    "criteria.*",
    "phases.*",
    "roles.*",
    "posts.*",
    "levels.*",
    "call_chain",
    "obligations.*",
    "communication",
    "communication.states.*",
    "communication.audiences.*",
    "communication.channels.*",
    "checklists.*",
    "checklists.*.groups.*",
    "runbooks.*",
    "runbooks.*.steps.*",
    "warroom",
    "postmortem",
    "rollback",
    "targets.*",
    "rules.*",
    "documents.*",
];

#[test]
fn every_datum_names_its_clause() {
    for name in builtin::names().filter(|n| *n != "standard") {
        let process = data(name);
        assert!(process.get("source").is_some(), "{name}: no source");
        for path in SOURCED {
            for datum in at(&process, path) {
                // A part that the process does not speak of is there with its defaults.
                let default = datum
                    .as_object()
                    .unwrap()
                    .values()
                    .all(|v| *v == Value::Bool(false) || v.as_array().is_some_and(Vec::is_empty));
                let source = datum.get("source").and_then(Value::as_str).unwrap_or_default();
                assert!(default || !source.is_empty(), "{name}: {path}: no source in {datum}");
            }
        }
    }
}

/// What names a thing, and where the things are that may be named.
const NAMES: [(&[&str], &[&str]); 6] = [
    (
        &["severities.*.id"],
        &[
            "classification.questions.*.bands.*.then.severity",
            "classification.questions.*.choices.*.then.severity",
            "classification.questions.*.bands.*.then.decides",
            "classification.questions.*.choices.*.then.decides",
            "obligations.*.when.severity",
            "runbooks.*.severity",
        ],
    ),
    (
        &["posts.*.id", "roles.*.id", "levels.*.id", "communication.audiences.*.id"],
        &[
            "obligations.*.notify",
            "warroom.participants.*.who",
            "warroom.on_request_of",
            "communication.audiences.*.approval",
            "communication.audiences.*.prepared_by",
            "postmortem.approvers",
            "postmortem.review.participants.*.who",
            "decision_types.*.deciders",
            "rollback.approvers",
        ],
    ),
    (&["posts.*.id"], &["levels.*.posts", "roles.*.post", "call_chain.order"]),
    (&["levels.*.id"], &["obligations.*.level"]),
    (&["communication.channels.*.id"], &["obligations.*.channels"]),
    (&["checklists.*.id"], &["runbooks.*.checklists", "warroom.checklist"]),
];

/// The same for what events name, wherever an event stands.
const NAMES_IN_EVENTS: [(&str, &[&str]); 7] = [
    ("escalated", &["levels.*.id"]),
    ("role", &["roles.*.id"]),
    ("handover", &["roles.*.id"]),
    ("notified", &["posts.*.id", "roles.*.id", "communication.audiences.*.id"]),
    ("done", &["checklists.*.groups.*.items.*.id", "runbooks.*.steps.*.items.*.id"]),
    ("audience", &["communication.audiences.*.id"]),
    ("channel", &["communication.channels.*.id"]),
];

#[test]
fn every_name_names_something() {
    for name in builtin::names() {
        let process = data(name);
        let known = |paths: &[&str]| paths.iter().flat_map(|p| words(&process, p)).collect::<Vec<_>>();
        for (definitions, uses) in NAMES {
            let known = known(definitions);
            for word in uses.iter().flat_map(|p| words(&process, p)) {
                assert!(known.contains(&word), "{name}: `{word}` in {uses:?} is none of {known:?}");
            }
        }
        for (key, definitions) in NAMES_IN_EVENTS {
            let known = known(definitions);
            for place in ["obligations", "checklists", "runbooks"] {
                for word in process.get(place).map(|p| words_under(p, key)).unwrap_or_default() {
                    assert!(known.contains(&word), "{name}: `{key}: {word}` is none of {known:?}");
                }
            }
        }
    }
}

#[test]
fn ids_are_unique_where_they_are_used() {
    for name in builtin::names() {
        let process = data(name);
        let groups: [&[&str]; 9] = [
            &["severities.*.id"],
            &["classification.questions.*.id"],
            &["posts.*.id"],
            &["roles.*.id"],
            &["levels.*.id"],
            &["obligations.*.id"],
            &["checklists.*.groups.*.items.*.id", "runbooks.*.steps.*.items.*.id"],
            &["communication.audiences.*.id"],
            &["documents.*.id"],
        ];
        for paths in groups {
            let ids: Vec<_> = paths.iter().flat_map(|p| words(&process, p)).collect();
            let twice = ids.iter().find(|id| ids.iter().filter(|other| other == id).count() > 1);
            assert_eq!(twice, None, "{name}: twice in {paths:?}");
        }
    }
}

#[test]
fn every_language_has_a_word_for_everything() {
    let language = |path: &str| -> Language { serde_yaml::from_str(builtin::file(path).unwrap()).unwrap() };
    let english = language("languages/en.yaml");
    for (path, _) in builtin::files_under("languages") {
        let other = language(&format!("languages/{path}"));
        assert!(other.words.keys().eq(english.words.keys()), "{path} has other words than en.yaml");
        for kind in KindName::ALL {
            assert!(other.words.contains_key(kind.name()), "{path}: no word for {}", kind.name());
        }
        for status in Status::ALL {
            let key = format!("status_{}", status.name());
            assert!(other.words.contains_key(&key), "{path}: no word for {key}");
        }
    }
}

/// Every name of a property in a JSON Schema.
fn properties(schema: &Value, found: &mut std::collections::BTreeSet<String>) {
    if let Some(own) = schema.get("properties").and_then(Value::as_object) {
        found.extend(own.keys().cloned());
    }
    for inner in at(schema, "*") {
        properties(inner, found);
    }
}

#[test]
fn the_documentation_names_every_key() {
    let schema = serde_json::to_value(schemars::schema_for!(Process)).unwrap();
    let mut keys = std::collections::BTreeSet::new();
    properties(&schema, &mut keys);
    assert!(keys.len() > 100, "{keys:?}");
    let text = include_str!("../templates/README.md");
    let missing: Vec<_> = keys.iter().filter(|k| !text.contains(&format!("| `{k}` |"))).collect();
    assert!(missing.is_empty(), "templates/README.md does not explain {missing:?}");
}
