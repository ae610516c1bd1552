//! Files on their way out: streamed, never shown by a browser as a page of ours.

use std::io::{self, Read, Write};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::question::encoded;

const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that may wait for a slow reader.
const PIECES_WAITING_MAX: usize = 4;

pub type Piece = Result<Bytes, io::Error>;

/// An attachment of that name and type.
pub fn attachment(name: &str, mime: &str, body: Body) -> Response {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(mime).unwrap_or(octets));
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let disposition = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        encoded(name)
    );
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

/// A body read from something on a thread that may block.
pub fn reading(mut from: impl Read + Send + 'static) -> Body {
    let (send, receive) = mpsc::channel::<Piece>(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut buffer = vec![0; PIECE_BYTES];
            let piece = match from.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => {
                    buffer.truncate(count);
                    Ok(Bytes::from(buffer))
                }
                Err(error) => Err(error),
            };
            let last = piece.is_err();
            if send.blocking_send(piece).is_err() || last {
                return;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receive))
}

/// What is being written, as pieces of a body.
pub struct Outlet {
    send: mpsc::Sender<Piece>,
    buffer: Vec<u8>,
}

impl Outlet {
    pub fn new() -> (Outlet, Breaker, mpsc::Receiver<Piece>) {
        let (send, receive) = mpsc::channel(PIECES_WAITING_MAX);
        let outlet = Outlet {
            send: send.clone(),
            buffer: Vec::with_capacity(PIECE_BYTES),
        };
        (outlet, Breaker(send), receive)
    }

    fn pass_on(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE_BYTES));
        let sent = self.send.blocking_send(Ok(Bytes::from(piece)));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        // A reader that is gone needs nothing more.
        let _ = self.pass_on();
    }
}

/// Breaks a body off, so that half a file is not taken for a whole one.
pub struct Breaker(mpsc::Sender<Piece>);

impl Breaker {
    pub fn break_off(self) {
        let error = io::Error::other("the export broke off");
        let _ = self.0.blocking_send(Err(error));
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES {
            self.pass_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()
    }
}

/// A body of pieces, the first of which has come already.
pub fn streaming(first: Piece, receive: mpsc::Receiver<Piece>) -> Body {
    use tokio_stream::StreamExt as _;
    let first = tokio_stream::once(first);
    Body::from_stream(first.chain(ReceiverStream::new(receive)))
}
