//! What goes back: a page, a piece of one, another address.

use app::No;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use kernel::Refusal;
use maud::Markup;
use speech::{Said, said};

/// What every page gives: an answer, or a "no" that becomes an error page.
pub type Paged = Result<Response, No>;

/// A page. Never kept by caches: what stands on it depends on who asks and when.
pub fn html_page(status: StatusCode, markup: Markup) -> Response {
    let mut answer = Response::new(Body::from(markup.into_string()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A piece of a page, for the rows that a box offers.
pub fn fragment(markup: Markup) -> Paged {
    Ok(html_page(StatusCode::OK, markup))
}

/// Sends the browser elsewhere by GET.
pub fn see(href: &str) -> Paged {
    let location = HeaderValue::from_str(href).unwrap_or(HeaderValue::from_static("/"));
    let mut answer = StatusCode::SEE_OTHER.into_response();
    answer.headers_mut().insert(LOCATION, location);
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// No such page.
pub fn not_found() -> No {
    No::Refused(Refusal::new(
        kernel::Reason::NotFound,
        said!(
            "没有这个页面，请检查地址，或从首页重新进入"
                / "There is no such page; check the address, or begin at the home page"
        ),
    ))
}

/// A refusal with a sentence of the door's own.
pub fn plain(reason: kernel::Reason, message: impl Into<Said>) -> No {
    No::Refused(Refusal::new(reason, message))
}
