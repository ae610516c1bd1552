//! Every "no" of the API as problem+json (RFC 9457): a stable code, a sentence, and the places at
//! fault.

use app::No;
use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use kernel::{Blame, Reason, Refusal};

use crate::json::Malformed;
use crate::write::{quoted, whole};

/// Media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Stable codes: what a program may decide by. Each has an entry on the page of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Malformed,
    BadHeader,
    Unauthorised,
    BadToken,
    Forbidden,
    Csrf,
    NotFound,
    Method,
    Duplicate,
    Conflict,
    InFlight,
    Stale,
    TooLarge,
    AddressTooLong,
    MediaType,
    Invalid,
    KeyReused,
    PreconditionRequired,
    TooMany,
    Broken,
    Unavailable,
}

impl Code {
    pub const ALL: [Code; 21] = [
        Code::Malformed,
        Code::BadHeader,
        Code::Unauthorised,
        Code::BadToken,
        Code::Forbidden,
        Code::Csrf,
        Code::NotFound,
        Code::Method,
        Code::Duplicate,
        Code::Conflict,
        Code::InFlight,
        Code::Stale,
        Code::TooLarge,
        Code::AddressTooLong,
        Code::MediaType,
        Code::Invalid,
        Code::KeyReused,
        Code::PreconditionRequired,
        Code::TooMany,
        Code::Broken,
        Code::Unavailable,
    ];

    pub fn word(self) -> &'static str {
        self.all().0
    }

    pub fn status(self) -> StatusCode {
        self.all().1
    }

    pub fn title(self) -> &'static str {
        self.all().2
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        self.all().3
    }

    fn all(self) -> (&'static str, StatusCode, &'static str, &'static str) {
        match self {
            Code::Malformed => (
                "malformed",
                StatusCode::BAD_REQUEST,
                "请求读不懂",
                "请求内容不是可用的 JSON、名称重复、嵌套太深，或地址编码有误；改正后重发",
            ),
            Code::BadHeader => (
                "bad_header",
                StatusCode::BAD_REQUEST,
                "请求头写法不对",
                "If-Match 只写一个带引号的版本号；Idempotency-Key 为 1 至 255 个可见 ASCII 字符",
            ),
            Code::Unauthorised => (
                "unauthorised",
                StatusCode::UNAUTHORIZED,
                "需要登录",
                "请带上 Authorization: Bearer 令牌，或先登录",
            ),
            Code::BadToken => (
                "bad_token",
                StatusCode::UNAUTHORIZED,
                "令牌或会话无效",
                "令牌写错、已过期或已收回；请重新取得",
            ),
            Code::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                "没有权限",
                "账号的岗位没有这项权限，或所填内容超出管辖范围",
            ),
            Code::Csrf => (
                "csrf",
                StatusCode::FORBIDDEN,
                "缺少防伪标记",
                "用会话 Cookie 修改数据时，须在 X-CSRF 请求头里带上页面上的防伪标记；程序请改用令牌",
            ),
            Code::NotFound => (
                "not_found",
                StatusCode::NOT_FOUND,
                "没有找到",
                "没有这个地址或这条记录，或者账号无权知道它是否存在",
            ),
            Code::Method => (
                "method",
                StatusCode::METHOD_NOT_ALLOWED,
                "不能用这个方法",
                "可用的方法见 Allow 响应头",
            ),
            Code::Duplicate => (
                "duplicate",
                StatusCode::CONFLICT,
                "已有同样的记录",
                "唯一的字段已被另一条记录使用；请先查询，再决定修改哪一条",
            ),
            Code::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                "现在不能办理",
                "记录的状态或条件不允许；说明里写有何时可以",
            ),
            Code::InFlight => (
                "in_flight",
                StatusCode::CONFLICT,
                "同一请求正在处理",
                "同一个 Idempotency-Key 的请求还没有结果；稍后用同样的内容重发",
            ),
            Code::Stale => (
                "stale",
                StatusCode::PRECONDITION_FAILED,
                "记录已被修改",
                "If-Match 的版本不是现在的版本；current 里是现在的记录，核对后用新的版本重发",
            ),
            Code::TooLarge => (
                "too_large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "内容太大",
                "减小文件或分几次提交",
            ),
            Code::AddressTooLong => (
                "address_too_long",
                StatusCode::URI_TOO_LONG,
                "地址太长",
                "查询条件改用 POST …/query 写在请求内容里",
            ),
            Code::MediaType => (
                "media_type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "内容类型不对",
                "JSON 用 application/json，上传文件用 multipart/form-data",
            ),
            Code::Invalid => (
                "invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
                "内容需要改正",
                "errors 逐处写明哪里不对；全部改正后重发",
            ),
            Code::KeyReused => (
                "key_reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "幂等键已用于别的请求",
                "每个新请求用新的 Idempotency-Key；只有原样重发才用原来的键",
            ),
            Code::PreconditionRequired => (
                "precondition_required",
                StatusCode::PRECONDITION_REQUIRED,
                "缺少 If-Match",
                "先读记录，把它的 ETag 放进 If-Match，以免覆盖别人的修改",
            ),
            Code::TooMany => (
                "too_many",
                StatusCode::TOO_MANY_REQUESTS,
                "请求太多",
                "按 Retry-After 等待后重试",
            ),
            Code::Broken => (
                "broken",
                StatusCode::INTERNAL_SERVER_ERROR,
                "系统出错",
                "请把 trace 告诉系统管理员；读和带 Idempotency-Key 的请求可以原样重试",
            ),
            Code::Unavailable => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "暂时不能服务",
                "稍后重试",
            ),
        }
    }
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// JSON pointer into the body.
    Pointer(String),
    /// Name of a query parameter.
    Parameter(String),
    Header(&'static str),
}

/// One place at fault.
#[derive(Clone, Debug)]
pub struct Spot {
    pub place: Place,
    pub code: &'static str,
    pub detail: String,
}

/// An error answer before it is sent. Boxed inside, so that a `Result` of it stays small.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Option<String>,
    spots: Vec<Spot>,
    /// The record as it stands now, as JSON, when someone else was first.
    current: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<app::Error>,
}

impl Problem {
    pub fn bare(code: Code) -> Problem {
        let inner = Inner {
            code,
            detail: None,
            spots: Vec::new(),
            current: None,
            headers: Vec::new(),
            cause: None,
        };
        Problem(Box::new(inner))
    }

    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        let mut problem = Problem::bare(code);
        problem.0.detail = Some(detail.into());
        problem
    }

    /// A query parameter that cannot stand.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::at(
            Code::Invalid,
            Place::Parameter(name.to_owned()),
            code,
            detail,
        )
    }

    pub fn header(name: &'static str, detail: impl Into<String>) -> Problem {
        Problem::at(Code::BadHeader, Place::Header(name), "header", detail)
    }

    pub fn at(code: Code, place: Place, spot: &'static str, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        let mut problem = Problem::new(code, detail.clone());
        problem.0.spots.push(Spot {
            place,
            code: spot,
            detail,
        });
        problem
    }

    pub fn blamed(blames: Vec<Blame>) -> Problem {
        Problem::from(No::Refused(Refusal::invalid(blames)))
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn with_current(mut self, record: String) -> Problem {
        self.0.current = Some(record);
        self
    }

    pub fn with_code(mut self, code: Code) -> Problem {
        self.0.code = code;
        self
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.0.headers.push((name, value));
        self
    }

    /// The places of a question that came as query parameters.
    pub fn in_query(self) -> Problem {
        self.moved(|pointer| Place::Parameter(pointer.trim_start_matches('/').to_owned()))
    }

    /// The places of a question that came in a body: own words at the top, filters below.
    pub fn in_body(mut self) -> Problem {
        for spot in &mut self.0.spots {
            let name = match &spot.place {
                Place::Parameter(name) => name.clone(),
                Place::Pointer(pointer) => pointer.trim_start_matches('/').to_owned(),
                Place::Header(_) => continue,
            };
            let own = crate::lists::OWN_NAMES.contains(&name.as_str());
            let name = crate::json::escaped(&name);
            spot.place = Place::Pointer(match own {
                true => format!("/{name}"),
                false => format!("/filters/{name}"),
            });
        }
        self
    }

    /// The places of a body that has the fields under `/fields` and some words beside them.
    pub fn in_fields(self, beside: &[&str]) -> Problem {
        self.moved(
            |pointer| match beside.contains(&pointer.trim_start_matches('/')) {
                true => Place::Pointer(pointer),
                false => Place::Pointer(format!("/fields{}", pointer.trim_end_matches('/'))),
            },
        )
    }

    fn moved(mut self, to: impl Fn(String) -> Place) -> Problem {
        for spot in &mut self.0.spots {
            if let Place::Pointer(pointer) = &mut spot.place {
                spot.place = to(std::mem::take(pointer));
            }
        }
        self
    }

    /// The answer; what broke is logged here, once, and not told.
    pub fn answer(self, trace: &str) -> Response {
        if let Some(cause) = &self.0.cause {
            let chain = chain(cause);
            tracing::error!(trace, error = %chain, "A request to the API broke");
        }
        let code = self.0.code;
        let mut answer = Response::new(Body::from(self.json(trace)));
        *answer.status_mut() = code.status();
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match code {
            Code::Unauthorised => {
                headers.insert(
                    WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"jinzhi\""),
                );
            }
            Code::BadToken => {
                let value = "Bearer realm=\"jinzhi\", error=\"invalid_token\"";
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(value));
            }
            Code::TooMany | Code::Unavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
            }
            _ => {}
        }
        for (name, value) in self.0.headers {
            headers.insert(name, value);
        }
        answer
    }

    pub fn json(&self, trace: &str) -> String {
        let Inner {
            code,
            detail,
            spots,
            current,
            ..
        } = &*self.0;
        let mut out = String::with_capacity(400);
        out.push_str("{\"type\":\"/api/docs/errors#");
        out.push_str(code.word());
        out.push_str("\",\"title\":");
        quoted(&mut out, code.title());
        out.push_str(",\"status\":");
        whole(&mut out, i64::from(code.status().as_u16()));
        if let Some(detail) = detail.as_ref().filter(|_| !code.status().is_server_error()) {
            out.push_str(",\"detail\":");
            quoted(&mut out, detail);
        }
        out.push_str(",\"code\":");
        quoted(&mut out, code.word());
        if !spots.is_empty() {
            out.push_str(",\"errors\":[");
            for (at, spot) in spots.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                let (kind, place) = match &spot.place {
                    Place::Pointer(pointer) => ("pointer", pointer.as_str()),
                    Place::Parameter(name) => ("parameter", name.as_str()),
                    Place::Header(name) => ("header", *name),
                };
                out.push_str("{\"");
                out.push_str(kind);
                out.push_str("\":");
                quoted(&mut out, place);
                out.push_str(",\"code\":");
                quoted(&mut out, spot.code);
                out.push_str(",\"detail\":");
                quoted(&mut out, &spot.detail);
                out.push('}');
            }
            out.push(']');
        }
        if let Some(current) = current {
            out.push_str(",\"current\":");
            out.push_str(current);
        }
        out.push_str(",\"trace\":");
        quoted(&mut out, trace);
        out.push('}');
        out
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<No> for Problem {
    fn from(no: No) -> Problem {
        match no {
            No::Refused(refusal) => {
                let mut problem = Problem::new(code_of(refusal.reason), refusal.message);
                problem.0.spots = refusal
                    .blames
                    .into_iter()
                    .map(|blame| Spot {
                        place: Place::Pointer(blame.pointer),
                        code: blame.code,
                        detail: blame.message,
                    })
                    .collect();
                problem
            }
            No::Broke(error) => {
                let mut problem = Problem::bare(Code::Broken);
                problem.0.cause = Some(error);
                problem
            }
        }
    }
}

impl From<Malformed> for Problem {
    fn from(no: Malformed) -> Problem {
        let detail = no.to_string();
        Problem::at(Code::Malformed, Place::Pointer(no.pointer), "json", detail)
    }
}

fn code_of(reason: Reason) -> Code {
    match reason {
        Reason::Unauthorised => Code::Unauthorised,
        Reason::Forbidden => Code::Forbidden,
        Reason::NotFound => Code::NotFound,
        Reason::Invalid => Code::Invalid,
        Reason::Stale => Code::Stale,
        Reason::Duplicate => Code::Duplicate,
        Reason::Conflict => Code::Conflict,
        Reason::TooLarge => Code::TooLarge,
        Reason::TooMany => Code::TooMany,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_places_and_keeps_quiet_about_what_broke() {
        let problem = Problem::blamed(vec![Blame::at("load", "range", "“载荷”太大")]);
        let json = problem.in_fields(&["state"]).json("T1");
        let expected = concat!(
            r#"{"type":"/api/docs/errors#invalid","title":"内容需要改正","status":422,"#,
            r#""detail":"“载荷”太大","code":"invalid","#,
            r#""errors":[{"pointer":"/fields/load","code":"range","detail":"“载荷”太大"}],"trace":"T1"}"#
        );
        assert_eq!(json, expected);
        let broke = Problem::from(No::Broke(app::Error::Broken("secret")));
        assert!(!broke.json("T2").contains("secret"));
    }

    #[test]
    fn codes_are_told_apart() {
        let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
