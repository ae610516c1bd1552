//! Guards of a report: not twice, not against the state of the device, not on a licence or an
//! inspection that does not hold. Asked when it is reported and again when it is confirmed.

use jiff::civil::Date;
use kernel::{Datum, Record, Situation, Value};
use kernel::{Said, said};

use super::guards::{fit_to_resume, not_failed, not_sealed, within_life};
use super::report::{device, happened_on, has_files};

/// Devices on the register with the same works number, or the same device code.
pub const SAME_NUMBER: &str = "same special_equipment.equipment product_no";
pub const SAME_CODE: &str = "same special_equipment.equipment code";
/// Other reports about the same device.
pub const SAME_DEVICE: &str = "same special_equipment.report equipment";
/// The maker's licence, if it is registered.
pub const LICENCE: &str = "ref licence";
pub const READS: &[&str] = &[
    "ref equipment",
    LICENCE,
    SAME_NUMBER,
    SAME_CODE,
    SAME_DEVICE,
];

/// States in which a report is on its way.
const RUNNING: [&str; 5] = [
    "submitted",
    "returned",
    "for_station",
    "town_checked",
    "station_checked",
];

/// What the enterprise must have ready before towns and stations are troubled with it.
pub fn fit_to_report(s: &Situation) -> Result<(), Said> {
    let photographed = match s.text("what") {
        Some("add") => has_files(s, "plate_photos"),
        Some("stop" | "scrap") => has_files(s, "photos"),
        _ => true,
    };
    if !photographed {
        return Err(match s.text("what") {
            Some("add") => said!(
                "请拍下设备铭牌后再上报"
                    / "Please photograph the plate of the device before reporting"
            ),
            Some("stop") => said!(
                "请拍下停用标志和封存情况后再上报"
                    / "Please photograph the mark of non-use and the sealing before reporting"
            ),
            _ => said!(
                "请拍下去除使用功能后的设备再上报（特种设备安全法第48条）"
                    / "Please photograph the device made unusable before reporting (Special Equipment Safety Law, art. 48)"
            ),
        });
    }
    // Whose turn it is next hangs on the town.
    if s.text("what") == Some("add") && s.text("place").is_none() {
        return Err(said!(
            "请选择设备所在的镇街后再上报"
                / "Please choose the town in which the device stands before reporting"
        ));
    }
    fit(s)
}

/// What was true when it was reported may have changed on the way.
pub fn fit_to_confirm(s: &Situation) -> Result<(), Said> {
    fit(s)
}

/// The town sees seal, notice or wreck with its own eyes (organisation.md 4.2).
pub fn seen_on_site(s: &Situation) -> Result<(), Said> {
    let seen = !matches!(s.text("what"), Some("stop" | "scrap")) || has_files(s, "town_photos");
    match seen {
        true => Ok(()),
        false => Err(said!(
            "停用、报废要到现场看过，请上传核查照片"
                / "Non-use and scrapping are checked on the spot; please upload photographs"
        )),
    }
}

fn fit(s: &Situation) -> Result<(), Said> {
    match (s.text("what"), device(s)) {
        (Some("add"), _) => fit_to_add(s),
        (Some(what), Some(device)) => {
            not_twice(s)?;
            fit_to_change(s, what, device)
        }
        _ => Err(said!(
            "请选择要上报的设备" / "Please choose the device to report"
        )),
    }
}

fn fit_to_add(s: &Situation) -> Result<(), Said> {
    for (read, what) in [
        (SAME_CODE, said!("设备代码" / "code")),
        (SAME_NUMBER, said!("产品编号" / "product number")),
    ] {
        if let Some(twin) = s.read(read).iter().find(|twin| same_device(s, twin)) {
            let name = s.of(twin, "name").to_string();
            return Err(said!(
                "{0}相同的“{name}”已经在册，请核对，不要重复新增"
                    / "“{name}” with the same {0} is registered already; please check and do not add it twice",
                what
            ));
        }
    }
    licence_held(s)
}

/// A works number is a maker's own: elsewhere it may name another kind of device.
fn same_device(s: &Situation, twin: &Record) -> bool {
    let gone = ["scrapped", "dismantled", "cancelled"];
    let register = s.catalogue.at(twin.register);
    let state = twin
        .state
        .map(|state| register.states[state.0].name.as_str());
    let same_kind = *s.value("kind") == Value::Null || s.of(twin, "kind") == s.value("kind");
    same_kind && state.is_none_or(|state| !gone.contains(&state))
}

/// 法 第18条、第21条: made while the maker's licence held.
fn licence_held(s: &Situation) -> Result<(), Said> {
    let Some(made) = s.date("made_on") else {
        return Ok(());
    };
    if let Some(licence) = s.read(LICENCE).first() {
        let day = |field| match s.of(licence, field) {
            Value::Date(day) => Some(*day),
            _ => None,
        };
        if let Some(ended) = day("ended_on").filter(|ended| *ended <= made) {
            return Err(said!(
                "制造许可证已于 {ended} 终止，{made} 制造的设备不能用它（特种设备安全法第18条）"
                    / "The manufacturing licence ended on {ended}; a device made in {made} cannot use it (Special Equipment Safety Law, art. 18)"
            ));
        }
        return match day("valid_until").filter(|until| *until < made) {
            Some(until) => Err(out_of_term(made, Said::same(until.to_string()))),
            None => Ok(()),
        };
    }
    // The last four figures of a number are the year in which it ends (TSG 07-2019).
    let year = s.text("maker_licence").and_then(|no| no.rsplit('-').next());
    match year.and_then(|year| year.parse::<i16>().ok()) {
        Some(year) if year < made.year() => Err(out_of_term(made, said!("{year} 年" / "{year}"))),
        _ => Ok(()),
    }
}

fn out_of_term(made: Date, until: Said) -> Said {
    said!(
        "制造许可证有效期至 {}，制造日期 {made} 不在有效期内，请核对（特种设备安全法第18条、第21条）"
            / "The manufacturing licence is valid until {}; the date of manufacture {made} lies outside; please check (Special Equipment Safety Law, art. 18 and 21)",
        until
    )
}

/// One report about one device at a time: two would overtake each other.
fn not_twice(s: &Situation) -> Result<(), Said> {
    let running = s.read(SAME_DEVICE).iter().find(|other| {
        let state = other
            .state
            .map(|state| s.register.states[state.0].name.as_str());
        other.id != s.record.id && state.is_some_and(|state| RUNNING.contains(&state))
    });
    match running {
        Some(other) => Err(said!(
            "这台设备的上报 {} 还在办理，办结后再报"
                / "Report {} of this device is still open; please report again when it is done",
            s.of(other, "no").to_string()
        )),
        None => Ok(()),
    }
}

fn fit_to_change(s: &Situation, what: &str, device: &Record) -> Result<(), Said> {
    let register = s.catalogue.at(device.register);
    let Some(state) = device.state.map(|state| &register.states[state.0]) else {
        return Ok(());
    };
    let from: &[&str] = match what {
        "resume" => &["stopped"],
        "scrap" => &["in_use", "stopped"],
        _ => &["in_use"],
    };
    if !from.contains(&state.name.as_str()) {
        let word = &s.catalogue.choice("special_equipment.report_kind").entries[what].label;
        return Err(said!(
            "设备现在是“{}”，不能报{}" / "The device is “{}”; this cannot be reported: {}",
            state.label,
            word
        ));
    }
    let on = happened_on(s);
    let as_it_will_be = Situation {
        catalogue: s.catalogue,
        register,
        record: &dated(device, register, what, on),
        before: Some(device),
        actor: s.actor,
        params: s.params,
        today: s.today,
        now: s.now,
        reads: s.reads,
    };
    match what {
        "resume" => fit_to_resume(&as_it_will_be),
        "scrap" => not_sealed(&as_it_will_be),
        "move" | "transfer" => {
            not_sealed(&as_it_will_be)?;
            not_failed(&as_it_will_be)?;
            within_life(&as_it_will_be)?;
            same_user(s, device)
        }
        _ => Ok(()),
    }
}

/// The device with the day on which it is to run again.
fn dated(device: &Record, register: &kernel::Register, what: &str, on: Date) -> Record {
    let mut device = device.clone();
    if what == "resume"
        && let Some(ix) = register.field("resumed_on")
    {
        device.data[ix.0] = Datum::One(Value::Date(on));
    }
    device
}

fn same_user(s: &Situation, device: &Record) -> Result<(), Said> {
    let new = s.value("new_user");
    if *new != Value::Null && new == s.of(device, "user") {
        return Err(said!(
            "新使用单位就是现在的使用单位，不需要过户"
                / "The new user is the present one; no transfer is needed"
        ));
    }
    Ok(())
}
