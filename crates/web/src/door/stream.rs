//! A reader that may block, as the body of an answer: pieces go out as they are read.

use std::io::Read;

use axum::body::Body;
use bytes::Bytes;
use tokio::sync::mpsc;
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
