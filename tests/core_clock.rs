//! Obligations to clocks: boundaries to the second, severity that changes, reopening, repetition, predicates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod core_support;

use core_support::{at, entries, incident, process, process_with, record, seen, seen_of};
use inc::clock::{State, clocks};
use inc::model::fold;
use inc::process::obligation::Gate;

const DECLARED: (&str, &str) = ("10:00", "declared, severity: P0");

/// One obligation counted from the declaration at 10:00 and met, or not, by one `responded`.
fn state(limit: &str, responded: Option<&str>, now: &str) -> String {
    let process = process(&[&format!("id: o, from: declared, {limit}, until: responded")]);
    let story: Vec<_> = [DECLARED].into_iter().chain(responded.map(|at| (at, "responded"))).collect();
    seen(&process, &story, now).join("; ")
}

#[test]
fn each_operator_keeps_its_boundary() {
    for (limit, end, expected) in [
        ("within: < 15m", "10:14:59", "o met due 10:15:00 ended 10:14:59"),
        ("within: < 15m", "10:15:00", "o missed due 10:15:00 ended 10:15:00"),
        ("within: < 15m", "10:15:01", "o missed due 10:15:00 ended 10:15:01"),
        ("within: <= 15m", "10:14:59", "o met due 10:15:00 ended 10:14:59"),
        ("within: <= 15m", "10:15:00", "o met due 10:15:00 ended 10:15:00"),
        ("within: <= 15m", "10:15:01", "o missed due 10:15:00 ended 10:15:01"),
        ("after: 15m", "10:14:59", "o met due 10:15:00 ended 10:14:59"),
        ("after: 15m", "10:15:00", "o met due 10:15:00 ended 10:15:00"),
        ("after: 15m", "10:15:01", "o missed due 10:15:00 ended 10:15:01"),
        ("after: '> 15m'", "10:15:00", "o met due 10:15:00 ended 10:15:00"),
        ("after: '> 15m'", "10:15:01", "o met due 10:15:00 ended 10:15:01"),
        ("after: '> 15m'", "10:15:02", "o missed due 10:15:00 ended 10:15:02"),
        ("between: [5m, 15m]", "10:04:59", "o missed due 10:15:00"),
        ("between: [5m, 15m]", "10:05:00", "o met due 10:15:00 ended 10:05:00"),
        ("between: [5m, 15m]", "10:15:00", "o met due 10:15:00 ended 10:15:00"),
        ("between: [5m, 15m]", "10:15:01", "o missed due 10:15:00 ended 10:15:01"),
    ] {
        assert_eq!(state(limit, Some(end), "12:00"), expected, "{limit}, met at {end}");
    }
}

#[test]
fn each_operator_is_missed_from_its_own_second_on() {
    for (limit, last_running, first_missed) in [
        ("within: < 15m", "10:14:59", "10:15:00"),
        ("within: <= 15m", "10:15:00", "10:15:01"),
        ("after: 15m", "10:14:59", "10:15:00"),
        ("after: '> 15m'", "10:15:00", "10:15:01"),
        ("between: [5m, 15m]", "10:15:00", "10:15:01"),
    ] {
        assert_eq!(state(limit, None, last_running), "o running due 10:15:00", "{limit} at {last_running}");
        assert_eq!(state(limit, None, first_missed), "o missed due 10:15:00", "{limit} at {first_missed}");
    }
}

#[test]
fn each_interval_is_kept_to_its_boundary() {
    for (every, now, expected) in [
        ("<= 30m", "10:30:00", "o running due 10:30:00"),
        ("<= 30m", "10:30:01", "o missed due 10:30:00"),
        ("<= 30m", "11:00:00", "o missed due 10:30:00"),
        ("<= 30m", "11:00:01", "o missed 2 times due 10:30:00"),
        ("< 30m", "10:29:59", "o running due 10:30:00"),
        ("< 30m", "10:30:00", "o missed due 10:30:00"),
        ("< 30m", "10:59:59", "o missed due 10:30:00"),
        ("< 30m", "11:00:00", "o missed 2 times due 10:30:00"),
    ] {
        let process = process(&[&format!("id: o, from: declared, every: {every}, reset: update")]);
        assert_eq!(seen(&process, &[DECLARED], now), [expected], "{every} at {now}");
    }
}

#[test]
fn an_answer_a_second_early_is_in_time_and_on_the_limit_late() {
    let process = process(&["id: respond, from: [detected, declared], within: respond, until: responded"]);
    let answered = |time| seen(&process, &[DECLARED, (time, "responded")], "12:00");
    assert_eq!(answered("10:14:59"), ["respond met due 10:15:00 ended 10:14:59"]);
    assert_eq!(answered("10:15:00"), ["respond missed due 10:15:00 ended 10:15:00"]);
}

fn ladder() -> inc::process::Process {
    process(&[
        "id: l2, from: declared, after: 15m, unless: resolved, until: { escalated: L2 }, level: L2",
        "id: l3, from: declared, after: 30m, unless: resolved, until: { escalated: L3 }, level: L3",
        "id: l4, when: { rank: 1 }, from: declared, after: '> 1h', unless: resolved, until: { escalated: L4 }, level: L4",
    ])
}

#[test]
fn the_ladder_fires_to_the_second() {
    for (now, expected) in [
        ("10:14:59", ["l2 running", "l3 running", "l4 running"]),
        ("10:15:00", ["l2 missed", "l3 running", "l4 running"]),
        ("10:29:59", ["l2 missed", "l3 running", "l4 running"]),
        ("10:30:00", ["l2 missed", "l3 missed", "l4 running"]),
        ("11:00:00", ["l2 missed", "l3 missed", "l4 running"]),
        ("11:00:01", ["l2 missed", "l3 missed", "l4 missed"]),
    ] {
        let dues = [" due 10:15:00", " due 10:30:00", " due 11:00:00"];
        let expected: Vec<_> =
            expected.iter().zip(dues).map(|(state, due)| format!("{state}{due}")).collect();
        assert_eq!(seen(&ladder(), &[DECLARED], now), expected, "at {now}");
    }
    let mild = [("10:00", "declared, severity: P1")];
    assert_eq!(seen(&ladder(), &mild, "12:00"), ["l2 missed due 10:15:00", "l3 missed due 10:30:00"]);
}

#[test]
fn what_is_resolved_before_a_level_never_reaches_it() {
    let resolved =
        |time| seen(&ladder(), &[DECLARED, ("10:15", "escalated, level: L2"), (time, "resolved")], "12:00");
    assert_eq!(resolved("10:29:59"), ["l2 met due 10:15:00 ended 10:15:00"]);
    assert_eq!(
        resolved("10:30:00"),
        ["l2 met due 10:15:00 ended 10:15:00", "l3 missed due 10:30:00 ended 10:30:00"]
    );
    assert_eq!(resolved("11:00:00").len(), 2);
    assert_eq!(resolved("11:00:01").len(), 3);
}

#[test]
fn a_later_level_meets_the_earlier_ones() {
    let story = [DECLARED, ("10:10", "escalated, level: L3")];
    assert_eq!(
        seen(&ladder(), &story, "10:40"),
        [
            "l2 met due 10:15:00 ended 10:10:00",
            "l3 met due 10:30:00 ended 10:10:00",
            "l4 running due 11:00:00"
        ]
    );
}

const UPDATES: &str = "id: updates, from: declared, every: 30m, reset: update, until: resolved";
const UPDATE: &str = "update, state: investigating";

#[test]
fn an_update_on_the_limit_is_on_time_and_each_missed_interval_counts_once() {
    let process = process(&[UPDATES]);
    let on_time = [DECLARED, ("10:30", UPDATE), ("11:00", UPDATE)];
    assert_eq!(seen(&process, &on_time, "11:30"), ["updates running due 11:30:00"]);
    let gap = [DECLARED, ("10:20", UPDATE), ("11:35", UPDATE)];
    assert_eq!(
        seen(&process, &gap, "11:40"),
        ["updates missed 2 times due 10:50:00 ended 11:35:00", "updates running due 12:05:00"]
    );
    let ended = [DECLARED, ("10:20", UPDATE), ("10:50", "resolved")];
    assert_eq!(seen(&process, &ended, "18:00"), ["updates met ended 10:50:00"]);
    let late = [DECLARED, ("10:20", UPDATE), ("10:50:01", "resolved")];
    assert_eq!(seen(&process, &late, "18:00"), ["updates missed due 10:50:00 ended 10:50:01"]);
}

#[test]
fn raised_response_restarts_and_resolution_takes_the_shorter_limit() {
    let process = process(&[
        "id: respond, from: declared, within: respond, until: responded, on_raise: restart",
        "id: resolve, from: declared, within: resolve, until: resolved",
    ]);
    let story = [("10:00", "declared, severity: P1"), ("10:20", "severity, to: P0")];
    assert_eq!(
        seen(&process, &story[..1], "10:20"),
        ["respond running due 11:00:00", "resolve running due 14:00:00"]
    );
    assert_eq!(
        seen(&process, &story, "10:20"),
        ["respond running due 10:35:00", "resolve running due 11:00:00"]
    );

    let met_before = [story[0], ("10:10", "responded"), story[1]];
    assert_eq!(
        seen(&process, &met_before, "12:00"),
        ["resolve missed due 11:00:00", "respond met due 11:00:00 ended 10:10:00"]
    );
    let after = [story[0], story[1], ("10:34:59", "responded"), ("10:59:59", "resolved")];
    assert_eq!(
        seen(&process, &after, "12:00"),
        ["respond met due 10:35:00 ended 10:34:59", "resolve met due 11:00:00 ended 10:59:59"]
    );
    let too_late_already = [story[0], ("11:00", "severity, to: P0")];
    assert_eq!(
        seen(&process, &too_late_already, "11:00"),
        ["resolve missed due 11:00:00", "respond missed due 11:00:00"]
    );
}

#[test]
fn lowered_what_fired_stays_and_what_is_pending_takes_the_longer_limit() {
    let process = process(&[
        "id: respond, from: declared, within: respond, until: responded, on_raise: restart",
        "id: resolve, from: declared, within: resolve, until: resolved",
        "id: only, when: { rank: 1 }, from: declared, after: 45m, until: { notified: cto }",
    ]);
    let lowered = |time| seen(&process, &[DECLARED, (time, "severity, to: P1")], "11:30");
    assert_eq!(lowered("10:10"), ["respond missed due 11:00:00", "resolve running due 14:00:00"]);
    assert_eq!(lowered("10:30"), ["respond missed due 10:15:00", "resolve running due 14:00:00"]);
    let both = ["respond missed due 10:15:00", "only missed due 10:45:00", "resolve running due 14:00:00"];
    assert_eq!(lowered("10:45"), both);
    assert_eq!(lowered("10:44:59").len(), 2, "what did not fire while it applied never does");
    assert_eq!(lowered("11:00")[2], "resolve missed due 11:00:00");
    let nothing = [DECLARED, ("10:05", "severity, to: P3")];
    assert_eq!(seen(&process, &nothing, "23:00"), ["resolve running", "respond running"], "no limit is none");
}

#[test]
fn raised_lowered_and_raised_again() {
    let process = process(&[
        "id: respond, from: declared, within: respond, until: responded, on_raise: restart",
        "id: page, when: { rank: 1 }, from: declared, within: <= 10m, until: { notified: cto }, on_raise: restart",
    ]);
    let story = [
        ("10:00", "declared, severity: P1"),
        ("10:10", "severity, to: P0"),
        ("10:15", "severity, to: P1"),
        ("10:40", "severity, to: P0"),
    ];
    assert_eq!(
        seen(&process, &story[..2], "10:12"),
        ["page running due 10:20:00", "respond running due 10:25:00"]
    );
    assert_eq!(seen(&process, &story[..3], "10:15"), ["respond running due 11:10:00"]);
    assert_eq!(
        seen(&process, &story, "10:40"),
        ["page running due 10:50:00", "respond running due 10:55:00"]
    );
    let told_between = [story[0], story[1], story[2], ("10:30", "notified, who: cto"), story[3]];
    assert_eq!(
        seen(&process, &told_between, "12:00"),
        ["page met due 10:50:00 ended 10:30:00", "respond missed due 10:55:00"]
    );
}

#[test]
fn reopened_resolution_runs_again_from_its_own_zero() {
    let process = process(&["id: resolve, from: declared, within: resolve, until: resolved", UPDATES]);
    let story =
        [DECLARED, ("10:20", "resolved"), ("10:45", "reopened, reason: again"), ("10:59", "resolved")];
    assert_eq!(
        seen(&process, &story[..2], "10:30"),
        ["resolve met due 11:00:00 ended 10:20:00", "updates met ended 10:20:00"]
    );
    assert_eq!(
        seen(&process, &story[..3], "10:50"),
        ["resolve running due 11:00:00", "updates running due 11:15:00"]
    );
    assert_eq!(
        seen(&process, &story, "12:00"),
        ["resolve met due 11:00:00 ended 10:59:00", "updates met ended 10:59:00"]
    );
    assert_eq!(seen(&process, &story[..3], "11:20")[0], "resolve missed due 11:00:00");
    let looking_back = seen(&process, &story, "10:30");
    assert_eq!(looking_back, seen(&process, &story[..2], "10:30"), "what lies later has not happened");
}

#[test]
fn reopened_a_message_that_ended_the_updates_ends_them_no_more() {
    let process = process(&[
        "id: updates, from: declared, every: 30m, reset: update, until: { update: { state: resolved } }",
        "id: all-clear, from: resolved, within: <= 1h, until: { update: { state: resolved } }",
    ]);
    let story = [
        DECLARED,
        ("10:20", "resolved"),
        ("10:21", "update, state: resolved"),
        ("12:00", "reopened, reason: again"),
        ("12:10", "resolved"),
    ];
    assert_eq!(seen(&process, &story[..4], "12:05"), ["updates running due 12:30:00", "all-clear pending"]);
    assert_eq!(
        seen(&process, &story, "12:20"),
        ["updates running due 12:30:00", "all-clear running due 13:10:00"]
    );
}

#[test]
fn two_stretches_of_a_repeating_one() {
    let process = process(&[
        "id: checkins, when: { rank: 1 }, from: declared, every: 30m, reset: { warroom: checked_in }",
    ]);
    let story = [
        DECLARED,
        ("10:40", "severity, to: P1"),
        ("12:00", "severity, to: P0"),
        ("12:20", "warroom, step: checked_in"),
    ];
    assert_eq!(
        seen(&process, &story, "12:30"),
        ["checkins missed due 10:30:00 ended 10:40:00", "checkins running due 12:50:00"]
    );
    assert_eq!(seen(&process, &story[..2], "12:30"), ["checkins missed due 10:30:00 ended 10:40:00"]);
}

#[test]
fn late_back_dated_and_out_of_order() {
    let process = process(&[
        "id: respond, from: [detected, declared], within: respond, until: { any: [responded, acknowledged] }",
    ]);
    let late = [DECLARED, ("10:40", "acknowledged")];
    assert_eq!(seen(&process, &late, "12:00"), ["respond missed due 10:15:00 ended 10:40:00"]);
    let back_dated = [DECLARED, late[1], ("10:05", "responded"), ("09:55", "detected")];
    assert_eq!(seen(&process, &back_dated, "12:00"), ["respond met due 10:10:00 ended 10:05:00"]);
    let before_the_start =
        [("10:00", "detected"), ("10:05", "declared, severity: P0"), ("09:59", "acknowledged")];
    assert_eq!(seen(&process, &before_the_start, "12:00"), ["respond met due 10:15:00 ended 09:59:00"]);
}

#[test]
fn without_its_start_a_clock_is_pending_and_holds_nothing_up() {
    let process = process(&["id: o, from: mitigated, within: 1h, until: verified, blocks: [close]"]);
    let found = clocks(&incident(&[DECLARED]), &process, at("12:00"));
    assert_eq!((found[0].state, found[0].holds_up(Gate::Close)), (State::Pending, false));
    let started = incident(&[DECLARED, ("10:30", "mitigated")]);
    assert!(clocks(&started, &process, at("12:00"))[0].holds_up(Gate::Close));
    assert!(!clocks(&started, &process, at("12:00"))[0].holds_up(Gate::Resolve));
    let ended = incident(&[DECLARED, ("10:30", "mitigated"), ("11:30", "verified")]);
    assert!(!clocks(&ended, &process, at("12:00"))[0].holds_up(Gate::Close));
}

#[test]
fn what_nobody_wrote_is_unknown_and_named() {
    let process = process(&[
        "id: cfo, when: { cost: { amount: '> 1000000', currency: FCFA } }, from: declared, after: 0m, until: { notified: cfo }, blocks: [close]",
        "id: users, when: { any: [{ rank: 1 }, { users_percent: '> 50' }] }, from: declared, within: 1h, until: { update: {} }",
    ]);
    let seen_with =
        |more: &str, story: &[(&str, &str)]| seen_of(&process, &fold(record(more), entries(story)), "10:30");
    let cost = |amount: u64| format!("impact: {{ cost: {{ amount: {amount}, currency: FCFA }} }}");
    let running = "users running due 11:00:00";
    assert_eq!(seen_with("", &[DECLARED]), [running, "cfo unknown needs impact.cost"]);
    assert_eq!(seen_with(&cost(1_000_000), &[DECLARED]), [running]);
    assert_eq!(seen_with(&cost(1_000_001), &[DECLARED]), ["cfo missed due 10:00:00", running]);
    let euro = "impact: { cost: { amount: 5, currency: EUR } }";
    assert_eq!(seen_with(euro, &[DECLARED])[1], "cfo unknown needs impact.cost");
    let told = [DECLARED, ("10:05", "notified, who: cfo")];
    assert_eq!(seen_with("", &told), [running], "met, whether it applied or not");
    let lowered = [DECLARED, ("10:10", "severity, to: P1"), told[1]];
    assert_eq!(seen_with("", &lowered), ["users unknown needs impact.users.percent"], "it may apply still");
    assert!(clocks(&incident(&[DECLARED]), &process, at("10:30"))[1].holds_up(Gate::Close));
}

#[test]
fn a_breach_without_its_time_is_unknown_not_pending() {
    let process = process(&[
        "id: authority, when: { breach: [suspected, confirmed] }, from: breach, within: <= 72h, until: { notified: cnil }",
    ]);
    let seen_with = |more: &str, now| seen_of(&process, &fold(record(more), entries(&[DECLARED])), now);
    assert_eq!(seen_with("", "12:00"), [""; 0]);
    assert_eq!(
        seen_with("impact: { breach: suspected }", "12:00"),
        ["authority unknown needs impact.breach_known_at"]
    );
    let known = "impact: { breach: confirmed, breach_known_at: 2025-11-10T11:00:00Z }";
    assert_eq!(seen_with(known, "10:30"), ["authority pending"]);
    assert_eq!(seen_with(known, "2025-11-13T11:00:00Z"), ["authority running due 11-13T11:00:00"]);
    assert_eq!(seen_with(known, "2025-11-13T11:00:01Z"), ["authority missed due 11-13T11:00:00"]);
}

#[test]
fn obligations_build_on_others_and_circles_end() {
    let chain = process(&[
        "id: first, from: declared, within: 10m, until: responded",
        "id: second, from: { obligation: first }, within: 10m, until: { done: x }",
        "id: third, from: { obligation: second }, within: 10m, until: resolved",
        "id: after-updates, from: { obligation: updates }, within: 1h, until: closed",
        UPDATES,
    ]);
    let story = [DECLARED, ("10:12", "responded"), ("10:20", "done, item: x")];
    let late = "first missed due 10:10:00 ended 10:12:00";
    assert_eq!(
        seen(&chain, &story[..2], "10:15"),
        [
            late,
            "second running due 10:22:00",
            "updates running due 10:30:00",
            "after-updates pending",
            "third pending"
        ]
    );
    assert_eq!(seen(&chain, &story, "10:21")[2], "third running due 10:30:00");
    let gap = [DECLARED, ("11:00", UPDATE)];
    assert!(
        seen(&chain, &gap, "11:05").contains(&"after-updates pending".to_owned()),
        "a repeating one that missed an interval has not ended"
    );

    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let circle: Vec<String> = ids
        .iter()
        .map(|id| {
            let all = ids.map(|other| format!("{{ obligation: {other} }}")).join(", ");
            let any = format!("{{ any: [{all}] }}");
            format!("id: {id}, from: [{any}, declared], within: 1h, until: {any}, unless: {any}")
        })
        .collect();
    let circle = process(&circle.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(seen(&circle, &[DECLARED], "10:30").len(), ids.len());
}

#[test]
fn waivers_are_shown_and_cover_what_they_could_know() {
    let process = process(&["id: respond, from: declared, within: respond, until: responded", UPDATES]);
    let waive_respond = ("10:20", "waived, obligation: respond, reason: drill");
    assert_eq!(seen(&process, &[DECLARED, waive_respond], "10:25")[0], "respond waived due 10:15:00");
    assert_eq!(seen(&process, &[DECLARED, waive_respond], "10:19")[0], "respond missed due 10:15:00");
    let met = [DECLARED, ("10:01", "responded"), waive_respond];
    assert_eq!(seen(&process, &met, "10:25")[0], "respond met due 10:15:00 ended 10:01:00");
    let gap = [
        DECLARED,
        ("10:35", UPDATE),
        ("10:40", "waived, obligation: updates, reason: night"),
        ("10:50", UPDATE),
    ];
    assert_eq!(
        seen(&process, &gap, "11:30")[1..],
        ["updates waived due 10:30:00 ended 10:35:00", "updates missed due 11:20:00"],
        "the next interval counts again"
    );
}

#[test]
fn a_cancelled_incident_has_no_clocks() {
    let process = process(&["id: respond, from: declared, within: respond, until: responded"]);
    let story = [DECLARED, ("10:10", "cancelled, reason: false_positive")];
    assert_eq!(seen(&process, &story, "10:09").len(), 1);
    assert_eq!(seen(&process, &story, "10:10"), [""; 0]);
}

fn action_due(zone: &str, day: &str) -> String {
    let process = process_with("", &[]);
    let mut process = process;
    process.timezone = zone.parse().unwrap();
    let more = format!("actions: [{{ id: a1, title: t, due: {day} }}]");
    let found = clocks(&fold(record(&more), entries(&[DECLARED])), &process, at("12:00"));
    inc::model::instant::rfc3339(found[0].due.unwrap())
}

#[test]
fn actions_are_due_at_the_end_of_the_day_in_the_zone() {
    for (zone, day, due) in [
        ("UTC", "2025-11-20", "2025-11-20T23:59:59Z"),
        ("Europe/Brussels", "2025-11-20", "2025-11-20T22:59:59Z"),
        ("Europe/Brussels", "2026-03-28", "2026-03-28T22:59:59Z"),
        ("Europe/Brussels", "2026-03-29", "2026-03-29T21:59:59Z"),
        ("Europe/Brussels", "2025-10-26", "2025-10-26T22:59:59Z"),
        ("Africa/Abidjan", "2025-12-31", "2025-12-31T23:59:59Z"),
        // Midnight of the 4th does not exist: the day begins at one.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T02:59:59Z"),
    ] {
        assert_eq!(action_due(zone, day), due, "{day} in {zone}");
    }
}

#[test]
fn actions_are_closed_in_time_or_late() {
    for (fields, now, expected) in [
        ("", "2025-11-20T23:59:59Z", vec!["action:a1 running due 11-20T23:59:59"]),
        ("", "2025-11-21T00:00:00Z", vec!["action:a1 missed due 11-20T23:59:59"]),
        (
            ", status: done, closed_on: 2025-11-20",
            "2025-12-01T00:00:00Z",
            vec!["action:a1 met due 11-20T23:59:59 ended 11-20T00:00:00"],
        ),
        (
            ", status: done, closed_on: 2025-11-21",
            "2025-12-01T00:00:00Z",
            vec!["action:a1 missed due 11-20T23:59:59 ended 11-21T00:00:00"],
        ),
        (
            ", status: done, closed_on: 2025-11-10",
            "2025-12-01T00:00:00Z",
            vec!["action:a1 met due 11-20T23:59:59 ended 10:00:00"],
        ),
        (", status: done", "2025-12-01T00:00:00Z", vec!["action:a1 met due 11-20T23:59:59"]),
        (", status: cancelled", "2025-12-01T00:00:00Z", vec![]),
    ] {
        let more = format!("actions: [{{ id: a1, title: t, due: 2025-11-20{fields} }}]");
        let incident = fold(record(&more), entries(&[DECLARED]));
        assert_eq!(seen_of(&process(&[]), &incident, now), expected, "{fields}");
    }
}

#[test]
fn runbook_steps_are_due_by_their_group() {
    let process = process_with(
        "checklists:\n\
         \x20 - { id: c, label: c, when: { visible: true }, groups: [{ by: 1h, items: [{ id: tell, text: t }] }] }\n\
         runbooks:\n\
         \x20 - id: db\n\
         \x20   label: db\n\
         \x20   checklists: [c]\n\
         \x20   steps:\n\
         \x20     - { at: 0m, items: [{ id: look, text: t }, { id: maybe, text: t, optional: true }] }\n\
         \x20     - { at: 3m, by: 10m, items: [{ id: ask, text: t, done_by: identified }] }\n\
         \x20     - { at: 20m, items: [{ id: mend, text: t, when: { recent_deploy: true } }] }",
        &[],
    );
    let seen_with = |more: &str, story: &[(&str, &str)]| {
        seen_of(&process, &fold(record(&format!("type: db\n{more}")), entries(story)), "10:05")
    };
    assert_eq!(
        seen_with("", &[DECLARED]),
        [
            "step:look missed due 10:03:00",
            "step:ask running due 10:10:00",
            "step:mend unknown due 10:20:00 needs recent_deploy",
            "step:tell unknown due 11:00:00 needs impact.visible",
        ]
    );
    let known = "recent_deploy: false\nimpact: { visible: true }";
    let story = [DECLARED, ("10:03", "done, item: look"), ("10:04", "identified")];
    assert_eq!(
        seen_with(known, &story),
        [
            "step:look met due 10:03:00 ended 10:03:00",
            "step:ask met due 10:10:00 ended 10:04:00",
            "step:tell running due 11:00:00",
        ]
    );
    assert_eq!(seen(&process, &[DECLARED], "10:05"), [""; 0], "no type, no runbook");
}

#[test]
fn severity_that_brings_an_obligation_in_or_takes_it_out() {
    let process = process(&[
        "id: tell, when: { rank: 1 }, from: declared, within: 10m, unless: mitigated, until: { notified: cto }",
        "id: calm, when: { rank: 2 }, from: declared, within: 10m, until: { notified: team }, on_raise: restart",
        "id: after, when: { rank: 1 }, from: mitigated, within: 10m, until: { notified: cto }",
    ]);
    let told = ("10:20", "notified, who: cto");
    let raised = [("10:00", "declared, severity: P1"), told, ("10:30", "severity, to: P0")];
    assert_eq!(
        seen(&process, &raised, "12:00"),
        ["calm missed due 10:10:00", "tell met due 10:10:00 ended 10:20:00", "after pending"],
        "what was done before it was asked for is in time"
    );
    let moot = [raised[0], ("10:20", "mitigated"), raised[2]];
    assert_eq!(
        seen(&process, &moot, "10:30"),
        ["calm missed due 10:10:00", "after running due 10:30:00"],
        "what was moot before it was asked for stays so"
    );
    let lowered = [DECLARED, told, ("10:30", "severity, to: P1"), ("11:00", "mitigated")];
    assert_eq!(
        seen(&process, &lowered, "10:35"),
        ["tell missed due 10:10:00 ended 10:20:00", "calm running due 10:40:00"]
    );
    assert_eq!(
        seen(&process, &lowered, "12:00").len(),
        2,
        "it did not apply any more when it would have begun"
    );
}

#[test]
fn resolved_and_reopened_in_one_second() {
    let process = process(&[UPDATES]);
    let again = [DECLARED, ("10:20", "resolved"), ("10:20", "reopened, reason: oops")];
    assert_eq!(seen(&process, &again, "10:25"), ["updates running due 10:30:00"], "no time off");
    let over = [DECLARED, ("10:10", "resolved"), ("10:20", "reopened, reason: oops"), ("10:20", "resolved")];
    assert_eq!(seen(&process, &over, "18:00"), ["updates met ended 10:10:00"]);
}

#[test]
fn a_repeating_one_that_may_still_apply_is_unknown_beside_what_it_missed() {
    let process = process(&[
        "id: o, when: { any: [{ rank: 1 }, { visible: true }] }, from: declared, every: 30m, reset: update, until: resolved",
    ]);
    let story = [DECLARED, ("10:40", "severity, to: P1"), ("11:00", "resolved")];
    assert_eq!(
        seen(&process, &story[..2], "10:50"),
        ["o missed due 10:30:00 ended 10:40:00", "o unknown needs impact.visible"]
    );
    assert_eq!(seen(&process, &story, "12:00"), ["o missed due 10:30:00 ended 10:40:00"]);
}

const LOOP: &str = "id: loop, from: { decision: opened }, each: true, within: <= 10m, until: { decision: decided }, unless: resolved";

#[test]
fn each_decision_that_is_opened_has_a_limit_of_its_own() {
    let process = process(&[LOOP]);
    let (seen_at, taken) = ("decision, observe: it is slow", "decision, decide: restart");
    let loops = |story: &[(&str, &str)], now| seen(&process, &[&[DECLARED], story].concat(), now);
    assert_eq!(loops(&[], "12:00"), ["loop pending"]);
    assert_eq!(loops(&[("10:05", taken)], "12:00"), ["loop pending"], "decided at once, it was never open");
    for (end, expected) in [
        ("10:14:59", "loop met due 10:15:00 ended 10:14:59"),
        ("10:15:00", "loop met due 10:15:00 ended 10:15:00"),
        ("10:15:01", "loop missed due 10:15:00 ended 10:15:01"),
    ] {
        assert_eq!(loops(&[("10:05", seen_at), (end, taken)], "12:00"), [expected]);
    }
    let story =
        [("10:05", seen_at), ("10:10", taken), ("10:20", seen_at), ("10:31", taken), ("10:40", seen_at)];
    assert_eq!(
        loops(&story, "10:45"),
        [
            "loop met due 10:15:00 ended 10:10:00",
            "loop missed due 10:30:00 ended 10:31:00",
            "loop running due 10:50:00"
        ]
    );
    assert_eq!(loops(&story, "10:50:00")[2], "loop running due 10:50:00");
    assert_eq!(loops(&story, "10:50:01")[2], "loop missed due 10:50:00");
}

#[test]
fn what_meets_one_start_meets_no_other_of_the_same_second() {
    let process = process(&[LOOP]);
    let (seen_at, taken) = ("decision, observe: it is slow", "decision, decide: restart");
    let story = [DECLARED, ("10:05", seen_at), ("10:06", taken), ("10:06", seen_at)];
    assert_eq!(
        seen(&process, &story, "10:30"),
        ["loop met due 10:15:00 ended 10:06:00", "loop missed due 10:16:00"]
    );
    let at_once = [DECLARED, ("10:05", seen_at), ("10:05", taken)];
    assert_eq!(seen(&process, &at_once, "10:30"), ["loop met due 10:15:00 ended 10:05:00"]);
    let twice_open = [DECLARED, ("10:05", seen_at), ("10:06", seen_at), ("10:07", taken)];
    assert_eq!(
        seen(&process, &twice_open, "10:30"),
        ["loop met due 10:15:00 ended 10:07:00", "loop met due 10:16:00 ended 10:07:00"],
        "a decision closes all that is open, whoever opened it"
    );
}

#[test]
fn an_open_decision_ends_with_the_incident_and_may_be_waived() {
    let process = process(&[LOOP]);
    let seen_at = "decision, observe: it is slow";
    let resolved = |at| seen(&process, &[DECLARED, ("10:05", seen_at), (at, "resolved")], "12:00");
    assert_eq!(resolved("10:10"), [""; 0], "what was over in time needed no decision");
    assert_eq!(resolved("10:20"), ["loop missed due 10:15:00 ended 10:20:00"]);
    let waived = [
        DECLARED,
        ("10:05", seen_at),
        ("10:20", "waived, obligation: loop, reason: drill"),
        ("10:30", "decision, decide: x"),
        ("10:31", seen_at),
    ];
    assert_eq!(
        seen(&process, &waived, "12:00"),
        ["loop waived due 10:15:00 ended 10:30:00", "loop missed due 10:41:00"],
        "the next one counts again"
    );
    assert_eq!(seen(&process, &waived[..2], "10:10"), ["loop running due 10:15:00"]);
}

#[test]
fn an_open_decision_is_no_decision() {
    let process = process(&["id: o, from: declared, within: 1h, until: decision"]);
    let opened =
        [DECLARED, ("10:05", "decision, orient: two ways"), ("10:20", "decision, decide: the first")];
    assert_eq!(seen(&process, &opened[..2], "10:30"), ["o running due 11:00:00"]);
    assert_eq!(seen(&process, &opened, "10:30"), ["o met due 11:00:00 ended 10:20:00"]);
}

#[test]
fn what_is_left_of_several_is_what_has_not_happened_since_it_counts() {
    let process = process(&[
        "id: deep, from: declared, within: 1h, until: { all: [{ all: [{ done: a }, { done: b }] }, { done: c }] }",
        "id: again, from: [reopened], within: 1h, until: { all: [{ done: a }, { done: b }] }",
        "id: every, from: declared, every: 30m, reset: { all: [{ done: a }, { done: b }] }",
    ]);
    let left = |story: &[(&str, &str)], now: &str| -> Vec<String> {
        let found = clocks(&incident(story), &process, at(now));
        let open = found.iter().filter(|c| c.is_open());
        open.map(|c| format!("{}: {}", c.obligation, inc::render::clocks::command(c).unwrap())).collect()
    };
    let story = [
        DECLARED,
        ("10:05", "done, item: a"),
        ("10:10", "done, item: b"),
        ("10:12", "done, item: a"),
        ("10:15", "resolved"),
        ("10:20", "reopened, reason: again"),
        ("10:25", "done, item: a"),
        ("10:30", "done, item: b"),
    ];
    let (a, b, c) = ("inc checklist done a", "inc checklist done b", "inc checklist done c");
    assert_eq!(left(&story[..2], "10:06"), [format!("every: {b}"), format!("deep: {b}")]);
    assert_eq!(left(&story[..3], "10:11"), [format!("every: {a}"), format!("deep: {c}")]);
    assert_eq!(left(&story[..4], "10:13"), [format!("every: {b}"), format!("deep: {c}")]);
    assert_eq!(
        left(&story[..6], "10:21"),
        [format!("every: {a}"), format!("deep: {c}"), format!("again: {a}")],
        "what was done before the reopening is to be done again"
    );
    assert_eq!(left(&story[..7], "10:26")[2], format!("again: {b}"));
    assert!(
        seen(&process, &story, "10:35").contains(&"again met due 11:20:00 ended 10:30:00".to_owned()),
        "{:?}",
        seen(&process, &story, "10:35")
    );
}

const RELIEVED: &str =
    "id: updates, from: declared, every: <= 30m, reset: update, until: { any: [mitigated, resolved] }";

#[test]
fn relief_before_a_reopening_is_no_missed_interval() {
    let process = process(&[RELIEVED]);
    let story = [
        DECLARED,
        ("10:25", "mitigated"),
        ("12:00", "resolved"),
        ("13:00", "reopened, reason: again"),
        ("13:40", UPDATE),
    ];
    assert_eq!(seen(&process, &story[..3], "12:30"), ["updates met ended 10:25:00"]);
    assert_eq!(seen(&process, &story[..4], "13:10"), ["updates running due 13:30:00"]);
    assert_eq!(
        seen(&process, &story, "13:50"),
        ["updates missed due 13:30:00 ended 13:40:00", "updates running due 14:10:00"]
    );
}

proptest::proptest! {
    /// A reopening adds the intervals missed after it to those missed before, and none for the time of relief.
    #[test]
    fn a_reopening_counts_from_the_reopening(
        relief in 1_i64..300, rest in 0_i64..300, calm in 1_i64..300, again in 0_i64..300,
    ) {
        let process = process(&[RELIEVED]);
        let minute = |n: i64| inc::model::instant::rfc3339(at("10:00") + chrono::TimeDelta::minutes(n));
        let times = [relief, relief + rest, relief + rest + calm].map(minute);
        let story: Vec<(&str, &str)> = [DECLARED].into_iter()
            .chain(times.iter().map(String::as_str).zip(["mitigated", "resolved", "reopened, reason: x"]))
            .collect();
        let missed = |story: &[(&str, &str)], now: i64| -> i64 {
            clocks(&incident(story), &process, at(&minute(now))).iter().map(|c| c.missed_count).sum()
        };
        let reopened = relief + rest + calm;
        let fresh = missed(&[DECLARED], again);
        let before = missed(&story[..3], reopened);
        proptest::prop_assert_eq!(missed(&story, reopened + again), before + fresh);
    }

    /// Every decision that was opened has one clock, whatever the order of the entries; each ends with the first
    /// decision after it.
    #[test]
    fn every_opening_has_its_clock(minutes in proptest::collection::vec((0_i64..300, proptest::bool::ANY), 0..12)) {
        let process = process(&[LOOP]);
        let times: Vec<String> = minutes.iter()
            .map(|(n, _)| inc::model::instant::rfc3339(at("10:00") + chrono::TimeDelta::minutes(*n)))
            .collect();
        let what = |open: bool| if open { "decision, observe: x" } else { "decision, decide: y" };
        let mut story = vec![DECLARED];
        story.extend(times.iter().map(String::as_str).zip(minutes.iter().map(|(_, open)| what(*open))));
        let of = |story: &[(&str, &str)]| clocks(&fold(record(""), entries(story)), &process, at("23:00"));
        let found = of(&story);
        let opened = minutes.iter().filter(|(_, open)| *open).count();
        proptest::prop_assert_eq!(found.iter().filter(|c| c.from.is_some()).count(), opened);
        for clock in &found {
            proptest::prop_assert!(clock.ended_at.is_none_or(|end| Some(end) >= clock.from));
            proptest::prop_assert_eq!(clock.missed_count > 0, clock.margin_seconds.is_some_and(|m| m < 0));
        }
        let last_decided = minutes.iter().filter(|(_, open)| !*open).map(|(n, _)| *n).max();
        let unmet = minutes.iter().filter(|(n, open)| *open && last_decided.is_none_or(|last| *n > last)).count();
        let open = found.iter().filter(|c| c.from.is_some() && c.ended_at.is_none()).count();
        proptest::prop_assert!(open >= unmet);
        story[1..].reverse();
        let reversed = of(&story);
        let states = |clocks: &[inc::clock::Clock]| clocks.iter().map(core_support::line).collect::<Vec<_>>();
        proptest::prop_assert_eq!(states(&found), states(&reversed));
    }
}
