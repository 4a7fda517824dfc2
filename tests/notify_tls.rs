//! Channels over TLS, against servers on this machine whose certificates an authority of the test vouches for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod common;
mod servers;

use common::{Answer, Scratch};
use servers::{Authority, Guard, Mailbox, https, next, nothing, smtp};

/// `AUTH PLAIN` of the user `inc` with the password `s3cret`: both behind a zero byte, in base 64.
const LOGIN: &str = "AGluYwBzM2NyZXQ=";

fn team(channels: &str, authority: &Authority) -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", format!("people:\n  on_call: Alice\nchannels:\n{channels}"));
    scratch.write("certs/company.pem", authority.pem());
    scratch
}

fn hook(port: u16, ca: &str) -> String {
    format!("  chat:\n    timeout: 2s\n{ca}    webhook: {{ url: \"https://localhost:{port}/x\" }}\n")
}

fn mail(port: u16, tls: &str, more: &str) -> String {
    format!(
        "  email:\n    timeout: 2s\n    ca: certs/company.pem\n    email:\n      host: localhost\n      port: {port}\n      tls: {tls}\n      from: inc <inc@example.com>\n      to: [oncall@example.com]\n{more}"
    )
}

const COMPANY: &str = "    ca: certs/company.pem\n";

fn declared(scratch: &Scratch) -> Answer {
    scratch.ok("trust");
    let answer = scratch.run("declare \"checkout is down\" -s SEV1");
    assert_eq!(answer.status, 0, "{answer}");
    answer
}

#[test]
fn a_webhook_whose_authority_the_channel_names_gets_the_message() {
    let company = Authority::new();
    let (port, received) = https(company.vouch("localhost"));
    let scratch = team(&hook(port, COMPANY), &company);
    assert!(scratch.ok("trust --show").contains("vouched for by certs/company.pem"));
    let answer = declared(&scratch);
    assert!(answer.err.contains("sent by chat: On-call engineer"), "{answer}");
    assert!(next(&received).contains("checkout is down"));
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_and_the_message_sent_once_somebody_does() {
    let (company, stranger) = (Authority::new(), Authority::new());
    let (public, none) = https(company.vouch("localhost"));
    let (other, nothing_either) = https(stranger.vouch("localhost"));
    let (misnamed, nor_here) = https(company.vouch("chat.example.com"));
    for (port, ca, received) in
        [(public, "", &none), (other, COMPANY, &nothing_either), (misnamed, COMPANY, &nor_here)]
    {
        let scratch = team(&hook(port, ca), &company);
        let answer = declared(&scratch);
        assert!(answer.err.to_lowercase().contains("certificate"), "{answer}");
        assert!(scratch.ok("timeline list").contains("on_call by chat, failed"));
        assert!(nothing(received), "not a byte of the message may leave");
    }
    let mut scratch = team(&hook(public, ""), &company);
    declared(&scratch);
    scratch.at("2025-11-10T14:33:00Z");
    assert!(scratch.run("tick").err.contains("not sent"));
    scratch.write("inc.yaml", format!("people:\n  on_call: Alice\nchannels:\n{}", hook(public, COMPANY)));
    scratch.ok("trust");
    assert!(scratch.run("tick").err.contains("sent by chat"));
    assert!(next(&none).contains("Page the on-call engineer"));
}

#[test]
fn an_authority_is_trusted_with_the_settings_and_read_nowhere_else() {
    let (company, stranger) = (Authority::new(), Authority::new());
    let (port, received) = https(stranger.vouch("localhost"));
    let scratch = team(&hook(port, COMPANY), &company);
    scratch.ok("trust");
    // Whoever can change the file could otherwise read the messages.
    scratch.write("certs/company.pem", stranger.pem());
    assert!(scratch.run("declare x -s SEV1").err.contains("does not trust"));
    assert!(nothing(&received));
    for (ca, why) in [
        ("    ca: inc.yaml\n", "`ca` holds no certificate in PEM"),
        ("    ca: ../company.pem\n", "not sent"),
        ("    ca: nowhere.pem\n", "cannot read"),
    ] {
        let scratch = team(&hook(port, ca), &company);
        let answer = declared(&scratch);
        assert!(answer.err.contains(why), "{answer}");
    }
    let answer = team("  pager:\n    ca: a.pem\n    command: [true]\n", &company).run("trust --show");
    assert!(answer.err.contains("`ca` is for `webhook` and `email`"), "{answer}");
}

#[test]
fn a_mail_goes_over_tls_from_the_greeting_or_from_the_first_byte_on() {
    let company = Authority::new();
    let config = company.vouch("localhost");
    for (guard, tls) in [(Guard::Starttls(config.clone()), "starttls"), (Guard::Tls(config), "tls")] {
        let (port, received) = smtp(Mailbox { guard, ..Mailbox::default() });
        let answer = declared(&team(&mail(port, tls, ""), &company));
        assert!(answer.err.contains("sent by email"), "{tls}: {answer}");
        assert!(next(&received).contains("SEV1 Critical: checkout is down"), "{tls}");
    }
}

#[test]
fn a_mail_server_that_nobody_vouches_for_gets_nothing() {
    let (company, stranger) = (Authority::new(), Authority::new());
    let config = stranger.vouch("localhost");
    for (guard, tls) in [(Guard::Starttls(config.clone()), "starttls"), (Guard::Tls(config), "tls")] {
        let (port, received) = smtp(Mailbox { guard, login: Some(LOGIN), ..Mailbox::default() });
        let login = "      user_env: MAIL_USER\n      password_env: MAIL_PASSWORD\n";
        let mut scratch = team(&mail(port, tls, login), &company);
        scratch.set("MAIL_USER", "inc");
        scratch.set("MAIL_PASSWORD", "s3cret");
        let answer = declared(&scratch);
        assert!(answer.err.contains("email: not sent"), "{tls}: {answer}");
        assert!(!answer.err.contains("s3cret"), "{answer}");
        assert!(scratch.ok("timeline list").contains("on_call by email, failed"), "{tls}");
        assert!(nothing(&received), "{tls}");
    }
}

#[test]
fn a_login_comes_from_the_environment_and_is_written_nowhere() {
    let company = Authority::new();
    let guard = Guard::Starttls(company.vouch("localhost"));
    let (port, received) = smtp(Mailbox { guard, login: Some(LOGIN), ..Mailbox::default() });
    let login = "      user_env: MAIL_USER\n      password_env: MAIL_PASSWORD\n";
    let mut scratch = team(&mail(port, "starttls", login), &company);
    scratch.set("MAIL_USER", "inc");
    let answer = declared(&scratch);
    assert!(answer.err.contains("email: not sent: $MAIL_PASSWORD is not set"), "{answer}");
    scratch.set("MAIL_PASSWORD", "wrong");
    scratch.at("2025-11-10T14:33:00Z");
    assert!(scratch.run("tick").err.contains("who are you"));
    assert!(nothing(&received));
    scratch.set("MAIL_PASSWORD", "s3cret");
    scratch.at("2025-11-10T14:34:00Z");
    let answer = scratch.run("tick");
    assert!(answer.err.contains("sent by email"), "{answer}");
    assert!(next(&received).contains("checkout is down"));
    assert!(!scratch.state().contains("s3cret"));
}
