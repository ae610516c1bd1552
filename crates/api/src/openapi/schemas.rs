//! Schemas of values, records and bodies. What stands here is what `shape` enforces and `write`
//! sends.

use catalogue::{Action, Catalogue, Field, Kind, Lang, Register};
use kernel::Grade;
use serde_json::{Map, Value, json};

use super::{reference, sample};
use crate::lists::{
    BODY_FILTER_CHARS_MAX, CONDITION_CHARS_MAX, CURSOR_CHARS_MAX, NAME_CHARS_MAX, WORDS_CHARS_MAX,
};
use crate::problem::Code;
use crate::shape::{
    self, CODE_CHARS_MAX, EMAIL_CHARS_MAX, PHONE_CHARS_MAX, REF_CHARS_MAX, WHOLE_DIGITS_MAX,
};

pub const ID_PATTERN: &str = "^[0-7][0-9A-HJKMNP-TV-Z]{12}$";
pub const HASH_PATTERN: &str = "^[0-9a-f]{64}$";
pub const DIVISION_PATTERN: &str = "^([0-9]{6}|[0-9]{9}|[0-9]{12})$";
const FIXED_OUT_PATTERN: &str = "^-?[0-9]+(\\.[0-9]+)?$";

/// Schemas that all registers share.
pub fn common(catalogue: &Catalogue) -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, schema: Value| {
        all.insert(name.to_owned(), schema);
    };
    add(
        "Id",
        json!({
            "type": "string", "pattern": ID_PATTERN, "description": "13 位编号", "examples": [sample::ID],
        }),
    );
    add("Moment", json!({ "type": "string", "format": "date-time" }));
    add(
        "Masked",
        object(
            json!({ "masked": { "type": "string", "description": "打码的个人信息" } }),
            &["masked"],
        ),
    );
    add(
        "Erased",
        object(
            json!({ "erased": { "const": true, "description": "已依法删除" } }),
            &["erased"],
        ),
    );
    add(
        "Point",
        object(
            json!({
                "lat": { "type": "number", "minimum": -90, "maximum": 90 },
                "lon": { "type": "number", "minimum": -180, "maximum": 180 },
            }),
            &["lat", "lon"],
        ),
    );
    add(
        "File",
        object(file_members(), &["hash", "name", "bytes", "mime"]),
    );
    let mut beside = file_members();
    beside["field"] = json!({ "type": "string" });
    add(
        "FileOfField",
        object(beside, &["hash", "name", "bytes", "mime", "field"]),
    );
    let grades: Vec<&str> = Grade::ALL.iter().map(|grade| grade.word()).collect();
    add("Grade", json!({ "enum": grades, "type": "string" }));
    add(
        "Colour",
        nullable_ref(object(
            json!({
                "grade": reference("Grade"), "message": { "type": ["string", "null"] },
            }),
            &["grade", "message"],
        )),
    );
    add(
        "Names",
        json!({
            "type": "object",
            "description": "回答里引用到的记录：编号、登记簿、名称；没有列出的是无权查看的",
            "propertyNames": { "pattern": ID_PATTERN },
            "additionalProperties": object(json!({
                "register": { "type": "string" }, "shown": { "type": "string" },
            }), &["register", "shown"]),
        }),
    );
    add(
        "Count",
        json!({
            "oneOf": [
                object(json!({ "exactly": { "type": "integer", "minimum": 0 } }), &["exactly"]),
                object(json!({ "more_than": { "type": "integer", "minimum": 0 } }), &["more_than"]),
            ],
        }),
    );
    add(
        "Saved",
        object(
            json!({
                "id": reference("Id"),
                "version": { "type": "integer", "minimum": 1 },
                "warnings": { "type": "array", "items": object(json!({
                    "pointer": { "type": "string" }, "code": { "type": "string" }, "detail": { "type": "string" },
                }), &["pointer", "code", "detail"]) },
            }),
            &["id", "version", "warnings"],
        ),
    );
    add("Problem", problem());
    for list in catalogue.choices.values() {
        let names: Vec<&String> = list.entries.keys().collect();
        let labels: Map<String, Value> = list
            .entries
            .iter()
            .map(|(name, entry)| (name.clone(), json!(entry.label.get(Lang::Zh))))
            .collect();
        add(
            &format!("choice.{}", list.name),
            json!({
                "type": "string", "enum": names, "title": list.title.zh, "x-labels": labels,
            }),
        );
    }
    super::house::add_schemas(&mut all);
    all
}

fn file_members() -> Value {
    json!({
        "hash": { "type": "string", "pattern": HASH_PATTERN },
        "name": { "type": "string" },
        "bytes": { "type": "integer", "minimum": 0 },
        "mime": { "type": "string" },
    })
}

fn problem() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    object(
        json!({
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "code": { "type": "string", "enum": codes },
            "errors": { "type": "array", "items": object(json!({
                "pointer": { "type": "string", "description": "请求内容里的位置（RFC 6901）" },
                "parameter": { "type": "string", "description": "查询参数" },
                "header": { "type": "string", "description": "请求头" },
                "code": { "type": "string" },
                "detail": { "type": "string" },
            }), &["code", "detail"]) },
            "current": { "type": "object", "description": "412 时：现在的记录" },
            "trace": { "type": "string", "description": "查日志用的编号" },
        }),
        &["type", "title", "status", "code", "trace"],
    )
}

/// An object with these members and no others.
pub fn object(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({
        "type": "object", "properties": properties, "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn nullable_ref(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// Schemas of one register: its record, rows of its lists, its bodies.
pub fn add_register(all: &mut Map<String, Value>, catalogue: &Catalogue, def: &Register) {
    let name = &def.name;
    let mut fields = Map::new();
    for field in def.fields.iter().filter(|f| !f.hidden && !f.secret) {
        fields.insert(field.name.clone(), described(field, sent_by_us(field)));
    }
    let fields = object(Value::Object(fields), &[]);
    let mut members = envelope(def, fields);
    let mut required = vec![
        "id",
        "version",
        "state",
        "created_at",
        "changed_at",
        "shown",
        "colour",
        "fields",
    ];
    all.insert(format!("{name}.row"), object(members.clone(), &required));
    members["names"] = reference("Names");
    required.push("names");
    all.insert(format!("{name}.record"), object(members, &required));
    all.insert(format!("{name}.page"), page(name));
    all.insert(format!("{name}.create"), create_body(catalogue, def));
    all.insert(format!("{name}.change"), change_body(def));
    all.insert(format!("{name}.query"), query_body(def));
    all.insert(format!("{name}.history"), history(def));
    for action in &def.actions {
        all.insert(
            format!("{name}.act.{}", action.name),
            action_body(def, action),
        );
    }
}

fn envelope(def: &Register, fields: Value) -> Value {
    json!({
        "id": reference("Id"),
        "version": { "type": "integer", "minimum": 1 },
        "state": state_of_us(def),
        "created_at": reference("Moment"),
        "changed_at": reference("Moment"),
        "shown": { "type": "string", "description": "记录的名称" },
        "colour": reference("Colour"),
        "fields": fields,
    })
}

fn state_of_us(def: &Register) -> Value {
    let names: Vec<Value> = def
        .states
        .iter()
        .map(|s| json!(s.name))
        .chain([Value::Null])
        .collect();
    json!({ "enum": names })
}

fn page(name: &str) -> Value {
    object(
        json!({
            "items": { "type": "array", "items": reference(&format!("{name}.row")) },
            "next": { "type": ["string", "null"], "description": "下一页的 after" },
            "previous": { "type": ["string", "null"], "description": "上一页的 after" },
            "names": reference("Names"),
            "count": reference("Count"),
        }),
        &["items", "next", "previous", "names"],
    )
}

fn history(def: &Register) -> Value {
    let one = |field: &Field| {
        object(
            json!({
                "field": { "const": field.name },
                "was": before_or_after(field),
                "now": before_or_after(field),
            }),
            &["field", "was", "now"],
        )
    };
    let mut changes: Vec<Value> = def
        .fields
        .iter()
        .filter(|f| !f.hidden && !f.secret)
        .map(one)
        .collect();
    changes.push(object(
        json!({
            "field": { "const": "state" }, "was": state_of_us(def), "now": state_of_us(def),
        }),
        &["field", "was", "now"],
    ));
    object(
        json!({
            "items": { "type": "array", "items": object(json!({
                "seq": { "type": "integer" },
                "version": { "type": "integer" },
                "at": reference("Moment"),
                "who": { "type": "string" },
                "who_name": { "type": "string" },
                "one_person": { "type": "boolean" },
                "act": { "type": "string" },
                "post": { "type": ["string", "null"] },
                "reason": { "type": ["string", "null"] },
                "changes": { "type": "array", "items": { "anyOf": changes } },
            }), &["seq", "version", "at", "who", "who_name", "one_person", "act", "post", "reason", "changes"]) },
            "next": { "type": ["integer", "null"], "description": "更早一页的 before" },
            "names": reference("Names"),
        }),
        &["items", "next", "names"],
    )
}

/// In the history a list that nobody had begun is null, not empty.
fn before_or_after(field: &Field) -> Value {
    match field.kind {
        Kind::Rows { .. } | Kind::Files { .. } => nullable(sent_by_us(field)),
        _ => sent_by_us(field),
    }
}

fn described(field: &Field, mut schema: Value) -> Value {
    schema["title"] = json!(field.label.zh);
    if let Some(hint) = &field.hint {
        schema["description"] = json!(hint.zh);
    }
    if let Some(unit) = &field.unit {
        schema["x-unit"] = json!(unit);
    }
    schema
}

/// A field as answers hold it.
fn sent_by_us(field: &Field) -> Value {
    if field.personal {
        return json!({ "anyOf": [reference("Masked"), reference("Erased"), { "type": "null" }] });
    }
    match &field.kind {
        Kind::Rows { fields, .. } => {
            let mut cells = Map::new();
            cells.insert("id".to_owned(), nullable(reference("Id")));
            for column in fields.iter().filter(|c| !c.secret) {
                let schema = match column.personal {
                    true => nullable(reference("Masked")),
                    false => value_of_us(&column.kind),
                };
                cells.insert(column.name.clone(), described(column, schema));
            }
            json!({ "type": "array", "items": object(Value::Object(cells), &["id"]) })
        }
        Kind::Files { .. } => json!({ "type": "array", "items": reference("File") }),
        kind => value_of_us(kind),
    }
}

fn nullable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn value_of_us(kind: &Kind) -> Value {
    match kind {
        Kind::Int { .. } => json!({ "type": ["integer", "null"] }),
        Kind::Decimal { .. } | Kind::Money { .. } => {
            json!({ "type": ["string", "null"], "pattern": FIXED_OUT_PATTERN })
        }
        Kind::Bool => json!({ "type": ["boolean", "null"] }),
        Kind::Date { .. } => json!({ "type": ["string", "null"], "format": "date" }),
        Kind::Moment => json!({ "type": ["string", "null"], "format": "date-time" }),
        Kind::Choice { list, .. } => nullable(reference(&format!("choice.{list}"))),
        Kind::Choices { list } => json!({
            "type": ["array", "null"], "items": reference(&format!("choice.{list}")),
        }),
        Kind::Ref { .. } => nullable(reference("Id")),
        Kind::Point => nullable(reference("Point")),
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::Code { .. }
        | Kind::Phone
        | Kind::Email
        | Kind::Division { .. }
        | Kind::Files { .. }
        | Kind::Rows { .. } => json!({ "type": ["string", "null"] }),
    }
}

/// Whether `null` may be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Null {
    Fits,
    Never,
}

fn null_of(field: &Field) -> Null {
    if shape::always_needed(field) {
        Null::Never
    } else {
        Null::Fits
    }
}

/// A field as requests hold it.
fn sent_to_us(field: &Field) -> Value {
    let null = null_of(field);
    let schema = match &field.kind {
        Kind::Rows { fields, max } => {
            let mut cells = Map::new();
            cells.insert("id".to_owned(), reference("Id"));
            let columns: Vec<&Field> = fields.iter().filter(|c| shape::sendable(c)).collect();
            for column in &columns {
                cells.insert(
                    column.name.clone(),
                    described(column, value_to_us(&column.kind, null_of(column))),
                );
            }
            let required: Vec<&str> = columns
                .iter()
                .filter(|c| shape::always_needed(c))
                .map(|c| c.name.as_str())
                .collect();
            let row = object(Value::Object(cells), &required);
            let fewest = if null == Null::Never { 1 } else { 0 };
            json!({ "type": types("array", null), "minItems": fewest, "maxItems": max, "items": row })
        }
        Kind::Files { count, .. } => json!({
            "type": types("array", null),
            "maxItems": count,
            "items": { "type": "string", "pattern": HASH_PATTERN },
        }),
        kind => value_to_us(kind, null),
    };
    described(field, schema)
}

fn types(word: &str, null: Null) -> Value {
    match null {
        Null::Fits => json!([word, "null"]),
        Null::Never => json!(word),
    }
}

fn value_to_us(kind: &Kind, null: Null) -> Value {
    let text = |max: usize| {
        let mut schema = json!({ "type": types("string", null), "maxLength": max });
        if null == Null::Never {
            schema["minLength"] = json!(1);
        }
        schema
    };
    let or_null = |schema: Value| match null {
        Null::Fits => nullable(schema),
        Null::Never => schema,
    };
    match kind {
        Kind::Text { max } | Kind::LongText { max } => text(*max),
        Kind::Code { of } => {
            let mut schema = text(CODE_CHARS_MAX);
            schema["description"] = json!(format!("{}（{}）", of.title().zh, of.rule()));
            schema
        }
        Kind::Phone => text(PHONE_CHARS_MAX),
        Kind::Email => text(EMAIL_CHARS_MAX),
        Kind::Ref { .. } => {
            let mut schema = text(REF_CHARS_MAX);
            schema["description"] = json!("编号、唯一的代码，或完整名称");
            schema
        }
        Kind::Int { min, max } => json!({
            "type": types("integer", null),
            "minimum": min.unwrap_or(i64::MIN),
            "maximum": max.unwrap_or(i64::MAX),
        }),
        Kind::Decimal { scale, min, max } => number(null, *scale, *min, *max),
        Kind::Money { min, max } => number(null, 2, *min, *max),
        Kind::Bool => json!({ "type": types("boolean", null) }),
        Kind::Date { .. } => json!({ "type": types("string", null), "format": "date" }),
        Kind::Moment => json!({ "type": types("string", null), "format": "date-time" }),
        Kind::Choice { list, .. } => or_null(reference(&format!("choice.{list}"))),
        Kind::Choices { list } => json!({
            "type": types("array", null),
            "items": reference(&format!("choice.{list}")),
            "uniqueItems": true,
        }),
        Kind::Division { .. } => {
            json!({ "type": types("string", null), "pattern": DIVISION_PATTERN })
        }
        Kind::Point => or_null(reference("Point")),
        Kind::Files { .. } | Kind::Rows { .. } => json!({ "type": types("array", null) }),
    }
}

/// A number with fixed places, or the same as text.
fn number(null: Null, scale: u8, min: Option<i64>, max: Option<i64>) -> Value {
    let pattern = match scale {
        0 => format!("^-?[0-9]{{1,{WHOLE_DIGITS_MAX}}}$"),
        _ => format!("^-?[0-9]{{1,{WHOLE_DIGITS_MAX}}}(\\.[0-9]{{1,{scale}}})?$"),
    };
    let mut types = vec!["number", "string"];
    if null == Null::Fits {
        types.push("null");
    }
    let mut schema = json!({ "type": types, "pattern": pattern });
    let bound = |mantissa: i64| {
        let text = kernel::Dec::new(mantissa, scale).to_string();
        serde_json::from_str::<Value>(&text).unwrap_or(Value::Null)
    };
    if let Some(min) = min {
        schema["minimum"] = bound(min);
    }
    if let Some(max) = max {
        schema["maximum"] = bound(max);
    }
    schema
}

fn create_body(catalogue: &Catalogue, def: &Register) -> Value {
    let mut fields = Map::new();
    let mut required = Vec::new();
    for field in def.fields.iter().filter(|f| shape::sendable(f)) {
        fields.insert(field.name.clone(), sent_to_us(field));
        if shape::must_be_given(field) {
            required.push(field.name.as_str());
        }
    }
    let mut members = json!({ "fields": object(Value::Object(fields), &required) });
    if !def.begins.is_empty() {
        let begins: Vec<&String> = def.begins.iter().map(|s| &def.states[s.0].name).collect();
        members["state"] = json!({ "type": "string", "enum": begins, "description": "起始状态" });
    }
    let mut schema = object(members, &["fields"]);
    schema["examples"] = json!([{ "fields": sample::create(catalogue, def) }]);
    schema
}

fn change_body(def: &Register) -> Value {
    let fields = fields_of(def.fields.iter().filter(|f| shape::sendable(f)));
    object(json!({ "fields": object(fields, &[]) }), &["fields"])
}

fn fields_of<'a>(fields: impl Iterator<Item = &'a Field>) -> Value {
    Value::Object(
        fields
            .map(|field| (field.name.clone(), sent_to_us(field)))
            .collect(),
    )
}

fn action_body(def: &Register, action: &Action) -> Value {
    let asked = shape::asked(def, action);
    let words = json!({ "type": "string", "minLength": 1, "maxLength": shape::WORDS_CHARS_MAX });
    let mut members = json!({
        "fields": object(fields_of(asked.iter().map(|ix| def.get(*ix))), &[]),
        "reason": words,
        "opinion": words,
    });
    if action.back == Some(catalogue::Back::Any) {
        let states: Vec<&str> = def.states.iter().map(|state| state.name.as_str()).collect();
        members["to"] =
            json!({ "type": "string", "enum": states, "description": "退回到哪个环节" });
    }
    let mut required = Vec::new();
    if action.reason {
        required.push("reason");
    }
    if action.opinion {
        required.push("opinion");
    }
    object(members, &required)
}

fn query_body(def: &Register) -> Value {
    let filters: Map<String, Value> = super::operations::filter_names(def)
        .into_iter()
        .map(|(name, about)| {
            let schema =
                json!({ "type": "string", "maxLength": BODY_FILTER_CHARS_MAX, "description": about });
            (name, schema)
        })
        .collect();
    let text = |max: usize| json!({ "type": "string", "maxLength": max });
    let mut members = json!({
        "filters": object(Value::Object(filters), &[]),
        "q": text(WORDS_CHARS_MAX),
        "where": text(CONDITION_CHARS_MAX),
        "sort": text(NAME_CHARS_MAX),
        "limit": { "type": "integer", "minimum": 1, "maximum": app::LIST_ROWS_MAX },
        "after": text(CURSOR_CHARS_MAX),
        "columns": {
            "type": "array",
            "maxItems": 100,
            "items": { "type": "string", "pattern": "^[a-z*][a-z0-9_]*$", "maxLength": 60 },
        },
        "as_of": { "type": "string", "format": "date-time" },
        "count": { "type": "boolean" },
    });
    if let Some(lists) = super::operations::list_names(def) {
        members["list"] = json!({ "type": "string", "enum": lists });
    }
    object(members, &[])
}
