//! The second factor: enrolling an authenticator app, its codes, and the recovery codes for the day
//! when the telephone is lost (GB/T 22239-2019 8.1.4.1 d).

use kernel::{
    Actor, Blame, Datum, Decision, Ground, Id, Reason, Record, Refusal, RegisterIx, Value, What,
};
use sm3::{Digest, Sm3};

use speech::said;

use super::attempts::Whence;
use super::doors::digest;
use super::totp::{SECRET_BYTES, base32, from_base32, step_of};
use super::{Person, Session};
use crate::clock::chance;
use crate::{App, Error, No, Outcome};

/// Recovery codes given at once.
pub const RECOVERY_CODES: usize = 10;
/// 80 bits: too many to try even for someone who holds the hashes, so that a fast hash is enough.
const RECOVERY_BYTES: usize = 10;
/// The name under which an app lists the code. ASCII, because some apps show nothing else.
const ISSUER: &str = "Jinzhi";
/// Actions of the register of accounts.
const RESET: &str = "reset_factor";
const CALM: &str = "calm";
const LOCK: &str = "lock";

/// What the account page shows of the second factor.
#[derive(Clone, Debug)]
pub struct FactorView {
    pub since: Option<jiff::civil::Date>,
    /// The settings ask for it.
    pub is_required: bool,
    pub recovery_left: i64,
    /// The secret that waits to be confirmed with a first code.
    pub pending: Option<Pending>,
}

/// A secret on its way into an app. It is never shown again once it is confirmed.
#[derive(Clone)]
pub struct Pending {
    pub secret: String,
    /// What the QR code holds.
    pub address: String,
}

/// The secret stays out of logs.
impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending")
    }
}

impl App {
    pub fn factor(&self, actor: &Actor) -> Outcome<FactorView> {
        let person = self.own(actor)?;
        let pending = match person.factor_since {
            Some(_) => None,
            None => self.secret_of(actor.account)?,
        };
        Ok(FactorView {
            since: person.factor_since,
            is_required: self.rules().wants_factor(person.sort)?,
            recovery_left: self.store().count_recovery(actor.account)?,
            pending: pending.map(|secret| Pending {
                address: format!(
                    "otpauth://totp/{ISSUER}:{}?secret={secret}&issuer={ISSUER}",
                    ascii(&actor.login)
                ),
                secret,
            }),
        })
    }

    /// Makes a secret for the app; it counts only when its first code was typed.
    pub fn begin_factor(&self, actor: &Actor) -> Outcome<()> {
        // Whoever finds an open screen must not bind his own telephone to it.
        self.proven(actor)?;
        if self.own(actor)?.factor_since.is_some() {
            return Err(No::refuse(
                Reason::Conflict,
                said!("动态口令已经启用" / "The authenticator app is in use already"),
            ));
        }
        let secret: [u8; SECRET_BYTES] = chance()?;
        let data = [("factor", text(base32(&secret)))];
        self.write_account(actor.account, actor.account, "factor_begin", &data)
    }

    /// The first code shows that the app has the secret: from now on it is asked for. Answers the
    /// recovery codes, which are shown once. Other sessions end: they were opened without it.
    pub fn confirm_factor(
        &self,
        session: &Session,
        token: &str,
        code: &str,
    ) -> Outcome<Vec<String>> {
        let actor = session.actor();
        self.proven(&actor)?;
        if self.own(&actor)?.factor_since.is_some() {
            return Err(No::refuse(
                Reason::Conflict,
                said!("动态口令已经启用" / "The authenticator app is in use already"),
            ));
        }
        let account = actor.account;
        self.attempt(&actor.login, Whence::Inside, self.now())?;
        if !self.take_totp(account, code)? {
            let message = said!(
                "验证码不对，请核对手机时间是否准确，再输入手机上新的 6 位数字"
                    / "The code is wrong; check the clock of your phone and type the next 6 digits"
            );
            return Err(Refusal::invalid(vec![Blame::at("code", "code", message)]).into());
        }
        self.calm(&actor.login, Whence::Inside)?;
        let codes = self.new_recovery(account)?;
        let today = Datum::One(Value::Date(self.now().local_date()));
        self.write_account(account, account, "factor_on", &[("factor_since", today)])?;
        self.store().close_other_sessions(account, &digest(token))?;
        Ok(codes)
    }

    /// New recovery codes; the old ones are void.
    pub fn renew_recovery(&self, actor: &Actor) -> Outcome<Vec<String>> {
        self.proven(actor)?;
        if self.own(actor)?.factor_since.is_none() {
            return Err(No::refuse(
                Reason::Conflict,
                said!("还没有启用动态口令" / "No authenticator app is in use yet"),
            ));
        }
        self.note(actor.account, "recovery_renewed", Vec::new())?;
        self.new_recovery(actor.account)
    }

    /// One's own way out, for a new telephone. Who must have a factor enrols again at once.
    pub fn drop_factor(&self, actor: &Actor) -> Outcome<()> {
        self.proven(actor)?;
        let data = [("factor", null()), ("factor_since", null())];
        self.write_account(actor.account, actor.account, "factor_off", &data)?;
        self.forget_factor(actor.account)
    }

    /// The security administrator resets the factor of someone else, for a lost telephone. The kernel
    /// has asked for right and reason; what the account loses goes into the same commit.
    pub(crate) fn reset_factor(
        &self,
        ground: &Ground,
        before: &Record,
        action: &str,
        decision: &mut Decision,
    ) -> Outcome<()> {
        if !self.is_reset(before.register, action)? {
            return Ok(());
        }
        if before.id == ground.actor.account {
            // With his own reset he could let anybody in under his name (三员分立, 8.1.4.2).
            let message = said!(
                "不能重置自己的动态口令，请找另一位安全管理员；换手机请到“账号设置”停用后重新绑定"
                    / "Nobody resets his own authenticator app: ask another security administrator, or change it on your account page"
            );
            return Err(Refusal::forbidden(message).into());
        }
        let def = ground.catalogue.at(before.register);
        for name in ["factor", "factor_since"] {
            let ix = def.field(name).ok_or(Error::Broken("house.account"))?;
            decision.after.data[ix.0] = null();
            if let Some(What::Update { data, .. }) =
                decision.changes.first_mut().map(|c| &mut c.what)
            {
                data.push((ix, null()));
            }
        }
        Ok(())
    }

    /// What must be shut before the act stands, so that nothing opened with the old factor outlives it.
    pub(crate) fn before_reset(&self, id: Id) -> Outcome<()> {
        Ok(self.store().close_doors_of(id)?)
    }

    /// What follows once an act on an account stands: recovery codes are void, and what was opened while
    /// it was decided ends; a login whose wait was lifted may try again.
    pub(crate) fn after_act(&self, register: RegisterIx, id: Id, action: &str) -> Outcome<()> {
        if self.is_reset(register, action)? {
            self.forget_factor(id)?;
        }
        if self.shuts_doors(register, action)? {
            self.store().close_doors_of(id)?;
        }
        if action == CALM && register == self.house("account")? {
            let login = self.look(|reader| Ok(self.named_account(reader, id).0))?;
            self.clear_attempts(&login)?;
        }
        Ok(())
    }

    /// Whether nothing that was opened before may outlive the act: a locked account that is opened again
    /// signs in anew.
    pub(crate) fn shuts_doors(&self, register: RegisterIx, action: &str) -> Outcome<bool> {
        Ok(matches!(action, RESET | LOCK) && register == self.house("account")?)
    }

    pub(crate) fn is_reset(&self, register: RegisterIx, action: &str) -> Outcome<bool> {
        Ok(action == RESET && register == self.house("account")?)
    }

    /// What stands beside the account and must go with its factor.
    pub(crate) fn forget_factor(&self, account: Id) -> Outcome<()> {
        Ok(self.store().put_recovery(account, Vec::new())?)
    }

    /// Uses up a code of an active factor; says by what, or nothing when it does not hold.
    pub(super) fn take_code(&self, account: Id, typed: &str) -> Outcome<Option<&'static str>> {
        let active = self
            .person(account)?
            .is_some_and(|p| p.factor_since.is_some());
        if !active {
            return Ok(None);
        }
        if self.take_totp(account, typed)? {
            return Ok(Some("totp"));
        }
        let Some(hash) = recovery_hash(account, typed) else {
            return Ok(None);
        };
        match self.store().take_recovery(account, hash)? {
            true => Ok(Some("recovery")),
            false => Ok(None),
        }
    }

    fn take_totp(&self, account: Id, typed: &str) -> Outcome<bool> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let typed = codes::text::fold(&typed);
        let Some(secret) = self.secret_of(account)?.and_then(|text| from_base32(&text)) else {
            return Ok(false);
        };
        match step_of(&secret, &typed, self.now())? {
            Some(step) => Ok(self.store().take_step(account, step)?),
            None => Ok(false),
        }
    }

    fn secret_of(&self, account: Id) -> Outcome<Option<String>> {
        self.sealed_text(account, "factor")
    }

    fn new_recovery(&self, account: Id) -> Outcome<Vec<String>> {
        let mut shown = Vec::new();
        let mut hashes = Vec::new();
        for _ in 0..RECOVERY_CODES {
            let bytes: [u8; RECOVERY_BYTES] = chance()?;
            let code = base32(&bytes);
            hashes.push(recovery_hash(account, &code).ok_or(Error::Chance)?);
            shown.push(grouped(&code));
        }
        self.store().put_recovery(account, hashes)?;
        Ok(shown)
    }

    fn own(&self, actor: &Actor) -> Outcome<std::sync::Arc<Person>> {
        let person = self.person(actor.account)?;
        Ok(person.ok_or_else(Refusal::not_found)?)
    }

    /// Refuses unless the person has proved lately to be the one.
    fn proven(&self, actor: &Actor) -> Outcome<()> {
        let frame = self.frame();
        Ok(self.ground(&frame, actor).proven()?)
    }
}

/// `ABCDEFGHIJKLMNOP` as `ABCD-EFGH-IJKL-MNOP`.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|g| g.iter().collect()).collect();
    groups.join("-")
}

/// Hash of a recovery code however it was typed; nothing when it cannot be one.
fn recovery_hash(account: Id, typed: &str) -> Option<[u8; 32]> {
    let folded = codes::text::fold(typed).to_ascii_uppercase();
    let code: String = folded
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    if code.len() != RECOVERY_BYTES * 8 / 5 {
        return None;
    }
    let mut hash = Sm3::new();
    hash.update(b"jinzhi recovery");
    hash.update(account.0.to_be_bytes());
    hash.update(code.as_bytes());
    Some(hash.finalize().into())
}

/// Logins may be Chinese; in an address what is not plain ASCII is written by its bytes.
fn ascii(login: &str) -> String {
    let mut out = String::new();
    for byte in login.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn null() -> Datum {
    Datum::One(Value::Null)
}

fn text(text: String) -> Datum {
    Datum::One(Value::Text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_however_it_was_written() {
        let hash = recovery_hash(Id(7), "ABCDEFGHIJKLMNOP");
        assert!(hash.is_some());
        for typed in [
            "abcd-efgh-ijkl-mnop",
            " ABCD EFGH IJKL MNOP ",
            "ＡＢＣＤ-EFGHIJKLMNOP",
        ] {
            assert_eq!(recovery_hash(Id(7), typed), hash, "{typed}");
        }
        assert_ne!(recovery_hash(Id(8), "ABCDEFGHIJKLMNOP"), hash, "of another");
        assert_eq!(recovery_hash(Id(7), "123456"), None);
        assert_eq!(grouped("ABCDEFGHIJKLMNOP"), "ABCD-EFGH-IJKL-MNOP");
    }
}
