//! What an enterprise's report knows without asking: whose device, where, of what kind and class.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Record, Situation, Value, area_prefix};

const DEVICE: &str = "ref equipment";
const APPLICANT: &str = "ref applicant";

/// States in which the enterprise still writes; afterwards what was reported stands as it was.
const WRITING: [&str; 2] = ["draft", "returned"];

/// The enterprise whose report it is: the device's, else the one entered for, else the one signed in.
pub fn user(s: &Situation) -> Value {
    told(s, "user", || {
        let of_device = device(s).map(|device| s.of(device, "user").clone());
        let known = of_device.filter(|user| *user != Value::Null);
        let given = s.value("applicant").clone();
        known.unwrap_or_else(|| match (given, s.before, s.actor.subject) {
            (Value::Id(id), ..) => Value::Id(id),
            (_, Some(before), _) => s.of(before, "user").clone(),
            (_, None, Some(subject)) => Value::Id(subject),
            (_, None, None) => Value::Null,
        })
    })
}

/// The town whose people look: where the device will be, else where it is, else the enterprise's.
pub fn division(s: &Situation) -> Value {
    told(s, "division", || {
        let here = match s.value("new_place") {
            Value::Null => s.value("place").clone(),
            after => after.clone(),
        };
        let there = device(s).map(|device| s.of(device, "division").clone());
        match (here, there) {
            (Value::Text(code), _) => Value::Text(code),
            (_, Some(Value::Text(code))) => Value::Text(nearer(s, code)),
            _ => crate::home::division_of(s, APPLICANT),
        }
    })
}

/// A device whose registration names the county alone would lie with nobody: the town is given with
/// the report, inside that county.
fn nearer(s: &Situation, registered: String) -> String {
    match s.text("town_given") {
        Some(town) if town.starts_with(area_prefix(&registered)) => town.to_owned(),
        _ => registered,
    }
}

pub fn code(s: &Situation) -> Value {
    told(s, "device_code", || given_or_known(s, "code", "code"))
}

/// The name given, the device's own, or that of its variety.
pub fn name(s: &Situation) -> Value {
    told(s, "device_name", || {
        match given_or_known(s, "name_given", "name") {
            Value::Null => variety(s)
                .and_then(|basic| Some(entry(s, &basic)?.0))
                .map_or(Value::Null, Value::Text),
            name => name,
        }
    })
}

pub fn kind(s: &Situation) -> Value {
    told(s, "kind", || match device(s) {
        Some(device) => s.of(device, "kind").clone(),
        None => variety(s)
            .and_then(|basic| entry(s, &basic)?.1)
            .map_or(Value::Null, Value::Text),
    })
}

pub fn basic(s: &Situation) -> Value {
    told(s, "basic", || match device(s) {
        Some(device) => s.of(device, "basic").clone(),
        None => variety(s).map_or(Value::Null, Value::Text),
    })
}

/// 甲类: of a kind or class that the bureau lists, or in a place where the public gathers.
pub fn class_a(s: &Situation) -> Value {
    let Value::Text(listed) = s.param("class_a_codes") else {
        return Value::Bool(false);
    };
    let of_class = match basic(s) {
        Value::Text(basic) => listed
            .split_whitespace()
            .any(|code| basic.starts_with(code.trim_end_matches('0'))),
        _ => false,
    };
    let public = s.param("class_a_public") == Value::Bool(true) && gathers(s);
    Value::Bool(of_class || public)
}

fn gathers(s: &Situation) -> bool {
    let there = device(s).map(|device| s.of(device, "public_place").clone());
    there == Some(Value::Bool(true)) || super::device::public_place(s) == Value::Bool(true)
}

pub fn due(s: &Situation) -> Value {
    told(s, "device_due", || {
        device(s).map_or(Value::Null, |device| s.of(device, "next_due").clone())
    })
}

/// The day on which it left the enterprise's hands for the last time.
pub fn reported_on(s: &Situation) -> Value {
    match s.state() {
        Some(state) if WRITING.contains(&state) => kept(s, "reported_on"),
        Some("submitted") if !was_past_writing(s) => Value::Date(s.today),
        _ => match kept(s, "reported_on") {
            Value::Null => Value::Date(s.today),
            kept => kept,
        },
    }
}

/// 特种设备安全法 第33条: within thirty days of being put into use.
pub fn register_by(s: &Situation) -> Value {
    match (s.date("commissioned_on"), s.param("register_days")) {
        (Some(used), Value::Int(days)) => Value::Date(used.saturating_add(days.days())),
        _ => Value::Null,
    }
}

/// The device the report is about, if it is registered already.
pub fn device<'s>(s: &'s Situation) -> Option<&'s Record> {
    s.read(DEVICE).first()
}

/// The day of which the report tells.
pub fn happened_on(s: &Situation) -> Date {
    s.date("from_on")
        .or_else(|| s.date("reported_on"))
        .unwrap_or(s.today)
}

/// The variety: the first four figures of the device code, else the one chosen.
fn variety(s: &Situation) -> Option<String> {
    let coded = s.text("code").and_then(|code| code.get(..4));
    coded
        .filter(|basic| entry(s, basic).is_some())
        .or_else(|| s.text("basic_given"))
        .map(str::to_owned)
}

/// Name and kind of a variety of the catalogue.
fn entry(s: &Situation, basic: &str) -> Option<(String, Option<String>)> {
    let list = s.catalogue.choice("special_equipment.equipment_basic");
    let entry = list.entries.get(basic)?;
    Some((entry.label.zh.clone(), entry.under.clone()))
}

fn given_or_known(s: &Situation, given: &str, known: &str) -> Value {
    match (s.value(given), device(s)) {
        (Value::Null, Some(device)) => s.of(device, known).clone(),
        (given, _) => given.clone(),
    }
}

/// What follows from the report while it is being written; afterwards what it said.
fn told(s: &Situation, field: &str, follows: impl FnOnce() -> Value) -> Value {
    match was_past_writing(s) {
        true => kept(s, field),
        false => follows(),
    }
}

fn was_past_writing(s: &Situation) -> bool {
    let before = s.before.and_then(|before| before.state);
    before.is_some_and(|state| !WRITING.contains(&s.register.states[state.0].name.as_str()))
}

fn kept(s: &Situation, field: &str) -> Value {
    s.before
        .map_or(Value::Null, |before| s.of(before, field).clone())
}

/// Whether a field of files holds any.
pub fn has_files(s: &Situation, field: &str) -> bool {
    let ix = s.register.field(field);
    ix.is_some_and(|ix| !s.record.data[ix.0].is_empty())
}
