//! Limits counted anew after a change of the calendar: first a list of which would move, then a job
//! that writes them. The job does only what is left to do, so that a killed one goes on by itself.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use calendar::{Calendar, Clock, Reckoning};
use jiff::civil::Date;
use kernel::flow::{read_clock, read_limit};
use kernel::{Actor, Id, Moment, Record, Register, RegisterIx, StateIx, Value};
use store::{BULK_COMMITS_MAX, Filter, Personal, Query, Reader};

use super::calendar::RECOUNTING;
use crate::{App, Error, Outcome};

/// Limits written under one ledger leaf; one place is for the count in the calendar's own record.
const MOVED_AT_ONCE: usize = BULK_COMMITS_MAX - 1;
/// So often the list is made anew for what was changed by others meanwhile.
const ROUNDS_MAX: usize = 5;
/// Clocks with pauses that are read at once.
const READ_AT_ONCE: usize = 10_000;
/// So often it is told how far the check is.
const CHECKED_TOLD: u64 = 1_000;

/// How far the job of this process came.
#[derive(Default)]
pub(crate) struct Recounting {
    running: AtomicBool,
    checked: AtomicU64,
    to_move: AtomicU64,
    moved: AtomicU64,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecountProgress {
    pub checked: u64,
    /// Limits found to move, in this round.
    pub to_move: u64,
    /// Limits written.
    pub moved: u64,
}

/// Which limits another calendar would move.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moves {
    pub checked: u64,
    pub moved: Vec<Moved>,
}

/// One open limit and when it would end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The clock of a matter, or a turn.
    pub register: RegisterIx,
    pub id: Id,
    pub from: Option<Moment>,
    pub to: Moment,
    /// Version of the calendar it was counted with.
    pub by: u32,
    /// The first day that the calendar may have been asked about.
    pub began: Date,
    pub(super) version: i64,
}

/// What one pass of the job did.
struct Pass {
    moved: u64,
    /// Found to move still, because others changed them meanwhile.
    left: u64,
}

/// Only one runs at a time; free again however the job ends.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl App {
    /// What the imported days would move if they were put in force.
    pub fn moves_of_next_calendar(&self, actor: &Actor) -> Outcome<Moves> {
        self.may_change_calendar(actor)?;
        self.look(|reader| match self.next_calendar(reader)? {
            // The progress of a job that runs is not that of a mere look.
            Some(next) => self.moves(reader, &next, &Recounting::default()),
            None => Ok(Moves::default()),
        })
    }

    /// Puts the imported days in force. `list` is [`MovesList::digest`](super::MovesList) of the list that
    /// the person looked at; another that would come out now is refused. What begins from now on is counted
    /// by them; what is open is counted anew by [`App::recount`].
    pub fn adopt_calendar(&self, actor: &Actor, list: &str) -> Outcome<Id> {
        self.keep_next_calendar(actor, list)
    }

    /// Counts anew in the background, if there is anything left of it.
    pub fn recount_later(&self) {
        let app = self.clone();
        std::thread::spawn(move || {
            if let Err(error) = app.recount() {
                tracing::error!(%error, "Limits could not be counted anew");
            }
        });
    }

    /// Counts all open limits anew by the calendar in force, if that was not finished; answers how
    /// many moved. Begun again after a kill, it writes what is left.
    pub fn recount(&self) -> Outcome<u64> {
        let progress = &self.inner.recounting;
        let mut moved = 0;
        // Whoever comes while one runs leaves his version to it, so it looks again after it has ended.
        while self.recounting()?.is_some() && !progress.running.swap(true, Ordering::SeqCst) {
            let _turn = Turn(&progress.running);
            progress.moved.store(moved, Ordering::Relaxed);
            let pass = self.recount_by(&self.calendar(), moved)?;
            moved += pass.moved;
            if pass.left > 0 {
                tracing::warn!(left = pass.left, "Limits are still to be counted anew");
            }
            if pass.left > 0 && pass.moved == 0 {
                return Err(Error::Broken("limits that cannot be counted anew").into());
            }
        }
        Ok(moved)
    }

    /// Counts by this calendar, and finishes the versions up to it: one that was put in force
    /// meanwhile is counted by itself.
    fn recount_by(&self, calendar: &Calendar, before: u64) -> Outcome<Pass> {
        let progress = &self.inner.recounting;
        let look = || self.look(|reader| self.moves(reader, calendar, progress));
        let mut moved = 0;
        let mut list = look()?.moved;
        for _ in 0..ROUNDS_MAX {
            if list.is_empty() {
                break;
            }
            for some in list.chunks(MOVED_AT_ONCE) {
                let Some(job) = self.recounting()? else {
                    return Ok(Pass { moved, left: 0 });
                };
                moved += self.write_moved(&job, some, calendar)?;
                progress.moved.store(before + moved, Ordering::Relaxed);
            }
            list = look()?.moved;
        }
        if !list.is_empty() {
            // Others change them faster than they are written: the job stays open, and goes on.
            let left = u64::try_from(list.len()).unwrap_or(u64::MAX);
            return Ok(Pass { moved, left });
        }
        let mut finished = 0;
        while let Some(job) = self.recounting()? {
            let later = match job.named(self.catalogue().at(job.register), "number") {
                Value::Int(number) => *number > i64::from(calendar.version().0),
                _ => return Err(Error::Broken("house.calendar.number").into()),
            };
            if later {
                break;
            }
            self.finish_recount(&job)?;
            finished += 1;
        }
        if finished == 0 {
            // Committed, but not known here yet.
            self.reload_calendars()?;
        }
        tracing::info!(moved, "Limits were counted anew");
        Ok(Pass { moved, left: 0 })
    }

    /// How far the job is, while one runs.
    pub fn recount_progress(&self) -> Option<RecountProgress> {
        let progress = &self.inner.recounting;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let running = progress.running.load(Ordering::SeqCst);
        running.then(|| RecountProgress {
            checked: count(&progress.checked),
            to_move: count(&progress.to_move),
            moved: count(&progress.moved),
        })
    }

    /// The version whose job is not finished.
    pub(super) fn recounting(&self) -> Outcome<Option<Record>> {
        let register = self.house("calendar")?;
        let state = self.catalogue().at(register).state(RECOUNTING);
        let query = Query {
            filter: Filter::States(state.into_iter().collect()),
            limit: 1,
            ..Query::of(register)
        };
        self.look(|reader| Ok(reader.query(&query)?.records.into_iter().next()))
    }

    /// Every open limit that ends otherwise by this calendar.
    pub(super) fn moves(
        &self,
        reader: &Reader,
        calendar: &Calendar,
        progress: &Recounting,
    ) -> Outcome<Moves> {
        let house = self.flow_house()?;
        progress.checked.store(0, Ordering::Relaxed);
        let mut moves = Moves::default();
        self.moves_in(reader, house.clock, (calendar, progress), &mut moves)?;
        self.moves_in(reader, house.task, (calendar, progress), &mut moves)?;
        progress.checked.store(moves.checked, Ordering::Relaxed);
        let found = u64::try_from(moves.moved.len()).unwrap_or_default();
        progress.to_move.store(found, Ordering::Relaxed);
        Ok(moves)
    }

    fn moves_in(
        &self,
        reader: &Reader,
        register: RegisterIx,
        (calendar, progress): (&Calendar, &Recounting),
        moves: &mut Moves,
    ) -> Outcome<()> {
        let def = self.catalogue().at(register);
        let pauses = def.field("pauses");
        let read = match pauses {
            Some(_) => read_clock,
            None => read_limit,
        };
        // A question for the pauses of each of a million clocks would take longer than to count them.
        let paused = match pauses {
            Some(pauses) => reader.with_rows(register, pauses)?,
            None => HashSet::new(),
        };
        let query = open_limits(def, register)?;
        let mut later: Vec<Id> = Vec::new();
        reader.each(&query, |record| {
            moves.checked += 1;
            if moves.checked.is_multiple_of(CHECKED_TOLD) {
                progress.checked.store(moves.checked, Ordering::Relaxed);
            }
            match paused.contains(&record.id) {
                true => later.push(record.id),
                false => moves.moved.extend(moved(def, &record, read, calendar)),
            }
            Ok::<(), crate::No>(())
        })?;
        let mut fields = query.fields.unwrap_or_default();
        fields.extend(pauses);
        for ids in later.chunks(READ_AT_ONCE) {
            let records = reader.get_many(register, ids, Some(&fields), Personal::Sealed)?;
            let found = records.iter();
            moves
                .moved
                .extend(found.filter_map(|record| moved(def, record, read, calendar)));
        }
        Ok(())
    }
}

/// The open limits of a register that have an end, in the order of their ids. Told by the states that
/// are not open: so the table is read once from end to end, which for most of its rows is faster than
/// to look each up by an index.
fn open_limits(def: &Register, register: RegisterIx) -> Outcome<Query> {
    let open = ["running", "open"].into_iter().find_map(|s| def.state(s));
    let others = (0..def.states.len()).map(StateIx);
    let others = others.filter(|state| Some(*state) != open).collect();
    let due = def.field("due_at").ok_or(Error::Broken("house.clock"))?;
    let filter = vec![
        Filter::Not(Box::new(Filter::States(others))),
        Filter::Not(Box::new(Filter::Empty(due))),
    ];
    // Of a clock and of a turn.
    let names = [
        "due_at",
        "calendar",
        "time_limit",
        "began_at",
        "started_at",
        "extended",
        "extended_at",
    ];
    Ok(Query {
        filter: Filter::All(filter),
        fields: Some(
            names
                .into_iter()
                .filter_map(|name| def.field(name))
                .collect(),
        ),
        ..Query::of(register)
    })
}

fn moved(
    def: &Register,
    record: &Record,
    read: fn(&Register, &Record) -> Option<Clock>,
    calendar: &Calendar,
) -> Option<Moved> {
    let clock = read(def, record)?;
    let Reckoning::Due(due) = clock.due(calendar) else {
        return None;
    };
    let to = Moment::from_timestamp(due.moment);
    let from = match record.named(def, "due_at") {
        Value::Moment(at) => Some(*at),
        _ => None,
    };
    if from == Some(to) {
        return None;
    }
    let by = match record.named(def, "calendar") {
        Value::Text(text) => text.parse().unwrap_or_default(),
        _ => 0,
    };
    Some(Moved {
        register: record.register,
        id: record.id,
        from,
        to,
        by,
        began: calendar::local_date(clock.started()),
        version: record.version,
    })
}
