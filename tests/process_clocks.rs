//! The limits of the built-in processes, each a second before, at and a second after its boundary.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod story;

use chrono::TimeDelta;
use inc::clock::{Clock, State};
use inc::model::Milestone;
use inc::model::entry::{Kind, PostmortemState, UpdateState};
use inc::model::record::Breach;
use inc::process::obligation::Gate;
use story::{HOUR, MET, MINUTE, MISSED, RUNNING, Story, story, zero};

/// What is still to be done a minute after the declaration, soonest first.
fn open_labels(story: &Story) -> Vec<String> {
    story.clocks(60).into_iter().filter(Clock::is_open).map(|c| c.label).collect()
}

#[test]
fn alertimmo_climbs_its_ladder() {
    let quiet = story("alertimmo", "critique");
    assert_eq!(quiet.due("l1"), Some(0));
    assert_eq!(quiet.around("l1", 5 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(quiet.around("l2", 15 * MINUTE), [RUNNING, MISSED, MISSED]);
    assert_eq!(quiet.around("l3", 30 * MINUTE), [RUNNING, MISSED, MISSED]);
    // More than an hour: at the hour itself it has not fired.
    assert_eq!(quiet.around("l4", HOUR), [RUNNING, RUNNING, MISSED]);
    assert_eq!(story("alertimmo", "majeur").state("l4", 2 * HOUR), None);

    let resolved = story("alertimmo", "critique").reach(30 * MINUTE - 1, Milestone::Resolved);
    assert_eq!(resolved.state("l2", HOUR), MISSED);
    assert_eq!(resolved.state("l3", HOUR), None);
    // To acknowledge is not to resolve.
    let acknowledged = story("alertimmo", "critique").reach(60, Milestone::Acknowledged);
    assert_eq!(acknowledged.state("l2", 15 * MINUTE), MISSED);
}

#[test]
fn alertimmo_tells_users_every_half_hour_and_at_the_end() {
    let visible = story("alertimmo", "critique").record(|r| r.impact.visible = Some(true));
    assert_eq!(visible.around("status-updates", 30 * MINUTE), [RUNNING, RUNNING, MISSED]);
    let unknown = story("alertimmo", "critique");
    assert_eq!(unknown.state("status-updates", 60), Some(State::Unknown));

    let over = story("alertimmo", "mineur")
        .record(|r| r.impact.visible = Some(false))
        .then(60, Kind::Role { role: "commander".into(), person: "ada".into() })
        .reach(600, Milestone::Resolved);
    assert_eq!(over.holds_up(Gate::Close, 700), ["end-communication", "initial-communication", "verify"]);
    let told = over.update(800, UpdateState::Resolved).reach(900, Milestone::Verified);
    assert_eq!(told.holds_up(Gate::Close, 1000), [""; 0]);
    assert_eq!(told.holds_up(Gate::Finalise, 1000), ["improve-detection", "share-lessons"]);
}

#[test]
fn koprogo_answers_in_time_by_severity() {
    for (severity, limit) in [("P0", 15 * MINUTE), ("P1", HOUR), ("P2", 4 * HOUR), ("P3", 24 * HOUR)] {
        let answered = |at| story("koprogo", severity).reach(at, Milestone::Acknowledged);
        assert_eq!(answered(limit - 1).state("respond", limit + HOUR), MET, "{severity}");
        assert_eq!(answered(limit).state("respond", limit + HOUR), MISSED, "{severity}");
    }
}

#[test]
fn koprogo_tells_who_must_be_told() {
    let silent = story("koprogo", "P0");
    // Due at once, and in time until the phase of triage ends.
    assert_eq!(silent.due("notify-p0"), Some(0));
    assert_eq!(silent.around("notify-p0", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(silent.told(1, "cto").told(2, "lead_engineer").state("notify-p1", 3), None);
    assert_eq!(story("koprogo", "P1").around("status-page", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(story("koprogo", "P2").state("status-page", HOUR), None);
    assert_eq!(story("koprogo", "P1").around("email-users", HOUR), [RUNNING, RUNNING, MISSED]);
    let short = story("koprogo", "P1").reach(HOUR, Milestone::Resolved);
    assert_eq!(short.state("email-users", 2 * HOUR), None);
}

#[test]
fn koprogo_meets_within_two_days_and_tells_the_regulator_within_three() {
    let meeting = |held: i64| {
        let meeting = Some(zero() + TimeDelta::seconds(held));
        story("koprogo", "P1")
            .reach(0, Milestone::Resolved)
            .then(60, Kind::Postmortem { to: PostmortemState::Draft, meeting })
    };
    assert_eq!(meeting(48 * HOUR - 1).state("postmortem-meeting", 72 * HOUR), MET);
    assert_eq!(meeting(48 * HOUR).state("postmortem-meeting", 72 * HOUR), MISSED);
    let small = story("koprogo", "P2").reach(0, Milestone::Resolved);
    assert_eq!(small.state("postmortem-meeting", 72 * HOUR), None);

    let breach = |told| {
        let known = zero() + TimeDelta::seconds(HOUR);
        story("koprogo", "P0").told(told, "cnil").record(|r| {
            r.impact.breach = Some(Breach::Confirmed);
            r.impact.breach_known_at = Some(known);
        })
    };
    assert_eq!(breach(73 * HOUR).state("cnil", 80 * HOUR), MET);
    assert_eq!(breach(73 * HOUR + 1).state("cnil", 80 * HOUR), MISSED);
    assert_eq!(story("koprogo", "P0").state("cnil", 80 * HOUR), None);
}

#[test]
fn nasa_l4_answers_and_informs_by_severity() {
    let limits = [("CRITICAL", 1), ("HIGH", 4), ("MEDIUM", 24), ("LOW", 72)];
    for (severity, hours) in limits {
        let around = story("nasa-l4", severity).around("respond", hours * HOUR);
        assert_eq!(around, [RUNNING, MISSED, MISSED], "{severity}");
    }
    let informed = |severity| {
        let clocks = story("nasa-l4", severity).record(|r| r.impact.visible = Some(false)).clocks(60);
        clocks.iter().filter(|c| c.obligation.starts_with("inform-")).count()
    };
    assert_eq!(limits.map(|(severity, _)| informed(severity)), [3, 2, 1, 0]);
}

#[test]
fn nasa_l4_is_written_down_within_a_quarter_of_an_hour() {
    let silent = story("nasa-l4", "LOW");
    assert_eq!(silent.due("alert-team"), Some(0));
    assert_eq!(silent.around("alert-team", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    let detected = |before: i64| story("nasa-l4", "LOW").then(-before, Kind::Detected { source: None });
    assert_eq!(detected(15 * MINUTE).state("logged", 60), MET);
    assert_eq!(detected(15 * MINUTE + 1).state("logged", 60), MISSED);
}

#[test]
fn nasa_l4_asks_for_a_postmortem_from_medium_up() {
    let over = |severity| story("nasa-l4", severity).reach(60, Milestone::Resolved);
    let asked = |s| over(s).holds_up(Gate::Finalise, 120);
    assert_eq!(asked("MEDIUM"), ["postmortem", "share-learnings", "update-runbooks"]);
    assert_eq!(asked("LOW"), [""; 0]);
    // No rollback was made, so none has to be checked.
    assert_eq!(over("LOW").holds_up(Gate::Close, 120), ["fix-or-rollback", "preserve-evidence", "verify"]);
}

#[test]
fn standard_asks_a_newcomer_for_few_things() {
    let new = story("standard", "SEV2");
    assert_eq!(
        open_labels(&new),
        [
            "Page the on-call engineer",
            "Name a commander",
            "Call the engineering lead if nobody has taken it",
            "First update to users",
            "Acknowledge and respond",
            "Tell management if users still suffer",
            "Resolve it",
        ]
    );
    let taken = new.reach(60, Milestone::Acknowledged);
    assert_eq!(
        open_labels(&taken),
        ["Name a commander", "First update to users", "Tell management if users still suffer", "Resolve it"]
    );
    let quiet = story("standard", "SEV4");
    assert_eq!(open_labels(&quiet), ["Acknowledge and respond"]);
}

#[test]
fn standard_closes_once_users_know() {
    let over = story("standard", "SEV2").reach(600, Milestone::Resolved);
    assert_eq!(over.holds_up(Gate::Close, 700), ["all-clear"]);
    assert_eq!(over.holds_up(Gate::Finalise, 700), ["postmortem-held", "postmortem-approved"]);
    let inside =
        story("standard", "SEV2").record(|r| r.impact.visible = Some(false)).reach(600, Milestone::Resolved);
    assert_eq!(inside.holds_up(Gate::Close, 700), [""; 0]);
    assert_eq!(over.update(800, UpdateState::Resolved).holds_up(Gate::Close, 900), [""; 0]);
}

#[test]
fn standard_repeats_updates_from_the_first_one_on() {
    let silent = story("standard", "SEV1");
    assert_eq!(silent.around("first-update-sev1", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(silent.state("updates", HOUR), Some(State::Pending));
    let told = silent.update(5 * MINUTE, UpdateState::Investigating);
    assert_eq!(told.around("updates", 35 * MINUTE), [RUNNING, RUNNING, MISSED]);
}

#[test]
fn a_severity_that_the_process_does_not_have_is_unknown_and_passes_nothing() {
    let odd = story("koprogo", "SEV7");
    for id in ["respond", "notify-p0", "status-page"] {
        let clocks = odd.clocks(HOUR);
        let clock = clocks.iter().find(|c| c.obligation == id).unwrap();
        assert_eq!((clock.state, clock.needs), (State::Unknown, Some("severity")), "{id}");
    }
    // Beside one that asks for no severity, and until somebody gives one that is known.
    assert_eq!(odd.around("detection", 5 * MINUTE), [RUNNING, RUNNING, MISSED]);
    let known = odd.then(60, Kind::Severity { to: "P0".into(), reason: None, classification: None });
    assert_eq!(known.state("respond", 120), RUNNING);
    let over = story("koprogo", "SEV7").reach(60, Milestone::Resolved);
    assert!(over.holds_up(Gate::Finalise, 120).contains(&"postmortem-meeting".to_owned()));
    // An alias is the severity itself.
    assert_eq!(story("koprogo", "critical").around("respond", 15 * MINUTE), [RUNNING, MISSED, MISSED]);
}

#[test]
fn what_is_reopened_hurts_again() {
    let eased = story("standard", "SEV1").reach(600, Milestone::Mitigated).reach(900, Milestone::Resolved);
    assert_eq!(eased.state("escalate-sev1", 2 * HOUR), None);
    let again = eased.then(HOUR + 600, Kind::Reopened { reason: "it is back".into() });
    // It resumes from its own zero, and relief ends it anew.
    assert_eq!(again.due("escalate-sev1"), Some(HOUR));
    assert_eq!(again.state("escalate-sev1", 2 * HOUR), MISSED);
    let incident = inc::model::fold(again.record.clone(), again.entries.clone());
    assert_eq!((incident.status.name(), incident.reached(Milestone::Mitigated)), ("declared", None));
    let eased = again.reach(2 * HOUR, Milestone::Mitigated);
    let incident = inc::model::fold(eased.record.clone(), eased.entries.clone());
    assert_eq!(incident.status.name(), "mitigated");
}
