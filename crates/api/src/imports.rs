//! Imports: a table goes in as a job that is watched, stopped, gone ahead with and undone.

use app::{ImportAsk, JobState, JobView, ToldRow, UPLOAD_BYTES_MAX};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use http::header::LOCATION;
use kernel::Id;
use speech::{Lang, said};

use crate::body::at;
use crate::door::{Door, Visit, json, record_id, with_header};
use crate::files::FILE_PART;
use crate::incoming;
use crate::outgoing;
use crate::problem::{Code, Problem};
use crate::write;

pub async fn start_import(State(door): State<Door>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = door.asked(&parts);
    let trace = asked.trace().to_owned();
    let actor = door.ask(asked, |visit| {
        visit.no_question()?;
        Ok(visit.signed_in()?.person.actor.clone())
    });
    let begun = match actor.await {
        Ok(actor) => take_in(&door, actor, Request::from_parts(parts, body)).await,
        Err(problem) => Err(problem),
    };
    match begun {
        Ok(job) => job,
        Err(problem) => problem.answer(&trace),
    }
}

/// Parts of the form; all others stand before the file.
#[derive(Default)]
struct Form {
    register: Option<String>,
    mapping: Option<String>,
    dry_run: Option<String>,
}

impl Form {
    fn ask(self, door: &Door, title: String) -> Result<ImportAsk, Problem> {
        let catalogue = door.app().catalogue();
        let missing = || {
            at(
                "/register",
                "required",
                said!(
                    "缺少 register；它须写在文件之前"
                        / "register is missing; it must stand before the file"
                ),
            )
        };
        let name = self.register.ok_or_else(missing)?;
        let Some(register) = catalogue.register(&name) else {
            let detail = said!(
                "没有“{}”这个登记簿" / "There is no register “{}”",
                crate::shape::short(&name)
            );
            return Err(at("/register", "choice", detail));
        };
        let dry_run = match self.dry_run.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(at(
                    "/dry_run",
                    "type",
                    said!("dry_run 应是 true 或 false" / "dry_run should be true or false"),
                ));
            }
        };
        Ok(ImportAsk {
            register,
            title,
            mapping: self.mapping,
            dry_run,
        })
    }
}

async fn take_in(door: &Door, actor: kernel::Actor, request: Request) -> Result<Response, Problem> {
    let mut parts = incoming::parts(request).await?;
    let mut form = Form::default();
    while let Some(mut part) = parts.next_field().await.map_err(|_| incoming::broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let slot = match name.as_str() {
            "register" => &mut form.register,
            "mapping" => &mut form.mapping,
            "dry_run" => &mut form.dry_run,
            FILE_PART => {
                let title = part.file_name().unwrap_or_default().to_owned();
                if title.is_empty() {
                    return Err(at(
                        "/file",
                        "required",
                        said!("文件部分须带文件名" / "The file part needs a file name"),
                    ));
                }
                let ask = form.ask(door, title)?;
                let app = door.app().clone();
                let job = incoming::file_of(&mut part, UPLOAD_BYTES_MAX, move |from| {
                    let id = app.start_import(&actor, ask, from)?;
                    Ok(begun(&app, actor.lang, &app.import_job(&actor, id)?))
                });
                return job.await;
            }
            other => {
                let pointer = format!("/{}", crate::json::escaped(other));
                return Err(at(
                    &pointer,
                    "unknown",
                    said!("没有这一部分" / "There is no such part"),
                ));
            }
        };
        if slot.is_some() {
            return Err(at(
                &format!("/{name}"),
                "repeated",
                said!("{name} 只能写一次" / "{name} may stand only once"),
            ));
        }
        *slot = Some(incoming::text_of(&mut part).await?);
    }
    Err(at(
        "/file",
        "required",
        said!("缺少名为 file 的文件部分" / "The file part called file is missing"),
    ))
}

fn begun(app: &app::App, lang: Lang, job: &JobView) -> Response {
    let mut out = String::new();
    one_job(&mut out, app, lang, job);
    let location = format!("/api/-/imports/{}", job.id);
    with_header(json(StatusCode::ACCEPTED, out), LOCATION, &location)
}

pub async fn list_imports(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let jobs = visit.app().imports(&visit.actor)?;
        let mut out = String::from("{");
        write::member(&mut out, "items");
        write::array(&mut out, &jobs, |out, job| {
            one_job(out, visit.app(), visit.actor.lang, job)
        });
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn get_import(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let job = visit.app().import_job(&visit.actor, record_id(&id)?)?;
        Ok(whole(visit, StatusCode::OK, &job))
    })
    .await
}

fn whole(visit: &Visit, status: StatusCode, job: &JobView) -> Response {
    let mut out = String::new();
    one_job(&mut out, visit.app(), visit.actor.lang, job);
    json(status, out)
}

/// The rows that were refused, in a copy of the file with a remark each.
pub async fn download_wrong_rows(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let (name, content) = visit.app().wrong_rows(&visit.actor, record_id(&id)?)?;
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        Ok(outgoing::attachment(
            &name,
            app::mime_of(ending),
            content.into(),
        ))
    })
    .await
}

/// What can be done with an import.
#[derive(Clone, Copy)]
enum Step {
    GoAhead,
    Stop,
    Undo,
}

pub async fn go_ahead(door: State<Door>, id: Path<String>, request: Request) -> Response {
    step(door, id, request, Step::GoAhead).await
}

pub async fn stop_import(door: State<Door>, id: Path<String>, request: Request) -> Response {
    step(door, id, request, Step::Stop).await
}

pub async fn undo_import(door: State<Door>, id: Path<String>, request: Request) -> Response {
    step(door, id, request, Step::Undo).await
}

async fn step(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
    step: Step,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        crate::once::key(&sent.headers)?;
        let id = record_id(&id)?;
        let (app, actor) = (visit.app(), &visit.actor);
        let job = app.import_job(actor, id)?;
        match step {
            Step::GoAhead => {
                let ahead = app.go_ahead(actor, id)?;
                Ok(begun(app, actor.lang, &app.import_job(actor, ahead)?))
            }
            Step::Stop => {
                app.stop_import(actor, id)?;
                Ok(whole(
                    visit,
                    StatusCode::ACCEPTED,
                    &app.import_job(actor, id)?,
                ))
            }
            Step::Undo => undo(visit, id, &job),
        }
    })
    .await
}

fn undo(visit: &Visit, id: Id, job: &JobView) -> Result<Response, Problem> {
    if !job.can_undo {
        return Err(Problem::new(
            Code::Conflict,
            said!(
                "这次导入没有可以撤销的内容，或已经撤销"
                    / "There is nothing to undo in this import, or it was undone already"
            ),
        ));
    }
    let report = visit.app().undo_import(&visit.actor, id)?;
    let catalogue = visit.app().catalogue();
    let mut out = String::from("{");
    write::member(&mut out, "removed");
    write::count_of(&mut out, report.removed);
    write::member(&mut out, "restored");
    write::count_of(&mut out, report.restored);
    write::member(&mut out, "kept");
    write::array(&mut out, &report.kept, |out, kept| {
        out.push('{');
        write::text_member(out, "register", &catalogue.at(kept.register).name);
        write::text_member(out, "id", &kept.id.to_string());
        write::text_member(out, "shown", &kept.shown);
        write::text_member(out, "why", kept.why.get(visit.actor.lang));
        out.push('}');
    });
    out.push('}');
    Ok(json(StatusCode::OK, out))
}

fn one_job(out: &mut String, app: &app::App, lang: Lang, job: &JobView) {
    let report = job.report.as_ref();
    let broken_off = report.and_then(|report| report.broken_off.as_deref());
    let (state, failure) = match &job.state {
        JobState::Running => ("running", None),
        // A file that could not be read to its end was not imported.
        JobState::Done if broken_off.is_some() => ("failed", broken_off),
        JobState::Done => ("done", None),
        JobState::Failed(why) => ("failed", Some(why.get(lang))),
        JobState::Undone => ("undone", broken_off),
    };
    out.push('{');
    write::text_member(out, "id", &job.id.to_string());
    write::text_member(out, "register", &app.catalogue().at(job.register).name);
    write::text_member(out, "title", &job.title);
    write::text_member(out, "state", state);
    write::member(out, "failure");
    match failure {
        Some(why) => write::quoted(out, why),
        None => out.push_str("null"),
    }
    write::member(out, "began_at");
    write::moment(out, job.began_at);
    write::member(out, "ended_at");
    match job.ended_at {
        Some(at) => write::moment(out, at),
        None => out.push_str("null"),
    }
    let reached = &job.reached;
    let counts = [
        ("rows", reached.rows),
        ("new", reached.new),
        ("changed", reached.changed),
        ("same", reached.same),
        ("wrong", reached.wrong),
    ];
    for (name, count) in counts {
        write::member(out, name);
        write::count_of(out, count);
    }
    let flags = [
        ("dry_run", job.dry_run),
        ("has_wrong_rows", job.has_wrong_rows),
        ("can_go_ahead", job.can_go_ahead),
        ("can_undo", job.can_undo),
    ];
    for (name, yes) in flags {
        write::member(out, name);
        out.push_str(if yes { "true" } else { "false" });
    }
    told_rows(out, "remarks", report.map(|report| &report.wrong_rows));
    told_rows(out, "warnings", report.map(|report| &report.warned_rows));
    let columns = [
        (
            "unused_columns",
            report.map(|report| &report.unused_columns),
        ),
        ("left_out", report.map(|report| &report.left_out)),
    ];
    for (name, texts) in columns {
        write::member(out, name);
        let texts = texts.into_iter().flatten();
        write::array(out, texts, |out, text| write::quoted(out, text));
    }
    out.push('}');
}

/// Rows of the file with what is said about each.
fn told_rows(out: &mut String, name: &str, rows: Option<&Vec<ToldRow>>) {
    write::member(out, name);
    write::array(out, rows.into_iter().flatten(), |out, row| {
        out.push('{');
        write::member(out, "line");
        write::count_of(out, row.line);
        write::member(out, "remarks");
        write::array(out, &row.remarks, |out, remark| write::quoted(out, remark));
        out.push('}');
    });
}
