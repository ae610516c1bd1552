//! Making, changing and acting on one record.

use std::borrow::Cow;

use kernel::{
    Actor, Blame, Change, Commit, Datum, Decision, Field, FieldIx, Ground, Id, Kind, Meta, Raw,
    Reason, Record, Refusal, Register, RegisterIx, RowData, StateIx, Value, Verb, Words,
};
use store::{CommitError, Reader};

use crate::eyes::Eyes;
use crate::typed::Typed;
use crate::{App, Frame, No, Outcome, Saved};

/// How often a decision is made anew when the facts it relied on changed meanwhile.
const DECISIONS_MAX: usize = 3;

/// What was typed: field names and raw values.
pub type Input = Vec<(String, Raw)>;

impl App {
    /// Makes a record. `state` names the state it begins in; the default is the register's first.
    pub fn create(
        &self,
        actor: &Actor,
        register: RegisterIx,
        state: Option<&str>,
        input: &Input,
    ) -> Outcome<Saved> {
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let decision = self.decide_create(&ground, reader, (register, id), state, input)?;
            self.sum_up(&ground, reader, None, decision, None)
        })
    }

    /// Changes fields of a record that still has the given version.
    pub fn edit(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        version: i64,
        input: &Input,
    ) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.load(reader, register, id)?;
            current(&ground, &before, version)?;
            let decision = self.decide_edit(&ground, reader, &before, input)?;
            self.sum_up(&ground, reader, Some(&before), decision, None)
        })
    }

    /// Takes an action on a record that still has the given version.
    #[expect(
        clippy::too_many_arguments,
        reason = "who, what, on which version, with which words"
    )]
    pub fn act(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        version: i64,
        action: &str,
        input: &Input,
        words: Words,
    ) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.load(reader, register, id)?;
            current(&ground, &before, version)?;
            let decision = self.decide_act(&ground, reader, &before, action, input, &words)?;
            let said: Vec<&str> = [words.reason, words.opinion]
                .into_iter()
                .flatten()
                .collect();
            let said = (!said.is_empty()).then(|| said.join("\n"));
            self.sum_up(&ground, reader, Some(&before), decision, said)
        })
    }

    /// Tries an action without taking it: the refusal or the warnings it would meet.
    #[expect(clippy::too_many_arguments, reason = "the same as of the act itself")]
    pub fn rehearse_act(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        version: i64,
        action: &str,
        input: &Input,
        words: Words,
    ) -> Outcome<Vec<Blame>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let before = self.load(reader, register, id)?;
            current(&ground, &before, version)?;
            let decision = self.decide_act(&ground, reader, &before, action, input, &words)?;
            Ok(decision.warnings)
        })
    }

    /// Tries an edit or a new record without saving: the refusal or the warnings it would meet.
    pub fn rehearse(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Option<Id>,
        input: &Input,
    ) -> Outcome<Vec<Blame>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let decision = match id {
                Some(id) => {
                    let before = self.load(reader, register, id)?;
                    self.decide_edit(&ground, reader, &before, input)?
                }
                None => self.decide_create(&ground, reader, (register, Id(0)), None, input)?,
            };
            Ok(decision.warnings)
        })
    }

    pub(crate) fn decide_create(
        &self,
        ground: &Ground,
        reader: &Reader,
        (register, id): (RegisterIx, Id),
        state: Option<&str>,
        input: &Input,
    ) -> Outcome<Decision> {
        let def = self.catalogue().at(register);
        let state = state.map(|name| state_named(def, name)).transpose()?;
        let typed = self.understand(ground, reader, register, None, input)?;
        let reads = self.reads_for_new(ground, reader, (register, id), &typed.fields)?;
        let decided = kernel::create(
            ground,
            register,
            id,
            Verb::Create,
            state,
            typed.fields,
            &reads,
        );
        Typed::join(typed.blames, decided)
    }

    fn decide_edit(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: &Record,
        input: &Input,
    ) -> Outcome<Decision> {
        let typed = self.understand(ground, reader, before.register, Some(before), input)?;
        let will = provisional(before, &typed.fields);
        let reads = self.reads(ground, reader, &will, None)?;
        let decided = kernel::edit(ground, before, Verb::Edit, typed.fields, &reads);
        let decision = Typed::join(typed.blames, decided)?;
        self.not_to_himself(ground, before, &decision)?;
        Ok(decision)
    }

    fn decide_act(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: &Record,
        action: &str,
        input: &Input,
        words: &Words,
    ) -> Outcome<Decision> {
        let typed = self.understand(ground, reader, before.register, Some(before), input)?;
        let will = provisional(before, &typed.fields);
        let reads = self.reads(ground, reader, &will, Some(action))?;
        let decided = kernel::act(ground, before, action, typed.fields, words, &reads);
        let decision = Typed::join(typed.blames, decided)?;
        self.not_to_himself(ground, before, &decision)?;
        Ok(decision)
    }

    /// Nobody gives himself a role, a unit, an enterprise or his account back (三员分立).
    fn not_to_himself(&self, ground: &Ground, before: &Record, decision: &Decision) -> Outcome<()> {
        if before.id != ground.actor.account || self.house("account")? != before.register {
            return Ok(());
        }
        let def = ground.catalogue.at(before.register);
        let granting = ["role", "unit", "subject"]
            .iter()
            .any(|name| before.named(def, name) != decision.after.named(def, name));
        if granting || before.state != decision.after.state {
            let message = "不能给自己的账号授权或变更岗位、单位，请由另一位管理员办理";
            return Err(Refusal::forbidden(message).into());
        }
        Ok(())
    }

    pub(crate) fn reads_for_new(
        &self,
        ground: &Ground,
        reader: &Reader,
        (register, id): (RegisterIx, Id),
        typed: &[(FieldIx, Datum)],
    ) -> Outcome<kernel::Reads> {
        let blank = kernel::blank(ground, register, id, None);
        self.reads(ground, reader, &provisional(&blank, typed), None)
    }

    /// From names and raw values to fields and values; every fault is told at once.
    pub(crate) fn understand(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        before: Option<&Record>,
        input: &Input,
    ) -> Outcome<Typed> {
        let def = self.catalogue().at(register);
        let eyes = Eyes {
            app: self,
            reader,
            places: self.places(),
            before,
        };
        let mut typed = Vec::with_capacity(input.len());
        let mut blames = Vec::new();
        for (name, raw) in input {
            let Some(ix) = def.field(name).filter(|ix| !def.get(*ix).hidden) else {
                let message = format!("{}没有“{name}”这个字段", def.title.zh);
                blames.push(Blame::at(name, "unknown", message));
                continue;
            };
            let sent = unmasked(def.get(ix), before.map(|b| &b.data[ix.0]), raw);
            let Some(raw) = sent else {
                continue;
            };
            match kernel::parse(ground, &eyes, def.get(ix), &raw) {
                Ok(datum) => typed.push((ix, datum)),
                Err(more) => blames.extend(more),
            }
        }
        Ok(Typed {
            fields: typed,
            blames,
        })
    }

    pub(crate) fn load(&self, reader: &Reader, register: RegisterIx, id: Id) -> Outcome<Record> {
        reader
            .get(register, id)?
            .ok_or_else(|| Refusal::not_found().into())
    }

    /// The commit of a decision with all that follows from it.
    pub(crate) fn sum_up(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: Option<&Record>,
        decision: Decision,
        reason: Option<String>,
    ) -> Outcome<(Commit, Saved)> {
        let Decision {
            after,
            mut changes,
            warnings,
        } = decision;
        let version = match before {
            Some(before) if changes.is_empty() => before.version,
            Some(before) => before.version + 1,
            None => 1,
        };
        let mut relied = Vec::new();
        if let Some(change) = changes.first() {
            relied = self.facts(ground, reader, before, &after, &change.act)?;
            let effects = changes.split_off(1);
            changes.extend(self.follow(ground, reader, before, &after, effects)?);
        }
        let saved = Saved {
            id: after.id,
            version,
            warnings,
        };
        let commit = Commit {
            relied,
            ..self.commit_of(ground, changes, reason)
        };
        Ok((commit, saved))
    }

    pub(crate) fn commit_of(
        &self,
        ground: &Ground,
        changes: Vec<Change>,
        reason: Option<String>,
    ) -> Commit {
        let meta = Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason,
            batch: None,
        };
        Commit {
            meta,
            changes,
            relied: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Decides and commits; decides anew when the facts changed meanwhile.
    pub(crate) fn settle<T>(
        &self,
        decide: impl Fn(&Reader, &Frame) -> Outcome<(Commit, T)>,
    ) -> Outcome<T> {
        for _ in 0..DECISIONS_MAX {
            let frame = self.frame();
            let (commit, answer) = self.look(|reader| decide(reader, &frame))?;
            if commit.changes.is_empty() && commit.events.is_empty() {
                return Ok(answer);
            }
            let touched: Vec<RegisterIx> = commit.changes.iter().map(|c| c.register).collect();
            match self.store().commit(commit) {
                Ok(_) => {
                    // It is saved; memory that cannot be brought up to date does not unsave it.
                    if let Err(error) = self.changed(&touched) {
                        tracing::error!(%error, "Could not refresh what is kept in memory");
                    }
                    return Ok(answer);
                }
                Err(CommitError::Stale { .. }) => continue,
                Err(error) => return Err(self.refused(error)),
            }
        }
        Err(stale().into())
    }

    /// Forgets what was cached of registers that changed.
    pub(crate) fn changed(&self, registers: &[RegisterIx]) -> Outcome<()> {
        self.forget_small(registers);
        self.ripple(registers);
        self.forget_house(registers)
    }

    pub(crate) fn refused(&self, error: CommitError) -> No {
        match error {
            CommitError::Stale { .. } => stale().into(),
            CommitError::Duplicate {
                register,
                field,
                by: _,
            } => {
                let field = self.catalogue().at(register).get(field);
                let message = format!("“{}”已有同样的记录，请核对", field.label.zh);
                let mut refusal = Refusal::new(Reason::Duplicate, message.clone());
                refusal
                    .blames
                    .push(Blame::at(&field.name, "duplicate", message));
                refusal.into()
            }
            CommitError::Gone { .. } => Refusal::not_found().into(),
            CommitError::Used { .. } => stale().into(),
            CommitError::Broken(error) => error.into(),
        }
    }

    /// One consistent look at the store.
    pub(crate) fn look<T>(&self, see: impl FnOnce(&Reader) -> Outcome<T>) -> Outcome<T> {
        self.store().read(|reader| Ok(see(reader)))?
    }
}

/// What was sent, with masks that came back as they were shown taken for "unchanged": `None` for a
/// whole field, the old value for a column of a child row.
fn unmasked<'r>(field: &Field, was: Option<&Datum>, raw: &'r Raw) -> Option<Cow<'r, Raw>> {
    match (&field.kind, was, raw) {
        (_, Some(Datum::One(value)), Raw::Text(text)) if field.personal => {
            (!is_mask(field, value, text)).then_some(Cow::Borrowed(raw))
        }
        (Kind::Rows { fields, .. }, Some(Datum::Rows(rows)), Raw::Many(many))
            if fields.iter().any(|f| f.personal) =>
        {
            let many = many
                .iter()
                .map(|raw| unmasked_row(fields, rows, raw))
                .collect();
            Some(Cow::Owned(Raw::Many(many)))
        }
        _ => Some(Cow::Borrowed(raw)),
    }
}

fn unmasked_row(fields: &[Field], rows: &[RowData], raw: &Raw) -> Raw {
    let Raw::Map(pairs) = raw else {
        return raw.clone();
    };
    let id = pairs.iter().find_map(|(key, raw)| match raw {
        Raw::Text(text) if key == "id" => text.parse::<Id>().ok(),
        _ => None,
    });
    let Some(row) = rows.iter().find(|row| row.id.is_some() && row.id == id) else {
        return raw.clone();
    };
    let mut pairs = pairs.clone();
    for (column, value) in fields.iter().zip(&row.values).filter(|(c, _)| c.personal) {
        let sent = pairs.iter_mut().find(|(key, _)| *key == column.name);
        match sent {
            Some((_, Raw::Text(text))) if is_mask(column, value, text) => *text = value.to_string(),
            // A column that was not sent at all is not known to whoever sends it.
            None if *value != Value::Null => {
                pairs.push((column.name.clone(), Raw::Text(value.to_string())));
            }
            _ => {}
        }
    }
    Raw::Map(pairs)
}

fn is_mask(field: &Field, value: &Value, text: &str) -> bool {
    let mask = kernel::masked(field, value);
    mask.contains('*') && text.trim() == mask
}

fn current(ground: &Ground, before: &Record, version: i64) -> Outcome<()> {
    let def = ground.catalogue.at(before.register);
    let seen = kernel::scope(def, ground.actor, Verb::See)
        .is_some_and(|scope| kernel::covers(&scope, &ground.view(before)));
    if !seen {
        return Err(Refusal::not_found().into());
    }
    if before.version == version {
        Ok(())
    } else {
        Err(stale().into())
    }
}

fn stale() -> Refusal {
    Refusal::new(
        Reason::Stale,
        "这条记录刚被别人修改过，请核对后再保存；您填写的内容还在",
    )
}

fn state_named(def: &Register, name: &str) -> Result<StateIx, Refusal> {
    def.state(name).ok_or_else(|| {
        let message = format!("{}没有“{name}”这个状态", def.title.zh);
        Refusal::invalid(vec![Blame::at("state", "choice", message)])
    })
}

/// The record with what was typed put in, only to find out what must be read.
pub(crate) fn provisional(before: &Record, typed: &[(FieldIx, Datum)]) -> Record {
    let mut will = before.clone();
    for (ix, datum) in typed {
        will.data[ix.0] = datum.clone();
    }
    will
}
