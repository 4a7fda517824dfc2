//! The whys are all there, and the last one ends in the root cause.
//!
//! ## What it checks
//! Where the process asks for whys (`postmortem.whys`), once the post-mortem is handed in: that there are as many,
//! each with an answer, and that the last answer says what `analysis.root_cause` says: one contains the other, or
//! they share most of their longer words.
//!
//! ## Why
//! The first answer is a symptom. Whys that stop early, or lead somewhere else than to the stated cause, show that
//! the cause was guessed.
//!
//! ## Example
//! Two whys, and a root cause that neither of them mentions.
//!
//! ## Instead
//! `inc why "…"` adds the next one, until the answer is something that the team can change; that answer is the root
//! cause.

use super::words::words;
use super::{Check, Place, Remark, Rule, Subject};
use crate::model::record::CauseStatus;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule =
    Rule::new("five-whys", Weight::Warning, include_str!("five_whys.rs"), Check::Incident(check));

/// Shorter words, such as articles, say nothing of the matter.
const LONGER: usize = 4;

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let analysis = &subject.incident.record.analysis;
    let Some(asked) = subject.process.postmortem.whys.filter(|_| subject.handed_in()) else {
        return Vec::new();
    };
    let whys = &analysis.whys;
    let mut remarks = Vec::new();
    let remark = |field: &str, message: String| Remark::new(subject.record(), Place::field(field), message);
    let empty = whys.iter().position(|w| w.answer.trim().is_empty());
    if let Some(place) = empty {
        let message = format!("why {} has no answer", place + 1);
        remarks
            .push(remark(&format!("analysis.whys.{place}.answer"), message).help("answer it, or remove it"));
    }
    let needed = subject.process.postmortem.fields.iter().any(|f| f == "analysis.whys");
    // None at all is an empty section where the section is asked for.
    if whys.len() < asked && !(whys.is_empty() && needed) {
        let message = format!("{} of {asked} whys", whys.len());
        remarks.push(remark("analysis.whys", message).help("`inc why \"…\"` adds the next one"));
    } else if let (Some(last), Some(cause)) = (whys.last(), &analysis.root_cause) {
        let text = cause.text.as_deref().filter(|_| cause.status == CauseStatus::Found);
        if text.is_some_and(|text| empty.is_none() && !agree(&last.answer, text)) {
            let field = format!("analysis.whys.{}.answer", whys.len() - 1);
            let message = "the last why does not end in the root cause that the record states";
            remarks.push(
                remark(&field, message.into())
                    .help("let the last answer be `analysis.root_cause.text`, or correct that"),
            );
        }
    }
    remarks
}

/// Whether two texts say the same: half of the longer words of the shorter one are in the other.
fn agree(a: &str, b: &str) -> bool {
    let longer = |text: &str| -> Vec<String> {
        words(text).into_iter().map(|w| w.text).filter(|w| w.chars().count() >= LONGER).collect()
    };
    let (a, b) = (longer(a), longer(b));
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = few.iter().filter(|w| many.contains(w)).count();
    shared * 2 >= few.len()
}
