//! One record of any register in memory, and how conditions see it.

use std::borrow::Cow;

use catalogue::{FieldIx, Kind, Phase, Register, RegisterIx, StateIx};
use expr::{Constants, Env, Id, Key, Moment, Value};
use jiff::civil::Date;

use crate::ParamValues;

/// What one field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    One(Value),
    /// Child rows in order.
    Rows(Vec<RowData>),
    Files(Vec<FileRef>),
    /// A personal value whose key was destroyed by law (个人信息保护法 第47条).
    Erased,
    /// A number the store draws when it commits: the pattern, e.g. `JC-{year}-{n}`.
    Draw(String),
}

impl Datum {
    /// What a field of that kind holds when nothing is in it.
    pub(crate) fn empty(kind: &Kind) -> Datum {
        match kind {
            Kind::Rows { .. } => Datum::Rows(Vec::new()),
            Kind::Files { .. } => Datum::Files(Vec::new()),
            _ => Datum::One(Value::Null),
        }
    }

    /// The plain value; `Null` for rows, files, erased and not yet drawn ones.
    pub fn value(&self) -> &Value {
        match self {
            Datum::One(value) => value,
            _ => &Value::Null,
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Datum::One(value) => *value == Value::Null,
            Datum::Rows(rows) => rows.is_empty(),
            Datum::Files(files) => files.is_empty(),
            Datum::Erased | Datum::Draw(_) => false,
        }
    }
}

/// One child row. `id` is absent until the store has it.
#[derive(Clone, Debug, PartialEq)]
pub struct RowData {
    pub id: Option<Id>,
    pub values: Vec<Value>,
}

/// A file beside a record; its bytes lie in `files/` under their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// Lower-case hex of the content's SM3.
    pub hash: String,
    pub name: String,
    pub bytes: u64,
    pub mime: String,
}

/// One record of a register. `data` has one entry per field, in the register's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub register: RegisterIx,
    pub id: Id,
    /// 1 when made, one more with every change.
    pub version: i64,
    pub state: Option<StateIx>,
    pub created_at: Moment,
    pub created_by: Id,
    /// Whom the maker stood in for; known of a record read by itself, not in lists.
    pub made_for: Option<Id>,
    pub changed_at: Moment,
    pub changed_by: Id,
    pub data: Vec<Datum>,
}

impl Record {
    /// To whom a record made is returned: whomever its maker stood in for, else the maker.
    pub fn maker(&self) -> Id {
        self.made_for.unwrap_or(self.created_by)
    }

    /// Whether the account made the record, or it was made in its stead.
    pub fn is_made_by(&self, account: Id) -> bool {
        self.created_by == account || self.made_for == Some(account)
    }

    pub fn value(&self, field: FieldIx) -> &Value {
        self.data[field.0].value()
    }

    /// Value of a field by name; `Null` when the register has no such field.
    pub fn named<'a>(&'a self, register: &Register, field: &str) -> &'a Value {
        static NULL: Value = Value::Null;
        register.field(field).map_or(&NULL, |ix| self.value(ix))
    }

    pub fn phase(&self, register: &Register) -> Phase {
        self.state
            .map_or(Phase::Open, |s| register.states[s.0].phase)
    }
}

/// A record as conditions see it.
pub struct View<'a> {
    pub register: &'a Register,
    pub record: &'a Record,
    pub params: &'a ParamValues,
    pub today: Date,
    pub now: Moment,
}

impl Constants for View<'_> {
    fn param(&self, ix: usize) -> Value {
        self.params.of(self.register, ix)
    }

    fn today(&self) -> Date {
        self.today
    }

    fn now(&self) -> Moment {
        self.now
    }
}

impl Env for View<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        let record = self.record;
        Cow::Owned(match key {
            Key::Field(ix) => return Cow::Borrowed(record.value(FieldIx(ix))),
            Key::State => match record.state {
                Some(ix) => Value::Text(self.register.states[ix.0].name.clone()),
                None => Value::Null,
            },
            Key::Phase => Value::Text(record.phase(self.register).word().to_owned()),
            Key::Id => Value::Id(record.id),
            Key::Version => Value::Int(record.version),
            Key::CreatedAt => Value::Moment(record.created_at),
            Key::CreatedBy => Value::Id(record.created_by),
            Key::ChangedAt => Value::Moment(record.changed_at),
            Key::ChangedBy => Value::Id(record.changed_by),
            Key::Param(_) | Key::Virtual(_) => Value::Null,
        })
    }
}
