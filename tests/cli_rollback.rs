//! `inc rollback`

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests forge files")]

mod common;

use common::Scratch;

/// A repository with a history, two tags that are sealed, by name and by annotation, and tags that are not.
fn nasa() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: nasa-l4\n");
    scratch.write("app", "1\n");
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "one"]);
    scratch.git(&["tag", "-a", "v1", "-m", "SEALED: ran for two weeks"]);
    scratch.git(&["tag", "v1-SEALED"]);
    scratch.git(&["tag", "v1-plain"]);
    scratch.git(&["checkout", "-q", "-b", "side"]);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "elsewhere"]);
    scratch.git(&["tag", "-a", "side-SEALED", "-m", "not ours"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    let severity = scratch.ok("process show --json");
    let process: serde_json::Value = serde_json::from_str(&severity).unwrap();
    let worst = process["severities"][0]["id"].as_str().unwrap();
    scratch.ok(&format!("declare \"an invariant is violated\" -s \"{worst}\""));
    scratch.at("2025-11-10T14:40:00Z");
    scratch
}

const PLAN: &str = "rollback plan --because fix-impossible --decision \"back to v1\" --decider alice --check \"invariants hold\"";

#[test]
fn the_six_steps_in_order_with_a_second_person() {
    let mut scratch = nasa();
    insta::assert_snapshot!(scratch.run("rollback"), @r#"
    20251110-50ma has no rollback plan
      - Fix impossible dans SLA
      - Risque de damage continued
      - Décision humaine documentée
    --- stderr
    `inc rollback plan --help` says what a plan needs
    "#);
    let commit = scratch.git(&["rev-parse", "v1^{commit}"]).trim().to_owned();
    let planned = scratch.run(&format!("{PLAN} --target v1")).to_string();
    insta::assert_snapshot!(planned.replace(&commit[..9], "[commit]"), @r#"
    20251110-50ma RB-20251110-50ma-1 planned v1, [commit]
    --- stderr
    next: inc rollback validate
    "#);
    let plan = scratch.read(&format!("{}/ROLLBACK_PLAN.json", scratch.incident()));
    insta::assert_snapshot!(plan.replace(&commit, "[commit]"), @r#"
    {
      "schema_version": 1,
      "id": "RB-20251110-50ma-1",
      "incident": "20251110-50ma",
      "created_at": "2025-11-10T14:40:00Z",
      "created_by": "alice",
      "target": {
        "tag": "v1",
        "commit": "[commit]",
        "stable_because": "SEALED: ran for two weeks"
      },
      "condition": {
        "because": "fix_impossible"
      },
      "decision": {
        "text": "back to v1",
        "decider": "alice"
      },
      "steps": [
        "Identifier target (tag SEALED)",
        "Valider que target était stable",
        "Créer ROLLBACK_PLAN.json",
        "Exécuter rollback",
        "Vérifier état",
        "Logger ROLLBACK_EVENT"
      ],
      "checks": [
        "invariants hold"
      ]
    }
    "#);
    for early in ["rollback approve --by bob", "rollback execute", "rollback verify --result ok"] {
        assert_eq!(scratch.run(early).status, 1, "{early}");
    }
    insta::assert_snapshot!(scratch.run("rollback execute"), @r#"
    status 1
    --- stderr
    error: it cannot be executed now: the rollback of 20251110-50ma is planned
     help: next: inc rollback validate
    "#);
    assert_eq!(scratch.run("rollback validate").status, 0);
    insta::assert_snapshot!(scratch.run("rollback approve --by alice"), @r#"
    status 1
    --- stderr
    error: alice decided on the rollback, and nasa-l4@1.0.0 asks for a second person
     help: somebody else approves it, with their own git name or `--by WHO`
    "#);
    insta::assert_snapshot!(scratch.run("rollback approve --by bob").err, @"next: inc rollback execute");
    scratch.at("2025-11-10T14:50:00Z");
    assert_eq!(scratch.run("rollback execute \"deployed v1\"").status, 0);
    insta::assert_snapshot!(scratch.run(&format!("{PLAN} --target v1")), @r#"
    status 1
    --- stderr
    error: it cannot be planned now: the rollback of 20251110-50ma is executed
     help: next: inc rollback verify --result ok|failed
    "#);
    scratch.at("2025-11-10T14:55:00Z");
    assert_eq!(scratch.run("rollback verify --result ok").status, 0);
    let steps = scratch.ok("timeline list --kind rollback --json");
    let steps: serde_json::Value = serde_json::from_str(&steps).unwrap();
    let steps: Vec<&str> = steps.as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["planned", "validated", "approved", "executed", "verified"]);
}

#[test]
fn the_target_is_a_sealed_tag_in_the_history() {
    let scratch = nasa();
    let before = scratch.state();
    let wrong = ["v1-plain", "side-SEALED", "v1-SEALD", "nothing", "HEAD", "v1-SEALED"];
    let said =
        wrong.iter().map(|t| format!("$ --target {t}\n{}", scratch.run(&format!("{PLAN} --target {t}"))));
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @r#"
    $ --target v1-plain
    status 1
    --- stderr
    error: v1-plain is not known to be stable: neither its name nor its annotation holds `SEALED`, as nasa-l4@1.0.0 asks
     help: git tag --list '*SEALED*'

    $ --target side-SEALED
    status 1
    --- stderr
    error: side-SEALED is not in the history of this branch, as nasa-l4@1.0.0 asks
     help: git branch --contains side-SEALED lists the branches that hold it

    $ --target v1-SEALD
    status 2
    --- stderr
    error: there is no tag `v1-SEALD`
     help: did you mean `v1-SEALED`?
     help: `git tag --sort=-creatordate` lists the tags, `git fetch --tags` gets those of the remote

    $ --target nothing
    status 2
    --- stderr
    error: there is no tag `nothing`
     help: `git tag --sort=-creatordate` lists the tags, `git fetch --tags` gets those of the remote

    $ --target HEAD
    status 2
    --- stderr
    error: there is no tag `HEAD`
     help: `git tag --sort=-creatordate` lists the tags, `git fetch --tags` gets those of the remote

    $ --target v1-SEALED
    status 2
    --- stderr
    error: the tag v1-SEALED does not say why it is stable
     help: say it with `--stable "ran for two weeks without an error"`
    "#);
    let more = [
        "rollback plan --target v1 --because other --decision x --decider alice",
        "rollback plan --target v1 --because maybe --decision x --decider alice",
        "rollback plan --target v1 --because fix-impossible --decider alice",
        "rollback plan --target v1 --because fix-impossible --decision x --decider alice --approver alice",
    ];
    for line in more {
        assert_ne!(scratch.run(line).status, 0, "{line}");
    }
    assert_eq!(scratch.state(), before, "what is refused writes nothing");
    assert_eq!(scratch.run(&format!("{PLAN} --target v1-SEALED --stable \"ran for two weeks\"")).status, 0);
}

#[test]
fn a_tag_that_moved_or_went_is_found() {
    let scratch = nasa();
    scratch.ok(&format!("{PLAN} --target v1"));
    scratch.ok("rollback validate");
    let found = |scratch: &Scratch| {
        let answer = scratch.run("check --format json");
        let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        let findings = json["findings"].as_array().unwrap();
        let moved = findings.iter().filter(|f| f["rule"] == "rollback-target-moved");
        moved.map(|f| f["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&scratch), Vec::<String>::new());
    let was = scratch.git(&["rev-parse", "--short=9", "v1^{commit}"]);
    scratch.git(&["tag", "-f", "-a", "v1", "-m", "SEALED again", "HEAD"]);
    let is = scratch.git(&["rev-parse", "--short=9", "v1^{commit}"]);
    let (was, is) = (was.trim(), is.trim());
    assert_eq!(
        found(&scratch),
        [format!("the tag v1 has moved: the plan holds {was}, and it leads to {is}")]
    );
    let refused = scratch.run("rollback approve --by bob");
    assert!(
        refused.err.contains(&format!("the tag v1 has moved since the plan: it led to {was}")),
        "{refused}"
    );
    scratch.git(&["tag", "-d", "v1"]);
    assert_eq!(found(&scratch), [format!("the tag v1 is gone; the plan holds {was}")]);
}

#[test]
fn a_lighter_process_asks_for_less() {
    let mut scratch = nasa();
    scratch.write("inc.yaml", "process: standard\n");
    scratch.at("2025-11-12T10:00:00Z");
    let id = scratch.ok("declare \"slow\" -s SEV2 -q").trim().to_owned();
    let plan = format!("{PLAN} -i {id} --target v1-plain --stable \"was fine\"");
    insta::assert_snapshot!(scratch.run(&plan).out.split_once(", ").unwrap().0, @"20251112-7g4f RB-20251112-7g4f-1 planned v1-plain");
    scratch.ok(&format!("rollback execute -i {id}"));
    insta::assert_snapshot!(scratch.run(&format!("rollback verify -i {id} --result failed")).err, @"it did not work: `inc rollback plan` plans another, `inc escalate` gets help");
    assert_eq!(scratch.run(&plan).status, 0, "another plan after one that failed");
    let shown = scratch.run(&format!("rollback -i {id}"));
    assert!(shown.out.starts_with(&format!("RB-{id}-2  planned\n")), "{shown}");
}

#[test]
fn the_tag_of_another_repository_is_found_there() {
    let mut scratch = Scratch::repo();
    scratch.git(&["init", "-q", "app"]);
    scratch.git(&["-C", "app", "config", "user.name", "alice"]);
    scratch.git(&["-C", "app", "config", "user.email", "alice@example.com"]);
    scratch.git(&["-C", "app", "commit", "-q", "--allow-empty", "-m", "one"]);
    scratch.git(&["-C", "app", "tag", "-a", "v7", "-m", "SEALED"]);
    scratch.write("inc.yaml", "process: standard\n");
    scratch.ok("declare slow -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    assert_eq!(scratch.run(&format!("{PLAN} --target v7")).status, 2);
    scratch.ok(&format!("{PLAN} --target v7 --repo app"));
    let json: serde_json::Value = serde_json::from_str(&scratch.ok("rollback --json")).unwrap();
    assert_eq!((&json["state"], &json["plan"]["repository"]), (&"planned".into(), &"app".into()));
}

#[test]
fn the_plan_obeys_its_published_schema_and_a_wrong_one_is_said() {
    let scratch = nasa();
    scratch.ok(&format!("{PLAN} --target v1"));
    let schema: serde_json::Value = serde_json::from_str(&scratch.ok("schema rollback")).unwrap();
    let path = format!("{}/ROLLBACK_PLAN.json", scratch.incident());
    let plan: serde_json::Value = serde_json::from_str(&scratch.read(&path)).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&plan));
    scratch.write(&path, "{ \"schema_version\": 1,\n  \"id\": 7 }");
    let said = scratch.run("rollback validate");
    assert!(
        said.err.contains("ROLLBACK_PLAN.json:2:9: `id`: invalid type: integer `7`, expected a string"),
        "{said}"
    );
    assert_eq!(said.status, 3);
}

/// A plan that names a command, validated and approved by a second person.
fn with_command(command: &str) -> Scratch {
    let scratch = nasa();
    scratch
        .write("back.sh", "#!/bin/sh\necho \"back to $INC_ROLLBACK_TAG for $INC_INCIDENT: $*\"\ntouch ran\n");
    scratch.git(&["add", "back.sh"]);
    scratch.git(&["update-index", "--chmod=+x", "back.sh"]);
    scratch.git(&["commit", "-qm", "how to go back"]);
    scratch.git(&["checkout", "-q", "--", "back.sh"]);
    scratch.ok(&format!("{PLAN} --target v1 -- {command}"));
    scratch.ok("rollback validate");
    scratch.ok("rollback approve --by bob");
    scratch
}

fn ran(scratch: &Scratch) -> bool {
    scratch.path().join("ran").exists()
}

#[cfg(unix)]
#[test]
fn a_command_runs_only_where_this_clone_trusts_it() {
    let mut scratch = with_command("./back.sh now");
    insta::assert_snapshot!(scratch.run("rollback execute --dry-run"), @r#"
    status 1
    would run in [repo]: ./back.sh now
    but not yet: this clone does not trust the plan's command, `./back.sh now`: nothing was run
    "#);
    insta::assert_snapshot!(scratch.run("rollback execute"), @r#"
    status 1
    --- stderr
    error: this clone does not trust the plan's command, `./back.sh now`: nothing was run
     help: read it and what it runs, then `inc trust --rollback`: it holds for the plan and the code as they are
     help: `inc rollback execute --by-hand "what was done"` records what somebody carried out
    "#);
    insta::assert_snapshot!(scratch.run("trust --rollback --show"), @r#"
    RB-20251110-50ma-1 to v1: runs ./back.sh now
    --- stderr
    not trusted: nothing is run in this clone before `inc trust --rollback`
    "#);
    assert!(!ran(&scratch));
    insta::assert_snapshot!(scratch.run("trust --rollback"), @r#"
    RB-20251110-50ma-1 to v1: runs ./back.sh now
    --- stderr
    trusted in this clone, as the plan and the code are now; `inc trust --rollback --revoke` takes it back
    "#);
    insta::assert_snapshot!(scratch.run("rollback execute --dry-run"), @"would run in [repo]: ./back.sh now");
    assert!(!ran(&scratch));
    scratch.at("2025-11-10T14:50:00Z");
    let commit = scratch.git(&["rev-parse", "--short=9", "v1^{commit}"]);
    insta::assert_snapshot!(scratch.run("rollback execute").to_string().replace(commit.trim(), "[commit]"), @r#"
    20251110-50ma RB-20251110-50ma-1 executed v1, [commit]
      | back to v1 for 20251110-50ma: now
      check: invariants hold
    --- stderr
    runs ./back.sh now
    next: inc rollback verify --result ok|failed
    ./back.sh now: exit status 0
    "#);
    assert!(ran(&scratch));
    insta::assert_snapshot!(scratch.ok("timeline list"), @r#"
    2025-11-10  14:31  declared  alice  CRITICAL
                14:40  decision  alice  back to v1 (alice)
                14:40  rollback  alice  planned to v1
                14:40  rollback  alice  validated to v1
                14:40  rollback  bob    approved to v1
                14:40  approved  bob    rollback
                14:50  note      alice  Rollback to v1 begins: `./back.sh now`
                14:50  evidence  alice  evidence/20251110T145000Z-rollback.txt · `./back.sh now`: exit status 0
                14:50  rollback  alice  executed to v1
    "#);
    assert_eq!(scratch.run("evidence verify").status, 0);
    let again = scratch.run("rollback execute");
    assert_eq!(again.status, 1, "it runs once: {again}");
    assert_eq!(scratch.git(&["status", "--short"]), "?? ran\n");
}

/// What a pull request does to a repository.
#[cfg(unix)]
type Forgery = fn(&Scratch);

#[cfg(unix)]
#[test]
fn a_pull_request_never_gains_execution() {
    let strange: [(&str, Forgery); 5] = [
        ("another command in the plan", |s| {
            let path = format!("{}/ROLLBACK_PLAN.json", s.incident());
            let plan = s.read(&path).replace("\"now\"", "\"now\",\n    \"evil\"");
            s.write(&path, plan);
        }),
        ("another program under the same name", |s| {
            s.write("back.sh", "#!/bin/sh\ntouch ran evil\n");
        }),
        ("another file that the program may read", |s| {
            s.write("Makefile", "all:\n\ttouch evil\n");
            s.git(&["add", "Makefile"]);
        }),
        ("another plan, approved on paper", |s| {
            let path = format!("{}/ROLLBACK_PLAN.json", s.incident());
            let plan = s.read(&path).replace("back to v1", "back to v1!");
            s.write(&path, plan);
            let timeline = std::fs::read_dir(s.path().join(s.incident()).join("timeline")).unwrap();
            for entry in timeline.map(|e| e.unwrap().path()) {
                let text = std::fs::read_to_string(&entry).unwrap();
                if text.contains("kind: rollback") {
                    let forged = text.lines().filter(|l| !l.starts_with("sha256")).collect::<Vec<_>>();
                    std::fs::write(&entry, forged.join("\n") + "\n").unwrap();
                }
            }
        }),
        ("a copy of git's folder of trust", |s| {
            std::fs::create_dir_all(s.path().join("inc")).unwrap();
            std::fs::rename(s.path().join(".git/inc/trust"), s.path().join("inc/trust")).unwrap();
        }),
    ];
    for (what, change) in strange {
        let scratch = with_command("./back.sh now");
        scratch.ok("trust --rollback");
        change(&scratch);
        scratch.git(&["commit", "-q", "--allow-empty", "-am", "a pull request"]);
        let answer = scratch.run("rollback execute");
        assert_eq!(answer.status, 1, "{what}: {answer}");
        assert!(!ran(&scratch), "{what}: {answer}");
        assert!(!scratch.path().join("evil").exists(), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_runs_before_approval_and_a_failure_is_said() {
    let scratch = nasa();
    scratch.ok(&format!("{PLAN} --target v1 -- sh -c \"echo gone wrong; exit 3\""));
    scratch.ok("trust --rollback");
    assert_eq!(scratch.run("rollback execute").status, 1);
    insta::assert_snapshot!(scratch.run("rollback execute --dry-run"), @r#"
    status 1
    would run in [repo]: sh -c 'echo gone wrong; exit 3'
    but not yet: it cannot be executed now: the rollback of 20251110-50ma is planned
    "#);
    scratch.ok("rollback validate");
    scratch.ok("rollback approve --by bob");
    let commit = scratch.git(&["rev-parse", "--short=9", "v1^{commit}"]);
    insta::assert_snapshot!(scratch.run("rollback execute").to_string().replace(commit.trim(), "[commit]"), @r#"
    status 1
    20251110-50ma RB-20251110-50ma-1 executed v1, [commit]
      | gone wrong
      check: invariants hold
    --- stderr
    runs sh -c 'echo gone wrong; exit 3'
    next: inc rollback verify --result ok|failed
    sh -c 'echo gone wrong; exit 3': exit status 3
    warning: the command failed: look at what it left, then `inc rollback verify --result failed`
    "#);
    scratch.ok("rollback verify --result failed");
    let second = scratch.run(&format!("{PLAN} --target v1"));
    assert_eq!(second.status, 0, "{second}");
    scratch.ok("rollback validate");
    assert_eq!(
        scratch.run("approve rollback --by bob").status,
        0,
        "the second plan is approved by the same person"
    );
    assert_eq!(scratch.run("rollback execute \"by hand\"").status, 0);
}

#[test]
fn a_plan_that_changed_after_approval_is_found() {
    let scratch = nasa();
    scratch.ok("decision \"back to v1\" --decider alice");
    scratch.ok("rollback plan --target v1 --because continued-damage --check ok");
    scratch.ok("rollback validate");
    scratch.ok("rollback approve --by bob");
    let decisions = scratch.ok("timeline list --kind decision --json");
    let decisions: serde_json::Value = serde_json::from_str(&decisions).unwrap();
    assert_eq!(decisions.as_array().unwrap().len(), 1, "the decision is documented once");
    let path = format!("{}/ROLLBACK_PLAN.json", scratch.incident());
    let plan = scratch.read(&path);
    scratch.write(&path, plan.replace('\n', "\r\n").replace("  ", "\t"));
    assert!(
        !scratch.run("check").out.contains("rollback-plan-changed"),
        "how it is laid out does not matter"
    );
    scratch.write(&path, plan.replace("back to v1", "back to v2"));
    insta::assert_snapshot!(scratch.run("rollback execute").to_string().replace(&scratch.incident(), "[incident]"), @r#"
    status 1
    --- stderr
    error: ROLLBACK_PLAN.json is not what was approved by bob
     help: `git log -p -- [incident]/ROLLBACK_PLAN.json` shows what changed
     help: put it back, or plan anew: `inc rollback plan`
    "#);
    let found = scratch.run("check").out;
    assert!(
        found.contains("error[rollback-plan-changed]: the plan is not what was approved by bob\n"),
        "{found}"
    );
    std::fs::remove_file(scratch.path().join(&path)).unwrap();
    let found = scratch.run("check").out;
    assert!(found.contains("error[rollback-plan-changed]: the rollback plan is gone\n"), "{found}");
}

#[test]
fn a_repository_outside_is_opened_only_when_a_person_names_it() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: standard\n");
    scratch.ok("declare slow -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    let other = Scratch::repo();
    other.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    other.git(&["tag", "-a", "v7", "-m", "SEALED"]);
    let path = other.path().display().to_string();
    scratch.ok(&format!("{PLAN} --target v7 --repo {path}"));
    let refused = scratch.run("rollback validate");
    assert_eq!(refused.status, 1, "{refused}");
    assert!(refused.err.contains("is not inside this one\n help: name it, with the path"), "{refused}");
    scratch.ok(&format!("rollback validate --repo {path}"));
    let notes = scratch.run("check").out;
    assert!(notes.contains("note[rollback-target-moved]: the tag v7 was not looked at"), "{notes}");
    assert!(!scratch.run(&format!("check --repo {path}")).out.contains("rollback-target-moved"));
    other.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    other.git(&["tag", "-f", "-a", "v7", "-m", "SEALED"]);
    let found = scratch.run(&format!("check --repo {path}")).out;
    assert!(found.contains("error[rollback-target-moved]: the tag v7 has moved"), "{found}");
    // What a pull request can bring inside is no repository: git takes no `.git` from a commit.
    let plan = format!("{}/ROLLBACK_PLAN.json", scratch.incident());
    scratch.git(&["clone", "-q", "--bare", &path, "bare"]);
    let text = scratch.read(&plan);
    for hostile in ["bare", "..", "/", "../../../../../../etc"] {
        scratch.write(&plan, text.replace(&path, hostile));
        let notes = scratch.run("check").out;
        assert!(notes.contains("is not inside this one"), "{hostile}: {notes}");
    }
}

/// The findings of `check` with these arguments: rule, line and message.
fn found(scratch: &Scratch, args: &str) -> Vec<String> {
    let answer: serde_json::Value =
        serde_json::from_str(&scratch.run(&format!("check --json {args}")).out).unwrap();
    let of = |f: &serde_json::Value| {
        let path = f["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        format!("{} {path}:{} {}", f["rule"].as_str().unwrap(), f["line"], f["message"].as_str().unwrap())
    };
    let wanted = ["INC-003", "history-evidence", "rollback-target-moved", "rollback-plan-changed"];
    let findings = answer["findings"].as_array().unwrap().iter();
    findings.filter(|f| wanted.contains(&f["rule"].as_str().unwrap())).map(of).collect()
}

#[test]
fn a_rollback_and_its_evidence_stand_up_afterwards() {
    let mut scratch = nasa();
    for name in ["audit.txt", "state.txt"] {
        scratch.write(name, format!("{name}\n"));
        scratch.ok(&format!("evidence add {name}"));
    }
    scratch.ok(&format!("{PLAN} --target v1"));
    scratch.ok("rollback validate");
    scratch.ok("rollback approve --by bob");
    scratch.at("2025-11-10T14:50:00Z").ok("rollback execute \"deployed v1\"");
    scratch.at("2025-11-10T14:55:00Z").ok("rollback verify --result ok \"invariants hold\"");
    assert_eq!(found(&scratch, ""), Vec::<String>::new());
    let home = format!("{}/evidence", scratch.incident());
    let mask = |scratch: &Scratch, args: &str| {
        let short = |rev: &str| scratch.git(&["rev-parse", "--short=9", rev]).trim().to_owned();
        found(scratch, args)
            .join("\n")
            .replace(&short("v1-SEALED"), "[sealed]")
            .replace(&short("main"), "[main]")
    };
    // The tag is moved, then deleted.
    scratch.git(&["tag", "-f", "-a", "v1", "-m", "SEALED: another"]);
    insta::assert_snapshot!(mask(&scratch, ""), @"rollback-target-moved ROLLBACK_PLAN.json:9 the tag v1 has moved: the plan holds [sealed], and it leads to [main]");
    scratch.git(&["tag", "-d", "v1"]);
    insta::assert_snapshot!(mask(&scratch, ""), @"rollback-target-moved ROLLBACK_PLAN.json:9 the tag v1 is gone; the plan holds [sealed]");
    scratch.git(&["tag", "-a", "v1", "v1-SEALED", "-m", "SEALED: as it was"]);
    assert_eq!(found(&scratch, ""), Vec::<String>::new());
    // One byte of a piece of evidence changes; another is deleted; both in a branch.
    scratch.git(&["checkout", "-q", "-b", "tidy"]);
    scratch.write(&format!("{home}/audit.txt"), "audit.tyt\n");
    scratch.git(&["rm", "-q", &format!("{home}/state.txt")]);
    scratch.git(&["commit", "-qam", "tidy up"]);
    insta::assert_snapshot!(mask(&scratch, "--base main"), @r#"
    INC-003 20251110T144000Z-evidence-7g4f.md:7 `evidence/audit.txt` is not what was preserved: it has 10 bytes, SHA-256 8a717a66e2fc5d0b75dae7cfc9a4079b6fd93b406e04fbe5726b758188e1e083
    INC-003 20251110T144000Z-evidence-hevh.md:6 `evidence/state.txt` was preserved and is not there
    "#);
    // The entry that names it is deleted as well.
    let entries = scratch.files();
    let entry = entries.iter().rfind(|f| f.contains("-evidence-")).unwrap();
    scratch.git(&["rm", "-q", entry]);
    scratch.git(&["commit", "-qm", "tidy up more"]);
    let all = scratch.run("check --base main").out;
    assert!(all.contains("history-evidence") || all.contains("history-entry"), "{all}");
    assert!(all.contains("error[history-entry]"), "{all}");
}
