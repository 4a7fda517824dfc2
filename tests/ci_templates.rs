//! The jobs and hooks that `inc init` writes: each is valid, and its commands run as written.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests change files and run commands as others would")]

mod common;

use common::Scratch;
use std::path::Path;
use std::process::Command;

fn told(scratch: &Scratch, lines: &[&str]) -> String {
    lines
        .iter()
        .flat_map(|l| ["$ inc ".to_owned(), (*l).to_owned(), format!("\n{}\n", scratch.run(l))])
        .collect()
}

/// A repository with an incident of the past, on `main`, and a branch that adds an entry to it.
fn with_branch() -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"Checkout is down\" -s SEV4 -q");
    scratch.git(&["switch", "-qc", "branch"]);
    scratch.ok("timeline add \"it got better\"");
    scratch
}

/// Rewrites an entry that `main` has, and commits it with git.
fn rewrite(scratch: &Scratch) {
    let files = scratch.files();
    let entry = files.iter().find(|f| f.contains("-declared-")).unwrap();
    let text = scratch.read(entry).replace("by: alice", "by: mallory");
    scratch.write(entry, text);
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-qm", "tidy up", "--no-verify"]);
}

/// Runs a shell command as a service would, with `inc` on the PATH; gives its status.
fn shell(scratch: &Scratch, command: &str, env: &[(&str, &str)]) -> i32 {
    let inc = Path::new(env!("CARGO_BIN_EXE_inc")).parent().unwrap().display().to_string();
    let path = format!("{inc}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-ec", command])
        .current_dir(scratch.path())
        .env("PATH", path)
        .env("INC_NOW", "2025-11-10T14:31:30Z")
        .envs(env.iter().copied())
        .output()
        .unwrap();
    output.status.code().unwrap()
}

fn yaml(text: &str) -> serde_yaml::Value {
    serde_yaml::from_str(text).unwrap()
}

/// Runs an installing command where there is no `inc`, with a `cargo` that only says what it was asked.
fn install(scratch: &Scratch, command: &str, env: &[(&str, &str)]) -> (i32, String) {
    use std::os::unix::fs::PermissionsExt;
    let cargo = scratch.write("bin/cargo", "#!/bin/sh\nfor word; do echo \"$word\"; done\n");
    std::fs::set_permissions(cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new("/bin/sh")
        .args(["-ec", command])
        .env_clear()
        .env("PATH", scratch.path().join("bin"))
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap().replace('\n', " "))
}

#[test]
fn inc_is_built_from_where_the_variable_says() {
    let scratch = Scratch::repo();
    scratch.ok("init --ci github");
    scratch.ok("init --ci gitlab");
    let workflow = yaml(&scratch.read(".github/workflows/incidents.yml"));
    let steps = workflow["jobs"]["check"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|s| s["name"] == "Install inc").unwrap();
    assert_eq!(step["env"]["INC_SOURCE"], "${{ vars.INC_SOURCE }}");
    let job = &yaml(&scratch.read(".gitlab/incidents.yml"))["incidents"];
    for command in [step["run"].as_str().unwrap(), job["before_script"][0].as_str().unwrap()] {
        let (status, said) = install(&scratch, command, &[]);
        assert!(status != 0 && said.contains("INC_SOURCE"), "{said}");
        let from = ("INC_SOURCE", "https://git.test/inc.git");
        let (status, said) = install(&scratch, command, &[from, ("INC_REV", "abc123")]);
        assert_eq!(said, "install --locked --git https://git.test/inc.git --rev abc123 inc ");
        assert_eq!(status, 0);
        let (_, said) = install(&scratch, command, &[from, ("INC_REV", "")]);
        assert_eq!(said, "install --locked --git https://git.test/inc.git inc ");
        assert_eq!(shell(&scratch, command, &[]), 0, "with `inc` there, nothing is built");
    }
}

#[test]
fn the_github_workflow_finds_a_rewritten_timeline() {
    let scratch = with_branch();
    insta::assert_snapshot!(told(&scratch, &["init --ci github", "init --ci github"]));
    let workflow = yaml(&scratch.read(".github/workflows/incidents.yml"));
    let steps = workflow["jobs"]["check"]["steps"].as_sequence().unwrap();
    assert_eq!(steps[0]["with"]["fetch-depth"], 0);
    let command = |word: &str| {
        let runs = steps.iter().filter_map(|s| s["run"].as_str());
        runs.filter(|r| r.starts_with("inc "))
            .find(|r| r.contains("--base") == (word == "pull_request"))
            .unwrap()
    };
    let base = scratch.git(&["rev-parse", "main"]);
    let base = [("BASE", base.trim())];
    assert_eq!(shell(&scratch, command("pull_request"), &base), 0);
    assert_eq!(shell(&scratch, command("push"), &[]), 0);
    rewrite(&scratch);
    assert_eq!(shell(&scratch, command("pull_request"), &base), 1);
}

#[test]
fn the_gitlab_job_finds_a_rewritten_timeline() {
    let scratch = with_branch();
    insta::assert_snapshot!(told(&scratch, &["init --ci gitlab", "init --ci gitlab"]));
    let job = &yaml(&scratch.read(".gitlab/incidents.yml"))["incidents"];
    assert_eq!(job["variables"]["GIT_DEPTH"], "0");
    assert_eq!(yaml(&scratch.read(".gitlab-ci.yml"))["include"][0]["local"], ".gitlab/incidents.yml");
    let command = job["script"][0].as_str().unwrap();
    let base = scratch.git(&["rev-parse", "main"]);
    let base = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())];
    assert_eq!(shell(&scratch, command, &base), 0);
    assert_eq!(shell(&scratch, command, &[]), 0);
    rewrite(&scratch);
    assert_eq!(shell(&scratch, command, &base), 1);
    assert!(scratch.read("incidents.xml").contains("history-entry"));
}

#[test]
fn the_pre_commit_hook_definition_runs() {
    let scratch = with_branch();
    insta::assert_snapshot!(told(&scratch, &["init --ci pre-commit"]));
    let hook = &yaml(&scratch.read(".pre-commit-config.yaml"))["repos"][0]["hooks"][0];
    assert_eq!(hook["pass_filenames"], false);
    assert_eq!(shell(&scratch, hook["entry"].as_str().unwrap(), &[]), 0);
    scratch.write(".pre-commit-config.yaml", "repos: []\n");
    insta::assert_snapshot!(told(&scratch, &["init --ci pre-commit"]));
    assert_eq!(scratch.read(".pre-commit-config.yaml"), "repos: []\n");
}

#[test]
fn the_git_hook_holds_up_a_commit_with_a_wrong_incident() {
    let scratch = with_branch();
    insta::assert_snapshot!(told(&scratch, &["init --hooks", "init --hooks"]));
    scratch.write("README.md", "Hello\n");
    assert_eq!(shell(&scratch, "git add README.md; git commit -qm hello", &[]), 0);
    let record = format!("{}/incident.yaml", scratch.incident());
    scratch.write(&record, scratch.read(&record).replace("title:", "titel:"));
    assert_eq!(shell(&scratch, "git add -A; git commit -qm broken", &[]), 1);
    scratch.write(&record, scratch.read(&record).replace("titel:", "title:"));
    scratch.write("incidents/notes.md", "x\n");
    assert_eq!(shell(&scratch, "git add -A; git commit -qm mended", &[]), 0);
    scratch.write(".git/hooks/pre-commit", "#!/bin/sh\n");
    let other = scratch.run("init --hooks");
    assert_eq!(other.status, 2, "{other}");
}
