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
    /// What is put together, its memory used again.
    text: String,
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
            text: String::new(),
        }
    }

    pub fn write(&mut self, row: &RawRow<'_>, sink: &mut impl Sink) -> Outcome<()> {
        let columns = self.columns;
        for column in &columns.columns {
            match *column {
                Column::Field(place) => match row.cell(place)? {
                    Raw::Null => sink.put(&Cell::Empty)?,
                    raw => self.field(place, raw, row, sink)?,
                },
                other => self.other(other, row, sink)?,
            }
        }
        sink.end_row()?;
        Ok(())
    }

    /// What is not a field's own value.
    fn other(&mut self, column: Column, row: &RawRow<'_>, sink: &mut impl Sink) -> Outcome<()> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        match column {
            Column::Id => {
                push(&mut text, row.id()?);
                sink.put(&Cell::code(&text))?;
            }
            Column::State => {
                let state = row.state()?.map_or("", |state| self.state(state));
                sink.put(&Cell::text(state))?;
            }
            Column::Colour => {
                self.colour(row.id()?, &mut text)?;
                sink.put(&Cell::text(&text))?;
            }
            Column::CreatedAt => sink.put(&moment(row.moments()?.0))?,
            Column::ChangedAt => sink.put(&moment(row.moments()?.1))?,
            Column::NameOf(place) => match (&self.fields[place].kind, row.cell(place)?) {
                (Kind::Ref { to }, Raw::Int(id)) => {
                    sink.put(&Cell::text(&self.refs.get(*to, Id(id))?.name))?;
                }
                (Kind::Division { .. }, Raw::Text(code)) => {
                    sink.put(&Cell::text(&self.places.full_name(code)))?;
                }
                _ => sink.put(&Cell::Empty)?,
            },
            // Written where it is met.
            Column::Field(_) => {}
        }
        self.text = text;
        Ok(())
    }

    /// A value that is not empty.
    fn field(
        &mut self,
        place: usize,
        raw: Raw<'_>,
        row: &RawRow<'_>,
        sink: &mut impl Sink,
    ) -> Outcome<()> {
        let field = self.fields[place];
        let cell = match (&field.kind, raw) {
            (Kind::Decimal { scale, .. }, Raw::Int(mantissa)) => Cell::Scaled {
                mantissa,
                scale: *scale,
            },
            (Kind::Money { .. }, Raw::Int(fen)) => Cell::Scaled {
                mantissa: fen,
                scale: 2,
            },
            (Kind::Ref { to }, Raw::Int(id)) => {
                return Ok(sink.put(&Cell::code(&self.refs.get(*to, Id(id))?.code))?);
            }
            (Kind::Bool, Raw::Int(yes)) => match self.columns.labels {
                // Beside names of the definition stand its values, not words for people.
                Labels::Names => Cell::text(if yes != 0 { "true" } else { "false" }),
                Labels::Words => Cell::Bool(yes != 0),
            },
            (Kind::Moment, Raw::Int(micros)) if micros % 1_000_000 == 0 => moment(micros),
            (Kind::Date { .. }, Raw::Text(date)) => day(date),
            (Kind::Code { .. } | Kind::Division { .. }, Raw::Text(code)) => Cell::code(code),
            (Kind::Choice { list, .. }, Raw::Text(entry)) => self.choice(list, entry),
            (Kind::Choices { .. }, Raw::Text(_))
            | (Kind::Moment, Raw::Int(_))
            | (_, Raw::Point(..) | Raw::Other) => return self.long(place, raw, row, sink),
            (_, Raw::Text(plain)) => Cell::text(plain),
            (_, Raw::Int(number)) => Cell::Int(number),
            (_, Raw::Null) => Cell::Empty,
        };
        Ok(sink.put(&cell)?)
    }

    /// Puts together what is not written as it is stored.
    fn long(
        &mut self,
        place: usize,
        raw: Raw<'_>,
        row: &RawRow<'_>,
        sink: &mut impl Sink,
    ) -> Outcome<()> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let field = self.fields[place];
        match (&field.kind, raw) {
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
            (Kind::Moment, Raw::Int(micros)) => push(&mut text, Moment(micros)),
            (_, Raw::Point(lat, lon)) => {
                if let Some(point) = Point::new(lat, lon) {
                    push(&mut text, point);
                }
            }
            (_, Raw::Other) => self.whole(field, row.datum(place)?, &mut text),
            _ => {}
        }
        sink.put(&Cell::text(&text))?;
        self.text = text;
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
        let colour = right.and_then(|right| {
            kernel::colour_for(
                &right,
                def,
                &view_of(self.ground, record),
                self.ground.actor.lang,
            )
        });
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
    use super::*;

    #[test]
    fn dates_are_written_as_they_read() {
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
