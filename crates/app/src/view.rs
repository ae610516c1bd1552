//! What the doors get back: plain values, already cut to what the person may see.

use std::collections::HashMap;

use kernel::{Colour, Datum, FieldIx, Id, Moment, RegisterIx, StateIx};

/// One record as one person may see it.
#[derive(Clone, Debug)]
pub struct RecordView {
    pub register: RegisterIx,
    pub id: Id,
    pub version: i64,
    pub state: Option<StateIx>,
    pub created_at: Moment,
    pub created_by: Id,
    pub changed_at: Moment,
    pub changed_by: Id,
    /// The fields this person may see, in the register's order.
    pub fields: Vec<FieldView>,
    /// How the record is named to people.
    pub shown: String,
    pub colour: Option<Colour>,
}

impl RecordView {
    pub fn field(&self, ix: FieldIx) -> Option<&Seen> {
        self.fields.iter().find(|f| f.ix == ix).map(|f| &f.seen)
    }

    /// What people call the word of a definition that stands in the field.
    pub fn told(&self, ix: FieldIx) -> Option<&str> {
        let found = self.fields.iter().find(|f| f.ix == ix);
        found.and_then(|f| f.told.as_deref())
    }
}

#[derive(Clone, Debug)]
pub struct FieldView {
    pub ix: FieldIx,
    pub seen: Seen,
    /// What people call the word of a definition that stands there: 环节, 岗位, 结果.
    pub told: Option<String>,
}

/// How much of a value is seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Plain(Datum),
    /// A personal value, masked; it can be revealed by someone with the right and a reason.
    Masked(String),
    /// 已依法删除
    Erased,
}

impl Seen {
    pub fn is_empty(&self) -> bool {
        match self {
            Seen::Plain(datum) => datum.is_empty(),
            Seen::Masked(text) => text.is_empty(),
            Seen::Erased => false,
        }
    }
}

/// Names of referred records, for showing refs. A ref without a name here is one the person may not see.
pub type Names = HashMap<Id, Named>;

#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub register: RegisterIx,
    pub shown: String,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    pub rows: Vec<RecordView>,
    pub names: Names,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// How many records a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exactly(u64),
    /// Counting stopped there.
    MoreThan(u64),
}

/// One record with what surrounds it, for its page.
#[derive(Clone, Debug)]
pub struct RecordPage {
    /// Version of the flow by which it goes; empty where it is none. Its actions are those of
    /// `Catalogue::by_flow`.
    pub flow: String,
    pub record: RecordView,
    pub names: Names,
    /// Names of the actions this person may take now.
    pub actions: Vec<String>,
    pub may_edit: bool,
    /// Personal fields this person may reveal with a reason.
    pub may_reveal: bool,
    pub may_erase: bool,
    /// It is an account for which this person may make a one-time sign-in link.
    pub may_invite: bool,
    /// Records that point here: register, ref field, the first few, whether there are more.
    pub related: Vec<Related>,
}

#[derive(Clone, Debug)]
pub struct Related {
    pub register: RegisterIx,
    pub by: FieldIx,
    pub rows: Vec<RecordView>,
    pub more: bool,
}

/// One entry of a record's history, cut to what the person may see.
#[derive(Clone, Debug)]
pub struct HistoryView {
    pub seq: i64,
    pub at: Moment,
    /// Login of who did it; empty when that is not for this person to know.
    pub who: String,
    /// Name of who did it, for those who work in the service; empty when erased.
    pub who_name: String,
    pub act: String,
    /// The post in which it was done, in the language of the person who reads.
    pub post: Option<String>,
    /// The same person stood on both sides of the act (同一人办理).
    pub one_person: bool,
    pub reason: Option<String>,
    pub version: i64,
    pub changes: Vec<FieldChange>,
}

impl HistoryView {
    /// Who did it as people call him: by name, else by the post he acted in; the login is the last resort.
    pub fn called(&self) -> &str {
        match (self.who_name.as_str(), &self.post) {
            ("", Some(post)) => post,
            ("", None) => &self.who,
            (name, _) => name,
        }
    }
}

#[derive(Clone, Debug)]
pub struct FieldChange {
    pub what: Changed,
    pub was: Seen,
    pub now: Seen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Field(FieldIx),
    State,
}

/// One answer of the search box.
#[derive(Clone, Debug)]
pub struct Hit {
    pub register: RegisterIx,
    pub id: Id,
    pub shown: String,
    /// A second line: state, division, whatever tells it from its like.
    pub beside: String,
    pub colour: Option<Colour>,
}

/// What a successful change answers.
#[derive(Clone, Debug)]
pub struct Saved {
    pub id: Id,
    pub version: i64,
    /// Warnings that did not prevent it, and places they stand at.
    pub warnings: Vec<kernel::Blame>,
}
