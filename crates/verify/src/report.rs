//! What was found, as sentences for people and as JSON for machines. Values of rows never appear.

use crate::hash::{Hash, hex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Faults are counted without end but kept and shown only up to here.
pub(crate) const FAULTS_SHOWN_MAX: usize = 100;
const WARNINGS_SHOWN_MAX: usize = 20;
/// Entries that are named of those whose time goes back; of the rest their number is enough.
const EARLY_NAMED_MAX: usize = 5;

/// Sorts of faults: the name for machines and the word for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    TableMissing,
    HistoryMissing,
    HistoryRepeated,
    HistoryForm,
    HistoryUncovered,
    LedgerMissing,
    LedgerRepeated,
    LedgerRange,
    HashMismatch,
    Head,
    SignedHead,
    OutsideHead,
    Signature,
    RowMissing,
    RowExtra,
    RowDiffers,
    RowVersion,
    OldValue,
    Body,
    Index,
    FileMissing,
    FileAltered,
    FileSwapped,
    Beside,
    KeyMissing,
}

impl Kind {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::TableMissing => ("table_missing", "缺表或缺列"),
            Self::HistoryMissing => ("history_missing", "历史缺失"),
            Self::HistoryRepeated => ("history_repeated", "历史重复或乱序"),
            Self::HistoryForm => ("history_form", "历史格式不对"),
            Self::HistoryUncovered => ("history_uncovered", "历史没有账本行"),
            Self::LedgerMissing => ("ledger_missing", "账本行缺失"),
            Self::LedgerRepeated => ("ledger_repeated", "账本行重复或乱序"),
            Self::LedgerRange => ("ledger_range", "账本行起止不对"),
            Self::HashMismatch => ("hash_mismatch", "条目与账本行不符"),
            Self::Head => ("head", "账本头不符"),
            Self::SignedHead => ("signed_head", "库内签过名的账本头不符"),
            Self::OutsideHead => ("outside_head", "另存的签名头不符"),
            Self::Signature => ("signature", "签名不符"),
            Self::RowMissing => ("row_missing", "记录缺失"),
            Self::RowExtra => ("row_extra", "多出的记录"),
            Self::RowDiffers => ("row_differs", "列值与历史不符"),
            Self::RowVersion => ("row_version", "版本号与历史不符"),
            Self::OldValue => ("old_value", "旧值与此前历史不符"),
            Self::Body => ("body", "历史正文看不懂"),
            Self::Index => ("index", "索引与表不符"),
            Self::FileMissing => ("file_missing", "附件缺失"),
            Self::FileAltered => ("file_altered", "附件内容被改动"),
            Self::FileSwapped => ("file_swapped", "附件被调换"),
            Self::Beside => ("beside", "旁表与账本不符"),
            Self::KeyMissing => ("key_missing", "密钥缺失"),
        }
    }
}

/// Where a fault lies, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) table: Option<String>,
    pub(crate) record: Option<i64>,
    pub(crate) seq: Option<i64>,
    pub(crate) leaf: Option<i64>,
    pub(crate) column: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    pub(crate) text: String,
}

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) entries: u64,
    pub(crate) leaves: i64,
    pub(crate) root: Option<Hash>,
    pub(crate) tables: u64,
    pub(crate) rows: u64,
    /// Attachments, each content once.
    pub(crate) files: u64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) counts: BTreeMap<Kind, u64>,
    warnings: Vec<String>,
    warnings_total: u64,
    /// Entries older than the one before them: the first of them, and how many.
    early: Vec<i64>,
    early_total: u64,
    /// What could not be excluded or was not looked at, one sentence each.
    pub(crate) notes: Vec<String>,
}

impl Report {
    pub(crate) fn fault(&mut self, kind: Kind, place: Place, text: String) {
        *self.counts.entry(kind).or_default() += 1;
        if self.faults.len() < FAULTS_SHOWN_MAX {
            self.faults.push(Fault { kind, place, text });
        }
    }

    pub(crate) fn warn(&mut self, text: String) {
        self.warnings_total += 1;
        if self.warnings.len() < WARNINGS_SHOWN_MAX {
            self.warnings.push(text);
        }
    }

    /// The entry is older than the one before it. Clocks are set, and what happened earlier is entered
    /// later, so this is no fault, and hundreds of them are one reminder.
    pub(crate) fn early(&mut self, seq: i64) {
        self.early_total += 1;
        if self.early.len() < EARLY_NAMED_MAX {
            self.early.push(seq);
        }
    }

    /// Reminders, one of each sort.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let named: Vec<String> = self.early.iter().map(i64::to_string).collect();
        let named = named.join("、");
        let early = match self.early_total {
            0 => None,
            1 => Some(format!("历史第 {named} 条的时间早于上一条")),
            total if total > self.early.len() as u64 => Some(format!(
                "历史有 {total} 条的时间早于上一条：第 {named} 条等（调过时钟或者补录，不影响完整）"
            )),
            total => Some(format!(
                "历史有 {total} 条的时间早于上一条：第 {named} 条（调过时钟或者补录，不影响完整）"
            )),
        };
        self.warnings.iter().cloned().chain(early).collect()
    }

    pub(crate) fn faults_total(&self) -> u64 {
        self.counts.values().sum()
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.counts.is_empty()
    }

    pub(crate) fn to_text(&self, unreadable: Option<&str>) -> String {
        let verdict = match unreadable {
            Some(what) => format!("无法完成核对：{what}"),
            None if self.is_whole() => "结论：完整，未发现改动".to_owned(),
            None => "结论：数据被改动过，见上列各处".to_owned(),
        };
        let mut out = String::new();
        // Writing to a String cannot fail.
        if !self.is_whole() {
            let _ = writeln!(out, "！！ 发现 {} 处问题：", self.faults_total());
            for (number, fault) in self.faults.iter().enumerate() {
                let _ = writeln!(out, "{:>4}. {}", number + 1, fault.text);
            }
            if self.faults_total() > self.faults.len() as u64 {
                let _ = writeln!(out, "      只列出前 {} 处", self.faults.len());
            }
            let counts: Vec<String> = self
                .counts
                .iter()
                .map(|(kind, count)| format!("{} {count}", kind.names().1))
                .collect();
            let _ = writeln!(out, "分类：{}\n", counts.join("，"));
        }
        let _ = writeln!(
            out,
            "已读历史 {} 条、账本 {} 行、受账本保护的表 {} 张 {} 行、附件 {} 个",
            self.entries, self.leaves, self.tables, self.rows, self.files
        );
        if let Some(root) = self.root {
            let _ = writeln!(out, "账本的根 {}（{} 行）", hex(&root), self.leaves);
        }
        for warning in self.warnings() {
            let _ = writeln!(out, "提醒：{warning}");
        }
        if self.warnings_total > self.warnings.len() as u64 {
            let _ = writeln!(
                out,
                "其他提醒共 {} 条，只列出前 {} 条",
                self.warnings_total,
                self.warnings.len()
            );
        }
        for note in &self.notes {
            let _ = writeln!(out, "说明：{note}");
        }
        let _ = writeln!(out, "{verdict}");
        out
    }

    pub(crate) fn to_json(&self, unreadable: Option<&str>) -> String {
        let faults: Vec<Value> = self
            .faults
            .iter()
            .map(|fault| {
                json!({
                    "kind": fault.kind.names().0,
                    "text": fault.text,
                    "table": fault.place.table,
                    "record": fault.place.record.map(crockford),
                    "record_decimal": fault.place.record.map(|rec| rec.to_string()),
                    "seq": fault.place.seq,
                    "leaf": fault.place.leaf,
                    "column": fault.place.column,
                })
            })
            .collect();
        let counts: serde_json::Map<String, Value> = self
            .counts
            .iter()
            .map(|(kind, count)| (kind.names().0.to_owned(), json!(count)))
            .collect();
        let answer = json!({
            "whole": unreadable.is_none() && self.is_whole(),
            "unreadable": unreadable,
            "entries": self.entries,
            "leaves": self.leaves,
            "root": self.root.map(|root| hex(&root)),
            "tables": self.tables,
            "rows": self.rows,
            "files": self.files,
            "faults_total": self.faults_total(),
            "counts": counts,
            "faults": faults,
            "warnings_total": self.warnings_total + self.early_total,
            "warnings": self.warnings(),
            "notes": self.notes,
        });
        format!("{answer:#}\n")
    }
}

/// `记录 000000000000Z`, as in addresses and on pages. The number that SQL knows stands in the JSON.
pub(crate) fn record(rec: i64) -> String {
    format!("记录 {}", crockford(rec))
}

/// `第 7 条` or `第 7–9 条`; `end` is the first number after the range.
pub(crate) fn range(first: i64, end: i64, unit: &str) -> String {
    match end.saturating_sub(first) {
        1 => format!("第 {first} {unit}"),
        _ => format!("第 {first}–{} {unit}", end - 1),
    }
}

/// An id as people see it: 13 characters of Crockford base32.
pub(crate) fn crockford(id: i64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..13)
        .rev()
        .map(|at| char::from(ALPHABET[(id.cast_unsigned() >> (5 * at)) as usize & 31]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_as_on_the_pages() {
        assert_eq!(crockford(0), "0000000000000");
        assert_eq!(crockford(31), "000000000000Z");
        assert_eq!(crockford(1 << 39), "00000G0000000");
        assert_eq!(crockford(i64::MAX), "7ZZZZZZZZZZZZ");
        assert_eq!(record(33), "记录 0000000000011");
    }

    #[test]
    fn faults_are_all_counted_and_a_hundred_shown() {
        let mut report = Report::default();
        for seq in 0..250 {
            let place = Place {
                seq: Some(seq),
                ..Place::default()
            };
            report.fault(Kind::HashMismatch, place, format!("f{seq}"));
        }
        report.fault(Kind::RowExtra, Place::default(), "last".to_owned());
        let text = report.to_text(None);
        assert!(text.contains("发现 251 处问题"), "{text}");
        assert!(text.contains("只列出前 100 处") && text.contains("f99") && !text.contains("f100"));
        assert!(
            text.contains("分类：条目与账本行不符 250，多出的记录 1"),
            "{text}"
        );
        let json: Value = serde_json::from_str(&report.to_json(None)).unwrap();
        assert_eq!(json["faults"].as_array().unwrap().len(), 100);
        assert_eq!(json["faults_total"], 251);
        assert_eq!(json["counts"]["row_extra"], 1);
        assert_eq!(json["whole"], false);
    }

    /// Back-dated entries by the hundred are one line, and a fault stands before everything else.
    #[test]
    fn a_fault_stands_first_and_what_is_no_fault_is_one_line() {
        let mut report = Report::default();
        for seq in 10..500 {
            report.early(seq);
        }
        let text = report.to_text(None);
        let about: Vec<&str> = text.lines().filter(|l| l.starts_with("提醒")).collect();
        assert_eq!(
            about,
            [
                "提醒：历史有 490 条的时间早于上一条：第 10、11、12、13、14 条等（调过时钟或者补录，不影响完整）"
            ]
        );
        assert!(text.lines().count() < 6, "{text}");
        assert!(report.is_whole() && text.contains("完整，未发现改动"));
        let json: Value = serde_json::from_str(&report.to_json(None)).unwrap();
        assert_eq!(
            (&json["whole"], &json["warnings_total"]),
            (&json!(true), &json!(490))
        );
        report.fault(Kind::RowDiffers, Place::default(), "altered".to_owned());
        let text = report.to_text(None);
        let lines: Vec<&str> = text.lines().take(2).collect();
        assert_eq!(lines, ["！！ 发现 1 处问题：", "   1. altered"]);
    }

    #[test]
    fn what_could_not_be_read_is_never_whole() {
        let report = Report::default();
        assert!(report.to_text(None).contains("完整"));
        assert!(!report.to_text(Some("x")).contains("完整"));
        let json: Value = serde_json::from_str(&report.to_json(Some("x"))).unwrap();
        assert_eq!(
            (&json["whole"], &json["unreadable"]),
            (&json!(false), &json!("x"))
        );
    }
}
