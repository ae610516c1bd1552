//! Hand-overs: everything open on one desk goes to another, confirmed by both.

use app::{HANDED_MAX, HandedTask, HandoverStage, HandoverView};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::{Id, Raw};
use serde_json::{Value, json};
use speech::said;

use crate::body::{self, Body};
use crate::door::{Door, Visit, items as items_answer, json as answer, record_id};
use crate::flow_json::todo_row;
use crate::once::{once, saved};
use crate::problem::{Code, Problem};
use crate::shape::{ID_CHARS_MAX, WORDS_CHARS_MAX};

pub async fn list_handovers(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let found = visit.app().handovers(&visit.actor)?;
        let items: Vec<Value> = found.iter().map(|one| told(visit, one)).collect();
        Ok(items_answer(items))
    })
    .await
}

pub async fn get_handover(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let found = visit.app().handover(&visit.actor, record_id(&id)?)?;
        Ok(answer(StatusCode::OK, told(visit, &found).to_string()))
    })
    .await
}

fn told(visit: &Visit, one: &HandoverView) -> Value {
    let stage = match one.stage {
        HandoverStage::Offered => "offered",
        HandoverStage::Picked => "picked",
        HandoverStage::Done => "done",
        HandoverStage::Void => "void",
    };
    let task = |task: &HandedTask| {
        json!({
            "fits": task.fits,
            "todo": todo_row(visit.app().catalogue(), &task.row, visit.actor.lang),
        })
    };
    let tasks: Vec<Value> = one.tasks.iter().map(task).collect();
    json!({
        "id": one.id.to_string(), "giver": one.giver, "receiver": one.receiver, "stage": stage,
        "may_pick": one.may_pick, "may_confirm": one.may_confirm,
        "may_withdraw": one.may_withdraw, "tasks": tasks,
    })
}

pub async fn offer(State(door): State<Door>, request: Request) -> Response {
    door.change(request, move |visit, sent| {
        let own = visit.signed_in()?.person.actor.account;
        visit.no_question()?;
        let mut body = Body::read(sent)?;
        let to = body.needed_text("to", ID_CHARS_MAX)?;
        let giver = body.text("giver", ID_CHARS_MAX)?;
        let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
        body.finish()?;
        let to = record_id(&to)?;
        let giver = giver.map_or(Ok(own), |giver| record_id(&giver))?;
        once(visit, sent, saved(visit), |app| {
            Ok(app.offer_handover(&visit.actor, giver, to, &reason)?)
        })
    })
    .await
}

/// What the two do with a hand-over: `pick`, `confirm`, `withdraw`.
pub async fn act(
    State(door): State<Door>,
    Path((id, act)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let id = record_id(&id)?;
        match act.as_str() {
            "pick" => {
                let mut body = Body::read(sent)?;
                let turns = turns(body.take("turns"))?;
                body.finish()?;
                once(visit, sent, saved(visit), |app| {
                    Ok(app.pick_handover(&visit.actor, id, &turns)?)
                })
            }
            "confirm" => once(visit, sent, saved(visit), |app| {
                Ok(app.confirm_handover(&visit.actor, id)?)
            }),
            "withdraw" => once(visit, sent, saved(visit), |app| {
                Ok(app.withdraw_handover(&visit.actor, id)?)
            }),
            _ => {
                let detail = said!("对移交没有这项操作" / "There is no such act on a hand-over");
                Err(Problem::new(Code::NotFound, detail))
            }
        }
    })
    .await
}

fn turns(sent: Option<Raw>) -> Result<Vec<Id>, Problem> {
    let wrong = || {
        let message = said!(
            "turns 应是待办编号的列表，最多 {HANDED_MAX} 个"
                / "turns is a list of ids of tasks, {HANDED_MAX} at most"
        );
        body::at("/turns", "type", message)
    };
    let Some(Raw::Many(items)) = sent else {
        return Err(wrong());
    };
    if items.len() > HANDED_MAX {
        return Err(wrong());
    }
    let id = |raw: &Raw| match raw {
        Raw::Text(text) => record_id(text),
        _ => Err(wrong()),
    };
    items.iter().map(id).collect()
}
