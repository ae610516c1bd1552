//! Sight: what a person sees of a register. By his own right, and beyond its reach whatever everyone
//! sees: nobody sees less for having signed in, and outside his reach nobody sees more than the public.
//!
//! Acts, exports and the working lists hang on the own right alone ([`crate::scope`]).

use std::borrow::Cow;

use catalogue::{FieldIx, Register, Verb};

use crate::rights::{everyones, scope};
use crate::{Actor, Scope, Span, View, Whose, covers};

/// The rights by which somebody sees records of a register, the own one first. At least one.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    rights: Vec<Scope<'a>>,
}

/// What the actor sees of the register; `None`: nothing at all.
pub fn sight<'a>(register: &'a Register, actor: &Actor) -> Option<Sight<'a>> {
    let own = scope(register, actor, Verb::See);
    let covered = |own: &Scope| {
        own.whose == Whose::Everyones
            || (own.span == Span::All && own.only.is_none() && own.fields.is_none())
    };
    let wider = match &own {
        Some(own) if covered(own) => None,
        _ => everyones(register, actor, Verb::See),
    };
    let rights: Vec<Scope> = own.into_iter().chain(wider).collect();
    (!rights.is_empty()).then_some(Sight { rights })
}

impl<'a> Sight<'a> {
    /// The sight of one right and no other.
    pub fn of(right: Scope<'a>) -> Sight<'a> {
        Sight {
            rights: vec![right],
        }
    }

    pub fn rights(&self) -> &[Scope<'a>] {
        &self.rights
    }

    /// What the person sees of this record; good for it alone.
    pub fn over(&self, view: &View) -> Option<Scope<'a>> {
        merged(self.rights.iter().filter(|right| covers(right, view)))
    }

    /// The rights that cover the record as it is now: by them its past is seen too.
    pub fn covering(&self, view: &View) -> Option<Sight<'a>> {
        let covering = self.rights.iter().filter(|right| covers(right, view));
        let rights: Vec<Scope> = covering.cloned().collect();
        (!rights.is_empty()).then_some(Sight { rights })
    }

    /// What these rights show of the record as it once was: whoever sees only issued reports does not
    /// see the draft by way of the past.
    pub fn then(&self, past: &View) -> Option<Scope<'a>> {
        let holds = |right: &&Scope<'a>| right.only.is_none_or(|only| only.holds(past));
        merged(self.rights.iter().filter(holds))
    }
}

/// The first right with the fields of all.
fn merged<'r, 'a: 'r>(mut rights: impl Iterator<Item = &'r Scope<'a>>) -> Option<Scope<'a>> {
    let mut right = rights.next()?.clone();
    for further in rights {
        right.fields = joined(right.fields, further.fields.as_ref());
    }
    Some(right)
}

fn joined<'a>(
    fields: Option<Cow<'a, [FieldIx]>>,
    further: Option<&Cow<'a, [FieldIx]>>,
) -> Option<Cow<'a, [FieldIx]>> {
    let (mut fields, further) = (fields?.into_owned(), further?);
    fields.extend(
        further
            .iter()
            .filter(|ix| !fields.contains(ix))
            .copied()
            .collect::<Vec<_>>(),
    );
    Some(Cow::Owned(fields))
}
