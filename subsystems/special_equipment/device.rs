//! Computed fields of a device: class, life, and the dates of its next inspections.

use jiff::civil::Date;
use kernel::{FieldIx, Record, Register, Situation, Value};

use super::CYCLES;
use super::cycle::{Cycle, Series};
use super::due::{self, Facts};
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
    let facts = facts(s, s.record);
    let table = cycles(s, &facts.device.kind, Series::Main);
    date_value(due::main(&facts, &table, lift_rule(s, s.register).as_ref()))
}

pub fn next_due_outer(s: &Situation) -> Value {
    let table = cycles(s, s.text("kind").unwrap_or_default(), Series::Outer);
    if table.is_empty() {
        return Value::Null;
    }
    date_value(due::outer(&facts(s, s.record), &table))
}

pub fn next_self_test(s: &Situation) -> Value {
    let (Some("lift"), Some(rule)) = (s.text("kind"), lift_rule(s, s.register)) else {
        return Value::Null;
    };
    let table = cycles(s, "lift", Series::SelfTest);
    date_value(due::self_test(&facts(s, s.record), &table, &rule))
}

/// What the next inspections of a device follow from. One pass over the fields: imports compute
/// this for every row, and a look-up by name for each of thirty fields would be the dearest part.
pub fn facts(s: &Situation, record: &Record) -> Facts {
    let mut facts = Facts::default();
    let (mut accepted, mut supervised, mut prior_grade) = (None, None, None);
    let (mut molten, mut power) = (false, false);
    for (ix, field) in s.catalogue.at(record.register).all_fields() {
        let value = record.value(ix);
        if *value == Value::Null {
            continue;
        }
        match field.name.as_str() {
            "kind" => facts.device.kind = word(value).unwrap_or_default(),
            "basic" => facts.device.basic = word(value),
            "pipe_level" => facts.device.level = word(value),
            "cycle_case" => facts.device.case = word(value),
            "grade" => facts.device.grade = word(value),
            "prior_grade" => prior_grade = word(value),
            "molten" => molten = *value == Value::Bool(true),
            "boiler_use" => power = word(value).as_deref() == Some("power"),
            "commissioned_on" => facts.start = day(value),
            "accepted_on" => accepted = day(value),
            "supervised_on" => supervised = day(value),
            "passed_on" => facts.main.passed = day(value),
            "stated_due" => facts.main.stated = day(value),
            "prior_inspected" => facts.main.prior = day(value),
            "prior_due" => facts.main.prior_due = day(value),
            "passed_outer_on" => facts.outer.passed = day(value),
            "stated_due_outer" => facts.outer.stated = day(value),
            "prior_outer" => facts.outer.prior = day(value),
            "prior_outer_due" => facts.outer.prior_due = day(value),
            "repair_passed_on" => facts.repaired = day(value),
            "restart_passed_on" => facts.restarted = day(value),
            "self_tested" => facts.self_tested = day(value),
            _ => {}
        }
    }
    facts.base = accepted.max(supervised);
    // A case that other fields tell need not be chosen.
    let told = molten
        .then_some("crane_molten")
        .or(power.then_some("boiler_power"));
    facts.device.case = facts.device.case.or(told.map(str::to_owned));
    facts.device.grade = facts.device.grade.or(prior_grade);
    facts
}

/// The years and months of the lift rule, as the bureau has set them on the register of devices.
pub fn lift_rule(s: &Situation, devices: &Register) -> Option<Rule> {
    let param = |name: &str| {
        let ix = devices.params.iter().position(|param| param.name == name)?;
        Some(s.params.of(devices, ix))
    };
    let Value::Text(years) = param("lift_years")? else {
        return None;
    };
    Some(Rule {
        years: Rule::years(&years)?,
        early_months: months(&param("lift_early_months")?)?,
        self_test_early_months: months(&param("self_test_early_months")?)?,
    })
}

/// The cycles in force for one kind and series.
pub fn cycles(s: &Situation, kind: &str, series: Series) -> Vec<Cycle> {
    let records = s.read(CYCLES);
    let Some(register) = records
        .first()
        .map(|record| s.catalogue.at(record.register))
    else {
        return Vec::new();
    };
    let Some(columns) = Columns::of(register) else {
        return Vec::new();
    };
    let is =
        |record: &Record, ix, word: &str| matches!(record.value(ix), Value::Text(t) if t == word);
    records
        .iter()
        .filter(|record| {
            is(record, columns.kind, kind) && is(record, columns.series, series.word())
        })
        .filter_map(|record| columns.cycle(record))
        .collect()
}

/// Where the table of cycles has what; looked up once, because an import reads a dozen of its rows
/// for every device.
struct Columns {
    kind: FieldIx,
    series: FieldIx,
    basics: FieldIx,
    levels: FieldIx,
    case: FieldIx,
    grades: FieldIx,
    first_months: FieldIx,
    next_months: FieldIx,
    max_months: FieldIx,
    valid_from: FieldIx,
    valid_to: FieldIx,
}

impl Columns {
    fn of(register: &Register) -> Option<Columns> {
        let field = |name: &str| register.field(name);
        Some(Columns {
            kind: field("kind")?,
            series: field("series")?,
            basics: field("basics")?,
            levels: field("levels")?,
            case: field("case")?,
            grades: field("grades")?,
            first_months: field("first_months")?,
            next_months: field("next_months")?,
            max_months: field("max_months")?,
            valid_from: field("valid_from")?,
            valid_to: field("valid_to")?,
        })
    }

    fn cycle(&self, record: &Record) -> Option<Cycle> {
        Some(Cycle {
            kind: word(record.value(self.kind))?,
            series: word(record.value(self.series))?,
            basics: words(record.value(self.basics)),
            levels: words(record.value(self.levels)),
            case: word(record.value(self.case)),
            grades: words(record.value(self.grades)),
            first_months: months(record.value(self.first_months)),
            next_months: months(record.value(self.next_months)),
            max_months: months(record.value(self.max_months)),
            valid_from: day(record.value(self.valid_from))?,
            valid_to: day(record.value(self.valid_to)),
        })
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::Text(word) => Some(word.clone()),
        _ => None,
    }
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Set(words) => words.clone(),
        _ => Vec::new(),
    }
}

fn months(value: &Value) -> Option<i64> {
    match value {
        Value::Int(months) => Some(*months),
        _ => None,
    }
}

fn day(value: &Value) -> Option<Date> {
    match value {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

pub fn text(word: impl Into<String>) -> Value {
    Value::Text(word.into())
}

pub fn date_value(date: Option<Date>) -> Value {
    date.map_or(Value::Null, Value::Date)
}
