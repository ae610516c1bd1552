//! The plain value that a use case decides and the store applies: all of it, or nothing.

use catalogue::{FieldIx, RegisterIx, StateIx};
use expr::{Id, Moment, Value};

use crate::{Actor, Datum};

/// One decided act. The store draws numbers, makes history, ledger leaf and sequence, and applies
/// everything in one transaction, or answers that a relied-on fact no longer holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    pub meta: Meta,
    pub changes: Vec<Change>,
    pub relied: Vec<Relied>,
    /// Things worth the ledger that change no row: sign-in, reveal, export.
    pub events: Vec<Event>,
    /// The request that this is the effect of, when it may come again.
    pub once: Option<Once>,
}

/// A request with its answer, kept in the same transaction as its effect: sent again, it is answered
/// alike and not done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    pub account: Id,
    pub key: String,
    /// Hash of what was asked: the key may not stand for something else later.
    pub request: [u8; 32],
    /// Never a personal value.
    pub answer: String,
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
    /// The post in which the person acted; nothing for the program itself and for visitors.
    pub capacity: Option<Capacity>,
}

impl Meta {
    /// Somebody in the post in which he acts, without a word.
    pub fn of(actor: &Actor, at: Moment) -> Meta {
        Meta {
            at,
            actor: actor.account,
            reason: None,
            batch: None,
            capacity: actor.capacity(),
        }
    }
}

/// In which post somebody acted: a person may hold several, and history says which gave the right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    pub role: String,
    pub unit: Id,
    /// Whom the person stood in for.
    pub on_behalf: Option<Id>,
    /// The same person stood on both sides of the act (同一人办理), as [`crate::Profile::Small`] allows.
    pub one_person: bool,
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
    /// The records that hold this value in the field (the children of one, by their ref) are as they
    /// were: so many, and the sum of their versions, which grows with every change.
    Same {
        register: RegisterIx,
        field: FieldIx,
        value: Value,
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
