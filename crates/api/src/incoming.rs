//! A file that is still arriving, as something to read from on another thread.

use std::io::{self, Read};

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::multipart::{Field, Multipart};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use tokio::sync::mpsc;

use crate::problem::{Code, Problem};

/// Pieces of a file that may wait between the network and the disk.
const PIECES_WAITING_MAX: usize = 16;
/// Longest part that is not a file: a mapping for an import.
pub const PART_BYTES_MAX: usize = 256 * 1024;

/// The parts of a form with files.
pub async fn parts(request: Request) -> Result<Multipart, Problem> {
    let form = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !form {
        return Err(Problem::new(
            Code::MediaType,
            "上传文件用 multipart/form-data",
        ));
    }
    Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())
}

pub fn broken() -> Problem {
    Problem::new(
        Code::Malformed,
        "multipart/form-data 的内容不完整或写法不对",
    )
}

/// A part of text.
pub async fn text_of(part: &mut Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        if bytes.len() + piece.len() > PART_BYTES_MAX {
            let detail = format!("有一部分内容超过 {} KB", PART_BYTES_MAX / 1024);
            return Err(Problem::new(Code::TooLarge, detail));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

/// Hands a file part over to `take` while it arrives; `take` runs on a thread that may block.
pub async fn file_of<T: Send + 'static>(
    part: &mut Field<'_>,
    bytes_max: u64,
    take: impl FnOnce(&mut dyn Read) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (send, receive) = mpsc::channel::<Piece>(PIECES_WAITING_MAX);
    let taking = tokio::task::spawn_blocking(move || {
        take(&mut Pieces {
            receive,
            rest: Bytes::new(),
            ended: false,
        })
    });
    let mut bytes = 0_u64;
    let mut stopped = None;
    loop {
        match part.chunk().await {
            Ok(Some(piece)) => {
                bytes += piece.len() as u64;
                if bytes > bytes_max {
                    let detail = format!("文件超过 {} MB", bytes_max / 1024 / 1024);
                    stopped = Some(Problem::new(Code::TooLarge, detail));
                    break;
                }
                // The taker has what it wants, or refused: its answer follows.
                if send.send(Piece::More(piece)).await.is_err() {
                    break;
                }
            }
            Ok(None) => {
                // A sender that is only dropped means that the upload broke off.
                let _ = send.send(Piece::End).await;
                break;
            }
            Err(_) => {
                stopped = Some(broken());
                break;
            }
        }
    }
    drop(send);
    let taken = taking.await.map_err(|_| Problem::bare(Code::Broken))?;
    match stopped {
        Some(problem) => Err(problem),
        None => taken,
    }
}

enum Piece {
    More(Bytes),
    End,
}

struct Pieces {
    receive: mpsc::Receiver<Piece>,
    rest: Bytes,
    ended: bool,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.receive.blocking_recv() {
                Some(Piece::More(piece)) => self.rest = piece,
                Some(Piece::End) => {
                    self.ended = true;
                    return Ok(0);
                }
                None if self.ended => return Ok(0),
                None => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            }
        }
        let count = self.rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest.split_to(count));
        Ok(count)
    }
}
