//! Channels against real servers on this machine: what leaves, what does not, and what becomes of a failure.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;
mod servers;

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use common::Scratch;
use servers::{Mailbox, http, next, nothing, server, smtp};

fn team(channels: &str) -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", format!("people:\n  on_call: Alice\nchannels:\n{channels}"));
    scratch
}

fn hook(port: u16) -> String {
    format!("  chat:\n    timeout: 1s\n    webhook: {{ url: \"http://127.0.0.1:{port}/x\" }}\n")
}

#[test]
fn nothing_leaves_before_trust_and_a_change_asks_again() {
    let (port, received) = http("200 OK");
    let scratch = team(&hook(port));
    let answer = scratch.run("declare \"checkout is down\" -s SEV1");
    assert_eq!(answer.status, 0);
    assert!(answer.err.contains("nothing was sent: this clone does not trust"), "{answer}");
    assert!(nothing(&received));
    assert!(scratch.ok("trust --show").contains("chat: posts JSON to http://127.0.0.1:"));
    assert!(scratch.run("escalate").err.contains("nothing was sent"));
    assert!(scratch.run("trust").err.contains("trusted in this clone"));
    scratch.ok("escalate");
    assert!(next(&received).contains("\"event\":\"escalated\""));
    scratch.write("inc.yaml", format!("channels:\n{}    on: [update]\n", hook(port)));
    let answer = scratch.run("comms post --audience internal \"all hands\"");
    assert!(answer.err.contains("does not trust"), "{answer}");
    scratch.ok("trust");
    scratch.ok("trust --revoke");
    assert!(scratch.run("trust --show").err.contains("not trusted"));
    assert!(nothing(&received));
}

#[test]
fn a_webhook_gets_the_message_and_the_entry_says_so() {
    let (port, received) = http("200 OK");
    let scratch = team(&hook(port));
    scratch.ok("trust");
    let answer = scratch.run("declare \"<!channel> checkout & more\" -s SEV1");
    assert!(answer.err.contains("sent by chat: On-call engineer"), "{answer}");
    insta::assert_snapshot!("webhook_body", next(&received));
    let told = scratch.ok("timeline list --kind notified");
    assert!(told.contains("on_call by chat"), "{told}");
    assert!(!scratch.ok("due").contains("Page the on-call engineer"));
    assert_eq!(scratch.git(&["status", "--porcelain", "incidents"]), "");
    // Whoever was told is not told again.
    scratch.ok("tick");
    assert!(nothing(&received));
}

#[test]
fn no_notify_sends_nothing() {
    let (port, received) = http("200 OK");
    let scratch = team(&hook(port));
    scratch.ok("trust");
    scratch.ok("declare x -s SEV1 --no-notify");
    scratch.ok("escalate --no-notify");
    assert!(nothing(&received));
}

#[test]
fn a_failure_is_said_recorded_once_and_tried_again() {
    let (bad, received) = http("500 Internal Server Error");
    let mut scratch = team(&hook(bad));
    scratch.ok("trust");
    let answer = scratch.run("declare \"checkout is down\" -s SEV1");
    assert_eq!(answer.status, 0, "{answer}");
    assert!(answer.err.contains("chat: not sent: the server answered 500"), "{answer}");
    assert!(next(&received).contains("checkout is down"));
    assert!(scratch.ok("timeline list").contains("on_call by chat, failed"));
    scratch.at("2025-11-10T14:33:00Z");
    scratch.ok("tick");
    let before = scratch.state();
    assert!(scratch.run("tick").err.contains("not sent"));
    assert_eq!(scratch.state(), before, "the same failure is not written again");
    let (good, received) = http("204 No Content");
    scratch.write("inc.yaml", format!("people:\n  on_call: Alice\nchannels:\n{}", hook(good)));
    scratch.ok("trust");
    scratch.at("2025-11-10T14:34:00Z");
    assert!(scratch.run("tick").err.contains("sent by chat: On-call engineer"));
    assert!(next(&received).contains("Page the on-call engineer"));
    let before = scratch.state();
    scratch.ok("tick");
    assert_eq!(scratch.state(), before);
    assert!(nothing(&received));
}

#[test]
fn refused_slow_and_moved() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (slow, _kept) = server(|stream, seen| {
        let _ = seen.send(String::new());
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(5));
            drop(stream);
        });
    });
    let (moved, _) = http("307 Temporary Redirect");
    let (good, received) = http("200 OK");
    for (port, why) in [(closed, "refused"), (slow, "timeout"), (moved, "the server answered 307")] {
        let mut scratch = team(&hook(port));
        scratch.ok("trust");
        let answer = scratch.run("declare \"checkout is down\" -s SEV1");
        assert_eq!(answer.status, 0, "{answer}");
        assert!(answer.err.contains("chat: not sent") && answer.err.to_lowercase().contains(why), "{answer}");
        assert!(scratch.ok("timeline list").contains("on_call by chat, failed"));
        scratch.at("2025-11-10T14:33:00Z");
        assert!(scratch.run("tick").err.to_lowercase().contains(why));
        assert_eq!(scratch.ok("timeline list --kind notified").lines().count(), 1, "known already");
        scratch.write("inc.yaml", format!("channels:\n{}", hook(good)));
        scratch.ok("trust");
        assert!(scratch.run("tick").err.contains("sent by chat"));
        assert!(next(&received).contains("Page the on-call engineer"));
    }
}

#[test]
fn a_secret_address_is_named_and_never_shown() {
    let scratch = team("  chat:\n    webhook: { url_env: CHAT_URL }\n");
    scratch.ok("trust");
    assert!(scratch.ok("trust --show").contains("the address in $CHAT_URL"));
    let answer = scratch.run("declare x -s SEV1");
    assert!(answer.err.contains("chat: not sent: $CHAT_URL is not set"), "{answer}");
}

fn mail(port: u16, tls: &str) -> String {
    format!(
        "  email:\n    timeout: 2s\n    email:\n      host: 127.0.0.1\n      port: {port}\n      tls: {tls}\n      from: inc <inc@example.com>\n      to: [oncall@example.com]\n"
    )
}

#[test]
fn a_mail_is_sent() {
    let (port, received) = smtp(Mailbox::default());
    let scratch = team(&mail(port, "none"));
    scratch.ok("trust");
    let answer = scratch.run("declare \"checkout is down\" -s SEV1");
    assert!(answer.err.contains("sent by email"), "{answer}");
    let mail = next(&received);
    assert!(mail.contains("To: oncall@example.com"), "{mail}");
    assert!(mail.contains("SEV1 Critical: checkout is down"), "{mail}");
}

#[test]
fn a_mail_that_is_refused_or_would_go_unprotected() {
    let (refusing, _kept) = smtp(Mailbox { refuses: true, ..Mailbox::default() });
    let (plain, seen) = smtp(Mailbox::default());
    for (channel, why) in [(mail(refusing, "none"), "no such box"), (mail(plain, "starttls"), "not sent")] {
        let scratch = team(&channel);
        scratch.ok("trust");
        let answer = scratch.run("declare \"checkout is down\" -s SEV1");
        assert_eq!(answer.status, 0);
        assert!(answer.err.contains(why), "{answer}");
        assert!(scratch.ok("timeline list").contains("on_call by email, failed"));
    }
    assert!(nothing(&seen), "nothing goes over a connection without TLS that was to have it");
}

#[test]
fn an_update_goes_only_where_its_audience_is() {
    let (port, received) = http("200 OK");
    let scratch = team(&format!(
        "  status_page:\n    webhook: {{ url: \"http://127.0.0.1:{port}/x\" }}\n    on: [update]\n"
    ));
    scratch.ok("trust");
    scratch.ok("declare x -s SEV1 --service checkout");
    scratch.ok("comms post --audience internal \"the database is gone\"");
    assert!(nothing(&received));
    scratch.ok("comms post");
    assert!(next(&received).contains("We are looking into a problem with checkout"));
}

#[test]
fn a_restricted_incident_says_no_more_than_that_it_is_there() {
    let (port, received) = http("200 OK");
    let scratch = team(&hook(port));
    scratch.ok("trust");
    scratch.ok("declare \"stolen keys\" -s SEV1 --no-notify");
    scratch.ok("update --set restricted=true");
    scratch.ok("escalate --text \"keys of the vault\"");
    let body = next(&received);
    assert!(body.contains("(restricted)") && !body.contains("stolen") && !body.contains("vault"), "{body}");
}

#[cfg(unix)]
#[test]
fn a_program_reads_the_message_and_may_fail() {
    let scratch =
        team("  pager:\n    timeout: 1s\n    posts: [on_call]\n    command: [sh, -c, \"cat > told.txt\"]\n");
    scratch.ok("trust");
    scratch.ok("declare \"checkout is down; $(touch no)\" -s SEV1");
    let told = scratch.read("told.txt");
    assert!(told.contains("checkout is down; $(touch no)") && told.contains("→ On-call engineer"), "{told}");
    assert!(!scratch.path().join("no").exists());
    for (command, why) in [
        ("[sh, -c, \"echo no credit >&2; exit 3\"]", "exit status: 3: no credit"),
        ("[no-such-program]", "cannot be run"),
        ("[sleep, \"5\"]", "took longer than 1 s"),
    ] {
        let scratch = team(&format!("  pager:\n    timeout: 1s\n    command: {command}\n"));
        scratch.ok("trust");
        let answer = scratch.run("declare x -s SEV1");
        assert_eq!(answer.status, 0);
        assert!(answer.err.contains(why), "{answer}");
    }
}

#[cfg(unix)]
#[test]
fn a_program_of_the_team_that_changes_is_trusted_anew() {
    let scratch = team("  pager:\n    command: [sh, bin/page]\n");
    scratch.write("bin/page", "cat > told.txt\n");
    scratch.ok("trust");
    scratch.write("bin/page", "touch stolen\n");
    assert!(scratch.run("declare x -s SEV1").err.contains("does not trust"));
    assert!(!scratch.path().join("stolen").exists());
}

#[test]
fn somebody_is_written_to_by_hand() {
    let (port, received) = http("200 OK");
    let scratch = team(&hook(port));
    scratch.ok("trust");
    scratch.ok("declare x -s SEV1 --no-notify");
    scratch.ok("notify management --channel chat \"we need money\"");
    assert!(next(&received).contains("we need money"));
    assert!(scratch.ok("timeline list").contains("management by chat"));
}

#[test]
fn what_is_wrong_with_a_channel_is_said_with_its_line() {
    for (channel, why) in [
        ("  chat: {}\n", "inc.yaml:4: `channels.chat`: it says by what"),
        ("  chat: { webhook: { url: a, url_env: b } }\n", "either `url` or `url_env`"),
        ("  chat: { command: [] }\n", "needs a program"),
        ("  chat: { print: true, on: [declard] }\n", "declared"),
        (
            "  m: { email: { host: h, tls: none, from: a@b, to: [a@b], user_env: U, password_env: P } }\n",
            "no password",
        ),
    ] {
        let answer = team(channel).run("trust --show");
        assert_eq!(answer.status, 3, "{answer}");
        assert!(answer.err.contains(why), "{answer}");
    }
}

#[test]
fn a_message_by_hand_that_failed_is_sent_again_and_brings_no_other_with_it() {
    let (bad, _kept) = http("500 Internal Server Error");
    let status = |port| {
        format!(
            "  status_page:\n    timeout: 1s\n    webhook: {{ url: \"http://127.0.0.1:{port}/x\" }}\n    on: [update]\n"
        )
    };
    let scratch = team(&status(bad));
    scratch.ok("trust");
    scratch.ok("declare x -s SEV1 --service checkout --no-notify");
    scratch.ok("comms post --audience internal \"the database is gone\"");
    assert!(scratch.run("notify bob --channel status_page hello").err.contains("not sent"));
    let (good, received) = http("200 OK");
    scratch.write("inc.yaml", format!("channels:\n{}", status(good)));
    scratch.ok("trust");
    scratch.ok("tick");
    assert!(next(&received).contains("hello"));
    assert!(nothing(&received), "what was for the team must not reach the public");
    scratch.ok("tick");
    assert!(nothing(&received));
    let list = scratch.ok("timeline list");
    assert!(list.contains("hello") && list.contains("the server answered 500"), "{list}");
}

#[test]
fn an_update_that_failed_is_posted_by_the_next_tick() {
    let (bad, _kept) = http("500 Internal Server Error");
    let status = |port| {
        format!(
            "  status_page:\n    timeout: 1s\n    webhook: {{ url: \"http://127.0.0.1:{port}/x\" }}\n    on: [update]\n"
        )
    };
    let scratch = team(&status(bad));
    scratch.ok("trust");
    scratch.ok("declare x -s SEV1 --service checkout --no-notify");
    scratch.ok("comms post");
    let (good, received) = http("200 OK");
    scratch.write("inc.yaml", format!("channels:\n{}", status(good)));
    scratch.ok("trust");
    scratch.ok("tick");
    assert!(next(&received).contains("We are looking into a problem with checkout"));
    scratch.ok("tick");
    assert!(nothing(&received));
}
