//! Folding leaves bare columns beside literals, so that the index answers.

use jiff::civil::date;

use super::world::{Row, World, columns, fixed, sql, stored, table};
use crate::{Constants, Dialect, Type, Value, check, parse};

fn written(text: &str) -> (String, Vec<String>) {
    let sql = sql(&super::world::checked(text, Type::Bool));
    (sql.text, sql.binds.iter().map(Value::to_string).collect())
}

#[track_caller]
fn becomes(text: &str, sql: &str, binds: &[&str]) {
    let (text, values) = written(text);
    assert_eq!(
        (&*text, values),
        (sql, binds.iter().map(|bind| (*bind).to_owned()).collect())
    );
}

#[test]
fn columns_stand_alone() {
    becomes(
        "next_due <= today + red_months",
        r#"("next_due" <= ?)"#,
        &["2027-06-01"],
    );
    becomes(
        "next_due - 30 days <= today",
        r#"("next_due" <= ?)"#,
        &["2027-03-31"],
    );
    becomes(
        "today > next_due + grace_days",
        r#"("next_due" < ?)"#,
        &["2027-01-30"],
    );
    becomes(
        "today - next_due > 30",
        r#"("next_due" < ?)"#,
        &["2027-01-30"],
    );
    becomes(
        "next_due - today <= 7 days",
        r#"("next_due" <= ?)"#,
        &["2027-03-08"],
    );
    becomes(
        "next_due + 6 months < 2025-03-01",
        r#"("next_due" <= ?)"#,
        &["2024-08-31"],
    );
    becomes(
        "next_due - red_months >= today",
        r#"("next_due" > ?)"#,
        &["2027-05-31"],
    );
    becomes("load * 1 + 5 < 10", r#"(("load" * ?) < ?)"#, &["1", "5"]);
    becomes("5 - load < 10", r#"("load" > ?)"#, &["-5"]);
    becomes("load + 5 - 2 = 10", r#"("load" = ?)"#, &["7"]);
    becomes(
        "reported < now - 1 day",
        r#"("reported" < ?)"#,
        &["2027-02-28T01:30:00.000000Z"],
    );
    becomes(
        "reported + 1 day < now",
        r#"("reported" < ?)"#,
        &["2027-02-28T01:30:00.000000Z"],
    );
}

#[test]
fn literals_take_the_places_of_the_column() {
    becomes("pressure < 1.2", r#"("pressure" < ?)"#, &["120"]);
    becomes("pressure < 1.239", r#"("pressure" <= ?)"#, &["123"]);
    becomes("pressure >= -1.239", r#"("pressure" > ?)"#, &["-124"]);
    becomes("pressure = 1.239", r#"(("pressure" * 10) = ?)"#, &["1239"]);
    becomes("fine >= 1000", r#"("fine" >= ?)"#, &["100000"]);
    becomes(
        "pressure < thickness",
        r#"(("pressure" * 100) < "thickness")"#,
        &[],
    );
    becomes("fine in [1, 2.5]", r#"("fine" in (?, ?))"#, &["100", "250"]);
}

#[test]
fn constants_vanish() {
    becomes("true and kind = lift", r#"("kind" = ?)"#, &["lift"]);
    becomes("today < 2020-01-01 or doubt", r#""doubt""#, &[]);
    becomes("today < 2020-01-01 and doubt", "false", &[]);
    becomes("not (red_months = 3 and 1 / 3 < 0.5)", "false", &[]);
    becomes("doubt and load = 1 / 0", r#"("doubt" and null)"#, &[]);
    let folded = |text: &str| {
        super::world::checked(text, Type::Bool)
            .fold(&fixed())
            .constant()
    };
    assert_eq!(folded("today = 2027-03-01"), Some(Value::Bool(true)));
    assert_eq!(folded("load = 1"), None);
}

#[test]
fn every_operator_is_written() {
    becomes("parts has rope", r#"(instr("parts", ?) > 0)"#, &["|rope|"]);
    becomes("name contains '梯'", r#"(instr("name", ?) > 0)"#, &["梯"]);
    becomes(
        "division within '3701'",
        r#"("division" >= ? and "division" < ?)"#,
        &["3701", "3702"],
    );
    becomes("place is empty", r#"("place" is null)"#, &[]);
    becomes(
        "kind not in [lift, boiler]",
        r#"(not ("kind" in (?, ?)))"#,
        &["lift", "boiler"],
    );
    becomes(
        "last_done + 1 month < next_due",
        r#"(date(min("last_done", ?), '+1 months', 'floor') < "next_due")"#,
        &["9999-11-30"],
    );
    becomes(
        "next_due - last_done > load",
        r#"(cast(julianday("next_due") - julianday("last_done") as integer) > "load")"#,
        &[],
    );
    becomes(
        "load / trips > 0.5",
        r#"((cast("load" as real) / nullif(cast("trips" as real), 0.0)) > (cast(? as real) / 10.0))"#,
        &["5"],
    );
}

#[test]
fn values_are_never_pasted() {
    becomes(
        "name = 'x'' or 1=1 --'",
        r#"("name" = ?)"#,
        &["x' or 1=1 --"],
    );
}

#[test]
fn an_index_is_used() {
    let database = table(&[Row::default().with("next_due", date(2027, 1, 1))]);
    for (text, index) in [
        ("today - next_due > 30", "t_due (next_due<?)"),
        ("next_due + 6 months <= today", "t_due (next_due<?)"),
        (
            "division within '3701'",
            "t_division (division>? AND division<?)",
        ),
        ("pressure > 1.239", "t_pressure (pressure>?)"),
    ] {
        let sql = sql(&super::world::checked(text, Type::Bool));
        let plan: String = database
            .query_row(
                &format!("explain query plan select * from t where {}", sql.text),
                rusqlite::params_from_iter(sql.binds.iter().map(stored)),
                |row| row.get(3),
            )
            .unwrap();
        assert!(plan.ends_with(index), "{text}: {plan}");
    }
}

/// Only the text is compared: no server is asked here.
#[test]
fn postgres_has_its_own_words() {
    let postgres = |text: &str| {
        let ast = parse(text).unwrap();
        let checked = check(&ast, &World, Type::Bool).unwrap();
        checked
            .fold(&fixed())
            .sql(&columns, Dialect::Postgres { first: 3 })
            .text
    };
    assert_eq!(
        postgres("kind = lift and name < '杭州'"),
        r#"(("kind" = $3::text) and ("name" collate "C" < $4::text))"#
    );
    assert_eq!(
        postgres("parts has rope"),
        r#"(strpos("parts", $3::text) > 0)"#
    );
    assert_eq!(
        postgres("last_done + 1 month < next_due"),
        "((case when \"last_done\" is not null then \
         cast(least(\"last_done\", $3::date) + interval '1 months' as date) end) < \"next_due\")"
    );
}

#[test]
fn a_missing_parameter_is_null() {
    let mut constants = fixed();
    constants.params.clear();
    assert_eq!(constants.param(0), Value::Null);
    let checked = super::world::checked("next_due <= today + red_months", Type::Bool);
    assert_eq!(checked.fold(&constants).constant(), Some(Value::Null));
}
