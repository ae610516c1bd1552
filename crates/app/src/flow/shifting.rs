//! Running matters of an older flow: which could go over to the flow of today and how, and taking them
//! over. Named by public number only, for who keeps the system does not see the matters.

use jiff::civil::Date;
use kernel::flow::{Flow, LimitShift, Shift};
use kernel::{
    Actor, Blame, Commit, Ground, Id, Moment, Reason, Record, Refusal, RegisterIx, WORDS_CHARS_MAX,
};
use speech::{Said, said};
use store::{Filter, Query, Reader};

use super::clocks::limit_said;
use super::progress::About;
use super::todo::text;
use crate::{App, Error, No, Outcome};

/// Matters moved by one act; whoever has more goes on where it ended.
pub const SHIFTED_MAX: usize = 1_000;
/// Matters under one ledger leaf.
const AT_ONCE: usize = 200;
/// Rows of a page.
const ROWS: usize = 50;

/// One running matter of an older flow.
#[derive(Clone, Debug)]
pub struct ShiftRow {
    /// The matter's own number in the house.
    pub matter: Id,
    pub public_no: String,
    /// The step at which it stands.
    pub step: Said,
    pub began_at: Moment,
    /// How it would go on, or why it cannot.
    pub shift: Result<Shift, Said>,
}

/// One limit of a matter as people read it; nothing where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftedLimit {
    pub title: Said,
    pub from: Option<Said>,
    pub to: Option<Said>,
    /// The last days in time.
    pub until_from: Option<Date>,
    pub until_to: Option<Date>,
}

/// A page of them, in the order in which they came.
#[derive(Clone, Debug)]
pub struct ShiftPage {
    pub rows: Vec<ShiftRow>,
    /// The last of this page, after which the next begins.
    pub next: Option<Id>,
}

/// What became of an act of moving.
#[derive(Clone, Debug, Default)]
pub struct Shifted {
    pub moved: u64,
    /// Public numbers of those that stay, and why.
    pub stuck: Vec<(String, Said)>,
    /// Not looked at yet, because one act moves so many.
    pub left: bool,
}

impl App {
    /// A page of running matters of that register and version, after the matter named.
    pub fn shifts(
        &self,
        actor: &Actor,
        register: &str,
        version: &str,
        after: Option<Id>,
    ) -> Outcome<ShiftPage> {
        self.may_see_flows(actor)?;
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        self.look(|reader| {
            let ids = self.to_shift(reader, register, version, after, ROWS + 1)?;
            let more = ids.len() > ROWS;
            let mut rows = Vec::with_capacity(ids.len().min(ROWS));
            for id in ids.iter().take(ROWS) {
                rows.push(self.shift_row(&ground, reader, *id)?.0);
            }
            let next = rows.last().map(|row| row.matter).filter(|_| more);
            Ok(ShiftPage { rows, next })
        })
    }

    /// Moves the matters chosen, or all of that register and version, to the flow of today. Each is a
    /// change of its own; one that cannot go, or that was changed meanwhile, stays and is told.
    pub fn shift_matters(
        &self,
        actor: &Actor,
        (register, version): (&str, &str),
        chosen: Option<&[Id]>,
        reason: &str,
    ) -> Outcome<Shifted> {
        self.shift_at_most(SHIFTED_MAX, actor, (register, version), chosen, reason)
    }

    /// The same, until so many are moved. Those that cannot go do not stand in the way of the others.
    pub fn shift_at_most(
        &self,
        most: usize,
        actor: &Actor,
        (register, version): (&str, &str),
        chosen: Option<&[Id]>,
        reason: &str,
    ) -> Outcome<Shifted> {
        let frame = self.frame();
        self.may_move_flows(&self.ground(&frame, actor))?;
        let reason = given(reason)?;
        let known = self.look(|reader| {
            let mut ids = self.to_shift(reader, register, version, None, usize::MAX >> 1)?;
            if let Some(chosen) = chosen {
                ids.retain(|id| chosen.contains(id));
            }
            Ok(ids)
        })?;
        if chosen.is_some_and(|chosen| chosen.is_empty() || known.len() != chosen.len()) {
            let message = said!(
                "请从列出的办件里选；已经办结或者已转走的请刷新页面后再选"
                    / "Choose from the matters listed; reload the page if some have ended or gone over"
            );
            return Err(Refusal::invalid(vec![Blame::at("matters", "choice", message)]).into());
        }
        let mut done = Shifted::default();
        let mut rest = known.as_slice();
        while !rest.is_empty() {
            let room = most.saturating_sub(usize::try_from(done.moved).unwrap_or(usize::MAX));
            if room == 0 {
                done.left = true;
                break;
            }
            let (some, later) = rest.split_at(rest.len().min(room).min(AT_ONCE));
            self.shift_some(actor, some, reason, &mut done)?;
            rest = later;
        }
        Ok(done)
    }

    fn shift_some(
        &self,
        actor: &Actor,
        some: &[Id],
        reason: &str,
        done: &mut Shifted,
    ) -> Outcome<()> {
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let mut commits: Vec<Commit> = Vec::with_capacity(some.len());
        let mut going = Vec::with_capacity(some.len());
        self.look(|reader| {
            for id in some {
                let (row, record, course) = self.shift_row(&ground, reader, *id)?;
                match &row.shift {
                    Ok(shift) => {
                        let changes = self.with_flow(|flow, ids| {
                            Ok(flow.go_over(&ground, &record, &course, shift, ids))
                        })?;
                        commits.push(self.commit_of(&ground, changes, Some(reason.to_owned())));
                        going.push(row.public_no);
                    }
                    Err(why) => done.stuck.push((row.public_no, why.clone())),
                }
            }
            Ok(())
        })?;
        for (result, public_no) in self.store().bulk(commits)?.into_iter().zip(going) {
            match result {
                Ok(_) => done.moved += 1,
                Err(store::CommitError::Broken(error)) => return Err(error.into()),
                Err(_) => {
                    let why = said!(
                        "刚刚有人办理，请再转一次" / "Somebody handled it just now; move it again"
                    );
                    done.stuck.push((public_no, why));
                }
            }
        }
        let house = self.flow_house()?;
        self.changed(&[house.matter, house.task, house.clock])
    }

    /// Running matters of a version that is not that in force, by their ids.
    fn to_shift(
        &self,
        reader: &Reader,
        register: &str,
        version: &str,
        after: Option<Id>,
        limit: usize,
    ) -> Outcome<Vec<Id>> {
        let ix = self.catalogue().register(register);
        let def = self.catalogue().at(ix.ok_or_else(Refusal::not_found)?);
        if def.flow_version() == version {
            return Err(No::refuse(
                Reason::Conflict,
                said!(
                    "这是现行流程，它的办件不用转"
                        / "This flow is in force; its matters need no move"
                ),
            ));
        }
        let filter: Filter = self.running_matters(register, Some(version))?;
        let query = Query {
            filter,
            fields: Some(Vec::new()),
            ..Query::of(self.flow_house()?.matter)
        };
        let mut ids = Vec::new();
        reader.each(&query, |matter| {
            ids.push(matter.id);
            Ok::<(), No>(())
        })?;
        // All of a version may have gone over; one that never was is a slip.
        if ids.is_empty() && !self.is_kept(reader, register, version)? {
            return Err(No::refuse(
                Reason::NotFound,
                said!(
                    "没有“{version}”这个版本的流程，请核对版本标识"
                        / "There is no flow of version “{version}”; check the mark of the version"
                ),
            ));
        }
        ids.sort_unstable();
        let ids = ids
            .into_iter()
            .filter(|id| after.is_none_or(|after| *id > after));
        Ok(ids.take(limit).collect())
    }

    fn shift_row(
        &self,
        ground: &Ground,
        reader: &Reader,
        matter: Id,
    ) -> Outcome<(ShiftRow, Record, kernel::flow::Course)> {
        let house = self.flow_house()?;
        let matters = self.catalogue().at(house.matter);
        let matter = self.load(reader, house.matter, matter)?;
        let about = About::of(matters, &matter);
        let word = |name| text(matter.named(matters, name)).unwrap_or_default();
        let register = self.catalogue().register(word("register"));
        let register: RegisterIx = register.ok_or_else(Refusal::not_found)?;
        let record = self.load(reader, register, App::matter_id_known(word("record"))?)?;
        let course = self.course(reader, &record, ground.actor.account)?;
        let course = course.ok_or(Error::Broken("house.matter"))?;
        let began_by = self.by_course(*ground, &record, Some(&course));
        let before = began_by.catalogue.at(register);
        // A version of which only the mark is known, or that makes no sense any more, tells no turns.
        let is_known = self.catalogue().older.contains_key(&(register, about.flow));
        let state = record.state.map(|state| &before.states[state.0].label);
        let step = state.map_or_else(|| Said::same(word("at_state")), Said::from);
        let shift = self.shift_of(ground, is_known.then_some(before), &record, &course)?;
        let row = ShiftRow {
            matter: matter.id,
            public_no: about.public_no,
            step,
            began_at: about.began_at,
            shift,
        };
        Ok((row, record, course))
    }

    fn shift_of(
        &self,
        ground: &Ground,
        before: Option<&kernel::Register>,
        record: &Record,
        course: &kernel::flow::Course,
    ) -> Outcome<Result<Shift, Said>> {
        let directory = self.directory()?;
        let calendar = self.calendar();
        let flow = Flow {
            house: self.flow_house()?,
            directory: &directory,
            calendar: &calendar,
        };
        Ok(flow.shift(ground, before, record, course))
    }
}

impl ShiftRow {
    /// The limit of the step and those of the clocks, before and after.
    pub fn limits(&self) -> Vec<ShiftedLimit> {
        let Ok(shift) = &self.shift else {
            return Vec::new();
        };
        let step = shift
            .step
            .map(|limit| in_words(said!("本环节" / "This step"), limit));
        let clocks = shift.clocks.iter();
        let clocks = clocks.map(|clock| in_words(Said::from(&clock.title), clock.limit));
        step.into_iter().chain(clocks).collect()
    }
}

fn in_words(title: Said, limit: LimitShift) -> ShiftedLimit {
    // Limits are half-open.
    let last_day = |due: Moment| Moment(due.0 - 1).local_date();
    ShiftedLimit {
        title,
        from: limit.from.map(limit_said),
        to: limit.to.map(limit_said),
        until_from: limit.due_from.map(last_day),
        until_to: limit.due_to.map(last_day),
    }
}

/// The reason, which stands in the history of each matter.
fn given(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    let blame = |code, message| Refusal::invalid(vec![Blame::at("reason", code, message)]);
    if reason.is_empty() {
        return Err(blame(
            "required",
            said!("请写明理由" / "Please give the reason"),
        ));
    }
    if reason.chars().count() > WORDS_CHARS_MAX {
        let message = said!(
            "最多 {WORDS_CHARS_MAX} 个字，请写得简短些"
                / "At most {WORDS_CHARS_MAX} characters, please"
        );
        return Err(blame("length", message));
    }
    Ok(reason)
}
