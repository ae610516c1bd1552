//! Computed fields of a device: class, life, and the dates of its next inspections.

use jiff::civil::Date;
use kernel::{Record, Situation, Value};

use super::CYCLES;
use super::cycle::{Cycle, Device};
use super::due::{self, Facts, Known};
use super::lift::{Rule, months_after};

/// Places of 公众聚集场所 (57号令 第9条).
const PUBLIC_PLACES: [&str; 11] = [
    "school",
    "kindergarten",
    "hospital",
    "station",
    "pier",
    "airport",
    "mall",
    "stadium",
    "exhibition",
    "park",
    "scenic",
];

/// 类别 xx00 of a 品种 xxx0 (特种设备目录).
pub fn class(s: &Situation) -> Value {
    match s.text("basic") {
        // 安全阀 7310 is listed under F000, which has no classes.
        Some(basic) if basic.len() == 4 && !basic.starts_with('F') && basic != "7310" => {
            text(format!("{}00", &basic[..2]))
        }
        _ => Value::Null,
    }
}

/// Ⅰ, Ⅱ, Ⅲ or 超高压, as the variety of a fixed vessel says (TSG 21-2016).
pub fn vessel_class(s: &Situation) -> Value {
    match s.text("basic") {
        Some("2110") => text("super"),
        Some("2130") => text("third"),
        Some("2150") => text("second"),
        Some("2170") => text("first"),
        _ => Value::Null,
    }
}

pub fn public_place(s: &Situation) -> Value {
    s.text("place_kind").map_or(Value::Null, |place| {
        Value::Bool(PUBLIC_PLACES.contains(&place))
    })
}

/// End of the design life, or of the extension granted (法 第48条).
pub fn life_until(s: &Situation) -> Value {
    let begun = s.date("commissioned_on").or(s.date("made_on"));
    let designed = match (s.value("design_years"), begun) {
        (Value::Int(years), Some(begun)) => Some(months_after(begun, years * 12)),
        _ => None,
    };
    date_value(s.date("extended_until").max(designed))
}

pub fn next_due(s: &Situation) -> Value {
    date_value(due::main(
        &facts(s, s.record),
        &cycles(s),
        lift_rule(s).as_ref(),
    ))
}

pub fn next_due_outer(s: &Situation) -> Value {
    date_value(due::outer(&facts(s, s.record), &cycles(s)))
}

pub fn next_self_test(s: &Situation) -> Value {
    let rule = lift_rule(s);
    date_value(rule.and_then(|rule| due::self_test(&facts(s, s.record), &cycles(s), &rule)))
}

/// What the next inspections of a device follow from.
pub fn facts(s: &Situation, record: &Record) -> Facts {
    let date = |field: &str| match s.of(record, field) {
        Value::Date(date) => Some(*date),
        _ => None,
    };
    Facts {
        device: device(s, record),
        start: date("commissioned_on"),
        base: date("accepted_on").max(date("supervised_on")),
        main: Known {
            passed: date("passed_on"),
            stated: date("stated_due"),
            prior: date("prior_inspected"),
            prior_due: date("prior_due"),
        },
        outer: Known {
            passed: date("passed_outer_on"),
            stated: date("stated_due_outer"),
            prior: date("prior_outer"),
            prior_due: date("prior_outer_due"),
        },
        repaired: date("repair_passed_on"),
        restarted: date("restart_passed_on"),
        self_tested: date("self_tested"),
    }
}

/// What the choice of a cycle depends on. A case that other fields tell need not be chosen.
fn device(s: &Situation, record: &Record) -> Device {
    let word = |field: &str| match s.of(record, field) {
        Value::Text(word) => Some(word.clone()),
        _ => None,
    };
    let told = || {
        let molten = *s.of(record, "molten") == Value::Bool(true);
        let power = word("boiler_use").is_some_and(|used| used == "power");
        molten
            .then_some("crane_molten")
            .or(power.then_some("boiler_power"))
            .map(str::to_owned)
    };
    Device {
        kind: word("kind").unwrap_or_default(),
        basic: word("basic"),
        level: word("pipe_level"),
        case: word("cycle_case").or_else(told),
        grade: word("grade").or_else(|| word("prior_grade")),
    }
}

/// The years and months of the lift rule, as the bureau has set them on the equipment register.
pub fn lift_rule(s: &Situation) -> Option<Rule> {
    let months = |name: &str| match s.param(name) {
        Value::Int(months) => Some(months),
        _ => None,
    };
    let Value::Text(years) = s.param("lift_years") else {
        return None;
    };
    Some(Rule {
        years: Rule::years(&years)?,
        early_months: months("lift_early_months")?,
        self_test_early_months: months("self_test_early_months")?,
    })
}

/// The table of cycles in force.
pub fn cycles(s: &Situation) -> Vec<Cycle> {
    s.read(CYCLES)
        .iter()
        .filter_map(|record| cycle(s, record))
        .collect()
}

fn cycle(s: &Situation, record: &Record) -> Option<Cycle> {
    let word = |field: &str| match s.of(record, field) {
        Value::Text(word) => Some(word.clone()),
        _ => None,
    };
    let set = |field: &str| match s.of(record, field) {
        Value::Set(words) => words.clone(),
        _ => Vec::new(),
    };
    let months = |field: &str| match s.of(record, field) {
        Value::Int(months) => Some(*months),
        _ => None,
    };
    let date = |field: &str| match s.of(record, field) {
        Value::Date(date) => Some(*date),
        _ => None,
    };
    Some(Cycle {
        kind: word("kind")?,
        series: word("series")?,
        basics: set("basics"),
        levels: set("levels"),
        case: word("case"),
        grades: set("grades"),
        first_months: months("first_months"),
        next_months: months("next_months"),
        max_months: months("max_months"),
        valid_from: date("valid_from")?,
        valid_to: date("valid_to"),
    })
}

pub fn text(word: impl Into<String>) -> Value {
    Value::Text(word.into())
}

pub fn date_value(date: Option<Date>) -> Value {
    date.map_or(Value::Null, Value::Date)
}
