//! The incident of `examples/by-hand.md`, written without `inc`, checks clean; broken in one place, it has one finding.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests break files")]

mod common;

use std::path::Path;

use common::Scratch;

const NOW: &str = "2025-11-30T10:00:00Z";
const FOLDER: &str = "incidents/2025/20251110-7f3k";

/// The files that the page shows: a path in back-ticks on a line of its own, and the fenced block after it.
fn files(page: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut path, mut inside) = (None, false);
    for line in page.lines() {
        match (line.starts_with("```"), inside) {
            (true, false) => {
                inside = path.is_some();
                files.extend(path.take().map(|path| (path, String::new())));
            }
            (true, true) => inside = false,
            (false, true) => files.last_mut().unwrap().1.extend([line, "\n"]),
            (false, false) => {
                let alone = line.strip_prefix('`').and_then(|l| l.strip_suffix('`'));
                path = alone.map(str::to_owned).or(path.filter(|_| line.is_empty()));
            }
        }
    }
    files
}

fn written() -> Scratch {
    let mut scratch = Scratch::repo();
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/by-hand.md"));
    for (path, text) in files(&page.unwrap()) {
        scratch.write(&path, text);
    }
    scratch.at(NOW);
    scratch
}

#[test]
fn it_checks_clean() {
    let scratch = written();
    assert_eq!(scratch.files().len(), 20);
    let answer = scratch.run("check --strict");
    assert_eq!((answer.status, answer.out.as_str()), (0, "no findings in 1 incident\n"), "{answer}");
}

#[test]
fn commands_go_on_from_it() {
    let scratch = written();
    scratch.ok("-i 7f3k timeline add \"the campaign is over\"");
    scratch.ok("-i 7f3k postmortem show");
    scratch.ok("-i 7f3k render");
    assert_eq!(scratch.run("check --strict").status, 0, "{}", scratch.run("check"));
}

#[test]
fn three_findings_among_many_incidents_are_a_short_report() {
    let scratch = written();
    let files = scratch.files();
    for n in 0..30 {
        let id = format!("20251110-{}{:02}0", char::from(b'a' + n / 10), n % 10);
        for file in files.iter().filter(|f| f.starts_with(FOLDER)) {
            let mut text = scratch.read(file).replace("20251110-7f3k", &id);
            if n == 7 {
                text = text.replace("No alert watches the pool", "Bob forgot the alert");
            } else if n == 18 {
                text = text.replace("    owner: bob\n", "");
            } else if n == 29 {
                text = text.replace("title: Search answers slowly", "title: \"\"");
            }
            scratch.write(&file.replace("20251110-7f3k", &id), text);
        }
    }
    insta::assert_snapshot!(scratch.run("check"));
}

/// One way to break it.
enum Break {
    /// In a file whose path ends so, one text for another.
    Say(&'static str, &'static str, &'static str),
    /// The file whose path ends so is gone.
    Gone(&'static str),
    /// A new entry: its kind and fields.
    Add(&'static str, &'static str),
}

use Break::{Add, Gone, Say};

/// What is broken, and how; the finding of each stands in the snapshot.
const BREAKS: &[(&str, Break)] = &[
    ("the title is empty", Say("incident.yaml", "title: Search answers slowly", "title: \"\"")),
    ("a key is misspelt", Say("incident.yaml", "services:", "servicess:")),
    ("a list is not closed", Say("incident.yaml", "[search]", "[search")),
    ("the id is another", Say("incident.yaml", "id: 20251110-7f3k", "id: 20251110-8g4m")),
    ("the process does not exist", Say("incident.yaml", "standard@1.0.0", "standart@1.0.0")),
    ("the severity does not exist", Say("declared-c3d4.md", "SEV2", "SEV5")),
    ("more users than there are", Say("incident.yaml", "count: 600", "count: 1600")),
    ("the percentage is another", Say("incident.yaml", "total: 1000", "total: 1000, percent: 30")),
    ("down, and not when", Say("incident.yaml", "  breach: no", "  breach: no\n  service_down: true")),
    ("resolved before it was detected", Say("resolved-k0m1.md", "at: 2025-11-10T15", "at: 2025-11-10T13")),
    ("an entry of the future", Add("note", "at: 2052-11-10T15:10:00Z")),
    ("an entry without who wrote it", Say("identified-h8j9.md", "by: bob\n", "")),
    ("a kind that does not exist", Say("identified-h8j9.md", "kind: identified", "kind: identifed")),
    ("blame in a factor", Say("incident.yaml", "No alert watches the pool", "Bob forgot the alert")),
    ("blame in the document", Say("POSTMORTEM.md", "What grows", "Human error: what grows")),
    (
        "declared too late",
        Say("declared-c3d4.md", "recorded: 2025-11-10T14:31", "recorded: 2025-11-10T14:51"),
    ),
    (
        "declared and written down too late",
        Say(
            "declared-c3d4.md",
            "at: 2025-11-10T14:31:00Z\nrecorded: 2025-11-10T14:31",
            "at: 2025-11-10T14:51:00Z\nrecorded: 2025-11-10T14:51",
        ),
    ),
    ("evidence outside the folder", Add("evidence", "path: ../20251109-8g4m/pool.log")),
    ("nobody told the organisation", Gone("update-t7v8.md")),
    ("nobody told users that it is over", Gone("update-m1n2.md")),
    ("nobody leads", Gone("role-e5f6.md")),
    ("the role does not exist", Say("role-e5f6.md", "role: commander", "role: comander")),
    ("the post-mortem has no document", Gone("POSTMORTEM.md")),
    (
        "no root cause",
        Say(
            "incident.yaml",
            "  root_cause:\n    status: found\n    text: The size of a pool is set by hand, and nothing compares it with the load\n",
            "",
        ),
    ),
    ("a why is missing", Say("incident.yaml", "    - answer: The size was set three years ago\n", "")),
    (
        "the whys end elsewhere",
        Say(
            "incident.yaml",
            "    - answer: The size of a pool is set by hand, and nothing compares it with the load",
            "    - answer: The campaign was large",
        ),
    ),
    (
        "the summary is a placeholder",
        Say(
            "incident.yaml",
            "The connection pool of the search was full. For half an hour, six users in ten waited five seconds. A larger pool ended it.",
            "TBD",
        ),
    ),
    (
        "the summary is one sentence",
        Say(
            "incident.yaml",
            " For half an hour, six users in ten waited five seconds. A larger pool ended it.",
            "",
        ),
    ),
    (
        "a placeholder in the document",
        Say("POSTMORTEM.md", "- What grows with the load needs an alert", "- [Nom]"),
    ),
    ("approved by who wrote it", Say("approved-q4r5.md", "by: bob", "by: alice")),
    ("an action that nobody owns", Say("incident.yaml", "    owner: bob\n", "")),
    ("an action without a day", Say("incident.yaml", "    due: 2025-12-01\n", "")),
    ("an action that is overdue", Say("incident.yaml", "due: 2025-12-01", "due: 2025-11-15")),
    (
        "an action that says nothing",
        Say("incident.yaml", "Alert when the pool is 80% full", "Improve the monitoring"),
    ),
    ("no action is left", Say("incident.yaml", "status: open", "status: cancelled")),
    ("a waiver without a reason", Add("waived", "rule: INC-002\nreason: ok")),
    ("evidence is waived", Add("waived", "rule: INC-003\nreason: The log was large and nobody needs it")),
];

fn apply(scratch: &Scratch, how: &Break) {
    let file = |end: &str| {
        let files = scratch.files();
        files.into_iter().find(|f| f.starts_with(FOLDER) && f.ends_with(end)).unwrap()
    };
    match how {
        Say(end, from, to) => {
            let path = file(end);
            let text = scratch.read(&path);
            assert_eq!(text.matches(from).count(), 1, "{from} in {path}");
            scratch.write(&path, text.replace(from, to));
        }
        Gone(end) => std::fs::remove_file(scratch.path().join(file(end))).unwrap(),
        Add(kind, fields) => {
            let at = if fields.starts_with("at:") { "" } else { "at: 2025-11-10T15:10:00Z\n" };
            let text =
                format!("---\n{at}{fields}\nrecorded: 2025-11-10T15:10:00Z\nby: carol\nkind: {kind}\n---\n");
            scratch.write(&format!("{FOLDER}/timeline/20251110T151000Z-{kind}-v8w9.md"), text);
        }
    }
}

#[test]
fn broken_in_one_place_it_has_one_finding() {
    let mut said = String::new();
    let mut wrong = Vec::new();
    for (what, how) in BREAKS {
        let scratch = written();
        apply(&scratch, how);
        let json: serde_json::Value = serde_json::from_str(&scratch.run("check --format json").out).unwrap();
        if json["findings"].as_array().unwrap().len() != 1 {
            wrong.push(*what);
        }
        let text = scratch.run("check").out;
        let body: Vec<&str> = text.lines().skip(2).filter(|l| !l.contains("`inc explain RULE`")).collect();
        said.push_str(&format!("## {what}\n\n{}\n\n", body.join("\n").trim()));
    }
    insta::assert_snapshot!(said);
    assert!(wrong.is_empty(), "not exactly one finding: {wrong:#?}");
}
