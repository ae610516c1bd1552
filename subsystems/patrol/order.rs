//! Orders (责令整改): what the section orders on a report or a patrol becomes a rectification in the same
//! commit, so that its limit runs and the enterprise has it before its eyes (organisation.md 3, 4.3).

use kernel::{Intent, Record, Said, Situation, Value};

use super::findings::Rows;
use super::whose;
use super::{ORDER, ORDERS};

/// Of the report: what was found is the one finding.
pub fn of_report(s: &Situation) -> Result<Vec<Intent>, Said> {
    if is_drawn_up(s) {
        return Ok(Vec::new());
    }
    let finding = vec![item(s.value("about").clone()), demand(s, "serious")];
    Ok(vec![ordered(s, "town_check", "serious", vec![finding])])
}

/// Of the patrol: each item that does not conform is a finding. What the town reported is ordered once.
pub fn of_patrol(s: &Situation) -> Result<Vec<Intent>, Said> {
    let report = whose::first(s, "ref town_check");
    let with_report = report.is_some_and(|report| whose::state(s, report) == "ordered");
    if with_report || is_drawn_up(s) {
        return Ok(Vec::new());
    }
    let rows = Rows::of(s, s.record, "items");
    let faults = rows
        .rows
        .iter()
        .filter(|row| rows.is(row, "result", "fault"));
    let findings = faults.map(|row| {
        let fact = match rows.at(row, "fact") {
            Value::Null => rows.at(row, "item"),
            fact => fact,
        };
        let clause = ("clause".to_owned(), rows.at(row, "basis").clone());
        vec![item(fact.clone()), clause, demand(s, "grave")]
    });
    Ok(vec![ordered(s, "patrol", "grave", findings.collect())])
}

/// Whether somebody has drawn the order up by hand already.
fn is_drawn_up(s: &Situation) -> bool {
    let void = |order: &Record| whose::state(s, order) == "discarded";
    !s.read(ORDERS).iter().all(void)
}

/// An order is issued with the section's own act; one against a serious hazard waits for its head
/// (organisation.md 2.2).
fn ordered(s: &Situation, from: &str, serious: &str, findings: Vec<Row>) -> Intent {
    let is_serious = *s.value(serious) == Value::Bool(true);
    let word = |text: &str| Value::Text(text.to_owned());
    let as_known = |name: &str, own: &str| (name.to_owned(), s.value(own).clone());
    let mut values = vec![
        (from.to_owned(), Value::Id(s.record.id)),
        ("order_kind".to_owned(), word("correct")),
        as_known("order_no", "order_no"),
        as_known("entity", "subject"),
        as_known("equipment", "equipment"),
        as_known("due_on", "due_on"),
        ("serious".to_owned(), Value::Bool(is_serious)),
    ];
    if from == "patrol" {
        values.push(as_known("town_check", "town_check"));
    }
    let state = match is_serious {
        true => {
            values.push(("demand".to_owned(), word("stop")));
            "for_issue"
        }
        false => {
            values.push(("issued_on".to_owned(), Value::Date(s.today)));
            "ordered"
        }
    };
    Intent::Make {
        register: ORDER.to_owned(),
        values,
        state: Some(state.to_owned()),
        into: None,
        rows: vec![("findings".to_owned(), findings)],
    }
}

/// A finding, by column.
type Row = Vec<(String, Value)>;

fn item(what: Value) -> (String, Value) {
    ("item".to_owned(), what)
}

fn demand(s: &Situation, serious: &str) -> (String, Value) {
    let demand = match s.value(serious) {
        Value::Bool(true) => "立即停止使用并消除隐患",
        _ => "限期改正",
    };
    ("demand".to_owned(), Value::Text(demand.to_owned()))
}
