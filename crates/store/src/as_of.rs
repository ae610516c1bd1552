//! A list as it stood in the books at a moment, as large as a county's.

use std::cmp::Ordering;

use catalogue::Column;
use expr::{Moment, Value};
use kernel::Record;
use rusqlite::types::Value as Cell;

use crate::cursor::{Cursor, Place, Way};
use crate::layout::{Class, Slot};
use crate::memory;
use crate::page::Order;
use crate::query::{Filter, Page, Query};
use crate::reader::Reader;
use crate::{Error, row};

/// Most records that are put back to their past for one page; larger lists are a job.
pub const AS_OF_ROWS_MAX: usize = 20_000;

impl Reader<'_> {
    /// The page of the query as it was recorded at that moment. Where a right reaches is asked of
    /// the records of today (`Filter::Span` at the top), all else of those of the past.
    pub fn query_as_of(&self, query: &Query, moment: Moment) -> Result<Page, Error> {
        let table = self.layout.at(query.register);
        let register = self.layout.register(query.register);
        let order = Order::of(table, query)?;
        let name = format!("{}@{}", order.name(table), moment.0);
        let place = match &query.after {
            Some(cursor) => Some(cursor.open(self.vault, &name, order.keys.len())?),
            None => None,
        };
        let (present, past) = parted(&query.filter);
        let existed = Filter::CreatedBetween(None, Some(moment));
        let candidates = Filter::All(present).and(existed);
        let ids = self.ids(query.register, &candidates, AS_OF_ROWS_MAX + 1)?;
        if ids.len() > AS_OF_ROWS_MAX {
            return Err(Error::Question(format!(
                "a list of the past over more than {AS_OF_ROWS_MAX} records; narrow the area"
            )));
        }
        let past = Filter::All(past);
        let mut rows: Vec<(Vec<Cell>, Record)> = Vec::new();
        for id in ids {
            // What was not touched since is still as it was; rows and files count as touching.
            let untouched = self
                .get(query.register, id)?
                .filter(|record| record.changed_at <= moment);
            let record = match untouched {
                Some(record) => Some(record),
                None => self.as_of(query.register, id, moment)?,
            };
            let Some(record) = record else { continue };
            if memory::holds(&past, register, &record) {
                rows.push((self.sort_cells(query, &record)?, record));
            }
        }
        rows.sort_by(|a, b| compare(&order, (&a.0, a.1.id.0), (&b.0, b.1.id.0)));
        let limit = query.limit.max(1);
        let start = match &place {
            None => 0,
            Some(place) => {
                let beyond = |row: &(Vec<Cell>, Record)| {
                    let order = compare(&order, (&row.0, row.1.id.0), (&place.values, place.id));
                    match place.way {
                        Way::Forward => order.is_le(),
                        Way::Backward => order.is_lt(),
                    }
                };
                let at = rows.partition_point(beyond);
                match place.way {
                    Way::Forward => at,
                    Way::Backward => at.saturating_sub(limit),
                }
            }
        };
        let end = match place.as_ref().map(|place| place.way) {
            Some(Way::Backward) => rows.partition_point(|row| {
                place.as_ref().is_some_and(|place| {
                    let here = (&row.0, row.1.id.0);
                    compare(&order, here, (&place.values, place.id)).is_lt()
                })
            }),
            _ => rows.len().min(start + limit),
        };
        let cursor = |row: &(Vec<Cell>, Record), way| {
            let place = Place {
                way,
                values: row.0.clone(),
                id: row.1.id.0,
            };
            Cursor::seal(self.vault, &name, &place)
        };
        let page = &rows[start..end];
        let next = page
            .last()
            .filter(|_| end < rows.len())
            .map(|row| cursor(row, Way::Forward));
        let previous = page
            .first()
            .filter(|_| start > 0)
            .map(|row| cursor(row, Way::Backward));
        let records = page.iter().map(|(_, record)| record.clone()).collect();
        Ok(Page {
            records,
            next,
            previous,
        })
    }

    fn sort_cells(&self, query: &Query, record: &Record) -> Result<Vec<Cell>, Error> {
        let table = self.layout.at(query.register);
        let register = self.layout.register(query.register);
        query
            .sort
            .iter()
            .map(|sort| match sort.by {
                Column::Field(field) => match table.slot(field) {
                    Slot::Plain { class, .. } => row::cell(*class, record.value(field).clone()),
                    _ => Ok(Cell::Null),
                },
                Column::State => {
                    let name = record.state.map(|ix| register.states[ix.0].name.clone());
                    row::cell(Class::Text, name.map_or(Value::Null, Value::Text))
                }
                Column::ChangedAt => Ok(Cell::Integer(record.changed_at.0)),
                Column::CreatedAt => Ok(Cell::Integer(record.created_at.0)),
                Column::Colour => Ok(Cell::Null),
            })
            .collect()
    }
}

/// What is asked of today's records, and what of those of the past.
fn parted(filter: &Filter) -> (Vec<Filter>, Vec<Filter>) {
    match filter {
        Filter::Span(_) | Filter::Ids(_) => (vec![filter.clone()], Vec::new()),
        Filter::All(parts) => {
            let (mut present, mut past) = (Vec::new(), Vec::new());
            for part in parts {
                let (now, then) = parted(part);
                present.extend(now);
                past.extend(then);
            }
            (present, past)
        }
        other => (Vec::new(), vec![other.clone()]),
    }
}

fn compare(order: &Order, a: (&Vec<Cell>, i64), b: (&Vec<Cell>, i64)) -> Ordering {
    for (n, key) in order.keys.iter().enumerate() {
        let found = match (&a.0[n], &b.0[n]) {
            (Cell::Null, Cell::Null) => Ordering::Equal,
            // Empty values come last, whichever way the column is sorted.
            (Cell::Null, _) => Ordering::Greater,
            (_, Cell::Null) => Ordering::Less,
            (Cell::Integer(a), Cell::Integer(b)) => turned(a.cmp(b), key.descending),
            (Cell::Text(a), Cell::Text(b)) => turned(a.cmp(b), key.descending),
            _ => Ordering::Equal,
        };
        if found != Ordering::Equal {
            return found;
        }
    }
    turned(a.1.cmp(&b.1), order.id_descending)
}

fn turned(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}
