//! A million open limits, counted by another calendar: how long until it is known which of them move.
//! The bare side reads the same columns past the house and does the same sums.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use calendar::{Calendar, Clock, Limit, Reason, Reckoning, Year};
use catalogue::plan::table_name;
use kernel::flow::Writer;
use kernel::{
    Actor, Change, Commit, Datum, Id, Meta, Moment, Raw, RegisterIx, RowData, Value, What,
};

use super::data::Places;
use super::load::load_average;
use super::report::{Report, Whole};
use super::{Bench, ROUNDS};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

pub const NAME: &str = "clocks";
const CLOCKS: usize = 1_000_000;
/// Aim of issue 3, §3.
const SECONDS: f64 = 5.0;
/// As many as one transaction takes.
const AT_ONCE: usize = 10_000;
/// One of so many was paused and runs again.
const PAUSED_EACH: usize = 20;
const LIMITS: [&str; 5] = [
    "3 workdays",
    "20 workdays",
    "30 days",
    "60 days, next workday",
    "2 months",
];
/// An invented notice: what the imported days say, and what the bare side counts by.
const NEXT_YEAR: &str = "year 2027 | published 2026-11-20 | source 通知（样例）
holiday 元旦 | off 2027-01-01..2027-01-03 | law 2027-01-01
holiday 春节 | off 2027-02-05..2027-02-11 | law 2027-02-05..2027-02-08 | work 2027-01-31";

/// These need no devices, and lie in a directory of their own.
pub fn run(places: &Places, ask: &Bench, sources: &Sources) -> anyhow::Result<Done> {
    std::fs::create_dir_all(&places.dir)?;
    let report = Report {
        rounds: ROUNDS,
        load: (load_average(), String::new()),
        wholes: vec![whole(places, sources)?],
        ..Report::default()
    };
    match ask.json {
        true => line(report.json()),
        false => line(report.table()),
    }
    Ok(Done::Yes)
}

/// A new calendar over a million open limits.
pub fn whole(places: &Places, sources: &Sources) -> anyhow::Result<Whole> {
    let (ours, bare) = measure(places, sources, ROUNDS)?;
    Ok(Whole {
        name: NAME,
        title: "一百万个未结期限：核对、列出变动",
        unit: "秒",
        ours,
        bare,
        most: Some(SECONDS),
    })
}

/// Seconds until the list is there: ours, and bare.
fn measure(places: &Places, sources: &Sources, rounds: usize) -> anyhow::Result<(f64, f64)> {
    let dir = places.dir.join("clocks");
    if !dir.join("made").exists() {
        if dir.exists() {
            std::fs::remove_dir_all(&dir)?;
        }
        places.run(&["init"], [OsStr::new("--data"), dir.as_os_str()])?;
        make(&House::to_write(&dir, sources)?)?;
        std::fs::write(dir.join("made"), "")?;
    }
    let house = House::beside(&dir, sources)?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let began = Instant::now();
        let list = house.app.moves_of_next_calendar(&Actor::operator());
        let list = list.map_err(no)?;
        ours.push(began.elapsed());
        let began = Instant::now();
        let moved = read_bare(&house, &dir)?;
        bare.push(began.elapsed());
        anyhow::ensure!(
            list.checked == CLOCKS as u64 && list.moved.len() == moved,
            "{} limits checked, {} and {moved} moved",
            list.checked,
            list.moved.len()
        );
    }
    let seconds = |all: Vec<Duration>| super::load::median(all.iter().map(Duration::as_secs_f64));
    Ok((seconds(ours), seconds(bare)))
}

/// One matter with a million clocks, and the days of the next year as imported.
fn make(house: &House) -> anyhow::Result<()> {
    let operator = Actor::operator();
    let register = |name: &str| house.register(name);
    let (matters, clocks) = (register("house.matter")?, register("house.clock")?);
    let now = house.app.now();
    let matter = house.store.next_id()?;
    let text = |text: &str| Value::Text(text.to_owned());
    let values = vec![
        ("register", text(super::cases::REGISTER)),
        ("record", text("0000000000000")),
        ("public_no", text("0123456789ABCDEF")),
        ("flow", text("bench")),
        ("began_at", Value::Moment(now)),
        ("at_state", text("bench")),
    ];
    let write = |register, values: Vec<(&str, Value)>, id: Id, state: &str| {
        let catalogue = &house.catalogue;
        Writer {
            catalogue,
            register,
        }
        .insert(id, "create", state, values)
    };
    let change = write(matters, values, matter, "running");
    house.store.commit(commit(&operator, now, change))?;
    let pauses = house.catalogue.at(clocks).field("pauses");
    let limits: Result<Vec<Limit>, _> = LIMITS.iter().map(|limit| limit.parse()).collect();
    let (limits, calendar) = (limits?, Calendar::builtin());
    for from in (0..CLOCKS).step_by(AT_ONCE) {
        let ids = house.store.next_ids(AT_ONCE)?;
        let commits = ids.into_iter().zip(from..CLOCKS).map(|(id, nth)| {
            let limit = limits[nth % limits.len()];
            // Begun over the hundred days before the end of 2026.
            let began = Moment(1_790_000_000_000_000 + (nth as i64 % 2_400) * 3_600_000_000);
            let mut clock = Clock::start(began.timestamp(), limit);
            let paused = nth % PAUSED_EACH == 0 && {
                let after = |hours: i64| Moment(began.0 + hours * 3_600_000_000).timestamp();
                clock.pause(after(1), Reason::Testing).is_ok() && clock.resume(after(30)).is_ok()
            };
            let due = clock.due(calendar).due();
            let due = due.map_or(Value::Null, |due| {
                Value::Moment(Moment::from_timestamp(due.moment))
            });
            let values = vec![
                ("matter", Value::Id(matter)),
                ("name", text("decision")),
                ("started_at", Value::Moment(began)),
                ("time_limit", text(&limit.to_string())),
                ("due_at", due),
                ("calendar", text("1")),
            ];
            let mut change = write(clocks, values, id, "running");
            if let (true, What::Insert { data, .. }, Some(pauses)) =
                (paused, &mut change.what, pauses)
            {
                let rows = clock.pauses().iter().map(pause_row).collect();
                data.push((pauses, Datum::Rows(rows)));
            }
            commit(&operator, now, change)
        });
        for result in house.store.bulk(commits.collect())? {
            result?;
        }
    }
    import_days(house, &operator)
}

fn pause_row(pause: &calendar::Pause) -> RowData {
    let moment = |at| Value::Moment(Moment::from_timestamp(at));
    RowData {
        id: None,
        values: vec![
            moment(pause.from),
            pause.until.map_or(Value::Null, moment),
            Value::Text(pause.reason.word().to_owned()),
        ],
    }
}

fn commit(actor: &Actor, now: Moment, change: Change) -> Commit {
    Commit {
        meta: Meta::of(actor, now),
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    }
}

/// The invented notice, day by day.
fn import_days(house: &House, operator: &Actor) -> anyhow::Result<()> {
    let register: RegisterIx = house.register("house.calendar_day")?;
    for holiday in next_year()?.holidays() {
        let off = holiday.off.iter().map(|day| {
            (
                day,
                if holiday.law.contains(day) {
                    "law"
                } else {
                    "off"
                },
            )
        });
        let work = holiday.work.iter().map(|day| (day, "work"));
        for (day, kind) in off.chain(work) {
            let fields = [
                ("day", day.to_string()),
                ("kind", kind.to_owned()),
                ("year", "2027".to_owned()),
                ("title", holiday.name.chinese.to_string()),
                ("published", "2026-11-20".to_owned()),
                ("source", "通知（样例）".to_owned()),
            ];
            let fields = fields.map(|(name, text)| (name.to_owned(), Raw::Text(text)));
            let made = house.app.create(operator, register, None, &fields.to_vec());
            made.map_err(no)?;
        }
    }
    Ok(())
}

fn next_year() -> anyhow::Result<Year> {
    let year = Year::parse(NEXT_YEAR);
    year.map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

/// How many move, by plain SQL. Pauses are read beforehand, in one statement.
fn read_bare(house: &House, dir: &Path) -> anyhow::Result<usize> {
    let def = house.catalogue.at(house.register("house.clock")?);
    let pauses = def.field("pauses").context("pauses")?;
    let rows = catalogue::plan::rows_table_name(def, def.get(pauses));
    let conn = rusqlite::Connection::open(dir.join("jinzhi.db"))?;
    let next = Calendar::builtin().merge(vec![next_year()?])?;
    let mut paused = std::collections::HashMap::new();
    let mut statement = conn.prepare(&format!("SELECT parent, \"from\", until FROM \"{rows}\""))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let pause: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        paused.insert(pause.0, (pause.1, pause.2));
    }
    let sql = format!(
        "SELECT id, started_at, time_limit, due_at FROM \"{}\" WHERE state = 'running'",
        table_name(def)
    );
    let mut statement = conn.prepare(&sql)?;
    let mut found = statement.query([])?;
    let mut moved = 0;
    while let Some(row) = found.next()? {
        let (id, began): (i64, i64) = (row.get(0)?, row.get(1)?);
        let limit: Limit = row.get_ref(2)?.as_str()?.parse()?;
        let due: i64 = row.get(3)?;
        let mut clock = Clock::start(Moment(began).timestamp(), limit);
        if let Some((from, until)) = paused.get(&id) {
            clock.pause(Moment(*from).timestamp(), Reason::Testing)?;
            clock.resume(Moment(*until).timestamp())?;
        }
        let Reckoning::Due(new) = clock.due(&next) else {
            continue;
        };
        moved += usize::from(Moment::from_timestamp(new.moment).0 != due);
    }
    Ok(moved)
}
