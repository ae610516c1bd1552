//! What a hook asks to have loaded before it runs, in the words of its `reads`.

use super::{Catalogue, FieldIx, Kind, Register, RegisterIx};

/// Records that a hook reads, told from the record that is decided upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `all REGISTER`: every record of a small register.
    All(RegisterIx),
    /// `children REGISTER`: those whose ref points at the record.
    Children { register: RegisterIx, by: FieldIx },
    /// `ref FIELD`: the one that the ref field names.
    Ref { field: FieldIx, to: RegisterIx },
    /// `same REGISTER FIELD`: others that hold in the field what the record holds in its own of the
    /// same name. Nobody shares an empty field.
    Same {
        register: RegisterIx,
        there: FieldIx,
        here: FieldIx,
    },
}

impl Reading {
    /// What the words mean to a hook of the register; `None` when they mean nothing.
    pub fn of(catalogue: &Catalogue, of: &Register, words: &str) -> Option<Reading> {
        let words: Vec<&str> = words.split(' ').collect();
        match words.as_slice() {
            ["all", name] => Some(Reading::All(catalogue.register(name)?)),
            ["children", name] => {
                let (register, parent) = (catalogue.register(name)?, catalogue.register(&of.name)?);
                let by = catalogue.at(register).pointing_at(parent)?;
                Some(Reading::Children { register, by })
            }
            ["ref", name] => {
                let field = of.field(name)?;
                match of.get(field).kind {
                    Kind::Ref { to } => Some(Reading::Ref { field, to }),
                    _ => None,
                }
            }
            ["same", name, field] => same(catalogue, of, name, field),
            _ => None,
        }
    }
}

/// Sealed values are not compared, and computed ones not yet known when it is read.
fn same(catalogue: &Catalogue, of: &Register, name: &str, field: &str) -> Option<Reading> {
    let register = catalogue.register(name)?;
    let (there, here) = (catalogue.at(register).field(field)?, of.field(field)?);
    let (other, own) = (catalogue.at(register).get(there), of.get(here));
    let alike = own.ty().is_some() && own.ty() == other.ty() && !matches!(own.kind, Kind::Point);
    let open = own.typed() && !own.sealed() && !other.sealed();
    (alike && open).then_some(Reading::Same {
        register,
        there,
        here,
    })
}
