//! Loading a matter with its turns and clocks, and writing what follows when it moves.

use kernel::flow::{Beginning, Course, Flow, House, Ids, Moved, Task};
use kernel::{Change, Ground, Id, Record, Register, RegisterIx, Value};
use store::{Filter, Personal, Reader};

use super::todo::text;
use crate::clock::chance;
use crate::records::Act;
use crate::{App, Error, Outcome};

/// As long as the field of the matter.
const SHOWN_CHARS_MAX: usize = 200;
/// Bytes of a public number: opaque, from chance, so that nobody can count matters by it.
const PUBLIC_NO_BYTES: usize = 10;

impl App {
    pub(crate) fn flow_house(&self) -> Outcome<House> {
        House::of(self.catalogue()).ok_or(Error::Broken("house.matter").into())
    }

    /// The course of a record of a flow; `None` when the register is none, or the record is older than
    /// its flow.
    pub(crate) fn course(
        &self,
        reader: &Reader,
        record: &Record,
        account: Id,
    ) -> Outcome<Option<Course>> {
        let catalogue = self.catalogue();
        if !catalogue.has_flow(record.register) {
            return Ok(None);
        }
        let house = self.flow_house()?;
        let matters = catalogue.at(house.matter);
        let Some(matter) = self.matter_of(reader, record.register, record.id)? else {
            return Ok(None);
        };
        let of = |register, name| {
            let def = catalogue.at(register);
            def.field(name).ok_or(Error::Broken("house.task.matter"))
        };
        let tasks = reader.children(
            house.task,
            of(house.task, "matter")?,
            matter.id,
            Personal::Sealed,
        )?;
        let clocks = reader.children(
            house.clock,
            of(house.clock, "matter")?,
            matter.id,
            Personal::Sealed,
        )?;
        let def = catalogue.at(house.task);
        let mut tasks: Vec<Task> = tasks
            .iter()
            .filter_map(|task| Task::read(def, task))
            .collect();
        tasks.sort_by_key(|task| (task.step, task.began_at, task.id));
        let open: Vec<Id> = tasks
            .iter()
            .filter(|t| t.open && t.kind.moves())
            .map(|t| t.id)
            .collect();
        let is_read = reader.is_seen_by_another(&open, account)?;
        Ok(Some(Course {
            matter: matter.id,
            version: matter.version,
            flow: text(matter.named(matters, "flow"))
                .unwrap_or_default()
                .to_owned(),
            tasks,
            clocks,
            is_read,
        }))
    }

    /// The matter of a record.
    fn matter_of(
        &self,
        reader: &Reader,
        register: RegisterIx,
        record: Id,
    ) -> Outcome<Option<Record>> {
        let house = self.flow_house()?;
        let matters = self.catalogue().at(house.matter);
        let field = |name| matters.field(name).ok_or(Error::Broken("house.matter"));
        let name = self.catalogue().at(register).name.clone();
        let of_record = Filter::All(vec![
            Filter::Is(field("register")?, Value::Text(name)),
            Filter::Is(field("record")?, Value::Text(record.to_string())),
        ]);
        let found = reader.ids(house.matter, &of_record, 1)?;
        let load = |id: &Id| self.load(reader, house.matter, *id);
        found.first().map(load).transpose()
    }

    /// The register as the record goes by it: with the flow its matter began with, until it is moved.
    /// Tells nothing of the record itself.
    pub fn way_of(&self, register: RegisterIx, record: Id) -> Outcome<&Register> {
        let catalogue = self.catalogue();
        if catalogue.ways(register).nth(1).is_none() {
            return Ok(catalogue.at(register));
        }
        let matter = self.look(|reader| self.matter_of(reader, register, record))?;
        let matters = catalogue.at(self.flow_house()?.matter);
        let flow = matter
            .as_ref()
            .and_then(|matter| text(matter.named(matters, "flow")));
        let flow = flow.unwrap_or_default();
        Ok(catalogue.by_flow(register, flow).at(register))
    }

    /// What follows for turns and clocks from a record that was made or moved.
    pub(crate) fn next_steps(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        after: &Record,
        turn: Option<Id>,
    ) -> Outcome<Vec<Change>> {
        if !self.catalogue().has_flow(after.register) {
            return Ok(Vec::new());
        }
        let changes = self.with_flow(|flow, ids| match (act.before, act.course, act.action) {
            (None, ..) if !ground.catalogue.at(after.register).is_flow() => Ok(Vec::new()),
            (None, ..) => {
                let beginning = Beginning {
                    matter: ids(),
                    public_no: public_no()?,
                    shown: self.shown_to_all(ground, reader, after)?,
                };
                Ok(flow.begin(ground, after, beginning, ids))
            }
            (Some(before), Some(course), Some(action)) => {
                let reason = act.reason.as_deref();
                let moved = Moved {
                    before,
                    after,
                    action,
                    turn,
                    reason,
                };
                Ok(flow.proceed(ground, course, &moved, ids)?)
            }
            _ => Ok(Vec::new()),
        })?;
        self.fit_to_place(ground, after, &changes)?;
        Ok(changes)
    }

    /// The ground with the flow by which the matter goes: the one it began with, until it is moved.
    pub(crate) fn by_course<'a>(
        &'a self,
        ground: Ground<'a>,
        record: &Record,
        course: Option<&Course>,
    ) -> Ground<'a> {
        let catalogue = self.catalogue();
        let known = course.map(|course| catalogue.by_flow(record.register, &course.flow));
        Ground {
            catalogue: known.unwrap_or(catalogue),
            ..ground
        }
    }

    /// The flow with units, posts and calendar as they are now, and ids lent by the store.
    pub(crate) fn with_flow(
        &self,
        decide: impl FnOnce(&Flow, Ids) -> Outcome<Vec<Change>>,
    ) -> Outcome<Vec<Change>> {
        let directory = self.directory()?;
        let calendar = self.calendar();
        let flow = Flow {
            house: self.flow_house()?,
            directory: &directory,
            calendar: &calendar,
        };
        let mut failed = None;
        let mut ids = || {
            self.store().next_id().unwrap_or_else(|error| {
                failed = Some(error);
                Id(0)
            })
        };
        let changes = decide(&flow, &mut ids)?;
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(changes),
        }
    }

    /// How a record is named to everybody on its way: nothing personal.
    fn shown_to_all(&self, ground: &Ground, reader: &Reader, record: &Record) -> Outcome<String> {
        let def = ground.catalogue.at(record.register);
        let mut bare = record.clone();
        for (ix, field) in def.all_fields().filter(|(_, field)| field.sealed()) {
            bare.data[ix.0] = kernel::Datum::One(Value::Null);
            let _ = field;
        }
        let operator = kernel::Actor::operator();
        let all = Ground {
            actor: &operator,
            ..*ground
        };
        let Some(right) = kernel::scope(def, &operator, kernel::Verb::See) else {
            return Ok(String::new());
        };
        let view = self.see(&all, &right, &bare, None);
        let names = self.names(&all, reader, std::iter::once(&view))?;
        let shown = self.christen(&all, view, &names).shown;
        Ok(shown.chars().take(SHOWN_CHARS_MAX).collect())
    }
}

/// Sixteen letters and digits by chance, in the alphabet of ids.
fn public_no() -> Outcome<String> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes = chance::<PUBLIC_NO_BYTES>()?;
    let bits = bytes
        .iter()
        .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let digit = |n: usize| ALPHABET[(bits >> (5 * n) & 31) as usize] as char;
    Ok((0..PUBLIC_NO_BYTES * 8 / 5).map(digit).collect())
}
