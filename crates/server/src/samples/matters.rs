//! Sample matters on their way: each deed is done by the account of its role at its own moment, through
//! the same use cases as on any day. The house that does it lives in the past; nobody else sees it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context as _;
use app::{App, Ask, Clock as _, FixedClock, Input, SystemClock};
use catalogue::Kind;
use kernel::{Actor, Id, Moment, Raw, Register, RegisterIx, Words};
use subsystems::samples::{Deed, Edit, Matter, edits, matters, points_at};

use crate::data::House;
use crate::say::{no, told};

/// What stands for every photograph of the samples.
const PHOTO: &[u8] = include_bytes!("../../assets/sample-photo.png");
const PHOTO_NAME: &str = "示例照片.png";

/// Does what the tenants' `matters.toml` tell; `person` gives who acts in a role. Answers how many.
pub fn enter_matters(
    house: &House,
    person: &dyn Fn(&str) -> anyhow::Result<Actor>,
) -> anyhow::Result<usize> {
    let now = SystemClock.now();
    for edit in edits(&house.catalogue, now)? {
        change(&house.app, &edit).with_context(|| format!("示例里的 {} 没有改成", edit.record))?;
    }
    let clock = Arc::new(FixedClock::new(now));
    let (store, catalogue) = (house.store.clone(), house.catalogue.clone());
    let app = App::new(store, catalogue, house.hooks.clone(), clock.clone()).map_err(no)?;
    let matters = matters(&house.catalogue, now)?;
    let mut story = Story {
        app,
        person,
        named: HashMap::new(),
        made: vec![Id(0); matters.len()],
    };
    for (at, which, step) in in_order(&matters) {
        clock.set(at);
        let matter = &matters[which];
        let done = match step {
            None => story.begin(which, matter),
            Some(step) => story.go_on(which, matter, step),
        };
        done.with_context(|| {
            let name = &house.catalogue.at(matter.register).name;
            let step = step.map_or("开始", |step| matter.then[step].0.as_str());
            format!(
                "示例办件 {name}（共 {} 件里的第 {} 件）的“{step}”没有办成",
                matters.len(),
                which + 1
            )
        })?;
    }
    Ok(matters.len())
}

/// All deeds as they happened: which matter, and which of its steps; none is its beginning.
fn in_order(matters: &[Matter]) -> Vec<(Moment, usize, Option<usize>)> {
    let mut deeds = Vec::new();
    for (which, matter) in matters.iter().enumerate() {
        deeds.push((matter.begins.at, which, None));
        let steps = matter.then.iter().enumerate();
        deeds.extend(steps.map(|(step, (_, deed))| (deed.at, which, Some(step))));
    }
    deeds.sort();
    deeds
}

fn change(app: &App, edit: &Edit) -> anyhow::Result<()> {
    let operator = Actor::operator();
    let def = app.catalogue().at(edit.register);
    let key = def.key().ok_or_else(|| told("这个登记簿没有唯一编号"))?;
    let ask = Ask {
        unlisted: true,
        filters: vec![(def.get(key).name.clone(), edit.record.clone())],
        limit: Some(1),
        ..Ask::default()
    };
    let (page, _) = app.list(&operator, edit.register, &ask).map_err(no)?;
    let found = page
        .rows
        .first()
        .ok_or_else(|| told("示例里没有这条记录"))?;
    let version = found.version;
    app.edit(&operator, edit.register, found.id, version, &edit.input)
        .map_err(no)?;
    Ok(())
}

/// The matters as far as they have come.
struct Story<'a> {
    app: App,
    person: &'a dyn Fn(&str) -> anyhow::Result<Actor>,
    named: HashMap<String, Id>,
    made: Vec<Id>,
}

impl Story<'_> {
    fn begin(&mut self, which: usize, matter: &Matter) -> anyhow::Result<()> {
        let actor = (self.person)(&matter.begins.by)?;
        let input = self.input(&actor, matter.register, &matter.begins)?;
        let state = matter.state.as_deref();
        let made = self.app.create(&actor, matter.register, state, &input);
        self.made[which] = made.map_err(no)?.id;
        self.named.insert(matter.name.clone(), self.made[which]);
        Ok(())
    }

    fn go_on(&mut self, which: usize, matter: &Matter, step: usize) -> anyhow::Result<()> {
        let (action, deed) = &matter.then[step];
        let actor = (self.person)(&deed.by)?;
        let input = self.input(&actor, matter.register, deed)?;
        let id = self.made[which];
        let record = self.app.record(&actor, matter.register, id, None);
        let (record, _) = record.map_err(no)?;
        let words = Words {
            reason: deed.reason.as_deref(),
            opinion: deed.opinion.as_deref(),
            ..Words::default()
        };
        self.app
            .act(
                &actor,
                matter.register,
                id,
                record.version,
                action,
                &input,
                words,
            )
            .map_err(no)?;
        Ok(())
    }

    /// What is typed, with the photographs uploaded and other matters by their ids.
    fn input(&self, actor: &Actor, register: RegisterIx, deed: &Deed) -> anyhow::Result<Input> {
        let def = self.app.catalogue().clone();
        let def = def.at(register);
        let mut input = Input::new();
        for (name, raw) in &deed.input {
            let raw = match points_at(raw) {
                Some(other) => {
                    let id = self.named.get(other);
                    let id = id.ok_or_else(|| told(format!("前面没有叫 {other} 的示例办件")))?;
                    Raw::Text(id.to_string())
                }
                None if takes_files(def, name) => Raw::Many(vec![Raw::Text(self.photo(actor)?)]),
                None => raw.clone(),
            };
            input.push((name.clone(), raw));
        }
        Ok(input)
    }

    fn photo(&self, actor: &Actor) -> anyhow::Result<String> {
        let mut content = PHOTO;
        let file = self
            .app
            .upload(actor, PHOTO_NAME, "image/png", &mut content);
        Ok(file.map_err(no)?.hash)
    }
}

fn takes_files(def: &Register, name: &str) -> bool {
    let field = def.field(name);
    field.is_some_and(|ix| matches!(def.get(ix).kind, Kind::Files { .. }))
}
