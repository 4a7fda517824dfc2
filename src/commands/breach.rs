//! What `declare` and `update` take about a breach, and about related incidents.

use anyhow::Result;

use crate::context::{Context, line};
use crate::error::{nearest, usage};
use crate::model::Record;
use crate::model::instant::{Instant, rfc3339};
use crate::store::edit::Edit;
use crate::store::{Folder, Store};

/// What is known of a breach.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Breach {
    /// Personal data may have leaked, or did; the time at which this was first known is kept
    #[arg(long, value_enum, value_name = "STATE")]
    pub breach: Option<State>,
    /// Which data: `name,email`
    #[arg(long, value_name = "DATA,…", value_delimiter = ',')]
    pub data: Vec<String>,
    /// How many people's
    #[arg(long, value_name = "N")]
    pub people: Option<u64>,
}

/// Whether personal data leaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum State {
    /// It is known that none did
    No,
    /// They may have
    Suspected,
    /// They did
    Confirmed,
}

impl Breach {
    /// The edits of the record; the time of awareness is the first at which a breach was suspected or confirmed.
    ///
    /// # Errors
    /// The name of a kind of data is none.
    pub fn edits(&self, record: Option<&Record>, at: Instant) -> Result<Vec<Edit>> {
        let text = |text: &str| serde_yaml::Value::String(text.to_owned());
        let mut edits = Vec::new();
        if let Some(state) = self.breach {
            let word = match state {
                State::No => "no",
                State::Suspected => "suspected",
                State::Confirmed => "confirmed",
            };
            edits.push(Edit::set(["impact", "breach"], text(word)));
            let known = record.is_some_and(|r| r.impact.breach_known_at.is_some());
            if state != State::No && !known {
                edits.push(Edit::set(["impact", "breach_known_at"], text(&rfc3339(at))));
            }
        }
        if !self.data.is_empty() {
            let data: Vec<String> = self.data.iter().map(|d| line("the data", d)).collect::<Result<_>>()?;
            let list = data.iter().map(|d| text(d)).collect::<Vec<_>>();
            edits.push(Edit::set(["impact", "data", "affected"], list));
        }
        edits.extend(self.people.map(|n| Edit::set(["impact", "data", "people"], n)));
        Ok(edits)
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.breach.is_none() && self.data.is_empty() && self.people.is_none()
    }
}

/// Writes the ids of related incidents out in full, and warns of those that nobody knows here.
///
/// # Errors
/// An incident is related to itself.
pub fn relate(context: &Context, store: &Store, folder: &Folder, edits: &mut [Edit]) -> Result<()> {
    const FIELDS: [&str; 3] = ["duplicate_of", "recurrence_of", "follow_ups"];
    for edit in edits {
        let [first, field, ..] = edit.path.as_slice() else { continue };
        if first != "related" || !FIELDS.contains(&field.as_str()) {
            continue;
        }
        match &mut edit.value {
            Some(serde_yaml::Value::String(id)) => full(context, store, folder, id)?,
            Some(serde_yaml::Value::Sequence(ids)) => {
                for id in ids {
                    if let serde_yaml::Value::String(id) = id {
                        full(context, store, folder, id)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn full(context: &Context, store: &Store, folder: &Folder, id: &mut String) -> Result<()> {
    match store.find(id) {
        Ok(other) if other.id == folder.id => {
            return Err(usage(format!("{} cannot be related to itself", folder.id)).into());
        }
        Ok(other) => *id = other.id.to_string(),
        Err(_) => {
            let (folders, _) = store.folders();
            let near = nearest(id, folders.iter().map(|f| f.id.as_str()));
            let near = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
            context.ui.warn(&format!("no incident `{}` is known here{near}", id.escape_debug()));
        }
    }
    Ok(())
}
