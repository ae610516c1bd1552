//! The one writer: takes all waiting work into one transaction and answers after the fsync.
//!
//! **Invariant:** no answer leaves before COMMIT has returned; when it fails, all of the
//! transaction is answered with the error and nothing of it stays. Only in haste (see
//! [`Store::in_haste`](crate::Store::in_haste)) does COMMIT return before the disk has it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tracing::{error, warn};

use crate::Error;
use crate::apply::Tx;
use crate::history::Head;
use crate::ids::Ids;
use crate::layout::Layout;
use crate::load::Gauge;
use crate::seal::Vault;
use crate::search::REINDEX_NOW_MAX;

/// Most pieces of work in one transaction.
pub(crate) const GROUP_MAX: usize = 256;
/// So long without work, the log is emptied into the database.
const IDLE: Duration = Duration::from_secs(1);
/// An erasure waits so long for readers that hold the log.
const ERASE_WAIT: Duration = Duration::from_secs(10);
const ERASE_RETRY: Duration = Duration::from_millis(20);

/// Runs inside the transaction, or learns that there is none; returns what to do once it is known
/// whether the transaction is on disk.
pub(crate) type Work = Box<dyn FnOnce(Result<&mut Tx<'_>, Error>) -> Finish + Send>;
pub(crate) type Finish = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// Gives work to the writer thread; dropped, it lets the thread finish what waits and end.
pub(crate) struct Writer {
    sender: Option<Sender<Work>>,
    gauge: Arc<Gauge>,
    haste: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(
        conn: Connection,
        layout: Arc<Layout>,
        vault: Arc<Vault>,
    ) -> Result<Writer, Error> {
        let (sender, receiver) = channel();
        let gauge = Arc::<Gauge>::default();
        let haste = Arc::<AtomicBool>::default();
        let bench = Bench {
            conn,
            gauge: gauge.clone(),
            haste: haste.clone(),
            hastes: false,
            layout,
            vault,
            ids: Ids::default(),
            wrote: true,
            erased: false,
            reindex: true,
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || bench.work(&receiver))
            .map_err(Error::file(
                "could not start the writer of",
                "jinzhi.db".as_ref(),
            ))?;
        Ok(Writer {
            sender: Some(sender),
            gauge,
            haste,
            thread: Some(thread),
        })
    }

    pub fn send(&self, work: Work) -> Result<(), Error> {
        let sender = self.sender.as_ref().ok_or(Error::Stopped)?;
        self.gauge.sent();
        sender.send(work).map_err(|_| Error::Stopped)
    }

    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    /// From the next transaction on, the disk is not waited for.
    pub fn hasten(&self) {
        self.haste.store(true, Ordering::Release);
    }

    /// From the next transaction on, the disk is waited for again.
    pub fn take_time(&self) {
        self.haste.store(false, Ordering::Release);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            // A panic there was already reported there.
            let _ = thread.join();
        }
    }
}

/// What the writer thread owns.
struct Bench {
    conn: Connection,
    gauge: Arc<Gauge>,
    /// Whether the next transaction may hasten, and whether the last one did.
    haste: Arc<AtomicBool>,
    hastes: bool,
    layout: Arc<Layout>,
    vault: Arc<Vault>,
    ids: Ids,
    /// Something was written since the log was last emptied.
    wrote: bool,
    /// A key was destroyed and the log still holds it.
    erased: bool,
    /// Records may wait to be indexed anew.
    reindex: bool,
}

impl Bench {
    fn work(mut self, receiver: &Receiver<Work>) {
        loop {
            let first = match self.next(receiver) {
                Ok(Some(work)) => work,
                Ok(None) => continue,
                Err(()) => break,
            };
            let mut group = vec![first];
            while group.len() < GROUP_MAX
                && let Ok(work) = receiver.try_recv()
            {
                group.push(work);
            }
            self.gauge.took(group.len());
            self.group(group);
        }
        self.idle();
    }

    /// The next piece of work; `None` when there was time for the chores instead.
    fn next(&mut self, receiver: &Receiver<Work>) -> Result<Option<Work>, ()> {
        if self.reindex {
            match receiver.try_recv() {
                Ok(work) => return Ok(Some(work)),
                Err(std::sync::mpsc::TryRecvError::Disconnected) => return Err(()),
                Err(std::sync::mpsc::TryRecvError::Empty) => self.reindex_some(),
            }
            return Ok(None);
        }
        if !self.wrote && !self.erased {
            return receiver.recv().map(Some).map_err(|_| ());
        }
        match receiver.recv_timeout(IDLE) {
            Ok(work) => Ok(Some(work)),
            Err(RecvTimeoutError::Disconnected) => Err(()),
            Err(RecvTimeoutError::Timeout) => {
                self.idle();
                Ok(None)
            }
        }
    }

    fn group(&mut self, group: Vec<Work>) {
        let mut finishes = Vec::with_capacity(group.len());
        // A panic is a fault of ours in one piece of work; the store must go on for the others.
        let attempt = AssertUnwindSafe(|| self.transaction(group, &mut finishes));
        let outcome = panic::catch_unwind(attempt).unwrap_or_else(|_| {
            Err(Error::Damaged(
                "a fault in the program broke the transaction off".to_owned(),
            ))
        });
        if let Err(why) = &outcome {
            error!(error = %why, commits = finishes.len(), "A transaction was not written");
            self.ids.forget();
        }
        if self.erased {
            self.empty_log_after_erasure();
        }
        for finish in finishes {
            finish(outcome.clone());
        }
    }

    /// Outside of a transaction only can it be said how it comes to the disk.
    fn keep_pace(&mut self) -> Result<(), Error> {
        let haste = self.haste.load(Ordering::Acquire);
        if haste != self.hastes {
            let word = if haste { "OFF" } else { "FULL" };
            self.conn.pragma_update(None, "synchronous", word)?;
            self.hastes = haste;
        }
        Ok(())
    }

    fn transaction(&mut self, group: Vec<Work>, finishes: &mut Vec<Finish>) -> Result<(), Error> {
        let layout = self.layout.clone();
        let vault = self.vault.clone();
        let paced = self.keep_pace();
        let begun = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let begun = paced
            .and(begun.map_err(Error::from))
            .and_then(|transaction| {
                let head = Head::read(&transaction)?;
                let sql = "SELECT 1 FROM subscription";
                let subscribed = transaction.prepare_cached(sql)?.exists([])?;
                Ok((transaction, head, subscribed))
            });
        let (transaction, head, subscribed) = match begun {
            Ok(begun) => begun,
            Err(why) => {
                finishes.extend(group.into_iter().map(|work| work(Err(why.clone()))));
                return Err(why);
            }
        };
        let (leaf, outbox) = (head.leaf, head.outbox);
        let mut tx = Tx {
            conn: &transaction,
            layout: &layout,
            vault: &vault,
            ids: &mut self.ids,
            head,
            hot: Default::default(),
            hashes: Vec::new(),
            shown: Default::default(),
            subscribed,
            torn: false,
            erased: false,
            requeued: false,
        };
        for work in group {
            finishes.push(work(Ok(&mut tx)));
        }
        if tx.torn {
            return Err(Error::Damaged("a statement broke off half way".to_owned()));
        }
        if (tx.head.leaf, tx.head.outbox) != (leaf, outbox) {
            tx.head.write(&transaction)?;
        }
        let (erased, requeued) = (tx.erased, tx.requeued);
        // The statements it holds go back before the transaction ends.
        drop(tx);
        #[cfg(feature = "canary-ack-early")]
        for finish in finishes.drain(..) {
            finish(Ok(()));
        }
        transaction.commit()?;
        self.wrote = true;
        self.erased |= erased;
        self.reindex |= requeued;
        Ok(())
    }

    fn reindex_some(&mut self) {
        let mut left = false;
        let work: Work = Box::new(|tx| {
            if let Ok(tx) = tx {
                match tx.reindex_queued(REINDEX_NOW_MAX) {
                    Ok(more) => tx.requeued = more,
                    Err(why) => {
                        warn!(error = %why, "Records wait to be indexed anew");
                        tx.torn = true;
                    }
                }
            }
            Box::new(|_| {})
        });
        self.reindex = false;
        let outcome = self.transaction(vec![work], &mut Vec::new());
        left |= self.reindex;
        if let Err(why) = outcome {
            warn!(error = %why, "Records wait to be indexed anew");
        }
        self.reindex = left;
    }

    fn idle(&mut self) {
        // The log is emptied at the pace that is asked for now, not at that of the last transaction.
        if let Err(why) = self.keep_pace() {
            warn!(error = %why, "The log was left as it is");
            return;
        }
        // 0x10002: of every table that has grown, also of those that only readers ask.
        if let Err(why) = self.conn.execute_batch("PRAGMA optimize=0x10002") {
            warn!(error = %why, "The database was not tidied");
        }
        match self.empty_log() {
            // A reader holds it: the next quiet second tries again.
            Ok(false) if self.erased => {}
            Ok(_) => {
                self.wrote = false;
                self.erased = false;
            }
            Err(why) => {
                warn!(error = %why, "The log was not emptied");
                self.wrote = false;
            }
        }
    }

    /// The answer to an erasure says that the key is nowhere, so it waits for slow readers.
    fn empty_log_after_erasure(&mut self) {
        let begun = Instant::now();
        loop {
            match self.empty_log() {
                Ok(true) => {
                    self.erased = false;
                    return;
                }
                Ok(false) if begun.elapsed() < ERASE_WAIT => thread::sleep(ERASE_RETRY),
                Ok(false) => {
                    warn!("A reader keeps an erased key in the log; trying again when quiet");
                    return;
                }
                Err(why) => {
                    warn!(error = %why, "The log was not emptied after an erasure");
                    return;
                }
            }
        }
    }

    /// Moves the log into the database and cuts it to nothing; false when a reader needs it.
    fn empty_log(&self) -> Result<bool, Error> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.conn.query_row(sql, [], |row| row.get(0))?;
        Ok(busy == 0)
    }
}
