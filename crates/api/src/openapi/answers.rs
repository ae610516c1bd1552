//! Answers that many operations share: every error, every header.

use catalogue::Verb;
use serde_json::{Map, Value, json};

use super::reference;
use crate::problem::{Code, PROBLEM_JSON};

/// One shared answer for every status of an error.
pub fn shared() -> Value {
    let mut all = Map::new();
    for code in Code::ALL {
        let status = code.status().as_u16();
        let name = name_of(status);
        if all.contains_key(&name) {
            continue;
        }
        let words: Vec<String> = Code::ALL
            .iter()
            .filter(|other| other.status().as_u16() == status)
            .map(|code| format!("{}（{}）", code.title().zh, code.word()))
            .collect();
        let problem = crate::problem::Problem::new(code, code.advice())
            .json(&crate::problem::Trace::of(super::sample::ID));
        let example: Value = serde_json::from_str(&problem).unwrap_or(Value::Null);
        let mut answer = json!({
            "description": words.join("；"),
            "content": { PROBLEM_JSON: { "schema": reference("Problem"), "example": example } },
        });
        match status {
            401 => answer["headers"] = json!({ "WWW-Authenticate": header("WWW-Authenticate") }),
            405 => answer["headers"] = json!({ "Allow": header("Allow") }),
            429 | 503 => answer["headers"] = json!({ "Retry-After": header("Retry-After") }),
            _ => {}
        }
        all.insert(name, answer);
    }
    Value::Object(all)
}

pub fn headers() -> Value {
    json!({
        "ETag": {
            "description": "记录的版本", "required": true,
            "schema": { "type": "string", "pattern": "^\"[0-9]+\"$" },
        },
        "Version": {
            "description": "现在的版本；as_of 的回答没有",
            "schema": { "type": "string", "pattern": "^\"[0-9]+\"$" },
        },
        "Location": { "description": "新记录的地址", "required": true, "schema": { "type": "string", "format": "uri-reference" } },
        "Link": { "description": "下一页的地址（RFC 8288）", "schema": { "type": "string" } },
        "WWW-Authenticate": { "required": true, "schema": { "type": "string" } },
        "Allow": { "required": true, "schema": { "type": "string" } },
        "Retry-After": { "required": true, "schema": { "type": "string", "pattern": "^[0-9]+$" } },
        "Content-Disposition": { "required": true, "schema": { "type": "string" } },
        "Idempotent-Replayed": { "description": "这是第一次的回答", "schema": { "type": "string", "enum": ["true"] } },
    })
}

pub fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn name_of(status: u16) -> String {
    format!("Problem{status}")
}

/// References to the error answers of those statuses.
pub fn problems(responses: &mut Map<String, Value>, statuses: &[u16]) {
    for status in statuses {
        let name = name_of(*status);
        let answer = json!({ "$ref": format!("#/components/responses/{name}") });
        responses.insert(status.to_string(), answer);
    }
}

/// Who may call: with proof, or also without where the public has the verb.
pub fn security(open: Open) -> Value {
    match open {
        Open::ToAll => json!([{ "bearer": [] }, { "session": [] }, {}]),
        Open::ToKnown => json!([{ "bearer": [] }, { "session": [] }]),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Open {
    ToAll,
    ToKnown,
}

/// Whether the public may use the verb on the register.
pub fn open(def: &catalogue::Register, verb: Verb) -> Open {
    match kernel::scope(def, &kernel::Actor::public(), verb) {
        Some(_) => Open::ToAll,
        None => Open::ToKnown,
    }
}
