//! The meeting of a post-mortem lasts as long as the process says, with those whom it wants there.
//!
//! ## What it checks
//! Where the process says so (`postmortem.review`), once the meeting is over or the post-mortem is handed in: that
//! `review.minutes` lies within the bounds, and that `review.participants` holds whoever was in the war room and one
//! person for each role, post or level that takes part. Whoever fills a post may be named by it. As notes while the
//! post-mortem is a draft.
//!
//! ## Why
//! Who was not there learns nothing, and what they knew is missing. In twenty minutes nobody gets past the first
//! cause; after three hours nobody listens.
//!
//! ## Example
//! ```yaml
//! review:
//!   participants: [alice]      # and bob was in the war room
//! ```
//!
//! ## Instead
//! ```yaml
//! review:
//!   participants: [alice, bob]
//!   minutes: 90
//! ```
//! `inc postmortem meeting --minutes 90 --present alice --present bob`.

use super::{Check, Place, Remark, Rule, Subject};
use crate::model::Incident;
use crate::process::obligation::Weight;
use crate::process::offices::{Offices, listed};
use crate::process::postmortem::Attendee;
use crate::process::{Process, Truth, warroom};

pub(super) static RULE: Rule = Rule::new(
    "review-incomplete",
    Weight::Warning,
    include_str!("review_incomplete.rs"),
    Check::Incident(check),
);

/// Something that the meeting of a post-mortem lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// The field of the record that would say it.
    pub(crate) field: &'static str,
    /// What is missing or wrong.
    pub(crate) message: String,
    /// The command that writes it down.
    pub(crate) command: String,
}

impl Lack {
    /// Whether it is about how long the meeting is.
    pub(crate) fn is_time(&self) -> bool {
        self.field == MINUTES
    }
}

const MINUTES: &str = "review.minutes";
const PARTICIPANTS: &str = "review.participants";

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let meeting = subject.incident.meeting();
    let (is_over, is_in) = (meeting.is_some_and(|at| at <= subject.now), subject.handed_in());
    if !is_over && !is_in {
        return Vec::new();
    }
    let offices = subject.offices(meeting.unwrap_or(subject.now));
    let remark = |lack: Lack| {
        let remark = Remark::new(subject.record(), Place::field(lack.field), lack.message);
        let remark = remark.help(format!("write down how it was: `{}`", lack.command));
        if is_in { remark } else { remark.weighing(Weight::Note) }
    };
    lacks(offices).into_iter().map(remark).collect()
}

/// What the meeting of a post-mortem lacks, as far as the record says what it had.
pub(crate) fn lacks(offices: Offices<'_>) -> Vec<Lack> {
    let Offices { incident, process, .. } = offices;
    let asked = &process.postmortem.review;
    let mut lacks: Vec<Lack> = time(incident, process).into_iter().collect();
    let people = &incident.record.review.participants;
    let absent = |who: &&str| !people.iter().any(|p| offices.is_one(p, who));
    let team: Vec<&str> =
        warroom::team(incident).into_iter().filter(|_| asked.warroom).filter(absent).collect();
    let standing = process.worst_standing(incident);
    let is_wanted = |a: &&Attendee| {
        let is_there = people.iter().any(|p| offices.holds_one_of(p, a.who.values()));
        !is_there && a.when.holds(incident, standing) == Truth::Yes
    };
    let wanted = asked.participants.iter().filter(is_wanted);
    if !team.is_empty() {
        let present: Vec<String> = team.iter().map(|who| format!(" --present {}", quoted(who))).collect();
        lacks.push(Lack {
            field: PARTICIPANTS,
            message: format!(
                "not named for the post-mortem's meeting, though in the war room: {}",
                team.join(", ")
            ),
            command: format!("inc postmortem meeting{}", present.concat()),
        });
    }
    lacks.extend(wanted.map(|attendee| {
        let who = listed(process, attendee.who.values(), "or");
        let note = attendee.note.as_ref().map(|n| format!(" ({n})")).unwrap_or_default();
        Lack {
            field: PARTICIPANTS,
            message: format!("not named for the post-mortem's meeting: {who}{note}"),
            command: "inc postmortem meeting --present WHO".into(),
        }
    }));
    lacks
}

/// A name as it is typed.
fn quoted(who: &str) -> String {
    if who.contains(' ') { format!("\"{who}\"") } else { who.to_owned() }
}

/// What is wrong with how long it took.
fn time(incident: &Incident, process: &Process) -> Option<Lack> {
    let asked = &process.postmortem.review.minutes;
    let minutes = incident.record.review.minutes;
    if minutes.map_or(asked.is_empty(), |m| asked.iter().all(|c| c.holds(f64::from(m)))) {
        return None;
    }
    let bounds: Vec<String> = asked.iter().map(ToString::to_string).collect();
    let bounds = format!("{} asks for {} minutes", process.pin(), bounds.join(" and "));
    let message = match minutes {
        None => format!("nobody wrote down how long the post-mortem's meeting took; {bounds}"),
        Some(minutes) => format!("{minutes} minutes for the post-mortem's meeting; {bounds}"),
    };
    Some(Lack { field: MINUTES, message, command: "inc postmortem meeting --minutes N".into() })
}
