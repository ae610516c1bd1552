//! `jinzhi erase`: destroys the personal values of one record for good (个人信息保护法 第47条).

use kernel::Actor;

use super::user::record_id;
use crate::cli::Erase;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

pub fn run(ask: &Erase, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let register = house.register(&ask.register)?;
    let id = record_id(&ask.id)?;
    let operator = Actor::operator();
    let (record, _) = house
        .app
        .record(&operator, register, id, None)
        .map_err(no)?;
    house
        .app
        .erase(&operator, register, id, record.version, &ask.reason)
        .map_err(no)?;
    line(format!(
        "已永久删除 {} {} 的个人信息，备份里的旧副本请按规定清除",
        ask.register, ask.id
    ));
    Ok(Done::Yes)
}
