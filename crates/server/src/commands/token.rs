//! `jinzhi token`: a bearer token for programs.

use crate::cli::Token;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, aside, line, no, told};

pub fn run(ask: &Token, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    if house.app.account(&ask.login).map_err(no)?.is_none() {
        return Err(told(format!("没有账号“{}”", ask.login)));
    }
    let token = house.app.issue_token(&ask.login, ask.days).map_err(no)?;
    aside(format!(
        "{} 的接口令牌，{} 天内有效，只显示这一次：",
        ask.login, ask.days
    ));
    // Alone on standard output, so that scripts can take it.
    line(token);
    Ok(Done::Yes)
}
