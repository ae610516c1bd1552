//! Making, changing and acting on one record.

use kernel::flow::Course;
use kernel::{
    Action, Actor, Blame, Datum, Decision, FieldIx, Ground, Id, Raw, Record, Refusal, Register,
    RegisterIx, StateIx, Verb, Words,
};
use speech::said;
use store::Reader;

use self::masks::unmasked;
use self::settle::stale;
use crate::eyes::Eyes;
use crate::typed::Typed;
use crate::{App, Outcome, Saved};

mod masks;
mod settle;

/// What is done to a record, for all that follows from it.
#[derive(Default)]
pub(crate) struct Act<'a> {
    /// `None` while it is being made.
    pub before: Option<&'a Record>,
    pub action: Option<&'a Action>,
    /// Its course, in a flow.
    pub course: Option<&'a Course>,
    pub reason: Option<String>,
}

impl<'a> Act<'a> {
    pub fn made() -> Act<'a> {
        Act::default()
    }

    pub fn on(before: &'a Record) -> Act<'a> {
        Act {
            before: Some(before),
            ..Act::default()
        }
    }
}

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
            self.sum_up(&ground, reader, Act::made(), decision)
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
            self.sum_up(&ground, reader, Act::on(&before), decision)
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
        // Only what would be let is prepared for.
        if self.shuts_doors(register, action)? {
            self.rehearse_act(actor, register, id, version, action, input, words)?;
            self.before_reset(id)?;
        }
        let saved = self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.load(reader, register, id)?;
            current(&ground, &before, version)?;
            let course = self.course(reader, &before, actor.account)?;
            let ground = self.by_course(ground, &before, course.as_ref());
            let decision = self.decide_act(
                &ground,
                reader,
                &before,
                action,
                input,
                &words,
                course.as_ref(),
            )?;
            let said: Vec<&str> = [words.reason, words.opinion]
                .into_iter()
                .flatten()
                .collect();
            let said = (!said.is_empty()).then(|| said.join("\n"));
            let act = Act {
                action: ground.catalogue.at(register).action(action),
                course: course.as_ref(),
                reason: said,
                ..Act::on(&before)
            };
            self.sum_up(&ground, reader, act, decision)
        })?;
        self.after_act(register, id, action)?;
        Ok(saved)
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
            let course = self.course(reader, &before, actor.account)?;
            let ground = self.by_course(ground, &before, course.as_ref());
            let decision = self.decide_act(
                &ground,
                reader,
                &before,
                action,
                input,
                &words,
                course.as_ref(),
            )?;
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
        match id {
            None => self.rehearse_new(actor, register, None, input),
            Some(id) => self.look(|reader| {
                let frame = self.frame();
                let ground = self.ground(&frame, actor);
                let before = self.load(reader, register, id)?;
                Ok(self.decide_edit(&ground, reader, &before, input)?.warnings)
            }),
        }
    }

    /// The same of a new record that begins in a state: what that state asks for is told with the rest.
    pub fn rehearse_new(
        &self,
        actor: &Actor,
        register: RegisterIx,
        state: Option<&str>,
        input: &Input,
    ) -> Outcome<Vec<Blame>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let new = (register, Id(0));
            let decision = self.decide_create(&ground, reader, new, state, input)?;
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
        let blank = kernel::blank(ground, register, id, state);
        let will = provisional(&blank, &typed.fields);
        let asked = kernel::stood_for(def, ground.actor, state).map(|action| action.name.as_str());
        let reads = self.reads(ground, reader, &will, asked)?;
        let decided = kernel::create(
            ground,
            register,
            id,
            Verb::Create,
            state,
            typed.fields,
            &reads,
        );
        let decision = Typed::join(typed.blames, decided)?;
        self.separated(ground, reader, &decision.after)?;
        self.bound(ground, reader, &decision.after)?;
        Ok(decision)
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
        self.not_to_himself(ground, before, &decision.after)?;
        self.separated(ground, reader, &decision.after)?;
        self.bound(ground, reader, &decision.after)?;
        Ok(decision)
    }

    #[expect(clippy::too_many_arguments, reason = "the same as of the act itself")]
    fn decide_act(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: &Record,
        action: &str,
        input: &Input,
        words: &Words,
        course: Option<&Course>,
    ) -> Outcome<Decision> {
        self.apart_from_appeal(ground, reader, before, action)?;
        let typed = self.understand(ground, reader, before.register, Some(before), input)?;
        let will = provisional(before, &typed.fields);
        let reads = self.reads(ground, reader, &will, Some(action))?;
        let decided = kernel::act(ground, before, action, typed.fields, words, &reads, course);
        let mut decision = Typed::join(typed.blames, decided)?;
        self.not_to_himself(ground, before, &decision.after)?;
        self.separated(ground, reader, &decision.after)?;
        self.bound(ground, reader, &decision.after)?;
        self.reset_factor(ground, before, action, &mut decision)?;
        self.warn_of_others(ground, reader, action, &mut decision)?;
        Ok(decision)
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
            account: ground.actor.account,
            places: self.places(),
            before,
        };
        let mut typed = Vec::with_capacity(input.len());
        let mut blames = Vec::new();
        for (name, raw) in input {
            let Some(ix) = def.field(name).filter(|ix| !def.get(*ix).hidden) else {
                let message = said!(
                    "{}没有“{name}”这个字段" / "{} has no field “{name}”",
                    def.title
                );
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
}

fn current(ground: &Ground, before: &Record, version: i64) -> Outcome<()> {
    let def = ground.catalogue.at(before.register);
    let seen = kernel::sight(def, ground.actor)
        .is_some_and(|sight| sight.over(&ground.view(before)).is_some());
    if !seen {
        return Err(Refusal::not_found().into());
    }
    if before.version == version {
        Ok(())
    } else {
        Err(stale().into())
    }
}

fn state_named(def: &Register, name: &str) -> Result<StateIx, Refusal> {
    def.state(name).ok_or_else(|| {
        let message = said!(
            "{}没有“{name}”这个状态" / "{} has no state “{name}”",
            def.title
        );
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
