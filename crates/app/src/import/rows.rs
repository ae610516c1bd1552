//! Child rows in one cell: JSON, written by exports and read back by imports; or a plain list of the
//! first column, as people write it.

use expr::{Id, Value};
use kernel::{Field, Raw, RowData};
use serde_json::{Map, Value as Json};
use speech::{Said, said};

/// The child rows that a cell holds: JSON, or `530100、530300` for rows of which the first column is
/// enough.
pub(crate) fn raw(text: &str, fields: &[Field]) -> Result<Raw, Said> {
    if let Some((first, others)) = fields.split_first()
        && !text.starts_with(['[', '{'])
        && others.iter().all(|field| !field.required)
    {
        let entries = text.split(['、', '，', ',', '；', ';', '|']).map(str::trim);
        let row = |entry: &str| Raw::Map(vec![(first.name.clone(), Raw::text(entry))]);
        let rows = entries.filter(|entry| !entry.is_empty()).map(row);
        return Ok(Raw::Many(rows.collect()));
    }
    let wrong = || {
        said!(
            "子表应是导出文件里那样的 JSON 列表 [{{…}}, …]"
                / "Child rows are a JSON list as in exports: [{{…}}, …]"
        )
    };
    let Ok(Json::Array(rows)) = serde_json::from_str::<Json>(text) else {
        return Err(wrong());
    };
    let mut many = Vec::with_capacity(rows.len());
    for row in rows {
        let Json::Object(cells) = row else {
            return Err(wrong());
        };
        let mut pairs = Vec::with_capacity(cells.len());
        for (name, cell) in cells {
            pairs.push((name, one(cell).ok_or_else(wrong)?));
        }
        many.push(Raw::Map(pairs));
    }
    Ok(Raw::Many(many))
}

fn one(cell: Json) -> Option<Raw> {
    Some(match cell {
        Json::Null => Raw::Null,
        Json::Bool(yes) => Raw::Bool(yes),
        Json::Number(number) => Raw::Number(number.to_string()),
        Json::String(text) => Raw::Text(text),
        Json::Array(items) => Raw::Many(items.into_iter().map(one).collect::<Option<_>>()?),
        Json::Object(_) => return None,
    })
}

/// Child rows as the text of one cell. `personal`: their values are masked as a whole.
pub(crate) fn text(
    fields: &[Field],
    rows: &[RowData],
    personal: bool,
    name_of: &dyn Fn(Id) -> String,
) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows = rows.iter().map(|row| {
        let mut cells = Map::new();
        for (field, value) in fields.iter().zip(&row.values) {
            if let Some(cell) = json(field, value, personal || field.sealed(), name_of) {
                cells.insert(field.name.clone(), cell);
            }
        }
        Json::Object(cells)
    });
    Json::Array(rows.collect()).to_string()
}

fn json(
    field: &Field,
    value: &Value,
    hidden: bool,
    name_of: &dyn Fn(Id) -> String,
) -> Option<Json> {
    if hidden {
        let masked = kernel::masked(field, value);
        return (!masked.is_empty()).then_some(Json::String(masked));
    }
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => Json::Bool(*yes),
        Value::Int(fen) if matches!(field.kind, kernel::Kind::Money { .. }) => {
            Json::String(kernel::Dec::new(*fen, 2).to_string())
        }
        Value::Int(number) => Json::from(*number),
        Value::Set(entries) => Json::Array(
            entries
                .iter()
                .map(|entry| Json::String(entry.clone()))
                .collect(),
        ),
        Value::Id(id) => Json::String(name_of(*id)),
        other => Json::String(other.to_string()),
    })
}
