//! Applying for an account by programs, for those who have none yet.

use app::{Application, Colleague};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::Raw;
use serde_json::{Value, json};
use speech::{Lang, said};

use crate::body::{Body, at};
use crate::door::{Door, items, json as answer, record_id};
use crate::problem::Problem;
use crate::prove::PROOF_CHARS_MAX;

/// Longest code that is asked about.
pub const CODE_CHARS_MAX: usize = 40;
/// Longest login of somebody outside the service, name of a person, name of a role.
pub const LOGIN_CHARS_MAX: usize = 32;
pub const NAME_CHARS_MAX: usize = 40;

/// Whether a code is right, and whether the registry knows it.
pub async fn look_up_unit(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let code = body.needed_text("code", CODE_CHARS_MAX)?;
        body.finish()?;
        let known = visit.app().look_up_unit(visit.from, &code);
        let known = known.map_err(|no| Problem::from(no).in_fields(&[]))?;
        let body = json!({ "code": known.code, "name": known.name });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

/// Sends an application; sent again with the same login it is refused while the first is open, so it needs no
/// key.
pub async fn enrol(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let fields = body.fields()?;
        let password = body.needed_text("password", PROOF_CHARS_MAX)?;
        body.finish()?;
        for (name, raw) in &fields {
            if !matches!(raw, Raw::Text(_)) {
                let pointer = format!("/fields/{}", crate::json::escaped(name));
                let detail = said!("应是文字" / "It should be text");
                return Err(at(&pointer, "type", detail));
            }
        }
        let made = visit
            .app()
            .enrol(visit.from, &fields, (&password, &password));
        let public_no = made.map_err(|no| Problem::from(no).in_fields(&["password"]))?;
        let body = json!({ "public_no": public_no });
        Ok(answer(StatusCode::CREATED, body.to_string()))
    })
    .await
}

/// Accounts of one's own enterprise.
pub async fn list_colleagues(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let found = visit.app().own_accounts(&visit.actor)?;
        let lang = visit.actor.lang;
        Ok(items(
            found.iter().map(|one| colleague(one, lang)).collect(),
        ))
    })
    .await
}

/// An account for a colleague; a login that is taken gets digits, so asked twice there are two.
pub async fn add_colleague(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let login = body.needed_text("login", LOGIN_CHARS_MAX)?;
        let name = body.needed_text("name", NAME_CHARS_MAX)?;
        let role = body.needed_text("role", NAME_CHARS_MAX)?;
        body.finish()?;
        let made = visit
            .app()
            .add_colleague(&visit.actor, (&login, &name), &role)?;
        let body = colleague(&made, visit.actor.lang);
        Ok(answer(StatusCode::CREATED, body.to_string()))
    })
    .await
}

pub async fn link_colleague(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        let token = visit.app().colleague_link(&visit.actor, record_id(&id)?)?;
        let body = json!({ "path": format!("/login/{token}") });
        Ok(answer(StatusCode::CREATED, body.to_string()))
    })
    .await
}

/// Asked again it is refused, for the account is closed.
pub async fn close_colleague(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().close_colleague(&visit.actor, record_id(&id)?)?;
        let found = visit.app().own_accounts(&visit.actor)?;
        let lang = visit.actor.lang;
        Ok(items(
            found.iter().map(|one| colleague(one, lang)).collect(),
        ))
    })
    .await
}

fn colleague(one: &Colleague, lang: Lang) -> Value {
    json!({
        "account": one.account.to_string(), "login": one.login, "name": one.name,
        "role": one.role.get(lang), "state": one.state.get(lang), "open": one.is_open,
        "yours": one.is_theirs,
    })
}

/// Where an application stands, for whoever knows its password.
pub async fn get_standing(
    State(door): State<Door>,
    Path(public_no): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let password = body.needed_text("password", PROOF_CHARS_MAX)?;
        body.finish()?;
        let found = visit.app().enrolled(visit.from, &public_no, &password)?;
        Ok(answer(
            StatusCode::OK,
            standing(&found, visit.actor.lang).to_string(),
        ))
    })
    .await
}

fn standing(found: &Application, lang: Lang) -> Value {
    json!({
        "public_no": found.public_no, "applied_at": found.applied_at.to_string(),
        "state": found.state.get(lang), "waits": found.waits, "reason": found.reason.as_ref().map(|why| why.get(lang)),
        "login": found.login,
    })
}
