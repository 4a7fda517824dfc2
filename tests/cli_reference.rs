//! The whole command line as one snapshot, and whole outputs of the commands that only read or set up.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clap::CommandFactory;
use common::Scratch;

/// `inc help …` of a command and of those below it.
fn help(command: &clap::Command, path: &[&str], scratch: &Scratch, text: &mut String) {
    let mut words = vec!["help"];
    words.extend(path);
    let answer = scratch.inc(&words);
    assert_eq!(answer.status, 0, "{answer}");
    // The global options are the same everywhere: once is enough.
    let own = answer.out.split("Global options:").next().unwrap();
    let shown = if path.is_empty() { answer.out.as_str() } else { own };
    text.push_str(&format!("$ inc {}\n\n{}\n\n", words.join(" "), shown.trim_end()));
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let mut path = path.to_vec();
        path.push(inner.get_name());
        help(inner, &path, scratch, text);
    }
}

#[test]
fn the_command_line() {
    let scratch = Scratch::repo();
    let mut text = String::new();
    help(&inc::cli::Cli::command(), &[], &scratch, &mut text);
    insta::assert_snapshot!(text);
}

#[test]
fn the_demo() {
    let scratch = Scratch::bare_folder();
    insta::assert_snapshot!(scratch.run("demo played"));
    assert_eq!(scratch.run("demo played").status, 2, "a folder in use is not played in");
}

#[test]
fn setting_up_and_the_registry() {
    let mut scratch = Scratch::repo();
    insta::assert_snapshot!(scratch.run("init --process standard"));
    insta::assert_snapshot!(scratch.run("init"));
    insta::assert_snapshot!(scratch.run("list"));
    scratch.ok("declare \"API | slow\" -s SEV2");
    scratch.at("2025-11-11T09:00:00Z").ok("declare \"Typo on the home page\" -s SEV4 --service web");
    insta::assert_snapshot!(scratch.run("list"));
    insta::assert_snapshot!(scratch.run("list --service web --severity SEV4 --since 2025-11-11"));
    insta::assert_snapshot!(scratch.run("list --text slow"));
    insta::assert_snapshot!(scratch.run("registry"));
    insta::assert_snapshot!(scratch.read("incidents/README.md"));
    assert_eq!(scratch.ok("registry"), "incidents/README.md is up to date\n");
}

#[test]
fn schemas_are_json_and_name_what_the_files_hold() {
    let scratch = Scratch::repo();
    for (file, key) in
        [("incident", "title"), ("entry", "kind"), ("process", "severities"), ("settings", "process")]
    {
        let schema: serde_json::Value = serde_json::from_str(&scratch.ok(&format!("schema {file}"))).unwrap();
        assert!(schema["properties"].get(key).is_some(), "{file}: {schema}");
        assert!(jsonschema::meta::is_valid(&schema), "{file}");
    }
    scratch.ok("declare \"API slow\" -s SEV2 --service api");
    let schema: serde_json::Value = serde_json::from_str(&scratch.ok("schema incident")).unwrap();
    let record: serde_json::Value =
        serde_yaml::from_str(&scratch.read(&format!("{}/incident.yaml", scratch.incident()))).unwrap();
    assert!(jsonschema::is_valid(&schema, &record), "{record}");
}

/// The schema that the first line of a file names, relative to the file.
fn named_schema(scratch: &Scratch, file: &str) -> String {
    let text = scratch.read(file);
    let name = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
    scratch.read(&format!("{}/{name}", file.rsplit_once('/').unwrap().0))
}

#[test]
fn the_schema_that_a_file_names_lies_there() {
    let scratch = Scratch::repo();
    scratch.ok("declare \"API slow\" -s SEV2");
    let record = format!("{}/incident.yaml", scratch.incident());
    assert_eq!(named_schema(&scratch, &record), scratch.ok("schema incident"));
    for name in inc::process::builtin::names() {
        scratch.ok(&format!("process eject {name} --version-as 9.9.9"));
        let file = format!("processes/{name}/9.9.9/process.yaml");
        let text = named_schema(&scratch, &file);
        assert_eq!(text, scratch.ok("schema process"));
        let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        let mut process: serde_json::Value = serde_yaml::from_str(&scratch.read(&file)).unwrap();
        let wrong: Vec<String> =
            schema.iter_errors(&process).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        process["severities"][0]["lable"] = "Typo".into();
        assert!(!schema.is_valid(&process), "{name}: a typo is found");
    }
    assert_eq!(scratch.git(&["status", "--porcelain"]), "?? processes/\n");
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let scratch = Scratch::repo();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = scratch.ok(&format!("completions {shell}"));
        for command in inc::cli::Cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
    assert!(scratch.ok("man").starts_with(".ie"));
    assert!(scratch.ok("man declare").contains("inc\\-declare"));
    insta::assert_snapshot!(scratch.run("man declair"));
}

#[test]
fn a_time_in_every_form() {
    for (form, at) in [
        ("2025-11-10T15:20:00+01:00", "2025-11-10T14:20:00Z"),
        ("2025-11-10 14:20", "2025-11-10T14:20:00Z"),
        ("14:20", "2025-11-10T14:20:00Z"),
        ("10m ago", "2025-11-10T14:21:00Z"),
        ("yesterday 22:10", "2025-11-09T22:10:00Z"),
        ("now", "2025-11-10T14:31:00Z"),
    ] {
        let scratch = Scratch::repo();
        scratch.ok("declare \"API slow\" -s SEV2");
        scratch.ok(&format!("timeline add \"what was seen\" --at \"{form}\""));
        let entries: serde_json::Value =
            serde_json::from_str(&scratch.ok("timeline list --kind note --json")).unwrap();
        assert_eq!(entries[0]["at"], at, "{form}");
    }
}

#[test]
fn text_of_several_lines_and_from_standard_input() {
    let scratch = Scratch::repo();
    scratch.ok("declare \"API slow\" -s SEV2");
    scratch.pipe("timeline add -", b"first line\n\n- second | line\n");
    scratch.pipe("timeline add", b"from a pipe\n");
    scratch.ok("timeline add \"yesterday's note\" --at \"yesterday 22:10\"");
    insta::assert_snapshot!(scratch.run("timeline list"));
}

/// A name in `standard`'s own process, misspelt, and the name that is nearest.
const SLIPS: [(&str, &str, &str); 29] = [
    ("{ severity: SEV3 } }", "{ severity: SEV33 } }", "SEV3"),
    ("decides: SEV1", "decides: SEVV1", "SEV1"),
    ("field: impact.users.percent", "field: impact.users.procent", "impact.users.percent"),
    ("post: on_call", "post: on_cal", "on_call"),
    ("posts: [management]", "posts: [managment]", "management"),
    ("order: [on_call, ", "order: [on_cal, ", "on_call"),
    ("level: L3", "level: L33", "L3"),
    ("notify: [facilitator]", "notify: [facilitater]", "facilitator"),
    ("until: { role: commander }", "until: { role: comander }", "commander"),
    ("until: { handover: commander }", "until: { handover: comander }", "commander"),
    ("{ escalated: L2 }", "{ escalated: L22 }", "L2"),
    ("{ notified: engineering_lead }", "{ notified: enginering_lead }", "engineering_lead"),
    (
        "{ update: { audience: users } }\n    on_raise",
        "{ update: { audience: user } }\n    on_raise",
        "users",
    ),
    ("channels: [status_page]\n", "channels: [statuspage]\n", "status_page"),
    ("type: security }", "type: securty }", "security"),
    ("deciders: [commander, L1]", "deciders: [comander, L1]", "commander"),
    ("decision_types:", "decision_type:", "decision_types"),
    ("prepared_by: [communications, privacy]", "prepared_by: [communications, privcy]", "privacy"),
    ("approval: management", "approval: managment", "management"),
    ("severity: [SEV1, SEV2]", "severity: [SEV1, SEV22]", "SEV2"),
    ("checklists: [response]", "checklists: [respons]", "response"),
    ("done_by: { role: commander }", "done_by: { role: comander }", "commander"),
    ("who: technical_lead", "who: technical_led", "technical_lead"),
    ("on_request_of: [commander", "on_request_of: [comander", "commander"),
    ("  checklist: war-room", "  checklist: war-rom", "war-room"),
    ("fields: [analysis.summary", "fields: [analysis.sumary", "analysis.summary"),
    ("needs: [analysis.summary]", "needs: [analysis.sumary]", "analysis.summary"),
    ("from: acknowledged }", "from: acknowleged }", "acknowledged"),
    ("reset: { update", "rest: { update", "reset"),
];

#[test]
fn a_slip_in_any_name_of_a_process_is_found_with_its_line_and_the_nearest_name() {
    let scratch = Scratch::repo();
    scratch.ok("process eject standard --version-as 1.1.0");
    let file = "processes/standard/1.1.0/process.yaml";
    assert_eq!(scratch.ok("process validate standard@1.1.0"), format!("{file}: sound\n"));
    let sound = scratch.read(file);
    for (right, slip, near) in SLIPS {
        assert!(sound.contains(right), "{right}");
        let wrong = sound.replacen(right, slip, 1);
        let place = wrong.find(slip).unwrap();
        scratch.write(file, &wrong);
        let said = scratch.run("process validate standard@1.1.0");
        let text = format!("{}{}", said.out, said.err);
        assert!(said.status != 0 && text.contains(&format!("did you mean `{near}`?")), "{slip}: {said}");
        // The line of the name, or of the list or condition that it stands in.
        let line = wrong[..place].lines().count().max(1);
        let named: usize =
            text.split(&format!("{file}:")).nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
        assert!(named <= line + 1 && line < named + 12, "{slip}: line {line}, said {named}");
    }
    for (right, wrong, said) in [
        ("every: 30m\n", "every: 30m\n    each: true\n", "cannot start anew with `each` as well"),
        (
            "approval: management\n",
            "approval: management\n      jointly: true\n      prepared_by: []\n",
            "is prepared by nobody together",
        ),
        (
            "  whys: 5\n",
            "  whys: 5\n  review: { participants: [{ who: [management, privcy] }] }\n",
            "did you mean `privacy`?",
        ),
        ("  whys: 5\n", "  whys: 5\n  review: { minutes: [\">= 1h\"] }\n", "is no comparison"),
    ] {
        assert!(sound.contains(right), "{right}");
        let without = if wrong.contains("prepared_by: []") {
            sound.replacen(
                "      approval: management\n      prepared_by: [communications]\n",
                "      approval: management\n",
                1,
            )
        } else {
            sound.clone()
        };
        scratch.write(file, without.replacen(right, wrong, 1));
        let answer = scratch.run("process validate standard@1.1.0");
        let text = format!("{}{}", answer.out, answer.err);
        assert!(answer.status != 0 && text.contains(said) && text.contains(file), "{wrong}: {answer}");
    }
    scratch.write(file, sound.replacen("template: incident.tera", "template: incidnt.tera", 1));
    let said = scratch.run("process validate standard@1.1.0");
    assert!(said.status == 1 && said.out.contains("there is no template `incidnt.tera`"), "{said}");
}
