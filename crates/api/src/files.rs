//! Files beside records: uploaded first, named by a record afterwards, given out with its rights.

use app::{Seen, UPLOAD_BYTES_MAX, mime_of};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{Field, Kind, Register, Verb};
use http::StatusCode;
use kernel::{Actor, Datum, FileRef};
use speech::said;

use crate::door::{Door, Visit, json, record_id};
use crate::incoming;
use crate::outgoing;
use crate::problem::{Code, Problem};
use crate::write;

const MB: u64 = 1024 * 1024;
/// Name of the part that holds the file.
pub const FILE_PART: &str = "file";

pub async fn list_files(
    State(door): State<Door>,
    Path((register, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let (view, _) = visit
            .app()
            .record(&visit.actor, ix, record_id(&id)?, None)?;
        let mut out = String::from("{");
        write::member(&mut out, "items");
        let files = view.fields.iter().filter_map(|field| match &field.seen {
            Seen::Plain(Datum::Files(files)) => Some((&def.get(field.ix).name, files)),
            _ => None,
        });
        let files = files.flat_map(|(name, files)| files.iter().map(move |file| (name, file)));
        write::array(&mut out, files, |out, (name, file)| {
            write::file(out, file);
            out.pop();
            write::text_member(out, "field", name);
            out.push('}');
        });
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn download_file(
    State(door): State<Door>,
    Path((register, id, hash)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let asked = door.asked(&parts);
    door.run(asked, move |visit| {
        visit.no_question()?;
        let (ix, _) = visit.register_for(&register, Verb::See)?;
        let id = record_id(&id)?;
        if !crate::shape::is_hash(&hash) {
            return Err(Problem::new(
                Code::NotFound,
                said!(
                    "没有这个文件，或者您无权查看"
                        / "There is no such file, or it is not yours to see"
                ),
            ));
        }
        let (file, content) = visit.app().download(&visit.actor, ix, id, &hash)?;
        Ok(outgoing::attachment(
            &file.name,
            &file.mime,
            outgoing::reading(content),
        ))
    })
    .await
}

/// Takes a file in for a field of a record that is still to be made.
pub async fn upload_for_new(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    upload(door, register, None, request).await
}

/// Takes a file in for a field of a record; a change of the record names it afterwards.
pub async fn upload_for_record(
    State(door): State<Door>,
    Path((register, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    upload(door, register, Some(id), request).await
}

/// What the field of an upload takes.
#[derive(Clone)]
struct Rule {
    label: String,
    accept: Vec<String>,
    bytes_max: u64,
}

async fn upload(door: Door, register: String, id: Option<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = door.asked(&parts);
    let trace = asked.trace().to_owned();
    let allowed = door
        .ask(asked, move |visit| {
            let rule = allowed(visit, &register, id.as_deref())?;
            Ok((visit.actor.clone(), rule))
        })
        .await;
    let request = Request::from_parts(parts, body);
    let taken = match allowed {
        Ok((actor, rule)) => take_in(&door, actor, rule, request).await,
        Err(problem) => Err(problem),
    };
    match taken {
        Ok(file) => {
            let mut out = String::new();
            write::file(&mut out, &file);
            json(StatusCode::CREATED, out)
        }
        Err(problem) => problem.answer(&trace),
    }
}

/// Rights and field are asked before the file is read.
fn allowed(visit: &Visit, register: &str, id: Option<&str>) -> Result<Rule, Problem> {
    let verb = if id.is_some() {
        Verb::See
    } else {
        Verb::Create
    };
    let (ix, def) = visit.register_for(register, verb)?;
    visit.signed_in()?;
    let mut question = visit.question()?;
    let name = question.take("field");
    question.finish()?;
    match id {
        Some(id) => {
            visit.app().record(&visit.actor, ix, record_id(id)?, None)?;
        }
        None if kernel::scope(def, &visit.actor, Verb::Create).is_none() => {
            let detail = said!(
                "您的岗位不能新建{}" / "Your role may not create: {}",
                def.title
            );
            return Err(Problem::new(Code::Forbidden, detail));
        }
        None => {}
    }
    let Some(name) = name else {
        return Err(Problem::parameter(
            "field",
            "required",
            said!(
                "请在 field 里写明用于哪个附件字段"
                    / "Please name in field the file field it is meant for"
            ),
        ));
    };
    let field = def
        .field(&name)
        .map(|ix| def.get(ix))
        .filter(|field| crate::shape::sendable(field));
    match field.map(|field| (field, &field.kind)) {
        Some((field, Kind::Files { accept, max_mb, .. })) => Ok(Rule {
            label: field.label.zh.clone(),
            accept: accept.clone(),
            bytes_max: (u64::from(*max_mb) * MB).min(UPLOAD_BYTES_MAX),
        }),
        _ => {
            let detail = said!(
                "没有“{}”这个附件字段" / "There is no file field “{}”",
                crate::shape::short(&name)
            );
            Err(Problem::parameter("field", "choice", detail))
        }
    }
}

/// File fields of a register that can be sent.
pub fn file_fields(def: &Register) -> Vec<&Field> {
    let fields = def.fields.iter();
    fields
        .filter(|f| matches!(f.kind, Kind::Files { .. }) && crate::shape::sendable(f))
        .collect()
}

async fn take_in(
    door: &Door,
    actor: Actor,
    rule: Rule,
    request: Request,
) -> Result<FileRef, Problem> {
    let mut parts = incoming::parts(request).await?;
    let mut taken = None;
    while let Some(mut part) = parts.next_field().await.map_err(|_| incoming::broken())? {
        let name = part
            .file_name()
            .map(str::to_owned)
            .filter(|name| !name.is_empty());
        match (part.name(), name, &taken) {
            (Some(FILE_PART), Some(name), None) => {
                let ending = ending(&name);
                if !rule.accept.is_empty() && !rule.accept.contains(&ending) {
                    let accept = rule.accept.join("、");
                    let detail = said!(
                        "“{}”只收 {accept} 文件" / "“{}” takes only these files: {accept}",
                        rule.label
                    );
                    return Err(crate::body::at("/file", "accept", detail));
                }
                let (app, actor) = (door.app().clone(), actor.clone());
                let file = incoming::file_of(&mut part, rule.bytes_max, move |from| {
                    Ok(app.upload(&actor, &name, mime_of(&ending), from)?)
                });
                taken = Some(file.await?);
            }
            (other, _, _) => {
                let pointer = format!("/{}", crate::json::escaped(other.unwrap_or_default()));
                let detail = said!(
                    "只收一个名为 file 的文件部分，须带文件名"
                        / "One file part called file is taken, with a file name"
                );
                return Err(crate::body::at(&pointer, "unknown", detail));
            }
        }
    }
    taken.ok_or_else(|| {
        crate::body::at(
            "/file",
            "required",
            said!("缺少名为 file 的文件部分" / "The file part called file is missing"),
        )
    })
}

fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .unwrap_or_default()
}
