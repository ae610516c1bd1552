//! From one schema to another: what is new, what is gone, what is called or means otherwise.

use super::convert::{Convert, convert};
use super::schema::{Column, Schema, Table};
use super::step::{Loss, Plan, StepKind};
use super::work::{Work, word};
use crate::model::Catalogue;

/// Rows a second when an index is built; measured low on purpose, an estimate should not flatter.
const INDEX_ROWS_PER_SECOND: u64 = 200_000;
/// Rows a second when values are rewritten.
const CHANGE_ROWS_PER_SECOND: u64 = 50_000;
/// Rows a second when words are indexed anew.
const SEARCH_ROWS_PER_SECOND: u64 = 10_000;

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
        kept.sole.clear();
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
            if new.sole.contains(&column.name) && !old.sole.contains(&before.name) {
                self.sole(&new.name, &column.name, &old.name);
            }
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

    fn sole(&mut self, table: &str, column: &str, old: &str) {
        let what = format!("{table}.{column} 改为不得重复，若有重复值将停下并列出");
        let (table, column) = (table.to_owned(), column.to_owned());
        let kind = StepKind::Sole { table, column };
        self.over_rows(old, kind, what, CHANGE_ROWS_PER_SECOND);
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
