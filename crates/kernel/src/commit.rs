//! The plain value that a use case decides and the store applies: all of it, or nothing.

use catalogue::{FieldIx, RegisterIx, StateIx};
use expr::{Id, Moment, Value};

use crate::Datum;

/// One decided act. The store draws numbers, makes history, ledger leaf and sequence, and applies
/// everything in one transaction, or answers that a relied-on fact no longer holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    pub meta: Meta,
    pub changes: Vec<Change>,
    pub relied: Vec<Relied>,
    /// Things worth the ledger that change no row: sign-in, reveal, export.
    pub events: Vec<Event>,
}

/// Who, when, why: written into every history entry of the commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    pub at: Moment,
    pub actor: Id,
    /// Reason or opinion given by the person.
    pub reason: Option<String>,
    /// The import batch the commit belongs to.
    pub batch: Option<Id>,
}

/// One row changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub register: RegisterIx,
    pub id: Id,
    /// Word of the act for history: `create`, `edit`, an action's name, `import`, `undo`, `latest`, `erase`.
    pub act: String,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Insert {
        state: Option<StateIx>,
        /// Only fields that hold something.
        data: Vec<(FieldIx, Datum)>,
    },
    Update {
        /// Version the decision was made on.
        expected: i64,
        /// New state, if it changes.
        state: Option<StateIx>,
        /// Only fields that change; `Null` or empty clears.
        data: Vec<(FieldIx, Datum)>,
    },
    /// Take the row away (only by undoing the import that made it); history keeps it.
    Remove { expected: i64 },
    /// Destroy the key of the record's personal values, everywhere and for good.
    Erase { expected: i64 },
}

/// A fact read before deciding that must still hold when the commit is applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Relied {
    /// The record still has this version.
    Version {
        register: RegisterIx,
        id: Id,
        version: i64,
    },
    /// No record of the register has this value in the field.
    None {
        register: RegisterIx,
        field: FieldIx,
        value: Value,
    },
    /// The records whose ref field names this one are as they were: so many, and the sum of their
    /// versions, which grows with every change.
    Children {
        register: RegisterIx,
        by: FieldIx,
        of: Id,
        count: i64,
        versions: i64,
    },
}

/// Something that happened and changes no row.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `sign_in`, `sign_out`, `sign_in_failed`, `reveal`, `export`, `import`, `undo`, `param`.
    pub kind: String,
    /// The record it is about.
    pub record: Option<(RegisterIx, Id)>,
    /// Further words for the ledger; never a personal value.
    pub detail: Vec<(String, String)>,
}
