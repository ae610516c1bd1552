//! The settings of the door: params of the register of accounts, within the bounds of its definition.

use jiff::civil::Date;
use kernel::Value;

use super::{Owes, Person};
use crate::{App, Error, Frame, Outcome};

/// Layers of the roles (`organisation.md` §2).
pub(super) const LAYER_ENTERPRISE: &str = "L4";
pub(super) const LAYER_ADMIN: &str = "admin";
const LAYER_PUBLIC: &str = "public";

/// Whose rules hold for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Admin,
    Staff,
    Enterprise,
}

impl Sort {
    /// Of somebody who is bound to no enterprise.
    pub(super) fn of_layer(layer: &str) -> Sort {
        match layer {
            LAYER_ADMIN => Sort::Admin,
            LAYER_ENTERPRISE | LAYER_PUBLIC => Sort::Enterprise,
            _ => Sort::Staff,
        }
    }

    /// Whoever is bound to an enterprise is of that sort, whatever the role.
    pub(super) fn of_bound(layer: &str) -> Sort {
        match Sort::of_layer(layer) {
            Sort::Staff => Sort::Enterprise,
            sort => sort,
        }
    }
}

/// The settings as they stand at a moment.
pub(crate) struct Rules<'a> {
    app: &'a App,
    frame: Frame,
}

impl App {
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            app: self,
            frame: self.frame(),
        }
    }
}

impl Rules<'_> {
    fn value(&self, name: &str) -> Outcome<Value> {
        let def = self.app.catalogue().at(self.app.house("account")?);
        let ix = def.params.iter().position(|param| param.name == name);
        let ix = ix.ok_or(Error::Broken("a setting of house.account is missing"))?;
        Ok(self.frame.params.of(def, ix))
    }

    pub fn number(&self, name: &str) -> Outcome<i64> {
        match self.value(name)? {
            Value::Int(number) => Ok(number),
            _ => Err(Error::Broken("a setting of house.account is no number").into()),
        }
    }

    pub fn flag(&self, name: &str) -> Outcome<bool> {
        Ok(self.value(name)? == Value::Bool(true))
    }

    pub fn idle_minutes(&self, sort: Sort) -> Outcome<i64> {
        self.number(match sort {
            Sort::Enterprise => "idle_enterprise",
            Sort::Staff | Sort::Admin => "idle_staff",
        })
    }

    /// Whether people of this sort sign in with a second factor (GB/T 22239-2019 8.1.4.1 d).
    pub fn wants_factor(&self, sort: Sort) -> Outcome<bool> {
        let name = match sort {
            Sort::Admin => "factor_admin",
            Sort::Staff => "factor_staff",
            Sort::Enterprise => "factor_enterprise",
        };
        Ok(self.value(name)? == Value::Bool(true))
    }

    /// What a person must do before anything else.
    pub fn owes(&self, person: &Person, today: Date) -> Outcome<Option<Owes>> {
        let Some(set) = person.password_set else {
            return Ok(Some(Owes::FirstPassword));
        };
        let days = match person.sort {
            Sort::Enterprise => 0,
            Sort::Staff | Sort::Admin => self.number("password_days")?,
        };
        let age = set
            .until(today)
            .map_or(0, |span| i64::from(span.get_days()));
        if days > 0 && age >= days {
            return Ok(Some(Owes::NewPassword));
        }
        if person.factor_since.is_none() && self.wants_factor(person.sort)? {
            return Ok(Some(Owes::Factor));
        }
        Ok(None)
    }
}
