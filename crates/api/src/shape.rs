//! The shape of what is sent: exactly what the OpenAPI document says, checked before the kernel
//! understands it. Pages are forgiving in form; programs are told at once.

use std::collections::HashSet;

use app::Input;
use catalogue::{Action, Catalogue, Field, FieldIx, Kind, Register};
use kernel::{Blame, Raw};

/// Longest text given for an identifier, a telephone number, an e-mail address, a ref.
pub const CODE_CHARS_MAX: usize = codes::RAW_CHARS_MAX;
pub const PHONE_CHARS_MAX: usize = 40;
pub const EMAIL_CHARS_MAX: usize = 254;
pub const REF_CHARS_MAX: usize = 200;
/// Longest reason or opinion.
pub const WORDS_CHARS_MAX: usize = 500;
/// Digits before the point of a decimal or a sum sent as text.
pub const WHOLE_DIGITS_MAX: usize = 18;
/// Largest exponent of a number that is still written out.
const EXPONENT_MAX: i32 = 30;

/// Whether people and programs may send the field at all.
pub fn sendable(field: &Field) -> bool {
    field.typed() && !field.hidden && !field.secret
}

/// Whether `null` or nothing can never stand in the field.
pub fn always_needed(field: &Field) -> bool {
    field.required && field.when.is_none()
}

/// Fields of a body for a new record: what must be given is there.
pub fn new_fields(
    catalogue: &Catalogue,
    def: &Register,
    sent: Vec<(String, Raw)>,
) -> Result<Input, Vec<Blame>> {
    let missing: Vec<Blame> = def
        .fields
        .iter()
        .filter(|f| must_be_given(f) && !sent.iter().any(|(name, _)| *name == f.name))
        .map(|f| Blame::at(&f.name, "required", format!("请填写“{}”", f.label.zh)))
        .collect();
    match (fields(catalogue, def, sent), missing.is_empty()) {
        (fitted, true) => fitted,
        (Ok(_), false) => Err(missing),
        (Err(blames), false) => Err(missing.into_iter().chain(blames).collect()),
    }
}

/// Fields of a body for a changed record.
pub fn fields(
    catalogue: &Catalogue,
    def: &Register,
    sent: Vec<(String, Raw)>,
) -> Result<Input, Vec<Blame>> {
    each(
        sent,
        |name| match def.field(name).map(|ix| def.get(ix)) {
            Some(field) if sendable(field) => Ok(field),
            Some(field) if !field.hidden && !field.secret => Err((
                "read_only",
                format!("“{}”由系统得出，不能填写", field.label.zh),
            )),
            _ => Err((
                "unknown",
                format!("{}没有“{}”这个字段", def.title.zh, short(name)),
            )),
        },
        catalogue,
    )
}

/// Whether a new record is refused without the field.
pub fn must_be_given(field: &Field) -> bool {
    sendable(field) && always_needed(field) && field.default.is_none()
}

/// Fields of a body for an action: only those that it asks for.
pub fn action_fields(
    catalogue: &Catalogue,
    def: &Register,
    action: &Action,
    sent: Vec<(String, Raw)>,
) -> Result<Input, Vec<Blame>> {
    let asked = asked(def, action);
    each(
        sent,
        |name| match def.field(name).filter(|ix| asked.contains(ix)) {
            Some(ix) => Ok(def.get(ix)),
            None => {
                let message = format!("办理“{}”时不填“{}”", action.label.zh, short(name));
                Err(("unknown", message))
            }
        },
        catalogue,
    )
}

/// Fields that may come with an action.
pub fn asked(def: &Register, action: &Action) -> Vec<FieldIx> {
    def.all_fields()
        .filter(|(ix, field)| {
            (action.fields.contains(ix) || action.needs.contains(ix)) && sendable(field)
        })
        .map(|(ix, _)| ix)
        .collect()
}

fn each<'a>(
    sent: Vec<(String, Raw)>,
    find: impl Fn(&str) -> Result<&'a Field, (&'static str, String)>,
    catalogue: &Catalogue,
) -> Result<Input, Vec<Blame>> {
    let mut input = Vec::with_capacity(sent.len());
    let mut blames = Vec::new();
    for (name, raw) in sent {
        match find(&name) {
            Ok(field) => match fit(catalogue, field, raw) {
                Ok(raw) => input.push((name, raw)),
                Err(more) => blames.extend(more),
            },
            Err((code, message)) => {
                blames.push(Blame::at(&crate::json::escaped(&name), code, message));
            }
        }
    }
    if blames.is_empty() {
        Ok(input)
    } else {
        Err(blames)
    }
}

/// The value of one field in the shape the kernel understands without guessing.
fn fit(catalogue: &Catalogue, field: &Field, raw: Raw) -> Result<Raw, Vec<Blame>> {
    match (&field.kind, raw) {
        (Kind::Rows { fields, max }, Raw::Many(rows)) => {
            child_rows(catalogue, field, (fields, *max), rows)
        }
        (_, raw) => one(catalogue, field, raw)
            .map_err(|(code, message)| vec![Blame::at(&field.name, code, message)]),
    }
}

type No = (&'static str, String);

fn no<T>(code: &'static str, message: String) -> Result<T, No> {
    Err((code, message))
}

fn one(catalogue: &Catalogue, field: &Field, raw: Raw) -> Result<Raw, No> {
    let label = &field.label.zh;
    let nothing = match &raw {
        Raw::Null => true,
        Raw::Text(text) => text.is_empty(),
        _ => false,
    };
    if nothing && always_needed(field) {
        return no("required", format!("请填写“{label}”"));
    }
    if raw == Raw::Null {
        return Ok(Raw::Null);
    }
    match (&field.kind, raw) {
        (Kind::Text { max } | Kind::LongText { max }, Raw::Text(text)) => within(label, text, *max),
        (Kind::Code { .. }, Raw::Text(text)) => within(label, text, CODE_CHARS_MAX),
        (Kind::Phone, Raw::Text(text)) => within(label, text, PHONE_CHARS_MAX),
        (Kind::Email, Raw::Text(text)) => within(label, text, EMAIL_CHARS_MAX),
        (Kind::Ref { .. }, Raw::Text(text)) => within(label, text, REF_CHARS_MAX),
        (Kind::Int { min, max }, Raw::Number(text)) => match written_out(&text) {
            Some(plain) if plain.contains('.') => no("type", format!("“{label}”应是整数")),
            Some(plain) => bounded(label, plain, 0, (*min, *max)),
            None => no("range", format!("“{label}”超出范围")),
        },
        (Kind::Decimal { scale, min, max }, raw @ (Raw::Number(_) | Raw::Text(_))) => {
            fixed(label, raw, *scale, (*min, *max))
        }
        (Kind::Money { min, max }, raw @ (Raw::Number(_) | Raw::Text(_))) => {
            fixed(label, raw, 2, (*min, *max))
        }
        (Kind::Bool, raw @ Raw::Bool(_)) => Ok(raw),
        (Kind::Date { .. }, Raw::Text(text)) => match is_date(&text) {
            true => Ok(Raw::Text(text)),
            false => no("type", format!("“{label}”应是 2027-03-01 这样的日期")),
        },
        (Kind::Moment, Raw::Text(text)) => match is_moment(&text) {
            true => Ok(Raw::Text(text)),
            false => no(
                "type",
                format!("“{label}”应是带时区的时间，如 2027-03-01T09:30:00+08:00"),
            ),
        },
        (Kind::Choice { list, .. }, Raw::Text(text)) => {
            match catalogue.choice(list).entries.contains_key(&text) {
                true => Ok(Raw::Text(text)),
                false => no("choice", format!("“{label}”没有“{}”这个选项", short(&text))),
            }
        }
        (Kind::Choices { list }, Raw::Many(many)) => choices(catalogue, label, list, many),
        (Kind::Division { .. }, Raw::Text(text)) => match is_division(&text) {
            true => Ok(Raw::Text(text)),
            false => no("division", format!("“{label}”应是 6、9 或 12 位区划代码")),
        },
        (Kind::Point, Raw::Map(pairs)) => point(label, pairs),
        (Kind::Files { count, .. }, Raw::Many(many)) => {
            if many.len() > *count as usize {
                return no("length", format!("“{label}”最多 {count} 个文件"));
            }
            let hash = |raw: &Raw| matches!(raw, Raw::Text(text) if is_hash(text));
            match many.iter().all(hash) {
                true => Ok(Raw::Many(many)),
                false => no("type", format!("“{label}”应是已上传文件的 hash 列表")),
            }
        }
        (kind, _) => no("type", format!("“{label}”应是{}", wanted(kind))),
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Int { .. } => "整数",
        Kind::Decimal { .. } | Kind::Money { .. } => "数字，或写成文字的数字",
        Kind::Bool => "true 或 false",
        Kind::Choices { .. } => "选项名称的列表",
        Kind::Point => "{\"lat\": 纬度, \"lon\": 经度}",
        Kind::Files { .. } => "已上传文件的 hash 列表",
        Kind::Rows { .. } => "对象的列表",
        _ => "文字",
    }
}

fn within(label: &str, text: String, max: usize) -> Result<Raw, No> {
    let count = text.chars().count();
    match count <= max {
        true => Ok(Raw::Text(text)),
        false => no(
            "length",
            format!("“{label}”最多 {max} 个字，现在有 {count} 个"),
        ),
    }
}

type Bounds = (Option<i64>, Option<i64>);

fn fixed(label: &str, raw: Raw, places: u8, bounds: Bounds) -> Result<Raw, No> {
    let plain = match &raw {
        Raw::Text(text) if is_fixed(text, usize::from(places)) => written_out(text),
        Raw::Number(text) => written_out(text),
        _ => None,
    };
    let Some(plain) = plain else {
        return no("type", format!("“{label}”应是数字，最多 {places} 位小数"));
    };
    let behind = plain.split_once('.').map_or(0, |(_, behind)| behind.len());
    match behind <= usize::from(places) {
        true => bounded(label, plain, places, bounds),
        false => no("range", format!("“{label}”最多 {places} 位小数")),
    }
}

/// A number within its bounds, both given as mantissa with so many places.
fn bounded(label: &str, plain: String, places: u8, (min, max): Bounds) -> Result<Raw, No> {
    let shown = |mantissa: i64| kernel::Dec::new(mantissa, places);
    match mantissa(&plain, usize::from(places)) {
        None => no("range", format!("“{label}”超出范围")),
        Some(value) => match (min, max) {
            (Some(min), _) if value < min => {
                no("range", format!("“{label}”不能小于 {}", shown(min)))
            }
            (_, Some(max)) if value > max => {
                no("range", format!("“{label}”不能大于 {}", shown(max)))
            }
            _ => Ok(Raw::Number(plain)),
        },
    }
}

/// `1.5` with two places → 150.
fn mantissa(plain: &str, places: usize) -> Option<i64> {
    let (whole, behind) = plain.split_once('.').unwrap_or((plain, ""));
    format!("{whole}{behind:0<places$}").parse().ok()
}

fn choices(catalogue: &Catalogue, label: &str, list: &str, many: Vec<Raw>) -> Result<Raw, No> {
    let entries = &catalogue.choice(list).entries;
    let mut seen = HashSet::new();
    for raw in &many {
        match raw {
            Raw::Text(text) if !entries.contains_key(text) => {
                return no("choice", format!("“{label}”没有“{}”这个选项", short(text)));
            }
            Raw::Text(text) if !seen.insert(text) => {
                return no("choice", format!("“{label}”的“{}”写了两次", short(text)));
            }
            Raw::Text(_) => {}
            _ => return no("type", format!("“{label}”应是选项名称的列表")),
        }
    }
    Ok(Raw::Many(many))
}

fn point(label: &str, pairs: Vec<(String, Raw)>) -> Result<Raw, No> {
    let side = |name: &str, most: f64| {
        let found = pairs.iter().find(|(key, _)| key == name);
        let Some((_, Raw::Number(text))) = found else {
            return None;
        };
        text.parse::<f64>()
            .ok()
            .filter(|degrees| degrees.abs() <= most)
    };
    let whole = pairs.len() == 2 && side("lat", 90.0).is_some() && side("lon", 180.0).is_some();
    match whole {
        true => Ok(Raw::Map(pairs)),
        false => no(
            "type",
            format!(
                "“{label}”应是 {{\"lat\": 纬度, \"lon\": 经度}}，纬度 -90 至 90，经度 -180 至 180"
            ),
        ),
    }
}

fn child_rows(
    catalogue: &Catalogue,
    field: &Field,
    (columns, max): (&[Field], usize),
    rows: Vec<Raw>,
) -> Result<Raw, Vec<Blame>> {
    if rows.is_empty() && always_needed(field) {
        let message = format!("请填写“{}”", field.label.zh);
        return Err(vec![Blame::at(&field.name, "required", message)]);
    }
    if rows.len() > max {
        let message = format!("“{}”最多 {max} 行", field.label.zh);
        return Err(vec![Blame::at(&field.name, "length", message)]);
    }
    let mut blames = Vec::new();
    let mut fitted = Vec::with_capacity(rows.len());
    for (at, raw) in rows.into_iter().enumerate() {
        let place = format!("{}/{at}", field.name);
        let Raw::Map(cells) = raw else {
            blames.push(Blame::at(
                &place,
                "type",
                format!("第 {} 行应是对象", at + 1),
            ));
            continue;
        };
        for column in columns.iter().filter(|c| always_needed(c) && sendable(c)) {
            let given = cells
                .iter()
                .any(|(name, raw)| *name == column.name && *raw != Raw::Null);
            if !given {
                let message = format!("第 {} 行请填写“{}”", at + 1, column.label.zh);
                blames.push(Blame::at(
                    &format!("{place}/{}", column.name),
                    "required",
                    message,
                ));
            }
        }
        let mut row = Vec::with_capacity(cells.len());
        for (name, raw) in cells {
            let spot = format!("{place}/{}", crate::json::escaped(&name));
            let column = columns.iter().find(|c| c.name == name && sendable(c));
            let fit = match (name.as_str(), column, raw) {
                ("id", _, Raw::Text(text)) if is_id(&text) => Ok(Raw::Text(text)),
                ("id", _, _) => no("type", "行的 id 应是 13 位编号".to_owned()),
                (_, Some(column), raw) => one(catalogue, column, raw),
                (name, None, _) => no("unknown", format!("没有“{}”这一栏", short(name))),
            };
            match fit {
                Ok(raw) => row.push((name, raw)),
                Err((code, message)) => {
                    let message = format!("第 {} 行：{message}", at + 1);
                    blames.push(Blame::at(&spot, code, message));
                }
            }
        }
        fitted.push(Raw::Map(row));
    }
    if blames.is_empty() {
        Ok(Raw::Many(fitted))
    } else {
        Err(blames)
    }
}

/// A JSON number without exponent and without idle zeros behind the point: `1.50e1` → `15`.
pub fn written_out(number: &str) -> Option<String> {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (rest, 0),
    };
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{behind}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (whole, behind) = match usize::try_from(point) {
        Ok(point) if point >= all.len() => (format!("{all}{}", "0".repeat(point - all.len())), ""),
        Ok(point) => (all[..point].to_owned(), &all[point..]),
        Err(_) => (String::new(), ""),
    };
    let behind = match point < 0 {
        true => format!("{}{all}", "0".repeat(point.unsigned_abs() as usize)),
        false => behind.to_owned(),
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let behind = behind.trim_end_matches('0');
    let sign = if whole == "0" && behind.is_empty() {
        ""
    } else {
        sign
    };
    Some(match behind {
        "" => format!("{sign}{whole}"),
        behind => format!("{sign}{whole}.{behind}"),
    })
}

/// `^-?[0-9]{1,18}(\.[0-9]{1,places})?$`
fn is_fixed(text: &str, places: usize) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, behind) = match digits.split_once('.') {
        Some((whole, behind)) => (whole, Some(behind)),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (1..=WHOLE_DIGITS_MAX).contains(&whole.len())
        && all_digits(whole)
        && behind.is_none_or(|b| (1..=places).contains(&b.len()) && all_digits(b))
}

/// A full date as RFC 3339 has it, and a real one.
pub fn is_date(text: &str) -> bool {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shaped && text.parse::<jiff::civil::Date>().is_ok()
}

/// A date-time as RFC 3339 has it: seconds and an offset are not optional.
pub fn is_moment(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else {
        return false;
    };
    let mut rest = rest.bytes();
    if !is_date(day) || !matches!(rest.next(), Some(b'T' | b't')) {
        return false;
    }
    let rest: Vec<u8> = rest.collect();
    let pair = |at: usize| {
        rest.get(at..at + 2)
            .is_some_and(|d| d.iter().all(u8::is_ascii_digit))
    };
    let clock =
        pair(0) && rest.get(2) == Some(&b':') && pair(3) && rest.get(5) == Some(&b':') && pair(6);
    if !clock {
        return false;
    }
    let mut at = 8;
    if rest.get(at) == Some(&b'.') {
        let digits = rest[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        at += 1 + digits;
    }
    let zone = match &rest[at..] {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', _, _, b':', _, _] => pair(at + 1) && pair(at + 4),
        _ => false,
    };
    zone && text.parse::<jiff::Timestamp>().is_ok()
}

pub fn is_division(text: &str) -> bool {
    matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit())
}

pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// An id exactly as we write it.
pub fn is_id(text: &str) -> bool {
    text.parse::<kernel::Id>()
        .is_ok_and(|id| id.to_string() == text)
}

/// A quotation short enough for a sentence.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(20) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_out_exactly() {
        let cases = [
            ("12", "12"),
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("-25e-1", "-2.5"),
            ("5e-3", "0.005"),
            ("-0.0", "0"),
            ("120e-1", "12"),
        ];
        for (number, plain) in cases {
            assert_eq!(written_out(number).as_deref(), Some(plain), "{number}");
        }
        assert_eq!(written_out("1e31"), None);
    }

    #[test]
    fn dates_and_moments_are_those_of_rfc_3339() {
        assert!(is_date("2024-02-29"));
        for text in [
            "2023-02-29",
            "2024-2-29",
            "20240229",
            "2024-02-29T00:00:00Z",
            "２０２４-02-29",
        ] {
            assert!(!is_date(text), "{text}");
        }
        for text in ["2027-03-01T09:30:00Z", "2027-03-01t09:30:00.123456+08:00"] {
            assert!(is_moment(text), "{text}");
        }
        for text in [
            "2027-03-01T09:30:00",
            "2027-03-01 09:30:00Z",
            "2027-03-01T09:30Z",
            "2027-03-01T09:30:00+0800",
            "2027-03-01T25:00:00Z",
            "2027-03-01T09:30:00Z[UTC]",
        ] {
            assert!(!is_moment(text), "{text}");
        }
    }

    #[test]
    fn sums_sent_as_text_are_plain() {
        assert!(is_fixed("1234.50", 2) && is_fixed("-0", 2));
        for text in ["1,234", "1e3", "1.234", ".5", "5.", "", "５", "+1"] {
            assert!(!is_fixed(text, 2), "{text}");
        }
    }

    #[test]
    fn ids_are_taken_as_written_by_us_only() {
        assert!(is_id("0000000000001"));
        for text in ["000000000000a", "000000000000O", "1", "Z000000000000"] {
            assert!(!is_id(text), "{text}");
        }
    }
}
