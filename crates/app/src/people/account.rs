//! Changes that the program itself makes to an account: password, second factor, language.

use kernel::{Actor, Change, Commit, Datum, Id, Lang, Meta, Value, What};

use crate::{App, Error, Outcome};

impl App {
    /// Remembers the interface language of an account.
    pub fn set_lang(&self, actor: &Actor, lang: Lang) -> Outcome<()> {
        let word = if lang == Lang::En { "en" } else { "zh" };
        let data = [("lang", Datum::One(Value::Text(word.to_owned())))];
        self.write_account(actor.account, actor.account, "edit", &data)
    }

    /// Writes fields of an account that no form reaches.
    pub(super) fn write_account(
        &self,
        by: Id,
        account: Id,
        act: &str,
        fields: &[(&str, Datum)],
    ) -> Outcome<()> {
        let register = self.house("account")?;
        let def = self.catalogue().at(register);
        let mut data = Vec::new();
        for (name, datum) in fields {
            let ix = def.field(name).ok_or(Error::Broken("house.account"))?;
            data.push((ix, datum.clone()));
        }
        self.settle(|reader, frame| {
            let before = self.load(reader, register, account)?;
            let change = Change {
                register,
                id: account,
                act: act.to_owned(),
                what: What::Update {
                    expected: before.version,
                    state: None,
                    data: data.clone(),
                },
            };
            let meta = Meta {
                at: frame.now,
                actor: by,
                reason: None,
                batch: None,
                capacity: None,
            };
            let commit = Commit {
                meta,
                changes: vec![change],
                relied: Vec::new(),
                events: Vec::new(),
                once: None,
            };
            Ok((commit, ()))
        })
    }

    /// A secret of an account; nothing when it is empty.
    pub(super) fn sealed_text(&self, account: Id, name: &str) -> Outcome<Option<String>> {
        let register = self.house("account")?;
        let field = self.catalogue().at(register).field(name);
        let field = field.ok_or(Error::Broken("house.account"))?;
        let text = self.look(|reader| Ok(reader.secret(register, account, field)?))?;
        Ok(text.filter(|text| !text.is_empty()))
    }
}
