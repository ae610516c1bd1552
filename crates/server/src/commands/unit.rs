//! `jinzhi unit`: the tree of units at the machine itself, and the acts on it.

use app::{AreaLine, Count, NewUnit, UnitAsk, UnitPreview};
use kernel::units::{Act, Assigned, Part};
use kernel::{Actor, Id};

use super::import;
use super::user::record_id;
use crate::cli::{How, Import, Place, Unit, UnitAdd, UnitChangeId, UnitImport, UnitList, UnitUndo};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no, told};

/// Where units are kept.
const REGISTER: &str = "house.unit";
/// Divisions and posts told one by one; pages list all.
const TOLD_MAX: usize = 50;

pub fn run(ask: Unit, sources: &Sources) -> anyhow::Result<Done> {
    match ask {
        Unit::List(ask) => list(&ask, sources),
        Unit::Add(ask) => add(&ask, sources),
        Unit::Import(ask) => bring(ask, sources),
        Unit::Merge(ask) => change(&ask.how, sources, &[], |house| {
            let from = ask.units.iter().map(|code| unit(house, code));
            Ok(Act::Merge {
                from: from.collect::<Result<_, _>>()?,
                into: unit(house, &ask.into)?,
            })
        }),
        Unit::Split(ask) => change(&ask.how, sources, &ask.assign, |house| {
            let parts = ask.parts.iter().map(|text| part(house, text));
            Ok(Act::Split {
                from: unit(house, &ask.unit)?,
                parts: parts.collect::<Result<_, _>>()?,
                rest: maybe(house, ask.rest.as_deref())?,
            })
        }),
        Unit::Move(ask) => change(&ask.how, sources, &[], |house| {
            Ok(Act::Move {
                unit: unit(house, &ask.unit)?,
                under: maybe(house, ask.under.as_deref())?,
            })
        }),
        Unit::Rename(ask) => change(&ask.how, sources, &[], |house| {
            Ok(Act::Rename {
                unit: unit(house, &ask.unit)?,
                title: ask.title.clone(),
            })
        }),
        Unit::Close(ask) => change(&ask.how, sources, &ask.assign, |house| {
            Ok(Act::Close {
                unit: unit(house, &ask.unit)?,
                heir: maybe(house, ask.heir.as_deref())?,
            })
        }),
        Unit::Changes(place) => changes(&place, sources),
        Unit::Withdraw(ask) => withdraw(&ask, sources),
        Unit::Undo(ask) => undo(&ask, sources),
    }
}

fn list(ask: &UnitList, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    let tree = house
        .app
        .unit_tree(&Actor::operator(), ask.on, &ask.find)
        .map_err(no)?;
    for row in &tree.rows {
        let kind = house.catalogue.choices.get("house.unit_kind");
        let kind = kind.and_then(|list| list.entries.get(&row.kind));
        let kind = kind.map_or(row.kind.as_str(), |entry| entry.label.zh.as_str());
        let space = "  ".repeat(row.depth);
        let areas = row.areas.join("、");
        line(format!(
            "{space}{}\t{}\t{kind}\t{areas}",
            row.code, row.title
        ));
    }
    line(format!("{} 共 {} 个单位", tree.day, tree.rows.len()));
    Ok(Done::Yes)
}

fn add(ask: &UnitAdd, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let new = NewUnit {
        code: &ask.code,
        title: &ask.title,
        kind: &ask.kind,
        parent: maybe(&house, ask.parent.as_deref())?,
        areas: &ask.area,
    };
    house.app.add_unit(&Actor::operator(), &new).map_err(no)?;
    line(format!("已新建单位 {}（{}）", ask.title, ask.code));
    Ok(Done::Yes)
}

fn bring(ask: UnitImport, sources: &Sources) -> anyhow::Result<Done> {
    let whole = Import {
        register: REGISTER.to_owned(),
        file: ask.file,
        map: None,
        dry_run: ask.dry_run,
        wrong: ask.wrong,
        place: ask.place,
    };
    import::run(&whole, sources)
}

fn change(
    how: &How,
    sources: &Sources,
    assign: &[String],
    act: impl FnOnce(&House) -> anyhow::Result<Act>,
) -> anyhow::Result<Done> {
    let house = match how.dry_run {
        true => House::beside(&how.place.data, sources)?,
        false => House::to_write(&how.place.data, sources)?,
    };
    let assigned = assign.iter().map(|text| assigned(&house, text));
    let ask = UnitAsk {
        act: act(&house)?,
        day: how.from.unwrap_or_else(|| house.app.now().local_date()),
        assigned: assigned.collect::<Result<_, _>>()?,
        reason: how.reason.clone().unwrap_or_default(),
    };
    let operator = Actor::operator();
    let preview = house.app.preview_units(&operator, &ask).map_err(no)?;
    tell(&preview);
    if how.dry_run {
        return Ok(if preview.missing.is_empty() {
            Done::Yes
        } else {
            Done::No
        });
    }
    let changed = house.app.change_units(&operator, &ask).map_err(no)?;
    let id = changed.saved.id;
    match changed.done {
        true => line(format!(
            "已办理，变更 {} 条记录；变动的记录号 {id}，撤回请运行：jinzhi unit undo {id} --reason 理由 --data 目录",
            changed.moved
        )),
        false => line(format!(
            "已登记，{} 生效；变动的记录号 {id}，取消请运行：jinzhi unit withdraw {id} --data 目录",
            ask.day
        )),
    }
    Ok(Done::Yes)
}

fn tell(preview: &UnitPreview) {
    let when = if preview.at_once {
        "当日生效"
    } else {
        "到期生效"
    };
    line(format!(
        "{}，自 {} 起（{when}）",
        preview.sentence.zh, preview.day
    ));
    for (unit, what) in &preview.units {
        line(format!("  {unit}：{}", what.zh));
    }
    for area in preview.areas.iter().take(TOLD_MAX) {
        let AreaLine {
            code,
            name,
            from,
            to,
        } = area;
        let to = to.as_deref().unwrap_or("（由上级管辖）");
        line(format!("  区划 {code} {name}：{from} → {to}"));
    }
    more(preview.areas.len(), "个区划");
    for post in preview.posts.iter().take(TOLD_MAX) {
        let to = post.to.as_ref().map_or("（没有去向）", |(_, title)| title);
        line(format!(
            "  {} {}：{} → {to}",
            post.login, post.role.zh, post.from
        ));
    }
    more(preview.posts.len(), "个岗位");
    for task in &preview.tasks {
        line(format!(
            "  待办 {} 件：{} → {}",
            task.count, task.from, task.to
        ));
    }
    for record in &preview.records {
        let count = match record.count {
            Count::Exactly(count) => count.to_string(),
            Count::MoreThan(count) => format!("{count} 以上"),
        };
        line(format!("  随区划转归的{}：{count}", record.register.zh));
    }
    for missing in &preview.missing {
        line(format!("  还不能办理：{}", missing.message.zh));
    }
}

fn more(all: usize, what: &str) {
    if all > TOLD_MAX {
        line(format!("  …… 共 {all} {what}"));
    }
}

fn changes(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&place.data, sources)?;
    let tree = house
        .app
        .unit_tree(&Actor::operator(), None, "")
        .map_err(no)?;
    for change in &tree.coming {
        let state = &change.state_said.zh;
        line(format!(
            "{}\t{}\t{state}\t{}\t{}",
            change.id, change.day, change.title, change.fault
        ));
    }
    Ok(Done::Yes)
}

fn withdraw(ask: &UnitChangeId, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let id = record_id(&ask.change)?;
    house
        .app
        .withdraw_unit_change(&Actor::operator(), id)
        .map_err(no)?;
    line(format!("已取消变动 {id}"));
    Ok(Done::Yes)
}

fn undo(ask: &UnitUndo, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let id = record_id(&ask.change)?;
    house
        .app
        .take_back_unit_change(&Actor::operator(), id, &ask.reason)
        .map_err(no)?;
    line(format!("已撤回变动 {id}"));
    Ok(Done::Yes)
}

fn unit(house: &House, code: &str) -> anyhow::Result<Id> {
    match house.app.unit_by_code(code.trim()).map_err(no)? {
        Some(unit) => Ok(unit),
        None => Err(told(format!(
            "没有编号为“{code}”的单位，可用 jinzhi unit list 查看"
        ))),
    }
}

fn maybe(house: &House, code: Option<&str>) -> anyhow::Result<Option<Id>> {
    code.map(|code| unit(house, code)).transpose()
}

/// `BH=330109113,330109114`.
fn part(house: &House, text: &str) -> anyhow::Result<Part> {
    let Some((code, areas)) = text.split_once('=') else {
        return Err(told(format!("“{text}”应写成 单位编号=区划代码,区划代码")));
    };
    let areas = areas.split([',', '，', '、']).map(str::trim);
    Ok(Part {
        into: unit(house, code)?,
        areas: areas.filter(|a| !a.is_empty()).map(str::to_owned).collect(),
    })
}

/// `zhangsan=BH`: a login for the first post, or the record of a further one.
fn assigned(house: &House, text: &str) -> anyhow::Result<Assigned> {
    let Some((who, code)) = text.split_once('=') else {
        return Err(told(format!("“{text}”应写成 登录名=单位编号")));
    };
    let post = match house.app.account(who.trim()).map_err(no)? {
        Some(account) => account,
        None => record_id(who.trim())?,
    };
    Ok((post, unit(house, code)?))
}
