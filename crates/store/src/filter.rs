//! Writes a filter as SQL. Every value is bound, never pasted.

mod values;

use std::fmt::Write as _;

use expr::{ColumnRef, Dialect, Folded, Key, Value};
use kernel::Span;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params};

use catalogue::{FieldIx, Owner};

use crate::layout::{Class, Layout, Slot, Table, quoted};
use crate::query::Filter;
use crate::seal::Vault;
use crate::{Error, row, search};

use values::{bound, phase_sql, successor};

/// Up to so many hits of a search are put into a list of ids; more are looked up row by row, since
/// then a page is full after few rows.
const HITS_LISTED_MAX: i64 = 20_000;

/// A condition under construction.
pub(crate) struct Where<'a> {
    pub text: String,
    pub binds: Vec<Cell>,
    conn: &'a Connection,
    layout: &'a Layout,
    vault: &'a Vault,
    table: &'a Table,
    area: Area,
}

/// What is known of the area in which a question lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Area {
    Unknown,
    /// So few rows that they are walked whatever else is asked.
    Small,
}

/// The share of a register that SQLite is told a small area holds. Without it two equal signs on any
/// other index look better than a range of divisions, and a county of nine devices costs a walk over
/// all that are in use.
const SMALL_AREA_SHARE: &str = "0.001";

impl<'a> Where<'a> {
    pub fn new(
        conn: &'a Connection,
        layout: &'a Layout,
        vault: &'a Vault,
        table: &'a Table,
    ) -> Where<'a> {
        Where {
            text: String::new(),
            binds: Vec::new(),
            conn,
            layout,
            vault,
            table,
            area: Area::Unknown,
        }
    }

    /// The same for a question whose area holds few rows.
    pub fn in_small_area(self) -> Where<'a> {
        Where {
            area: Area::Small,
            ..self
        }
    }

    pub fn filter(&mut self, filter: &Filter) -> Result<(), Error> {
        match filter {
            Filter::All(parts) => self.joined(parts, " AND ", "1")?,
            Filter::Any(parts) => self.joined(parts, " OR ", "0")?,
            Filter::Not(part) => {
                self.push("NOT (");
                self.filter(part)?;
                self.push(")");
            }
            Filter::Cond(condition) => self.condition(condition),
            Filter::Is(field, Value::Null) | Filter::Empty(field) => self.empty(*field)?,
            Filter::Is(field, value) => self.is(*field, value)?,
            Filter::In(field, values) => self.among(*field, values)?,
            Filter::Between(field, from, to) => self.between(*field, from, to)?,
            Filter::Prefix(field, prefix) => {
                let (column, _) = self.plain(*field)?;
                self.prefix(&column, prefix);
            }
            Filter::Contains(field, part) => self.contains(*field, part)?,
            Filter::Has(field, entry) => {
                let stored = Value::set_to_stored(std::slice::from_ref(entry));
                self.contains(*field, &stored)?;
            }
            Filter::States(states) => {
                let register = self.layout.register(self.table.register);
                let names: Vec<Cell> = states
                    .iter()
                    .map(|ix| Cell::Text(register.states[ix.0].name.clone()))
                    .collect();
                if self.table.has_state {
                    self.list("\"state\"", names)
                } else {
                    self.push("0")
                }
            }
            Filter::Span(span) => self.span(span)?,
            Filter::Ids(ids) => {
                self.list("\"id\"", ids.iter().map(|id| Cell::Integer(id.0)).collect());
            }
            Filter::Text(words) => self.words(words)?,
            Filter::Hash(field, normal) => self.hash(*field, normal)?,
            Filter::ChangedBetween(from, to) => {
                let ends = [from, to].map(|end| end.map(|moment| Cell::Integer(moment.0)));
                self.range("changed_at", ends);
            }
            Filter::CreatedBetween(from, to) => {
                let ends = [from, to].map(|end| end.map(|moment| Cell::Integer(moment.0)));
                self.range("created_at", ends);
            }
            Filter::CreatedBy(account) => {
                self.push("created_by = ");
                self.bind(Cell::Integer(account.0));
            }
        }
        Ok(())
    }

    fn joined(&mut self, parts: &[Filter], word: &str, none: &str) -> Result<(), Error> {
        if parts.is_empty() {
            self.push(none);
        }
        for (n, part) in parts.iter().enumerate() {
            self.push(if n == 0 { "" } else { word });
            self.push("(");
            self.filter(part)?;
            self.push(")");
        }
        Ok(())
    }

    fn condition(&mut self, condition: &Folded) {
        let sql = condition.sql(&|key| self.column_of(key), Dialect::Sqlite);
        self.push("(");
        self.push(&sql.text);
        self.push(")");
        self.binds.extend(sql.binds.into_iter().map(bound));
    }

    fn column_of(&self, key: Key) -> ColumnRef {
        let sql = match key {
            Key::Field(ix) => match self.table.slots.get(ix) {
                Some(Slot::Plain { column, .. }) => quoted(column),
                Some(Slot::Point { lat, .. }) => quoted(lat),
                // Of a sealed field a condition can only ask whether it is empty.
                Some(Slot::Sealed { column, .. }) => quoted(column),
                _ => "null".to_owned(),
            },
            Key::State if self.table.has_state => "\"state\"".to_owned(),
            Key::State => "null".to_owned(),
            Key::Phase => phase_sql(self.layout, self.table),
            Key::Id => "\"id\"".to_owned(),
            Key::Version => "version".to_owned(),
            Key::CreatedAt => "created_at".to_owned(),
            Key::CreatedBy => "created_by".to_owned(),
            Key::ChangedAt => "changed_at".to_owned(),
            Key::ChangedBy => "changed_by".to_owned(),
            Key::Param(_) | Key::Virtual(_) => "null".to_owned(),
        };
        ColumnRef { sql }
    }

    fn plain(&self, field: FieldIx) -> Result<(String, Class), Error> {
        match self.table.slot(field) {
            Slot::Plain { column, class, .. } => Ok((quoted(column), *class)),
            _ => Err(self.unasked(field)),
        }
    }

    fn unasked(&self, field: FieldIx) -> Error {
        let register = self.layout.register(self.table.register);
        let field = &register.get(field).name;
        Error::Question(format!("{}.{field} cannot be filtered so", register.name))
    }

    fn empty(&mut self, field: FieldIx) -> Result<(), Error> {
        match self.table.slot(field) {
            Slot::Plain { column, .. } | Slot::Sealed { column, .. } => {
                self.push(&format!("{} IS NULL", quoted(column)));
            }
            Slot::Point { lat, .. } => self.push(&format!("{} IS NULL", quoted(lat))),
            Slot::Rows(rows) => self.push(&format!(
                "NOT EXISTS (SELECT 1 FROM {0} AS p WHERE p.parent = {1}.id)",
                quoted(&rows.name),
                quoted(&self.table.name)
            )),
            Slot::Files => {
                let name = &self.layout.register(self.table.register).get(field).name;
                self.push(&format!(
                    "NOT EXISTS (SELECT 1 FROM file_link AS p WHERE p.rec = {}.id AND p.field = ",
                    quoted(&self.table.name)
                ));
                self.bind(Cell::Text(name.clone()));
                self.push(")");
            }
        }
        Ok(())
    }

    fn is(&mut self, field: FieldIx, value: &Value) -> Result<(), Error> {
        match (self.table.slot(field), value) {
            (Slot::Sealed { class, .. }, value) => {
                self.hash(field, &row::sealed_text(*class, value))
            }
            (Slot::Point { lat, lon, .. }, Value::Point(point)) => {
                self.push(&format!("{} = ? AND {} = ?", quoted(lat), quoted(lon)));
                self.binds.push(Cell::Integer(point.lat_e6.into()));
                self.binds.push(Cell::Integer(point.lon_e6.into()));
                Ok(())
            }
            _ => {
                let (column, class) = self.plain(field)?;
                let cell = row::cell(class, value.clone())?;
                self.push(&column);
                self.push(" = ");
                self.bind(cell);
                Ok(())
            }
        }
    }

    fn among(&mut self, field: FieldIx, values: &[Value]) -> Result<(), Error> {
        let (column, class) = self.plain(field)?;
        let cells: Result<Vec<Cell>, Error> = values
            .iter()
            .map(|value| row::cell(class, value.clone()))
            .collect();
        self.list(&column, cells?);
        Ok(())
    }

    fn between(
        &mut self,
        field: FieldIx,
        from: &Option<Value>,
        to: &Option<Value>,
    ) -> Result<(), Error> {
        let (column, class) = self.plain(field)?;
        let end = |value: &Option<Value>| {
            value
                .clone()
                .map(|value| row::cell(class, value))
                .transpose()
        };
        let ends = [end(from)?, end(to)?];
        self.range(&column, ends);
        Ok(())
    }

    fn range(&mut self, column: &str, [from, to]: [Option<Cell>; 2]) {
        if from.is_none() && to.is_none() {
            return self.push(&format!("{column} IS NOT NULL"));
        }
        let mut word = "";
        for (end, sign) in [(from, ">="), (to, "<=")] {
            let Some(end) = end else { continue };
            self.push(&format!("{word}{column} {sign} "));
            self.bind(end);
            word = " AND ";
        }
    }

    /// A range, which an index on the column answers.
    fn prefix(&mut self, column: &str, prefix: &str) {
        if prefix.is_empty() {
            return self.push(&format!("{column} IS NOT NULL"));
        }
        self.push(&format!("{column} >= "));
        self.bind(Cell::Text(prefix.to_owned()));
        if let Some(end) = successor(prefix) {
            self.push(&format!(" AND {column} < "));
            self.bind(Cell::Text(end));
        }
    }

    fn small_prefix(&mut self, column: &str, prefix: &str) {
        let Some(end) = successor(prefix) else {
            return self.prefix(column, prefix);
        };
        for (word, sign, end) in [("", ">=", prefix.to_owned()), (" AND ", "<", end)] {
            self.push(&format!("{word}likelihood({column} {sign} "));
            self.bind(Cell::Text(end));
            self.push(&format!(", {SMALL_AREA_SHARE})"));
        }
    }

    fn contains(&mut self, field: FieldIx, part: &str) -> Result<(), Error> {
        let (column, class) = self.plain(field)?;
        if !matches!(class, Class::Text | Class::Set) {
            return Err(self.unasked(field));
        }
        self.push(&format!("instr({column}, "));
        self.bind(Cell::Text(part.to_owned()));
        self.push(") > 0");
        Ok(())
    }

    fn span(&mut self, span: &Span) -> Result<(), Error> {
        match span {
            Span::All => self.push("1"),
            Span::Own(Owner::Itself, subject) => {
                self.push("\"id\" = ");
                self.bind(Cell::Integer(subject.0));
            }
            Span::Own(Owner::Field(field), subject) => {
                let (column, _) = self.plain(*field)?;
                self.push(&format!("{column} = "));
                self.bind(Cell::Integer(subject.0));
            }
            Span::Areas(_, areas) if areas.is_empty() => self.push("0"),
            Span::Areas(field, areas) => {
                let (column, _) = self.plain(*field)?;
                for (n, area) in areas.iter().enumerate() {
                    self.push(if n == 0 { "((" } else { ") OR (" });
                    match self.area {
                        Area::Unknown => self.prefix(&column, kernel::area_prefix(area)),
                        Area::Small => self.small_prefix(&column, kernel::area_prefix(area)),
                    }
                }
                self.push("))");
            }
        }
        Ok(())
    }

    fn words(&mut self, words: &str) -> Result<(), Error> {
        // A register without a searched field has no index, and no word finds anything in it.
        let question = search::question::phrases(words).filter(|_| !self.table.searched.is_empty());
        let Some(question) = question else {
            self.push("0");
            return Ok(());
        };
        let index = &self.table.index;
        let sql =
            format!("SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT ?)");
        let hits: i64 = self
            .conn
            .prepare_cached(&sql)?
            .query_row(params![question, HITS_LISTED_MAX + 1], |row| row.get(0))?;
        if hits <= HITS_LISTED_MAX {
            self.push(&format!(
                "\"id\" IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)"
            ));
        } else {
            self.push(&format!(
                "EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH ? AND rowid = {}.id)",
                quoted(&self.table.name)
            ));
        }
        self.binds.push(Cell::Text(question));
        Ok(())
    }

    fn hash(&mut self, field: FieldIx, normal: &str) -> Result<(), Error> {
        let Slot::Sealed { column, .. } = self.table.slot(field) else {
            return Err(self.unasked(field));
        };
        self.push("\"id\" IN (SELECT rec FROM keyed_hash WHERE tab = ? AND col = ? AND hash = ?)");
        self.binds.push(Cell::Text(self.table.name.clone()));
        self.binds.push(Cell::Text(column.clone()));
        self.binds
            .push(Cell::Blob(self.vault.keyed_hash(normal).to_vec()));
        Ok(())
    }

    fn list(&mut self, column: &str, cells: Vec<Cell>) {
        if cells.is_empty() {
            return self.push("0");
        }
        let marks = vec!["?"; cells.len()].join(", ");
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{column} IN ({marks})");
        self.binds.extend(cells);
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn bind(&mut self, cell: Cell) {
        self.text.push('?');
        self.binds.push(cell);
    }
}
