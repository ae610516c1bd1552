//! How fast records go in by bulk, with history, ledger and search, and how fast they come out:
//! `cargo run --release -p store --example bulk -- 245000`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use catalogue::{FieldIx, HookNames, Origin, Texts};
use expr::{Id, Moment, Value};
use kernel::{Change, Commit, Datum, Meta, Span, What};
use store::{Filter, Founding, Query, Seal, Store};

const SUBSYSTEM: &str = r#"
[subsystem]
title = "试验"
[choices.kind]
title = "种类"
entries = { lift = "电梯", boiler = "锅炉", crane = "起重机械" }
"#;

const FIRM: &str = r#"
[record]
title = "企业"
path = "firms"
shown = "{name}"
[fields]
name = { type = "text", label = "名称", max = 60, search = true }
[form]
what = { title = "企业", fields = ["name"] }
[permissions]
sys_admin = { may = ["see"], within = "all" }
"#;

const DEVICE: &str = r#"
[record]
title = "设备"
path = "devices"
shown = "{code} {name}"
reach = "division"
owner = "user"
[fields]
code = { type = "text", label = "代码", max = 20, unique = true, search = true }
cert = { type = "text", label = "使用登记证编号", max = 20 }
kind = { type = "choice", of = "kind", label = "种类" }
name = { type = "text", label = "名称", max = 60, search = true }
user = { type = "ref", to = "firm", label = "使用单位", search = true }
division = { type = "division", label = "区划" }
site = { type = "text", label = "地点", max = 100, search = true }
maker = { type = "text", label = "制造单位", max = 60 }
made_on = { type = "date", label = "制造日期" }
serial = { type = "text", label = "出厂编号", max = 30 }
inspected_on = { type = "date", label = "检验日期" }
next_due = { type = "date", label = "下次检验日期" }
load_kg = { type = "int", label = "额定载重量" }
speed = { type = "decimal", scale = 2, label = "速度" }
floors = { type = "int", label = "层站数" }
price = { type = "money", label = "价格" }
pass = { type = "bool", label = "合格" }
home = { type = "point", label = "经纬度" }
remark = { type = "text", label = "备注", max = 100 }
agency = { type = "text", label = "检验机构", max = 60 }
[form]
what = { title = "设备", fields = ["code", "cert", "kind", "name", "user", "division", "site", "maker", "made_on", "serial", "inspected_on", "next_due", "load_kg", "speed", "floors", "price", "pass", "home", "remark", "agency"] }
[states]
in_use = { label = "在用", phase = "open" }
stopped = { label = "停用", phase = "open" }
[actions]
stop = { label = "停用", from = ["in_use"], to = "stopped", by = ["sys_admin"] }
resume = { label = "启用", from = ["stopped"], to = "in_use", by = ["sys_admin"] }
[indexes]
by_area = ["division", "state", "next_due"]
[permissions]
sys_admin = { may = ["see"], within = "all" }
"#;

fn main() {
    let devices: usize = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(245_000);
    let club = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/tennis_club");
    let texts = Texts::house()
        .and_then(|texts| texts.with_tenant_on_disk(&club))
        .expect("the club is in the tree")
        .with_text("trial/subsystem.toml", Origin::Tenant, SUBSYSTEM)
        .with_text("trial/firm.toml", Origin::Tenant, FIRM)
        .with_text("trial/device.toml", Origin::Tenant, DEVICE);
    let hooks = HookNames {
        compute: &[("tennis_club.member", "fee_due")],
        guard: &[("tennis_club.member", "no_open_booking")],
        effect: &[("tennis_club.booking", "count_visit")],
        reads: &[],
    };
    let catalogue = Arc::new(catalogue::load(&texts, &hooks).unwrap_or_else(|f| panic!("{f:#?}")));
    let dir = std::env::temp_dir().join(format!("jinzhi-bulk-{}", std::process::id()));
    let at = Moment(1_803_864_600_000_000);
    let founding = Founding {
        division: 370_102,
        instance: 0,
        at,
        seal: Seal::Aes,
    };
    let store = Store::create(&dir, founding, catalogue.clone()).expect("a new directory");

    let meta = Meta {
        at,
        actor: Id(1),
        reason: None,
        batch: Some(Id(2)),
        capacity: None,
    };
    let commit = |change| Commit {
        meta: meta.clone(),
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    };
    let firm = catalogue.register("trial.firm").expect("firm");
    let device = catalogue.register("trial.device").expect("device");
    let firms: Vec<Id> = (0..devices / 20 + 1)
        .map(|_| store.next_id().expect("id"))
        .collect();
    let begun = Instant::now();
    for chunk in firms.chunks(10_000) {
        let commits = chunk.iter().enumerate().map(|(n, id)| {
            let name = format!("{}{}有限公司", word(n * 7 + id.0 as usize), word(n));
            let what = What::Insert {
                state: None,
                data: vec![(FieldIx(0), Datum::One(name.into()))],
            };
            commit(Change {
                register: firm,
                id: *id,
                act: "import".to_owned(),
                what,
            })
        });
        let answers = store.bulk(commits.collect()).expect("bulk");
        assert!(answers.iter().all(Result::is_ok));
    }
    println!("firms: {} in {:?}", firms.len(), begun.elapsed());

    let (mut making, mut writing) = (0.0, 0.0);
    for first in (0..devices).step_by(10_000) {
        let begun = Instant::now();
        let commits: Vec<Commit> = (first..devices.min(first + 10_000))
            .map(|n| {
                let data = fields(n, firms[n % firms.len()]);
                let state = Some(kernel::StateIx(0));
                let id = store.next_id().expect("id");
                let what = What::Insert { state, data };
                commit(Change {
                    register: device,
                    id,
                    act: "import".to_owned(),
                    what,
                })
            })
            .collect();
        making += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let answers = store.bulk(commits).expect("bulk");
        writing += begun.elapsed().as_secs_f64();
        assert!(answers.iter().all(Result::is_ok));
    }
    println!(
        "devices: {devices} in {writing:.2} s = {:.0} rows/s (making the values: {making:.2} s)",
        devices as f64 / writing
    );

    for words in ["电梯", "恒泰", "和辉", "梯", "瑞成", "恒泰 电梯", "3110"] {
        for (name, span) in [
            ("all", Span::All),
            ("county", Span::Areas(FieldIx(5), vec!["370103".to_owned()])),
        ] {
            let mut times: Vec<f64> = Vec::new();
            let mut hits = 0;
            for _ in 0..50 {
                let begun = Instant::now();
                let scope = [(device, span.clone())];
                hits = store
                    .read(|r| r.search(words, &scope, 50))
                    .expect("search")
                    .len();
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "search {words} {name}: {hits} hits, p50 {:.2} ms, worst {:.2} ms",
                times[25], times[49]
            );
        }
    }
    let query = Query {
        filter: Filter::All(vec![
            Filter::Prefix(FieldIx(5), "370103".to_owned()),
            Filter::States(vec![kernel::StateIx(0)]),
        ]),
        sort: vec![catalogue::Sort {
            by: catalogue::Column::Field(FieldIx(11)),
            descending: false,
        }],
        ..Query::of(device)
    };
    let begun = Instant::now();
    for _ in 0..50 {
        store.read(|r| r.query(&query)).expect("query");
    }
    println!(
        "list of 50 in a county by date: {:.2} ms",
        begun.elapsed().as_secs_f64() * 20.0
    );

    let query = Query {
        fields: Some((0..20).map(FieldIx).collect()),
        ..Query::of(device)
    };
    let begun = Instant::now();
    let mut bytes = 0;
    store
        .read(|r| {
            r.each_raw(&query, |row| {
                for place in 0..20 {
                    if let store::Raw::Text(text) = row.cell(place)? {
                        bytes += text.len();
                    }
                }
                Ok::<(), store::Error>(())
            })
        })
        .expect("stream");
    let took = begun.elapsed().as_secs_f64();
    println!(
        "each_raw: {:.0} rows/s ({bytes} bytes of text)",
        devices as f64 / took
    );
    let begun = Instant::now();
    store
        .read(|r| r.each(&query, |_| Ok::<(), store::Error>(())))
        .expect("stream");
    println!(
        "each: {:.0} rows/s",
        devices as f64 / begun.elapsed().as_secs_f64()
    );

    let begun = Instant::now();
    let report = store::verify(&dir, &[], &[]).expect("verify");
    println!(
        "verify: whole {} in {:?}",
        report.is_whole(),
        begun.elapsed()
    );
    let begun = Instant::now();
    drop(store);
    let size = std::fs::metadata(dir.join("jinzhi.db")).map_or(0, |about| about.len());
    println!(
        "closed in {:?}, {:.0} MB",
        begun.elapsed(),
        size as f64 / 1e6
    );
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    std::fs::remove_dir_all(&dir).expect("own directory");
}

fn word(n: usize) -> &'static str {
    const WORDS: [&str; 16] = [
        "恒泰", "瑞成", "和辉", "金茂", "宏远", "东方", "华夏", "永安", "天成", "百川", "中信",
        "长青", "明德", "致远", "新城", "海纳",
    ];
    WORDS[n % WORDS.len()]
}

fn fields(n: usize, firm: Id) -> Vec<(FieldIx, Datum)> {
    let date = |days: usize| {
        let date = jiff::civil::date(2024, 1, 1);
        let span = jiff::Span::new().days(i64::try_from(days % 1_200).unwrap_or(0));
        Value::Date(date.checked_add(span).unwrap_or(date))
    };
    let kind = ["lift", "boiler", "crane"][n % 3];
    let values = [
        Value::Text(format!("3110370102{n:010}")),
        Value::Text(format!("梯11鲁A{n:05}(27)")),
        Value::from(kind),
        Value::Text(format!("{}曳引驱动乘客电梯{}型", word(n / 5), n % 90)),
        Value::Id(firm),
        Value::Text(format!("3701{:02}{:03}", n % 12, n % 28)),
        Value::Text(format!(
            "{}路{}号{}小区{}栋",
            word(n / 3),
            n % 300,
            word(n / 11),
            n % 40
        )),
        Value::Text(format!("{}电梯制造有限公司", word(n / 17))),
        date(n),
        Value::Text(format!("NO{n:08}")),
        date(n + 100),
        date(n + 465),
        Value::Int((n % 2_000) as i64),
        Value::Dec(expr::Dec::new((n % 400) as i64, 2)),
        Value::Int((n % 40) as i64),
        Value::Int((n * 1_000) as i64),
        Value::Bool(!n.is_multiple_of(7)),
        expr::Point::new(36_000_000 + n as i64, 117_000_000 - n as i64).into(),
        Value::Text(format!("第{n}台")),
        Value::Text(format!("{}特种设备检验研究院", word(n / 29))),
    ];
    values
        .into_iter()
        .enumerate()
        .map(|(ix, value)| (FieldIx(ix), Datum::One(value)))
        .collect()
}
