//! Hooks of applications for enterprise accounts: what the credit code already says is not asked, and a
//! firm that the registry lacks is entered by the officer who confirms it.

use kernel::{
    Compute, Effect, Guard, Hook, Hooks, Intent, Said, Situation, Value, area_prefix, said,
};

const REQUEST: &str = "registry.account_request";
const ENTERPRISE: &str = "registry.enterprise";
/// The firm with the credit code of the application.
const SAME: &str = "same registry.enterprise uscc";
/// Digits of the code of a town (GB/T 10114): a county has six.
const TOWN_DIGITS: usize = 9;

pub fn hooks() -> Hooks {
    let hook = Hook::<Compute>::new;
    let compute = vec![
        hook(REQUEST, "request_entity", &[SAME], entity),
        hook(REQUEST, "request_firm", &[SAME], firm),
        hook(REQUEST, "request_division", &[SAME], division),
    ];
    let effect = vec![
        Hook::<Effect>::new(REQUEST, "register_firm", &[SAME], register_firm),
        Hook::<Effect>::new(REQUEST, "place_firm", &[SAME], place_firm),
    ];
    let guard = vec![Hook::<Guard>::new(
        REQUEST,
        "town_chosen",
        &[SAME],
        town_chosen,
    )];
    Hooks {
        compute,
        guard,
        effect,
    }
}

/// The firm of the registry; once it was entered with the application itself, that one.
fn entity(s: &Situation) -> Value {
    match s.read(SAME).first() {
        Some(firm) => Value::Id(firm.id),
        None => s
            .before
            .map_or(Value::Null, |before| s.of(before, "entity").clone()),
    }
}

fn firm(s: &Situation) -> Value {
    match s.read(SAME).first() {
        Some(firm) => s.of(firm, "name").clone(),
        None => s.value("firm_given").clone(),
    }
}

/// Where the firm lies; of an unknown one where it was registered: positions 3 to 8 of the credit code
/// are the division of the registration authority (GB 32100-2015 表1).
fn division(s: &Situation) -> Value {
    let theirs = s.read(SAME).first().map(|firm| s.of(firm, "division"));
    if let Some(Value::Text(code)) = theirs {
        return Value::Text(code.clone());
    }
    let code = s.text("uscc").and_then(|uscc| uscc.get(2..8));
    match code.filter(|code| codes::divisions::get(code).is_some()) {
        Some(code) => Value::Text(code.to_owned()),
        None => Value::Null,
    }
}

/// A county says too little of where a firm is: what it reports goes to its town first, and would lie
/// with nobody (organisation.md 4.1).
fn town_chosen(s: &Situation) -> Result<(), Said> {
    let known = s.text("division").unwrap_or_default();
    match s.text("town") {
        None if known.len() >= TOWN_DIGITS => Ok(()),
        None => Err(said!(
            "请选择这家企业“所在镇街”，它的上报由镇街先核查；当地没有镇街的，选区县本身"
                / "Choose the “town” of this enterprise, for its reports are checked there first; where there are no towns, choose the county itself"
        )),
        Some(town) if town.starts_with(area_prefix(known)) => Ok(()),
        Some(_) => Err(said!(
            "所选的镇街不在这家企业的所在区划里，请核对；企业已迁走的，先在法人库里改所在区划"
                / "The town chosen lies outside the division of this enterprise; check it, or first correct the division in the registry if the enterprise has moved"
        )),
    }
}

/// The town that the officer chose, kept with a firm of which the registry knew the county alone.
fn place_firm(s: &Situation) -> Result<Vec<Intent>, Said> {
    let (Some(firm), Some(town)) = (s.read(SAME).first(), s.text("town")) else {
        return Ok(Vec::new());
    };
    let near = match s.of(firm, "division") {
        Value::Text(known) => known.len() >= TOWN_DIGITS,
        _ => false,
    };
    if near {
        return Ok(Vec::new());
    }
    Ok(vec![Intent::Set {
        register: ENTERPRISE.to_owned(),
        id: firm.id,
        values: vec![("division".to_owned(), Value::Text(town.to_owned()))],
    }])
}

/// Enters the firm as the applicant wrote it. Meanwhile it may have been entered by somebody else.
fn register_firm(s: &Situation) -> Result<Vec<Intent>, Said> {
    if !s.read(SAME).is_empty() {
        return place_firm(s);
    }
    let from = |field: &str, own: &str| (field.to_owned(), s.value(own).clone());
    let place = match s.text("town") {
        Some(_) => "town",
        None => "division",
    };
    let values = vec![
        from("uscc", "uscc"),
        from("name", "firm_given"),
        from("division", place),
        from("contact", "contact"),
        from("contact_phone", "phone"),
    ];
    Ok(vec![Intent::Make {
        register: ENTERPRISE.to_owned(),
        values,
        state: None,
        into: Some("entity".to_owned()),
        rows: kernel::ChildRows::new(),
    }])
}
