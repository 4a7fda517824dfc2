//! Many clones: `inc sync`, two people at once, offline, and `auto_sync`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests run programs and look at files")]

mod common;

use common::{Answer, Scratch};

/// A bare remote and two clones of it, `a` of alice and `b` of bob, with one incident that both know.
fn clones() -> Scratch {
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "--bare", "-b", "main", "remote"]);
    for (clone, name) in [("a", "alice"), ("b", "bob")] {
        scratch.git(&["clone", "-q", "remote", clone]);
        scratch.git(&["-C", clone, "config", "user.name", name]);
        scratch.git(&["-C", clone, "config", "user.email", &format!("{name}@example.com")]);
    }
    scratch.git(&["-C", "a", "switch", "-q", "-c", "main"]);
    scratch.ok("-C a init");
    scratch.ok("-C a declare \"API is slow\" -s SEV2");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch
}

fn inc(scratch: &Scratch, line: &str) -> Answer {
    let answer = scratch.run(line);
    Answer { out: answer.out.replace('\\', "/"), ..answer }
}

fn timeline(scratch: &Scratch, clone: &str) -> String {
    scratch.ok(&format!("-C {clone} timeline list"))
}

#[test]
fn what_two_clones_add_comes_together() {
    let scratch = clones();
    scratch.ok("-C a timeline add \"restarted the API\"");
    scratch.ok("-C b timeline add \"the database is fine\"");
    insta::assert_snapshot!(inc(&scratch, "-C a sync"), @"sent 1 commit to origin");
    insta::assert_snapshot!(inc(&scratch, "-C b sync"), @"received 1 commit from origin and sent 1 commit");
    insta::assert_snapshot!(inc(&scratch, "-C a sync"), @"received 1 commit from origin");
    insta::assert_snapshot!(inc(&scratch, "-C a sync"), @"main and origin hold the same");
    let (a, b) = (timeline(&scratch, "a"), timeline(&scratch, "b"));
    assert_eq!(a, b);
    assert!(a.contains("restarted the API") && a.contains("the database is fine"), "{a}");
}

#[test]
fn different_fields_of_one_record_merge_and_the_same_field_is_said() {
    let scratch = clones();
    scratch.ok("-C a update --set impact.users.percent=50");
    scratch.ok("-C b update --set impact.summary=\"checkout fails\" --set labels=[api]");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.ok("-C a sync");
    scratch.ok("-C a update --set impact.users.percent=60");
    scratch.ok("-C b update --set impact.users.percent=70");
    scratch.ok("-C a sync");
    let before = scratch.git(&["-C", "b", "rev-parse", "HEAD"]);
    let answer = inc(&scratch, "-C b sync");
    assert_eq!(scratch.git(&["-C", "b", "rev-parse", "HEAD"]), before);
    assert_eq!(scratch.git(&["-C", "b", "status", "--porcelain"]), "");
    insta::assert_snapshot!(answer, @r"
    status 1
    --- stderr
    error: this clone and origin/main changed the same lines of incidents/2025/20251110-aybg/incident.yaml; nothing was changed here
      `impact.users.percent` in incidents/2025/20251110-aybg/incident.yaml: origin/main (alice) has `60`, this clone (bob) has `70`
     help: git rebase origin/main, then edit what git marks, git add it, and git rebase --continue
     help: inc sync
    ");
}

#[test]
fn the_registry_of_two_clones_never_conflicts() {
    let mut scratch = clones();
    scratch.ok("-C a registry");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.at("2025-11-10T15:00:00Z");
    scratch.ok("-C a declare \"mail is late\" -s SEV4");
    scratch.ok("-C a registry");
    scratch.ok("-C b declare \"disk is full\" -s SEV3");
    scratch.ok("-C b registry");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.ok("-C a sync");
    for clone in ["a", "b"] {
        let registry = scratch.read(&format!("{clone}/incidents/README.md"));
        assert!(registry.contains("mail is late") && registry.contains("disk is full"), "{registry}");
        assert_eq!(scratch.ok(&format!("-C {clone} registry")), "incidents/README.md is up to date\n");
    }
}

#[test]
fn offline_nothing_is_lost() {
    let scratch = clones();
    scratch.ok("-C b timeline add \"the database is fine\"");
    std::fs::rename(scratch.path().join("remote"), scratch.path().join("away")).unwrap();
    let answer = inc(&scratch, "-C b sync");
    insta::assert_snapshot!(answer, @r"
    status 4
    --- stderr
    error: origin does not answer: '[repo]/remote' does not appear to be a git repository; 1 commit waits here, nothing is lost
     help: inc sync, when it answers again
    ");
    std::fs::rename(scratch.path().join("away"), scratch.path().join("remote")).unwrap();
    insta::assert_snapshot!(inc(&scratch, "-C b sync"), @"sent 1 commit to origin");
}

#[test]
fn without_a_remote_the_next_step_is_said() {
    let scratch = Scratch::repo();
    scratch.ok("init");
    insta::assert_snapshot!(inc(&scratch, "sync"), @r"
    status 1
    --- stderr
    error: this repository has no remote to sync with
     help: git remote add origin URL
    ");
}

#[test]
fn auto_sync_sends_after_a_command_and_never_fails_it() {
    let scratch = clones();
    let settings = scratch.read("a/inc.yaml");
    scratch.write("a/inc.yaml", format!("{settings}auto_sync: 20s\n"));
    scratch.ok("-C a timeline add \"restarted the API\"");
    assert_eq!(
        scratch.git(&["-C", "a", "rev-parse", "HEAD"]),
        scratch.git(&["-C", "remote", "rev-parse", "main"])
    );
    std::fs::rename(scratch.path().join("remote"), scratch.path().join("away")).unwrap();
    let answer = inc(&scratch, "-C a timeline add \"still slow\"");
    assert_eq!(answer.status, 0);
    assert!(
        answer.err.contains("warning: origin does not answer; 1 commit waits here: `inc sync` later"),
        "{answer}"
    );
}

#[test]
fn reports_that_both_sides_rendered_are_rendered_again() {
    let mut scratch = clones();
    scratch.at("2025-11-10T15:00:00Z");
    for line in
        ["ack", "assign commander alice", "timeline add \"found it\" --kind note", "mitigate \"rolled back\""]
    {
        let _ = scratch.run(&format!("-C a {line}"));
    }
    let answer = scratch.run("-C a resolve \"rolled back\"");
    assert_eq!(answer.status, 0, "{answer}");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.at("2025-11-10T15:10:00Z");
    scratch.ok("-C a timeline add \"from alice\"");
    scratch.ok("-C b timeline add \"from bob\"");
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.ok("-C a sync");
    let report =
        scratch.files().into_iter().find(|f| f.starts_with("a/") && f.ends_with("INCIDENT.md")).unwrap();
    let text = scratch.read(&report);
    assert!(text.contains("from alice") && text.contains("from bob"), "{text}");
    assert_eq!(text, scratch.read(&report.replacen("a/", "b/", 1)));
    assert_eq!(scratch.git(&["-C", "b", "status", "--porcelain"]), "");
}

#[test]
fn actions_of_two_clones_are_both_kept_under_ids_of_their_own() {
    let scratch = clones();
    scratch.ok("-C a action add \"Raise the pool\" --owner alice --due 2025-11-20");
    scratch.ok("-C b action add \"Alert on the pool\" --owner bob --due 2025-11-21");
    scratch.ok("-C b sync");
    scratch.ok("-C a sync");
    insta::assert_snapshot!(inc(&scratch, "-C a action list"), @r"
    aybg  a1-zq2  by 2025-11-20  alice  Raise the pool
    aybg  a1-yhs  by 2025-11-21  bob    Alert on the pool
    ");
    insta::assert_snapshot!(inc(&scratch, "-C a action done a1"), @r"
    status 2
    --- stderr
    error: `a1` is several actions
     help: name one whole: a1-yhs, a1-zq2
    ");
}

#[test]
fn one_outage_declared_in_two_clones_is_one_incident_after_the_sync() {
    let scratch = clones();
    let first = scratch.ok("-C a declare \"checkout is down\" -s SEV1 -q").trim().to_owned();
    let second = scratch.ok("-C b declare \"nobody can pay\" -s SEV1 -q").trim().to_owned();
    scratch.ok("-C a sync");
    scratch.ok("-C b sync");
    scratch.ok(&format!("-C b -i {second} timeline add \"the card provider answers\""));
    scratch.ok(&format!("-C b cancel -i {second} --duplicate-of {first}"));
    scratch.ok("-C b sync");
    scratch.ok("-C a sync");
    assert_eq!(scratch.ok("-C a list --all"), scratch.ok("-C b list --all"));
    let open = scratch.ok("-C a list");
    assert!(open.contains(&first) && !open.contains(&second), "{open}");
    let due = scratch.ok("-C a due --json");
    assert!(!due.contains(&second), "a duplicate owes nothing: {due}");
    let kept = scratch.ok(&format!("-C a timeline list -i {second}"));
    assert!(kept.contains("the card provider answers") && kept.contains(&first), "{kept}");
    let metrics: serde_json::Value = serde_json::from_str(&scratch.ok("-C a metrics --json")).unwrap();
    assert_eq!((&metrics["all"]["incidents"], &metrics["all"]["cancelled"]), (&2.into(), &1.into()));
}

/// The answer comes before the network is asked, and the network is not waited for longer than its limit.
#[cfg(unix)]
#[test]
fn a_remote_that_never_answers_holds_up_no_answer() {
    use std::io::Read as _;
    use std::time::{Duration, Instant};

    let scratch = clones();
    let settings = scratch.read("a/inc.yaml");
    scratch.write("a/inc.yaml", format!("{settings}auto_sync: 4s\n"));
    scratch.git(&["-C", "a", "remote", "set-url", "origin", "ssh://nowhere/x"]);
    scratch.git(&["-C", "a", "config", "core.sshCommand", "sleep 60 #"]);
    let started = Instant::now();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_inc"))
        .args(["-C", "a", "timeline", "add", "still slow"])
        .current_dir(scratch.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let answered = started.elapsed();
    let output = child.wait_with_output().unwrap();
    let ended = started.elapsed();
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("does not answer; 1 commit waits here"), "{said}");
    let waited = ended.saturating_sub(answered);
    let seconds = Duration::from_secs;
    assert!(
        waited >= seconds(3) && waited <= seconds(4),
        "answered after {answered:?}, ended after {ended:?}"
    );
}
