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
