//! The whole check, in the order an auditor would do it: heads, log, rows, attachments, and what
//! stays open.

use crate::args::{Args, Subject};
use crate::beside;
use crate::database;
use crate::error::Error;
use crate::export;
use crate::files;
use crate::log::{self, Kept, Origin, Witness};
use crate::note::{self, Key, Signed};
use crate::report::{Kind, Place, Report};
use crate::rows;
use std::path::{Path, PathBuf};

/// The format of exports this program reads.
const EXPORT_FORMAT: u32 = 1;

/// Checks what was asked for. Faults found before something could not be read stay in the report.
pub(crate) fn check(args: &Args, report: &mut Report) -> Result<(), Error> {
    let keys = keys(&args.keys)?;
    let outside = outside(&args.heads)?;
    say_what_stays_open(&outside, &keys, report);
    match &args.subject {
        Subject::Database(path) => check_database(path, outside, &keys, report),
        Subject::Export(path) => check_export(path, outside, &keys, report),
    }
}

fn check_database(
    path: &Path,
    outside: Vec<Witness>,
    keys: &[Key],
    report: &mut Report,
) -> Result<(), Error> {
    let connection = database::open(path)?;
    let tables = database::tables(&connection)?;
    let mut has = |name: &str| {
        let there = tables.contains(name);
        if !there {
            report.fault(
                Kind::TableMissing,
                Place::default(),
                format!("数据库缺少表 {name}"),
            );
        }
        there
    };
    let has_head = has("head");
    let has_notes = has("signed_head");
    let has_ledgered = has("ledgered");
    let has_log = has("history") & has("ledger");
    if !has_log {
        return Ok(());
    }
    let kept = match has_head {
        true => database::kept(&connection)?,
        false => None,
    };
    let notes = match has_notes {
        true => database::notes(&connection)?,
        false => Vec::new(),
    };
    let witnesses = witnesses(notes, outside, keys, report);
    let facts = {
        let mut entries = connection.prepare(database::ENTRIES)?;
        let mut leaves = connection.prepare(database::LEAVES)?;
        let mut source = database::Log {
            entries: entries.query([])?,
            leaves: leaves.query([])?,
        };
        log::check(&mut source, kept.as_ref(), &witnesses, report)?
    };
    if has_ledgered {
        rows::check(&connection, &tables, &facts, report)?;
    }
    beside::check(&connection, &tables, report)?;
    files::check(&connection, path, report)
}

fn check_export(
    path: &Path,
    outside: Vec<Witness>,
    keys: &[Key],
    report: &mut Report,
) -> Result<(), Error> {
    report
        .notes
        .push("导出文件不含业务表和附件，表中各行和附件未核对".to_owned());
    let around = export::around(path)?;
    if around.format != Some(EXPORT_FORMAT) {
        return Err(Error::Export);
    }
    let kept: Option<Kept> = around.kept;
    let witnesses = witnesses(around.notes, outside, keys, report);
    log::check(
        &mut export::Log::open(path)?,
        kept.as_ref(),
        &witnesses,
        report,
    )?;
    Ok(())
}

fn keys(files: &[PathBuf]) -> Result<Vec<Key>, Error> {
    let read = |path: &PathBuf| {
        let text = read(path)?;
        Key::parse(&text).ok_or_else(|| Error::Key(path.clone()))
    };
    files.iter().map(read).collect()
}

fn outside(files: &[PathBuf]) -> Result<Vec<Witness>, Error> {
    let mut witnesses = Vec::new();
    for path in files {
        let notes = note::parse(&read(path)?).map_err(|what| Error::Head {
            path: path.clone(),
            what,
        })?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        witnesses.extend(notes.into_iter().map(|note| Witness {
            origin: Origin::File(name.to_string_lossy().into_owned()),
            note,
        }));
    }
    Ok(witnesses)
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Open {
        path: path.to_owned(),
        source,
    })
}

/// Stored notes and those kept elsewhere, in one row; their forms and signatures are checked here.
fn witnesses(
    stored: Vec<(i64, String)>,
    outside: Vec<Witness>,
    keys: &[Key],
    report: &mut Report,
) -> Vec<Witness> {
    let mut witnesses = Vec::new();
    let mut fault = |text: String| report.fault(Kind::SignedHead, Place::default(), text);
    for (size, text) in stored {
        match note::parse(&text) {
            Ok(notes) if notes.len() == 1 && notes[0].size == size => {
                witnesses.extend(notes.into_iter().map(|note| Witness {
                    origin: Origin::Database,
                    note,
                }));
            }
            Ok(_) => fault(format!("库内 {size} 行处的账本头写的是另一行数")),
            Err(what) => fault(format!("库内 {size} 行处的账本头看不懂：{what}")),
        }
    }
    // Kept elsewhere first: they bear more weight when it is asked which side was edited.
    witnesses.splice(0..0, outside);
    for witness in &witnesses {
        if keys.is_empty() {
            break;
        }
        let what = match note::signed_by(&witness.note, keys) {
            Signed::Holds => continue,
            Signed::Broken => "的签名不成立：账本头被改动",
            Signed::Stranger => "不是用所给公钥签的",
        };
        report.fault(
            Kind::Signature,
            Place::default(),
            format!("{}{what}（密钥 {}）", witness.name(), witness.note.key),
        );
    }
    let mut nodes: Vec<u64> = witnesses.iter().map(|w| w.note.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.len() > 1 {
        let nodes: Vec<String> = nodes.iter().map(u64::to_string).collect();
        report.warn(format!("账本头来自不同的节点：{}", nodes.join("、")));
    }
    witnesses
}

fn say_what_stays_open(outside: &[Witness], keys: &[Key], report: &mut Report) {
    let notes = &mut report.notes;
    notes.push(match outside.iter().max_by_key(|w| w.note.size) {
        None => "没有给出另存的签名头（--head）：不能排除账本连同库内账本头一起被截断或整体重写"
            .to_owned(),
        Some(latest) => format!("{}之后写入的内容，仍不能排除被截断或重写", latest.name()),
    });
    if keys.is_empty() {
        notes.push("没有给出公钥（--key）：账本头的签名未核对".to_owned());
    }
}
