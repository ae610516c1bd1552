//! The line above a table: saved views on the left, columns and export on the right.

use maud::{Markup, html};

use super::words::Words;
use super::{Link, Text};

#[derive(Debug, Clone)]
pub struct ColumnChoice<'a> {
    pub name: Text<'a>,
    pub label: Text<'a>,
    pub shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Always,
    Yes,
    No,
}

/// The column chooser: a form of its own, sent by GET to the list's address.
///
/// `keep` are the parts of the query string that stay as they are.
pub fn column_chooser(
    w: &Words,
    action: &str,
    name: &str,
    keep: &[(Text<'_>, Text<'_>)],
    columns: &[ColumnChoice<'_>],
) -> Markup {
    html! {
        details.menu.chooser {
            summary { (w.columns) }
            form.menu-body method="get" action=(action) {
                @for (name, value) in keep { input type="hidden" name=(name) value=(value); }
                fieldset {
                    legend.hidden-text { (w.columns) }
                    @for column in columns {
                        label.check {
                            input type="checkbox" name=(name) value=(column.name)
                                checked[column.shown != Shown::No] disabled[column.shown == Shown::Always];
                            span { (column.label) }
                        }
                    }
                }
                button.button.is-primary type="submit" { (w.columns_apply) }
            }
        }
    }
}

/// `left` is mostly [`super::tabs::tabs`] with saved views; `links` are acts such as 导出.
pub fn toolbar(left: &Markup, links: &[Link<'_>], right: &Markup) -> Markup {
    html! {
        div.toolbar {
            div.toolbar-left { (left) }
            div.toolbar-right {
                @for link in links { a href=(link.href) { (link.label) } }
                (right)
            }
        }
    }
}
