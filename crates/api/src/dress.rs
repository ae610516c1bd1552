//! What the framework refuses by itself is told like every other "no".

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, StatusCode};

use crate::door::Door;
use crate::problem::{Code, PROBLEM_JSON, Problem};

pub async fn no_such_path() -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

/// Turns bare refusals into problems and sets what every answer carries.
pub async fn dress(State(door): State<Door>, request: Request, next: Next) -> Response {
    let head = request.method() == Method::HEAD;
    let answer = next.run(request).await;
    let kind = answer.headers().get(CONTENT_TYPE);
    let told = kind.is_some_and(|kind| kind == PROBLEM_JSON);
    let mut answer = match code_of(answer.status()) {
        Some(code) if !told => {
            let mut problem = Problem::new(code, code.advice());
            if let Some(allow) = answer.headers().get(ALLOW) {
                problem = problem.with_header(ALLOW, allow.clone());
            }
            let mut answer = problem.answer(&door.trace());
            if head {
                *answer.body_mut() = Body::empty();
                answer.headers_mut().remove(CONTENT_LENGTH);
            }
            answer
        }
        _ => answer,
    };
    let nosniff = HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

fn code_of(status: StatusCode) -> Option<Code> {
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let same = Code::ALL.into_iter().find(|code| code.status() == status);
    Some(same.unwrap_or(match status.is_client_error() {
        true => Code::Malformed,
        false => Code::Broken,
    }))
}
