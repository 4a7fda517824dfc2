//! Locks: one of our own among `inc` processes, and git's on the index.

#![expect(clippy::disallowed_methods, reason = "lock files live in the git directory, which is git/'s")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Repo, stage};
use crate::error::{disk, storage};
use crate::fault::step;

/// How long to wait for another `inc`; a commit that signs may ask its user for a passphrase.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait for somebody's `git`.
const GIT_PATIENCE: Duration = Duration::from_secs(2);
/// What our lock on a file of git's holds, so that a later `inc` knows one left behind by a process that was killed. The lock
/// is a second name of a file that is on disk already: not even a power cut leaves one that is empty.
const MARK: &str = "held by inc";

/// The turn of this process among all `inc` processes of one work tree. The system gives it back when the
/// process ends, however it ends.
pub(super) struct Turn {
    file: File,
    /// Whether the file system knows locks; where not, nothing left behind is taken for dead.
    exclusive: bool,
}

/// Git's lock on a file, given back when dropped.
pub(super) struct FileLock {
    path: PathBuf,
}

impl Repo {
    /// Our own folder in the git directory.
    pub(super) fn private(&self, file: &str) -> PathBuf {
        self.git_dir.join("inc").join(file)
    }

    /// Waits for this process's turn, then clears away what a killed one left locked.
    pub(super) fn turn(&self) -> anyhow::Result<Turn> {
        let path = self.private("lock");
        let unwritable = |e: std::io::Error| disk(format!("{} cannot be written", path.display()), &e);
        fs::create_dir_all(self.private("")).map_err(unwritable)?;
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(unwritable)?;
        let exclusive = wait_for(&file, &path)?;
        let mut turn = Turn { file, exclusive };
        turn.recover().map_err(unwritable)?;
        if turn.exclusive {
            self.clear_aside();
        }
        self.set_aside()?;
        Ok(turn)
    }

    /// Takes git's lock on the file `path`, the index say. Fails after two seconds, naming the lock file.
    pub(super) fn lock(&self, turn: &Turn, path: &Path) -> anyhow::Result<FileLock> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let marked = self.private("index.lock");
        let cannot = |e: std::io::Error| disk(format!("{} cannot be created", lock.display()), &e);
        if !is_ours(&marked) {
            stage::replace(&self.private("mark.tmp"), &marked, MARK.as_bytes(), true).map_err(cannot)?;
        }
        let deadline = Instant::now() + GIT_PATIENCE;
        let mut pause = Duration::from_millis(1);
        loop {
            match step("link", &[&marked, &lock], || create_whole(&marked, &lock)) {
                Ok(()) => return Ok(FileLock { path: lock }),
                Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(cannot(e).into()),
                Err(_) if turn.exclusive && is_ours(&lock) => drop(fs::remove_file(&lock)),
                Err(_) if Instant::now() > deadline => return Err(held(&lock).into()),
                Err(_) => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

/// Says to other commands, until it is dropped, that this one has written and not committed yet.
#[derive(Debug)]
pub struct Writing {
    file: File,
}

impl Repo {
    /// Says that this command is about to write. None where the file system knows no locks or is not to be written.
    #[must_use]
    pub fn writing(&self) -> Option<Writing> {
        fs::create_dir_all(self.private("")).ok()?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.private("writing"))
            .ok()?;
        file.lock_shared().ok()?;
        Some(Writing { file })
    }
}

impl Writing {
    /// Whether no other command is between writing and committing: then what no commit holds was left by one that
    /// was interrupted.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        // Two that ask at once may each find the other's lock given up to ask; not so the second time.
        self.ask() && {
            std::thread::sleep(Duration::from_millis(5));
            self.ask()
        }
    }

    fn ask(&self) -> bool {
        let alone = self.file.unlock().and_then(|()| Ok(self.file.try_lock()?)).is_ok();
        // Where this fails, the next one to ask tells of what is not left behind.
        let _ = self.file.unlock().and_then(|()| self.file.lock_shared());
        alone
    }
}

/// A lock of git's that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Its file.
    pub path: PathBuf,
    /// Whether an `inc` that was killed left it behind: then it may be removed.
    pub left_behind: bool,
}

impl Repo {
    /// The locks that are held on the index, on HEAD and on the configuration. Waits for other `inc` processes first, and
    /// clears the lock on a branch that a killed one left.
    pub fn locks(&self) -> anyhow::Result<Vec<Lock>> {
        let turn = self.turn()?;
        let own = ["index.lock", "HEAD.lock"].map(|name| self.git_dir.join(name));
        let paths = own.into_iter().chain([self.common_dir.join("config.lock")]);
        let held = paths.filter(|path| path.exists());
        Ok(held.map(|path| Lock { left_behind: turn.exclusive && is_ours(&path), path }).collect())
    }

    /// Removes a lock that an `inc` left behind; false where it is somebody else's.
    pub fn unlock(&self, lock: &Lock) -> anyhow::Result<bool> {
        let turn = self.turn()?;
        let ours = lock.left_behind && turn.exclusive && is_ours(&lock.path);
        if ours {
            let unremoved = |e| disk(format!("{} cannot be removed", lock.path.display()), &e);
            fs::remove_file(&lock.path).map_err(unremoved)?;
        }
        Ok(ours)
    }
}

impl Turn {
    /// Notes that `lock` is about to be made, holding `content`, by a library that marks nothing.
    pub(super) fn note(&mut self, lock: &Path, content: &str) -> std::io::Result<()> {
        self.forget()?;
        step("note", &[lock], || writeln!(self.file, "{content} {}", lock.display()))
    }

    /// Notes that no such lock is held any more.
    pub(super) fn forget(&mut self) -> std::io::Result<()> {
        step("forget", &[], || self.file.set_len(0))?;
        self.file.rewind()
    }

    /// Removes the lock that the last process noted and did not live to remove. Somebody else's lock on
    /// the same branch holds something else, or goes away within the second.
    fn recover(&mut self) -> std::io::Result<()> {
        let mut noted = String::new();
        // What cannot be read as text was cut off by a crash, before the lock was made.
        if self.file.read_to_string(&mut noted).is_err() || noted.is_empty() || !self.exclusive {
            return self.forget();
        }
        if let Some((content, lock)) = noted.strip_suffix('\n').and_then(|n| n.split_once(' ')) {
            let lock = Path::new(lock);
            let deadline = Instant::now() + Duration::from_secs(1);
            while left_behind(lock, content) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
            if left_behind(lock, content) {
                fs::remove_file(lock)?;
            }
        }
        self.forget()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the next `inc` knows the mark and removes it.
        let _ = step("unlock", &[&self.path], || fs::remove_file(&self.path));
    }
}

fn wait_for(file: &File, path: &Path) -> anyhow::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_micros(500);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(_)) => return Ok(false),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                let failure = storage(format!(
                    "another inc has held {} for {} s; nothing was committed",
                    path.display(),
                    PATIENCE.as_secs()
                ));
                return Err(failure
                    .hint("see whether an inc process waits for a passphrase or a hook")
                    .into());
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(8));
    }
}

/// Makes `to` with all its content at once, or fails because it exists.
fn create_whole(from: &Path, to: &Path) -> std::io::Result<()> {
    match fs::hard_link(from, to) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists && e.kind() != ErrorKind::NotFound => {
            let content = fs::read(from)?;
            OpenOptions::new().write(true).create_new(true).open(to)?.write_all(&content)
        }
        done => done,
    }
}

fn is_ours(lock: &Path) -> bool {
    let mut start = vec![0; MARK.len()];
    let read = File::open(lock).and_then(|mut f| f.read_exact(&mut start));
    read.is_ok() && start == MARK.as_bytes()
}

fn left_behind(lock: &Path, content: &str) -> bool {
    fs::read(lock).is_ok_and(|found| found.is_empty() || found.trim_ascii() == content.as_bytes())
}

fn held(lock: &Path) -> crate::error::Failure {
    storage(format!("another git process holds {}; nothing was committed", lock.display()))
        .hint("wait until it has finished")
        .hint(format!("if no git process runs any more, remove {}", lock.display()))
}
