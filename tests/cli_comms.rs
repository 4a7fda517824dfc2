//! `inc comms`: what is posted, to whom, in which words, and what may not go out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::Scratch;

fn declared(process: &str, severity: &str) -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", format!("process: {process}\n"));
    scratch.ok(&format!("declare \"checkout is down\" -s {severity} --service checkout -q"));
    scratch
}

#[test]
fn a_message_is_posted_and_the_clock_starts_anew() {
    let mut scratch = declared("standard", "SEV1");
    scratch.at("2025-11-10T14:40:00Z");
    assert!(scratch.ok("due").contains("First update to users"));
    insta::assert_snapshot!("post", scratch.run("comms post"));
    let due = scratch.ok("due");
    assert!(due.lines().any(|l| l.contains("in 30m") && l.contains("Next update to users")), "{due}");
    assert!(due.contains("inc comms post --audience users"), "{due}");
}

#[test]
fn a_draft_records_nothing() {
    let scratch = declared("standard", "SEV1");
    let before = scratch.state();
    let draft = scratch.ok("comms draft");
    assert!(draft.starts_with("🔴 Investigating - We are looking into a problem with checkout."), "{draft}");
    assert!(draft.contains("Posted: 2025-11-10 14:31 UTC"), "{draft}");
    assert_eq!(scratch.state(), before);
}

#[test]
fn the_state_follows_the_status() {
    let mut scratch = declared("standard", "SEV1");
    scratch
        .ok("update --set analysis.root_cause.status=found --set analysis.root_cause.text=\"a full disk\"");
    let mut state = |at: &str, step: &str| {
        scratch.at(at);
        scratch.ok(step);
        let draft = scratch.ok("comms draft --json");
        draft.lines().find_map(|l| l.trim().strip_prefix("\"state\": ")).unwrap().to_owned()
    };
    assert_eq!(state("2025-11-10T14:32:00Z", "ack"), "\"investigating\",");
    assert_eq!(state("2025-11-10T14:33:00Z", "identify"), "\"identified\",");
    assert_eq!(state("2025-11-10T14:34:00Z", "mitigate"), "\"monitoring\",");
    assert_eq!(state("2025-11-10T14:35:00Z", "resolve"), "\"resolved\",");
}

#[test]
fn a_step_back_needs_a_reason() {
    let mut scratch = declared("standard", "SEV1");
    scratch.ok("comms post identified \"We found it.\"");
    scratch.at("2025-11-10T14:35:00Z");
    let refused = scratch.run("comms post investigating \"We did not.\"");
    assert_eq!(refused.status, 1, "{refused}");
    assert!(refused.err.contains("was said to be identified already"), "{refused}");
    // To others nothing was said yet.
    scratch.ok("comms post investigating --audience internal \"All hands.\"");
    scratch.ok("comms post investigating --reason \"it was something else\" \"We did not.\"");
    let list = scratch.ok("comms list --json");
    assert!(list.contains("\"reason\": \"it was something else\""), "{list}");
}

#[test]
fn what_is_not_filled_in_does_not_go_out() {
    let scratch = declared("standard", "SEV1");
    let before = scratch.state();
    for text in ["back at [HH:MM]", "call +225 XX XX", "cause: TBD", "back in [XX minutes]"] {
        let refused = scratch.run(&format!("comms post investigating \"{text}\""));
        assert_eq!(refused.status, 1, "{text}\n{refused}");
        assert!(refused.err.contains("still to be filled in"), "{refused}");
    }
    assert_eq!(scratch.state(), before);
}

#[test]
fn a_missing_value_is_asked_for_with_its_field() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch.ok("declare \"panne\" -s P1 -q");
    insta::assert_snapshot!("missing_value", scratch.run("comms post identified"));
    let posted = scratch.ok("comms post identified --value eta_minutes=20 --value \"cause=disque plein\"");
    assert!(posted.contains("Temps estimé résolution: 20 minutes."), "{posted}");
    assert!(posted.contains("Prochaine mise à jour: 15:01 GMT"), "{posted}");
}

#[test]
fn an_audience_may_have_to_wait() {
    let scratch = declared("standard", "SEV1");
    let refused = scratch.run("comms post --audience press \"We are sorry.\"");
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("needs the approval of Management first"), "{refused}");
    scratch.ok("comms draft --audience press \"We are sorry.\"");
    let incident = scratch.incident();
    scratch.write(
        &format!("{incident}/timeline/20251110T143100Z-approved-zzzz.md"),
        "---\nat: 2025-11-10T14:31:00Z\nrecorded: 2025-11-10T14:31:00Z\nby: eve\nkind: approved\nwhat: press\nas: management\n---\n",
    );
    scratch.ok("comms post --audience press \"We are sorry.\"");

    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch.ok("declare \"panne\" -s P1 -q");
    let refused = scratch.run("comms post --audience partners \"Bonjour\"");
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("told only once"), "{refused}");
}

#[test]
fn a_restricted_incident_stays_inside() {
    let scratch = declared("standard", "SEV1");
    scratch.ok("update --set restricted=true");
    let refused = scratch.run("comms post");
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("is restricted"), "{refused}");
    scratch.ok("comms post --audience internal \"Keep it among us.\"");
}

#[test]
fn names_that_the_process_has_not() {
    let scratch = declared("standard", "SEV1");
    for (line, hint) in [
        ("comms post --audience user", "did you mean `users`?"),
        ("comms post --channel statuspage", "did you mean `status_page`?"),
        ("comms post identifed", "did you mean `identified`?"),
        ("comms post --next 14:00", "they are to hear more later"),
    ] {
        let refused = scratch.run(line);
        assert_eq!(refused.status, 2, "{refused}");
        assert!(refused.err.contains(hint), "{refused}");
    }
}

#[test]
fn the_list_says_what_was_sent_and_what_is_next() {
    let mut scratch = declared("standard", "SEV1");
    insta::assert_snapshot!("list_nothing", scratch.run("comms list"));
    scratch.at("2025-11-10T14:40:00Z");
    scratch.ok("comms post");
    scratch.ok("comms post --audience internal \"Alice leads. Leave the database alone.\"");
    insta::assert_snapshot!("list", scratch.run("comms list"));
    insta::assert_snapshot!("list_json", scratch.run("comms list --json"));
}

#[test]
fn koprogo_reads_as_its_plan_does() {
    let mut scratch = declared("koprogo", "P0");
    scratch.ok("comms post");
    scratch.at("2025-11-10T15:00:00Z");
    scratch.ok("mitigate");
    insta::assert_snapshot!("koprogo", scratch.run("comms post --value \"cause=a lost index\""));
}

#[test]
fn an_audience_with_a_document_of_its_own_reads_that() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\n");
    scratch.ok("declare \"Paiements HS\" -s P1 --service web");
    scratch.ok("action add \"Augmenter le pool\" --owner koffi --due 2025-11-20");
    let internal = scratch.ok("comms draft --audience internal");
    assert!(
        internal.contains("# Point interne - ") && internal.contains("- Augmenter le pool (koffi)"),
        "{internal}"
    );
    let management = scratch.ok("comms draft --audience management");
    assert!(management.contains("## Impact business"), "{management}");
    assert!(scratch.ok("comms draft --audience users").contains("Nous enquêtons"));
    assert!(scratch.ok("comms post --audience internal \"on redémarre\"").contains("on redémarre"));
}

#[test]
fn what_several_prepare_together_goes_out_once_each_has() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: distri-night\npeople: { legal_counsel: lena }\n");
    scratch.ok("declare \"site is down\" -s P1 --commander carol");
    scratch.at("2025-11-10T15:00:00Z").ok("approve press --as ceo --by dana");
    insta::assert_snapshot!(scratch.run("comms draft --audience press \"We are back.\""));
    insta::assert_snapshot!(scratch.run("comms post --audience press \"We are back.\" --by lena"));
    assert!(!scratch.ok("timeline list").contains("We are back."));
    let post = "comms post --audience press \"We are back.\" --prepared-by lena";
    scratch.ok(&format!("{post} --prepared-by communications_lead"));
    scratch.at("2025-11-10T15:01:00Z").ok("assign communications cleo");
    for (who, status) in [("carol", 1), ("communications_lead", 1), ("cleo", 0), ("Comms", 0)] {
        assert_eq!(scratch.run(&format!("{post} --prepared-by {who}")).status, status, "{who}");
    }
    assert!(scratch.ok("comms list --json").contains("\"cleo\""));
    assert!(!scratch.run("check").out.contains("preparers"));
    scratch.ok("comms post --audience users \"We are back.\"");
    assert!(
        scratch
            .files()
            .iter()
            .filter(|f| f.contains("-update-"))
            .any(|f| !scratch.read(f).contains("prepared_by"))
    );
}
