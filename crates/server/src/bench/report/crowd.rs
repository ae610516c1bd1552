//! What hundreds of people at once had to wait.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::Round;

/// The whole crowd, and each kind of request by itself.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    pub people: usize,
    /// Requests a second that were planned.
    pub a_second: f64,
    /// Of everybody; counted from the planned moments.
    pub all: Round,
    pub errors: usize,
    /// The first answers that were errors.
    pub told: Vec<String>,
    pub kinds: Vec<(&'static str, Round)>,
    /// Milliseconds within which 95 of 100 are answered.
    pub aim: f64,
}

impl Crowd {
    fn is_met(&self) -> bool {
        self.errors == 0 && self.all.percentile(95.0) <= self.aim
    }

    /// Share of one processor that the server used.
    fn cpu(&self) -> f64 {
        self.all.cpu.as_secs_f64() / self.all.took.max(Duration::from_millis(1)).as_secs_f64()
    }

    pub fn table(&self) -> String {
        let met = if self.is_met() { "达到" } else { "未达到" };
        let mut out = format!(
            "{} 人同时办公，每秒计划 {:.0} 个请求，共 {} 个：{}，CPU {:.0}%（单核为 100%），出错 {}；\
             目标 p95 ≤ {} ms、无出错 {met}\n",
            self.people,
            self.a_second,
            self.all.requests,
            waits(&self.all),
            self.cpu() * 100.0,
            self.errors,
            self.aim
        );
        for (title, round) in &self.kinds {
            let share = round.requests as f64 * 100.0 / self.all.requests.max(1) as f64;
            out.push_str(&format!("  {title} {share:.0}%：{}\n", waits(round)));
        }
        for told in &self.told {
            out.push_str(&format!("  {told}\n"));
        }
        out
    }

    pub fn json(&self) -> Json {
        let kinds = self.kinds.iter().map(|(title, round)| {
            let mut kind = json_of(round);
            kind["title"] = (*title).into();
            kind
        });
        let mut crowd = json_of(&self.all);
        crowd["people"] = self.people.into();
        crowd["planned_per_second"] = self.a_second.into();
        crowd["cpu"] = self.cpu().into();
        crowd["cpu_us"] = self.all.cpu_per_request().into();
        crowd["errors"] = self.errors.into();
        crowd["told"] = json!(self.told);
        crowd["aim_p95_ms"] = self.aim.into();
        crowd["met"] = self.is_met().into();
        crowd["kinds"] = kinds.collect();
        crowd
    }
}

fn waits(round: &Round) -> String {
    let [p50, p95, p99, most] = [50.0, 95.0, 99.0, 100.0].map(|at| round.percentile(at));
    format!("p50 {p50:.1}，p95 {p95:.1}，p99 {p99:.1}，最长 {most:.1} ms")
}

fn json_of(round: &Round) -> Json {
    let [p50, p95, p99, most] = [50.0, 95.0, 99.0, 100.0].map(|at| round.percentile(at));
    json!({ "requests": round.requests, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": most })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(us: u32, errors: usize) -> Crowd {
        let all = Round {
            requests: 1,
            latencies: vec![us],
            took: Duration::from_secs(2),
            cpu: Duration::from_secs(1),
            ..Round::default()
        };
        Crowd {
            all,
            errors,
            aim: 80.0,
            ..Crowd::default()
        }
    }

    #[test]
    fn an_error_misses_the_aim_whatever_the_time() {
        assert!(crowd(80_000, 0).is_met());
        assert!(!crowd(80_001, 0).is_met() && !crowd(1, 1).is_met());
        assert_eq!(crowd(1, 0).json()["cpu"], 0.5);
    }
}
