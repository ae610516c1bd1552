//! Conditions typed at run time (a list's `where`, an export) over a register that is already checked.

use expr::{Checked, Fault, Key, Scope, Symbol, Type};

use crate::{Catalogue, Phase, Register};

/// Parses and checks a condition over the register; all faults at once, with spans in the text.
pub fn condition(
    catalogue: &Catalogue,
    register: &Register,
    text: &str,
) -> Result<Checked, Vec<Fault>> {
    let ast = expr::parse(text).map_err(|fault| vec![fault])?;
    expr::check(
        &ast,
        &Names {
            catalogue,
            register,
        },
        Type::Bool,
    )
}

/// The names of one register as conditions see them.
struct Names<'a> {
    catalogue: &'a Catalogue,
    register: &'a Register,
}

/// Lists that stand for the states of the register and the phases of the kernel.
const STATES: &str = "state";
const PHASES: &str = "phase";

impl Scope for Names<'_> {
    fn lookup(&self, name: &str) -> Option<Symbol> {
        let (key, ty) = match name {
            "state" => (Key::State, Type::Choice(STATES.to_owned())),
            "phase" => (Key::Phase, Type::Choice(PHASES.to_owned())),
            "created_at" => (Key::CreatedAt, Type::Moment),
            "changed_at" => (Key::ChangedAt, Type::Moment),
            _ => match self.register.field(name) {
                Some(ix) => {
                    let field = self.register.get(ix);
                    (Key::Field(ix.0), field.ty().filter(|_| !field.hidden)?)
                }
                None => {
                    let ix = self.register.params.iter().position(|p| p.name == name)?;
                    (Key::Param(ix), self.register.params[ix].ty.clone())
                }
            },
        };
        Some(Symbol { key, ty })
    }

    fn names(&self) -> Vec<String> {
        let fixed = ["state", "phase", "created_at", "changed_at"].map(str::to_owned);
        let fields = self
            .register
            .fields
            .iter()
            .filter(|f| !f.hidden)
            .map(|f| f.name.clone());
        let params = self.register.params.iter().map(|p| p.name.clone());
        fixed.into_iter().chain(fields).chain(params).collect()
    }

    fn choice_has(&self, list: &str, entry: &str) -> bool {
        match list {
            STATES => self.register.state(entry).is_some(),
            PHASES => Phase::from_word(entry).is_some(),
            list => self
                .catalogue
                .choices
                .get(list)
                .is_some_and(|l| l.entries.contains_key(entry)),
        }
    }

    fn choice_names(&self, list: &str) -> Vec<String> {
        match list {
            STATES => self
                .register
                .states
                .iter()
                .map(|s| s.name.clone())
                .collect(),
            PHASES => Phase::ALL.iter().map(|p| p.word().to_owned()).collect(),
            list => self
                .catalogue
                .choices
                .get(list)
                .map(|l| l.entries.keys().cloned().collect())
                .unwrap_or_default(),
        }
    }
}
