//! Being told outside the system: addresses that are proved, mail at once and in digests, what becomes
//! of it, receivers of units, calendar feeds.

mod events;
mod feed;
mod mail;

use app::{App, Choice, How, Mail, Outward, Sent};
use kernel::{Actor, Id, Moment};

use crate::flow::Stage;

/// The course of a repair in a house that sends mail.
pub fn stage() -> Stage {
    let stage = Stage::new();
    stage.house.app.set_outward(outward());
    stage
}

pub fn outward() -> Outward {
    Outward {
        address: "https://jinzhi.example.cn".to_owned(),
        product: "金质".to_owned(),
        mail_domain: Some("example.cn".to_owned()),
        allowed: Vec::new(),
    }
}

pub fn set_time(stage: &Stage, text: &str) {
    let local = text.parse().expect("a local time");
    stage.house.clock.set(Moment::from_local(local));
}

/// The one mail that is due.
pub fn only(app: &App) -> Mail {
    let mut mails = app.due_letters().expect("the queue");
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

/// Gives somebody a proved address.
pub fn proved(app: &App, who: &Actor, email: &str) {
    app.set_email(who, email).expect("an address");
    let mail = only(app);
    assert_eq!(mail.to, email);
    app.letter_done(mail.id, &Sent::Done("250".to_owned()))
        .expect("noted");
    app.prove_email(who, &word_in(&mail)).expect("proved");
}

/// The one-time word, alone on its line.
pub fn word_in(mail: &Mail) -> String {
    let line = mail.text.lines().find(|line| line.starts_with("    "));
    line.expect("a word").trim().to_owned()
}

pub fn choose(app: &App, who: &Actor, how: How, change: impl FnOnce(&mut Choice)) {
    let mut choice = app.reach(who).expect("a view").choice;
    choice.how = how;
    change(&mut choice);
    app.choose_reach(who, &choice).expect("chosen");
}

/// The word of a record's state.
pub fn state(stage: &Stage, register: &str, id: Id) -> String {
    let ix = stage.house.register(register);
    let def = stage.house.app.catalogue().at(ix);
    let view = stage.house.app.record(&Actor::operator(), ix, id, None);
    let state = view.expect("a record").0.state.expect("a state");
    def.states[state.0].name.clone()
}

/// Sequence number of the entry that made a record.
pub fn made(stage: &Stage, register: &str, id: Id) -> i64 {
    let ix = stage.house.register(register);
    let entries = stage
        .house
        .store
        .read(|reader| reader.history(ix, id, None, 50));
    entries.expect("a history").last().expect("an entry").seq
}
