//! Mapping files: how the columns of a foreign table become the fields of a register.
//!
//! Read and checked against the definitions before any row is looked at; every fault is told with
//! its place and the likely meant word. How to write one: `docs/import.md`.

mod rules;
mod settings;

use std::collections::HashMap;

use kernel::{Catalogue, FieldIx, RegisterIx};
use tables::Encoding;

use super::number::Number;
use super::spots::{MapFault, Sheet, Spot};

/// A mapping that is free of faults.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub register: RegisterIx,
    pub(crate) shown: String,
    pub(crate) text: String,
    pub(crate) key: Vec<FieldIx>,
    pub(crate) columns: Columns,
    pub(crate) empty_cells: EmptyCells,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) sheet: Option<String>,
    pub(crate) delimiter: Option<u8>,
    /// Only faults in these fields refuse a row; `None`: faults in any field do.
    pub(crate) required_only: Option<Vec<FieldIx>>,
    /// Takes the texts that could not be understood.
    pub(crate) as_received: Option<FieldIx>,
    pub(crate) rules: Vec<Rule>,
}

/// Whether a row must have as many cells as the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Columns {
    #[default]
    Any,
    Exact,
}

/// What an empty cell says about a record that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EmptyCells {
    /// Nothing: the record keeps what it has.
    #[default]
    Keep,
    /// The field is empty.
    Clear,
}

/// How one field, or the state, gets its value.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub target: Target,
    pub from: From,
    /// Texts that are taken off both ends.
    pub strip: Vec<String>,
    /// Texts that mean nothing.
    pub empty: Vec<String>,
    /// Texts for which the row is refused, and why.
    pub refuse: HashMap<String, String>,
    pub values: Option<Values>,
    pub dates: Vec<String>,
    pub convert: Option<Convert>,
    pub money: Option<Money>,
    pub normal: Normal,
    pub division: Option<Within>,
    pub prefix: String,
    /// Stands where nothing usable does.
    pub missing: Option<(String, Spot)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Field(FieldIx),
    State,
}

/// A column of the foreign table and where the mapping names it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub name: String,
    pub spot: Spot,
}

#[derive(Clone, Debug)]
pub(crate) enum From {
    Column(Named),
    Columns {
        columns: Vec<Named>,
        join: String,
    },
    Constant {
        text: String,
        spot: Spot,
    },
    /// The record of another register whose field `by` (or code, or exact name) stands there.
    Lookup {
        column: Named,
        by: Option<FieldIx>,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub map: HashMap<String, (String, Spot)>,
    pub other: Other,
}

/// What happens to texts that the value map does not name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Other {
    /// They are faults.
    Refuse,
    /// They mean nothing.
    Empty,
    /// They are taken as they are.
    Keep,
    Entry(String, Spot),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Convert {
    pub multiply: Number,
    pub add: Number,
    pub round: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Money {
    pub currency: Option<FieldIx>,
    /// Unit of bare numbers: 万元.
    pub unit: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Normal {
    #[default]
    AsIs,
    /// Brackets, spaces and width as names of firms have them.
    Name,
}

/// Divisions by name, within the division another column names.
#[derive(Clone, Debug)]
pub(crate) struct Within {
    pub parent: Option<Named>,
}
impl Mapping {
    /// Reads a mapping file. `shown` is its path in messages; `register` is the one the caller named.
    pub fn read(
        catalogue: &Catalogue,
        register: Option<RegisterIx>,
        shown: &str,
        text: &str,
    ) -> Result<Mapping, Vec<MapFault>> {
        let mut sheet = Sheet::new(shown, text);
        let mapping = sheet
            .tree()
            .and_then(|tree| settings::read(&mut sheet, catalogue, register, &tree));
        match mapping {
            Some(mapping) if sheet.faults.is_empty() => Ok(mapping),
            _ => {
                let mut faults = sheet.faults;
                faults.sort_by_key(|fault| (fault.line, fault.column));
                Err(faults)
            }
        }
    }

    /// The names of all columns that the mapping reads.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Named> {
        self.rules.iter().flat_map(Rule::named)
    }
}

impl Rule {
    /// A rule that takes a column as it is.
    pub fn plain(target: Target, column: &str) -> Rule {
        let named = Named {
            name: column.to_owned(),
            spot: Spot(0),
        };
        Rule::of(target, From::Column(named))
    }

    fn of(target: Target, from: From) -> Rule {
        Rule {
            target,
            from,
            strip: Vec::new(),
            empty: Vec::new(),
            refuse: HashMap::new(),
            values: None,
            dates: Vec::new(),
            convert: None,
            money: None,
            normal: Normal::AsIs,
            division: None,
            prefix: String::new(),
            missing: None,
        }
    }

    fn named(&self) -> impl Iterator<Item = &Named> {
        let own: &[Named] = match &self.from {
            From::Column(column) | From::Lookup { column, .. } => std::slice::from_ref(column),
            From::Columns { columns, .. } => columns,
            From::Constant { .. } => &[],
        };
        own.iter().chain(
            self.division
                .iter()
                .filter_map(|within| within.parent.as_ref()),
        )
    }
}
