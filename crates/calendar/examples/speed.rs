//! How fast a million clocks are reckoned anew: `cargo run --release -p calendar --example speed`.

use std::io::{Write, stdout};
use std::time::Instant;

use calendar::{Calendar, Clock, Due, Extension, Limit, Reason, Reckoning, Year};
use jiff::{Span, Timestamp};

const CLOCKS: i64 = 1_000_000;
const LIMITS: [&str; 6] = [
    "3 workdays",
    "20 workdays",
    "30 days",
    "60 days, next workday",
    "2 months",
    "24 hours",
];
/// An invented notice for a year that has none yet.
const NEXT_YEAR: &str = "year 2027 | published 2026-11-20 | source 通知（样例）
holiday 元旦 | off 2027-01-01..2027-01-03 | law 2027-01-01 | work 2026-12-26
holiday 春节 | off 2027-02-05..2027-02-12 | law 2027-02-05..2027-02-08 | work 2027-01-31";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let old = Calendar::builtin();
    let year = Year::parse(NEXT_YEAR).map_err(|faults| faults[0].clone())?;
    let new = old.merge(vec![year])?;
    let clocks = clocks()?;

    let since = Instant::now();
    let before: Vec<Option<Due>> = clocks.iter().map(|clock| clock.due(old).due()).collect();
    let once = since.elapsed();
    let running = before.iter().flatten().count();

    let since = Instant::now();
    let pairs = clocks.iter().zip(&before);
    let moved: Vec<(&Clock, Due)> = pairs
        .filter_map(|(clock, before)| match clock.due(&new) {
            Reckoning::Due(after) if before.is_none_or(|due| due.date != after.date) => {
                Some((clock, after))
            }
            _ => None,
        })
        .collect();
    let again = since.elapsed();

    let mut out = stdout();
    writeln!(out, "{CLOCKS} clocks reckoned in {once:.2?}; {running} run")?;
    writeln!(
        out,
        "reckoned by the next calendar in {again:.2?}; {} moved",
        moved.len()
    )?;
    Ok(())
}

/// Started over two years; a third was paused, a tenth extended, a twentieth stands still.
fn clocks() -> Result<Vec<Clock>, Box<dyn std::error::Error>> {
    let limits: Vec<Limit> = LIMITS
        .iter()
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let first: Timestamp = "2025-01-02T01:30:00Z".parse()?;
    let mut clocks = Vec::new();
    for n in 0..CLOCKS {
        let after = |hours: i64| first + Span::new().hours(n % 17_280 + hours);
        let mut clock = Clock::start(after(0), limits[n as usize % limits.len()]);
        if n % 3 == 0 {
            clock.pause(after(1), Reason::Testing)?;
            clock.resume(after(200))?;
        }
        if n % 10 == 1 {
            let extension = Extension {
                count: 10,
                granted: after(2),
                by: "局长".to_owned(),
                reason: "样例".to_owned(),
            };
            clock.extend(extension, Calendar::builtin())?;
        }
        if n % 20 == 2 {
            clock.pause(after(300), Reason::ExpertReview)?;
        }
        clocks.push(clock);
    }
    Ok(clocks)
}
