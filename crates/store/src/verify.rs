//! `jinzhi ledger verify`: the ledger, the history, every row and every attachment against each
//! other, read in one snapshot. `jinzhi-verify` does the same with no line of ours; this one runs inside the program.

use std::collections::HashMap;
use std::path::Path;

use expr::Id;
use ledger::{EntryRef, Frontier, Hash, PublicKey, SignedHead};
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::Error;
use crate::entry::{self, Entry, Names};
use crate::layout::quoted;
use crate::store::DATABASE;

mod attachments;
mod beside;

/// Faults that are told one by one; the rest are counted.
pub const FAULTS_TOLD_MAX: usize = 100;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub entries: i64,
    pub leaves: i64,
    pub root: Hash,
    pub rows: u64,
    /// Attachments, each content once.
    pub files: u64,
    /// The first [`FAULTS_TOLD_MAX`], as sentences that name the place.
    pub faults: Vec<String>,
    pub faults_total: u64,
    /// Signed heads that agree; without one kept elsewhere a full rewrite cannot be seen.
    pub heads: usize,
}

impl Report {
    pub fn is_whole(&self) -> bool {
        self.faults_total == 0
    }

    fn fault(&mut self, text: String) {
        self.faults_total += 1;
        if self.faults.len() < FAULTS_TOLD_MAX {
            self.faults.push(text);
        }
    }
}

/// Checks a data directory against itself, against signed heads kept elsewhere, and, where keys are
/// given, their signatures.
pub fn verify(dir: &Path, heads: &[SignedHead], keys: &[PublicKey]) -> Result<Report, Error> {
    let path = dir.join(DATABASE);
    if !path.exists() {
        return Err(Error::NoData(dir.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&path, flags)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 30000; BEGIN")?;
    let mut report = Report::default();
    let mut wanted: HashMap<u64, Vec<(SignedHead, &'static str)>> = HashMap::new();
    for head in heads {
        let list = wanted.entry(head.head.size).or_default();
        list.push((head.clone(), "另存的签名头"));
    }
    for note in kept_notes(&conn)? {
        match SignedHead::parse(&note) {
            Ok(head) => wanted
                .entry(head.head.size)
                .or_default()
                .push((head, "库内的账本头")),
            Err(error) => report.fault(format!("库内的账本头看不懂：{error}")),
        }
    }
    for (head, whose) in wanted.values().flatten() {
        let own = |key: &&PublicKey| key.fingerprint() == head.key;
        match keys.iter().find(own).map(|key| head.verify(key)) {
            Some(Err(error)) => report.fault(format!("{whose}（{} 行）：{error}", head.head.size)),
            None if !keys.is_empty() => {
                report.fault(format!(
                    "{whose}（{} 行）不是用所给公钥签名的",
                    head.head.size
                ));
            }
            _ => {}
        }
    }
    walk(&conn, &wanted, &mut report)?;
    for table in tables(&conn, "SELECT tab FROM ledgered ORDER BY tab")? {
        rows(&conn, &table, &mut report)?;
    }
    let stray = "SELECT DISTINCT tab FROM history WHERE tab <> 'event' \
                 AND tab NOT IN (SELECT tab FROM ledgered)";
    for table in tables(&conn, stray)? {
        report.fault(format!("表 {table} 有历史，却不在受账本保护的表之列"));
    }
    beside::check(&conn, &mut report)?;
    attachments::check(&conn, dir, &mut report)?;
    Ok(report)
}

/// Entries under their leaves, leaves under the head, in the order in which they lie.
fn walk(
    conn: &Connection,
    wanted: &HashMap<u64, Vec<(SignedHead, &'static str)>>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut entries = conn.prepare(
        "SELECT seq, tab, rec, version, at, actor, act, def, body FROM history NOT INDEXED \
         ORDER BY seq",
    )?;
    let mut entries = entries.query([])?;
    let mut leaves = conn.prepare("SELECT leaf, first, count, hash FROM ledger ORDER BY leaf")?;
    let mut leaves = leaves.query([])?;
    let mut frontier = Frontier::new();
    let mut next = 1;
    let mut pending = None;
    let mut reached = check_heads(&frontier, wanted, report);
    while let Some(row) = leaves.next()? {
        let (leaf, first, count): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let hash: Hash = match row.get_ref(3)? {
            ValueRef::Blob(bytes) => bytes.try_into().unwrap_or_default(),
            _ => Hash::default(),
        };
        if leaf != report.leaves {
            report.fault(format!(
                "账本第 {} 行缺失或重复，见到第 {leaf} 行",
                report.leaves
            ));
        }
        if first != next || count < 1 {
            report.fault(format!(
                "账本第 {leaf} 行从历史 {first} 起共 {count} 条，应从 {next} 起"
            ));
        }
        let end = first.saturating_add(count);
        let mut hashes = Vec::new();
        loop {
            if pending.is_none() {
                pending = match entries.next()? {
                    Some(row) => Some(hashed(row)?),
                    None => None,
                };
            }
            match pending {
                Some((seq, hash)) if seq < end => {
                    if seq != first + hashes.len() as i64 {
                        report.fault(format!("历史第 {seq} 条次序不对或前面有缺"));
                    }
                    hashes.push(hash);
                    report.entries += 1;
                    pending = None;
                }
                _ => break,
            }
        }
        let agrees =
            hashes.len() as i64 == count && ledger::leaf_hash(first, count, &hashes) == hash;
        if !agrees {
            report.fault(format!(
                "历史 {first}–{} 与账本第 {leaf} 行不符：其中有被修改、删除、插入或换位的",
                end - 1
            ));
        }
        frontier.append(hash);
        report.leaves += 1;
        next = end;
        reached += check_heads(&frontier, wanted, report);
    }
    let mut loose = u64::from(pending.is_some());
    while entries.next()?.is_some() {
        loose += 1;
    }
    if loose > 0 {
        report.entries += loose as i64;
        report.fault(format!("{loose} 条历史不在账本的任何一行之下"));
    }
    let all: usize = wanted.values().map(Vec::len).sum();
    if reached < all {
        let sizes = wanted.keys().filter(|size| **size > frontier.size());
        for size in sizes {
            let has = frontier.size();
            report.fault(format!(
                "账本头证明账本曾有 {size} 行，现在只有 {has} 行：被截断"
            ));
        }
    }
    let sql = "SELECT leaf, history, frontier FROM head";
    let head: Option<(i64, i64, Vec<u8>)> = conn
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if head != Some((report.leaves, next, frontier.to_bytes())) {
        report.fault("head 表与账本各行不符".to_owned());
    }
    report.root = frontier.root();
    Ok(())
}

/// How many heads of just this size there are; those that do not agree are faults.
fn check_heads(
    frontier: &Frontier,
    wanted: &HashMap<u64, Vec<(SignedHead, &'static str)>>,
    report: &mut Report,
) -> usize {
    let Some(heads) = wanted.get(&frontier.size()) else {
        return 0;
    };
    for (head, whose) in heads {
        if head.head.root == frontier.root() {
            report.heads += 1;
        } else {
            let size = frontier.size();
            report.fault(format!("{whose}（{size} 行）与账本不符：此前的内容被重写"));
        }
    }
    heads.len()
}

/// An entry that holds something else than texts and numbers hashes to nothing that was signed.
fn hashed(row: &rusqlite::Row<'_>) -> Result<(i64, Hash), Error> {
    let text = |at: usize| match row.get_ref(at) {
        Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).unwrap_or("\u{fffd}"),
        _ => "\u{fffd}",
    };
    let number = |at: usize| row.get::<_, i64>(at).unwrap_or(i64::MIN);
    let entry = EntryRef {
        seq: number(0),
        tab: text(1),
        rec: number(2),
        version: number(3),
        at: number(4),
        actor: number(5),
        act: text(6),
        def: text(7),
        body: text(8),
    };
    if [entry.tab, entry.act, entry.def, entry.body]
        .iter()
        .any(|text| text.contains('\n'))
    {
        return Ok((entry.seq, Hash::default()));
    }
    Ok((entry.seq, ledger::entry_hash(&entry)))
}

/// Every row of a table must be what its entries give, no more and no less.
fn rows(conn: &Connection, table: &str, report: &mut Report) -> Result<(), Error> {
    let sql = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0";
    let columns: Vec<String> = conn
        .prepare(sql)?
        .query_map([table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if !columns.iter().any(|column| column == "id") {
        report.fault(format!("受账本保护的表 {table} 不存在或没有 id 列"));
        return Ok(());
    }
    let names = Names::of(conn, table)?;
    let sql = format!(
        "SELECT {} FROM history WHERE tab = ? AND rec <> 0 ORDER BY rec, seq",
        entry::COLUMNS
    );
    let mut history = conn.prepare(&sql)?;
    let mut history = history.query([table])?;
    let quoted_columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let sql = format!(
        "SELECT id, {} FROM {} NOT INDEXED ORDER BY id",
        quoted_columns.join(", "),
        quoted(table)
    );
    let mut stored = conn.prepare(&sql)?;
    let mut stored = stored.query([])?;
    let mut state = Replay::default();
    let mut row = next_row(&mut stored, &columns)?;
    let mut entry = next_entry(&mut history, &names, table, report)?;
    while let Some(first) = &entry {
        let rec = first.rec;
        state.clear();
        while let Some(this) = entry.take_if(|entry| entry.rec == rec) {
            state.apply(this, table, report);
            entry = next_entry(&mut history, &names, table, report)?;
        }
        while let Some((id, _)) = row.as_ref().filter(|(id, _)| *id < rec) {
            let id = Id(*id);
            report.fault(format!("表 {table} 记录 {id} 没有历史：是绕过程序插入的"));
            row = next_row(&mut stored, &columns)?;
        }
        match row.take_if(|(id, _)| *id == rec) {
            Some((_, cells)) => {
                report.rows += 1;
                state.compare(rec, &columns, &cells, table, report);
                row = next_row(&mut stored, &columns)?;
            }
            None if state.alive => {
                let rec = Id(rec);
                report.fault(format!("表 {table} 记录 {rec} 不见了：历史没有删除它"));
            }
            None => {}
        }
    }
    while let Some((id, _)) = row {
        let id = Id(id);
        report.fault(format!("表 {table} 记录 {id} 没有历史：是绕过程序插入的"));
        row = next_row(&mut stored, &columns)?;
    }
    Ok(())
}

type StoredRow = (i64, Vec<Cell>);

fn next_row(rows: &mut rusqlite::Rows<'_>, columns: &[String]) -> Result<Option<StoredRow>, Error> {
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let cells: Result<Vec<Cell>, _> = (1..=columns.len())
        .map(|at| row.get::<_, Cell>(at))
        .collect();
    Ok(Some((row.get(0)?, cells?)))
}

/// The next entry with a body that can be read; others are faults.
fn next_entry(
    rows: &mut rusqlite::Rows<'_>,
    names: &Names,
    table: &str,
    report: &mut Report,
) -> Result<Option<Entry>, Error> {
    while let Some(row) = rows.next()? {
        match Entry::read(row, names) {
            Ok(entry) => return Ok(Some(entry)),
            Err(error) => report.fault(format!("表 {table}：{error}")),
        }
    }
    Ok(None)
}

/// A row as its entries make it.
#[derive(Default)]
struct Replay {
    alive: bool,
    version: i64,
    seq: i64,
    cells: HashMap<String, Cell>,
}

impl Replay {
    fn clear(&mut self) {
        self.alive = false;
        self.cells.clear();
    }

    fn apply(&mut self, entry: Entry, table: &str, report: &mut Report) {
        let Entry {
            seq,
            rec,
            version,
            set,
            was,
            gone,
            ..
        } = entry;
        if set.is_none() && !gone {
            return;
        }
        let rec = Id(rec);
        for (column, was) in &was {
            if self.cells.get(column).unwrap_or(&Cell::Null) != was {
                report.fault(format!(
                    "表 {table} 记录 {rec} 的 {column}：历史第 {seq} 条所见旧值与此前不符"
                ));
            }
        }
        self.seq = seq;
        self.version = version;
        self.alive = !gone;
        if gone {
            self.cells.clear();
        } else {
            self.cells.extend(set.unwrap_or_default());
        }
    }

    fn compare(
        &self,
        rec: i64,
        columns: &[String],
        cells: &[Cell],
        table: &str,
        report: &mut Report,
    ) {
        let rec = Id(rec);
        if !self.alive {
            report.fault(format!("表 {table} 记录 {rec} 按历史已删除，却还在"));
            return;
        }
        for (column, cell) in columns.iter().zip(cells) {
            let agrees = match column.as_str() {
                "id" => true,
                "version" => *cell == Cell::Integer(self.version),
                name => cell == self.cells.get(name).unwrap_or(&Cell::Null),
            };
            if !agrees {
                let seq = self.seq;
                report.fault(format!(
                    "表 {table} 记录 {rec} 的 {column} 与历史不符（最后一条历史是第 {seq} 条）"
                ));
            }
        }
        for (name, cell) in &self.cells {
            if *cell != Cell::Null && !columns.contains(name) {
                report.fault(format!("表 {table} 没有历史所写的列 {name}（记录 {rec}）"));
            }
        }
    }
}

fn kept_notes(conn: &Connection) -> Result<Vec<String>, Error> {
    tables(conn, "SELECT note FROM signed_head ORDER BY size")
}

fn tables(conn: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
