//! Edits of a record by example: what changes, and that nothing else does.

#![expect(clippy::unwrap_used, reason = "tests may unwrap")]

use inc::store::edit::{Edit, apply};
use serde_yaml::Value;

const RECORD: &str = r#"# yaml-language-server: $schema=../schema.json
id: 20251110-7f3k   # never changes

title: "API: slow"  # as it was said
services: [api, web] # flow

impact:
  # how many
  users:
    percent: 40   # guessed
    basis: 'monitoring'
  cost: {amount: 100, currency: EUR}  # so far
  summary: |  # for everybody
    Line one

    # no comment, but text
    Line three

analysis:
actions:
  # the first
  - title: Fix it  # soon
    owner: alice
    due: 2025-11-20
  - title: Test it
    # not yet known
    owner:

lessons:
- one   # a
# between
- two
# the end
"#;

fn set(path: &str, value: impl Into<Value>) -> Edit {
    Edit::set(path.split('.'), value)
}

fn remove(path: &str) -> Edit {
    Edit::remove(path.split('.'))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// The lines that an edit takes away and adds.
fn diff(text: &str, edits: &[Edit]) -> String {
    let new = apply(text, edits).unwrap();
    let diff = similar::TextDiff::from_lines(text, &new);
    diff.unified_diff()
        .context_radius(0)
        .to_string()
        .lines()
        .filter(|line| !line.starts_with("@@"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_value_is_replaced_in_its_place() {
    insta::assert_snapshot!(diff(RECORD, &[set("title", "API: \"down\"")]), @r#"
-title: "API: slow"  # as it was said
+title: "API: \"down\""  # as it was said
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.users.percent", 60)]), @r#"
-    percent: 40   # guessed
+    percent: 60   # guessed
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.users.basis", "it's a guess")]), @r#"
-    basis: 'monitoring'
+    basis: 'it''s a guess'
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("actions.1.owner", "bob")]), @r#"
-    owner:
+    owner: bob
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("lessons.0", "yes: # no")]), @r#"
-- one   # a
+- 'yes: # no'   # a
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("id", true)]), @r#"
-id: 20251110-7f3k   # never changes
+id: true   # never changes
"#);
}

#[test]
fn several_lines_become_a_literal_block() {
    insta::assert_snapshot!(diff(RECORD, &[set("title", "One\n  two\n\nthree\n")]), @r#"
-title: "API: slow"  # as it was said
+title: |  # as it was said
+  One
+    two
+
+  three
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.summary", "A\nB")]), @r#"
-  summary: |  # for everybody
-    Line one
-
-    # no comment, but text
-    Line three
+  summary: |-  # for everybody
+    A
+    B
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.summary", "short")]), @r#"
-  summary: |  # for everybody
-    Line one
-
-    # no comment, but text
-    Line three
+  summary: short  # for everybody
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("lessons.0", " indented\nnot")]), @r#"
-- one   # a
+- |2-   # a
+   indented
+  not
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.cost.currency", "a\nb")]), @r#"
-  cost: {amount: 100, currency: EUR}  # so far
+  cost: {amount: 100, currency: "a\nb"}  # so far
"#);
}

#[test]
fn what_is_missing_is_created() {
    insta::assert_snapshot!(diff(RECORD, &[set("analysis.root_cause.status", "found")]), @r#"
+  root_cause:
+    status: found
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.users.total", 1000)]), @"+    total: 1000");
    insta::assert_snapshot!(diff(RECORD, &[set("impact.cost.vat", "a, b")]), @r#"
-  cost: {amount: 100, currency: EUR}  # so far
+  cost: {amount: 100, currency: EUR, vat: "a, b"}  # so far
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("labels.team", "core")]), @r#"
+
+labels:
+  team: core
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("related.links.-", "https://example.org/#1")]), @r#"
+
+related:
+  links:
+    - https://example.org/#1
"#);
}

#[test]
fn lists_grow_and_shrink() {
    insta::assert_snapshot!(diff(RECORD, &[set("services.-", "db")]), @r#"
-services: [api, web] # flow
+services: [api, web, db] # flow
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("lessons.-", "three")]), @"+- three");
    insta::assert_snapshot!(diff(RECORD, &[set("actions.-", yaml("{title: Learn, owner: ~, steps: [a, {b: c}]}"))]), @r#"
+  - title: Learn
+    owner: null
+    steps:
+      - a
+      - b: c
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("lessons.0")]), @"-- one   # a");
    insta::assert_snapshot!(diff(RECORD, &[remove("services.0")]), @r#"
-services: [api, web] # flow
+services: [web] # flow
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("services.1")]), @r#"
-services: [api, web] # flow
+services: [api] # flow
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("actions.0")]), @r#"
-  - title: Fix it  # soon
-    owner: alice
-    due: 2025-11-20
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("services", yaml("[web, api, db]"))]), @r#"
-services: [api, web] # flow
+services: [web, api, db] # flow
"#);
}

#[test]
fn fields_are_removed() {
    insta::assert_snapshot!(diff(RECORD, &[remove("title")]), @r#"-title: "API: slow"  # as it was said"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("impact")]), @r#"
-impact:
-  # how many
-  users:
-    percent: 40   # guessed
-    basis: 'monitoring'
-  cost: {amount: 100, currency: EUR}  # so far
-  summary: |  # for everybody
-    Line one
-
-    # no comment, but text
-    Line three
-
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("impact.users.percent"), remove("impact.users.basis")]), @r#"
-  users:
-    percent: 40   # guessed
-    basis: 'monitoring'
+  users: {}
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("actions.0.title")]), @r#"
-  - title: Fix it  # soon
-    owner: alice
+  - owner: alice
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("actions.1.title")]), @r#"
-  - title: Test it
+  -
"#);
    insta::assert_snapshot!(diff(RECORD, &[remove("impact.cost.amount")]), @r#"
-  cost: {amount: 100, currency: EUR}  # so far
+  cost: {currency: EUR}  # so far
"#);
    assert_eq!(apply(RECORD, &[remove("nothing.here")]).unwrap(), RECORD);
}

#[test]
fn a_value_changes_its_kind() {
    insta::assert_snapshot!(diff(RECORD, &[set("impact.users", "many")]), @r#"
-  users:
-    percent: 40   # guessed
-    basis: 'monitoring'
+  users: many
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("title", yaml("{en: a, fr: [b]}"))]), @r#"
-title: "API: slow"  # as it was said
+title:  # as it was said
+  en: a
+  fr:
+    - b
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("actions.0", "just text")]), @r#"
-  - title: Fix it  # soon
-    owner: alice
-    due: 2025-11-20
+  - just text
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("actions", yaml("[]"))]), @r#"
-actions:
+actions: []
-  - title: Fix it  # soon
-    owner: alice
-    due: 2025-11-20
-  - title: Test it
-    # not yet known
-    owner:
"#);
    insta::assert_snapshot!(diff(RECORD, &[set("impact.cost", yaml("[1, 2]"))]), @r#"
-  cost: {amount: 100, currency: EUR}  # so far
+  cost:  # so far
+    - 1
+    - 2
"#);
}

#[test]
fn a_mapping_is_changed_only_where_it_differs() {
    let users = yaml("{percent: 40, basis: logs, total: 5}");
    insta::assert_snapshot!(diff(RECORD, &[set("impact.users", users)]), @r#"
-    basis: 'monitoring'
+    basis: 'logs'
+    total: 5
"#);
    assert_eq!(apply(RECORD, &[set("title", "API: slow"), set("impact.users.percent", 40)]).unwrap(), RECORD);
}

#[test]
fn texts_that_would_read_as_something_else_are_quoted() {
    for text in [
        "",
        " ",
        "yes",
        "no",
        "null",
        "~",
        "true",
        "1",
        "1e3",
        "0x1f",
        "1.5",
        ".inf",
        "2025-11-10",
        "- a",
        "? a",
        "a: b",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "'a'",
        "\"a\"",
        "[a",
        "{a",
        "a,b",
        "a]",
        "trailing ",
        "tab\tin",
        "a\\b",
        "é – 🙂",
        "---",
        "...",
        "=",
        "<<",
        "a:",
        ":a",
        "\u{7f}",
        "\u{1b}[0m",
        "\r\n",
        "\n",
        "\n\n",
        "a\n\n",
        "\na",
        "\n a\nb",
        "a\r\nb",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "a\n\tb",
        "\ta\nb",
        "a\n \n",
        "a  \nb",
    ] {
        for path in [
            "title",
            "impact.users.basis",
            "impact.cost.currency",
            "lessons.0",
            "impact.summary",
            "services.1",
            "new",
            "impact.cost.new",
        ] {
            let new = apply(RECORD, &[set(path, text)]);
            let new = new.unwrap_or_else(|e| unreachable!("{path} {text:?}: {e:?}"));
            let read: Value = serde_yaml::from_str(&new).unwrap();
            let value = path
                .split('.')
                .fold(&read, |node, key| key.parse::<usize>().map_or_else(|_| &node[key], |i| &node[i]));
            assert_eq!(value.as_str(), Some(text), "{path}");
        }
    }
}

#[test]
fn windows_line_ends_stay() {
    let text = RECORD.replace('\n', "\r\n");
    for edit in [
        set("title", "x"),
        set("impact.summary", "a\nb\n"),
        set("new.deep", 1),
        set("lessons.-", "three"),
        remove("actions.0"),
        set("impact.users", "many"),
        remove("actions.1.title"),
    ] {
        let new = apply(&text, std::slice::from_ref(&edit)).unwrap();
        assert_eq!(new.matches('\n').count(), new.matches("\r\n").count(), "{edit:?}");
        let unix = apply(RECORD, &[edit]).unwrap();
        assert_eq!(new.replace("\r\n", "\n"), unix);
    }
}

#[test]
fn a_file_without_a_final_newline_is_edited() {
    assert_eq!(apply("a: 1", &[set("b", 2)]).unwrap(), "a: 1\n\nb: 2");
    assert_eq!(apply("a:", &[set("a.b", 2)]).unwrap(), "a:\n  b: 2");
    assert_eq!(apply("a: 1\nb: 2", &[remove("b")]).unwrap(), "a: 1\n");
    assert_eq!(apply("a: {}\nb: []\n", &[set("a.x", 1), set("b.-", 2)]).unwrap(), "a:\n  x: 1\nb:\n  - 2\n");
}

#[test]
fn an_edit_that_cannot_be_is_refused_with_its_place() {
    for (edit, expected) in [
        (set("title.en", 1), "4:8 [title] `title` is a plain value and has no fields"),
        (set("lessons.7", 1), "30:1 [lessons] `lessons` has no item `7`"),
        (set("lessons.x", 1), "30:1 [lessons] `lessons` has no item `x`"),
    ] {
        let problem = apply(RECORD, &[edit]).unwrap_err();
        let said = format!("{}:{} [{}] {}", problem.line, problem.column, problem.path, problem.message);
        assert_eq!(said, expected);
    }
    let anchors = apply("a: &x 1\nb: *x\n", &[set("a", 2)]).unwrap_err();
    assert!(anchors.message.contains("anchors"), "{}", anchors.message);
    let complex = apply("? a\n: b\nc: d\n", &[set("a", 2)]);
    assert!(complex.is_err() || complex.unwrap() == "? a\n: 2\nc: d\n");
}
