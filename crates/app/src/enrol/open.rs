//! The account that a confirmed application becomes, in the same commit as the confirmation: bound to
//! the unit that the officer verified, with the password that the applicant chose.

use catalogue::{Enrol, Phase};
use kernel::{
    Action, Change, Datum, Decision, FieldIx, Ground, Id, Reason, Record, RegisterIx, Value, What,
};
use speech::said;
use store::{Filter, Query, Reader};

use crate::records::Act;
use crate::{App, Error, No, Outcome};

/// Accounts of one unit that are counted.
const ACCOUNTS_MAX: usize = 1_000;
/// Digits tried after a login that is taken.
const TRIES_MAX: u32 = 1_000;

/// What follows from a confirmation.
pub(crate) struct Opening {
    pub account: Decision,
    /// Fields of the application that change with it.
    pub own: Vec<(FieldIx, Datum)>,
}

impl Opening {
    /// The change of the application itself.
    pub fn noted(&self, record: &Record) -> Change {
        Change {
            register: record.register,
            id: record.id,
            act: String::new(),
            what: What::Update {
                expected: record.version,
                state: None,
                data: self.own.clone(),
            },
        }
    }
}

impl App {
    /// The account that the act opens, if it is one that does.
    pub(crate) fn opening(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        after: &Record,
    ) -> Outcome<Option<Opening>> {
        let def = ground.catalogue.at(after.register);
        let (Some(enrol), Some(action)) = (&def.enrol, act.action) else {
            return Ok(None);
        };
        if !enrol.opens.contains(&action.name) {
            return Ok(None);
        }
        let Value::Id(subject) = *after.value(enrol.subject) else {
            let label = &def.get(enrol.subject).label;
            let message = said!(
                "先要有“{}”，账号才有归属"
                    / "“{}” must be there first, for the account belongs to it",
                label
            );
            return Err(No::refuse(Reason::Conflict, message));
        };
        let hash = reader.secret(after.register, after.id, enrol.password)?;
        let hash = hash.filter(|hash| !hash.is_empty());
        let hash = hash.ok_or_else(|| {
            let message = said!(
                "申请时没有设口令，开不了账号；请申请人在注册页重新申请"
                    / "no password was given with the application, so no account can be opened; please let the applicant apply anew on the public page"
            );
            No::refuse(Reason::Conflict, message)
        })?;
        let login = self.free_login(text(after.value(enrol.login)))?;
        let account = self.account_for(ground, enrol, after, subject, (&login, &hash))?;
        let own = vec![
            (enrol.opened, Datum::One(Value::Text(login))),
            // The account has it now; twice is once too often.
            (enrol.password, Datum::One(Value::Null)),
        ];
        Ok(Some(Opening { account, own }))
    }

    fn account_for(
        &self,
        ground: &Ground,
        enrol: &Enrol,
        application: &Record,
        subject: Id,
        (login, hash): (&str, &str),
    ) -> Outcome<Decision> {
        let accounts = self.house("account")?;
        let def = ground.catalogue.at(accounts);
        let field = |name: &str| def.field(name).ok_or(Error::Broken("house.account"));
        let word = |word: &str| Value::Text(word.to_owned());
        let values: Vec<(String, Value)> = [
            ("login", word(login)),
            ("name", application.value(enrol.name).clone()),
            ("role", word(&enrol.role)),
            ("unit", Value::Id(ground.actor.unit)),
            ("subject", word(&subject.to_string())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let id = self.store().next_id()?;
        let reads = kernel::Reads::default();
        let mut made = kernel::make_for(ground, accounts, id, Some("active"), &values, &reads)?;
        if let Some(What::Insert { data, .. }) = made.changes.first_mut().map(|c| &mut c.what) {
            data.push((field("password")?, Datum::One(word(hash))));
            let today = Datum::One(Value::Date(ground.today));
            data.push((field("changed_password")?, today));
        }
        Ok(made)
    }

    /// The login that was wished for, or the first with digits after it that nobody has: whoever
    /// applied is not told whose it is.
    pub(crate) fn free_login(&self, wished: &str) -> Outcome<String> {
        if self.account_by_login(wished)?.is_none() {
            return Ok(wished.to_owned());
        }
        for number in 2..TRIES_MAX {
            let login = format!("{wished}{number}");
            if self.account_by_login(&login)?.is_none() {
                return Ok(login);
            }
        }
        let message = said!(
            "没有可用的登录名，请退回让申请人换一个"
                / "No login is left; please refuse, and let the applicant wish for another"
        );
        Err(No::refuse(Reason::Conflict, message))
    }

    /// Whoever confirms is told that the unit has people with that role already: a stranger who asks
    /// for a second key is looked at twice.
    pub(crate) fn warn_of_others(
        &self,
        ground: &Ground,
        reader: &Reader,
        action: &str,
        decision: &mut Decision,
    ) -> Outcome<()> {
        let after = &decision.after;
        let def = ground.catalogue.at(after.register);
        let Some(enrol) = &def.enrol else {
            return Ok(());
        };
        let opens = |action: &Action| enrol.opens.contains(&action.name);
        let Value::Id(subject) = *after.value(enrol.subject) else {
            return Ok(());
        };
        if !def.action(action).is_some_and(opens) {
            return Ok(());
        }
        let others = self.accounts_of(reader, subject)?;
        let accounts = ground.catalogue.at(self.house("account")?);
        let alike = others.iter().filter(|account| {
            *account.named(accounts, "role") == Value::Text(enrol.role.clone())
                && self.is_open(account)
        });
        let count = alike.count();
        let rivals = self.rivals(reader, after)?.len();
        if rivals > 0 {
            let message = said!(
                "同一代码还有 {rivals} 件申请待核实，开通这一件，那 {rivals} 件同时不予开通；请先核对哪一位是单位的人"
                    / "{rivals} more applications for this code wait; confirming this one refuses them, so please make sure which applicant is the unit's"
            );
            let field = &def.get(enrol.code).name;
            let blame = kernel::Blame::at(field, "has_rivals", message);
            decision.warnings.push(blame);
        }
        if count > 0 {
            let message = said!(
                "这家单位已有 {count} 个同样岗位的账号，请先向单位核实是否需要再开"
                    / "This unit has {count} accounts of that role already; please ask it whether another is needed"
            );
            let field = &def.get(enrol.subject).name;
            let blame = kernel::Blame::at(field, "has_account", message);
            decision.warnings.push(blame);
        }
        Ok(())
    }

    /// The other open applications for the same code.
    pub(crate) fn rivals(&self, reader: &Reader, record: &Record) -> Outcome<Vec<Record>> {
        let def = self.catalogue().at(record.register);
        let Some(enrol) = &def.enrol else {
            return Ok(Vec::new());
        };
        let ids = reader.find(record.register, enrol.code, record.value(enrol.code))?;
        let mut found = reader.get_many(record.register, &ids, None, store::Personal::Open)?;
        let ended = |record: &Record| matches!(record.phase(def), Phase::Done | Phase::Void);
        found.retain(|other| other.id != record.id && !ended(other));
        Ok(found)
    }

    /// The accounts bound to a unit.
    pub(crate) fn accounts_of(&self, reader: &Reader, subject: Id) -> Outcome<Vec<Record>> {
        let accounts: RegisterIx = self.house("account")?;
        let def = self.catalogue().at(accounts);
        let field = def.field("subject").ok_or(Error::Broken("house.account"))?;
        let query = Query {
            filter: Filter::Is(field, Value::Text(subject.to_string())),
            limit: ACCOUNTS_MAX,
            personal: store::Personal::Open,
            ..Query::of(accounts)
        };
        Ok(reader.query(&query)?.records)
    }
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}
