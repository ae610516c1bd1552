//! Passwords: what may be one, how it is kept, how it is changed (GB/T 22239-2019 8.1.4.1 a).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Actor, Blame, Datum, Id, Refusal, Value};

use speech::{Said, said};

use super::Session;
use super::attempts::Whence;
use super::common::is_common;
use crate::clock::chance;
use crate::{App, Error, Outcome};

const PASSWORD_CHARS_MAX: usize = 128;
/// Fewest kinds of character of a password.
const PASSWORD_KINDS_MIN: usize = 3;
/// So many passwords in a row are different, the present one among them.
const PASSWORDS_KEPT: usize = 5;

impl App {
    /// Changes one's own password; answers a new token for the cookie, for all sessions end.
    pub fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &str,
    ) -> Outcome<(String, Session)> {
        let now = self.now();
        self.attempt(&actor.login, Whence::Inside, now)?;
        let hash = self.password_of(actor.account)?;
        if !self.verified(old, hash.as_deref())? {
            return Err(Refusal::invalid(vec![Blame::at(
                "old",
                "password",
                said!("原口令不对" / "The old password is wrong"),
            )])
            .into());
        }
        self.calm(&actor.login, Whence::Inside)?;
        if old == new {
            return Err(wrong(said!(
                "新口令不能与原口令相同" / "The new password must differ from the old one"
            )));
        }
        self.set_password(actor.account, actor.account, new)?;
        self.open_session(actor.account)
    }

    /// Gives an account a password and ends whatever was opened with the old one: sessions, links and
    /// tokens, one's own among them; rules of `organisation.md` §5.1 (proposed).
    pub fn set_password(&self, by: Id, account: Id, password: &str) -> Outcome<()> {
        let register = self.house("account")?;
        let login = self.look(|reader| {
            let record = self.load(reader, register, account)?;
            Ok(super::text(
                record.named(self.catalogue().at(register), "login"),
            ))
        })?;
        self.allowed(&login, password)?;
        let present = self.password_of(account)?;
        let past = self.sealed_text(account, "past_passwords")?;
        let mut known: Vec<&str> = present.as_deref().into_iter().collect();
        known.extend(past.as_deref().unwrap_or_default().lines());
        known.truncate(PASSWORDS_KEPT);
        for hash in &known {
            if self.verified(password, Some(hash))? {
                return Err(wrong(said!(
                    "这个口令最近用过，请换一个（最近 {PASSWORDS_KEPT} 个都不能再用）"
                        / "You used this password lately; please choose another (not one of the last {PASSWORDS_KEPT})"
                )));
            }
        }
        known.truncate(PASSWORDS_KEPT - 1);
        let text = |text: String| Datum::One(Value::Text(text));
        let data = [
            ("password", text(self.hashed(password)?)),
            ("past_passwords", text(known.join("\n"))),
            (
                "changed_password",
                Datum::One(Value::Date(self.now().local_date())),
            ),
        ];
        self.write_account(by, account, "password", &data)?;
        Ok(self.store().close_doors_of(account)?)
    }

    /// Fewest characters of a password, by the settings.
    pub fn password_chars_min(&self) -> usize {
        let chars = self.rules().number("password_chars");
        chars
            .ok()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(10)
    }

    /// Refuses passwords that are too short, too uniform, known to everybody, or the login.
    pub(crate) fn allowed(&self, login: &str, password: &str) -> Outcome<()> {
        let least = self.password_chars_min();
        let count = password.chars().count();
        let kinds = [
            password.chars().any(|c| c.is_ascii_lowercase()),
            password.chars().any(|c| c.is_ascii_uppercase()),
            password.chars().any(|c| c.is_ascii_digit()),
            password.chars().any(|c| !c.is_ascii_alphanumeric()),
        ];
        let kinds = kinds.into_iter().filter(|has| *has).count();
        if !(least..=PASSWORD_CHARS_MAX).contains(&count) || kinds < PASSWORD_KINDS_MIN {
            return Err(wrong(said!(
                "口令应为 {least} 到 {PASSWORD_CHARS_MAX} 位，并含大写字母、小写字母、数字、符号中的 {PASSWORD_KINDS_MIN} 种"
                    / "A password has {least} to {PASSWORD_CHARS_MAX} characters of {PASSWORD_KINDS_MIN} kinds among capitals, small letters, digits and signs"
            )));
        }
        if is_login(login, password) {
            return Err(wrong(said!(
                "口令不能是登录名，或者登录名加几个数字、符号"
                    / "The password must not be the login name, nor that with a few digits or signs"
            )));
        }
        if is_common(password) {
            return Err(wrong(said!(
                "这个口令太常见，容易被猜到，请换一个"
                    / "Too many people use this password; please choose another"
            )));
        }
        Ok(())
    }

    pub(crate) fn password_of(&self, account: Id) -> Outcome<Option<String>> {
        self.sealed_text(account, "password")
    }

    pub(crate) fn hashed(&self, password: &str) -> Outcome<String> {
        let _place = self.inner.people.hashing.take();
        let salt: [u8; 16] = chance()?;
        let hash = argon().hash_password_with_salt(password.as_bytes(), &salt);
        Ok(hash.map_err(|_| Error::Password)?.to_string())
    }

    /// Verifies in the same time whether or not there is such an account.
    pub(crate) fn verified(&self, password: &str, hash: Option<&str>) -> Outcome<bool> {
        if password.len() > PASSWORD_CHARS_MAX * 4 {
            return Ok(false);
        }
        let Some(hash) = hash else {
            self.hashed(password)?;
            return Ok(false);
        };
        let _place = self.inner.people.hashing.take();
        let parsed = PasswordHash::new(hash).map_err(|_| Error::Password)?;
        Ok(argon()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok())
    }
}

fn argon() -> Argon2<'static> {
    // OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The login itself, or dressed with digits and signs, forwards or backwards.
fn is_login(login: &str, password: &str) -> bool {
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphabetic());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (login, password) = (bare(login), bare(password));
    let back: String = login.chars().rev().collect();
    !login.is_empty() && (password == login || password == back)
}

fn wrong(message: Said) -> crate::No {
    Refusal::invalid(vec![Blame::at("password", "password", message)]).into()
}

#[cfg(test)]
mod tests {
    use super::is_login;

    #[test]
    fn a_login_is_no_password_however_it_is_dressed() {
        for password in ["Wang.Xin-2027", "2027WANGXIN!", "Nixgnaw-2027"] {
            assert!(is_login("wangxin", password), "{password}");
        }
        assert!(!is_login("wangxin", "Wangxin-tennis-7"));
        assert!(!is_login("1234", "Tennis-2027"));
    }
}
