//! Every file of an incident can be read and says only what its schema knows.
//!
//! ## What it checks
//! That `incident.yaml` and each entry of the timeline are UTF-8 text and valid YAML, have the fields that they
//! need and no others, and that each value has its type; that the process the incident pins is there. While a
//! file cannot be read, the other rules do not judge the incident.
//!
//! ## Why
//! What cannot be read does not count: a deadline computed without it, or a report rendered without it, would be
//! wrong without saying so.
//!
//! ## Example
//! ```yaml
//! at: 2025-11-10T14:30:00Z
//! recorded: 2025-11-10T14:31:12Z
//! by: alice
//! kind: detcted
//! ```
//!
//! ## Instead
//! ```yaml
//! kind: detected
//! ```

use super::{Check, Files, Place, Remark, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("schema", Weight::Error, include_str!("schema.rs"), Check::Files(check))
};

fn check(files: &Files) -> Vec<Remark> {
    files.troubles.iter().map(remark).collect()
}

/// A file that could not be read, as a remark.
pub(super) fn remark(trouble: &super::Trouble) -> Remark {
    let field = if trouble.field.is_empty() { String::new() } else { format!("`{}`: ", trouble.field) };
    let place = Place::At(trouble.line, trouble.column);
    let remark = Remark::new(&trouble.path, place, format!("{field}{}", trouble.message));
    match &trouble.help {
        Some(help) => remark.help(help),
        None => remark,
    }
}
