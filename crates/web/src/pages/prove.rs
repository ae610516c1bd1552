//! A fresh proof of identity before an act with legal effect, and the way back to it.

use app::{Given, No};
use http::StatusCode;
use kernel::{Reason, Refusal};
use maud::html;

use super::sign_in::{back_to, code_box, narrow};
use crate::door::{Paged, Sent, Visit, see};
use crate::pairs::Pairs;
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, TextInput, Type, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::csrf;

pub fn show(visit: &Visit) -> Paged {
    if visit.session.is_none() {
        return see("/login");
    }
    page(visit, &visit.query, None)
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let pairs = &sent.pairs;
    let given = match pairs.filled("code") {
        Some(code) => Given::Code(code),
        None => Given::Password(pairs.get("password")),
    };
    let token = visit.token.as_deref().unwrap_or_default();
    match visit.app().prove(token, given) {
        Ok(()) => see(&back_to(pairs)),
        Err(No::Refused(refusal)) => page(visit, pairs, Some(&refusal)),
        Err(no) => Err(no),
    }
}

fn page(visit: &Visit, pairs: &Pairs, refusal: Option<&Refusal>) -> Paged {
    let say = visit.say;
    let has_factor = visit.app().factor(&visit.actor)?.since.is_some();
    let label = match has_factor {
        true => say.prove_or,
        false => say.password,
    };
    let password = Field::new("password", label).never_kept();
    let input = Control::Text(TextInput {
        kind: Type::Password,
        ..TextInput::default()
    });
    let body = html! {
        @if let Some(refusal) = refusal {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        p { (say.prove_lead) }
        form.card method="post" action="/prove" novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="to" value=(pairs.get("to"));
            input type="hidden" name="draft" value=(pairs.get("draft"));
            div.fields.is-single {
                @if has_factor { (code_box(visit, None)) }
                (field(visit.words, &password, &input))
            }
            div.form-acts { (Button::primary(say.prove_submit).submit()) }
        }
    };
    let status = match refusal.map(|r| r.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(narrow(visit, status, say.prove_title, body))
}
