//! What a rule says, and what becomes of it.

use std::path::PathBuf;

use crate::process::obligation::Weight;

/// Where in a file something is, by name; it becomes a line and a column only when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A line, from 1.
    Line(usize),
    /// A line and a column in characters, both from 1.
    At(usize, usize),
    /// A text, the first time that it stands at or after a line, from 1.
    After(usize, String),
    /// The value of a field of the YAML or the front matter, as keys and list indexes; where there is no such
    /// field, the nearest one that would hold it.
    Field(Vec<String>),
    /// A text inside a field's value; inside the Markdown after the front matter when the path is empty.
    Word(Vec<String>, String),
}

impl Place {
    /// The place of a field written with dots: `analysis.root_cause.text`.
    #[must_use]
    pub fn field(path: &str) -> Self {
        Self::Field(segments(path))
    }

    /// The place of a text inside a field's value.
    #[must_use]
    pub fn word(path: &str, word: &str) -> Self {
        Self::Word(segments(path), word.to_owned())
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('.').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

/// What a rule has to say, before it is weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file, relative to the root.
    pub path: PathBuf,
    /// Where in it.
    pub place: Place,
    /// What is wrong, in lower case, with what was found.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// How much it weighs, where that differs from the rule's own weight.
    pub weight: Option<Weight>,
    /// That a person accepted just this; a waiver of the whole rule is seen to by the engine.
    pub waived: Option<Waiver>,
}

impl Remark {
    /// Something wrong at a place.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, place: Place, message: impl Into<String>) -> Self {
        Self { path: path.into(), place, message: message.into(), help: None, weight: None, waived: None }
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Marks it as accepted by a person.
    #[must_use]
    pub fn waived(mut self, waiver: Option<Waiver>) -> Self {
        self.waived = waiver;
        self
    }

    /// Lets it weigh otherwise than the rule; the process and the settings still win.
    #[must_use]
    pub fn weighing(mut self, weight: Weight) -> Self {
        self.weight = Some(weight);
        self
    }
}

/// Who accepts a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Something wrong, and how much it weighs here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it weighs, never [`Weight::Off`].
    pub weight: Weight,
    /// The incident's id; none for the repository as a whole.
    pub incident: Option<String>,
    /// The file, relative to the root.
    pub path: PathBuf,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// That a person accepted it; it is shown, and does not fail.
    pub waived: Option<Waiver>,
    /// It is of a restricted incident, and may quote it.
    pub restricted: bool,
}

impl Finding {
    /// Takes out what it quotes, so that a log which others read can hold it: the rule and the file stay.
    pub fn keep_to_itself(&mut self) {
        let rule = super::find(self.rule);
        self.message = rule.map_or_else(String::new, |rule| format!("not so: {}", rule.summary()));
        let id = self.incident.as_deref().unwrap_or_default();
        self.help = Some(format!("the incident is restricted: `inc check {id}` says more"));
        if let Some(waiver) = &mut self.waived {
            crate::model::record::RESTRICTED.clone_into(&mut waiver.reason);
        }
    }

    /// Whether it makes `check` fail.
    #[must_use]
    pub fn fails(&self, strict: bool) -> bool {
        let from = if strict { Weight::Warning } else { Weight::Error };
        self.waived.is_none() && self.weight >= from
    }
}
