//! Which steps are legal, and what is said of one that is not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod core_support;

use core_support::{at, incident};
use inc::model::Milestone::{
    self, Acknowledged, Closed, Declared, Detected, Mitigated, Reopened, Resolved, Responded, Started,
    Verified,
};
use inc::model::lifecycle::{check, legal};

const DETECTED: (&str, &str) = ("09:55", "detected");
const DECLARED: (&str, &str) = ("10:00", "declared, severity: P0");
const ACKNOWLEDGED: (&str, &str) = ("10:05", "acknowledged");
const RESOLVED: (&str, &str) = ("10:30", "resolved");
const VERIFIED: (&str, &str) = ("10:40", "verified");
const CLOSED: (&str, &str) = ("10:50", "closed");
const REOPENED: (&str, &str) = ("11:00", "reopened, reason: again");
const CANCELLED: (&str, &str) = ("10:20", "cancelled, reason: duplicate");

fn said(story: &[(&str, &str)], step: Milestone, time: &str) -> String {
    check(&incident(story), step, at(time)).map_or_else(|illegal| illegal.to_string(), |()| "legal".into())
}

#[test]
fn an_illegal_step_is_refused_with_its_reason() {
    for (story, step, time, expected) in [
        (&[][..], Resolved, "10:30", "the incident is not declared yet"),
        (&[DECLARED], Closed, "10:30", "the incident is not resolved yet"),
        (&[DECLARED], Verified, "10:30", "the incident is not resolved yet"),
        (&[DECLARED], Reopened, "10:30", "the incident is not resolved yet"),
        (&[DECLARED], Declared, "10:30", "the incident was already declared at 2025-11-10T10:00:00Z"),
        (
            &[DECLARED, ACKNOWLEDGED],
            Acknowledged,
            "10:10",
            "the incident was already acknowledged at 2025-11-10T10:05:00Z",
        ),
        (
            &[DETECTED, DECLARED],
            Responded,
            "09:54:59",
            "2025-11-10T09:54:59Z is before the incident was detected at 2025-11-10T09:55:00Z",
        ),
        (
            &[DECLARED],
            Resolved,
            "09:59:59",
            "2025-11-10T09:59:59Z is before the incident was declared at 2025-11-10T10:00:00Z",
        ),
        (
            &[DECLARED, RESOLVED],
            Closed,
            "10:29:59",
            "2025-11-10T10:29:59Z is before the incident was resolved at 2025-11-10T10:30:00Z",
        ),
        (
            &[DECLARED, RESOLVED, REOPENED],
            Resolved,
            "10:59:59",
            "2025-11-10T10:59:59Z is before the incident was reopened at 2025-11-10T11:00:00Z",
        ),
        (
            &[DECLARED, ACKNOWLEDGED],
            Started,
            "10:00:01",
            "2025-11-10T10:00:01Z is after the incident was declared at 2025-11-10T10:00:00Z",
        ),
        (&[DECLARED, RESOLVED, CLOSED], Acknowledged, "11:00", "the incident is closed"),
        (&[DECLARED, RESOLVED, CLOSED], Closed, "11:00", "the incident is closed"),
        (&[DECLARED, CANCELLED], Resolved, "10:30", "the incident is cancelled"),
        (&[DECLARED, CANCELLED], Reopened, "10:30", "the incident is cancelled"),
        (
            &[DECLARED, RESOLVED, ("10:30", "reopened, reason: oops")],
            Resolved,
            "10:30",
            "the incident was resolved and reopened at 2025-11-10T10:30:00Z: take a later second",
        ),
    ] {
        assert_eq!(said(story, step, time), expected, "{step} at {time} after {story:?}");
    }
}

#[test]
fn a_step_at_the_very_second_or_back_dated_is_legal() {
    for (story, step, time) in [
        (&[DETECTED, DECLARED][..], Acknowledged, "09:55"),
        (&[DECLARED], Resolved, "10:00"),
        (&[DECLARED, RESOLVED], Verified, "10:30"),
        (&[DECLARED, RESOLVED], Reopened, "10:30"),
        (&[DECLARED, RESOLVED], Acknowledged, "10:05"),
        (&[DECLARED, RESOLVED], Mitigated, "10:10"),
        (&[DECLARED], Detected, "09:50"),
        (&[DECLARED], Started, "10:00"),
        (&[DECLARED, RESOLVED, CLOSED], Reopened, "11:00"),
        (&[DECLARED, RESOLVED, REOPENED], Resolved, "11:00"),
        (&[DECLARED, RESOLVED, REOPENED, ("11:30", "resolved")], Reopened, "12:00"),
    ] {
        assert_eq!(said(story, step, time), "legal", "{step} at {time} after {story:?}");
    }
}

fn legal_after(story: &[(&str, &str)]) -> String {
    legal(&incident(story), at("12:00")).iter().map(|k| k.name()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_legal_steps_are_named() {
    let open = "acknowledged responded identified mitigated resolved cancelled";
    assert_eq!(legal_after(&[DECLARED]), open);
    assert_eq!(legal_after(&[DECLARED, ACKNOWLEDGED]), "responded identified mitigated resolved cancelled");
    let resolved = "responded identified mitigated verified closed reopened";
    assert_eq!(legal_after(&[DECLARED, ACKNOWLEDGED, RESOLVED]), resolved);
    assert_eq!(legal_after(&[DECLARED, RESOLVED, VERIFIED, CLOSED]), "reopened");
    assert_eq!(legal_after(&[DECLARED, CANCELLED]), "");
    assert_eq!(legal_after(&[DECLARED, RESOLVED, CLOSED, REOPENED]), open);
}
