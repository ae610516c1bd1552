//! Reading in one snapshot.

use catalogue::{Column, FieldIx, Index, RegisterIx};
use expr::{Id, Value};
use kernel::{Datum, Record, Span};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use crate::filter::Where;
use crate::layout::{Layout, Slot, quoted};
use crate::page::Order;
use crate::query::{Count, Filter, Personal, Query};
use crate::record::Lazy;
use crate::seal::Vault;
use crate::selection::Selection;
use crate::{Error, row};

/// Most ids one exact look-up gives.
pub const FOUND_MAX: usize = 1_000;
/// Ids bound into one statement.
const IDS_AT_ONCE: usize = 500;

/// Rows of an area that are walked rather than trusted to another index.
const SMALL_AREA_ROWS: i64 = 2_000;
/// Digits that a city shares; what is wider, a province or the nation, is not even counted.
const CITY_DIGITS: usize = 4;

/// One snapshot of the data.
pub struct Reader<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) layout: &'a Layout,
    pub(crate) vault: &'a Vault,
}

impl Reader<'_> {
    pub(crate) fn conn(&self) -> &Connection {
        self.conn
    }

    /// A record with everything, personal values opened, child rows and files.
    pub fn get(&self, register: RegisterIx, id: Id) -> Result<Option<Record>, Error> {
        let table = self.layout.at(register);
        let (selection, sql) = Selection::whole(self.layout, table);
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([id.0])?;
        match rows.next()? {
            Some(row) => Ok(Some(Record {
                made_for: self.made_for(id)?,
                ..self.record(row, &selection)?
            })),
            None => Ok(None),
        }
    }

    /// Whom the maker of the record stood in for.
    fn made_for(&self, id: Id) -> Result<Option<Id>, Error> {
        let sql = "SELECT account FROM made_for WHERE rec = ?";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found: Option<i64> = statement.query_row([id.0], |row| row.get(0)).optional()?;
        Ok(found.map(Id))
    }

    /// Records by id in the order asked for, each once; those that do not exist are left out.
    pub fn get_many(
        &self,
        register: RegisterIx,
        ids: &[Id],
        fields: Option<&[FieldIx]>,
        personal: Personal,
    ) -> Result<Vec<Record>, Error> {
        let table = self.layout.at(register);
        let selection = Selection::by_id(self.layout, table, fields, personal);
        let mut found = std::collections::HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_AT_ONCE) {
            // Few widths, so that few statements are prepared and kept; the rest is empty.
            let width = ids.len().next_power_of_two();
            let marks = vec!["?"; width].join(", ");
            let sql = format!("{} WHERE id IN ({marks})", selection.plain_sql());
            let mut statement = self.conn.prepare_cached(&sql)?;
            let known = ids.iter().map(|id| Some(id.0));
            let binds = known.chain(std::iter::repeat(None)).take(width);
            let mut rows = statement.query(params_from_iter(binds))?;
            while let Some(row) = rows.next()? {
                let record = self.record(row, &selection)?;
                found.insert(record.id, record);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Ids of records that have exactly this value, at most [`FOUND_MAX`], the oldest first.
    pub fn find(
        &self,
        register: RegisterIx,
        field: FieldIx,
        value: &Value,
    ) -> Result<Vec<Id>, Error> {
        if let (Slot::Plain { column, class, .. }, false) =
            (self.layout.at(register).slot(field), value.is_null())
        {
            // An import asks this for every row.
            let table = quoted(&self.layout.at(register).name);
            let column = quoted(column);
            let sql = format!("SELECT id FROM {table} WHERE {column} = ? ORDER BY id LIMIT ?");
            let cell = row::cell(*class, value.clone())?;
            let mut statement = self.conn.prepare_cached(&sql)?;
            let ids = statement.query_map(params![cell, FOUND_MAX as i64], |row| row.get(0))?;
            return Ok(ids.map(|id| id.map(Id)).collect::<Result<_, _>>()?);
        }
        self.ids(register, &Filter::Is(field, value.clone()), FOUND_MAX)
    }

    /// Ids of records for which the filter holds, by id.
    pub fn ids(
        &self,
        register: RegisterIx,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Id>, Error> {
        let table = self.layout.at(register);
        let mut condition = Where::new(self.conn, self.layout, self.vault, table);
        condition.filter(filter)?;
        let sql = format!(
            "SELECT id FROM {} WHERE {} ORDER BY id LIMIT ?",
            quoted(&table.name),
            condition.text
        );
        let mut binds = condition.binds;
        binds.push(Cell::Integer(limit as i64));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let ids = statement.query_map(params_from_iter(&binds), |row| row.get(0))?;
        Ok(ids.map(|id| id.map(Id)).collect::<Result<_, _>>()?)
    }

    /// Counts up to a limit; sort and page do not matter.
    pub fn count_to(&self, query: &Query, cap: u64) -> Result<Count, Error> {
        let (sql, mut binds) = self.counting(query)?;
        binds.push(Cell::Integer(cap.saturating_add(1) as i64));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let count: i64 = statement.query_row(params_from_iter(&binds), |row| row.get(0))?;
        let count = count as u64;
        Ok(if count > cap {
            Count::MoreThan(cap)
        } else {
            Count::Exact(count)
        })
    }

    /// The statement that counts, to which the cap is still to be bound.
    pub(crate) fn counting(&self, query: &Query) -> Result<(String, Vec<Cell>), Error> {
        let table = self.layout.at(query.register);
        let mut condition = self.condition(query)?;
        condition.filter(&query.filter)?;
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT ?)",
            quoted(&table.name),
            condition.text
        );
        Ok((sql, condition.binds))
    }

    /// The beginning of a condition for rows of the query.
    pub(crate) fn condition(&self, query: &Query) -> Result<Where<'_>, Error> {
        let table = self.layout.at(query.register);
        let condition = Where::new(self.conn, self.layout, self.vault, table);
        Ok(match self.is_small_area(query)? {
            true => condition.in_small_area(),
            false => condition,
        })
    }

    /// Whether the areas in which the question lies hold so few rows that to walk them is the best plan.
    /// Asked of the index of areas, and no further than the answer needs.
    fn is_small_area(&self, query: &Query) -> Result<bool, Error> {
        let Some(span @ Span::Areas(field, areas)) = query.filter.span() else {
            return Ok(false);
        };
        let is_wide = |area: &String| kernel::area_prefix(area).len() < CITY_DIGITS;
        if areas.iter().any(is_wide) {
            return Ok(false);
        }
        let indexes = &self.layout.register(query.register).indexes;
        let leads = |index: &Index| index.columns.first() == Some(&Column::Field(*field));
        if !indexes.iter().any(leads) {
            return Ok(false);
        }
        let table = self.layout.at(query.register);
        let mut condition = Where::new(self.conn, self.layout, self.vault, table).in_small_area();
        condition.filter(&Filter::Span(span.clone()))?;
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT ?)",
            quoted(&table.name),
            condition.text
        );
        let mut binds = condition.binds;
        binds.push(Cell::Integer(SMALL_AREA_ROWS + 1));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let count: i64 = statement.query_row(params_from_iter(&binds), |row| row.get(0))?;
        Ok(count <= SMALL_AREA_ROWS)
    }

    /// All records of the query in its order, one in memory at a time; `limit` and `after` do not
    /// matter. The closure may stop the stream with an error.
    pub fn each<E: From<Error>>(
        &self,
        query: &Query,
        mut with: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let table = self.layout.at(query.register);
        let order = Order::of(table, query)?;
        let selection = Selection::of(self.layout, table, query);
        let (sql, binds) = self.stream(query, &order, &selection)?;
        let mut statement = self.conn.prepare_cached(&sql).map_err(Error::from)?;
        let mut rows = statement
            .query(params_from_iter(&binds))
            .map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            with(self.record(row, &selection)?)?;
        }
        Ok(())
    }

    pub(crate) fn stream(
        &self,
        query: &Query,
        order: &Order,
        selection: &Selection<'_>,
    ) -> Result<(String, Vec<Cell>), Error> {
        let mut condition = self.condition(query)?;
        condition.filter(&query.filter)?;
        let sql = format!(
            "{} WHERE {}{}",
            selection.sql(order),
            condition.text,
            order.whole()
        );
        Ok((sql, condition.binds))
    }

    /// Records whose ref field names this one.
    pub fn children(
        &self,
        register: RegisterIx,
        by: FieldIx,
        id: Id,
        personal: Personal,
    ) -> Result<Vec<Record>, Error> {
        self.holding(register, by, &Value::Id(id), personal)
    }

    /// All records that hold exactly this value in the field.
    pub fn holding(
        &self,
        register: RegisterIx,
        field: FieldIx,
        value: &Value,
        personal: Personal,
    ) -> Result<Vec<Record>, Error> {
        let mut query = Query::of(register);
        query.filter = Filter::Is(field, value.clone());
        query.personal = personal;
        let mut records = Vec::new();
        self.each(&query, |record| {
            records.push(record);
            Ok::<(), Error>(())
        })?;
        Ok(records)
    }

    /// A secret value, such as a password hash; the one way to read it.
    pub fn secret(
        &self,
        register: RegisterIx,
        id: Id,
        field: FieldIx,
    ) -> Result<Option<String>, Error> {
        let table = self.layout.at(register);
        let Slot::Sealed { column, class, .. } = table.slot(field) else {
            return Err(Error::Question(
                "a secret of a field that is not sealed".to_owned(),
            ));
        };
        let sql = format!(
            "SELECT {} FROM {} WHERE id = ?",
            quoted(column),
            quoted(&table.name)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([id.0])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let mut key = Lazy::of(id);
        match self.open(&table.name, id, column, *class, row.get_ref(0)?, &mut key)? {
            Datum::One(Value::Null) => Ok(None),
            Datum::One(value) => Ok(Some(value.to_string())),
            _ => Ok(None),
        }
    }

    /// In which register a record lies, when only its id is known.
    pub fn register_of_id(&self, id: Id) -> Result<Option<RegisterIx>, Error> {
        for table in self.layout.all() {
            let sql = format!("SELECT 1 FROM {} WHERE id = ?", quoted(&table.name));
            if self.conn.prepare_cached(&sql)?.exists([id.0])? {
                return Ok(Some(table.register));
            }
        }
        Ok(None)
    }

    /// How many records hold this value in the field, and the sum of their versions.
    pub fn tally(
        &self,
        register: RegisterIx,
        field: FieldIx,
        value: &Value,
    ) -> Result<(i64, i64), Error> {
        tally(self.conn, self.layout, register, field, value)
    }

    /// How far history has come in this snapshot: the number its next line will have.
    pub fn history_seq(&self) -> Result<i64, Error> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT history FROM head WHERE id = 1")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Records of a register.
    pub fn count(&self, register: RegisterIx) -> Result<u64, Error> {
        let table = quoted(&self.layout.at(register).name);
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = self
            .conn
            .prepare_cached(&sql)?
            .query_row([], |row| row.get(0))?;
        Ok(count as u64)
    }

    /// Whether a record has, or ever had, this file; what history names is kept.
    pub(crate) fn file_known(&self, hash: &str) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM file_link WHERE hash = ?";
        if self.conn.prepare_cached(sql)?.exists([hash])? {
            return Ok(true);
        }
        let sql = "SELECT 1 FROM history WHERE tab = 'file_link' AND instr(body, ?) > 0";
        Ok(self.conn.prepare_cached(sql)?.exists([hash])?)
    }

    /// Former names of a column, under which older values were sealed and written down.
    pub(crate) fn names_of(&self, table: &str, column: &str) -> Result<Vec<String>, Error> {
        let mut names: Vec<String> = Vec::new();
        let mut now = column.to_owned();
        let sql = "SELECT old FROM renamed WHERE tab = ? AND new = ? ORDER BY seq DESC LIMIT 1";
        while let Some(old) = self
            .conn
            .prepare_cached(sql)?
            .query_row([table, &now], |row| row.get::<_, String>(0))
            .optional()?
        {
            if names.contains(&old) {
                break;
            }
            names.push(old.clone());
            now = old;
        }
        Ok(names)
    }
}

/// The same for the writer, who asks whether it still holds.
pub(crate) fn tally(
    conn: &Connection,
    layout: &Layout,
    register: RegisterIx,
    field: FieldIx,
    value: &Value,
) -> Result<(i64, i64), Error> {
    let table = layout.at(register);
    let Slot::Plain { column, class, .. } = table.slot(field) else {
        return Err(Error::Question(
            "a count of records by a field that is not compared".to_owned(),
        ));
    };
    let sql = format!(
        "SELECT count(*), coalesce(sum(version), 0) FROM {} WHERE {} = ?",
        quoted(&table.name),
        quoted(column)
    );
    let cell = row::cell(*class, value.clone())?;
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_row([cell], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
