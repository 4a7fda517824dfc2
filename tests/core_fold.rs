//! Entries to an incident: the order of writing does not matter, nothing is lost, and time only adds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod core_support;

use core_support::{at, entries, entry, incident, named, process, record};
use inc::clock::{Clock, State, clocks, metrics};
use inc::model::entry::{
    CancelReason, Classification, Fields, KindName, Outcome, PostmortemState, RollbackStep, UpdateState,
    WarroomStep,
};
use inc::model::{Entry, Incident, Kind, Milestone, Status, fold};
use inc::process::Process;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What can happen, in the kinds that clocks look at.
const HAPPENINGS: [&str; 22] = [
    "acknowledged",
    "responded",
    "identified",
    "mitigated",
    "resolved",
    "resolved",
    "verified",
    "closed",
    "reopened, reason: again",
    "reopened, reason: still",
    "severity, to: P0",
    "severity, to: P1",
    "severity, to: P3",
    "update, state: investigating",
    "update, state: resolved",
    "escalated, level: L2",
    "notified, who: cto",
    "down, service: api",
    "up, service: api",
    "waived, obligation: notify, reason: drill",
    "waived, obligation: updates, reason: drill",
    "postmortem, to: draft, meeting: 2025-11-10T13:00:00Z",
];

fn story() -> impl Strategy<Value = Vec<Entry>> {
    let declared = select(&["P0", "P1", "P2"][..]);
    let rest = prop::collection::vec((0_u32..150, select(&HAPPENINGS[..])), 0..14);
    (declared, rest).prop_map(|(severity, rest)| {
        let time = |minute: u32| format!("{:02}:{:02}", 9 + minute / 60, minute % 60);
        let declared = (time(30), format!("declared, severity: {severity}"));
        let rest = rest.into_iter().map(|(minute, what)| (time(minute), what.to_owned()));
        let all = [declared].into_iter().chain(rest).enumerate();
        all.map(|(place, (time, what))| entry(&time, &what, place)).collect()
    })
}

/// One obligation of each form.
fn everything() -> Process {
    process(&[
        "id: respond, from: [detected, declared], within: respond, until: responded, on_raise: restart",
        "id: resolve, from: declared, within: resolve, until: resolved",
        "id: notify, when: { rank: '<= 2' }, from: declared, after: 0m, until: { notified: cto }, on_raise: restart",
        "id: l2, from: declared, after: 15m, unless: resolved, until: { escalated: L2 }",
        "id: l4, when: { rank: 1 }, from: declared, after: '> 1h', unless: resolved, until: { escalated: L4 }",
        "id: updates, when: { rank: '<= 2' }, from: declared, every: 30m, reset: update, until: resolved",
        "id: strict, from: declared, every: < 20m, reset: update, until: { update: { state: resolved } }",
        "id: window, from: resolved, between: [30m, 2h], until: verified",
        "id: held, when: { highest_rank: 1 }, from: resolved, within: < 48h, until: { meeting: held }",
        "id: quiet, from: resolved, wait: '> 30m', blocks: [close]",
        "id: downtime, from: declared, after: '> 15m', counts: downtime, unless: resolved, until: { notified: ceo }",
        "id: later, from: { obligation: l2 }, within: <= 10m, until: mitigated",
        "id: partners, from: { missed: resolve }, within: 1h, until: { notified: partners }",
        "id: unknown, when: { any: [{ rank: 1 }, { users_percent: '> 50' }] }, from: declared, within: 1h, until: identified",
        "id: close, from: resolved, until: closed",
    ])
}

fn seen(incident: &Incident, now: &str) -> Vec<Clock> {
    clocks(incident, &everything(), at(now))
}

/// Whether a clock seen earlier is seen later, too, with everything that was settled about it.
fn stands(earlier: &Clock, later: &[Clock]) -> bool {
    if earlier.ended_at.is_some() {
        return later.contains(earlier);
    }
    let same =
        |l: &&Clock| (&l.obligation, l.from, l.due) == (&earlier.obligation, earlier.from, earlier.due);
    later.iter().filter(same).any(|l| l.state == earlier.state && l.missed_count >= earlier.missed_count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn only_the_set_of_entries_counts(story in story(), order in any::<u64>(), twice in any::<Index>()) {
        let mut other = story.clone();
        other.push(twice.get(&story).clone());
        let shift = usize::try_from(order % 97).unwrap() % other.len();
        other.rotate_left(shift);
        if order & 1 == 1 {
            other.reverse();
        }
        let (one, other) = (fold(record(""), story), fold(record(""), other));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(seen(&one, "12:00"), seen(&other, "12:00"));
    }

    #[test]
    fn clones_that_merge_agree(story in story(), mine in any::<u32>()) {
        let side = |wanted: u32| {
            let here = |(place, _): &(usize, &Entry)| (mine >> place) & 1 == wanted;
            story.iter().enumerate().filter(here).map(|(_, e)| e.clone()).collect::<Vec<_>>()
        };
        let (left, right) = (side(0), side(1));
        let merged = |a: &[Entry], b: &[Entry]| fold(record(""), [a, b].concat());
        prop_assert_eq!(merged(&left, &right), merged(&right, &left));
    }

    #[test]
    fn time_settles_nothing_anew(story in story(), minutes in 0_i64..6000, seconds in 0_i64..60) {
        let incident = fold(record(""), story);
        let now = at("11:30");
        let later = now + chrono::TimeDelta::seconds(minutes * 60 + seconds);
        let then = clocks(&incident, &everything(), later);
        for clock in clocks(&incident, &everything(), now) {
            if matches!(clock.state, State::Missed | State::Met | State::Waived) {
                prop_assert!(stands(&clock, &then), "{clock:#?}\nbecame {then:#?}");
            }
        }
    }

    #[test]
    fn looking_back_sees_what_was_there(story in story(), minute in 30_u32..90) {
        let now = at(&format!("{:02}:{:02}:30", 9 + minute / 60, minute % 60));
        let by_now = story.iter().filter(|e| e.at <= now).cloned().collect();
        let (then, whole) = (fold(record(""), by_now), fold(record(""), story));
        prop_assert_eq!(clocks(&whole, &everything(), now), clocks(&then, &everything(), now));
        prop_assert_eq!(whole.as_of(now).into_owned(), then);
    }

    #[test]
    fn amendments_never_lose_an_entry(
        story in story(),
        amendments in prop::collection::vec((any::<Index>(), of(0_u32..150), 0_u32..3), 0..8),
        reversed in any::<bool>(),
    ) {
        let names: Vec<String> = story.iter().map(|e| e.name.clone())
            .chain((0..amendments.len()).map(|i| format!("a{i}")))
            .chain(["missing".to_owned()])
            .collect();
        let mut all = story.clone();
        for (place, (target, minute, recorded)) in amendments.iter().enumerate() {
            let new_at = minute.map(|m| format!(", new_at: 2025-11-10T{:02}:{:02}:00Z", 9 + m / 60, m % 60));
            let what = format!("amended, of: {}{}", target.get(&names), new_at.unwrap_or_default());
            all.push(named(&format!("a{place}"), &format!("12:0{recorded}"), &what));
        }
        let mut kept: Vec<String> = all.iter().map(|e| e.name.clone()).collect();
        let mut other = all.clone();
        if reversed {
            other.reverse();
        }
        let incident = fold(record(""), all);
        let mut found: Vec<String> =
            incident.entries().chain(&incident.amendments).map(|e| e.name.clone()).collect();
        kept.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(kept, found);
        prop_assert!(incident.entries().map(Entry::order).is_sorted());
        prop_assert_eq!(incident, fold(record(""), other));
    }

    #[test]
    fn every_kind_is_read_back_as_it_was_written(kind in kind(), by in "[ -~àé]{1,12}", text in "[ -~\n]{0,20}") {
        let (at, recorded) = (at("10:00"), at("10:01:02"));
        let entry = Entry { name: "n".into(), at, recorded, by, kind, text: text.clone() };
        let written = serde_yaml::to_string(&Fields::from(&entry)).unwrap();
        let read: Fields = serde_yaml::from_str(&written).unwrap();
        prop_assert_eq!(read.kind, entry.kind.name());
        prop_assert_eq!(read.kind.milestone(), entry.kind.milestone());
        prop_assert_eq!(read.into_entry("n".into(), text).unwrap(), entry);
    }
}

fn word() -> impl Strategy<Value = String> {
    "[ -~àé€]{0,12}"
}

fn kind() -> impl Strategy<Value = Kind> {
    let own = [Milestone::Detected, Milestone::Declared, Milestone::Reopened];
    let bare: Vec<_> = Milestone::ALL.into_iter().filter(|m| !own.contains(m)).collect();
    let words = || prop::collection::vec(word(), 0..3);
    let instant = || of((0_i64..4_000_000_000).prop_map(|s| chrono::DateTime::from_timestamp(s, 0).unwrap()));
    let classification = || {
        of((word(), words(), word()).prop_map(|(severity, trace, answer)| Classification {
            answers: inc::model::Answers(vec![("users".to_owned(), answer)]),
            severity,
            trace,
        }))
    };
    let lifecycle = prop_oneof![
        select(bare).prop_map(Kind::Milestone),
        of(word()).prop_map(|source| Kind::Detected { source }),
        (word(), of(word()), classification()).prop_map(|(severity, source, classification)| {
            Kind::Declared { severity, source, classification }
        }),
        word().prop_map(|reason| Kind::Reopened { reason }),
        (select(vec![CancelReason::FalsePositive, CancelReason::Duplicate]), of(word()))
            .prop_map(|(reason, of)| Kind::Cancelled { reason, of }),
        (word(), of(word()), classification()).prop_map(|(to, reason, classification)| Kind::Severity {
            to,
            reason,
            classification
        }),
        word().prop_map(|service| Kind::Down { service }),
        word().prop_map(|service| Kind::Up { service }),
        of(word()).prop_map(|rule| Kind::Note { rule }),
    ];
    let people = prop_oneof![
        (word(), word()).prop_map(|(role, person)| Kind::Role { role, person }),
        (word(), of(word()), words()).prop_map(|(level, rule, notify)| Kind::Escalated {
            level,
            rule,
            notify
        }),
        (
            word(),
            of(word()),
            of(word()),
            of(select(vec![Outcome::Reached, Outcome::NoAnswer, Outcome::Failed]))
        )
            .prop_map(|(who, channel, rule, outcome)| Kind::Notified { who, channel, rule, outcome }),
        (select(UpdateState::ALL.to_vec()), of(word()), words(), instant(), of(word()), words()).prop_map(
            |(state, audience, channels, next, reason, prepared_by)| {
                Kind::Update { state, audience, channels, next, reason, prepared_by }
            }
        ),
        (of(word()), of(word()), word(), of(word()), of(word()), of(word())).prop_map(
            |(observe, orient, decide, act, decider, of_type)| Kind::Decision {
                observe,
                orient,
                decide: Some(decide),
                act,
                decider,
                of_type
            }
        ),
        (of(word()), word(), of(word())).prop_map(|(observe, orient, of_type)| Kind::Decision {
            observe,
            orient: Some(orient),
            decide: None,
            act: None,
            decider: None,
            of_type
        }),
        (word(), of(word())).prop_map(|(what, as_role)| Kind::Approved { what, as_role }),
        (word(), of(word())).prop_map(|(item, note)| Kind::Done { item, note }),
    ];
    let steps = [
        RollbackStep::Planned,
        RollbackStep::Validated,
        RollbackStep::Approved,
        RollbackStep::Executed,
        RollbackStep::Verified,
    ];
    let states =
        [PostmortemState::Draft, PostmortemState::Review, PostmortemState::Approved, PostmortemState::Closed];
    let rooms = [
        WarroomStep::Opened,
        WarroomStep::Briefed,
        WarroomStep::CheckedIn,
        WarroomStep::HandedOver,
        WarroomStep::Closed,
    ];
    let rest = prop_oneof![
        (of(word()), of(word()), of(word()), of(any::<u64>()), of(any::<u64>()), of(word()), of(word()))
            .prop_map(|(path, url, sha256, size, files, origin, of_type)| Kind::Evidence {
                path,
                url,
                sha256,
                size,
                files,
                origin,
                of_type
            }),
        (select(steps.to_vec()), of(word()), of(word()), of(word()))
            .prop_map(|(step, target, result, sha256)| Kind::Rollback { step, target, result, sha256 }),
        (select(states.to_vec()), instant()).prop_map(|(to, meeting)| Kind::Postmortem { to, meeting }),
        (select(rooms.to_vec()), of(word()), words(), of(word())).prop_map(
            |(step, channel, participants, requested_by)| {
                Kind::Warroom { step, channel, participants, requested_by }
            }
        ),
        (of(word()), of(word()), word()).prop_map(|(rule, obligation, reason)| Kind::Waived {
            rule,
            obligation,
            reason
        }),
        (word(), instant()).prop_map(|(of, new_at)| Kind::Amended { of, new_at }),
    ];
    prop_oneof![lifecycle, people, rest]
}

#[test]
fn a_kind_has_the_name_of_its_milestone() {
    for milestone in Milestone::ALL {
        assert_eq!(KindName::from(milestone).name(), milestone.name());
        assert_eq!(Kind::Milestone(milestone).name(), KindName::from(milestone));
    }
}

#[test]
fn a_wrong_field_says_what_would_be_right() {
    let refused = |what: &str| {
        let yaml =
            format!("{{ at: 2025-11-10T10:00:00Z, recorded: 2025-11-10T10:00:00Z, by: a, kind: {what} }}");
        let fields: Fields = serde_yaml::from_str(&yaml).unwrap();
        fields.into_entry("n".into(), String::new()).unwrap_err().to_string()
    };
    assert_eq!(
        refused("cancelled, reason: oops"),
        "`oops` is no value for `reason`: one of `false_positive` or `duplicate`"
    );
    assert_eq!(
        refused("postmortem, to: done"),
        "`done` is no value for `to`: one of `draft`, `review`, `approved`, `closed`"
    );
    assert_eq!(refused("declared"), "an entry of kind `declared` needs `severity`");
    assert_eq!(refused("note, as: cto"), "an entry of kind `note` has no field `as`");
}

#[test]
fn entries_of_one_second_lose_nothing() {
    for (story, status) in [
        (vec![("10:30", "resolved"), ("10:30", "reopened, reason: r")], Status::Declared),
        (
            vec![("10:20", "resolved"), ("10:30", "reopened, reason: r"), ("10:30", "resolved")],
            Status::Resolved,
        ),
        (vec![("10:30", "resolved"), ("10:30", "verified"), ("10:30", "closed")], Status::Closed),
        (
            vec![
                ("10:20", "resolved"),
                ("10:25", "reopened, reason: r"),
                ("10:30", "resolved"),
                ("10:30", "verified"),
                ("10:30", "closed"),
            ],
            Status::Closed,
        ),
    ] {
        let story: Vec<_> = [("10:00", "declared, severity: P0")].into_iter().chain(story).collect();
        assert_eq!(incident(&story).status, status, "{story:?}");
    }
}

#[test]
fn reopened_withdraws_what_was_over() {
    let story = [
        ("10:00", "declared, severity: P0"),
        ("10:10", "acknowledged"),
        ("10:20", "resolved"),
        ("10:30", "closed"),
        ("10:40", "reopened, reason: r"),
        // Written by somebody who had not heard of it.
        ("10:45", "verified"),
        ("10:50", "resolved"),
        ("10:55", "verified"),
    ];
    let open = incident(&story[..6]);
    assert_eq!(open.status, Status::Acknowledged);
    assert_eq!(open.paused, [(at("10:20"), at("10:40"))]);
    let over = incident(&story);
    assert_eq!((over.status, over.reached(Milestone::Verified)), (Status::Verified, Some(at("10:55"))));
    assert_eq!(
        (over.reached(Milestone::Resolved), over.reached(Milestone::Closed)),
        (Some(at("10:50")), None)
    );
}

#[test]
fn the_declared_severity_counts_whatever_was_written_before_it() {
    let story = [
        ("10:00", "declared, severity: P2"),
        ("09:50", "severity, to: P0"),
        ("10:05", "declared, severity: P1"),
    ];
    let incident = incident(&story);
    let ids: Vec<_> = incident.severities.iter().map(|s| s.to.as_str()).collect();
    assert_eq!(ids, ["P0", "P2"], "a second declaration declares nothing");
    assert_eq!(incident.severity_at(at("09:55")), Some("P0"));
}

#[test]
fn an_amendment_corrects_time_and_text_each_on_its_own() {
    let mut all = entries(&[("10:00", "declared, severity: P0"), ("10:40", "resolved")]);
    let resolved = all[1].name.clone();
    let amendment = |name: &str, recorded, of: &str, more: &str, text: &str| {
        let what = format!("amended, of: {of}{more}");
        Entry { text: text.into(), ..named(name, recorded, &what) }
    };
    all.push(amendment("b", "11:00", &resolved, ", new_at: 2025-11-10T10:20:00Z", ""));
    all.push(amendment("a", "11:10", "b", "", "Rolled back"));
    all.push(amendment("x", "11:20", "y", ", new_at: 2025-11-10T09:00:00Z", "circle"));
    all.push(amendment("y", "11:20", "x", "", "circle"));
    all.push(amendment("self", "11:20", "self", "", "circle"));
    let incident = fold(record(""), all);
    assert_eq!(incident.reached(Milestone::Resolved), Some(at("10:20")));
    let item = &incident.timeline[1];
    assert_eq!(
        (item.entry.text.as_str(), item.original.as_ref().map(|o| o.at)),
        ("Rolled back", Some(at("10:40")))
    );
    assert_eq!((incident.timeline.len(), incident.amendments.len()), (2, 5));
    assert!(incident.timeline[0].original.is_none());
}

#[test]
fn figures_have_one_formula_and_are_never_zero_for_want_of_an_instant() {
    let story = [
        ("09:50", "started"),
        ("10:00", "detected"),
        ("10:02", "declared, severity: P0"),
        ("10:03", "acknowledged"),
        ("10:05", "responded"),
        ("10:05", "down, service: api"),
        ("10:10", "down, service: web"),
        ("10:20", "up, service: api"),
        ("10:30", "up, service: web"),
        ("10:40", "mitigated"),
        ("11:00", "resolved"),
    ];
    let shown = |story: &[(&str, &str)], now: &str| {
        serde_json::to_string(&metrics(&incident(story), at(now))).unwrap()
    };
    assert_eq!(
        shown(&story, "12:00"),
        r#"{"time_to_detect_seconds":600,"time_to_acknowledge_seconds":180,"time_to_respond_seconds":300,"time_to_mitigate_seconds":2400,"time_to_resolve_seconds":3600,"duration_seconds":4200,"downtime_seconds":1500}"#
    );
    assert_eq!(
        shown(&story, "10:15"),
        r#"{"time_to_detect_seconds":600,"time_to_acknowledge_seconds":180,"time_to_respond_seconds":300,"time_to_mitigate_seconds":null,"time_to_resolve_seconds":null,"duration_seconds":null,"downtime_seconds":600}"#
    );
    let wrong = [("10:00", "detected"), ("10:02", "declared, severity: P0"), ("09:59", "resolved")];
    assert_eq!(
        shown(&wrong, "12:00"),
        r#"{"time_to_detect_seconds":null,"time_to_acknowledge_seconds":null,"time_to_respond_seconds":null,"time_to_mitigate_seconds":null,"time_to_resolve_seconds":null,"duration_seconds":null,"downtime_seconds":null,"errors":{"time_to_resolve":"resolved at 2025-11-10T09:59:00Z is before detected at 2025-11-10T10:00:00Z"}}"#
    );
    let names: Vec<_> = metrics::FORMULAS.iter().map(|f| format!("{} = {}", f.name, f.text)).collect();
    assert_eq!(names[4..6], ["time_to_resolve = resolved - detected", "duration = resolved - started"]);
}
