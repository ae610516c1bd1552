//! Where a matter stands after a restart: through the API, record and course together.

use anyhow::{Result, bail};
use serde_json::Value;

use super::http::Client;
use super::look::Findings;
use super::matter::{Matter, REGISTER};

/// The matter as the server has it now, judged against what was acknowledged and what was sent and not
/// answered. Answers what is true from here on; `None`: it was never made.
pub fn settle(
    client: &mut Client,
    acknowledged: Option<&Matter>,
    sent: Option<&Matter>,
    findings: &mut Findings,
) -> Result<Option<Matter>> {
    let known = acknowledged.or(sent).and_then(|matter| matter.id.clone());
    let id = match (known, sent) {
        (Some(id), _) => id,
        (None, Some(sent)) => match find(client, sent, findings)? {
            Some(id) => id,
            None => return Ok(None),
        },
        (None, None) => return Ok(None),
    };
    let record = read(client, &format!("/api/{REGISTER}/{id}"))?;
    let course = read(client, &format!("/api/{REGISTER}/{id}/progress"))?;
    let mut candidates = sent.into_iter().chain(acknowledged);
    if let Some(matter) = candidates.find(|m| m.differences(&record, &course).is_empty()) {
        let id = Some(id);
        return Ok(Some(Matter {
            id,
            ..matter.clone()
        }));
    }
    let Some(acknowledged) = acknowledged else {
        let half = format!("{id}: sent, and there in parts: {record} {course}");
        findings.torn.push(half);
        return Ok(None);
    };
    let said = acknowledged.differences(&record, &course).join(", ");
    let version = record["version"].as_i64().unwrap_or(0);
    let list = match version < acknowledged.version {
        true => &mut findings.lost,
        false => &mut findings.torn,
    };
    list.push(format!("{} {id}: {said}", acknowledged.tag));
    Ok(None)
}

/// A matter that was sent to be made and not answered: there once, or not at all.
fn find(client: &mut Client, sent: &Matter, findings: &mut Findings) -> Result<Option<String>> {
    let found = read(client, &format!("/api/{REGISTER}?q={}&limit=5", sent.tag))?;
    let items = found["items"].as_array().into_iter().flatten();
    let named = |item: &&Value| item["fields"]["about"] == sent.tag.as_str();
    let ids: Vec<&str> = items
        .filter(named)
        .filter_map(|i| i["id"].as_str())
        .collect();
    match ids.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some((*id).to_owned())),
        ids => {
            let many = format!("{}: made {} times", sent.tag, ids.len());
            findings.torn.push(many);
            Ok(None)
        }
    }
}

/// Nothing where there is no such thing.
fn read(client: &mut Client, path: &str) -> Result<Value> {
    let answer = client.get(path)?;
    match answer.status {
        200 => Ok(answer.json()?),
        404 => Ok(Value::Null),
        status => bail!("{path}: {status} {}", answer.text()),
    }
}

/// Whether the one open turn that moves the matter is claimed; nothing where there is none.
pub fn claimed(course: &Value) -> Value {
    open_turn(course).map_or(Value::Null, |turn| turn["claimed"].clone())
}

pub fn open_turn(course: &Value) -> Option<&Value> {
    let steps = course["steps"].as_array()?.iter();
    let turns = steps.flat_map(|step| step["turns"].as_array().into_iter().flatten());
    let mut open = turns.filter(|turn| turn["open"] == true && turn["kind"] == "turn");
    open.next()
}
