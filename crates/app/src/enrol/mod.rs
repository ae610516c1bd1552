//! Applying for an account without having one (`[enrol]` of a definition): what strangers may ask and
//! send, the account that a confirmed application becomes, and the end of those nobody attended to.

mod apply;
mod colleagues;
mod ended;
mod open;
mod place;
mod standing;

use std::net::IpAddr;

use catalogue::Enrol;
use kernel::{Actor, Blame, FieldIx, Kind, Raw, Record, Refusal, RegisterIx, Value};
use store::Reader;

pub use colleagues::Colleague;
pub use standing::Application;

use crate::crowd::Deed;
use crate::{App, Error, Outcome};

/// Longest code that is looked at.
const CODE_CHARS_MAX: usize = 100;

/// What is told to anybody of a code: its normal form, and whether the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUnit {
    pub code: String,
    /// How it is named to the public, the middle left out.
    pub name: Option<String>,
}

impl App {
    /// The register whose records are applications for an account, if there is one.
    pub fn enrolment(&self) -> Option<RegisterIx> {
        let mut all = self.catalogue().all();
        all.find_map(|(ix, def)| def.enrol.as_ref().map(|_| ix))
    }

    fn enrol_of(&self) -> Outcome<(RegisterIx, &Enrol)> {
        let register = self.enrolment().ok_or_else(Refusal::not_found)?;
        let enrol = self.catalogue().at(register).enrol.as_ref();
        Ok((register, enrol.ok_or_else(Refusal::not_found)?))
    }

    /// Checks a code and tells whether the registry knows it. No more is told than the public may see
    /// anyway, and less: nothing of accounts.
    pub fn look_up_unit(&self, from: Option<IpAddr>, code: &str) -> Outcome<KnownUnit> {
        let (register, enrol) = self.enrol_of()?;
        self.admit(Deed::LookUp, from)?;
        let def = self.catalogue().at(register);
        let short: String = code.chars().take(CODE_CHARS_MAX).collect();
        let input = vec![(def.get(enrol.code).name.clone(), Raw::Text(short))];
        self.look(|reader| {
            let frame = self.frame();
            let operator = Actor::operator();
            let ground = self.ground(&frame, &operator);
            let typed = self.understand(&ground, reader, register, None, &input)?;
            if !typed.blames.is_empty() {
                return Err(Refusal::invalid(typed.blames).into());
            }
            let value = typed.fields.iter().find(|(ix, _)| *ix == enrol.code);
            let Some(Value::Text(code)) = value.map(|(_, datum)| datum.value()) else {
                let label = &def.get(enrol.code).label;
                let message = speech::said!("请填写“{}”" / "Please fill in “{}”", label);
                let blame = Blame::at(&def.get(enrol.code).name, "required", message);
                return Err(Refusal::invalid(vec![blame]).into());
            };
            let name = match self.unit_of(reader, register, enrol, code)? {
                Some(unit) => self.named_to_the_public(&unit),
                None => None,
            };
            let code = code.clone();
            Ok(KnownUnit { code, name })
        })
    }

    /// Of the subject's register the record with that code: in the field that is named alike.
    fn unit_of(
        &self,
        reader: &Reader,
        register: RegisterIx,
        enrol: &Enrol,
        code: &str,
    ) -> Outcome<Option<Record>> {
        let def = self.catalogue().at(register);
        let Kind::Ref { to } = def.get(enrol.subject).kind else {
            return Err(Error::Broken("enrol.subject").into());
        };
        let named_alike = self.catalogue().at(to).field(&def.get(enrol.code).name);
        let Some(field) = named_alike else {
            return Ok(None);
        };
        let found = reader.find(to, field, &Value::Text(code.to_owned()))?;
        match found.first() {
            Some(id) => Ok(reader.get(to, *id)?),
            None => Ok(None),
        }
    }

    /// The name as everybody sees it, its middle masked; nothing where the public sees none.
    fn named_to_the_public(&self, unit: &Record) -> Option<String> {
        let def = self.catalogue().at(unit.register);
        let right = kernel::scope(def, &Actor::public(), kernel::Verb::See)?;
        let frame = self.frame();
        let public = Actor::public();
        let ground = self.ground(&frame, &public);
        if !kernel::covers(&right, &ground.view(unit)) {
            return None;
        }
        let named: Vec<(FieldIx, &kernel::Field)> = def
            .shown
            .names()
            .filter_map(|(name, _)| def.field(name))
            .map(|ix| (ix, def.get(ix)))
            .collect();
        let open = |(ix, field): &(FieldIx, &kernel::Field)| {
            !field.sealed() && kernel::sees_field(&right, *ix, field)
        };
        let words = named.into_iter().filter(open);
        let words = words.filter_map(|(ix, _)| match unit.value(ix) {
            Value::Text(word) => Some(outline(word)),
            _ => None,
        });
        words.into_iter().next()
    }
}

/// The first and last four characters: enough to know one's own, too little to collect names.
fn outline(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match chars.len() {
        0..=4 => chars.iter().take(1).chain(&['*']).collect(),
        5..=9 => {
            let (head, tail) = (&chars[..2], &chars[chars.len() - 2..]);
            head.iter().chain(&['*', '*']).chain(tail).collect()
        }
        _ => {
            let (head, tail) = (&chars[..4], &chars[chars.len() - 4..]);
            head.iter().chain(&['*', '*']).chain(tail).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn a_name_keeps_its_ends() {
        assert_eq!(outline("杭州湘江特种钢管有限公司"), "杭州湘江**有限公司");
        assert_eq!(outline("萧山供电所"), "萧山**电所");
        assert_eq!(outline("小店"), "小*");
        assert_eq!(outline(""), "*");
    }
}
