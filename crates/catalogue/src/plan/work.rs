//! A plan while it is made: its steps so far, each with its sentence and its cost in time.

use super::schema::{Column, Meaning, Storage, Table};
use super::step::{Loss, Step, StepKind};

/// Rows that an index is built over, or a column rewritten, without anybody waiting.
const ROWS_INSTANT_MAX: u64 = 10_000;

pub(super) struct Work<'a> {
    pub(super) rows: &'a dyn Fn(&str) -> u64,
    pub(super) steps: Vec<Step>,
    pub(super) losses: Vec<Loss>,
}

impl Work<'_> {
    pub(super) fn at_once(&mut self, kind: StepKind, sentence: String) {
        self.steps.push(Step {
            kind,
            instant: true,
            sentence,
        });
    }

    /// A step over all rows of a table.
    pub(super) fn over_rows(&mut self, table: &str, kind: StepKind, what: String, per_second: u64) {
        let rows = (self.rows)(table);
        let instant = rows <= ROWS_INSTANT_MAX;
        let sentence = match instant {
            true => format!("{what}（{rows} 行，立即完成）"),
            false => {
                format!(
                    "{what}（{rows} 行，约需 {}）",
                    duration(rows.div_ceil(per_second))
                )
            }
        };
        self.steps.push(Step {
            kind,
            instant,
            sentence,
        });
    }

    pub(super) fn new_table(&mut self, table: &Table) {
        let sentence = format!("新建表 {}（{} 列）", table.name, table.columns.len());
        self.at_once(
            StepKind::NewTable {
                table: table.clone(),
            },
            sentence,
        );
    }

    pub(super) fn hide_table(&mut self, table: &Table) {
        let rows = (self.rows)(&table.name);
        let sentence = format!(
            "定义中不再有 {}，其 {rows} 行保留不动，不再显示",
            table.register
        );
        self.at_once(
            StepKind::HideTable {
                table: table.name.clone(),
            },
            sentence,
        );
    }

    pub(super) fn add_column(&mut self, table: &Table, column: &Column) {
        let sentence = format!("{} 增加列 {}，原有各行为空", table.name, column.name);
        let kind = StepKind::AddColumn {
            table: table.name.clone(),
            column: column.clone(),
        };
        self.at_once(kind, sentence);
    }

    pub(super) fn rename_column(&mut self, table: &Table, before: &Column, column: &Column) {
        let sentence = format!(
            "{}.{} 改名为 {}，内容不变",
            table.name, before.name, column.name
        );
        let (from, to) = (before.name.clone(), column.name.clone());
        self.at_once(
            StepKind::RenameColumn {
                table: table.name.clone(),
                from,
                to,
            },
            sentence,
        );
    }
}

pub(super) fn word(column: &Column) -> String {
    let storage = match column.storage {
        Storage::Integer => "整数列",
        Storage::Text => "文字列",
        Storage::Blob => "加密列",
    };
    let meaning = match &column.meaning {
        Meaning::House => "系统列",
        Meaning::Text => "文字",
        Meaning::Integer => "整数",
        Meaning::Decimal { scale } => return format!("小数（{scale} 位）"),
        Meaning::Money => "金额",
        Meaning::Bool => "是否",
        Meaning::Date => "日期",
        Meaning::Moment => "时间",
        Meaning::Choice { list } => return format!("单选（{list}）"),
        Meaning::Choices { list } => return format!("多选（{list}）"),
        Meaning::Ref { to } => return format!("指向 {to}"),
        Meaning::Division => "区划",
        Meaning::Degrees => "经纬度",
        Meaning::Sealed => storage,
    };
    meaning.to_owned()
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{} 秒", seconds.max(1)),
        91..=5_400 => format!("{} 分钟", seconds.div_ceil(60)),
        _ => format!("{} 小时", seconds.div_ceil(3_600)),
    }
}
