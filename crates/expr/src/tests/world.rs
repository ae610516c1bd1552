//! A small register for the tests: its names, its lists, a record, its table.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use rusqlite::Connection;
use rusqlite::types::Value as Stored;

use crate::{
    Checked, ColumnRef, Constants, Dialect, Env, Fixed, Key, Moment, Scope, Sql, Symbol, Type,
    Value, check, parse,
};

pub const TODAY: Date = date(2027, 3, 1);
/// 2027-03-01 09:30 at the bureau.
pub const NOW: Moment = Moment(1_803_864_600_000_000);

const KINDS: [&str; 5] = ["lift", "boiler", "crane", "name", "3110"];
const PARTS: [&str; 3] = ["rope", "door", "motor"];
const STATES: [&str; 2] = ["in_use", "stopped"];
const PARAMS: [(&str, Type); 3] = [
    ("red_months", Type::Months),
    ("grace_days", Type::Days),
    ("load_max", Type::Int),
];

pub fn fields() -> Vec<(&'static str, Type)> {
    let kind = || Type::Choice("equipment_kind".into());
    vec![
        ("kind", kind()),
        ("other_kind", kind()),
        ("parts", Type::Choices("part".into())),
        ("name", Type::Text),
        ("division", Type::Division),
        ("next_due", Type::Date),
        ("last_done", Type::Date),
        ("load", Type::Int),
        ("trips", Type::Int),
        ("pressure", Type::Decimal { scale: 2 }),
        ("thickness", Type::Decimal { scale: 4 }),
        ("fine", Type::Money),
        ("doubt", Type::Bool),
        ("user", Type::Ref),
        ("maker", Type::Ref),
        ("place", Type::Point),
        ("reported", Type::Moment),
        ("state", Type::Choice("state".into())),
    ]
}

fn key(place: usize) -> Key {
    if place == fields().len() - 1 {
        Key::State
    } else {
        Key::Field(place)
    }
}

fn place(key: Key) -> usize {
    match key {
        Key::Field(place) => place,
        Key::State => fields().len() - 1,
        other => panic!("{other:?} is not in this world"),
    }
}

pub struct World;

impl Scope for World {
    fn lookup(&self, name: &str) -> Option<Symbol> {
        if let Some(index) = PARAMS.iter().position(|(param, _)| *param == name) {
            return Some(Symbol {
                key: Key::Param(index),
                ty: PARAMS[index].1.clone(),
            });
        }
        let place = fields().iter().position(|(field, _)| *field == name)?;
        Some(Symbol {
            key: key(place),
            ty: fields()[place].1.clone(),
        })
    }

    fn names(&self) -> Vec<String> {
        let params = PARAMS.iter().map(|(name, _)| (*name).to_owned());
        fields()
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .chain(params)
            .collect()
    }

    fn choice_has(&self, list: &str, entry: &str) -> bool {
        self.choice_names(list).iter().any(|name| name == entry)
    }

    fn choice_names(&self, list: &str) -> Vec<String> {
        let names: &[&str] = match list {
            "equipment_kind" => &KINDS,
            "part" => &PARTS,
            "state" => &STATES,
            other => panic!("{other} is not in this world"),
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    }
}

pub fn fixed() -> Fixed {
    Fixed {
        params: vec![Value::Int(3), Value::Int(30), Value::Int(1000)],
        today: TODAY,
        now: NOW,
    }
}

/// One record, by the places of the fields.
#[derive(Clone, Debug, Default)]
pub struct Row(pub Vec<Value>);

impl Row {
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Row {
        self.0.resize(fields().len(), Value::Null);
        let place = fields()
            .iter()
            .position(|(field, _)| *field == name)
            .unwrap();
        self.0[place] = value.into();
        self
    }
}

impl Constants for Row {
    fn param(&self, index: usize) -> Value {
        fixed().param(index)
    }

    fn today(&self) -> Date {
        TODAY
    }

    fn now(&self) -> Moment {
        NOW
    }
}

impl Env for Row {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        match self.0.get(place(key)) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(Value::Null),
        }
    }
}

pub fn checked(text: &str, want: Type) -> Checked {
    let ast = parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    check(&ast, &World, want).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

pub fn columns(key: Key) -> ColumnRef {
    ColumnRef {
        sql: format!("\"{}\"", fields()[place(key)].0),
    }
}

pub fn sql(checked: &Checked) -> Sql {
    checked.fold(&fixed()).sql(&columns, Dialect::Sqlite)
}

/// As the store keeps a value.
pub fn stored(value: &Value) -> Stored {
    match value {
        Value::Null => Stored::Null,
        Value::Bool(yes) => Stored::Integer(i64::from(*yes)),
        Value::Int(number) => Stored::Integer(*number),
        Value::Dec(dec) => Stored::Integer(dec.mantissa),
        Value::Text(text) => Stored::Text(text.clone()),
        Value::Set(entries) => Stored::Text(Value::set_to_stored(entries)),
        Value::Date(date) => Stored::Text(date.to_string()),
        Value::Moment(moment) => Stored::Integer(moment.0),
        Value::Id(id) => Stored::Integer(id.0),
        Value::Point(point) => Stored::Integer(i64::from(point.lat_e6)),
    }
}

/// The register as a table, with an index on the day.
pub fn table(rows: &[Row]) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    let columns: Vec<String> = fields()
        .iter()
        .map(|(name, ty)| {
            let class = match ty {
                Type::Text | Type::Choice(_) | Type::Choices(_) | Type::Division | Type::Date => {
                    "text"
                }
                _ => "integer",
            };
            format!("\"{name}\" {class}")
        })
        .collect();
    let create = format!(
        "create table t (id integer primary key, {}) strict;
         create index t_due on t (next_due);
         create index t_division on t (division);
         create index t_pressure on t (pressure)",
        columns.join(", ")
    );
    database.execute_batch(&create).unwrap();
    {
        let marks = vec!["?"; fields().len()].join(", ");
        let mut insert = database
            .prepare(&format!("insert into t values (null, {marks})"))
            .unwrap();
        for row in rows {
            insert
                .execute(rusqlite::params_from_iter(row.0.iter().map(stored)))
                .unwrap();
        }
    }
    database
}

/// What the database answers for every row, in order.
pub fn answers(database: &Connection, sql: &Sql) -> Vec<Stored> {
    let text = format!("select {} from t order by id", sql.text);
    let mut statement = database
        .prepare(&text)
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let binds = rusqlite::params_from_iter(sql.binds.iter().map(stored));
    let rows = statement.query_map(binds, |row| row.get(0)).unwrap();
    rows.map(|answer| answer.unwrap()).collect()
}
