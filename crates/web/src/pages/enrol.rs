//! Applying for an account (企业账号申请): the code first, so that nothing is asked that the registry
//! knows; then the rest; then the number under which the application is followed.

use app::{Application, KnownUnit, No};
use axum::response::Response;
use catalogue::{Enrol, Field as Defined, Kind as Of, Register};
use http::StatusCode;
use kernel::{Raw, Reason, Refusal};
use maud::{Markup, html};

use super::blamed::Blamed;
use super::sign_in::narrow;
use super::when_recorded::moment_short;
use crate::door::{Paged, Sent, Visit, see, with_wait};
use crate::pairs::{Pairs, encoded};
use crate::ui::button::Button;
use crate::ui::description::{Pair, section};
use crate::ui::field::{Control, Field, Need, TextInput, Type, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::csrf;

/// Longest text of a box whose field has no bound of its own.
const CHARS_MAX: u32 = 200;

pub fn show(visit: &Visit) -> Paged {
    let asked = visit.query.filled("no").map(plain_number);
    if let Some(no) = asked {
        return see(&format!("/register/{}", encoded(&no)));
    }
    within(visit, |_, def, enrol| {
        Ok(ask_code(visit, (def, enrol), &Pairs::default(), None))
    })
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    within(visit, |visit, def, enrol| match sent.pairs.get("step") {
        "send" => send(visit, (def, enrol), &sent.pairs),
        _ => look_up(visit, (def, enrol), &sent.pairs),
    })
}

/// Only where some register takes applications.
fn within(visit: &Visit, page: impl FnOnce(&Visit, &Register, &Enrol) -> Paged) -> Paged {
    let catalogue = visit.app().catalogue().clone();
    let found = visit.app().enrolment().map(|ix| catalogue.at(ix));
    match found.and_then(|def| Some((def, def.enrol.as_ref()?))) {
        Some((def, enrol)) => page(visit, def, enrol),
        None => visit.no_page(),
    }
}

type By<'a> = (&'a Register, &'a Enrol);

fn look_up(visit: &Visit, (def, enrol): By, pairs: &Pairs) -> Paged {
    let code = pairs.get(&def.get(enrol.code).name);
    match visit.app().look_up_unit(visit.from, code) {
        Ok(known) => Ok(form(visit, (def, enrol), &known, &Pairs::default(), None)),
        Err(No::Refused(refusal)) => Ok(ask_code(visit, (def, enrol), pairs, Some(&refusal))),
        Err(no) => Err(no),
    }
}

fn send(visit: &Visit, (def, enrol): By, pairs: &Pairs) -> Paged {
    let code = pairs.get(&def.get(enrol.code).name);
    let known = match visit.app().look_up_unit(visit.from, code) {
        Ok(known) => known,
        Err(No::Refused(refusal)) => {
            return Ok(ask_code(visit, (def, enrol), pairs, Some(&refusal)));
        }
        Err(no) => return Err(no),
    };
    let again = |refusal: &Refusal| form(visit, (def, enrol), &known, pairs, Some(refusal));
    let input = asked(def, enrol)
        .map(|field| (field.name.clone(), Raw::text(pairs.get(&field.name))))
        .collect();
    let passwords = (pairs.get("password"), pairs.get("again"));
    match visit.app().enrol(visit.from, &input, passwords) {
        Ok(no) => see(&format!("/register/{no}?sent=1")),
        Err(No::Refused(refusal)) => Ok(again(&refusal)),
        Err(no) => Err(no),
    }
}

fn asked<'a>(def: &'a Register, enrol: &'a Enrol) -> impl Iterator<Item = &'a Defined> {
    enrol.asked.iter().map(|ix| def.get(*ix))
}

/// The first page: the code alone, and the way to an application that was made before.
fn ask_code(visit: &Visit, (def, enrol): By, pairs: &Pairs, refusal: Option<&Refusal>) -> Response {
    let say = visit.say;
    let blamed = blamed(visit, refusal);
    let code = def.get(enrol.code);
    let body = html! {
        (told(visit, refusal))
        (blamed.summary())
        p { (say.strangers.enrol_lead) }
        form.card method="post" action="/register" novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="step" value="code";
            div.fields.is-single { (box_of(visit, &blamed, code, pairs, Need::Required)) }
            div.form-acts { (Button::primary(say.strangers.enrol_next).submit()) }
        }
        form.card method="get" action="/register" {
            div.card-head { h2 { (say.strangers.enrol_ask) } }
            div.fields.is-single {
                (field(visit.words, &Field::new("no", say.progress_no).hint(say.progress_hint).whole(),
                    &Control::Text(TextInput { kind: Type::Code, ..TextInput::default() })))
            }
            div.form-acts { (Button::plain(say.strangers.enrol_ask).submit()) }
        }
    };
    answer(visit, refusal, say.strangers.enrol, body)
}

/// The second page: what the registry does not know.
fn form(
    visit: &Visit,
    (def, enrol): By,
    known: &KnownUnit,
    pairs: &Pairs,
    refusal: Option<&Refusal>,
) -> Response {
    let say = visit.say;
    let blamed = blamed(visit, refusal);
    let code = &def.get(enrol.code).name;
    // What may be left empty is only asked where the unit is not known.
    let more = asked(def, enrol)
        .filter(|field| field.name != *code && (field.required || known.name.is_none()));
    let body = html! {
        (told(visit, refusal))
        (blamed.summary())
        p { strong.is-code { (known.code) } " " a href="/register" { (say.strangers.enrol_other) } }
        @match &known.name {
            Some(name) => p { (say.strangers.enrol_known.replace("{n}", name)) },
            None => p { (say.strangers.enrol_unknown) },
        }
        form.card method="post" action="/register" novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="step" value="send";
            input type="hidden" name=(code) value=(known.code);
            div.fields.is-single {
                @for one in more { (box_of(visit, &blamed, one, pairs, Need::Required)) }
                (passwords(visit, &blamed))
            }
            div.card-body { p.note { (say.strangers.enrol_privacy) } }
            div.form-acts { (Button::primary(say.strangers.enrol_send).submit()) }
        }
    };
    answer(visit, refusal, say.strangers.enrol, body)
}

fn passwords(visit: &Visit, blamed: &Blamed) -> Markup {
    let say = visit.say;
    let control = || {
        Control::Text(TextInput {
            kind: Type::NewPassword,
            ..TextInput::default()
        })
    };
    let least = visit.app().password_chars_min().to_string();
    let first = blamed.field("password", say.password_new);
    let first = first
        .hint(say.password_hint.replace("{n}", &least))
        .never_kept();
    let again = blamed.field("again", say.password_again).never_kept();
    html! {
        (field(visit.words, &first, &control()))
        (field(visit.words, &again, &control()))
    }
}

fn box_of(visit: &Visit, blamed: &Blamed, defined: &Defined, pairs: &Pairs, need: Need) -> Markup {
    let lang = visit.lang();
    let shown = blamed
        .field(&defined.name, defined.label.get(lang))
        .need(need);
    let shown = match &defined.hint {
        Some(hint) => shown.hint(hint.get(lang).to_owned()),
        None => shown,
    };
    let shown = match defined.sealed() {
        true => shown.never_kept(),
        false => shown,
    };
    let (kind, max) = match &defined.kind {
        Of::Code { .. } => (Type::Code, CHARS_MAX),
        Of::Phone => (Type::Phone, CHARS_MAX),
        Of::Email => (Type::Email, CHARS_MAX),
        Of::Text { max } => (Type::Plain, u32::try_from(*max).unwrap_or(CHARS_MAX)),
        _ => (Type::Plain, CHARS_MAX),
    };
    let control = Control::Text(TextInput {
        typed: pairs.get(&defined.name).to_owned().into(),
        kind,
        max: Some(max),
        placeholder: None,
    });
    field(visit.words, &shown, &control)
}

fn blamed<'a>(visit: &'a Visit, refusal: Option<&'a Refusal>) -> Blamed<'a> {
    let blames = match refusal {
        Some(refusal) if refusal.reason == Reason::Invalid => refusal.blames.as_slice(),
        _ => &[],
    };
    Blamed { visit, blames }
}

/// A refusal that is about no box of the page.
fn told(visit: &Visit, refusal: Option<&Refusal>) -> Markup {
    let other = refusal.filter(|refusal| refusal.reason != Reason::Invalid);
    html! {
        @if let Some(refusal) = other {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
    }
}

fn answer(visit: &Visit, refusal: Option<&Refusal>, title: &str, body: Markup) -> Response {
    let status = match refusal.map(|refusal| refusal.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(Reason::Duplicate) => StatusCode::CONFLICT,
        Some(Reason::Unauthorised) => StatusCode::UNAUTHORIZED,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = narrow(visit, status, title, body);
    match refusal {
        Some(refusal) => with_wait(page, refusal),
        None => page,
    }
}

/// The receipt: the number, what happens next, and the way to ask.
pub fn applied(visit: &Visit, no: &str) -> Paged {
    within(visit, |visit, _, _| {
        Ok(receipt(visit, &plain_number(no), None, html! {}))
    })
}

pub fn standing(visit: &Visit, no: &str, sent: &Sent) -> Paged {
    within(visit, |visit, _, _| {
        let no = plain_number(no);
        let password = sent.pairs.get("password");
        match visit.app().enrolled(visit.from, &no, password) {
            Ok(found) => Ok(narrow(
                visit,
                StatusCode::OK,
                visit.say.strangers.enrol_ask,
                outcome(visit, &found),
            )),
            Err(No::Refused(refusal)) => {
                let told = told(visit, Some(&refusal));
                Ok(receipt(visit, &no, Some(&refusal), told))
            }
            Err(no) => Err(no),
        }
    })
}

fn receipt(visit: &Visit, no: &str, refusal: Option<&Refusal>, above: Markup) -> Response {
    let say = visit.say;
    let sent = visit.query.has("sent");
    let password = Control::Text(TextInput {
        kind: Type::Password,
        ..TextInput::default()
    });
    let asked = Field::new("password", say.strangers.enrol_password).whole();
    let body = html! {
        (above)
        @if sent {
            (notice(visit.words, Kind::Success, &html! { (say.strangers.enrol_sent) }))
        }
        section.card {
            div.card-head { h2 { (say.progress_no) } }
            div.card-body {
                p { strong.is-code { (no) } }
                @if sent { p { (say.strangers.enrol_then) } }
                p { (say.strangers.enrol_keep) }
                p { a href={ "/progress/" (no) } { (say.strangers.enrol_steps) } }
            }
        }
        form.card method="post" action={ "/register/" (no) } novalidate {
            (csrf(&visit.csrf()))
            div.fields.is-single { (field(visit.words, &asked.never_kept(), &password)) }
            div.form-acts { (Button::plain(say.strangers.enrol_ask).submit()) }
        }
    };
    answer(visit, refusal, say.strangers.enrol, body)
}

fn outcome(visit: &Visit, found: &Application) -> Markup {
    let say = &visit.say.strangers;
    let opened = found.login.is_some();
    let mut pairs = vec![
        Pair::text(visit.say.progress_no, &found.public_no),
        Pair::text(say.enrol_at, &moment_short(found.applied_at)),
    ];
    pairs.extend(
        found
            .login
            .as_deref()
            .map(|login| Pair::text(say.enrol_login, login)),
    );
    pairs.extend(
        found
            .reason
            .as_ref()
            .map(|why| Pair::text(say.enrol_reason, why.get(visit.lang()))),
    );
    html! {
        (section(visit.words, found.state.get(visit.lang()), &pairs))
        section.card {
            div.card-body {
                @if opened { p { (say.enrol_opened) } }
                @else if found.waits { p { (say.enrol_then) } }
                @else { p { (say.enrol_again) } }
                p {
                    @if opened { (Button::primary(visit.say.sign_in).link("/login")) }
                    @else { (Button::plain(say.enrol_steps).link(&format!("/progress/{}", found.public_no))) }
                }
            }
        }
    }
}

/// A number as people write it: without blanks, in capitals, O for 0 and I or L for 1.
fn plain_number(typed: &str) -> String {
    let plain = typed.chars().filter(char::is_ascii_alphanumeric).take(40);
    let plain: String = plain.collect();
    let capitals = plain.to_ascii_uppercase();
    capitals.replace('O', "0").replace(['I', 'L'], "1")
}
