//! Nothing happened, or was written down, in the future, nor before it happened.
//!
//! ## What it checks
//! That neither `at` nor `recorded` of an entry lies after now, and that no entry was recorded before it
//! happened. The parameter `tolerance` allows for clocks that differ.
//!
//! ## Why
//! A wrong year or a wrong zone makes every duration wrong. Planned things have fields of their own, such
//! as `next` of an update or `meeting` of a post-mortem.
//!
//! ## Example
//! ```yaml
//! kind: mitigated
//! at: 2052-11-10T14:40:00Z
//! ```
//!
//! ## Instead
//! `inc timeline amend <entry> --at "2025-11-10 14:40"` corrects the time and leaves the entry as it was written.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Entry;
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::model::instant::rfc3339;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    parameters: &[("tolerance", "<= 5m")],
    ..Rule::new("future-entry", Weight::Error, include_str!("future_entry.rs"), Check::Incident(check))
};

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let incident = subject.incident;
    let amended = incident.timeline.iter().map(|item| (&item.entry, item.original.as_deref()));
    let amendments = incident.amendments.iter().map(|entry| (entry, None));
    amended.chain(amendments).filter_map(|(entry, original)| of_entry(subject, entry, original)).collect()
}

fn of_entry(subject: &Subject<'_>, entry: &Entry, original: Option<&Entry>) -> Option<Remark> {
    let tolerance = subject.limit(&RULE, "tolerance")?;
    let late = |at, than| !tolerance.holds(at - than);
    let remark = |field: &str, message: String| {
        Remark::new(subject.entry(entry), Place::field(field), message)
            .help(format!("`inc timeline amend {} --at TIME` corrects when it happened", entry.name))
    };
    if late(entry.recorded, subject.now) {
        let ahead = format_duration(entry.recorded - subject.now);
        let remark = remark("recorded", format!("written down {ahead} from now")).weighing(Weight::Warning);
        return Some(
            remark
                .help("the clock of the machine that wrote it was wrong; see that it is set by the network"),
        );
    }
    if late(entry.at, subject.now) {
        return Some(remark(
            "at",
            format!("`{}` happens {} from now", entry.kind.name(), format_duration(entry.at - subject.now)),
        ));
    }
    // What an amendment says was known when the amendment was written, not before.
    let written = original.unwrap_or(entry);
    let planned = matches!(entry.kind, Kind::Postmortem { meeting: Some(_), .. });
    (late(written.at, written.recorded) && !planned && entry.at == written.at).then(|| {
        let message = format!("written down at {}, before it happened", rfc3339(entry.recorded));
        remark("at", message)
    })
}
