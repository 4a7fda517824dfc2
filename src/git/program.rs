//! Running the `git` program.

#![expect(
    clippy::disallowed_methods,
    reason = "git/ is where the git program is run and its environment read"
)]

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::Repo;
use crate::error::{disk, storage};
use crate::fault::step;

/// What a run of the `git` program gave.
#[derive(Debug, Clone)]
pub struct Output {
    /// Exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Everything it wrote to standard output.
    pub stdout: Vec<u8>,
    /// Everything it wrote to standard error, trimmed.
    pub stderr: String,
}

impl Output {
    /// The output as text, trimmed; fails with `what` and git's own words unless the status is 0.
    pub fn success(self, what: &str) -> anyhow::Result<String> {
        if self.status == Some(0) {
            return Ok(String::from_utf8_lossy(&self.stdout).trim().to_owned());
        }
        let said = if self.stderr.is_empty() { "git said nothing".to_owned() } else { self.stderr };
        Err(storage(format!("{what}: {said}")).into())
    }
}

/// Runs `git` with `args` in `dir`: output captured, messages in English, no question asked on the
/// terminal. Fails only when the program cannot be started.
pub fn run_git<S: AsRef<OsStr>>(dir: &Path, args: &[S]) -> anyhow::Result<Output> {
    start(dir, args, &[], b"")
}

/// One variable of the environment.
pub(super) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Runs `git` in `dir` with more environment and something to read.
pub(super) fn start<S: AsRef<OsStr>>(
    dir: &Path,
    args: &[S],
    env: &[(&str, OsString)],
    input: &[u8],
) -> anyhow::Result<Output> {
    let mut child = step("program", &[], || spawn(dir, args, env, !input.is_empty()))?;
    let feeder = child.stdin.take();
    let output = std::thread::scope(|scope| {
        if let Some(mut pipe) = feeder {
            // A program that stops reading early says why in its own words; the broken pipe adds nothing.
            scope.spawn(move || pipe.write_all(input).ok());
        }
        child.wait_with_output()
    })
    .map_err(|e| disk(format!("git {} did not finish", first(args)), &e))?;
    Ok(Output {
        status: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// As [`start`], without input and stopped at the deadline, which counts as a failure of the program's own.
fn start_until<S: AsRef<OsStr>>(
    dir: &Path,
    args: &[S],
    env: &[(&str, OsString)],
    deadline: Instant,
) -> anyhow::Result<Output> {
    let limit = deadline.saturating_duration_since(Instant::now());
    let mut child = step("program", &[], || spawn(dir, args, env, false))?;
    let (out, err) = (read_aside(child.stdout.take()), read_aside(child.stderr.take()));
    let status = loop {
        let ended = child.try_wait().map_err(|e| disk(format!("git {} is lost", first(args)), &e))?;
        match ended {
            Some(status) => break Some(status),
            None if Instant::now() > deadline => break None,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let Some(status) = status else {
        child.kill().and_then(|()| child.wait()).ok();
        let stderr = format!("no answer within {:.1} s", limit.as_secs_f32());
        return Ok(Output { status: None, stdout: Vec::new(), stderr });
    };
    // What git started (ssh, a helper) may outlive it and hold the pipes; what git itself wrote is in them.
    let until = Instant::now() + Duration::from_millis(50);
    Ok(Output {
        status: status.code(),
        stdout: read_until(&out, until),
        stderr: String::from_utf8_lossy(&read_until(&err, until)).trim().to_owned(),
    })
}

/// Reads a pipe in a thread of its own, piece by piece.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = std::sync::mpsc::channel();
    if let Some(mut pipe) = pipe {
        std::thread::spawn(move || {
            let mut piece = [0; 8192];
            // What was read before a failure is still the best that there is to show.
            while let Ok(length @ 1..) = pipe.read(&mut piece) {
                if sender.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// All that was read when the pipe was closed, or by then.
fn read_until(pieces: &Receiver<Vec<u8>>, until: Instant) -> Vec<u8> {
    let next = || pieces.recv_timeout(until.saturating_duration_since(Instant::now())).ok();
    std::iter::from_fn(next).flatten().collect()
}

fn spawn<S: AsRef<OsStr>>(
    dir: &Path,
    args: &[S],
    env: &[(&str, OsString)],
    input: bool,
) -> anyhow::Result<Child> {
    let mut command = Command::new("git");
    command.args(args).current_dir(dir).env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    command.envs(env.iter().map(|(k, v)| (k, v)));
    command.stdin(if input { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command.spawn().map_err(|e| {
        disk(format!("the git program cannot be run in {}", dir.display()), &e).hint("git --version")
    })?)
}

fn first<S: AsRef<OsStr>>(args: &[S]) -> String {
    let words = args.iter().map(|a| a.as_ref().to_string_lossy());
    words.into_iter().find(|a| !a.starts_with('-') && !a.contains('=')).unwrap_or_default().into_owned()
}

impl Repo {
    /// Runs `git` at the root of the work tree, on this repository whatever `GIT_DIR` says by then.
    pub(super) fn git<S: AsRef<OsStr>>(&self, args: &[S], input: &[u8]) -> anyhow::Result<Output> {
        self.git_with(args, &[], input)
    }

    /// As [`Repo::git`], with more environment.
    pub(super) fn git_with<S: AsRef<OsStr>>(
        &self,
        args: &[S],
        env: &[(&str, OsString)],
        input: &[u8],
    ) -> anyhow::Result<Output> {
        start(&self.workdir, &self.synced(args), &self.environment_with(env), input)
    }

    /// As [`Repo::git_with`], stopped at the deadline.
    pub(super) fn git_until<S: AsRef<OsStr>>(
        &self,
        args: &[S],
        env: &[(&str, OsString)],
        deadline: Instant,
    ) -> anyhow::Result<Output> {
        start_until(&self.workdir, &self.synced(args), &self.environment_with(env), deadline)
    }

    /// The arguments after one that has git sync the objects that it writes, unless the user says what it syncs.
    fn synced<'a, S: AsRef<OsStr>>(&self, args: &'a [S]) -> Vec<&'a OsStr> {
        let said = self.config().ok().and_then(|config| super::identity::setting(&config, "core.fsync"));
        let ours = ["-c", "core.fsync=committed"].map(OsStr::new).into_iter().filter(|_| said.is_none());
        ours.chain(args.iter().map(AsRef::as_ref)).collect()
    }

    fn environment_with<'e>(&self, env: &[(&'e str, OsString)]) -> Vec<(&'e str, OsString)> {
        let mut all = Vec::new();
        // A relative GIT_DIR means something else from another folder.
        if environment("GIT_DIR").is_some() {
            all.push(("GIT_DIR", self.git_dir.clone().into_os_string()));
            all.push(("GIT_WORK_TREE", self.workdir.clone().into_os_string()));
        }
        all.extend(env.iter().cloned());
        all
    }
}
