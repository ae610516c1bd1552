//! Remarks and warnings counted by their kind, for the report.

use std::collections::HashMap;

use speech::{Said, said};

use super::progress::{TOLD_ROWS_MAX, ToldRow};
use super::row::Remark;
use super::run::Run;

/// Different remarks that are tallied.
const TALLY_MAX: usize = 500;

impl Run<'_> {
    /// A row that went in, with what was said about it.
    pub(super) fn told(&mut self, line: u64, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.report.warned += 1;
        for remark in remarks {
            self.count_remark(remark);
        }
        if self.report.warned_rows.len() < TOLD_ROWS_MAX {
            let remarks = remarks
                .iter()
                .map(|remark| remark.sentence().take(self.actor.lang))
                .collect();
            self.report.warned_rows.push(ToldRow { line, remarks });
        }
    }

    pub(super) fn count_remark(&mut self, remark: &Remark) {
        let kind = kind_of(remark).take(self.actor.lang);
        let text = match remark.place.is_empty() {
            true => kind,
            false => said!("{}：{}" / "{}: {}", remark.place, kind).take(self.actor.lang),
        };
        add(&mut self.tally, text);
    }
}

pub(super) fn kind_of(remark: &Remark) -> Said {
    match remark.code {
        "columns" => said!("列数与表头不符" / "Other columns than the header"),
        "flaw" => said!("有无法识别的字符" / "Characters that cannot be read"),
        "refused" => said!("按映射文件不收" / "Refused by the mapping file"),
        "date" | "range" => said!(
            "日期或数值读不懂、超出范围"
                / "A date or number that cannot be read or is out of range"
        ),
        "number" | "type" => said!("内容的类型不对" / "The wrong kind of content"),
        "money" | "currency" => said!("金额读不懂" / "A sum that cannot be read"),
        "division" => said!("区划对不上" / "An unknown division"),
        "choice" => said!("不在选项或对照表里" / "Not among the entries or in the value map"),
        "ref" => said!("所指的记录没有找到" / "The record it points at was not found"),
        "code" => said!("编码不合规则" / "A code against its rule"),
        "length" => said!("太长" / "Too long"),
        "missing" => said!("是空的，已代填" / "Empty, filled in"),
        "masked" => said!("是遮盖过的个人信息" / "Personal information that was masked"),
        "state" => said!("状态不同，导入不改状态" / "Another state; imports change no state"),
        "required" => said!("没有填写" / "Not filled in"),
        "repeated" => said!(
            "与后面的一行是同一条记录，以后面的为准"
                / "A later row is about the same record and counts"
        ),
        "key" | "id" => said!("无法辨认是哪一条记录" / "Nobody can tell which record it is"),
        _ => remark.message.clone(),
    }
}

pub(super) fn add(tally: &mut HashMap<String, u64>, text: String) {
    if tally.len() < TALLY_MAX || tally.contains_key(&text) {
        *tally.entry(text).or_default() += 1;
    }
}

pub(super) fn sorted(tally: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut sorted: Vec<_> = tally.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sorted
}
