//! From what was typed, sent or imported to a value of the field, or to a sentence that says what
//! is wrong. Forgiving in form (full width, spaces, 2027/3/1, 是), strict in meaning.

use std::borrow::Cow;

use catalogue::{ChoiceList, DivisionLevel, Field, Kind, RegisterIx};
use expr::{Constants, Dec, Env, Id, Key, Moment, Point, Value};
use jiff::civil::{Date, DateTime};

use crate::{Blame, Datum, FileRef, Ground, RowData};

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
    /// An uploaded file by its hash.
    fn file(&self, hash: &str) -> Option<FileRef>;
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

/// Blank rows that a form may send beside those that hold something.
const BLANK_ROWS_MAX: usize = 100;

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

type No = (&'static str, String);

fn no<T>(code: &'static str, message: impl Into<String>) -> Result<T, No> {
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
            return no("type", format!("“{}”应是单个值", field.label.zh));
        }
    };
    if text.len() > RAW_BYTES_MAX {
        return no("length", format!("“{}”太长", field.label.zh));
    }
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    understood(ground, world, field, text)
}

fn understood(ground: &Ground, world: &dyn World, field: &Field, text: &str) -> Result<Value, No> {
    let label = &field.label.zh;
    match &field.kind {
        Kind::Text { max } => plain(label, text, *max, Lines::One),
        Kind::LongText { max } => plain(label, text, *max, Lines::Many),
        Kind::Code { of } => match codes::check(*of, text, world.lists(), day(ground.today)) {
            Ok(checked) => Ok(Value::Text(checked.normal)),
            Err(refused) => no("code", once(label, of.title(), &refused.text)),
        },
        Kind::Int { min, max } => int(label, text, *min, *max),
        Kind::Decimal { scale, min, max } => decimal(label, text, *scale, *min, *max),
        Kind::Money { min, max } => money(label, text, *min, *max),
        Kind::Bool => match half(text).to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" | "y" | "是" | "有" => Ok(Value::Bool(true)),
            "false" | "0" | "off" | "no" | "n" | "否" | "无" => Ok(Value::Bool(false)),
            _ => no("type", format!("“{label}”请填“是”或“否”")),
        },
        Kind::Date { past } => match date(text) {
            Some(date) if *past && date > ground.today => {
                no("range", format!("“{label}”不能晚于今天"))
            }
            Some(date) => Ok(Value::Date(date)),
            None => no(
                "type",
                format!("“{label}”不是日期，请按 2027-03-01 的样子填写"),
            ),
        },
        Kind::Moment => match moment(text) {
            Some(moment) => Ok(Value::Moment(moment)),
            None => no(
                "type",
                format!("“{label}”不是时间，请按 2027-03-01 09:30 的样子填写"),
            ),
        },
        Kind::Choice { list, .. } => entry(ground.catalogue.choice(list), label, text),
        Kind::Choices { .. } => no("type", format!("“{label}”应是若干选项")),
        Kind::Ref { to } => match world.find_ref(*to, text.trim()) {
            Found::One(id) => Ok(Value::Id(id)),
            Found::None => {
                let title = &ground.catalogue.at(*to).title.zh;
                no(
                    "ref",
                    format!("没有找到{title}“{}”，请核对或先登记", short(text)),
                )
            }
            Found::Many => no("ref", format!("“{}”不止一条，请填代码", short(text))),
        },
        Kind::Division { level } => division(world, label, text, *level),
        Kind::Phone => match codes::text::check_phone(text) {
            Ok(phone) => Ok(Value::Text(phone.to_string())),
            Err(refused) => no("phone", format!("“{label}”：{}", refused.text)),
        },
        Kind::Email => match codes::text::check_email(text) {
            Ok(email) => Ok(Value::Text(email)),
            Err(refused) => no("email", format!("“{label}”：{}", refused.text)),
        },
        Kind::Point => match point(text) {
            Some(point) => Ok(Value::Point(point)),
            None => no(
                "type",
                format!("“{label}”请按“纬度,经度”填写，如 30.1632,120.2708"),
            ),
        },
        Kind::Files { .. } | Kind::Rows { .. } => no("type", format!("“{label}”应是列表")),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

/// The refusal of a code under the label of its field; some of them begin with the code's own
/// title, and one name is enough.
fn once(label: &str, title: &str, refused: &str) -> String {
    match refused.strip_prefix(title) {
        Some(rest) => format!("“{label}”{rest}"),
        None => format!("“{label}”：{refused}"),
    }
}

/// Text without control characters, trimmed, line ends as LF.
fn plain(label: &str, text: &str, max: usize, lines: Lines) -> Result<Value, No> {
    let mut clean = String::with_capacity(text.len());
    for line in text.trim().lines() {
        if !clean.is_empty() {
            clean.push(if lines == Lines::Many { '\n' } else { ' ' });
        }
        clean.extend(
            line.trim_end()
                .chars()
                .filter(|c| (!c.is_control() || *c == '\t') && !is_trick(*c)),
        );
    }
    let count = clean.chars().count();
    if count > max {
        return no(
            "length",
            format!("“{label}”最多 {max} 个字，现在有 {count} 个"),
        );
    }
    if clean.is_empty() {
        Ok(Value::Null)
    } else {
        Ok(Value::Text(clean))
    }
}

/// Characters that cannot be seen and change how others read: they make two names look alike.
fn is_trick(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn int(label: &str, text: &str, min: Option<i64>, max: Option<i64>) -> Result<Value, No> {
    let text = half(text).replace([',', ' '], "");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let Ok(value) = text.parse::<i64>() else {
        return no("type", format!("“{label}”应是整数"));
    };
    bounds(label, value, min, max, |v| v.to_string())?;
    Ok(Value::Int(value))
}

fn decimal(
    label: &str,
    text: &str,
    scale: u8,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, No> {
    let text = half(text).replace([',', ' '], "");
    let Ok(dec) = text.parse::<Dec>() else {
        return no("type", format!("“{label}”应是数字"));
    };
    let Some(dec) = dec.rescale(scale) else {
        return no("range", format!("“{label}”最多 {scale} 位小数"));
    };
    bounds(label, dec.mantissa, min, max, |v| {
        Dec::new(v, scale).to_string()
    })?;
    Ok(Value::Dec(dec))
}

fn money(label: &str, text: &str, min: Option<i64>, max: Option<i64>) -> Result<Value, No> {
    match codes::text::parse_money(text) {
        Ok(money) if money.currency != "CNY" => no("currency", format!("“{label}”请填人民币金额")),
        Ok(money) => {
            bounds(label, money.fen, min, max, |v| {
                format!("{} 元", Dec::new(v, 2))
            })?;
            Ok(Value::Int(money.fen))
        }
        Err(refused) => no("type", format!("“{label}”：{}", refused.text)),
    }
}

fn bounds(
    label: &str,
    value: i64,
    min: Option<i64>,
    max: Option<i64>,
    shown: impl Fn(i64) -> String,
) -> Result<(), No> {
    match (min, max) {
        (Some(min), _) if value < min => no("range", format!("“{label}”不能小于 {}", shown(min))),
        (_, Some(max)) if value > max => no("range", format!("“{label}”不能大于 {}", shown(max))),
        _ => Ok(()),
    }
}

/// An entry by its name or by its label in either language.
fn entry(list: &ChoiceList, label: &str, text: &str) -> Result<Value, No> {
    let wanted = half(text);
    if list.entries.contains_key(wanted.as_str()) {
        return Ok(Value::Text(wanted));
    }
    let by_label = list.entries.iter().find(|(_, e)| {
        e.label.zh == text.trim() || e.label.en.as_deref().is_some_and(|en| en == text.trim())
    });
    match by_label {
        Some((name, _)) => Ok(Value::Text(name.clone())),
        None => no("choice", format!("“{label}”没有“{}”这个选项", short(text))),
    }
}

fn choices(list: &ChoiceList, field: &Field, raw: &Raw) -> Result<Value, No> {
    let label = &field.label.zh;
    let texts: Vec<&str> = match raw {
        Raw::Null => Vec::new(),
        Raw::Text(text) | Raw::Number(text) => text
            .split(['|', '、', ';', '；', '，', ','])
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect(),
        Raw::Many(many) => {
            let mut texts = Vec::with_capacity(many.len());
            for raw in many {
                match raw {
                    Raw::Text(text) => texts.push(text.as_str()),
                    _ => return no("type", format!("“{label}”应是若干选项")),
                }
            }
            texts.retain(|t| !t.trim().is_empty());
            texts
        }
        Raw::Bool(_) | Raw::Map(_) => return no("type", format!("“{label}”应是若干选项")),
    };
    let mut entries = Vec::with_capacity(texts.len());
    for text in texts {
        match entry(list, label, text)? {
            Value::Text(name) => entries.push(name),
            _ => return no("choice", format!("“{label}”没有“{}”这个选项", short(text))),
        }
    }
    if entries.is_empty() {
        Ok(Value::Null)
    } else {
        Ok(Value::set(entries))
    }
}

fn division(world: &dyn World, label: &str, text: &str, level: DivisionLevel) -> Result<Value, No> {
    let code = half(text).replace(' ', "");
    // Twelve digits ending in 000 name the township itself (统计用区划代码).
    let code = match code.len() {
        12 if code.ends_with("000") => &code[..9],
        _ => code.as_str(),
    };
    let shaped = matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit());
    if !shaped {
        return no("division", format!("“{label}”请填 6、9 或 12 位区划代码"));
    }
    if !world.lists().division_known(code) {
        return no(
            "division",
            format!("“{label}”没有区划 {code}，请核对；镇街须先由管理员导入"),
        );
    }
    let fine = match level {
        DivisionLevel::Any => true,
        DivisionLevel::County => code.len() > 6 || !code.ends_with("00"),
        DivisionLevel::Town => code.len() >= 9,
    };
    match fine {
        true => Ok(Value::Text(code.to_owned())),
        false if level == DivisionLevel::Town => {
            no("division", format!("“{label}”请填到镇街（9 位代码）"))
        }
        false => no("division", format!("“{label}”请填到县（市、区）")),
    }
}

/// Dates as people and files write them: 2027-03-01, 2027/3/1, 2027.3.1, 20270301, 2027年3月1日.
pub fn date(text: &str) -> Option<Date> {
    let text = half(text);
    let text = text
        .split_once([' ', 'T'])
        .map_or(text.as_str(), |(day, _)| day);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let year: i16 = text[..4].parse().ok()?;
        return real(year, &text[4..6], &text[6..]);
    }
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    real(year.parse().ok()?, month, day)
}

fn real(year: i16, month: &str, day: &str) -> Option<Date> {
    if !(1800..=2200).contains(&year) {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

fn moment(text: &str) -> Option<Moment> {
    let text = half(text);
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(Moment::from_timestamp(timestamp));
    }
    let (day, time) = text.split_once([' ', 'T'])?;
    let time: jiff::civil::Time = time.trim().parse().ok()?;
    Some(Moment::from_local(DateTime::from_parts(date(day)?, time)))
}

fn point(text: &str) -> Option<Point> {
    let text = half(text);
    let (lat, lon) = text.split_once([',', ' '])?;
    coordinates(lat, lon)
}

fn point_of(field: &Field, pairs: &[(String, Raw)]) -> Result<Value, No> {
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .and_then(|(_, raw)| match raw {
                Raw::Number(text) | Raw::Text(text) => Some(text.trim()),
                _ => None,
            })
    };
    match (get("lat"), get("lon")) {
        (None | Some(""), None | Some("")) => Ok(Value::Null),
        (Some(lat), Some(lon)) => match coordinates(lat, lon) {
            Some(point) => Ok(Value::Point(point)),
            None => no("range", format!("“{}”的经纬度不对", field.label.zh)),
        },
        _ => no("type", format!("“{}”须同时有纬度和经度", field.label.zh)),
    }
}

fn coordinates(lat: &str, lon: &str) -> Option<Point> {
    let e6 = |text: &str| -> Option<i64> {
        let degrees: f64 = text.trim().parse().ok()?;
        (degrees.is_finite() && degrees.abs() <= 180.0).then(|| (degrees * 1e6).round() as i64)
    };
    Point::new(e6(lat)?, e6(lon)?)
}

fn rows(
    ground: &Ground,
    world: &dyn World,
    field: &Field,
    fields: &[Field],
    max: usize,
    raw: &Raw,
) -> Result<Datum, Vec<Blame>> {
    let many = match raw {
        Raw::Null => return Ok(Datum::Rows(Vec::new())),
        Raw::Text(text) if text.trim().is_empty() => return Ok(Datum::Rows(Vec::new())),
        Raw::Many(many) => many,
        _ => {
            let message = format!("“{}”应是列表", field.label.zh);
            return Err(vec![Blame::at(&field.name, "type", message)]);
        }
    };
    let mut rows = Vec::with_capacity(many.len().min(max));
    let mut blames = Vec::new();
    if many.len() > max + BLANK_ROWS_MAX {
        let message = format!("“{}”最多 {max} 行", field.label.zh);
        return Err(vec![Blame::at(&field.name, "length", message)]);
    }
    for (at, raw) in many.iter().enumerate() {
        let Raw::Map(pairs) = raw else {
            let place = format!("{}/{at}", field.name);
            blames.push(Blame::at(
                &place,
                "type",
                format!("“{}”第 {} 行读不懂", field.label.zh, at + 1),
            ));
            continue;
        };
        let row = row(ground, world, field, fields, (at, pairs), &mut blames);
        if row.values.iter().any(|v| *v != Value::Null) {
            rows.push(row);
        }
    }
    if rows.len() > max {
        let message = format!("“{}”最多 {max} 行", field.label.zh);
        blames.push(Blame::at(&field.name, "length", message));
    }
    if blames.is_empty() {
        Ok(Datum::Rows(rows))
    } else {
        Err(blames)
    }
}

fn row(
    ground: &Ground,
    world: &dyn World,
    field: &Field,
    fields: &[Field],
    (at, pairs): (usize, &[(String, Raw)]),
    blames: &mut Vec<Blame>,
) -> RowData {
    let mut values = Vec::with_capacity(fields.len());
    let id = pairs
        .iter()
        .find(|(key, _)| key == "id")
        .and_then(|(_, raw)| match raw {
            Raw::Text(text) => text.parse::<Id>().ok(),
            _ => None,
        });
    for (key, _) in pairs {
        if key != "id" && !fields.iter().any(|f| f.name == *key) {
            let place = format!("{}/{at}/{key}", field.name);
            blames.push(Blame::at(
                &place,
                "unknown",
                format!("没有“{}”这一栏", short(key)),
            ));
        }
    }
    let started = blames.len();
    for column in fields {
        let raw = pairs
            .iter()
            .find(|(key, _)| *key == column.name)
            .map_or(&Raw::Null, |(_, r)| r);
        match one(ground, world, column, raw) {
            Ok(value) => values.push(value),
            Err((code, message)) => {
                let place = format!("{}/{at}/{}", field.name, column.name);
                blames.push(Blame::at(
                    &place,
                    code,
                    format!("第 {} 行{message}", at + 1),
                ));
                values.push(Value::Null);
            }
        }
    }
    let blank = values.iter().all(|v| *v == Value::Null) && blames.len() == started;
    let applies = applying(ground, fields, &mut values);
    for (column, value) in fields.iter().zip(&values).filter(|_| !blank) {
        let place = format!("/{}/{at}/{}", field.name, column.name);
        let blamed = blames.iter().any(|b| b.pointer == place);
        let asked = column.required && applies.contains(&column.name);
        if asked && *value == Value::Null && !blamed {
            let message = format!("第 {} 行请填写“{}”", at + 1, column.label.zh);
            blames.push(Blame {
                pointer: place,
                code: "required",
                message,
            });
        }
    }
    RowData { id, values }
}

/// A child row as the conditions of its columns see it.
struct RowView<'a> {
    values: &'a [Value],
    today: Date,
    now: Moment,
}

impl Constants for RowView<'_> {
    fn param(&self, _: usize) -> Value {
        Value::Null
    }

    fn today(&self) -> Date {
        self.today
    }

    fn now(&self) -> Moment {
        self.now
    }
}

impl Env for RowView<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        match key {
            Key::Field(ix) => self
                .values
                .get(ix)
                .map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            _ => Cow::Owned(Value::Null),
        }
    }
}

/// Empties the columns of a row that do not apply; names those that do.
fn applying(ground: &Ground, fields: &[Field], values: &mut [Value]) -> Vec<String> {
    let mut applies = Vec::with_capacity(fields.len());
    for (at, column) in fields.iter().enumerate() {
        let (today, now) = (ground.today, ground.now);
        let view = RowView { values, today, now };
        if column.when.as_ref().is_none_or(|when| when.holds(&view)) {
            applies.push(column.name.clone());
        } else {
            values[at] = Value::Null;
        }
    }
    applies
}

/// What a files field takes.
struct Limits<'a> {
    accept: &'a [String],
    max_mb: u32,
    count: u32,
}

fn files(
    world: &dyn World,
    field: &Field,
    limits: &Limits,
    raw: &Raw,
) -> Result<Datum, Vec<Blame>> {
    let label = &field.label.zh;
    let no = |code, message: String| Err(vec![Blame::at(&field.name, code, message)]);
    let hashes: Vec<&str> = match raw {
        Raw::Null => Vec::new(),
        Raw::Text(text) => text.split_whitespace().collect(),
        Raw::Many(many) => {
            // One that cannot be read must not count as taken away.
            let hashes: Option<Vec<&str>> = many.iter().map(hash_of).collect();
            match hashes {
                Some(hashes) => hashes
                    .into_iter()
                    .filter(|h| !h.trim().is_empty())
                    .collect(),
                None => return no("type", format!("“{label}”应是文件列表")),
            }
        }
        _ => return no("type", format!("“{label}”应是文件列表")),
    };
    if hashes.len() > limits.count as usize {
        return no("length", format!("“{label}”最多 {} 个文件", limits.count));
    }
    let mut files = Vec::with_capacity(hashes.len());
    for hash in hashes {
        if files.iter().any(|known: &FileRef| known.hash == hash) {
            continue;
        }
        match world.file(hash) {
            Some(file) => {
                if let Some(message) = unfit(&file, limits) {
                    return no("file", format!("“{label}”：{message}"));
                }
                files.push(file);
            }
            None => return no("file", format!("“{label}”有一个文件没有传完，请重新上传")),
        }
    }
    Ok(Datum::Files(files))
}

fn hash_of(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) => Some(text.as_str()),
        Raw::Map(pairs) => pairs.iter().find_map(|(key, raw)| match raw {
            Raw::Text(text) if key == "hash" => Some(text.as_str()),
            _ => None,
        }),
        _ => None,
    }
}

/// Why a file may not stand in the field.
fn unfit(file: &FileRef, limits: &Limits) -> Option<String> {
    let ending = file
        .name
        .rsplit_once('.')
        .map_or(String::new(), |(_, e)| e.to_lowercase());
    let ending = if ending == "jpeg" {
        "jpg".to_owned()
    } else {
        ending
    };
    if !limits.accept.is_empty() && !limits.accept.iter().any(|a| a.to_lowercase() == ending) {
        return Some(format!(
            "“{}”不是 {} 文件",
            short(&file.name),
            limits.accept.join("、")
        ));
    }
    if file.bytes > u64::from(limits.max_mb) * 1024 * 1024 {
        return Some(format!("“{}”超过 {} MB", short(&file.name), limits.max_mb));
    }
    None
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

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "2027-03-01",
            "2027/3/1",
            "2027.3.1",
            "20270301",
            "2027年3月1日",
            "２０２７-０３-０１",
        ] {
            assert_eq!(
                date(text).map(|d| d.to_string()).as_deref(),
                Some("2027-03-01"),
                "{text}"
            );
        }
        for text in [
            "2027-02-29",
            "27-03-01",
            "2027-13-01",
            "今天",
            "",
            "2027-3-1-4",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
