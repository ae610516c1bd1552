//! Hooks of applications for enterprise accounts: what the credit code already says is not asked, and a
//! firm that the registry lacks is entered by the officer who confirms it.

use kernel::{Compute, Effect, Hook, Hooks, Intent, Said, Situation, Value};

const REQUEST: &str = "registry.account_request";
const ENTERPRISE: &str = "registry.enterprise";
/// The firm with the credit code of the application.
const SAME: &str = "same registry.enterprise uscc";

pub fn hooks() -> Hooks {
    let hook = Hook::<Compute>::new;
    let compute = vec![
        hook(REQUEST, "request_entity", &[SAME], entity),
        hook(REQUEST, "request_firm", &[SAME], firm),
        hook(REQUEST, "request_division", &[SAME], division),
    ];
    let effect = vec![Hook::<Effect>::new(
        REQUEST,
        "register_firm",
        &[SAME],
        register_firm,
    )];
    Hooks {
        compute,
        guard: Vec::new(),
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

/// Enters the firm as the applicant wrote it. Meanwhile it may have been entered by somebody else.
fn register_firm(s: &Situation) -> Result<Vec<Intent>, Said> {
    if !s.read(SAME).is_empty() {
        return Ok(Vec::new());
    }
    let from = |field: &str, own: &str| (field.to_owned(), s.value(own).clone());
    let values = vec![
        from("uscc", "uscc"),
        from("name", "firm_given"),
        from("division", "division"),
        from("contact", "contact"),
        from("contact_phone", "phone"),
    ];
    Ok(vec![Intent::Make {
        register: ENTERPRISE.to_owned(),
        values,
        state: None,
        into: Some("entity".to_owned()),
    }])
}
        rows: kernel::ChildRows::new(),
