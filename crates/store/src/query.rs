//! What a list asks of the store: a filter, an order, a page.

use catalogue::{FieldIx, RegisterIx, Sort, StateIx};
use expr::{Folded, Id, Moment, Value};
use kernel::{Record, Span};

use crate::Cursor;

/// Rows of a page that names no limit.
pub const PAGE_ROWS: usize = 50;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Query {
    pub register: RegisterIx,
    pub filter: Filter,
    /// Columns to sort by; the id decides between equals. Empty values come last.
    pub sort: Vec<Sort>,
    /// Where the page begins; the first page without.
    pub after: Option<Cursor>,
    pub limit: usize,
    /// Only these fields are read, the others are `Null`; `None`: all, with child rows and files.
    pub fields: Option<Vec<FieldIx>>,
    pub personal: Personal,
}

/// Whether personal values are opened. Whoever opens them must mask or justify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Personal {
    /// They are `Null`; the keys are not even read.
    #[default]
    Sealed,
    Open,
}

impl Query {
    /// All records of a register, a first page.
    pub fn of(register: RegisterIx) -> Query {
        Query {
            register,
            filter: Filter::All(Vec::new()),
            sort: Vec::new(),
            after: None,
            limit: PAGE_ROWS,
            fields: None,
            personal: Personal::Sealed,
        }
    }
}

/// Which records. Three-valued as SQL: what is neither true nor false is left out, also under `Not`.
#[derive(Clone, Debug)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// A condition of the definitions with day and params put in.
    Cond(Folded),
    Is(FieldIx, Value),
    In(FieldIx, Vec<Value>),
    /// Both ends belong to it.
    Between(FieldIx, Option<Value>, Option<Value>),
    Prefix(FieldIx, String),
    Contains(FieldIx, String),
    /// Several choices, one of which is this entry.
    Has(FieldIx, String),
    Empty(FieldIx),
    States(Vec<StateIx>),
    /// Where a right reaches.
    Span(Span),
    Ids(Vec<Id>),
    /// Words, as the search box takes them.
    Text(String),
    /// Exact value of a sealed field, in normal form.
    Hash(FieldIx, String),
    /// Both ends belong to it.
    ChangedBetween(Option<Moment>, Option<Moment>),
    CreatedBetween(Option<Moment>, Option<Moment>),
    CreatedBy(Id),
}

impl Filter {
    /// How far the right reaches that the whole question is cut by.
    pub(crate) fn span(&self) -> Option<&Span> {
        match self {
            Filter::Span(span) => Some(span),
            Filter::All(parts) => parts.iter().find_map(Filter::span),
            _ => None,
        }
    }

    /// Both filters.
    pub fn and(self, other: Filter) -> Filter {
        match (self, other) {
            (Filter::All(mut parts), Filter::All(more)) => {
                parts.extend(more);
                Filter::All(parts)
            }
            (Filter::All(mut parts), other) => {
                parts.push(other);
                Filter::All(parts)
            }
            (one, other) => Filter::All(vec![one, other]),
        }
    }
}

/// Rows of a page, and the cursors of its neighbours.
#[derive(Clone, Debug)]
pub struct Page {
    pub records: Vec<Record>,
    /// The page after this one, if there is more.
    pub next: Option<Cursor>,
    /// The page before this one; none on the first.
    pub previous: Option<Cursor>,
}

/// A count that stops: lists say "more than 1,000" for what nobody reads to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exact(u64),
    MoreThan(u64),
}
