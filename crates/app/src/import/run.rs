//! An import at work: rows are read, understood and decided in chunks while the batch before is
//! being written. Memory does not grow with the file.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::thread::{Scope, ScopedJoinHandle};

use kernel::{
    Actor, Blame, Change, Commit, Event, Field, FieldIx, Found, Ground, Id, Meta, Reason, Record,
    Refusal, RegisterIx, Value, Verb,
};
use store::{Applied, BULK_COMMITS_MAX, CommitError, Filter, Personal, Query};
use tables::{Options, Reader, Remarked, Row};

use super::decide::{Desk, Verdict};
use super::mapping::Mapping;
use super::plan::{Plan, REMARK_COLUMN, matched};
use super::progress::{Counted, Progress, Report, TOLD_ROWS_MAX, ToldRow};
use super::row::{Bench, Divisions, Remark, Taken, take};
use super::world::{ImportWorld, Memory};
use crate::follow::{After, Touched};
use crate::{App, No, Outcome};

/// Rows of one transaction. Others who save wait no longer than one batch takes.
const BATCH_ROWS: usize = 4_000;
/// Rows that are looked up together.
const CHUNK_ROWS: usize = 500;
/// Different remarks that are tallied.
const TALLY_MAX: usize = 500;
/// Longest list of remarks kept with a record's history, in characters.
const REASON_CHARS_MAX: usize = 500;

/// What is imported, where to, and how.
pub struct Import<'a> {
    pub register: RegisterIx,
    pub path: &'a Path,
    /// Without one, headers are matched by name or label.
    pub mapping: Option<&'a Mapping>,
    /// How the file is called in the ledger.
    pub title: String,
    /// Only tell what would happen.
    pub dry_run: bool,
}

/// Takes the copy of the rows that were refused.
pub type WrongTo = Box<dyn Write + Send>;

impl App {
    /// Imports a table: good rows go in, wrong ones come back in a copy with a remark each.
    pub fn import(
        &self,
        actor: &Actor,
        import: &Import,
        progress: &Progress,
        wrong_to: Option<WrongTo>,
    ) -> Outcome<Report> {
        let batch = self.store().next_id()?;
        let report = self.import_as(actor, batch, import, progress, wrong_to, || {})?;
        self.keep_report(actor, import, &report)?;
        Ok(report)
    }

    /// The same under a batch that is known beforehand. `opened` is called when the file is open.
    pub(crate) fn import_as(
        &self,
        actor: &Actor,
        batch: Id,
        import: &Import,
        progress: &Progress,
        wrong_to: Option<WrongTo>,
        opened: impl FnOnce(),
    ) -> Outcome<Report> {
        let def = self.catalogue().at(import.register);
        if kernel::scope(def, actor, Verb::Import).is_none() {
            return Err(Refusal::forbidden(format!("您的岗位不能导入{}", def.title.zh)).into());
        }
        let _turn = self.inner.imports.begin(import.register).ok_or_else(|| {
            let message = format!("{}正在导入另一个文件，请等它完成再试", def.title.zh);
            Refusal::new(Reason::Conflict, message)
        })?;
        let mut options = Options::default();
        if let Some(mapping) = import.mapping {
            options.encoding = mapping.encoding;
            options.delimiter = mapping.delimiter;
            options.sheet = mapping.sheet.clone();
        }
        let file = Reader::open(import.path, &options).map_err(unreadable)?;
        opened();
        progress.begin(file.size());
        let outcome = self.import_open(actor, batch, import, progress, file, wrong_to);
        progress.end();
        outcome
    }

    fn import_open(
        &self,
        actor: &Actor,
        batch: Id,
        import: &Import,
        progress: &Progress,
        file: Reader,
        wrong_to: Option<WrongTo>,
    ) -> Outcome<Report> {
        let def = self.catalogue().at(import.register);
        let own;
        let (mapping, id_column, left_out) = match import.mapping {
            Some(mapping) => (mapping, None, Vec::new()),
            None => {
                own = matched(import.register, def, file.header()).map_err(no_header)?;
                (&own.mapping, own.id_column.as_deref(), own.left_out.clone())
            }
        };
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let memory = Memory::default();
        let plan = self.look(|reader| {
            let world = ImportWorld {
                app: self,
                reader,
                places: self.places(),
                memory: &memory,
            };
            let plan = Plan::new(&ground, &world, mapping, file.header(), id_column);
            plan.map_err(|faults| {
                let blames = faults
                    .iter()
                    .map(|fault| Blame::at("mapping", "mapping", fault.to_string()));
                let mut refusal = Refusal::invalid(blames.collect());
                refusal.message = faults
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n");
                refusal.into()
            })
        })?;
        let remarked = match wrong_to {
            Some(out) => Some(Remarked::new(&file, out, REMARK_COLUMN)?),
            None => None,
        };
        let mut run = Run {
            app: self,
            actor,
            plan: &plan,
            memory: &memory,
            divisions: Divisions::default(),
            reads: self.inner.hooks.reads(def, None),
            followed: self.is_followed(import.register),
            dry_run: import.dry_run,
            batch,
            progress,
            remarked,
            ids: Vec::new(),
            seen: HashMap::new(),
            spare: Vec::new(),
            tally: HashMap::new(),
            checks: HashMap::new(),
            report: Report {
                batch,
                register: import.register,
                dry_run: import.dry_run,
                rows: 0,
                new: 0,
                changed: 0,
                same: 0,
                wrong: 0,
                warned: 0,
                wrong_rows: Vec::new(),
                warned_rows: Vec::new(),
                tally: Vec::new(),
                checks: Vec::new(),
                unused_columns: plan.unused.clone(),
                left_out,
                took: std::time::Duration::ZERO,
                broken_off: None,
            },
        };
        let ended = run.all(file);
        let Run {
            remarked,
            tally,
            checks,
            mut report,
            ..
        } = run;
        if let Some(remarked) = remarked {
            remarked.finish()?;
        }
        ended?;
        report.tally = sorted(tally);
        report.checks = sorted(checks);
        report.took = progress.reached().took;
        if !import.dry_run && report.new + report.changed > 0 {
            self.note_import(actor, import, &report)?;
        }
        Ok(report)
    }

    /// The import as a whole, in the ledger.
    fn note_import(&self, actor: &Actor, import: &Import, report: &Report) -> Outcome<()> {
        let detail = [
            (
                "register",
                self.catalogue().at(import.register).name.clone(),
            ),
            ("batch", report.batch.to_string()),
            ("file", import.title.clone()),
            ("new", report.new.to_string()),
            ("changed", report.changed.to_string()),
            ("same", report.same.to_string()),
            ("wrong", report.wrong.to_string()),
        ];
        let detail = detail
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let event = Event {
            kind: "import".to_owned(),
            record: None,
            detail,
        };
        let meta = Meta {
            at: self.now(),
            actor: actor.account,
            reason: None,
            batch: None,
        };
        let commit = Commit {
            meta,
            changes: Vec::new(),
            relied: Vec::new(),
            events: vec![event],
        };
        self.store()
            .commit(commit)
            .map(|_| ())
            .map_err(|error| self.refused(error))
    }
}

struct Run<'a> {
    app: &'a App,
    actor: &'a Actor,
    plan: &'a Plan<'a>,
    memory: &'a Memory,
    divisions: Divisions,
    reads: Vec<&'static str>,
    followed: bool,
    dry_run: bool,
    batch: Id,
    progress: &'a Progress,
    remarked: Option<Remarked<WrongTo>>,
    /// Leased for new records.
    ids: Vec<Id>,
    /// In a dry run: rows seen before by key, and what they said.
    seen: HashMap<u64, u64>,
    /// Rows whose memory is used again.
    spare: Vec<Row>,
    tally: HashMap<String, u64>,
    checks: HashMap<String, u64>,
    report: Report,
}

/// Rows that are decided and wait for their transaction.
#[derive(Default)]
struct Batch {
    commits: Vec<Commit>,
    /// Beside each commit.
    decided: Vec<Decided>,
    keys: HashSet<String>,
    wrong: Vec<(Row, Vec<String>)>,
}

struct Decided {
    row: Row,
    counted: Counted,
    remarks: Vec<Remark>,
    /// Before and after, for registers whose parents follow.
    child: Option<(Option<Record>, Box<Record>)>,
}

/// A batch in the hands of the writer.
struct Flight<'scope> {
    batch: Batch,
    thread: ScopedJoinHandle<'scope, Result<Vec<Result<Applied, CommitError>>, store::Error>>,
}

impl<'a> Run<'a> {
    fn all(&mut self, mut file: Reader) -> Outcome<()> {
        std::thread::scope(|scope| {
            let mut batch = Batch::default();
            let mut flight: Option<Flight> = None;
            let mut more = true;
            while more && !self.progress.is_stopped() {
                let mut rows = Vec::with_capacity(CHUNK_ROWS);
                more = self.read(&mut file, &mut rows);
                self.chunk(scope, rows, &mut batch, &mut flight)?;
            }
            self.send(scope, &mut batch, &mut flight)?;
            self.land(&mut flight)?;
            if self.progress.is_stopped() {
                self.report.broken_off =
                    Some("导入已被中止；已写入的部分保留，可以撤销".to_owned());
            }
            Ok(())
        })
    }

    /// Reads a chunk of rows; false at the end of the file or where it cannot be read on.
    fn read(&mut self, file: &mut Reader, rows: &mut Vec<Row>) -> bool {
        while rows.len() < CHUNK_ROWS {
            let mut row = self.spare.pop().unwrap_or_default();
            match file.next_row(&mut row) {
                Ok(true) => {
                    self.report.rows += 1;
                    self.progress.count(Counted::Row);
                    rows.push(row);
                }
                Ok(false) => {
                    self.progress.at(file.position());
                    return false;
                }
                Err(error) => {
                    self.report.broken_off = Some(format!("{error}；在此之前的行已经处理"));
                    return false;
                }
            }
        }
        self.progress.at(file.position());
        true
    }

    fn chunk<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        rows: Vec<Row>,
        batch: &mut Batch,
        flight: &mut Option<Flight<'scope>>,
    ) -> Outcome<()>
    where
        'a: 'scope,
    {
        let app = self.app;
        let frame = app.frame();
        let ground = app.ground(&frame, self.actor);
        let mut taken = app.look(|reader| {
            let world = ImportWorld {
                app,
                reader,
                places: app.places(),
                memory: self.memory,
            };
            let by_field = |field: &Field, by: FieldIx, text: &str| -> Found {
                world.by_field(&ground, field, by, text)
            };
            let bench = Bench {
                ground: &ground,
                world: &world,
                places: &world.places,
                divisions: &self.divisions,
                by_field: &by_field,
            };
            let taken = rows.into_iter().map(|row| {
                let taken = take(self.plan, &bench, &row);
                (row, taken)
            });
            Ok(taken.collect::<Vec<_>>())
        })?;
        let mut keys: Vec<Option<Vec<Value>>> = Vec::with_capacity(taken.len());
        for (_, taken) in &mut taken {
            keys.push(self.key(taken));
        }
        let mut rest: std::collections::VecDeque<_> = taken.into_iter().zip(keys).collect();
        while !rest.is_empty() {
            // What is being written must be seen before it is looked up.
            let in_flight = |key: &Option<Vec<Value>>| {
                let text = key.as_deref().map(key_text);
                flight
                    .as_ref()
                    .zip(text)
                    .is_some_and(|(f, text)| f.batch.keys.contains(&text))
            };
            if rest.iter().any(|(_, key)| in_flight(key)) {
                self.land(flight)?;
            }
            let clash = self.decide(&ground, &mut rest, batch)?;
            if clash || batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                self.send(scope, batch, flight)?;
            }
            if clash {
                self.land(flight)?;
            }
        }
        Ok(())
    }

    /// The values by which the row's record is known; rows without are refused.
    fn key(&self, taken: &mut Taken) -> Option<Vec<Value>> {
        if taken.refused {
            return None;
        }
        let values: Vec<Value> = self
            .plan
            .key
            .iter()
            .map(|ix| taken.value(*ix).clone())
            .collect();
        let empty = self
            .plan
            .key
            .iter()
            .zip(&values)
            .find(|(_, value)| value.is_null());
        match empty {
            None if !values.is_empty() => Some(values),
            _ if taken.id.is_some() => None,
            Some((ix, _)) => {
                let label = &self.plan.def.get(*ix).label.zh;
                let message = format!("“{label}”是空的，无法辨认是哪一条记录");
                taken.refuse(Remark::new("", "key", message));
                None
            }
            None => {
                taken.refuse(Remark::new("", "key", "没有 id，无法辨认是哪一条记录"));
                None
            }
        }
    }

    /// Decides rows until the batch is full or a row needs one before it to be written first;
    /// true in that case.
    fn decide(&mut self, ground: &Ground, rest: &mut Waiting, batch: &mut Batch) -> Outcome<bool> {
        let app = self.app;
        app.look(|reader| {
            let known = self.known(reader, rest)?;
            let world = ImportWorld {
                app,
                reader,
                places: app.places(),
                memory: self.memory,
            };
            let reads = self.reads.clone();
            let desk = Desk {
                plan: self.plan,
                ground,
                world: &world,
                reads: &reads,
            };
            while let Some(((row, mut taken), key)) = rest.pop_front() {
                let text = key.as_deref().map(key_text);
                let id_text = taken.id.map(|id| id.to_string());
                let clash = [&text, &id_text]
                    .into_iter()
                    .flatten()
                    .any(|t| batch.keys.contains(t));
                if clash {
                    rest.push_front(((row, taken), key));
                    return Ok(true);
                }
                let before = match known.of(&taken, text.as_deref()) {
                    Ok(before) => before,
                    Err(remark) => {
                        taken.refuse(remark);
                        None
                    }
                };
                let content = self.dry_run.then(|| content_hash(&taken));
                let ids = &mut self.ids;
                let dry_run = self.dry_run;
                let verdict = desk.decide(&mut taken, before, || match ids.pop() {
                    _ if dry_run => Ok(Id(0)),
                    Some(id) => Ok(id),
                    None => {
                        *ids = app.store().next_ids(BATCH_ROWS)?;
                        ids.pop()
                            .ok_or_else(|| crate::Error::Broken("no ids were leased").into())
                    }
                })?;
                let verdict = match (content, &text) {
                    (Some(content), Some(text)) => self.seen_before(verdict, text, content),
                    _ => verdict,
                };
                self.keep(
                    ground,
                    batch,
                    (row, taken),
                    verdict,
                    before,
                    [text, id_text],
                );
                if batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                    break;
                }
            }
            Ok(false)
        })
    }

    /// In a dry run nothing is written, so a second row of the same record is not found.
    fn seen_before(&mut self, verdict: Verdict, key: &str, content: u64) -> Verdict {
        let before = match verdict {
            Verdict::Wrong => return verdict,
            _ => self.seen.insert(hash_of(key), content),
        };
        match (verdict, before) {
            (_, Some(before)) if before == content => Verdict::Same,
            (
                Verdict::New {
                    change,
                    after,
                    checks,
                },
                Some(_),
            ) => Verdict::Changed {
                change,
                after,
                checks,
            },
            (verdict, _) => verdict,
        }
    }

    fn keep(
        &mut self,
        ground: &Ground,
        batch: &mut Batch,
        (row, taken): (Row, Taken),
        verdict: Verdict,
        before: Option<&Record>,
        keys: [Option<String>; 2],
    ) {
        let (change, after, checks, counted) = match verdict {
            Verdict::New {
                change,
                after,
                checks,
            } => (change, after, checks, Counted::New),
            Verdict::Changed {
                change,
                after,
                checks,
            } => (change, after, checks, Counted::Changed),
            Verdict::Same => {
                self.report.same += 1;
                self.progress.count(Counted::Same);
                self.told(row.line, &taken.remarks);
                self.spare.push(row);
                return;
            }
            Verdict::Wrong => {
                for remark in &taken.remarks {
                    self.count_remark(remark);
                }
                let remarks = taken.remarks.iter().map(Remark::sentence).collect();
                batch.wrong.push((row, remarks));
                return;
            }
        };
        for message in checks {
            add(&mut self.checks, message);
        }
        batch.keys.extend(keys.into_iter().flatten());
        let child = self.followed.then(|| (before.cloned(), after));
        let meta = Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason: reason_of(&taken.remarks),
            batch: Some(self.batch),
        };
        batch.commits.push(commit(meta, change));
        batch.decided.push(Decided {
            row,
            counted,
            remarks: taken.remarks,
            child,
        });
    }

    /// Hands the batch to the writer, once the one before is done.
    fn send<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        batch: &mut Batch,
        flight: &mut Option<Flight<'scope>>,
    ) -> Outcome<()>
    where
        'a: 'scope,
    {
        self.land(flight)?;
        let mut batch = std::mem::take(batch);
        if self.dry_run {
            let written = batch
                .decided
                .iter()
                .map(|_| Ok(Applied::default()))
                .collect();
            return self.landed(batch, written);
        }
        let mut commits = std::mem::take(&mut batch.commits);
        if commits.is_empty() {
            return self.landed(batch, Vec::new());
        }
        commits.extend(self.parents(&batch.decided)?);
        let store = self.app.store().clone();
        let thread = scope.spawn(move || {
            let mut written = Vec::with_capacity(commits.len());
            while !commits.is_empty() {
                let rest = commits.split_off(commits.len().min(BULK_COMMITS_MAX));
                written.extend(store.bulk(std::mem::replace(&mut commits, rest))?);
            }
            Ok(written)
        });
        *flight = Some(Flight { batch, thread });
        Ok(())
    }

    /// Waits for the batch that is being written.
    fn land(&mut self, flight: &mut Option<Flight<'_>>) -> Outcome<()> {
        let Some(Flight { batch, thread }) = flight.take() else {
            return Ok(());
        };
        let written = thread
            .join()
            .map_err(|_| crate::Error::Broken("the writer of a batch died"))??;
        self.landed(batch, written)?;
        // While the writer is busy no id can be leased, so a batch of them is kept in stock.
        if self.ids.len() < BATCH_ROWS {
            let wanted = BATCH_ROWS - self.ids.len();
            self.ids.extend(self.app.store().next_ids(wanted)?);
        }
        Ok(())
    }

    /// Counts what was written, and gives the rows back that were not.
    fn landed(&mut self, batch: Batch, written: Vec<Result<Applied, CommitError>>) -> Outcome<()> {
        let Batch {
            decided, mut wrong, ..
        } = batch;
        let mut children = Vec::new();
        let mut unsure = false;
        let mut results = written.into_iter();
        for decided in decided {
            let result = results.next().unwrap_or(Err(store::Error::Stopped.into()));
            match self.refusal_of(result)? {
                None => {
                    match decided.counted {
                        Counted::New => self.report.new += 1,
                        _ => self.report.changed += 1,
                    }
                    self.progress.count(decided.counted);
                    self.told(decided.row.line, &decided.remarks);
                    self.spare.push(decided.row);
                }
                Some(message) => {
                    add(&mut self.tally, message.clone());
                    wrong.push((decided.row, vec![message]));
                    unsure = true;
                }
            }
            children.extend(decided.child);
        }
        // The last commits are those of the parents: one that failed is decided anew.
        unsure |= results.any(|result| result.is_err());
        wrong.sort_by_key(|(row, _)| row.line);
        for (row, remarks) in wrong {
            self.report.wrong += 1;
            self.progress.count(Counted::Wrong);
            if let Some(remarked) = &mut self.remarked {
                remarked.write(&row, &remarks.join("；"))?;
            }
            if self.report.wrong_rows.len() < TOLD_ROWS_MAX {
                self.report.wrong_rows.push(ToldRow {
                    line: row.line,
                    remarks,
                });
            }
            self.spare.push(row);
        }
        self.spare.truncate(BATCH_ROWS);
        self.memory.forget_missing();
        self.memory.forget_referred();
        if !self.dry_run {
            if unsure && self.followed {
                self.app
                    .refollow(self.actor, self.batch, self.plan.register, &children)?;
            }
            self.app.changed(&[self.plan.register])?;
        }
        Ok(())
    }

    /// Why the store did not take a row; errors of the world end the import.
    fn refusal_of(&self, result: Result<Applied, CommitError>) -> Outcome<Option<String>> {
        Ok(Some(match result {
            Ok(_) => return Ok(None),
            Err(CommitError::Stale { .. }) => "这条记录刚被别人修改过，请再导入一次".to_owned(),
            Err(CommitError::Duplicate {
                register,
                field,
                by,
            }) => {
                let label = &self.app.catalogue().at(register).get(field).label.zh;
                format!("“{label}”与另一条记录（{by}）相同")
            }
            Err(CommitError::Gone { .. }) => "它指向的记录已不存在，请核对".to_owned(),
            Err(CommitError::Used { .. }) => "这条记录正被其他记录引用".to_owned(),
            Err(CommitError::Broken(error)) => return Err(error.into()),
        }))
    }

    /// Commits of the parents that follow from the decided rows.
    fn parents(&self, decided: &[Decided]) -> Outcome<Vec<Commit>> {
        if !self.followed {
            return Ok(Vec::new());
        }
        let frame = self.app.frame();
        let ground = self.app.ground(&frame, self.actor);
        let touched: Vec<Touched> = decided
            .iter()
            .filter_map(|d| d.child.as_ref())
            .map(|(before, after)| Touched {
                before: before.as_ref(),
                after: After::Is(after),
            })
            .collect();
        let changes = self.app.look(|reader| {
            self.app
                .follow_all(&ground, reader, self.plan.register, &touched)
        })?;
        let meta = || Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason: None,
            batch: Some(self.batch),
        };
        Ok(changes
            .into_iter()
            .map(|change| commit(meta(), change))
            .collect())
    }

    /// A row that went in, with what was said about it.
    fn told(&mut self, line: u64, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.report.warned += 1;
        for remark in remarks {
            self.count_remark(remark);
        }
        if self.report.warned_rows.len() < TOLD_ROWS_MAX {
            let remarks = remarks.iter().map(Remark::sentence).collect();
            self.report.warned_rows.push(ToldRow { line, remarks });
        }
    }

    fn count_remark(&mut self, remark: &Remark) {
        let kind = kind_of(remark);
        let text = match remark.place.is_empty() {
            true => kind.to_owned(),
            false => format!("{}：{kind}", remark.place),
        };
        add(&mut self.tally, text);
    }
}

impl App {
    /// Brings the parents of these children up to date with what the store holds.
    pub(crate) fn refollow(
        &self,
        actor: &Actor,
        batch: Id,
        register: RegisterIx,
        children: &[(Option<Record>, Box<Record>)],
    ) -> Outcome<()> {
        let mut touched = Vec::with_capacity(children.len() * 2);
        for (before, after) in children {
            let both = before.iter().chain([after.as_ref()]);
            touched.extend(both.map(|r| Touched {
                before: Some(r),
                after: After::AsStored,
            }));
        }
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let changes = self.follow_all(&ground, reader, register, &touched)?;
            let mut commit = self.commit_of(&ground, changes, None);
            commit.meta.batch = Some(batch);
            Ok((commit, ()))
        })
    }
}

/// Records of the store that rows of a chunk are about.
struct Known {
    by_key: HashMap<String, Vec<Id>>,
    records: HashMap<Id, Record>,
}

impl Known {
    fn of(&self, taken: &Taken, key: Option<&str>) -> Result<Option<&Record>, Remark> {
        let by_key = key
            .and_then(|key| self.by_key.get(key))
            .map_or(&[][..], Vec::as_slice);
        if let Some(id) = taken.id {
            match (self.records.get(&id), by_key) {
                (Some(_), [other]) if *other != id => {
                    let message = format!("id 是 {id}，编号却是另一条记录（{other}）的");
                    return Err(Remark::new("", "key", message));
                }
                (Some(record), _) => return Ok(Some(record)),
                (None, _) if key.is_none() => {
                    return Err(Remark::new("", "id", format!("没有 id 为 {id} 的记录")));
                }
                (None, _) => {}
            }
        }
        match by_key {
            [] => Ok(None),
            [one] => Ok(self.records.get(one)),
            several => {
                let message = format!("库里有 {} 条记录都是这个编号，不知改哪一条", several.len());
                Err(Remark::new("", "key", message))
            }
        }
    }
}

type Waiting = std::collections::VecDeque<((Row, Taken), Option<Vec<Value>>)>;

impl Run<'_> {
    fn known(&self, reader: &store::Reader, rest: &Waiting) -> Outcome<Known> {
        let register = self.plan.register;
        let mut by_key: HashMap<String, Vec<Id>> = HashMap::new();
        let keys = || rest.iter().filter_map(|(_, key)| key.as_deref());
        let (last, head) = match self.plan.key.split_last() {
            Some((last, head)) => (Some(*last), head),
            None => (None, &[][..]),
        };
        match last {
            Some(field) if head.is_empty() && self.plan.def.get(field).sealed() => {
                for key in keys() {
                    let ids = reader.find(register, field, &key[0])?;
                    by_key.insert(key_text(key), ids);
                }
            }
            Some(field) => {
                let mut groups: HashMap<String, (&[Value], Vec<Value>)> = HashMap::new();
                for key in keys() {
                    let (value, before) = key.split_last().map_or((&Value::Null, key), |s| s);
                    let group = groups
                        .entry(key_text(before))
                        .or_insert((before, Vec::new()));
                    group.1.push(value.clone());
                }
                for (before, values) in groups.into_values() {
                    let is = head
                        .iter()
                        .zip(before)
                        .map(|(ix, v)| Filter::Is(*ix, v.clone()));
                    let filter = Filter::All(is.chain([Filter::In(field, values)]).collect());
                    let query = Query {
                        filter,
                        fields: Some(self.plan.key.clone()),
                        ..Query::of(register)
                    };
                    reader.each(&query, |record| {
                        let key: Vec<Value> = self
                            .plan
                            .key
                            .iter()
                            .map(|ix| record.value(*ix).clone())
                            .collect();
                        by_key.entry(key_text(&key)).or_default().push(record.id);
                        Ok::<(), store::Error>(())
                    })?;
                }
            }
            None => {}
        }
        let mut ids: Vec<Id> = by_key.values().flatten().copied().collect();
        ids.extend(rest.iter().filter_map(|((_, taken), _)| taken.id));
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        let records = match ids.as_slice() {
            [] => Vec::new(),
            ids => reader.get_many(register, ids, None, Personal::Open)?,
        };
        Ok(Known {
            by_key,
            records: records.into_iter().map(|r| (r.id, r)).collect(),
        })
    }
}

fn commit(meta: Meta, change: Change) -> Commit {
    Commit {
        meta,
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
    }
}

fn key_text(key: &[Value]) -> String {
    let mut text = String::new();
    for value in key {
        // Writing to a String cannot fail.
        let _ = write!(text, "{value}\u{1f}");
    }
    text
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn content_hash(taken: &Taken) -> u64 {
    hash_of(&format!(
        "{:?}{:?}{:?}",
        taken.typed, taken.state, taken.received
    ))
}

/// Remarks as the reason in the record's history.
fn reason_of(remarks: &[Remark]) -> Option<String> {
    if remarks.is_empty() {
        return None;
    }
    let all = remarks
        .iter()
        .map(Remark::sentence)
        .collect::<Vec<_>>()
        .join("；");
    Some(all.chars().take(REASON_CHARS_MAX).collect())
}

fn kind_of(remark: &Remark) -> &str {
    match remark.code {
        "columns" => "列数与表头不符",
        "flaw" => "有无法识别的字符",
        "refused" => "按映射文件不收",
        "date" | "range" => "日期或数值读不懂、超出范围",
        "number" | "type" => "内容的类型不对",
        "money" | "currency" => "金额读不懂",
        "division" => "区划对不上",
        "choice" => "不在选项或对照表里",
        "ref" => "所指的记录没有找到",
        "code" => "编码不合规则",
        "length" => "太长",
        "missing" => "是空的，已代填",
        "masked" => "是遮盖过的个人信息",
        "state" => "状态不同，导入不改状态",
        "required" => "没有填写",
        "key" | "id" => "无法辨认是哪一条记录",
        _ => &remark.message,
    }
}

fn add(tally: &mut HashMap<String, u64>, text: String) {
    if tally.len() < TALLY_MAX || tally.contains_key(&text) {
        *tally.entry(text).or_default() += 1;
    }
}

fn sorted(tally: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut sorted: Vec<_> = tally.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sorted
}

fn no_header(faults: Vec<String>) -> No {
    let blames = faults
        .iter()
        .map(|fault| Blame::at("header", "header", fault.clone()))
        .collect();
    let mut refusal = Refusal::invalid(blames);
    refusal.message = faults.join("\n");
    refusal.into()
}

/// A file that cannot be read is a matter for the person who sent it.
fn unreadable(error: tables::Error) -> No {
    match error {
        tables::Error::Write(_) | tables::Error::WriteXlsx(_) => error.into(),
        error => No::refuse(Reason::Invalid, error.to_string()),
    }
}
