//! One POST of an event, by HTTP/1.1 on a connection of its own. No redirect is followed, no proxy
//! asked; the name is looked up once, and only what was looked at is connected to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use app::{App, Push, Sent, Target, is_public};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::sign::signature;

const CONNECT: Duration = Duration::from_secs(5);
/// For the whole exchange once connected.
const EXCHANGE: Duration = Duration::from_secs(15);
/// Of an answer no more is read than its first line.
const LINE_BYTES_MAX: usize = 200;

/// Sends an event once and says what became of it.
pub fn push(app: &App, push: &Push, tls: &Arc<ClientConfig>) -> Sent {
    let Some(signed) = signature(&push.secret, &push.event, push.seconds, &push.body) else {
        return Sent::Never("secret".to_owned());
    };
    let head = head(push, &signed);
    let stream = match connect(push) {
        Ok(stream) => stream,
        Err(sent) => return sent,
    };
    let begun = app.now().0;
    let left =
        || EXCHANGE.saturating_sub(Duration::from_micros((app.now().0 - begun).unsigned_abs()));
    let answer = match push.target.is_https {
        false => exchange(stream, &left, &head, &push.body),
        true => match secured(stream, &push.target, tls) {
            Ok(stream) => exchange(stream, &left, &head, &push.body),
            Err(sent) => return sent,
        },
    };
    match answer {
        Ok(status) => judged(status),
        Err(error) => Sent::Later(format!("network: {}", error.kind())),
    }
}

fn head(push: &Push, signed: &str) -> String {
    let target = &push.target;
    let usual = if target.is_https { 443 } else { 80 };
    let place = target.place();
    let host = match target.port == usual {
        true => place.trim_end_matches(&format!(":{usual}")),
        false => &place,
    };
    format!(
        "POST {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: jinzhi\r\n\
         Content-Type: application/cloudevents+json; charset=utf-8\r\nContent-Length: {}\r\n\
         webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {signed}\r\n\
         Connection: close\r\n\r\n",
        target.path,
        push.body.len(),
        push.event,
        push.seconds,
    )
}

/// Any answer that is no yes is asked again: receivers are often wrong for an hour.
fn judged(status: u16) -> Sent {
    match status {
        200..=299 => Sent::Done(format!("HTTP {status}")),
        // Gone: the receiver wants no more of it (Standard Webhooks).
        410 => Sent::Never("HTTP 410".to_owned()),
        _ => Sent::Later(format!("HTTP {status}")),
    }
}

/// Connects to one of the addresses of the name, none of which may be a neighbour.
fn connect(push: &Push) -> Result<TcpStream, Sent> {
    let target = &push.target;
    let found = (target.host.as_str(), target.port).to_socket_addrs();
    let found: Vec<SocketAddr> = match found {
        Ok(found) => found.collect(),
        Err(_) => return Err(Sent::Later("name not found".to_owned())),
    };
    if !push.is_allowed && found.iter().any(|address| !is_public(address.ip())) {
        return Err(Sent::Never("private address".to_owned()));
    }
    let mut last = Sent::Later("name not found".to_owned());
    for address in found {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Sent::Later(format!("network: {}", error.kind())),
        }
    }
    Err(last)
}

fn secured(
    mut stream: TcpStream,
    target: &Target,
    tls: &Arc<ClientConfig>,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Sent> {
    let odd = || Sent::Never("name of the host".to_owned());
    let name = ServerName::try_from(target.host.clone()).map_err(|_| odd())?;
    let mut connection = ClientConnection::new(tls.clone(), name).map_err(|_| odd())?;
    let timed = stream.set_read_timeout(Some(EXCHANGE));
    let timed = timed.and_then(|()| stream.set_write_timeout(Some(EXCHANGE)));
    timed.map_err(|error| Sent::Later(format!("network: {}", error.kind())))?;
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream).is_err() {
            return Err(Sent::Later("TLS".to_owned()));
        }
    }
    Ok(StreamOwned::new(connection, stream))
}

/// A stream whose waits can be bounded.
trait Bounded: Read + Write {
    fn wait_at_most(&self, wait: Duration) -> std::io::Result<()>;
}

impl Bounded for TcpStream {
    fn wait_at_most(&self, wait: Duration) -> std::io::Result<()> {
        self.set_read_timeout(Some(wait))?;
        self.set_write_timeout(Some(wait))
    }
}

impl Bounded for StreamOwned<ClientConnection, TcpStream> {
    fn wait_at_most(&self, wait: Duration) -> std::io::Result<()> {
        self.sock.wait_at_most(wait)
    }
}

/// Sends the request and reads the status of the answer.
fn exchange(
    mut stream: impl Bounded,
    left: &dyn Fn() -> Duration,
    head: &str,
    body: &str,
) -> std::io::Result<u16> {
    let odd = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    stream.wait_at_most(EXCHANGE)?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.flush()?;
    let mut line = Vec::new();
    let mut byte = [0; 1];
    while !line.ends_with(b"\n") && line.len() < LINE_BYTES_MAX {
        // A receiver that sends a byte now and then must not hold the others up.
        let left = Some(left()).filter(|left| !left.is_zero());
        stream.wait_at_most(left.ok_or(std::io::ErrorKind::TimedOut)?)?;
        match stream.read(&mut byte)? {
            0 => break,
            _ => line.push(byte[0]),
        }
    }
    let line = std::str::from_utf8(&line).map_err(|_| odd())?;
    let mut words = line.split_ascii_whitespace();
    let version = words.next().filter(|word| word.starts_with("HTTP/1."));
    let status = words.next().and_then(|word| word.parse().ok());
    version.and(status).ok_or_else(odd)
}
