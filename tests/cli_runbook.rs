//! `inc runbook` and `inc checklist`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

fn distri() -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch
}

#[test]
fn runbooks_are_listed_shown_and_started() {
    let mut scratch = distri();
    insta::assert_snapshot!(scratch.run("runbook list"), @r#"
    INC-01  P1      Panne Application Complète
    INC-02  P1      Faille Sécurité Détectée
    INC-03  P2      Performance Dégradée
    INC-04  P1, P2  Perte de Données
    INC-05  P2      Problème Paiement Mobile Money
    --- stderr
    `inc runbook show NAME` shows one, `inc runbook start NAME` follows it
    "#);
    insta::assert_snapshot!(scratch.run("runbook show INC-01"), @r#"
    🔴 INC-01 Panne Application Complète  P1

    symptoms
      - Site web retourne 500/503
      - Utilisateurs ne peuvent pas accéder
      - Monitoring détecte downtime
      - Alertes multiples déclenchées

    impact
      - 100% utilisateurs affectés
      - Aucune commande possible
      - Revenue en arrêt total
      - Réputation en jeu

    T+0: Détection & alerte
      inc01-alerte       Alerte reçue (Sentry, Uptime monitoring)
      inc01-validation   Validation incident (accès direct site)
      inc01-declaration  Déclaration incident P1

    T+1: Mobilisation
      inc01-war-room     Activation War Room (Slack #incident-room)
      inc01-ic           Notification Incident Commander (CTO)
      inc01-equipe       Mobilisation équipe technique (DevOps, Dev Lead)
      inc01-management   Notification Management (CEO, COO)
      inc01-status-page  Activation Status Page (https://status.distri-night.ci) → Communications

    T+3: Diagnostic initial
      inc01-vercel        Check Vercel/Netlify status (infrastructure)
      inc01-supabase      Check Supabase status (backend)
      inc01-cloudflare    Check Cloudflare status (CDN)
      inc01-logs          Analyze logs (dernières 30 minutes)
      inc01-modification  Identify dernière modification (déploiement?)
      inc01-hypotheses    Hypothèses causes racine (HX) → Technical Lead

    T+5: Actions correctives
      inc01-hx1            HX1: Déploiement récent → Rollback immédiat
      inc01-hx2            HX2: Infrastructure provider → Attente + communication (optional)
      inc01-hx3            HX3: Database overload → Scale up / Kill queries (optional)
      inc01-hx4            HX4: DDoS attack → Cloudflare protection max (optional)
      inc01-documentation  Documentation actions prises (Slack thread) → Scribe

    T+10: Validation
      inc01-health        Test santé application (health endpoints)
      inc01-fonctions     Test fonctionnalités critiques (login, orders)
      inc01-metriques     Monitoring métriques (erreurs, latence)
      inc01-confirmation  Confirmation résolution partielle/totale → Technical Lead

    T+15: Communication
      inc01-status-etats  Update Status Page ("Investigating" → "Identified" → "Monitoring") → Communications
      inc01-email         Email clients affectés (si > 10min downtime) → Communications (optional)
      inc01-interne       Update interne stakeholders
      inc01-surveillance  Continue monitoring (30-60 min intensif) (optional)

    hypotheses
      HX1  Déploiement récent       → Rollback immédiat
      HX2  Infrastructure provider  → Attente + communication
      HX3  Database overload        → Scale up / Kill queries
      HX4  DDoS attack              → Cloudflare protection max

    checklists
      - Checklist Réponse Incident (Générique) (reponse)
      - War Room Activation Checklist (war-room)
      - Checklist post-résolution (post-resolution)
    "#);
    scratch.ok("declare \"site is down\" -s P1");
    scratch.at("2025-11-10T14:33:00Z");
    insta::assert_snapshot!(scratch.run("runbook start inc-01"), @r#"
    20251110-00rz follows INC-01 Panne Application Complète
    INC-01 Panne Application Complète
      [ ]  by 14:32, 1m late  inc01-alerte      Alerte reçue (Sentry, Uptime monitoring)
      [ ]  by 14:32, 1m late  inc01-validation  Validation incident (accès direct site)
      [ ]  by 14:34           inc01-war-room    Activation War Room (Slack #incident-room)
      [ ]  by 14:34           inc01-ic          Notification Incident Commander (CTO)
      [ ]  by 14:34           inc01-equipe      Mobilisation équipe technique (DevOps, Dev Lead)
      and 20 more: `inc checklist show INC-01`
    "#);
    assert!(scratch.read(&format!("{}/incident.yaml", scratch.incident())).contains("\ntype: INC-01\n"));
    insta::assert_snapshot!(scratch.git(&["log", "-1", "--format=%s", "--name-only"]), @r#"
    incident 20251110-00rz: follow the runbook INC-01

    incidents/2025/20251110-00rz/incident.yaml
    "#);
    let wrong = ["runbook start INC-01", "runbook start INC-9", "runbook show nothing"];
    let said: Vec<String> = wrong.iter().map(|w| format!("$ inc {w}\n{}", scratch.run(w))).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    $ inc runbook start INC-01
    status 2
    --- stderr
    error: 20251110-00rz follows INC-01 already
     help: `inc checklist show INC-01` shows what is done

    $ inc runbook start INC-9
    status 2
    --- stderr
    error: distri-night@1.0.0 has no runbook `INC-9`
     help: did you mean `INC-05`?
     help: its runbooks: INC-01, INC-02, INC-03, INC-04, INC-05

    $ inc runbook show nothing
    status 2
    --- stderr
    error: distri-night@1.0.0 has no runbook `nothing`
     help: its runbooks: INC-01, INC-02, INC-03, INC-04, INC-05
    "#);
}

#[test]
fn a_declaration_with_a_type_shows_the_first_steps() {
    let scratch = distri();
    insta::assert_snapshot!(scratch.run("declare \"site is down\" -s P1 --type INC-01"), @r#"
    20251110-ap27  P1 Critique  declared  0s
    site is down
    since 2025-11-10 14:31 Africa/Abidjan · distri-night@1.0.0

    tell now
      CTO
      Ingénierie / DevOps
      Incident Commander
      CEO
      Communications

    INC-01 Panne Application Complète
      [ ]  by 14:32  inc01-alerte      Alerte reçue (Sentry, Uptime monitoring)
      [ ]  by 14:32  inc01-validation  Validation incident (accès direct site)
      [ ]  by 14:34  inc01-war-room    Activation War Room (Slack #incident-room)
      [ ]  by 14:34  inc01-ic          Notification Incident Commander (CTO)
      and 21 more: `inc checklist show INC-01`

    next due
      now  14:31  Ingénierie / DevOps prend en charge (P1)  inc escalate L3
      now  14:31  P1 automatique → Alerte CTO               inc notify cto
      now  14:31  War Room immédiate → Incident Commander   inc warroom open
      and 44 more: `inc due`
    "#);
}

#[test]
fn steps_are_done_once_by_somebody_and_late_ones_are_said() {
    let mut scratch = distri();
    scratch.ok("declare \"site is down\" -s P1 --type INC-01");
    scratch.at("2025-11-10T14:37:00Z");
    insta::assert_snapshot!(
        scratch.run("checklist done inc01-validation INC01-vercel --note \"seen from outside\" --by bob"), @r#"
    20251110-ap27 done inc01-validation: Validation incident (accès direct site)
    20251110-ap27 done inc01-vercel: Check Vercel/Netlify status (infrastructure)
    next
      [ ]  by 14:32, 5m late  inc01-alerte    Alerte reçue (Sentry, Uptime monitoring)
      [ ]  by 14:34, 3m late  inc01-war-room  Activation War Room (Slack #incident-room)
      [ ]  by 14:34, 3m late  inc01-ic        Notification Incident Commander (CTO)
    "#);
    insta::assert_snapshot!(scratch.run("checklist show INC-01"), @r#"
    INC-01 Panne Application Complète  3 of 21, 11 late

    T+0: Détection & alerte
      [ ]  by 14:32, 5m late  inc01-alerte       Alerte reçue (Sentry, Uptime monitoring)
      [x]  14:37 bob          inc01-validation   Validation incident (accès direct site) (seen from outside)
      [x]  14:31              inc01-declaration  Déclaration incident P1

    T+1: Mobilisation
      [ ]  by 14:34, 3m late  inc01-war-room     Activation War Room (Slack #incident-room)
      [ ]  by 14:34, 3m late  inc01-ic           Notification Incident Commander (CTO)
      [ ]  by 14:34, 3m late  inc01-equipe       Mobilisation équipe technique (DevOps, Dev Lead)
      [ ]  by 14:34, 3m late  inc01-management   Notification Management (CEO, COO)
      [ ]  by 14:34, 3m late  inc01-status-page  Activation Status Page (https://status.distri-night.ci) → Communications

    T+3: Diagnostic initial
      [x]  14:37 bob          inc01-vercel        Check Vercel/Netlify status (infrastructure) (seen from outside)
      [ ]  by 14:36, 1m late  inc01-supabase      Check Supabase status (backend)
      [ ]  by 14:36, 1m late  inc01-cloudflare    Check Cloudflare status (CDN)
      [ ]  by 14:36, 1m late  inc01-logs          Analyze logs (dernières 30 minutes)
      [ ]  by 14:36, 1m late  inc01-modification  Identify dernière modification (déploiement?)
      [ ]  by 14:36, 1m late  inc01-hypotheses    Hypothèses causes racine (HX) → Technical Lead

    T+5: Actions correctives
      [?]  depends on recent_deploy  inc01-hx1            HX1: Déploiement récent → Rollback immédiat
      [ ]  optional                  inc01-hx2            HX2: Infrastructure provider → Attente + communication
      [ ]  optional                  inc01-hx3            HX3: Database overload → Scale up / Kill queries
      [ ]  optional                  inc01-hx4            HX4: DDoS attack → Cloudflare protection max
      [ ]  by 14:41                  inc01-documentation  Documentation actions prises (Slack thread) → Scribe

    T+10: Validation
      [ ]  by 14:46  inc01-health        Test santé application (health endpoints)
      [ ]  by 14:46  inc01-fonctions     Test fonctionnalités critiques (login, orders)
      [ ]  by 14:46  inc01-metriques     Monitoring métriques (erreurs, latence)
      [ ]  by 14:46  inc01-confirmation  Confirmation résolution partielle/totale → Technical Lead

    T+15: Communication
      [ ]  by 14:46  inc01-status-etats  Update Status Page ("Investigating" → "Identified" → "Monitoring") → Communications
      [ ]  optional  inc01-email         Email clients affectés (si > 10min downtime) → Communications
      [ ]  by 14:46  inc01-interne       Update interne stakeholders
      [ ]  optional  inc01-surveillance  Continue monitoring (30-60 min intensif)
    "#);
    insta::assert_snapshot!(scratch.run("checklist"), @r#"
    INC-01           3 of 21  11 late  Panne Application Complète
    reponse          2 of 27           Checklist Réponse Incident (Générique)
    war-room         0 of 26  10 late  War Room Activation Checklist
    post-resolution  0 of 9            Checklist post-résolution
    --- stderr
    `inc checklist show NAME` shows one, `inc checklist done ITEM` ticks a step off
    "#);
    let wrong = [
        "checklist done inc01-validation",
        "checklist done inc01-logs inc01-logs",
        "checklist done inc01-log",
        "checklist done nothing-like-it",
        "checklist show warroom",
        "checklist show INC-02",
    ];
    let before = scratch.state();
    let said: Vec<String> = wrong.iter().map(|w| format!("$ inc {w}\n{}", scratch.run(w))).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    $ inc checklist done inc01-validation
    status 2
    --- stderr
    error: `inc01-validation` was done already, by bob at 14:37
     help: `inc timeline add TEXT` notes what else there is to say

    $ inc checklist done inc01-logs inc01-logs
    status 2
    --- stderr
    error: `inc01-logs` is named twice

    $ inc checklist done inc01-log
    status 2
    --- stderr
    error: no checklist or runbook has a step `inc01-log`
     help: did you mean `inc01-logs`?
     help: `inc checklist show` lists the steps

    $ inc checklist done nothing-like-it
    status 2
    --- stderr
    error: no checklist or runbook has a step `nothing-like-it`
     help: `inc checklist show` lists the steps

    $ inc checklist show warroom
    status 2
    --- stderr
    error: distri-night@1.0.0 has no checklist `warroom` here
     help: did you mean `war-room`?
     help: here are: INC-01, reponse, war-room, post-resolution, rgpd, prevention-donnees

    $ inc checklist show INC-02
    status 2
    --- stderr
    error: distri-night@1.0.0 has no checklist `INC-02` here
     help: it is a runbook: `inc runbook start INC-02` follows it
    "#);
    assert_eq!(scratch.state(), before, "what is refused writes nothing");
}

#[test]
fn a_checklist_is_json_too() {
    let mut scratch = distri();
    scratch.ok("declare \"site is down\" -s P1 --type INC-01");
    scratch.at("2025-11-10T14:33:00Z");
    scratch.ok("checklist done inc01-validation --note \"all of it\"");
    let json: serde_json::Value = serde_json::from_str(&scratch.ok("checklist show INC-01 --json")).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["groups"][0]).unwrap(), @r#"
    {
      "label": "T+0: Détection & alerte",
      "phase": null,
      "steps": [
        {
          "id": "inc01-alerte",
          "text": "Alerte reçue (Sentry, Uptime monitoring)",
          "role": null,
          "optional": false,
          "details": [],
          "state": "late",
          "due": "2025-11-10T14:32:00Z",
          "late_seconds": 60,
          "done_at": null,
          "done_by": null,
          "note": null,
          "needs": null
        },
        {
          "id": "inc01-validation",
          "text": "Validation incident (accès direct site)",
          "role": null,
          "optional": false,
          "details": [],
          "state": "done",
          "due": "2025-11-10T14:32:00Z",
          "late_seconds": null,
          "done_at": "2025-11-10T14:33:00Z",
          "done_by": "alice",
          "note": "all of it",
          "needs": null
        },
        {
          "id": "inc01-declaration",
          "text": "Déclaration incident P1",
          "role": null,
          "optional": false,
          "details": [],
          "state": "done",
          "due": "2025-11-10T14:32:00Z",
          "late_seconds": null,
          "done_at": "2025-11-10T14:31:00Z",
          "done_by": null,
          "note": null,
          "needs": null
        }
      ]
    }
    "#);
    assert_eq!((&json["done"], &json["late"]), (&2.into(), &1.into()));
    let all: serde_json::Value = serde_json::from_str(&scratch.ok("checklist --json")).unwrap();
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(ids[0], "INC-01");
}

#[test]
fn a_process_without_either_says_so() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: alertimmo\n");
    insta::assert_snapshot!(scratch.run("runbook list"), @"alertimmo@1.0.0 has no runbooks");
    insta::assert_snapshot!(scratch.run("runbook show x"), @r#"
    status 2
    --- stderr
    error: alertimmo@1.0.0 has no runbook `x`
    "#);
}
