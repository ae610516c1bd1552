//! Every operator by example, NULL included, in memory and in SQLite at once.

use jiff::civil::date;
use rusqlite::types::Value as Stored;

use super::world::{NOW, Row, answers, checked, sql, stored, table};
use crate::{Dec, Id, Moment, Point, Type, Value};

fn row() -> Row {
    Row::default()
        .with("kind", "lift")
        .with("parts", Value::set(["rope", "door"]))
        .with("name", "曳引式客梯")
        .with("division", "370102")
        .with("next_due", date(2027, 3, 1))
        .with("load", 1000)
        .with("pressure", Dec::new(125, 2))
        .with("thickness", Dec::new(12_500, 4))
        .with("fine", 100_050)
        .with("doubt", true)
        .with("user", Id(7))
        .with(
            "place",
            Point {
                lat_e6: 36_651_200,
                lon_e6: 117_120_100,
            },
        )
        .with("reported", Moment(NOW.0 - 86_400_000_000))
        .with("state", "in_use")
}

/// What the condition answers for the row, when memory and database agree.
fn answer(text: &str) -> Option<bool> {
    let checked = checked(text, Type::Bool);
    let in_memory = checked.eval(&row());
    let in_database = answers(&table(&[row()]), &sql(&checked));
    assert_eq!(in_database, [stored(&in_memory)], "{text}");
    assert_eq!(checked.holds(&row()), in_memory == Value::Bool(true));
    match in_memory {
        Value::Bool(yes) => Some(yes),
        Value::Null => None,
        other => panic!("{text}: {other:?}"),
    }
}

fn all(wanted: Option<bool>, conditions: &[&str]) {
    for text in conditions {
        assert_eq!(answer(text), wanted, "{text}");
    }
}

#[test]
fn choices() {
    all(
        Some(true),
        &[
            "kind = lift",
            "lift = kind",
            "kind = 'lift'",
            "kind != '3110'",
            "kind in [boiler, lift]",
            "kind not in [boiler, '3110']",
            "state = in_use",
            // `name` is a field and an entry: beside a choice it is the entry.
            "kind != name",
            "not (kind = boiler)",
        ],
    );
    all(
        Some(false),
        &[
            "kind = boiler",
            "kind in [boiler]",
            "kind = name",
            "state != in_use",
        ],
    );
    all(
        None,
        &[
            "kind = other_kind",
            "other_kind = lift",
            "other_kind in [lift]",
        ],
    );
    all(None, &["other_kind not in [lift]", "not other_kind = lift"]);
}

#[test]
fn sets_texts_and_divisions() {
    all(
        Some(true),
        &[
            "parts has rope",
            "parts has 'door'",
            "not parts has motor",
            "name contains '客梯'",
            "name within '曳引'",
            "name = '曳引式客梯'",
            "name > '曳引式'",
            "division within '3701'",
            "division = '370102'",
            "division in ['370102', '370103']",
        ],
    );
    all(
        Some(false),
        &[
            "parts has motor",
            "name contains '货梯'",
            "division within '3702'",
        ],
    );
    all(
        Some(false),
        &["name < '客'", "name contains '%'", "name within '客梯'"],
    );
}

#[test]
fn emptiness() {
    all(
        Some(true),
        &[
            "kind is not empty",
            "other_kind is empty",
            "not (parts is empty)",
            "place is not empty",
            "last_done is empty",
            "next_due - last_done is empty",
            "load / 0 is empty",
        ],
    );
    all(
        Some(false),
        &["kind is empty", "other_kind is not empty", "place is empty"],
    );
}

#[test]
fn logic_has_three_values() {
    all(
        Some(true),
        &[
            "doubt or trips = 1",
            "trips = 1 or doubt",
            "doubt = true",
            "true",
        ],
    );
    all(
        Some(false),
        &[
            "trips = 1 and not doubt",
            "doubt = false",
            "doubt and false",
        ],
    );
    all(
        None,
        &[
            "doubt and trips = 1",
            "trips = 1 or not doubt",
            "not (trips = 1)",
        ],
    );
    all(
        None,
        &[
            "trips = trips",
            "(trips = 1) = doubt",
            "trips != 1 and trips != 2",
        ],
    );
}

#[test]
fn days_and_moments() {
    all(
        Some(true),
        &[
            "next_due = today",
            "next_due <= today + red_months",
            "next_due + 1 month = 2027-04-01",
            "next_due - 1 day = 2027-02-28",
            "1 year + next_due > today",
            "next_due - 2027-02-01 = 28",
            "today - next_due < 30 days",
            "today - next_due < grace_days",
            "next_due in [2027-03-01, 2027-03-02]",
            "red_months = 3 months",
            "red_months < 4",
            "reported < now",
            "reported >= now - 1 day",
            "reported + 2 days > now",
        ],
    );
    all(
        Some(false),
        &[
            "next_due < today",
            "next_due > today + 0 days",
            "reported < now - 1 day",
        ],
    );
    all(
        None,
        &[
            "last_done < today",
            "last_done + 3 months < today",
            "today - last_done > 5",
        ],
    );
}

#[test]
fn months_end_where_the_month_ends() {
    let days = [
        date(2024, 8, 31),
        date(2024, 8, 29),
        date(2024, 2, 29),
        date(9999, 12, 31),
    ];
    let rows: Vec<Row> = days.map(|day| Row::default().with("next_due", day)).into();
    let database = table(&rows);
    for text in [
        "next_due + 6 months",
        "next_due - 6 months",
        "next_due + 1 year",
        "next_due + 90 days",
    ] {
        let checked = checked(text, Type::Date);
        let in_memory: Vec<_> = rows.iter().map(|row| stored(&checked.eval(row))).collect();
        assert_eq!(answers(&database, &sql(&checked)), in_memory, "{text}");
    }
    assert_eq!(
        checked("next_due + 6 months", Type::Date).eval(&rows[0]),
        Value::Date(date(2025, 2, 28))
    );
    assert!(checked("next_due + 90 days > today", Type::Bool).holds(&rows[3]));
}

#[test]
fn numbers_are_exact() {
    all(
        Some(true),
        &[
            "load = 1000",
            "load = 1000.000",
            "pressure = 1.25",
            "pressure = thickness",
            "pressure != 1.251",
            "pressure < 1.2501",
            "pressure > 1.2499",
            "pressure >= 1.249 and pressure <= 1.251",
            "pressure + 0.1 = 1.35",
            "pressure * 3 = 3.75",
            "pressure * thickness = 1.5625",
            "pressure in [1.25, 2]",
            "pressure not in [1.2501]",
            "pressure in [1.2501, 1.25]",
            "fine = 1000.50",
            "fine > 1000",
            "fine * 2 = 2001",
            "load - 1 <= 999",
            "1 - load = -999",
            "-load < 0",
            "load / 3 > 333.3",
            "load / 3 < 333.4",
            "load = load_max",
            "10 / 4 = 2.5",
            "1 + 2 * 3 = 7",
            "10 - 4 - 3 = 3",
        ],
    );
    all(
        Some(false),
        &[
            "pressure = 1.251",
            "pressure in [1.2501]",
            "pressure <= 1.249",
        ],
    );
    all(
        None,
        &[
            "load / 0 = 1",
            "load / (load - 1000) > 1",
            "trips in [1.5]",
            "trips + 1 > 0",
        ],
    );
}

#[test]
fn identities() {
    all(
        Some(true),
        &[
            "user = '0000000000007'",
            "user != '0000000000008'",
            "user = user",
        ],
    );
    all(None, &["user = maker"]);
}

#[test]
fn computed_values_have_the_wanted_type() {
    let value = |text: &str, want: Type| {
        let checked = checked(text, want);
        let value = checked.eval(&row());
        assert_eq!(
            answers(&table(&[row()]), &sql(&checked)),
            [stored(&value)],
            "{text}"
        );
        value
    };
    assert_eq!(value("today - next_due", Type::Int), Value::Int(0));
    assert_eq!(
        value("load / 3", Type::Decimal { scale: 2 }),
        Value::Dec(Dec::new(33_333, 2))
    );
    assert_eq!(
        value("-load / 16", Type::Decimal { scale: 0 }),
        Value::Dec(Dec::new(-63, 0))
    );
    assert_eq!(value("fine / 7", Type::Money), Value::Int(14_293));
    assert_eq!(value("load * 2", Type::Money), Value::Int(200_000));
    assert_eq!(value("fine * 2", Type::Money), Value::Int(200_100));
    assert_eq!(
        value("load", Type::Decimal { scale: 3 }),
        Value::Dec(Dec::new(1_000_000, 3))
    );
    assert_eq!(value("kind", Type::Text), Value::from("lift"));
    assert_eq!(value("parts", Type::Null), Value::set(["door", "rope"]));
    assert_eq!(value("last_done + 1 day", Type::Date), Value::Null);
    assert_eq!(
        checked("load / 3", Type::Null).ty(),
        &Type::Decimal { scale: 6 }
    );
}

#[test]
fn a_sum_beyond_64_bits_is_a_float_and_no_value() {
    let row = Row::default().with("load", i64::MAX);
    let sum = checked("load + 1", Type::Int);
    assert_eq!(sum.eval(&row), Value::Null);
    assert_eq!(
        answers(&table(std::slice::from_ref(&row)), &sql(&sum)),
        [Stored::Real(9.223_372_036_854_776e18)]
    );
    assert!(checked("load + 1 > load", Type::Bool).holds(&row));
}

#[test]
fn what_a_condition_reads_is_known() {
    let checked = checked(
        "state = in_use and next_due <= today + red_months",
        Type::Bool,
    );
    let keys: Vec<_> = checked.keys().into_iter().collect();
    assert_eq!(keys, [crate::Key::Field(5), crate::Key::State]);
    assert_eq!(checked.params().into_iter().collect::<Vec<_>>(), [0]);
    assert!(checked.reads_clock());
}
