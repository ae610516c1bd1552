//! Where one's own application stands: told to whoever has its public number and its password.

use std::net::IpAddr;

use catalogue::Phase;
use kernel::{Moment, Reason, Record, Value};
use speech::{Said, said};
use store::Reader;

use crate::crowd::Deed;
use crate::people::Whence;
use crate::{App, No, Outcome};

/// Entries of a history in which a reason is looked for.
const ENTRIES: usize = 10;

/// An application as its applicant is told of it.
#[derive(Clone, Debug)]
pub struct Application {
    pub public_no: String,
    pub applied_at: Moment,
    pub state: Said,
    /// It is still to be decided.
    pub waits: bool,
    /// Why it was refused.
    pub reason: Option<Said>,
    /// The login as it was opened.
    pub login: Option<String>,
}

impl App {
    /// Tells of an application. A number that is none and a wrong password are answered alike, after
    /// the same time; guesses have to wait as those at the sign-in do.
    pub fn enrolled(
        &self,
        from: Option<IpAddr>,
        public_no: &str,
        password: &str,
    ) -> Outcome<Application> {
        self.admit(Deed::Standing, from)?;
        let number = crate::flow::public_number(public_no);
        let found = match &number {
            Some(number) => self.look(|reader| self.application(reader, number))?,
            None => None,
        };
        // Once it is the password of an account, it is guessed here no oftener than at the sign-in.
        let login = found.as_ref().and_then(|record| self.opened_login(record));
        let number_key = || format!("\u{1}{}", number.as_deref().unwrap_or_default());
        let key = login.unwrap_or_else(number_key);
        self.attempt(&key, Whence::Address(from), self.now())?;
        let hash = match &found {
            Some(record) => self.hash_of(record)?,
            None => None,
        };
        if !self.verified(password, hash.as_deref())? {
            let message = said!(
                "编号或口令不对，请核对回执上的编号"
                    / "The number or the password is wrong; please check the number on your receipt"
            );
            return Err(No::refuse(Reason::Unauthorised, message));
        }
        self.told(&key, Whence::Address(from))?;
        let record = found.ok_or_else(kernel::Refusal::not_found)?;
        self.look(|reader| self.standing(reader, &record, number.unwrap_or_default()))
    }

    /// The application of that public number.
    fn application(&self, reader: &Reader, number: &str) -> Outcome<Option<Record>> {
        let (register, _) = self.enrol_of()?;
        let Some((of, id)) = self.of_public_no(reader, number)? else {
            return Ok(None);
        };
        if of != register {
            return Ok(None);
        }
        Ok(reader.get(register, id)?)
    }

    /// The hash of the application; once it was opened, that of the account.
    fn hash_of(&self, record: &Record) -> Outcome<Option<String>> {
        let (register, enrol) = self.enrol_of()?;
        let own = self.look(|reader| Ok(reader.secret(register, record.id, enrol.password)?))?;
        if let Some(hash) = own.filter(|hash| !hash.is_empty()) {
            return Ok(Some(hash));
        }
        match self.opened_login(record).map(|login| self.account(&login)) {
            Some(account) => account?.map_or(Ok(None), |account| self.password_of(account)),
            None => Ok(None),
        }
    }

    fn opened_login(&self, record: &Record) -> Option<String> {
        let (_, enrol) = self.enrol_of().ok()?;
        match record.value(enrol.opened) {
            Value::Text(login) => Some(login.clone()),
            _ => None,
        }
    }

    /// The password was right. Where a code is owed besides, what failed before still counts, as at the
    /// sign-in.
    fn told(&self, key: &str, whence: Whence) -> Outcome<()> {
        let account = self.account_by_login(key)?;
        let since = account.map(|account| {
            let def = self.catalogue().at(account.register);
            account.named(def, "factor_since").clone()
        });
        match since {
            Some(Value::Date(_)) => self.forgive(key, whence),
            _ => self.calm(key, whence),
        }
    }

    fn standing(
        &self,
        reader: &Reader,
        record: &Record,
        public_no: String,
    ) -> Outcome<Application> {
        let (register, enrol) = self.enrol_of()?;
        let def = self.catalogue().at(register);
        let phase = record.phase(def);
        let reason = match phase {
            Phase::Void => {
                let entries = reader.history(register, record.id, None, ENTRIES)?;
                let outdone = entries.iter().any(|entry| entry.act == enrol.outdo);
                match def.action(&enrol.outdo).filter(|_| outdone) {
                    // What the officer wrote is about the other application.
                    Some(action) => Some(Said::from(&action.label)),
                    None => entries
                        .into_iter()
                        .find_map(|entry| entry.reason)
                        .map(Said::same),
                }
            }
            _ => None,
        };
        let login = self.opened_login(record);
        let state = record.state.map(|state| &def.states[state.0].label);
        Ok(Application {
            public_no,
            applied_at: record.created_at,
            state: state.map(Said::from).unwrap_or_default(),
            waits: !matches!(phase, Phase::Done | Phase::Void),
            reason,
            login,
        })
    }
}
