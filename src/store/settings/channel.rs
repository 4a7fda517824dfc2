//! `channels` of `inc.yaml`: by what messages leave, which ones, and for whom.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::duration::Span;
use crate::store::atomic;

/// A way by which messages leave. Exactly one of `webhook`, `email`, `command` and `print` is given.
///
/// Nothing leaves before `inc trust`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Channel {
    /// Which messages it carries; all of them, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Occasion>,
    /// Which posts and roles it reaches; any, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<String>,
    /// Audiences whose updates it carries, beside those that are posted on a channel of its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    /// Who vouches for the server, in place of the public authorities: a file of certificates (PEM), by its path
    /// from `inc.yaml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// How long it may take: 10 s at the most, and without this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// JSON over HTTP, in a form that Slack, Mattermost and Teams take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// A mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A program and its arguments, run without a shell; it reads the message from standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Says it to whoever runs the command.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub print: bool,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An incident was declared.
    Declared,
    /// It moved to a level.
    Escalated,
    /// Something fell due and has not been done.
    Due,
    /// A message to stakeholders was posted.
    Update,
    /// Somebody was written to by hand: `inc notify WHO --channel NAME`.
    Message,
}

impl Occasion {
    /// The name in `inc.yaml` and in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Escalated => "escalated",
            Self::Due => "due",
            Self::Update => "update",
            Self::Message => "message",
        }
    }
}

/// Where JSON is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The address, when it is no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The environment variable that holds the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_env: Option<String>,
}

/// A mail server and who is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// The server that takes mail.
    pub host: String,
    /// Its port; 587 with `starttls`, 465 with `tls`, 25 with `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Tls,
    /// The sender: `inc <inc@example.com>`.
    pub from: String,
    /// Who is written to.
    pub to: Vec<String>,
    /// The environment variable that holds the user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_env: Option<String>,
    /// The environment variable that holds the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_env: Option<String>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first greeting on; the server must offer it.
    #[default]
    Starttls,
    /// From the first byte on.
    Tls,
    /// Not at all: for a server on this machine. No password is sent.
    None,
}

impl Channel {
    /// What is wrong with it, when something is.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let given = [self.webhook.is_some(), self.email.is_some(), self.command.is_some(), self.print];
        match given.iter().filter(|g| **g).count() {
            0 => {
                return Some(
                    "it says by what messages leave: `webhook`, `email`, `command` or `print`".into(),
                );
            }
            1 => {}
            _ => return Some("it is more than one of `webhook`, `email`, `command` and `print`".into()),
        }
        if let Some(Webhook { url, url_env }) = &self.webhook
            && url.is_some() == url_env.is_some()
        {
            return Some("`webhook` needs either `url` or `url_env`".into());
        }
        if self.ca.is_some() && self.webhook.is_none() && self.email.is_none() {
            return Some("`ca` is for `webhook` and `email`".into());
        }
        if self.command.as_ref().is_some_and(Vec::is_empty) {
            return Some("`command` needs a program".into());
        }
        let email = self.email.as_ref()?;
        if email.to.is_empty() {
            return Some("`email` needs somebody in `to`".into());
        }
        if email.user_env.is_some() != email.password_env.is_some() {
            return Some("`email` needs both `user_env` and `password_env`, or neither".into());
        }
        (email.tls == Tls::None && email.password_env.is_some())
            .then(|| "`email` sends no password without `tls`".into())
    }

    /// The certificates that vouch for its server: a file of the team's, or of this machine when its path is absolute.
    ///
    /// # Errors
    /// The file cannot be read, leads out of `root`, or is larger than certificates are.
    pub fn authorities(&self, root: &Path) -> anyhow::Result<Option<String>> {
        let Some(ca) = &self.ca else { return Ok(None) };
        let (folder, file) = match (ca.parent(), ca.file_name()) {
            (Some(folder), Some(file)) if ca.is_absolute() => (folder, Path::new(file)),
            _ => (root, ca.as_path()),
        };
        atomic::read_text(folder, file, 1 << 20).map(Some)
    }

    /// What it does, in a line, with the names of its secrets and never their values.
    #[must_use]
    pub fn summary(&self) -> String {
        let ca = self.ca.as_ref().map(|ca| format!(", vouched for by {}", ca.display()));
        self.does() + &ca.unwrap_or_default()
    }

    fn does(&self) -> String {
        if let Some(Webhook { url, url_env }) = &self.webhook {
            let env = url_env.as_ref().map(|e| format!("the address in ${e}"));
            return format!("posts JSON to {}", url.clone().or(env).unwrap_or_default());
        }
        if let Some(email) = &self.email {
            return format!("writes to {} through {}", email.to.join(", "), email.host);
        }
        if let Some(command) = &self.command {
            return format!("runs {command:?}");
        }
        "prints".to_owned()
    }
}
