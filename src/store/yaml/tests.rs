use std::collections::BTreeMap;
use std::time::Instant;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are there to be read into")]
struct Record {
    title: String,
    #[serde(default)]
    percent: Option<u8>,
    #[serde(default)]
    visible: Option<bool>,
    #[serde(default)]
    at: Option<DateTime<Utc>>,
    #[serde(default)]
    state: Option<State>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    actions: Vec<Action>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are there to be read into")]
struct Action {
    title: String,
    owner: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    Resolved,
}

fn told(text: &str) -> String {
    let problems = read::<Record>(text).unwrap_err();
    let lines = problems.iter().map(|p| {
        let help = p.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
        format!("{}:{} [{}] {}{help}", p.line, p.column, p.path, p.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_is_read() {
    let record: Record = read(
        "# comment\ntitle: \"a: b\"\nat: 2025-11-10T14:30:00Z\nstate: open\n\nlabels: {a: b}\nactions:\n  - title: x\n    owner: ~\n",
    )
    .unwrap();
    assert_eq!(record.title, "a: b");
    assert!(matches!(record.state, Some(State::Open)));
    assert_eq!(read::<Record>("title: 404\r\nstate: resolved\r\n").unwrap().title, "404");
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    insta::assert_snapshot!(told("titel: x\nat: 2025-11-10T14:30:00Z\n"), @"1:1 [titel] unknown field `titel`; did you mean `title`? (possible here: `title`, `percent`, `visible`, `at`, `state`, `services`, `actions`, `labels`)");
    insta::assert_snapshot!(told("title: x\nstate: opne\n"), @"2:8 [state] unknown value `opne`; did you mean `open`? (possible here: `open`, `resolved`)");
    insta::assert_snapshot!(told("title: x\nactions:\n  - title: y\n    ownr: z\n"), @"4:5 [actions.0.ownr] unknown field `ownr`; did you mean `owner`? (possible here: `title`, `owner`)");
}

#[test]
fn every_wrong_field_is_told_at_once() {
    insta::assert_snapshot!(told("title: x\npercent: many\nvisible: 3\nzzz: 1\nat: yesterday\nservices: db\n"), @r#"
2:10 [percent] expected a whole number, 0 or more, found the text `many`
3:10 [visible] expected `true` or `false`, found the number `3`
4:1 [zzz] unknown field `zzz` (possible here: `title`, `percent`, `visible`, `at`, `state`, `services`, `actions`, `labels`)
5:5 [at] `yesterday` is not a time (write it with its offset, like `2025-11-10T14:30:00Z`)
6:11 [services] expected a list, found the text `db`
"#);
}

#[test]
fn wrong_types_are_told_in_plain_words() {
    for (text, expected) in [
        ("title: [a]\n", "expected text, found a list"),
        ("title: x\npercent: 300\n", "expected a whole number, 0 or more, found the number `300`"),
        ("title: x\npercent: -1\n", "expected a whole number, 0 or more, found the number `-1`"),
        ("title: x\npercent: 1.5\n", "expected a whole number, 0 or more, found the number `1.5`"),
        ("title: x\nvisible: maybe\n", "expected `true` or `false`, found the text `maybe`"),
        ("title: x\nservices: {a: b}\n", "expected a list, found a mapping"),
        ("title: x\nactions: [a]\n", "expected a mapping with its fields, found the text `a`"),
        ("title: x\nlabels: [a]\n", "expected a mapping, found a list"),
        ("just text\n", "expected a mapping with its fields, found the text `just text`"),
        ("percent: 3\n", "the field `title` is missing"),
    ] {
        assert!(told(text).contains(expected), "{text:?}: {}", told(text));
    }
}

#[test]
fn what_the_parser_would_accept_and_we_do_not_is_refused() {
    insta::assert_snapshot!(told("title: a\nlabels:\n  x: 1\n  y: 2\n  \"x\": 3\n"), @"5:3 [labels.x] the key `x` is written twice, first in line 3 (remove one of the two)");
    insta::assert_snapshot!(told("title: a\ntitle: b\n"), @"2:1 [title] the key `title` is written twice, first in line 1 (remove one of the two)");
    insta::assert_snapshot!(told("title: &a x\nlabels: {b: *a}\n"), @"1:8 [] anchors (`&name`) and aliases (`*name`) are not allowed (write the value out, or put the text in quotes)");
    insta::assert_snapshot!(told("title: x\nlabels: {b: *a}\n"), @"2:13 [labels.b] a value cannot begin with `*` or `&` (put the text in quotes)");
    insta::assert_snapshot!(told("title: !secret x\n"), @"1:8 [] the tag `!secret` is not allowed (remove the tag, or put the text in quotes)");
    insta::assert_snapshot!(told("title: a\n---\ntitle: b\n"), @"2:1 [] a second document begins here; only one is read (remove the `---` line)");
    insta::assert_snapshot!(told(""), @"1:1 [] there is nothing in it: no field is written");
    insta::assert_snapshot!(told("---\n# only a comment\n"), @"1:1 [] there is nothing in it: no field is written");
    insta::assert_snapshot!(told("title: a\u{1b}b\n"), @r#"1:9 [] the control character U+001B is not allowed here (remove it, or write it as an escape in double quotes, like "\x1b")"#);
    insta::assert_snapshot!(told(&format!("title: a\nlabels: {}1{}\n", "[".repeat(40), "]".repeat(40))), @"2:41 [] mappings and lists are nested deeper than 32 levels");
    insta::assert_snapshot!(told(&format!("title: a\nlabels:\n  {}x\n", "- ".repeat(40))), @"3:65 [] mappings and lists are nested deeper than 32 levels");
}

#[test]
fn text_that_is_no_yaml_is_told_at_its_line() {
    insta::assert_snapshot!(told("title: a: b\n"), @"1:9 [] a `:` followed by a space cannot be here (put the text in quotes)");
    insta::assert_snapshot!(told("title: a\nlabels:\n\tx: 1\n"), @"3:1 [] a tab in the indentation (indent with spaces)");
    insta::assert_snapshot!(told("title: \"a\nstate: open\n"), @"1:8 [title] a quote is opened and never closed (close it at the end of the text)");
    insta::assert_snapshot!(told("title: a\n  state: open\n"), @"2:8 [] a `:` followed by a space cannot be here (put the text in quotes)");
    insta::assert_snapshot!(told("title: a\nfree text\nstate: open\n"), @"3:1 [] this line is neither `key: value` nor part of the value before it (give the fields of one mapping the same indentation, in spaces)");
    insta::assert_snapshot!(told("title: [a\nstate: open\n"), @"2:6 [title] a `[` or `{` is opened and not closed, or a `,` is missing (close it, or put the text in quotes)");
    insta::assert_snapshot!(told("title: @alice\n"), @"1:8 [title] a value cannot begin with this character (a tab, `@`, `` ` `` or `%`) (put the text in quotes)");
}

#[test]
fn stars_and_ampersands_in_text_are_no_aliases() {
    let text = "title: AT&T & *x*\nlabels:\n  a: one\n    *two* &three\n  b: |\n    *x* &y !z\n";
    assert_eq!(read::<Record>(text).unwrap().labels["a"], "one *two* &three");
}

#[test]
fn bytes_that_are_no_text_are_told_at_their_line() {
    let problem = &read_bytes::<Record>(b"title: x\nat: \xff\n").unwrap_err()[0];
    assert_eq!((problem.line, problem.column), (2, 5));
    assert_eq!(problem.message, "byte 13 is not UTF-8 text");
}

#[test]
fn a_field_is_located() {
    let text = "# c\ntitle: \"a b\"  # d\nactions:\n  - title: x\n    owner: |\n      two\n      lines\n  - title: y\nflow: {a: [1, two]}\nempty:\n";
    let at = |path: &[&str]| locate(text, path).and_then(|span| text.get(span));
    assert_eq!(at(&["title"]), Some("\"a b\""));
    assert_eq!(at(&["actions", "1", "title"]), Some("y"));
    assert_eq!(at(&["actions", "0", "owner"]), Some("|\n      two\n      lines"));
    assert_eq!(at(&["flow", "a", "1"]), Some("two"));
    assert_eq!(at(&["empty"]), Some(""));
    assert_eq!(at(&["actions", "7"]), None);
    assert_eq!(locate_key(text, &["actions", "1", "title"]).map(|s| line_col(text, s.start)), Some((8, 5)));
    assert_eq!(line_col("é\nab", 4), (2, 2));
}

#[test]
fn a_failure_names_file_and_line() {
    let failure = failure(Path::new("incident.yaml"), &read::<Record>("titel: x\n").unwrap_err());
    assert!(failure.message.starts_with("incident.yaml:1:1: `titel`: unknown field `titel`"), "{failure}");
    assert_eq!(failure.kind.exit_status(), 3);
}

#[test]
fn hostile_texts_are_refused_quickly() {
    let started = Instant::now();
    let deep = "{a: ".repeat(MAX_BYTES / 4);
    for text in [
        "[".repeat(MAX_BYTES),
        deep,
        "- ".repeat(MAX_BYTES / 2),
        "? ".repeat(MAX_BYTES / 2),
        "a: &a\n".repeat(MAX_BYTES / 6),
        "x".repeat(MAX_BYTES + 1),
        "\"".repeat(MAX_BYTES),
        "[a, ".repeat(31) + &"[],".repeat(MAX_BYTES / 4),
    ] {
        assert!(read::<Record>(&text).is_err());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read::<Record>(&text);
        let _ = locate(&text, &["title"]);
    }

    #[test]
    fn text_near_yaml_is_read_or_refused(text in "(title|labels|a)?[:&*!\\[\\]{}\"'|>#\\- \\n\\ta-c,]{0,60}") {
        let _ = read::<Record>(&text);
        let _ = locate_key(&text, &["a", "b"]);
    }
}
