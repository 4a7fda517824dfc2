//! `inc classify`, and the answers that `declare` and `update` take.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

fn distri() -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch
}

#[test]
fn questions_are_flags() {
    let scratch = distri();
    let answer =
        scratch.run("classify --users 35 --revenue 3 --workaround simple --function core --security none");
    insta::assert_snapshot!(answer, @r#"
      Utilisateurs affectés, en % ? 35 (20-50% → P2 (Haute)): P2
      Impact business, en % du revenue ? 3 (Impact < 5% revenue → P3): P3
      Workaround disponible ? simple (Oui, simple → -1 niveau): -1
      Criticité de la fonction ? core (Core function → P2/P1): P2
      Sécurité/données ? none (Aucun risque → Pas de changement): ±0
      P2, -1 = P3
    P3 Moyenne
    --- stderr
    declare it so: inc declare "what is wrong" --classify users=35,revenue=3,workaround=simple,function=core,security=none
    "#);
    let json = scratch.run("classify --revenue=3 users=35 --json");
    insta::assert_snapshot!(json, @r#"
    {
      "schema_version": 1,
      "severity": {
        "id": "P2",
        "rank": 2,
        "label": "Haute"
      },
      "answers": {
        "users": "35",
        "revenue": "3"
      },
      "not_answered": [
        "workaround",
        "function",
        "security"
      ],
      "trace": [
        "Utilisateurs affectés, en % ? 35 (20-50% → P2 (Haute)): P2",
        "Impact business, en % du revenue ? 3 (Impact < 5% revenue → P3): P3",
        "= P2"
      ]
    }
    "#);
    assert_eq!(scratch.ok("--json classify --revenue 3 --users 35"), json.out, "flags in any place");
}

#[test]
fn wrong_answers_are_said_with_the_nearest() {
    let scratch = distri();
    let wrong = [
        "classify --user 35",
        "classify --users lots",
        "classify --users 101",
        "classify --users",
        "classify --function cor",
        "classify --workaround none",
        "classify --users 35 --users 36",
        "classify --users 35 --raise users --reason x",
        "classify --function core --raise function",
        "classify",
    ];
    let said: Vec<String> = wrong.iter().map(|w| format!("$ inc {w}\n{}", scratch.run(w))).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    $ inc classify --user 35
    status 2
    --- stderr
    error: distri-night@1.0.0 asks no question `user`
     help: did you mean `users`?
     help: its questions: users, revenue, workaround, function, security

    $ inc classify --users lots
    status 2
    --- stderr
    error: `lots` is no number, and `users` asks for one
     help: Utilisateurs affectés, en % ? such as `users=35` or `users=0.5`

    $ inc classify --users 101
    status 2
    --- stderr
    error: `users` is at most 100, and this says 101

    $ inc classify --users
    status 2
    --- stderr
    error: `users` has no answer
     help: Utilisateurs affectés, en % ?

    $ inc classify --function cor
    status 2
    --- stderr
    error: `cor` is no answer to `function`
     help: did you mean `core`?
     help: Criticité de la fonction ? nice-to-have (Nice-to-have → P4), important (Important → P3), core (Core function → P2/P1), critical (Critical path → P1)

    $ inc classify --workaround none
    status 2
    --- stderr
    error: these answers name no severity
     help: answer one of: users, revenue, function, security

    $ inc classify --users 35 --users 36
    status 2
    --- stderr
    error: `users` is answered twice

    $ inc classify --users 35 --raise users --reason x
    status 2
    --- stderr
    error: `users` leaves nothing to choose: 20-50% → P2 (Haute)
     help: to decide otherwise than the answers, say the severity: `-s SEV --reason "…"`

    $ inc classify --function core --raise function
    status 2
    --- stderr
    error: to raise `function` needs a reason
     help: say it with `--reason "…"`

    $ inc classify
    status 2
    --- stderr
    error: there is no answer, and no terminal to ask on
     help: say them: inc classify --users 35 --revenue 35 --workaround simple --function nice-to-have --security none
    "#);
}

#[test]
fn a_process_without_questions_says_so() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: nasa-l4\n");
    insta::assert_snapshot!(scratch.run("classify --users 3"), @r#"
    status 2
    --- stderr
    error: nasa-l4@1.0.0 asks no question `users`
     help: its questions: impact, security
    "#);
}

#[test]
fn a_declaration_keeps_answers_and_trace() {
    let mut scratch = distri();
    let declared =
        scratch.run("declare \"login is slow\" --classify users=35,workaround=simple --commander bob");
    insta::assert_snapshot!(declared, @r#"
    20251110-ap27  P3 Moyenne  declared  0s
    login is slow
    since 2025-11-10 14:31 Africa/Abidjan · distri-night@1.0.0

    tell now
      Support L1

    next due
      now     14:31  Support L1 prend en charge (P3/P4)                           inc escalate L1
      in 30m  15:01  Première communication (Communication SLA) → Communications  inc comms post
      in 4h   18:31  Répondre à l'incident (SLA Réponse)                          inc ack
      and 3 more: `inc due`
    "#);
    let timeline = scratch.files().into_iter().find(|f| f.contains("-declared-")).unwrap();
    insta::assert_snapshot!(scratch.read(&timeline), @r#"
    ---
    at: 2025-11-10T14:31:00Z
    recorded: 2025-11-10T14:31:00Z
    by: alice
    kind: declared
    severity: P3
    classification:
      answers:
        users: '35'
        workaround: simple
      severity: P3
      trace:
      - 'Utilisateurs affectés, en % ? 35 (20-50% → P2 (Haute)): P2'
      - 'Workaround disponible ? simple (Oui, simple → -1 niveau): -1'
      - P2, -1 = P3
    ---
    "#);
    let record = format!("{}/incident.yaml", scratch.incident());
    assert!(
        scratch.read(&record).contains("impact:\n  users:\n    percent: 35\n"),
        "{}",
        scratch.read(&record)
    );
    scratch.at("2025-11-10T14:40:00Z");
    insta::assert_snapshot!(scratch.run("update --classify users=60,security=potential"), @r#"
    20251110-ap27 severity P3 → P1; changed impact.users.percent
    next due
      9m late  14:31  Support L1 prend en charge (P3/P4)        inc escalate L1
      now      14:40  Ingénierie / DevOps prend en charge (P1)  inc escalate L3
      now      14:40  P1 automatique → Alerte CTO               inc notify cto
      and 10 more: `inc due`
    --- stderr
      Utilisateurs affectés, en % ? 60 (> 50% → P1 (Critique)): P1
      Sécurité/données ? potential (Risque potentiel → +1 niveau): +1
      P1, +1 = P1
    P1 Critique
    "#);
    insta::assert_snapshot!(scratch.run("update -s P3 --classify users=60"), @r#"
    status 2
    --- stderr
    error: the answers give P1, and P3 beside them needs a reason
     help: say it with `--reason "…"`, or leave `-s` out
    "#);
    scratch.ok("update -s P3 --classify users=60 --reason \"a batch that nobody waits for\"");
    let mut entries = scratch.files();
    entries.retain(|f| f.contains("-severity-"));
    insta::assert_snapshot!(scratch.read(entries.last().unwrap()), @r#"
    ---
    at: 2025-11-10T14:40:00Z
    recorded: 2025-11-10T14:40:00Z
    by: alice
    kind: severity
    classification:
      answers:
        users: '60'
      severity: P1
      trace:
      - 'Utilisateurs affectés, en % ? 60 (> 50% → P1 (Critique)): P1'
      - = P1
      - → P3 (a batch that nobody waits for)
    reason: a batch that nobody waits for
    to: P3
    ---
    "#);
}
