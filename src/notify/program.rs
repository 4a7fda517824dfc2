//! A message to a program's standard input.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::message::Message;
use super::send::Sent;
use crate::error::reason;

/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Runs a program, without a shell, in `root`; it reads the message and its exit status says what came of it.
#[expect(clippy::disallowed_methods, reason = "a channel may be a program")]
pub(super) fn run(argv: &[String], message: &Message, root: &Path, limit: Duration) -> Sent {
    let [program, arguments @ ..] = argv else { return Err("no program is named".into()) };
    // A path with a folder in it is one of the team's own, and lies where `inc.yaml` does.
    let own = program.contains(['/', '\\']) && Path::new(program).is_relative();
    let path = if own { root.join(program) } else { program.into() };
    let mut child = Command::new(path)
        .args(arguments)
        .current_dir(root)
        .env("INC_EVENT", message.occasion.name())
        .env("INC_INCIDENT", &message.incident)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("`{}` cannot be run: {}", program.escape_debug(), reason(&e)))?;
    let (input, body) = (child.stdin.take(), message.body());
    std::thread::spawn(move || input.map(|mut input| input.write_all(format!("{body}\n").as_bytes())));
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                let mut said = String::new();
                let _ = child.stderr.take().map(|e| e.take(2_000).read_to_string(&mut said));
                let said = said.lines().last().map(|l| format!(": {}", crate::error::plain(l)));
                return Err(format!(
                    "`{}` ended with {status}{}",
                    program.escape_debug(),
                    said.unwrap_or_default()
                ));
            }
            Ok(None) if Instant::now() < end => std::thread::sleep(LOOK),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("`{}` took longer than {} s", program.escape_debug(), limit.as_secs()));
            }
            Err(e) => return Err(format!("`{}` is lost: {}", program.escape_debug(), reason(&e))),
        }
    }
}
