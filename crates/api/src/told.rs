//! Being told outside the system: one's own address, what is mailed, the calendar feed; the secret and
//! the trial of a unit's receiver. Nothing here takes a key: what is shown once is kept nowhere, and
//! the rest does nothing more when it is asked again.

use app::{Choice, How, ReachView};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::Raw;
use serde_json::{Value, json};
use speech::{Lang, Said, said};

use crate::body::{Body, at};
use crate::door::{Door, Visit, json as answer, record_id};
use crate::problem::Problem;

/// Longest address (RFC 5321), and longest word that is compared.
pub const EMAIL_CHARS_MAX: usize = 254;
pub const WORD_CHARS_MAX: usize = 40;
/// Longest word of a choice, and most kinds.
const CHOICE_CHARS_MAX: usize = 40;
const KINDS_MAX: usize = 50;

pub async fn get_reach(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        visit.no_question()?;
        view(visit)
    })
    .await
}

pub async fn choose(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let how = body.needed_text("how", CHOICE_CHARS_MAX)?;
        let how = How::of_word(&how).ok_or_else(|| {
            let words = Said::list(How::ALL.map(How::word));
            at("/how", "choice", said!("应是 {} 之一" / "One of {}", words))
        })?;
        let kinds = words(&mut body, "kinds")?;
        let hour = hour(&mut body, "hour")?.unwrap_or(8);
        let from = self::hour(&mut body, "quiet_from")?;
        let to = self::hour(&mut body, "quiet_to")?;
        body.finish()?;
        let quiet = app::quiet_hours(from, to)?;
        let choice = Choice {
            how,
            kinds,
            hour,
            quiet,
        };
        visit.app().choose_reach(&visit.actor, &choice)?;
        view(visit)
    })
    .await
}

pub async fn set_email(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let email = body.needed_text("email", EMAIL_CHARS_MAX)?;
        body.finish()?;
        visit.app().set_email(&visit.actor, &email)?;
        view(visit)
    })
    .await
}

pub async fn prove_email(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let word = body.needed_text("word", WORD_CHARS_MAX)?;
        body.finish()?;
        visit.app().prove_email(&visit.actor, &word)?;
        view(visit)
    })
    .await
}

pub async fn drop_email(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().drop_email(&visit.actor)?;
        view(visit)
    })
    .await
}

/// The address of the feed is in this answer and in no other.
pub async fn make_feed(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        let token = visit.app().make_feed(&visit.actor)?;
        let body = json!({ "path": format!("/calendar/feed/{token}.ics") });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

pub async fn drop_feed(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().drop_feed(&visit.actor)?;
        view(visit)
    })
    .await
}

/// The secret is in this answer and in no other.
pub async fn renew_secret(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        let id = record_id(&id)?;
        let secret = visit.app().renew_webhook_secret(&visit.actor, id)?;
        let body = json!({ "secret": secret });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

pub async fn try_webhook(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().try_webhook(&visit.actor, record_id(&id)?)?;
        Ok(answer(StatusCode::ACCEPTED, json!({}).to_string()))
    })
    .await
}

fn view(visit: &Visit) -> Result<Response, Problem> {
    let view = visit.app().reach(&visit.actor)?;
    let feed = visit.app().feed(&visit.actor)?;
    let mut body = reach(&view, visit.actor.lang);
    body["feed_until"] = json!(feed.map(|feed| feed.until.to_string()));
    Ok(answer(StatusCode::OK, body.to_string()))
}

fn reach(view: &ReachView, lang: Lang) -> Value {
    let all = view.kinds.iter();
    let all: Vec<Value> = all
        .map(|(word, label)| json!({ "kind": word, "label": label.get(lang) }))
        .collect();
    json!({
        "email": view.email,
        "proved": view.is_proved,
        "word_sent": view.word_is_out,
        "failed_at": view.failed_at.map(|at| at.to_string()),
        "fault": view.fault,
        "how": view.choice.how.word(),
        "kinds": view.choice.kinds,
        "hour": view.choice.hour,
        "quiet_from": view.choice.quiet.map(|quiet| quiet.0),
        "quiet_to": view.choice.quiet.map(|quiet| quiet.1),
        "all_kinds": all,
    })
}

fn words(body: &mut Body, name: &str) -> Result<Vec<String>, Problem> {
    let pointer = format!("/{name}");
    let odd = || {
        let detail = said!("{} 应是文字的数组" / "{} should be an array of texts", name);
        at(&pointer, "type", detail)
    };
    let Some(Raw::Many(found)) = body.take(name) else {
        return Err(odd());
    };
    if found.len() > KINDS_MAX {
        return Err(odd());
    }
    let word = |raw| match raw {
        Raw::Text(word) => Ok(word),
        _ => Err(odd()),
    };
    found.into_iter().map(word).collect()
}

/// An hour that may be left out or null; whether it is one, `app` says.
fn hour(body: &mut Body, name: &str) -> Result<Option<i64>, Problem> {
    match body.take(name) {
        None | Some(Raw::Null) => Ok(None),
        Some(Raw::Number(text)) if text.parse::<i64>().is_ok() => Ok(text.parse().ok()),
        Some(_) => {
            let detail = said!(
                "{} 应是 0 到 23 的整数" / "{} is a whole number from 0 to 23",
                name
            );
            Err(at(&format!("/{name}"), "type", detail))
        }
    }
}
