//! One connection that asks and waits, kept alive: HTTP/1.1 as far as measuring needs it, so that
//! the asking costs little of the machine that both sides share.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest answer taken.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
const HEAD_END: &[u8] = b"\r\n\r\n";

/// What opens the door for a request.
#[derive(Clone, Debug)]
pub enum Key {
    Bearer(Arc<str>),
    /// The session's cookie, under the name it has without TLS.
    Cookie(Arc<str>),
}

/// One request, ready to be written.
#[derive(Clone, Debug)]
pub struct Request {
    /// The connection's own when nothing is said.
    pub key: Option<Key>,
    pub method: &'static str,
    /// Path with its query, already encoded.
    pub target: String,
    /// The version that is expected, for changes.
    pub version: Option<i64>,
    pub body: Option<String>,
}

impl Request {
    pub fn get(target: impl Into<String>) -> Request {
        Request {
            key: None,
            method: "GET",
            target: target.into(),
            version: None,
            body: None,
        }
    }

    /// The same with the key of somebody.
    pub fn by(self, key: &Key) -> Request {
        Request {
            key: Some(key.clone()),
            ..self
        }
    }

    fn write(&self, token: &str, out: &mut Vec<u8>) {
        out.clear();
        let body = self.body.as_deref().unwrap_or_default();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n",
            self.method,
            self.target,
            body.len()
        );
        head.push_str(&match &self.key {
            None => format!("Authorization: Bearer {token}\r\n"),
            Some(Key::Bearer(token)) => format!("Authorization: Bearer {token}\r\n"),
            Some(Key::Cookie(token)) => format!("Cookie: jinzhi={token}\r\n"),
        });
        if let Some(version) = self.version {
            head.push_str(&format!("If-Match: \"{version}\"\r\n"));
        }
        if self.body.is_some() {
            head.push_str("Content-Type: application/json\r\n");
        }
        head.push_str("\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(body.as_bytes());
    }
}

/// A connection; its buffers are used again.
pub struct Client {
    stream: TcpStream,
    token: String,
    out: Vec<u8>,
    input: Vec<u8>,
}

impl Client {
    pub async fn connect(to: SocketAddr, token: &str) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(to)
            .await
            .with_context(|| format!("could not connect to {to}"))?;
        stream.set_nodelay(true)?;
        let (out, input) = (Vec::with_capacity(8 * 1024), Vec::with_capacity(64 * 1024));
        Ok(Client {
            stream,
            token: token.to_owned(),
            out,
            input,
        })
    }

    /// Status and body of the answer.
    pub async fn ask(&mut self, request: &Request) -> anyhow::Result<(u16, &[u8])> {
        request.write(&self.token, &mut self.out);
        self.stream.write_all(&self.out).await?;
        self.input.clear();
        let head = loop {
            if let Some(at) = find(&self.input, HEAD_END) {
                break at;
            }
            self.more().await?;
        };
        let from = head + HEAD_END.len();
        let text = std::str::from_utf8(&self.input[..head])?;
        let status = text
            .get(9..12)
            .and_then(|s| s.parse().ok())
            .context("no status line")?;
        let length: usize = header(text, "content-length")
            .and_then(|l| l.parse().ok())
            .with_context(|| format!("{} answers without a length", request.target))?;
        while self.input.len() < from + length {
            self.more().await?;
        }
        Ok((status, &self.input[from..from + length]))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.input.len() > ANSWER_BYTES_MAX {
            bail!("an answer of more than {ANSWER_BYTES_MAX} bytes");
        }
        match self.stream.read_buf(&mut self.input).await? {
            0 => bail!("the server closed the connection"),
            _ => Ok(()),
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// Percent-encodes what may not stand in a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_with_what_it_needs() {
        let mut out = Vec::new();
        let body = Some("{}".to_owned());
        let request = Request {
            key: None,
            method: "PATCH",
            target: "/x".to_owned(),
            version: Some(3),
            body,
        };
        request.write("t", &mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("PATCH /x HTTP/1.1\r\n"), "{text}");
        assert!(
            text.contains("If-Match: \"3\"\r\n") && text.ends_with("\r\n\r\n{}"),
            "{text}"
        );
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        let head = "HTTP/1.1 200 OK\r\nx: 1\r\nContent-length:  12 ";
        assert_eq!(header(head, "Content-Length"), Some("12"));
        assert_eq!(encoded("电 a"), "%E7%94%B5%20a");
    }
}
