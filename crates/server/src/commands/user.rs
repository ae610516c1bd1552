//! `jinzhi user`: accounts at the machine itself.

mod posts;

use app::{Ask, Input, LIST_ROWS_MAX, NewAccount, Seen};
use kernel::{Actor, Id};

use crate::cli::{Place, User, UserAdd, UserInvite, UserLock};
use crate::config::{Config, Overrides};
use crate::data::{House, nearest};
use crate::definitions::Sources;
use crate::say::{Done, line, no, told};

pub fn run(ask: &User, sources: &Sources) -> anyhow::Result<Done> {
    match ask {
        User::Add(ask) => add(ask, sources),
        User::List(place) => list(place, sources),
        User::Lock(ask) => lock(ask, sources),
        User::Invite(ask) => invite(ask, sources),
        User::Move(ask) => posts::change(ask, sources),
        User::Post(ask) => posts::add(ask, sources),
        User::Posts(ask) => posts::list(ask, sources),
        User::EndPost(ask) => posts::end(ask, sources),
    }
}

fn add(ask: &UserAdd, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    is_role(&house, &ask.role)?;
    let unit = unit(&house, &ask.unit)?;
    let account = NewAccount {
        login: &ask.login,
        name: ask.name.as_deref().unwrap_or(&ask.login),
        role: &ask.role,
        unit,
        subject: ask.subject.as_deref().map(record_id).transpose()?,
    };
    house
        .app
        .add_account(&Actor::operator(), &account)
        .map_err(no)?;
    line(format!("已新建账号 {}", ask.login));
    link(&house, &ask.login)
}

fn is_role(house: &House, role: &str) -> anyhow::Result<()> {
    if house.catalogue.roles.contains_key(role) {
        return Ok(());
    }
    let roles = house.catalogue.roles.keys().map(String::as_str);
    let near = nearest(role, roles).map_or_else(String::new, |r| format!("，是不是 {r}"));
    Err(told(format!("没有角色“{role}”{near}")))
}

fn unit(house: &House, code: &str) -> anyhow::Result<Id> {
    match house.app.unit(code).map_err(no)? {
        Some(unit) => Ok(unit),
        None => Err(told(format!(
            "没有编号为“{code}”的单位，请先在“单位”里登记"
        ))),
    }
}

fn invite(ask: &UserInvite, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    known(&house, &ask.login)?;
    link(&house, &ask.login)
}

fn link(house: &House, login: &str) -> anyhow::Result<Done> {
    let config = Config::read(&house.dir, &Overrides::of_process(Vec::new()))?;
    let token = house.app.invite(login).map_err(no)?;
    line("一次性登录链接（24 小时内有效）：");
    line(format!("{}/login/{token}", config.shown_url()));
    Ok(Done::Yes)
}

fn list(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&place.data, sources)?;
    let register = house.register("house.account")?;
    let def = house.catalogue.at(register);
    let mut ask = Ask {
        limit: Some(LIST_ROWS_MAX),
        ..Ask::default()
    };
    loop {
        let (page, _) = house
            .app
            .list(&Actor::operator(), register, &ask)
            .map_err(no)?;
        for row in &page.rows {
            let text = |name: &str| match def.field(name).and_then(|ix| row.field(ix)) {
                Some(Seen::Plain(datum)) => datum.value().to_string(),
                _ => String::new(),
            };
            let state = row
                .state
                .map_or("", |state| def.states[state.0].label.zh.as_str());
            let role = house.catalogue.roles.get(&text("role"));
            let role = role.map_or_else(|| text("role"), |role| role.label.zh.clone());
            line(format!("{}\t{role}\t{state}", text("login")));
        }
        match page.next {
            Some(next) => ask.after = Some(next),
            None => return Ok(Done::Yes),
        }
    }
}

fn lock(ask: &UserLock, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let account = known(&house, &ask.login)?;
    let done = Deed {
        register: "house.account",
        id: account,
        action: "lock",
        reason: &ask.reason,
    };
    done.take(&house, &Vec::new())?;
    house.store.close_doors_of(account)?;
    line(format!("已停用账号 {}，它的登录全部断开", ask.login));
    Ok(Done::Yes)
}

/// An action that the operator takes on a record of the house.
struct Deed<'a> {
    register: &'a str,
    id: Id,
    action: &'a str,
    reason: &'a str,
}

impl Deed<'_> {
    fn take(&self, house: &House, input: &Input) -> anyhow::Result<()> {
        let register = house.register(self.register)?;
        let operator = Actor::operator();
        let app = &house.app;
        let (record, _) = app.record(&operator, register, self.id, None).map_err(no)?;
        let words = kernel::Words {
            reason: Some(self.reason),
            ..kernel::Words::default()
        };
        let at = record.version;
        app.act(&operator, register, self.id, at, self.action, input, words)
            .map_err(no)?;
        Ok(())
    }
}

fn known(house: &House, login: &str) -> anyhow::Result<Id> {
    match house.app.account(login).map_err(no)? {
        Some(account) => Ok(account),
        None => Err(told(format!("没有账号“{login}”"))),
    }
}

/// A record id as pages show it.
pub fn record_id(text: &str) -> anyhow::Result<Id> {
    text.parse()
        .map_err(|_| told(format!("记录号“{text}”不对，应是网址里的 13 位字符")))
}
