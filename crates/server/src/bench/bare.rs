//! The bare handler that Jinzhi is measured against: axum and rusqlite, prepared statements, JSON
//! straight from the columns, and nothing else. It checks no right, no field and no version, knows
//! no definition, and masks nothing. What it writes is what Jinzhi writes: row, history entry,
//! ledger line, head and search document, in groups, with `synchronous=FULL`.
//!
//! The one file outside `store` with SQL: it is the comparison itself and works on a copy only.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as At, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use expr::Id;
use http::{StatusCode, header};
use ledger::{EntryRef, Frontier};
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, OpenFlags, params, params_from_iter};
use serde_json::{Map, Value as Json};
use tokio::sync::oneshot;

const TABLE: &str = "special_equipment__equipment";
const FIRMS: &str = "registry__enterprise";
const DATABASE: &str = "jinzhi.db";
/// As many as Jinzhi takes into one transaction of single requests, and of an import.
const GROUP_MAX: usize = 256;
const IMPORT_ROWS: usize = 4_000;
const READER_CACHE_KIB: i64 = 8 * 1024;
const WRITER_CACHE_KIB: i64 = 48 * 1024;
const STATEMENTS: usize = 64;
/// Fields whose words are searched.
const SEARCHED: [&str; 9] = [
    "code",
    "name",
    "product_no",
    "site",
    "internal_no",
    "cert_no",
    "reg_code",
    "plate",
    "vin",
];
/// What a list shows of each row.
const LISTED: &str = "id, version, state, created_at, changed_at, code, cert_no, name, kind, user, \
                      site, next_due";
const PAGE: usize = 50;
const HITS: usize = 20;

fn open_writer(dir: &Path) -> anyhow::Result<Connection> {
    let conn = Connection::open(dir.join(DATABASE))?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

fn open_reader(dir: &Path) -> anyhow::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join(DATABASE), flags)?;
    conn.pragma_update(None, "query_only", "ON")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

// What the benchmark needs to know of the data.

/// A record as it lies in its row: the id, and every column that holds something.
pub struct Row {
    pub id: i64,
    pub version: i64,
    pub columns: Map<String, Json>,
}

/// So many records in use from all over the table, the same for the same data.
pub fn sample(dir: &Path, count: usize) -> anyhow::Result<Vec<Row>> {
    let conn = open_reader(dir)?;
    let table = Columns::of(&conn)?;
    let total: i64 = conn.query_row(&format!("SELECT count(*) FROM {TABLE}"), [], |r| r.get(0))?;
    let every = (total / count.max(1) as i64).max(1);
    let sql = format!(
        "SELECT {} FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM {TABLE} \
         WHERE state = 'in_use' AND code IS NOT NULL) WHERE nth % ? = 0 LIMIT ?",
        table.list()
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query(params![every, count as i64])?;
    let mut sampled = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Map::new();
        for (at, name) in table.names.iter().enumerate() {
            match row.get_ref(at)? {
                ValueRef::Integer(number) => columns.insert(name.clone(), number.into()),
                ValueRef::Text(text) => {
                    columns.insert(name.clone(), std::str::from_utf8(text)?.into())
                }
                _ => None,
            };
        }
        sampled.push(Row {
            id: row.get(0)?,
            version: row.get(1)?,
            columns,
        });
    }
    Ok(sampled)
}

/// The number by which a firm is known, by its id.
pub fn firm_code(dir: &Path, id: i64) -> anyhow::Result<Option<String>> {
    let conn = open_reader(dir)?;
    let sql = format!("SELECT uscc FROM {FIRMS} WHERE id = ?");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([id])?;
    Ok(match rows.next()? {
        Some(row) => row.get(0)?,
        None => None,
    })
}

/// How many devices there are.
pub fn devices(dir: &Path) -> anyhow::Result<u64> {
    let conn = open_reader(dir)?;
    let sql = format!("SELECT count(*) FROM {TABLE}");
    let count: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The columns of the table, `id` and `version` first.
struct Columns {
    names: Vec<String>,
    whole: Vec<bool>,
}

impl Columns {
    fn of(conn: &Connection) -> anyhow::Result<Columns> {
        let mut statement =
            conn.prepare("SELECT name, type FROM pragma_table_info(?) ORDER BY cid")?;
        let mut rows = statement.query([TABLE])?;
        let mut columns = Columns {
            names: Vec::new(),
            whole: Vec::new(),
        };
        while let Some(row) = rows.next()? {
            columns.names.push(row.get(0)?);
            columns.whole.push(row.get::<_, String>(1)? == "INTEGER");
        }
        match columns.names.get(..2) {
            Some([id, version]) if id == "id" && version == "version" => Ok(columns),
            _ => bail!("the table {TABLE} is not as expected"),
        }
    }

    fn list(&self) -> String {
        let quoted: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect();
        quoted.join(", ")
    }

    fn at(&self, name: &str) -> anyhow::Result<usize> {
        let at = self.names.iter().position(|known| known == name);
        at.with_context(|| format!("no column {name}"))
    }
}

// The server.

#[derive(Clone)]
struct Bare(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    columns: Columns,
    read_one: String,
    readers: Mutex<Vec<Connection>>,
    writer: Sender<Job>,
}

/// Something to be written, and where the answer goes.
struct Job {
    what: Wanted,
    answer: oneshot::Sender<anyhow::Result<(i64, i64)>>,
}

enum Wanted {
    /// Cells in the order of the table, without an id.
    Create(Vec<Cell>),
    /// Columns by their place.
    Update(i64, Vec<(usize, Cell)>),
}

/// Serves until the process is told to stop.
pub fn serve(dir: &Path, listen: SocketAddr) -> anyhow::Result<()> {
    let conn = open_writer(dir)?;
    let columns = Columns::of(&conn)?;
    let read_one = format!("SELECT {} FROM {TABLE} WHERE id = ?", columns.list());
    let (sender, receiver) = channel();
    let bench = Writer::new(conn)?;
    std::thread::spawn(move || bench.work(&receiver));
    let readers = Mutex::default();
    let inner = Inner {
        dir: dir.to_owned(),
        columns,
        read_one,
        readers,
        writer: sender,
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/r", post(create).get(list))
        .route("/r/{id}", get(read).patch(update))
        .route("/search", get(search))
        .with_state(Bare(Arc::new(inner)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

type Pairs = Query<std::collections::HashMap<String, String>>;

async fn read(State(bare): State<Bare>, At(id): At<String>) -> Response {
    bare.look(move |bare, conn| {
        let id = id.parse::<Id>().map_err(|_| anyhow!("not an id"))?;
        let mut statement = conn.prepare_cached(&bare.0.read_one)?;
        let mut rows = statement.query([id.0])?;
        let row = rows.next()?.context("no such record")?;
        let mut out = String::with_capacity(4_096);
        object(&mut out, row, &bare.0.columns.names)?;
        Ok(out)
    })
    .await
}

async fn list(State(bare): State<Bare>, Query(pairs): Pairs) -> Response {
    bare.look(move |_, conn| {
        let text = |name: &str| pairs.get(name).map_or("", String::as_str);
        let sql = format!(
            "SELECT {LISTED} FROM {TABLE} WHERE kind = ? AND state = ? AND next_due >= ? \
             ORDER BY next_due, id LIMIT ?"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let binds = params![text("kind"), text("state"), text("from"), (PAGE + 1) as i64];
        page(statement.query(binds)?, PAGE)
    })
    .await
}

async fn search(State(bare): State<Bare>, Query(pairs): Pairs) -> Response {
    bare.look(move |_, conn| {
        let words = pairs.get("q").map_or("", String::as_str);
        let question = format!("body : \"{words}\" AND tags : \"r_{TABLE}\"");
        let sql = format!(
            "SELECT {LISTED} FROM {TABLE} WHERE id IN \
             (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) \
             ORDER BY id DESC"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        page(statement.query(params![question, HITS as i64])?, HITS)
    })
    .await
}

async fn create(State(bare): State<Bare>, body: Bytes) -> Response {
    bare.change(|columns| {
        let fields = fields(&body)?;
        let cells = columns.names.iter().zip(&columns.whole);
        let cells = cells.map(|(name, whole)| cell(fields.get(name), *whole));
        Ok(Wanted::Create(cells.collect()))
    })
    .await
}

async fn update(State(bare): State<Bare>, At(id): At<String>, body: Bytes) -> Response {
    bare.change(|columns| {
        let id = id.parse::<Id>().map_err(|_| anyhow!("not an id"))?;
        let mut changed = Vec::new();
        for (name, value) in &fields(&body)? {
            let at = columns.at(name)?;
            changed.push((at, cell(Some(value), columns.whole[at])));
        }
        Ok(Wanted::Update(id.0, changed))
    })
    .await
}

fn fields(body: &[u8]) -> anyhow::Result<Map<String, Json>> {
    match serde_json::from_slice::<Map<String, Json>>(body)?.remove("fields") {
        Some(Json::Object(fields)) => Ok(fields),
        _ => bail!("no fields"),
    }
}

fn cell(value: Option<&Json>, whole: bool) -> Cell {
    match value {
        Some(Json::String(text)) if !whole => Cell::Text(text.clone()),
        Some(Json::Number(number)) => number.as_i64().map_or(Cell::Null, Cell::Integer),
        Some(Json::Bool(yes)) => Cell::Integer((*yes).into()),
        _ => Cell::Null,
    }
}

fn page(mut rows: rusqlite::Rows<'_>, limit: usize) -> anyhow::Result<String> {
    let names: Vec<String> = LISTED.split(", ").map(str::to_owned).collect();
    let mut out = String::with_capacity(24 * 1024);
    out.push_str("{\"items\":[");
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > limit {
            break;
        }
        if count > 1 {
            out.push(',');
        }
        object(&mut out, row, &names)?;
    }
    out.push_str("],\"next\":");
    out.push_str(if count > limit { "true}" } else { "null}" });
    Ok(out)
}

fn object(out: &mut String, row: &rusqlite::Row<'_>, names: &[String]) -> anyhow::Result<()> {
    out.push('{');
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        match row.get_ref(at)? {
            ValueRef::Integer(number) if at == 0 => write!(out, "\"{}\"", Id(number))?,
            ValueRef::Integer(number) => write!(out, "{number}")?,
            ValueRef::Text(text) => quoted(out, std::str::from_utf8(text)?),
            _ => out.push_str("null"),
        }
    }
    out.push('}');
    Ok(())
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..='\u{1f}' => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}

impl Bare {
    async fn look(
        self,
        f: impl FnOnce(&Bare, &Connection) -> anyhow::Result<String> + Send + 'static,
    ) -> Response {
        let done = tokio::task::spawn_blocking(move || {
            let idle = self.readers().pop();
            let conn = match idle {
                Some(conn) => conn,
                None => open_reader(&self.0.dir)?,
            };
            let answer = f(&self, &conn);
            self.readers().push(conn);
            answer
        });
        answer(
            StatusCode::OK,
            done.await.unwrap_or_else(|error| Err(error.into())),
        )
    }

    async fn change(self, f: impl FnOnce(&Columns) -> anyhow::Result<Wanted>) -> Response {
        let (answered, ticket) = oneshot::channel();
        let sent = f(&self.0.columns).and_then(|what| {
            self.0
                .writer
                .send(Job {
                    what,
                    answer: answered,
                })
                .map_err(|_| anyhow!("no writer"))
        });
        let done = match sent {
            Ok(()) => ticket.await.unwrap_or_else(|error| Err(error.into())),
            Err(error) => Err(error),
        };
        let text = |(id, version)| format!("{{\"id\":\"{}\",\"version\":{version}}}", Id(id));
        answer(StatusCode::OK, done.map(text))
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(status: StatusCode, outcome: anyhow::Result<String>) -> Response {
    let (status, body) = match outcome {
        Ok(body) => (status, body),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

// The writer.

struct Writer {
    conn: Connection,
    columns: Columns,
    insert: String,
    next_id: i64,
    head: Head,
}

struct Head {
    leaf: i64,
    history: i64,
    frontier: Frontier,
}

impl Writer {
    fn new(conn: Connection) -> anyhow::Result<Writer> {
        let columns = Columns::of(&conn)?;
        let marks = vec!["?"; columns.names.len()].join(", ");
        let insert = format!("INSERT INTO {TABLE} ({}) VALUES ({marks})", columns.list());
        let sql = format!("SELECT max(id) + 1000000 FROM {TABLE}");
        let next_id = conn.query_row(&sql, [], |row| row.get(0))?;
        let sql = "SELECT leaf, history, frontier FROM head";
        let (leaf, history, frontier): (i64, i64, Vec<u8>) =
            conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let frontier = Frontier::from_bytes(leaf as u64, &frontier)?;
        Ok(Writer {
            conn,
            columns,
            insert,
            next_id,
            head: Head {
                leaf,
                history,
                frontier,
            },
        })
    }

    fn work(mut self, receiver: &Receiver<Job>) {
        while let Ok(first) = receiver.recv() {
            let mut group = vec![first];
            while group.len() < GROUP_MAX
                && let Ok(job) = receiver.try_recv()
            {
                group.push(job);
            }
            let mut done = Vec::with_capacity(group.len());
            let outcome = self.group(group, &mut done);
            for (answer, result) in done {
                let failed = outcome.as_ref().err().map(|error| anyhow!("{error:#}"));
                let _ = answer.send(failed.map_or(result, Err));
            }
        }
    }

    fn group(&mut self, group: Vec<Job>, done: &mut Vec<Done>) -> anyhow::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        for Job { what, answer } in group {
            let result = match what {
                Wanted::Create(cells) => self.create(cells),
                Wanted::Update(id, changed) => self.update(id, changed),
            };
            if let Ok((_, hash)) = &result {
                self.leaf(self.head.history - 1, &[*hash])?;
            }
            done.push((answer, result.map(|(saved, _)| saved)));
        }
        self.finish()
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        let sql = "UPDATE head SET leaf = ?, history = ?, frontier = ?";
        let Head {
            leaf,
            history,
            frontier,
        } = &self.head;
        self.conn
            .prepare_cached(sql)?
            .execute(params![leaf, history, frontier.to_bytes()])?;
        self.conn.execute_batch("COMMIT")?;
        Ok(())
    }

    fn create(&mut self, mut cells: Vec<Cell>) -> anyhow::Result<((i64, i64), ledger::Hash)> {
        let id = self.next_id;
        self.next_id += 1;
        cells[0] = Cell::Integer(id);
        cells[1] = Cell::Integer(1);
        self.conn
            .prepare_cached(&self.insert)?
            .execute(params_from_iter(&cells))?;
        let mut body = String::from("{\"set\":{");
        members(&mut body, self.columns.names.iter().zip(&cells).skip(2));
        body.push_str("}}");
        let hash = self.entry(id, 1, "create", &body)?;
        let texts = SEARCHED
            .iter()
            .filter_map(|name| match cells[self.columns.at(name).ok()?] {
                Cell::Text(ref text) => Some(text.as_str()),
                _ => None,
            });
        let words = words(texts);
        let division = match &cells[self.columns.at("division")?] {
            Cell::Text(code) => code.as_str(),
            _ => "",
        };
        self.index(id, &words, division)?;
        Ok(((id, 1), hash))
    }

    fn update(
        &mut self,
        id: i64,
        changed: Vec<(usize, Cell)>,
    ) -> anyhow::Result<((i64, i64), ledger::Hash)> {
        let names: Vec<&String> = changed
            .iter()
            .map(|(at, _)| &self.columns.names[*at])
            .collect();
        let listed = names
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!(
            "SELECT {}, division, version, {listed} FROM {TABLE} WHERE id = ?",
            SEARCHED.join(", ")
        );
        let (texts, division, version, before) =
            self.conn.prepare_cached(&sql)?.query_row([id], |row| {
                let texts: Vec<Option<String>> = (0..SEARCHED.len())
                    .map(|at| row.get(at))
                    .collect::<Result<_, _>>()?;
                let from = SEARCHED.len();
                let before: Vec<Cell> = (0..names.len())
                    .map(|at| row.get(from + 2 + at))
                    .collect::<Result<_, _>>()?;
                Ok((
                    texts,
                    row.get::<_, String>(from)?,
                    row.get::<_, i64>(from + 1)?,
                    before,
                ))
            })?;
        let sets = names
            .iter()
            .map(|name| format!("\"{name}\" = ?"))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!("UPDATE {TABLE} SET version = ?, changed_at = ?, {sets} WHERE id = ?");
        let mut binds = vec![Cell::Integer(version + 1), Cell::Integer(now())];
        binds.extend(changed.iter().map(|(_, cell)| cell.clone()));
        binds.push(Cell::Integer(id));
        self.conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(&binds))?;
        let mut body = String::from("{\"set\":{");
        members(
            &mut body,
            names
                .iter()
                .copied()
                .zip(changed.iter().map(|(_, cell)| cell)),
        );
        body.push_str("},\"was\":{");
        members(&mut body, names.iter().copied().zip(&before));
        body.push_str("}}");
        let hash = self.entry(id, version + 1, "edit", &body)?;
        let texts = SEARCHED.iter().zip(&texts).filter_map(|(name, old)| {
            let new = changed
                .iter()
                .find(|(at, _)| self.columns.names[*at] == **name);
            match new {
                Some((_, Cell::Text(text))) => Some(text.as_str()),
                _ => old.as_deref(),
            }
        });
        let words = words(texts);
        self.conn
            .prepare_cached("DELETE FROM search WHERE rowid = ?")?
            .execute([id])?;
        self.index(id, &words, &division)?;
        Ok(((id, version + 1), hash))
    }

    fn entry(
        &mut self,
        id: i64,
        version: i64,
        act: &str,
        body: &str,
    ) -> anyhow::Result<ledger::Hash> {
        let (seq, at) = (self.head.history, now());
        let def = "0011223344556677";
        let sql = "INSERT INTO history (seq, tab, rec, version, at, actor, act, def, body) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![seq, TABLE, id, version, at, 1, act, def, body];
        self.conn.prepare_cached(sql)?.execute(values)?;
        self.head.history += 1;
        let entry = EntryRef {
            seq,
            tab: TABLE,
            rec: id,
            version,
            at,
            actor: 1,
            act,
            def,
            body,
        };
        Ok(ledger::entry_hash(&entry))
    }

    fn leaf(&mut self, first: i64, hashes: &[ledger::Hash]) -> anyhow::Result<()> {
        let hash = ledger::leaf_hash(first, hashes.len() as i64, hashes);
        let sql = "INSERT INTO ledger (leaf, first, count, hash) VALUES (?, ?, ?, ?)";
        let values = params![self.head.leaf, first, hashes.len() as i64, hash];
        self.conn.prepare_cached(sql)?.execute(values)?;
        self.head.frontier.append(hash);
        self.head.leaf += 1;
        Ok(())
    }

    fn index(&self, id: i64, words: &str, division: &str) -> anyhow::Result<()> {
        let mut tags = format!("r_{TABLE}");
        for length in [2, 4, 6, 9, 12] {
            if let Some(prefix) = division.get(..length) {
                write!(tags, " a{prefix}")?;
            }
        }
        let sql = "INSERT INTO search (rowid, body, tags) VALUES (?, ?, ?)";
        self.conn
            .prepare_cached(sql)?
            .execute(params![id, words, tags])?;
        Ok(())
    }
}

type Done = (
    oneshot::Sender<anyhow::Result<(i64, i64)>>,
    anyhow::Result<(i64, i64)>,
);

fn now() -> i64 {
    use app::Clock as _;
    app::SystemClock.now().0
}

fn members<'a>(out: &mut String, cells: impl Iterator<Item = (&'a String, &'a Cell)>) {
    for (name, cell) in cells {
        if *cell == Cell::Null {
            continue;
        }
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        match cell {
            Cell::Integer(number) => out.push_str(&number.to_string()),
            Cell::Text(text) => quoted(out, text),
            _ => out.push_str("null"),
        }
    }
}

/// Bigrams of Han, other words whole: what stands in the index.
fn words<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let is_han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let mut out = String::with_capacity(256);
    for text in texts {
        let mut before: Option<char> = None;
        for c in text.chars() {
            match before {
                Some(b) if is_han(b) && is_han(c) => out.extend([b, c, ' ']),
                Some(b) if is_han(b) => out.extend([b, ' ']),
                Some(_) if is_han(c) || !c.is_alphanumeric() => out.push(' '),
                _ => {}
            }
            if c.is_alphanumeric() && !is_han(c) {
                out.extend(c.to_lowercase());
            }
            before = c.is_alphanumeric().then_some(c);
        }
        if let Some(b) = before.filter(|b| is_han(*b)) {
            out.push(b);
        }
        out.push_str(" _ ");
    }
    out
}

// Import and export as plain loops.

/// Writes the rows of a CSV file whose header names columns; firms are looked up by their number.
pub fn import(dir: &Path, file: &Path) -> anyhow::Result<u64> {
    let mut writer = Writer::new(open_writer(dir)?)?;
    let mut csv = csv::Reader::from_reader(BufReader::new(File::open(file)?));
    let header = csv.headers()?.clone();
    let places: Vec<usize> = header
        .iter()
        .map(|name| writer.columns.at(name))
        .collect::<Result<_, _>>()?;
    let firm = format!("SELECT id FROM {FIRMS} WHERE uscc = ?");
    let is_firm: Vec<bool> = header
        .iter()
        .map(|name| FIRM_COLUMNS.contains(&name))
        .collect();
    let always = ["created_at", "created_by", "changed_at", "changed_by"];
    let always: Vec<usize> = always
        .iter()
        .map(|name| writer.columns.at(name))
        .collect::<Result<_, _>>()?;
    let mut record = csv::StringRecord::new();
    let (mut rows, mut first, mut hashes) = (0, writer.head.history, Vec::new());
    writer.conn.execute_batch("BEGIN IMMEDIATE")?;
    while csv.read_record(&mut record)? {
        let mut cells = vec![Cell::Null; writer.columns.names.len()];
        for at in &always {
            cells[*at] = Cell::Integer(now());
        }
        for ((text, at), is_firm) in record.iter().zip(&places).zip(&is_firm) {
            cells[*at] = match text {
                "" => Cell::Null,
                text if *is_firm => {
                    let mut statement = writer.conn.prepare_cached(&firm)?;
                    Cell::Integer(statement.query_row([text], |row| row.get(0))?)
                }
                "是" => Cell::Integer(1),
                "否" => Cell::Integer(0),
                text if writer.columns.whole[*at] => Cell::Integer(text.replace('.', "").parse()?),
                text => Cell::Text(text.to_owned()),
            };
        }
        hashes.push(writer.create(cells)?.1);
        rows += 1;
        if hashes.len() == IMPORT_ROWS {
            writer.leaf(first, &hashes)?;
            writer.finish()?;
            hashes.clear();
            first = writer.head.history;
            writer.conn.execute_batch("BEGIN IMMEDIATE")?;
        }
    }
    if !hashes.is_empty() {
        writer.leaf(first, &hashes)?;
    }
    writer.finish()?;
    Ok(rows)
}

/// Columns that name a firm.
pub const FIRM_COLUMNS: [&str; 5] = ["maker", "user", "property_owner", "maintainer", "installer"];

/// Writes all rows and all columns as CSV.
pub fn export(dir: &Path, to: &Path) -> anyhow::Result<u64> {
    let conn = open_reader(dir)?;
    let columns = Columns::of(&conn)?;
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(to)?));
    csv.write_record(&columns.names)?;
    let mut statement = conn.prepare(&format!(
        "SELECT {} FROM {TABLE} ORDER BY id",
        columns.list()
    ))?;
    let mut rows = statement.query([])?;
    let (mut count, mut number) = (0, String::new());
    while let Some(row) = rows.next()? {
        for at in 0..columns.names.len() {
            match row.get_ref(at)? {
                ValueRef::Text(text) => csv.write_field(text)?,
                ValueRef::Integer(value) => {
                    number.clear();
                    write!(number, "{value}")?;
                    csv.write_field(&number)?;
                }
                _ => csv.write_field("")?,
            }
        }
        csv.write_record(None::<&[u8]>)?;
        count += 1;
    }
    csv.into_inner()
        .map_err(|error| anyhow!("{error}"))?
        .flush()?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_index() {
        assert_eq!(
            words(["恒泰电梯 TS-12a", "楼"].into_iter()),
            "恒泰 泰电 电梯 梯 ts 12a _ 楼 _ "
        );
    }
}
