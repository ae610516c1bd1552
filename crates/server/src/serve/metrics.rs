//! Counts for Prometheus: requests by route and status, how long they took, how busy the writer is.

use std::fmt;
use std::time::Duration;

use app::{App, Outcome, Outgoing};
use http::Method;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeMetric, NoLabelSet, text,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use store::{GROUP_SIZES, Load, Store};

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
    /// With what the writer of the store has to do, asked at each reading.
    pub fn of(store: Store, app: App) -> Metrics {
        let mut metrics = Metrics::default();
        let writer = Writer(Box::new(move || store.load()));
        metrics.registry.register_collector(Box::new(writer));
        let ways = Ways(Box::new(move |queue| app.outgoing(queue)));
        metrics.registry.register_collector(Box::new(ways));
        metrics
    }

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

    /// In the text format of OpenMetrics. Reads the store, so not on a thread that must not wait.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

/// The load of the writer, in the words of Prometheus.
struct Writer(Box<dyn Fn() -> Result<Load, store::Error> + Send + Sync>);

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Collector for Writer {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let load = match (self.0)() {
            Ok(load) => load,
            Err(error) => {
                // A reading with a gap is told apart from a quiet writer; no false zero.
                tracing::error!(%error, "Could not read how busy the writer is");
                return Ok(());
            }
        };
        let gauges = [
            (
                "writer_queue",
                "Pieces of work that wait for the writer",
                load.waiting,
            ),
            (
                "outbox_messages",
                "Messages for partners not yet carried away",
                load.outbox,
            ),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let mut buckets: Vec<(f64, u64)> = (GROUP_SIZES.iter().zip(load.groups))
            .map(|(end, count)| (*end as f64, count))
            .collect();
        buckets.push((f64::INFINITY, 0));
        let help = "Pieces of work (commits, sessions, leases) in one transaction of the writer";
        let mut sizes =
            encoder.encode_descriptor("writer_group_size", help, None, MetricType::Histogram)?;
        let transactions = load.groups.iter().sum();
        sizes.encode_histogram::<NoLabelSet>(load.taken as f64, transactions, &buckets, None)
    }
}

/// Mail and events on their way out: how much waits, how long, and what was given up.
struct Ways(Box<dyn Fn(&'static str) -> Outcome<Outgoing> + Send + Sync>);

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ways")
    }
}

impl Collector for Ways {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for (queue, name) in [("letter", "mail"), ("delivery", "push")] {
            let found = match (self.0)(queue) {
                Ok(found) => found,
                Err(error) => {
                    tracing::error!(%error, queue, "Could not count what is on its way out");
                    continue;
                }
            };
            let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            for (what, help, value) in [
                ("waiting", "Waiting to be sent", count(found.waiting)),
                ("failed", "Given up and not looked at", count(found.failed)),
                (
                    "oldest_seconds",
                    "Age of what has waited longest",
                    found.oldest_seconds,
                ),
            ] {
                let gauge = ConstGauge::new(value);
                let name = format!("{name}_{what}");
                gauge.encode(encoder.encode_descriptor(
                    &name,
                    help,
                    None,
                    gauge.metric_type(),
                )?)?;
            }
        }
        Ok(())
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

    #[test]
    fn what_is_on_its_way_out_is_told() {
        let mut metrics = Metrics::default();
        let ways = Ways(Box::new(|queue| {
            Ok(Outgoing {
                waiting: u64::from(queue == "letter"),
                failed: 2,
                oldest_seconds: 61,
            })
        }));
        metrics.registry.register_collector(Box::new(ways));
        let text = metrics.text();
        for line in [
            "jinzhi_mail_waiting 1",
            "jinzhi_push_waiting 0",
            "jinzhi_mail_oldest_seconds 61",
            "jinzhi_push_failed 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_load_of_the_writer_is_told() {
        let mut metrics = Metrics::default();
        let load = || {
            Ok(Load {
                waiting: 3,
                taken: 13,
                groups: [1, 0, 1, 1, 0, 0, 0, 0, 0],
                outbox: 7,
            })
        };
        let writer = Box::new(Writer(Box::new(load)));
        metrics.registry.register_collector(writer);
        let text = metrics.text();
        for line in [
            "jinzhi_writer_queue 3",
            "jinzhi_outbox_messages 7",
            "jinzhi_writer_group_size_sum 13.0",
            "jinzhi_writer_group_size_count 3",
            "jinzhi_writer_group_size_bucket{le=\"1.0\"} 1",
            "jinzhi_writer_group_size_bucket{le=\"8.0\"} 3",
            "jinzhi_writer_group_size_bucket{le=\"+Inf\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
