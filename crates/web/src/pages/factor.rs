//! The second factor on one's account: set up, confirmed, replaced, switched off.

use app::{FactorView, No, Owes};
use http::StatusCode;
use kernel::{Reason, Refusal};
use maud::{Markup, html};

use super::sign_in::code_box;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, csrf};
use crate::ui::qr::qr;

const HERE: &str = "/account/factor";

pub fn show(visit: &Visit) -> Paged {
    page(visit, None)
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    let session = visit.session()?;
    let app = visit.app();
    let token = visit.token.as_deref().unwrap_or_default();
    match sent.pairs.get("do") {
        "begin" => {
            app.begin_factor(&visit.actor)?;
            see(HERE)
        }
        "confirm" => match app.confirm_factor(session, token, sent.pairs.get("code")) {
            Ok(codes) => Ok(recovery(visit, &codes, visit.say.recovery_once)),
            Err(No::Refused(r)) if matches!(r.reason, Reason::Invalid | Reason::TooMany) => {
                page(visit, Some(&r))
            }
            Err(no) => Err(no),
        },
        "renew" => {
            let codes = app.renew_recovery(&visit.actor)?;
            Ok(recovery(visit, &codes, visit.say.recovery_renewed))
        }
        "stop" => {
            app.drop_factor(&visit.actor)?;
            see("/account/factor?ok=off")
        }
        _ => see(HERE),
    }
}

fn page(visit: &Visit, refusal: Option<&Refusal>) -> Paged {
    let session = visit.session()?;
    let view = visit.app().factor(&visit.actor)?;
    let body = match (&view.since, &view.pending) {
        (Some(_), _) => active(visit, &view),
        (None, Some(pending)) => pending_card(visit, pending, refusal),
        (None, None) => html! {
            section.card {
                div.card-head { h2 { (visit.say.factor_begin) } }
                div.card-body { p { (visit.say.factor_off) } p { (visit.say.factor_begin_note) } }
                (act(visit, "begin", Button::primary(visit.say.factor_begin)))
            }
        },
    };
    let notices = html! {
        @if session.owes == Some(Owes::Factor) {
            (notice(visit.words, Kind::Warning, &html! { (visit.say.factor_must) }))
        }
        @if visit.query.get("ok") == "off" {
            (notice(visit.words, Kind::Success, &html! { (visit.say.factor_is_off) }))
        }
        @if let Some(refusal) = refusal {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
    };
    let status = match refusal.map(|r| r.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(answer(visit, status, body, notices))
}

fn answer(
    visit: &Visit,
    status: StatusCode,
    body: Markup,
    notices: Markup,
) -> axum::response::Response {
    let path = [Link::new(visit.say.account, "/account")];
    let outcome = match status.is_success() {
        true => Outcome::Fine,
        false => Outcome::Refused,
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        notices,
        outcome,
        crumbs: &path,
        ..parts.page(visit, visit.say.factor.to_owned())
    };
    frame::with_status(status, &page)
}

/// A form of one button.
fn act(visit: &Visit, what: &str, button: Button) -> Markup {
    html! {
        form method="post" action=(HERE) {
            (csrf(&visit.csrf()))
            input type="hidden" name="do" value=(what);
            div.form-acts { (button.submit()) }
        }
    }
}

fn pending_card(visit: &Visit, pending: &app::Pending, refusal: Option<&Refusal>) -> Markup {
    let say = visit.say;
    let error = refusal.map(|refusal| refusal.message.get(visit.lang()));
    // In groups of four it is typed with fewer slips.
    let letters: Vec<char> = pending.secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|g| g.iter().collect()).collect();
    html! {
        section.card {
            div.card-head { h2 { (say.factor_scan) } }
            div.card-body {
                @if let Some(code) = qr(&pending.address, say.factor_scan) { p { (code) } }
                p { (say.factor_scan_note) }
                p { (say.factor_secret) " " strong.revealed { (groups.join(" ")) } }
            }
        }
        form.card method="post" action=(HERE) novalidate {
            div.card-head { h2 { (say.factor_confirm) } }
            (csrf(&visit.csrf()))
            input type="hidden" name="do" value="confirm";
            div.card-body { p { (say.factor_confirm_note) } }
            div.fields.is-single { (code_box(visit, error)) }
            div.form-acts { (Button::primary(say.factor_confirm).submit()) }
        }
        (act(visit, "begin", Button::plain(say.factor_anew)))
    }
}

fn active(visit: &Visit, view: &FactorView) -> Markup {
    let say = visit.say;
    let since = view.since.map(|day| day.to_string()).unwrap_or_default();
    html! {
        section.card {
            div.card-head { h2 { (say.factor) } }
            div.card-body { p { (say.factor_since.replace("{n}", &since)) } p { (say.factor_stop_note) } }
            (act(visit, "stop", Button::plain(say.factor_stop)))
        }
        section.card {
            div.card-head { h2 { (say.recovery) } }
            div.card-body { p { (say.recovery_left.replace("{n}", &view.recovery_left.to_string())) } }
            (act(visit, "renew", Button::plain(say.recovery_renew)))
        }
    }
}

/// Shown once, in the answer itself: no address leads to it again.
fn recovery(visit: &Visit, codes: &[String], told: &str) -> axum::response::Response {
    let say = visit.say;
    let body = html! {
        section.card {
            div.card-head { h2 { (say.recovery) } }
            div.card-body {
                ul { @for code in codes { li { code { (code) } } } }
                p { (Button::primary(say.recovery_kept).link("/home")) }
            }
        }
    };
    let notices = notice(visit.words, Kind::Warning, &html! { (told) });
    answer(visit, StatusCode::OK, body, notices)
}
