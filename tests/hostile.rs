//! Files and names made to do harm: bombs, links, pipes, binary, control characters. Every command answers in
//! words, in bounded time, and writes nothing outside.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests run programs and look at files")]

mod common;

use std::time::{Duration, Instant};

use common::{Answer, Scratch};

fn started() -> Scratch {
    let scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"API is slow\" -s SEV2");
    scratch
}

/// What shows an incident with whatever is in it.
const READERS: [&str; 7] =
    ["list --all", "show", "due", "timeline list", "check", "registry --stdout", "render --stdout"];

/// Runs some readers; none may crash, take long, or print a control character.
fn read_all(scratch: &Scratch) -> Vec<Answer> {
    read(scratch, &READERS)
}

fn read(scratch: &Scratch, lines: &[&str]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for line in lines {
        for line in [(*line).to_owned(), format!("{line} --json")] {
            let started = Instant::now();
            let answer = scratch.run(&line);
            assert!(started.elapsed() < Duration::from_secs(20), "inc {line} took {:?}", started.elapsed());
            assert!((0..=4).contains(&answer.status), "inc {line}\n{answer}");
            assert!(!answer.err.contains("panicked"), "inc {line}\n{answer}");
            let shown = format!("{}{}", answer.out, answer.err);
            let bad = shown.chars().find(|c| is_dangerous(*c));
            assert!(bad.is_none(), "inc {line} prints {bad:?}\n{answer}");
            answers.push(answer);
        }
    }
    answers
}

/// What moves a terminal's cursor, or turns the order of reading round.
fn is_dangerous(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

fn record(scratch: &Scratch) -> String {
    format!("{}/incident.yaml", scratch.incident())
}

#[test]
fn bombs_are_refused_in_bounded_time() {
    let levels: String = ('b'..='i')
        .zip('a'..='h')
        .map(|(name, of)| format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 9].join(", ")))
        .collect::<Vec<_>>()
        .concat();
    let bombs = [
        format!("a: &a [x, x, x, x, x, x, x, x, x]\n{levels}"),
        format!("title: {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("title: {}", "{a: ".repeat(50_000)),
        "- ".repeat(400_000),
        (0..3000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<Vec<_>>().concat(),
        (0..60_000).map(|n| format!("k{n}: 1\n")).collect::<Vec<_>>().concat(),
        format!("title: \"{}", "\\u0041".repeat(100_000)),
        "!!python/object/apply:os.system [\"touch /tmp/inc-was-here\"]\n".to_owned(),
        "? ".repeat(50_000),
    ];
    for bomb in bombs {
        let scratch = started();
        let path = record(&scratch);
        scratch.write(&path, &bomb);
        read(&scratch, &["list --all", "check"]);
        let answer = scratch.run("timeline add \"still there\"");
        assert!((1..=4).contains(&answer.status), "{answer}");
        assert_eq!(scratch.read(&path), bomb);
    }
}

#[test]
fn large_and_binary_files_are_named_and_not_read_whole() {
    let scratch = started();
    let entry = format!("{}/timeline/20251110T150000Z-note-aaaa.md", scratch.incident());
    let file = std::fs::File::create(scratch.path().join(&entry)).unwrap();
    file.set_len(200 * 1024 * 1024).unwrap();
    drop(file);
    let answers = read_all(&scratch);
    assert!(answers.iter().any(|a| a.out.contains("too large") || a.err.contains("too large")));
    scratch.write(&entry, [0, 159, 146, 150, 255, 254]);
    let answers = read_all(&scratch);
    assert!(answers.iter().any(|a| a.out.contains("UTF-8") || a.err.contains("UTF-8")));
}

#[cfg(unix)]
#[test]
fn pipes_and_links_out_of_the_tree_are_refused() {
    let scratch = started();
    let timeline = format!("{}/timeline", scratch.incident());
    let pipe = scratch.path().join(&timeline).join("20251110T150000Z-note-aaaa.md");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    read_all(&scratch);
    std::fs::remove_file(&pipe).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.md");
    std::fs::write(&secret, "---\nat: 2025-11-10T15:00:00Z\nrecorded: 2025-11-10T15:00:00Z\nby: eve\nkind: note\n---\nTOP SECRET\n").unwrap();
    std::os::unix::fs::symlink(&secret, &pipe).unwrap();
    for answer in read_all(&scratch) {
        assert!(!answer.out.contains("TOP SECRET"), "{answer}");
    }
    std::fs::remove_file(&pipe).unwrap();
    // The folder itself as a link: nothing is written through it.
    let folder = scratch.path().join(&timeline);
    std::fs::rename(&folder, scratch.path().join("moved")).unwrap();
    std::os::unix::fs::symlink(outside.path(), &folder).unwrap();
    let answer = scratch.run("timeline add \"into the link\"");
    assert_ne!(answer.status, 0, "{answer}");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn ids_and_names_that_climb_are_refused() {
    let scratch = started();
    let before = scratch.state();
    for id in ["../../etc", "/etc/passwd", "..", ".", "20251110-../x", "20251110-\u{1b}[2J", ""] {
        for args in [["show", "-i", id], ["check", id, "-q"]] {
            let answer = scratch.inc(&args);
            assert!((1..=3).contains(&answer.status), "{args:?}\n{answer}");
            assert!(!answer.err.chars().any(is_dangerous), "{answer}");
        }
    }
    for process in ["../../x", "/etc/passwd", "standard/../../x", "a@../../b"] {
        let answer = scratch.inc(&["process", "show", process]);
        assert!((1..=3).contains(&answer.status), "{process}\n{answer}");
    }
    assert_eq!(scratch.state(), before);
}

#[test]
fn control_characters_in_texts_never_reach_the_terminal() {
    let scratch = started();
    let evil = "\\e[2J\\a\\u202Egnp.exe\\u2066";
    let path = record(&scratch);
    let text = scratch.read(&path).replace("API is slow", "API");
    scratch.write(&path, text.replacen("title: API", &format!("title: \"{evil}\""), 1));
    assert!(scratch.read(&path).contains("202E"), "the title was not replaced");
    let entry = "---\nat: 2025-11-10T14:32:00Z\nrecorded: 2025-11-10T14:32:00Z\nby: \"eve\\e[31m\\u202E\"\nkind: note\n---\nred \u{1b}[31m and \u{202e}turned\u{2066} \u{9b}31m \u{7}\n";
    scratch.write(&format!("{}/timeline/20251110T143200Z-note-aaaa.md", scratch.incident()), entry);
    read_all(&scratch);
    for args in [["declare", "bell \u{7} title"], ["timeline", "add \u{1b}[2J"]] {
        let answer = scratch.inc(&args);
        assert!(!answer.err.chars().any(is_dangerous), "{answer}");
    }
    scratch.inc(&["timeline", "add", "esc \u{1b}[2J and \u{202e}turned"]);
    read_all(&scratch);
}

#[test]
fn a_process_of_the_team_that_is_a_bomb_is_refused() {
    let scratch = started();
    scratch.write("processes/evil/1.0.0/process.yaml", "a: &a [*a]\n");
    scratch.write("inc.yaml", "process: evil@1.0.0\n");
    let answer = scratch.run("declare \"x\"");
    assert_eq!(answer.status, 3, "{answer}");
    read_all(&scratch);
    scratch.write("inc.yaml", "[".repeat(100_000));
    let answer = scratch.run("list");
    assert_eq!(answer.status, 3, "{answer}");
}
