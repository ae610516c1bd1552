//! The record as it would be, against its definition: required fields and the register's checks.

use catalogue::Check;
use expr::Value;
use speech::said;

use crate::{Blame, Ground, Record, View};

/// Required fields and the register's checks. Faults go to `blames`, warnings are returned.
pub(crate) fn examine(ground: &Ground, record: &Record, blames: &mut Vec<Blame>) -> Vec<Blame> {
    let def = ground.catalogue.at(record.register);
    let view = ground.view(record);
    for (ix, field) in def.all_fields() {
        let blamed = blames
            .iter()
            .any(|b| b.pointer.strip_prefix('/') == Some(&field.name));
        let applies = || field.when.as_ref().is_none_or(|when| when.holds(&view));
        if field.required && field.typed() && !blamed && record.data[ix.0].is_empty() && applies() {
            let message = said!("请填写“{}”" / "Please fill in “{}”", field.label);
            blames.push(Blame::at(&field.name, "required", message));
        }
    }
    let mut warnings = Vec::new();
    for check in &def.checks {
        if check.when.as_ref().is_some_and(|when| !when.holds(&view)) || !broken(check, &view) {
            continue;
        }
        let field = check
            .fields
            .first()
            .map_or("", |ix| def.get(*ix).name.as_str());
        let blame = Blame::at(field, "rule", &check.message);
        if check.warns {
            warnings.push(blame)
        } else {
            blames.push(blame)
        }
    }
    warnings
}

/// A check is broken only when it is surely false: what is not known does not condemn a record.
fn broken(check: &Check, view: &View) -> bool {
    check.holds.eval(view) == Value::Bool(false)
}
