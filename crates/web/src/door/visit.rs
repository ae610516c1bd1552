//! One request: who asks, in which language, with which look.

mod asked;
mod proof;

use std::cell::RefCell;
use std::net::IpAddr;

use app::{App, Device, No, Owes, Session};
use axum::response::Response;
use http::{HeaderValue, Method, header};
use kernel::{Actor, Lang, Reason};
use speech::said;

pub use self::asked::Asked;
pub use self::proof::{Proof, number};
use self::proof::{TOKEN_BYTES, live, random};
use super::answer::{Paged, see};
use super::cookies::{self, Name};
use super::{Door, plain};
use crate::look::look_of;
use crate::pairs::{Pairs, encoded};
use crate::say::Say;
use crate::ui::document::Look;
use crate::ui::words::{self, Words};

/// Bytes of a trace number.
const TRACE_BYTES: usize = 5;

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
    /// Token of someone whose password was right and whose code is still to come.
    pub step: Option<String>,
    device: Device,
    /// Whence the request comes, to count what strangers do; nothing behind a proxy.
    pub from: Option<IpAddr>,
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
            Some(session) => session.actor(),
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
            step: asked.step,
            device: asked.device,
            from: asked.from,
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

    pub fn session(&self) -> Result<&Session, No> {
        self.session
            .as_ref()
            .ok_or_else(|| plain(Reason::Unauthorised, said!("请先登录" / "Please sign in")))
    }

    pub fn set_cookie(&self, name: Name, value: &str) {
        self.put_cookie(cookies::set(self.door.settings.cookies, name, value));
    }

    pub fn forget_cookie(&self, name: Name) {
        self.put_cookie(cookies::forget(self.door.settings.cookies, name));
    }

    /// An answer names each cookie once: the last word counts.
    fn put_cookie(&self, line: String) {
        let mut lines = self.cookies.borrow_mut();
        let name = |line: &str| line.split('=').next().map(str::to_owned);
        lines.retain(|old| name(old) != name(&line));
        lines.push(line);
    }

    /// The address of this page with its query, to come back to.
    pub fn here(&self) -> String {
        let mut query = self.query.clone();
        for name in ["lang", "part"] {
            query.drop(name);
        }
        query.href(&self.path)
    }

    /// A page that the person must see first: a password given by someone else is changed at once.
    pub fn turned_away(&self) -> Option<Paged> {
        let owes = self.session.as_ref()?.owes?;
        let free = FREE.contains(&self.path.as_str());
        (!free).then(|| see(way_of(owes)))
    }

    /// Puts a session just opened into the browser, and goes where its person must or would go.
    pub fn enter(&self, token: &str, session: &Session, to: &str) -> Paged {
        self.app().describe_session(token, &self.device)?;
        self.set_cookie(Name::Session, token);
        self.forget_cookie(Name::Form);
        if self.step.is_some() {
            self.forget_cookie(Name::Step);
        }
        match session.owes {
            Some(owes) => see(way_of(owes)),
            None => see(to),
        }
    }

    /// A session put in place of the present one.
    pub fn renew(&self, token: &str) -> Result<(), No> {
        self.app().describe_session(token, &self.device)?;
        self.set_cookie(Name::Session, token);
        Ok(())
    }

    /// The address of this site before a path, for links that are passed on. Without a configured one
    /// it is the one under which the form at hand was sent.
    pub fn site_address(&self) -> &str {
        let configured = self.door.settings.address.as_deref();
        let known = configured.or(self.origin.as_deref());
        known.unwrap_or_default().trim_end_matches('/')
    }

    /// A visitor who may not see a page is asked to sign in first.
    pub fn instead(&self, no: No) -> Paged {
        let may_help = matches!(
            &no,
            No::Refused(r) if matches!(r.reason, Reason::Unauthorised | Reason::Forbidden | Reason::NotFound)
        );
        let unproved = matches!(&no, No::Refused(r) if r.reason == Reason::Unproved);
        if self.session.is_some() && unproved && self.method == Method::GET {
            return see(&format!("/prove?to={}", encoded(&self.here())));
        }
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
        answer
    }
}

/// Pages for someone who must do something first, besides those on which it is done.
const FREE: &[&str] = &[
    "/",
    "/help",
    "/look",
    "/logout",
    "/prove",
    "/account",
    "/account/password",
    "/account/lang",
    "/account/factor",
    "/account/sessions",
];

/// Where someone does what must be done first.
fn way_of(owes: Owes) -> &'static str {
    match owes {
        Owes::Code => "/login/code",
        Owes::FirstPassword => "/account?must=first",
        Owes::NewPassword => "/account?must=new",
        Owes::Factor => "/account/factor",
    }
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
