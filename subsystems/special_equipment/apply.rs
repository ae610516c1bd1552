//! What a confirmed report does to the register: a new device is made, a registered one takes its own
//! action, so that its guards are asked once more. Nothing a register knows is typed again.

use kernel::{Intent, Record, Situation, Value};
use kernel::{Said, said};

use super::report::{device, happened_on};
use super::{EQUIPMENT, report_guards::LICENCE};

pub const READS: &[&str] = &["ref equipment", LICENCE];

/// Fields of the report that the new device has under the same name.
const SAME: [&str; 18] = [
    "user",
    "division",
    "kind",
    "basic",
    "code",
    "product_no",
    "model",
    "maker_name",
    "maker_licence",
    "made_on",
    "installer",
    "installer_licence",
    "notified_on",
    "supervision_no",
    "accepted_on",
    "commissioned_on",
    "place_kind",
    "internal_no",
];
/// Fields whose names differ: in the report, on the device.
const RENAMED: [(&str, &str); 5] = [
    ("device_name", "name"),
    ("site_given", "site"),
    ("point", "point"),
    ("manager", "safety_manager"),
    ("manager_phone", "manager_phone"),
];
/// What a move or a transfer may say anew about a device that is registered.
const MOVED: [(&str, &str); 7] = [
    ("new_user", "user"),
    ("new_place", "division"),
    ("new_site", "site"),
    ("point", "point"),
    ("internal_no", "internal_no"),
    ("manager", "safety_manager"),
    ("manager_phone", "manager_phone"),
];

/// 确认: the report is carried out in the same commit.
pub fn apply_report(s: &Situation) -> Result<Vec<Intent>, Said> {
    if s.text("what") == Some("add") {
        return Ok(vec![Intent::Make {
            register: EQUIPMENT.to_owned(),
            values: new_device(s),
            state: Some("to_register".to_owned()),
            into: Some("equipment".to_owned()),
            rows: kernel::ChildRows::new(),
        }]);
    }
    let Some(device) = device(s) else {
        return Err(said!(
            "请选择要上报的设备" / "Please choose the device to report"
        ));
    };
    let on = Value::Date(happened_on(s));
    let (action, values) = match s.text("what") {
        Some("stop") => ("stop", vec![named("stopped_on", on)]),
        Some("resume") => ("resume", vec![named("resumed_on", on)]),
        Some("scrap") => ("scrap", vec![named("ended_on", on)]),
        Some("move") => ("begin_change", changed(s, "move")),
        Some("transfer") => ("begin_change", changed(s, "user")),
        _ => {
            return Err(said!(
                "没有这种上报事项" / "There is no such kind of report"
            ));
        }
    };
    Ok(vec![Intent::act(EQUIPMENT, device.id, action, values)])
}

fn new_device(s: &Situation) -> Vec<(String, Value)> {
    let mut values: Vec<(String, Value)> = SAME
        .into_iter()
        .map(|name| (name, name))
        .chain(RENAMED)
        .filter_map(|(ours, theirs)| given(s, ours, theirs))
        .collect();
    if let Some(licence) = s.read(LICENCE).first() {
        values.extend(of_licence(s, licence, "entity", "maker"));
        values.extend(of_licence(s, licence, "code", "maker_licence"));
    }
    // 法 第33条、第83条: in use for more than thirty days without registration.
    if s.date("register_by").is_some_and(|day| day < s.today) {
        values.push(named("unregistered", Value::Bool(true)));
    }
    values
}

/// The certificate is changed by the window afterwards; the facts are known from now on.
fn changed(s: &Situation, kind: &str) -> Vec<(String, Value)> {
    let mut values = vec![named("change_kind", Value::Text(kind.to_owned()))];
    values.extend(
        MOVED
            .into_iter()
            .filter_map(|(ours, theirs)| given(s, ours, theirs)),
    );
    values
}

fn given(s: &Situation, ours: &str, theirs: &str) -> Option<(String, Value)> {
    let value = s.value(ours);
    (*value != Value::Null).then(|| named(theirs, value.clone()))
}

fn of_licence(
    s: &Situation,
    licence: &Record,
    ours: &str,
    theirs: &str,
) -> Option<(String, Value)> {
    let value = s.of(licence, ours);
    (*value != Value::Null).then(|| named(theirs, value.clone()))
}

fn named(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}
