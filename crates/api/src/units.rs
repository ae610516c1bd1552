//! The tree of units, and the acts on it: tried first, then done as a whole.

use app::{AreaView, ChangeView, Count, UnitAsk, UnitPreview, UnitRow};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use kernel::units::{Act, Part, TITLE_CHARS_MAX};
use kernel::{Id, Lang, Raw};
use serde_json::{Value, json};
use speech::said;

use crate::body::{self, Body};
use crate::door::{Door, Sent, json as answer, record_id};
use crate::once::{once, saved};
use crate::problem::{Code, Problem};
use crate::shape::{ID_CHARS_MAX, WORDS_CHARS_MAX, is_date};

/// Of a date as `2027-03-01`.
const DATE_CHARS_MAX: usize = 10;
/// Longest words to look for.
pub const WORDS_MAX: usize = 60;
/// Most units, divisions and posts named at once.
pub const NAMED_MAX: usize = 500;
const AREA_CHARS_MAX: usize = 12;
/// Kinds of act.
pub const KINDS: [&str; 5] = ["merge", "split", "move", "rename", "close"];

/// `GET /api/-/units?on=2027-03-01&q=…`
pub async fn tree(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.signed_in()?;
        let mut question = visit.question()?;
        let on = match question.take_text("on", DATE_CHARS_MAX)? {
            Some(text) => Some(read_day(&text).ok_or_else(|| {
                Problem::parameter(
                    "on",
                    "date",
                    said!("日期应写成 2027-03-01" / "A date is written as 2027-03-01"),
                )
            })?),
            None => None,
        };
        let words = question.take_text("q", WORDS_MAX)?.unwrap_or_default();
        question.finish()?;
        let tree = visit.app().unit_tree(&visit.actor, on, &words)?;
        let lang = visit.actor.lang;
        let items: Vec<Value> = tree.rows.iter().map(row).collect();
        let coming: Vec<Value> = tree.coming.iter().map(|c| change(c, lang)).collect();
        let told = json!({ "day": tree.day.to_string(), "items": items, "coming": coming });
        Ok(answer(StatusCode::OK, told.to_string()))
    })
    .await
}

fn row(row: &UnitRow) -> Value {
    json!({
        "id": row.id.to_string(), "code": row.code, "title": row.title, "kind": row.kind,
        "parent": row.parent.map(|id| id.to_string()), "depth": row.depth, "below": row.below,
        "areas": row.areas,
    })
}

fn change(change: &ChangeView, lang: Lang) -> Value {
    json!({
        "id": change.id.to_string(), "title": change.title, "from": change.day.to_string(),
        "state": change.state, "reason": change.reason,
        "fault": (!change.fault.is_empty()).then_some(&change.fault),
        "stays": change.stays.as_ref().map(|stays| stays.get(lang)),
    })
}

pub async fn one(State(door): State<Door>, Path(id): Path<String>, request: Request) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let page = visit.app().unit_page(&visit.actor, record_id(&id)?)?;
        let lang = visit.actor.lang;
        let named = |(id, title): &(Id, String)| json!({ "id": id.to_string(), "title": title });
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let area = |area: &AreaView| {
            json!({
                "area": area.code, "name": area.name, "since": day(area.since),
                "until": day(area.until), "holds": area.holds,
            })
        };
        let told = json!({
            "id": page.id.to_string(), "code": page.code, "title": page.title, "kind": page.kind,
            "since": day(page.since), "until": day(page.until),
            "parent": page.parent.as_ref().map(named), "heir": page.heir.as_ref().map(named),
            "under": page.under.iter().map(named).collect::<Vec<_>>(),
            "areas": page.areas.iter().map(area).collect::<Vec<_>>(),
            "former": page.former.iter().map(|former| json!({
                "until": former.until.to_string(), "title": former.title,
                "parent": former.parent.clone().flatten(),
            })).collect::<Vec<_>>(),
            "posts": page.posts.iter().map(|post| json!({
                "account": post.id.to_string(), "login": post.login, "role": post.role.get(lang),
            })).collect::<Vec<_>>(),
            "changes": page.changes.iter().map(|c| change(c, lang)).collect::<Vec<_>>(),
        });
        Ok(answer(StatusCode::OK, told.to_string()))
    })
    .await
}

/// What would happen; changes nothing.
pub async fn preview(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let ask = asked(sent, visit.app().now().local_date())?;
        let preview = visit.app().preview_units(&visit.actor, &ask)?;
        let told = previewed(&preview, visit.actor.lang);
        Ok(answer(StatusCode::OK, told.to_string()))
    })
    .await
}

fn previewed(preview: &UnitPreview, lang: Lang) -> Value {
    let count = |count: &Count| match count {
        Count::Exactly(count) => json!({ "count": count, "or_more": false }),
        Count::MoreThan(count) => json!({ "count": count, "or_more": true }),
    };
    json!({
        "sentence": preview.sentence.get(lang), "from": preview.day.to_string(),
        "at_once": preview.at_once,
        "units": preview.units.iter().map(|(title, what)| json!({
            "title": title, "what": what.get(lang),
        })).collect::<Vec<_>>(),
        "areas": preview.areas.iter().map(|area| json!({
            "area": area.code, "name": area.name, "from": area.from, "to": area.to,
        })).collect::<Vec<_>>(),
        "posts": preview.posts.iter().map(|post| json!({
            "post": post.post.to_string(), "login": post.login, "role": post.role.get(lang),
            "from": post.from, "to": post.to.as_ref().map(|(_, title)| title),
        })).collect::<Vec<_>>(),
        "tasks": preview.tasks.iter().map(|task| json!({
            "from": task.from, "to": task.to, "count": task.count,
        })).collect::<Vec<_>>(),
        "records": preview.records.iter().map(|record| {
            let mut told = count(&record.count);
            told["register"] = json!(record.register.get(lang));
            told
        }).collect::<Vec<_>>(),
        "missing": preview.missing.iter().map(|blame| json!({
            "pointer": blame.pointer, "code": blame.code, "detail": blame.message.get(lang),
        })).collect::<Vec<_>>(),
    })
}

pub async fn change_units(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.signed_in()?;
        visit.no_question()?;
        let ask = asked(sent, visit.app().now().local_date())?;
        once(visit, sent, saved(visit), |app| {
            Ok(app.change_units(&visit.actor, &ask)?.saved)
        })
    })
    .await
}

/// `withdraw` before its day, `take_back` afterwards.
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
            "withdraw" => once(visit, sent, saved(visit), |app| {
                Ok(app.withdraw_unit_change(&visit.actor, id)?)
            }),
            "take_back" => {
                let mut body = Body::read(sent)?;
                let reason = body.needed_text("reason", WORDS_CHARS_MAX)?;
                body.finish()?;
                once(visit, sent, saved(visit), |app| {
                    Ok(app.take_back_unit_change(&visit.actor, id, &reason)?)
                })
            }
            _ => Err(Problem::new(
                Code::NotFound,
                said!("对机构变动没有这项操作" / "There is no such act on a change of units"),
            )),
        }
    })
    .await
}

fn asked(sent: &Sent, today: Date) -> Result<UnitAsk, Problem> {
    let mut body = Body::read(sent)?;
    let kind = body.needed_text("kind", 10)?;
    let act = match kind.as_str() {
        "merge" => Act::Merge {
            from: ids(&mut body, "units")?,
            into: needed_id(&mut body, "into")?,
        },
        "split" => Act::Split {
            from: needed_id(&mut body, "unit")?,
            parts: parts(body.take("parts"))?,
            rest: maybe_id(&mut body, "rest")?,
        },
        "move" => Act::Move {
            unit: needed_id(&mut body, "unit")?,
            under: maybe_id(&mut body, "under")?,
        },
        "rename" => Act::Rename {
            unit: needed_id(&mut body, "unit")?,
            title: body.needed_text("title", TITLE_CHARS_MAX)?,
        },
        "close" => Act::Close {
            unit: needed_id(&mut body, "unit")?,
            heir: maybe_id(&mut body, "heir")?,
        },
        _ => {
            let message = said!("kind 应是 {} 之一" / "kind is one of {}", KINDS.join(", "));
            return Err(body::at("/kind", "choice", message));
        }
    };
    let day = match body.text("from", DATE_CHARS_MAX)? {
        None => today,
        Some(text) => read_day(&text).ok_or_else(|| {
            let message = said!("日期应写成 2027-03-01" / "A date is written as 2027-03-01");
            body::at("/from", "date", message)
        })?,
    };
    let assigned = assigned(body.take("assigned"))?;
    let reason = body.text("reason", WORDS_CHARS_MAX)?.unwrap_or_default();
    body.finish()?;
    Ok(UnitAsk {
        act,
        day,
        assigned,
        reason,
    })
}

fn read_day(text: &str) -> Option<Date> {
    is_date(text).then(|| text.parse().ok()).flatten()
}

fn needed_id(body: &mut Body, name: &str) -> Result<Id, Problem> {
    record_id(&body.needed_text(name, ID_CHARS_MAX)?)
}

fn maybe_id(body: &mut Body, name: &str) -> Result<Option<Id>, Problem> {
    let text = body.text(name, ID_CHARS_MAX)?;
    text.map(|text| record_id(&text)).transpose()
}

fn wrong(name: &str) -> Problem {
    let message = said!(
        "{name} 应是列表，最多 {NAMED_MAX} 项" / "{name} is a list of at most {NAMED_MAX} items"
    );
    body::at(&format!("/{name}"), "type", message)
}

fn many(sent: Option<Raw>, name: &str) -> Result<Vec<Raw>, Problem> {
    match sent {
        None => Ok(Vec::new()),
        Some(Raw::Many(items)) if items.len() <= NAMED_MAX => Ok(items),
        Some(_) => Err(wrong(name)),
    }
}

fn id(raw: &Raw, name: &str) -> Result<Id, Problem> {
    match raw {
        Raw::Text(text) => record_id(text),
        _ => Err(wrong(name)),
    }
}

fn ids(body: &mut Body, name: &str) -> Result<Vec<Id>, Problem> {
    let items = many(body.take(name), name)?;
    items.iter().map(|raw| id(raw, name)).collect()
}

/// The two members of an object, in that order; no other may stand there.
fn pair(raw: Raw, names: [&str; 2], whole: &str) -> Result<[Raw; 2], Problem> {
    let Raw::Map(mut members) = raw else {
        return Err(wrong(whole));
    };
    let mut take = |name: &str| {
        let at = members.iter().position(|(known, _)| known == name);
        at.map(|at| members.remove(at).1)
            .ok_or_else(|| wrong(whole))
    };
    let found = [take(names[0])?, take(names[1])?];
    match members.is_empty() {
        true => Ok(found),
        false => Err(wrong(whole)),
    }
}

fn parts(sent: Option<Raw>) -> Result<Vec<Part>, Problem> {
    let items = many(sent, "parts")?.into_iter();
    let part = |raw: Raw| {
        let [into, areas] = pair(raw, ["into", "areas"], "parts")?;
        let areas = many(Some(areas), "parts")?.into_iter();
        let area = |raw: Raw| match raw {
            Raw::Text(text) if text.len() <= AREA_CHARS_MAX => Ok(text),
            _ => Err(wrong("parts")),
        };
        Ok(Part {
            into: id(&into, "parts")?,
            areas: areas.map(area).collect::<Result<_, Problem>>()?,
        })
    };
    items.map(part).collect()
}

fn assigned(sent: Option<Raw>) -> Result<Vec<(Id, Id)>, Problem> {
    let items = many(sent, "assigned")?.into_iter();
    let one = |raw: Raw| {
        let [post, unit] = pair(raw, ["post", "unit"], "assigned")?;
        Ok((id(&post, "assigned")?, id(&unit, "assigned")?))
    };
    items.map(one).collect()
}
