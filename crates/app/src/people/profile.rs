//! The profile of the house: whether administration and business are kept apart (`full`), or one person may
//! hold several posts and is marked (`small`). Kept among the settings, so that each change is in
//! history and ledger.

use kernel::{Actor, Blame, Id, Power, Profile, Reason, Record, Refusal, Value, What};
use speech::said;
use store::Reader;

use crate::records::Act;
use crate::{App, Error, No, Outcome};

/// The name of the setting.
pub(crate) const PROFILE: &str = "profile";
/// People named when they hold too much; the rest is counted.
const NAMED_MAX: usize = 50;

impl App {
    /// How the duties of the house are shared.
    pub fn profile(&self) -> Profile {
        self.frame().params.profile()
    }

    /// Changes the profile, at the machine itself alone. To `full` only when nobody holds what it keeps
    /// apart; whoever does is named.
    pub fn set_profile(&self, actor: &Actor, profile: Profile, reason: &str) -> Outcome<()> {
        if actor.power != Power::Operator {
            let message = said!(
                "运行模式只能在服务器上用 jinzhi profile 变更"
                    / "The profile is changed on the server by jinzhi profile alone"
            );
            return Err(Refusal::forbidden(message).into());
        }
        if reason.trim().is_empty() {
            let message = said!("请写明理由" / "Please give the reason");
            return Err(Refusal::invalid(vec![Blame::at("reason", "required", message)]).into());
        }
        let settings = self.house("setting")?;
        let new = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            if profile == Profile::Full {
                self.nobody_holds_too_much(reader, &ground)?;
            }
            let known = self.kept_profile(reader)?;
            let def = ground.catalogue.at(settings);
            let text = |text: &str| Value::Text(text.to_owned());
            let value = ("value".to_owned(), text(profile.word()));
            let act = Act {
                reason: Some(reason.trim().to_owned()),
                ..Act::made()
            };
            let Some(before) = known else {
                let values = [("name".to_owned(), text(PROFILE)), value];
                let reads = kernel::Reads::default();
                let made = kernel::make_for(&ground, settings, new, None, &values, &reads)?;
                let (commit, _) = self.sum_up(&ground, reader, act, made)?;
                return Ok((commit, ()));
            };
            let data = kernel::set_for(def, &[value])?;
            let change = kernel::Change {
                register: settings,
                id: before.id,
                act: "edit".to_owned(),
                what: What::Update {
                    expected: before.version,
                    state: None,
                    data,
                },
            };
            Ok((self.commit_of(&ground, vec![change], act.reason), ()))
        })
    }

    fn nobody_holds_too_much(&self, reader: &Reader, ground: &kernel::Ground) -> Outcome<()> {
        let found = self.hold_too_much(reader, ground.today)?;
        if found.is_empty() {
            return Ok(());
        }
        let count = found.len();
        let message = said!(
            "有 {count} 人兼任了三员分立不允许兼任的岗位，请先结束其中的岗位，再改为完整模式"
                / "{count} persons hold posts that the full profile keeps apart; end some of them first"
        );
        let mut refusal = Refusal::new(Reason::Conflict, message);
        for (login, roles) in found.into_iter().take(NAMED_MAX) {
            let told = said!("{login}：{}" / "{login}: {}", roles);
            refusal.blames.push(Blame::at("posts", "apart", told));
        }
        Err(No::Refused(refusal))
    }

    fn kept_profile(&self, reader: &Reader) -> Outcome<Option<Record>> {
        let settings = self.house("setting")?;
        let by = self.catalogue().at(settings).field("name");
        let by = by.ok_or(Error::Broken("house.setting"))?;
        let found: Vec<Id> = reader.find(settings, by, &Value::Text(PROFILE.to_owned()))?;
        match found.first() {
            Some(id) => Ok(reader.get(settings, *id)?),
            None => Ok(None),
        }
    }
}
