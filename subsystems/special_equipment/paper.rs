//! Computed fields of the papers about devices, people and producers: what need not be typed twice.

use jiff::ToSpan;
use kernel::{Record, Situation, Value};

use super::cycle::{self, Series};
use super::device::{cycles, date_value, facts, lift_rule, text};
use super::due::{self, Known};

pub fn device_kind(s: &Situation) -> Value {
    of_device(s, "kind")
}

pub fn device_basic(s: &Situation) -> Value {
    of_device(s, "basic")
}

pub fn device_code(s: &Situation) -> Value {
    of_device(s, "code")
}

pub fn device_cert(s: &Situation) -> Value {
    of_device(s, "cert_no")
}

pub fn device_name(s: &Situation) -> Value {
    of_device(s, "name")
}

pub fn device_model(s: &Situation) -> Value {
    of_device(s, "model")
}

pub fn device_user(s: &Situation) -> Value {
    of_device(s, "user")
}

pub fn device_division(s: &Situation) -> Value {
    of_device(s, "division")
}

pub fn device_site(s: &Situation) -> Value {
    of_device(s, "site")
}

/// Whether the device may be used after this report; unknown while nothing is concluded.
/// A pipe of grade 4 and a vessel of grade 5 may not (TSG D7005-2018, TSG 21-2016).
pub fn passed(s: &Situation) -> Value {
    let kind = of_device(s, "kind");
    let grade = s.text("grade");
    let graded = match (&kind, grade) {
        (Value::Text(kind), Some("4")) if kind == "pipe" => Some(false),
        (_, Some("5")) => Some(false),
        (Value::Text(kind), Some(_)) if kind == "pipe" => Some(true),
        _ => None,
    };
    let concluded = s.text("conclusion").map(|conclusion| {
        matches!(
            conclusion,
            "pass" | "recheck_pass" | "meets" | "mostly_meets"
        )
    });
    match (concluded, graded) {
        (Some(false), _) | (_, Some(false)) => Value::Bool(false),
        (Some(true), _) | (_, Some(true)) => Value::Bool(true),
        (None, None) => Value::Null,
    }
}

/// The latest next date that the cycles leave after this report.
pub fn latest_allowed(s: &Situation) -> Value {
    let (Some(device), Some(finished)) = (s.read("ref equipment").first(), s.date("finished"))
    else {
        return Value::Null;
    };
    let series = match s.text("category") {
        Some("periodic" | "internal" | "full" | "first") => Series::Main,
        Some("external" | "annual") => Series::Outer,
        _ => return Value::Null,
    };
    let mut facts = facts(s, device);
    if let Some(grade) = s.text("grade") {
        facts.device.grade = Some(grade.to_owned());
    }
    let lift = facts.device.kind == "lift" && facts.base.is_some() && series == Series::Main;
    if lift {
        // The lift's own years stand in the params of its register.
        facts.main = Known {
            passed: Some(finished),
            ..Known::default()
        };
        let rule = lift_rule(s, s.catalogue.at(device.register));
        return date_value(rule.and_then(|r| due::main(&facts, &[], Some(&r))));
    }
    let table = cycles(s, &facts.device.kind, series);
    date_value(cycle::latest_due(&table, &facts.device, series, finished))
}

/// A certificate may be used only while its holder is employed (TSG Z6001-2019).
pub fn usable(s: &Situation) -> Value {
    Value::Bool(*s.value("employer") != Value::Null)
}

/// Where the employer is; a holder without one stays where he was last known, and a new one
/// stands where the person who enters him works.
pub fn division_of_employer(s: &Situation) -> Value {
    crate::home::division_of(s, "ref employer")
}

/// The last day of so many months from the approval, unless the certificate says otherwise.
pub fn operator_valid_until(s: &Situation) -> Value {
    if let Some(stated) = s.date("stated_until") {
        return Value::Date(stated);
    }
    match (s.date("approved_on"), s.param("valid_months")) {
        (Some(approved), Value::Int(months)) => Value::Date(
            approved
                .saturating_add(months.months())
                .saturating_sub(1.day()),
        ),
        _ => Value::Null,
    }
}

pub fn entity_uscc(s: &Situation) -> Value {
    of_first(s, "ref entity", "uscc")
}

pub fn entity_name(s: &Situation) -> Value {
    of_first(s, "ref entity", "name")
}

pub fn division_of_entity(s: &Situation) -> Value {
    crate::home::division_of(s, "ref entity")
}

pub fn unit_entity(s: &Situation) -> Value {
    of_first(s, "ref unit", "entity")
}

pub fn unit_name(s: &Situation) -> Value {
    of_first(s, "ref unit", "name")
}

pub fn unit_division(s: &Situation) -> Value {
    of_first(s, "ref unit", "division")
}

/// First character after `TS` (codes of TSG 07-2019).
pub fn licence_nature(s: &Situation) -> Value {
    named(s, 2, |c| match c {
        '1' => Some("design"),
        '2' => Some("make"),
        '3' => Some("work"),
        '4' => Some("fill_bottle"),
        '9' => Some("fill_mobile"),
        '7' => Some("inspect"),
        'X' => Some("type_test"),
        _ => None,
    })
}

/// Second character after `TS`.
pub fn licence_kind(s: &Situation) -> Value {
    named(s, 3, |c| match c {
        '1' => Some("boiler"),
        '2' => Some("vessel"),
        '3' => Some("lift"),
        '4' => Some("crane"),
        '5' => Some("vehicle"),
        '6' => Some("ride"),
        '7' => Some("pipe_part"),
        '8' => Some("pipe"),
        '9' => Some("ropeway"),
        'F' => Some("accessory"),
        _ => None,
    })
}

/// `10` is the nation; other regions are provinces, which may have delegated to cities.
pub fn licence_level(s: &Situation) -> Value {
    match s.text("code").and_then(|code| code.get(4..6)) {
        Some("10") => text("nation"),
        Some(_) => text("province"),
        None => Value::Null,
    }
}

fn named(s: &Situation, at: usize, name: fn(char) -> Option<&'static str>) -> Value {
    let c = s.text("code").and_then(|code| code.chars().nth(at));
    c.and_then(name).map_or(Value::Null, text)
}

fn of_device(s: &Situation, field: &str) -> Value {
    of_first(s, "ref equipment", field)
}

fn of_first(s: &Situation, read: &str, field: &str) -> Value {
    s.read(read)
        .first()
        .map_or(Value::Null, |record: &Record| s.of(record, field).clone())
}
