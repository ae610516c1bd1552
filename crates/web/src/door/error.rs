//! Pages that say no: what happened, what to do, and a number by which the log is found.

use app::No;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use kernel::{Reason, Refusal};
use maud::html;

use super::Visit;
use super::answer::html_page;
use crate::frame;
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, plain_page};
use crate::ui::words::ZH;

/// The status that stands for a reason.
pub fn status_of(no: &No) -> StatusCode {
    let No::Refused(refusal) = no else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    match refusal.reason {
        Reason::Unauthorised => StatusCode::UNAUTHORIZED,
        Reason::Unproved => StatusCode::FORBIDDEN,
        Reason::Forbidden => StatusCode::FORBIDDEN,
        Reason::NotFound => StatusCode::NOT_FOUND,
        Reason::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Reason::Stale | Reason::Duplicate | Reason::Conflict => StatusCode::CONFLICT,
        Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reason::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Reason::Damaged => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Says in the answer when another attempt may be made (RFC 9110 §10.2.3).
pub fn with_wait(mut answer: Response, refusal: &Refusal) -> Response {
    if let Some(seconds) = refusal.wait_seconds {
        let headers = answer.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The page for a "no" that no page of its own has taken up.
pub fn page(visit: &Visit, no: &No) -> Response {
    let status = status_of(no);
    let say = visit.say;
    let (message, blames) = match no {
        No::Refused(refusal) => (
            refusal.message.get(visit.lang()).to_owned(),
            refusal.blames.as_slice(),
        ),
        No::Broke(error) => {
            tracing::error!(
                trace = %visit.trace,
                path = %visit.path,
                error = error as &dyn std::error::Error,
                "A page could not be made"
            );
            (say.broke_message.to_owned(), Default::default())
        }
    };
    let (title, advice) = match status {
        StatusCode::UNAUTHORIZED => (say.error_401, say.error_401_advice),
        StatusCode::FORBIDDEN => (say.error_403, say.error_403_advice),
        StatusCode::NOT_FOUND => (say.error_404, say.error_404_advice),
        StatusCode::CONFLICT => (say.error_409, say.error_409_advice),
        StatusCode::PAYLOAD_TOO_LARGE => (say.error_413, say.error_413_advice),
        StatusCode::UNPROCESSABLE_ENTITY => (say.error_422, say.error_422_advice),
        StatusCode::TOO_MANY_REQUESTS => (say.error_429, say.error_429_advice),
        _ => (say.error_500, say.error_500_advice),
    };
    let kind = if status.is_server_error() {
        Kind::Error
    } else {
        Kind::Warning
    };
    let home = if visit.session.is_some() {
        "/home"
    } else {
        "/"
    };
    let body = html! {
        (notice(visit.words, kind, &html! {
            (message)
            @if blames.len() > 1 { ul { @for blame in blames { li { (blame.message.get(visit.lang())) } } } }
        }))
        div.refusal {
            p { (advice) }
            p.note { (say.trace) " " code { (visit.trace) } }
            p { (Button::plain(say.back_home).link(home)) }
        }
    };
    let parts = frame::Parts::of(visit);
    let frame = Page {
        outcome: Outcome::Refused,
        body,
        ..parts.page(visit, title.to_owned())
    };
    let answer = html_page(status, crate::ui::page::page(&frame));
    match no {
        No::Refused(refusal) => with_wait(answer, refusal),
        No::Broke(_) => answer,
    }
}

/// The page when not even the visitor could be made out.
pub fn bare(no: &No) -> Response {
    let body = html! {
        (notice(&ZH, Kind::Error, &html! { "系统暂时不能使用，您提交的内容没有保存" }))
        p { "请过几分钟再试；一直这样，请告诉系统管理员" }
    };
    if let No::Broke(error) = no {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "No page could be made"
        );
    }
    let frame = Page {
        outcome: Outcome::Refused,
        body,
        ..Page::new(&ZH, "金质", "系统出错")
    };
    html_page(StatusCode::INTERNAL_SERVER_ERROR, plain_page(&frame))
}
