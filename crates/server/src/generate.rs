//! Sample data on their way into the store: the generator decides on one thread while batches are
//! written on another.

mod growing;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use catalogue::Phase;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Commit, Hooks, Id, Reason, Refusal, Value};
use store::{Bulk, CommitError, Filter, Query, Store, Ticket};
use subsystems::generate::{Decider, Made, Plan, Shelf, Summary, run};

use crate::say::{refused, told};

pub use growing::Growing;

/// Commits of one transaction and one ledger leaf. SQLite keeps the pages of an open savepoint in
/// memory and walks them at the end of every statement, so that more costs more for each.
const BATCH: usize = 1_000;
/// Batches that may wait for the disk.
const WAITING: usize = 2;
/// Records of a small register.
const SMALL_MAX: usize = 10_000;
/// More ids than the records of one device, and than those that do not hang on devices; ids are
/// plenty, so that what is left over is no loss.
const IDS_PER_DEVICE: usize = 8;
const IDS_BESIDES: usize = 20_000;
const IDS_AT_ONCE: usize = 10_000;
const TICK: Duration = Duration::from_millis(200);

/// What was made and how long it took.
pub struct Filled {
    pub summary: Summary,
    pub commits: u64,
    pub took: Duration,
}

/// What goes to the thread that writes.
enum Load {
    Commits(Vec<Commit>),
    /// Answered when everything before it is written.
    Mark(SyncSender<()>),
}

/// Called once what is few stands in the store; an error ends the work.
type Between<'a> = Box<dyn FnOnce() -> Result<(), Refusal> + 'a>;

/// Makes what the plan asks for, in a store that has none of it yet.
pub fn fill(store: &Store, hooks: &Hooks, plan: &Plan) -> anyhow::Result<Filled> {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} 已生成 {pos} 项，{per_sec}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    let ways = Ways {
        bar,
        stop: Arc::default(),
        between: None,
    };
    fill_by(store, hooks, plan, ways)
}

/// How the work is watched and stopped.
struct Ways<'a> {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
    between: Option<Between<'a>>,
}

fn fill_by(store: &Store, hooks: &Hooks, plan: &Plan, ways: Ways) -> anyhow::Result<Filled> {
    let begun = Instant::now();
    let (send, receive) = sync_channel(WAITING);
    let writing = {
        let store = store.clone();
        thread::spawn(move || write(&store, &receive))
    };
    let catalogue = Arc::clone(store.catalogue());
    // All at once and before the first batch: which ids the writer takes for child rows in between
    // would hang on how fast it is, and the same seed must give the same ids.
    let wanted = plan.devices * IDS_PER_DEVICE + IDS_BESIDES;
    let mut ids = Vec::with_capacity(wanted + IDS_AT_ONCE);
    while ids.len() < wanted {
        ids.extend(store.next_ids(IDS_AT_ONCE)?);
    }
    let shelf = Rows::new(store, send, ids, ways);
    let mut decider = Decider::new(&catalogue, hooks, shelf);
    let outcome = run(plan, &mut decider);
    let mut rows = decider.shelf;
    rows.ways.bar.finish_and_clear();
    if outcome.is_ok() {
        // When the writer is gone its own error is told below.
        let _ = rows.flush();
    }
    let commits = rows.count;
    drop(rows);
    let written = writing
        .join()
        .map_err(|_| told("写入示例数据的线程意外结束"))?;
    written?;
    let summary = outcome.map_err(|refusal| refused(&refusal))?;
    Ok(Filled {
        summary,
        commits,
        took: begun.elapsed(),
    })
}

fn write(store: &Store, receive: &Receiver<Load>) -> anyhow::Result<()> {
    // One batch is written and one stands in line, so that the writer never waits for us.
    let mut before = None;
    while let Ok(load) = receive.recv() {
        let (next, mark) = match load {
            Load::Commits(batch) => (Some(store.bulk_async(batch, 0)?), None),
            Load::Mark(answer) => (None, Some(answer)),
        };
        if let Some(ticket) = std::mem::replace(&mut before, next) {
            written(store, ticket)?;
        }
        if let Some(answer) = mark {
            // Whoever asked may be gone; the work ends then.
            let _ = answer.send(());
        }
    }
    before.map_or(Ok(()), |ticket| written(store, ticket))
}

fn written(store: &Store, ticket: Ticket<Result<Bulk, store::Error>>) -> anyhow::Result<()> {
    let bulk = ticket.wait().unwrap_or(Err(store::Error::Stopped))?;
    for result in bulk.results {
        result.map_err(|error| match error {
            CommitError::Duplicate {
                register, field, ..
            } => {
                let def = store.catalogue().at(register);
                told(format!(
                    "{}已有相同的“{}”，示例数据只能写入没有业务数据的目录",
                    def.title.zh,
                    def.get(field).label.zh
                ))
            }
            other => other.into(),
        })?;
    }
    Ok(())
}

/// Gathers commits into batches.
struct Rows<'a> {
    store: &'a Store,
    send: SyncSender<Load>,
    ids: std::vec::IntoIter<Id>,
    batch: Vec<Commit>,
    count: u64,
    ways: Ways<'a>,
}

impl<'a> Rows<'a> {
    fn new(store: &'a Store, send: SyncSender<Load>, ids: Vec<Id>, ways: Ways<'a>) -> Rows<'a> {
        Rows {
            store,
            send,
            ids: ids.into_iter(),
            batch: Vec::with_capacity(BATCH),
            count: 0,
            ways,
        }
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.ways.bar.inc(batch.len() as u64);
        self.send
            .send(Load::Commits(batch))
            .map_err(|_| broken("写入停止了"))
    }
}

impl Shelf for Rows<'_> {
    fn next_id(&mut self) -> Result<Id, Refusal> {
        self.ids.next().ok_or_else(|| broken("编号不够用"))
    }

    fn keep(&mut self, commit: Commit) -> Result<(), Refusal> {
        if self.ways.stop.load(Ordering::Relaxed) {
            return Err(broken("程序要停止了"));
        }
        self.count += 1;
        self.batch.push(commit);
        if self.batch.len() < BATCH {
            Ok(())
        } else {
            self.flush()
        }
    }

    fn all(&mut self, register: &str) -> Result<Made, Refusal> {
        let catalogue = self.store.catalogue();
        let ix = catalogue
            .register(register)
            .ok_or_else(Refusal::not_found)?;
        let def = catalogue.at(ix);
        let query = Query {
            limit: SMALL_MAX,
            ..Query::of(ix)
        };
        let records = self.store.read(|reader| Ok(reader.query(&query)?.records));
        let mut records = records.map_err(|error| broken(&error.to_string()))?;
        records.retain(|record| record.phase(def) == Phase::Open);
        Ok(Arc::new(records))
    }

    fn find(&mut self, register: &str, field: &str, word: &str) -> Result<Option<Made>, Refusal> {
        let catalogue = self.store.catalogue();
        let ix = catalogue
            .register(register)
            .ok_or_else(Refusal::not_found)?;
        let Some(field) = catalogue.at(ix).field(field) else {
            return Ok(None);
        };
        let filter = Filter::Is(field, Value::Text(word.to_owned()));
        let query = Query {
            limit: 1,
            filter,
            ..Query::of(ix)
        };
        let records = self.store.read(|reader| Ok(reader.query(&query)?.records));
        let records = records.map_err(|error| broken(&error.to_string()))?;
        Ok((!records.is_empty()).then(|| Arc::new(records)))
    }

    fn settled(&mut self) -> Result<(), Refusal> {
        let Some(between) = self.ways.between.take() else {
            return Ok(());
        };
        self.flush()?;
        let (answer, answered) = sync_channel(1);
        let asked = self.send.send(Load::Mark(answer));
        asked.map_err(|_| broken("写入停止了"))?;
        answered.recv().map_err(|_| broken("写入停止了"))?;
        between()
    }
}

fn broken(why: &str) -> Refusal {
    Refusal::new(
        Reason::Conflict,
        speech::said!("示例数据没有写完：{why}" / "The sample data are not complete: {why}"),
    )
}
