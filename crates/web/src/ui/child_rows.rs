//! Rows that belong to one record: a table whose rows can be added and removed.
//!
//! Fields are called `{name}[0].column`. Without scripts the buttons send `_add={name}` or
//! `_remove={name}[0]` and the server answers with the form one row longer or shorter.

use maud::{Markup, html};

use super::words::Words;
use super::{Text, table};

/// Stands in the names of the blank row; `rows.js` puts the next number there.
pub const INDEX_MARK: &str = "__i__";

#[derive(Debug, Clone)]
pub struct ChildColumn<'a> {
    pub label: Text<'a>,
    pub need: super::field::Need,
}

#[derive(Debug)]
pub struct ChildRows<'a> {
    pub name: Text<'a>,
    pub label: Text<'a>,
    pub hint: Option<Text<'a>>,
    pub error: Option<Text<'a>>,
    pub columns: Vec<ChildColumn<'a>>,
    /// Cells made with [`super::field::bare`], named `{name}[i].column`.
    pub rows: Vec<Vec<Markup>>,
    /// The same for a new row, with [`INDEX_MARK`] as its number; empty where no row comes or goes.
    pub blank: Vec<Markup>,
}

/// The name of a field in a child row.
pub fn child_name(rows: &str, index: usize, column: &str) -> String {
    format!("{rows}[{index}].{column}")
}

/// The same for the blank row.
pub fn blank_name(rows: &str, column: &str) -> String {
    format!("{rows}[{INDEX_MARK}].{column}")
}

pub fn child_rows(w: &Words, rows: &ChildRows<'_>) -> Markup {
    let id = super::id_of(&rows.name);
    html! {
        fieldset.field.is-whole.child-rows.is-wrong[rows.error.is_some()] data-rows-of=(rows.name) {
            legend.label { (rows.label) }
            @if let Some(hint) = &rows.hint { p.hint { (hint) } }
            @if let Some(error) = &rows.error {
                p.error { span.hidden-text { (w.error) } (error) }
            }
            div.scroll.is-low tabindex="0" role="region" aria-label=(rows.label) {
                table.list role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th.is-tick role="columnheader" scope="col" { span.hidden-text { (w.row_actions) } "#" }
                            @for column in &rows.columns {
                                th role="columnheader" scope="col" {
                                    (column.label)
                                    @if column.need == super::field::Need::Optional { span.optional { (w.optional) } }
                                }
                            }
                            th role="columnheader" scope="col" { span.hidden-text { (w.row_actions) } }
                        }
                    }
                    tbody role="rowgroup" {
                        @for (index, cells) in rows.rows.iter().enumerate() {
                            (row(w, rows, &index.to_string(), &table::row_name(w, index), cells))
                        }
                    }
                }
            }
            @if !rows.blank.is_empty() {
            template data-blank="" { (row(w, rows, INDEX_MARK, w.new, &rows.blank)) }
            button.button type="submit" id=(id) name="_add" value=(rows.name) formnovalidate data-add-row="" {
                (super::icon::icon(super::icon::Icon::Plus)) (w.add_row)
            }
            }
        }
    }
}

fn row(w: &Words, rows: &ChildRows<'_>, index: &str, name: &str, cells: &[Markup]) -> Markup {
    html! {
        tr role="row" data-row=(index) {
            td.is-tick.row-number role="cell" {}
            @for (column, cell) in rows.columns.iter().zip(cells) {
                td role="cell" data-label=(column.label) { (cell) }
            }
            td.is-act role="cell" {
                @if !rows.blank.is_empty() {
                button.button.is-quiet type="submit" name="_remove" value={ (rows.name) "[" (index) "]" }
                    formnovalidate data-remove-row="" {
                    (w.remove_row) span.hidden-text { " " (name) }
                }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::ZH;

    #[test]
    fn the_blank_row_carries_the_mark_wherever_a_number_belongs() {
        let cell = |name: String| html! { input name=(name); };
        let shown = child_rows(
            &ZH,
            &ChildRows {
                name: "safety".into(),
                label: "安全管理人员".into(),
                hint: None,
                error: None,
                columns: vec![ChildColumn {
                    label: "姓名".into(),
                    need: crate::ui::field::Need::Required,
                }],
                rows: vec![vec![cell(child_name("safety", 0, "name"))]],
                blank: vec![cell(blank_name("safety", "name"))],
            },
        )
        .into_string();
        let (rows, blank) = shown.split_once("<template").expect("a blank row");
        assert!(rows.contains("name=\"safety[0].name\"") && !rows.contains(INDEX_MARK));
        assert!(blank.contains("name=\"safety[__i__].name\""));
        assert!(
            blank.contains("value=\"safety[__i__]\""),
            "the blank row can be removed: {blank}"
        );
    }
}
