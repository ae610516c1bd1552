//! People at the door: accounts, passwords, sessions, bearer tokens; who a request acts for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use catalogue::RegisterIx;
use kernel::{
    Actor, Commit, Datum, Event, FieldIx, Id, Lang, Meta, Moment, Power, Reason, Record, Refusal,
    Value, What,
};
use sm3::{Digest, Sm3};
use store::{Door, DoorKind, Reader};

use crate::clock::chance;
use crate::{App, Error, No, Outcome};

/// Idle end of a staff session (等保 8.1.4.1; `organisation.md` §5.1, proposed).
const IDLE_MINUTES_STAFF: i64 = 15;
const IDLE_MINUTES_ENTERPRISE: i64 = 30;
/// Absolute end of a session.
const SESSION_HOURS: i64 = 12;
/// Longest life of a bearer token.
const TOKEN_DAYS_MAX: i64 = 366;
/// Failures in a row after which a login waits, and for how long.
const FAILURES_MAX: u32 = 5;
const LOCK_MINUTES: i64 = 15;
/// Fewest characters and kinds of character of a password.
pub const PASSWORD_CHARS_MIN: usize = 10;
const PASSWORD_CHARS_MAX: usize = 128;
const PASSWORD_KINDS_MIN: usize = 3;
/// Sessions are marked as used at most this often.
const TOUCH_SECONDS: i64 = 60;

const MINUTE: i64 = 60_000_000;

/// Someone who is signed in, as pages need them.
#[derive(Clone, Debug)]
pub struct Person {
    pub actor: Actor,
    pub name: String,
    pub role: String,
    pub unit: String,
    /// The password was given by someone else and must be changed.
    pub must_change: bool,
}

/// A live session: the person and the token for forms.
#[derive(Clone, Debug)]
pub struct Session {
    pub person: Arc<Person>,
    pub csrf: String,
}

/// What is kept in memory about people; never the truth.
#[derive(Default)]
pub(crate) struct Memory {
    people: RwLock<Known>,
    logins: RwLock<HashMap<Id, String>>,
    failures: Mutex<HashMap<String, (u32, Moment)>>,
    /// One password is hashed at a time: each takes 19 MiB.
    hashing: Mutex<()>,
}

/// People by account, and how often all were forgotten.
#[derive(Default)]
struct Known {
    people: HashMap<Id, Arc<Person>>,
    forgotten: u64,
}

impl App {
    /// Checks login and password; answers a token for the cookie.
    pub fn sign_in(&self, login: &str, password: &str) -> Outcome<(String, Session)> {
        let login = login.trim();
        let now = self.now();
        // Every attempt counts as failed until it has succeeded: many at once are not one.
        self.attempt(login, now)?;
        let account = self.account_by_login(login)?;
        let hash = match &account {
            Some(account) => self.password_of(account.id)?,
            None => None,
        };
        let open = account.as_ref().is_some_and(|a| self.is_open(a));
        let right = self.verified(password, hash.as_deref())?;
        match &account {
            Some(account) if right && open => {
                self.calm(login);
                self.note(account.id, "sign_in", Vec::new())?;
                self.open_door(account.id, DoorKind::Session, SESSION_HOURS)
            }
            _ => {
                // What was typed as a login may be a password, so only a known one is written down.
                let known = account
                    .as_ref()
                    .map(|_| ("login".to_owned(), login.to_owned()));
                self.note(Id(0), "sign_in_failed", known.into_iter().collect())?;
                let message = "登录名或口令不对，请重新输入；忘记口令请找系统管理员";
                Err(No::refuse(Reason::Unauthorised, message))
            }
        }
    }

    /// The session of a cookie, if it lives.
    pub fn session(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Session)
    }

    /// The person of a bearer token, if it lives.
    pub fn bearer(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Bearer)
    }

    pub fn sign_out(&self, token: &str) -> Outcome<()> {
        Ok(self.store().close_door(&digest(token))?)
    }

    /// Uses a one-time link: sets the first password and signs in.
    pub fn accept(&self, token: &str, password: &str) -> Outcome<(String, Session)> {
        let Some(session) = self.door(token, DoorKind::Invite)? else {
            let message = "登录链接已失效或已用过，请找系统管理员重新生成";
            return Err(No::refuse(Reason::Unauthorised, message));
        };
        let account = session.person.actor.account;
        self.set_password(account, account, password)?;
        self.note(account, "sign_in", vec![("by".into(), "invite".into())])?;
        self.open_door(account, DoorKind::Session, SESSION_HOURS)
    }

    /// Whether a one-time link still works, and for whom.
    pub fn invited(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Invite)
    }

    /// A bearer token for programs acting as the account.
    pub fn issue_token(&self, login: &str, days: i64) -> Outcome<String> {
        if !(1..=TOKEN_DAYS_MAX).contains(&days) {
            let message = format!("令牌的有效期应在 1 到 {TOKEN_DAYS_MAX} 天之间");
            return Err(No::refuse(Reason::Invalid, message));
        }
        let account = self
            .account_by_login(login)?
            .ok_or_else(Refusal::not_found)?;
        self.note(account.id, "token", vec![("days".into(), days.to_string())])?;
        let (token, _) = self.open_door(account.id, DoorKind::Bearer, days * 24)?;
        Ok(token)
    }

    /// Changes one's own password; answers a new token for the cookie, for all sessions end.
    pub fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &str,
    ) -> Outcome<(String, Session)> {
        let hash = self.password_of(actor.account)?;
        if !self.verified(old, hash.as_deref())? {
            return Err(
                Refusal::invalid(vec![kernel::Blame::at("old", "password", "原口令不对")]).into(),
            );
        }
        if old == new {
            let blame = kernel::Blame::at("password", "password", "新口令不能与原口令相同");
            return Err(Refusal::invalid(vec![blame]).into());
        }
        self.set_password(actor.account, actor.account, new)?;
        self.open_door(actor.account, DoorKind::Session, SESSION_HOURS)
    }

    /// Gives an account a password and ends whatever was opened with the old one: sessions, links and
    /// tokens, one's own among them; rules of `organisation.md` §5.1 (proposed).
    pub fn set_password(&self, by: Id, account: Id, password: &str) -> Outcome<()> {
        strong(password)?;
        let hash = self.hashed(password)?;
        let register = self.house("account")?;
        let def = self.catalogue().at(register);
        let field = |name: &str| def.field(name).ok_or(Error::Broken("house.account"));
        let (hash_ix, day_ix) = (field("password")?, field("changed_password")?);
        self.settle(|reader, frame| {
            let before = self.load(reader, register, account)?;
            let data = vec![
                (hash_ix, Datum::One(Value::Text(hash.clone()))),
                (day_ix, Datum::One(Value::Date(frame.now.local_date()))),
            ];
            let what = What::Update {
                expected: before.version,
                state: None,
                data,
            };
            let change = kernel::Change {
                register,
                id: account,
                act: "password".to_owned(),
                what,
            };
            let meta = Meta {
                at: frame.now,
                actor: by,
                reason: None,
                batch: None,
            };
            let commit = Commit {
                meta,
                changes: vec![change],
                relied: Vec::new(),
                events: Vec::new(),
            };
            Ok((commit, ()))
        })?;
        Ok(self.store().close_doors_of(account)?)
    }

    /// Remembers the interface language of an account.
    pub fn set_lang(&self, actor: &Actor, lang: Lang) -> Outcome<()> {
        let register = self.house("account")?;
        let field = self
            .catalogue()
            .at(register)
            .field("lang")
            .ok_or(Error::Broken("lang"))?;
        let word = if lang == Lang::En { "en" } else { "zh" };
        self.settle(|reader, frame| {
            let before = self.load(reader, register, actor.account)?;
            let data = vec![(field, Datum::One(Value::Text(word.to_owned())))];
            let what = What::Update {
                expected: before.version,
                state: None,
                data,
            };
            let change = kernel::Change {
                register,
                id: actor.account,
                act: "edit".to_owned(),
                what,
            };
            let meta = Meta {
                at: frame.now,
                actor: actor.account,
                reason: None,
                batch: None,
            };
            let commit = Commit {
                meta,
                changes: vec![change],
                relied: Vec::new(),
                events: Vec::new(),
            };
            Ok((commit, ()))
        })
    }

    /// The account with that login.
    pub fn account(&self, login: &str) -> Outcome<Option<Id>> {
        Ok(self.account_by_login(login)?.map(|account| account.id))
    }

    /// Writes an event into the ledger.
    pub(crate) fn note(&self, actor: Id, kind: &str, detail: Vec<(String, String)>) -> Outcome<()> {
        let event = Event {
            kind: kind.to_owned(),
            record: None,
            detail,
        };
        self.write_down(actor, event)
    }

    pub(crate) fn write_down(&self, actor: Id, event: Event) -> Outcome<()> {
        let meta = Meta {
            at: self.now(),
            actor,
            reason: None,
            batch: None,
        };
        let commit = Commit {
            meta,
            changes: Vec::new(),
            relied: Vec::new(),
            events: vec![event],
        };
        self.store()
            .commit(commit)
            .map(|_| ())
            .map_err(|error| self.refused(error))
    }

    pub(crate) fn house(&self, short: &str) -> Outcome<RegisterIx> {
        let name = format!("house.{short}");
        Ok(self
            .catalogue()
            .register(&name)
            .ok_or(Error::Broken("house register is missing"))?)
    }

    /// Login of an account, for history. Logins never change, so they are kept.
    pub(crate) fn login_of(&self, reader: &Reader, account: Id) -> String {
        if account == Id(0) {
            return "系统".to_owned();
        }
        if let Ok(logins) = self.inner.people.logins.read()
            && let Some(login) = logins.get(&account)
        {
            return login.clone();
        }
        let found = self.house("account").ok().and_then(|register| {
            let record = reader.get(register, account).ok().flatten()?;
            Some(text(record.named(self.catalogue().at(register), "login")))
        });
        let Some(login) = found else {
            return String::new();
        };
        if let Ok(mut logins) = self.inner.people.logins.write() {
            logins.insert(account, login.clone());
        }
        login
    }

    /// Forgets what hangs on house registers that changed.
    pub(crate) fn forget_house(&self, registers: &[RegisterIx]) -> Outcome<()> {
        let is = |short: &str| self.house(short).is_ok_and(|ix| registers.contains(&ix));
        if (is("account") || is("unit"))
            && let Ok(mut known) = self.inner.people.people.write()
        {
            known.people.clear();
            known.forgotten += 1;
        }
        if is("division") {
            self.reload_places()?;
        }
        if is("setting") {
            self.reload_params()?;
        }
        Ok(())
    }

    pub(crate) fn account_by_login(&self, login: &str) -> Outcome<Option<Record>> {
        let register = self.house("account")?;
        let field = self
            .catalogue()
            .at(register)
            .field("login")
            .ok_or(Error::Broken("login"))?;
        self.look(|reader| {
            match reader
                .find(register, field, &Value::Text(login.to_owned()))?
                .first()
            {
                Some(id) => Ok(reader.get(register, *id)?),
                None => Ok(None),
            }
        })
    }

    pub(crate) fn is_open(&self, account: &Record) -> bool {
        let def = self.catalogue().at(account.register);
        account.phase(def) == catalogue::Phase::Open
    }

    fn password_of(&self, account: Id) -> Outcome<Option<String>> {
        let register = self.house("account")?;
        let field: FieldIx = self
            .catalogue()
            .at(register)
            .field("password")
            .ok_or(Error::Broken("password"))?;
        self.look(|reader| Ok(reader.secret(register, account, field)?))
    }

    fn hashed(&self, password: &str) -> Outcome<String> {
        let _one = self
            .inner
            .people
            .hashing
            .lock()
            .map_err(|_| Error::Password)?;
        let salt: [u8; 16] = chance()?;
        let hash = argon().hash_password_with_salt(password.as_bytes(), &salt);
        Ok(hash.map_err(|_| Error::Password)?.to_string())
    }

    /// Verifies in the same time whether or not there is such an account.
    fn verified(&self, password: &str, hash: Option<&str>) -> Outcome<bool> {
        if password.len() > PASSWORD_CHARS_MAX * 4 {
            return Ok(false);
        }
        let Some(hash) = hash else {
            self.hashed(password)?;
            return Ok(false);
        };
        let _one = self
            .inner
            .people
            .hashing
            .lock()
            .map_err(|_| Error::Password)?;
        let parsed = PasswordHash::new(hash).map_err(|_| Error::Password)?;
        Ok(argon()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok())
    }

    pub(crate) fn open_door(
        &self,
        account: Id,
        kind: DoorKind,
        hours: i64,
    ) -> Outcome<(String, Session)> {
        let bytes: [u8; 32] = chance()?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let now = self.now();
        let until = Moment(now.0 + hours * 60 * MINUTE);
        let door = Door {
            key: digest(&token),
            account,
            kind,
            made: now,
            seen: now,
            until,
        };
        self.store().open_door(door)?;
        let person = self.person(account)?.ok_or_else(Refusal::not_found)?;
        let session = Session {
            csrf: csrf(&token),
            person,
        };
        Ok((token, session))
    }

    fn door(&self, token: &str, kind: DoorKind) -> Outcome<Option<Session>> {
        if token.is_empty() || token.len() > 100 {
            return Ok(None);
        }
        let key = digest(token);
        let Some(door) = self.store().door(&key)? else {
            return Ok(None);
        };
        let now = self.now();
        if door.kind != kind || now >= door.until {
            return Ok(None);
        }
        let Some(person) = self.person(door.account)? else {
            return Ok(None);
        };
        if kind == DoorKind::Session {
            let idle = match person.actor.subject {
                Some(_) => IDLE_MINUTES_ENTERPRISE,
                None => IDLE_MINUTES_STAFF,
            };
            if now.0 - door.seen.0 > idle * MINUTE {
                return Ok(None);
            }
            if now.0 - door.seen.0 > TOUCH_SECONDS * 1_000_000 {
                self.store().touch_door(&key, now)?;
            }
        }
        Ok(Some(Session {
            csrf: csrf(token),
            person,
        }))
    }

    /// The person of an account that is open, from memory or the store.
    pub fn person(&self, account: Id) -> Outcome<Option<Arc<Person>>> {
        let mut forgotten = None;
        if let Ok(known) = self.inner.people.people.read() {
            if let Some(person) = known.people.get(&account) {
                return Ok(Some(person.clone()));
            }
            forgotten = Some(known.forgotten);
        }
        let Some(person) = self.load_person(account)? else {
            return Ok(None);
        };
        let person = Arc::new(person);
        // Someone locked meanwhile was perhaps read as open, and must not stay so.
        if let Ok(mut known) = self.inner.people.people.write()
            && forgotten == Some(known.forgotten)
        {
            known.people.insert(account, person.clone());
        }
        Ok(Some(person))
    }

    fn load_person(&self, account: Id) -> Outcome<Option<Person>> {
        let (accounts, units) = (self.house("account")?, self.house("unit")?);
        let catalogue = self.catalogue().clone();
        let (def, unit_def) = (catalogue.at(accounts), catalogue.at(units));
        self.look(|reader| {
            let Some(record) = reader.get(accounts, account)?.filter(|a| self.is_open(a)) else {
                return Ok(None);
            };
            let unit = match record.named(def, "unit") {
                Value::Id(unit) => reader.get(units, *unit)?,
                _ => None,
            };
            let areas = unit_def
                .field("areas")
                .zip(unit.as_ref())
                .map(|(ix, unit)| match &unit.data[ix.0] {
                    Datum::Rows(rows) => rows
                        .iter()
                        .filter_map(|row| match row.values.first() {
                            Some(Value::Text(code)) => Some(kernel::area_prefix(code).to_owned()),
                            _ => None,
                        })
                        .collect(),
                    _ => Vec::new(),
                });
            let role = text(record.named(def, "role"));
            let lang = match record.named(def, "lang") {
                Value::Text(word) if word == "en" => Lang::En,
                _ => Lang::Zh,
            };
            let label = catalogue
                .roles
                .get(&role)
                .map(|r| r.label.get(lang).to_owned())
                .unwrap_or_default();
            let title = unit.as_ref().map(|u| text(u.named(unit_def, "title")));
            let actor = Actor {
                account,
                login: text(record.named(def, "login")),
                power: Power::Role(role),
                unit: unit.as_ref().map_or(Id(0), |u| u.id),
                areas: areas.unwrap_or_default(),
                subject: text(record.named(def, "subject")).parse().ok(),
                lang,
            };
            Ok(Some(Person {
                actor,
                name: text(record.named(def, "name")),
                role: label,
                unit: title.unwrap_or_default(),
                must_change: *record.named(def, "changed_password") == Value::Null,
            }))
        })
    }

    /// Counts an attempt, or refuses it while the login waits.
    fn attempt(&self, login: &str, now: Moment) -> Outcome<()> {
        let mut failures = self
            .inner
            .people
            .failures
            .lock()
            .map_err(|_| Error::Password)?;
        let login = short(login);
        let (count, last) = failures.get(login).copied().unwrap_or((0, now));
        let free = waits_until(count, last);
        if now < free {
            let minutes = (free.0 - now.0) / MINUTE + 1;
            let message = format!("连续输错次数太多，请 {minutes} 分钟后再试");
            return Err(No::refuse(Reason::TooMany, message));
        }
        if failures.len() >= REMEMBERED_MAX {
            make_room(&mut failures, now);
        }
        failures.insert(login.to_owned(), (count + 1, now));
        Ok(())
    }

    fn calm(&self, login: &str) {
        if let Ok(mut failures) = self.inner.people.failures.lock() {
            failures.remove(short(login));
        }
    }
}

/// Logins whose failures are remembered.
const REMEMBERED_MAX: usize = 10_000;
/// A login is no longer than the definition allows; what is longer counts by its beginning.
const LOGIN_BYTES_MAX: usize = 160;

fn short(login: &str) -> &str {
    let end = (0..=LOGIN_BYTES_MAX.min(login.len()))
        .rev()
        .find(|end| login.is_char_boundary(*end));
    &login[..end.unwrap_or(0)]
}

/// When a login that failed so often may try again.
fn waits_until(count: u32, last: Moment) -> Moment {
    Moment(last.0 + LOCK_MINUTES * i64::from(count / FAILURES_MAX) * MINUTE)
}

/// Forgets failures so that the memory stays bounded. Whoever floods it with made-up logins does not
/// free a login that waits: the waiting ones go last.
fn make_room(failures: &mut HashMap<String, (u32, Moment)>, now: Moment) {
    failures.retain(|_, (count, last)| now < waits_until(*count, *last));
    if failures.len() >= REMEMBERED_MAX {
        let mut lasts: Vec<i64> = failures.values().map(|(_, last)| last.0).collect();
        lasts.sort_unstable();
        let oldest = lasts[lasts.len() / 2];
        failures.retain(|_, (_, last)| last.0 > oldest);
    }
}

fn argon() -> Argon2<'static> {
    // OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Refuses passwords that are too short or too uniform.
fn strong(password: &str) -> Result<(), Refusal> {
    let count = password.chars().count();
    let kinds = [
        password.chars().any(|c| c.is_ascii_lowercase()),
        password.chars().any(|c| c.is_ascii_uppercase()),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_ascii_alphanumeric()),
    ];
    let kinds = kinds.into_iter().filter(|has| *has).count();
    if (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&count) && kinds >= PASSWORD_KINDS_MIN {
        return Ok(());
    }
    let message = format!(
        "口令应为 {PASSWORD_CHARS_MIN} 到 {PASSWORD_CHARS_MAX} 位，并含大写字母、小写字母、数字、符号中的 {PASSWORD_KINDS_MIN} 种"
    );
    Err(Refusal::invalid(vec![kernel::Blame::at(
        "password", "password", message,
    )]))
}

fn digest(token: &str) -> [u8; 32] {
    Sm3::digest(token.as_bytes()).into()
}

/// The form token follows from the session token and cannot be turned back into it.
fn csrf(token: &str) -> String {
    let mut hash = Sm3::new();
    hash.update(b"jinzhi csrf");
    hash.update(token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
}

pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}
