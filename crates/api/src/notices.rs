//! A person's own notices, and the calendar of working days with what a new one would move.

use app::{CalendarView, DayChange, MovedRow, NOTICE_ROWS, NoticeRow};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::Catalogue;
use serde_json::{Value, json};
use speech::Lang;

use crate::body::Body;
use crate::door::{Door, Visit, json as answer, record_id};
use crate::flow::TODO_PAGES_MAX;
use crate::flow_json::count;
use crate::problem::Problem;

/// Limits told one by one of those that would move.
pub const MOVES_MAX: i64 = 1_000;
const MOVES_DEFAULT: i64 = 100;
/// Hex digits of a digest.
pub const DIGEST_CHARS: usize = 64;

pub async fn list_notices(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        let mut question = visit.question()?;
        let page = question
            .take_whole("after", 1, TODO_PAGES_MAX)?
            .unwrap_or(0);
        question.finish()?;
        let number = usize::try_from(page).unwrap_or_default();
        let found = visit.app().notices(&visit.actor, number)?;
        let unread = visit.app().unread_notices(&visit.actor)?;
        let catalogue = visit.app().catalogue();
        let lang = visit.actor.lang;
        let items = found.rows.iter().map(|row| notice(catalogue, row, lang));
        let items: Vec<Value> = items.collect();
        let next = (found.more && page < TODO_PAGES_MAX).then_some(page + 1);
        let body = json!({
            "items": items, "next": next, "rows_a_page": NOTICE_ROWS, "unread": count(unread),
        });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

/// Asked again it does nothing more, so it needs no key.
pub async fn read_notice(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().read_notice(&visit.actor, record_id(&id)?)?;
        left_unread(visit)
    })
    .await
}

/// Asked again it does nothing more, so it needs no key.
pub async fn read_all_notices(State(door): State<Door>, request: Request) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        visit.signed_in()?;
        visit.app().read_all_notices(&visit.actor)?;
        left_unread(visit)
    })
    .await
}

pub async fn get_calendar(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        visit.no_question()?;
        let view = visit.app().calendar_view(&visit.actor)?;
        let body = calendar(&view, visit.actor.lang);
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

pub async fn list_moves(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        let mut question = visit.question()?;
        let limit = question.take_whole("limit", 1, MOVES_MAX)?;
        question.finish()?;
        let limit = usize::try_from(limit.unwrap_or(MOVES_DEFAULT)).unwrap_or_default();
        let list = visit.app().moves_listed(&visit.actor, limit)?;
        let lang = visit.actor.lang;
        let items: Vec<Value> = list.rows.iter().map(|row| moved(row, lang)).collect();
        let body = json!({
            "checked": list.checked,
            "moved": list.moved,
            "digest": list.digest,
            "items": items,
        });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

/// Asked again it is refused: there is nothing more to put in force.
pub async fn adopt_calendar(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let list = body.text("list", DIGEST_CHARS)?.unwrap_or_default();
        body.finish()?;
        visit.app().adopt_calendar(&visit.actor, &list)?;
        visit.app().recount_later();
        let view = visit.app().calendar_view(&visit.actor)?;
        let body = calendar(&view, visit.actor.lang);
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

fn left_unread(visit: &Visit) -> Result<Response, Problem> {
    let unread = visit.app().unread_notices(&visit.actor)?;
    let body = json!({ "unread": count(unread) });
    Ok(answer(StatusCode::OK, body.to_string()))
}

fn notice(catalogue: &Catalogue, row: &NoticeRow, lang: Lang) -> Value {
    let def = catalogue.at(row.register);
    json!({
        "notice": row.id.to_string(),
        "kind": row.kind,
        "title": row.label.get(lang),
        "register": def.name,
        "id": row.record.to_string(),
        "shown": row.shown.as_ref().map(|named| &named.shown),
        "at_state": row.at_state,
        "due_at": row.due_at.map(|at| at.to_string()),
        "sent_at": row.sent_at.to_string(),
        "unread": row.is_unread,
    })
}

fn calendar(view: &CalendarView, lang: Lang) -> Value {
    let years: Vec<Value> = view
        .years
        .iter()
        .map(|year| json!({ "year": year.year, "source": year.source }))
        .collect();
    let next = view.next.as_ref().map(|next| {
        let days: Vec<Value> = next.days.iter().map(|day| changed(day, lang)).collect();
        json!({ "version": next.number, "days": days })
    });
    json!({
        "version": view.number, "years": years, "next": next, "recounting": view.recounting,
    })
}

fn changed(day: &DayChange, lang: Lang) -> Value {
    json!({
        "day": day.day.to_string(), "from": day.from.get(lang), "to": day.to.get(lang),
    })
}

fn moved(row: &MovedRow, lang: Lang) -> Value {
    let why: Vec<Value> = row.why.iter().map(|day| changed(day, lang)).collect();
    json!({
        "public_no": row.public_no,
        "limit": row.limit.get(lang),
        "from": row.from.map(|day| day.to_string()),
        "to": row.to.to_string(),
        "why": why,
    })
}
