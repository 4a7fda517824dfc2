//! How fast `inc` is, beside git doing the like in the same repository: `cargo bench`.
//!
//! Prints the tables of `benches/README.md`, with `INC_BENCH_WRITE=1` also into it, and fails when one of 10,000
//! incidents is over its limit. `INC_BENCH_SIZES=100,1000` measures other sizes than [`SIZES`]; `INC_BENCH_RUNS` is
//! how often each command runs at the most (its median counts), and none of them for much longer than ten seconds.
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
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use table::{Most, Row, growth};

/// The size whose limits are promised.
const PROMISED: usize = 10_000;

/// What is measured where nobody says otherwise: the promised size twice, since a table must be true again.
const SIZES: &str = "10000,10000,100,1000";

/// What one command and its neighbour may take together, after three runs of each.
const LONGEST: Duration = Duration::from_secs(20);

/// What no command may need, in MB.
const MEMORY: f64 = 150.0;

/// The medians of a command and of what stands beside it.
type Pair = (Duration, Duration);

struct Bench {
    inc: PathBuf,
    dir: PathBuf,
    runs: usize,
}

impl Bench {
    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.dir).env("INC_NOW", generate::NOW).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn inc(&self, args: &[&str]) {
        // A check that finds something has done its work as well.
        assert!(matches!(self.command(&self.inc, args).status().unwrap().code(), Some(0 | 1)), "{args:?}");
    }

    fn other(&self, program: &str, args: &[&str]) {
        assert!(self.command(Path::new(program), args).status().unwrap().success(), "{program} {args:?}");
    }

    /// The two in turn, so that whatever else the machine does meets both; the first run of each, which warms the
    /// caches, does not count.
    fn pair(&self, mut one: impl FnMut(usize), mut other: impl FnMut(usize)) -> Pair {
        let timed = |run: &mut dyn FnMut(usize), n: usize| {
            let started = Instant::now();
            run(n);
            started.elapsed()
        };
        let begun = Instant::now();
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        timed(&mut one, 0);
        timed(&mut other, 0);
        for n in 1..=self.runs {
            ones.push(timed(&mut one, n));
            others.push(timed(&mut other, n));
            if n >= 3 && begun.elapsed() > LONGEST {
                break;
            }
        }
        (median(ones), median(others))
    }

    fn beside(&self, args: &[&str], program: &str, other: &[&str]) -> Pair {
        self.pair(|_| self.inc(args), |_| self.other(program, other))
    }

    /// `git add FILE`, then `git commit -q` of it.
    fn git_commit(&self, n: usize) {
        let folder =
            std::fs::read_dir(self.dir.join("incidents/2023")).unwrap().next().unwrap().unwrap().path();
        let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
        let file = folder.join(format!("beside-{stamp}-{n}.txt"));
        std::fs::write(&file, "written by the benchmark\n").unwrap();
        let file = file.to_str().unwrap();
        self.other("git", &["add", file]);
        self.other("git", &["commit", "-q", "-m", "one file", "--", file]);
    }

    /// The incidents of a year whose folder's name begins so.
    fn id(&self, year: &str, begins: &str) -> String {
        let names = std::fs::read_dir(self.dir.join("incidents").join(year)).unwrap();
        let mut names: Vec<String> = names.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.into_iter().find(|n| n.starts_with(begins)).unwrap()
    }

    fn rows(&self) -> Vec<Row> {
        const STATUS: &[&str] = &["status", "--porcelain"];
        let git_status = "`git status --porcelain`";
        let mut rows = Vec::new();
        let mut row = |what, (took, other): Pair, beside, most| {
            eprintln!("  {what}");
            rows.push(Row { what, took, beside, other, most });
        };
        let open = self.id("2025", "20251110");
        row(
            "`inc --version`",
            self.beside(&["--version"], "git", &["--version"]),
            "`git --version`",
            Most::times(1.5),
        );
        row(
            "`inc timeline add`, commit included",
            self.pair(|_| self.inc(&["timeline", "add", "measured", "-i", &open]), |n| self.git_commit(n)),
            "`git add FILE`, `git commit -q`",
            Most::times(0.6),
        );
        row("`inc list`", self.beside(&["list"], "git", STATUS), git_status, Most::times(0.5));
        row("`inc due`", self.beside(&["due"], "git", STATUS), git_status, Most::times(0.5));
        row(
            "`inc list --all --json`",
            self.beside(&["list", "--all", "--json"], "git", STATUS),
            git_status,
            Most::times(0.8),
        );
        let (plus, anyway) = (Duration::from_millis(5), Duration::from_millis(20));
        row(
            "`inc show ID`",
            self.beside(&["show", &self.id("2023", "2023")], "git", &["log", "-1", "--stat"]),
            "`git log -1 --stat`",
            Most { times: 0.5, plus, anyway },
        );
        row(
            "`inc check`",
            self.beside(&["check"], "find", &["incidents", "-type", "f", "-exec", "cat", "{}", "+"]),
            "`find incidents -type f -exec cat {} +`",
            Most::times(2.0),
        );
        // The last commit added an entry to one incident.
        self.inc(&["timeline", "add", "measured", "-i", &open]);
        row(
            "`inc check --base HEAD~1`",
            self.pair(|_| self.inc(&["check", "--base", "HEAD~1"]), |_| self.inc(&["check"])),
            "`inc check`",
            Most::times(0.1),
        );
        row(
            "`inc metrics`",
            self.pair(|_| self.inc(&["metrics"]), |_| self.inc(&["list", "--all", "--json"])),
            "`inc list --all --json`",
            Most::times(1.5),
        );
        rows
    }

    /// The peak of resident memory, in MB, as GNU time measures it; none without that program.
    fn memory(&self, args: &[&str]) -> Option<f64> {
        let output = Command::new("/usr/bin/time")
            .current_dir(&self.dir)
            .env("INC_NOW", generate::NOW)
            .args(["-f", "%M", "-q"])
            .arg(&self.inc)
            .args(args)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.lines().last()?.trim().parse::<f64>().ok().map(|kb| kb / 1024.0)
    }

    /// The memory of every measured command, as a line, and whether one needs too much.
    fn memories(&self) -> (String, bool) {
        let open = self.id("2025", "20251110");
        let commands: [&[&str]; 9] = [
            &["--version"],
            &["timeline", "add", "measured", "-i", &open],
            &["list"],
            &["due"],
            &["show", &open],
            &["check", "--base", "HEAD~1"],
            &["check"],
            &["metrics"],
            &["list", "--all", "--json"],
        ];
        let mut measured: Vec<(String, f64)> = commands
            .iter()
            .filter_map(|args| {
                let words: Vec<&str> = args.iter().copied().filter(|a| *a != open && *a != "-i").collect();
                Some((format!("`{}`", words.join(" ")), self.memory(args)?))
            })
            .collect();
        let _ = std::fs::remove_dir_all(self.dir.join(".git/inc"));
        let first = self.memory(&["list", "--all", "--json"]);
        measured.extend(first.map(|mb| ("the same without a cache".to_owned(), mb)));
        let texts: Vec<String> = measured.iter().map(|(what, mb)| format!("{what} {mb:.0}")).collect();
        let is_over = measured.iter().any(|(_, mb)| *mb > MEMORY);
        let verdict = if is_over { "**over**" } else { "kept" };
        (format!("Peak memory in MB, at most {MEMORY}, {verdict}: {}.", texts.join(", ")), is_over)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The section of one size, the rows, and whether a promise is not kept.
fn section(bench: &Bench, size: usize, is_second: bool) -> (String, Vec<Row>, bool) {
    let again = if is_second { ", second run" } else { "" };
    let mut text = format!("\n### {size} incidents{again}\n\n");
    text += "| command | median | beside it | median | ratio | at most | |\n";
    text += "| --- | --: | --- | --: | --: | --: | --- |\n";
    let rows = bench.rows();
    for row in &rows {
        text += &format!("{}\n", row.text());
    }
    let (memory, too_much) = bench.memories();
    text += &format!("\n{memory}\n");
    let is_over = size == PROMISED && (too_much || rows.iter().any(Row::is_over));
    (text, rows, is_over)
}

fn main() -> ExitCode {
    let sizes = std::env::var("INC_BENCH_SIZES").unwrap_or_else(|_| SIZES.into());
    let runs = std::env::var("INC_BENCH_RUNS").ok().and_then(|r| r.parse().ok()).unwrap_or(11);
    let inc = PathBuf::from(env!("CARGO_BIN_EXE_inc"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("repositories");
    let mut adds: BTreeMap<usize, Row> = BTreeMap::new();
    let (mut tables, mut is_over) = (String::new(), false);
    for size in sizes.split(',').filter_map(|s| s.trim().parse::<usize>().ok()) {
        eprintln!("making {size} incidents");
        let dir = generate::repository(&root, &inc, size);
        let bench = Bench { inc: inc.clone(), dir, runs };
        let (text, mut rows, over) = section(&bench, size, adds.contains_key(&size));
        print!("{text}");
        tables += &text;
        is_over |= over;
        adds.insert(size, rows.swap_remove(1));
    }
    if let (Some((small, smallest)), Some((large, largest))) = (adds.first_key_value(), adds.last_key_value())
        && small < large
    {
        let (text, more) = growth(smallest, largest);
        println!("\n{text}");
        tables += &format!("\n{text}\n");
        is_over |= more;
    }
    if std::env::var_os("INC_BENCH_WRITE").is_some() {
        table::write(&tables);
    }
    if is_over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
