//! A house for one test: real store, fixed clock, one person of every role.

use std::sync::Arc;

use app::{App, FixedClock, Input, NewAccount, NewUnit, Outcome, Saved};
use catalogue::Texts;
use jiff::civil::DateTime;
use kernel::{Actor, Hooks, Id, Moment, Raw};
use store::Store;
use tempfile::TempDir;

use crate::{club_hooks, club_texts};

/// The division in which tests take place.
const COUNTY: &str = "330109";

pub struct TestApp {
    pub app: App,
    pub clock: Arc<FixedClock>,
    unit: Id,
    dir: TempDir,
}

impl TestApp {
    /// The tennis club at 2027-03-01 09:00.
    pub fn club() -> TestApp {
        TestApp::of(&club_texts(), club_hooks())
    }

    /// A house with these definitions.
    pub fn of(texts: &Texts, hooks: Hooks) -> TestApp {
        let catalogue = match hooks.compile(texts) {
            Ok(catalogue) => Arc::new(catalogue),
            Err(faults) => panic!("{}", catalogue::render(&faults, texts)),
        };
        let dir = tempfile::tempdir().expect("a folder for the test");
        let clock = Arc::new(FixedClock::new(moment("2027-03-01T09:00:00")));
        let founding = store::Founding {
            division: 330_109,
            instance: 1,
            at: moment("2027-03-01T08:00:00"),
            seal: store::Seal::default(),
        };
        let store = Store::create(dir.path(), founding, catalogue.clone()).expect("a store");
        let app = App::new(store, catalogue, hooks, clock.clone()).expect("an app");
        let areas = [COUNTY.to_owned()];
        let unit = NewUnit {
            code: "test",
            title: "测试局",
            kind: "county",
            parent: None,
            areas: &areas,
        };
        let unit = app.add_unit(&Actor::operator(), &unit).expect("a unit");
        TestApp {
            app,
            clock,
            unit,
            dir,
        }
    }

    pub fn path(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// The person of that role, made on first asking; login and role are the same word.
    pub fn as_role(&self, role: &str) -> Actor {
        self.person(role, role, None)
    }

    /// A person of a role bound to an enterprise or member.
    pub fn as_own(&self, role: &str, subject: Id) -> Actor {
        self.person(&format!("{role}_{subject}"), role, Some(subject))
    }

    /// A further person of a role.
    pub fn person(&self, login: &str, role: &str, subject: Option<Id>) -> Actor {
        let known = self.app.account(login).expect("the store answers");
        let account = known.unwrap_or_else(|| {
            let account = NewAccount {
                login,
                name: "测试员",
                role,
                unit: self.unit,
                subject,
            };
            self.app
                .add_account(&Actor::operator(), &account)
                .expect("an account")
        });
        self.app
            .person(account)
            .expect("the store answers")
            .expect("an open account")
            .actor
            .clone()
    }

    pub fn register(&self, name: &str) -> kernel::RegisterIx {
        self.app
            .catalogue()
            .register(name)
            .unwrap_or_else(|| panic!("no register {name}"))
    }

    /// Makes a record from `field=text` pairs.
    pub fn create(&self, who: &Actor, register: &str, fields: &[(&str, &str)]) -> Outcome<Saved> {
        self.app
            .create(who, self.register(register), None, &input(fields))
    }

    /// Makes a record that begins in a state.
    pub fn create_in(
        &self,
        who: &Actor,
        register: &str,
        state: &str,
        fields: &[(&str, &str)],
    ) -> Outcome<Saved> {
        self.app
            .create(who, self.register(register), Some(state), &input(fields))
    }

    /// Moves the clock to nine o'clock of a day.
    pub fn today(&self, day: &str) {
        self.clock.set(moment(&format!("{day}T09:00:00")));
    }
}

/// Texts as input of a use case.
pub fn input(fields: &[(&str, &str)]) -> Input {
    fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Raw::text(*text)))
        .collect()
}

fn moment(text: &str) -> Moment {
    let local: DateTime = text.parse().expect("a local time");
    Moment::from_local(local)
}
