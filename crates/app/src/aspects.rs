//! What is read of a register to name, colour and find its records: known once the definitions are,
//! and asked by every request.

use kernel::{Catalogue, Field, FieldIx, Kind, Register, RegisterIx};

use crate::sight::{fields_for, fields_of_name};

/// The aspects of all registers.
pub(crate) struct Aspects {
    registers: Vec<Aspect>,
    searched: Vec<RegisterIx>,
}

/// Fields of one register, each list in the register's order.
pub(crate) struct Aspect {
    /// Those by which a record is shown.
    pub shown: Vec<FieldIx>,
    /// Those that must be loaded to name a record and to ask whether it may be seen.
    pub name: Vec<FieldIx>,
    /// The same, and those at which colours look and what tells a hit from its like.
    pub hit: Vec<FieldIx>,
    /// The first text that is searched and not part of the name: a bare code says nothing to whoever
    /// looked for words.
    pub telling: Option<FieldIx>,
}

impl Aspects {
    pub fn of(catalogue: &Catalogue) -> Aspects {
        let registers = catalogue.all().map(|(_, def)| Aspect::of(def)).collect();
        let with_words = catalogue
            .all()
            .filter(|(_, def)| def.fields.iter().any(|field| field.search));
        let mut searched: Vec<RegisterIx> = with_words.map(|(ix, _)| ix).collect();
        searched.sort_by_key(|ix| {
            let subsystem = catalogue.subsystems.get(&catalogue.at(*ix).subsystem);
            subsystem.map_or(0, |subsystem| subsystem.order)
        });
        Aspects {
            registers,
            searched,
        }
    }

    pub fn at(&self, register: RegisterIx) -> &Aspect {
        &self.registers[register.0]
    }

    /// Registers in which words are found, in the order in which they are shown.
    pub fn searched(&self) -> &[RegisterIx] {
        &self.searched
    }
}

impl Aspect {
    fn of(def: &Register) -> Aspect {
        let shown = def.shown.names().filter_map(|(name, _)| def.field(name));
        let name = fields_of_name(def);
        let shown: Vec<FieldIx> = in_order(shown.collect());
        let text = |field: &Field| matches!(field.kind, Kind::Text { .. }) && !field.sealed();
        let telling = def
            .all_fields()
            .find(|(ix, field)| field.search && text(field) && !shown.contains(ix))
            .map(|(ix, _)| ix);
        let mut hit = fields_for(def, &[]);
        hit.extend(&name);
        hit.extend(telling);
        Aspect {
            shown,
            name,
            hit: in_order(hit),
            telling,
        }
    }
}

fn in_order(mut fields: Vec<FieldIx>) -> Vec<FieldIx> {
    fields.sort_unstable();
    fields.dedup();
    fields
}
