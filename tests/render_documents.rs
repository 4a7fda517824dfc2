//! Whole documents of the built-in processes, from incidents like real ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod render_support;

use render_support::{document, incident, process};

const KOPROGO: &str = r"
id: 20251110-7f3k
title: API latency
process: koprogo@1.0.0
services: [api]
impact:
  summary: Login functionality is slow
  users: { count: 1200, total: 2000 }
analysis:
  root_cause: { status: found, text: Database connection pool size (10) insufficient under peak load. }
actions:
  - { id: a1, title: Increase connection pool to 20, status: done, owner: alice, due: 2025-11-12 }
  - { id: a2, title: Add alert for connection pool usage > 80%, status: open }
  - { id: a3, title: Load test with realistic traffic, status: open }
";

fn koprogo() -> inc::model::Incident {
    incident(
        KOPROGO,
        &[
            ("at: 2025-11-10T14:30:00Z, kind: detected, source: monitoring", "Alert fired: API P99 > 5s"),
            ("at: 2025-11-10T14:30:00Z, kind: declared, severity: P1", ""),
            (
                "at: 2025-11-10T14:30:00Z, kind: update, state: investigating",
                "We are currently investigating issues with login functionality.",
            ),
            ("at: 2025-11-10T14:32:00Z, kind: acknowledged", ""),
            ("at: 2025-11-10T14:35:00Z, kind: identified", "DB connection pool exhausted"),
            (
                "at: 2025-11-10T14:35:00Z, kind: update, state: identified",
                "The issue has been identified as a database connection problem.",
            ),
            ("at: 2025-11-10T14:40:00Z, kind: mitigated", "Restarted API service"),
            ("at: 2025-11-10T14:45:00Z, kind: resolved", "Latency back to normal"),
            (
                "at: 2025-11-10T14:45:00Z, kind: update, state: resolved",
                "The login functionality has been restored.",
            ),
        ],
    )
}

#[test]
fn koprogo_incident_report() {
    insta::assert_snapshot!(document("incident", &process("koprogo"), &koprogo()).unwrap());
}

#[test]
fn koprogo_status_update() {
    insta::assert_snapshot!(document("status-update", &process("koprogo"), &koprogo()).unwrap());
}

const STANDARD: &str = r#"
id: 20251122-k3qp
title: Checkout answers 500
process: standard@1.0.0
services: [checkout, payments]
recent_deploy: true
ticket: OPS-812
impact:
  summary: Nobody could pay.
  users: { count: 4210, total: 4210, basis: measured in the access logs }
  features: [checkout, saved cards]
  cost: { amount: 12500.5, currency: EUR }
  revenue_percent: 22.5
  transactions_lost: 312
  breach: no
  service_down: true
  visible: true
  max_error_rate_percent: 98.4
  max_latency_ms: 30000
  measurements: [{ name: Checkout P99, value: 30000, unit: ms, normal: 420 }]
analysis:
  summary: |
    A deployment at 23:40 broke the payment form for everybody. It was rolled back after 33 minutes.

    No payment was taken twice.
  what_happened: |
    The new form sent an empty token:

    ```json
    {"token": ""}
    ```
  root_cause: { status: found, text: "The form's token field was renamed; no test submits the real form." }
  contributing_factors: [The canary has no checkout traffic, The alert waits for ten minutes]
  method: 5 whys
  whys:
    - { question: Why could nobody pay?, answer: The form sent an empty token }
    - { answer: The field was renamed }
    - { answer: Nobody knew that the provider reads it }
    - { answer: The contract is not written down }
    - { answer: We never asked for one }
  resolution: Rolled back to release 2025.47.
  why_it_worked: the field has its old name there
  went_well: [The rollback took four minutes]
  to_improve: [The alert came late]
  lucky: [It was night in our largest market]
  lessons: { technical: [Test what the provider reads], process: [Watch a deployment until it is quiet], communication: [] }
actions:
  - { id: a1, title: Test the form against the sandbox, owner: bob, due: 2025-12-01, status: in_progress, horizon: immediate, ticket: OPS-813 }
  - { id: a2, title: Alert after two minutes, owner: alice, due: 2025-12-15, status: done, horizon: preventive }
  - { id: a3, title: Write the contract down, status: open, horizon: strategic }
review: { author: alice, facilitator: carol, participants: [alice, bob, carol], minutes: 45 }
related:
  links: [{ label: Error graph, url: "https://graphs.example.org/d/1", type: graphs }]
"#;

fn standard() -> inc::model::Incident {
    incident(
        STANDARD,
        &[
            ("at: 2025-11-22T23:40:00Z, kind: started", "Deployment of 2025.48"),
            ("at: 2025-11-22T23:52:00Z, kind: detected, source: alert", "Error rate of checkout above 5%"),
            ("at: 2025-11-22T23:53:00Z, kind: declared, severity: SEV2", ""),
            ("at: 2025-11-22T23:53:30Z, kind: role, role: commander, person: alice", ""),
            ("at: 2025-11-22T23:54:00Z, kind: acknowledged", ""),
            ("at: 2025-11-22T23:54:00Z, kind: down, service: checkout", ""),
            ("at: 2025-11-22T23:55:00Z, kind: responded", ""),
            ("at: 2025-11-22T23:58:00Z, kind: severity, to: SEV1, reason: nobody can pay", ""),
            (
                "at: 2025-11-23T00:01:00Z, kind: update, state: investigating, next: 2025-11-23T00:31:00Z",
                "Payments fail. We are looking into it.",
            ),
            (
                "at: 2025-11-23T00:05:00Z, kind: identified",
                "The form sends an empty token:\n\n- seen in the logs\n- since 2025.48",
            ),
            (
                "at: 2025-11-23T00:06:00Z, kind: decision, decide: Roll back, observe: errors since the deployment, orient: repair or roll back, decider: alice",
                "",
            ),
            (
                "at: 2025-11-23T00:13:00Z, kind: rollback, step: executed, target: release-2025.47, result: healthy",
                "",
            ),
            ("at: 2025-11-23T00:13:00Z, kind: up, service: checkout", ""),
            ("at: 2025-11-23T00:13:00Z, kind: mitigated", ""),
            ("at: 2025-11-23T00:20:00Z, kind: resolved", "Error rate back to normal for 7 minutes"),
            ("at: 2025-11-23T00:21:00Z, kind: update, state: resolved", "Payments work again."),
            (
                "at: 2025-11-23T00:30:00Z, kind: evidence, path: evidence/errors.png, sha256: ab12, size: 10",
                "Error graph",
            ),
            ("at: 2025-11-24T10:00:00Z, kind: postmortem, to: draft, meeting: 2025-11-24T14:00:00Z", ""),
            ("at: 2025-11-22T23:59:00Z, recorded: 2025-11-24T10:00:00Z, kind: note", "Bob joined"),
        ],
    )
}

#[test]
fn standard_incident() {
    insta::assert_snapshot!(document("incident", &process("standard"), &standard()).unwrap());
}

#[test]
fn standard_status_update() {
    insta::assert_snapshot!(document("status-update", &process("standard"), &standard()).unwrap());
}

const JUST_DECLARED: &str = "{ id: 20251122-0000, title: checkout is down, process: standard@1.0.0 }";

#[test]
fn standard_incident_just_declared() {
    let declared =
        incident(JUST_DECLARED, &[("at: 2025-11-22T10:00:00Z, kind: declared, severity: SEV3", "")]);
    insta::assert_snapshot!(document("incident", &process("standard"), &declared).unwrap());
}

#[test]
fn standard_postmortem() {
    insta::assert_snapshot!(document("postmortem", &process("standard"), &standard()).unwrap());
}
