//! `jinzhi profile`: how the duties of the house are shared among its people, shown or changed.

use kernel::{Actor, Profile};

use crate::cli::{self, Mode};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

pub fn run(ask: &cli::Profile, sources: &Sources) -> anyhow::Result<Done> {
    let Some(to) = ask.to else {
        let house = House::beside(&ask.place.data, sources)?;
        line(said(house.app.profile()));
        return Ok(Done::Yes);
    };
    let house = House::to_write(&ask.place.data, sources)?;
    let profile = of(to);
    if house.app.profile() == profile {
        line(format!("没有变更。{}", said(profile)));
        return Ok(Done::Yes);
    }
    let reason = ask.reason.as_deref().unwrap_or_default();
    house
        .app
        .set_profile(&Actor::operator(), profile, reason)
        .map_err(no)?;
    line(format!("已变更。{}", said(profile)));
    Ok(Done::Yes)
}

pub fn of(mode: Mode) -> Profile {
    match mode {
        Mode::Full => Profile::Full,
        Mode::Small => Profile::Small,
    }
}

/// The profile as a sentence.
pub fn said(profile: Profile) -> &'static str {
    match profile {
        Profile::Full => "运行模式：full（三员分立，经办与审批分离）",
        Profile::Small => {
            "运行模式：small（一人可以兼任多个岗位，同一人既经办又审批的逐件标记“同一人办理”，供上级核查）"
        }
    }
}
