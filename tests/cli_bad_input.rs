//! Bad input: one clear message, status 2 or 3, and nothing changed on disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::{Answer, Scratch};
use insta::assert_snapshot;

/// A repository with one open incident.
fn with_incident() -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("declare \"API latency above 5 s\" -s SEV2 --started 14:20 --detected 14:30");
    scratch
}

/// Runs a command that must be refused with a status and must change nothing.
fn refused(scratch: &Scratch, args: &[&str], status: i32) -> Answer {
    let before = scratch.state();
    let answer = scratch.inc(args);
    assert_eq!(answer.status, status, "inc {args:?}\n{answer}");
    assert_eq!(before, scratch.state(), "inc {args:?} changed something\n{answer}");
    assert!(!answer.err.contains('\u{1b}'), "{answer}");
    answer
}

#[test]
fn an_unknown_severity() {
    let scratch = Scratch::repo();
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", "SEV9"], 2));
}

#[test]
fn no_severity_and_nobody_to_ask() {
    let scratch = Scratch::repo();
    assert_snapshot!(refused(&scratch, &["declare", "checkout is down"], 2));
}

#[test]
fn an_ambiguous_id() {
    let scratch = with_incident();
    scratch.ok("declare \"another\" -s SEV3");
    assert_snapshot!(refused(&scratch, &["show", "2025"], 2));
    assert_snapshot!(refused(&scratch, &["ack"], 2));
}

#[test]
fn an_id_that_is_a_path() {
    let scratch = with_incident();
    for id in ["../../etc", "..", "/etc/passwd", "incidents", "%2e%2e", "\u{1b}[31m"] {
        refused(&scratch, &["show", id], 2);
        refused(&scratch, &["-i", id, "ack"], 2);
    }
    assert_snapshot!(refused(&scratch, &["show", "../../etc"], 2));
}

#[test]
fn times_that_are_none() {
    let scratch = with_incident();
    assert_snapshot!(refused(&scratch, &["ack", "--at", "25:99"], 2));
    refused(&scratch, &["ack", "--at", ""], 2);
    refused(&scratch, &["ack", "--at", "soon"], 2);
}

#[test]
fn local_times_that_do_not_exist_or_exist_twice() {
    let scratch = Scratch::repo();
    scratch.ok("init --process alertimmo");
    let first = scratch.ok("process show alertimmo --json");
    let process: serde_json::Value = serde_json::from_str(&first).unwrap();
    let severity = process["severities"][0]["id"].as_str().unwrap();
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", severity, "--at", "2025-03-30 02:30"], 2));
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", severity, "--at", "2025-10-26 02:30"], 2));
}

#[test]
fn steps_that_are_not_legal() {
    let scratch = with_incident();
    assert_snapshot!(refused(&scratch, &["close"], 2));
    assert_snapshot!(refused(&scratch, &["resolve", "--at", "2025-11-10 14:00"], 2));
    scratch.ok("ack");
    assert_snapshot!(refused(&scratch, &["ack"], 2));
    assert_snapshot!(refused(&scratch, &["reopen", "--reason", "it is back"], 2));
}

#[test]
fn titles_that_cannot_be() {
    let scratch = Scratch::repo();
    assert_snapshot!(refused(&scratch, &["declare", "", "-s", "SEV2"], 2));
    assert_snapshot!(refused(&scratch, &["declare", "a\u{1b}[31mred", "-s", "SEV2"], 2));
    assert_snapshot!(refused(&scratch, &["declare", &"x".repeat(10_000), "-s", "SEV2"], 2));
    refused(&scratch, &["declare", "two\nlines", "-s", "SEV2"], 2);
}

#[test]
fn titles_that_only_look_dangerous_come_back_as_they_were() {
    for title in [
        "a \"quoted\" title",
        "a | pipe",
        "{{ x }} {% y %}",
        "dash: colon # hash",
        "'",
        "yes",
        "null",
        "2025",
    ] {
        let scratch = Scratch::repo();
        let id = scratch.inc(&["-q", "declare", title, "-s", "SEV2"]);
        assert_eq!(id.status, 0, "{id}");
        let json: serde_json::Value = serde_json::from_str(&scratch.ok("show --json")).unwrap();
        assert_eq!(json["title"], title);
        scratch.ok("resolve");
        assert!(!scratch.read(&format!("{}/INCIDENT.md", scratch.incident())).is_empty());
        assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    }
}

/// Damages a file of the incident, and shows what a writing command and `check` say of it.
fn damaged(file: &str, text: &[u8]) -> String {
    let scratch = with_incident();
    let folder = scratch.incident();
    let file = if file == "entry" {
        scratch.files().into_iter().find(|f| f.contains("declared")).unwrap()
    } else {
        format!("{folder}/{file}")
    };
    scratch.write(&file, text);
    let ack = refused(&scratch, &["-i", "20251110", "ack"], 3);
    let check = refused(&scratch, &["check"], 1);
    format!("{ack}\n{check}")
}

#[test]
fn records_that_cannot_be_read() {
    let head = "id: 20251110-0000\ntitle: x\nprocess: standard@1.0.0\n";
    assert_snapshot!("a tab", damaged("incident.yaml", b"id: 20251110-0000\n\ttitle: x\n"));
    assert_snapshot!("a key twice", damaged("incident.yaml", format!("{head}title: y\n").as_bytes()));
    assert_snapshot!(
        "an unknown field",
        damaged("incident.yaml", format!("{head}servces: [api]\n").as_bytes())
    );
    assert_snapshot!("a wrong type", damaged("incident.yaml", format!("{head}services: api\n").as_bytes()));
    assert_snapshot!("nothing", damaged("incident.yaml", b""));
    assert_snapshot!("binary", damaged("incident.yaml", b"\x00\x01\xff\xfe"));
    assert_snapshot!(
        "an alias bomb",
        damaged("incident.yaml", b"a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n")
    );
}

#[test]
fn a_record_of_200_megabytes() {
    let scratch = with_incident();
    let path = scratch.path().join(scratch.incident()).join("incident.yaml");
    std::fs::File::create(&path).unwrap().set_len(200 * 1024 * 1024).unwrap();
    let answer = scratch.run("-i 20251110 ack");
    assert_eq!(answer.status, 3, "{answer}");
    assert!(answer.err.contains("too large"), "{answer}");
}

#[test]
fn entries_that_cannot_be_read() {
    assert_snapshot!("no front matter", damaged("entry", b"just text\n"));
    assert_snapshot!(
        "an unknown kind",
        damaged(
            "entry",
            b"---\nat: 2025-11-10T14:31:00Z\nrecorded: 2025-11-10T14:31:00Z\nby: alice\nkind: acknowleged\n---\n"
        )
    );
    assert_snapshot!(
        "a field of another kind",
        damaged(
            "entry",
            b"---\nat: 2025-11-10T14:31:00Z\nrecorded: 2025-11-10T14:31:00Z\nby: alice\nkind: note\nservice: api\n---\n"
        )
    );
    assert_snapshot!(
        "no severity",
        damaged(
            "entry",
            b"---\nat: 2025-11-10T14:31:00Z\nrecorded: 2025-11-10T14:31:00Z\nby: alice\nkind: declared\n---\n"
        )
    );
}

#[test]
fn fields_that_are_none() {
    let scratch = with_incident();
    assert_snapshot!(refused(&scratch, &["update", "--set", "impact.user.percent=60"], 2));
    assert_snapshot!(refused(&scratch, &["update", "--set", "impact.users.percent=many"], 2));
    assert_snapshot!(refused(&scratch, &["update", "--set", "title"], 2));
    assert_snapshot!(refused(&scratch, &["update"], 2));
    assert_snapshot!(refused(&scratch, &["update", "-s", "SEV4"], 2));
    assert_snapshot!(refused(&scratch, &["assign", "comander", "bob"], 2));
}

#[test]
fn a_folder_that_is_no_repository() {
    let scratch = Scratch::bare_folder();
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", "SEV2"], 3));
    assert_snapshot!(refused(&scratch, &["init"], 3));
}

#[test]
fn a_bare_repository() {
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "--bare", "."]);
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", "SEV2"], 3));
}

#[test]
fn nobody_to_commit_as() {
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "."]);
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", "SEV2"], 3));
    assert_snapshot!(refused(&scratch, &["--by", "alice", "declare", "x", "-s", "SEV2"], 3));
}

#[test]
fn an_unknown_process() {
    let scratch = Scratch::repo();
    assert_snapshot!(refused(&scratch, &["init", "--process", "koprogoo"], 3));
    scratch.write("inc.yaml", "process: standard\ncommmit: off\n");
    assert_snapshot!(refused(&scratch, &["declare", "x", "-s", "SEV2"], 3));
}
