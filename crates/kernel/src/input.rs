//! From what was typed, sent or imported to a value of the field, or to a sentence that says what
//! is wrong. Forgiving in form (full width, spaces, 2027/3/1, 是), strict in meaning.

mod choice;
mod division;
mod files;
mod number;
mod point;
mod rows;
mod text;
mod time;

use catalogue::{Field, Kind, RegisterIx};
use expr::{Id, Value};
use jiff::civil::Date;
use speech::{Said, said};

use self::choice::{choices, entry};
use self::division::division;
use self::files::{Limits, files};
use self::number::{decimal, int, money};
use self::point::{point, point_of};
use self::rows::rows;
pub(crate) use self::text::is_one_line;
use self::text::{Lines, once, plain};
use self::time::{date, moment};
use crate::{Blame, Datum, FileRef, Ground};

/// Something received at a door, before it is understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    Null,
    Text(String),
    Bool(bool),
    /// A number as it was written, exact. Money is yuan.
    Number(String),
    Many(Vec<Raw>),
    Map(Vec<(String, Raw)>),
}

impl Raw {
    pub fn text(text: impl Into<String>) -> Raw {
        Raw::Text(text.into())
    }
}

/// What parsing asks of the world; `app` answers from the store.
pub trait World {
    /// Code lists and divisions known to the house, the operator's towns included.
    fn lists(&self) -> &dyn codes::Lists;
    /// The record a text names: its id, its unique code, or its exact name.
    fn find_ref(&self, to: RegisterIx, text: &str) -> Found;
    /// A file that may stand in the field, by its hash: the acting person's own upload, or one that
    /// the field of this very record has already.
    fn file(&self, field: &Field, hash: &str) -> Option<FileRef>;
}

/// Answer to a look-up by text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    One(Id),
    None,
    Many,
}

/// Longest text looked at before its own limit applies.
const RAW_BYTES_MAX: usize = 200_000;

/// Understands what was received for a field. Empty text is `Null`.
pub fn parse(
    ground: &Ground,
    world: &dyn World,
    field: &Field,
    raw: &Raw,
) -> Result<Datum, Vec<Blame>> {
    match (&field.kind, raw) {
        (Kind::Rows { fields, max }, raw) => rows(ground, world, field, fields, *max, raw),
        (
            Kind::Files {
                accept,
                max_mb,
                count,
            },
            raw,
        ) => files(
            world,
            field,
            &Limits {
                accept,
                max_mb: *max_mb,
                count: *count,
            },
            raw,
        ),
        (_, raw) => match one(ground, world, field, raw) {
            Ok(value) => Ok(Datum::One(value)),
            Err((code, message)) => Err(vec![Blame::at(&field.name, code, message)]),
        },
    }
}

type No = (&'static str, Said);

fn no<T>(code: &'static str, message: impl Into<Said>) -> Result<T, No> {
    Err((code, message.into()))
}

fn one(ground: &Ground, world: &dyn World, field: &Field, raw: &Raw) -> Result<Value, No> {
    if let (Kind::Choices { list }, raw) = (&field.kind, raw) {
        return choices(ground.catalogue.choice(list), field, raw);
    }
    if let (Kind::Point, Raw::Map(pairs)) = (&field.kind, raw) {
        return point_of(field, pairs);
    }
    let text = match raw {
        Raw::Null => return Ok(Value::Null),
        Raw::Text(text) | Raw::Number(text) => text.as_str(),
        Raw::Bool(true) => "true",
        Raw::Bool(false) => "false",
        Raw::Many(_) | Raw::Map(_) => {
            return no(
                "type",
                said!("“{}”应是单个值" / "“{}” is a single value", field.label),
            );
        }
    };
    if text.len() > RAW_BYTES_MAX {
        return no(
            "length",
            said!("“{}”太长" / "“{}” is too long", field.label),
        );
    }
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    understood(ground, world, field, text)
}

fn understood(ground: &Ground, world: &dyn World, field: &Field, text: &str) -> Result<Value, No> {
    let label = &field.label;
    match &field.kind {
        Kind::Text { max } => plain(label, text, *max, Lines::One),
        Kind::LongText { max } => plain(label, text, *max, Lines::Many),
        Kind::Code { of } => match codes::check(*of, text, world.lists(), day(ground.today)) {
            Ok(checked) => Ok(Value::Text(checked.normal)),
            Err(refused) => no("code", once(label, &of.title(), &refused.text)),
        },
        Kind::Int { min, max } => int(label, text, *min, *max),
        Kind::Decimal { scale, min, max } => decimal(label, text, *scale, *min, *max),
        Kind::Money { min, max } => money(label, text, *min, *max),
        Kind::Bool => match half(text).to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" | "y" | "是" | "有" => Ok(Value::Bool(true)),
            "false" | "0" | "off" | "no" | "n" | "否" | "无" => Ok(Value::Bool(false)),
            _ => no(
                "type",
                said!("“{}”请填“是”或“否”" / "“{}”: please say yes or no", label),
            ),
        },
        Kind::Date { past } => match date(text) {
            Some(date) if *past && date > ground.today => no(
                "range",
                said!("“{}”不能晚于今天" / "“{}” cannot be after today", label),
            ),
            Some(date) => Ok(Value::Date(date)),
            None => no(
                "type",
                said!(
                    "“{}”不是日期，请按 2027-03-01 的样子填写"
                        / "“{}” is no date; write it like 2027-03-01",
                    label
                ),
            ),
        },
        Kind::Moment => match moment(text) {
            Some(moment) => Ok(Value::Moment(moment)),
            None => no(
                "type",
                said!(
                    "“{}”不是时间，请按 2027-03-01 09:30 的样子填写"
                        / "“{}” is no time; write it like 2027-03-01 09:30",
                    label
                ),
            ),
        },
        Kind::Choice { list, .. } => entry(ground.catalogue.choice(list), label, text),
        Kind::Choices { .. } => no(
            "type",
            said!("“{}”应是若干选项" / "“{}” takes several entries", label),
        ),
        Kind::Ref { to } => match world.find_ref(*to, text.trim()) {
            Found::One(id) => Ok(Value::Id(id)),
            Found::None => {
                let title = &ground.catalogue.at(*to).title;
                no(
                    "ref",
                    said!(
                        "没有找到{}“{}”，请核对或先登记"
                            / "{} “{}” was not found; please check it, or register it first",
                        title,
                        short(text)
                    ),
                )
            }
            Found::Many => no(
                "ref",
                said!(
                    "“{}”不止一条，请填代码" / "There are several “{}”; please give the code",
                    short(text)
                ),
            ),
        },
        Kind::Division { level } => division(world, label, text, *level),
        Kind::Phone => match codes::text::check_phone(text) {
            Ok(phone) => Ok(Value::Text(phone.to_string())),
            Err(refused) => no("phone", said!("“{}”：{}" / "“{}”: {}", label, refused.text)),
        },
        Kind::Email => match codes::text::check_email(text) {
            Ok(email) => Ok(Value::Text(email)),
            Err(refused) => no("email", said!("“{}”：{}" / "“{}”: {}", label, refused.text)),
        },
        Kind::Point => match point(text) {
            Some(point) => Ok(Value::Point(point)),
            None => no(
                "type",
                said!(
                    "“{}”请按“纬度,经度”填写，如 30.1632,120.2708"
                        / "“{}”: write latitude,longitude such as 30.1632,120.2708",
                    label
                ),
            ),
        },
        Kind::Files { .. } | Kind::Rows { .. } => {
            no("type", said!("“{}”应是列表" / "“{}” is a list", label))
        }
    }
}

fn day(date: Date) -> codes::Day {
    codes::Day {
        year: i32::from(date.year()),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    }
}

fn half(text: &str) -> String {
    codes::text::fold(text)
}

/// A quotation short enough for a sentence.
fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(20) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
