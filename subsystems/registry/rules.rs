//! Hooks of the base registers: what a credit code or an identity number already says is not typed.

pub mod generate;
mod request;

use kernel::{Compute, Datum, Hook, Hooks, Kind, Situation, Value};

const ENTERPRISE: &str = "registry.enterprise";
const PERSON: &str = "registry.person";

pub fn hooks() -> Hooks {
    let hook = Hook::<Compute>::new;
    let compute = vec![
        hook(ENTERPRISE, "name_key", &[], name_key),
        hook(ENTERPRISE, "org_code", &[], org_code),
        hook(ENTERPRISE, "kind", &[], kind),
        hook(ENTERPRISE, "former_names_key", &[], former_names_key),
        hook(ENTERPRISE, "former_codes_key", &[], former_codes_key),
        hook(PERSON, "sex", &[], sex),
        hook(
            PERSON,
            "division_of_employer",
            &["ref employer"],
            division_of_employer,
        ),
    ];
    let mut hooks = Hooks {
        compute,
        guard: Vec::new(),
        effect: Vec::new(),
    };
    hooks.merge(request::hooks());
    hooks
}

/// The name in its normal form: full- and half-width brackets, spaces and case are alike.
fn name_key(s: &Situation) -> Value {
    s.text("name")
        .map_or(Value::Null, |name| text(codes::text::name_key(name)))
}

/// Positions 9–17 of the credit code (国发〔2015〕33号).
fn org_code(s: &Situation) -> Value {
    s.text("uscc")
        .and_then(codes::org_code_of_uscc)
        .map_or(Value::Null, Value::Text)
}

/// The first two characters of the credit code (GB 32100-2015 表1).
fn kind(s: &Situation) -> Value {
    if *s.value("foreign") == Value::Bool(true) {
        return text("foreign");
    }
    let Some(uscc) = s.text("uscc") else {
        return Value::Null;
    };
    text(match uscc.get(..2).unwrap_or_default() {
        "91" => "enterprise",
        "92" => "individual",
        "93" => "cooperative",
        "11" => "organ",
        "12" => "institution",
        "51" => "social_group",
        "52" => "social_service",
        "53" => "foundation",
        "N1" | "N2" | "N3" => "collective",
        _ => "other",
    })
}

fn former_names_key(s: &Situation) -> Value {
    joined(s, "former_names", "name")
}

fn former_codes_key(s: &Situation) -> Value {
    joined(s, "former_codes", "code")
}

/// One column of child rows in one text, so that search finds it.
fn joined(s: &Situation, rows: &str, column: &str) -> Value {
    let Some(ix) = s.register.field(rows) else {
        return Value::Null;
    };
    let (Datum::Rows(rows), Kind::Rows { fields, .. }) =
        (&s.record.data[ix.0], &s.register.get(ix).kind)
    else {
        return Value::Null;
    };
    let Some(at) = fields.iter().position(|field| field.name == column) else {
        return Value::Null;
    };
    let words: Vec<&str> = rows
        .iter()
        .filter_map(|row| match row.values.get(at) {
            Some(Value::Text(word)) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    if words.is_empty() {
        Value::Null
    } else {
        text(words.join(" "))
    }
}

/// The 17th digit of the identity number: odd for men, even for women (GB 11643-1999).
fn sex(s: &Situation) -> Value {
    let digit = s
        .text("resident_id")
        .and_then(|id| id.chars().nth(16)?.to_digit(10));
    match digit {
        Some(digit) if digit % 2 == 1 => text("male"),
        Some(_) => text("female"),
        None => Value::Null,
    }
}

fn division_of_employer(s: &Situation) -> Value {
    crate::home::division_of(s, "ref employer")
}

fn text(word: impl Into<String>) -> Value {
    Value::Text(word.into())
}
