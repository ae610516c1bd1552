//! An operation as it is put together, and the parameters that many have.

use serde_json::{Map, Value, json};

use super::answers::{Open, header, problems, security};
use crate::once::KEY_CHARS_MAX;

/// Errors that any operation may answer.
const ANY: &[u16] = &[400, 401, 403, 404, 405, 413, 414, 422, 429, 500, 503];

/// An operation as it is put together.
pub struct Operation {
    id: String,
    tag: String,
    summary: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
    open: Open,
}

impl Operation {
    pub fn new(tag: &str, verb: &str, summary: impl Into<String>, open: Open) -> Operation {
        let mut responses = Map::new();
        problems(&mut responses, ANY);
        Operation {
            id: format!("{tag}.{verb}"),
            tag: tag.to_owned(),
            summary: summary.into(),
            parameters: Vec::new(),
            body: None,
            responses,
            open,
        }
    }

    pub fn parameter(mut self, parameter: Value) -> Operation {
        self.parameters.push(parameter);
        self
    }

    /// A JSON body.
    pub fn body(mut self, schema: Value, example: Option<Value>) -> Operation {
        let mut media = json!({ "schema": schema });
        if let Some(example) = example {
            media["example"] = example;
        }
        self.body = Some(json!({ "required": true, "content": { "application/json": media } }));
        problems(&mut self.responses, &[415]);
        self
    }

    /// A form with a file.
    pub fn form(mut self, schema: Value) -> Operation {
        let media = json!({
            "schema": schema, "encoding": { "file": { "contentType": "application/octet-stream" } },
        });
        self.body = Some(json!({ "required": true, "content": { "multipart/form-data": media } }));
        problems(&mut self.responses, &[409, 415]);
        self
    }

    pub fn answer(self, status: u16, about: &str, schema: Value, headers: &[&str]) -> Operation {
        self.content(
            status,
            about,
            json!({ "application/json": { "schema": schema } }),
            headers,
        )
    }

    pub fn content(
        mut self,
        status: u16,
        about: &str,
        content: Value,
        headers: &[&str],
    ) -> Operation {
        let mut answer = json!({ "description": about });
        if !content.is_null() {
            answer["content"] = content;
        }
        if !headers.is_empty() {
            let named: Map<String, Value> = headers
                .iter()
                .map(|name| (sent_as(name).to_owned(), header(name)))
                .collect();
            answer["headers"] = Value::Object(named);
        }
        self.responses.insert(status.to_string(), answer);
        self
    }

    pub fn may(mut self, statuses: &[u16]) -> Operation {
        problems(&mut self.responses, statuses);
        self
    }

    /// What can be asked next with the id that was answered.
    pub fn links(mut self, status: u16, links: Value) -> Operation {
        if let Some(answer) = self.responses.get_mut(&status.to_string()) {
            answer["links"] = links;
        }
        self
    }

    pub fn done(self) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": security(self.open),
            "responses": self.responses,
        });
        if !self.parameters.is_empty() {
            operation["parameters"] = json!(self.parameters);
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation
    }
}

/// `Version` is the tag where it may be missing.
fn sent_as(name: &str) -> &str {
    if name == "Version" { "ETag" } else { name }
}

pub fn in_query(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

pub fn in_path(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

/// Small letters are read as capitals, O as 0, I and L as 1; answers hold the capitals.
const ASKED_ID_PATTERN: &str = "^[0-7OILoil][0-9A-TV-Za-tv-z]{12}$";

pub fn id_in_path() -> Value {
    let schema = json!({
        "type": "string", "pattern": ASKED_ID_PATTERN, "examples": [super::sample::ID],
    });
    in_path("id", "记录编号，大小写都可以", schema)
}

pub fn if_match() -> Value {
    json!({
        "name": "If-Match", "in": "header", "required": true,
        "description": "读记录时得到的 ETag",
        "schema": { "type": "string", "pattern": "^\"[0-9]{1,18}\"$" },
        "example": "\"1\"",
    })
}

pub fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header",
        "description": "同样的请求带同样的键只做一次，45 天内得到同样的回答",
        "schema": {
            "type": "string", "minLength": 1, "maxLength": KEY_CHARS_MAX, "pattern": "^[!-~]+$",
        },
    })
}

pub fn text(max: usize) -> Value {
    json!({ "type": "string", "maxLength": max })
}
