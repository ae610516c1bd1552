//! Random expressions over random records: memory, folded memory and SQLite give one answer.

use jiff::civil::date;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rusqlite::types::Value as Stored;

use super::world::{NOW, Row, answers, checked, fields, fixed, sql, stored, table};
use crate::{Dec, Id, Moment, Point, Type, Value, add_days};

const CASES: u32 = 700;
const ROWS: usize = 48;

fn one_of(words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words).prop_map(str::to_owned).boxed()
}

fn number() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        one_of(&["load", "trips", "pressure", "thickness", "fine", "load_max"]),
        one_of(&[
            "load",
            "trips",
            "pressure",
            "thickness",
            "fine",
            "(next_due - last_done)"
        ]),
        one_of(&[
            "0",
            "1",
            "3",
            "-2",
            "1.25",
            "0.333",
            "1.2345",
            "-0.05",
            "1000000",
            "12.345678"
        ]),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let sign = one_of(&["+", "-", "*", "/", "+", "-"]);
        prop_oneof![
            4 => (inner.clone(), sign, inner.clone()).prop_map(|(a, s, b)| format!("({a} {s} {b})")),
            1 => inner.prop_map(|a| format!("-{a}")),
        ]
    })
    .boxed()
}

fn day() -> BoxedStrategy<String> {
    let leaf = one_of(&[
        "next_due",
        "last_done",
        "today",
        "2024-02-29",
        "2027-03-31",
        "9999-12-31",
    ]);
    leaf.prop_recursive(3, 6, 1, |inner| {
        let count = one_of(&[
            "1 day",
            "45 days",
            "1 month",
            "6 months",
            "1 year",
            "red_months",
            "grace_days",
            "-3 months",
            "(2 months + 1 year)",
        ]);
        (inner, one_of(&["+", "-"]), count).prop_map(|(a, s, n)| format!("({a} {s} {n})"))
    })
    .boxed()
}

fn condition() -> BoxedStrategy<String> {
    let signs = || one_of(&["=", "!=", "<", "<=", ">", ">="]);
    let leaf = prop_oneof![
        4 => (number(), signs(), number()).prop_map(|(a, s, b)| format!("{a} {s} {b}")),
        4 => (day(), signs(), day()).prop_map(|(a, s, b)| format!("{a} {s} {b}")),
        1 => (one_of(&["name", "'阀'", "''"]), signs(), one_of(&["name", "'安全阀'", "'a'"]))
            .prop_map(|(a, s, b)| format!("{a} {s} {b}")),
        1 => (one_of(&["reported", "now", "reported + 1 day"]), signs(), one_of(&["reported", "now - 2 days"]))
            .prop_map(|(a, s, b)| format!("{a} {s} {b}")),
        1 => (number(), one_of(&["is empty", "is not empty"])).prop_map(|(a, s)| format!("{a} {s}")),
        1 => (day(), one_of(&["is empty", "is not empty", "in [2027-03-01, 2024-02-29]"]))
            .prop_map(|(a, s)| format!("{a} {s}")),
        6 => one_of(&[
            "kind = lift", "kind != '3110'", "kind = other_kind", "kind != other_kind", "boiler = kind",
            "kind in [lift, crane]", "other_kind not in [lift, name]", "state = in_use",
            "parts has rope", "parts has motor", "parts is empty", "place is empty", "user = maker",
            "user != '0000000000001'", "user is not empty", "name contains '阀'", "name contains '%'",
            "name within '安'", "name within 'a'", "division within '3701'", "division = '370102'",
            "division in ['370102', '371100']", "doubt", "doubt = true", "doubt != false", "true", "false",
            "pressure in [1.25, 1.2501, 3]", "pressure not in [1.2501]", "load in [1, 2.5, -2]",
            "red_months < 4", "next_due - last_done > grace_days", "trips in [922337203685477580.5, 1]", "pressure in [922337203685477580]",
        ]),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            2 => (inner.clone(), one_of(&["and", "or"]), inner.clone())
                .prop_map(|(a, w, b)| format!("({a} {w} {b})")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("{a} and {b} or {c}")),
            1 => inner.clone().prop_map(|a| format!("not ({a})")),
            1 => (inner.clone(), one_of(&["=", "!="]), inner)
                .prop_map(|(a, s, b)| format!("(({a}) {s} ({b}))")),
        ]
    })
    .boxed()
}

fn value(name: &str, ty: &Type) -> BoxedStrategy<Value> {
    fn texts(words: &'static [&'static str]) -> BoxedStrategy<Value> {
        select(words).prop_map(Value::from).boxed()
    }
    let whole = || {
        prop_oneof![
            8 => -3..4_i64,
            4 => -20_000..20_000_i64,
            1 => select(vec![i64::MAX, i64::MIN, i64::MAX / 100, 1 << 53, -(1 << 62)]),
        ]
    };
    let present = match (name, ty) {
        ("state", _) => texts(&["in_use", "stopped"]),
        (_, Type::Choice(_)) => texts(&["lift", "boiler", "crane", "name", "3110"]),
        (_, Type::Choices(_)) => prop::collection::vec(select(vec!["rope", "door", "motor"]), 0..3)
            .prop_map(Value::set)
            .boxed(),
        (_, Type::Text) => texts(&["", "a", "ab", "安全阀", "阀", "安", "50%", "\u{10FFFF}"]),
        (_, Type::Division) => texts(&["370102", "370103", "371100", "3701", "37"]),
        (_, Type::Date) => prop_oneof![
            12 => (-900..900_i64).prop_map(|days| add_days(date(2026, 1, 31), days)),
            2 => select(vec![date(2027, 3, 1), date(2024, 2, 29), date(2024, 8, 31)]),
            1 => select(vec![date(9999, 12, 31), date(9999, 12, 1), date(0, 1, 1)]),
        ]
        .prop_map(Value::Date)
        .boxed(),
        (_, Type::Decimal { scale }) => {
            let scale = *scale;
            prop_oneof![3 => whole(), 1 => Just(125 * 10_i64.pow(u32::from(scale) - 2))]
                .prop_map(move |mantissa| Value::Dec(Dec { mantissa, scale }))
                .boxed()
        }
        (_, Type::Bool) => any::<bool>().prop_map(Value::Bool).boxed(),
        (_, Type::Ref) => (1..4_i64).prop_map(|id| Value::Id(Id(id))).boxed(),
        (_, Type::Point) => Just(Value::Point(Point {
            lat_e6: 1,
            lon_e6: 2,
        }))
        .boxed(),
        (_, Type::Moment) => (-4..4_i64)
            .prop_map(|days| Value::Moment(Moment(NOW.0 + days * 86_400_000_000)))
            .boxed(),
        _ => whole().prop_map(Value::Int).boxed(),
    };
    prop_oneof![3 => present, 1 => Just(Value::Null)].boxed()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let values: Vec<_> = fields().iter().map(|(name, ty)| value(name, ty)).collect();
    prop::collection::vec(values.prop_map(Row), ROWS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 300, ..ProptestConfig::default() })]

    /// 700 conditions × 48 records = 33,600 answers.
    #[test]
    fn conditions(text in condition(), rows in rows()) {
        let checked = checked(&text, Type::Bool);
        let folded = checked.fold(&fixed());
        let sql = sql(&checked);
        for (row, answer) in rows.iter().zip(answers(&table(&rows), &sql)) {
            let in_memory = checked.eval(row);
            prop_assert_eq!(&in_memory, &folded.eval(row), "folded {} for {:?}", sql.text, row);
            prop_assert_eq!(stored(&in_memory), answer, "{} for {:?}", sql.text, row);
        }
    }

    /// Computed values too; a whole number beyond 64 bits is a float there and no value here.
    #[test]
    fn computed_values(text in prop_oneof![number(), day()], rows in rows()) {
        let checked = checked(&text, Type::Null);
        let folded = checked.fold(&fixed());
        let sql = sql(&checked);
        for (row, answer) in rows.iter().zip(answers(&table(&rows), &sql)) {
            let in_memory = checked.eval(row);
            prop_assert_eq!(&in_memory, &folded.eval(row), "folded {} for {:?}", sql.text, row);
            let answer = match answer {
                Stored::Real(_) => Stored::Null,
                exact => exact,
            };
            prop_assert_eq!(stored(&in_memory), answer, "{} for {:?}", sql.text, row);
        }
    }
}

/// A generator that only made NULL would prove nothing: each answer is common.
#[test]
fn answers_vary() {
    let mut runner = TestRunner::deterministic();
    let (mut yes, mut no, mut unknown) = (0, 0, 0);
    for _ in 0..100 {
        let (text, rows) = (condition(), rows())
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let checked = checked(&text, Type::Bool);
        for row in &rows {
            match checked.eval(row) {
                Value::Bool(true) => yes += 1,
                Value::Bool(false) => no += 1,
                _ => unknown += 1,
            }
        }
    }
    let least = 100 * ROWS / 10;
    assert!(
        yes > least && no > least && unknown > least,
        "{yes} {no} {unknown}"
    );
}
