//! Batches (批量): one action on many records at once, each decided and answered by itself.

use app::{BATCH_MAX, No, Saved};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::Verb;
use http::StatusCode;
use kernel::{Id, Raw, Words};
use speech::said;

use crate::body::{Body, at};
use crate::door::{Door, Visit, json as answer, record_id};
use crate::problem::{Code, Problem, Trace};
use crate::shape::{WORDS_CHARS_MAX, short};
use crate::write;

/// Largest version that can be named.
pub const VERSION_MAX: i64 = 999_999_999_999_999_999;

pub async fn act_on_many(
    State(door): State<Door>,
    Path((register, action)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let mut ways = visit.app().catalogue().ways(ix);
        let offered = ways.find_map(|way| way.action(&action).filter(|action| action.batch));
        let Some(action) = offered else {
            let detail = said!(
                "{}没有可以批量办理的操作“{}”" / "{} has no action “{}” for batches",
                def.title,
                short(&action)
            );
            return Err(Problem::new(Code::NotFound, detail));
        };
        let mut body = Body::read(sent)?;
        let records = records(&mut body)?;
        let word = |body: &mut Body, name: &str, asked: bool| match asked {
            true => body.needed_text(name, WORDS_CHARS_MAX).map(Some),
            false => body.text(name, WORDS_CHARS_MAX),
        };
        let reason = word(&mut body, "reason", action.reason)?;
        let opinion = word(&mut body, "opinion", action.opinion)?;
        body.finish()?;
        let words = Words {
            reason: reason.as_deref(),
            opinion: opinion.as_deref(),
            ..Words::default()
        };
        let done = visit
            .app()
            .act_many(&visit.actor, ix, &action.name, &records, words)?;
        Ok(answer(StatusCode::OK, told(visit, done)))
    })
    .await
}

/// `records`: each with the version that was read.
fn records(body: &mut Body) -> Result<Vec<(Id, i64)>, Problem> {
    let Some(Raw::Many(items)) = body.take("records") else {
        let detail = said!(
            "records 应是数组：编号和读到的版本"
                / "records should be an array of ids with the versions that were read"
        );
        return Err(at("/records", "type", detail));
    };
    if items.is_empty() || items.len() > BATCH_MAX {
        let detail = said!("一次 1 至 {BATCH_MAX} 件" / "1 to {BATCH_MAX} at once");
        return Err(at("/records", "length", detail));
    }
    let one = |(place, item)| record(place, item);
    items.into_iter().enumerate().map(one).collect()
}

fn record(place: usize, item: Raw) -> Result<(Id, i64), Problem> {
    let pointer = |name: &str| format!("/records/{place}{name}");
    let wrong = |name: &str| {
        let detail = said!("每件写 id 和 version" / "Each has its id and its version");
        at(&pointer(name), "type", detail)
    };
    let Raw::Map(members) = item else {
        return Err(wrong(""));
    };
    let (mut id, mut version) = (None, None);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("id", Raw::Text(text)) => id = record_id(&text).ok(),
            ("version", Raw::Number(text)) => version = text.parse::<i64>().ok(),
            _ => return Err(wrong(&format!("/{}", crate::json::escaped(&name)))),
        }
    }
    let id = id.ok_or_else(|| wrong("/id"))?;
    let version = version.filter(|version| (1..=VERSION_MAX).contains(version));
    Ok((id, version.ok_or_else(|| wrong("/version"))?))
}

fn told(visit: &Visit, done: Vec<(Id, Result<Saved, No>)>) -> String {
    let trace = Trace {
        lang: visit.actor.lang,
        ..visit.door.trace()
    };
    let mut out = String::with_capacity(64 * done.len());
    out.push('{');
    write::member(&mut out, "results");
    write::array(&mut out, done, |out, (id, outcome)| {
        out.push('{');
        write::text_member(out, "id", &id.to_string());
        write::member(out, "version");
        match &outcome {
            Ok(saved) => write::whole(out, saved.version),
            Err(_) => out.push_str("null"),
        }
        write::member(out, "problem");
        match outcome {
            Ok(_) => out.push_str("null"),
            Err(no) => {
                let problem = Problem::from(no);
                problem.log(&trace);
                out.push_str(&problem.json(&trace));
            }
        }
        out.push('}');
    });
    out.push('}');
    out
}
