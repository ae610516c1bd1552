//! One record as its entries make it, kept as a slot for each column.

use crate::body::Cell;
use std::collections::HashMap;

/// A change of columns of all rows there were at the time.
pub(super) struct Change {
    pub(super) seq: i64,
    pub(super) what: What,
}

pub(super) enum What {
    /// From and to, all at once.
    Renamed(Vec<(usize, usize)>),
    Added(Vec<(usize, Cell)>),
}

/// Column names as small numbers, so that a record is an array and not a map.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, usize>,
    names: Vec<String>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    pub(super) fn name(&self, number: usize) -> &str {
        &self.names[number]
    }
}

/// A value and the entry that set it.
pub(super) struct Slot {
    pub(super) cell: Cell,
    pub(super) seq: i64,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) alive: bool,
    pub(super) version: i64,
    /// The last entry that changed the record.
    pub(super) seq: i64,
    /// How many changes of the table have been looked at.
    pub(super) changes: usize,
    slots: Vec<Option<Slot>>,
}

impl State {
    /// Begins with the next record.
    pub(super) fn start(&mut self) {
        self.alive = false;
        self.version = 0;
        self.seq = 0;
        self.changes = 0;
        self.slots.clear();
    }

    pub(super) fn create(&mut self) {
        self.alive = true;
        self.slots.clear();
    }

    pub(super) fn end(&mut self, seq: i64) {
        self.alive = false;
        self.seq = seq;
        self.slots.clear();
    }

    pub(super) fn set(&mut self, column: usize, cell: Cell, seq: i64) {
        self.put(column, Some(Slot { cell, seq }));
    }

    pub(super) fn put(&mut self, column: usize, slot: Option<Slot>) {
        if column >= self.slots.len() {
            self.slots.resize_with(column + 1, || None);
        }
        self.slots[column] = slot;
    }

    pub(super) fn take(&mut self, column: usize) -> Option<Slot> {
        self.slots.get_mut(column)?.take()
    }

    pub(super) fn slot(&self, column: usize) -> Option<&Slot> {
        self.slots.get(column)?.as_ref()
    }

    /// A column never set holds NULL.
    pub(super) fn holds(&self, column: usize, cell: &Cell) -> bool {
        match self.slot(column) {
            Some(slot) => slot.cell == *cell,
            None => *cell == Cell::Null,
        }
    }

    /// Columns that hold something, with the entry that set them.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        self.slots.iter().enumerate().filter_map(|(column, slot)| {
            let slot = slot.as_ref()?;
            (slot.cell != Cell::Null).then_some((column, slot.seq))
        })
    }
}
