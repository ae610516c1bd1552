//! The versions of flows: how many matters run by each, which could go over to the flow in force and
//! how, and taking them over.

use app::{Count, FlowVersion, SHIFTED_MAX, ShiftRow};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::{Id, Raw};
use serde_json::{Value, json};
use speech::{Lang, Said, said};

use crate::body::{self, Body};
use crate::door::{Door, items as items_answer, json as answer, record_id};
use crate::problem::Problem;
use crate::shape::{ID_CHARS_MAX, WORDS_CHARS_MAX};

pub async fn list_flows(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        visit.no_question()?;
        let versions = visit.app().flow_versions(&visit.actor)?;
        let lang = visit.actor.lang;
        Ok(items_answer(
            versions.iter().map(|one| version(one, lang)).collect(),
        ))
    })
    .await
}

pub async fn list_flow_matters(
    State(door): State<Door>,
    Path((register, version)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.signed_in()?;
        let mut question = visit.question()?;
        let after = question.take_text("after", ID_CHARS_MAX)?;
        question.finish()?;
        let after = after.map(|after| record_id(&after)).transpose()?;
        let page = visit
            .app()
            .shifts(&visit.actor, &register, &version, after)?;
        let lang = visit.actor.lang;
        let items: Vec<Value> = page.rows.iter().map(|row| matter(row, lang)).collect();
        let next = page.next.map(|next| next.to_string());
        let body = json!({ "items": items, "next": next });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

/// Asked again it moves only what is left, so it needs no key.
pub async fn move_flow_matters(
    State(door): State<Door>,
    Path((register, version)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let chosen = body.take("matters").map(matters).transpose()?;
        let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
        body.finish()?;
        let what = (register.as_str(), version.as_str());
        let done = visit
            .app()
            .shift_matters(&visit.actor, what, chosen.as_deref(), &reason)?;
        let lang = visit.actor.lang;
        let stuck = done
            .stuck
            .iter()
            .map(|(public_no, why)| json!({ "public_no": public_no, "why": why.get(lang) }));
        let stuck: Vec<Value> = stuck.collect();
        let body = json!({ "moved": done.moved, "stuck": stuck, "left": done.left });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}

fn matters(sent: Raw) -> Result<Vec<Id>, Problem> {
    let wrong = || {
        let message = said!(
            "matters 应是办件编号的列表，最多 {SHIFTED_MAX} 个；不给则全部"
                / "matters is a list of ids of matters, {SHIFTED_MAX} at most; all when it is left out"
        );
        body::at("/matters", "type", message)
    };
    let Raw::Many(items) = sent else {
        return Err(wrong());
    };
    if items.is_empty() || items.len() > SHIFTED_MAX {
        return Err(wrong());
    }
    let id = |raw: &Raw| match raw {
        Raw::Text(text) => record_id(text),
        _ => Err(wrong()),
    };
    items.iter().map(id).collect()
}

fn version(one: &FlowVersion, lang: Lang) -> Value {
    json!({
        "register": one.register,
        "title": one.title.get(lang),
        "number": one.number,
        "version": one.version,
        "seen_at": one.seen_at.map(|at| at.to_string()),
        "current": one.is_current,
        "running": match one.running {
            Count::Exactly(count) | Count::MoreThan(count) => count,
        },
    })
}

fn matter(row: &ShiftRow, lang: Lang) -> Value {
    let word = |said: &Option<Said>| said.as_ref().map(|said| said.get(lang).to_owned());
    let limits = row.limits();
    let limits = limits.iter().map(|limit| {
        json!({
            "title": limit.title.get(lang),
            "from": word(&limit.from),
            "to": word(&limit.to),
            "until_from": limit.until_from.map(|day| day.to_string()),
            "until_to": limit.until_to.map(|day| day.to_string()),
        })
    });
    let limits: Vec<Value> = limits.collect();
    json!({
        "matter": row.matter.to_string(),
        "public_no": row.public_no,
        "step": row.step.get(lang),
        "began_at": row.began_at.to_string(),
        "can_move": row.shift.is_ok(),
        "keeps_turns": row.shift.as_ref().ok().map(|shift| shift.keeps_turns),
        "why_not": row.shift.as_ref().err().map(|why| why.get(lang).to_owned()),
        "limits": limits,
    })
}
