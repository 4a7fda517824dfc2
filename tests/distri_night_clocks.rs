//! What Distri-Night's process asks for and when, each a second before, at and a second after its boundary.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod story;

use chrono::TimeDelta;
use inc::clock::State;
use inc::model::Milestone;
use inc::model::entry::{Kind, PostmortemState, UpdateState, WarroomStep};
use inc::model::record::{Breach, Cost};
use inc::process::obligation::Gate;
use story::{HOUR, MET, MINUTE, MISSED, RUNNING, Story, story, zero};

const NAME: &str = "distri-night";

fn p(rank: u32) -> Story {
    story(NAME, &format!("P{rank}"))
}

fn down(story: Story, from: i64, service: &str) -> Story {
    story.then(from, Kind::Down { service: service.into() })
}

fn up(story: Story, at: i64, service: &str) -> Story {
    story.then(at, Kind::Up { service: service.into() })
}

/// A confirmed breach that was known an hour after the declaration.
fn breach(people: Option<u64>) -> Story {
    p(1).record(|r| {
        r.impact.breach = Some(Breach::Confirmed);
        r.impact.breach_known_at = Some(zero() + TimeDelta::hours(1));
        r.impact.data.people = people;
    })
}

#[test]
fn response_and_resolution_are_strictly_before_their_limits() {
    for (rank, respond, resolve) in [(1, 15 * MINUTE, 4), (2, HOUR, 24), (3, 4 * HOUR, 72)] {
        assert_eq!(p(rank).around("respond", respond), [RUNNING, MISSED, MISSED], "P{rank}");
        assert_eq!(p(rank).around("resolve", resolve * HOUR), [RUNNING, MISSED, MISSED], "P{rank}");
    }
    assert_eq!(p(4).around("respond", 24 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(p(4).state("resolve", 1000 * HOUR), None);
    assert_eq!(p(1).reach(60, Milestone::Acknowledged).state("respond", HOUR), MET);
}

#[test]
fn levels_start_by_scope_and_climb_with_time() {
    let starts = |rank| ["level-l1", "level-l2", "level-l3"].map(|id| p(rank).due(id) == Some(0));
    assert_eq!(starts(1), [false, false, true]);
    assert_eq!(starts(2), [false, true, false]);
    assert_eq!(starts(3), [true, false, false]);
    assert_eq!(starts(4), [true, false, false]);
    assert_eq!(p(3).around("escalate-l2", 4 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(p(2).around("escalate-l3", 24 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(p(1).around("escalate-l4", 2 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(p(4).state("escalate-l3", 100 * HOUR), None);
    let raised = p(2).then(HOUR, Kind::Severity { to: "P1".into(), reason: None, classification: None });
    assert_eq!(raised.due("level-l3"), Some(HOUR));
    assert_eq!(raised.around("escalate-l4", 3 * HOUR), [RUNNING, MISSED, MISSED]);
}

#[test]
fn the_cto_is_told_at_once_and_the_ceo_after_a_quarter_of_an_hour_of_downtime() {
    // At once: due with the declaration, and late after the five minutes that the call protocol gives.
    assert_eq!(p(1).due("alert-cto"), Some(0));
    assert_eq!(p(1).around("alert-cto", 5 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(p(1).told(1, "cto").state("alert-cto", HOUR), MET);
    assert_eq!(p(1).told(5 * MINUTE, "cto").state("alert-cto", HOUR), MET);
    assert_eq!(p(1).told(5 * MINUTE + 1, "cto").state("alert-cto", HOUR), MISSED);
    let out = down(p(1), 0, "web");
    assert_eq!(out.around("downtime-ceo", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(out.around("users-email", 10 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(p(1).state("downtime-ceo", HOUR), Some(State::Pending));
}

#[test]
fn downtime_is_counted_over_intervals_and_services_once() {
    let exactly = up(down(p(1), 0, "web"), 15 * MINUTE, "web");
    assert_eq!(exactly.state("downtime-ceo", HOUR), None);
    // 10 minutes, half an hour up, 5 minutes and a second.
    let twice = down(up(down(p(1), 0, "web"), 10 * MINUTE, "web"), 40 * MINUTE, "web");
    assert_eq!(twice.around("downtime-ceo", 45 * MINUTE), [RUNNING, RUNNING, MISSED]);
    // One service recovers while another stays down; both at once count once.
    let other = up(down(down(p(1), 0, "web"), 60, "api"), 120, "api");
    assert_eq!(other.around("downtime-ceo", 15 * MINUTE), [RUNNING, RUNNING, MISSED]);
    // What fired stays fired when the service comes back.
    assert_eq!(up(down(p(1), 0, "web"), 16 * MINUTE, "web").state("downtime-ceo", HOUR), MISSED);
}

#[test]
fn more_than_a_million_is_for_the_cfo() {
    let costs = |amount, currency: &str, known: Option<i64>| {
        let known_at = known.map(|seconds| zero() + TimeDelta::seconds(seconds));
        p(2).record(|r| r.impact.cost = Some(Cost { amount, currency: currency.into(), known_at }))
    };
    assert_eq!(costs(1_000_000.0, "FCFA", None).state("cost-cfo", 60), None);
    assert_eq!(costs(1_000_001.0, "EUR", None).state("cost-cfo", 60), Some(State::Unknown));
    // From when it is known; from the declaration where nobody wrote that down.
    let known = costs(1_000_001.0, "FCFA", Some(3 * HOUR));
    assert_eq!(known.due("cost-cfo"), Some(3 * HOUR));
    assert_eq!(known.around("cost-cfo", 3 * HOUR + 5 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(costs(1_000_001.0, "FCFA", None).due("cost-cfo"), Some(0));
}

#[test]
fn users_hear_every_half_hour() {
    let told = p(1).update(5 * MINUTE, UpdateState::Investigating);
    assert_eq!(told.around("users-updates", 35 * MINUTE), [RUNNING, RUNNING, MISSED]);
    let on_time = told.update(35 * MINUTE, UpdateState::Identified).reach(40 * MINUTE, Milestone::Resolved);
    assert_eq!(on_time.state("users-updates", HOUR), MET);
    assert_eq!(p(1).around("first-communication", 30 * MINUTE), [RUNNING, MISSED, MISSED]);
    assert_eq!(p(4).state("first-communication", HOUR), None);
}

#[test]
fn the_war_room_opens_at_once_names_its_roles_and_is_relieved() {
    assert_eq!(p(1).due("war-room"), Some(0));
    assert_eq!(p(1).around("war-room", 5 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(p(2).state("war-room", 0), None);
    for role in ["role-commander", "role-technical-lead", "role-scribe"] {
        assert_eq!(p(1).around(role, 3 * MINUTE), [RUNNING, RUNNING, MISSED], "{role}");
    }
    let step = Kind::Warroom {
        step: WarroomStep::Opened,
        channel: None,
        participants: Vec::new(),
        requested_by: None,
    };
    let open = p(1).then(60, step);
    let step = |story: &Story, id: &str, at: i64| {
        story.clocks(at).into_iter().find(|c| c.obligation == format!("step:{id}")).map(|c| c.state)
    };
    assert_eq!(step(&p(1), "wr-timeline", 30), None);
    for (id, by) in [("wr-timeline", 3 * MINUTE), ("wr-objectifs", 5 * MINUTE)] {
        assert_eq!([by, by + 1].map(|at| step(&open, id, at)), [RUNNING, MISSED], "{id}");
    }
    assert_eq!(open.around("check-ins", 31 * MINUTE), [RUNNING, RUNNING, MISSED]);
    assert_eq!(open.around("handover", 4 * HOUR + 60), [RUNNING, RUNNING, MISSED]);
}

#[test]
fn partners_are_told_only_afterwards_and_only_of_a_long_one() {
    let over = |at| p(1).reach(at, Milestone::Resolved);
    assert_eq!(p(1).state("partners-p1", 5 * HOUR), Some(State::Pending));
    assert_eq!(over(2 * HOUR).state("partners-p1", 5 * HOUR), Some(State::Pending));
    assert_eq!(over(2 * HOUR + 1).state("partners-p1", 5 * HOUR), RUNNING);
    assert_eq!(p(2).around("management-p2", 4 * HOUR), [RUNNING, RUNNING, MISSED]);
}

#[test]
fn a_breach_is_told_at_once_and_to_the_authority_within_three_days() {
    let known = breach(Some(1001));
    for who in ["breach-cto", "breach-ceo", "breach-legal"] {
        assert_eq!(known.due(who), Some(HOUR), "{who}");
        assert_eq!(known.around(who, HOUR + 5 * MINUTE), [RUNNING, RUNNING, MISSED], "{who}");
    }
    for id in ["artci", "gdpr-72h"] {
        assert_eq!(known.around(id, 73 * HOUR), [RUNNING, RUNNING, MISSED], "{id}");
    }
    assert_eq!(known.around("breach-users-72h", 73 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(known.around("breach-users", 25 * HOUR), [RUNNING, RUNNING, MISSED]);
    assert_eq!(known.state("artci-decision", 2 * HOUR), None);
    assert_eq!(breach(Some(1000)).state("artci", 80 * HOUR), None);
    assert_eq!(breach(Some(1000)).state("artci-decision", 2 * HOUR), RUNNING);
    assert_eq!(breach(None).state("artci", 2 * HOUR), Some(State::Unknown));
}

#[test]
fn closing_waits_for_half_an_hour_without_error() {
    let over = p(3).reach(HOUR, Milestone::Resolved);
    assert_eq!(over.around("stable", HOUR + 30 * MINUTE), [RUNNING, RUNNING, MET]);
    assert_eq!(over.holds_up(Gate::Close, HOUR + 30 * MINUTE), ["stable"]);
    assert_eq!(over.holds_up(Gate::Close, HOUR + 30 * MINUTE + 1), [""; 0]);
}

#[test]
fn the_postmortem_is_planned_and_held_within_two_days() {
    let over = |rank| p(rank).reach(0, Milestone::Resolved);
    assert_eq!(over(2).around("postmortem-planned", 48 * HOUR), [RUNNING, MISSED, MISSED]);
    assert_eq!(over(3).state("postmortem-planned", HOUR), None);
    let held = |seconds| {
        let meeting = Some(zero() + TimeDelta::seconds(seconds));
        over(1).then(60, Kind::Postmortem { to: PostmortemState::Draft, meeting })
    };
    assert_eq!(held(48 * HOUR).state("postmortem-held", 100 * HOUR), MET);
    assert_eq!(held(48 * HOUR + 1).state("postmortem-held", 100 * HOUR), MISSED);
}

#[test]
fn each_ooda_loop_takes_ten_minutes_at_the_most() {
    let step = |story: Story, at: i64, decide: Option<&str>| {
        let (observe, decide) = (Some("it is down".to_owned()), decide.map(str::to_owned));
        story.then(
            at,
            Kind::Decision { observe, orient: None, decide, act: None, decider: None, of_type: None },
        )
    };
    let opened = |at| step(p(1), at, None);
    assert_eq!(opened(60).around("ooda-loop", 60 + 10 * MINUTE), [RUNNING, RUNNING, MISSED]);
    let taken = |after: i64| step(opened(60), 60 + after, Some("restart")).state("ooda-loop", HOUR);
    let around = [-1, 0, 1].map(|offset| taken(10 * MINUTE + offset));
    assert_eq!(around, [MET, MET, MISSED]);
    let again = step(step(opened(60), 120, Some("restart")), 20 * MINUTE, None);
    assert_eq!(
        again.around("ooda-loop", 30 * MINUTE),
        [RUNNING, RUNNING, MISSED],
        "the second loop has its own time"
    );
    assert_eq!(again.reach(25 * MINUTE, Milestone::Resolved).due("ooda-loop"), Some(60 + 10 * MINUTE));
}
