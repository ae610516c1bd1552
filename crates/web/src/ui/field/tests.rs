//! What every control must do, whatever its kind.

use super::*;
use crate::ui::words::ZH;

fn every_control() -> Vec<(&'static str, Control<'static>)> {
    let entries = vec![Entry::new("a", "甲"), Entry::new("b", "乙")];
    vec![
        ("text", Control::Text(TextInput::default())),
        ("long", Control::LongText(LongText::default())),
        (
            "number",
            Control::Number(Number {
                typed: "2.5".into(),
                unit: Some("m/s".into()),
            }),
        ),
        (
            "money",
            Control::Money {
                typed: "12".into(),
                currency: "元".into(),
            },
        ),
        (
            "select",
            Control::Choice(Choice {
                chosen: "b".into(),
                entries: entries.clone(),
                look: Look::Select,
                nothing: None,
                under: None,
            }),
        ),
        (
            "radios",
            Control::Choice(Choice {
                entries: entries.clone(),
                ..Choice::default()
            }),
        ),
        (
            "checks",
            Control::Choices(Choices {
                chosen: vec!["a".into()],
                entries,
            }),
        ),
        ("yes", Control::YesNo(YesNo::Yes)),
        (
            "date",
            Control::Date {
                typed: DateTyped::from_iso("2025-11-21"),
                picks: vec![],
            },
        ),
        (
            "moment",
            Control::Moment {
                typed: DateTyped::default(),
                time: "09:00".into(),
                picks: vec![],
            },
        ),
        (
            "ref",
            Control::Lookup(Lookup::holding("K3", "昆明某厂", "/lookup")),
        ),
        ("point", Control::Point(Point::default())),
        ("file", Control::File(FileInput::default())),
        (
            "between",
            Control::Between {
                from: "1".into(),
                to: "2".into(),
                placeholder: "".into(),
            },
        ),
    ]
}

#[test]
fn an_error_is_named_and_can_be_jumped_to_in_every_control() {
    for (name, control) in every_control() {
        let wrong = Field::new(name, "名称").error("请填写名称");
        let shown = field(&ZH, &wrong, &control).into_string();
        let id = format!("id=\"f-{name}\"");
        assert_eq!(shown.matches(&id).count(), 1, "{name}: {shown}");
        assert!(shown.contains("请填写名称"), "{name}");
        assert!(
            shown.contains(&format!("f-{name}-error\"")),
            "{name}: {shown}"
        );
    }
}

#[test]
fn only_optional_fields_are_marked() {
    for (name, control) in every_control() {
        let required = field(&ZH, &Field::new(name, "名称"), &control).into_string();
        let optional = field(&ZH, &Field::new(name, "名称").optional(), &control).into_string();
        assert!(
            !required.contains("选填") && optional.contains("选填"),
            "{name}"
        );
    }
}

#[test]
fn what_was_typed_comes_back_escaped() {
    let typed = "\"><script>";
    let shown = field(
        &ZH,
        &Field::new("name", "名称"),
        &Control::Text(TextInput {
            typed: typed.into(),
            ..TextInput::default()
        }),
    )
    .into_string();
    assert!(
        shown.contains("value=\"&quot;&gt;&lt;script&gt;\""),
        "{shown}"
    );
}

#[test]
fn a_long_text_that_begins_with_an_empty_line_keeps_it() {
    let typed = LongText {
        typed: "\n第二行".into(),
        ..LongText::default()
    };
    let shown = field(&ZH, &Field::new("t", "说明"), &Control::LongText(typed)).into_string();
    assert!(shown.contains(">\n\n第二行</textarea>"), "{shown}");
}

#[test]
fn a_condition_travels_as_json_and_tells_what_holds_now() {
    let lift = Field::new("speed", "速度").shown_when(When::is("kind", "lift"), Now::Fails);
    let shown = field(&ZH, &lift, &Control::Number(Number::default())).into_string();
    assert!(
        shown.contains(
            "data-when=\"{&quot;field&quot;:&quot;kind&quot;,&quot;in&quot;:[&quot;lift&quot;]}\""
        ),
        "{shown}"
    );
    assert!(shown.contains("data-when-now=\"no\""));
}

#[test]
fn a_field_marked_never_kept_says_so_to_the_draft_keeper() {
    let field_of =
        |f: &Field<'_>| field(&ZH, f, &Control::Text(TextInput::default())).into_string();
    assert!(field_of(&Field::new("id_card", "身份证号").never_kept()).contains("data-secret"));
    assert!(!field_of(&Field::new("name", "名称")).contains("data-secret"));
}
