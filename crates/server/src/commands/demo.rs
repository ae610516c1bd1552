//! `jinzhi demo`: a sample county to try everything on, served at once.

use std::path::Path;

use anyhow::Context as _;
use app::{Clock as _, NewAccount, SystemClock};
use jiff::ToSpan as _;
use kernel::{Actor, Freshness, Id, Profile};
use store::Seal;
use subsystems::generate::{Area, Plan};

use super::init::Founder;
use crate::cli::Demo;
use crate::config::{Config, Overrides};
use crate::data::House;
use crate::definitions::Sources;
use crate::generate::Growing;
use crate::samples;
use crate::say::{Done, line, no, told};
use crate::serve;

/// 杭州市萧山区, whose district bureau the seed text describes: 28 towns, 300 key enterprises.
const COUNTY: &str = "330109";
const TOWNS: usize = 28;
/// One for five towns.
const STATIONS: usize = TOWNS.div_ceil(5);
const KEY_FIRMS: usize = 300;
/// The county is the same every time.
const SEED: u64 = 330_109;
const PASSWORD: &str = "Jinzhi-demo-2026";

/// Where a person of the demo works.
enum Seat {
    Bureau,
    Unit(&'static str),
    /// A sample enterprise by its credit code.
    Firm(&'static str),
}

/// Login, name, role, seat: one of each kind of user.
const PEOPLE: [(&str, &str, &str, Seat); 9] = [
    ("keyuan", "周科员", "section_officer", Seat::Bureau),
    ("kezhang", "吴科长", "section_head", Seat::Bureau),
    ("juzhang", "郑局长", "bureau_lead", Seat::Bureau),
    (
        "zhansuo",
        "王巡查",
        "station_officer",
        Seat::Unit("330109S01"),
    ),
    ("zhenjie", "冯质监", "town_qo", Seat::Unit("330109001")),
    (
        "qiye",
        "陈管理",
        "ent_admin",
        Seat::Firm("91330109MA21002120"),
    ),
    ("admin", "系统管理员", "sys_admin", Seat::Bureau),
    ("anquan", "褚安全", "sec_admin", Seat::Bureau),
    ("shenji", "卫审计", "auditor", Seat::Bureau),
];

pub fn run(ask: &Demo, sources: &Sources) -> anyhow::Result<Done> {
    let (house, growing) = match ask.data.join("jinzhi.db").is_file() {
        true => (reopen(&ask.data, sources)?, None),
        false => {
            let (house, growing) = make(&ask.data, sources, ask.devices)?;
            (house, Some(growing))
        }
    };
    let overrides = Overrides::of_process(vec![("listen".to_owned(), ask.listen.to_string())]);
    let config = Config::read(&ask.data, &overrides)?;
    let catalogue = house.catalogue.clone();
    let served = serve::run(&house, config, |config| {
        line(format!("演示系统已启动：{}", config.shown_url()));
        line(format!("所有账号的口令都是 {PASSWORD}"));
        for (login, name, role, _) in &PEOPLE {
            let role = catalogue
                .roles
                .get(*role)
                .map_or(*role, |role| role.label.zh.as_str());
            line(format!("  {login:<8} {name}（{role}）"));
        }
        line("按 Ctrl+C 停止");
        if let Some(growing) = &growing {
            line("企业和设备正在后台生成，几秒后装齐");
            growing.go_on();
        }
    });
    // Before the house is dropped, and with it the lock on the directory.
    growing.map_or(Ok(()), Growing::end)?;
    served?;
    Ok(Done::Yes)
}

/// A demo migrates itself: whoever tries it should not have to.
fn reopen(dir: &Path, sources: &Sources) -> anyhow::Result<House> {
    {
        let _lock = crate::data::Lock::take(dir)?;
        let (catalogue, _) = sources.catalogue_over(dir)?;
        store::migrate(dir, &catalogue, SystemClock.now(), |_| {})
            .with_context(|| format!("演示数据迁移不了，请换一个目录或者删除 {}", dir.display()))?;
    }
    let house = House::to_write(dir, sources)?;
    // The accounts come last.
    for (login, ..) in &PEOPLE {
        if house.app.account(login).map_err(no)?.is_none() {
            return Err(told(format!(
                "{} 里的示例数据没有生成完，请删除这个目录，再运行一次",
                dir.display()
            )));
        }
    }
    Ok(house)
}

/// Founds the county with its units, accounts and written samples; firms and devices follow while
/// the first pages are served already.
fn make(dir: &Path, sources: &Sources, devices: usize) -> anyhow::Result<(House, Growing)> {
    line(format!("正在 {} 生成示例县区……", dir.display()));
    let founder = Founder {
        unit: COUNTY,
        instance: 0,
        admin: "admin",
        seal: Seal::Aes,
        demo: true,
        profile: Profile::Full,
    };
    let (house, bureau) = founder.found(dir, sources)?;
    let today = SystemClock.now().local_date().saturating_sub(1.day());
    let area = Area::County {
        code: COUNTY.to_owned(),
        towns: TOWNS,
        key_firms: KEY_FIRMS,
    };
    let plan = Plan {
        devices,
        seed: SEED,
        today,
        area,
    };
    let store = house.store.clone();
    store.in_haste(|| {
        let growing = Growing::begin(&house, plan, |made| {
            line(format!(
                "示例数据已装齐：镇街 {}，企业 {}，设备 {}，检验报告 {}",
                made.towns, made.firms, made.devices, made.reports
            ));
        })?;
        let house = house.afresh()?;
        samples::enter_in_towns(&house, COUNTY, &towns(&house))?;
        seat_others(&house)?;
        seat_people(&house, bureau)?;
        samples::enter_matters(&house, &|role| holder(&house, role))?;
        let house = house.afresh()?;
        Ok((house, growing))
    })?
}

/// Codes of the invented towns.
fn towns(house: &House) -> Vec<String> {
    let towns = house.app.places().children(COUNTY).into_iter();
    towns.map(|(code, _)| code).collect()
}

/// One person in every other town and station, so that what lies there lies with somebody. They have no
/// password yet; whoever wants to look through their eyes sets one.
fn seat_others(house: &House) -> anyhow::Result<()> {
    let stations = (1..=STATIONS).map(|nth| format!("{COUNTY}S{nth:02}"));
    let towns = towns(house)
        .into_iter()
        .map(|code| (code, "town_qo", "质监员"));
    let stations = stations.map(|code| (code, "station_officer", "巡查员"));
    let taken = |code: &str| {
        let mut seats = PEOPLE.iter().map(|(.., seat)| seat);
        seats.any(|seat| matches!(seat, Seat::Unit(unit) if *unit == code))
    };
    for (code, role, name) in towns.chain(stations).filter(|(code, ..)| !taken(code)) {
        let unit = house.app.unit(&code).map_err(no)?;
        let unit = unit.ok_or_else(|| told(format!("示例里没有单位 {code}")))?;
        let login = code.to_lowercase();
        let name = format!("{name}{}", &code[COUNTY.len()..]);
        let account = NewAccount {
            login: &login,
            name: &name,
            role,
            unit,
            subject: None,
        };
        let made = house.app.add_account(&Actor::operator(), &account);
        made.map_err(no)?;
    }
    Ok(())
}

/// Makes the accounts. Hashing a password is meant to take long, so each is hashed beside the others.
fn seat_people(house: &House, bureau: Id) -> anyhow::Result<()> {
    let mut accounts = Vec::new();
    for (login, name, role, seat) in &PEOPLE {
        accounts.push(seat_person(house, bureau, (login, name, role), seat)?);
    }
    std::thread::scope(|scope| {
        let hashing: Vec<_> = accounts
            .into_iter()
            .map(|account| scope.spawn(move || house.app.set_password(Id(0), account, PASSWORD)))
            .collect();
        for one in hashing {
            one.join()
                .map_err(|_| told("设置口令时程序出错"))?
                .map_err(no)?;
        }
        Ok(())
    })
}

fn seat_person(
    house: &House,
    bureau: Id,
    (login, name, role): (&str, &str, &str),
    seat: &Seat,
) -> anyhow::Result<Id> {
    let app = &house.app;
    let (unit, subject) = match seat {
        Seat::Bureau => (bureau, None),
        Seat::Unit(code) => {
            let unit = app.unit(code).map_err(no)?;
            (
                unit.ok_or_else(|| told(format!("示例里没有单位 {code}")))?,
                None,
            )
        }
        Seat::Firm(code) => (bureau, Some(firm(house, code)?)),
    };
    match app.account(login).map_err(no)? {
        Some(account) => Ok(account),
        None => {
            let account = NewAccount {
                login,
                name,
                role,
                unit,
                subject,
            };
            app.add_account(&Actor::operator(), &account).map_err(no)
        }
    }
}

/// The person of the demo who holds the role, at the machine: what she does needs no further proof.
fn holder(house: &House, role: &str) -> anyhow::Result<Actor> {
    let nobody = || told(format!("示例里没有人是 {role}"));
    let (login, ..) = PEOPLE
        .iter()
        .find(|(_, _, held, _)| *held == role)
        .ok_or_else(nobody)?;
    let account = house.app.account(login).map_err(no)?.ok_or_else(nobody)?;
    let person = house.app.person(account).map_err(no)?.ok_or_else(nobody)?;
    Ok(Actor {
        freshness: Freshness::AtTheMachine,
        ..person.actor.clone()
    })
}

/// The enterprise with that code.
fn firm(house: &House, code: &str) -> anyhow::Result<Id> {
    let missing = || told(format!("示例里没有企业 {code}"));
    let hits = house.app.search(&Actor::operator(), code, 1).map_err(no)?;
    hits.first().map(|hit| hit.id).ok_or_else(missing)
}
