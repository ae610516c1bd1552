//! Rights: which verbs a role has on a register, how far they reach, and which fields they show.
//! Deny by default.

use std::borrow::Cow;

use catalogue::{Catalogue, Field, FieldIx, Owner, Permission, Reach, Register, Verb};
use expr::{Checked, Id, Value};
use speech::{Said, said};

use crate::sight::sight;
use crate::{Actor, Blame, Ground, Record, Refusal, View, area_prefix};

/// The role whose rights everyone has.
const PUBLIC: &str = "public";

/// Whose right it is: who acted and why is told to those who work here, not to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Own,
    Everyones,
}

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
    pub fields: Option<Cow<'a, [FieldIx]>>,
    pub whose: Whose,
}

/// The scope of a verb, or `None` when the actor does not have it at all.
/// What the public may do, everyone may.
pub fn scope<'a>(register: &'a Register, actor: &Actor, verb: Verb) -> Option<Scope<'a>> {
    let Some(role) = actor.role() else {
        return Some(Scope {
            span: Span::All,
            only: None,
            fields: None,
            whose: Whose::Own,
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
    let own = has(role) && actor.reaches(&register.name);
    let role = if own { role } else { PUBLIC };
    scope_of(register, actor, role, verb)
}

/// Whether the actor has the verb by his own role and not only because everyone has it.
/// What the public may see is no reason to act on it.
pub(crate) fn has_of_his_own(register: &Register, actor: &Actor, verb: Verb) -> bool {
    let own =
        |role| actor.reaches(&register.name) && scope_of(register, actor, role, verb).is_some();
    actor.role().is_none_or(own)
}

/// Whether the actor may share a saved list with his unit. The list itself gives nobody a right: each
/// sees in it what his own rights cover.
pub fn may_share_views(catalogue: &Catalogue, actor: &Actor) -> bool {
    let role = actor.role().and_then(|role| catalogue.roles.get(role));
    role.is_some_and(|role| role.shares_views)
}

/// What everyone has.
pub(crate) fn everyones<'a>(
    register: &'a Register,
    actor: &Actor,
    verb: Verb,
) -> Option<Scope<'a>> {
    scope_of(register, actor, PUBLIC, verb)
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
        fields: permission.fields.as_deref().map(Cow::Borrowed),
        whose: match role {
            PUBLIC => Whose::Everyones,
            _ => Whose::Own,
        },
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
    let shown = scope
        .fields
        .as_ref()
        .is_none_or(|fields| fields.contains(&ix));
    !field.secret && !field.hidden && shown
}

/// The right over an existing record, or the refusal that gives away no more than it may:
/// a record outside one's view is "not found".
pub(crate) fn right_over<'a>(
    ground: &Ground<'a>,
    record: &Record,
    verb: Verb,
    no: impl Fn() -> Said,
) -> Result<Scope<'a>, Refusal> {
    let def = ground.catalogue.at(record.register);
    let view = ground.view(record);
    let seen = sight(def, ground.actor).is_some_and(|sight| sight.over(&view).is_some());
    match scope(def, ground.actor, verb) {
        Some(right) if covers(&right, &view) => Ok(right),
        _ if seen => Err(Refusal::forbidden(no())),
        _ => Err(Refusal::not_found()),
    }
}

/// Why a record may not be left as it was typed: it would lie outside the person's reach.
pub(crate) fn outside(def: &Register, right: &Scope) -> Refusal {
    let (field, message) = match right.span {
        Span::Areas(field, _) => (
            Some(field),
            said!("所填区划不在您的管辖范围内" / "This division lies outside your area"),
        ),
        Span::Own(Owner::Field(field), _) => (
            Some(field),
            said!("只能填写您自己的记录" / "Only your own record can stand here"),
        ),
        Span::Own(Owner::Itself, _) => (
            None,
            said!("只能填写您自己的记录" / "Only your own record can stand here"),
        ),
        Span::All => (
            None,
            said!(
                "这样填写的记录您无权办理，请核对"
                    / "The record as filled in would not be yours to handle; please check"
            ),
        ),
    };
    let mut refusal = Refusal::forbidden(message.clone());
    if let Some(field) = field {
        let name = &def.get(field).name;
        refusal.blames.push(Blame::at(name, "reach", message));
    }
    refusal
}
