//! The shape of what is sent: exactly what the OpenAPI document says, checked before the kernel
//! understands it. Pages are forgiving in form; programs are told at once.

mod number;
mod point;
mod rows;
mod written;

use std::collections::HashSet;

use app::Input;
use catalogue::{Action, Catalogue, Field, FieldIx, Kind, Label, Register};
use kernel::{Blame, Raw};

use self::number::{bounded, fixed};
use self::point::point;
use self::rows::child_rows;
pub use self::written::{is_date, is_division, is_hash, is_id, is_moment, written_out};
use speech::{Said, said};

/// Longest text given for an identifier, a telephone number, an e-mail address, a ref.
pub const CODE_CHARS_MAX: usize = codes::RAW_CHARS_MAX;
pub const PHONE_CHARS_MAX: usize = 40;
pub const EMAIL_CHARS_MAX: usize = 254;
pub const REF_CHARS_MAX: usize = 200;
/// Of an id as text.
pub const ID_CHARS_MAX: usize = 13;
/// Longest reason or opinion.
pub const WORDS_CHARS_MAX: usize = 500;
/// Digits before the point of a decimal or a sum sent as text.
pub const WHOLE_DIGITS_MAX: usize = 18;

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
        .map(|f| {
            Blame::at(
                &f.name,
                "required",
                said!("请填写“{}”" / "Please fill in “{}”", f.label),
            )
        })
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
                said!(
                    "“{}”由系统得出，不能填写"
                        / "“{}” is worked out by the system and cannot be filled in",
                    field.label
                ),
            )),
            _ => Err((
                "unknown",
                said!(
                    "{}没有“{}”这个字段" / "{} has no field “{}”",
                    def.title,
                    short(name)
                ),
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
                let message = said!(
                    "办理“{}”时不填“{}”" / "“{}” does not ask for “{}”",
                    action.label,
                    short(name)
                );
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
    find: impl Fn(&str) -> Result<&'a Field, No>,
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

type No = (&'static str, Said);

fn no<T>(code: &'static str, message: Said) -> Result<T, No> {
    Err((code, message))
}

fn one(catalogue: &Catalogue, field: &Field, raw: Raw) -> Result<Raw, No> {
    let label = &field.label;
    let nothing = match &raw {
        Raw::Null => true,
        Raw::Text(text) => text.is_empty(),
        _ => false,
    };
    if nothing && always_needed(field) {
        return no(
            "required",
            said!("请填写“{0}”" / "Please fill in “{0}”", label),
        );
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
            Some(plain) if plain.contains('.') => no(
                "type",
                said!("“{0}”应是整数" / "“{0}” should be a whole number", label),
            ),
            Some(plain) => bounded(label, plain, 0, (*min, *max)),
            None => no(
                "range",
                said!("“{0}”超出范围" / "“{0}” is out of range", label),
            ),
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
            false => no(
                "type",
                said!(
                    "“{0}”应是 2027-03-01 这样的日期" / "“{0}” should be a date like 2027-03-01",
                    label
                ),
            ),
        },
        (Kind::Moment, Raw::Text(text)) => match is_moment(&text) {
            true => Ok(Raw::Text(text)),
            false => no(
                "type",
                said!(
                    "“{0}”应是带时区的时间，如 2027-03-01T09:30:00+08:00"
                        / "“{0}” should be a time with its zone, like 2027-03-01T09:30:00+08:00",
                    label
                ),
            ),
        },
        (Kind::Choice { list, .. }, Raw::Text(text)) => {
            match catalogue.choice(list).entries.contains_key(&text) {
                true => Ok(Raw::Text(text)),
                false => no(
                    "choice",
                    said!(
                        "“{1}”没有“{}”这个选项" / "“{1}” has no option “{}”",
                        short(&text),
                        label
                    ),
                ),
            }
        }
        (Kind::Choices { list }, Raw::Many(many)) => choices(catalogue, label, list, many),
        (Kind::Division { .. }, Raw::Text(text)) => match is_division(&text) {
            true => Ok(Raw::Text(text)),
            false => no(
                "division",
                said!(
                    "“{0}”应是 6、9 或 12 位区划代码"
                        / "“{0}” should be the 6, 9 or 12 digits of a division",
                    label
                ),
            ),
        },
        (Kind::Point, Raw::Map(pairs)) => point(label, pairs),
        (Kind::Files { count, .. }, Raw::Many(many)) => {
            if many.len() > *count as usize {
                return no(
                    "length",
                    said!(
                        "“{0}”最多 {count} 个文件" / "“{0}” has at most {count} files",
                        label
                    ),
                );
            }
            let hash = |raw: &Raw| matches!(raw, Raw::Text(text) if is_hash(text));
            match many.iter().all(hash) {
                true => Ok(Raw::Many(many)),
                false => no(
                    "type",
                    said!(
                        "“{0}”应是已上传文件的 hash 列表"
                            / "“{0}” should be a list of hashes of uploaded files",
                        label
                    ),
                ),
            }
        }
        (kind, _) => no(
            "type",
            said!("“{1}”应是{}" / "“{1}” should be {}", wanted(kind), label),
        ),
    }
}

fn wanted(kind: &Kind) -> Said {
    match kind {
        Kind::Int { .. } => said!("整数" / "a whole number"),
        Kind::Decimal { .. } | Kind::Money { .. } => {
            said!("数字，或写成文字的数字" / "a number, or a number written as text")
        }
        Kind::Bool => said!("true 或 false" / "true or false"),
        Kind::Choices { .. } => said!("选项名称的列表" / "a list of names of options"),
        Kind::Point => {
            said!("{{\"lat\": 纬度, \"lon\": 经度}}" / "{{\"lat\": latitude, \"lon\": longitude}}")
        }
        Kind::Files { .. } => {
            said!("已上传文件的 hash 列表" / "a list of hashes of uploaded files")
        }
        Kind::Rows { .. } => said!("对象的列表" / "a list of objects"),
        _ => said!("文字" / "text"),
    }
}

fn within(label: &Label, text: String, max: usize) -> Result<Raw, No> {
    if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
        return no("characters", unseen(label, c));
    }
    let count = text.chars().count();
    match count <= max {
        true => Ok(Raw::Text(text)),
        false => no(
            "length",
            said!(
                "“{0}”最多 {max} 个字，现在有 {count} 个"
                    / "“{0}” has at most {max} characters, this has {count}",
                label
            ),
        ),
    }
}

/// Control characters mean nothing in a text and would be lost without a word; tabs and line ends stay.
pub fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn unseen(label: &Label, c: char) -> Said {
    let code = u32::from(c);
    said!(
        "“{}”里有控制字符 U+{code:04X}，请去掉后重新提交"
            / "“{}” holds the control character U+{code:04X}; please remove it and send again",
        label
    )
}

fn choices(catalogue: &Catalogue, label: &Label, list: &str, many: Vec<Raw>) -> Result<Raw, No> {
    let entries = &catalogue.choice(list).entries;
    let mut seen = HashSet::new();
    for raw in &many {
        match raw {
            Raw::Text(text) if !entries.contains_key(text) => {
                return no(
                    "choice",
                    said!(
                        "“{1}”没有“{}”这个选项" / "“{1}” has no option “{}”",
                        short(text),
                        label
                    ),
                );
            }
            Raw::Text(text) if !seen.insert(text) => {
                return no(
                    "choice",
                    said!(
                        "“{1}”的“{}”写了两次" / "“{1}” names “{}” twice",
                        short(text),
                        label
                    ),
                );
            }
            Raw::Text(_) => {}
            _ => {
                return no(
                    "type",
                    said!(
                        "“{0}”应是选项名称的列表" / "“{0}” should be a list of names of options",
                        label
                    ),
                );
            }
        }
    }
    Ok(Raw::Many(many))
}

/// A quotation short enough for a sentence.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(20) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
