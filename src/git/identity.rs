//! Who commits.

use git2::{Config, Signature, Time};

use super::{Repo, program};
use crate::error::{invalid, storage};

/// A person as git names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name shown in the history.
    pub name: String,
    /// The address, which is how people are matched.
    pub email: String,
}

impl Identity {
    /// The signature of this person at `seconds` since 1970, in UTC. Fails when name or address hold
    /// characters that git cannot store.
    pub(super) fn signature(&self, seconds: i64) -> anyhow::Result<Signature<'static>> {
        Signature::new(&self.name, &self.email, &Time::new(seconds, 0)).map_err(|e| {
            storage(format!("`{} <{}>` cannot sign a commit: {}", self.name, self.email, e.message())).into()
        })
    }
}

impl Repo {
    /// The author of commits: `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL`, then `author.*` and `user.*` of
    /// git's configuration, then `EMAIL` (unless `user.useConfigOnly`).
    ///
    /// Fails, with the two commands that mend it, when a name or an address is missing: nothing is guessed
    /// from the login or the host.
    pub fn identity(&self) -> anyhow::Result<Identity> {
        self.person("AUTHOR")
    }

    /// The committer, found as the author is.
    pub(super) fn committer(&self) -> anyhow::Result<Identity> {
        self.person("COMMITTER")
    }

    fn person(&self, role: &str) -> anyhow::Result<Identity> {
        let config = self.config()?;
        let key = role.to_lowercase();
        let name = variable(&format!("GIT_{role}_NAME"))
            .or_else(|| setting(&config, &format!("{key}.name")))
            .or_else(|| setting(&config, "user.name"));
        let email = variable(&format!("GIT_{role}_EMAIL"))
            .or_else(|| setting(&config, &format!("{key}.email")))
            .or_else(|| setting(&config, "user.email"))
            .or_else(|| variable("EMAIL").filter(|_| !flag(&config, "user.useConfigOnly")));
        match (name, email) {
            (Some(name), Some(email)) => Ok(Identity { name, email }),
            (name, email) => Err(nobody(name.is_none(), email.is_none())),
        }
    }

    /// Git's configuration as it is now.
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        self.inner.config().map_err(|e| super::failed("git's configuration cannot be read", &e).into())
    }
}

fn nobody(name: bool, email: bool) -> anyhow::Error {
    let what = match (name, email) {
        (true, true) => "`user.name` and `user.email` are",
        (true, false) => "`user.name` is",
        _ => "`user.email` is",
    };
    let mut failure = invalid(format!("git does not know who you are: {what} not set"));
    if name {
        failure = failure.hint("git config user.name \"Your Name\"");
    }
    if email {
        failure = failure.hint("git config user.email \"you@example.com\"");
    }
    failure.into()
}

fn variable(name: &str) -> Option<String> {
    program::environment(name).and_then(|v| v.into_string().ok()).and_then(|v| person_text(&v))
}

/// A text setting, when it is set and not blank.
pub(super) fn setting(config: &Config, key: &str) -> Option<String> {
    config.get_string(key).ok().and_then(|v| person_text(&v))
}

/// A yes-or-no setting; unset is no.
pub(super) fn flag(config: &Config, key: &str) -> bool {
    config.get_bool(key).unwrap_or(false)
}

fn person_text(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}
