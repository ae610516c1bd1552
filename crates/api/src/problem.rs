//! Every "no" of the API as problem+json (RFC 9457): a stable code, a sentence, and the places at
//! fault.

use app::No;
use axum::body::Body;
use axum::response::Response;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use kernel::{Blame, Reason, Refusal};
use speech::{Lang, Said};

use crate::json::Malformed;
use crate::write::{quoted, whole};

pub use self::code::Code;

mod code;

/// Media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

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
    pub detail: Said,
}

/// An error answer before it is sent. Boxed inside, so that a `Result` of it stays small.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Option<Said>,
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

    pub fn new(code: Code, detail: impl Into<Said>) -> Problem {
        let mut problem = Problem::bare(code);
        problem.0.detail = Some(detail.into());
        problem
    }

    /// A query parameter that cannot stand.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<Said>) -> Problem {
        Problem::at(
            Code::Invalid,
            Place::Parameter(name.to_owned()),
            code,
            detail,
        )
    }

    pub fn header(name: &'static str, detail: impl Into<Said>) -> Problem {
        Problem::at(Code::BadHeader, Place::Header(name), "header", detail)
    }

    pub fn at(code: Code, place: Place, spot: &'static str, detail: impl Into<Said>) -> Problem {
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
    pub fn answer(self, trace: &Trace) -> Response {
        self.log(trace);
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
            // Overwritten below where the time is known.
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

    /// Logs what broke, if anything did.
    pub fn log(&self, trace: &Trace) {
        if let Some(cause) = &self.0.cause {
            let chain = chain(cause);
            tracing::error!(trace = %trace.id, error = %chain, "A request to the API broke");
        }
    }

    pub fn json(&self, trace: &Trace) -> String {
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
        quoted(&mut out, code.title().get(trace.lang));
        out.push_str(",\"status\":");
        whole(&mut out, i64::from(code.status().as_u16()));
        if let Some(detail) = detail.as_ref().filter(|_| !code.status().is_server_error()) {
            out.push_str(",\"detail\":");
            quoted(&mut out, detail.get(trace.lang));
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
                quoted(&mut out, spot.detail.get(trace.lang));
                out.push('}');
            }
            out.push(']');
        }
        if let Some(current) = current {
            out.push_str(",\"current\":");
            out.push_str(current);
        }
        out.push_str(",\"trace\":");
        quoted(&mut out, &trace.id);
        out.push('}');
        out
    }
}

/// The number by which the log finds a request, and the language its answer is written in.
#[derive(Clone, Debug)]
pub struct Trace {
    pub id: String,
    pub lang: Lang,
}

impl Trace {
    /// In Chinese, for want of a wish.
    pub fn of(id: impl Into<String>) -> Trace {
        Trace {
            id: id.into(),
            lang: Lang::Zh,
        }
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
                match refusal.wait_seconds {
                    Some(seconds) => problem.with_header(RETRY_AFTER, HeaderValue::from(seconds)),
                    None => problem,
                }
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
        let detail = no.said();
        Problem::at(Code::Malformed, Place::Pointer(no.pointer), "json", detail)
    }
}

fn code_of(reason: Reason) -> Code {
    match reason {
        Reason::Unauthorised => Code::Unauthorised,
        Reason::Unproved => Code::FreshAuthNeeded,
        Reason::Forbidden => Code::Forbidden,
        Reason::NotFound => Code::NotFound,
        Reason::Invalid => Code::Invalid,
        Reason::Stale => Code::Stale,
        Reason::Duplicate => Code::Duplicate,
        Reason::Conflict => Code::Conflict,
        Reason::TooLarge => Code::TooLarge,
        Reason::TooMany => Code::TooMany,
        Reason::Damaged => Code::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use speech::said;

    use super::*;

    #[test]
    fn a_problem_names_its_places_and_keeps_quiet_about_what_broke() {
        let problem = Problem::blamed(vec![Blame::at(
            "load",
            "range",
            said!("“载荷”太大" / "“Load” is too large"),
        )]);
        let json = problem.in_fields(&["state"]).json(&Trace::of("T1"));
        let expected = concat!(
            r#"{"type":"/api/docs/errors#invalid","title":"内容需要改正","status":422,"#,
            r#""detail":"“载荷”太大","code":"invalid","#,
            r#""errors":[{"pointer":"/fields/load","code":"range","detail":"“载荷”太大"}],"trace":"T1"}"#
        );
        assert_eq!(json, expected);
        let broke = Problem::from(No::Broke(app::Error::Broken("secret")));
        assert!(!broke.json(&Trace::of("T2")).contains("secret"));
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let wait = Refusal::wait(900, said!("请 15 分钟后再试" / "Try again in 15 minutes"));
        let answer = Problem::from(No::Refused(wait)).answer(&Trace::of("T3"));
        assert_eq!(answer.status().as_u16(), 429);
        assert_eq!(answer.headers()[RETRY_AFTER], "900");
    }

    #[test]
    fn codes_are_told_apart() {
        let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
