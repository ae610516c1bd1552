//! Signing in and out, and the one-time link with which a person chooses the first password.

use app::{No, Owes};
use http::StatusCode;
use kernel::{Reason, Refusal};
use maud::{Markup, html};

use crate::door::{Cookie, Paged, Sent, Visit, see, with_wait};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, TextInput, Type, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, csrf};

/// A recovery code with its hyphens, and some air.
const CODE_CHARS_MAX: u32 = 32;

pub fn show(visit: &Visit) -> Paged {
    if visit.session.is_some() {
        return see(&back_to(&visit.query));
    }
    let ended = visit.query.has("ended");
    Ok(page(visit, &visit.query, None, ended))
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    let pairs = &sent.pairs;
    let (login, password) = (pairs.get("login"), pairs.get("password"));
    match visit.app().sign_in_from(login, password, visit.from) {
        Ok((token, session)) if session.owes == Some(Owes::Code) => half(visit, &token, pairs),
        Ok((token, session)) => visit.enter(&token, &session, &back_to(pairs)),
        Err(No::Refused(refusal)) => {
            let answer = page(visit, pairs, Some(&refusal), false);
            Ok(with_wait(answer, &refusal))
        }
        Err(no) => Err(no),
    }
}

/// The password was right: on to the code.
fn half(visit: &Visit, token: &str, pairs: &Pairs) -> Paged {
    visit.set_cookie(Cookie::Step, token);
    let mut on = Pairs::default();
    for name in ["to", "draft"] {
        if let Some(value) = pairs.filled(name) {
            on.push(name, value);
        }
    }
    see(&on.href("/login/code"))
}

pub fn show_code(visit: &Visit) -> Paged {
    if visit.session.is_some() {
        return see(&back_to(&visit.query));
    }
    let half = visit
        .app()
        .half(visit.step.as_deref().unwrap_or_default())?;
    if half.is_none() {
        return see("/login?late=1");
    }
    Ok(code_page(visit, &visit.query, None))
}

pub fn take_code(visit: &Visit, sent: Sent) -> Paged {
    let pairs = &sent.pairs;
    let step = visit.step.as_deref().unwrap_or_default();
    match visit.app().sign_in_code(step, pairs.get("code")) {
        Ok((token, session)) => visit.enter(&token, &session, &back_to(pairs)),
        Err(No::Refused(r)) if r.reason == Reason::Unauthorised => see("/login?late=1"),
        Err(No::Refused(refusal)) => Ok(code_page(visit, pairs, Some(&refusal))),
        Err(no) => Err(no),
    }
}

fn code_page(visit: &Visit, pairs: &Pairs, refusal: Option<&Refusal>) -> axum::response::Response {
    let say = visit.say;
    let body = html! {
        @if let Some(refusal) = refusal {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        p { (say.code_lead) }
        form.card method="post" action="/login/code" novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="to" value=(pairs.get("to"));
            input type="hidden" name="draft" value=(pairs.get("draft"));
            div.fields.is-single { (code_box(visit, None)) }
            div.form-acts { (Button::primary(say.sign_in).submit()) }
        }
        p.note { (say.code_help) }
        p { a href="/login" { (say.code_other) } }
    };
    let status = match refusal.map(|r| r.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    narrow(visit, status, say.code_title, body)
}

/// The box for a code of the authenticator app, or a recovery code.
pub fn code_box(visit: &Visit, error: Option<&str>) -> Markup {
    let input = TextInput {
        kind: Type::OneTimeCode,
        max: Some(CODE_CHARS_MAX),
        ..TextInput::default()
    };
    let shown = Field::new("code", visit.say.code)
        .hint(visit.say.code_hint)
        .never_kept();
    let shown = match error {
        Some(error) => shown.error(error.to_owned()),
        None => shown,
    };
    field(visit.words, &shown, &Control::Text(input))
}

pub fn leave(visit: &Visit) -> Paged {
    if let Some(token) = &visit.token {
        visit.app().sign_out(token)?;
    }
    visit.forget_cookie(Cookie::Session);
    see("/login?left=1")
}

/// Where one wanted to go; only within this site.
pub fn back_to(pairs: &Pairs) -> String {
    let to = pairs.get("to");
    // `//host` and `/\host` would leave the site.
    let inside = to.starts_with('/')
        && !to[1..].starts_with(['/', '\\'])
        && !to.starts_with("/login")
        && to.chars().all(|c| !c.is_control());
    if !inside {
        return "/home".to_owned();
    }
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let mut query = Pairs::parse(query);
    query.push("draft", pairs.get("draft"));
    let path: String = path
        .split('/')
        .map(|part| crate::pairs::encoded(&crate::pairs::decoded(part)))
        .collect::<Vec<_>>()
        .join("/");
    query.href(&path)
}

fn page(
    visit: &Visit,
    pairs: &Pairs,
    refusal: Option<&Refusal>,
    ended: bool,
) -> axum::response::Response {
    let say = visit.say;
    let input = |kind, typed: &str| {
        Control::Text(TextInput {
            kind,
            typed: typed.to_owned().into(),
            ..TextInput::default()
        })
    };
    let login = pairs.get("login");
    let body = html! {
        @if let Some(refusal) = refusal {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        @if visit.query.has("late") {
            (notice(visit.words, Kind::Warning, &html! { (say.code_late) }))
        }
        @if ended { (notice(visit.words, Kind::Warning, &html! { (say.session_ended) })) }
        @if visit.query.has("left") { (notice(visit.words, Kind::Info, &html! { (say.signed_out) })) }
        form.card method="post" action="/login" novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="to" value=(pairs.get("to"));
            input type="hidden" name="draft" value=(pairs.get("draft"));
            div.fields.is-single {
                (field(visit.words, &Field::new("login", say.login), &input(Type::AccountName, login)))
                (field(visit.words, &Field::new("password", say.password).never_kept(), &input(Type::Password, "")))
            }
            div.form-acts { (Button::primary(say.sign_in).submit()) }
        }
        p.note { (say.sign_in_help) }
        @if visit.app().enrolment().is_some() {
            p { a href="/register" { (say.strangers.enrol) } }
        }
    };
    let status = match refusal.map(|r| r.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNAUTHORIZED,
    };
    narrow(visit, status, say.sign_in, body)
}

pub fn narrow(
    visit: &Visit,
    status: StatusCode,
    title: &str,
    body: Markup,
) -> axum::response::Response {
    let outcome = if status.is_success() {
        Outcome::Fine
    } else {
        Outcome::Refused
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        outcome,
        search: None,
        nav: &[],
        ..parts.page(visit, title.to_owned())
    };
    frame::plain(status, &page)
}

/// The page of a one-time link.
pub fn invited(visit: &Visit, token: &str) -> Paged {
    invite_page(visit, token, None)
}

pub fn accept(visit: &Visit, token: &str, sent: Sent) -> Paged {
    let (first, again) = (sent.pairs.get("password"), sent.pairs.get("again"));
    if first != again {
        return invite_page(visit, token, Some(visit.say.passwords_differ));
    }
    match visit.app().accept(token, first) {
        Ok((token, session)) if session.owes == Some(Owes::Code) => {
            half(visit, &token, &Pairs::default())
        }
        Ok((token, session)) => visit.enter(&token, &session, "/home"),
        Err(No::Refused(r)) if r.reason == Reason::Invalid => {
            invite_page(visit, token, Some(r.message.get(visit.lang())))
        }
        Err(no) => Err(no),
    }
}

fn invite_page(visit: &Visit, token: &str, error: Option<&str>) -> Paged {
    let say = visit.say;
    let Some(session) = visit.app().invited(token)? else {
        let body = html! {
            (notice(visit.words, Kind::Warning, &html! { (say.invite_over) }))
            p { (Button::plain(say.sign_in).link("/login")) }
        };
        return Ok(narrow(visit, StatusCode::NOT_FOUND, say.invite_title, body));
    };
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let body = html! {
        p { (say.invite_lead.replace("{n}", &session.person.actor.login)) }
        form.card method="post" action={ "/login/" (crate::pairs::encoded(token)) } novalidate {
            (csrf(&visit.csrf()))
            div.fields.is-single {
                // For password managers: whose password this is.
                input.hidden-text type="text" name="login" value=(session.person.actor.login) autocomplete="username"
                    tabindex="-1" aria-hidden="true" readonly;
                (new_passwords(visit, error))
            }
            div.form-acts { (Button::primary(say.invite_submit).submit()) }
        }
    };
    Ok(narrow(visit, status, say.invite_title, body))
}

/// The two boxes for a new password.
pub fn new_passwords(visit: &Visit, error: Option<&str>) -> Markup {
    let say = visit.say;
    let input = || {
        Control::Text(TextInput {
            kind: Type::NewPassword,
            ..TextInput::default()
        })
    };
    let hint = say
        .password_hint
        .replace("{n}", &visit.app().password_chars_min().to_string());
    let first = Field::new("password", say.password_new)
        .hint(hint)
        .never_kept();
    let first = match error {
        Some(error) => first.error(error.to_owned()),
        None => first,
    };
    html! {
        (field(visit.words, &first, &input()))
        (field(visit.words, &Field::new("again", say.password_again).never_kept(), &input()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_only_to_this_site() {
        let back = |to: &str| back_to(&Pairs(vec![("to".into(), to.into())]));
        assert_eq!(back("/equipment/?kind=lift"), "/equipment/?kind=lift");
        for to in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/login?to=/",
        ] {
            assert_eq!(back(to), "/home", "{to}");
        }
        assert_eq!(back("/a\r\nSet-Cookie: x"), "/home");
        let with_draft = Pairs::parse("to=%2Fequipment%2Fnew&draft=abc");
        assert_eq!(back_to(&with_draft), "/equipment/new?draft=abc");
    }
}
