//! Rights: which verbs a role has on a register, how far they reach, and which fields they show.
//! Deny by default.

use catalogue::{Field, FieldIx, Owner, Permission, Reach, Register, Verb};
use expr::{Checked, Id, Value};

use crate::{Actor, View, area_prefix};

/// How far a right reaches for one actor.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    All,
    /// Records that belong to this enterprise.
    Own(Owner, Id),
    /// Records whose division lies in one of these prefixes.
    Areas(FieldIx, Vec<String>),
}

/// The records and fields on which an actor may use a verb.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub span: Span,
    pub only: Option<&'a Checked>,
    /// `None`: every field.
    pub fields: Option<&'a [FieldIx]>,
}

/// The scope of a verb, or `None` when the actor does not have it at all.
/// What the public may do, everyone may.
pub fn scope<'a>(register: &'a Register, actor: &Actor, verb: Verb) -> Option<Scope<'a>> {
    let Some(role) = actor.role() else {
        return Some(Scope {
            span: Span::All,
            only: None,
            fields: None,
        });
    };
    // A right of one's own that reaches nowhere (no enterprise bound, no area) stays nothing: an
    // account set up wrongly is to be noticed, not to work as a visitor.
    let has = |role: &str| {
        register
            .permissions
            .get(role)
            .is_some_and(|p| p.may.contains(&verb))
    };
    let role = if has(role) { role } else { "public" };
    scope_of(register, actor, role, verb)
}

/// Whether the actor has the verb by his own role and not only because everyone has it.
/// What the public may see is no reason to act on it.
pub(crate) fn has_of_his_own(register: &Register, actor: &Actor, verb: Verb) -> bool {
    actor
        .role()
        .is_none_or(|role| scope_of(register, actor, role, verb).is_some())
}

fn scope_of<'a>(
    register: &'a Register,
    actor: &Actor,
    role: &str,
    verb: Verb,
) -> Option<Scope<'a>> {
    let permission = register
        .permissions
        .get(role)
        .filter(|p| p.may.contains(&verb))?;
    Some(Scope {
        span: span(register, actor, permission)?,
        only: permission.only.as_ref(),
        fields: permission.fields.as_deref(),
    })
}

fn span(register: &Register, actor: &Actor, permission: &Permission) -> Option<Span> {
    match permission.within {
        Reach::All => Some(Span::All),
        Reach::Own => Some(Span::Own(register.owner?, actor.subject?)),
        Reach::Town | Reach::Station | Reach::Bureau | Reach::Below => {
            Some(Span::Areas(register.reach?, actor.areas.clone()))
        }
    }
}

/// Whether the record lies within the scope.
pub fn covers(scope: &Scope, view: &View) -> bool {
    let within = match &scope.span {
        Span::All => true,
        Span::Own(Owner::Itself, subject) => view.record.id == *subject,
        Span::Own(Owner::Field(field), subject) => {
            *view.record.value(*field) == Value::Id(*subject)
        }
        Span::Areas(field, areas) => match view.record.value(*field) {
            Value::Text(code) => areas.iter().any(|a| code.starts_with(area_prefix(a))),
            _ => false,
        },
    };
    within && scope.only.is_none_or(|only| only.holds(view))
}

/// Whether the scope shows the field. Secret fields are shown to nobody.
pub fn sees_field(scope: &Scope, ix: FieldIx, field: &Field) -> bool {
    !field.secret && !field.hidden && scope.fields.is_none_or(|fields| fields.contains(&ix))
}
