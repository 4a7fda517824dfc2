//! Webhooks and mail.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls as Protection, TlsParameters};
use lettre::{SmtpTransport, Transport};

use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::message::Message;
use super::send::{CONNECT, Sent};
use crate::store::settings::{Email, Tls, Webhook};

/// What is wrong with a file of certificates that holds none.
const NO_CERTIFICATE: &str = "`ca` holds no certificate in PEM";

/// Posts the message as JSON. Redirections are not followed: the address that was trusted is the one that is used.
///
/// `ca` holds the certificates that vouch for the server, in place of the public ones.
pub(super) fn webhook(webhook: &Webhook, ca: Option<&str>, message: &Message, limit: Duration) -> Sent {
    let url = match (&webhook.url, &webhook.url_env) {
        (Some(url), _) => url.clone(),
        (None, name) => secret(name.as_deref().unwrap_or_default())?,
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err("the address is none of `https://` or `http://`".into());
    }
    let config = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots(ca)?).build())
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

/// Who vouches for a web server.
fn roots(ca: Option<&str>) -> Result<RootCerts, String> {
    let Some(pem) = ca else { return Ok(RootCerts::WebPki) };
    let items: Result<Vec<PemItem<'_>>, _> = parse_pem(pem.as_bytes()).collect();
    let certificate = |item| if let PemItem::Certificate(found) = item { Some(found) } else { None };
    let found: Vec<_> = items.map_err(|_| NO_CERTIFICATE)?.into_iter().filter_map(certificate).collect();
    if found.is_empty() { Err(NO_CERTIFICATE.into()) } else { Ok(RootCerts::new_with_certs(&found)) }
}

/// How a connection to a mail server is protected, and who vouches for the server.
fn protection(host: &str, ca: Option<&str>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = ca {
        let found = Certificate::from_pem(pem.as_bytes()).map_err(|_| NO_CERTIFICATE)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(found);
    }
    builder.build_rustls().map_err(|e| reason(&e))
}

/// Sends the message as a mail.
pub(super) fn email(email: &Email, ca: Option<&str>, message: &Message, limit: Duration) -> Sent {
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
    let (tls, port) = match email.tls {
        Tls::Tls => (Protection::Wrapper(protection(&email.host, ca)?), 465),
        Tls::Starttls => (Protection::Required(protection(&email.host, ca)?), 587),
        Tls::None => (Protection::None, 25),
    };
    let builder = SmtpTransport::builder_dangerous(&email.host).tls(tls);
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
