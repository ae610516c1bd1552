//! Remarks and warnings counted by their kind, for the report.

use std::collections::HashMap;

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
            let remarks = remarks.iter().map(Remark::sentence).collect();
            self.report.warned_rows.push(ToldRow { line, remarks });
        }
    }

    pub(super) fn count_remark(&mut self, remark: &Remark) {
        let kind = kind_of(remark);
        let text = match remark.place.is_empty() {
            true => kind.to_owned(),
            false => format!("{}：{kind}", remark.place),
        };
        add(&mut self.tally, text);
    }
}

pub(super) fn kind_of(remark: &Remark) -> &str {
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
        "later" => "同一条记录后面还有一行，以后面的为准",
        "key" | "id" => "无法辨认是哪一条记录",
        _ => &remark.message,
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
