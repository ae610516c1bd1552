//! The table of a list: sortable heads, a lamp column, rows that become cards on a phone.
//!
//! Roles are written out because `display: block` on a phone would take them away.

use maud::{Markup, html};

use super::Text;
use super::words::{Words, with_number};

/// What a column holds; decides alignment and whether it may wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// Long text that may take several lines.
    Prose,
    Number,
    Date,
    Code,
    Lamp,
}

impl Holds {
    fn class(self) -> &'static str {
        match self {
            Holds::Text => "is-text",
            Holds::Prose => "is-prose",
            Holds::Number => "is-number",
            Holds::Date => "is-date",
            Holds::Code => "is-code",
            Holds::Lamp => "is-lamp",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// A sortable column: where a click on its head leads, and how it is sorted now.
#[derive(Debug, Clone)]
pub struct Sort<'a> {
    pub href: Text<'a>,
    pub now: Option<Direction>,
}

#[derive(Debug, Clone)]
pub struct Column<'a> {
    pub label: Text<'a>,
    pub holds: Holds,
    pub sort: Option<Sort<'a>>,
}

impl<'a> Column<'a> {
    pub fn new(label: impl Into<Text<'a>>, holds: Holds) -> Self {
        Self {
            label: label.into(),
            holds,
            sort: None,
        }
    }

    pub fn sorted_by(mut self, href: impl Into<Text<'a>>, now: Option<Direction>) -> Self {
        self.sort = Some(Sort {
            href: href.into(),
            now,
        });
        self
    }
}

#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What the tick box of this row sends; without it the row has none.
    pub id: Text<'a>,
    /// What this row is called, for those who hear it.
    pub name: Text<'a>,
    /// Where the row leads; the cell of [`Table::main`] becomes the link.
    pub href: Option<Text<'a>>,
    pub cells: Vec<Markup>,
}

#[derive(Debug)]
pub struct Table<'a> {
    /// For example `设备清单`; read out, and shown in print.
    pub caption: Text<'a>,
    pub columns: Vec<Column<'a>>,
    pub rows: Vec<Row<'a>>,
    /// The index of the column that names the row and carries its link.
    pub main: usize,
    /// The name of the tick boxes, when rows can be ticked. The table then stands in a form
    /// with `data-bulk`, see [`super::batch`].
    pub ticks: Option<&'a str>,
    /// What is shown instead when there are no rows.
    pub empty: Markup,
}

pub fn table(w: &Words, table: &Table<'_>) -> Markup {
    if table.rows.is_empty() {
        return table.empty.clone();
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label=(table.caption) {
            table.list role="table" data-rows="" {
                caption.hidden-text { (table.caption) }
                thead role="rowgroup" {
                    tr role="row" {
                        @if table.ticks.is_some() {
                            th.is-tick role="columnheader" scope="col" {
                                input.needs-js type="checkbox" data-check-all="" aria-label=(w.select_all);
                                span.hidden-text { (w.select_row) }
                            }
                        }
                        @for column in &table.columns { (head_cell(w, column)) }
                    }
                }
                tbody role="rowgroup" {
                    @for row in &table.rows { (body_row(w, table, row)) }
                }
            }
        }
    }
}

fn head_cell(w: &Words, column: &Column<'_>) -> Markup {
    let direction = column.sort.as_ref().and_then(|sort| sort.now);
    let sorted = direction.map(|direction| match direction {
        Direction::Up => "ascending",
        Direction::Down => "descending",
    });
    html! {
        th class=(column.holds.class()) role="columnheader" scope="col" aria-sort=[sorted] {
            @match &column.sort {
                None => (column.label),
                Some(sort) => a href=(sort.href) {
                    (column.label)
                    @match direction {
                        Some(Direction::Up) => { span.sort aria-hidden="true" { "▲" } span.hidden-text { (w.sorted_up) } },
                        Some(Direction::Down) => { span.sort aria-hidden="true" { "▼" } span.hidden-text { (w.sorted_down) } },
                        None => span.sort.is-idle aria-hidden="true" { "▲" },
                    }
                },
            }
        }
    }
}

fn body_row(w: &Words, table: &Table<'_>, row: &Row<'_>) -> Markup {
    html! {
        tr role="row" {
            @if let Some(name) = table.ticks {
                td.is-tick role="cell" {
                    @if !row.id.is_empty() {
                        label.tick {
                            input type="checkbox" name=(name) value=(row.id);
                            span.hidden-text { (w.select_row) " " (row.name) }
                        }
                    }
                }
            }
            @for (index, (column, cell)) in table.columns.iter().zip(&row.cells).enumerate() {
                @if index == table.main {
                    th class={ "is-main " (column.holds.class()) } role="rowheader" scope="row" data-label=(column.label) {
                        @match &row.href {
                            Some(href) => a href=(href) data-open="" { (cell) },
                            None => (cell),
                        }
                    }
                } @else {
                    td class=(column.holds.class()) role="cell" data-label=(column.label) { (cell) }
                }
            }
        }
    }
}

/// A small table without links and ticks: related records, counts, the lines of a report.
pub fn small_table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll.is-low tabindex="0" role="region" aria-label=(caption) {
            table.list role="table" {
                caption.hidden-text { (caption) }
                thead role="rowgroup" {
                    tr role="row" {
                        @for column in columns {
                            th class=(column.holds.class()) role="columnheader" scope="col" { (column.label) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            @for (column, cell) in columns.iter().zip(row) {
                                td class=(column.holds.class()) role="cell" data-label=(column.label) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `第 3 行` in the reader's language, for cells that need a name.
pub fn row_name(w: &Words, index: usize) -> String {
    with_number(w.row, index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::ZH;

    fn sheet(rows: Vec<Row<'static>>) -> Table<'static> {
        Table {
            caption: "设备清单".into(),
            columns: vec![
                Column::new("代码", Holds::Code).sorted_by("?sort=-code", Some(Direction::Up)),
                Column::new("载荷", Holds::Number),
            ],
            rows,
            main: 0,
            ticks: Some("row"),
            empty: html! { p { "没有设备" } },
        }
    }

    #[test]
    fn each_row_has_one_link_a_named_tick_and_labelled_cells() {
        let row = Row {
            id: "K3".into(),
            name: "电梯 31".into(),
            href: Some("/equipment/K3".into()),
            cells: vec![html! { "31" }, html! { "1,000" }],
        };
        let shown = table(&ZH, &sheet(vec![row])).into_string();
        assert_eq!(shown.matches("href=\"/equipment/K3\"").count(), 1);
        assert!(
            shown.contains("aria-sort=\"ascending\"")
                && shown.contains("name=\"row\" value=\"K3\"")
        );
        assert!(shown.contains("选择 电梯 31") && shown.contains("data-label=\"载荷\""));
    }

    #[test]
    fn a_list_without_rows_says_so_instead_of_showing_heads() {
        let shown = table(&ZH, &sheet(vec![])).into_string();
        assert_eq!(shown, "<p>没有设备</p>");
    }
}
