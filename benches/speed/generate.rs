//! Repositories of many incidents, as a team would have them after years: a few stories told through the command
//! line, then copied under other ids. What is rendered from an incident is right in each copy, since only its id
//! differs. Two runs make the same files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The story of an incident, a line a command: the day counted from the first, the time, what is typed.
/// A word that begins with `+` and a number is a day counted in the same way.
const REVIEWED: &str = include_str!("stories/reviewed.txt");
const MODERATE: &str = include_str!("stories/moderate.txt");
const MINOR: &str = include_str!("stories/minor.txt");
const CANCELLED: &str = include_str!("stories/cancelled.txt");

/// What is copied: each story with its first day and how many lines of it, from the last, nobody has come to.
/// Every second one has a post-mortem, half of them closed and half approved; on average an
/// incident has twelve entries.
const ENDED: [(&str, &str, usize); 8] = [
    (REVIEWED, "2023-02-07", 0),
    (MODERATE, "2023-09-14", 0),
    (REVIEWED, "2024-03-21", 1),
    (MINOR, "2024-06-11", 0),
    (REVIEWED, "2024-12-05", 0),
    (CANCELLED, "2025-01-10", 0),
    (REVIEWED, "2025-02-18", 1),
    (MODERATE, "2025-05-27", 0),
];

/// What is still going on, in every repository alike: two are open, one waits for its review, one was just resolved.
const UNDER_WAY: [(&str, &str, usize); 4] = [
    (MODERATE, "2025-11-10", 5),
    (MINOR, "2025-11-10", 3),
    (REVIEWED, "2025-11-05", 5),
    (MINOR, "2025-11-09", 1),
];

/// The present of every measurement: the last day of the stories.
pub(crate) const NOW: &str = "2025-11-10T14:00:00Z";

/// The repository of `n` incidents below `root`; made once, used by every run after.
pub(crate) fn repository(root: &Path, inc: &Path, n: usize) -> PathBuf {
    let dir = root.join(n.to_string());
    if dir.join(".git/made").exists() {
        return dir;
    }
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    git(&dir, &["init", "-q", "-b", "main"]);
    for (key, value) in [
        ("user.name", "bench"),
        ("user.email", "bench@example.com"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("commit.gpgsign", "false"),
    ] {
        git(&dir, &["config", key, value]);
    }
    run(inc, &dir, "2023-01-02T08:00:00Z", 0, &["init"]);
    let ended: Vec<Told> = ENDED.iter().enumerate().map(|(n, story)| tell(inc, &dir, n, *story)).collect();
    for (n, story) in UNDER_WAY.iter().enumerate() {
        tell(inc, &dir, ended.len() + n, *story);
    }
    let made = ended.len() + UNDER_WAY.len();
    for copy in made..n.max(made) {
        ended[copy % ended.len()].copy(&dir, &suffix(copy));
    }
    run(inc, &dir, NOW, made, &["registry"]);
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "--allow-empty", "-m", "years of incidents"]);
    git(&dir, &["gc", "-q"]);
    std::fs::write(dir.join(".git/made"), "").unwrap();
    // What is younger than a few seconds is in no cache, of git as of ours.
    std::thread::sleep(std::time::Duration::from_secs(4));
    dir
}

/// The files of one incident.
struct Told {
    id: String,
    files: Vec<(PathBuf, String)>,
}

impl Told {
    fn copy(&self, dir: &Path, suffix: &str) {
        let id = format!("{}-{suffix}", &self.id[..8]);
        for (path, text) in &self.files {
            let path = dir.join(path.to_str().unwrap().replace(&self.id, &id));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text.replace(&self.id, &id)).unwrap();
        }
    }
}

/// A suffix that no random one of a story is likely to be.
fn suffix(n: usize) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..4).rev().map(|place| char::from(DIGITS[(n >> (5 * place)) & 31])).collect()
}

/// Types a story, all but its last lines.
fn tell(inc: &Path, dir: &Path, seed: usize, (story, first, without): (&str, &str, usize)) -> Told {
    let first: chrono::NaiveDate = first.parse().unwrap();
    let day = |n: &str| first + chrono::Days::new(n.parse().unwrap());
    let lines: Vec<&str> = story.lines().collect();
    let mut id = String::new();
    for (n, line) in lines[..lines.len() - without].iter().enumerate() {
        let (number, rest) = line.split_once(' ').unwrap();
        let (time, typed) = rest.split_once(' ').unwrap();
        let mut args = words(typed);
        for word in args.iter_mut().filter(|word| word.starts_with('+')) {
            let (number, rest) = word[1..].split_once(' ').unwrap_or((&word[1..], ""));
            format!("{} {rest}", day(number)).trim_end().clone_into(word);
        }
        if !id.is_empty() {
            args.extend(["-i".to_owned(), id.clone()]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = run(inc, dir, &format!("{}T{time}:00Z", day(number)), seed * 100 + n + 1, &args);
        if id.is_empty() {
            said.trim().clone_into(&mut id);
        }
    }
    Told { files: files(dir, &id), id }
}

/// The words of a line; what stands in double quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

fn files(dir: &Path, id: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut todo = vec![Path::new("incidents").join(&id[..4]).join(id)];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(dir.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                todo.push(path);
            } else {
                files.push((path.clone(), std::fs::read_to_string(dir.join(&path)).unwrap()));
            }
        }
    }
    files
}

fn run(inc: &Path, dir: &Path, now: &str, seed: usize, args: &[&str]) -> String {
    let output = Command::new(inc)
        .current_dir(dir)
        .env("INC_NOW", now)
        .env("INC_SEED", seed.to_string())
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inc {args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn git(dir: &Path, args: &[&str]) {
    assert!(Command::new("git").current_dir(dir).args(args).status().unwrap().success(), "git {args:?}");
}
