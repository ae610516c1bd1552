//! Conditions: their names resolved against the register, their faults placed inside the literal.

use expr::{Checked, Key, Scope, Symbol, Template, Type};

use super::World;
use super::fields::Read;
use super::outline::Outline;
use crate::fault::{At, What};
use crate::model::{FieldIx, Param, Phase, State};
use crate::suggest::question;
use crate::tree::{Ctx, Literal, Table};

/// Names of the two symbols whose entries are not a choice list of any subsystem.
const STATES: &str = "state";
const PHASES: &str = "phase";

/// Where a condition is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Over one record that is in memory, unsealed.
    InMemory,
    /// Also as SQL over many, where sealed values cannot be read.
    InQuery,
}

/// The names a condition of one register may use.
pub(crate) struct Names<'a> {
    world: &'a World,
    fields: Vec<(&'a str, Type)>,
    params: &'a [Param],
    states: &'a [State],
}

impl<'a> Names<'a> {
    pub fn of(world: &'a World, outline: &'a Outline<'_>) -> Names<'a> {
        let fields = outline.fields.iter().filter_map(|read: &Read<'_>| {
            let ty = if read.broken {
                Some(Type::Null)
            } else {
                read.field.ty()
            };
            Some((read.field.name.as_str(), ty?))
        });
        // The place among all fields is looked up by name, for rows and files have no symbol.
        Names {
            world,
            fields: fields.collect(),
            params: &outline.params,
            states: &outline.states,
        }
    }

    pub fn of_row(world: &'a World, fields: &'a [crate::model::Field]) -> Names<'a> {
        let fields = fields
            .iter()
            .filter_map(|field| Some((field.name.as_str(), field.ty()?)));
        Names {
            world,
            fields: fields.collect(),
            params: &[],
            states: &[],
        }
    }
}

/// A scope that also knows the place of each field in the definition.
struct Placed<'a> {
    names: &'a Names<'a>,
    place: &'a dyn Fn(&str) -> Option<usize>,
    row: bool,
}

impl Scope for Placed<'_> {
    fn lookup(&self, name: &str) -> Option<Symbol> {
        let symbol = |key, ty| Some(Symbol { key, ty });
        if let Some((_, ty)) = self.names.fields.iter().find(|(known, _)| *known == name) {
            return symbol(Key::Field((self.place)(name)?), ty.clone());
        }
        if let Some(at) = self
            .names
            .params
            .iter()
            .position(|param| param.name == name)
        {
            return symbol(Key::Param(at), self.names.params[at].ty.clone());
        }
        if self.row {
            return None;
        }
        match name {
            "state" if !self.names.states.is_empty() => {
                symbol(Key::State, Type::Choice(STATES.into()))
            }
            "phase" if !self.names.states.is_empty() => {
                symbol(Key::Phase, Type::Choice(PHASES.into()))
            }
            "created_at" => symbol(Key::CreatedAt, Type::Moment),
            "changed_at" => symbol(Key::ChangedAt, Type::Moment),
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .names
            .fields
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        all.extend(self.names.params.iter().map(|param| param.name.clone()));
        if !self.row {
            if !self.names.states.is_empty() {
                all.extend(["state".to_owned(), "phase".to_owned()]);
            }
            all.extend(["created_at".to_owned(), "changed_at".to_owned()]);
        }
        all
    }

    fn choice_has(&self, list: &str, entry: &str) -> bool {
        match list {
            STATES => self.names.states.iter().any(|state| state.name == entry),
            PHASES => Phase::from_word(entry).is_some(),
            list => self
                .names
                .world
                .choices
                .get(list)
                .is_some_and(|l| l.entries.contains_key(entry)),
        }
    }

    fn choice_names(&self, list: &str) -> Vec<String> {
        match list {
            STATES => self
                .names
                .states
                .iter()
                .map(|state| state.name.clone())
                .collect(),
            PHASES => Phase::ALL
                .iter()
                .map(|phase| phase.word().to_owned())
                .collect(),
            list => match self.names.world.choices.get(list) {
                Some(list) => list.entries.keys().cloned().collect(),
                None => Vec::new(),
            },
        }
    }
}

/// The condition under `key`, if there is one.
pub(crate) fn condition(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    table: &Table,
    key: &str,
    purpose: Use,
) -> Option<Checked> {
    let literal = ctx.literal(table, key)?;
    let checked = over(ctx, world, outline, literal, Type::Bool)?;
    if purpose == Use::InQuery {
        sealed(ctx, outline, table.value_at(key), &checked);
    }
    Some(checked)
}

/// An expression over the record with a value of type `want`.
pub(crate) fn over(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    literal: Literal<'_>,
    want: Type,
) -> Option<Checked> {
    let names = Names::of(world, outline);
    let place = |name: &str| {
        outline
            .fields
            .iter()
            .position(|read| read.field.name == name)
    };
    resolve(
        ctx,
        literal,
        &Placed {
            names: &names,
            place: &place,
            row: false,
        },
        want,
    )
}

/// The condition under `key` over one child row.
pub(crate) fn over_row(
    ctx: &mut Ctx<'_>,
    world: &World,
    fields: &[crate::model::Field],
    table: &Table,
    key: &str,
) -> Option<Checked> {
    let literal = ctx.literal(table, key)?;
    let names = Names::of_row(world, fields);
    let place = |name: &str| fields.iter().position(|field| field.name == name);
    resolve(
        ctx,
        literal,
        &Placed {
            names: &names,
            place: &place,
            row: true,
        },
        Type::Bool,
    )
}

fn resolve(
    ctx: &mut Ctx<'_>,
    literal: Literal<'_>,
    scope: &dyn Scope,
    want: Type,
) -> Option<Checked> {
    let faults = match expr::parse(literal.text) {
        Err(fault) => vec![fault],
        Ok(ast) => match expr::check(&ast, scope, want) {
            Ok(checked) => return Some(checked),
            Err(faults) => faults,
        },
    };
    for fault in faults {
        let at = At {
            file: literal.file,
            start: literal.start + fault.span.start,
            end: literal.start + fault.span.end,
        };
        ctx.fault_help(
            at,
            What::Condition {
                detail: fault.message.zh.into_owned(),
            },
            fault.help.map(|help| help.zh.into_owned()),
        );
    }
    None
}

/// Sealed values cannot be compared in a query: memory and SQL would answer differently.
fn sealed(ctx: &mut Ctx<'_>, outline: &Outline<'_>, at: At, checked: &Checked) {
    for key in checked.keys() {
        if let Key::Field(ix) = key
            && outline.fields[ix].field.sealed()
        {
            let name = outline.fields[ix].field.name.clone();
            ctx.fault(at, What::SealedInCondition { name });
        }
    }
}

/// Fields that a condition reads.
pub(crate) fn reads(checked: &Checked) -> Vec<FieldIx> {
    let field = |key| match key {
        Key::Field(ix) => Some(FieldIx(ix)),
        _ => None,
    };
    checked.keys().into_iter().filter_map(field).collect()
}

/// A text with field names in braces; `besides` are further names it may use.
pub(crate) fn template(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    table: &Table,
    key: &str,
    besides: &[&str],
) -> Option<Template> {
    let text = ctx.text(table, key)?;
    let node = table.value_at(key);
    // Inside the quotes; exact as long as the text has no escapes, which labels hardly do.
    let inside = |span: std::ops::Range<usize>| {
        let end = node.end.saturating_sub(1).max(node.start);
        let start = (node.start + 1 + span.start).min(end);
        At {
            file: node.file,
            start,
            end: (node.start + 1 + span.end).min(end),
        }
    };
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(fault) => {
            let what = What::BadTemplate {
                detail: fault.message.zh.into_owned(),
            };
            ctx.fault_help(
                inside(fault.span),
                what,
                fault.help.map(|help| help.zh.into_owned()),
            );
            return None;
        }
    };
    for (name, span) in template.names() {
        let names =
            |read: &Read<'_>| read.field.name == name && (read.broken || read.field.ty().is_some());
        let known = outline.fields.iter().any(names);
        if !known && !besides.contains(&name) {
            let shown = outline
                .fields
                .iter()
                .filter(|read| read.field.ty().is_some());
            let known = shown
                .map(|read| read.field.name.as_str())
                .chain(besides.iter().copied());
            let what = What::UnknownPlaceholder { name: name.into() };
            ctx.fault_help(inside(span), what, question(name, known));
        }
    }
    Some(template)
}
