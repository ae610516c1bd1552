//! Keyset pages: the rows after a place in an order, in both directions, with empty values last.
//!
//! The first sort column is walked in two runs, what holds something and then what is empty, so
//! that each run is one range of an index.

use catalogue::Column;
use rusqlite::types::Value as Cell;
use rusqlite::{Row, params_from_iter};

use kernel::Record;

use crate::Error;
use crate::cursor::{Cursor, Place, Way};
use crate::filter::Where;
use crate::layout::{Table, sort_column};
use crate::query::{Page, Query};
use crate::reader::Reader;
use crate::selection::Selection;

/// One column of the order.
pub(crate) struct Key {
    pub sql: String,
    pub descending: bool,
    /// Moments of making and changing are never empty.
    pub nullable: bool,
}

/// The whole order; the id comes last, the same way as the last column.
pub(crate) struct Order {
    pub keys: Vec<Key>,
    pub id_descending: bool,
}

/// Which rows of the first column a run takes.
#[derive(Clone, Copy, PartialEq)]
enum Run {
    Held,
    Empty,
    /// The first column is never empty, or there is none.
    Whole,
}

impl Order {
    pub fn of(table: &Table, query: &Query) -> Result<Order, Error> {
        let mut keys = Vec::new();
        for sort in &query.sort {
            let sql = sort_column(table, sort.by)
                .ok_or_else(|| Error::Question("an order by a column that is not kept".into()))?;
            let nullable = !matches!(sort.by, Column::ChangedAt | Column::CreatedAt);
            keys.push(Key {
                sql,
                descending: sort.descending,
                nullable,
            });
        }
        let id_descending = keys.last().is_some_and(|key| key.descending);
        Ok(Order {
            keys,
            id_descending,
        })
    }

    /// Name of list and order, to which cursors are bound.
    pub fn name(&self, table: &Table) -> String {
        let mut name = table.name.clone();
        for key in &self.keys {
            name.push(if key.descending { '-' } else { '+' });
            name.push_str(&key.sql);
        }
        name
    }

    fn runs(&self, way: Way) -> &'static [Run] {
        match (self.keys.first(), way) {
            (Some(key), Way::Forward) if key.nullable => &[Run::Held, Run::Empty],
            (Some(key), Way::Backward) if key.nullable => &[Run::Empty, Run::Held],
            _ => &[Run::Whole],
        }
    }

    /// `ORDER BY` for a stream of everything.
    pub fn whole(&self) -> String {
        self.by(Run::Whole, Way::Forward)
    }

    fn by(&self, run: Run, way: Way) -> String {
        let mut terms = Vec::new();
        for (n, key) in self.keys.iter().enumerate() {
            if n == 0 && run == Run::Empty {
                continue;
            }
            let descending = key.descending != (way == Way::Backward);
            let mut term = format!("{}{}", key.sql, if descending { " DESC" } else { "" });
            let sure = !key.nullable || (n == 0 && run == Run::Held);
            // Where the database puts empty values by itself nothing is said, for the index.
            match (sure, way, key.descending) {
                (false, Way::Forward, false) => term.push_str(" NULLS LAST"),
                (false, Way::Backward, false) => term.push_str(" NULLS FIRST"),
                _ => {}
            }
            terms.push(term);
        }
        let descending = self.id_descending != (way == Way::Backward);
        terms.push(format!("\"id\"{}", if descending { " DESC" } else { "" }));
        format!(" ORDER BY {}", terms.join(", "))
    }

    /// Rows beyond the place, in the run in which it lies.
    fn beyond(&self, run: Run, place: &Place, out: &mut Where<'_>) {
        let skip = usize::from(run == Run::Empty);
        let keys = &self.keys[skip..];
        let values = &place.values[skip..];
        let id_sign = sign(self.id_descending, place.way);
        match keys {
            [] => {
                out.push(&format!("\"id\" {id_sign} "));
                out.bind(Cell::Integer(place.id));
            }
            // One range of an index (column, id).
            [key] if run != Run::Empty => {
                out.push(&format!("({}, \"id\") {} (?, ?)", key.sql, id_sign));
                out.binds.push(values[0].clone());
                out.binds.push(Cell::Integer(place.id));
            }
            _ => {
                if run != Run::Empty {
                    // Says again what follows, in a form that an index answers.
                    let key = &keys[0];
                    out.push(&format!(
                        "{} {}= ",
                        key.sql,
                        sign(key.descending, place.way)
                    ));
                    out.bind(values[0].clone());
                    out.push(" AND ");
                }
                self.beyond_from(keys, values, place, out);
            }
        }
    }

    fn beyond_from(&self, keys: &[Key], values: &[Cell], place: &Place, out: &mut Where<'_>) {
        let (Some((key, keys)), Some((value, values))) = (keys.split_first(), values.split_first())
        else {
            out.push(&format!("\"id\" {} ", sign(self.id_descending, place.way)));
            out.bind(Cell::Integer(place.id));
            return;
        };
        out.push("(");
        match (value, place.way) {
            // Empty values come last: nothing is beyond, or everything that holds something.
            (Cell::Null, Way::Forward) => {}
            (Cell::Null, Way::Backward) => out.push(&format!("{} IS NOT NULL OR ", key.sql)),
            (value, way) => {
                out.push(&format!("{} {} ", key.sql, sign(key.descending, way)));
                out.bind(value.clone());
                if way == Way::Forward && key.nullable {
                    out.push(&format!(" OR {} IS NULL", key.sql));
                }
                out.push(" OR ");
            }
        }
        out.push(&format!("({} IS ", key.sql));
        out.bind(value.clone());
        out.push(" AND ");
        self.beyond_from(keys, values, place, out);
        out.push("))");
    }
}

fn sign(descending: bool, way: Way) -> &'static str {
    if descending != (way == Way::Backward) {
        "<"
    } else {
        ">"
    }
}

/// What is the same for all runs of a page.
#[derive(Clone, Copy)]
struct Walk<'w> {
    query: &'w Query,
    order: &'w Order,
    selection: &'w Selection<'w>,
    way: Way,
}

/// A row of a page with the values that it is sorted by.
struct Seen {
    record: Record,
    values: Vec<Cell>,
}

impl Reader<'_> {
    /// One page of a list.
    pub fn query(&self, query: &Query) -> Result<Page, Error> {
        let table = self.layout.at(query.register);
        let order = Order::of(table, query)?;
        let name = order.name(table);
        let limit = query.limit.max(1);
        let place = match &query.after {
            Some(cursor) => Some(cursor.open(self.vault, &name, order.keys.len())?),
            None => None,
        };
        let way = place.as_ref().map_or(Way::Forward, |place| place.way);
        let selection = Selection::of(self.layout, table, query);
        let mut seen = self.rows(query, &order, &selection, place.as_ref(), limit + 1)?;
        let more = seen.len() > limit;
        seen.truncate(limit);
        if way == Way::Backward {
            seen.reverse();
        }
        let cursor = |seen: Option<&Seen>, way| {
            seen.map(|seen| {
                let place = Place {
                    way,
                    values: seen.values.clone(),
                    id: seen.record.id.0,
                };
                Cursor::seal(self.vault, &name, &place)
            })
        };
        let (next, previous) = match (way, &place) {
            (Way::Forward, None) => (more, false),
            (Way::Forward, Some(_)) => (more, true),
            (Way::Backward, _) => (true, more),
        };
        let next = next.then(|| cursor(seen.last(), Way::Forward)).flatten();
        let previous = previous
            .then(|| cursor(seen.first(), Way::Backward))
            .flatten();
        let records = seen.into_iter().map(|seen| seen.record).collect();
        Ok(Page {
            records,
            next,
            previous,
        })
    }

    fn rows(
        &self,
        query: &Query,
        order: &Order,
        selection: &Selection<'_>,
        place: Option<&Place>,
        want: usize,
    ) -> Result<Vec<Seen>, Error> {
        let way = place.map_or(Way::Forward, |place| place.way);
        let walk = Walk {
            query,
            order,
            selection,
            way,
        };
        let mut seen = Vec::with_capacity(want.min(64));
        // The run in which the place lies; those before it are over.
        let home = place
            .and_then(|place| place.values.first())
            .map(|first| match first {
                Cell::Null => Run::Empty,
                _ => Run::Held,
            });
        let mut reached = home.is_none();
        for run in order.runs(way) {
            let here = *run == Run::Whole || home == Some(*run);
            reached |= here;
            if !reached || seen.len() == want {
                continue;
            }
            let place = place.filter(|_| here);
            let left = want - seen.len();
            let (sql, binds) = self.statement(&walk, *run, place, left)?;
            let mut statement = self.conn.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&binds))?;
            while let Some(row) = rows.next()? {
                seen.push(self.seen(row, selection, order)?);
            }
        }
        Ok(seen)
    }

    /// The statement of one run, and its values.
    fn statement(
        &self,
        walk: &Walk<'_>,
        run: Run,
        place: Option<&Place>,
        limit: usize,
    ) -> Result<(String, Vec<Cell>), Error> {
        let Walk {
            query,
            order,
            selection,
            way,
        } = *walk;
        let mut condition = self.condition(query)?;
        condition.push("(");
        condition.filter(&query.filter)?;
        condition.push(")");
        match (run, order.keys.first()) {
            (Run::Held, Some(key)) => condition.push(&format!(" AND {} IS NOT NULL", key.sql)),
            (Run::Empty, Some(key)) => condition.push(&format!(" AND {} IS NULL", key.sql)),
            _ => {}
        }
        if let Some(place) = place {
            condition.push(" AND (");
            order.beyond(run, place, &mut condition);
            condition.push(")");
        }
        let mut sql = selection.sql(order);
        sql.push_str(" WHERE ");
        sql.push_str(&condition.text);
        sql.push_str(&order.by(run, way));
        sql.push_str(" LIMIT ?");
        let mut binds = condition.binds;
        binds.push(Cell::Integer(limit as i64));
        Ok((sql, binds))
    }

    fn seen(&self, row: &Row<'_>, selection: &Selection<'_>, order: &Order) -> Result<Seen, Error> {
        let record = self.record(row, selection)?;
        let values: Result<Vec<Cell>, _> = (0..order.keys.len())
            .map(|n| row.get(selection.width + n))
            .collect();
        Ok(Seen {
            record,
            values: values?,
        })
    }
}

#[cfg(test)]
impl Reader<'_> {
    /// How the database would walk each run of a first page.
    pub(crate) fn plans(&self, query: &Query) -> Result<Vec<String>, Error> {
        let table = self.layout.at(query.register);
        let order = Order::of(table, query)?;
        let selection = Selection::of(self.layout, table, query);
        let way = Way::Forward;
        let walk = Walk {
            query,
            order: &order,
            selection: &selection,
            way,
        };
        let mut plans = Vec::new();
        for run in order.runs(Way::Forward) {
            let (sql, binds) = self.statement(&walk, *run, None, query.limit)?;
            let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let lines = statement.query_map(params_from_iter(&binds), |row| row.get(3))?;
            plans.push(lines.collect::<Result<Vec<String>, _>>()?.join("; "));
        }
        Ok(plans)
    }
}
