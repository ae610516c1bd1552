//! A small HTTP/1.1 client over one kept connection to a server on this machine.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer that does not come in this time counts as none.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest body that is read.
const BODY_BYTES_MAX: usize = 8 << 20;

/// One connection, opened when it is needed.
pub struct Client {
    at: SocketAddr,
    token: String,
    line: Option<BufReader<TcpStream>>,
}

/// A complete answer.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> io::Result<Value> {
        serde_json::from_slice(&self.body).map_err(io::Error::other)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What is sent beside method and path.
#[derive(Default)]
pub struct Sent<'a> {
    pub headers: Vec<(&'a str, String)>,
    pub body: Vec<u8>,
}

impl Sent<'_> {
    pub fn json(body: &Value) -> Sent<'static> {
        let headers = vec![("content-type", "application/json".to_owned())];
        Sent {
            headers,
            body: body.to_string().into_bytes(),
        }
    }
}

impl Client {
    pub fn new(at: SocketAddr, token: &str) -> Client {
        Client {
            at,
            token: token.to_owned(),
            line: None,
        }
    }

    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, &Sent::default())
    }

    /// Sends and waits for the whole answer; any break is an error, and the answer never counts.
    pub fn send(&mut self, method: &str, path: &str, sent: &Sent) -> io::Result<Answer> {
        let answer = self.exchange(method, path, sent);
        if answer.is_err() {
            self.line = None;
        }
        answer
    }

    fn exchange(&mut self, method: &str, path: &str, sent: &Sent) -> io::Result<Answer> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n",
            self.at,
            self.token,
            sent.body.len()
        );
        for (name, value) in &sent.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&sent.body);
        let line = self.line()?;
        line.get_mut().write_all(&bytes)?;
        read_answer(line)
    }

    fn line(&mut self) -> io::Result<&mut BufReader<TcpStream>> {
        if self.line.is_none() {
            let stream = TcpStream::connect_timeout(&self.at, PATIENCE)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_nodelay(true)?;
            self.line = Some(BufReader::new(stream));
        }
        self.line.as_mut().ok_or_else(|| broken("no connection"))
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned())
}

fn read_answer(line: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let first = text_line(line)?;
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| broken("no status"))?;
    let (mut length, mut chunked) = (None, false);
    loop {
        let header = text_line(line)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let body = match (chunked, length) {
        (true, _) => chunks(line)?,
        (false, Some(length)) => exactly(line, length)?,
        (false, None) if status == 204 || status == 304 => Vec::new(),
        (false, None) => return Err(broken("an answer without length")),
    };
    Ok(Answer { status, body })
}

fn text_line(line: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut text = String::new();
    line.read_line(&mut text)?;
    match text.strip_suffix("\r\n") {
        Some(whole) => Ok(whole.to_owned()),
        None => Err(broken("the answer broke off")),
    }
}

fn chunks(line: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = text_line(line)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| broken("a chunk"))?;
        body.extend(exactly(line, size)?);
        text_line(line)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn exactly(line: &mut BufReader<TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    if length > BODY_BYTES_MAX {
        return Err(broken("too long an answer"));
    }
    let mut body = vec![0; length];
    line.read_exact(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    fn answer_of(raw: &'static [u8]) -> io::Result<Answer> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).unwrap();
            stream.write_all(raw).unwrap();
        });
        let answer = Client::new(at, "t").get("/");
        server.join().unwrap();
        answer
    }

    #[test]
    fn whole_answers_are_read() {
        let plain = answer_of(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        assert_eq!((plain.status, plain.text().as_str()), (201, "{}"));
        let chunked = answer_of(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
        );
        assert_eq!(chunked.unwrap().text(), "abcd");
    }

    #[test]
    fn half_an_answer_is_none() {
        assert!(answer_of(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{}").is_err());
        assert!(answer_of(b"HTTP/1.1 201 Crea").is_err());
        assert!(answer_of(b"").is_err());
    }
}
