//! The data dictionary and the JSON Schema of the definition files.

use catalogue::{Lang, doc};
use serde_json::Value;

use crate::{club, club_folder};

#[test]
fn the_dictionary_has_a_page_for_every_register() {
    let club = club();
    let pages = doc::pages(&club, Lang::Zh);
    assert_eq!(pages.len(), club.registers.len() + 2);
    let member = pages
        .iter()
        .find(|page| page.name == "tennis_club.member.html")
        .unwrap();
    for said in [
        "<title>会员</title>",
        "会员卡号",
        "个人信息，加密保存",
        "适用条件 kind = junior",
        "paid_until &gt;= today",
        "取最新：订场 日期",
        "href=\"choices.html#tennis_club.plan\"",
        "5 个工作日",
        "批准入会",
        "创建人不能办理",
        "俱乐部章程 第3条",
    ] {
        assert!(member.html.contains(said), "{said}");
    }
    let english = doc::pages(&club, Lang::En);
    let member = english
        .iter()
        .find(|page| page.name == "tennis_club.member.html")
        .unwrap();
    assert!(member.html.contains("<html lang=\"en\">") && member.html.contains("Member"));
}

#[test]
fn every_link_of_the_dictionary_leads_somewhere() {
    let pages = doc::pages(&club(), Lang::Zh);
    for page in &pages {
        for link in page.html.split("href=\"").skip(1) {
            let target = link.split('"').next().unwrap();
            let (file, id) = target.split_once('#').unwrap_or((target, ""));
            let there = pages.iter().find(|page| page.name == file);
            let there = there.unwrap_or_else(|| panic!("{} links to {target}", page.name));
            assert!(
                id.is_empty() || there.html.contains(&format!("id=\"{id}\"")),
                "{target}"
            );
        }
    }
}

/// The part of JSON Schema that ours uses.
fn fits(schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    let mut bad = |why: String| wrong.push(format!("{path}: {why}"));
    if *schema == Value::Bool(false) {
        return bad("not allowed".into());
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        bad(format!("{value} is not one of {words:?}"));
    }
    let found = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() => "integer",
        _ => "number",
    };
    if let Some(ty) = schema["type"].as_str()
        && ty != found
        && !(ty == "number" && found == "integer")
    {
        bad(format!("{found} is no {ty}"));
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fine = options.iter().any(|option| {
            let mut inner = Vec::new();
            fits(option, value, path, &mut inner);
            inner.is_empty()
        });
        if !fine {
            bad("fits no option".into());
        }
    }
    for case in schema["allOf"].as_array().into_iter().flatten() {
        if case["if"]["properties"]["type"]["const"] == value["type"] {
            fits(&case["then"], value, path, wrong);
        }
    }
    if let Value::Object(entries) = value {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !entries.contains_key(required.as_str().unwrap()) {
                wrong.push(format!("{path}: lacks {required}"));
            }
        }
        for (key, inner) in entries {
            let path = format!("{path}.{key}");
            match schema["properties"].get(key) {
                Some(known) => fits(known, inner, &path, wrong),
                None => match &schema["additionalProperties"] {
                    Value::Bool(false) => wrong.push(format!("{path}: unknown")),
                    Value::Null => {}
                    other => fits(other, inner, &path, wrong),
                },
            }
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(&schema["items"], item, &format!("{path}[{at}]"), wrong);
    }
}

fn judged(kind: &str, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let value = serde_json::to_value(&table).unwrap();
    let mut wrong = Vec::new();
    fits(&doc::schema_json()[kind], &value, kind, &mut wrong);
    wrong
}

#[test]
fn the_tennis_club_fits_the_schema_that_editors_use() {
    for (kind, file) in [
        ("record", "member.toml"),
        ("record", "court.toml"),
        ("record", "booking.toml"),
        ("record", "repair.toml"),
        ("subsystem", "subsystem.toml"),
        ("roles", "roles.toml"),
    ] {
        let text = std::fs::read_to_string(club_folder().join(file)).unwrap();
        assert_eq!(judged(kind, &text), [""; 0], "{file}");
    }
}

#[test]
fn the_schema_finds_what_an_editor_should_underline() {
    let wrong = judged(
        "record",
        "[record]\ntitle = \"甲\"\n[fields]\na = { type = \"bool\", label = \"甲\", max = 3 }\n\
         [form]\n[states]\nopen = { label = \"甲\", phase = \"opened\" }\n",
    );
    let starts: Vec<&str> = wrong
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "record.record",
            "record.fields.a.max",
            "record.states.open.phase"
        ]
    );
}
