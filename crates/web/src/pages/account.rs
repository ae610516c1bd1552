//! One's own account: who one is, the password, the language, the look.

use app::{No, Owes};
use http::StatusCode;
use kernel::Reason;
use maud::{Markup, html};

use super::sign_in::new_passwords;
use super::{colleagues, posts, reach, sessions};
use crate::door::{Cookie, Paged, Sent, Visit, lang_of, see};
use crate::frame::{self, Parts};
use crate::look::{cookie_of, with};
use crate::ui::button::Button;
use crate::ui::description::{Pair, section};
use crate::ui::document::{Density, Keys, Theme};
use crate::ui::field::{Control, Field, TextInput, Type, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, csrf};

pub fn show(visit: &Visit) -> Paged {
    page(visit, None)
}

/// Which box of the password form was wrong.
struct Wrong {
    name: &'static str,
    message: String,
}

fn page(visit: &Visit, wrong: Option<&Wrong>) -> Paged {
    let session = visit.session()?;
    let (say, person) = (visit.say, &session.person);
    let body = html! {
        (section(visit.words, say.account_who, &[
            Pair::text(say.login, &person.actor.login),
            Pair::text(say.name, &person.name),
            Pair::text(say.role, &person.role),
            Pair::text(say.unit, &person.unit),
        ]))
        div.columns {
            (password(visit, wrong))
            div { (factor(visit)?) (lang(visit)) (look(visit)) }
        }
        (posts::card(visit)?)
        (colleagues::card(visit))
        (reach::card(visit)?)
        (sessions::card(visit)?)
        section.card {
            div.card-head { h2 { (say.tokens) } }
            div.card-body { p { (say.tokens_note) } pre { "jinzhi token " (person.actor.login) } }
        }
    };
    let notices = html! {
        @if session.owes == Some(Owes::FirstPassword) {
            (notice(visit.words, Kind::Warning, &html! { (say.must_change) }))
        }
        @if session.owes == Some(Owes::NewPassword) {
            (notice(visit.words, Kind::Warning, &html! { (say.must_renew) }))
        }
        @if visit.query.get("ok") == "sessions" {
            (notice(visit.words, Kind::Success, &html! { (say.sessions_ended) }))
        }
        @if visit.query.get("ok") == "password" {
            (notice(visit.words, Kind::Success, &html! { (say.password_changed) }))
        }
        @if let Some(wrong) = wrong { (notice(visit.words, Kind::Error, &html! { (wrong.message) })) }
    };
    let (outcome, status) = match wrong {
        Some(_) => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        None => (Outcome::Fine, StatusCode::OK),
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        notices,
        outcome,
        ..parts.page(visit, say.account.to_owned())
    };
    Ok(frame::with_status(status, &page))
}

/// Whether the second factor is in use, and the way to its page.
fn factor(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say;
    let factor = visit.app().factor(&visit.actor)?;
    Ok(html! {
        section.card {
            div.card-head { h2 { (say.factor) } }
            div.card-body {
                p {
                    @match factor.since {
                        Some(since) => (say.factor_since.replace("{n}", &since.to_string())),
                        None => (say.factor_off),
                    }
                }
                p { (Button::plain(say.factor_manage).link("/account/factor")) }
            }
        }
    })
}

fn password(visit: &Visit, wrong: Option<&Wrong>) -> Markup {
    let say = visit.say;
    let error = |name: &str| wrong.filter(|w| w.name == name).map(|w| w.message.as_str());
    let old = Field::new("old", say.password_old).never_kept();
    let old = match error("old") {
        Some(error) => old.error(error.to_owned()),
        None => old,
    };
    let input = TextInput {
        kind: Type::Password,
        ..TextInput::default()
    };
    html! {
        form.card method="post" action="/account/password" novalidate {
            div.card-head { h2 { (say.password_change) } }
            (csrf(&visit.csrf()))
            div.fields.is-single {
                (field(visit.words, &old, &Control::Text(input)))
                (new_passwords(visit, error("password")))
            }
            div.form-acts { (Button::primary(say.password_change).submit()) }
        }
    }
}

pub fn take_password(visit: &Visit, sent: Sent) -> Paged {
    let session = visit.session()?;
    let pairs = &sent.pairs;
    let (old, new) = (pairs.get("old"), pairs.get("password"));
    if new != pairs.get("again") {
        let message = visit.say.passwords_differ.to_owned();
        return page(
            visit,
            Some(&Wrong {
                name: "password",
                message,
            }),
        );
    }
    match visit.app().change_password(&session.person.actor, old, new) {
        Ok((token, _)) => {
            visit.renew(&token)?;
            see("/account?ok=password")
        }
        Err(No::Refused(r)) if matches!(r.reason, Reason::Invalid | Reason::TooMany) => {
            let old = r.blames.iter().any(|blame| blame.pointer == "/old");
            let name = if old { "old" } else { "password" };
            page(
                visit,
                Some(&Wrong {
                    name,
                    message: r.message.take(visit.lang()),
                }),
            )
        }
        Err(no) => Err(no),
    }
}

/// A choice of one word by buttons, as in the menu of the person.
fn switch(label: &str, name: &str, now: &str, words: &[(&str, &str)]) -> Markup {
    html! {
        div.switch role="group" aria-label=(label) {
            span { (label) }
            @for (value, text) in words {
                button type="submit" name=(name) value=(value)
                    aria-pressed=(if *value == now { "true" } else { "false" }) { (text) }
            }
        }
    }
}

fn lang(visit: &Visit) -> Markup {
    let now = crate::door::word_of(visit.lang());
    html! {
        form.card method="post" action="/account/lang" #lang {
            div.card-head { h2 { (visit.say.language) } }
            (csrf(&visit.csrf()))
            div.card-body { (switch(visit.say.language, "lang", now, &[("zh", "中文"), ("en", "English")])) }
        }
    }
}

pub fn take_lang(visit: &Visit, sent: Sent) -> Paged {
    let session = visit.session()?;
    if let Some(lang) = lang_of(sent.pairs.get("lang")) {
        visit.app().set_lang(&session.person.actor, lang)?;
        visit.forget_cookie(Cookie::Lang);
    }
    see("/account")
}

fn look(visit: &Visit) -> Markup {
    let (w, look) = (visit.words, visit.look);
    html! {
        form.card method="post" action="/look" data-look="" {
            div.card-head { h2 { (visit.say.look_title) } }
            (csrf(&visit.csrf()))
            div.card-body {
                (switch(w.theme, "theme", look.theme.value(), &[
                    (Theme::System.value(), w.theme_system),
                    (Theme::Light.value(), w.theme_light),
                    (Theme::Dark.value(), w.theme_dark),
                ]))
                (switch(w.density, "density", look.density.value(), &[
                    (Density::Auto.value(), w.density_auto),
                    (Density::Compact.value(), w.density_compact),
                    (Density::Normal.value(), w.density_normal),
                    (Density::Touch.value(), w.density_touch),
                ]))
                (switch(w.keys, "keys", look.keys.value(), &[
                    (Keys::On.value(), w.keys_on),
                    (Keys::Off.value(), w.keys_off),
                ]))
            }
        }
    }
}

/// Colours, density, keys: remembered by the browser, for whoever uses it.
pub fn take_look(visit: &Visit, sent: Sent) -> Paged {
    let mut look = visit.look;
    for name in ["theme", "density", "keys"] {
        look = with(look, sent.pairs.get(name));
    }
    visit.set_cookie(Cookie::Look, &cookie_of(look));
    see(if visit.session.is_some() {
        "/account"
    } else {
        "/"
    })
}
