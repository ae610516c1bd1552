//! One request: who asks, in which language, with which look; and the proof that a form is ours.

use std::cell::RefCell;

use app::{App, No, Session};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};
use kernel::{Actor, Lang, Reason};
use sha2::{Digest, Sha256};

use super::answer::{Paged, see};
use super::body::Sent;
use super::cookies::{self, Name};
use super::{Door, plain};
use crate::look::look_of;
use crate::pairs::{Pairs, encoded};
use crate::say::Say;
use crate::ui::document::Look;
use crate::ui::words::{self, Words};

/// Bytes of a form token and of a trace number.
const TOKEN_BYTES: usize = 18;
const TRACE_BYTES: usize = 5;

/// What is taken from a request before anything is read from the store.
#[derive(Clone, Debug)]
pub struct Asked {
    method: Method,
    path: String,
    query: Pairs,
    token: Option<String>,
    form: Option<String>,
    look: Option<String>,
    lang: Option<String>,
    /// `Sec-Fetch-Site`, where the browser says it.
    site: Option<String>,
    /// `Origin`: under which address the browser knows this site.
    origin: Option<String>,
    trace: Option<String>,
}

impl Asked {
    pub fn of(door: &Door, request: &Request) -> Asked {
        let safety = door.settings.cookies;
        let headers = request.headers();
        let cookie = |name| cookies::read(headers, safety, name);
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Asked {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: Pairs::parse(request.uri().query().unwrap_or_default()),
            token: cookie(Name::Session),
            form: cookie(Name::Form),
            look: cookie(Name::Look),
            lang: cookie(Name::Lang),
            site: header("sec-fetch-site"),
            origin: header("origin").filter(|origin| origin.starts_with("http")),
            trace: header("x-request-id").filter(|id| id.len() <= 64),
        }
    }
}

/// Whose form is being read, found out before its files are taken in.
pub struct Proof {
    /// Nobody when the session has ended.
    pub actor: Option<Actor>,
}

impl Proof {
    pub async fn of(door: &Door, asked: &Asked, pairs: &Pairs) -> Result<Proof, No> {
        let (app, token) = (door.app.clone(), asked.token.clone());
        let session = tokio::task::spawn_blocking(move || live(&app, token.as_deref()))
            .await
            .map_err(|_| No::Broke(app::Error::Broken("a session look-up broke off")))??;
        let Some(session) = session else {
            return Ok(Proof { actor: None });
        };
        if !same(pairs.get("_csrf"), &session.csrf) {
            return Err(forged());
        }
        Ok(Proof {
            actor: Some(session.person.actor.clone()),
        })
    }
}

fn live(app: &App, token: Option<&str>) -> Result<Option<Session>, No> {
    match token {
        Some(token) => app.session(token),
        None => Ok(None),
    }
}

/// One request as pages see it.
pub struct Visit {
    pub door: Door,
    pub session: Option<Session>,
    /// The session's cookie token, to end it.
    pub token: Option<String>,
    /// The person, or the public; speaks the language of the page.
    pub actor: Actor,
    pub words: &'static Words,
    pub say: &'static Say,
    pub look: Look,
    pub method: Method,
    pub path: String,
    pub query: Pairs,
    /// Number by which the log line of this request is found.
    pub trace: String,
    site: Option<String>,
    origin: Option<String>,
    /// Token of forms of someone who is not signed in, and whether the browser has it.
    form: String,
    form_held: bool,
    cookies: RefCell<Vec<String>>,
}

impl Visit {
    pub fn new(door: Door, asked: Asked) -> Result<Visit, No> {
        let session = live(&door.app, asked.token.as_deref())?;
        let mut actor = match &session {
            Some(session) => session.person.actor.clone(),
            None => Actor::public(),
        };
        let chosen = asked.query.filled("lang").and_then(lang_of);
        let kept = asked.lang.as_deref().and_then(lang_of);
        actor.lang = chosen.or(kept).unwrap_or(actor.lang);
        let mut cookies = Vec::new();
        if let Some(lang) = chosen {
            cookies.push(cookies::set(
                door.settings.cookies,
                Name::Lang,
                word_of(lang),
            ));
        }
        let trace = match asked.trace {
            Some(trace) => trace,
            None => random(TRACE_BYTES)?,
        };
        let form_held = asked.form.is_some();
        let form = match asked.form {
            Some(form) => form,
            None => random(TOKEN_BYTES)?,
        };
        let words = match actor.lang {
            Lang::Zh => words::Lang::Zh.words(),
            Lang::En => words::Lang::En.words(),
        };
        Ok(Visit {
            look: asked.look.as_deref().map(look_of).unwrap_or_default(),
            token: asked.token.filter(|_| session.is_some()),
            say: Say::of(actor.lang),
            words,
            session,
            actor,
            method: asked.method,
            path: asked.path,
            query: asked.query,
            trace,
            site: asked.site,
            origin: asked.origin,
            form,
            form_held,
            cookies: RefCell::new(cookies),
            door,
        })
    }

    pub fn app(&self) -> &App {
        &self.door.app
    }

    pub fn lang(&self) -> Lang {
        self.actor.lang
    }

    /// The token that every form on this page must send.
    pub fn csrf(&self) -> String {
        match &self.session {
            Some(session) => session.csrf.clone(),
            None => {
                if !self.form_held {
                    self.set_cookie(Name::Form, &self.form);
                }
                self.form.clone()
            }
        }
    }

    /// An opaque mark of the person: drafts of another one are not given back.
    pub fn mark(&self) -> String {
        match &self.session {
            Some(session) => mark_of(&session.person.actor),
            None => String::new(),
        }
    }

    pub fn session(&self) -> Result<&Session, No> {
        self.session
            .as_ref()
            .ok_or_else(|| plain(Reason::Unauthorised, "请先登录"))
    }

    pub fn set_cookie(&self, name: Name, value: &str) {
        let line = cookies::set(self.door.settings.cookies, name, value);
        self.cookies.borrow_mut().push(line);
    }

    pub fn forget_cookie(&self, name: Name) {
        let line = cookies::forget(self.door.settings.cookies, name);
        self.cookies.borrow_mut().push(line);
    }

    /// The address of this page with its query, to come back to.
    pub fn here(&self) -> String {
        let mut query = self.query.clone();
        for name in ["lang", "part"] {
            query.drop(name);
        }
        query.href(&self.path)
    }

    /// What was typed before the session ended, when the browser comes back for it.
    pub fn draft(&self) -> Option<Pairs> {
        let token = self.query.filled("draft")?;
        self.door.drafts.take(token, &self.mark(), self.app().now())
    }

    /// A page that the person must see first: a password given by someone else is changed at once.
    pub fn turned_away(&self) -> Option<Paged> {
        const FREE: &[&str] = &["/account", "/help", "/"];
        let session = self.session.as_ref()?;
        let must = session.person.must_change && !FREE.contains(&self.path.as_str());
        must.then(|| see("/account?must=1"))
    }

    /// The address of this site before a path, for links that are passed on. Without a configured one
    /// it is the one under which the form at hand was sent.
    pub fn site_address(&self) -> &str {
        let configured = self.door.settings.address.as_deref();
        let known = configured.or(self.origin.as_deref());
        known.unwrap_or_default().trim_end_matches('/')
    }

    /// What to do with a form that does not prove that it is ours; nothing when it does.
    pub fn unproven(&self, sent: &Sent) -> Option<Paged> {
        if self
            .site
            .as_deref()
            .is_some_and(|site| !matches!(site, "same-origin" | "none"))
        {
            return Some(Err(forged()));
        }
        let given = sent.pairs.get("_csrf");
        let proven = match &self.session {
            Some(session) => same(given, &session.csrf),
            None => self.form_held && same(given, &self.form),
        };
        if proven {
            return None;
        }
        match (&self.session, sent.pairs.filled("_who")) {
            (None, Some(mark)) => Some(self.keep_draft(mark, &sent.pairs)),
            _ => Some(Err(forged())),
        }
    }

    /// The session ended while the form was filled in: keep it, ask to sign in, come back.
    fn keep_draft(&self, mark: &str, typed: &Pairs) -> Paged {
        let mut typed = typed.clone();
        typed.drop("_csrf");
        let token = self
            .door
            .drafts
            .keep(random(TOKEN_BYTES)?, mark, typed, self.app().now());
        let mut login = Pairs::default();
        login.push("to", self.path.clone());
        login.push("draft", token.unwrap_or_default());
        login.push("ended", "1");
        see(&login.href("/login"))
    }

    /// A visitor who may not see a page is asked to sign in first.
    pub fn instead(&self, no: No) -> Paged {
        let may_help = matches!(
            &no,
            No::Refused(r) if matches!(r.reason, Reason::Unauthorised | Reason::Forbidden | Reason::NotFound)
        );
        if self.session.is_none() && may_help && self.method == Method::GET {
            return see(&format!("/login?to={}", encoded(&self.here())));
        }
        Err(no)
    }

    /// Nothing stands at this address, for nobody: signing in would not help.
    pub fn no_page(&self) -> Paged {
        Ok(super::error::page(self, &super::not_found()))
    }

    /// Puts the cookies of this visit on the answer.
    pub fn dress(&self, mut answer: Response) -> Response {
        for line in self.cookies.borrow().iter() {
            if let Ok(value) = HeaderValue::from_str(line) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            answer
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        answer
    }
}

pub fn mark_of(actor: &Actor) -> String {
    let digest = Sha256::digest(format!("jinzhi mark {}", actor.account));
    hex(&digest[..8])
}

pub fn lang_of(word: &str) -> Option<Lang> {
    match word {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

pub fn word_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

fn forged() -> No {
    plain(
        Reason::Forbidden,
        "页面已过期，没有提交；请返回上一页，刷新后再试",
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

fn random(bytes: usize) -> Result<String, No> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|_| No::Broke(app::Error::Chance))?;
    Ok(hex(&random))
}

/// A random number for a form or a draft.
pub fn number() -> Option<String> {
    random(TOKEN_BYTES).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn tokens_are_the_same_only_when_whole_and_not_empty() {
        assert!(same("abc", "abc"));
        for (a, b) in [("abc", "abd"), ("ab", "abc"), ("abc", "ab"), ("", "")] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
