//! What was measured, as a table for people and as JSON for programs.

mod crowd;

use serde_json::{Value as Json, json};

use super::load::{Round, median};

pub use crowd::Crowd;

/// One side of one case: the medians of its rounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Requests or rows a second.
    pub rate: f64,
    /// Slowest and fastest round.
    pub spread: (f64, f64),
    /// Milliseconds; none for sheets.
    pub p50: Option<f64>,
    pub p99: Option<f64>,
    /// Microseconds of processor time for each request or row.
    pub cpu: f64,
    /// Bytes of an answer or a row.
    pub bytes: f64,
}

impl Figures {
    pub fn of(rounds: &[Round]) -> Figures {
        let rates: Vec<f64> = rounds.iter().map(Round::rate).collect();
        let bytes = |r: &Round| r.bytes as f64 / r.requests.max(1) as f64;
        Figures {
            spread: spread(&rates),
            rate: median(rates),
            p50: Some(median(rounds.iter().map(|r| r.percentile(50.0)))),
            p99: Some(median(rounds.iter().map(|r| r.percentile(99.0)))),
            cpu: median(rounds.iter().map(Round::cpu_per_request)),
            bytes: median(rounds.iter().map(bytes)),
        }
    }

    /// Of a command that did so many rows, several times.
    pub fn of_rows(rows: u64, runs: &[super::child::Used], bytes: u64) -> Figures {
        let rows = rows.max(1) as f64;
        let rates: Vec<f64> = runs
            .iter()
            .map(|run| rows / run.took.as_secs_f64().max(1e-9))
            .collect();
        Figures {
            spread: spread(&rates),
            rate: median(rates),
            cpu: median(runs.iter().map(|run| run.cpu.as_secs_f64() * 1e6 / rows)),
            bytes: bytes as f64 / rows,
            ..Figures::default()
        }
    }

    fn json(&self) -> Json {
        json!({
            "per_second": self.rate,
            "slowest": self.spread.0,
            "fastest": self.spread.1,
            "p50_ms": self.p50,
            "p99_ms": self.p99,
            "cpu_us": self.cpu,
            "bytes": self.bytes,
        })
    }
}

fn spread(rates: &[f64]) -> (f64, f64) {
    let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
    (low, rates.iter().copied().fold(0.0, f64::max))
}

/// What was to be reached (issue 2, §9).
#[derive(Clone, Copy, Debug)]
pub enum Aim {
    /// At least this share of the bare side's rate.
    Share(f64),
    /// So many a second at least.
    Rate(f64),
    /// 99 of 100 within so many milliseconds.
    Within(f64),
}

impl Aim {
    fn is_met(self, ours: &Figures, bare: &Figures) -> bool {
        match self {
            Aim::Share(share) => ours.rate >= share * bare.rate,
            Aim::Rate(rate) => ours.rate >= rate,
            Aim::Within(ms) => ours.p99.is_some_and(|p99| p99 <= ms),
        }
    }

    fn words(self) -> String {
        match self {
            Aim::Share(share) => format!("≥ {share} 倍"),
            Aim::Rate(rate) => format!("≥ {rate:.0}/秒"),
            Aim::Within(ms) => format!("p99 ≤ {ms} ms"),
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: &'static str,
    pub title: &'static str,
    pub ours: Figures,
    pub bare: Figures,
    pub aim: Option<Aim>,
}

/// A figure that has no other side, or is of the whole server.
#[derive(Clone, Debug)]
pub struct Whole {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub ours: f64,
    pub bare: f64,
    pub most: Option<f64>,
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub devices: u64,
    pub connections: usize,
    pub seconds: f64,
    pub rounds: usize,
    /// Load average before and after: others at work make figures worse.
    pub load: (String, String),
    pub lines: Vec<Line>,
    pub wholes: Vec<Whole>,
    pub crowd: Option<Crowd>,
    /// What a reader must know beside the figures.
    pub notes: Vec<String>,
}

impl Report {
    pub fn table(&self) -> String {
        let mut out = format!(
            "{} 台设备，{} 个连接，每轮 {} 秒，各 {} 轮交替，取中位数；开始时负载 {}，结束时 {}\n\n",
            self.devices, self.connections, self.seconds, self.rounds, self.load.0, self.load.1
        );
        let mut rows = vec![
            [
                "项目",
                "",
                "每秒",
                "最慢–最快",
                "p50 ms",
                "p99 ms",
                "CPU µs",
                "字节",
                "倍数",
                "目标",
            ]
            .map(str::to_owned),
        ];
        for line in &self.lines {
            let ratio = format!("{:.2}", line.ours.rate / line.bare.rate.max(1e-9));
            let aim = line.aim.map_or_else(String::new, |aim| {
                let met = if aim.is_met(&line.ours, &line.bare) {
                    "达到"
                } else {
                    "未达到"
                };
                format!("{} {met}", aim.words())
            });
            rows.push(row(line.title, "金质", &line.ours, ratio, aim));
            rows.push(row("", "裸", &line.bare, String::new(), String::new()));
        }
        out.push_str(&aligned(&rows));
        out.push('\n');
        for whole in &self.wholes {
            let aim = whole.most.map_or_else(String::new, |most| {
                let met = if whole.ours <= most {
                    "达到"
                } else {
                    "未达到"
                };
                format!("，目标 ≤ {most} {met}")
            });
            out.push_str(&format!(
                "{}：金质 {:.3} {unit}，裸 {:.3} {unit}{aim}\n",
                whole.title,
                whole.ours,
                whole.bare,
                unit = whole.unit
            ));
        }
        out.push_str(&self.crowd.as_ref().map_or_else(String::new, Crowd::table));
        for note in &self.notes {
            out.push_str(note);
            out.push('\n');
        }
        out
    }

    pub fn json(&self) -> Json {
        let lines = self.lines.iter().map(|line| {
            json!({
                "name": line.name,
                "ours": line.ours.json(),
                "bare": line.bare.json(),
                "ratio": line.ours.rate / line.bare.rate.max(1e-9),
                "aim": line.aim.map(Aim::words),
                "met": line.aim.map(|aim| aim.is_met(&line.ours, &line.bare)),
            })
        });
        let wholes = self.wholes.iter().map(|whole| {
            json!({
                "name": whole.name,
                "unit": whole.unit,
                "ours": whole.ours,
                "bare": whole.bare,
                "most": whole.most,
                "met": whole.most.map(|most| whole.ours <= most),
            })
        });
        json!({
            "devices": self.devices,
            "connections": self.connections,
            "seconds": self.seconds,
            "rounds": self.rounds,
            "load_before": self.load.0,
            "load_after": self.load.1,
            "cases": lines.collect::<Vec<_>>(),
            "wholes": wholes.collect::<Vec<_>>(),
            "people": self.crowd.as_ref().map(Crowd::json),
            "notes": self.notes,
        })
    }
}

fn row(title: &str, side: &str, figures: &Figures, ratio: String, aim: String) -> [String; 10] {
    let ms = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.2}"));
    [
        title.to_owned(),
        side.to_owned(),
        format!("{:.0}", figures.rate),
        format!("{:.0}–{:.0}", figures.spread.0, figures.spread.1),
        ms(figures.p50),
        ms(figures.p99),
        format!("{:.1}", figures.cpu),
        format!("{:.0}", figures.bytes),
        ratio,
        aim,
    ]
}

/// Columns under each other; a Han character is two wide.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |text: &str| {
        text.chars()
            .map(|c| 1 + usize::from(c >= '\u{2E80}'))
            .sum::<usize>()
    };
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            rows.iter()
                .map(|row| width(&row[at]))
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (text, wide) in row.iter().zip(&widths) {
            line.push_str(text);
            line.push_str(&" ".repeat(wide - width(text) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rate: f64, p99: f64) -> Figures {
        Figures {
            rate,
            p99: Some(p99),
            ..Figures::default()
        }
    }

    #[test]
    fn aims_are_met_or_missed() {
        let (ours, bare) = (figures(60.0, 10.0), figures(100.0, 1.0));
        assert!(Aim::Share(0.6).is_met(&ours, &bare) && !Aim::Share(0.61).is_met(&ours, &bare));
        assert!(Aim::Within(10.0).is_met(&ours, &bare) && !Aim::Within(9.0).is_met(&ours, &bare));
        assert!(Aim::Rate(60.0).is_met(&ours, &bare) && !Aim::Rate(61.0).is_met(&ours, &bare));
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [
            ["读".to_owned(), "1".to_owned()],
            ["abc".to_owned(), "2".to_owned()],
        ];
        assert_eq!(aligned(&rows), "读   1\nabc  2\n");
    }
}
