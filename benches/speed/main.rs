//! How fast `inc` is, beside git doing the like in the same repository: `cargo bench`.
//!
//! Prints the table of `benches/README.md`. `INC_BENCH_SIZES=100,1000` measures other sizes than 100, 1,000 and
//! 10,000 incidents; `INC_BENCH_RUNS` is how often each command runs (its median counts).
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a harness that runs programs and prints"
)]

mod generate;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A measured command: what it is called, what it may take, and what that is a multiple of.
struct Row {
    what: &'static str,
    took: Duration,
    beside: &'static str,
    other: Duration,
    most: f64,
    plus: Duration,
}

struct Bench {
    inc: PathBuf,
    dir: PathBuf,
    runs: usize,
    now: &'static str,
}

impl Bench {
    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.dir).env("INC_NOW", self.now).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The median of some runs, after one that warms the caches.
    fn median(&self, mut run: impl FnMut(usize)) -> Duration {
        run(0);
        let mut times: Vec<Duration> = (1..=self.runs)
            .map(|n| {
                let started = Instant::now();
                run(n);
                started.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    }

    fn inc(&self, args: &[&str]) -> Duration {
        self.median(|_| assert!(self.command(&self.inc, args).status().unwrap().code().is_some()))
    }

    fn git(&self, args: &[&str]) -> Duration {
        self.median(|_| assert!(self.command(Path::new("git"), args).status().unwrap().success()))
    }

    /// `git add FILE`, then `git commit -q` of it.
    fn git_commit(&self) -> Duration {
        let folder =
            std::fs::read_dir(self.dir.join("incidents/2023")).unwrap().next().unwrap().unwrap().path();
        let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
        self.median(|n| {
            let file = folder.join(format!("evidence-{stamp}-{n}.txt"));
            std::fs::write(&file, "written by the benchmark\n").unwrap();
            let file = file.to_str().unwrap();
            assert!(self.command(Path::new("git"), &["add", file]).status().unwrap().success());
            assert!(
                self.command(Path::new("git"), &["commit", "-q", "-m", "one file", "--", file])
                    .status()
                    .unwrap()
                    .success()
            );
        })
    }

    /// The peak of resident memory, in MB, as GNU time measures it; none without that program.
    fn memory(&self, args: &[&str]) -> Option<f64> {
        let output = Command::new("/usr/bin/time")
            .current_dir(&self.dir)
            .env("INC_NOW", self.now)
            .args(["-f", "%M", "-q"])
            .arg(&self.inc)
            .args(args)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.lines().last()?.trim().parse::<f64>().ok().map(|kb| kb / 1024.0)
    }

    fn rows(&self) -> Vec<Row> {
        let row =
            |what, took, beside, other, most| Row { what, took, beside, other, most, plus: Duration::ZERO };
        let closed = std::fs::read_dir(self.dir.join("incidents/2023")).unwrap().next().unwrap().unwrap();
        let id = closed.file_name().into_string().unwrap();
        let open = std::fs::read_dir(self.dir.join("incidents/2025")).unwrap();
        let open =
            open.map(|e| e.unwrap().file_name().into_string().unwrap()).find(|n| n.starts_with("20251110"));
        let open = open.unwrap();
        let status = self.git(&["status", "--porcelain"]);
        let all = self.inc(&["list", "--all", "--json"]);
        let cat = self.median(|_| {
            let args = ["incidents", "-type", "f", "-exec", "cat", "{}", "+"];
            assert!(self.command(Path::new("find"), &args).status().unwrap().success());
        });
        let check = self.inc(&["check"]);
        let mut rows = vec![
            row(
                "`inc --version`",
                self.inc(&["--version"]),
                "`git --version`",
                self.git(&["--version"]),
                1.5,
            ),
            row(
                "`inc timeline add`, commit included",
                self.inc(&["timeline", "add", "measured", "-i", &open]),
                "`git add FILE`, `git commit -q`",
                self.git_commit(),
                0.6,
            ),
            row("`inc list`", self.inc(&["list"]), "`git status --porcelain`", status, 0.5),
            row("`inc due`", self.inc(&["due"]), "`git status --porcelain`", status, 0.5),
            row("`inc list --all --json`", all, "`git status --porcelain`", status, 0.8),
            Row {
                plus: Duration::from_millis(5),
                ..row(
                    "`inc show ID`",
                    self.inc(&["show", "-i", &id]),
                    "`git log -1 --stat`",
                    self.git(&["log", "-1", "--stat"]),
                    0.5,
                )
            },
            row("`inc check`", check, "`find incidents -type f -exec cat {} +`", cat, 2.0),
        ];
        if self.supports(&["check", "--help"], "--base") {
            let base = self.inc(&["check", "--base", "HEAD~1"]);
            rows.push(row("`inc check --base HEAD~1`", base, "`inc check`", check, 0.1));
        }
        if self.supports(&["metrics", "--help"], "Usage") {
            rows.push(row("`inc metrics`", self.inc(&["metrics"]), "`inc list --all --json`", all, 1.5));
        }
        rows
    }

    fn supports(&self, args: &[&str], word: &str) -> bool {
        let output = Command::new(&self.inc).args(args).output().unwrap();
        String::from_utf8_lossy(&output.stdout).contains(word)
    }
}

fn main() {
    let sizes = std::env::var("INC_BENCH_SIZES").unwrap_or_else(|_| "100,1000,10000".into());
    let runs = std::env::var("INC_BENCH_RUNS").ok().and_then(|r| r.parse().ok()).unwrap_or(7);
    let inc = PathBuf::from(env!("CARGO_BIN_EXE_inc"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("repositories");
    for size in sizes.split(',').filter_map(|s| s.trim().parse::<usize>().ok()) {
        eprintln!("making {size} incidents");
        let dir = generate::repository(&root, &inc, size);
        let bench = Bench { inc: inc.clone(), dir, runs, now: generate::NOW };
        println!("\n### {size} incidents\n");
        println!(
            "| command | median | beside it | median | ratio | at most |\n| --- | --: | --- | --: | --: | --: |"
        );
        for row in bench.rows() {
            let (took, other) = (row.took.as_secs_f64() * 1e3, row.other.as_secs_f64() * 1e3);
            let limit = other * row.most + row.plus.as_secs_f64() * 1e3;
            let plus =
                if row.plus.is_zero() { String::new() } else { format!(" + {} ms", row.plus.as_millis()) };
            let over = if took > limit { " **over**" } else { "" };
            println!(
                "| {} | {took:.1} ms | {} | {other:.1} ms | {:.2} | {}{plus}{over} |",
                row.what,
                row.beside,
                took / other,
                row.most
            );
        }
        println!();
        for args in [&["list"][..], &["list", "--all", "--json"], &["check"]] {
            if let Some(mb) = bench.memory(args) {
                println!("Peak memory of `inc {}`: {mb:.0} MB (at most 150).", args.join(" "));
            }
        }
    }
}
