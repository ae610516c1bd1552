//! One request: who asks and with what proof, on a thread that may block.

mod answer;

pub use answer::{items, json, with_header};

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use app::{App, No, Session};
use axum::extract::{ConnectInfo, OriginalUri, Request};
use axum::response::Response;
use bytes::Bytes;
use catalogue::{Register, RegisterIx, Verb};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use kernel::{Actor, Id};
use speech::{Lang, said};

use crate::Settings;
use crate::problem::{Code, Problem, Trace};
use crate::question::Question;

/// Longest trace number taken over from a proxy.
const TRACE_CHARS_MAX: usize = 64;
/// Largest JSON body.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The door of the API. Cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    app: App,
    settings: Settings,
    openapi: Bytes,
    /// Numbers by which log lines and answers of one request find each other.
    traces: AtomicI64,
    /// Keys of requests that are being done in this process.
    running: Mutex<HashSet<(Id, String)>>,
}

impl Door {
    pub fn new(app: App, settings: Settings) -> Door {
        let document = crate::openapi::document(app.catalogue(), &settings);
        let openapi = Bytes::from(document.to_string());
        let traces = AtomicI64::new(app.now().0);
        Door(Arc::new(Inner {
            app,
            settings,
            openapi,
            traces,
            running: Mutex::default(),
        }))
    }

    pub fn app(&self) -> &App {
        &self.0.app
    }

    pub fn openapi(&self) -> Bytes {
        self.0.openapi.clone()
    }

    pub fn running(&self) -> &Mutex<HashSet<(Id, String)>> {
        &self.0.running
    }

    pub fn trace(&self) -> Trace {
        Trace::of(Id(self.0.traces.fetch_add(1, Ordering::Relaxed)).to_string())
    }

    pub fn asked(&self, parts: &Parts) -> Asked {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let bearer = parts.headers.get(AUTHORIZATION).map(|value| {
            let word = text(value).unwrap_or_default();
            let token = match word.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
                _ => "",
            };
            token.to_owned()
        });
        let wish = parts.headers.get(ACCEPT_LANGUAGE);
        let wish = wish.and_then(|value| value.to_str().ok());
        let asked = parts.headers.get("x-request-id").and_then(text);
        let trace = asked
            .filter(|id| id.len() <= TRACE_CHARS_MAX && id.bytes().all(|b| b.is_ascii_graphic()));
        Asked {
            bearer,
            cookie: cookie(&parts.headers, &self.0.settings.session_cookie),
            csrf: parts.headers.get("x-csrf").and_then(text),
            safe: matches!(parts.method, Method::GET | Method::HEAD),
            query: parts.uri.query().map(str::to_owned),
            path: original(parts),
            from: whence(parts),
            trace: Trace {
                lang: wish.map_or(Lang::Zh, Lang::accepted),
                ..trace.map_or_else(|| self.trace(), Trace::of)
            },
        }
    }

    /// Answers on a thread that may block.
    pub async fn run(
        &self,
        asked: Asked,
        answer: impl FnOnce(&Visit) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let door = self.clone();
        let trace = asked.trace.clone();
        let done = tokio::task::spawn_blocking(move || {
            let trace = asked.trace.clone();
            let outcome = Visit::new(door, asked)
                .and_then(|visit| answer(&visit).map_err(|problem| visit.told(problem)));
            outcome.unwrap_or_else(|problem| problem.answer(&trace))
        });
        done.await
            .unwrap_or_else(|_| Problem::bare(Code::Broken).answer(&trace))
    }

    /// Asks something on a thread that may block, before a body is read.
    pub async fn ask<T: Send + 'static>(
        &self,
        asked: Asked,
        ask: impl FnOnce(&Visit) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let door = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let visit = Visit::new(door, asked)?;
            ask(&visit).map_err(|problem| visit.told(problem))
        });
        done.await
            .unwrap_or_else(|_| Err(Problem::bare(Code::Broken)))
    }

    /// A safe request with nothing in its body.
    pub async fn look(
        &self,
        request: Request,
        answer: impl FnOnce(&Visit) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let (parts, _) = request.into_parts();
        self.run(self.asked(&parts), answer).await
    }

    /// A request with a JSON body.
    pub async fn change(
        &self,
        request: Request,
        answer: impl FnOnce(&Visit, &Sent) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let asked = self.asked(&parts);
        let bytes = match axum::body::to_bytes(body, BODY_BYTES_MAX).await {
            Ok(bytes) => bytes,
            Err(_) => return too_large().answer(&asked.trace),
        };
        let sent = Sent {
            method: parts.method,
            headers: parts.headers,
            bytes,
        };
        self.run(asked, move |visit| answer(visit, &sent)).await
    }
}

pub fn too_large() -> Problem {
    Problem::new(
        Code::TooLarge,
        said!(
            "请求内容超过 {} KB，请分几次提交"
                / "The body has more than {} KB; please send it in parts",
            BODY_BYTES_MAX / 1024
        ),
    )
}

/// The path as it was asked for; the framework cuts off what the API is nested under.
fn original(parts: &Parts) -> String {
    let whole = parts.extensions.get::<OriginalUri>();
    whole
        .map_or(&parts.uri, |OriginalUri(uri)| uri)
        .path()
        .to_owned()
}

/// Behind a proxy it is what the proxy says.
fn whence(parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = parts.headers.get("x-forwarded-for");
    let forwarded = forwarded.and_then(|value| value.to_str().ok());
    app::whence(peer.map(|ConnectInfo(from)| from.ip()), forwarded)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// What was sent with a changing request.
pub struct Sent {
    pub method: Method,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

/// What is taken from a request before anything is read from the store.
pub struct Asked {
    bearer: Option<String>,
    cookie: Option<String>,
    csrf: Option<String>,
    safe: bool,
    query: Option<String>,
    path: String,
    trace: Trace,
    from: Option<IpAddr>,
}

impl Asked {
    pub fn trace(&self) -> &Trace {
        &self.trace
    }
}

/// One request as the operations see it.
pub struct Visit {
    pub door: Door,
    pub session: Option<Session>,
    /// What the session was opened with: the bearer token or the cookie.
    pub token: Option<String>,
    /// Whence the request comes, to count what strangers do; nothing behind a proxy.
    pub from: Option<IpAddr>,
    /// The person or the public.
    pub actor: Actor,
    pub path: String,
    query: Option<String>,
}

impl Visit {
    fn new(door: Door, asked: Asked) -> Result<Visit, Problem> {
        let app = door.app();
        let session = match (&asked.bearer, &asked.cookie) {
            (Some(token), _) => Some(app.bearer(token)?.ok_or_else(bad_token)?),
            (None, Some(token)) => {
                let session = app.session(token)?.ok_or_else(bad_token)?;
                if !asked.safe && !same(asked.csrf.as_deref().unwrap_or_default(), &session.csrf) {
                    return Err(Problem::new(
                        Code::Csrf,
                        said!(
                            "缺少 X-CSRF 请求头，或与会话不符"
                                / "The X-CSRF header is missing or is not that of the session"
                        ),
                    ));
                }
                if session.owes.is_some() {
                    let detail = said!(
                        "请先登录网页，更换口令或者绑定动态口令"
                            / "Please sign in on the pages first, and change the password or set up the authenticator app"
                    );
                    return Err(Problem::new(Code::Forbidden, detail));
                }
                Some(session)
            }
            (None, None) => None,
        };
        let mut actor = session.as_ref().map_or_else(Actor::public, Session::actor);
        actor.lang = asked.trace.lang;
        let token = asked.bearer.or(asked.cookie);
        Ok(Visit {
            token: token.filter(|_| session.is_some()),
            from: asked.from,
            session,
            actor,
            path: asked.path,
            query: asked.query,
            door,
        })
    }

    pub fn app(&self) -> &App {
        self.door.app()
    }

    pub fn question(&self) -> Result<Question, Problem> {
        Question::read(self.query.as_deref())
    }

    /// Refuses any query parameter.
    pub fn no_question(&self) -> Result<(), Problem> {
        self.question()?.finish()
    }

    pub fn query_text(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// Somebody who is known.
    pub fn signed_in(&self) -> Result<&Session, Problem> {
        self.session.as_ref().ok_or_else(sign_in)
    }

    pub fn register(&self, name: &str) -> Result<(RegisterIx, &Register), Problem> {
        let catalogue = self.app().catalogue();
        match catalogue.register(name) {
            Some(ix) => Ok((ix, catalogue.at(ix))),
            None => Err(Problem::new(
                Code::NotFound,
                said!(
                    "没有“{}”这个登记簿；全名见 /api/docs"
                        / "There is no register “{}”; /api/docs has the full names",
                    crate::shape::short(name)
                ),
            )),
        }
    }

    /// A register on which the visitor has the verb, or is somebody whom the kernel will answer.
    pub fn register_for(&self, name: &str, verb: Verb) -> Result<(RegisterIx, &Register), Problem> {
        let (ix, def) = match self.register(name) {
            Err(_) if self.session.is_none() => return Err(sign_in()),
            found => found?,
        };
        if self.session.is_none() && kernel::scope(def, &self.actor, verb).is_none() {
            return Err(sign_in());
        }
        Ok((ix, def))
    }

    /// The problem as it is told to this visitor: who has not signed in may do so.
    fn told(&self, problem: Problem) -> Problem {
        match problem.code() {
            Code::Forbidden if self.session.is_none() => problem.with_code(Code::Unauthorised),
            _ => problem,
        }
    }
}

/// Read as pages read it: small letters, and O and I for 0 and 1, because people read ids aloud.
pub fn record_id(text: &str) -> Result<Id, Problem> {
    let id = text.parse::<Id>();
    id.map_err(|_| Problem::from(No::Refused(kernel::Refusal::not_found())))
}

fn sign_in() -> Problem {
    Problem::new(
        Code::Unauthorised,
        said!("请带上令牌，或先登录" / "Please send a token, or sign in"),
    )
}

fn bad_token() -> Problem {
    Problem::new(
        Code::BadToken,
        said!(
            "令牌或会话不存在、已过期或已收回"
                / "The token or session does not exist, has expired or was withdrawn"
        ),
    )
}

/// Compares without telling by its time where two tokens differ.
fn same(a: &str, b: &str) -> bool {
    let unlike = a
        .bytes()
        .zip(b.bytes())
        .fold(0_u8, |unlike, (a, b)| unlike | (a ^ b));
    a.len() == b.len() && !b.is_empty() && unlike == 0
}
