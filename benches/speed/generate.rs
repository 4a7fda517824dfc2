//! Repositories of many incidents, as a team would have them after years: a few stories told through the command
//! line, then copied under other ids. What is rendered from an incident is right in each copy, since only its id
//! differs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How many incidents are open in every repository.
const OPEN: usize = 4;

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
        ("commit.gpgsign", "false"),
    ] {
        git(&dir, &["config", key, value]);
    }
    run(inc, &dir, "2023-01-02T08:00:00Z", 0, &["init"]);
    let stories = tell(inc, &dir);
    let closed: Vec<_> = stories.iter().filter(|s| s.closed).collect();
    let made = stories.len();
    for copy in made..n.max(made) {
        let story = closed[copy % closed.len()];
        story.copy(&dir, &suffix(copy));
    }
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "years of incidents"]);
    git(&dir, &["gc", "-q"]);
    std::fs::write(dir.join(".git/made"), "").unwrap();
    dir
}

/// One incident's files, with its folder.
struct Story {
    id: String,
    closed: bool,
    files: Vec<(PathBuf, String)>,
}

impl Story {
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

fn tell(inc: &Path, dir: &Path) -> Vec<Story> {
    let days =
        ["2023-02-07", "2023-09-14", "2024-03-21", "2024-06-11", "2024-12-05", "2025-02-18", "2025-05-27"];
    let mut ids = Vec::new();
    for (n, day) in days.iter().enumerate() {
        ids.push((closed(inc, dir, day, n), true));
    }
    for n in 0..OPEN {
        let id = declare(inc, dir, "2025-11-10", 100 + n);
        ids.push((id, false));
    }
    ids.into_iter().map(|(id, closed)| read(dir, id, closed)).collect()
}

fn declare(inc: &Path, dir: &Path, day: &str, n: usize) -> String {
    let title = format!("checkout answers with errors, case {n}");
    let args = [
        "declare",
        &title,
        "-s",
        "SEV3",
        "--started",
        &format!("{day}T09:02:00Z"),
        "--service",
        "checkout",
        "-q",
    ];
    run(inc, dir, &format!("{day}T09:14:00Z"), n, &args).trim().to_owned()
}

/// An incident from the first alarm to the end, with twelve entries or so; every second one has a post-mortem.
fn closed(inc: &Path, dir: &Path, day: &str, n: usize) -> String {
    let id = declare(inc, dir, day, n);
    let lines: [(&str, &[&str]); 12] = [
        ("09:15", &["ack"]),
        ("09:16", &["assign", "commander", "alice"]),
        ("09:17", &["respond"]),
        (
            "09:20",
            &[
                "timeline",
                "add",
                "error rate is at 12 %, p99 of the API at 8.1 s; the last deployment was at 08:58",
            ],
        ),
        (
            "09:24",
            &[
                "timeline",
                "add",
                "the connection pool of the orders database is exhausted on two of three hosts",
            ],
        ),
        (
            "09:30",
            &[
                "update",
                "--set",
                "impact.users.percent=12",
                "--set",
                "impact.summary=checkout fails for one in eight",
            ],
        ),
        ("09:35", &["identify", "the new release leaks a connection at each retry"]),
        ("09:41", &["timeline", "add", "rolling back to the release of yesterday"]),
        ("09:52", &["mitigate", "rolled back"]),
        ("10:10", &["timeline", "add", "error rate is below 0.1 % for 15 minutes"]),
        ("10:12", &["resolve", "rolled back to the release of yesterday"]),
        ("10:40", &["verify"]),
    ];
    for (time, args) in lines {
        let args: Vec<&str> = args.iter().copied().chain(["-i", &id]).collect();
        try_run(inc, dir, &format!("{day}T{time}:00Z"), n * 100, &args);
    }
    try_run(inc, dir, &format!("{day}T11:00:00Z"), n, &["close", "-i", &id]);
    if n.is_multiple_of(2) {
        try_run(inc, dir, &format!("{day}T11:05:00Z"), n, &["render", "--all", "-i", &id]);
    }
    let over = dir.join("incidents").join(&day[..4]).join(&id).join("timeline");
    let ended = std::fs::read_dir(&over)
        .unwrap()
        .any(|e| e.unwrap().file_name().to_str().unwrap().contains("-closed-"));
    if !ended {
        cancel_what_holds_it_up(inc, dir, day, &id);
    }
    id
}

/// The process may ask for more than the story has before it closes: that is waived, as a team would do.
fn cancel_what_holds_it_up(inc: &Path, dir: &Path, day: &str, id: &str) {
    let entry =
        format!("---\nat: {day}T11:00:00Z\nrecorded: {day}T11:00:00Z\nby: bench\nkind: closed\n---\n");
    let compact = day.replace('-', "");
    let path = dir
        .join("incidents")
        .join(&day[..4])
        .join(id)
        .join(format!("timeline/{compact}T110000Z-closed-zzzz.md"));
    std::fs::write(path, entry).unwrap();
    try_run(inc, dir, &format!("{day}T11:06:00Z"), 7, &["render", "--all", "-i", id]);
}

fn read(dir: &Path, id: String, closed: bool) -> Story {
    let folder = Path::new("incidents").join(&id[..4]).join(&id);
    let mut files = Vec::new();
    let mut todo = vec![folder];
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
    Story { id, closed, files }
}

fn try_run(inc: &Path, dir: &Path, now: &str, seed: usize, args: &[&str]) -> (bool, String) {
    let output = Command::new(inc)
        .current_dir(dir)
        .env("INC_NOW", now)
        .env("INC_SEED", (seed * 1000 + args.len() + now.len() + usize::from(now.as_bytes()[14])).to_string())
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(inc: &Path, dir: &Path, now: &str, seed: usize, args: &[&str]) -> String {
    let (done, out) = try_run(inc, dir, now, seed, args);
    assert!(done, "inc {args:?}");
    out
}

fn git(dir: &Path, args: &[&str]) {
    assert!(Command::new("git").current_dir(dir).args(args).status().unwrap().success(), "git {args:?}");
}
