//! The course of matters: what waits for whom, acts on turns, where a matter stands.

use app::{COMMENT_CHARS_MAX, CONTACT_CHARS_MAX, TODO_ROWS, Tab, TurnAct, TurnWord};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::Verb;
use http::StatusCode;
use http::header::ETAG;
use serde_json::json;
use speech::said;

use crate::body::Body;
use crate::door::{Door, json as answer, record_id};
use crate::flow_json::{counts, matter, public_matter, todo_row};
use crate::once::{Answer, once, saved};
use crate::precondition::etag;
use crate::problem::{Code, Problem};
use crate::shape::{ID_CHARS_MAX, WORDS_CHARS_MAX};
use crate::write;

/// Pages of the to-do centre; nobody reads further.
pub const TODO_PAGES_MAX: i64 = 200;
/// Tabs by their words.
pub const TABS: [(&str, Tab); 4] = [
    ("todo", Tab::Todo),
    ("done", Tab::Done),
    ("copies", Tab::Copies),
    ("started", Tab::Started),
];

pub async fn list_todo(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        let mut question = visit.question()?;
        let word = question.take("tab").unwrap_or_else(|| "todo".to_owned());
        let page = question
            .take_whole("after", 1, TODO_PAGES_MAX)?
            .unwrap_or(0);
        question.finish()?;
        let Some((_, tab)) = TABS.iter().find(|(known, _)| *known == word) else {
            let detail = said!(
                "tab 只能是 todo、done、copies 或 started"
                    / "tab is one of todo, done, copies, started"
            );
            return Err(Problem::parameter("tab", "choice", detail));
        };
        let number = usize::try_from(page).unwrap_or_default();
        let found = visit.app().todo(&visit.actor, *tab, number)?;
        let catalogue = visit.app().catalogue();
        let lang = visit.actor.lang;
        let rows = found.rows.iter();
        let items: Vec<_> = rows.map(|row| todo_row(catalogue, row, lang)).collect();
        let next = (found.more && page < TODO_PAGES_MAX).then_some(page + 1);
        let body = json!({ "items": items, "next": next, "rows_a_page": TODO_ROWS });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

pub async fn count_todo(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        visit.no_question()?;
        let found = visit.app().todo_counts(&visit.actor)?;
        Ok(answer(StatusCode::OK, counts(&found).to_string()))
    })
    .await
}

pub async fn act_on_turn(
    State(door): State<Door>,
    Path((id, act)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let Some(word) = TurnWord::from_word(&act) else {
            let detail = said!("对待办没有这项操作" / "There is no such act on a turn");
            return Err(Problem::new(Code::NotFound, detail));
        };
        let turn = record_id(&id)?;
        let mut body = Body::read(sent)?;
        let to = match word.names_somebody() {
            true => Some(body.needed_text("to", ID_CHARS_MAX)?),
            false => None,
        };
        let words = match word {
            TurnWord::Answer => body.needed_text("opinion", WORDS_CHARS_MAX)?,
            word if word.needs_words() => body.needed_text("reason", WORDS_CHARS_MAX)?,
            _ => String::new(),
        };
        body.finish()?;
        let to = to.map(|to| record_id(&to)).transpose()?;
        let act = TurnAct::of(word, to, &words).ok_or_else(|| Problem::bare(Code::Invalid))?;
        once(visit, sent, saved(visit), |app| {
            Ok(app.act_on_turn(&visit.actor, turn, &act)?)
        })
    })
    .await
}

pub async fn undo_act(
    State(door): State<Door>,
    Path((register, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        if !def.is_flow() {
            let detail = said!(
                "{}不是流程登记簿" / "{} is no register of a flow",
                def.title
            );
            return Err(Problem::new(Code::NotFound, detail));
        }
        let id = record_id(&id)?;
        let lang = visit.actor.lang;
        let done = move |saved: &app::Saved| Answer {
            status: StatusCode::OK,
            body: write::saved(saved, &[], lang),
            headers: vec![(ETAG, etag(saved.version))],
        };
        once(visit, sent, done, |app| {
            Ok(app.undo_act(&visit.actor, ix, id)?)
        })
    })
    .await
}

pub async fn get_progress(
    State(door): State<Door>,
    Path((register, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let id = record_id(&id)?;
        let Some(found) = visit.app().matter(&visit.actor, ix, id)? else {
            let detail = said!(
                "{}不是流程登记簿，或者这条记录早于流程"
                    / "{} is no register of a flow, or the record is older than its flow",
                def.title
            );
            return Err(Problem::new(Code::NotFound, detail));
        };
        let body = matter(visit.app().catalogue(), &found, visit.actor.lang);
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

/// A comment of the public; asked again it is a further one, as on the page.
pub async fn comment(
    State(door): State<Door>,
    Path(public_no): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let words = body.needed_text("words", COMMENT_CHARS_MAX)?;
        let contact = body.text("contact", CONTACT_CHARS_MAX)?;
        body.finish()?;
        let contact = contact.unwrap_or_default();
        visit
            .app()
            .comment(visit.from, &public_no, &words, &contact)?;
        let body = json!({ "waits_for_review": true });
        Ok(answer(StatusCode::ACCEPTED, body.to_string()))
    })
    .await
}

pub async fn get_public_progress(
    State(door): State<Door>,
    Path(public_no): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        let found = visit.app().progress_public(&public_no)?;
        let body = public_matter(visit.app().catalogue(), &found, visit.actor.lang);
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}
