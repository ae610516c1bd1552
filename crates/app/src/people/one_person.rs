//! What one person did on both sides of an act (同一人办理), as the profile `small` allows: each is marked in
//! history and ledger and written into a register of its own, in the same commit, for the tier above.

use kernel::flow::Writer;
use kernel::{Change, Ground, Record, Value, other_side};
use speech::{Lang, said};
use store::Reader;

use crate::records::Act;
use crate::{App, Outcome};

impl App {
    /// The entry of the register when the same person stands on both sides of the act; nothing for
    /// programs and the operator, who are no persons of the house.
    pub(crate) fn by_one_person(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        after: &Record,
    ) -> Outcome<Option<Change>> {
        let (Some(role), Some(before)) = (ground.actor.role(), act.before) else {
            return Ok(None);
        };
        let acts = act.action;
        let stands = acts.and_then(|action| other_side(ground, before, action, act.course));
        let side = if let Some(side) = stands {
            side.word()
        } else if self.is_to_himself(ground.actor, before, after)? {
            "holder"
        } else if self.answers_himself(ground, reader, act, before)? {
            "appellant"
        } else {
            return Ok(None);
        };
        let def = ground.catalogue.at(after.register);
        let word = |text: &str| Value::Text(text.to_owned());
        let edit = said!("修改" / "edit");
        let deed = match act.action {
            Some(action) => (action.name.as_str(), action.label.zh.as_str()),
            None => ("edit", edit.get(Lang::Zh)),
        };
        let writer = Writer {
            catalogue: ground.catalogue,
            register: self.house("one_person")?,
        };
        let values = vec![
            ("person", Value::Id(ground.actor.account)),
            ("login", word(&ground.actor.login)),
            ("role", word(role)),
            ("unit", Value::Id(ground.actor.unit)),
            ("side", word(side)),
            ("title", word(&def.title.zh)),
            ("register", word(&def.name)),
            ("record", word(&after.id.to_string())),
            ("act", word(deed.0)),
            ("deed", word(deed.1)),
            ("division", self.place_of(ground, after)),
            ("done_at", Value::Moment(ground.now)),
            ("profile", word(ground.params.profile().word())),
        ];
        Ok(Some(writer.insert(
            self.store().next_id()?,
            "create",
            "",
            values,
        )))
    }

    /// Where the record lies; what lies nowhere (an account) counts where its administrator works.
    fn place_of(&self, ground: &Ground, record: &Record) -> Value {
        let def = ground.catalogue.at(record.register);
        let own = def.reach.map(|field| record.value(field).clone());
        match own {
            Some(code @ Value::Text(_)) => code,
            _ => match ground.actor.areas.first() {
                Some(prefix) => Value::Text(whole_code(prefix)),
                None => Value::Null,
            },
        }
    }
}

/// The division of a prefix: 3301 is 330100 (GB/T 2260), 330109113 is 330109113000 (GB/T 10114).
fn whole_code(prefix: &str) -> String {
    let digits = if prefix.len() <= 6 { 6 } else { 12 };
    format!("{prefix:0<digits$}")
}

#[cfg(test)]
mod tests {
    use super::whole_code;

    #[test]
    fn a_prefix_is_made_whole_again() {
        for code in ["330000", "330100", "330109", "330109113000", "330109113201"] {
            assert_eq!(whole_code(kernel::area_prefix(code)), code);
        }
    }
}
