//! Taking an act on units back: a counter-act that puts every unit, post and task where it was, as long as
//! none of them was changed since. What was built on it stays, and then the act stays too.

use kernel::flow::Writer;
use kernel::{Actor, Change, Datum, FieldIx, Id, Reason, Record, Refusal, Register, What};
use speech::said;
use store::{Personal, Reader};

use super::change::STATE_DONE;
use crate::import::same;
use crate::{App, No, Outcome, Saved};

impl App {
    /// Takes the act back, with a reason of its own.
    pub fn take_back_unit_change(&self, actor: &Actor, id: Id, reason: &str) -> Outcome<Saved> {
        self.may_change_units(actor)?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            if reason.trim().is_empty() {
                let message = said!("请写明理由" / "Please give the reason");
                let blame = kernel::Blame::at("reason", "required", message);
                return Err(Refusal::invalid(vec![blame]).into());
            }
            let kept = self.unit_change(reader, id)?;
            let mut changes = self.back(reader, &kept)?;
            let writer = Writer {
                catalogue: ground.catalogue,
                register: kept.register,
            };
            let at = (kept.id, kept.version);
            changes.push(writer.update(at, "take_back", Some("undone"), Vec::new()));
            let saved = Saved {
                id,
                version: kept.version + 1,
                warnings: Vec::new(),
            };
            let mut commit = self.commit_of(&ground, changes, Some(reason.trim().to_owned()));
            commit.once = self.kept_once(&saved);
            Ok((commit, saved))
        })
    }

    /// Why an act cannot be taken back; `None` when it can.
    pub(super) fn stays(&self, reader: &Reader, kept: &Record) -> Outcome<Option<Refusal>> {
        match self.back(reader, kept) {
            Ok(_) => Ok(None),
            Err(No::Refused(refusal)) => Ok(Some(refusal)),
            Err(no) => Err(no),
        }
    }

    fn back(&self, reader: &Reader, kept: &Record) -> Outcome<Vec<Change>> {
        if self.change_state(kept) != STATE_DONE {
            let message =
                said!("只能撤回已经生效的变动" / "Only a change in effect can be taken back");
            return Err(No::refuse(Reason::Conflict, message));
        }
        let mut changes = Vec::new();
        let mut touched = 0_usize;
        // What was told of it was told.
        let beside = [kept.register, self.house("notice")?];
        for entry in reader.batch_entries(kept.id)? {
            if beside.contains(&entry.register) {
                continue;
            }
            let now = reader.get_many(entry.register, &[entry.id], None, Personal::Sealed)?;
            let old = reader.before(entry.register, entry.id, entry.first)?;
            let (Some(now), Some(old)) = (now.into_iter().next(), old) else {
                touched += 1;
                continue;
            };
            if now.version != entry.left {
                touched += 1;
                continue;
            }
            let def = self.catalogue().at(entry.register);
            changes.push(Change {
                register: entry.register,
                id: entry.id,
                act: "undo".to_owned(),
                what: What::Update {
                    expected: now.version,
                    state: old.state.filter(|state| now.state != Some(*state)),
                    data: differing(def, &now, &old),
                },
            });
        }
        if touched > 0 {
            let message = said!(
                "生效以后又有 {touched} 条记录（单位、岗位或者待办）改动过，不能撤回；请另办一次相反的变动"
                    / "{touched} records (units, posts or tasks) were changed since it took effect, so it cannot be taken back; make a change the other way instead"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
        Ok(changes)
    }
}

/// Fields that such acts write, as they were before.
const WRITTEN: [&str; 10] = [
    "title",
    "parent",
    "until",
    "heir",
    "areas",
    "former_titles",
    "former_parents",
    "unit",
    "desk",
    "account",
];

fn differing(def: &Register, now: &Record, old: &Record) -> Vec<(FieldIx, Datum)> {
    let written = WRITTEN.iter().filter_map(|name| def.field(name));
    let differs = written.filter(|ix| !same(&now.data[ix.0], &old.data[ix.0]));
    differs.map(|ix| (ix, old.data[ix.0].clone())).collect()
}
