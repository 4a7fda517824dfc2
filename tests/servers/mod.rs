//! Servers on this machine that take messages: HTTP and SMTP, with and without TLS.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by tests, each of which uses a part"
)]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// A server on a free port; each connection is handed to `serve`, and what that sends is received here.
pub(crate) fn server(serve: impl Fn(TcpStream, &Sender<String>) + Send + 'static) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, received) = channel();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| serve(stream, &seen)));
    (port, received)
}

/// Reads one request and gives its body.
pub(crate) fn request(stream: &mut impl Read) -> String {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

/// An HTTP server that answers every request with a status.
pub(crate) fn http(status: &'static str) -> (u16, Receiver<String>) {
    server(move |mut stream, seen| {
        let body = request(&mut stream);
        let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let _ = seen.send(body);
    })
}

pub(crate) fn next(received: &Receiver<String>) -> String {
    received.recv_timeout(Duration::from_secs(5)).unwrap()
}

pub(crate) fn nothing(received: &Receiver<String>) -> bool {
    received.recv_timeout(Duration::from_millis(50)).is_err()
}

/// An authority of this test alone.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = pem(params.self_signed(&key).unwrap().der());
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Its certificate, as `ca` in `inc.yaml` names it.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// What a server says to be `name` with.
    pub(crate) fn vouch(&self, name: &str) -> Arc<rustls::ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap())
    }
}

/// A certificate as text.
fn pem(der: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in der.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63] as char;
            text.push(if place <= three.len() { letter } else { '=' });
        }
    }
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

type Tls = rustls::StreamOwned<rustls::ServerConnection, TcpStream>;

fn guarded(config: &Arc<rustls::ServerConfig>, stream: TcpStream) -> Tls {
    rustls::StreamOwned::new(rustls::ServerConnection::new(Arc::clone(config)).unwrap(), stream)
}

/// A web server behind TLS that takes everything; nothing is seen of a connection that came to nothing.
pub(crate) fn https(config: Arc<rustls::ServerConfig>) -> (u16, Receiver<String>) {
    server(move |stream, seen| {
        let mut stream = guarded(&config, stream);
        if stream.fill_buf().is_ok_and(|read| !read.is_empty()) {
            let _ = seen.send(request(&mut stream));
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    })
}

/// How a mail server protects its connections.
#[derive(Clone, Default)]
pub(crate) enum Guard {
    #[default]
    None,
    /// From the greeting on.
    Starttls(Arc<rustls::ServerConfig>),
    /// From the first byte on.
    Tls(Arc<rustls::ServerConfig>),
}

/// What a mail server does.
#[derive(Clone, Default)]
pub(crate) struct Mailbox {
    pub(crate) guard: Guard,
    /// It takes no mail for anybody.
    pub(crate) refuses: bool,
    /// It takes mail only from who logs in with this, in the form of `AUTH PLAIN`.
    pub(crate) login: Option<&'static str>,
}

/// A mail server that takes one message after another; each is received here.
pub(crate) fn smtp(mailbox: Mailbox) -> (u16, Receiver<String>) {
    server(move |mut stream, seen| match &mailbox.guard {
        Guard::Tls(config) => {
            let mut stream = guarded(config, stream);
            if stream.write_all(b"220 test\r\n").is_ok() {
                talk(&mut stream, &mailbox, "", seen);
            }
        }
        Guard::None | Guard::Starttls(_) => {
            let _ = stream.write_all(b"220 test\r\n");
            let Guard::Starttls(config) = &mailbox.guard else {
                talk(&mut stream, &mailbox, "", seen);
                return;
            };
            if talk(&mut stream, &mailbox, "250-STARTTLS\r\n", seen) {
                talk(&mut guarded(config, stream), &mailbox, "", seen);
            }
        }
    })
}

/// Speaks until the other side is silent; gives whether it asks for TLS.
fn talk(stream: &mut (impl Read + Write), mailbox: &Mailbox, offers: &str, seen: &Sender<String>) -> bool {
    let (mut mail, mut data, mut known) = (String::new(), false, mailbox.login.is_none());
    while let Some(line) = line(stream) {
        let answer = match line.as_str() {
            "." if data => {
                data = false;
                let _ = seen.send(std::mem::take(&mut mail));
                "250 taken\r\n".to_owned()
            }
            text if data => {
                mail.push_str(text);
                mail.push('\n');
                String::new()
            }
            "DATA" => {
                data = true;
                "354 go on\r\n".to_owned()
            }
            "STARTTLS" => {
                let _ = stream.write_all(b"220 go on\r\n");
                return true;
            }
            text if text.starts_with("EHLO") => format!("250-test\r\n{offers}250 AUTH PLAIN\r\n"),
            text if text.starts_with("AUTH PLAIN ") => {
                known = text.strip_prefix("AUTH PLAIN ") == mailbox.login;
                if known { "235 welcome\r\n" } else { "535 who are you\r\n" }.to_owned()
            }
            text if text.starts_with("RCPT") && mailbox.refuses => "550 no such box\r\n".to_owned(),
            text if text.starts_with("MAIL") && !known => "530 log in first\r\n".to_owned(),
            _ => "250 fine\r\n".to_owned(),
        };
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.flush();
    }
    false
}

/// A line without its end; none when the other side has gone.
fn line(stream: &mut impl Read) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stream.read(&mut byte).ok()? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    let text = String::from_utf8(line).ok()?;
    (byte[0] == b'\n').then(|| text.trim_end().to_owned())
}
