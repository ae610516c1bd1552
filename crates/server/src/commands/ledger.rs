//! `jinzhi ledger`: signed heads to keep elsewhere, the check, and the export for others to check.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};

use anyhow::Context as _;
use app::{Clock as _, SystemClock};
use ledger::{SignedHead, to_hex};

use crate::cli::{Ledger, LedgerExport, LedgerVerify, Place};
use crate::data::House;
use crate::definitions::Sources;
use crate::keys;
use crate::say::{Done, aside, line, print, told};

pub fn run(ask: &Ledger, sources: &Sources) -> anyhow::Result<Done> {
    match ask {
        Ledger::Head(place) => head(place, sources),
        Ledger::Verify(ask) => verify(ask),
        Ledger::Export(ask) => export(ask, sources),
    }
}

/// Signs the head as it stands; the note alone goes to standard output.
fn head(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&place.data, sources)?;
    let pair = keys::ledger(&place.data)?;
    let head = house.store.ledger_head(&pair, SystemClock.now())?;
    aside("签名头（请另存到本机以外，核验时用 --head 给出）：");
    print(&head.to_string());
    Ok(Done::Yes)
}

fn verify(ask: &LedgerVerify) -> anyhow::Result<Done> {
    let mut heads = Vec::new();
    for path in &ask.head {
        let note =
            fs::read_to_string(path).with_context(|| format!("签名头读不了 {}", path.display()))?;
        let head = SignedHead::parse(&note)
            .map_err(|error| told(format!("{} 不是签名头：{error}", path.display())))?;
        heads.push(head);
    }
    let dir = &ask.place.data;
    if !dir.join("jinzhi.db").is_file() {
        return Err(told(format!("{} 不是数据目录", dir.display())));
    }
    let public = keys::ledger_public(dir)?;
    let report = store::verify(dir, &heads, &[public])?;
    line(format!(
        "核验 {} 条历史、{} 行账本、{} 行数据、{} 个附件",
        report.entries, report.leaves, report.rows, report.files
    ));
    line(format!("根 {}", to_hex(&report.root)));
    for fault in &report.faults {
        line(format!("  {fault}"));
    }
    if !report.is_whole() {
        let more = report.faults_total - report.faults.len() as u64;
        if more > 0 {
            line(format!("  另有 {more} 处"));
        }
        line(format!(
            "账本被改动过，或者数据、附件与账本不符，共 {} 处",
            report.faults_total
        ));
        return Ok(Done::No);
    }
    match heads.is_empty() {
        true => line("账本完整；没有给出另存的签名头，不能排除整体重写或者截去末尾"),
        false => line(format!("账本完整，与另存的 {} 个签名头相符", heads.len())),
    }
    Ok(Done::Yes)
}

fn export(ask: &LedgerExport, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    let now = SystemClock.now();
    match &ask.out {
        None => house
            .store
            .ledger_export(BufWriter::new(io::stdout().lock()), now)?,
        Some(path) => {
            let file = File::create(path).with_context(|| format!("写不了 {}", path.display()))?;
            let mut out = BufWriter::new(file);
            house.store.ledger_export(&mut out, now)?;
            out.flush()
                .with_context(|| format!("写不了 {}", path.display()))?;
            aside(format!("已导出到 {}", path.display()));
        }
    }
    Ok(Done::Yes)
}
