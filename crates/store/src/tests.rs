//! The store on the tennis club: what is promised above, tried.

mod commits;
mod erasures;
mod groups;
mod houses;
mod lists;
mod migrations;
mod pasts;
mod searches;
mod stories;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use catalogue::{Catalogue, HookNames, RegisterIx, Texts};
use expr::{Id, Moment, Value};
use kernel::{Change, Commit, Datum, Meta, Record, What};
use tempfile::TempDir;

use crate::{Applied, CommitError, Founding, Options, Seal, Store};

/// 2027-03-01T09:30 on the clock of the bureau.
pub(crate) const NOW: Moment = Moment(1_803_864_600_000_000);
const HOUR: i64 = 3_600_000_000;

pub(crate) fn later(hours: i64) -> Moment {
    Moment(NOW.0 + hours * HOUR)
}

static CLUB: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(load(club_texts())));

pub(crate) fn club_texts() -> Texts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/tennis_club");
    Texts::house()
        .unwrap()
        .with_tenant_on_disk(&folder)
        .unwrap()
}

pub(crate) fn load(texts: Texts) -> Catalogue {
    let hooks = HookNames {
        compute: &[("tennis_club.member", "fee_due")],
        guard: &[("tennis_club.member", "no_open_booking")],
        effect: &[("tennis_club.booking", "count_visit")],
        reads: &[],
    };
    catalogue::load(&texts, &hooks).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// A data directory of its own for each test.
pub(crate) struct Club {
    pub dir: TempDir,
    pub store: Store,
    pub catalogue: Arc<Catalogue>,
}

impl Club {
    pub fn new() -> Club {
        Club::sealed(Seal::Aes)
    }

    pub fn sealed(seal: Seal) -> Club {
        let dir = tempfile::tempdir().unwrap();
        let founding = Founding {
            division: 370_102,
            instance: 1,
            at: NOW,
            seal,
        };
        let store = Store::create(dir.path(), founding, CLUB.clone()).unwrap();
        Club {
            dir,
            store,
            catalogue: CLUB.clone(),
        }
    }

    /// Stops the store and opens it again.
    pub fn reopened(self) -> Club {
        self.reopened_with(Options::default())
    }

    pub fn reopened_with(self, options: Options) -> Club {
        let Club {
            dir,
            store,
            catalogue,
        } = self;
        drop(store);
        let store = Store::open(dir.path(), options, catalogue.clone()).unwrap();
        Club {
            dir,
            store,
            catalogue,
        }
    }

    pub fn register(&self, short: &str) -> RegisterIx {
        self.catalogue
            .register(&format!("tennis_club.{short}"))
            .unwrap()
    }

    pub fn data(
        &self,
        short: &str,
        fields: Vec<(&str, Datum)>,
    ) -> Vec<(catalogue::FieldIx, Datum)> {
        let register = self.catalogue.at(self.register(short));
        fields
            .into_iter()
            .map(|(name, datum)| (register.field(name).unwrap(), datum))
            .collect()
    }

    pub fn insert(&self, short: &str, state: &str, fields: Vec<(&str, Datum)>) -> Change {
        let register = self.register(short);
        let state = self.catalogue.at(register).state(state);
        let data = self.data(short, fields);
        let id = self.store.next_id().unwrap();
        Change {
            register,
            id,
            act: "create".to_owned(),
            what: What::Insert { state, data },
        }
    }

    pub fn update(&self, record: &Record, fields: Vec<(&str, Datum)>) -> Change {
        let register = self.catalogue.at(record.register);
        let data = self.data(&register.short, fields);
        let what = What::Update {
            expected: record.version,
            state: None,
            data,
        };
        Change {
            register: record.register,
            id: record.id,
            act: "edit".to_owned(),
            what,
        }
    }

    pub fn commit(&self, change: Change) -> Result<Applied, CommitError> {
        self.store.commit(commit(NOW, vec![change]))
    }

    pub fn commit_at(&self, at: Moment, change: Change) -> Result<Applied, CommitError> {
        self.store.commit(commit(at, vec![change]))
    }

    /// A member with the fields everyone has.
    pub fn member(&self, name: &str, more: Vec<(&str, Datum)>) -> Id {
        let mut fields = vec![
            ("name", text(name)),
            ("phone", text("13812345678")),
            ("kind", text("adult")),
            ("division", text("370102001")),
        ];
        for (field, datum) in more {
            fields.retain(|(known, _)| *known != field);
            fields.push((field, datum));
        }
        let change = self.insert("member", "active", fields);
        let id = change.id;
        self.commit(change).unwrap();
        id
    }

    pub fn court(&self, name: &str) -> Id {
        let fields = vec![
            ("name", text(name)),
            ("surface", text("clay")),
            ("fee", one(Value::Int(5_000))),
        ];
        let change = self.insert("court", "usable", fields);
        let id = change.id;
        self.commit(change).unwrap();
        id
    }

    pub fn get(&self, short: &str, id: Id) -> Record {
        self.store
            .read(|reader| reader.get(self.register(short), id))
            .unwrap()
            .unwrap()
    }

    pub fn value(&self, record: &Record, field: &str) -> Value {
        record
            .named(self.catalogue.at(record.register), field)
            .clone()
    }

    pub fn datum(&self, record: &Record, field: &str) -> Datum {
        let field = self.catalogue.at(record.register).field(field).unwrap();
        record.data[field.0].clone()
    }

    /// A file whose bytes lie where they should.
    pub fn file(&self, name: &str, content: &str) -> kernel::FileRef {
        let stored = self.store.put_file(content.as_bytes()).unwrap();
        kernel::FileRef {
            hash: stored.hash,
            name: name.to_owned(),
            bytes: stored.bytes,
            mime: "application/pdf".to_owned(),
        }
    }

    /// Fails unless the ledger, the history and every row agree.
    #[track_caller]
    pub fn assert_whole(&self) {
        let report = crate::verify(self.dir.path(), &[], &[]).unwrap();
        assert!(report.is_whole(), "{:#?}", report.faults);
    }
}

pub(crate) fn commit(at: Moment, changes: Vec<Change>) -> Commit {
    let meta = Meta {
        at,
        actor: Id(7),
        reason: None,
        batch: None,
        capacity: None,
    };
    Commit {
        meta,
        changes,
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    }
}

pub(crate) fn one(value: Value) -> Datum {
    Datum::One(value)
}

pub(crate) fn text(text: &str) -> Datum {
    Datum::One(Value::Text(text.to_owned()))
}

pub(crate) fn date(text: &str) -> Datum {
    Datum::One(Value::Date(text.parse().unwrap()))
}
