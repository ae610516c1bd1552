//! Counts for Prometheus: requests by route and status, and how long they took.

use std::time::Duration;

use http::Method;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the buckets in seconds: a page should take a few milliseconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    /// Template of the route, never the path: paths name records.
    route: String,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let requests = Family::default();
        let seconds: Family<Route, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let mut registry = Registry::with_prefix("jinzhi");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_seconds",
            "Time from request to answer in seconds",
            seconds.clone(),
        );
        Metrics {
            registry,
            requests,
            seconds,
        }
    }
}

impl Metrics {
    pub fn count(&self, method: &Method, route: &str, status: u16, took: Duration) {
        // Methods are free text; only known ones become labels.
        let known = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PATCH,
            Method::PUT,
            Method::DELETE,
        ];
        let method = if known.contains(method) {
            method.as_str()
        } else {
            "other"
        };
        let (method, route) = (method.to_owned(), route.to_owned());
        let seconds = Route {
            route: route.clone(),
        };
        self.requests
            .get_or_create(&Request {
                method,
                route,
                status: status.into(),
            })
            .inc();
        self.seconds
            .get_or_create(&seconds)
            .observe(took.as_secs_f64());
    }

    /// In the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        for status in [200, 200, 404] {
            metrics.count(
                &Method::GET,
                "/{register}/{id}",
                status,
                Duration::from_millis(3),
            );
        }
        let odd = Method::from_bytes(b"BREW").unwrap();
        metrics.count(&odd, "other", 405, Duration::ZERO);
        let text = metrics.text();
        let line = "jinzhi_http_requests_total{method=\"GET\",route=\"/{register}/{id}\",status=\"200\"} 2";
        assert!(text.contains(line), "{text}");
        assert!(text.contains("method=\"other\""), "{text}");
        assert!(
            text.contains("jinzhi_http_seconds_count{route=\"/{register}/{id}\"} 3"),
            "{text}"
        );
        assert!(!text.contains("BREW"));
    }
}
