//! Who an account is: the person behind it, its login, what is kept in memory of both.

use std::sync::Arc;

use kernel::{Actor, Freshness, Id, Lang, Power, Record, RegisterIx, Value};
use store::Reader;

use super::seats::Seat;
use super::{Held, Person, Sort, date, text};
use crate::{App, Error, Outcome};

impl App {
    /// The person of an account that is open, in the first post that holds today.
    pub fn person(&self, account: Id) -> Outcome<Option<Arc<Person>>> {
        self.person_at(account, Id(0))
    }

    /// The person in the post that was chosen; in the first one that holds when it is over or none was
    /// chosen. Asked at every request, so that a post ends with its last day.
    pub fn person_at(&self, account: Id, post: Id) -> Outcome<Option<Arc<Person>>> {
        self.turn_of_day();
        let held = self.held(account)?;
        let today = self.now().local_date();
        let valid = || held.iter().filter(|held| held.seat.runs_on(today));
        let chosen = valid().find(|held| held.seat.id == post);
        let found = chosen.or_else(|| valid().next());
        Ok(found.map(|held| held.person.clone()))
    }

    /// The posts of an account with the person in each, from memory or the store.
    pub(super) fn held(&self, account: Id) -> Outcome<Arc<Vec<Held>>> {
        let mut forgotten = None;
        if let Ok(known) = self.inner.people.people.read() {
            if let Some(held) = known.people.get(&account) {
                return Ok(held.clone());
            }
            forgotten = Some(known.forgotten);
        }
        let held = Arc::new(self.load_held(account)?);
        // Someone locked meanwhile was perhaps read as open, and must not stay so.
        if let Ok(mut known) = self.inner.people.people.write()
            && forgotten == Some(known.forgotten)
            && !held.is_empty()
        {
            known.people.insert(account, held.clone());
        }
        Ok(held)
    }

    /// The account with that login.
    pub fn account(&self, login: &str) -> Outcome<Option<Id>> {
        Ok(self.account_by_login(login)?.map(|account| account.id))
    }

    pub(crate) fn house(&self, short: &str) -> Outcome<RegisterIx> {
        let name = format!("house.{short}");
        Ok(self
            .catalogue()
            .register(&name)
            .ok_or(Error::Broken("house register is missing"))?)
    }

    /// Login and name of an account, for history; open or not, for it acted when it was.
    pub(crate) fn named_account(&self, reader: &Reader, account: Id) -> (String, String) {
        if account == Id(0) {
            return ("系统".to_owned(), String::new());
        }
        let mut forgotten = None;
        if let Ok(known) = self.inner.people.people.read() {
            if let Some(named) = known.named.get(&account) {
                return named.clone();
            }
            forgotten = Some(known.forgotten);
        }
        let found = self.house("account").ok().and_then(|register| {
            let record = reader.get(register, account).ok().flatten()?;
            let def = self.catalogue().at(register);
            let word = |name| text(record.named(def, name));
            Some((word("login"), word("name")))
        });
        let Some(named) = found else {
            return Default::default();
        };
        // A name that was erased meanwhile must not come back by way of an older snapshot.
        if let Ok(mut known) = self.inner.people.people.write()
            && forgotten == Some(known.forgotten)
        {
            known.named.insert(account, named.clone());
        }
        named
    }

    /// Forgets what hangs on house registers that changed.
    pub(crate) fn forget_house(&self, registers: &[RegisterIx]) -> Outcome<()> {
        let is = |short: &str| self.house(short).is_ok_and(|ix| registers.contains(&ix));
        let posts = is("account") || is("post");
        if is("unit") {
            self.forget_units();
        }
        if posts || is("unit") {
            self.forget_people();
        }
        if posts || is("unit") {
            self.forget_directory();
            self.place_unplaced()?;
        }
        if is("division") {
            self.reload_places()?;
        }
        if is("setting") {
            self.reload_params()?;
        }
        if is("calendar") {
            self.reload_calendars()?;
        }
        Ok(())
    }

    /// Forgets who people are: each is read anew when next asked for.
    pub(crate) fn forget_people(&self) {
        if let Ok(mut known) = self.inner.people.people.write() {
            known.people.clear();
            known.named.clear();
            known.forgotten += 1;
        }
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

    /// What is known of an account that is open: its posts, each as the person who acts in it.
    fn load_held(&self, account: Id) -> Outcome<Vec<Held>> {
        let accounts = self.house("account")?;
        self.look(|reader| {
            let Some(record) = reader.get(accounts, account)? else {
                return Ok(Vec::new());
            };
            let seats = self.seats(reader, &record)?;
            let held = seats.into_iter().map(|seat| {
                let person = Arc::new(self.person_of(reader, &record, &seat)?);
                Ok(Held { seat, person })
            });
            held.collect()
        })
    }

    /// The person in one of the posts.
    fn person_of(&self, reader: &Reader, record: &Record, seat: &Seat) -> Outcome<Person> {
        let def = self.catalogue().at(record.register);
        // The unit as it is today, or that which succeeded it. A unit that was closed has no areas any
        // more, nor have its people.
        let units = self.units()?;
        let today = self.now().local_date();
        let standing = units.successor(seat.unit, today);
        let areas = standing.map_or_else(Vec::new, |unit| unit.areas_on(today));
        let unit = standing.or_else(|| units.get(seat.unit));
        let lang = match record.named(def, "lang") {
            Value::Text(word) if word == "en" => Lang::En,
            _ => Lang::Zh,
        };
        let role = self.catalogue().roles.get(&seat.role);
        let layer = role.map_or("", |r| &r.layer);
        let sort = match seat.subject {
            None => Sort::of_layer(layer),
            Some(_) => Sort::of_bound(layer),
        };
        let title = unit.map(|unit| unit.title_on(today).to_owned());
        let lent = seat.lent.as_ref();
        let actor = Actor {
            account: record.id,
            login: text(record.named(def, "login")),
            power: Power::Role(seat.role.clone()),
            unit: unit.map_or(Id(0), |unit| unit.id),
            areas: areas
                .into_iter()
                .map(|area| kernel::area_prefix(area).to_owned())
                .collect(),
            subject: seat.subject,
            on_behalf: lent.map(|lent| lent.on_behalf),
            only: lent.and_then(|lent| lent.only.clone()),
            lang,
            freshness: Freshness::Never,
        };
        Ok(Person {
            actor,
            name: text(record.named(def, "name")),
            role: role.map_or_else(String::new, |role| role.label.get(lang).to_owned()),
            unit: title.unwrap_or_default(),
            post: seat.id,
            on_behalf: lent.map(|lent| self.name_of(reader, lent.on_behalf)),
            sort,
            password_set: date(record.named(def, "changed_password")),
            factor_since: date(record.named(def, "factor_since")),
        })
    }
}
