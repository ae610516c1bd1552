//! The steps from one schema to another, each with what it costs; and what would lose data.

use expr::Dec;

use super::schema::{Column, Index, Meaning, Schema, Storage, Table};
use crate::model::Catalogue;

/// Rows that an index is built over, or a column rewritten, without anybody waiting.
const ROWS_INSTANT_MAX: u64 = 10_000;
/// Rows a second when an index is built; measured low on purpose, an estimate should not flatter.
const INDEX_ROWS_PER_SECOND: u64 = 200_000;
/// Rows a second when values are rewritten.
const CHANGE_ROWS_PER_SECOND: u64 = 50_000;
/// Rows a second when words are indexed anew.
const SEARCH_ROWS_PER_SECOND: u64 = 10_000;

/// One change of the database, with a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    /// `serve` may do it at start; the others wait for `jinzhi migrate`.
    pub instant: bool,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    NewTable {
        table: Table,
    },
    RenameTable {
        from: String,
        to: String,
    },
    /// No register needs the table any more; it stays.
    HideTable {
        table: String,
    },
    AddColumn {
        table: String,
        column: Column,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// No field needs the column any more; it stays.
    HideColumn {
        table: String,
        column: String,
    },
    /// A field that was removed is back, with its old values.
    ShowColumn {
        table: String,
        column: String,
    },
    ChangeType {
        table: String,
        column: Column,
        by: Convert,
    },
    NewIndex {
        table: String,
        index: Index,
    },
    DropIndex {
        table: String,
        index: String,
    },
    /// The words of these fields are indexed anew for every record.
    NewSearch {
        table: String,
        fields: Vec<String>,
    },
}

/// How stored values become values of the wider type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convert {
    /// They are right as they stand.
    Keep,
    /// Whole numbers times this.
    Times(i64),
    /// Numbers written out as text with so many decimal places.
    NumberToText { scale: u8 },
    /// `a` becomes `|a|`.
    EntryToSet,
}

/// A change that would lose or misread data and is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{table}.{column}：{message}")]
pub struct Loss {
    pub table: String,
    pub column: String,
    pub message: String,
}

/// All steps in order, and the schema that is there when they are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// To be stored: what the catalogue needs and what stays hidden.
    pub schema: Schema,
}

impl Plan {
    pub fn instant(&self) -> bool {
        self.steps.iter().all(|step| step.instant)
    }
}

/// What must be done so that `new` finds its tables. `rows` counts the rows of a table.
pub fn plan(old: &Schema, new: &Catalogue, rows: &dyn Fn(&str) -> u64) -> Result<Plan, Vec<Loss>> {
    let mut work = Work {
        rows,
        steps: Vec::new(),
        losses: Vec::new(),
    };
    let wanted = Schema::of(new);
    let mut result = Schema::default();
    let mut taken: Vec<&str> = Vec::new();
    for table in &wanted.tables {
        let before = work.find(old, new, table);
        match before {
            Some(before) => {
                taken.push(&before.name);
                let renamed = renamed(new, table);
                result.tables.push(work.table(before, table, &renamed));
            }
            None => {
                work.new_table(table);
                result.tables.push(table.clone());
            }
        }
    }
    for table in old
        .tables
        .iter()
        .filter(|table| !taken.contains(&table.name.as_str()))
    {
        if table.columns.iter().any(|column| !column.hidden) {
            work.hide_table(table);
        }
        let mut kept = table.clone();
        kept.columns
            .iter_mut()
            .for_each(|column| column.hidden = true);
        kept.indexes.clear();
        kept.search.clear();
        result.tables.push(kept);
    }
    match work.losses.is_empty() {
        true => Ok(Plan {
            steps: work.steps,
            schema: result,
        }),
        false => Err(work.losses),
    }
}

/// Old and new names of the fields of a main table; child rows have no renames of their own.
fn renamed(catalogue: &Catalogue, table: &Table) -> Vec<(String, String)> {
    let register = catalogue
        .registers
        .iter()
        .find(|register| register.name == table.register);
    match (register, &table.rows_of) {
        (Some(register), None) => register.renamed.clone(),
        _ => Vec::new(),
    }
}

struct Work<'a> {
    rows: &'a dyn Fn(&str) -> u64,
    steps: Vec<Step>,
    losses: Vec<Loss>,
}

impl Work<'_> {
    /// The table as it is now, under its old name if its rows field was renamed.
    fn find<'o>(&mut self, old: &'o Schema, new: &Catalogue, table: &Table) -> Option<&'o Table> {
        if let Some(same) = old.table(&table.name) {
            return Some(same);
        }
        let rows_of = table.rows_of.as_deref()?;
        let register = new
            .registers
            .iter()
            .find(|register| register.name == table.register)?;
        let (from, _) = register.renamed.iter().find(|(_, to)| to == rows_of)?;
        let before = old.tables.iter().find(|before| {
            before.register == table.register && before.rows_of.as_deref() == Some(from)
        })?;
        let sentence = format!("子表 {} 改名为 {}，内容不变", before.name, table.name);
        let kind = StepKind::RenameTable {
            from: before.name.clone(),
            to: table.name.clone(),
        };
        self.at_once(kind, sentence);
        Some(before)
    }

    fn at_once(&mut self, kind: StepKind, sentence: String) {
        self.steps.push(Step {
            kind,
            instant: true,
            sentence,
        });
    }

    /// A step over all rows of a table.
    fn over_rows(&mut self, table: &str, kind: StepKind, what: String, per_second: u64) {
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

    fn new_table(&mut self, table: &Table) {
        let sentence = format!("新建表 {}（{} 列）", table.name, table.columns.len());
        self.at_once(
            StepKind::NewTable {
                table: table.clone(),
            },
            sentence,
        );
    }

    fn hide_table(&mut self, table: &Table) {
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

    /// From one table to the other; answers the table as it will be.
    fn table(&mut self, old: &Table, new: &Table, renamed: &[(String, String)]) -> Table {
        let mut result = new.clone();
        let mut taken: Vec<&str> = Vec::new();
        for column in &new.columns {
            let before = old
                .column(&column.name)
                .or_else(|| from(old, new, column, renamed));
            let Some(before) = before else {
                self.add_column(new, column);
                continue;
            };
            taken.push(&before.name);
            if before.name != column.name {
                self.rename_column(new, before, column);
            } else if before.hidden {
                let sentence = format!("{}.{} 恢复显示，原有内容仍在", new.name, column.name);
                let (table, column) = (new.name.clone(), column.name.clone());
                self.at_once(StepKind::ShowColumn { table, column }, sentence);
            }
            self.meaning(&new.name, before, column);
        }
        for column in old
            .columns
            .iter()
            .filter(|column| !taken.contains(&column.name.as_str()))
        {
            if !column.hidden {
                let sentence = format!(
                    "定义中不再有 {}.{}，其内容保留不动，不再显示；如是改名，请写入 [changes]",
                    new.name, column.name
                );
                let (table, name) = (new.name.clone(), column.name.clone());
                self.at_once(
                    StepKind::HideColumn {
                        table,
                        column: name,
                    },
                    sentence,
                );
            }
            result.columns.push(Column {
                hidden: true,
                ..column.clone()
            });
        }
        self.indexes(old, new);
        if old.search != new.search {
            let what = format!("{} 的检索按 {} 个字段重建", new.name, new.search.len());
            let fields = new.search.clone();
            let kind = StepKind::NewSearch {
                table: new.name.clone(),
                fields,
            };
            self.over_rows(&old.name, kind, what, SEARCH_ROWS_PER_SECOND);
        }
        result
    }

    fn add_column(&mut self, table: &Table, column: &Column) {
        let sentence = format!("{} 增加列 {}，原有各行为空", table.name, column.name);
        let kind = StepKind::AddColumn {
            table: table.name.clone(),
            column: column.clone(),
        };
        self.at_once(kind, sentence);
    }

    fn rename_column(&mut self, table: &Table, before: &Column, column: &Column) {
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

    fn meaning(&mut self, table: &str, old: &Column, new: &Column) {
        if old.meaning == new.meaning && old.storage == new.storage {
            return;
        }
        match convert(&old.meaning, &new.meaning) {
            Ok(by) => {
                let what = format!("{table}.{} 由{}改为{}", new.name, word(old), word(new));
                let column = new.clone();
                let kind = StepKind::ChangeType {
                    table: table.into(),
                    column,
                    by,
                };
                match by {
                    Convert::Keep if old.storage == new.storage => self.at_once(kind, what),
                    _ => self.over_rows(table, kind, what, CHANGE_ROWS_PER_SECOND),
                }
            }
            Err(why) => self.losses.push(Loss {
                table: table.into(),
                column: new.name.clone(),
                message: format!(
                    "不能由{}改为{}：{why}；请另立新字段，或先导出再导入",
                    word(old),
                    word(new)
                ),
            }),
        }
    }

    fn indexes(&mut self, old: &Table, new: &Table) {
        for index in &old.indexes {
            if !new.indexes.contains(index) {
                let sentence = format!("删除索引 {}，内容不受影响", index.name);
                let (table, index) = (new.name.clone(), index.name.clone());
                self.at_once(StepKind::DropIndex { table, index }, sentence);
            }
        }
        for index in new
            .indexes
            .iter()
            .filter(|index| !old.indexes.contains(index))
        {
            let what = match index.unique {
                true => format!("新建唯一索引 {}，若有重复值将停下并列出", index.name),
                false => format!("新建索引 {}", index.name),
            };
            let kind = StepKind::NewIndex {
                table: new.name.clone(),
                index: index.clone(),
            };
            self.over_rows(&old.name, kind, what, INDEX_ROWS_PER_SECOND);
        }
    }
}

/// The column that bore the field's former name, as long as no field bears it now.
fn from<'o>(
    old: &'o Table,
    new: &Table,
    column: &Column,
    renamed: &[(String, String)],
) -> Option<&'o Column> {
    let field = column.field.as_deref()?;
    let (former, _) = renamed.iter().find(|(_, to)| to == field)?;
    let suffix = column.name.strip_prefix(field)?;
    let name = format!("{former}{suffix}");
    old.column(&name)
        .filter(|before| new.column(&before.name).is_none())
}

/// Only widening: every value that can be there has exactly one value of the new type.
fn convert(old: &Meaning, new: &Meaning) -> Result<Convert, &'static str> {
    use Meaning::{
        Choice, Choices, Date, Decimal, Division, Integer, Money, Sealed, SealedHash, Text,
    };
    let power = |places: u8| Dec::new(1, 0).rescale(places).map_or(1, |dec| dec.mantissa);
    match (old, new) {
        (a, b) if a == b => Ok(Convert::Keep),
        (Integer, Decimal { scale }) => Ok(Convert::Times(power(*scale))),
        (Decimal { scale: a }, Decimal { scale: b }) if b > a => Ok(Convert::Times(power(b - a))),
        (Decimal { .. }, Decimal { .. }) => Err("小数位会丢失"),
        (Money, Decimal { scale }) if *scale >= 2 => Ok(Convert::Times(power(scale - 2))),
        (Integer, Text) => Ok(Convert::NumberToText { scale: 0 }),
        (Decimal { scale }, Text) => Ok(Convert::NumberToText { scale: *scale }),
        (Money, Text) => Ok(Convert::NumberToText { scale: 2 }),
        (Choice { .. } | Date | Division, Text) => Ok(Convert::Keep),
        (Choice { list: a }, Choices { list: b }) if a == b => Ok(Convert::EntryToSet),
        (Choice { .. } | Choices { .. }, Choice { .. } | Choices { .. }) => {
            Err("原有的选项在新表中可能不存在")
        }
        (Sealed | SealedHash, _) => Err("已加密的内容不能转为明文"),
        (_, Sealed | SealedHash) => Err("历史中已有明文，不能只改现值"),
        _ => Err("原有内容无法逐一对应"),
    }
}

fn word(column: &Column) -> String {
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
        Meaning::Sealed | Meaning::SealedHash => storage,
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
