//! A handler that panics answers with an error page; the others go on.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures_util::FutureExt as _;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

const PAGE: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>系统出错</title>\
<h1>系统出错</h1><p>您提交的内容没有保存。请过几分钟再试；一直这样，请告诉系统管理员。</p>\
<p><a href=\"/\">返回首页</a></p></html>";
const PROBLEM: &str =
    "{\"type\":\"about:blank\",\"title\":\"系统出错\",\"status\":500,\"code\":\"broke\"}";

pub async fn no_panic(request: Request, next: Next) -> Response {
    let for_program = request.uri().path().starts_with("/api/");
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => {
            tracing::error!(panic = said(&*panic), "A handler panicked");
            let mut answer = match for_program {
                true => PROBLEM.into_response(),
                false => Html(PAGE).into_response(),
            };
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            if for_program {
                let kind = HeaderValue::from_static("application/problem+json");
                answer.headers_mut().insert(CONTENT_TYPE, kind);
            }
            answer
        }
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    fn breaks() -> Router {
        let panics = || async {
            if std::env::args().len() > 0 {
                panic!("on purpose");
            }
        };
        Router::new()
            .route("/page", get(panics))
            .route("/api/x", get(panics))
            .layer(from_fn(no_panic))
    }

    #[tokio::test]
    async fn a_panic_becomes_an_error_page_or_a_problem() {
        for (path, kind) in [
            ("/page", "text/html; charset=utf-8"),
            ("/api/x", "application/problem+json"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = breaks().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()[CONTENT_TYPE], kind);
        }
    }
}
