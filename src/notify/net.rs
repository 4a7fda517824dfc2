//! Webhooks and mail.

use lettre::message::Mailbox;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};

use super::message::Message;
use super::send::{CONNECT, Sent};
use crate::store::settings::{Email, Tls, Webhook};

/// Posts the message as JSON. Redirections are not followed: the address that was trusted is the one that is used.
pub(super) fn webhook(webhook: &Webhook, message: &Message, limit: Duration) -> Sent {
    let url = match (&webhook.url, &webhook.url_env) {
        (Some(url), _) => url.clone(),
        (None, name) => secret(name.as_deref().unwrap_or_default())?,
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err("the address is none of `https://` or `http://`".into());
    }
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT.min(limit)))
        .timeout_global(Some(limit))
        .max_redirects(0)
        .http_status_as_error(false)
        .build();
    let request = ureq::Agent::new_with_config(config)
        .post(&url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("inc/", env!("CARGO_PKG_VERSION")));
    // The address may be a secret, and an error may repeat it.
    let response = request
        .send(message.json().to_string())
        .map_err(|error| error.to_string().replace(&url, "the address"))?;
    let status = response.status();
    if status.is_success() { Ok(()) } else { Err(format!("the server answered {}", status.as_u16())) }
}

/// Sends the message as a mail.
pub(super) fn email(email: &Email, message: &Message, limit: Duration) -> Sent {
    let mailbox = |text: &String| -> Result<Mailbox, String> {
        text.parse().map_err(|_| format!("`{}` is no address", text.escape_debug()))
    };
    let mut mail = lettre::Message::builder()
        .from(mailbox(&email.from)?)
        .subject(format!("[inc] {}", message.subject()));
    for to in &email.to {
        mail = mail.to(mailbox(to)?);
    }
    let mail = mail.header(ContentType::TEXT_PLAIN).body(message.body()).map_err(|e| e.to_string())?;
    let (builder, port) = match email.tls {
        Tls::Tls => (SmtpTransport::relay(&email.host).map_err(|e| reason(&e))?, 465),
        Tls::Starttls => (SmtpTransport::starttls_relay(&email.host).map_err(|e| reason(&e))?, 587),
        Tls::None => (SmtpTransport::builder_dangerous(&email.host), 25),
    };
    let mut builder = builder.port(email.port.unwrap_or(port)).timeout(Some(CONNECT.min(limit)));
    if let (Some(user), Some(password)) = (&email.user_env, &email.password_env) {
        builder = builder.credentials(Credentials::new(secret(user)?, secret(password)?));
    }
    builder.build().send(&mail).map(|_| ()).map_err(|e| reason(&e))
}

/// An error with what is behind it, on one line.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let more = behind.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = behind.source();
    }
    text
}

/// A secret, which only the environment holds.
#[expect(clippy::disallowed_methods, reason = "secrets are in the environment and nowhere else")]
fn secret(name: &str) -> Result<String, String> {
    std::env::var(name).ok().filter(|v| !v.is_empty()).ok_or_else(|| format!("${name} is not set"))
}
