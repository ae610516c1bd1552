//! JSON Schema of the three kinds of definition file, so that editors complete and check them.

use calendar::Reason;
use serde_json::{Map, Value, json};

use crate::model::{Back, CREATOR, Door, Grade, Phase, Reach, TurnMode, Verb};
use crate::read::keys;

/// JSON Schema (2020-12) by file: `record`, `subsystem`, `roles`.
///
/// The keys are those of the readers, so that the two never differ.
pub fn schema_json() -> Value {
    json!({ "record": record(), "subsystem": subsystem(), "roles": roles() })
}

fn file(title: &str, properties: Value, required: &[&str]) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn roles() -> Value {
    let role = table(keys::ROLE, &["label", "layer"], |key| match key {
        "layer" => one_of(keys::LAYERS),
        "shares_views" => flag(),
        "made_by" => texts(),
        "door" => one_of(&Door::ALL.map(Door::word)),
        _ => text(),
    });
    file("roles.toml", json!({ "roles": named(role) }), &["roles"])
}

fn subsystem() -> Value {
    let about = table(keys::SUBSYSTEM, &["title"], |key| match key {
        "uses" => texts(),
        "order" => json!({ "type": "integer" }),
        _ => text(),
    });
    let entry = table(keys::ENTRY, &["label"], |key| match key {
        "retired" => flag(),
        _ => text(),
    });
    let list = table(keys::CHOICES, &["title", "entries"], |key| match key {
        "open" => flag(),
        "entries" => {
            json!({ "type": "object", "additionalProperties": { "anyOf": [text(), entry.clone()] } })
        }
        _ => text(),
    });
    let properties = json!({ "subsystem": about, "choices": named(list) });
    file("subsystem.toml", properties, &["subsystem"])
}

fn record() -> Value {
    let mut properties = Map::new();
    for name in keys::TABLES {
        properties.insert((*name).into(), record_table(name));
    }
    file(
        "<record>.toml",
        Value::Object(properties),
        &["record", "fields", "form"],
    )
}

fn record_table(name: &str) -> Value {
    match name {
        "record" => table(keys::RECORD, &["title", "shown"], |key| match key {
            "version" => whole(),
            "menu" => flag(),
            "begins" => texts(),
            _ => text(),
        }),
        "fields" => named(field(Depth::Record)),
        "form" => named(table(
            keys::SECTION,
            &["title", "fields"],
            |key| match key {
                "fields" => texts(),
                _ => text(),
            },
        )),
        "states" => named(table(keys::STATE, &["label", "phase"], |key| match key {
            "phase" => one_of(&Phase::ALL.map(Phase::word)),
            "limit" => {
                json!({ "anyOf": [limit(), { "type": "string", "pattern": "^until [a-z][a-z0-9_]*$" }] })
            }
            "turn" => texts(),
            "mode" => one_of(&TurnMode::ALL.map(TurnMode::word)),
            "open" => flag(),
            "pause" => one_of(&Reason::all().map(Reason::word).collect::<Vec<_>>()),
            _ => text(),
        })),
        "actions" => named(action()),
        "clocks" => named(table(
            keys::CLOCK,
            &["title", "from", "until", "limit"],
            |key| match key {
                "from" | "until" => texts(),
                "limit" | "promised" | "extend" => limit(),
                _ => text(),
            },
        )),
        "params" => named(table(
            keys::PARAM,
            &["label", "type", "default"],
            |key| match key {
                "type" => one_of(keys::PARAM_TYPES),
                "default" => json!({ "type": ["integer", "number", "boolean", "string"] }),
                "min" | "max" => number(),
                _ => text(),
            },
        )),
        "checks" => named(table(keys::CHECK, &["holds", "message"], |key| match key {
            "fields" => texts(),
            "level" => one_of(&["error", "warn"]),
            _ => text(),
        })),
        "warnings" => named(warning()),
        "lists" => named(table(keys::LIST, &["title", "columns"], |key| match key {
            "columns" | "sort" | "filters" => texts(),
            _ => text(),
        })),
        "offers" => named(table(keys::OFFER, &["doors"], |key| match key {
            "doors" => json!({ "type": "array", "items": one_of(&Door::ALL.map(Door::word)) }),
            "order" => json!({ "type": "integer" }),
            "with" => json!({ "type": "object" }),
            "colour" => one_of(&Grade::ALL.map(Grade::word)),
            _ => text(),
        })),
        "enrol" => table(keys::ENROL, keys::ENROL, |key| match key {
            "asked" | "opens" => texts(),
            _ => text(),
        }),
        "indexes" => named(texts()),
        "statistics" => named(table(keys::STATISTIC, &["title", "by"], |key| match key {
            "by" => texts(),
            _ => text(),
        })),
        "permissions" => named(table(
            keys::PERMISSION,
            &["may", "within"],
            |key| match key {
                "may" => json!({ "type": "array", "items": one_of(&Verb::ALL.map(Verb::word)) }),
                "within" => one_of(&Reach::ALL.map(Reach::word)),
                "fields" => texts(),
                _ => text(),
            },
        )),
        _ => json!({
            "type": "object",
            "properties": { "renamed": { "type": "object", "additionalProperties": text() } },
            "additionalProperties": false,
        }),
    }
}

fn action() -> Value {
    table(keys::ACTION, &["label", "by"], |key| match key {
        "from" | "by" | "needs" | "fields" | "then" | "copies" | "phrases" => texts(),
        "reason" | "opinion" | "unread" | "agrees" | "batch" | "legal" => flag(),
        "set" => json!({ "type": "object", "additionalProperties": text() }),
        "columns" => json!({ "type": "object", "additionalProperties": texts() }),
        "not_by" | "only_by" => one_of(&[CREATOR]),
        "back" => one_of(&Back::ALL.map(Back::word)),
        _ => text(),
    })
}

fn limit() -> Value {
    let length = "[1-9][0-9]* (hour|day|workday|month|year)s?";
    let rule = "(next hour|same day|fixed|after holiday|next workday)";
    json!({ "type": "string", "pattern": format!("^{length}(, ?{rule})*$") })
}

fn warning() -> Value {
    let grade = table(keys::GRADE, &["when"], |key| match key {
        "tell" => texts(),
        _ => text(),
    });
    table(keys::WARNING, &["title", "about"], |key| match key {
        "title" | "about" | "where" => text(),
        _ => grade.clone(),
    })
}

/// Child rows are described to one depth: they do not nest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Record,
    Row,
}

/// A field: all keys, and for each type which of them it cannot have.
fn field(depth: Depth) -> Value {
    let of = |key: &str| match key {
        "type" => one_of(keys::TYPES),
        "required" | "unique" | "locked" | "personal" | "secret" | "search" | "fixed" | "past" => {
            flag()
        }
        "max" | "min" => number(),
        "scale" | "max_mb" | "count" => whole(),
        "level" => one_of(&["any", "county", "town"]),
        "accept" | "prefill" => texts(),
        "default" => json!({}),
        "fields" if depth == Depth::Record => named(field(Depth::Row)),
        "fields" => json!({ "type": "object" }),
        "of" => json!({
            "type": "string",
            "anyOf": [{ "enum": codes::Kind::all().iter().map(|k| k.name()).collect::<Vec<_>>() }, {}],
        }),
        _ => text(),
    };
    let mut schema = table(
        &[keys::FIELD, keys::FIELD_FURTHER].concat(),
        &["type", "label"],
        of,
    );
    let own: Vec<&str> = keys::TYPES
        .iter()
        .flat_map(|ty| keys::attributes(ty))
        .copied()
        .collect();
    let cases: Vec<Value> = keys::TYPES
        .iter()
        .map(|ty| {
            let wrong = own.iter().filter(|key| !keys::attributes(ty).contains(key));
            let not: Map<String, Value> =
                wrong.map(|key| ((*key).to_owned(), json!(false))).collect();
            json!({
                "if": { "properties": { "type": { "const": ty } }, "required": ["type"] },
                "then": { "properties": not },
            })
        })
        .collect();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("allOf".into(), Value::Array(cases));
    }
    schema
}

fn table(keys: &[&str], required: &[&str], of: impl Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| ((*key).to_owned(), of(key)))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn named(inner: Value) -> Value {
    json!({ "type": "object", "additionalProperties": inner })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

fn number() -> Value {
    json!({ "type": "number" })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "enum": words })
}
