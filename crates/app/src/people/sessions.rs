//! One's own sessions: where one is signed in, and how to end that.

use kernel::{Actor, Moment, Refusal};
use sm3::{Digest, Sm3};
use store::{Door, DoorKind};

use super::doors::digest;
use super::{Device, MINUTE};
use crate::{App, Outcome};

/// One place where a person is signed in.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// By which it is ended; says nothing about its token.
    pub number: String,
    pub made: Moment,
    pub seen: Moment,
    pub device: Device,
    /// The one in which this is asked.
    pub is_this: bool,
}

impl App {
    /// Notes from what kind of device and roughly where a session was opened.
    pub fn describe_session(&self, token: &str, device: &Device) -> Outcome<()> {
        Ok(self.store().describe_door(&digest(token), device.kept())?)
    }

    /// The sessions of a person that live, the newest first.
    pub fn sessions(&self, actor: &Actor, token: &str) -> Outcome<Vec<SessionView>> {
        let this = digest(token);
        let doors = self.living(actor)?;
        let views = doors.into_iter().map(|door| SessionView {
            number: number_of(&door),
            made: door.made,
            seen: door.seen,
            device: Device::read(&door.about),
            is_this: door.key == this,
        });
        Ok(views.collect())
    }

    /// Ends one of a person's own sessions.
    pub fn end_session(&self, actor: &Actor, number: &str) -> Outcome<()> {
        let doors = self.living(actor)?;
        let door = doors.iter().find(|door| number_of(door) == number);
        let door = door.ok_or_else(Refusal::not_found)?;
        self.note(actor.account, "session_ended", Vec::new())?;
        Ok(self.store().close_door(&door.key)?)
    }

    /// Ends all sessions of a person but the one at hand.
    pub fn end_other_sessions(&self, actor: &Actor, token: &str) -> Outcome<()> {
        self.note(actor.account, "sessions_ended", Vec::new())?;
        Ok(self
            .store()
            .close_other_sessions(actor.account, &digest(token))?)
    }

    fn living(&self, actor: &Actor) -> Outcome<Vec<Door>> {
        let now = self.now();
        let Some(person) = self.person(actor.account)? else {
            return Ok(Vec::new());
        };
        let idle = self.rules().idle_minutes(person.sort)? * MINUTE;
        let mut doors = self.store().doors_of(actor.account)?;
        doors.retain(|door| {
            door.kind == DoorKind::Session && now < door.until && now.0 - door.seen.0 <= idle
        });
        Ok(doors)
    }
}

fn number_of(door: &Door) -> String {
    let mut hash = Sm3::new();
    hash.update(b"jinzhi session number");
    hash.update(door.key);
    let bytes: [u8; 32] = hash.finalize().into();
    bytes[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
