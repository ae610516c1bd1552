//! Bodies of answers that are read or written by code that may block, piece by piece.

use std::io::{self, Read, Write};

use app::No;
use axum::body::Body;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// Bytes read at once, and pieces that may wait for a slow browser.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES_WAITING_MAX: usize = 8;

pub fn stream(mut content: impl Read + Send + 'static) -> Body {
    let (send, receive) = mpsc::channel::<std::io::Result<Bytes>>(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let read = match content.read(&mut piece) {
                Ok(0) => return,
                Ok(count) => {
                    piece.truncate(count);
                    Ok(Bytes::from(piece))
                }
                Err(error) => Err(error),
            };
            let broken = read.is_err();
            if send.blocking_send(read).is_err() || broken {
                return;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receive))
}

/// What `write` writes, as a body. A "no" before the first piece is the answer instead; one after
/// it breaks the transfer off, so that nobody takes half a sheet for a whole one.
pub fn written<F>(write: F) -> Result<Body, No>
where
    F: FnOnce(&mut Pieces) -> Result<(), No> + Send + 'static,
{
    let (send, mut receive) = mpsc::channel::<Result<Bytes, No>>(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces {
            send,
            held: Vec::with_capacity(PIECE_BYTES),
        };
        let ended = write(&mut pieces).and_then(|()| Ok(pieces.flush()?));
        if let Err(no) = ended {
            // Nobody listens any more when this fails.
            let _ = pieces.send.blocking_send(Err(no));
        }
    });
    let first = match receive.blocking_recv() {
        Some(Ok(piece)) => piece,
        Some(Err(no)) => return Err(no),
        None => Bytes::new(),
    };
    let rest = ReceiverStream::new(receive).map(|piece| {
        piece.map_err(|no| {
            tracing::error!(
                error = &no as &dyn std::error::Error,
                "A transfer broke off"
            );
            io::Error::other("the transfer broke off")
        })
    });
    Ok(Body::from_stream(tokio_stream::once(Ok(first)).chain(rest)))
}

/// Takes what is written and hands it on in pieces.
pub struct Pieces {
    send: mpsc::Sender<Result<Bytes, No>>,
    held: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE_BYTES));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.send
            .blocking_send(Ok(Bytes::from(piece)))
            .map_err(gone)
    }
}
