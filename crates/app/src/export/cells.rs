//! One row of an export, from cells as they are stored to cells of a sheet, without a record.

use std::borrow::Cow;
use std::fmt::Write as _;

use kernel::{Datum, Field, Grade, Ground, Id, Kind, Lang, Moment, Point, StateIx, Verb};
use store::{Personal, Raw, RawRow, Reader};
use tables::{Cell, Sink};

use super::Labels;
use super::columns::{Column, Columns};
use super::refs::Refs;
use crate::import::rows;
use crate::sight::{fields_for, view_of};
use crate::{App, Outcome, Places};

/// What stands where a personal value was destroyed by law; imports pass over it.
pub(crate) const ERASED: &str = "已依法删除";

/// Writes rows; keeps its memory from row to row.
pub(super) struct Line<'a> {
    ground: &'a Ground<'a>,
    reader: &'a Reader<'a>,
    columns: &'a Columns,
    refs: &'a Refs<'a>,
    places: std::sync::Arc<Places>,
    fields: Vec<&'a Field>,
    /// Texts that are put together, one beside each column.
    texts: Vec<String>,
}

impl<'a> Line<'a> {
    pub fn new(
        app: &'a App,
        ground: &'a Ground<'a>,
        reader: &'a Reader<'a>,
        columns: &'a Columns,
        refs: &'a Refs<'a>,
    ) -> Line<'a> {
        let def = columns.def(ground.catalogue);
        Line {
            ground,
            reader,
            columns,
            refs,
            places: app.places(),
            fields: columns.fields.iter().map(|ix| def.get(*ix)).collect(),
            texts: vec![String::new(); columns.columns.len()],
        }
    }

    pub fn write(&mut self, row: &RawRow<'_>, sink: &mut impl Sink) -> Outcome<()> {
        let columns = &self.columns.columns;
        // Each cell is taken from the page once.
        let mut stored = Vec::with_capacity(columns.len());
        for column in columns {
            stored.push(match column {
                Column::Field(place) | Column::NameOf(place) => row.cell(*place)?,
                _ => Raw::Null,
            });
        }
        let mut texts = std::mem::take(&mut self.texts);
        for ((column, raw), text) in columns.iter().zip(&stored).zip(&mut texts) {
            text.clear();
            self.put(*column, *raw, row, text)?;
        }
        let mut cells = Vec::with_capacity(texts.len());
        for ((column, raw), text) in columns.iter().zip(&stored).zip(&texts) {
            cells.push(self.cell(*column, *raw, row, text)?);
        }
        sink.write_row(&cells)?;
        drop(cells);
        self.texts = texts;
        Ok(())
    }

    /// Puts together what is not written as it is stored.
    fn put(
        &self,
        column: Column,
        raw: Raw<'_>,
        row: &RawRow<'_>,
        text: &mut String,
    ) -> Outcome<()> {
        match column {
            Column::Id => push(text, row.id()?),
            Column::State => {
                if let Some(state) = row.state()? {
                    text.push_str(self.state(state));
                }
            }
            Column::Colour => self.colour(row.id()?, text)?,
            Column::CreatedAt | Column::ChangedAt => {}
            Column::Field(place) => self.field(place, raw, row, text)?,
            Column::NameOf(place) => match (&self.fields[place].kind, raw) {
                (Kind::Ref { to }, Raw::Int(id)) => {
                    text.push_str(&self.refs.get(*to, Id(id))?.name)
                }
                (Kind::Division { .. }, Raw::Text(code)) => {
                    text.push_str(&self.places.full_name(code));
                }
                _ => {}
            },
        }
        Ok(())
    }

    fn field(
        &self,
        place: usize,
        raw: Raw<'_>,
        row: &RawRow<'_>,
        text: &mut String,
    ) -> Outcome<()> {
        let field = self.fields[place];
        match (&field.kind, raw) {
            (_, Raw::Null) => {}
            (Kind::Decimal { scale, .. }, Raw::Int(mantissa)) => {
                push_decimal(text, mantissa, usize::from(*scale));
            }
            (Kind::Money { .. }, Raw::Int(fen)) => push_decimal(text, fen, 2),
            (Kind::Ref { to }, Raw::Int(id)) => text.push_str(&self.refs.get(*to, Id(id))?.code),
            (Kind::Choices { list }, Raw::Text(stored)) => {
                let between = if self.columns.labels == Labels::Words {
                    "、"
                } else {
                    "|"
                };
                for entry in stored.split('|').filter(|entry| !entry.is_empty()) {
                    if !text.is_empty() {
                        text.push_str(between);
                    }
                    text.push_str(self.entry(list, entry));
                }
            }
            (Kind::Moment, Raw::Int(micros)) if micros % 1_000_000 != 0 => {
                push(text, Moment(micros));
            }
            (_, Raw::Point(lat, lon)) => {
                if let Some(point) = Point::new(lat, lon) {
                    push(text, point);
                }
            }
            (_, Raw::Other) => self.whole(field, row.datum(place)?, text),
            _ => {}
        }
        Ok(())
    }

    /// Personal values and child rows.
    fn whole(&self, field: &Field, datum: Datum, text: &mut String) {
        match datum {
            Datum::Erased => text.push_str(ERASED),
            Datum::One(value) => text.push_str(&kernel::masked(field, &value)),
            Datum::Rows(list) => {
                if let Kind::Rows { fields, .. } = &field.kind {
                    text.push_str(&rows::text(fields, &list, field.personal, &|id| {
                        id.to_string()
                    }));
                }
            }
            Datum::Files(_) | Datum::Draw(_) => {}
        }
    }

    fn cell<'c>(
        &'c self,
        column: Column,
        raw: Raw<'c>,
        row: &RawRow<'c>,
        text: &'c str,
    ) -> Outcome<Cell<'c>> {
        Ok(match column {
            Column::Id => Cell::code(text),
            Column::State | Column::Colour | Column::NameOf(_) => Cell::text(text),
            Column::CreatedAt => moment(row.moments()?.0),
            Column::ChangedAt => moment(row.moments()?.1),
            Column::Field(place) => match (&self.fields[place].kind, raw) {
                (_, Raw::Null) => Cell::Empty,
                (Kind::Ref { .. }, _) => Cell::code(text),
                (Kind::Decimal { .. } | Kind::Money { .. }, Raw::Int(_)) => Cell::Decimal(text),
                (Kind::Bool, Raw::Int(yes)) => Cell::Bool(yes != 0),
                (Kind::Moment, Raw::Int(micros)) if text.is_empty() => moment(micros),
                (Kind::Int { .. }, Raw::Int(number)) => Cell::Int(number),
                (Kind::Date { .. }, Raw::Text(date)) => day(date),
                (Kind::Code { .. } | Kind::Division { .. }, Raw::Text(code)) => Cell::code(code),
                (Kind::Choice { list, .. }, Raw::Text(entry)) => self.choice(list, entry),
                (Kind::Choices { .. }, _) | (_, Raw::Point(..) | Raw::Other) => Cell::text(text),
                (_, Raw::Text(plain)) => Cell::text(plain),
                (_, Raw::Int(number)) => Cell::Int(number),
            },
        })
    }

    /// Entries that are made of digits, such as catalogue codes, are no numbers.
    fn choice<'c>(&'c self, list: &str, entry: &'c str) -> Cell<'c> {
        match self.columns.labels {
            Labels::Names => Cell::Code(Cow::Borrowed(entry)),
            Labels::Words => Cell::Code(Cow::Borrowed(self.entry(list, entry))),
        }
    }

    fn entry<'c>(&'c self, list: &str, entry: &'c str) -> &'c str {
        if self.columns.labels == Labels::Names {
            return entry;
        }
        let found = self.ground.catalogue.choice(list).entries.get(entry);
        found.map_or(entry, |found| found.label.get(self.ground.actor.lang))
    }

    fn state(&self, state: StateIx) -> &str {
        let def = self.columns.def(self.ground.catalogue);
        let state = &def.states[state.0];
        match self.columns.labels {
            Labels::Names => &state.name,
            Labels::Words => state.label.get(self.ground.actor.lang),
        }
    }

    /// The colour is computed, so the record is looked at once more.
    fn colour(&self, id: Id, text: &mut String) -> Outcome<()> {
        let def = self.columns.def(self.ground.catalogue);
        let fields = fields_for(def, &[]);
        let records = self.reader.get_many(
            self.columns.register,
            &[id],
            Some(&fields),
            Personal::Sealed,
        )?;
        let Some(record) = records.first() else {
            return Ok(());
        };
        let right = kernel::scope(def, self.ground.actor, Verb::See);
        let colour =
            right.and_then(|right| kernel::colour_for(&right, def, &view_of(self.ground, record)));
        if let Some(colour) = colour {
            text.push_str(match self.columns.labels {
                Labels::Names => colour.grade.word(),
                Labels::Words => grade(colour.grade, self.ground.actor.lang),
            });
        }
        Ok(())
    }
}

/// Words of the colours (`risk-and-alerts`: each has its own).
fn grade(grade: Grade, lang: Lang) -> &'static str {
    let (zh, en) = match grade {
        Grade::Expired => ("超期", "Overdue"),
        Grade::Crimson => ("临期一个月内", "Due within a month"),
        Grade::Red => ("红色", "Red"),
        Grade::Yellow => ("黄色", "Yellow"),
        Grade::Green => ("正常", "Normal"),
        Grade::Unknown => ("未知", "Unknown"),
        Grade::NotApplicable => ("不适用", "Not applicable"),
    };
    if lang == Lang::Zh { zh } else { en }
}

fn push(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{value}");
}

/// `-12.50` from its mantissa; by hand, because an export writes a million of them.
fn push_decimal(text: &mut String, mantissa: i64, scale: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    let mut rest = mantissa.unsigned_abs();
    while rest > 0 || digits.len() - at <= scale {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if mantissa < 0 {
        text.push('-');
    }
    let point = digits.len() - scale;
    for (place, digit) in digits.iter().enumerate().skip(at) {
        if place == point {
            text.push('.');
        }
        text.push(char::from(*digit));
    }
}

fn moment(micros: i64) -> Cell<'static> {
    let local = Moment(micros).local();
    Cell::Moment {
        year: local.year(),
        month: local.month().unsigned_abs(),
        day: local.day().unsigned_abs(),
        hour: local.hour().unsigned_abs(),
        minute: local.minute().unsigned_abs(),
        second: local.second().unsigned_abs(),
    }
}

/// A date as it is stored: `2027-03-01`.
fn day(text: &str) -> Cell<'_> {
    let number = |from: usize, to: usize| -> Option<u16> {
        let part = text.as_bytes().get(from..to)?;
        part.iter().try_fold(0_u16, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u16::from(digit - b'0'))
        })
    };
    match (text.len(), number(0, 4), number(5, 7), number(8, 10)) {
        (10, Some(year), Some(month), Some(day)) => Cell::Date {
            year: year as i16,
            month: month as u8,
            day: day as u8,
        },
        _ => Cell::text(text),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Dec;

    use super::*;

    #[test]
    fn decimals_and_dates_are_written_as_they_read() {
        for (mantissa, scale) in [
            (0, 2),
            (5, 2),
            (-5, 3),
            (123_456, 2),
            (i64::MIN, 6),
            (7, 0),
            (-70, 1),
        ] {
            let mut text = String::new();
            push_decimal(&mut text, mantissa, scale);
            assert_eq!(text, Dec::new(mantissa, scale as u8).to_string());
        }
        assert_eq!(
            day("2027-03-01"),
            Cell::Date {
                year: 2027,
                month: 3,
                day: 1
            }
        );
        assert_eq!(day("-0001-03-01"), Cell::text("-0001-03-01"));
    }
}
