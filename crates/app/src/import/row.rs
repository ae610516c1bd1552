//! One row of a table understood: the values of its fields, and remarks where it could not be.

mod cell;
mod division;
mod text;

use std::borrow::Cow;

use kernel::{Datum, Field, FieldIx, Ground, Id, Kind, StateIx, Value, World};
use speech::{Lang, Said, said};
use tables::Row;

use self::cell::{Cooked, No, cooked};
pub(crate) use self::division::Divisions;
use self::text::{Mapped, mapped, text_of};
use super::mapping::{Columns, EmptyCells, From};
use super::plan::{Plan, no_state, state_called};
use super::step::Step;
use crate::Places;

/// Longest text that is quoted in a remark.
const QUOTED_CHARS_MAX: usize = 30;

/// Something about a row that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Column or field it is about; empty: the whole row.
    pub place: String,
    pub code: &'static str,
    pub message: Said,
}

impl Remark {
    pub fn new(place: &str, code: &'static str, message: impl Into<Said>) -> Remark {
        Remark {
            place: place.to_owned(),
            code,
            message: message.into(),
        }
    }

    pub fn sentence(&self) -> Said {
        match self.place.is_empty() {
            true => self.message.clone(),
            false => said!("{}：{}" / "{}: {}", self.place, self.message),
        }
    }
}

/// What a row says.
#[derive(Default)]
pub(crate) struct Taken {
    pub id: Option<Id>,
    /// Values that stand in the row.
    pub typed: Vec<(FieldIx, Datum)>,
    /// Constants and stand-ins: for new records, and where a record has nothing.
    pub given: Vec<(FieldIx, Datum)>,
    /// Personal values as exports mask them: nothing to import.
    pub masked: Vec<(FieldIx, String)>,
    pub state: Option<StateIx>,
    pub remarks: Vec<Remark>,
    /// `列名: 原文` of what could not be understood.
    pub received: Vec<String>,
    /// The row cannot go in.
    pub refused: bool,
    /// It points at a record of its own register that is not there, perhaps a later row.
    pub unresolved: bool,
}

impl Taken {
    /// Value of a field, as far as the row says one.
    pub fn value(&self, field: FieldIx) -> &Value {
        static NULL: Value = Value::Null;
        let in_list = |list: &'_ [(FieldIx, Datum)]| list.iter().position(|(ix, _)| *ix == field);
        if let Some(at) = in_list(&self.typed) {
            return self.typed[at].1.value();
        }
        in_list(&self.given).map_or(&NULL, |at| self.given[at].1.value())
    }

    pub fn refuse(&mut self, remark: Remark) {
        self.refused = true;
        self.remarks.push(remark);
    }
}

/// What reading a row needs besides the row.
pub(crate) struct Bench<'a> {
    pub ground: &'a Ground<'a>,
    pub world: &'a dyn World,
    pub places: &'a Places,
    pub divisions: &'a Divisions,
    /// Looks a record up by one of its fields.
    pub by_field: &'a dyn Fn(&Field, FieldIx, &str) -> kernel::Found,
}

/// Reads a row. Faults become remarks; which of them refuse the row the plan says.
pub(crate) fn take(plan: &Plan, bench: &Bench, row: &Row) -> Taken {
    let mut taken = Taken::default();
    if let Some(remark) = uneven(plan, row) {
        taken.refuse(remark);
        return taken;
    }
    for flaw in &row.flaws {
        taken.remarks.push(Remark::new("", "flaw", flaw.said()));
    }
    id(plan, row, &mut taken);
    if let Some(step) = &plan.state {
        let text = text_of(&step.rule, &step.cells, row);
        let mapped = match mapped(&step.rule, &text) {
            Mapped::Text(text) => text,
            Mapped::Nothing => Cow::Borrowed(""),
            Mapped::Refused(why) => {
                taken.refuse(Remark::new(&step.name, "refused", why));
                Cow::Borrowed("")
            }
            Mapped::Unknown => {
                let message = said!(
                    "“{}”不在对照表里" / "“{}” is not in the value map",
                    short(&text)
                );
                taken.refuse(Remark::new(&step.name, "choice", message));
                Cow::Borrowed("")
            }
        };
        taken.state = step.given;
        if !mapped.is_empty() {
            taken.state = state_called(plan.def, &mapped);
            if taken.state.is_none() {
                taken.refuse(Remark::new(
                    &step.name,
                    "state",
                    no_state(plan.def, &mapped),
                ));
            }
        }
    }
    for step in &plan.steps {
        one(plan, bench, row, step, &mut taken);
    }
    taken
}

/// As much of a row as tells which record it is about.
pub(crate) fn named(plan: &Plan, bench: &Bench, row: &Row) -> Taken {
    let mut taken = Taken::default();
    if let Some(remark) = uneven(plan, row) {
        taken.refuse(remark);
        return taken;
    }
    id(plan, row, &mut taken);
    for step in &plan.steps {
        if plan.key.contains(&step.field) {
            one(plan, bench, row, step, &mut taken);
        }
    }
    taken
}

fn id(plan: &Plan, row: &Row, taken: &mut Taken) {
    let Some(cell) = plan.id_cell else { return };
    let text = row.cells.get(cell).map_or("", |text| text.trim());
    match text.parse::<Id>() {
        Ok(id) => taken.id = Some(id),
        Err(_) if text.is_empty() => {}
        Err(_) => taken.refuse(Remark::new(
            "id",
            "id",
            said!(
                "“{}”不是记录的 id" / "“{}” is no id of a record",
                short(text)
            ),
        )),
    }
}

/// Rows with more or fewer cells than the header are shifted, and nobody can tell where.
fn uneven(plan: &Plan, row: &Row) -> Option<Remark> {
    let (has, wants) = (row.cells.len(), plan.width);
    let spill = row
        .cells
        .iter()
        .skip(wants)
        .any(|cell| !cell.trim().is_empty());
    let uneven = match plan.columns {
        Columns::Exact => has != wants,
        Columns::Any => spill,
    };
    let message = match has > wants {
        true => said!(
            "这一行有 {has} 列，比表头多 {} 列，内容可能错位"
                / "This row has {has} columns, {} more than the header; its content may be shifted",
            has - wants
        ),
        false => said!(
            "这一行只有 {has} 列，比表头少 {} 列，内容可能错位"
                / "This row has only {has} columns, {} fewer than the header; its content may be shifted",
            wants - has
        ),
    };
    uneven.then(|| Remark::new("", "columns", message))
}

fn one(plan: &Plan, bench: &Bench, row: &Row, step: &Step, taken: &mut Taken) {
    if let From::Constant { .. } = step.rule.from {
        taken
            .given
            .extend(step.given.iter().map(|datum| (step.field, datum.clone())));
        return;
    }
    let field = plan.def.get(step.field);
    let text = text_of(&step.rule, &step.cells, row);
    if is_masked(field, &text) {
        taken.masked.push((step.field, text.into_owned()));
        return;
    }
    let before = taken.typed.len();
    let fault = match cooked(plan, bench, row, step, &text) {
        Ok(Cooked::Nothing) => None,
        Ok(Cooked::One(datum)) if datum.is_empty() => None,
        Ok(Cooked::One(datum)) => {
            taken.typed.push((step.field, datum));
            None
        }
        Ok(Cooked::Sum { datum, currency }) => {
            taken.typed.push((step.field, datum));
            taken.typed.extend(currency);
            None
        }
        Err(no) => Some(no),
    };
    let found = taken.typed.len() > before;
    if let Some(No {
        code,
        message,
        always,
    }) = fault
    {
        let message = match field.personal {
            true => said!(
                "内容不对，请核对原表（个人信息，不在此显示）"
                    / "This is wrong; please look into the table (personal, not shown here)"
            ),
            false => message,
        };
        let message = match said_once(field, &step.name, &message) {
            Some(rest) => rest,
            None => message,
        };
        let own = matches!(field.kind, Kind::Ref { to } if to == plan.register);
        taken.unresolved |= own && code == "ref";
        taken.remarks.push(Remark::new(&step.name, code, message));
        if always || plan.refuses(step.field) {
            taken.refused = true;
        } else {
            let original = match field.personal {
                true => "（个人信息，不留原文）",
                false => text.as_ref(),
            };
            taken.received.push(format!("{}: {original}", step.name));
        }
    } else if !found && plan.empty_cells == EmptyCells::Clear {
        taken.typed.push((step.field, Datum::One(Value::Null)));
    }
    if !found && let Some(datum) = &step.given {
        taken.given.push((step.field, datum.clone()));
        let stand_in = step
            .rule
            .missing
            .as_ref()
            .map_or("", |(text, _)| text.as_str());
        if text.is_empty() {
            let message = said!(
                "是空的，新记录以“{stand_in}”代替"
                    / "Empty; “{stand_in}” stands in for new records"
            );
            taken
                .remarks
                .push(Remark::new(&step.name, "missing", message));
        }
    }
}

/// The message without the field's label where the column, which a remark names first, says the same.
fn said_once(field: &Field, column: &str, message: &Said) -> Option<Said> {
    let rest = |lang| -> Option<String> {
        let label = field.label.get(lang);
        let rest = message.get(lang).strip_prefix(&format!("“{label}”"))?;
        Some(rest.trim_start_matches(['：', ':', ' ']).to_owned())
    };
    if ![&field.label.zh, &field.name].contains(&&column.to_owned())
        && field.label.get(Lang::En) != column
    {
        return None;
    }
    Some(Said {
        zh: rest(Lang::Zh)?.into(),
        en: rest(Lang::En)
            .unwrap_or_else(|| message.en.to_string())
            .into(),
    })
}

/// Whether the text is what an export writes in place of personal values.
fn is_masked(field: &Field, text: &str) -> bool {
    let personal = match &field.kind {
        Kind::Rows { fields, .. } => field.personal || fields.iter().any(Field::sealed),
        _ => field.personal,
    };
    personal && (text.contains('*') || text == crate::export::ERASED)
}

/// A quotation short enough for a remark.
pub(crate) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
