//! One row of a table understood: the values of its fields, and remarks where it could not be.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use kernel::{Datum, Dec, Field, FieldIx, Ground, Id, Kind, Raw, StateIx, Value, World};
use tables::Row;

use super::mapping::{Columns, EmptyCells, From, Normal, Other, Rule};
use super::number::Number;
use super::plan::{Plan, Step, no_state, state_called};
use crate::Places;

/// Longest text that is quoted in a remark.
const QUOTED_CHARS_MAX: usize = 30;
/// Names of divisions that are remembered.
const DIVISIONS_KEPT: usize = 20_000;

/// Something about a row that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Column or field it is about; empty: the whole row.
    pub place: String,
    pub code: &'static str,
    pub message: String,
}

impl Remark {
    pub fn new(place: &str, code: &'static str, message: impl Into<String>) -> Remark {
        Remark {
            place: place.to_owned(),
            code,
            message: message.into(),
        }
    }

    pub fn sentence(&self) -> String {
        match self.place.is_empty() {
            true => self.message.clone(),
            false => format!("{}：{}", self.place, self.message),
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

/// Codes of divisions by name; looking through all names takes too long for every row.
#[derive(Default)]
pub(crate) struct Divisions {
    known: RefCell<HashMap<(String, String), Result<String, String>>>,
}

/// Reads a row. Faults become remarks; which of them refuse the row the plan says.
pub(crate) fn take(plan: &Plan, bench: &Bench, row: &Row) -> Taken {
    let mut taken = Taken::default();
    if let Some(remark) = uneven(plan, row) {
        taken.refuse(remark);
        return taken;
    }
    for flaw in &row.flaws {
        taken
            .remarks
            .push(Remark::new("", "flaw", flaw.to_string()));
    }
    if let Some(cell) = plan.id_cell {
        let text = row.cells.get(cell).map_or("", |text| text.trim());
        match text.parse::<Id>() {
            Ok(id) => taken.id = Some(id),
            Err(_) if text.is_empty() => {}
            Err(_) => taken.refuse(Remark::new(
                "id",
                "id",
                format!("“{}”不是记录的 id", short(text)),
            )),
        }
    }
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
                let message = format!("“{}”不在对照表里", short(&text));
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
        true => format!(
            "这一行有 {has} 列，比表头多 {} 列，内容可能错位",
            has - wants
        ),
        false => format!(
            "这一行只有 {has} 列，比表头少 {} 列，内容可能错位",
            wants - has
        ),
    };
    uneven.then(|| Remark::new("", "columns", message))
}

/// The key as it stands in the row, for finding rows of one file that are about the same record.
pub(crate) fn raw_key(plan: &Plan, row: &Row) -> Option<String> {
    if uneven(plan, row).is_some() {
        return None;
    }
    if let Some(id) = plan
        .id_cell
        .and_then(|cell| row.cells.get(cell))
        .filter(|id| !id.is_empty())
    {
        return Some(id.trim().to_owned());
    }
    let mut key = String::new();
    for ix in &plan.key {
        let step = plan.steps.iter().find(|step| step.field == *ix)?;
        let text = text_of(&step.rule, &step.cells, row);
        if text.is_empty() && step.given.is_none() {
            return None;
        }
        match &plan.def.get(*ix).kind {
            Kind::Code { of } => key.push_str(&codes::normal(*of, &text)),
            _ => key.push_str(&text),
        }
        key.push('\u{1f}');
    }
    (!key.is_empty()).then_some(key)
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
            true => "内容不对，请核对原表（个人信息，不在此显示）".to_owned(),
            false => message,
        };
        let message = match said_once(field, &step.name, &message) {
            Some(rest) => rest.to_owned(),
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
            let message = format!("是空的，新记录以“{stand_in}”代替");
            taken
                .remarks
                .push(Remark::new(&step.name, "missing", message));
        }
    }
}

/// The message without the field's label where the column, which a remark names first, says the same.
fn said_once<'m>(field: &Field, column: &str, message: &'m str) -> Option<&'m str> {
    let label = &field.label.zh;
    if column != label && column != field.name {
        return None;
    }
    let rest = message.strip_prefix(&format!("“{label}”"))?;
    Some(rest.strip_prefix('：').unwrap_or(rest))
}

/// Whether the text is what an export writes in place of personal values.
fn is_masked(field: &Field, text: &str) -> bool {
    let personal = match &field.kind {
        Kind::Rows { fields, .. } => field.personal || fields.iter().any(Field::sealed),
        _ => field.personal,
    };
    personal && (text.contains('*') || text == crate::export::ERASED)
}

/// A text that could not be understood.
struct No {
    code: &'static str,
    message: String,
    /// The mapping says that such rows are refused.
    always: bool,
}

impl No {
    fn new(code: &'static str, message: impl Into<String>) -> No {
        No {
            code,
            message: message.into(),
            always: false,
        }
    }
}

enum Cooked {
    Nothing,
    One(Datum),
    Sum {
        datum: Datum,
        currency: Option<(FieldIx, Datum)>,
    },
}

fn cooked(plan: &Plan, bench: &Bench, row: &Row, step: &Step, text: &str) -> Result<Cooked, No> {
    let (rule, field) = (&step.rule, plan.def.get(step.field));
    if let Some(why) = rule.refuse.get(text) {
        return Err(No {
            code: "refused",
            message: format!("“{}”：{why}", short(text)),
            always: true,
        });
    }
    let parent = step
        .parent
        .and_then(|cell| row.cells.get(cell))
        .map_or("", |text| text.trim());
    if text.is_empty() && parent.is_empty() {
        return Ok(Cooked::Nothing);
    }
    if let Some(datum) = step.ready.get(text) {
        return Ok(Cooked::One(datum.clone()));
    }
    if let Some(values) = &rule.values {
        match &values.other {
            Other::Refuse => {
                return Err(No::new("choice", format!("“{}”不在对照表里", short(text))));
            }
            Other::Empty => return Ok(Cooked::Nothing),
            Other::Entry(..) => return Ok(step.other.clone().map_or(Cooked::Nothing, Cooked::One)),
            Other::Keep => {}
        }
    }
    let mut text = Cow::Borrowed(text);
    if !rule.dates.is_empty() {
        text = Cow::Owned(date(rule, &text)?);
    }
    if let Some(convert) = &rule.convert {
        text = Cow::Owned(converted(convert, field, &text)?);
    }
    if let Some(money) = &rule.money {
        return sum(plan, bench, field, money, &text);
    }
    if rule.normal == Normal::Name {
        text = Cow::Owned(codes::text::name_normal(&text));
    }
    if rule.division.is_some() {
        text = Cow::Owned(
            bench
                .divisions
                .code(bench, &text, parent)
                .map_err(|m| No::new("division", m))?,
        );
    }
    if !rule.prefix.is_empty() {
        text = Cow::Owned(format!("{}{text}", rule.prefix));
    }
    if let From::Lookup { by: Some(by), .. } = &rule.from {
        return match (bench.by_field)(field, *by, &text) {
            kernel::Found::One(id) => Ok(Cooked::One(Datum::One(Value::Id(id)))),
            kernel::Found::None => Err(No::new("ref", format!("没有找到“{}”", short(&text)))),
            kernel::Found::Many => Err(No::new("ref", format!("“{}”不止一条", short(&text)))),
        };
    }
    let raw = match &field.kind {
        Kind::Rows { .. } => super::rows::raw(&text).map_err(|m| No::new("rows", m))?,
        _ => Raw::Text(text.into_owned()),
    };
    match kernel::parse(bench.ground, bench.world, field, &raw) {
        Ok(datum) => Ok(Cooked::One(datum)),
        Err(blames) => {
            let code = blames.first().map_or("type", |blame| blame.code);
            let all: Vec<&str> = blames.iter().map(|blame| blame.message.as_str()).collect();
            Err(No::new(code, all.join("；")))
        }
    }
}

/// The text of the row's cells for a rule: joined, trimmed, stripped, empty where it means nothing.
fn text_of<'r>(rule: &Rule, cells: &[usize], row: &'r Row) -> Cow<'r, str> {
    let cell = |ix: &usize| {
        let text = row.cells.get(*ix).map_or("", |text| text.trim());
        let text = stripped(rule, text);
        if rule.empty.iter().any(|nothing| nothing == text) {
            ""
        } else {
            text
        }
    };
    match &rule.from {
        From::Columns { join, .. } => {
            let parts: Vec<&str> = cells.iter().map(cell).collect();
            let several = cells.len() > 1;
            // A point needs both halves, words do not.
            let parts: Vec<&str> = match join.trim() {
                "," if several && parts.iter().any(|part| part.is_empty()) => Vec::new(),
                _ => parts.into_iter().filter(|part| !part.is_empty()).collect(),
            };
            Cow::Owned(parts.join(join))
        }
        _ => Cow::Borrowed(cells.first().map_or("", cell)),
    }
}

fn stripped<'t>(rule: &Rule, text: &'t str) -> &'t str {
    let mut text = text;
    loop {
        let before = text.len();
        for mark in rule.strip.iter().filter(|mark| !mark.is_empty()) {
            text = text.strip_suffix(mark.as_str()).unwrap_or(text);
            text = text.strip_prefix(mark.as_str()).unwrap_or(text);
        }
        text = text.trim();
        if text.len() == before {
            return text;
        }
    }
}

enum Mapped<'t> {
    Text(Cow<'t, str>),
    Nothing,
    Refused(String),
    Unknown,
}

/// The value map alone, for states.
fn mapped<'t>(rule: &Rule, text: &'t str) -> Mapped<'t> {
    if let Some(why) = rule.refuse.get(text) {
        return Mapped::Refused(format!("“{}”：{why}", short(text)));
    }
    let Some(values) = rule.values.as_ref().filter(|_| !text.is_empty()) else {
        return Mapped::Text(Cow::Borrowed(text));
    };
    match (values.map.get(text), &values.other) {
        (Some((entry, _)), _) | (None, Other::Entry(entry, _)) => {
            Mapped::Text(Cow::Owned(entry.clone()))
        }
        (None, Other::Keep) => Mapped::Text(Cow::Borrowed(text)),
        (None, Other::Empty) => Mapped::Nothing,
        (None, Other::Refuse) => Mapped::Unknown,
    }
}

fn date(rule: &Rule, text: &str) -> Result<String, No> {
    let read = rule
        .dates
        .iter()
        .find_map(|format| jiff::civil::Date::strptime(format, text).ok());
    match read {
        Some(date) if (1800..=2200).contains(&date.year()) => Ok(date.to_string()),
        _ => {
            let formats = rule.dates.join(" 或 ");
            Err(No::new(
                "date",
                format!("“{}”不是 {formats} 样子的日期", short(text)),
            ))
        }
    }
}

fn converted(convert: &super::mapping::Convert, field: &Field, text: &str) -> Result<String, No> {
    let number = Number::parse(&codes::text::fold(text))
        .ok_or_else(|| No::new("number", format!("“{}”不是数字", short(text))))?;
    let places = convert.round.unwrap_or(match field.kind {
        Kind::Decimal { scale, .. } => u32::from(scale),
        Kind::Money { .. } => 2,
        _ => 0,
    });
    number
        .times(convert.multiply)
        .and_then(|number| number.plus(convert.add))
        .map(|number| number.round(places).to_string())
        .ok_or_else(|| No::new("number", format!("“{}”太大", short(text))))
}

/// `50万人民币` into 分, and its currency into a field beside it.
fn sum(
    plan: &Plan,
    bench: &Bench,
    field: &Field,
    money: &super::mapping::Money,
    text: &str,
) -> Result<Cooked, No> {
    let bare = || {
        codes::text::fold(text)
            .chars()
            .all(|c| c.is_ascii_digit() || ",.".contains(c))
    };
    let parsed = match &money.unit {
        Some(unit) if bare() => codes::text::parse_money(&format!("{text}{unit}")),
        _ => codes::text::parse_money(text),
    };
    let parsed = parsed
        .map_err(|refused| No::new("money", format!("“{}”：{}", short(text), refused.text)))?;
    let yuan = Dec::new(parsed.fen, 2).to_string();
    let datum =
        kernel::parse(bench.ground, bench.world, field, &Raw::Number(yuan)).map_err(|blames| {
            No::new(
                "money",
                blames.into_iter().map(|b| b.message).collect::<String>(),
            )
        })?;
    let Some(ix) = money.currency else {
        return match parsed.currency {
            "CNY" => Ok(Cooked::Sum {
                datum,
                currency: None,
            }),
            other => Err(No::new("money", format!("是 {other}，不是人民币"))),
        };
    };
    let currency = plan.def.get(ix);
    let code = Raw::Text(parsed.currency.to_owned());
    match kernel::parse(bench.ground, bench.world, currency, &code) {
        Ok(code) => Ok(Cooked::Sum {
            datum,
            currency: Some((ix, code)),
        }),
        Err(_) => {
            let message = format!("“{}”里没有币种 {}", currency.label.zh, parsed.currency);
            Err(No::new("money", message))
        }
    }
}

impl Divisions {
    /// The code of a division by code or by name, within the division another column names.
    fn code(&self, bench: &Bench, text: &str, parent: &str) -> Result<String, String> {
        let key = (text.to_owned(), parent.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = find_division(bench.places, text, parent);
        let mut known = self.known.borrow_mut();
        if known.len() >= DIVISIONS_KEPT {
            known.clear();
        }
        known.insert(key, found.clone());
        found
    }
}

fn find_division(places: &Places, text: &str, parent: &str) -> Result<String, String> {
    let digits = codes::text::fold(text).replace(' ', "");
    if matches!(digits.len(), 6 | 9 | 12) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(digits);
    }
    let area = match parent.is_empty() {
        true => None,
        false => Some(only(&codes::divisions::find_by_name(parent, None), parent)?),
    };
    if text.is_empty() {
        return area
            .map(|d| d.to_owned())
            .ok_or_else(|| "没有写区划".to_owned());
    }
    let named = codes::divisions::find_by_name(text, area);
    if !named.is_empty() {
        return only(&named, text).map(str::to_owned);
    }
    let within = |code: &&String| area.is_none_or(|area| codes::divisions::within(code, area));
    let towns = places.find(text);
    let towns: Vec<&String> = towns.iter().filter(within).collect();
    match towns.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(format!(
            "没有找到区划“{}”",
            short(&format!("{parent}{text}"))
        )),
        _ => Err(format!("叫“{}”的区划不止一个", short(text))),
    }
}

/// The one division in force, or the one that ever was.
fn only<'d>(found: &[&'d codes::divisions::Division], name: &str) -> Result<&'d str, String> {
    let current: Vec<_> = found.iter().filter(|d| d.is_current()).collect();
    match (current.as_slice(), found) {
        ([one], _) => Ok(one.code),
        ([], [one]) => match one.replaced_by {
            Some(now) => Ok(now),
            None => Err(format!("区划“{}”已撤销", short(name))),
        },
        ([], []) => Err(format!("没有找到区划“{}”", short(name))),
        _ => Err(format!("叫“{}”的区划不止一个", short(name))),
    }
}

/// A quotation short enough for a remark.
pub(crate) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
