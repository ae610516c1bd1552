//! Examples that fit their schemas.

use catalogue::{Catalogue, Field, Kind, Register};
use serde_json::{Map, Value, json};

use crate::shape;

/// An id as it looks.
pub const ID: &str = "01J2ZK4V8Q0TM";
const HASH: &str = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

/// Fields of a new record: what must be given and a little more.
pub fn create(catalogue: &Catalogue, def: &Register) -> Value {
    let wanted = def
        .fields
        .iter()
        .filter(|f| shape::sendable(f) && f.required);
    Value::Object(
        wanted
            .map(|f| (f.name.clone(), value(catalogue, f)))
            .collect(),
    )
}

/// A field of a change.
pub fn change(catalogue: &Catalogue, def: &Register) -> Value {
    let first = def.fields.iter().find(|f| {
        shape::sendable(f)
            && !f.fixed
            && !f.unique
            && !f.personal
            && matches!(
                f.kind,
                Kind::Text { .. } | Kind::LongText { .. } | Kind::Date { .. } | Kind::Choice { .. }
            )
    });
    let mut fields = Map::new();
    if let Some(field) = first {
        fields.insert(field.name.clone(), value(catalogue, field));
    }
    Value::Object(fields)
}

/// A value of a field.
pub fn value(catalogue: &Catalogue, field: &Field) -> Value {
    match &field.kind {
        Kind::Text { max } | Kind::LongText { max } => {
            let text: String = field.label.zh.chars().take(*max).collect();
            json!(text)
        }
        Kind::Code { of } => json!(code(*of)),
        Kind::Int { min, max } => {
            json!(min.unwrap_or(1).max(1).min(max.unwrap_or(i64::MAX)))
        }
        Kind::Decimal { scale, min, .. } => {
            json!(kernel::Dec::new(min.unwrap_or(0), *scale).to_string())
        }
        Kind::Money { min, .. } => json!(kernel::Dec::new(min.unwrap_or(0).max(0), 2).to_string()),
        Kind::Bool => json!(true),
        Kind::Date { .. } => json!("2024-03-01"),
        Kind::Moment => json!("2024-03-01T09:30:00+08:00"),
        Kind::Choice { list, .. } => json!(entry(catalogue, list)),
        Kind::Choices { list } => json!([entry(catalogue, list)]),
        Kind::Ref { .. } => json!(ID),
        Kind::Division { .. } => json!("330109"),
        Kind::Phone => json!("13800138000"),
        Kind::Email => json!("zhang@example.cn"),
        Kind::Point => json!({ "lat": 30.1632, "lon": 120.2708 }),
        Kind::Files { .. } => json!([HASH]),
        Kind::Rows { fields, .. } => {
            let cells = fields.iter().filter(|c| shape::sendable(c) && c.required);
            let row: Map<String, Value> = cells
                .map(|c| (c.name.clone(), value(catalogue, c)))
                .collect();
            if row.is_empty() {
                json!([])
            } else {
                json!([row])
            }
        }
    }
}

fn entry<'a>(catalogue: &'a Catalogue, list: &str) -> Option<&'a str> {
    let entries = &catalogue.choice(list).entries;
    entries
        .iter()
        .find(|(_, e)| !e.retired)
        .or(entries.first())
        .map(|(name, _)| name.as_str())
}

/// An identifier that passes its own rule, where one can be made.
fn code(of: codes::Kind) -> String {
    let made = match of {
        codes::Kind::Uscc => codes::make_uscc('9', '1', "330109", "MA2AXXXX"),
        codes::Kind::OrgCode => codes::make_org_code("MA2AXXXX"),
        codes::Kind::Ean13 | codes::Kind::Ean13Cn => codes::make_ean13("690123456789"),
        codes::Kind::Ean8 => codes::make_ean8("6901234"),
        codes::Kind::Division6 => Some("330109".to_owned()),
        _ => None,
    };
    made.unwrap_or_else(|| of.name().to_uppercase())
}
