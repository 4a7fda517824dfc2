use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::model::Record;
use crate::model::entry::Fields;
use crate::store::{Settings, front_matter, yaml};

/// A structure with one of each.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct Odd {
    a: Option<String>,
    b: Option<u64>,
    c: Option<f64>,
    d: Option<bool>,
    e: Vec<String>,
    f: BTreeMap<String, String>,
    g: Option<serde_json::Value>,
    kind: Option<Kind>,
    many: Vec<Odd>,
    i: Option<i64>,
    small: u8,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Note,
    Closed,
}

/// What the plain reader reads is what the parser reads.
fn agree<T: DeserializeOwned + PartialEq + fmt::Debug>(text: &str) -> bool {
    let Some(read) = plain::<T>(text) else { return false };
    assert_eq!(yaml::read_any::<T>(text).as_ref(), Ok(&read), "{text}");
    true
}

fn plain<T: DeserializeOwned>(text: &str) -> Option<T> {
    yaml::scan::control_character(text).ok()?;
    read(text)
}

fn all_agree(text: &str) -> bool {
    let any = [
        agree::<serde_json::Value>(text),
        agree::<Odd>(text),
        agree::<BTreeMap<String, String>>(text),
        agree::<BTreeMap<String, Option<f64>>>(text),
        agree::<BTreeMap<String, Vec<String>>>(text),
        agree::<Fields>(text),
        agree::<Record>(text),
        agree::<Settings>(text),
    ];
    any.contains(&true)
}

/// Pieces of which lines are made, plain ones and traps.
const PIECES: [&str; 62] = [
    "a", "b", "c", "d", "e", "f", "g", "kind", "many", "i", "small", "text", ": ", ":", " ", "  ", "    ",
    "- ", "-", "\n", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "note", "closed", "null", "Null", "~",
    "true", "True", "no", "12", "0", "012", "1.5", "1.", "1e3", "0x1f", "1_000", "12:30", "[]", "{}",
    "[a, b]", "|", ">", "#", " #", "\"", "'", "''", "\"x: y\"", "'it''s'", "\\", "é", "\u{2028}", "\t",
    "\r\n", "---", "&x *x !y",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_here_the_parser_reads_alike(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..24)) {
        all_agree(&pieces.concat());
    }

    #[test]
    fn so_it_is_of_lines(lines in prop::collection::vec(line(), 1..12)) {
        all_agree(&lines.join("\n"));
    }

    #[test]
    fn so_it_is_of_our_own_files_with_a_piece_in_the_wrong_place(at in any::<prop::sample::Index>(), cut in 0..4_usize, piece in prop::sample::select(&PIECES[..])) {
        for text in OURS {
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            if let (Some(before), Some(after)) = (text.get(..at), text.get(end..)) {
                all_agree(&format!("{before}{piece}{after}"));
            }
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let key =
        prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "kind", "many", "i", "small", "text"]);
    let value = prop_oneof![
        Just(String::new()),
        "[a-z0-9][a-zA-Z0-9 .:,/()'\"#é-]{0,12}",
        "[0-9]{1,20}",
        "[0-9]{1,3}\\.[0-9]{0,3}",
        prop::sample::select(vec!["true", "false", "null", "[]", "note", "closed", "\"a: b\"", "'it''s'"])
            .prop_map(str::to_owned),
    ];
    let indent = prop::sample::select(vec!["", "", "", "  ", "- ", "  - ", "    "]);
    (indent, key, value, any::<bool>()).prop_map(|(indent, key, value, item)| {
        if item && indent.ends_with("- ") {
            format!("{indent}{value}")
        } else {
            format!("{indent}{key}: {value}").trim_end().to_owned()
        }
    })
}

const OURS: [&str; 3] = [
    "at: 2025-11-10T14:30:00Z\nrecorded: 2025-11-10T14:31:12Z\nby: alice\nkind: update\nstate: identified\nchannels:\n- chat\n- status_page\n",
    "# yaml-language-server: $schema=x\n\nid: 20251110-7f3k\n\ntitle: Checkout, p99 > 5s\n\nprocess: standard@1.0.0\n\nservices:\n- checkout\n\nimpact:\n  users:\n    percent: 12.5\n  visible: true\n  features:\n    - checkout\n\nactions:\n  - id: a1\n    title: 'it''s'\n    due: 2023-04-01\n    status: open\n",
    "process: standard\nservices: []\npeople:\n  on_call:\n    weekly:\n      - alice\n",
];

#[test]
fn our_own_files_are_read_here() {
    assert!(agree::<Fields>(OURS[0]));
    assert!(agree::<Record>(OURS[1]));
    assert!(agree::<Settings>(OURS[2]));
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    for text in [
        "",
        "# nothing\n",
        "a: |\n  x\n",
        "a: x\n  y\n",
        "a: b: c\n",
        "a: x # y\n",
        "a: [b]\n",
        "a: {}\n",
        "a: &x y\n",
        "a: *x\n",
        "a: !y z\n",
        "a: x\na: y\n",
        "a:\n",
        "a: \"\\n\"\n",
        "a: 'x' y\n",
        "? a\n",
        "<<: x\n",
        "---\na: x\n",
        "a: x\n...\n",
        "a:\tx\n",
        "a: x\r\n",
        "a: ~\n",
        "a: -1\n",
        "a: x\u{2028}y\n",
        "\u{feff}a: x\n",
        "- a\n",
        "a:x\n",
    ] {
        assert!(plain::<serde_json::Value>(text).is_none(), "{text:?}");
    }
}

/// The files of the stories: the two readers agree, and most are read here.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the files of the stories")]
fn the_stories_are_read_alike() {
    let mut todo = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples")];
    let (mut here, mut all) = (0, 0);
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let is_entry = path.parent().and_then(Path::file_name).is_some_and(|n| n == "timeline");
        let read = if path.file_name().is_some_and(|n| n == "incident.yaml") {
            agree::<Record>(&text)
        } else if is_entry {
            agree::<Fields>(front_matter::split(&text).unwrap().yaml)
        } else {
            continue;
        };
        all += 1;
        here += usize::from(read);
    }
    assert!(all > 100 && here * 10 > all * 9, "{here} of {all}");
}
