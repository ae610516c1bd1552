//! One log line and one count for each request. Never the query string (it may name a person), a
//! body, a token or a name.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::info;

use super::metrics::Metrics;

/// Header in which a trace number travels; the pages show it on errors.
const TRACE: &str = "x-request-id";
/// A trace number of our own: 64 bits in hex.
const TRACE_BYTES: usize = 8;

pub async fn observe(
    State(metrics): State<Arc<Metrics>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let trace = trace_of(&request);
    if let Ok(value) = HeaderValue::from_str(&trace) {
        request.headers_mut().insert(TRACE, value);
    }
    let mut answer = next.run(request).await;
    let took = begun.elapsed();
    if let Ok(value) = HeaderValue::from_str(&trace) {
        answer.headers_mut().insert(TRACE, value);
    }
    let status = answer.status().as_u16();
    metrics.count(&method, route.as_deref().unwrap_or("other"), status, took);
    info!(
        target: "request",
        %method,
        path = shown(&path),
        status,
        ms = took.as_secs_f64() * 1_000.0,
        trace,
        "{method} {status}"
    );
    answer
}

/// The caller's number if it looks like one; our own otherwise.
fn trace_of(request: &Request) -> String {
    let given = request
        .headers()
        .get(TRACE)
        .and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if let Some(given) = given.filter(fits) {
        return given.to_owned();
    }
    let mut bytes = [0; TRACE_BYTES];
    // Without chance the number is zero; the request is served all the same.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One-time links are secrets: their token is left out.
fn shown(path: &str) -> &str {
    const LOGIN: &str = "/login/";
    if path.starts_with(LOGIN) { LOGIN } else { path }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_one_time_token_is_not_logged() {
        assert_eq!(shown("/login/abc"), "/login/");
        assert_eq!(shown("/equipment"), "/equipment");
    }

    #[test]
    fn a_trace_number_is_taken_over_or_made() {
        let request = |id: &str| {
            Request::get("/")
                .header(TRACE, id)
                .body(Body::empty())
                .unwrap()
        };
        assert_eq!(trace_of(&request("0af7651916cd43dd")), "0af7651916cd43dd");
        for odd in ["short", "with space 12345", "<script>alert(1)</script>"] {
            let made = trace_of(&request(odd));
            assert_eq!(made.len(), TRACE_BYTES * 2);
        }
        assert_ne!(trace_of(&request("x")), trace_of(&request("x")));
    }
}
