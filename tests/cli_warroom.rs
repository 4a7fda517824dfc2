//! `inc warroom`, decisions, restricted incidents, breaches and related incidents.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

fn distri() -> Scratch {
    let scratch = Scratch::repo();
    scratch.write(
        "inc.yaml",
        "process: distri-night\npeople: { cto: carol, devops_lead: [dan, eve], dpo: fay }\n",
    );
    scratch
}

#[test]
fn a_war_room_from_opening_to_closing() {
    let mut scratch = distri();
    scratch.ok("declare \"site is down\" -s P1 --commander carol");
    insta::assert_snapshot!(scratch.run("warroom"), @r#"
    20251110-ap27 has no war room, and should: `inc warroom open`
      there    Incident Commander  carol                        (CTO ou delegate)
      missing  DevOps Lead         call dan, eve
      missing  Dev Lead            nobody is named in inc.yaml
      missing  Product Owner       nobody is named in inc.yaml  (context)
      perhaps  Communications      depends on impact.visible    (si communication externe)
    "#);
    scratch.at("2025-11-10T14:33:00Z");
    insta::assert_snapshot!(scratch.run("warroom open --present dan --present \"Product Owner\""), @r#"
    20251110-ap27 war room open: #war-room-incident-20251110-ap27
      there    Incident Commander  carol                        (CTO ou delegate)
      there    DevOps Lead         dan
      missing  Dev Lead            nobody is named in inc.yaml
      there    Product Owner                                    (context)
      perhaps  Communications      depends on impact.visible    (si communication externe)
    --- stderr
    `inc checklist show war-room` lists what to do
    "#);
    insta::assert_snapshot!(scratch.run("warroom open"), @r#"
    status 2
    --- stderr
    error: the war room of 20251110-ap27 is open already: #war-room-incident-20251110-ap27
     help: `inc warroom checkin TEXT` says what changed
    "#);
    scratch.at("2025-11-10T14:35:00Z");
    assert_eq!(scratch.run("warroom brief").status, 0);
    scratch.at("2025-11-10T15:03:00Z");
    insta::assert_snapshot!(scratch.run("warroom checkin"), @r#"
    status 2
    --- stderr
    error: a check-in says what changed and what is next
     help: `inc warroom checkin "pool raised, errors falling; next: restart the workers"`
    "#);
    insta::assert_snapshot!(scratch.run("warroom checkin \"pool raised; next: restart workers\" --present \"Dev Lead\""), @r#"
    20251110-ap27 checked in, 30m after the last
    next due
      32m late  14:31  Ingénierie / DevOps prend en charge (P1)  inc escalate L3
      32m late  14:31  P1 automatique → Alerte CTO               inc notify cto
      29m late  14:34  Désigner TL (T+3)                         inc assign technical_lead WHO
      and 16 more: `inc due`
    "#);
    insta::assert_snapshot!(scratch.run("warroom"), @r#"
    20251110-ap27 war room open since 14:33 in #war-room-incident-20251110-ap27, last check-in 0s ago
      there    Incident Commander  carol                      (CTO ou delegate)
      there    DevOps Lead         dan
      there    Dev Lead
      there    Product Owner                                  (context)
      perhaps  Communications      depends on impact.visible  (si communication externe)
    "#);
    scratch.at("2025-11-10T18:40:00Z");
    let handed = scratch.run("warroom handover gus \"all is in the channel\"");
    assert!(handed.out.ends_with("handed over to gus after 4h 07m\n"), "{handed}");
    insta::assert_snapshot!(scratch.run("warroom handover gus"), @r#"
    status 2
    --- stderr
    error: gus leads already
    "#);
    insta::assert_snapshot!(scratch.run("warroom close"), @r#"
    20251110-ap27 war room closed after 4h 07m
    --- stderr
    the incident is still open: `inc resolve` when it is over
    "#);
    insta::assert_snapshot!(scratch.run("warroom checkin \"late\""), @r#"
    status 2
    --- stderr
    error: 20251110-ap27 has no open war room
     help: `inc warroom open` opens one
    "#);
    let log = scratch.git(&["log", "--format=%s", "-5"]);
    insta::assert_snapshot!(log, @r#"
    incident 20251110-ap27: war room closed
    incident 20251110-ap27: war room handed over to gus
    incident 20251110-ap27: war room check-in
    incident 20251110-ap27: war room briefed
    incident 20251110-ap27: war room opened
    "#);
}

#[test]
fn a_lesser_incident_has_one_on_request_of_who_may() {
    let scratch = distri();
    scratch.ok("declare \"slow\" -s P3");
    insta::assert_snapshot!(scratch.run("warroom open"), @r#"
    status 1
    --- stderr
    error: distri-night@1.0.0 needs no war room at P3
     help: it is opened on request: `--requested-by WHO`, one of cto, ceo
    "#);
    insta::assert_snapshot!(scratch.run("warroom open --requested-by bob"), @r#"
    status 1
    --- stderr
    error: bob may not ask for a war room
     help: who may: cto, ceo
    "#);
    insta::assert_snapshot!(scratch.run("warroom open --requested-by carol"), @r#"
    20251110-ap27 war room open: #war-room-incident-20251110-ap27
      missing  Incident Commander  inc assign commander WHO     (CTO ou delegate)
      missing  DevOps Lead         call dan, eve
      missing  Dev Lead            nobody is named in inc.yaml
      missing  Product Owner       nobody is named in inc.yaml  (context)
      perhaps  Communications      depends on impact.visible    (si communication externe)
    --- stderr
    `inc checklist show war-room` lists what to do
    "#);
    let entry = scratch.files().into_iter().find(|f| f.contains("-warroom-")).unwrap();
    insta::assert_snapshot!(scratch.read(&entry), @r#"
    ---
    at: 2025-11-10T14:31:00Z
    recorded: 2025-11-10T14:31:00Z
    by: alice
    kind: warroom
    channel: '#war-room-incident-20251110-ap27'
    step: opened
    requested_by: carol
    ---
    "#);
    let json: serde_json::Value = serde_json::from_str(&scratch.ok("warroom --json")).unwrap();
    assert_eq!(json["open"], true);
    assert_eq!(json["participants"][1]["call"], serde_json::json!(["dan", "eve"]));
}

#[test]
fn a_brief_without_a_document_says_what_is_known_tried_and_pending() {
    let mut scratch = distri();
    scratch.ok("declare \"orders are slow\" -s P3 --service orders");
    scratch.ok("warroom open --requested-by cto");
    scratch.ok("timeline add --kind down --service orders");
    scratch.ok("update --set impact.users.percent=10 --set \"impact.summary=nobody can pay\"");
    scratch.ok("checklist done rep-logs");
    scratch.at("2025-11-10T14:45:00Z");
    scratch.ok("identify \"pool exhausted\"");
    insta::assert_snapshot!(scratch.run("warroom brief"), @r#"
    20251110-ap27  P3 Moyenne  identified  14m
    orders are slow
    since 2025-11-10 14:31 Africa/Abidjan · orders · distri-night@1.0.0

    known
      - nobody can pay
      - 10 % of users
      - pool exhausted

    tried
      - 14:31 done: rep-logs

    pending
      - still down: orders

    next due
      14m late   14:31  Support L1 prend en charge (P3/P4)                           inc escalate L1
      in 1m      14:46  Downtime > 15min → Email CEO                                 inc notify ceo
      in 16m     15:01  Première communication (Communication SLA) → Communications  inc comms post
      in 3h 46m  18:31  Répondre à l'incident (SLA Réponse)                          inc ack
      in 3h 46m  18:31  Escalade L1 → L2, non-résolu < 4h → Support L2 / Tech        inc escalate L2
      and 2 more: `inc due`
    "#);
}

#[test]
fn a_process_without_one_says_so() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: alertimmo\n");
    scratch.ok("declare x -s majeur");
    insta::assert_snapshot!(scratch.run("warroom open"), @r#"
    status 2
    --- stderr
    error: alertimmo@1.0.0 knows no war room
     help: `inc timeline add TEXT` notes where people meet
    "#);
}

#[test]
fn a_restricted_incident_shows_no_title() {
    let scratch = distri();
    scratch.ok("declare \"keys of customers leaked\" -s P1 --restricted --text \"found in a paste\"");
    for command in ["list", "list --json", "registry", "due", "warroom open"] {
        let answer = scratch.run(command);
        assert!(!answer.to_string().contains("keys of customers"), "{command}:\n{answer}");
    }
    let registry = scratch.read("incidents/README.md");
    assert!(registry.contains("(restricted)") && !registry.contains("keys of customers"), "{registry}");
    let log = scratch.git(&["log", "--format=%s"]);
    assert!(!log.contains("keys of customers"), "{log}");
}

/// Everything that a restricted incident says is said with this word.
const SECRET: &str = "xyzzy";

#[test]
fn what_a_restricted_incident_says_stays_in_its_folder() {
    let mut scratch = distri();
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "settings"]);
    scratch
        .write("inc.yaml", "process: distri-night\nchannels: { all: { command: [tee, -a, .git/sent] } }\n");
    scratch.ok("trust");
    scratch.write(&format!("{SECRET}.log"), SECRET);
    let id = scratch
        .ok(&format!("declare \"{SECRET} leak\" -s P1 --restricted -q --commander carol --service {SECRET}"));
    for line in [
        "timeline add xyzzy note",
        "evidence add xyzzy.log --text xyzzy",
        "evidence capture --name xyzzy.txt -- echo xyzzy",
        "update --breach suspected --data xyzzy --people 5",
        "update --set impact.summary=xyzzy --set labels=[xyzzy] --title \"xyzzy again\"",
        "update --set related.links=[https://example.org/xyzzy]",
        "action add \"xyzzy action\" --owner dan --due 2025-11-11 --type preventive --horizon immediate",
        "decision \"xyzzy decision\" --observe xyzzy",
        "warroom open xyzzy",
        "warroom checkin xyzzy",
        "warroom handover erin xyzzy",
        "escalate L3 --text xyzzy",
        "notify cto xyzzy",
        "assign technical_lead xyzzy",
        "ack xyzzy",
        "respond xyzzy",
        "comms post investigating xyzzy --audience internal",
        "identify xyzzy",
        "timeline add xyzzy --kind down --service xyzzy",
        "waive missed-limit --reason \"xyzzy is the reason\"",
        "checklist done qualifier xyzzy",
        "runbook data-breach",
    ] {
        let answer = scratch.run(line);
        assert!(answer.status < 3, "{line}: {answer}");
    }
    scratch.at("2025-11-12T09:00:00Z");
    let outputs = [
        "",
        "list",
        "list --all",
        "list --json",
        "list --all --json",
        "due",
        "due --json",
        "due --ics",
        "due -v",
        "due --missed",
        "action list",
        "action list --json",
        "metrics",
        "metrics --json",
        "metrics --format csv",
        "metrics --format openmetrics",
        "registry",
        "check",
        "check --json",
        "check --format github",
        "check --format sarif",
        "check --format junit",
        "check --strict --base HEAD~3",
        "tick",
        "doctor",
        "sync",
    ];
    let said: Vec<String> = outputs.iter().map(|o| format!("$ inc {o}\n{}", scratch.run(o))).collect();
    for said in &said {
        assert!(!said.contains(SECRET), "{said}");
    }
    assert!(said[1].contains(id.trim()) && said[1].contains("P1"), "{}", said[1]);
    assert!(
        !scratch.git(&["log", "--format=%an%n%B"]).contains(SECRET),
        "{}",
        scratch.git(&["log", "--format=%B"])
    );
    assert!(!scratch.git(&["branch", "-a"]).contains(SECRET));
    let folder = scratch.incident();
    for file in scratch.files().into_iter().filter(|f| !f.starts_with(&folder) && !f.starts_with(SECRET)) {
        assert!(!scratch.read(&file).contains(SECRET), "{file}");
    }
    assert!(!scratch.read(".git/sent").contains(SECRET), "{}", scratch.read(".git/sent"));
    for filter in [format!("--service {SECRET}"), format!("--label {SECRET}"), "--type data-breach".into()] {
        assert!(
            !scratch.run(&format!("list --all {filter}")).out.contains(id.trim()),
            "{filter} tells what it is about"
        );
    }
    let public = scratch.run("comms post investigating xyzzy --audience users");
    assert_eq!(public.status, 1, "{public}");
    let status = scratch.run("render status-update");
    assert_eq!(status.status, 1, "{status}");
    // Whoever names it is told everything.
    assert!(scratch.run(&format!("check {}", id.trim())).out.contains(SECRET));
    scratch.write("incidents/README.md", format!("| {SECRET} again |\n"));
    let found = scratch.run("check").out;
    assert!(found.contains("error[restricted-published]: ") && !found.contains(SECRET), "{found}");
}

#[test]
fn a_breach_keeps_when_it_was_known() {
    let mut scratch = distri();
    scratch.ok("declare \"export was public\" -s P1 --breach suspected --data name,email");
    let record = format!("{}/incident.yaml", scratch.incident());
    insta::assert_snapshot!(scratch.read(&record), @r#"
    # yaml-language-server: $schema=../../incident.schema.json

    id: 20251110-ap27

    title: export was public

    process: distri-night@1.0.0

    impact:
      breach: suspected
      breach_known_at: 2025-11-10T14:31:00Z
      data:
        affected:
          - name
          - email
    "#);
    scratch.at("2025-11-10T16:00:00Z");
    insta::assert_snapshot!(scratch.run("update --breach confirmed --people 1001"), @r#"
    20251110-ap27 changed impact.breach, impact.data.people
    next due
      1h 29m late  14:31  Ingénierie / DevOps prend en charge (P1)  inc escalate L3
      1h 29m late  14:31  P1 automatique → Alerte CTO               inc notify cto
      1h 29m late  14:31  Data breach → Immédiat CTO                inc notify cto
      and 19 more: `inc due`
    "#);
    let text = scratch.read(&record);
    assert!(
        text.contains("breach: confirmed\n") && text.contains("breach_known_at: 2025-11-10T14:31:00Z\n"),
        "{text}"
    );
    assert!(text.contains("people: 1001\n"), "{text}");
    let due = scratch.ok("due");
    assert!(due.contains("Notification ARTCI (CI)"), "{due}");
    scratch.ok("update --people 1000");
    let due = scratch.ok("due");
    assert!(!due.contains("Si > 1000 users"), "{due}");
    assert!(due.contains("Jusqu'à 1000 users"), "{due}");
    assert_eq!(scratch.run("update --breach maybe").status, 2);
}

#[test]
fn related_incidents_are_written_out_and_unknown_ones_said() {
    let mut scratch = distri();
    scratch.ok("declare first -s P3");
    let first = scratch.incident().rsplit('/').next().unwrap().to_owned();
    scratch.at("2025-11-11T10:00:00Z");
    let second = scratch.ok("declare again -s P3 -q").trim().to_owned();
    let short = first.rsplit('-').next().unwrap();
    scratch.ok(&format!("update -i {second} --set related.recurrence_of={short}"));
    let record = scratch.read(&format!("incidents/2025/{second}/incident.yaml"));
    assert!(record.contains(&format!("recurrence_of: {first}\n")), "{record}");
    let unknown = scratch.run(&format!("update -i {second} --set related.follow_ups+=20251112-zzzz"));
    insta::assert_snapshot!(unknown, @r#"
    20251111-ttgk changed related.follow_ups
    --- stderr
    warning: no incident `20251112-zzzz` is known here; did you mean `20251110-ap27`?
    "#);
    let own = scratch.run(&format!("update -i {second} --set related.duplicate_of={second}"));
    insta::assert_snapshot!(own, @r#"
    status 2
    --- stderr
    error: 20251111-ttgk cannot be related to itself
    "#);
}

/// A breach of so many people's data in the Distri-Night process, at 14:31 on the tenth.
fn breach(people: u32) -> Scratch {
    let mut scratch = distri();
    scratch.ok("declare \"comptes exposés\" -s P1 --type INC-02 --commander carol");
    scratch.ok(&format!("update --breach confirmed --people {people} --data nom,email"));
    scratch.at("2025-11-10T14:40:00Z");
    scratch
}

/// The clocks of these obligations, each with its state and when it is due.
fn clocks(scratch: &Scratch, wanted: &[&str]) -> String {
    let shown: serde_json::Value = serde_json::from_str(&scratch.ok("show --json")).unwrap();
    let clocks = shown["clocks"].as_array().unwrap();
    let line = |id: &&str| {
        clocks.iter().find(|c| c["obligation"] == **id).map_or_else(
            || format!("{id}: not due"),
            |c| format!("{id}: {} {}", c["state"].as_str().unwrap(), c["due"].as_str().unwrap_or("-")),
        )
    };
    wanted.iter().map(line).collect::<Vec<_>>().join("\n")
}

const AUTHORITY: [&str; 5] = ["artci", "artci-decision", "gdpr-72h", "breach-users", "breach-users-72h"];

#[test]
fn a_breach_of_1001_people_is_told_to_the_authority() {
    let mut scratch = breach(1001);
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: running 2025-11-13T14:31:00Z
    artci-decision: not due
    gdpr-72h: running 2025-11-13T14:31:00Z
    breach-users: running 2025-11-11T14:31:00Z
    breach-users-72h: running 2025-11-13T14:31:00Z
    "#);
    insta::assert_snapshot!(scratch.run("checklist done inc02-evaluation"), @r#"
    status 2
    --- stderr
    error: `inc02-evaluation` is done in writing: Évaluation obligation notification (RGPD 72h)
     help: inc checklist done inc02-evaluation --note "what was decided, and why"
    "#);
    scratch.ok("checklist done inc02-evaluation --note \"1001 personnes : ARTCI doit être informée\"");
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: running 2025-11-13T14:31:00Z
    artci-decision: not due
    gdpr-72h: met 2025-11-13T14:31:00Z
    breach-users: running 2025-11-11T14:31:00Z
    breach-users-72h: running 2025-11-13T14:31:00Z
    "#);
    scratch.at("2025-11-13T14:31:01Z");
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: missed 2025-11-13T14:31:00Z
    artci-decision: not due
    gdpr-72h: met 2025-11-13T14:31:00Z
    breach-users: missed 2025-11-11T14:31:00Z
    breach-users-72h: missed 2025-11-13T14:31:00Z
    "#);
    let close = scratch.run("close");
    assert_ne!(close.status, 0);
    scratch.ok("notify artci --at 2025-11-13T14:31:00Z");
    scratch.ok("notify users --at 2025-11-13T14:30:59Z");
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: met 2025-11-13T14:31:00Z
    artci-decision: not due
    gdpr-72h: met 2025-11-13T14:31:00Z
    breach-users: missed 2025-11-11T14:31:00Z
    breach-users-72h: met 2025-11-13T14:31:00Z
    "#);
}

#[test]
fn a_breach_of_1000_people_takes_a_written_decision() {
    let mut scratch = breach(1000);
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: not due
    artci-decision: running 2025-11-13T14:31:00Z
    gdpr-72h: running 2025-11-13T14:31:00Z
    breach-users: running 2025-11-11T14:31:00Z
    breach-users-72h: running 2025-11-13T14:31:00Z
    "#);
    scratch
        .ok("checklist done inc02-evaluation --note \"1000 personnes, risque faible : pas de notification\"");
    scratch.at("2025-11-11T14:31:00Z").ok("notify users");
    insta::assert_snapshot!(clocks(&scratch, &AUTHORITY), @r#"
    artci: not due
    artci-decision: met 2025-11-13T14:31:00Z
    gdpr-72h: met 2025-11-13T14:31:00Z
    breach-users: met 2025-11-11T14:31:00Z
    breach-users-72h: met 2025-11-13T14:31:00Z
    "#);
    // A decision that nobody wrote down is none.
    let scratch = breach(1000);
    let entry = format!("{}/timeline/20251110T144500Z-done-aaaa.md", scratch.incident());
    scratch.write(
        &entry,
        "---\nat: 2025-11-10T14:45:00Z\nrecorded: 2025-11-10T14:45:00Z\nby: alice\nkind: done\nitem: inc02-evaluation\n---\n",
    );
    assert!(clocks(&scratch, &["artci-decision"]).contains("running"));
}

#[test]
fn the_breach_mail_claims_what_the_record_supports() {
    let mut scratch = breach(1001);
    insta::assert_snapshot!(scratch.run("render breach-email"), @r#"
    status 1
    --- stderr
    error: `breach-email` cannot be rendered: `impact.summary`, `security.measures` of 20251110-ap27 are empty
     help: inc update -i 20251110-ap27 --set impact.summary=…
    "#);
    scratch.ok("update --set \"impact.summary=Une faille a exposé des comptes\" --set \"security.measures=[Correction de la vulnérabilité]\"");
    let mail = scratch.ok("render breach-email");
    for claim in ["ARTCI", "PAS de", "éviter toute récurrence", "Audit complet"] {
        assert!(!mail.contains(claim), "{claim}: {mail}");
    }
    scratch.ok("update --set \"impact.data.safe=[mots de passe (chiffrés)]\"");
    scratch.at("2025-11-10T16:00:00Z").ok("notify artci");
    let mail = scratch.ok("render breach-email");
    assert!(mail.contains("☒ PAS de mots de passe (chiffrés)\n"), "{mail}");
    assert!(mail.contains("• Notification autorités (ARTCI), le 10/11/2025\n"), "{mail}");
    insta::assert_snapshot!(scratch.ok("render compliance"), @r#"
    # Checklist compliance RGPD - 20251110-ap27

    - **Incident**: comptes exposés
    - **Fuite de données**: confirmée
    - **Connue depuis**: 10/11/2025 à 14:31 GMT
    - **Données concernées**: nom, email
    - **Personnes concernées**: 1 001

    - [ ] Documentation complète incident
    - [ ] Timeline précise
    - [x] Données compromises identifiées (selon le dossier)
    - [x] Nombre utilisateurs affectés (selon le dossier)
    - [x] Mesures techniques prises (selon le dossier)
    - [x] Notification ARTCI (< 72h si requis) (10/11/2025 à 16:00)
    - [ ] Notification utilisateurs (< 72h)
    - [ ] DPO informé et impliqué
    - [ ] Avocat consulté
    - [ ] Registre incidents mis à jour
    - [ ] Post-mortem sécurité planifié

    ## Délais

    - Data breach → Immédiat CEO: dépassé, échéance 10/11/2025 à 14:31, retard 1 h 29 min
    - Data breach → Immédiat CTO: dépassé, échéance 10/11/2025 à 14:31, retard 1 h 29 min
    - Data breach → Immédiat Legal: dépassé, échéance 10/11/2025 à 14:31, retard 1 h 29 min
    - Coordination avocat + compliance (T+4h): en cours, échéance 10/11/2025 à 18:31
    - Évaluation obligation notification (T+4h): respecté, échéance 10/11/2025 à 18:31
    - Notification utilisateurs affectés (T+24h): en cours, échéance 11/11/2025 à 14:31
    - Si > 1000 users affectés : Notification ARTCI (CI): respecté, échéance 13/11/2025 à 14:31
    - Notification utilisateurs (< 72h): en cours, échéance 13/11/2025 à 14:31
    - Autorité notifiée, ou décision écrite de ne pas notifier (RGPD 72h): respecté, échéance 13/11/2025 à 14:31
    - DPO informé et impliqué: en cours
    "#);
}

#[test]
fn containment_before_evidence_needs_a_reason() {
    let mut scratch = breach(5);
    insta::assert_snapshot!(scratch.run("checklist done inc02-isolation"), @r#"
    status 1
    --- stderr
    error: `inc02-isolation` has to follow what is not done yet: Si attaque active: ISOLATION système compromis
     help: preserve the evidence first: `inc evidence add FILE`, `inc evidence capture -- COMMAND`
     help: or say why it could not wait: `inc update --set "security.contained_first_because=…"`
    "#);
    scratch.ok("update --set \"security.contained_first_because=Des données sortaient du réseau\"");
    scratch.ok("checklist done inc02-isolation");
    scratch.write("app.log", "x");
    scratch.at("2025-11-10T14:50:00Z").ok("evidence add app.log");
    scratch.ok("checklist done inc02-patch");
    assert!(!scratch.run("check").out.contains("step-order"));
    let record = format!("{}/incident.yaml", scratch.incident());
    let reason = "  contained_first_because: Des données sortaient du réseau\n";
    assert!(scratch.read(&record).contains(reason));
    scratch.write(&record, scratch.read(&record).replace(&format!("security:\n{reason}"), ""));
    let found = scratch.run("check").out;
    assert!(
        found.contains("error[step-order]: `inc02-isolation` was done before what it has to follow\n"),
        "{found}"
    );
}

#[test]
fn the_channel_of_a_security_incident_is_its_own() {
    for (process, declared, channel) in [
        ("distri-night", "-s P1 --type INC-02", "#war-room-incident-{id}-sec"),
        ("distri-night", "-s P1 --breach suspected", "#war-room-incident-{id}-sec"),
        ("distri-night", "-s P1 --restricted", "#war-room-incident-{id}-sec"),
        ("distri-night", "-s P1 --type INC-01", "#war-room-incident-{id}"),
        ("standard", "-s SEV1 --type security", "inc-{id}-sec"),
        ("standard", "-s SEV1 --type outage", "inc-{id}"),
    ] {
        let scratch = Scratch::repo();
        scratch.write("inc.yaml", format!("process: {process}\n"));
        let id = scratch.ok(&format!("declare x {declared} -q"));
        let opened = scratch.run("warroom open");
        let wanted = format!("war room open: {}\n", channel.replace("{id}", id.trim()));
        assert!(opened.out.contains(&wanted), "{declared}: {opened}");
    }
}

#[test]
fn a_correction_is_tried_on_a_copy_before_it_is_applied() {
    let mut scratch = distri();
    scratch.ok("declare \"commandes perdues\" -s P1 --type INC-04");
    scratch.at("2025-11-10T14:40:00Z");
    insta::assert_snapshot!(scratch.run("checklist done inc04-b-production"), @r#"
    status 1
    --- stderr
    error: `inc04-b-production` has to follow what is not done yet: Application production (transaction)
     help: first `inc checklist done inc04-b-test`
    "#);
    scratch.ok("checklist done inc04-b-export inc04-b-script inc04-b-test inc04-b-production");
    assert!(!scratch.run("check").out.contains("step-order"));
}

#[test]
fn a_decision_is_opened_taken_and_taken_too_late() {
    let mut scratch = distri();
    scratch.ok("declare \"site is down\" -s P1 --commander carol");
    scratch.at("2025-11-10T14:35:00Z");
    insta::assert_snapshot!(
        scratch.run("decision --observe \"the first site does not answer\" --type go-no-go")
    );
    insta::assert_snapshot!(scratch.run("decision --orient \"two ways\""));
    let due = |scratch: &Scratch| {
        let due = scratch.ok("due");
        due.lines()
            .find(|l| l.contains("OODA"))
            .map(|l| l.split("  ").map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" | "))
    };
    insta::assert_snapshot!(due(&scratch).unwrap());
    insta::assert_snapshot!(scratch.run("decision \"fail over\" --decider bob"));
    scratch.at("2025-11-10T14:45:00Z");
    insta::assert_snapshot!(
        scratch.run("decision \"fail over\" --decider carol --orient \"ten minutes or an hour\"")
    );
    assert_eq!(due(&scratch), None);
    assert!(!scratch.run("check").out.contains("ooda-loop"));
    scratch.ok("decision --observe \"errors go on\"");
    scratch.at("2025-11-10T14:55:01Z");
    insta::assert_snapshot!(due(&scratch).unwrap());
    scratch.at("2025-11-10T14:57:00Z");
    scratch.ok("decision \"restart the pool\" --by carol");
    let check = scratch.run("check").out;
    assert_eq!(check.matches("`ooda-loop`").count(), 1, "{check}");
    assert!(check.contains("(`ooda-loop`): due at 2025-11-10T14:55:00Z, 2m late"), "{check}");
    scratch.ok("decision --observe \"all is well\"");
    scratch.ok("warroom open");
    let shown = scratch.ok("timeline list") + &scratch.ok("render incident") + &scratch.ok("warroom brief");
    let lines: Vec<&str> = shown
        .lines()
        .filter(|l| {
            ["decision", "cid", "site does", "all is well", "errors go"].iter().any(|w| l.contains(w))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn who_may_decide_is_asked_at_the_time_of_the_decision() {
    let mut scratch = distri();
    scratch.ok("declare \"site is down\" -s P1 --commander erin");
    let press = "decision \"tell the press\" --type communication-publique";
    insta::assert_snapshot!(scratch.run(&format!("{press} --decider erin")));
    insta::assert_snapshot!(scratch.run("decision x --type go"));
    for decider in ["carol", "cto", "CEO", "L4"] {
        assert_eq!(scratch.run(&format!("{press} --decider {decider}")).status, 0, "{decider}");
    }
    scratch.at("2025-11-10T15:00:00Z").ok("handover commander bob");
    let go = |who: &str, at: &str| {
        scratch.run(&format!("decision go --type go-no-go --decider {who} --at {at}")).status
    };
    assert_eq!((go("erin", "14:59"), go("bob", "14:59")), (0, 1));
    assert_eq!((go("erin", "15:00"), go("bob", "15:00")), (1, 0));
    let entry = "at: 2025-11-10T15:00:00Z\nrecorded: 2025-11-10T15:00:00Z\nby: erin\nkind: decision\n";
    let path = format!("{}/timeline/20251110T150000Z-decision-zzzz.md", scratch.incident());
    scratch.write(&path, format!("---\n{entry}decide: go\ntype: go-no-go\n---\n"));
    let check = scratch.run("check").out;
    assert_eq!(check.matches("error[decider]").count(), 1, "{check}");
    for (fields, wrong) in
        [("act: x", "decide"), ("decider: erin", "decide"), ("decide: x\ntype: go", "type of decision `go`")]
    {
        scratch.write(&path, format!("---\n{entry}{fields}\n---\n"));
        let check = scratch.run("check").out;
        assert!(check.contains(wrong), "{fields}: {check}");
    }
}
