//! A file that is still arriving, as something to read from on another thread.

use std::io::Read;

use app::{Arriving, Piece};
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::multipart::{Field, Multipart};
use http::header::CONTENT_TYPE;
use speech::said;
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
            said!("上传文件用 multipart/form-data" / "Files are sent as multipart/form-data"),
        ));
    }
    Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())
}

pub fn broken() -> Problem {
    Problem::new(
        Code::Malformed,
        said!(
            "multipart/form-data 的内容不完整或写法不对"
                / "The multipart/form-data is incomplete or badly written"
        ),
    )
}

/// A part of text.
pub async fn text_of(part: &mut Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        if bytes.len() + piece.len() > PART_BYTES_MAX {
            let detail = said!(
                "有一部分内容超过 {} KB" / "A part has more than {} KB",
                PART_BYTES_MAX / 1024
            );
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
    let (send, mut receive) = mpsc::channel(PIECES_WAITING_MAX);
    let taking =
        tokio::task::spawn_blocking(move || take(&mut Arriving::new(|| receive.blocking_recv())));
    let mut bytes = 0_u64;
    let mut stopped = None;
    loop {
        match part.chunk().await {
            Ok(Some(piece)) => {
                bytes += piece.len() as u64;
                if bytes > bytes_max {
                    let detail = said!(
                        "文件超过 {} MB" / "The file has more than {} MB",
                        bytes_max / 1024 / 1024
                    );
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
