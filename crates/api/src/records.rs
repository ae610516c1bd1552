//! One record: read, made, changed, acted on, its history, its personal values.

use app::{App, Input, No, Saved};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use catalogue::{Register, RegisterIx, Verb};
use http::header::{ETAG, LINK, LOCATION};
use http::{HeaderMap, StatusCode};
use kernel::{Actor, Id, Moment, Words};
use speech::{Lang, said};

use crate::body::Body;
use crate::door::{Door, Visit, json, record_id, with_header};
use crate::once::{Answer, once};
use crate::precondition::{etag, if_match, known};
use crate::problem::{Code, Problem};
use crate::shape::{self, WORDS_CHARS_MAX};
use crate::write;

/// Words of a body beside its fields.
pub const BESIDE: &[&str] = &["state", "reason", "opinion", "to"];
/// Longest name of a state.
pub const STATE_CHARS_MAX: usize = 100;

type Target = Path<(String, String)>;

pub async fn get_record(
    State(door): State<Door>,
    Path((register, id)): Target,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    door.look(request, move |visit| {
        let mut question = visit.question()?;
        let as_of = question.take_moment("as_of")?;
        question.finish()?;
        let (ix, _) = visit.register_for(&register, Verb::See)?;
        one_record(visit, &headers, ix, record_id(&id)?, as_of)
    })
    .await
}

fn one_record(
    visit: &Visit,
    headers: &HeaderMap,
    register: RegisterIx,
    id: Id,
    as_of: Option<Moment>,
) -> Result<Response, Problem> {
    let (view, names) = visit.app().record(&visit.actor, register, id, as_of)?;
    let tag = etag(view.version);
    if as_of.is_some() {
        return Ok(json(
            StatusCode::OK,
            write::record(visit.app().catalogue(), &view, &names),
        ));
    }
    if known(headers, view.version) {
        return Ok(with_header(
            StatusCode::NOT_MODIFIED.into_response(),
            ETAG,
            &tag,
        ));
    }
    let body = write::record(visit.app().catalogue(), &view, &names);
    Ok(with_header(json(StatusCode::OK, body), ETAG, &tag))
}

pub async fn create_record(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::Create)?;
        let mut body = Body::read(sent)?;
        let fields = body.fields()?;
        let state = body.text("state", STATE_CHARS_MAX)?;
        body.finish()?;
        begins(def, state.as_deref())?;
        let input = shape::new_fields(visit.app().catalogue(), def, fields).map_err(in_fields)?;
        let records = format!("/api/{}", def.name);
        let lang = visit.actor.lang;
        let made = move |saved: &Saved| {
            let mut answer = changed(lang, StatusCode::CREATED, saved);
            answer
                .headers
                .push((LOCATION, format!("{records}/{}", saved.id)));
            answer
        };
        once(visit, sent, made, |app| {
            app.create(&visit.actor, ix, state.as_deref(), &input)
                .map_err(no_fields)
        })
    })
    .await
}

fn begins(def: &Register, state: Option<&str>) -> Result<(), Problem> {
    let Some(state) = state else { return Ok(()) };
    if def.begins.iter().any(|s| def.states[s.0].name == state) {
        return Ok(());
    }
    let detail = said!(
        "新建的记录不能从“{}”开始" / "A new record cannot begin as “{}”",
        shape::short(state)
    );
    Err(crate::body::at("/state", "choice", detail))
}

pub async fn edit_record(
    State(door): State<Door>,
    Path((register, id)): Target,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::Edit)?;
        let id = record_id(&id)?;
        let version = if_match(&sent.headers)?;
        let mut body = Body::read(sent)?;
        let fields = body.fields()?;
        body.finish()?;
        let input = shape::fields(visit.app().catalogue(), def, fields).map_err(in_fields)?;
        let saved = visit.app().edit(&visit.actor, ix, id, version, &input);
        let saved = saved.map_err(|no| stale_or(visit, ix, id, no))?;
        Ok(changed(visit.actor.lang, StatusCode::OK, &saved).into_response())
    })
    .await
}

pub async fn act_on_record(
    State(door): State<Door>,
    Path((register, id, action)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        // A matter goes by the flow it began with.
        let way = record_id(&id).ok().map(|id| visit.app().way_of(ix, id));
        let def = way.transpose()?.unwrap_or(def);
        let Some(action) = def.action(&action) else {
            let detail = said!(
                "{}没有“{}”这项操作" / "{} has no action “{}”",
                def.title,
                shape::short(&action)
            );
            return Err(Problem::new(Code::NotFound, detail));
        };
        if visit.session.is_none() && !action.by.iter().any(|by| by == "public") {
            return Err(Problem::new(
                Code::Unauthorised,
                said!("请带上令牌，或先登录" / "Please send a token, or sign in"),
            ));
        }
        let id = record_id(&id)?;
        let version = if_match(&sent.headers)?;
        let mut body = Body::read(sent)?;
        let fields = body.optional_fields()?;
        let reason = body.text("reason", WORDS_CHARS_MAX)?;
        let opinion = body.text("opinion", WORDS_CHARS_MAX)?;
        let back_to = match action.back {
            Some(catalogue::Back::Any) => body.text("to", STATE_CHARS_MAX)?,
            _ => None,
        };
        body.finish()?;
        for (word, wanted, given) in [
            ("reason", action.reason, &reason),
            ("opinion", action.opinion, &opinion),
        ] {
            if wanted && given.is_none() {
                let detail = said!(
                    "办理“{}”须写 {word}" / "“{}” asks for a {word}",
                    action.label
                );
                return Err(crate::body::at(&format!("/{word}"), "required", detail));
            }
        }
        let catalogue = visit.app().catalogue();
        let input = shape::action_fields(catalogue, def, action, fields).map_err(in_fields)?;
        let lang = visit.actor.lang;
        once(
            visit,
            sent,
            move |saved: &Saved| done(lang, saved),
            |app| {
                let words = Words {
                    reason: reason.as_deref(),
                    opinion: opinion.as_deref(),
                    back_to: back_to.as_deref(),
                };
                let saved = act(
                    app,
                    &visit.actor,
                    (ix, id, version),
                    &action.name,
                    &input,
                    words,
                );
                saved.map_err(|no| stale_or(visit, ix, id, no))
            },
        )
    })
    .await
}

fn act(
    app: &App,
    actor: &Actor,
    (register, id, version): (RegisterIx, Id, i64),
    action: &str,
    input: &Input,
    words: Words,
) -> Result<Saved, No> {
    app.act(actor, register, id, version, action, input, words)
}

pub async fn list_history(
    State(door): State<Door>,
    Path((register, id)): Target,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        let mut question = visit.question()?;
        let before = question.take_whole("before", 1, i64::MAX)?;
        question.finish()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let id = record_id(&id)?;
        let (entries, names) = visit.app().history(&visit.actor, ix, id, before)?;
        let catalogue = visit.app().catalogue();
        let mut out = String::with_capacity(256 * (entries.len() + 1));
        out.push('{');
        write::member(&mut out, "items");
        write::array(&mut out, &entries, |out, entry| {
            write::history_entry(out, def, entry)
        });
        let full = entries.len() >= app::HISTORY_ROWS_MAX;
        let next = entries.last().filter(|_| full).map(|entry| entry.seq);
        write::member(&mut out, "next");
        match next {
            Some(seq) => write::whole(&mut out, seq),
            None => out.push_str("null"),
        }
        write::member(&mut out, "names");
        write::write_names(&mut out, catalogue, &names);
        out.push('}');
        let answer = json(StatusCode::OK, out);
        Ok(match next {
            Some(seq) => {
                let link = format!("<{}?before={seq}>; rel=\"next\"", visit.path);
                with_header(answer, LINK, &link)
            }
            None => answer,
        })
    })
    .await
}

pub async fn reveal_field(
    State(door): State<Door>,
    Path((register, id)): Target,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::Reveal)?;
        let id = record_id(&id)?;
        let mut body = Body::read(sent)?;
        let field = body.needed_text("field", STATE_CHARS_MAX)?;
        let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
        body.finish()?;
        let personal = def.field(&field).is_some_and(|ix| def.get(ix).personal);
        if !personal {
            return Err(crate::body::at(
                "/field",
                "choice",
                said!("没有这个个人信息字段" / "There is no such personal field"),
            ));
        }
        // Not remembered under a key: the answer is personal, and asking twice is two looks.
        crate::once::key(&sent.headers)?;
        let text = visit.app().reveal(&visit.actor, ix, id, &field, &reason)?;
        let mut out = String::from("{");
        write::text_member(&mut out, "field", &field);
        write::text_member(&mut out, "value", &text);
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn erase_record(
    State(door): State<Door>,
    Path((register, id)): Target,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, _) = visit.register_for(&register, Verb::Erase)?;
        let id = record_id(&id)?;
        let version = if_match(&sent.headers)?;
        let mut body = Body::read(sent)?;
        let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
        body.finish()?;
        let lang = visit.actor.lang;
        once(
            visit,
            sent,
            move |saved: &Saved| done(lang, saved),
            |app| {
                app.erase(&visit.actor, ix, id, version, &reason)
                    .map_err(|no| stale_or_plain(visit, ix, id, no))
            },
        )
    })
    .await
}

fn done(lang: Lang, saved: &Saved) -> Answer {
    changed(lang, StatusCode::OK, saved)
}

fn changed(lang: Lang, status: StatusCode, saved: &Saved) -> Answer {
    let headers = vec![(ETAG, etag(saved.version))];
    Answer {
        status,
        body: write::saved(saved, BESIDE, lang),
        headers,
    }
}

fn in_fields(blames: Vec<kernel::Blame>) -> Problem {
    Problem::blamed(blames).in_fields(BESIDE)
}

fn no_fields(no: No) -> Problem {
    Problem::from(no).in_fields(BESIDE)
}

fn stale_or(visit: &Visit, register: RegisterIx, id: Id, no: No) -> Problem {
    stale_or_plain(visit, register, id, no).in_fields(BESIDE)
}

/// A change that came too late is answered with the record as it stands now.
fn stale_or_plain(visit: &Visit, register: RegisterIx, id: Id, no: No) -> Problem {
    let problem = Problem::from(no);
    if problem.code() != Code::Stale {
        return problem;
    }
    match visit.app().record(&visit.actor, register, id, None) {
        Ok((view, names)) => {
            problem.with_current(write::record(visit.app().catalogue(), &view, &names))
        }
        // Someone else may have moved it out of sight meanwhile; the refusal stands alone.
        Err(_) => problem,
    }
}
