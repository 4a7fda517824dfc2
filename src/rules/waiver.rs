//! A waiver names a rule or an obligation that can be waived, and says why.
//!
//! ## What it checks
//! That each `waived` entry names a rule that `inc explain` knows or an obligation of the process, that people may
//! waive that rule at all (evidence, schema, order of milestones and some others they may not), and that the
//! reason is more than a word. A waiver covers all that its rule finds in the incident, now and later; a missed limit
//! is waived by the name of its obligation.
//!
//! ## Why
//! A waiver is a person's word that something is all right although the rules say otherwise. Without a reason, or
//! for nothing that exists, it only hides.
//!
//! ## Example
//! ```yaml
//! kind: waived
//! rule: INC-003
//! reason: ok
//! ```
//!
//! ## Instead
//! ```yaml
//! kind: waived
//! rule: INC-002
//! reason: Written down from the pager's log, which has the times
//! ```

use super::{Check, Place, Remark, Rule, Subject, find};
use crate::error::nearest;
use crate::model::Entry;
use crate::model::entry::Kind;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    waivable: false,
    ..Rule::new("waiver", Weight::Error, include_str!("waiver.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    subject.incident.waivers().flat_map(|entry| of_entry(subject, entry)).collect()
}

fn of_entry(subject: &Subject<'_>, entry: &Entry) -> Vec<Remark> {
    let Kind::Waived { rule, obligation, reason } = &entry.kind else { return Vec::new() };
    let remark =
        |field: &str, message: String| Remark::new(subject.entry(entry), Place::field(field), message);
    let mut remarks = Vec::new();
    if !is_reason(reason) {
        let help = "say in a sentence why it is all right here; reviewers read it in every report";
        remarks.push(remark("reason", "this waiver gives no reason".into()).help(help));
    }
    if let Some(id) = rule {
        match find(id) {
            None => remarks.push(remark("rule", format!("there is no rule `{id}`")).help(near_rule(id))),
            Some(known) if !known.waivable => {
                let message = format!("nobody can waive {}", known.id);
                remarks.push(
                    remark("rule", message).help(format!("mend what it says: `inc explain {}`", known.id)),
                );
            }
            Some(_) => {}
        }
    }
    if let Some(id) = obligation.as_ref().filter(|id| !is_obligation(subject, id)) {
        let known = subject.process.obligations.iter().map(|o| o.id.as_str());
        let near = nearest(id, known).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
        let remark = remark("obligation", format!("there is no obligation `{id}`"));
        remarks.push(remark.help(format!("{near}`inc process show` lists them")));
    }
    if rule.is_none() && obligation.is_none() {
        let remark = remark("kind", "this waiver waives nothing".into());
        remarks.push(remark.help("name a `rule` or an `obligation`"));
    }
    remarks
}

/// Whether a reason is more than a word.
pub(super) fn is_reason(reason: &str) -> bool {
    reason.split_whitespace().count() >= 2
}

fn near_rule(id: &str) -> String {
    let near = nearest(id, super::all().iter().map(|r| r.id));
    near.map_or_else(|| "`inc explain` lists them".to_owned(), |n| format!("did you mean `{n}`?"))
}

fn is_obligation(subject: &Subject<'_>, id: &str) -> bool {
    let step = id.starts_with("step:") || id.starts_with("action:");
    step || subject.process.obligations.iter().any(|o| o.id == id)
}
