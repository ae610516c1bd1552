//! People of one enterprise: whoever administers it makes accounts for colleagues, bound to the same
//! enterprise and to no other, of the roles that his own may make (`made_by`), up to a number; the
//! security administrator grants them unless the settings say otherwise (`organisation.md` §2.2).

use kernel::{Actor, Blame, Event, Id, Meta, Reason, Record, Refusal, Relied, Value};
use speech::{Said, said};
use store::{DoorKind, Reader};

use crate::follow::same;
use crate::records::Act;
use crate::{App, Error, No, Outcome, Saved};

/// Longest name of a person; the definition allows no more.
const NAME_CHARS_MAX: usize = 40;
/// A one-time sign-in link ends after.
const LINK_HOURS: i64 = 24;

/// One account of the person's enterprise.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub account: Id,
    pub login: String,
    pub name: String,
    pub role: Said,
    pub state: Said,
    /// The person may sign in.
    pub is_open: bool,
    /// The asking person may make a link for it, or close it.
    pub is_theirs: bool,
}

impl App {
    /// Roles of which this person may make accounts within the own enterprise, with their labels.
    pub fn colleague_roles(&self, actor: &Actor) -> Vec<(String, Said)> {
        let (Some(own), Some(_)) = (actor.role(), actor.subject) else {
            return Vec::new();
        };
        let roles = self.catalogue().roles.values();
        let mine = roles.filter(|role| role.made_by.iter().any(|by| by == own));
        mine.map(|role| (role.name.clone(), Said::from(&role.label)))
            .collect()
    }

    /// The accounts of the person's enterprise; for those who may make some.
    pub fn own_accounts(&self, actor: &Actor) -> Outcome<Vec<Colleague>> {
        let subject = self.own_firm(actor)?;
        self.look(|reader| {
            let records = self.accounts_of(reader, subject)?;
            let told = records.iter().map(|record| self.colleague(actor, record));
            let mut told: Vec<Colleague> = told.collect();
            told.sort_by(|a, b| a.login.cmp(&b.login));
            Ok(told)
        })
    }

    /// Makes an account for a colleague; answers it with the login as it was given.
    pub fn add_colleague(
        &self,
        actor: &Actor,
        (login, name): (&str, &str),
        role: &str,
    ) -> Outcome<Colleague> {
        let subject = self.own_firm(actor)?;
        self.fit_to_add(actor, (login, name), role)?;
        let accounts = self.house("account")?;
        let id = self.store().next_id()?;
        let login = self.free_login(login.trim())?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            ground.proven()?;
            let room = self.room_for(reader, subject)?;
            let word = |word: &str| Value::Text(word.to_owned());
            let values: Vec<(String, Value)> = [
                ("login", word(&login)),
                ("name", word(name.trim())),
                ("role", word(role)),
                ("unit", Value::Id(actor.unit)),
                ("subject", word(&subject.to_string())),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
            let state = match self.rules().flag("colleagues_granted")? {
                true => "asked",
                false => "active",
            };
            let reads = kernel::Reads::default();
            let made = kernel::make_for(&ground, accounts, id, Some(state), &values, &reads)?;
            let told = self.colleague(actor, &made.after);
            let (mut commit, _) = self.sum_up(&ground, reader, Act::made(), made)?;
            commit.relied.push(room);
            Ok((commit, told))
        })
    }

    /// A one-time sign-in link for a colleague; written down as those of administrators are.
    pub fn colleague_link(&self, actor: &Actor, account: Id) -> Outcome<String> {
        let record = self.theirs(actor, account)?;
        if !self.is_open(&record) {
            let message = said!(
                "账号还没有授权启用或者已经停用，不能生成登录链接"
                    / "The account is not open yet, or was closed; no sign-in link can be made"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
        let event = Event {
            kind: "invite".to_owned(),
            record: Some((record.register, account)),
            detail: vec![("hours".to_owned(), LINK_HOURS.to_string())],
        };
        self.write_down(Meta::of(actor, self.now()), event)?;
        let (token, _) = self.open_door(account, DoorKind::Invite, LINK_HOURS)?;
        Ok(token)
    }

    /// Closes the account of a colleague who has left; opened again it is by the bureau alone.
    pub fn close_colleague(&self, actor: &Actor, account: Id) -> Outcome<Saved> {
        self.theirs(actor, account)?;
        let saved = self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.load(reader, self.house("account")?, account)?;
            let reads = self.reads(&ground, reader, &before, Some("lock"))?;
            let done = kernel::act_for(&ground, &before, "lock", &[], &reads, None)?;
            let act = Act {
                action: ground.catalogue.at(before.register).action("lock"),
                reason: Some(
                    said!("企业管理员停用" / "closed by the enterprise")
                        .zh
                        .into_owned(),
                ),
                ..Act::on(&before)
            };
            self.sum_up(&ground, reader, act, done)
        })?;
        self.store().close_doors_of(account)?;
        Ok(saved)
    }

    /// The enterprise that the person administers.
    fn own_firm(&self, actor: &Actor) -> Outcome<Id> {
        let subject = actor
            .subject
            .filter(|_| !self.colleague_roles(actor).is_empty());
        subject.ok_or_else(|| {
            let message = said!(
                "只有企业管理员可以管理本企业的账号"
                    / "Only the administrator of an enterprise manages its accounts"
            );
            Refusal::forbidden(message).into()
        })
    }

    /// The account, where it is of the same enterprise and of a role that the person may make. Of others
    /// nobody learns even that they are there.
    fn theirs(&self, actor: &Actor, account: Id) -> Outcome<Record> {
        let subject = self.own_firm(actor)?;
        self.look(|reader| {
            let frame = self.frame();
            self.ground(&frame, actor).proven()?;
            let record = self.load(reader, self.house("account")?, account)?;
            let def = self.catalogue().at(record.register);
            let bound = *record.named(def, "subject") == Value::Text(subject.to_string());
            match bound && self.is_made_by(actor, &record) {
                true => Ok(record),
                false => Err(Refusal::not_found().into()),
            }
        })
    }

    fn is_made_by(&self, actor: &Actor, account: &Record) -> bool {
        let def = self.catalogue().at(account.register);
        let role = account.named(def, "role");
        let mut may = self.colleague_roles(actor).into_iter();
        account.id != actor.account && may.any(|(name, _)| *role == Value::Text(name))
    }

    fn colleague(&self, actor: &Actor, record: &Record) -> Colleague {
        let def = self.catalogue().at(record.register);
        let text = |name: &str| match record.named(def, name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        let role = text("role");
        let label = self.catalogue().roles.get(&role).map(|role| &role.label);
        let state = record.state.map(|state| &def.states[state.0].label);
        Colleague {
            account: record.id,
            login: text("login"),
            name: text("name"),
            role: label.map_or_else(|| Said::same(&role), Said::from),
            state: state.map(Said::from).unwrap_or_default(),
            is_open: self.is_open(record),
            is_theirs: self.is_made_by(actor, record),
        }
    }

    fn fit_to_add(&self, actor: &Actor, (login, name): (&str, &str), role: &str) -> Outcome<()> {
        let mut blames = Vec::new();
        if !super::apply::is_login(login.trim()) {
            blames.push(Blame::at("login", "login", super::apply::login_rule()));
        }
        if name.trim().is_empty() || name.trim().chars().count() > NAME_CHARS_MAX {
            let message = said!(
                "请填写姓名，最多 {NAME_CHARS_MAX} 个字"
                    / "Please give the name, at most {NAME_CHARS_MAX} characters"
            );
            blames.push(Blame::at("name", "required", message));
        }
        let mut may = self.colleague_roles(actor).into_iter();
        if !may.any(|(known, _)| known == role) {
            let message = said!("请选择岗位" / "Please choose the role");
            blames.push(Blame::at("role", "choice", message));
        }
        match blames.is_empty() {
            true => Ok(()),
            false => Err(Refusal::invalid(blames).into()),
        }
    }

    /// There are fewer accounts than the settings allow, now and when it is written.
    fn room_for(&self, reader: &Reader, subject: Id) -> Outcome<Relied> {
        let accounts = self.house("account")?;
        let def = self.catalogue().at(accounts);
        let field = def.field("subject").ok_or(Error::Broken("house.account"))?;
        let most = self.rules().number("colleagues_max")?;
        let closed = def.state("locked");
        let all = self.accounts_of(reader, subject)?;
        let open = all.iter().filter(|account| account.state != closed).count();
        if i64::try_from(open).unwrap_or(i64::MAX) >= most {
            let message = said!(
                "本企业的账号已满 {most} 个，请先停用不再使用的；确需增加请联系本局"
                    / "Your enterprise has {most} accounts already; close one that is not used, or ask the bureau for more"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
        same(reader, accounts, field, Value::Text(subject.to_string()))
    }
}
