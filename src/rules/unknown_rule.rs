//! Settings of rules are settings of rules that exist.
//!
//! ## What it checks
//! That `rules` in `inc.yaml` and in the team's own processes name rules and parameters that `inc explain` knows, and
//! that nobody switches off what cannot be waived.
//!
//! ## Why
//! A misspelt rule stays as it was. One believes that it weighs otherwise, and finds out when it matters.
//!
//! ## Example
//! ```yaml
//! rules:
//!   INC-02: { level: error }
//! ```
//!
//! ## Instead
//! ```yaml
//! rules:
//!   INC-002: { level: error, parameters: { within: 10m } }
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use super::{Check, Place, Remark, Repository, Rule, all, find};
use crate::error::nearest;
use crate::process::obligation::Weight;
use crate::process::shape::RuleSetting;

pub(super) static RULE: Rule = Rule {
    ..Rule::new("unknown-rule", Weight::Warning, include_str!("unknown_rule.rs"), Check::Repository(check))
};

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let own = repository.processes.iter().filter_map(|p| Some((p.path?, &p.process.rules)));
    let settings = repository.settings.map(|path| (path, &repository.team.rules));
    settings.into_iter().chain(own).flat_map(|(path, rules)| in_file(path, rules)).collect()
}

pub(super) fn in_file(path: &Path, rules: &BTreeMap<String, RuleSetting>) -> Vec<Remark> {
    rules.iter().flat_map(|(id, setting)| of_rule(path, id, setting)).collect()
}

fn of_rule(path: &Path, id: &str, setting: &RuleSetting) -> Vec<Remark> {
    let place = |rest: &[&str]| {
        let parts = ["rules", id].into_iter().chain(rest.iter().copied());
        Place::Field(parts.map(str::to_owned).collect())
    };
    let Some(rule) = all().iter().find(|r| r.id == id) else {
        let known = find(id).map(|r| r.id).or_else(|| nearest(id, all().iter().map(|r| r.id)));
        let near = known.map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
        let message = format!("there is no rule `{id}`");
        return vec![
            Remark::new(path, place(&[]), message).help(format!("{near}`inc explain` lists the rules")),
        ];
    };
    let unknown = setting.parameters.keys().filter(|name| !rule.parameters.iter().any(|(n, _)| n == name));
    let known: Vec<&str> = rule.parameters.iter().map(|(n, _)| *n).collect();
    let has =
        if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    let unknown = unknown.map(|name| {
        let message = format!("{id} has no parameter `{name}`");
        Remark::new(path, place(&["parameters", name]), message)
            .help(format!("{has}; `inc explain {id}` explains"))
    });
    let off = (!rule.waivable && setting.level == Some(Weight::Off)).then(|| {
        let message = format!(
            "{id} cannot be switched off: what nobody may waive for one incident, nobody may for all"
        );
        Remark::new(path, place(&["level"]), message)
            .weighing(Weight::Error)
            .help("it counts as if nothing were set; lower it to `note` if it has to be quiet")
    });
    unknown.chain(off).collect()
}
