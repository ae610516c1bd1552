//! What goes out.

use axum::body::Body;
use axum::response::Response;
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json as object};

/// A list that is answered whole.
pub fn items(items: Vec<Value>) -> Response {
    json(StatusCode::OK, object!({ "items": items }).to_string())
}

/// An answer in JSON that holds data: never kept by caches.
pub fn json(status: StatusCode, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        http::header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    answer
}

pub fn with_header(mut answer: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
    answer
}
