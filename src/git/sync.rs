//! Exchanging commits with the remote: fetch, replay, push, and again when another was faster.
//!
//! The network is the `git` program's: only it knows people's credentials, keys, proxies and hooks.

use std::time::{Duration, Instant};

use git2::{Oid, RepositoryState};

use super::program::Output;
use super::{Head, Repo, failed, identity};
use crate::error::{refused, storage};

/// How long a sync may take where the caller names no deadline.
const LIMIT: Duration = Duration::from_secs(120);

/// How to sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncOptions {
    /// Let git ask for a user name or a passphrase on the terminal.
    pub interactive: bool,
    /// When the remote is waited for no longer, lost races included; in two minutes where nothing is said.
    pub deadline: Option<Instant>,
}

/// How a sync ended, when nothing went wrong with this clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Both sides hold the same commits.
    Done,
    /// The repository has no remote to sync with.
    NoRemote,
    /// There is no commit yet, here or there.
    NoCommit,
    /// The remote did not answer, in git's words; all commits wait in this clone.
    Unreachable(String),
    /// The remote refused the commits, in its words; they wait in this clone.
    Rejected(String),
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// How it ended.
    pub outcome: SyncOutcome,
    /// The remote's name; empty without one.
    pub remote: String,
    /// The branch here.
    pub branch: String,
    /// Commits that came from the remote.
    pub received: usize,
    /// Commits that the remote took.
    pub sent: usize,
    /// Commits that wait in this clone for the remote.
    pub waiting: usize,
}

/// What a push came to.
enum Pushed {
    Yes,
    Behind,
    No(SyncOutcome),
}

/// How to talk to the remote, and until when.
struct Exchange {
    interactive: bool,
    deadline: Instant,
}

/// A branch on a remote.
struct Upstream {
    remote: String,
    branch: String,
}

impl Upstream {
    fn tracking(&self) -> String {
        format!("refs/remotes/{}/{}", self.remote, self.branch)
    }
}

impl Repo {
    /// Brings this branch and its remote together; what is staged or changed stays as it is.
    ///
    /// Fails, with nothing changed here, on a detached HEAD, in the middle of a merge or rebase, when both
    /// sides changed the same lines, and when the files to be updated have changes of the user's.
    pub fn sync(&self, options: &SyncOptions) -> anyhow::Result<SyncReport> {
        self.sync_with(options, &mut || Ok(()))
    }

    /// As [`Repo::sync`]; `between` runs each time that commits were received, before the push, and may
    /// commit more (the registry, say).
    pub fn sync_with(
        &self,
        options: &SyncOptions,
        between: &mut dyn FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<SyncReport> {
        let branch = self.branch_to_sync()?;
        let mut report = SyncReport {
            outcome: SyncOutcome::NoRemote,
            remote: String::new(),
            branch,
            received: 0,
            sent: 0,
            waiting: 0,
        };
        let Some(upstream) = self.upstream(&report.branch)? else { return Ok(report) };
        report.remote.clone_from(&upstream.remote);
        let deadline = options.deadline.unwrap_or_else(|| Instant::now() + LIMIT);
        for round in 0.. {
            let remote = Exchange { interactive: options.interactive, deadline };
            if let Some(said) = self.fetch(&upstream, &remote)? {
                report.outcome = SyncOutcome::Unreachable(said);
                report.waiting = self.ahead(&upstream)?.unwrap_or_default();
                return Ok(report);
            }
            let received = self.integrate(&report.branch, &upstream)?;
            report.received += received;
            if received > 0 {
                between()?;
            }
            let Some(ahead) = self.ahead(&upstream)? else {
                report.outcome = SyncOutcome::NoCommit;
                return Ok(report);
            };
            report.outcome = SyncOutcome::Done;
            if ahead == 0 && self.tracked(&upstream).is_some() {
                return Ok(report);
            }
            match self.push(&report.branch, &upstream, &remote)? {
                Pushed::Yes => {
                    report.sent = ahead;
                    return Ok(report);
                }
                Pushed::No(outcome) => {
                    report.outcome = outcome;
                    report.waiting = ahead;
                    return Ok(report);
                }
                Pushed::Behind if Instant::now() > deadline => break,
                Pushed::Behind => std::thread::sleep(pause(round)),
            }
        }
        report.outcome = SyncOutcome::Rejected("others kept pushing first".to_owned());
        Ok(report)
    }

    /// The branch that the remote's HEAD names, when this clone knows it.
    pub fn default_branch(&self, remote: &str) -> Option<String> {
        let head = self.inner.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
        let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
        target.strip_prefix(&format!("refs/remotes/{remote}/")).map(str::to_owned)
    }

    fn branch_to_sync(&self) -> anyhow::Result<String> {
        if self.inner.state() != RepositoryState::Clean {
            return Err(refused("git is in the middle of something else here; finish it, then sync")
                .hint("git status")
                .into());
        }
        match self.branch()? {
            Head::Branch(name) | Head::Unborn(name) => Ok(name),
            Head::Detached(at) => {
                Err(refused(format!("HEAD is detached at {at}: there is no branch to sync"))
                    .hint("git switch BRANCH, or git switch -c NAME to keep the commits made here")
                    .into())
            }
        }
    }

    /// What the branch follows: as configured, else the branch of its name on `origin` or the one remote.
    fn upstream(&self, branch: &str) -> anyhow::Result<Option<Upstream>> {
        let config = self.config()?;
        let remotes = self.inner.remotes().map_err(|e| failed("the remotes cannot be read", &e))?;
        let names: Vec<String> = (0..remotes.len())
            .filter_map(|i| remotes.get_bytes(i))
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        let configured = identity::setting(&config, &format!("branch.{branch}.remote"));
        let remote = configured
            .filter(|remote| names.contains(remote))
            .or_else(|| names.iter().find(|name| *name == "origin" || names.len() == 1).cloned());
        let Some(remote) = remote else { return Ok(None) };
        let merge = identity::setting(&config, &format!("branch.{branch}.merge"));
        let there = merge.as_deref().and_then(|m| m.strip_prefix("refs/heads/")).unwrap_or(branch).to_owned();
        Ok(Some(Upstream { remote, branch: there }))
    }

    /// Git's words where the remote does not answer.
    fn fetch(&self, upstream: &Upstream, remote: &Exchange) -> anyhow::Result<Option<String>> {
        let output = self.exchange(&["fetch", "--quiet", &upstream.remote], remote)?;
        if output.status != Some(0) && is_ours(&output.stderr) {
            return Err(storage(format!("what came cannot be stored: {}", output.stderr))
                .hint("see whether the disk is full (`df .`) or not to be written, then inc sync")
                .into());
        }
        Ok((output.status != Some(0)).then_some(output.stderr))
    }

    /// Replays this branch's own commits on what the remote has; returns how many came from there.
    fn integrate(&self, branch: &str, upstream: &Upstream) -> anyhow::Result<usize> {
        let Some(theirs) = self.tracked(upstream) else { return Ok(0) };
        let turn = self.turn()?;
        let name = format!("refs/heads/{branch}");
        let ours = self.inner.refname_to_id(&name).ok();
        let received = self.own(theirs, ours)?.len();
        if received > 0 {
            let new = match ours {
                Some(ours) => {
                    self.replay(ours, theirs, upstream.tracking().trim_start_matches("refs/remotes/"))?
                }
                None => theirs,
            };
            self.go_to(&turn, &name, ours, new)?;
        }
        Ok(received)
    }

    /// How many commits are ours alone; `None` where there is none at all.
    fn ahead(&self, upstream: &Upstream) -> anyhow::Result<Option<usize>> {
        let Some(ours) = self.inner.head().ok().and_then(|head| head.target()) else { return Ok(None) };
        if let Some(theirs) = self.tracked(upstream) {
            return Ok(Some(self.own(ours, Some(theirs))?.len()));
        }
        // A branch that the remote does not know yet has most of its commits there on another.
        let count = self.inner.revwalk().and_then(|mut walk| {
            walk.push(ours)?;
            walk.hide_glob(&format!("refs/remotes/{}/*", upstream.remote))?;
            Ok(walk.count())
        });
        Ok(Some(count.map_err(|e| failed("the history cannot be read", &e))?))
    }

    fn tracked(&self, upstream: &Upstream) -> Option<Oid> {
        self.inner.refname_to_id(&upstream.tracking()).ok()
    }

    fn push(&self, branch: &str, upstream: &Upstream, remote: &Exchange) -> anyhow::Result<Pushed> {
        let refs = format!("refs/heads/{branch}:refs/heads/{}", upstream.branch);
        let args = ["push", "--porcelain", "--set-upstream", &upstream.remote, &refs];
        let output = self.exchange(&args, remote)?;
        if output.status == Some(0) {
            return Ok(Pushed::Yes);
        }
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let Some(line) = told.lines().find(|line| line.starts_with('!')) else {
            return Ok(Pushed::No(SyncOutcome::Unreachable(output.stderr)));
        };
        // A lock on the remote's branch is somebody else's push, too.
        let race =
            ["fetch first", "non-fast-forward", "stale info", "cannot lock ref", "failed to update ref"];
        if race.iter().any(|sign| line.contains(sign)) {
            return Ok(Pushed::Behind);
        }
        let reason = line.rsplit('\t').next().unwrap_or(line);
        let words: Vec<_> =
            output.stderr.lines().filter_map(|l| l.strip_prefix("remote:")).map(str::trim).collect();
        Ok(Pushed::No(SyncOutcome::Rejected(format!("{reason} {}", words.join(" ")).trim().to_owned())))
    }

    fn exchange(&self, args: &[&str], remote: &Exchange) -> anyhow::Result<Output> {
        let prompt = if remote.interactive { "1" } else { "0" };
        self.git_until(args, &[("GIT_TERMINAL_PROMPT", prompt.into())], remote.deadline)
    }
}

/// Whether it is this clone that cannot be written, in git's words, and not the remote that does not answer.
fn is_ours(said: &str) -> bool {
    let signs =
        ["unable to write", "couldn't write", "cannot update ref", "insufficient permission for adding"];
    let signs =
        signs.iter().chain(&["unable to create temporary", "FETCH_HEAD", "No space left", "Read-only"]);
    let mut here = said.lines().filter(|line| !line.starts_with("remote:"));
    here.any(|line| signs.clone().any(|sign| line.contains(sign)))
}

/// Those who lost the same race do not run the next one in step.
fn pause(round: u64) -> Duration {
    let own = u64::from(std::process::id() % 17);
    Duration::from_millis((1 + own) * (1 + round.min(8)))
}
