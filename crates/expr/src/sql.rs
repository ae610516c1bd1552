//! Writes a folded condition as SQL whose answer is the one in memory, for many records at once.

use crate::ast::{Arith, Compare, Unit};
use crate::day::{self, Limit};
use crate::eval::DAY_US;
use crate::node::{Node, Shape};
use crate::scope::Key;
use crate::value::{Value, pow10};

/// The database that shall understand the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Parameters are `?`. Needs 3.46 for months that clamp.
    Sqlite,
    /// Parameters are `$first` and on. Moments are bigint microseconds, as in SQLite; whole numbers
    /// that overflow are an error there instead of a float.
    Postgres { first: usize },
}

/// A text with parameters, and their values in order. Numbers are bound as mantissas.
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    pub text: String,
    pub binds: Vec<Value>,
}

/// A column as it stands in the statement, quoted by the caller: `"e"."next_due"`.
/// Of a point either of its two columns will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    pub sql: String,
}

impl Node {
    pub fn sql(&self, columns: &dyn Fn(Key) -> ColumnRef, dialect: Dialect) -> Sql {
        let mut writer = Writer {
            text: String::new(),
            binds: Vec::new(),
            columns,
            dialect,
        };
        // In brackets, so that it may stand beside `and` in any statement.
        writer.inner(self);
        Sql {
            text: writer.text,
            binds: writer.binds,
        }
    }
}

struct Writer<'c> {
    text: String,
    binds: Vec<Value>,
    columns: &'c dyn Fn(Key) -> ColumnRef,
    dialect: Dialect,
}

impl Writer<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Const(value) => self.bind(value),
            Node::Load(key, _) => {
                let column = (self.columns)(*key);
                self.push(&column.sql);
            }
            // A folded condition has none of these left.
            Node::Param(..) | Node::Today | Node::Now => self.push("null"),
            Node::And(parts) => self.connected(parts, " and "),
            Node::Or(parts) => self.connected(parts, " or "),
            Node::Not(inner) => {
                self.push("not ");
                self.bracketed(inner);
            }
            Node::Compare(compare, a, b) => self.compare(*compare, a, b),
            Node::In(inner, list) => self.listed(inner, list),
            Node::Empty(inner) => {
                self.inner(inner);
                self.push(" is null");
            }
            Node::Has(inner, entry) => {
                let stored = Value::set_to_stored(std::slice::from_ref(entry));
                self.found(inner, Value::Text(stored));
            }
            Node::Contains(inner, part) => self.found(inner, Value::Text(part.clone())),
            Node::Within(inner, prefix) => self.within(inner, prefix),
            Node::Scale(inner, places) => {
                self.inner(inner);
                self.push(&format!(" * {}", pow10(*places)));
            }
            Node::Real(inner, 0) => self.float(inner),
            Node::Real(inner, places) => {
                self.float(inner);
                self.push(&format!(" / {}.0", pow10(*places)));
            }
            Node::Round(inner, places) => self.round(inner, *places),
            Node::Arith(arith, a, b) => self.arith(*arith, a, b),
            Node::Step(from, count, unit) => self.step(from, count, *unit),
            Node::Shift(from, count) => self.shift(from, count),
            Node::Days(later, earlier) => self.days(later, earlier),
        }
    }

    fn compare(&mut self, compare: Compare, a: &Node, b: &Node) {
        let text = |node: &Node| {
            matches!(
                node,
                Node::Const(Value::Text(_)) | Node::Load(_, Shape::Text)
            )
        };
        self.inner(a);
        // Order by bytes, whatever the language of the cluster.
        if matches!(self.dialect, Dialect::Postgres { .. }) && compare.asks_order() && text(a) {
            self.push(" collate \"C\"");
        }
        self.push(match compare {
            Compare::Eq => " = ",
            Compare::Ne => " <> ",
            Compare::Lt => " < ",
            Compare::Le => " <= ",
            Compare::Gt => " > ",
            Compare::Ge => " >= ",
        });
        self.inner(b);
    }

    fn listed(&mut self, inner: &Node, list: &[Value]) {
        self.inner(inner);
        if list.is_empty() {
            // SQL knows no empty list; this is false, and NULL for NULL.
            self.push(" is null and null");
            return;
        }
        self.push(" in (");
        for (place, entry) in list.iter().enumerate() {
            self.push(if place == 0 { "" } else { ", " });
            self.bind(entry);
        }
        self.push(")");
    }

    fn found(&mut self, inner: &Node, part: Value) {
        self.push(match self.dialect {
            Dialect::Sqlite => "instr(",
            Dialect::Postgres { .. } => "strpos(",
        });
        self.node(inner);
        self.push(", ");
        self.bind(&part);
        self.push(") > 0");
    }

    /// A range, which an index on the column answers.
    fn within(&mut self, inner: &Node, prefix: &str) {
        let collate = match self.dialect {
            Dialect::Sqlite => "",
            Dialect::Postgres { .. } => " collate \"C\"",
        };
        self.inner(inner);
        self.push(collate);
        self.push(" >= ");
        self.bind(&Value::from(prefix));
        if let Some(successor) = successor(prefix) {
            self.push(" and ");
            self.inner(inner);
            self.push(collate);
            self.push(" < ");
            self.bind(&Value::Text(successor));
        }
    }

    fn float(&mut self, inner: &Node) {
        self.push("cast(");
        self.node(inner);
        self.push(match self.dialect {
            Dialect::Sqlite => " as real)",
            Dialect::Postgres { .. } => " as double precision)",
        });
    }

    fn round(&mut self, inner: &Node, places: u8) {
        let (open, close) = match self.dialect {
            Dialect::Sqlite => ("cast(round(", ") as integer)"),
            // Halves of a float go to the even number there, those of a numeric away from zero.
            Dialect::Postgres { .. } => ("cast(round(cast(", " as numeric)) as bigint)"),
        };
        self.push(open);
        self.inner(inner);
        self.push(&format!(" * {}.0", pow10(places)));
        self.push(close);
    }

    fn arith(&mut self, arith: Arith, a: &Node, b: &Node) {
        self.inner(a);
        match arith {
            Arith::Add => self.push(" + "),
            Arith::Sub => self.push(" - "),
            Arith::Mul => self.push(" * "),
            Arith::Div => {
                self.push(" / nullif(");
                self.node(b);
                self.push(", 0.0)");
                return;
            }
        }
        self.inner(b);
    }

    /// The day is cut before the step, so that neither database leaves the calendar.
    fn step(&mut self, from: &Node, count: &Node, unit: Unit) {
        let Node::Const(Value::Int(count)) = count else {
            // Counts are literals and parameters, so a folded one that is no number is NULL.
            return self.push("null");
        };
        let count = day::clamped(*count, unit);
        let (cut, limit) = match (day::limit(count, unit), self.dialect) {
            (Limit::Latest(day), Dialect::Sqlite) => ("min(", day),
            (Limit::Earliest(day), Dialect::Sqlite) => ("max(", day),
            // There `least` passes over NULL, so the column is asked again.
            (Limit::Latest(day), Dialect::Postgres { .. }) => ("least(", day),
            (Limit::Earliest(day), Dialect::Postgres { .. }) => ("greatest(", day),
        };
        let (open, close) = match (self.dialect, unit) {
            (Dialect::Sqlite, Unit::Days) => ("date(", format!(", '{count:+} days')")),
            (Dialect::Sqlite, Unit::Months) => ("date(", format!(", '{count:+} months', 'floor')")),
            (Dialect::Postgres { .. }, Unit::Days) => {
                ("cast(", format!(" + interval '{count} days' as date)"))
            }
            (Dialect::Postgres { .. }, Unit::Months) => {
                ("cast(", format!(" + interval '{count} months' as date)"))
            }
        };
        let postgres = matches!(self.dialect, Dialect::Postgres { .. });
        if postgres {
            self.push("case when ");
            self.inner(from);
            self.push(" is not null then ");
        }
        self.push(open);
        self.push(cut);
        self.node(from);
        self.push(", ");
        self.bind(&Value::Date(limit));
        self.push(")");
        self.push(&close);
        if postgres {
            self.push(" end");
        }
    }

    fn shift(&mut self, from: &Node, count: &Node) {
        let Node::Const(Value::Int(count)) = count else {
            return self.push("null");
        };
        self.inner(from);
        self.push(" + ");
        self.bind(&Value::Int(count.saturating_mul(DAY_US)));
    }

    fn days(&mut self, later: &Node, earlier: &Node) {
        if matches!(self.dialect, Dialect::Postgres { .. }) {
            self.inner(later);
            self.push(" - ");
            self.inner(earlier);
            return;
        }
        self.push("cast(julianday(");
        self.node(later);
        self.push(") - julianday(");
        self.node(earlier);
        self.push(") as integer)");
    }

    fn connected(&mut self, parts: &[Node], word: &str) {
        for (place, part) in parts.iter().enumerate() {
            self.push(if place == 0 { "" } else { word });
            self.inner(part);
        }
    }

    /// A part of a larger expression: in brackets unless it is one word or one call.
    fn inner(&mut self, node: &Node) {
        let closed = match node {
            Node::Const(_) | Node::Load(..) => true,
            Node::Step(..) | Node::Days(..) => self.dialect == Dialect::Sqlite,
            Node::Round(..) | Node::Real(_, 0) => true,
            _ => false,
        };
        if closed {
            self.node(node)
        } else {
            self.bracketed(node)
        }
    }

    fn bracketed(&mut self, node: &Node) {
        self.push("(");
        self.node(node);
        self.push(")");
    }

    /// Truth and NULL are words of SQL; all else is a parameter.
    fn bind(&mut self, value: &Value) {
        let cast = match value {
            Value::Null => return self.push("null"),
            Value::Bool(true) => return self.push("true"),
            Value::Bool(false) => return self.push("false"),
            Value::Int(_) | Value::Dec(_) | Value::Moment(_) | Value::Id(_) => "bigint",
            Value::Date(_) => "date",
            Value::Text(_) | Value::Set(_) | Value::Point(_) => "text",
        };
        match self.dialect {
            Dialect::Sqlite => self.push("?"),
            Dialect::Postgres { first } => {
                let place = first + self.binds.len();
                self.push(&format!("${place}::{cast}"));
            }
        }
        self.binds.push(value.clone());
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// The first text after all texts with this prefix; none if there is none.
fn successor(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // The gap of the surrogates holds no characters.
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(other as u32 + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::successor;

    #[test]
    fn the_successor_of_a_prefix() {
        assert_eq!(successor("3701").as_deref(), Some("3702"));
        assert_eq!(successor("39").as_deref(), Some("3:"));
        assert_eq!(successor("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(successor("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(successor("\u{10FFFF}"), None);
    }
}
