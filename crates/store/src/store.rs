//! The store as others hold it: made, opened, written to, read from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use catalogue::Catalogue;
use catalogue::plan::Schema;
use expr::{Id, Moment};
use kernel::Commit;
use ledger::Frontier;
use rusqlite::{Connection, params};

use crate::apply::{Applied, Tx};
use crate::ids::{self, Ids};
use crate::layout::Layout;
use crate::load::Gauge;
use crate::pool::Pool;
use crate::reader::Reader;
use crate::seal::{Seal, Vault};
use crate::ticket::{Ticket, ticket};
use crate::writer::{Work, Writer};
use crate::{CommitError, Error, files, house, migrate, schema, seal, system};

/// Commits that one ledger leaf and one fsync may cover.
pub const BULK_COMMITS_MAX: usize = 10_000;
const READERS_DEFAULT: usize = 8;
pub(crate) const DATABASE: &str = "jinzhi.db";

/// A data directory in use. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    layout: Arc<Layout>,
    vault: Arc<Vault>,
    pool: Pool,
    writer: Writer,
    ids: Mutex<Ids>,
    doors: house::door::Kept,
    /// Files of the database that were brought to disk. Closing one takes away the locks by which this
    /// process holds the database; the next process beside it would take itself for the only one and
    /// remove the log under our hands. So they are closed after everything else: last in this list.
    held: Mutex<Vec<fs::File>>,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Reading connections that are kept; twice as many may be open for a while.
    pub readers: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            readers: READERS_DEFAULT,
        }
    }
}

/// What a new data directory is founded with; none of it changes later.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Six-digit division code of the place.
    pub division: u32,
    /// Which server of the place, 0 to 15.
    pub instance: u8,
    pub at: Moment,
    pub seal: Seal,
}

impl Store {
    /// Makes the data directory with keys and empty tables, and opens it.
    pub fn create(
        dir: &Path,
        founding: Founding,
        catalogue: Arc<Catalogue>,
    ) -> Result<Store, Error> {
        let database = dir.join(DATABASE);
        if database.exists() {
            return Err(Error::Exists(dir.to_owned()));
        }
        let node = ids::node(founding.division, founding.instance)?;
        for folder in [dir.to_owned(), dir.join("files"), dir.join("backup")] {
            fs::create_dir_all(&folder).map_err(Error::file("could not make", &folder))?;
            seal::private(&folder, 0o700)?;
        }
        Vault::create(dir, founding.seal)?;
        // Under another name until it is whole, so that a broken-off start leaves no half database.
        let draft = dir.join("jinzhi.db.new");
        for leftover in [
            draft.clone(),
            dir.join("jinzhi.db.new-wal"),
            dir.join("jinzhi.db.new-shm"),
        ] {
            if leftover.exists() {
                fs::remove_file(&leftover).map_err(Error::file("could not remove", &leftover))?;
            }
        }
        // The log files beside it get the mode of the database.
        files::private_file(&draft).map_err(Error::file("could not make", &draft))?;
        found(&draft, node, &founding, &catalogue)?;
        fs::rename(&draft, &database).map_err(Error::file("could not name", &database))?;
        files::sync_folder(dir)?;
        Store::open(dir, Options::default(), catalogue)
    }

    /// Opens a data directory; applies instant migrations, and says so when others are needed.
    pub fn open(dir: &Path, options: Options, catalogue: Arc<Catalogue>) -> Result<Store, Error> {
        let path = dir.join(DATABASE);
        if !path.exists() {
            return Err(Error::NoData(dir.to_owned()));
        }
        let conn = Connection::open(&path)?;
        system::prepare_writer(&conn)?;
        system::check_format(&conn)?;
        migrate::at_open(&conn, &catalogue)?;
        let seal: String =
            conn.query_row("SELECT value FROM meta WHERE name = 'seal'", [], |row| {
                row.get(0)
            })?;
        let vault = Arc::new(Vault::open(dir, Seal::from_word(&seal))?);
        let layout = Arc::new(Layout::new(catalogue));
        let writer = Writer::start(conn, layout.clone(), vault.clone())?;
        Ok(Store(Arc::new(Inner {
            dir: dir.to_owned(),
            layout,
            vault,
            pool: Pool::new(&path, options.readers),
            writer,
            ids: Mutex::default(),
            doors: house::door::Kept::default(),
            held: Mutex::default(),
        })))
    }

    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Lets commits return before they are on disk while `work` runs, then brings all of it there.
    /// For a directory that is being filled and can be filled again: when the machine stops in
    /// between (the program may), it is lost whole.
    pub fn in_haste<T>(&self, work: impl FnOnce() -> T) -> Result<T, Error> {
        self.0.writer.hasten();
        let done = work();
        self.0.writer.take_time();
        for name in ["jinzhi.db-wal", DATABASE] {
            let path = self.0.dir.join(name);
            let file = fs::File::open(&path).map_err(Error::file("could not open", &path))?;
            let brought = file
                .sync_all()
                .map_err(Error::file("could not bring to disk", &path));
            let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.push(file);
            brought?;
        }
        Ok(done)
    }

    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.0.layout.catalogue
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn doors(&self) -> &house::door::Kept {
        &self.0.doors
    }

    pub(crate) fn vault_shared(&self) -> Arc<Vault> {
        self.0.vault.clone()
    }

    /// A new id, never given before. Waits for the disk once in a thousand times.
    pub fn next_id(&self) -> Result<Id, Error> {
        let mut ids = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = ids.take() {
            return Ok(id);
        }
        *ids = self.house(ids::lease)?;
        ids.take()
            .ok_or_else(|| Error::Damaged("an empty lease of ids".to_owned()))
    }

    /// So many new ids for one import batch, with one wait for the disk.
    pub fn next_ids(&self, count: usize) -> Result<Vec<Id>, Error> {
        if count > BULK_COMMITS_MAX {
            return Err(Error::Question(format!(
                "more than {BULK_COMMITS_MAX} ids at once"
            )));
        }
        let mut leased = self.house(move |conn| ids::lease_many(conn, count as i64))?;
        Ok(std::iter::from_fn(|| leased.take()).collect())
    }

    /// Applies the commit; returns when it is on disk.
    pub fn commit(&self, commit: Commit) -> Result<Applied, CommitError> {
        #[cfg(feature = "canary-steps-apart")]
        let (commit, steps) = self.steps_apart(commit);
        #[cfg(feature = "canary-steps-apart")]
        if !steps.changes.is_empty() && !commit.changes.is_empty() {
            let applied = self.commit_async(commit).wait();
            let applied = applied.unwrap_or(Err(Error::Stopped.into()))?;
            let after = self.commit_async(steps).wait();
            return after.unwrap_or(Err(Error::Stopped.into())).map(|_| applied);
        }
        #[cfg(feature = "canary-steps-apart")]
        let commit = Commit {
            changes: [commit.changes, steps.changes].concat(),
            ..commit
        };
        self.commit_async(commit)
            .wait()
            .unwrap_or(Err(Error::Stopped.into()))
    }

    /// The planted fault: what a flow writes of its steps, parted from the record that it is about.
    #[cfg(feature = "canary-steps-apart")]
    fn steps_apart(&self, commit: Commit) -> (Commit, Commit) {
        let of_steps = ["house.matter", "house.task", "house.clock"];
        let is_step = |change: &kernel::Change| {
            let name = self.catalogue().at(change.register).name.as_str();
            of_steps.contains(&name)
        };
        let (steps, own): (Vec<_>, Vec<_>) = commit.changes.into_iter().partition(is_step);
        let apart = Commit {
            meta: commit.meta.clone(),
            changes: steps,
            relied: Vec::new(),
            events: Vec::new(),
            once: None,
        };
        let commit = Commit {
            changes: own,
            ..commit
        };
        (commit, apart)
    }

    /// The same without a waiting thread: the ticket is a future. It gives `None` when the writer
    /// went away before it answered.
    pub fn commit_async(&self, commit: Commit) -> Ticket<Result<Applied, CommitError>> {
        let (answer, ticket) = ticket();
        self.send(Box::new(move |tx| {
            let result = match tx {
                Ok(tx) => one_leaf(tx, commit),
                Err(error) => Err(error.into()),
            };
            Box::new(move |outcome: Result<(), Error>| {
                answer.give(outcome.map_err(CommitError::from).and(result));
            })
        }));
        ticket
    }

    /// Reads in one snapshot, on a connection of the pool. Not to be nested.
    pub fn read<T>(&self, f: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let Inner {
            layout,
            vault,
            pool,
            ..
        } = &*self.0;
        pool.read(|conn| {
            f(&Reader {
                conn,
                layout,
                vault,
            })
        })
    }

    /// What a reader is made of.
    pub(crate) fn reading(&self) -> (&Pool, &Layout, &Vault) {
        (&self.0.pool, &self.0.layout, &self.0.vault)
    }

    /// Writes what is neither history nor ledger, in the same groups as commits.
    pub(crate) fn house<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.within(move |tx| f(tx.conn))
    }

    /// Runs in the writer's transaction within a savepoint, and waits for the disk.
    pub(crate) fn within<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, ticket) = ticket();
        self.send(Box::new(move |tx| {
            let result = match tx {
                Ok(tx) => guarded(tx, f),
                Err(error) => Err(error),
            };
            Box::new(move |outcome: Result<(), Error>| answer.give(outcome.and(result)))
        }));
        ticket.wait().unwrap_or(Err(Error::Stopped))
    }

    pub(crate) fn gauge(&self) -> &Gauge {
        self.0.writer.gauge()
    }

    /// When the writer is gone the work is dropped, and its ticket answers that.
    pub(crate) fn send(&self, work: Work) {
        let _ = self.0.writer.send(work);
    }
}

fn one_leaf(tx: &mut Tx<'_>, commit: Commit) -> Result<Applied, CommitError> {
    let applied = tx.commit(commit)?;
    if applied.count > 0 {
        // Half a leaf is worse than none: the whole transaction goes.
        tx.close_leaf().inspect_err(|_| tx.torn = true)?;
    }
    Ok(applied)
}

/// Without a savepoint around the batch: SQLite would keep every page of it aside and walk them at
/// the end of each statement, a quarter of the writer's time with a thousand commits.
pub(crate) fn under_one_leaf(
    tx: &mut Tx<'_>,
    commits: Vec<Commit>,
) -> Result<Vec<Result<Applied, CommitError>>, Error> {
    let results = commits
        .into_iter()
        .map(|commit| tx.commit(commit))
        .collect();
    if !tx.hashes.is_empty() {
        tx.close_leaf().inspect_err(|_| tx.torn = true)?;
    }
    Ok(results)
}

fn guarded<T>(
    tx: &mut Tx<'_>,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mark = tx.head.clone();
    tx.conn.prepare_cached("SAVEPOINT house")?.execute([])?;
    let result = f(tx);
    if result.is_err() {
        tx.head = mark;
        tx.hashes.clear();
        tx.shown.clear();
        tx.ids.forget();
        if !tx.conn.is_autocommit() {
            tx.conn.prepare_cached("ROLLBACK TO house")?.execute([])?;
        }
    }
    if !tx.conn.is_autocommit() {
        tx.conn.prepare_cached("RELEASE house")?.execute([])?;
    }
    result
}

fn found(path: &Path, node: i64, founding: &Founding, catalogue: &Catalogue) -> Result<(), Error> {
    let conn = Connection::open(path)?;
    system::prepare_writer(&conn)?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    conn.execute_batch(system::TABLES)?;
    conn.execute("INSERT INTO node (id, node, next) VALUES (1, ?, 1)", [node])?;
    conn.execute(
        "INSERT INTO head (id, leaf, history, outbox, frontier) VALUES (1, 0, 1, 1, ?)",
        params![Frontier::new().to_bytes()],
    )?;
    let facts = [
        ("format", system::FORMAT.to_string()),
        ("seal", founding.seal.word().to_owned()),
        ("division", format!("{:06}", founding.division)),
        ("instance", founding.instance.to_string()),
        ("founded_at", founding.at.0.to_string()),
    ];
    for (name, value) in facts {
        conn.execute(
            "INSERT INTO meta (name, value) VALUES (?, ?)",
            params![name, value],
        )?;
    }
    let wanted = Schema::of(catalogue);
    for statement in schema::create_all(&wanted) {
        conn.execute_batch(&statement)?;
    }
    for table in system::LEDGERED {
        migrate::put_under_ledger(&conn, table)?;
    }
    for table in &wanted.tables {
        migrate::put_under_ledger(&conn, &table.name)?;
    }
    migrate::keep_schema(&conn, &wanted)?;
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    conn.close().map_err(|(_, error)| Error::from(error))
}
