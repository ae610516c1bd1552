//! The posts of a person at the machine itself: changed, added, listed, ended.

use app::{Input, NewPost};
use kernel::{Actor, Raw};

use super::{Deed, is_role, known, record_id, unit};
use crate::cli::{UserEndPost, UserInvite, UserMove, UserPost};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

/// Changes role, unit or term of the account's own post.
pub fn change(ask: &UserMove, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let account = known(&house, &ask.login)?;
    let mut input = Input::new();
    if let Some(role) = &ask.role {
        is_role(&house, role)?;
        input.push(("role".to_owned(), Raw::text(role.as_str())));
    }
    if let Some(code) = &ask.unit {
        let unit = unit(&house, code)?;
        input.push(("unit".to_owned(), Raw::Text(unit.to_string())));
    }
    if let Some(until) = ask.until {
        input.push(("until".to_owned(), Raw::Text(until.to_string())));
    }
    let deed = Deed {
        register: "house.account",
        id: account,
        action: "move",
        reason: &ask.reason,
    };
    deed.take(&house, &input)?;
    line(format!("已变更账号 {} 的岗位", ask.login));
    Ok(Done::Yes)
}

pub fn add(ask: &UserPost, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    is_role(&house, &ask.role)?;
    let post = NewPost {
        account: known(&house, &ask.login)?,
        role: &ask.role,
        unit: unit(&house, &ask.unit)?,
        subject: ask.subject.as_deref().map(record_id).transpose()?,
        since: ask.since,
        until: ask.until,
    };
    let id = house.app.add_post(&Actor::operator(), &post).map_err(no)?;
    line(format!("已增加岗位 {id}"));
    Ok(Done::Yes)
}

pub fn list(ask: &UserInvite, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    let account = known(&house, &ask.login)?;
    for post in house.app.all_posts(account).map_err(no)? {
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
        let stead = post
            .on_behalf
            .map_or_else(String::new, |name| format!("代 {name}"));
        line(format!(
            "{}\t{}\t{}\t{}\t{}\t{stead}",
            post.id,
            post.role,
            post.unit,
            day(post.since),
            day(post.until)
        ));
    }
    Ok(Done::Yes)
}

pub fn end(ask: &UserEndPost, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let deed = Deed {
        register: "house.post",
        id: record_id(&ask.post)?,
        action: "end",
        reason: &ask.reason,
    };
    deed.take(&house, &Input::new())?;
    line(format!("已结束岗位 {}", ask.post));
    Ok(Done::Yes)
}
