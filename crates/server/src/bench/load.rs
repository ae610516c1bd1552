//! Load: so many connections, each asking again as soon as it was answered, for so long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::client::{Client, Request};

/// Before measuring, caches and connections are warmed for this share of the time.
pub const WARM_UP: f64 = 0.2;

/// What one connection asks, one request after the other.
pub trait Asking: Send {
    fn next(&mut self) -> Request;
    /// Nothing is left to be asked that was not asked before.
    fn is_spent(&self) -> bool {
        false
    }
    /// Takes the answer to the last request.
    fn answered(&mut self, status: u16, body: &[u8]) -> anyhow::Result<()>;
}

/// What was measured in one round.
#[derive(Clone, Debug, Default)]
pub struct Round {
    pub requests: u64,
    pub took: Duration,
    /// Of every request, sorted, in microseconds.
    pub latencies: Vec<u32>,
    /// Processor time of the server during the round.
    pub cpu: Duration,
    pub bytes: u64,
}

impl Round {
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64().max(1e-9)
    }

    /// Milliseconds below which so many of a hundred answers came.
    pub fn percentile(&self, percent: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * percent / 100.0).round() as usize;
        self.latencies
            .get(at)
            .map_or(0.0, |us| f64::from(*us) / 1_000.0)
    }

    pub fn cpu_per_request(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests.max(1) as f64
    }
}

pub type Askers = Vec<Box<dyn Asking>>;

/// Runs the askers against the server and gives them back for the next round; `cpu` tells the
/// processor time that the server has used so far.
pub fn run(
    to: SocketAddr,
    token: &str,
    seconds: f64,
    askers: Askers,
    cpu: impl Fn() -> anyhow::Result<Duration>,
) -> anyhow::Result<(Round, Askers)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Tasks of one thread: the asking side uses one processor at most.
        let local = tokio::task::LocalSet::new();
        local
            .run_until(round(to, token, seconds, askers, cpu))
            .await
    })
}

async fn round(
    to: SocketAddr,
    token: &str,
    seconds: f64,
    askers: Askers,
    cpu: impl Fn() -> anyhow::Result<Duration>,
) -> anyhow::Result<(Round, Askers)> {
    let begin = Instant::now() + Duration::from_secs_f64(seconds * WARM_UP);
    let end = begin + Duration::from_secs_f64(seconds);
    let bytes = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::with_capacity(askers.len());
    for asker in askers {
        let client = Client::connect(to, token).await?;
        tasks.push(tokio::task::spawn_local(one(
            client,
            asker,
            (begin, end),
            bytes.clone(),
        )));
    }
    tokio::time::sleep_until(begin.into()).await;
    let before = cpu()?;
    tokio::time::sleep_until(end.into()).await;
    let used = cpu()?.saturating_sub(before);
    let mut round = Round {
        cpu: used,
        took: end - begin,
        ..Round::default()
    };
    let mut askers = Vec::with_capacity(tasks.len());
    for task in tasks {
        let (latencies, asker) = task.await.context("an asker broke down")??;
        askers.push(asker);
        round.requests += latencies.len() as u64;
        round.latencies.extend(latencies);
    }
    round.latencies.sort_unstable();
    round.bytes = bytes.load(Ordering::Relaxed);
    Ok((round, askers))
}

/// Asks until the end; gives the latencies of what was answered within the measured time.
async fn one(
    mut client: Client,
    mut asker: Box<dyn Asking>,
    (begin, end): (Instant, Instant),
    bytes: Arc<AtomicU64>,
) -> anyhow::Result<(Vec<u32>, Box<dyn Asking>)> {
    let mut latencies = Vec::with_capacity(4_096);
    loop {
        if asker.is_spent() && Instant::now() < end {
            bail!("all that was prepared is used up; ask for fewer --seconds or more --tasks");
        }
        let request = asker.next();
        let asked = Instant::now();
        if asked >= end {
            return Ok((latencies, asker));
        }
        let (status, body) = client.ask(&request).await?;
        let now = Instant::now();
        if !(200..300).contains(&status) {
            let text: String = String::from_utf8_lossy(body).chars().take(600).collect();
            bail!(
                "{} {} answers {status}: {text}",
                request.method,
                request.target
            );
        }
        asker.answered(status, body)?;
        if asked >= begin && now <= end {
            latencies.push(u32::try_from((now - asked).as_micros()).unwrap_or(u32::MAX));
            bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        }
    }
}

/// How busy the machine is.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The middle value.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => (values[n / 2 - 1] + values[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_medians() {
        let latencies = (1..=100).map(|ms| ms * 1_000).collect();
        let round = Round {
            requests: 100,
            latencies,
            ..Round::default()
        };
        assert_eq!(
            (round.percentile(50.0), round.percentile(99.0)),
            (51.0, 99.0)
        );
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([1.0, 2.0]), 1.5);
        assert_eq!(median([]), 0.0);
    }
}
