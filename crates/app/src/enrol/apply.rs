//! An application is sent: everything that is wrong is told at once, and nothing of who has an account.

use std::net::IpAddr;

use catalogue::{Enrol, Phase};
use kernel::{
    Actor, Blame, Commit, Datum, Decision, Ground, Id, Reason, Record, Refusal, RegisterIx, Relied,
    Value, What,
};
use speech::{Said, said};
use store::Reader;

use crate::crowd::{Deed, Queue};
use crate::records::{Act, Input};
use crate::{App, Error, No, Outcome};

/// Characters of a login that strangers may wish for.
const LOGIN_CHARS_MIN: usize = 4;
const LOGIN_CHARS_MAX: usize = 32;

/// Applications for one code that may be open, in all and from one place in a day. Anybody may apply for any
/// code, so that nobody holds a firm's code by having been first.
const QUEUE: Queue = Queue {
    address: 2,
    network: 4,
    long: 4,
    full: 100,
};

impl App {
    /// Takes an application; answers the public number under which it is followed. The password is
    /// kept as a hash, for the account and for asking where the application stands.
    pub fn enrol(
        &self,
        from: Option<IpAddr>,
        input: &Input,
        (password, again): (&str, &str),
    ) -> Outcome<String> {
        let (register, enrol) = self.enrol_of()?;
        self.admit(Deed::Enrol, from)?;
        let (input, mut wrong) = self.only_what_is_asked(register, enrol, input);
        let login = self.wished_login(register, enrol, &input);
        wrong.extend(login.as_ref().err().cloned());
        if let Err(no) = self.allowed(login.as_deref().unwrap_or_default(), password) {
            wrong.extend(blames_of(no)?);
        }
        if password != again {
            let message = said!("两次输入的口令不一样" / "The two passwords differ");
            wrong.push(Blame::at("again", "password", message));
        }
        // Hashing is slow on purpose; what is refused anyway is not hashed.
        let hash = match wrong.is_empty() {
            true => self.hashed(password)?,
            false => String::new(),
        };
        let id = self.store().next_id()?;
        let fit = |ground: &Ground, reader: &Reader| {
            let decided = self.decide_create(ground, reader, (register, id), None, &input);
            let decision = joined(decided, &wrong)?;
            let known = self.not_yet_sent(reader, register, enrol, &decision.after)?;
            Outcome::Ok((decision, known))
        };
        let operator = Actor::operator();
        let seat = self.look(|reader| {
            let frame = self.frame();
            let (decision, known) = fit(&self.ground(&frame, &operator), reader)?;
            let code = decision.after.value(enrol.code);
            let Value::Text(code) = code else {
                return Err(Refusal::not_found().into());
            };
            self.take_seat((Deed::Enrol, code), from, (QUEUE, known.open), full())
        })?;
        let taken = self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let (decision, known) = fit(&ground, reader)?;
            let place = self.place_told(reader, register, enrol, &decision.after)?;
            let (mut commit, _) = self.sum_up(&ground, reader, Act::made(), decision)?;
            commit.relied.push(known.relied);
            keep(&mut commit, (register, id), enrol, (&hash, place))?;
            let public_no = self.public_no_in(&commit)?;
            Ok((commit, public_no))
        });
        if taken.is_err() {
            self.leave_seat(seat)?;
        }
        taken
    }

    /// What the page asks, and blame for the rest, which is not even looked at: whoever could send a
    /// ref would learn which records there are.
    fn only_what_is_asked(
        &self,
        register: RegisterIx,
        enrol: &Enrol,
        input: &Input,
    ) -> (Input, Vec<Blame>) {
        let def = self.catalogue().at(register);
        let asked = |name: &str| {
            let field = def.field(name);
            field.is_some_and(|ix| enrol.asked.contains(&ix))
        };
        let sent = input.iter().cloned();
        let (fitting, beside): (Input, Input) = sent.partition(|(name, _)| asked(name));
        let blame = |name: &String| {
            let message = said!("这里不填“{name}”" / "“{name}” is not asked here");
            Blame::at(name, "unknown", message)
        };
        let blames = beside.iter().map(|(name, _)| blame(name)).collect();
        (fitting, blames)
    }

    /// The login in the form in which strangers may wish for one: no number of a telephone or of a
    /// document, for logins stand in logs.
    fn wished_login(
        &self,
        register: RegisterIx,
        enrol: &Enrol,
        input: &Input,
    ) -> Result<String, Blame> {
        let field = self.catalogue().at(register).get(enrol.login);
        let sent = input.iter().find(|(name, _)| *name == field.name);
        let text = match sent {
            Some((_, kernel::Raw::Text(text))) => text.trim(),
            _ => "",
        };
        match is_login(text) {
            true => Ok(text.to_owned()),
            false => Err(Blame::at(&field.name, "login", login_rule())),
        }
    }

    /// The applications for the code, now and when it is written. One that wishes for the same login is the
    /// same application sent again.
    fn not_yet_sent(
        &self,
        reader: &Reader,
        register: RegisterIx,
        enrol: &Enrol,
        after: &Record,
    ) -> Outcome<Known> {
        let def = self.catalogue().at(register);
        let value = after.value(enrol.code).clone();
        let ids = reader.find(register, enrol.code, &value)?;
        let others = reader.get_many(register, &ids, None, store::Personal::Sealed)?;
        let ended = |record: &Record| matches!(record.phase(def), Phase::Done | Phase::Void);
        let open: Vec<&Record> = others.iter().filter(|record| !ended(record)).collect();
        let same = |record: &&Record| record.value(enrol.login) == after.value(enrol.login);
        if open.iter().any(same) {
            let message = said!(
                "这个代码、这个登录名的申请已经收到，请凭原来的编号查询；不是您单位申请的，请换一个登录名再申请"
                    / "An application for this code and login has arrived already; please follow it by its number, or wish for another login if it is not yours"
            );
            let mut refusal = Refusal::new(Reason::Duplicate, message.clone());
            let field = &def.get(enrol.login).name;
            refusal.blames.push(Blame::at(field, "open", message));
            return Err(refusal.into());
        }
        let count = i64::try_from(others.len()).unwrap_or(i64::MAX);
        Ok(Known {
            open: open.len(),
            relied: Relied::Same {
                register,
                field: enrol.code,
                value,
                count,
                versions: others.iter().map(|record| record.version).sum(),
            },
        })
    }

    /// The public number that the matter of a commit begins with.
    fn public_no_in(&self, commit: &Commit) -> Outcome<String> {
        let matters = self.flow_house()?.matter;
        let field = self.catalogue().at(matters).field("public_no");
        let begun = commit.changes.iter().find(|c| c.register == matters);
        let data = match begun.map(|change| &change.what) {
            Some(What::Insert { data, .. }) => data.as_slice(),
            _ => &[],
        };
        let found = data.iter().find(|(ix, _)| Some(*ix) == field);
        match found.map(|(_, datum)| datum.value()) {
            Some(Value::Text(number)) => Ok(number.clone()),
            _ => Err(Error::Broken("an application is no matter").into()),
        }
    }
}

/// The applications for one code.
struct Known {
    open: usize,
    relied: Relied,
}

fn full() -> Said {
    said!(
        "这个代码的申请已经很多，正在核实，请过几天再试，或者带营业执照到办事窗口"
            / "Many applications for this code are being verified; please try again in some days, or come to the service window with the business licence"
    )
}

/// Whether people outside the service may have that login.
pub(super) fn is_login(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let long = (LOGIN_CHARS_MIN..=LOGIN_CHARS_MAX).contains(&text.chars().count());
    begins && long && text.chars().all(fits)
}

pub(super) fn login_rule() -> Said {
    said!(
        "登录名应为 {LOGIN_CHARS_MIN} 到 {LOGIN_CHARS_MAX} 位，字母开头，只含字母、数字、点和横线"
            / "A login has {LOGIN_CHARS_MIN} to {LOGIN_CHARS_MAX} characters: first a letter, then letters, digits, dots and hyphens"
    )
}

/// What is wrong with the application, and what is wrong beside it.
fn joined(decided: Outcome<Decision>, wrong: &[Blame]) -> Outcome<Decision> {
    match decided {
        Ok(decision) if wrong.is_empty() => Ok(decision),
        Ok(_) => Err(Refusal::invalid(wrong.to_vec()).into()),
        Err(no) => {
            let mut all = blames_of(no)?;
            let told: Vec<String> = all.iter().map(|b| b.pointer.clone()).collect();
            let more = wrong.iter().filter(|b| !told.contains(&b.pointer));
            all.extend(more.cloned());
            Err(Refusal::invalid(all).into())
        }
    }
}

/// The places at fault; a refusal of another sort goes on as it is.
fn blames_of(no: No) -> Outcome<Vec<Blame>> {
    match no {
        No::Refused(refusal) if refusal.reason == Reason::Invalid => Ok(refusal.blames),
        no => Err(no),
    }
}

/// Puts the hash, and the place that the registry tells, into the record that the commit makes; nobody
/// types them.
fn keep(
    commit: &mut Commit,
    (register, id): (RegisterIx, Id),
    enrol: &Enrol,
    (hash, place): (&str, Option<String>),
) -> Outcome<()> {
    let own = |c: &&mut kernel::Change| c.register == register && c.id == id;
    match commit.changes.iter_mut().find(own).map(|c| &mut c.what) {
        Some(What::Insert { data, .. }) => {
            let hash = Datum::One(Value::Text(hash.to_owned()));
            data.push((enrol.password, hash));
            let place = enrol.place.zip(place);
            data.extend(place.map(|(ix, code)| (ix, Datum::One(Value::Text(code)))));
            Ok(())
        }
        _ => Err(Error::Broken("an application is not made").into()),
    }
}
