//! The life of a post-mortem, as people see it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Scratch;

fn told(scratch: &Scratch, lines: &[&str]) -> String {
    lines
        .iter()
        .flat_map(|l| ["$ inc ".to_owned(), (*l).to_owned(), format!("\n{}\n", scratch.run(l))])
        .collect()
}

/// An incident that is over.
fn resolved() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.ok("init");
    scratch.ok("declare \"Checkout is down\" -s SEV2 -q --detected 14:25");
    scratch.at("2025-11-10T14:35:00Z");
    for line in ["ack", "respond", "assign commander alice"] {
        scratch.ok(line);
    }
    scratch.at("2025-11-10T15:10:00Z");
    scratch.ok("resolve \"a larger pool\"");
    scratch
}

/// Writes all that the process asks for.
fn write_all(scratch: &Scratch) {
    scratch.ok("update --set \"analysis.summary=Checkout failed for 45 minutes. A larger pool ended it.\" --set \"impact.summary=No orders\"");
    for n in 1..=5 {
        scratch.ok(&format!("why \"answer {n}\""));
    }
    scratch.ok("action add \"Alert at 80% of the pool\" --owner bob --due \"in 2 weeks\"");
}

#[test]
fn it_begins_with_all_that_is_known() {
    let mut scratch = resolved();
    scratch.at("2025-11-10T16:00:00Z");
    insta::assert_snapshot!(told(
        &scratch,
        &[
            "postmortem show",
            "postmortem submit",
            "postmortem meeting tomorrow",
            "postmortem new --meeting \"2025-11-12 10:00\"",
            "postmortem new",
            "postmortem submit",
            "postmortem check",
        ]
    ));
    insta::assert_snapshot!("document", scratch.read(&format!("{}/POSTMORTEM.md", scratch.incident())));
    assert_eq!(scratch.git(&["status", "--short"]), "");
}

#[test]
fn it_goes_from_draft_to_closed_and_no_other_way() {
    let mut scratch = resolved();
    scratch.ok("postmortem new");
    write_all(&scratch);
    insta::assert_snapshot!(
        "early",
        told(&scratch, &["postmortem approve", "postmortem close", "postmortem submit", "postmortem submit"])
    );
    insta::assert_snapshot!(
        "sent_back",
        told(
            &scratch,
            &[
                "postmortem return",
                "postmortem return --by bob \"the third why is a guess\"",
                "postmortem return \"again\"",
                "postmortem show",
                "postmortem submit",
            ]
        )
    );
    scratch.at("2025-11-12T12:00:00Z");
    insta::assert_snapshot!(
        "late",
        told(
            &scratch,
            &[
                "postmortem approve",
                "postmortem approve --by bob --as scribe",
                "postmortem meeting \"2025-11-12 10:00\"",
                "postmortem approve --by bob \"well written\"",
                "approve postmortem --by carol",
                "postmortem show",
                "postmortem show --json",
                "postmortem close",
                "postmortem close",
            ]
        )
    );
    let document = scratch.read(&format!("{}/POSTMORTEM.md", scratch.incident()));
    assert!(document.contains("- **Status**: Closed"), "{document}");
    assert!(document.contains("answer 5"), "{document}");
    assert_eq!(scratch.git(&["status", "--short"]), "");
}

#[test]
fn a_box_that_nobody_ticked_holds_up_the_end() {
    let mut scratch = resolved();
    scratch.ok("postmortem new");
    write_all(&scratch);
    scratch.ok("postmortem submit");
    scratch.at("2025-11-12T12:00:00Z");
    scratch.ok("postmortem meeting \"2025-11-12 10:00\"");
    scratch.ok("postmortem approve --by bob");
    let path = format!("{}/POSTMORTEM.md", scratch.incident());
    let text = scratch.read(&path);
    scratch.write(&path, format!("{text}\n## After\n\n- [x] told the bank\n- [ ] told the insurer\n"));
    insta::assert_snapshot!("box", told(&scratch, &["postmortem close"]));
    scratch.ok("waive box-unticked --reason \"the insurer is told by finance\"");
    scratch.ok("postmortem close");
    let check = scratch.run("check").to_string();
    let found: Vec<&str> = check.lines().skip_while(|l| !l.contains("box-unticked")).take(8).collect();
    insta::assert_snapshot!("box_waived", found.join("\n"));
    scratch.write(&path, scratch.read(&path).replace("- [ ]", "- [x]"));
    assert!(!scratch.run("check").to_string().contains("box-unticked"));
}

#[test]
fn what_people_wrote_in_the_document_stays() {
    let scratch = resolved();
    scratch.ok("postmortem new");
    let path = format!("{}/POSTMORTEM.md", scratch.incident());
    let written = scratch.read(&path).replace("## Timeline\n", "## Timeline\n\nAs dana saw it.\n");
    scratch.write(&path, &written);
    scratch.ok("why \"the pool was full\"");
    let now = scratch.read(&path);
    assert!(
        now.contains("## Timeline\n\nAs dana saw it.\n")
            && now.contains("1. Why did it happen? the pool was full"),
        "{now}"
    );
    scratch.ok("checklist done doc-runbook");
    let now = scratch.read(&path);
    assert!(now.contains("- [x] Runbook of this type of incident (2025-11-10, alice)"), "{now}");
    assert!(now.contains("As dana saw it."), "{now}");
}

#[test]
fn a_document_that_is_there_is_taken_over_and_a_broken_one_is_left_alone() {
    let scratch = resolved();
    let path = format!("{}/POSTMORTEM.md", scratch.incident());
    scratch.write(&path, "# Mine\n\n<!-- inc:begin summary -->\n");
    let before = scratch.state();
    insta::assert_snapshot!("broken", told(&scratch, &["postmortem new"]));
    assert_eq!(before, scratch.state());
    scratch.write(&path, "# Mine\n\nAll that we know.\n");
    insta::assert_snapshot!("taken_over", told(&scratch, &["postmortem new"]));
    assert_eq!(scratch.read(&path), "# Mine\n\nAll that we know.\n");
}

#[test]
fn a_cancelled_incident_needs_none() {
    let scratch = Scratch::repo();
    scratch.ok("declare \"Checkout is down\" -s SEV2 -q");
    scratch.ok("cancel --false-positive");
    let id = scratch.incident();
    let id = id.rsplit('/').next().unwrap();
    insta::assert_snapshot!(told(
        &scratch,
        &[&format!("-i {id} postmortem new"), &format!("-i {id} postmortem show")]
    ));
}

#[test]
fn the_labels_are_the_processs_own() {
    let scratch = Scratch::repo();
    scratch.ok("init --process distri-night");
    scratch.ok("declare \"Tout est tombé\" -s P1 -q");
    insta::assert_snapshot!(told(&scratch, &["postmortem new", "postmortem new", "postmortem approve"]));
}

#[test]
fn a_type_of_action_that_the_process_wants_is_asked_for_before_the_review() {
    let mut scratch = Scratch::repo();
    scratch.ok("init --process nasa-l4");
    scratch.ok("declare Faux -s HIGH --service calcul");
    scratch.at("2025-11-10T15:00:00Z");
    scratch.ok("resolve");
    scratch.ok("postmortem new");
    scratch.ok("update --set analysis.summary=x --set analysis.root_cause.status=found --set analysis.root_cause.text=x --set impact.summary=x --set analysis.resolution=x");
    scratch.ok("action add \"Set the pool to 40\" --type corrective --owner bob --due 2025-12-01");
    insta::assert_snapshot!(scratch.run("postmortem submit"), @r#"
    status 1
    --- stderr
    error: the post-mortem of 20251110-ttgk lacks:
      actions.preventive  (inc action add "…" --type preventive --owner WHO --due DAY)
     help: `inc postmortem check` says all that is wrong with it
    "#);
}

#[test]
fn the_meeting_has_its_length_and_its_people() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\npeople: { dpo: fay, product_owner: pat }\n");
    for line in [
        "declare \"Customer data was read\" -s P1 --commander carol -q",
        "warroom open --present dan --present \"Dev Lead\"",
        "update --breach suspected",
        "resolve \"key revoked\"",
    ] {
        scratch.ok(line);
    }
    insta::assert_snapshot!(told(&scratch, &["postmortem meeting --minutes 90"]), @r#"
    $ inc postmortem meeting --minutes 90
    status 2
    --- stderr
    error: 20251110-ap27 has no post-mortem yet
     help: `inc postmortem new --meeting "TIME"` begins it
    "#);
    let lacks = |scratch: &Scratch| {
        let shown = scratch.ok("postmortem show");
        shown
            .lines()
            .skip_while(|l| *l != "of the meeting:")
            .take_while(|l| !l.contains("Post-mortem"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    scratch.ok("postmortem new --meeting \"2025-11-12 10:00\"");
    insta::assert_snapshot!(lacks(&scratch));
    scratch.at("2025-11-12T12:00:00Z");
    let review = |scratch: &Scratch| {
        let check = scratch.run("check").out;
        check.lines().filter(|l| l.contains("[review-incomplete]")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(review(&scratch));
    insta::assert_snapshot!(told(
        &scratch,
        &["postmortem meeting --minutes 90 --present carol --present fay --present carol"]
    ));
    scratch.ok("postmortem meeting --present dan --present \"Dev Lead\" --present pat");
    assert_eq!((lacks(&scratch), review(&scratch)), (String::new(), String::new()));
    for (minutes, found) in [(59, 1), (60, 0), (120, 0), (121, 1)] {
        scratch.ok(&format!("postmortem meeting --minutes {minutes}"));
        assert_eq!(review(&scratch).lines().count(), found, "{minutes} minutes");
    }
    let planned = scratch.ok("postmortem meeting \"2025-11-14 10:00\" --minutes 45");
    assert!(
        planned.contains("45 minutes for the post-mortem's meeting"),
        "said before it is held: {planned}"
    );
    scratch.ok("postmortem meeting \"2025-11-12 10:00\" --minutes 121");
    let shown = scratch.ok("postmortem show");
    assert!(shown.contains("meeting   10:00, 121 minutes, with carol, fay, dan, Dev Lead, pat\n"), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&scratch.ok("postmortem show --json")).unwrap();
    assert_eq!(json["review"]["minutes"], 121);
    assert_eq!(json["review"]["missing"][0]["field"], "review.minutes");
    assert!(
        scratch.read(&format!("{}/POSTMORTEM.md", scratch.incident())).contains("**Durée**: 121 minutes")
    );
}
