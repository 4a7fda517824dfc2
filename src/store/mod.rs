//! Where files are; reading, appending and editing them.

pub mod atomic;
pub mod attributes;
pub mod cache;
pub mod digest;
pub mod edit;
pub mod evidence;
pub mod front_matter;
pub mod incidents;
pub mod leftovers;
pub mod merge;
pub mod order;
pub mod processes;
pub mod random;
pub mod rollback;
pub mod schema;
pub mod settings;
pub mod yaml;

use std::path::{Path, PathBuf};

use crate::model::instant::compact;
use crate::model::{Entry, Id};

pub use incidents::{Folder, Loaded};
pub use processes::Processes;
pub use settings::Settings;

/// The settings' file, beside the folder of incidents.
pub const SETTINGS: &str = "inc.yaml";
/// The folder that holds the incidents, one folder a year.
pub const INCIDENTS: &str = "incidents";
/// The record's file in an incident's folder.
pub const RECORD: &str = "incident.yaml";
/// The folder of entries in an incident's folder.
pub const TIMELINE: &str = "timeline";
/// The registry's file in the folder of incidents.
pub const REGISTRY: &str = "README.md";
/// The folder of the team's own processes.
pub const PROCESSES: &str = "processes";

/// The files of one team: its settings, its processes, its incidents.
#[derive(Debug)]
pub struct Store {
    /// The folder that holds them, absolute.
    pub root: PathBuf,
    /// What `inc.yaml` says, or what holds without one.
    pub settings: Settings,
    /// Processes, each read once.
    pub processes: Processes,
}

impl Store {
    /// Opens the store in `root`; reads nothing but the settings.
    ///
    /// # Errors
    /// `inc.yaml` is unreadable or wrong.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let settings = Settings::read(root)?;
        Ok(Self { root: root.to_owned(), settings, processes: Processes::new(root) })
    }

    /// The folder of an incident, relative to the root.
    #[must_use]
    pub fn folder_of(id: &Id) -> PathBuf {
        Path::new(INCIDENTS).join(id.year()).join(id.as_str())
    }
}

/// The name of an entry's file without `.md`: its time, its kind and four random characters.
#[must_use]
pub fn entry_name(entry: &Entry, suffix: &str) -> String {
    format!("{}-{}-{suffix}", compact(entry.at), entry.kind.name())
}
