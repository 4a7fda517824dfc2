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

const FRENCH: &str = r#"
id: 20251122-m4x9
title: Panne complète après déploiement
process: PROCESS
type: INC-01
services: [application, commandes]
recent_deploy: true
impact:
  summary: Aucune commande n'était possible.
  users: { count: 12480, percent: 100 }
  transactions_lost: 37
  cost: { amount: 1250000, currency: FCFA }
  reputation: Moyen
  service_down: true
  visible: true
  availability_percent: 0
  by_service: { commandes: aucune commande enregistrée }
analysis:
  summary: |
    Le 22 novembre 2025, l'application a subi une panne complète de 23 minutes suite à un déploiement
    défaillant. Un rollback immédiat a résolu le problème.
  symptoms: [Le site retourne 500]
  what_happened: La nouvelle version ne démarrait pas.
  root_cause: { status: found, text: Test coverage insuffisant sur la nouvelle fonctionnalité. }
  contributing_factors: [Pas de review coverage, Déploiement en heure de pointe]
  hypotheses: [{ text: Déploiement récent, status: confirmed, test: rollback }, { text: DDoS attack, status: open }]
  method: 5 Whys
  whys:
    - { question: Pourquoi l'application est tombée?, answer: Le déploiement a introduit un bug }
    - { answer: Les tests n'ont pas détecté le bug }
    - { answer: Coverage test insuffisant }
    - { answer: Pas de review coverage }
    - { answer: Aucune règle ne la demande }
  resolution: |
    1. Rollback vers la version précédente
    2. Vérification des health endpoints
  why_it_worked: La version précédente était saine.
  went_well: [Détection en 2 minutes]
  to_improve: [Tests avant déploiement]
  lucky: [L'équipe était au complet]
  lessons: { technical: [Un test de démarrage avant tout déploiement], process: [Pas de déploiement le soir], communication: [Dire plus tôt] }
actions:
  - { id: a1, title: Ajouter un test de démarrage, owner: bob, due: 2025-11-29, status: open, horizon: immediate, ticket: DN-101 }
  - { id: a2, title: Règle de couverture en CI, status: in_progress, owner: alice, due: 2025-12-15, horizon: preventive, type: preventive }
review: { author: carol, facilitator: alice, participants: [alice, bob] }
related:
  links: [{ label: Logs du déploiement, url: "https://logs.example.org/1", type: logs }]
"#;

fn french(process: &str, severity: &str, lead: &str) -> inc::model::Incident {
    let declared = format!("at: 2025-11-22T20:03:00Z, kind: declared, severity: {severity}");
    let role = format!("at: 2025-11-22T20:04:00Z, kind: role, role: {lead}, person: alice");
    incident(
        &FRENCH.replace("PROCESS", process),
        &[
            ("at: 2025-11-22T20:00:00Z, kind: started", "Déploiement de la version 2.8"),
            ("at: 2025-11-22T20:02:00Z, kind: detected, source: monitoring", "Alerte uptime"),
            (&declared, ""),
            ("at: 2025-11-22T20:02:00Z, kind: down, service: application", ""),
            (&role, ""),
            ("at: 2025-11-22T20:04:00Z, kind: acknowledged", ""),
            (
                "at: 2025-11-22T20:04:00Z, kind: update, state: investigating, next: 2025-11-22T20:34:00Z",
                "Nous enquêtons actuellement sur un problème d'accès.\nProchaine mise à jour: 20:34 GMT",
            ),
            ("at: 2025-11-22T20:05:00Z, kind: responded", ""),
            ("at: 2025-11-22T20:10:00Z, kind: identified", "Le bug vient de la version 2.8"),
            ("at: 2025-11-22T20:12:00Z, kind: decision, decide: Rollback immédiat, decider: alice", ""),
            (
                "at: 2025-11-22T20:20:00Z, kind: rollback, step: executed, target: v2.7-SEALED, result: version 2.7 en ligne",
                "",
            ),
            ("at: 2025-11-22T20:20:00Z, kind: mitigated", ""),
            ("at: 2025-11-22T20:23:00Z, kind: up, service: application", ""),
            ("at: 2025-11-22T20:23:00Z, kind: resolved", "Service restauré"),
            (
                "at: 2025-11-22T20:25:00Z, kind: evidence, path: evidence/deploiement.log, sha256: 9f2c, size: 2048",
                "Journal du déploiement",
            ),
            ("at: 2025-11-22T20:30:00Z, kind: verified", ""),
            ("at: 2025-11-24T09:00:00Z, kind: postmortem, to: draft, meeting: 2025-11-24T10:00:00Z", ""),
        ],
    )
}

#[test]
fn alertimmo_rapport() {
    let found = process("alertimmo");
    let severity = found.process.severities[0].id.clone();
    insta::assert_snapshot!(
        document("incident", &found, &french("alertimmo@1.0.0", &severity, "commander")).unwrap()
    );
}

#[test]
fn nasa_incident() {
    insta::assert_snapshot!(
        document("incident", &process("nasa-l4"), &french("nasa-l4@1.0.0", "HIGH", "lead")).unwrap()
    );
}

#[test]
fn distri_incident_report() {
    insta::assert_snapshot!(
        document("incident", &process("distri-night"), &french("distri-night@1.0.0", "P1", "commander"))
            .unwrap()
    );
}

#[test]
fn distri_messages() {
    insta::assert_snapshot!(
        document("status-update", &process("distri-night"), &french("distri-night@1.0.0", "P1", "commander"))
            .unwrap()
    );
}

#[test]
fn distri_executive_summary() {
    insta::assert_snapshot!(
        document(
            "executive-summary",
            &process("distri-night"),
            &french("distri-night@1.0.0", "P1", "commander")
        )
        .unwrap()
    );
}

#[test]
fn distri_war_room() {
    insta::assert_snapshot!(
        document("war-room", &process("distri-night"), &french("distri-night@1.0.0", "P1", "commander"))
            .unwrap()
    );
}

#[test]
fn french_postmortem() {
    insta::assert_snapshot!(
        document("postmortem", &process("distri-night"), &french("distri-night@1.0.0", "P1", "commander"))
            .unwrap()
    );
}

const BREACH: &str = r"
id: 20251201-b0b0
title: Export de comptes clients
process: distri-night@1.0.0
type: INC-02
impact:
  summary: Une page d'administration était accessible sans mot de passe.
  breach: confirmed
  breach_known_at: 2025-12-01T09:10:00Z
  users: { count: 1001 }
  data: { affected: [Nom et prénom, Email], safe: [mots de passe (chiffrés)], people: 1001 }
security:
  measures: [Correction de la vulnérabilité, Audit complet système]
";

fn breach() -> inc::model::Incident {
    incident(
        BREACH,
        &[
            ("at: 2025-12-01T09:00:00Z, kind: detected", "Rapport externe"),
            ("at: 2025-12-01T09:05:00Z, kind: declared, severity: P1", ""),
            ("at: 2025-12-01T15:00:00Z, kind: notified, who: artci, channel: email, outcome: reached", ""),
            ("at: 2025-12-01T16:00:00Z, kind: done, item: rgpd-documentation", ""),
        ],
    )
}

#[test]
fn distri_breach_email() {
    insta::assert_snapshot!(document("breach-email", &process("distri-night"), &breach()).unwrap());
}

#[test]
fn distri_compliance() {
    insta::assert_snapshot!(document("compliance", &process("distri-night"), &breach()).unwrap());
}

/// Every document of every process, from an incident of which next to nothing is known and from a full one.
#[test]
fn no_document_has_an_empty_section_or_a_none() {
    for name in inc::process::builtin::names() {
        let found = process(name);
        let severity = found.process.severities[0].id.clone();
        let declared = format!("at: 2025-11-22T10:00:00Z, kind: declared, severity: {severity}");
        let bare = format!("{{ id: 20251122-0000, title: checkout is down, process: {name}@1.0.0 }}");
        let bare = incident(&bare, &[(&declared, "")]);
        for (case, incident) in [("bare", bare), ("full", french(name, &severity, "commander"))] {
            for document in &found.process.documents {
                let mut free = document.clone();
                free.needs.clear();
                free.when = None;
                let templates = inc::render::Templates::builtin(&found.process);
                let text = inc::render::render(
                    &free,
                    &incident,
                    &found.process,
                    &found.language,
                    &render_support::people(),
                    &templates,
                );
                let text = text.unwrap_or_else(|e| panic!("{name} {case} {}: {e}", document.id));
                let here = format!("{name} {case} {}:\n{text}", document.id);
                assert!(
                    !["None", "null", "undefined", "{{", "{%", "  \n", "\n\n\n"]
                        .iter()
                        .any(|bad| text.contains(bad)),
                    "{here}"
                );
                assert!(!text.lines().any(|line| line.trim_end() != line), "{here}");
                if document.template.ends_with(".txt.tera") {
                    continue;
                }
                let lines: Vec<&str> =
                    text.lines().filter(|l| !l.is_empty() && !l.starts_with("<!-- inc:")).collect();
                for pair in lines.windows(2) {
                    let level = |line: &str| line.len() - line.trim_start_matches('#').len();
                    let empty = level(pair[0]) > 0 && level(pair[1]) > 0 && level(pair[1]) <= level(pair[0]);
                    assert!(!empty, "`{}` is empty in {here}", pair[0]);
                    let list = |line: &str| line.starts_with("- **") && line.ends_with("**:");
                    assert!(!list(pair[0]), "`{}` says nothing in {here}", pair[0]);
                }
                assert!(!lines.last().unwrap().starts_with('#'), "{here}");
            }
        }
    }
}
