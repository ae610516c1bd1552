//! What is done to whole registers leaves flows whole: import, export, recompute, the ledger.

use kernel::{Actor, Reason};

use super::course::verified;
use super::{REPAIR, Stage, refusal};
use crate::sheets::try_import;

#[test]
fn nobody_imports_into_a_flow_not_even_at_the_machine() {
    let stage = Stage::new();
    let operator = Actor::operator();
    for (register, rows) in [
        (REPAIR, "damage\n网断了\n"),
        ("house.task", "roles\nchair\n"),
        ("house.matter", "shown\n办件\n"),
        ("house.clock", "name\ndecision\n"),
    ] {
        let refused = refusal(try_import(&stage.house, &operator, register, rows, None));
        assert_eq!(refused.reason, Reason::Conflict, "{register}");
    }
    assert!(stage.all(REPAIR).is_empty() && stage.all("house.task").is_empty());
}

#[test]
fn recomputing_changes_nothing_of_a_matter_and_the_ledger_stays_whole() {
    let stage = Stage::new();
    let id = stage.signing();
    let before = format!("{:?}", stage.matter(id));
    for register in [REPAIR, "house.matter", "house.task", "house.clock"] {
        let ix = stage.house.register(register);
        assert_eq!(
            stage.house.app.recompute(ix).expect("recomputed"),
            0,
            "{register}"
        );
    }
    assert_eq!(format!("{:?}", stage.matter(id)), before);
    verified(&stage);
}
