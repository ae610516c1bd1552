//! What a form brought: its fields, and files that go straight into the store while they arrive.

use app::{Arriving, ImportAsk, No, Piece, mime_of};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use http::header::CONTENT_TYPE;
use kernel::{Actor, FileRef, Id, Reason, Refusal, RegisterIx};
use speech::{Said, said};
use tokio::sync::mpsc;

use super::visit::{Asked, Proof};
use super::{Door, plain};
use crate::pairs::Pairs;

/// A form without files.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;
/// A field of a form with files.
const FIELD_BYTES_MAX: usize = 256 * 1024;
/// Fields of a form: child rows have many.
const FIELDS_MAX: usize = 20_000;
/// One file, whatever its field allows.
pub const UPLOAD_BYTES_MAX: u64 = app::UPLOAD_BYTES_MAX;
/// Files of one form.
const FILES_MAX: usize = 50;
/// Pieces of a file that may wait between the network and the disk.
const PIECES_WAITING_MAX: usize = 16;

/// What one file field takes.
#[derive(Clone, Debug)]
pub struct FileRule {
    pub label: String,
    pub bytes_max: u64,
    /// Endings without dot; empty: any.
    pub accept: Vec<String>,
    pub used: Use,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Kept in the store, to be named by a record.
    Store,
    /// Read as text, as if it had been typed.
    Text,
    /// Tried as an import into a register.
    Import(RegisterIx),
}

/// File fields of a form by name; files of other fields are dropped.
#[derive(Clone, Debug, Default)]
pub struct Rules(pub Vec<(String, FileRule)>);

/// What was sent.
#[derive(Debug, Default)]
pub struct Sent {
    pub pairs: Pairs,
    /// Files that were taken in, with their field.
    pub files: Vec<(String, FileRef)>,
    /// Files that were not, with their field and why.
    pub refused: Vec<(String, Said)>,
    /// The import that was begun.
    pub job: Option<Id>,
}

/// What came of one file.
enum Taken {
    File(FileRef),
    Job(Id),
    /// A sentence to stand beside the field.
    Refused(Said),
}

pub async fn read(door: &Door, asked: &Asked, request: Request, rules: Rules) -> Result<Sent, No> {
    let multipart = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if multipart {
        return with_files(door, asked, request, &rules).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX)
        .await
        .map_err(|_| {
            plain(
                Reason::TooLarge,
                said!(
                    "表单内容超过 1 MB，请精简后再提交"
                        / "The form holds more than 1 MB; please shorten it"
                ),
            )
        })?;
    let pairs = Pairs::parse(&String::from_utf8_lossy(&bytes));
    within(pairs.0.len())?;
    Ok(Sent {
        pairs,
        ..Sent::default()
    })
}

fn within(fields: usize) -> Result<(), No> {
    match fields {
        0..=FIELDS_MAX => Ok(()),
        _ => Err(plain(
            Reason::TooLarge,
            said!(
                "表单行数太多，请分几次提交，或改用导入"
                    / "The form has too many rows; send them in parts or use the import"
            ),
        )),
    }
}

fn broken() -> No {
    plain(
        Reason::Invalid,
        said!("上传中断，请重新提交" / "The upload broke off; please send it again"),
    )
}

async fn with_files(
    door: &Door,
    asked: &Asked,
    request: Request,
    rules: &Rules,
) -> Result<Sent, No> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut sent = Sent::default();
    // Asked once, when the first file comes: by then the form token must have come.
    let mut proof: Option<Proof> = None;
    while let Some(mut part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file) = part.file_name().map(str::to_owned) else {
            let text = text_of(&mut part).await?;
            sent.pairs.push(name, text);
            within(sent.pairs.0.len())?;
            continue;
        };
        if file.is_empty() {
            continue;
        }
        let Some((_, rule)) = rules.0.iter().find(|(field, _)| *field == name) else {
            continue;
        };
        if sent.files.len() >= FILES_MAX {
            return Err(plain(
                Reason::TooLarge,
                said!(
                    "一次上传的文件太多，请分几次提交"
                        / "Too many files at once; please send them in parts"
                ),
            ));
        }
        if proof.is_none() {
            proof = Some(Proof::of(door, asked, &sent.pairs).await?);
        }
        let Some(Proof { actor: Some(actor) }) = &proof else {
            // The session has ended: the typed fields are kept, the file has to be chosen again.
            continue;
        };
        if rule.used == Use::Text {
            let text = text_of(&mut part).await?;
            sent.pairs.push(name, text);
            continue;
        }
        let coming = Coming {
            file,
            actor: actor.clone(),
            mapping: mapping_of(&sent.pairs),
        };
        match take_in(door, &mut part, coming, rule).await? {
            Taken::File(taken) => sent.files.push((name, taken)),
            Taken::Job(job) => sent.job = Some(job),
            Taken::Refused(why) => sent.refused.push((name, why)),
        }
    }
    Ok(sent)
}

async fn text_of(part: &mut Field<'_>) -> Result<String, No> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        if bytes.len() + piece.len() > FIELD_BYTES_MAX {
            return Err(plain(
                Reason::TooLarge,
                said!(
                    "有一栏内容超过 256 kB，请精简后再提交"
                        / "One field holds more than 256 kB; please shorten it"
                ),
            ));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file at the door.
struct Coming {
    file: String,
    actor: Actor,
    /// Text of the mapping that came before it.
    mapping: Option<String>,
}

fn mapping_of(pairs: &Pairs) -> Option<String> {
    pairs.filled("mapping").map(str::to_owned)
}

/// Streams a file to where it is used.
async fn take_in(
    door: &Door,
    part: &mut Field<'_>,
    coming: Coming,
    rule: &FileRule,
) -> Result<Taken, No> {
    let Coming {
        file,
        actor,
        mapping,
    } = coming;
    let ending = file
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .unwrap_or_default();
    if !rule.accept.is_empty() && !rule.accept.contains(&ending) {
        drain(part).await?;
        let accept = Said::list(&rule.accept);
        let message = said!(
            "“{}”只收 {} 文件，{} 不是" / "“{}” takes {} files only, not {}",
            rule.label,
            accept,
            file
        );
        return Ok(Taken::Refused(message));
    }
    let mime = mime_of(&ending);
    let (send, mut receive) = mpsc::channel(PIECES_WAITING_MAX);
    let (app, used) = (door.app.clone(), rule.used);
    let storing = tokio::task::spawn_blocking(move || {
        let mut reader = Arriving::new(|| receive.blocking_recv());
        match used {
            Use::Import(register) => {
                let ask = ImportAsk {
                    register,
                    title: file,
                    mapping,
                    dry_run: true,
                };
                app.start_import(&actor, ask, &mut reader).map(Taken::Job)
            }
            Use::Store | Use::Text => app
                .upload(&actor, &file, mime, &mut reader)
                .map(Taken::File),
        }
    });
    let (mut bytes, limit) = (0_u64, rule.bytes_max.min(UPLOAD_BYTES_MAX));
    let mut stop = None;
    loop {
        match part.chunk().await {
            Ok(Some(piece)) => {
                bytes += piece.len() as u64;
                if bytes > limit {
                    stop = Some(Stop::TooLarge);
                    break;
                }
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
                stop = Some(Stop::Broken);
                break;
            }
        }
    }
    drop(send);
    let stored = storing
        .await
        .map_err(|_| No::Broke(app::Error::Broken("an upload broke off")))?;
    match stop {
        Some(Stop::Broken) => Err(broken()),
        Some(Stop::TooLarge) => {
            drain(part).await?;
            let mb = limit / (1024 * 1024);
            Ok(Taken::Refused(said!(
                "“{}”的每个文件不能超过 {} MB" / "Each file of “{}” may have at most {} MB",
                rule.label,
                mb
            )))
        }
        None => match stored {
            Ok(taken) => Ok(taken),
            Err(No::Refused(refusal)) => {
                // Whatever was not read is let go, so that the browser hears the answer.
                drain(part).await?;
                Ok(Taken::Refused(sentence(&refusal)))
            }
            Err(broke) => Err(broke),
        },
    }
}

/// Everything a refusal says, a line each.
fn sentence(refusal: &Refusal) -> Said {
    match refusal.blames.len() {
        0 | 1 => refusal.message.clone(),
        _ => Said::lines(refusal.blames.iter().map(|blame| &blame.message)),
    }
}

enum Stop {
    TooLarge,
    Broken,
}

async fn drain(part: &mut Field<'_>) -> Result<(), No> {
    let mut bytes = 0_u64;
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        bytes += piece.len() as u64;
        if bytes > UPLOAD_BYTES_MAX {
            return Err(plain(
                Reason::TooLarge,
                said!("上传的文件太大" / "The file is too large"),
            ));
        }
    }
    Ok(())
}
