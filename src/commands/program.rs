//! Running a program that a person asked for, and keeping what it prints.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::error::{disk, plain, usage};
use crate::model::duration::format_duration;

/// How often a program that prints nothing is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long something that a program left running may still print.
const LEFT_RUNNING: Duration = Duration::from_secs(1);

/// What to do with a program that prints more than is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhenFull {
    /// It is ended: it may go on for ever.
    End,
    /// It runs on, because it must not be stopped half-way.
    Discard,
}

/// What became of a program.
#[derive(Debug)]
pub(super) struct Ended {
    /// What it printed on both outputs, in the order in which it came, as far as it is kept.
    pub(super) output: Vec<u8>,
    /// It printed more.
    pub(super) cut: bool,
    /// It ended with exit status 0.
    pub(super) well: bool,
    /// `exit status 0`, `exit status 3 after 2m 10s`, `signal: 9 (SIGKILL)`; `stopped`, when `inc` ended it.
    pub(super) how: String,
}

/// Runs a program without a shell and without input, and keeps the first `limit` bytes that it prints. A program
/// named by a relative path with a folder in it lies under `dir`.
///
/// # Errors
/// It cannot be run.
#[expect(clippy::disallowed_methods, reason = "a person asked to have this command run")]
pub(super) fn run(
    words: &[String],
    dir: &Path,
    environment: &[(&str, &str)],
    limit: u64,
    when_full: WhenFull,
) -> Result<Ended> {
    let [program, arguments @ ..] = words else { return Err(usage("there is no command").into()) };
    let failed = |e: std::io::Error| disk(format!("cannot run `{}`", plain(program)), &e);
    let own = program.contains(['/', '\\']) && Path::new(program).is_relative();
    let (reader, writer) = std::io::pipe().map_err(failed)?;
    let mut running = Command::new(if own { dir.join(program) } else { program.into() });
    running.args(arguments).current_dir(dir).envs(environment.iter().copied()).stdin(Stdio::null());
    running.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
    let began = Instant::now();
    let mut child = running.spawn().map_err(|e| match e.kind() {
        ErrorKind::NotFound => usage(format!("there is no program `{}`", plain(program)))
            .hint("it runs without a shell; for pipes: `sh -c '…'`"),
        _ => failed(e),
    })?;
    // The other ends of the pipe are the command's; while this one is open, reading never ends.
    drop(running);
    let parts = read_aside(reader);
    let (output, cut) = collect(&parts, &mut child, limit, when_full);
    let status = child.wait().map_err(failed)?;
    if cut && when_full == WhenFull::End {
        // Whether it ended by itself first is a race; nothing is said of its status.
        return Ok(Ended { output, cut, well: false, how: "stopped".into() });
    }
    Ok(Ended { output, cut, well: status.success(), how: how(status, began.elapsed()) })
}

fn read_aside(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read) = pipe.read(&mut buffer) {
            let part = buffer.get(..read).unwrap_or_default().to_vec();
            if part.is_empty() || sender.send(part).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Collects what a program prints until it has ended and nothing more comes.
fn collect(parts: &Receiver<Vec<u8>>, child: &mut Child, limit: u64, when_full: WhenFull) -> (Vec<u8>, bool) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut output, mut cut, mut ended): (Vec<u8>, bool, Option<Instant>) = (Vec::new(), false, None);
    loop {
        match parts.recv_timeout(LOOK) {
            Ok(part) => {
                let room = limit - output.len();
                cut |= part.len() > room;
                output.extend(part.into_iter().take(room));
                if cut && when_full == WhenFull::End {
                    let _ = child.kill();
                    return (output, cut);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return (output, cut),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() && !matches!(child.try_wait(), Ok(None)) {
            ended = Some(Instant::now());
        }
        // Something that it left running may hold the pipe open for ever.
        if ended.is_some_and(|at| at.elapsed() > LEFT_RUNNING) {
            return (output, cut);
        }
    }
}

fn how(status: ExitStatus, took: Duration) -> String {
    let how = status.code().map_or_else(|| status.to_string(), |code| format!("exit status {code}"));
    match took.as_secs() {
        0 => how,
        seconds => {
            let took = chrono::TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1000));
            format!("{how} after {}", format_duration(took))
        }
    }
}

/// A command on one line, each word as a shell takes it.
pub(super) fn shown(words: &[String]) -> String {
    let word = |word: &String| {
        let bare = |c: char| c.is_alphanumeric() || "/._-:=,@+%~".contains(c);
        if !word.is_empty() && word.chars().all(bare) {
            return word.clone();
        }
        format!("'{}'", plain(word).replace('\'', "'\\''"))
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_with_its_words_apart() {
        let words = |w: &[&str]| shown(&w.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&["kubectl", "get", "pods", "-A"]), "kubectl get pods -A");
        assert_eq!(words(&["sh", "-c", "echo 'a'; exit 3", ""]), r"sh -c 'echo '\''a'\''; exit 3' ''");
        assert_eq!(words(&["echo", "\u{1b}[2J"]), "echo '\\u{1b}[2J'");
    }
}
