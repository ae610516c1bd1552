//! Child rows into which several hands write: with an act one fills in one's own columns and reads the
//! others, and no row comes or goes (逐项反馈、逐项复查).

use app::Seen;
use catalogue::{Field, FieldIx, Kind, Prefill};
use kernel::{Datum, RowData, Value};
use maud::{Markup, html};

use super::super::typed;
use super::Sheet;
use crate::pairs::Pairs;
use crate::ui::child_rows::child_name;

impl Sheet<'_> {
    /// The columns that are filled in here; nothing where the rows are one's own as a whole.
    pub fn own_columns(&self, field: &Field) -> Option<&[usize]> {
        let ix = self.def.field(&field.name)?;
        let found = self.columns.iter().find(|(of, _)| *of == ix)?;
        (!self.held_rows(field).is_empty()).then_some(found.1.as_slice())
    }

    /// The rows as the record has them.
    pub fn held_rows(&self, field: &Field) -> &[RowData] {
        match self.seen(field) {
            Some(Seen::Plain(Datum::Rows(rows))) => rows,
            _ => &[],
        }
    }

    /// What stands in a cell that is only read, and goes with the form as it is.
    pub fn read_cell(&self, field: &Field, at: usize, (place, column): (usize, &Field)) -> Markup {
        let Some(value) = self.held_rows(field).get(at).map(|row| &row.values[place]) else {
            return html! {};
        };
        let mut pairs = Pairs::default();
        let name = child_name(&field.name, at, &column.name);
        typed::of_value(self.reading, column, &name, value, &mut pairs);
        html! {
            @for (name, value) in &pairs.0 { input type="hidden" name=(name) value=(value); }
            (self.reading.value(column, value))
        }
    }

    /// Whether anything stands in a column that is only read.
    pub fn says(&self, field: &Field, place: usize) -> bool {
        let mut rows = self.held_rows(field).iter();
        rows.any(|row| !row.values[place].is_null())
    }

    /// Puts into one's own empty cells what is known of them: the day, the own name.
    pub fn prefill_rows(&self, pairs: &mut Pairs) {
        let visit = self.visit();
        let today = Value::Date(visit.app().now().local_date());
        let session = visit.session.as_ref();
        let me = session.map_or(Value::Null, |s| Value::Text(s.person.name.clone()));
        for (field, at, column) in self.own_cells() {
            let name = child_name(&field.name, at, &column.name);
            let value = match column.prefill.first() {
                Some(Prefill::Today) => &today,
                Some(Prefill::Me) => &me,
                _ => continue,
            };
            if !is_filled(pairs, &name) && !value.is_null() {
                pairs.0.retain(|(full, _)| !typed::belongs(full, &name));
                typed::of_value(self.reading, column, &name, value, pairs);
            }
        }
    }

    /// A row that nobody answered keeps nothing of what was filled in beforehand.
    pub(super) fn drop_untouched(&mut self) {
        let mut gone = Vec::new();
        for (field, at, column) in self.own_cells() {
            let held = self.held_rows(field).get(at);
            let place = self.place_of(field, column);
            let was_empty = held.is_some_and(|row| row.values[place].is_null());
            let answers = |(of, row, other): &(&Field, usize, &Field)| {
                let name = child_name(&of.name, *row, &other.name);
                of.name == field.name
                    && *row == at
                    && other.prefill.is_empty()
                    && is_filled(&self.pairs, &name)
            };
            let answered = self.own_cells().iter().any(answers);
            if !column.prefill.is_empty() && was_empty && !answered {
                gone.push(child_name(&field.name, at, &column.name));
            }
        }
        let is_gone = |full: &str| gone.iter().any(|name| typed::belongs(full, name));
        self.pairs.0.retain(|(full, _)| !is_gone(full));
    }

    fn place_of(&self, field: &Field, column: &Field) -> usize {
        let columns = columns_of(field);
        let place = columns.iter().position(|one| one.name == column.name);
        place.unwrap_or_default()
    }

    /// Every cell that is filled in here: its field, its row and its column.
    fn own_cells(&self) -> Vec<(&'_ Field, usize, &'_ Field)> {
        let mut cells = Vec::new();
        for (ix, places) in &self.columns {
            let field = self.def.get(FieldIx(ix.0));
            let columns = columns_of(field);
            for at in 0..self.held_rows(field).len() {
                cells.extend(places.iter().map(|place| (field, at, &columns[*place])));
            }
        }
        cells
    }
}

fn columns_of(field: &Field) -> &[Field] {
    match &field.kind {
        Kind::Rows { fields, .. } => fields,
        _ => &[],
    }
}

fn is_filled(pairs: &Pairs, name: &str) -> bool {
    typed::of_field(pairs, name).any(|(_, value)| !value.trim().is_empty())
}
