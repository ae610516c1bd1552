//! What operators and orchestrators ask: is it alive, can it work, how busy is it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use app::{Clock as _, SystemClock};
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use store::Store;

use super::metrics::Metrics;

/// Below this share of free disk the server says that it is not ready.
const DISK_FREE_PERCENT_MIN: u64 = 5;
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone)]
pub struct Health {
    pub store: Store,
    pub metrics: Arc<Metrics>,
    /// Who is not on this machine must show it for `/metrics`.
    pub token: Option<String>,
}

pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// The process answers.
async fn alive() -> Response {
    plain(StatusCode::OK, "ok\n".to_owned())
}

/// It can do its work. A migration is never pending here: with one the server does not start.
async fn ready(State(health): State<Health>) -> Response {
    let checked = tokio::task::spawn_blocking(move || check(&health.store)).await;
    match checked {
        Ok(Ok(())) => plain(StatusCode::OK, "ok\n".to_owned()),
        Ok(Err(why)) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "检查没有完成\n".to_owned()),
    }
}

fn check(store: &Store) -> Result<(), &'static str> {
    // A write of the house: it takes the writer, a transaction and the disk, and leaves no history.
    store.sweep_doors(SystemClock.now()).map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "The database is not writable"
        );
        "数据库不能写入"
    })?;
    match free_percent(store.dir()) {
        Ok(percent) if percent < DISK_FREE_PERCENT_MIN => Err("磁盘剩余空间不足 5%"),
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "The disk cannot be asked"
            );
            Err("查不到磁盘剩余空间")
        }
    }
}

fn free_percent(dir: &Path) -> std::io::Result<u64> {
    let total = fs4::total_space(dir)?.max(1);
    Ok(fs4::available_space(dir)?.saturating_mul(100) / total)
}

async fn metrics(
    State(health): State<Health>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !may_see(&health, from, &headers) {
        return plain(
            StatusCode::FORBIDDEN,
            "只能在本机读取，或者带上令牌\n".to_owned(),
        );
    }
    // It reads the store.
    let Ok(text) = tokio::task::spawn_blocking(move || health.metrics.text()).await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "读取没有完成\n".to_owned());
    };
    let mut answer = plain(StatusCode::OK, text);
    let kind = http::HeaderValue::from_static(OPEN_METRICS);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

/// From this machine, unless a proxy on it speaks for somebody else; or with the token.
fn may_see(health: &Health, from: SocketAddr, headers: &HeaderMap) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip"];
    let direct = forwarded.iter().all(|name| !headers.contains_key(*name));
    if from.ip().is_loopback() && direct {
        return true;
    }
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    match (&health.token, given) {
        (Some(token), Some(given)) => same(token.as_bytes(), given.as_bytes()),
        _ => false,
    }
}

/// Compares without telling by its time where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"ab"));
        assert!(!same(b"", b"a"));
    }

    #[test]
    fn the_disk_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        assert!((0..=100).contains(&free_percent(dir.path()).unwrap()));
    }
}
