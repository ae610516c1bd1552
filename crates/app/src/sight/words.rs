//! Words of definitions that the house writes down in registers of its own (登记簿、环节、岗位、结果), as
//! people read them; and names of the service that stand beside them.

use std::collections::HashSet;

use kernel::flow::Roles;
use kernel::{Catalogue, Datum, FieldIx, Ground, Id, Kind, Lang, Register, RegisterIx, Value};
use speech::Said;

use crate::flow::{outcome_said, role_labels};
use crate::{App, Named, Names, Outcome, RecordView, Seen};

/// The registers of the program itself, where such words stand.
const HOUSE: &str = "house";
/// The field that says of which register the other words are.
const REGISTER: &str = "register";

/// What is needed beside these fields to tell their words: of which register they are.
pub(super) fn needed(def: &Register, fields: &[FieldIx]) -> Option<FieldIx> {
    let of_register = |ix: &FieldIx| matches!(def.get(*ix).name.as_str(), "at_state" | "outcome");
    let told = def.subsystem == HOUSE && fields.iter().any(of_register);
    told.then(|| def.field(REGISTER)).flatten()
}

/// What a word of a definition is called; nothing where the field holds none, or an unknown one.
pub(super) fn told(
    ground: &Ground,
    def: &Register,
    view: &RecordView,
    ix: FieldIx,
) -> Option<String> {
    let field = def.get(ix);
    if def.subsystem != HOUSE || !matches!(field.kind, Kind::Text { .. }) {
        return None;
    }
    let (catalogue, lang) = (ground.catalogue, ground.actor.lang);
    let word = text(view.field(ix)?)?;
    match field.name.as_str() {
        REGISTER => register(catalogue, word).map(|of| of.title.get(lang).to_owned()),
        "post" | "roles" => Some(roles(catalogue, word, lang)),
        "at_state" => {
            let of = told_of(catalogue, def, view)?;
            let state = of.state(word)?;
            Some(of.states[state.0].label.get(lang).to_owned())
        }
        "outcome" => {
            let of = told_of(catalogue, def, view)?;
            Some(outcome_said(of, word).take(lang))
        }
        _ => None,
    }
}

fn told_of<'a>(
    catalogue: &'a Catalogue,
    def: &Register,
    view: &RecordView,
) -> Option<&'a Register> {
    register(catalogue, text(view.field(def.field(REGISTER)?)?)?)
}

fn register<'a>(catalogue: &'a Catalogue, name: &str) -> Option<&'a Register> {
    catalogue.register(name).map(|ix| catalogue.at(ix))
}

fn roles(catalogue: &Catalogue, words: &str, lang: Lang) -> String {
    let words = Roles(words.split('+').map(str::to_owned).collect());
    Said::list(role_labels(catalogue, &words)).take(lang)
}

fn text(seen: &Seen) -> Option<&str> {
    match seen {
        Seen::Plain(Datum::One(Value::Text(text))) if !text.is_empty() => Some(text),
        _ => None,
    }
}

impl App {
    /// Units and colleagues by name alone: whoever works in the service reads on every matter which unit
    /// and which official has it, though their own records are not his to open.
    pub(super) fn name_service(
        &self,
        ground: &Ground,
        reader: &store::Reader,
        (register, ids): (RegisterIx, &HashSet<Id>),
        names: &mut Names,
    ) -> Outcome<()> {
        let of_unit = register == self.house("unit")?;
        let of_account = register == self.house("account")?;
        if !(of_unit || of_account) || !App::tells_names(ground.actor) {
            return Ok(());
        }
        for id in ids {
            if names.contains_key(id) {
                continue;
            }
            let shown = match of_unit {
                true => Some(self.unit_title_on(*id, ground.today)?),
                false => self.name_of_staff(reader, *id)?,
            };
            if let Some(shown) = shown.filter(|shown| !shown.is_empty()) {
                names.insert(*id, Named { register, shown });
            }
        }
        Ok(())
    }
}
