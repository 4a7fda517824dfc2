//! A hermetic repository and a fixed clock for tests of the command line.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by tests, each of which uses a part"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A scratch repository in which `inc` runs at a set time, with set random names, as nobody in particular.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    now: String,
    seed: std::cell::Cell<u64>,
    environment: Vec<(&'static str, String)>,
}

/// What a command answered.
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl std::fmt::Display for Answer {
    /// Status, standard output and standard error, as snapshots hold them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.status != 0 {
            writeln!(f, "status {}", self.status)?;
        }
        write!(f, "{}", self.out)?;
        if !self.err.is_empty() {
            write!(f, "--- stderr\n{}", self.err)?;
        }
        Ok(())
    }
}

impl Scratch {
    /// An empty folder that is no repository.
    pub(crate) fn bare_folder() -> Self {
        let folder = tempfile::Builder::new().prefix("inc-").tempdir().unwrap();
        Self {
            folder,
            now: "2025-11-10T14:31:00Z".into(),
            seed: std::cell::Cell::new(1),
            environment: Vec::new(),
        }
    }

    /// A repository with a name and an address for commits.
    pub(crate) fn repo() -> Self {
        let scratch = Self::bare_folder();
        scratch.git(&["init", "-q", "-b", "main"]);
        scratch.git(&["config", "user.name", "alice"]);
        scratch.git(&["config", "user.email", "alice@example.com"]);
        scratch
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable for all that runs from now on.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.environment.push((name, value.to_owned()));
    }

    /// Moves the clock.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap())
            .env("COLUMNS", "120")
            .env("NO_COLOR", "1")
            .env("INC_NOW", &self.now)
            .env("INC_SEED", self.seed.get().to_string())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        self.seed.set(self.seed.get() + 1);
        command
    }

    /// Runs `inc` with arguments.
    pub(crate) fn inc(&self, args: &[&str]) -> Answer {
        self.answer(self.command(env!("CARGO_BIN_EXE_inc")).args(args).output().unwrap())
    }

    /// Runs `inc` with a line of arguments, split as a shell would without expansions.
    pub(crate) fn run(&self, line: &str) -> Answer {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.inc(&words)
    }

    /// Runs `inc` and expects it to succeed; gives its standard output.
    pub(crate) fn ok(&self, line: &str) -> String {
        let answer = self.run(line);
        assert_eq!(answer.status, 0, "inc {line}\n{answer}");
        answer.out
    }

    /// Runs `inc` with text on standard input.
    pub(crate) fn pipe(&self, line: &str, input: &[u8]) -> Answer {
        use std::io::Write as _;
        let mut command = self.command(env!("CARGO_BIN_EXE_inc"));
        command.args(words(line)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input);
        self.answer(child.wait_with_output().unwrap())
    }

    fn answer(&self, output: Output) -> Answer {
        let text = |bytes: Vec<u8>| {
            let real = self.path().canonicalize().unwrap().display().to_string();
            String::from_utf8(bytes).unwrap().replace(&real, "[repo]")
        };
        Answer {
            status: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs `git` and gives its output; fails the test when git does.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.command("git").args(args).output().unwrap();
        let answer = self.answer(output);
        assert_eq!(answer.status, 0, "git {args:?}\n{answer}");
        answer.out
    }

    /// Writes a file, with its folders.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Every file of the work tree outside `.git`, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(self.path(), self.path(), &mut files);
        files.sort();
        files
    }

    /// The whole tree with its contents, to see that nothing has changed.
    pub(crate) fn state(&self) -> String {
        let files: Vec<String> =
            self.files().into_iter().map(|f| format!("{f}\n{}", self.read_lossy(&f))).collect();
        let head = self.command("git").args(["rev-parse", "-q", "--verify", "HEAD"]).output().unwrap();
        format!("{}\n{}", String::from_utf8_lossy(&head.stdout), files.join("\n"))
    }

    fn read_lossy(&self, path: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path().join(path)).unwrap_or_default()).into_owned()
    }

    /// The folder of the only incident.
    pub(crate) fn incident(&self) -> String {
        let record = self.files().into_iter().find(|f| f.ends_with("incident.yaml")).unwrap();
        record.trim_end_matches("/incident.yaml").to_owned()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|n| n == ".git") {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// Splits a line into words; quotes hold words together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
