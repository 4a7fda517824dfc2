//! How rules weigh here, and their parameters: the settings first, then the process, then the rule itself.

use std::collections::BTreeMap;

use super::Rule;
use crate::process::obligation::Weight;
use crate::process::shape::RuleSetting;

/// What the process and the settings say of rules.
#[derive(Debug, Clone, Copy)]
pub struct Levels<'a> {
    /// The process, when there is one.
    pub process: Option<&'a BTreeMap<String, RuleSetting>>,
    /// The settings of the repository.
    pub team: &'a BTreeMap<String, RuleSetting>,
}

impl<'a> Levels<'a> {
    /// How much a remark of a rule weighs; `own` is the remark's own weight. What nobody may waive nobody switches off:
    /// such a level does not count, and `unknown-rule` says so.
    #[must_use]
    pub fn weight(self, rule: &Rule, own: Option<Weight>) -> Weight {
        let counts = |level: &Weight| rule.waivable || *level != Weight::Off;
        self.settings(rule).find_map(|s| s.level.filter(counts)).or(own).unwrap_or(rule.level)
    }

    /// A parameter as it is set, if it is.
    #[must_use]
    pub fn parameter(self, rule: &Rule, name: &str) -> Option<&'a serde_json::Value> {
        self.settings(rule).find_map(|s| s.parameters.get(name))
    }

    /// A parameter as text: as it is set, else the rule's default.
    #[must_use]
    pub fn text(self, rule: &Rule, name: &str) -> Option<String> {
        match self.parameter(rule, name) {
            Some(serde_json::Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
            None => rule.parameters.iter().find(|(n, _)| *n == name).map(|(_, d)| (*d).to_owned()),
        }
        .filter(|text| !text.is_empty())
    }

    /// A parameter that is a list of words.
    #[must_use]
    pub fn words(self, rule: &Rule, name: &str) -> Vec<String> {
        let list = self.parameter(rule, name).and_then(serde_json::Value::as_array);
        list.into_iter().flatten().filter_map(|w| w.as_str().map(str::to_owned)).collect()
    }

    fn settings(self, rule: &Rule) -> impl Iterator<Item = &'a RuleSetting> + use<'a> {
        let id = rule.id;
        [self.team.get(id), self.process.and_then(|p| p.get(id))].into_iter().flatten()
    }
}
