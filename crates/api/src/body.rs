//! JSON bodies of requests: which words may stand in them.

use http::header::CONTENT_TYPE;
use kernel::Raw;
use speech::{Said, said};

use crate::door::Sent;
use crate::json;
use crate::problem::{Code, Place, Problem};
use crate::shape;

/// A body that is a JSON object, its members taken one by one.
pub struct Body(Vec<(String, Raw)>);

impl Body {
    pub fn read(sent: &Sent) -> Result<Body, Problem> {
        let kind = sent
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let essence = kind
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                Code::MediaType,
                said!("请求内容应是 application/json" / "The body should be application/json"),
            ));
        }
        match json::read(&sent.bytes)? {
            Raw::Map(members) => Ok(Body(members)),
            _ => Err(at(
                "",
                "type",
                said!("请求内容应是 JSON 对象" / "The body should be a JSON object"),
            )),
        }
    }

    pub fn take(&mut self, name: &str) -> Option<Raw> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// The object `fields`.
    pub fn fields(&mut self) -> Result<Vec<(String, Raw)>, Problem> {
        match self.take("fields") {
            Some(Raw::Map(fields)) => Ok(fields),
            Some(_) => Err(at(
                "/fields",
                "type",
                said!(
                    "fields 应是对象：字段名和值"
                        / "fields should be an object of field names and values"
                ),
            )),
            None => Err(at(
                "/fields",
                "required",
                said!("缺少 fields" / "fields is missing"),
            )),
        }
    }

    /// The object `fields`, or nothing.
    pub fn optional_fields(&mut self) -> Result<Vec<(String, Raw)>, Problem> {
        match self.take("fields") {
            None => Ok(Vec::new()),
            Some(Raw::Map(fields)) => Ok(fields),
            Some(_) => Err(at(
                "/fields",
                "type",
                said!(
                    "fields 应是对象：字段名和值"
                        / "fields should be an object of field names and values"
                ),
            )),
        }
    }

    /// A text that may be left out.
    pub fn text(&mut self, name: &str, max: usize) -> Result<Option<String>, Problem> {
        let pointer = format!("/{name}");
        match self.take(name) {
            None => Ok(None),
            Some(Raw::Text(text)) if text.chars().any(shape::is_unseen) => Err(at(
                &pointer,
                "characters",
                said!(
                    "{name} 里有控制字符，请去掉后重新提交"
                        / "{name} holds a control character; please remove it and send again"
                ),
            )),
            Some(Raw::Text(text)) if text.chars().count() > max => Err(at(
                &pointer,
                "length",
                said!("{name} 最多 {max} 个字" / "{name} has at most {max} characters"),
            )),
            Some(Raw::Text(text)) if text.is_empty() => Err(at(
                &pointer,
                "required",
                said!("{name} 不能是空的" / "{name} must not be empty"),
            )),
            Some(Raw::Text(text)) => Ok(Some(text)),
            Some(_) => Err(at(
                &pointer,
                "type",
                said!("{name} 应是文字" / "{name} should be text"),
            )),
        }
    }

    pub fn needed_text(&mut self, name: &str, max: usize) -> Result<String, Problem> {
        let missing = || {
            at(
                &format!("/{name}"),
                "required",
                said!("缺少 {name}" / "{name} is missing"),
            )
        };
        self.text(name, max)?.ok_or_else(missing)
    }

    /// All members that are left.
    pub fn rest(self) -> Vec<(String, Raw)> {
        self.0
    }

    /// Refuses members nobody asked for.
    pub fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(unknown(name)),
        }
    }
}

pub fn unknown(name: &str) -> Problem {
    let pointer = format!("/{}", json::escaped(name));
    at(
        &pointer,
        "unknown",
        said!(
            "没有“{}”这一项" / "There is no member “{}”",
            shape::short(name)
        ),
    )
}

pub fn at(pointer: &str, code: &'static str, detail: impl Into<Said>) -> Problem {
    Problem::at(
        Code::Invalid,
        Place::Pointer(pointer.to_owned()),
        code,
        detail,
    )
}
