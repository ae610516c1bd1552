//! Leaves: one's own post entrusted to a colleague for a time.

use app::{Leave, LeaveView};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Value, json};
use speech::said;

use crate::body::{self, Body};
use crate::door::{Door, items as items_answer, record_id};
use crate::once::{once, saved};
use crate::problem::Problem;
use crate::shape::{ID_CHARS_MAX, WORDS_CHARS_MAX, is_date};

/// Of a date as `2027-03-01`.
const DATE_CHARS_MAX: usize = 10;
/// Longest name of a register.
pub const REGISTER_CHARS_MAX: usize = 81;

pub async fn list_leaves(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let found = visit.app().leaves(&visit.actor)?;
        let lang = visit.actor.lang;
        let item = |leave: &LeaveView| -> Value {
            json!({
                "id": leave.id.to_string(), "to": leave.to, "role": leave.role.get(lang),
                "since": leave.since.map(|day| day.to_string()),
                "until": leave.until.map(|day| day.to_string()),
                "only": leave.only.as_ref().map(|only| only.get(lang)),
            })
        };
        let items: Vec<Value> = found.iter().map(item).collect();
        Ok(items_answer(items))
    })
    .await
}

/// To whom a post could be entrusted.
pub async fn list_deputies(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let found = visit.app().deputies(&visit.actor, record_id(&id)?)?;
        let lang = visit.actor.lang;
        let people = found.iter().map(|other| {
            json!({
                "id": other.account.to_string(), "name": other.name, "role": other.role.get(lang),
            })
        });
        let items: Vec<Value> = people.collect();
        Ok(items_answer(items))
    })
    .await
}

pub async fn entrust(State(door): State<Door>, request: Request) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let post = body.needed_text("post", ID_CHARS_MAX)?;
        let to = body.needed_text("to", ID_CHARS_MAX)?;
        let since = day(&mut body, "since")?;
        let until = day(&mut body, "until")?;
        let only = body.text("only", REGISTER_CHARS_MAX)?;
        let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
        body.finish()?;
        let leave = Leave {
            post: record_id(&post)?,
            to: record_id(&to)?,
            since,
            until,
            only: only.as_deref(),
            reason: &reason,
        };
        once(visit, sent, saved(visit), |app| {
            Ok(app.entrust(&visit.actor, &leave)?)
        })
    })
    .await
}

pub async fn recall(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let id = record_id(&id)?;
        once(visit, sent, saved(visit), |app| {
            Ok(app.recall_leave(&visit.actor, id)?)
        })
    })
    .await
}

fn day(body: &mut Body, name: &str) -> Result<Date, Problem> {
    let text = body.needed_text(name, DATE_CHARS_MAX)?;
    let day = is_date(&text).then(|| text.parse().ok()).flatten();
    day.ok_or_else(|| {
        let message = said!("日期应写成 2027-03-01" / "A date is written as 2027-03-01");
        body::at(&format!("/{name}"), "date", message)
    })
}
