//! `inc.yaml`: which process, who the people are, how to commit.

mod channel;

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SETTINGS, atomic, yaml};
use crate::error::invalid;
use crate::model::duration::Span;
use crate::process::shape::RuleSetting;

pub use channel::{Channel, Email, Occasion, Tls, Webhook};

/// What a team sets for its repository. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The process for new incidents: `werft` or `werft@1.0.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// What a command does with what it wrote.
    pub commit: CommitMode,
    /// Whether git's hooks run for the commits of `inc`.
    pub hooks: Hooks,
    /// Sync with the remote after each command that commits, for at most this long: `5s`. Without it, only
    /// `inc sync` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_sync: Option<Span>,
    /// The services that incidents may name; any, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Who fills which post, by the post's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Holder>,
    /// Full names of people, by the handle under which entries, roles and `people` know them: documents show these.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// What is kept of evidence.
    pub evidence: super::evidence::Settings,
    /// Rules of `check` that weigh otherwise here, by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, RuleSetting>,
    /// By what messages leave, by the name that obligations, audiences and entries use: `email`, `chat`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, Channel>,
}

/// What a command does with what it wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitMode {
    /// Commits exactly its own paths.
    #[default]
    Auto,
    /// Puts them into the index.
    Stage,
    /// Leaves them in the work tree.
    Off,
}

/// Whether git's hooks run for the commits of `inc`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hooks {
    /// They do not: a slow hook must not hold up an incident.
    #[default]
    Skip,
    /// They do.
    Run,
}

/// Who fills a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Holder {
    /// One person.
    One(String),
    /// Several, the first to be asked first.
    Several(Vec<String>),
    /// A weekly rotation.
    Rotation(Rotation),
}

/// People who take turns, a week each, from Monday to Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// In the order of their weeks.
    pub weekly: Vec<String>,
    /// The ISO week in which the first one begins: `2025-W46`; without it, week 1 of any year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Settings {
    /// Reads `inc.yaml` in `root`; without the file, what holds by itself.
    ///
    /// # Errors
    /// The file is unreadable or wrong.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        if !root.join(SETTINGS).exists() {
            return Ok(Self::default());
        }
        let text = atomic::read_text(root, Path::new(SETTINGS), yaml::MAX_BYTES as u64)?;
        if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        let settings: Self =
            yaml::read(&text).map_err(|problems| yaml::failure(Path::new(SETTINGS), &problems))?;
        for (name, channel) in &settings.channels {
            if let Some(problem) = channel.problem() {
                let line = yaml::locate_key(&text, &["channels", name.as_str()])
                    .map_or(1, |span| text[..span.start].lines().count().max(1));
                return Err(invalid(format!("{SETTINGS}:{line}: `channels.{name}`: {problem}")).into());
            }
        }
        Ok(settings)
    }

    /// Adds the people of a file outside the repository, which is written as `people` is; a post that it names is
    /// filled by it alone.
    ///
    /// # Errors
    /// The file is unreadable or wrong.
    pub fn add_people(&mut self, path: &Path) -> anyhow::Result<()> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(invalid(format!("INC_PEOPLE: {} is no file", path.display())).into());
        };
        let text = atomic::read_text(folder, Path::new(name), yaml::MAX_BYTES as u64)?;
        let people: BTreeMap<String, Holder> = yaml::read(&text).map_err(|p| yaml::failure(path, &p))?;
        self.people.extend(people);
        Ok(())
    }

    /// Who fills each post in the week of `day`, by the post's id.
    #[must_use]
    pub fn fillings(&self, day: chrono::NaiveDate) -> BTreeMap<String, Vec<String>> {
        let holders = |post: &String| self.holders(post, day).into_iter().map(str::to_owned).collect();
        self.people.keys().map(|post| (post.clone(), holders(post))).collect()
    }

    /// Who fills a post in the week of `day`, the first to be asked first.
    #[must_use]
    pub fn holders(&self, post: &str, day: chrono::NaiveDate) -> Vec<&str> {
        match self.people.get(post) {
            None => Vec::new(),
            Some(Holder::One(person)) => vec![person],
            Some(Holder::Several(people)) => people.iter().map(String::as_str).collect(),
            Some(Holder::Rotation(rotation)) => rotation.on(day).into_iter().collect(),
        }
    }
}

impl Rotation {
    /// Who has the week of `day`.
    #[must_use]
    pub fn on(&self, day: chrono::NaiveDate) -> Option<&str> {
        let monday = |d: chrono::NaiveDate| d.week(chrono::Weekday::Mon).first_day();
        let first = self.from.as_deref().and_then(parse_week).unwrap_or_default();
        let weeks = (monday(day) - monday(first)).num_weeks();
        let people = i64::try_from(self.weekly.len()).ok().filter(|n| *n > 0)?;
        let place = usize::try_from(weeks.rem_euclid(people)).ok()?;
        self.weekly.get(place).map(String::as_str)
    }
}

/// The Monday of an ISO week written as `2025-W46`.
fn parse_week(text: &str) -> Option<chrono::NaiveDate> {
    let (year, week) = text.split_once("-W")?;
    chrono::NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, chrono::Weekday::Mon)
}
