//! What a token opens: sessions, bearer tokens, one-time links, and for how long.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::{Id, Moment, Reason, Refusal};
use sm3::{Digest, Sm3};
use speech::said;
use store::{Door, DoorKind};

use super::{MINUTE, Owes, Session};
use crate::clock::chance;
use crate::{App, No, Outcome};

/// Longest token that is looked up.
const TOKEN_CHARS_MAX: usize = 100;
/// Sessions are marked as used at most this often.
const TOUCH_SECONDS: i64 = 60;

impl App {
    /// The session of a cookie, if it lives.
    pub fn session(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Session)
    }

    /// The person of a bearer token, if it lives.
    pub fn bearer(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Bearer)
    }

    /// Whether a one-time link still works, and for whom.
    pub fn invited(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Invite)
    }

    /// Opens a session for someone who has just proved to be the person.
    pub(super) fn open_session(&self, account: Id) -> Outcome<(String, Session)> {
        let minutes = self.rules().number("session_hours")? * 60;
        self.open(account, DoorKind::Session, minutes)
    }

    pub(crate) fn open_door(
        &self,
        account: Id,
        kind: DoorKind,
        hours: i64,
    ) -> Outcome<(String, Session)> {
        self.open(account, kind, hours * 60)
    }

    /// Always a new token: what a visitor brought along opens nothing (session fixation).
    pub(super) fn open(
        &self,
        account: Id,
        kind: DoorKind,
        minutes: i64,
    ) -> Outcome<(String, Session)> {
        if self.person(account)?.is_none() {
            return Err(postless());
        }
        let bytes: [u8; 32] = chance()?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let now = self.now();
        let proved = match kind {
            DoorKind::Session => now,
            // Nobody typed anything for it.
            DoorKind::Bearer | DoorKind::Invite | DoorKind::Half | DoorKind::Feed => Moment(0),
        };
        let door = Door {
            key: digest(&token),
            account,
            kind,
            made: now,
            seen: now,
            until: Moment(now.0 + minutes * MINUTE),
            proved,
            about: String::new(),
            post: Id(0),
        };
        self.store().open_door(door.clone())?;
        if kind == DoorKind::Invite {
            self.void_older_links(&door)?;
        }
        let session = self.session_of(&token, &door)?;
        Ok((token, session.ok_or_else(Refusal::not_found)?))
    }

    /// One link at a time: whoever is sent a second has lost the first, and who knows who found it.
    fn void_older_links(&self, newest: &Door) -> Outcome<()> {
        let doors = self.store().doors_of(newest.account)?;
        let older = doors
            .iter()
            .filter(|door| door.kind == DoorKind::Invite && door.key != newest.key);
        for door in older {
            self.store().close_door(&door.key)?;
        }
        Ok(())
    }

    /// The session of a token of that kind, if it lives.
    pub(super) fn door(&self, token: &str, kind: DoorKind) -> Outcome<Option<Session>> {
        let Some((key, door)) = self.find_door(token)? else {
            return Ok(None);
        };
        let now = self.now();
        if door.kind != kind || now >= door.until {
            return Ok(None);
        }
        let Some(session) = self.session_of(token, &door)? else {
            return Ok(None);
        };
        if kind == DoorKind::Session {
            if self.is_idle(&door, &session)? {
                return Ok(None);
            }
            if now.0 - door.seen.0 > TOUCH_SECONDS * 1_000_000 {
                self.store().touch_door(&key, now)?;
            }
        }
        Ok(Some(session))
    }

    /// The session of a cookie as it stands now, with the post in which the person acts by now. The
    /// program asks it of itself: it does not keep the session awake.
    pub fn standing_session(&self, token: &str) -> Outcome<Option<Session>> {
        let Some((_, door)) = self.find_door(token)? else {
            return Ok(None);
        };
        if door.kind != DoorKind::Session || self.now() >= door.until {
            return Ok(None);
        }
        match self.session_of(token, &door)? {
            Some(session) if !self.is_idle(&door, &session)? => Ok(Some(session)),
            _ => Ok(None),
        }
    }

    fn is_idle(&self, door: &Door, session: &Session) -> Outcome<bool> {
        let idle = self.rules().idle_minutes(session.person.sort)?;
        Ok(self.now().0 - door.seen.0 > idle * MINUTE)
    }

    fn find_door(&self, token: &str) -> Outcome<Option<([u8; 32], Door)>> {
        if token.is_empty() || token.len() > TOKEN_CHARS_MAX {
            return Ok(None);
        }
        let key = digest(token);
        Ok(self.store().door(&key)?.map(|door| (key, door)))
    }

    fn session_of(&self, token: &str, door: &Door) -> Outcome<Option<Session>> {
        let Some(person) = self.person_at(door.account, door.post)? else {
            return Ok(None);
        };
        let owes = match door.kind {
            DoorKind::Session => self.rules().owes(&person, self.now().local_date())?,
            DoorKind::Half => Some(Owes::Code),
            DoorKind::Bearer | DoorKind::Invite | DoorKind::Feed => None,
        };
        // Forms are sent with sessions; what is empty fits nothing.
        let csrf = match door.kind {
            DoorKind::Bearer | DoorKind::Feed => String::new(),
            DoorKind::Session | DoorKind::Invite | DoorKind::Half => csrf(token),
        };
        Ok(Some(Session {
            csrf,
            person,
            owes,
            proved: door.proved,
            key: door.key,
        }))
    }
}

/// Nothing to act in: every post is over, or the enterprise is wanting.
fn postless() -> No {
    No::refuse(
        Reason::Unauthorised,
        said!(
            "账号还没有启用、没有在任的岗位，或者企业账号没有绑定企业，不能登录；请找系统管理员"
                / "The account is not open, holds no post now, or is bound to no enterprise, and opens nothing; ask the system administrator"
        ),
    )
}

pub(super) fn digest(token: &str) -> [u8; 32] {
    Sm3::digest(token.as_bytes()).into()
}

/// The form token follows from the session token and cannot be turned back into it.
fn csrf(token: &str) -> String {
    let mut hash = Sm3::new();
    hash.update(b"jinzhi csrf");
    hash.update(token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
}
