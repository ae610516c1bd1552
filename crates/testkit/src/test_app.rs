//! A house for one test: real store, fixed clock, one person of every role.

use std::sync::Arc;

use app::{App, FixedClock, Input, NewAccount, NewPost, NewUnit, Outcome, Saved};
use catalogue::{Catalogue, Texts};
use jiff::civil::{Date, DateTime};
use kernel::{Actor, Hooks, Id, Moment, Raw};
use store::Store;
use tempfile::TempDir;

use crate::{club_hooks, club_texts};

/// The division in which tests take place.
const COUNTY: &str = "330109";

pub struct TestApp {
    pub app: App,
    pub clock: Arc<FixedClock>,
    /// What lies under the app, for records that no use case would make.
    pub store: Store,
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
        let app = App::new(store.clone(), catalogue, hooks, clock.clone()).expect("an app");
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
            store,
            unit,
            dir,
        }
    }

    /// The club's data with nothing in memory, as after a restart.
    pub fn club_anew(&self) -> App {
        self.anew(club_hooks())
    }

    /// The data with nothing in memory, as after a restart, and with these hooks.
    pub fn anew(&self, hooks: Hooks) -> App {
        let catalogue = self.app.catalogue().clone();
        let store = Store::open(self.path(), store::Options::default(), catalogue.clone());
        let store = store.expect("a store");
        App::new(store, catalogue, hooks, self.clock.clone()).expect("an app")
    }

    /// The same data opened by other definitions, as the program opens them: beside the flows by which
    /// matters began.
    pub fn anew_by(&self, texts: &Texts, hooks: Hooks) -> App {
        let told = |faults: Vec<catalogue::Fault>| -> Catalogue {
            panic!("{}", catalogue::render(&faults, texts))
        };
        let today = hooks.compile(texts).unwrap_or_else(told);
        let kept = store::kept_flows(self.path(), &today).expect("the kept flows");
        let catalogue = hooks.compile_beside(texts, &kept).unwrap_or_else(told);
        let catalogue = Arc::new(catalogue);
        let store = Store::open(self.path(), store::Options::default(), catalogue.clone());
        let store = store.expect("a store");
        let app = App::new(store, catalogue, hooks, self.clock.clone()).expect("an app");
        app.keep_flows().expect("the flows are kept");
        app
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

    /// A further person of a role, who has nothing to prove.
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
        let person = self.app.person(account).expect("the store answers");
        Actor {
            freshness: kernel::Freshness::AtTheMachine,
            ..person.expect("an open account").actor.clone()
        }
    }

    /// A further post of a person at the unit of the test, and the person in it.
    pub fn post(&self, account: Id, role: &str, until: Option<Date>) -> (Id, Actor) {
        let post = NewPost {
            account,
            role,
            unit: self.unit,
            subject: None,
            since: None,
            until,
        };
        let post = self.app.add_post(&Actor::operator(), &post);
        let post = post.expect("a post");
        (post, self.at(account, post))
    }

    /// The person acting in that post.
    pub fn at(&self, account: Id, post: Id) -> Actor {
        let person = self.app.person_at(account, post);
        Actor {
            freshness: kernel::Freshness::AtTheMachine,
            ..person
                .expect("the store answers")
                .expect("a post")
                .actor
                .clone()
        }
    }

    /// The unit to which everybody belongs.
    pub fn unit(&self) -> Id {
        self.unit
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
